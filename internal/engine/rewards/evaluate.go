package rewards

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/money"
)

// occasion is what rules look at: one purchase or one past spend, in the card's currency.
type occasion struct {
	merchantSlug string
	category     category.Category
	amount       int64 // minor units, above zero
	date         Date  // in the user's zone
	foreign      bool
}

// wallet is a card made ready for matching.
type wallet struct {
	card       Card
	base       Rule
	pointValue int64
	chosen     map[category.Category]bool
}

// outcome is what one rule would pay on one occasion.
type outcome struct {
	rule   Rule
	within int64  // minor units that earn the rule's rate; the rest earns the base rate
	left   *int64 // minor units left under the cap before the occasion; nil without a cap
	// value is the exact reward in minor units, times valueScale.
	value *big.Int
}

// valueScale is what rate (per 10,000) and point value (per 100) leave to divide by, once, at the end.
const valueScale = money.BpsPerWhole * CashPointValue

func open(card Card) (wallet, error) {
	if card.ID == "" {
		return wallet{}, fmt.Errorf("%w: no id", ErrInvalidCard)
	}
	if err := card.Product.Validate(); err != nil {
		return wallet{}, fmt.Errorf("%w: %s: %w", ErrInvalidCard, card.ID, err)
	}
	if card.PointValue < 0 || card.PointValue > maxPointValue {
		return wallet{}, fmt.Errorf("%w: %s: point value of %d", ErrInvalidCard, card.ID, card.PointValue)
	}
	for _, amount := range []*money.Money{card.Limit, card.Balance} {
		if amount != nil && amount.Currency != card.Product.Currency() {
			return wallet{}, fmt.Errorf("%w: %s: limit and balance must be in %s", ErrInvalidCard, card.ID, card.Product.Currency())
		}
	}
	w := wallet{card: card, pointValue: card.Product.PointValue, chosen: card.chosen()}
	if card.PointValue > 0 && card.Product.Program == ProgramPoints {
		w.pointValue = card.PointValue
	}
	for _, rule := range card.Product.Rules {
		if rule.Kind == KindBase {
			w.base = rule
		}
	}
	return w, nil
}

// chosen is the card's choices that count: offered by the product, and the first of each group up to its maximum.
func (c Card) chosen() map[category.Category]bool {
	chosen := map[category.Category]bool{}
	taken := map[string]int{}
	for _, choice := range c.Choices {
		group, offered := c.Product.choiceGroupOf(choice)
		if !offered || chosen[category.Category(choice)] {
			continue
		}
		for _, g := range c.Product.ChoiceGroups {
			if g.Name == group && taken[group] < g.Max {
				chosen[category.Category(choice)] = true
				taken[group]++
			}
		}
	}
	return chosen
}

// lock is what keeps a rule from matching although the purchase is of its sort.
type lock string

const (
	lockNone       lock = ""
	lockActivation lock = "activation"
	lockChoice     lock = "choice"
)

// match reports whether the occasion is of the rule's sort, and what the owner would still have to do for it to pay.
func (w wallet) match(rule Rule, at occasion) (bool, lock) {
	switch rule.Kind {
	case KindBase:
		return true, lockNone
	case KindMerchant:
		if at.merchantSlug != rule.MerchantSlug {
			return false, lockNone
		}
	default:
		if !at.category.Counts(rule.Category) {
			return false, lockNone
		}
	}
	switch {
	case rule.DomesticOnly && at.foreign,
		!rule.ValidFrom.IsZero() && at.date.Before(rule.ValidFrom),
		!rule.ValidTo.IsZero() && rule.ValidTo.Before(at.date),
		rule.Quarter != "" && rule.Quarter != at.date.Quarter(),
		at.merchantSlug != "" && slices.Contains(rule.ExcludedMerchants, at.merchantSlug):
		return false, lockNone
	case rule.ChoiceGroup != "" && !w.chosen[rule.Category]:
		return true, lockChoice
	case rule.RequiresActivation && !slices.Contains(w.card.Activations, rule.activation()):
		return true, lockActivation
	}
	return true, lockNone
}

// activation is the word in Card.Activations that unlocks the rule.
func (r Rule) activation() string {
	if r.Quarter != "" {
		return string(r.Quarter)
	}
	return r.ID
}

// evaluate returns the rule that pays, and, when a locked rule would pay more, the best of those.
func (w wallet) evaluate(at occasion, used func(Rule) int64) (best outcome, locked *outcome, why lock) {
	best = w.outcome(w.base, at, used)
	for _, rule := range w.card.Product.Rules {
		if matches, locks := w.match(rule, at); matches && locks == lockNone {
			if candidate := w.outcome(rule, at, used); better(candidate, best) {
				best = candidate
			}
		}
	}
	for _, rule := range w.card.Product.Rules {
		matches, locks := w.match(rule, at)
		if !matches || locks == lockNone {
			continue
		}
		candidate := w.outcome(rule, at, used)
		if candidate.value.Cmp(best.value) > 0 && (locked == nil || better(candidate, *locked)) {
			locked, why = &candidate, locks
		}
	}
	return best, locked, why
}

func (w wallet) outcome(rule Rule, at occasion, used func(Rule) int64) outcome {
	out := outcome{rule: rule, within: at.amount}
	if rule.Cap != nil {
		left := max(0, rule.Cap.Amount-max(0, used(rule)))
		out.left = &left
		out.within = min(at.amount, left)
	}
	value := new(big.Int).Mul(big.NewInt(out.within), big.NewInt(rule.RateBps))
	rest := new(big.Int).Mul(big.NewInt(at.amount-out.within), big.NewInt(w.base.RateBps))
	value.Add(value, rest)
	out.value = value.Mul(value, big.NewInt(w.pointValue))
	return out
}

var kindOrder = map[Kind]int{KindMerchant: 0, KindCategory: 1, KindBase: 2}

// better orders outcomes of one card: more value first. Of equal ones the higher rate wins, so that spending beyond a
// cap still counts as spending of that rule; then the more specific kind, then the id.
func better(a, b outcome) bool {
	if order := a.value.Cmp(b.value); order != 0 {
		return order > 0
	}
	return cmp.Or(
		cmp.Compare(b.rule.RateBps, a.rule.RateBps),
		cmp.Compare(kindOrder[a.rule.Kind], kindOrder[b.rule.Kind]),
		cmp.Compare(a.rule.ID, b.rule.ID),
	) < 0
}
