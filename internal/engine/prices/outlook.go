package prices

import (
	"math"
	"math/big"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// Window is how far back lowest, highest, average and percentile look.
const Window = 365 * 24 * time.Hour

// Advice is what to do about a price.
type Advice string

// The advice. Unsure is an answer too: it is given wherever neither of the others would have been right often enough.
const (
	BuyNow Advice = "buy_now"
	Wait   Advice = "wait"
	Unsure Advice = "unsure"
)

// Outlook is what can be said of a product's price at a moment. Every field is computed from History alone, but for the
// forecast, which also knows what is older.
type Outlook struct {
	Now     time.Time
	Current Observation
	// History are the observations of the Window, one per day, oldest first.
	History []Observation
	Lowest  Observation // the latest of equally low ones
	Highest Observation
	Average money.Money // rounded half up
	// PercentileBps is the mid-rank of the current price in History: the part of days that were cheaper, and half of those
	// that were alike, in basis points.
	PercentileBps int64
	Forecast      Forecast
	Drop          *Drop      // nil where none is foreseen
	Best          *DateRange // nil where no time is better than another
	Advice        Advice
	Signals       []Signal
	// Skipped is how many observations were left out: another currency, or not to be believed.
	Skipped int
}

// Forecast says how the future was foreseen and how good that was on the product's own past.
type Forecast struct {
	Method Method
	Trials int // days of the past from which it was tried
	// MissedBps and UnchangedBps are the mean errors over the next four weeks, in basis points of the current price: of the
	// method, and of saying that nothing changes.
	MissedBps, UnchangedBps int64
	// Next is the price of each of the next Horizon days as foreseen, rounded to minor units; empty where there is too
	// little to go by.
	Next []money.Money
}

// Drop says that the price will be at least PercentBps lower than now on some day until By (a calendar day, midnight UTC).
type Drop struct {
	PercentBps int64
	Price      money.Money // the price it comes to
	By         time.Time
	// Confidence is the probability that this comes true. Claims and CameTrue are the same statement made on earlier days.
	Confidence       float64
	Claims, CameTrue int
}

// DateRange are calendar days (midnight UTC), both included.
type DateRange struct{ From, To time.Time }

// Analyze looks at the prices of one product in the currency of its listing. Errors: ErrNoPrice.
func Analyze(observations []Observation, currency string, now time.Time) (Outlook, error) {
	days, skipped := Daily(observations, currency, now)
	if len(days) == 0 {
		return Outlook{}, ErrNoPrice
	}
	o := Outlook{Now: now, Current: days[len(days)-1], History: within(days, now.Add(-Window)), Skipped: skipped, Advice: Unsure}
	o.Lowest, o.Highest = extremes(o.History)
	o.Average = average(o.History)
	o.PercentileBps = Percentile(o.History, o.Current.Price.Amount)
	today := dayOf(now)
	foreseen := forecast{method: NoChange}
	prices := grid(days, today)
	if prices != nil {
		foreseen = foresee(prices)
		o.Forecast = told(foreseen, prices[len(prices)-1], currency)
		o.Drop = drop(foreseen, o.Current.Price, prices[len(prices)-1], today)
	}
	o.Advice, o.Best = o.advise(foreseen, today)
	o.Signals = signals(o, foreseen, prices)
	return o, nil
}

// Stretch is what a price was in a part of the history.
type Stretch struct {
	First, Last     Observation // the days it begins and ends with
	Lowest, Highest Observation // the newest where there are several
	Average         money.Money // rounded half up
}

// During is what the price was from one moment to before another; ok is false where fewer than two days of the history lie
// between.
func (o Outlook) During(from, to time.Time) (stretch Stretch, ok bool) {
	var days []Observation
	for _, day := range o.History {
		if !day.At.Before(from) && day.At.Before(to) {
			days = append(days, day)
		}
	}
	if len(days) < 2 { //nolint:mnd // one day is no stretch
		return Stretch{}, false
	}
	stretch = Stretch{First: days[0], Last: days[len(days)-1], Average: average(days)}
	stretch.Lowest, stretch.Highest = extremes(days)
	return stretch, true
}

// within drops what is older than since, but for the newest observation, which is the current price however old.
func within(days []Observation, since time.Time) []Observation {
	for i, day := range days {
		if !day.At.Before(since) {
			return days[i:]
		}
	}
	return days[len(days)-1:]
}

func extremes(days []Observation) (lowest, highest Observation) {
	lowest, highest = days[0], days[0]
	for _, day := range days {
		if day.Price.Amount <= lowest.Price.Amount {
			lowest = day
		}
		if day.Price.Amount >= highest.Price.Amount {
			highest = day
		}
	}
	return lowest, highest
}

func average(days []Observation) money.Money {
	var sum int64
	for _, day := range days {
		sum += day.Price.Amount
	}
	mean, err := money.RoundRatio(big.NewInt(sum), big.NewInt(int64(len(days))))
	if err != nil { // a mean of believable prices is one
		panic(err)
	}
	return money.Money{Amount: mean, Currency: days[0].Price.Currency}
}

// Percentile is the mid-rank of a price among observations, in basis points, rounded down: the part of them that is
// cheaper, and half of those that are alike. days must not be empty.
func Percentile(days []Observation, amount int64) int64 {
	var cheaper, alike int64
	for _, day := range days {
		switch {
		case day.Price.Amount < amount:
			cheaper++
		case day.Price.Amount == amount:
			alike++
		}
	}
	return (2*cheaper + alike) * money.BpsPerWhole / (2 * int64(len(days)))
}

func told(f forecast, today float64, currency string) Forecast {
	answer := Forecast{
		Method: f.method, Trials: f.trials, MissedBps: bps(f.missed / today), UnchangedBps: bps(f.missedUnchanged / today),
		Next: make([]money.Money, len(f.path)),
	}
	for i, price := range f.path {
		answer.Next[i] = money.Money{Amount: max(0, int64(math.Round(price))), Currency: currency}
	}
	return answer
}

func bps(part float64) int64 { return int64(math.Round(part * money.BpsPerWhole)) }

func drop(f forecast, current money.Money, today float64, day int64) *Drop {
	c, ok := claimOf(today, f.path)
	if !ok {
		return nil
	}
	part := bps(c.part)
	price, err := current.MulRatio(money.BpsPerWhole-part, money.BpsPerWhole)
	if err != nil { // a part of a believable price is one
		panic(err)
	}
	return &Drop{
		PercentBps: part, Price: price, By: midnight(day + int64(c.by)),
		Confidence: confidence(f), Claims: f.claims, CameTrue: f.cameTrue,
	}
}

// cameTrueInDevelopment is how often predicted drops came true on the products the engine was made with, by method. A
// product's own record outweighs it once there are more than ownRecord claims.
var cameTrueInDevelopment = map[Method]float64{ //nolint:gochecknoglobals // a constant table
	Usual: 0.87, Trend: 0.67, Season: 0.95, Sales: 0.98,
}

const (
	ownRecord = 8
	// surelyBetter is how much less a method has to miss than no change to be believed wholly. One that is better by less
	// may have been the best by luck, and what it says is drawn towards "may be, or not".
	surelyBetter = 0.4
)

// confidence is never 0 or 1: nobody knows.
func confidence(f forecast) float64 {
	before := cameTrueInDevelopment[f.method]
	sure := (float64(f.cameTrue) + ownRecord*before) / (float64(f.claims) + ownRecord)
	if f.missedUnchanged > 0 {
		sure = 0.5 + (sure-0.5)*math.Min(1, (1-f.missed/f.missedUnchanged)/surelyBetter)
	}
	return math.Round(100*math.Min(0.97, math.Max(0.03, sure))) / 100
}

// What advice wants.
const (
	leastToWait     = 0.6   // confidence in a drop
	mostToBuy       = 0.4   // confidence in a drop that is still no reason to wait
	ordinaryBps     = 60_00 // the percentile up to which a price is worth taking when none better is foreseen
	cheapBps        = 25_00 // the percentile up to which a price is low
	dearBps         = 75_00 // and from which it is high
	leastSeenPrices = 8     // observations for any advice
	endsWith        = 1.01  // a good time ends when the price is this much above its lowest
	leastRise       = 1.02  // a rise worth telling
)

// advise weighs a foreseen drop against how the price stands now.
func (o Outlook) advise(f forecast, today int64) (Advice, *DateRange) {
	switch {
	case o.Drop != nil && o.Drop.Confidence >= leastToWait:
		return Wait, bestDays(f.path, today)
	case o.Drop != nil && o.Drop.Confidence > mostToBuy:
		return Unsure, bestDays(f.path, today)
	case len(o.History) < leastSeenPrices:
		return Unsure, nil
	case len(f.path) == 0 && o.PercentileBps > cheapBps: // nothing is foreseen: only a low price speaks for itself
		return Unsure, nil
	case o.PercentileBps > ordinaryBps:
		return Unsure, nil
	}
	return BuyNow, untilRise(float64(o.Current.Price.Amount), f.path, today)
}

// bestDays are the days around the first low.
func bestDays(path []float64, today int64) *DateRange {
	from := 0
	for i, price := range path {
		if price < path[from]/nearLow {
			from = i
		}
	}
	to := from
	for to+1 < len(path) && path[to+1] <= path[from]*endsWith {
		to++
	}
	return &DateRange{From: midnight(today + int64(from) + 1), To: midnight(today + int64(to) + 1)}
}

// untilRise are the days from today on before the price rises; nil where it does not.
func untilRise(current float64, path []float64, today int64) *DateRange {
	for i, price := range path {
		if price >= current*leastRise {
			return &DateRange{From: midnight(today), To: midnight(today + int64(i))}
		}
	}
	return nil
}
