package figuretest

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// This file says once more what a card earns: the terms as package rewards documents them, over rows, with fractions.

// broader are the categories that a purchase of a category counts as, besides itself.
var broader = map[string]string{"delivery": "dining", "rideshare": "transit", "flights": "travel", "hotels": "travel"}

// purchase is what a card pays: an order, or a part of one, or what somebody is about to buy.
type purchase struct {
	slug     string
	category string
	amount   int64
	at       time.Time // at the user's place
}

// spent is how much of the caps is used: by card, cap and the period that holds a day.
type spent map[string]int64

func capKey(c *card, r *rule, at time.Time) string {
	name := r.SharedCapGroup
	if name == "" {
		name = r.ID.String()
	}
	period := at.Format("2006")
	switch r.CapPeriod {
	case "month":
		period = at.Format("2006-01")
	case "quarter":
		period = quarterOf(at)
	}
	return fmt.Sprint(c.ID, name, period)
}

func quarterOf(at time.Time) string { return fmt.Sprintf("%d-Q%d", at.Year(), (int(at.Month())-1)/3+1) }

// pays reports whether a rule holds for a purchase.
func (c *card) pays(r *rule, p purchase) bool {
	day := p.at.Format(time.DateOnly)
	switch {
	case r.Kind == "merchant" && r.MerchantSlug != p.slug,
		r.Kind == "category" && r.Category != p.category && r.Category != broader[p.category],
		r.ValidFrom != nil && day < r.ValidFrom.Format(time.DateOnly), r.ValidTo != nil && day > r.ValidTo.Format(time.DateOnly),
		r.Quarter != "" && r.Quarter != quarterOf(p.at), p.slug != "" && slices.Contains(r.ExcludedMerchants, p.slug),
		r.ChoiceGroup != "" && !slices.Contains(c.Choices, r.Category):
		return false
	case r.RequiresActivation:
		word := r.Quarter
		if word == "" {
			word = r.ID.String()
		}
		return slices.Contains(c.Activations, word)
	}
	return true
}

// worth is the value of a point in hundredths of a cent.
func (c *card) worth() int64 {
	if c.PointValue != nil && c.Program == "points" {
		return *c.PointValue
	}
	return c.Worth
}

// earning is what a card earns on a purchase.
type earning struct {
	rule   *rule
	value  *big.Int // minor units times 10,000 times 100
	within int64    // what of the purchase earns the rule's own rate
	left   int64    // of the cap before
	reward int64
	bps    int64
}

// earns finds the rule that yields most.
func (c *card) earns(p purchase, used spent) earning {
	var base *rule
	for i := range c.rules {
		if r := &c.rules[i]; r.Kind == "base" && c.pays(r, p) {
			base = r
		}
	}
	var best earning
	for i := range c.rules {
		r := &c.rules[i]
		if !c.pays(r, p) {
			continue
		}
		e := earning{rule: r, within: p.amount}
		if r.CapAmount != nil {
			e.left = max(0, *r.CapAmount-used[capKey(c, r, p.at)])
			e.within = min(p.amount, e.left)
		}
		e.value = new(big.Int).Mul(big.NewInt(e.within), big.NewInt(r.RateBps))
		e.value.Add(e.value, new(big.Int).Mul(big.NewInt(p.amount-e.within), big.NewInt(base.RateBps)))
		e.value.Mul(e.value, big.NewInt(c.worth()))
		if best.rule == nil || isBetter(e, best) {
			best = e
		}
	}
	best.reward = half(best.value, big.NewInt(1_000_000))
	best.bps = half(best.value, big.NewInt(100*p.amount))
	return best
}

// isBetter orders by value; of equal ones the higher rate, then the narrower rule, then the id.
func isBetter(a, b earning) bool {
	if order := a.value.Cmp(b.value); order != 0 {
		return order > 0
	}
	if a.rule.RateBps != b.rule.RateBps {
		return a.rule.RateBps > b.rule.RateBps
	}
	rank := map[string]int{"merchant": 0, "category": 1, "base": 2}
	if rank[a.rule.Kind] != rank[b.rule.Kind] {
		return rank[a.rule.Kind] < rank[b.rule.Kind]
	}
	return strings.Compare(a.rule.ID.String(), b.rule.ID.String()) < 0
}

// count adds a payment to the cap of the rule that paid it; money back gives room back.
func (c *card) count(p purchase, used spent) {
	amount := p.amount
	p.amount = max(amount, -amount)
	if p.amount == 0 {
		return
	}
	if e := c.earns(p, used); e.rule.CapAmount != nil {
		key := capKey(c, e.rule, p.at)
		used[key] = max(0, used[key]+amount)
	}
}

// use counts what orders paid with a card, oldest first.
func (c *card) use(orders []order, zone *time.Location) spent {
	used := spent{}
	for i := range orders {
		o := &orders[i]
		if !o.counts() || o.Currency != c.Currency {
			continue
		}
		for _, paid := range o.payments {
			if c.LastFour != nil && paid.LastFour == *c.LastFour {
				c.count(purchase{slug: o.Slug, category: o.Category, amount: paid.Amount, at: o.PlacedAt.In(zone)}, used)
			}
		}
	}
	return used
}
