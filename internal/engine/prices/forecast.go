package prices

import "math"

// How forecasts are made and tried.
const (
	// Horizon is how many days ahead a price is foreseen.
	Horizon = 28
	// leastDays of history, and leastSeen days of them with an observation, have to be there for any forecast.
	leastDays = 90
	leastSeen = 60
	// freshDays is how old the newest observation may be.
	freshDays = 7
	// keptDays bounds the history that is looked at: two years.
	keptDays = 731
	// Trials start this many days apart, at most so many; each with at least firstTrial days known.
	trialStep  = 7
	mostTrials = 52
	firstTrial = 75
	// leastTrials have to speak for a method, whose error has to be below clearlyBetter of that of no change, and so
	// steadily that chance would not explain it.
	leastTrials   = 8
	clearlyBetter = 0.94
	leastSteady   = 1.3
	// slackDays is what a predicted drop may come late.
	slackDays = 3
)

// forecast is the path of the next days and how well its method did on the product's own past.
type forecast struct {
	method Method
	path   []float64 // the next Horizon days, the first is tomorrow

	trials           int
	missed           float64 // mean error of the method in the trials
	missedUnchanged  float64 // and that of no change in the same trials
	claims, cameTrue int     // drops it would have predicted, and those that came
	days             int     // of history it rests on
	sales            rhythm  // zero without two sales
}

// grid writes one price per day up to now; a day without an observation has the price of the day before. It is nil where
// there is too little to go by.
func grid(days []Observation, today int64) []float64 {
	if len(days) < leastSeen || today-dayOf(days[len(days)-1].At) > freshDays {
		return nil
	}
	first := max(dayOf(days[0].At), today-keptDays+1)
	if today-first+1 < leastDays {
		return nil
	}
	prices := make([]float64, 0, today-first+1)
	seen, at := 0, 0
	for day := first; day <= today; day++ {
		if at < len(days) && dayOf(days[at].At) <= day {
			for at < len(days) && dayOf(days[at].At) <= day {
				at++
			}
			seen++
		}
		prices = append(prices, float64(days[at-1].Price.Amount))
	}
	if seen < leastSeen || 2*seen < len(prices) {
		return nil
	}
	return prices
}

// blends are how much of a method's forecast is believed, the rest being no change.
var blends = [...]float64{1, 0.5} //nolint:gochecknoglobals // a constant list

// foresee picks the method that served best and answers its path. prices must not be empty.
func foresee(prices []float64) forecast {
	rhythms := newSales(prices)
	sums := newSums(prices)
	methods := []method{
		&usual{prices: prices, days: 28}, &usual{prices: prices, days: 90},
		&trend{prices: prices, days: 60, sums: sums}, &trend{prices: prices, days: 120, sums: sums},
		newSeason(prices, Horizon), rhythms,
	}
	best := forecast{method: NoChange, days: len(prices), path: unchanged(prices, len(prices), make([]float64, Horizon))}
	var chosen blended
	bestRatio := 1.0
	path := make([]float64, Horizon)
	for _, m := range methods {
		results := try(m, prices, path)
		for i, result := range results {
			if !result.convincing() || result.ratio() >= bestRatio {
				continue
			}
			candidate := blended{method: m, prices: prices, part: blends[i]}
			if !candidate.foresee(len(prices), path) {
				continue
			}
			bestRatio, chosen = result.ratio(), candidate
			best.method, best.trials = m.name(), result.count
			best.missed, best.missedUnchanged = result.missed/float64(result.count), result.unchanged/float64(result.count)
			copy(best.path, path)
		}
	}
	best.sales, _ = rhythms.rhythm(len(prices))
	if chosen.method != nil {
		best.claims, best.cameTrue = record(chosen, prices, path)
	}
	return best
}

func unchanged(prices []float64, known int, path []float64) []float64 {
	for i := range path {
		path[i] = prices[known-1]
	}
	return path
}

// blended is a method of which only a part is believed.
type blended struct {
	method method
	prices []float64
	part   float64
}

func (b blended) foresee(known int, path []float64) bool {
	if !b.method.foresee(known, path) {
		return false
	}
	today := b.prices[known-1]
	for i := range path {
		path[i] = today + b.part*(path[i]-today)
	}
	return true
}

