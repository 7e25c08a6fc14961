package split

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// findTotal decides what is divided, before and after tip and tax.
func (r *resolver) findTotal() {
	f := r.f
	paid, hasPaid := r.paidSum()
	switch {
	case r.message.Purchase != nil:
		r.base = r.message.Purchase.Total
	case f.total != nil && len(f.leftover) == 0:
		r.base = *f.total
	case f.perHead != nil && len(f.leftover) > 0 && f.total == nil:
		r.askf(MissingTotal, "You name %s each and %s besides. What does it all come to?", f.perHead.Format(), f.leftover[0].Format())
		return
	case f.total != nil && len(f.leftover) > 0 && !f.summed:
		r.base = *f.total // what else is said is part of a story
	case len(f.leftover) == 1 && hasPaid && f.leftover[0] != paid:
		r.askf(MissingTotal, "Is %s the whole bill, or does it come to %s?", f.leftover[0].Format(), paid.Format())
		return
	case len(f.leftover) == 1:
		r.base = f.leftover[0]
	case len(f.leftover) > 1 && f.summed:
		total, err := money.Sum(f.leftover[0].Currency, f.leftover...)
		if err != nil {
			r.askf(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
			return
		}
		r.base = total
	case len(f.leftover) > 1:
		var texts []string
		for _, sum := range f.leftover {
			texts = append(texts, sum.Format())
		}
		r.askf(MissingTotal, "Which is the total to divide: %s?", strings.Join(texts, " or "))
		return
	case hasPaid:
		r.base = paid
	case f.perHead != nil:
		total, err := f.perHead.Mul(int64(len(r.in)))
		if err != nil {
			r.askf(MissingTotal, "That is more than I can count.")
			return
		}
		r.base = total
	case len(f.fixed) > 1 && len(f.rest) == 0, len(f.fixed)+len(f.had) > 1 && r.everybodyHad():
		r.sumCharges()
	case len(f.extras) == 1 && f.extras[0].amount != nil && !f.extras[0].off: // the tip is all there is to divide
		r.base, r.f.extras = *f.extras[0].amount, nil
	default:
		r.askf(MissingTotal, "How much is there to divide?")
		return
	}
	if r.base.IsZero() && r.question == nil {
		r.askf(MissingTotal, "There is nothing to divide in %s. How much is it?", r.base.Format())
		return
	}
	if r.f.refund && r.base.Amount > 0 {
		r.base.Amount = -r.base.Amount
	}
	r.addExtras()
}

// sumCharges takes what everybody is said to have had for the bill.
func (r *resolver) sumCharges() {
	named := slices.Concat(r.f.fixed, r.f.had)
	r.base = money.Money{Currency: named[0].amount.Currency}
	for _, charge := range named {
		var err error
		if r.base, err = r.base.Add(charge.amount); err != nil {
			r.askf(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
			return
		}
	}
}

func (r *resolver) paidSum() (money.Money, bool) {
	total, found := money.Money{}, false
	for _, p := range r.f.payers {
		if p.amount == nil || p.amount.IsZero() {
			continue
		}
		if !found {
			total, found = *p.amount, true
			continue
		}
		var err error
		if total, err = total.Add(*p.amount); err != nil {
			r.askf(MissingCurrencies, "People paid in different currencies, which I do not add up. Ask me about one at a time.")
			return money.Money{}, false
		}
	}
	return total, found
}

// addExtras adds tip, tax and fees that are not in the total, and takes discounts off.
func (r *resolver) addExtras() {
	r.total = r.base
	for _, e := range r.f.extras {
		if e.included {
			continue
		}
		var sum money.Money
		var err error
		if e.amount != nil {
			sum = *e.amount
		} else {
			of := new(big.Int).Mul(big.NewInt(r.base.Amount), e.bps.Num())
			sum.Currency = r.base.Currency
			sum.Amount, err = money.RoundRatio(of, new(big.Int).Mul(e.bps.Denom(), big.NewInt(money.BpsPerWhole)))
		}
		if e.off && err == nil {
			sum, err = sum.Neg()
		}
		if err == nil {
			r.total, err = r.total.Add(sum)
		}
		switch {
		case errors.Is(err, money.ErrCurrencyMismatch):
			r.askf(MissingCurrencies, "The bill and the tip or tax are in different currencies, which I do not add up.")
		case err != nil:
			r.askf(MissingTotal, "That is more than I can count.")
		}
	}
}

// paid is who paid how much of the bill.
func (r *resolver) paid() []Part {
	var parts []Part
	var named money.Money
	open := -1
	for _, p := range r.f.payers {
		if p.amount == nil {
			if open >= 0 {
				r.askf(MissingPayments, "How much did each of them pay?")
				return nil
			}
			open = p.person
			continue
		}
		if p.amount.Currency != "" && p.amount.Currency != r.total.Currency {
			r.askf(MissingCurrencies, "The bill and what was paid are in different currencies, which I do not add up.")
			return nil
		}
		named.Amount += p.amount.Amount
		parts = addPart(parts, Part{Person: r.people[p.person].ID, Amount: p.amount.Amount})
	}
	switch {
	case len(r.f.payers) == 0:
		return nil
	case open >= 0:
		parts = addPart(parts, Part{Person: r.people[open].ID, Amount: r.total.Amount - named.Amount})
	case len(parts) == 1 && named.Amount == r.base.Amount:
		parts[0].Amount = r.total.Amount // who paid the bill paid its tip
	}
	parts = slices.DeleteFunc(parts, func(p Part) bool { return p.Amount == 0 })
	if err := CheckPayments(r.total, parts); err != nil && len(parts) > 0 {
		paid := money.Money{Amount: named.Amount, Currency: r.total.Currency}
		r.askf(MissingPayments, "The bill comes to %s, and what was paid to %s. Which is right?", r.total.Format(), paid.Format())
		return nil
	}
	return parts
}

func addPart(parts []Part, part Part) []Part {
	for i := range parts {
		if parts[i].Person == part.Person {
			parts[i].Amount += part.Amount
			return parts
		}
	}
	return append(parts, part)
}
