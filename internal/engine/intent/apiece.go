package intent

import (
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// unknownCount says that a price is one of several things, and that how many cannot be told.
const unknownCount = -1

// apiece finds the sum that is the price of one of several things, "two tickets at $45.50 each", "2 nights at $150 a
// night", and how many there are. at is -1 where there is none.
func (r *reader) apiece(sums []int) (at, count int) {
	for _, at := range sums {
		unit, ok := r.perUnit(at)
		if !ok {
			continue
		}
		found := 0
		for i := range r.tokens {
			if i == at || !r.countsThings(i, unit) {
				continue
			}
			if found++; found > 1 {
				return at, unknownCount
			}
			count = r.tokens[i].number
		}
		if found == 1 {
			return at, count
		}
		return -1, 0 // of how many it does not say: the price is all there is
	}
	return -1, 0
}

// perUnit reports that a sum is the price of one, and of one what where it says that.
func (r *reader) perUnit(at int) (unit string, ok bool) {
	switch next := r.word(at + 1); {
	case next == "each", next == "apiece", next == "cada":
		return "", true
	case (next == "per" || next == "a" || next == "por" || next == "/" || next == "an") && at+2 < len(r.tokens) && r.tokens[at+2].word():
		if unit = r.word(at + 2); unit == "piece" || unit == "pop" || unit == "pieza" {
			unit = ""
		}
		return unit, len(unit) == 0 || len(unit) > 2
	default:
		return "", false
	}
}

// countsThings reports a number of things; unit is what they must be, empty where they may be anything.
func (r *reader) countsThings(at int, unit string) bool {
	t := r.tokens[at]
	if !t.has(isNumber) || t.has(isCurrency|isPercent|isRatio|isYear) || unit == "" && r.dated(at) || t.number < 1 {
		return false
	}
	const gap = 2 // "3 blue shirts"
	for next := at + 1; next <= at+gap && next < len(r.tokens) && r.tokens[next].word(); next++ {
		word := r.word(next)
		if data.stops[word] && !r.counts(at) || word == "of" {
			return false
		}
		if unit == "" || strings.TrimSuffix(word, "s") == strings.TrimSuffix(unit, "s") {
			return true
		}
	}
	return false
}

// fillMany fills in what several things of one price cost together. Where their number is not known, no amount is better
// than that of one.
func (r *reader) fillMany(reading *Reading, price money.Money, count int) {
	if count == unknownCount {
		return
	}
	total, err := price.Mul(int64(count))
	if err != nil {
		return
	}
	reading.Amount, reading.Amounts = &total, []money.Money{total}
}
