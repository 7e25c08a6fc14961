package rewards

import (
	"fmt"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// reasons explains one ranking in plain words. Every figure in it comes from the ranking.
func (w wallet) reasons(purchase Purchase, r Ranking, locked *outcome, why lock) []string {
	reasons := []string{w.earns(r.Rule)}
	if limit := r.Rule.Cap; limit != nil {
		name := fmt.Sprintf("%s %s cap", limit, r.Rule.CapPeriod.adjective())
		rest := money.Money{Amount: purchase.Amount.Amount - r.WithinCap.Amount, Currency: purchase.Amount.Currency}
		base := w.rate(w.base.RateBps)
		switch {
		case r.WithinCap.IsZero():
			reasons[0] = fmt.Sprintf("The %s on %s is used up, so this earns %s", name, r.Rule.Label, base)
		case rest.IsZero():
			reasons = append(reasons, fmt.Sprintf("%s of the %s is left", r.CapLeft, name))
		default:
			reasons = append(reasons, fmt.Sprintf("Only %s of the %s is left: the other %s earns %s", r.CapLeft, name, rest, base))
		}
	}
	if !r.ForeignFee.IsZero() {
		fee := money.FormatBps(w.card.Product.ForeignFeeBps)
		reasons = append(reasons, fmt.Sprintf("Less a %s foreign transaction fee of %s", fee, r.ForeignFee))
	}
	if locked != nil {
		reasons = append(reasons, w.hint(*locked, why))
	}
	if u := r.Utilization; u != nil && u.AfterBps > money.BpsPerWhole {
		reasons = append(reasons, fmt.Sprintf("This purchase would go over the %s limit", w.card.Limit))
	}
	if r.Rule.Illustrative {
		reasons = append(reasons, "This rate could not be confirmed with the issuer")
	}
	return reasons
}

// earns is "6% back on groceries at U.S. supermarkets" or "4x points on dining, worth 4% back".
func (w wallet) earns(rule Rule) string {
	if w.card.Product.Program == ProgramPoints {
		return fmt.Sprintf("%s on %s, worth %s", points(rule.RateBps), rule.Label, w.rate(rule.RateBps))
	}
	return fmt.Sprintf("%s on %s", w.rate(rule.RateBps), rule.Label)
}

// rate is a rule's worth to this card's owner: "6% back".
func (w wallet) rate(bps int64) string {
	// Rates and point values are bounded by Validate, so this cannot overflow; half a hundredth of a percent rounds up.
	worth := (bps*w.pointValue + CashPointValue/2) / CashPointValue
	return money.FormatBps(worth) + " back"
}

func points(bps int64) string {
	return strings.TrimSuffix(money.FormatBps(bps), "%") + "x points"
}

func (w wallet) hint(locked outcome, why lock) string {
	if why == lockChoice {
		return fmt.Sprintf("Choose %s as a bonus category of this card for %s", locked.rule.Category.Label(), w.rate(locked.rule.RateBps))
	}
	what := locked.rule.Label
	if locked.rule.Quarter != "" {
		return fmt.Sprintf("Activate the %s categories for %s on %s", locked.rule.Quarter, w.rate(locked.rule.RateBps), what)
	}
	return fmt.Sprintf("Activate this bonus for %s on %s", w.rate(locked.rule.RateBps), what)
}

// comparison is the last reason of the first card: what tells it from the second.
func comparison(best, second Ranking, difference money.Money) string {
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
