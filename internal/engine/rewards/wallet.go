package rewards

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/money"
)

// categories is a set, one bit for each ordinal of package category.
type categories uint64

// just is the set of one category; what is not in the vocabulary counts as Other.
func just(c category.Category) categories {
	ordinal, known := c.Ordinal()
	if !known {
		ordinal, _ = category.Other.Ordinal()
	}
	return 1 << ordinal
}

// countingAs is, for each category, the set of those whose purchases meet a rule about it.
var countingAs = func() map[category.Category]categories {
	sets := map[category.Category]categories{}
	for _, wanted := range category.All() {
		for _, c := range category.All() {
			if c.Counts(wanted) {
				sets[wanted] |= just(c)
			}
		}
	}
	return sets
}()

// lock is what keeps a rule from paying although the purchase is of its sort.
type lock string

const (
	lockNone       lock = ""
	lockActivation lock = "activation"
	lockChoice     lock = "choice"
)

// term is a rule made ready for one card.
type term struct {
	rule     *Rule
	from, to Date       // the days on which it holds: its validity and its quarter
	fits     categories // the categories of the purchases it is for; a rule about a merchant fits all
	lock     lock       // depends on what the owner chose and activated, not on the purchase
	cap      int        // index into wallet.caps; below zero without a cap
}

// limit is one cap of one card.
type limit struct {
	id     string
	period Period
}

// wallet is a card made ready for matching.
type wallet struct {
	card       *Card
	pointValue int64
	bases      []*Rule // in order of their days
	terms      []term  // every other rule
	caps       []limit
}

func open(card *Card) (*wallet, error) {
	if card.ID == "" {
		return nil, fmt.Errorf("%w: no id", ErrInvalidCard)
	}
	if err := card.Product.Validate(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrInvalidCard, card.ID, err)
	}
	if card.PointValue < 0 || card.PointValue > maxPointValue {
		return nil, fmt.Errorf("%w: %s: point value of %d", ErrInvalidCard, card.ID, card.PointValue)
	}
	for _, amount := range []*money.Money{card.Limit, card.Balance} {
		if amount != nil && amount.Currency != card.Product.Currency() {
			return nil, fmt.Errorf("%w: %s: limit and balance must be in %s", ErrInvalidCard, card.ID, card.Product.Currency())
		}
	}
	w := &wallet{card: card, pointValue: worthOf(card)}
	chosen := chosenOn(card)
	for i := range card.Product.Rules {
		rule := &card.Product.Rules[i]
		if rule.Kind == KindBase {
			w.bases = append(w.bases, rule)
			continue
		}
		w.terms = append(w.terms, w.term(rule, chosen))
	}
	slices.SortFunc(w.bases, func(a, b *Rule) int { return a.ValidFrom.compare(b.ValidFrom) })
	return w, nil
}

func (w *wallet) term(rule *Rule, chosen map[category.Category]bool) term {
	t := term{rule: rule, from: rule.ValidFrom, to: rule.ValidTo, fits: ^categories(0), cap: -1}
	if rule.Kind == KindCategory {
		t.fits = countingAs[rule.Category]
	}
	if rule.Quarter != "" {
		first, last := rule.Quarter.days()
		if t.from.Before(first) {
			t.from = first
		}
		if t.to.IsZero() || last.Before(t.to) {
			t.to = last
		}
	}
	switch {
	case rule.ChoiceGroup != "" && !chosen[rule.Category]:
		t.lock = lockChoice
	case rule.RequiresActivation && !slices.Contains(w.card.Activations, activationOf(rule)):
		t.lock = lockActivation
	}
	if rule.Cap != nil {
		id := rule.CapID()
		t.cap = slices.IndexFunc(w.caps, func(l limit) bool { return l.id == id })
		if t.cap < 0 {
			t.cap = len(w.caps)
			w.caps = append(w.caps, limit{id: id, period: rule.CapPeriod})
		}
	}
	return t
}

// base is the rule for every purchase of that day. Validate made sure that there is exactly one.
func (w *wallet) base(day Date) *Rule {
	for _, rule := range w.bases {
		if day.within(rule.ValidFrom, rule.ValidTo) {
			return rule
		}
	}
	return w.bases[len(w.bases)-1]
}

// chosenOn is a card's choices that count: offered by the product, and the first of each group up to its maximum. Where
// the owner chose nothing in a group, what the issuer then takes.
func chosenOn(card *Card) map[category.Category]bool {
	chosen := map[category.Category]bool{}
	taken := map[string]int{}
	for _, choice := range card.Choices {
		group, offered := card.Product.choiceGroupOf(choice)
		if !offered || chosen[category.Category(choice)] {
			continue
		}
		for _, g := range card.Product.ChoiceGroups {
			if g.Name == group && taken[group] < g.Max {
				chosen[category.Category(choice)] = true
				taken[group]++
			}
		}
	}
	for _, g := range card.Product.ChoiceGroups {
		if taken[g.Name] == 0 && g.Default != "" {
			chosen[g.Default] = true
		}
	}
	return chosen
}

// activationOf is the word in Card.Activations that unlocks a rule.
func activationOf(rule *Rule) string {
	if rule.Quarter != "" {
		return string(rule.Quarter)
	}
	return rule.ID
}

// covers reports whether a purchase is of the term's sort and day.
func (t *term) covers(at *Occasion) bool {
	rule := t.rule
	return t.fits&at.category != 0 &&
		(rule.MerchantSlug == "" || rule.MerchantSlug == at.merchantSlug) &&
		(!rule.DomesticOnly || !at.foreign) &&
		at.date.within(t.from, t.to) &&
		(at.merchantSlug == "" || !slices.Contains(rule.ExcludedMerchants, at.merchantSlug))
}

func (d Date) compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}
