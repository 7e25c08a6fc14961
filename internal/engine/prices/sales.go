package prices

import (
	"math"
	"slices"
)

// What makes a sale: a price this far below the regular one, which is this quantile of the last days.
const (
	saleBelow       = 0.94
	regularDays     = 60
	regularQuantile = 0.75
	leastRegular    = 20 // days before there is a regular price
)

// How many sales show a rhythm, and how even they have to be: days off the usual distance, or a part of it.
const (
	leastSales  = 3
	mostSales   = 8
	evenDays    = 2
	evenPart    = 0.1
	overdueDays = 3
)

// sale is a stretch of days at a lower price: from the first day up to the day after the last.
type sale struct {
	from, to int
	price    float64 // the lowest of it, as a part of the regular price
}

// sales foresees the end of a running sale and, where they come in a rhythm, the next ones.
type sales struct {
	prices  []float64
	regular []float64 // the last price outside a sale, known on each day
	within  []int     // the sale each day is in, by its number, or -1
	list    []sale

	gaps, lengths, depths []float64 // scratch
}

func newSales(prices []float64) *sales {
	m := &sales{prices: prices, regular: make([]float64, len(prices)), within: make([]int, len(prices))}
	window := make([]float64, 0, regularDays)
	list := 0.0 // the last price outside a sale
	for day, price := range prices {
		gone := math.Inf(1)
		if day < regularDays {
			window = append(window, gone)
		} else {
			gone = prices[day-regularDays]
		}
		exchange(window, gone, price)
		usual := window[int(regularQuantile*float64(len(window)-1))]
		m.within[day] = -1
		if day < leastRegular || price >= saleBelow*usual {
			list = price
		} else {
			m.extend(day, price/usual)
		}
		m.regular[day] = list
	}
	return m
}

// exchange takes one value out of a sorted list, where it must be, and puts another in.
func exchange(sorted []float64, gone, come float64) {
	at := len(sorted) - 1
	for sorted[at] != gone { // there it is: the very number that was put in
		at--
	}
	for ; at > 0 && sorted[at-1] > come; at-- {
		sorted[at] = sorted[at-1]
	}
	for ; at < len(sorted)-1 && sorted[at+1] < come; at++ {
		sorted[at] = sorted[at+1]
	}
	sorted[at] = come
}

func (m *sales) extend(day int, part float64) {
	if last := len(m.list) - 1; last >= 0 && m.list[last].to == day {
		m.list[last].to = day + 1
		m.list[last].price = math.Min(m.list[last].price, part)
	} else {
		m.list = append(m.list, sale{from: day, to: day + 1, price: part})
	}
	m.within[day] = len(m.list) - 1
}

func (m *sales) name() Method { return Sales }

// rhythm is what the sales before a day have in common.
type rhythm struct {
	last     sale // may still be running
	running  bool
	every    int // days from one beginning to the next; 0 without a rhythm
	length   int
	price    float64 // as a part of the regular price
	observed int     // sales it rests on
}

func (m *sales) rhythm(known int) (rhythm, bool) {
	begun, _ := slices.BinarySearchFunc(m.list, known, func(s sale, day int) int { return s.from - day })
	if begun < 2 {
		return rhythm{}, false
	}
	seen := m.list[max(0, begun-mostSales):begun]
	r := rhythm{last: seen[len(seen)-1], observed: len(seen)}
	r.running = r.last.to >= known && m.within[known-1] >= 0
	m.gaps, m.lengths, m.depths = m.gaps[:0], m.lengths[:0], m.depths[:0]
	for i, s := range seen {
		if i > 0 {
			m.gaps = append(m.gaps, float64(s.from-seen[i-1].from))
		}
		if i < len(seen)-1 || !r.running {
			m.lengths, m.depths = append(m.lengths, float64(s.to-s.from)), append(m.depths, s.price)
		}
	}
	r.length, r.price = int(middle(m.lengths)), middle(m.depths)
	if len(seen) >= leastSales {
		gap := middle(m.gaps)
		for i := range m.gaps {
			m.gaps[i] = math.Abs(m.gaps[i] - gap)
		}
		if middle(m.gaps) <= math.Max(evenDays, evenPart*gap) {
			r.every = int(gap)
		}
	}
	return r, true
}

func (m *sales) foresee(known int, path []float64) bool {
	r, ok := m.rhythm(known)
	if !ok || (!r.running && r.every == 0) {
		return false
	}
	regular := m.regular[known-1]
	for i := range path {
		path[i] = regular
	}
	if r.running {
		end := max(r.last.from+r.length, known) // a sale that has lasted its time may end any day
		for day := known; day < min(end, known+len(path)); day++ {
			path[day-known] = m.prices[known-1]
		}
	}
	if r.every == 0 {
		return true
	}
	next := r.next(known)
	if next < 0 {
		return r.running
	}
	for from := next; from < known+len(path); from += r.every {
		for day := max(from, known); day < min(from+r.length, known+len(path)); day++ {
			path[day-known] = regular * r.price
		}
	}
	return true
}

// next is the day the next sale begins, -1 where it is so long overdue that the rhythm has broken.
func (r rhythm) next(known int) int {
	next := r.last.from + r.every
	switch {
	case next >= known:
		return next
	case next >= known-overdueDays:
		return known
	default:
		return -1
	}
}
