package mock

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// draw is a stream of numbers that depends on nothing but the parts it was made from. It is written out here, and not
// taken from math/rand, because stored prices hang on it: it must never change with a Go version.
type draw struct{ state uint64 }

// newDraw makes the stream of these parts; each part is kept apart from the next, so ("ab", "c") is not ("a", "bc").
func newDraw(parts ...any) *draw {
	var key []byte
	for _, part := range parts {
		text := fmt.Sprint(part)
		key = append(strconv.AppendInt(key, int64(len(text)), 10), ':')
		key = append(key, text...)
	}
	sum := sha256.Sum256(key)
	return &draw{state: binary.BigEndian.Uint64(sum[:])}
}

// next is splitmix64.
func (d *draw) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit is 0 or more and less than 1.
func (d *draw) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// between is from low up to high.
func (d *draw) between(low, high float64) float64 { return low + (high-low)*d.unit() }

// whole is from low to high, both included.
func (d *draw) whole(low, high int) int { return low + int(d.next()%uint64(high-low+1)) } //nolint:gosec // high is not below low

// hits is true with that probability.
func (d *draw) hits(probability float64) bool { return d.unit() < probability }

// normal is from the standard normal distribution (Box and Muller).
func (d *draw) normal() float64 {
	return math.Sqrt(-2*math.Log(1-d.unit())) * math.Cos(2*math.Pi*d.unit())
}