// result is how a method did: the sums of its errors and of those of no change over the same trials.
type result struct {
	count                int
	missed, unchanged    float64
	gain, gainSquares    float64
	trialMissed, trialNo float64 // of the running trial
}

// convincing says that the method is better, clearly and steadily. Trials overlap, so that only every fourth of them is
// counted as news.
func (r *result) convincing() bool {
	if r.count < leastTrials || r.ratio() >= clearlyBetter {
		return false
	}
	n := float64(r.count)
	mean := r.gain / n
	spread := math.Sqrt(math.Max(0, r.gainSquares/n-mean*mean))
	return mean*math.Sqrt(n*trialStep/Horizon) >= leastSteady*spread
}

func (r *result) ratio() float64 {
	if r.unchanged == 0 {
		return 1
	}
	return r.missed / r.unchanged
}

// trialDays are the days of a trial that are compared, counted from 1.
var trialDays = [...]int{1, 3, 5, 7, 10, 13, 16, 19, 22, 25, 28} //nolint:gochecknoglobals // a constant list

// eachTrial calls with the number of days known at each trial, newest first.
func eachTrial(days int, call func(known int)) {
	for i := range mostTrials {
		known := days - Horizon - i*trialStep
		if known < firstTrial {
			return
		}
		call(known)
	}
}

func try(m method, prices, path []float64) [len(blends)]result {
	var results [len(blends)]result
	eachTrial(len(prices), func(known int) {
		if !m.foresee(known, path) {
			unchanged(prices, known, path) // it would not have been used; it counts as no change
			if known < leastSeason && m.name() == Season {
				return // it could not have been: no trial
			}
		}
		today := prices[known-1]
		for i := range results {
			r := &results[i]
			r.trialMissed, r.trialNo = 0, 0
			for _, day := range trialDays {
				came := prices[known+day-1]
				foreseen := today + blends[i]*(path[day-1]-today)
				r.trialMissed += math.Abs(foreseen - came)
				r.trialNo += math.Abs(today - came)
			}
			gain := r.trialNo - r.trialMissed
			r.count++
			r.missed += r.trialMissed / float64(len(trialDays))
			r.unchanged += r.trialNo / float64(len(trialDays))
			r.gain += gain
			r.gainSquares += gain * gain
		}
	})
	return results
}

// claim is a statement about the future that comes true or not: the price will be at least part lower than today on some
// day up to day by, counted from 1.
type claim struct {
	part float64
	by   int
	at   int // the first day of the low
}

const (
	percents = 100
	// leastDrop is the smallest foreseen drop worth saying.
	leastDrop = 0.02
	// claimed is the part of the foreseen drop that is claimed.
	claimed = 0.8
	// nearLow is how near to the lowest foreseen price a day counts as low.
	nearLow = 1.005
)

// claimOf is the drop a path stands for, if it is worth saying. Part is in whole percents: more would sound surer than it is.
func claimOf(today float64, path []float64) (claim, bool) {
	low := math.Inf(1)
	for _, price := range path {
		low = math.Min(low, price)
	}
	if 1-low/today < leastDrop {
		return claim{}, false
	}
	part := math.Floor(claimed*(1-low/today)*percents) / percents
	for i, price := range path {
		if price <= low*nearLow {
			return claim{part: part, by: min(Horizon, i+1+slackDays), at: i + 1}, true
		}
	}
	return claim{}, false
}

// cameTrue looks at what happened after the known days.
func (c claim) cameTrue(prices []float64, known int) bool {
	target := prices[known-1] * (1 - c.part)
	for day := known; day < min(known+c.by, len(prices)); day++ {
		if prices[day] <= target {
			return true
		}
	}
	return false
}

// record counts the drops a method would have predicted before, and those that came.
func record(m blended, prices, path []float64) (claims, cameTrue int) {
	eachTrial(len(prices), func(known int) {
		if !m.foresee(known, path) {
			return
		}
		if c, ok := claimOf(prices[known-1], path); ok {
			claims++
			if c.cameTrue(prices, known) {
				cameTrue++
			}
		}
	})
	return claims, cameTrue
}
