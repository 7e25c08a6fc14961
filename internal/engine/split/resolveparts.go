package split

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// bill decides how the total is divided.
func (r *resolver) bill(reading *Reading) {
	f := r.f
	bill := Bill{Total: r.total, Method: Equal, Seed: r.message.Seed}
	for _, p := range r.in {
		bill.Claims = append(bill.Claims, Claim{Person: r.people[p].ID})
	}
	switch {
	case r.message.Purchase != nil && (len(f.claims) > 0 || f.byItems || len(f.rest) > 0):
		r.claimItems(&bill, reading)
	case f.percent && (len(f.parts) > 0 || f.ratio != nil):
		r.percentages(&bill)
	case len(f.weights) > 0 || f.ratio != nil:
		r.weights(&bill)
	case len(f.fixed)+len(f.had) > 0:
		r.charges(&bill)
	case r.claimsItems():
		r.askf(MissingItems, "What did each of you have, and for how much? With the prices I can divide it by item.")
	}
	reading.Bill = bill
}

// inOrder gives the figures of a proportion to people. It must be plain who gets which.
func (r *resolver) inOrder() (map[int]int64, bool) {
	f := r.f
	if len(f.ratio) != len(r.in) {
		r.askf(MissingParts, "You name %d parts, and there are %d of you: %s. Who has which part?",
			len(f.ratio), len(r.in), listOf(r.names(r.in)))
		return nil, false
	}
	known := map[int]int64{}
	for person, part := range f.parts {
		known[person] = part / 100
	}
	order := r.in
	switch {
	case len(known) == 1 && len(r.in) == 2:
		for person, part := range known {
			for _, other := range r.in {
				if other == person {
					continue
				}
				switch part {
				case f.ratio[0]:
					known[other] = f.ratio[1]
				case f.ratio[1]:
					known[other] = f.ratio[0]
				default:
					r.askf(MissingOrder, "Who has which part?")
				}
			}
		}
		return known, r.question == nil
	case f.listed != nil && !f.withAsker:
		order = slices.DeleteFunc(slices.Clone(f.listed), func(p int) bool { return !slices.Contains(r.in, p) })
	case slices.Min(f.ratio) != slices.Max(f.ratio) && !r.allAnonymous():
		var texts []string
		for _, part := range f.ratio {
			texts = append(texts, fmt.Sprint(part))
		}
		r.askf(MissingOrder, "Who has which part of %s: %s?", strings.Join(texts, "/"), listOf(r.names(r.in)))
		return nil, false
	}
	if len(order) != len(f.ratio) {
		r.askf(MissingOrder, "Who has which part?")
		return nil, false
	}
	for i, person := range order {
		known[person] = f.ratio[i]
	}
	return known, true
}

func (r *resolver) allAnonymous() bool {
	return !slices.ContainsFunc(r.in, func(p int) bool { return !strings.HasPrefix(r.people[p].ID, "person:") })
}

func (r *resolver) percentages(bill *Bill) {
	parts := r.f.parts
	if r.f.ratio != nil {
		known, ok := r.inOrder()
		if !ok {
			return
		}
		parts = map[int]int64{}
		for person, part := range known {
			parts[person] = part * 100
		}
	}
	bill.Method = Percentages
	var made int64
	var open []int
	for i, p := range r.in {
		part, ok := parts[p]
		if !ok {
			open = append(open, i)
		}
		bill.Claims[i].Bps = part
		made += part
	}
	left := money.BpsPerWhole - made
	switch {
	case len(open) == 0 || left <= 0 && r.closed():
	case left < 0 || left == 0:
		r.askf(MissingParts, "The percentages make %s without %s. Who has which part?", money.FormatBps(made), listOf(r.namesAt(open)))
	case len(open) == 1 || r.f.shared || len(r.f.rest) > 0 || r.f.equal:
		weights := make([]int64, len(open))
		for i, place := range open {
			weights[i] = 1
			if len(r.f.rest) > 0 && !slices.Contains(r.f.rest, r.in[place]) {
				weights[i] = 0
			}
		}
		shares, err := money.Allocate(money.Money{Amount: left, Currency: bill.Total.Currency}, weights, bill.Seed)
		if err != nil {
			r.askf(MissingParts, "Who takes what is left?")
			return
		}
		for i, place := range open {
			bill.Claims[place].Bps = shares[i].Amount
		}
	default:
		r.askf(MissingParts, "That leaves %s for %s. How do they share it?", money.FormatBps(left), listOf(r.namesAt(open)))
	}
}

func (r *resolver) weights(bill *Bill) {
	weights := r.f.weights
	if r.f.ratio != nil {
		known, ok := r.inOrder()
		if !ok {
			return
		}
		weights = map[int]*big.Rat{}
		for person, part := range known {
			weights[person] = new(big.Rat).SetInt64(part)
		}
	}
	bill.Method = Shares
	common := big.NewInt(1)
	for _, weight := range weights {
		common.Mul(common, weight.Denom())
	}
	for i, p := range r.in {
		weight, ok := weights[p]
		if !ok {
			weight = big.NewRat(1, 1)
		}
		whole := new(big.Rat).Mul(weight, new(big.Rat).SetInt(common))
		bill.Claims[i].Weight = whole.Num().Int64()
	}
	divisor := int64(0)
	for _, claim := range bill.Claims {
		divisor = gcd(divisor, claim.Weight)
	}
	for i := range bill.Claims {
		bill.Claims[i].Weight /= max(1, divisor)
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
