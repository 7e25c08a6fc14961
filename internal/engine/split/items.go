package split

import (
	"math/big"

	"github.com/lattice-money/lattice/internal/money"
)

// divideItems divides a receipt: items among those who had them, everything else in proportion, refunds afterwards.
func divideItems(bill Bill) (Result, error) {
	places := make(map[string]int, len(bill.Claims))
	for i, claim := range bill.Claims {
		places[claim.Person] = i
	}
	refunded, err := sum(bill.Receipt.Refunds, func(r Refund) int64 { return r.Amount })
	if err != nil {
		return Result{}, err
	}
	refund := money.Money{Amount: refunded, Currency: bill.Total.Currency}
	before, err := bill.Total.Sub(refund)
	if err != nil {
		return Result{}, err
	}
	own, unclaimed := ownCosts(bill, before.Amount, places)
	exact := withAdjustments(own, before.Amount)
	amounts, spare, err := roundShares(exact, before.Amount, bill.Seed)
	if err != nil {
		return Result{}, err
	}
	result := bill.result(func(i int) int64 { return amounts[i] })
	result.Unclaimed, result.Spare = unclaimed, spare
	for _, refund := range bill.Receipt.Refunds {
		if err := result.take(bill, refund, places); err != nil {
			return Result{}, err
		}
	}
	return result, nil
}

// ownCosts is what each person's items cost, exactly, and which items nobody claimed. An item nobody claimed whose sign is
// not the bill's is left out: it is a discount, which follows the proportions.
func ownCosts(bill Bill, total int64, places map[string]int) (own []*big.Rat, unclaimed []int) {
	own = make([]*big.Rat, len(bill.Claims))
	for i := range own {
		own[i] = new(big.Rat)
	}
	for i, item := range bill.Receipt.Items {
		if len(item.Claims) == 0 && item.Amount != 0 && item.Amount < 0 != (total < 0) {
			continue
		}
		weights := weightsOf(item, places, len(own))
		if len(item.Claims) == 0 {
			unclaimed = append(unclaimed, i)
		}
		all := new(big.Int)
		for _, weight := range weights {
			all.Add(all, big.NewInt(weight))
		}
		for place, weight := range weights {
			if weight == 0 {
				continue
			}
			part := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(item.Amount), big.NewInt(weight)), all)
			own[place].Add(own[place], part)
		}
	}
	return own, unclaimed
}

// weightsOf is how an item is carried, by place; equally where nobody claimed it.
func weightsOf(item Item, places map[string]int, people int) []int64 {
	weights := make([]int64, people)
	if len(item.Claims) == 0 {
		for place := range weights {
			weights[place] = 1
		}
		return weights
	}
	for _, claim := range item.Claims {
		weights[places[claim.Person]] += claim.Weight
	}
	return weights
}

// withAdjustments adds to each person's own costs their part of what lies between the items and the total. It follows
// the own costs; where these have no sum to be in proportion to, it is carried equally.
func withAdjustments(own []*big.Rat, total int64) []*big.Rat {
	items := new(big.Rat)
	for _, cost := range own {
		items.Add(items, cost)
	}
	adjustments := new(big.Rat).Sub(new(big.Rat).SetInt64(total), items)
	if adjustments.Sign() == 0 {
		return own
	}
	// Somebody whose items cost less than nothing, after a coupon of their own, has no part in tax and tip.
	weights, all := make([]*big.Rat, len(own)), new(big.Rat)
	for i, cost := range own {
		weights[i] = new(big.Rat)
		if cost.Sign() == items.Sign() {
			weights[i].Set(cost)
		}
		all.Add(all, weights[i])
	}
	exact := make([]*big.Rat, len(own))
	for i := range own {
		part := big.NewRat(1, int64(len(own)))
		if all.Sign() != 0 {
			part.Quo(weights[i], all)
		}
		exact[i] = part.Add(part.Mul(part, adjustments), own[i])
	}
	return exact
}

// take takes a refund off those who claimed its item.
func (r *Result) take(bill Bill, refund Refund, places map[string]int) error {
	weights := weightsOf(bill.Receipt.Items[refund.Item], places, len(bill.Claims))
	back, err := money.Allocate(money.Money{Amount: refund.Amount, Currency: bill.Total.Currency}, weights, bill.Seed)
	if err != nil {
		return err
	}
	for i := range r.Shares {
		if r.Shares[i].Amount, err = r.Shares[i].Amount.Add(back[i]); err != nil {
			return err
		}
	}
	return nil
}
