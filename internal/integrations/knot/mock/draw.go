package mock

import (
	"github.com/lattice-money/lattice/internal/sequence"
)

// draw is a stream of numbers that depends on nothing but the parts it was made from.
type draw struct{ sequence.Sequence }

func newDraw(parts ...any) *draw { return &draw{sequence.New(parts...)} }

// below is 0 or more and less than n, which must be positive.
func (d *draw) below(n int) int {
	return int(d.Next() % uint64(n)) //nolint:gosec // the remainder is less than n, an int
}

// between is from low to high, both included.
func (d *draw) between(low, high int) int { return low + d.below(high-low+1) }

// hits is true in so many of a hundred cases.
func (d *draw) hits(percent int) bool { return d.below(100) < percent }

// pick is one of the choices, each as likely as the other.
func pick[T any](d *draw, choices []T) T { return choices[d.below(len(choices))] }

// pickWeighted is the index of one of n choices, each as likely as its weight says; the sum must be positive.
func pickWeighted(d *draw, n int, weight func(int) int) int {
	sum := 0
	for i := range n {
		sum += weight(i)
	}
	at := d.below(sum)
	for i := range n {
		if at -= weight(i); at < 0 {
			return i
		}
	}
	panic("mock: weights changed while drawing")
}
