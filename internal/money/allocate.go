package money

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// Allocate divides total by weights so that the shares add up to total exactly, by the largest-remainder method:
// every share is first cut down to whole minor units, then the units left over go, one each, to the shares that lost
// most. A share is therefore never a whole unit or more away from its exact value, and a weight of zero gets nothing.
//
// Shares that lost exactly the same are served in list order beginning at a place that seed picks, so the spare cent
// of a dinner split three ways does not always fall to the same person: over consecutive seeds each of them pays it
// equally often. The same arguments always give the same shares.
//
// A negative total is divided as its positive twin and each share negated. Fails with ErrNoWeights, ErrNegativeWeight,
// ErrUnknownCurrency, or ErrOverflow when the weights add up to more than 64 bits hold.
func Allocate(total Money, weights []int64, seed uint64) ([]Money, error) {
	if err := total.Validate(); err != nil {
		return nil, err
	}
	sum, err := sumWeights(weights)
	if err != nil {
		return nil, err
	}
	magnitude := absUint64(total.Amount)
	shares := make([]uint64, len(weights))
	lost := make([]uint64, len(weights))
	left := magnitude
	for i, weight := range weights {
		// weight <= sum, so the quotient is at most magnitude and Div64 cannot overflow.
		high, low := bits.Mul64(magnitude, absUint64(weight))
		shares[i], lost[i] = bits.Div64(high, low, sum)
		left -= shares[i]
	}
	for _, i := range spareUnitOrder(lost, left, seed) {
		shares[i]++
	}
	result := make([]Money, len(weights))
	for i, share := range shares {
		result[i] = Money{Amount: withSign(share, total.Amount < 0), Currency: total.Currency}
	}
	return result, nil
}

// spareUnitOrder picks the `left` places that get one more unit: those with the largest remainder, ties by rotation.
// left is always smaller than the number of places with a remainder above zero.
func spareUnitOrder(lost []uint64, left, seed uint64) []int {
	if left == 0 {
		return nil
	}
	order := make([]int, len(lost))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lost[b], lost[a]) })
	// Only the group of equal remainders that the cut runs through can be unfair; rotate that one.
	cut := lost[order[left-1]]
	first, last := 0, 0
	for i, place := range order {
		if lost[place] > cut {
			first = i + 1
		}
		if lost[place] >= cut {
			last = i + 1
		}
	}
	tied := slices.Clone(order[first:last])
	for range seed % uint64(len(tied)) {
		tied = append(tied[1:], tied[0])
	}
	copy(order[first:last], tied)
	return order[:left]
}

func sumWeights(weights []int64) (uint64, error) {
	var sum uint64
	for _, weight := range weights {
		if weight < 0 {
			return 0, ErrNegativeWeight
		}
		next, carry := bits.Add64(sum, absUint64(weight), 0)
		if carry != 0 {
			return 0, ErrOverflow
		}
		sum = next
	}
	if sum == 0 {
		return 0, ErrNoWeights
	}
	return sum, nil
}

func absUint64(amount int64) uint64 {
	if amount < 0 {
		return uint64(-(amount + 1)) + 1 //nolint:gosec // one less than the magnitude fits, also for the smallest amount
	}
	return uint64(amount)
}

// withSign undoes absUint64: magnitude is never more than that of the total it is a share of.
func withSign(magnitude uint64, negative bool) int64 {
	if negative && magnitude == 1<<63 {
		return math.MinInt64
	}
	amount := int64(magnitude) //nolint:gosec // see above
	if negative {
		return -amount
	}
	return amount
}
