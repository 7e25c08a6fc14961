package rewards

import (
	"fmt"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// reasons explains one ranking in plain words. Every figure in it comes from the ranking.
func (c *candidate) reasons(purchase Purchase, r *Ranking, best outcome) []string {
	w, base := c.wallet, c.open[0].rule
	reasons := []string{w.earns(&r.Rule)}
	if r.Rule.Cap != nil {
		name := capName(&r.Rule)
		rest := money.Money{Amount: purchase.Amount.Amount - r.WithinCap.Amount, Currency: purchase.Amount.Currency}
		basic := w.rate(base.RateBps)
		switch {
		case r.WithinCap.IsZero():
			reasons[0] = fmt.Sprintf("The %s on %s is used up, so this earns %s", name, r.Rule.Label, basic)
		case rest.IsZero():
			reasons = append(reasons, fmt.Sprintf("%s of the %s is left", r.CapLeft, name))
		default:
			reasons = append(reasons, fmt.Sprintf("Only %s of the %s is left: the other %s earns %s", r.CapLeft, name, rest, basic))
		}
	}
	if !r.ForeignFee.IsZero() {
		fee := money.FormatBps(w.card.Product.ForeignFeeBps)
		reasons = append(reasons, fmt.Sprintf("Less a %s foreign transaction fee of %s", fee, r.ForeignFee))
	}
	if missed := w.missed(c.locked, purchase.Amount.Amount, best, base); missed != nil {
		reasons = append(reasons, w.hint(*missed))
	}
	if r.overLimit() {
		reasons = append(reasons, overLimitReason(w.card))
	}
	return reasons
}

func (r *Ranking) overLimit() bool {
	return r.Utilization != nil && r.Utilization.AfterBps > money.BpsPerWhole
}

func overLimitReason(card *Card) string {
	return fmt.Sprintf("This purchase would go over the %s limit", card.Limit)
}

// ReasonsWithoutBalance are Reasons less what tells how much is owed on the card: for answers that others read too.
func (r *Ranking) ReasonsWithoutBalance() []string {
	reasons := make([]string, 0, len(r.Reasons))
	for _, reason := range r.Reasons {
		if !r.overLimit() || reason != overLimitReason(&r.Card) {
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

// WithoutUse is the ranking without what it says of spending under the cap, for where that was not looked at: how much of
// the cap is left is then not known, and the reward is what an untouched cap gives. amount is that of the purchase.
func (r *Ranking) WithoutUse(amount money.Money) Ranking {
	known := *r
	known.CapLeft = nil
	if r.CapLeft == nil || r.WithinCap.IsZero() {
		return known
	}
	known.Reasons = []string{r.Reasons[0]}
	if r.WithinCap != amount {
		known.Reasons = append(known.Reasons, fmt.Sprintf("At most %s of it is within the %s", r.WithinCap, capName(&r.Rule)))
	}
	known.Reasons = append(known.Reasons, r.Reasons[2:]...)
	return known
}

// capName is "$6,000.00 yearly cap", of a rule that has one.
func capName(rule *Rule) string {
	return fmt.Sprintf("%s %s cap", rule.Cap, rule.CapPeriod.adjective())
}

// earns is "6% back on groceries at U.S. supermarkets" or "4x points on dining, worth 4% back".
func (w *wallet) earns(rule *Rule) string {
	if w.card.Product.Program == ProgramPoints {
		return fmt.Sprintf("%s on %s, worth %s", points(rule.RateBps), rule.Label, w.rate(rule.RateBps))
	}
	return fmt.Sprintf("%s on %s", w.rate(rule.RateBps), rule.Label)
}

// rate is a rule's worth to this card's owner: "6% back".
func (w *wallet) rate(bps int64) string {
	return money.FormatBps(worthBps(bps, w.pointValue)) + " back"
}

// worthBps is a rate at a point value, half a basis point rounding up. Validate bounds both, so this cannot overflow.
func worthBps(rateBps, pointValue int64) int64 {
	return (rateBps*pointValue + CashPointValue/2) / CashPointValue
}

func points(bps int64) string {
	return strings.TrimSuffix(money.FormatBps(bps), "%") + "x points"
}

func (w *wallet) hint(locked outcome) string {
	if locked.term.lock == lockChoice {
		return fmt.Sprintf("Choose %s as a bonus category of this card for %s", locked.rule.Category.Label(), w.rate(locked.rule.RateBps))
	}
	what := locked.rule.Label
	if locked.rule.Quarter != "" {
		return fmt.Sprintf("Activate the %s categories for %s on %s", locked.rule.Quarter, w.rate(locked.rule.RateBps), what)
	}
	return fmt.Sprintf("Activate this bonus for %s on %s", w.rate(locked.rule.RateBps), what)
}

// comparison is the last reason of the first card: what tells it from the second.
func comparison(best, second *Ranking, difference money.Money) string {
	name := second.Card.Name()
	switch {
	case !difference.IsZero():
		return fmt.Sprintf("%s more than %s", difference, name)
	case best.Reward != second.Reward:
		return fmt.Sprintf("As good as %s after fees, with the higher reward", name)
	case best.Card.Preferred != second.Card.Preferred:
		return fmt.Sprintf("As good as %s, and the card you prefer", name)
	case best.Card.Product.AnnualFee != second.Card.Product.AnnualFee:
		return fmt.Sprintf("As good as %s, with the lower annual fee", name)
	default:
		return "As good as " + name
	}
}

// merchant is how to call the place of purchase in a sentence.
func (p Purchase) merchant() string {
	if p.MerchantName != "" {
		return p.MerchantName
	}
	return "This merchant"
}

var networkNames = map[string]string{
	"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover",
}

func networkName(network string) string {
	if name, ok := networkNames[network]; ok {
		return name
	}
	return network
}
