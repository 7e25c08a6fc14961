// Package sequence is what mocks draw their data from: numbers that look random and depend on nothing but a name.
package sequence

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
)

// Sequence is a stream of numbers that depends on nothing but the parts it was made from. It is written out here, and not
// taken from math/rand, because what people see and what is stored hang on it: it must never change with a Go version.
type Sequence struct{ state uint64 }

// New makes the stream of these parts; each part is kept apart from the next, so ("ab", "c") is not ("a", "bc").
func New(parts ...any) Sequence {
	var key []byte
	for _, part := range parts {
		text := fmt.Sprint(part)
		key = append(strconv.AppendInt(key, int64(len(text)), 10), ':')
		key = append(key, text...)
	}
	sum := sha256.Sum256(key)
	return Sequence{state: binary.BigEndian.Uint64(sum[:])}
}

// Next is splitmix64 (Steele, Lea and Flood: Fast Splittable Pseudorandom Number Generators, 2014).
func (s *Sequence) Next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
