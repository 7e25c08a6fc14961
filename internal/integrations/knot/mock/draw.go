package mock

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
)

// draw is a stream of numbers that depends on nothing but the parts it was made from. It is written out here, and not
// taken from math/rand, because the orders people see hang on it: it must never change with a Go version.
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

// below is 0 or more and less than n, which must be positive.
func (d *draw) below(n int) int {
	return int(d.next() % uint64(n)) //nolint:gosec // the remainder is less than n, an int
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
