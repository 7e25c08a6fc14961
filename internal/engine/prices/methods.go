package prices

import "math"

// method foresees a price from what was known on a day. Its constants were chosen on products of the development half of
// the back-test and on nothing else.
type method interface {
	name() Method
	// foresee writes the price of the next len(path) days, known being the days before them. It returns false where the
	// method has nothing to say, and then leaves path in any state.
	foresee(known int, path []float64) bool
}

// Method names how a forecast was made.
type Method string

// The methods, from the simplest on. NoChange is what all others are measured by.
const (
	NoChange Method = "no_change" // the same as today
	Usual    Method = "usual"     // back to the level of the last weeks
	Trend    Method = "trend"     // on along the line of the last months
	Season   Method = "season"    // as the time of the year has it
	Sales    Method = "sales"     // sales begin and end as they did before
)

// usual is the median of some last days.
type usual struct {
	prices  []float64
	days    int
	scratch []float64
}

func (m *usual) name() Method { return Usual }

func (m *usual) foresee(known int, path []float64) bool {
	if known < m.days {
		return false
	}
	m.scratch = append(m.scratch[:0], m.prices[known-m.days:known]...)
	level := middle(m.scratch)
	for i := range path {
		path[i] = level
	}
	return true
}

// middle is the median, the upper one of two. It moves the values of its argument about (Hoare's selection: most of its
// callers are in a hurry, and sorting is several times slower).
func middle(values []float64) float64 {
	low, high, wanted := 0, len(values)-1, len(values)/2
	for low < high {
		pivot, i, j := values[(low+high)/2], low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i++
				j--
			}
		}
		switch {
		case wanted <= j:
			high = j
		case wanted >= i:
			low = i
		default:
			return values[wanted]
		}
	}
	return values[wanted]
}

// sums are of the price, and of day times price, over the days before each: with them the line through any stretch costs
// the same.
type sums struct{ price, cross []float64 }

func newSums(prices []float64) sums {
	s := sums{price: make([]float64, len(prices)+1), cross: make([]float64, len(prices)+1)}
	for i, price := range prices {
		s.price[i+1] = s.price[i] + price
		s.cross[i+1] = s.cross[i] + float64(i)*price
	}
	return s
}

// trend is a straight line through some last days by least squares.
type trend struct {
	days   int
	prices []float64
	sums   sums
}

func (m *trend) name() Method { return Trend }

func (m *trend) foresee(known int, path []float64) bool {
	if known < m.days {
		return false
	}
	from, n := known-m.days, float64(m.days)
	centre := float64(from) + (n-1)/2
	mean := (m.sums.price[known] - m.sums.price[from]) / n
	slope := (m.sums.cross[known] - m.sums.cross[from] - centre*mean*n) / (n * (n*n - 1) / 12)
	last := float64(known-1) - centre
	off := m.prices[known-1] - (mean + slope*last) // fades: what is off the line today is partly noise
	for i := range path {
		off *= offFades
		path[i] = mean + slope*(last+float64(i+1)) + off
	}
	return true
}

// offFades is what is left, a day later, of the distance between a price and where its line or season has it.
const offFades = 0.9

const daysPerYear = 365.25

// season is a wave of one year by least squares over all that is known: a level, a cosine and a sine.
type season struct {
	prices   []float64
	cos, sin []float64
	sums     []normal // over the days before each
}

// normal are the sums of the normal equations for the columns 1, cos, sin.
type normal struct{ c, s, cc, cs, ss, y, cy, sy float64 }

// leastSeason is how much of a year has to be known to tell a season from a trend.
const leastSeason = 300

func newSeason(prices []float64, ahead int) *season {
	total := len(prices) + ahead
	m := &season{prices: prices, cos: make([]float64, total), sin: make([]float64, total), sums: make([]normal, len(prices)+1)}
	turnSin, turnCos := math.Sincos(2 * math.Pi / daysPerYear)
	c, s := 1.0, 0.0
	for i := range total {
		m.cos[i], m.sin[i] = c, s
		if i < len(prices) {
			y, before := prices[i], m.sums[i]
			m.sums[i+1] = normal{
				c: before.c + c, s: before.s + s, cc: before.cc + c*c, cs: before.cs + c*s, ss: before.ss + s*s,
				y: before.y + y, cy: before.cy + c*y, sy: before.sy + s*y,
			}
		}
		c, s = c*turnCos-s*turnSin, c*turnSin+s*turnCos
	}
	return m
}

func (m *season) name() Method { return Season }

func (m *season) foresee(known int, path []float64) bool {
	if known < leastSeason {
		return false
	}
	level, a, b, ok := m.sums[known].solve(float64(known))
	if !ok {
		return false
	}
	off := m.prices[known-1] - (level + a*m.cos[known-1] + b*m.sin[known-1])
	for i := range path {
		off *= offFades
		path[i] = level + a*m.cos[known+i] + b*m.sin[known+i] + off
	}
	return true
}

// solve answers the three unknowns by Cramer's rule.
func (n normal) solve(count float64) (level, a, b float64, ok bool) {
	det := func(p, q, r [3]float64) float64 {
		return p[0]*(q[1]*r[2]-q[2]*r[1]) - q[0]*(p[1]*r[2]-p[2]*r[1]) + r[0]*(p[1]*q[2]-p[2]*q[1])
	}
	one, cos, sin := [3]float64{count, n.c, n.s}, [3]float64{n.c, n.cc, n.cs}, [3]float64{n.s, n.cs, n.ss}
	right := [3]float64{n.y, n.cy, n.sy}
	whole := det(one, cos, sin)
	if math.Abs(whole) < 1e-6*count*count*count {
		return 0, 0, 0, false
	}
	return det(right, cos, sin) / whole, det(one, right, sin) / whole, det(one, cos, right) / whole, true
}
