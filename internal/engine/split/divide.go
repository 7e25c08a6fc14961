package split

import (
	"cmp"
	"errors"
	"math/big"
	"slices"

	"github.com/lattice-money/lattice/internal/money"
)

// Divide says what each person carries; the shares add up to the total exactly, and the order of the claims makes no
// difference to anybody's. Errors: those of Bill, a MismatchError where the claims do not add up, and
// money.ErrUnknownCurrency or money.ErrOverflow.
func Divide(bill Bill) (Result, error) {
	if err := bill.Validate(); err != nil {
		return Result{}, err
	}
	sorted := bill
	sorted.Claims = slices.Clone(bill.Claims)
	slices.SortFunc(sorted.Claims, func(a, b Claim) int { return cmp.Compare(a.Person, b.Person) })
	result, err := divideSorted(sorted)
	if err != nil {
		if mismatch, ok := errors.AsType[*MismatchError](err); ok {
			mismatch.reorder(sorted.Claims, bill.Claims)
		}
		return Result{}, err
	}
	shares := make(map[string]Share, len(result.Shares))
	for _, share := range result.Shares {
		shares[share.Person] = share
	}
	for i, claim := range bill.Claims {
		result.Shares[i] = shares[claim.Person]
	}
	return result, nil
}

// divideSorted divides a valid bill whose claims stand in the order of the people's names.
func divideSorted(bill Bill) (Result, error) {
	switch bill.Method {
	case Equal:
		return divideByWeights(bill, func(Claim) int64 { return 1 })
	case Shares:
		return divideByWeights(bill, func(c Claim) int64 { return c.Weight })
	case Percentages:
		if err := checkPercentages(bill); err != nil {
			return Result{}, err
		}
		return divideByWeights(bill, func(c Claim) int64 { return c.Bps })
	case Amounts:
		if err := checkAmounts(bill); err != nil {
			return Result{}, err
		}
		return bill.result(func(i int) int64 { return bill.Claims[i].Amount }), nil
	case Items:
		return divideItems(bill)
	default:
		return Result{}, ErrUnknownMethod
	}
}

func divideByWeights(bill Bill, weightOf func(Claim) int64) (Result, error) {
	weights := make([]int64, len(bill.Claims))
	some := false
	for i, claim := range bill.Claims {
		weights[i] = weightOf(claim)
		some = some || weights[i] > 0
	}
	if !some {
		return Result{}, ErrNoPeople
	}
	shares, err := money.Allocate(bill.Total, weights, bill.Seed)
	if err != nil {
		return Result{}, err
	}
	result := bill.result(func(i int) int64 { return shares[i].Amount })
	result.Spare = spareOfWeights(bill.Total.Amount, weights)
	return result, nil
}

func (b Bill) result(amountOf func(i int) int64) Result {
	shares := make([]Share, len(b.Claims))
	for i, claim := range b.Claims {
		shares[i] = Share{Person: claim.Person, Amount: money.Money{Amount: amountOf(i), Currency: b.Total.Currency}}
	}
	return Result{Shares: shares}
}

// spareOfWeights is how many units money.Allocate hands out by seed alone.
func spareOfWeights(total int64, weights []int64) uint64 {
	magnitude := new(big.Int).Abs(big.NewInt(total))
	sum := new(big.Int)
	for _, weight := range weights {
		sum.Add(sum, big.NewInt(weight))
	}
	lost := make([]*big.Rat, len(weights))
	all := new(big.Rat)
	for i, weight := range weights {
		rest := new(big.Int).Mod(new(big.Int).Mul(magnitude, big.NewInt(weight)), sum)
		lost[i] = new(big.Rat).SetFrac(rest, sum)
		all.Add(all, lost[i])
	}
	tie := tieOf(lost, int(all.Num().Int64()))
	return tie.spare()
}

// tie is the group of people who lost the same and of whom only some can get a unit more.
type tie struct {
	order       []int // everybody, who lost most first
	first, last int   // the group is order[first:last]
	units       int   // how many of all get one
}

// tieOf finds the group that the cut runs through when `units` units go to those who lost most.
func tieOf(lost []*big.Rat, units int) tie {
	t := tie{order: make([]int, len(lost)), units: units}
	for i := range t.order {
		t.order[i] = i
	}
	if units == 0 {
		return t
	}
	slices.SortStableFunc(t.order, func(a, b int) int { return lost[b].Cmp(lost[a]) })
	cut := lost[t.order[units-1]]
	for i, place := range t.order {
		if order := lost[place].Cmp(cut); order > 0 {
			t.first = i + 1
		} else if order == 0 {
			t.last = i + 1
		}
	}
	return t
}

// spare is how many units of the group's go by seed; none where everybody in it gets one.
func (t tie) spare() uint64 {
	if t.units == t.last {
		return 0
	}
	return uint64(max(0, t.units-t.first))
}

// winners are the places that get a unit more, the group's rotated by seed as money.Allocate does it.
func (t tie) winners(seed uint64) []int {
	if size := t.last - t.first; size > 1 {
		group := slices.Clone(t.order[t.first:t.last])
		turn := int(seed % uint64(size)) //nolint:gosec // smaller than size
		copy(t.order[t.first:t.last], append(group[turn:], group[:turn]...))
	}
	return t.order[:t.units]
}

// roundShares makes whole units of exact shares that add up to total, as money.Allocate does for weights. Shares of both
// signs are allowed.
func roundShares(exact []*big.Rat, total int64, seed uint64) (shares []int64, spare uint64, err error) {
	negative := total < 0
	shares = make([]int64, len(exact))
	lost := make([]*big.Rat, len(exact))
	left := new(big.Int).Abs(big.NewInt(total))
	whole := make([]*big.Int, len(exact))
	for i, share := range exact {
		if negative {
			share = new(big.Rat).Neg(share)
		}
		// Div rounds down for a denominator above zero, so that what is lost is never below zero.
		whole[i] = new(big.Int).Div(share.Num(), share.Denom())
		lost[i] = new(big.Rat).Sub(share, new(big.Rat).SetInt(whole[i]))
		left.Sub(left, whole[i])
	}
	t := tieOf(lost, int(left.Int64()))
	spare = t.spare()
	for _, i := range t.winners(seed) {
		whole[i].Add(whole[i], big.NewInt(1))
	}
	for i, share := range whole {
		if negative {
			share.Neg(share)
		}
		if !share.IsInt64() {
			return nil, 0, money.ErrOverflow
		}
		shares[i] = share.Int64()
	}
	return shares, spare, nil
}

// sum adds up int64 figures. Fails with money.ErrOverflow.
func sum[T any](list []T, figure func(T) int64) (int64, error) {
	total := new(big.Int)
	for _, entry := range list {
		total.Add(total, big.NewInt(figure(entry)))
	}
	if !total.IsInt64() {
		return 0, money.ErrOverflow
	}
	return total.Int64(), nil
}

func signOf(amount int64) int { return cmp.Compare(amount, 0) }
