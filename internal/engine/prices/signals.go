package prices

import (
	"fmt"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// Signal is one thing that speaks for or against buying now. Text is for people; its figures come from the outlook.
type Signal struct {
	Code SignalCode
	Text string
}

// SignalCode names a signal, stable and for programs.
type SignalCode string

// The signals.
const (
	SignalLowest       SignalCode = "lowest"        // as low as ever in the window
	SignalHighest      SignalCode = "highest"       // as high as ever in the window
	SignalBelowAverage SignalCode = "below_average" // by two percent or more
	SignalAboveAverage SignalCode = "above_average"
	SignalSteady       SignalCode = "steady"      // it has not moved in the window
	SignalOnSale       SignalCode = "on_sale"     // far below the regular price
	SignalSaleRhythm   SignalCode = "sale_rhythm" // sales come every so many days
	SignalTrend        SignalCode = "trend"       // it goes one way
	SignalSeason       SignalCode = "season"      // the time of the year moves it
	SignalUsual        SignalCode = "usual"       // it comes back to its usual level
	SignalRecord       SignalCode = "record"      // how often such a forecast came true
	SignalNoPattern    SignalCode = "no_pattern"  // nothing beats "same as today"
	SignalFewPrices    SignalCode = "few_prices"  // too little to foresee anything
	SignalStale        SignalCode = "stale"       // the newest price is old
	SignalLeftOut      SignalCode = "left_out"    // prices in another currency
)

// alikeBps is the distance from the average that is not worth a word.
const alikeBps = 200

// signals lists what speaks, the strongest first.
func signals(o Outlook, f forecast, prices []float64) []Signal {
	list := []Signal{}
	add := func(code SignalCode, format string, values ...any) {
		list = append(list, Signal{Code: code, Text: fmt.Sprintf(format, values...)})
	}
	o.signalLevel(add)
	if age := dayOf(o.Now) - dayOf(o.Current.At); age > freshDays {
		add(SignalStale, "The newest price is %d days old", age)
	}
	if prices == nil {
		add(SignalFewPrices, "%s known so far, too few to foresee anything", count(len(o.History), "price is", "prices are"))
	} else {
		o.signalForecast(f, add)
	}
	if o.Skipped > 0 {
		add(SignalLeftOut, "%s in another currency or not believable left out", count(o.Skipped, "price is", "prices are"))
	}
	return list
}

// Days is how many days History reaches back, today included.
func (o Outlook) Days() int { return int(dayOf(o.Now) - dayOf(o.History[0].At) + 1) }

type adder func(code SignalCode, format string, values ...any)

func (o Outlook) signalLevel(add adder) {
	if len(o.History) < 2 {
		return
	}
	low, high, price := o.Lowest.Price.Amount, o.Highest.Price.Amount, o.Current.Price
	over := "of the last " + count(o.Days(), "day", "days")
	switch {
	case low == high:
		add(SignalSteady, "The price has been %s on all %d days it was seen", price.Format(), len(o.History))
		return
	case price.Amount == low:
		add(SignalLowest, "%s is the lowest price %s", price.Format(), over)
	case price.Amount == high:
		add(SignalHighest, "%s is the highest price %s", price.Format(), over)
	}
	switch away := AgainstBps(price.Amount, o.Average.Amount); {
	case away <= -alikeBps:
		add(SignalBelowAverage, "%s below the average of %s", money.FormatBps(-away), o.Average.Format())
	case away >= alikeBps:
		add(SignalAboveAverage, "%s above the average of %s", money.FormatBps(away), o.Average.Format())
	}
}

func (o Outlook) signalForecast(f forecast, add adder) {
	today := dayOf(o.Now)
	switch f.method {
	case Sales:
		if f.sales.running {
			add(SignalOnSale, "On sale since %s, %s below the regular price",
				dayName(midnight(today-int64(f.days-1-f.sales.last.from)), o.Now), money.FormatBps(bps(1-f.sales.last.price)))
		}
		if f.sales.every > 0 {
			add(SignalSaleRhythm, "The last %d sales began about every %d days and lasted about %s", f.sales.observed, f.sales.every,
				count(f.sales.length, "day", "days"))
		}
	case Trend:
		add(SignalTrend, "The price goes %s, by about %s in four weeks", direction(f.path), money.FormatBps(bps(change(f.path))))
	case Season:
		add(SignalSeason, "At this time of the year the price goes %s, by about %s in four weeks", direction(f.path),
			money.FormatBps(bps(change(f.path))))
	case Usual:
		add(SignalUsual, "The price comes back to about %s again and again", o.Forecast.Next[Horizon-1].Format())
	case NoChange:
		add(SignalNoPattern, "No pattern was found that foresees this price better than \"same as today\"")
	}
	if f.claims > 0 && o.Drop != nil {
		add(SignalRecord, "Said the same way before, such a drop came in %d of %s", f.cameTrue, count(f.claims, "case", "cases"))
	}
}

// dayName is a day as all texts of the engines have it, with the year where it is not that of now.
func dayName(day, now time.Time) string { return insights.DayName(day, now.UTC(), time.UTC) }

// change is where a path ends, as a part of where it begins, without its sign.
func change(path []float64) float64 {
	part := path[len(path)-1]/path[0] - 1
	if part < 0 {
		return -part
	}
	return part
}

func direction(path []float64) string {
	if path[len(path)-1] < path[0] {
		return "down"
	}
	return "up"
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
