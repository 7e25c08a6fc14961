package mock

import (
	"math"
	"time"
)

// Class is a way in which prices move. Real listings mix them; here each stands alone, so that a forecast can be judged
// class by class.
type Class string

// The classes.
const (
	Seasonal  Class = "seasonal"   // dearer in one part of the year, cheaper in the other
	SaleCycle Class = "sale-cycle" // a list price, and a sale every few weeks
	Trending  Class = "trending"   // falls or rises month after month
	NoisyFlat Class = "noisy-flat" // a level, and every day a little off it
	Step      Class = "step"       // one price for weeks or months, then another: nothing to foresee
	Walk      Class = "walk"       // each day a little up or down from the last: nothing to foresee
	Constant  Class = "constant"   // never moves
)

// Classes lists all of them. HasPattern says which can be foreseen better than by "same as today".
func Classes() []Class {
	return []Class{Seasonal, SaleCycle, Trending, NoisyFlat, Step, Walk, Constant}
}

// HasPattern reports whether the past of such a price says more about its future than its last value does.
func (c Class) HasPattern() bool {
	switch c {
	case Seasonal, SaleCycle, Trending, NoisyFlat:
		return true
	case Step, Walk, Constant:
	}
	return false
}

// epoch is the first day there are prices of. Classes that build on the day before begin here, so that a price depends
// on its day and never on when it was asked for.
var epoch = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant in all but name

func dayNumber(day time.Time) int { return int(math.Floor(day.Sub(epoch).Hours() / 24)) }

// Path computes a price day by day, from the first day there are prices of on, in minor units around base. key tells one
// path of a class from another. ending is what prices are rounded to, less one: 100 gives 249.99, 1 leaves them as they
// are. A longer path begins with the shorter one.
func Path(class Class, key string, base, ending int64, length int) []int64 {
	days := make([]float64, max(0, length))
	d := newDraw("path", class, key)
	switch class {
	case Seasonal:
		seasonal(d, days)
	case SaleCycle:
		saleCycle(d, days)
	case Trending:
		trending(d, days)
	case NoisyFlat:
		noisyFlat(d, days)
	case Step:
		step(d, days)
	case Walk:
		walk(d, days)
	case Constant:
		for i := range days {
			days[i] = 1
		}
	}
	prices := make([]int64, len(days))
	for i, factor := range days {
		prices[i] = round(float64(base)*factor, ending)
	}
	return prices
}

func round(price float64, ending int64) int64 {
	steps := int64(math.Round(price / float64(ending)))
	if ending == 1 {
		return max(1, steps)
	}
	return max(1, steps)*ending - 1
}

// seasonal swings through the year, and a little noise lasts some days.
func seasonal(d *draw, days []float64) {
	half, coldest := d.between(0.06, 0.15), d.between(0, daysPerYear)
	noise := 0.0
	for i := range days {
		noise = 0.8*noise + 0.006*d.normal()
		days[i] = 1 + half*math.Cos(2*math.Pi*(float64(i)-coldest)/daysPerYear) + noise
	}
}

const daysPerYear = 365.25

// saleCycle begins a sale every so many days, give or take one; the list price moves a few times in all.
func saleCycle(d *draw, days []float64) {
	every, length, off := d.whole(18, 45), d.whole(4, 9), d.between(0.1, 0.3)
	list, changes := 1.0, d.whole(150, 300)
	start := d.whole(0, every)
	for i := range days {
		if i > 0 && i%changes == 0 {
			list *= 1 + d.between(-0.04, 0.06)
		}
		if i >= start+length {
			start += every + d.whole(-1, 1)
		}
		days[i] = list
		if i >= start {
			days[i] *= 1 - off
		}
	}
}

// trending goes one way, by a quarter of the price a year at most, in weekly moves.
func trending(d *draw, days []float64) {
	yearly := d.between(0.12, 0.28)
	if d.hits(0.7) {
		yearly = -yearly
	}
	noise := 0.0
	for i := range days {
		if i%7 == 0 {
			noise = 0.5*noise + 0.004*d.normal()
		}
		days[i] = math.Exp(yearly*float64(i/7*7)/daysPerYear + noise)
	}
}

// noisyFlat is off its level by some percent, anew every day or two.
func noisyFlat(d *draw, days []float64) {
	size, off := d.between(0.02, 0.05), 0.0
	for i := range days {
		if i == 0 || d.hits(0.7) {
			off = size * d.normal()
		}
		days[i] = 1 + off
	}
}

// step stays for one to four months.
func step(d *draw, days []float64) {
	price, until := 1.0, d.whole(30, 120)
	for i := range days {
		if i == until {
			change := d.between(0.04, 0.12)
			if d.hits(0.5) {
				change = -change / (1 + change)
			}
			price *= 1 + change
			until = i + d.whole(30, 120)
		}
		days[i] = price
	}
}

// walk moves on most days by about one percent.
func walk(d *draw, days []float64) {
	level := 0.0
	for i := range days {
		if d.hits(0.8) {
			level += 0.01 * d.normal()
		}
		days[i] = math.Exp(level)
	}
}
