package split

import (
	"cmp"
	"fmt"
	"maps"
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
	case len(f.asides) > 0:
		r.sparing(&bill)
	case len(f.gaps) > 0:
		r.gaps(&bill)
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
		if whole := new(big.Rat).Quo(part, big.NewRat(100, 1)); whole.IsInt() {
			known[person] = whole.Num().Int64()
		}
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
		parts = map[int]*big.Rat{}
		for person, part := range known {
			parts[person] = new(big.Rat).SetInt64(part * 100)
		}
	}
	r.allIn(parts)
	made, open := new(big.Rat), []int(nil)
	all := make([]*big.Rat, len(r.in))
	for i, p := range r.in {
		part, ok := parts[p]
		if !ok {
			open, part = append(open, i), new(big.Rat)
		}
		all[i] = part
		made.Add(made, part)
	}
	left := new(big.Rat).Sub(big.NewRat(money.BpsPerWhole, 1), made)
	switch {
	case len(open) == 0 || left.Sign() <= 0 && r.closed():
	case left.Sign() <= 0:
		r.askf(MissingParts, "The percentages make %s without %s. Who has which part?", formatPart(made), listOf(r.namesAt(open)))
	default:
		r.shareOut(all, open, left)
	}
	if r.question == nil {
		r.wholeParts(bill, all)
	}
}

// allIn asks about those who have a part of their own and were not said to be in.
func (r *resolver) allIn(parts map[int]*big.Rat) {
	for _, p := range slices.Sorted(maps.Keys(parts)) {
		if !slices.Contains(r.in, p) {
			r.askf(MissingParts, "Is %s in it or not, and who has which part?", r.people[p].Name)
		}
	}
}

// formatPart writes hundredths of a percent.
func formatPart(bps *big.Rat) string {
	return money.FormatBps(new(big.Int).Quo(bps.Num(), bps.Denom()).Int64())
}

// shareOut gives what is left to those it was left to, or else to all without a part, each the same: where nobody said so,
// the answer does.
func (r *resolver) shareOut(all []*big.Rat, open []int, left *big.Rat) {
	takers := slices.DeleteFunc(slices.Clone(open), func(place int) bool {
		return len(r.f.rest) > 0 && !slices.Contains(r.f.rest, r.in[place])
	})
	if len(takers) == 0 {
		r.askf(MissingParts, "Who takes what is left?")
		return
	}
	for _, place := range takers {
		all[place] = new(big.Rat).Quo(left, new(big.Rat).SetInt64(int64(len(takers))))
	}
	if len(takers) > 1 && !r.f.shared && len(r.f.rest) == 0 && !r.f.equal {
		r.notef("I took it that %s share the other %s equally.", listOf(r.namesAt(takers)), formatPart(left))
	}
}

// wholeParts writes parts as percentages, or as shares where a third or the like is among them.
func (r *resolver) wholeParts(bill *Bill, all []*big.Rat) {
	sum, even := new(big.Rat), true
	for _, part := range all {
		sum.Add(sum, part)
		even = even && part.IsInt()
	}
	switch {
	case even:
		bill.Method = Percentages
		for i, part := range all {
			bill.Claims[i].Bps = part.Num().Int64()
		}
	case sum.Cmp(big.NewRat(money.BpsPerWhole, 1)) != 0:
		r.askf(MissingParts, "These parts make %s. Who has which part?", formatPart(sum))
	default:
		bill.Method = Shares
		weigh(bill, all)
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
	r.allIn(weights)
	bill.Method = Shares
	all := make([]*big.Rat, len(r.in))
	for i, p := range r.in {
		all[i] = cmp.Or(weights[p], big.NewRat(1, 1))
	}
	weigh(bill, all)
}

// weigh writes parts as the smallest whole numbers in the same proportion.
func weigh(bill *Bill, all []*big.Rat) {
	common, divisor := big.NewInt(1), new(big.Int)
	for _, part := range all {
		factor := new(big.Int).GCD(nil, nil, common, part.Denom())
		common.Mul(common, new(big.Int).Quo(part.Denom(), factor))
	}
	whole := make([]*big.Int, len(all))
	for i, part := range all {
		whole[i] = new(big.Rat).Mul(part, new(big.Rat).SetInt(common)).Num()
		divisor.GCD(nil, nil, divisor, whole[i])
	}
	for i := range bill.Claims {
		if divisor.Sign() > 0 {
			whole[i].Quo(whole[i], divisor)
		}
		bill.Claims[i].Weight = whole[i].Int64()
	}
}
