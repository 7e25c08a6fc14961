package split

import (
	"math"
	"slices"
)

// gaps divides by how much more people pay than others: equally, but for that.
func (r *resolver) gaps(bill *Bill) {
	f := r.f
	if len(f.weights)+len(f.parts)+len(f.fixed)+len(f.had) > 0 || f.ratio != nil {
		r.askf(MissingParts, "Who has which part, and who has what is left?")
		return
	}
	more, ok := r.moreOf()
	if !ok {
		return
	}
	receipt, left := &Receipt{}, r.total.Amount
	for i, p := range r.in {
		if more[i] > left {
			r.askf(MissingParts, "The difference is more than the %s. Which figure is right?", r.total.Format())
			return
		}
		left -= more[i]
		receipt.Items = append(receipt.Items, r.item(more[i], []int{p}))
	}
	receipt.Items = append(receipt.Items, r.item(left, r.in))
	bill.Method, bill.Receipt = Items, receipt
	r.settleAmounts(bill)
}

// moreOf is what each of those in pays more than who pays least, in minor units.
func (r *resolver) moreOf() (more []int64, ok bool) {
	more = make([]int64, len(r.in))
	said := map[int]bool{}
	than := r.f.gaps[0].than
	for _, g := range r.f.gaps {
		place := slices.Index(r.in, g.person)
		switch {
		case place < 0:
			r.askf(MissingPeople, "Is %s in it or not?", r.people[g.person].Name)
		case g.than >= 0 && !slices.Contains(r.in, g.than):
			r.askf(MissingPeople, "Is %s in it or not?", r.people[g.than].Name)
		case g.amount.Currency != r.total.Currency:
			r.askf(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
		case g.than != than, said[g.person], g.amount.Amount == math.MinInt64, r.total.Amount <= 0:
			r.askf(MissingParts, "Who has which part, and who has what is left?")
		default:
			more[place], said[g.person] = g.amount.Amount, true
			continue
		}
		return nil, false
	}
	// More than Bob pays, and what of the others? With two it is the same.
	if than >= 0 && len(said) < len(r.in)-1 {
		others := slices.DeleteFunc(slices.Clone(r.in), func(p int) bool { return said[p] || p == than })
		r.askf(MissingParts, "And how much does %s pay, as much as %s?", listOf(r.names(others)), r.people[than].Name)
		return nil, false
	}
	least := slices.Min(more)
	for i := range more {
		if least < 0 {
			if more[i] > math.MaxInt64+least {
				r.askf(MissingTotal, "That is more than I can count.")
				return nil, false
			}
			more[i] -= least
		}
	}
	return more, true
}
