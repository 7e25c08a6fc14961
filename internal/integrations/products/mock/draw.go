package mock

import (
	"math"

	"github.com/lattice-money/lattice/internal/sequence"
)

// draw is a stream of numbers that depends on nothing but the parts it was made from.
type draw struct{ sequence.Sequence }

func newDraw(parts ...any) *draw { return &draw{sequence.New(parts...)} }

// unit is 0 or more and less than 1.
func (d *draw) unit() float64 { return float64(d.Next()>>11) / (1 << 53) }

// between is from low up to high.
func (d *draw) between(low, high float64) float64 { return low + (high-low)*d.unit() }

// whole is from low to high, both included.
func (d *draw) whole(low, high int) int { return low + int(d.Next()%uint64(high-low+1)) } //nolint:gosec // high is not below low

// hits is true with that probability.
func (d *draw) hits(probability float64) bool { return d.unit() < probability }

// normal is from the standard normal distribution (Box and Muller).
func (d *draw) normal() float64 {
	return math.Sqrt(-2*math.Log(1-d.unit())) * math.Cos(2*math.Pi*d.unit())
}
