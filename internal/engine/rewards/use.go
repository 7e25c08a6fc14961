package rewards

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// UseCaps replays the user's own spending and returns how much of every cap is used at that moment, in the month,
// quarter or year of the user's zone (nil is UTC) that holds it. Spending later than at is ignored.
//
// Spending is matched to cards by the last four digits, because that is all a receipt shows; two cards that share them
// are both charged, so that a cap is rather said to be gone than wrongly promised. Each spend counts for the rule that
// paid it, which depends on the caps as they stood then; a refund counts as a purchase of its size would, and gives
// that room back, down to nothing used. Spending in a currency other than the card's is not counted.
//
// The order of spends does not matter. Fails with ErrInvalidCard, or money.ErrOverflow.
func UseCaps(cards []Card, spends []Spend, at time.Time, location *time.Location) (CapUse, error) {
	today := DateIn(at, location)
	relevant := make([]Spend, 0, len(spends))
	for _, spend := range spends {
		// No period is longer than a calendar year.
		if !spend.At.After(at) && DateIn(spend.At, location).Year == today.Year && !spend.Amount.IsZero() {
			relevant = append(relevant, spend)
		}
	}
	slices.SortFunc(relevant, compareSpends)

	use := CapUse{}
	for _, card := range cards {
		if err := useCapsOfCard(use, card, relevant, today, location); err != nil {
			return nil, err
		}
	}
	return use, nil
}

// periodCap is one cap in one of its periods.
type periodCap struct{ cap, period string }

func useCapsOfCard(use CapUse, card Card, spends []Spend, today Date, location *time.Location) error {
	w, err := open(card)
	if err != nil {
		return err
	}
	currency := card.Product.Currency()
	spent := map[periodCap]money.Money{}
	for _, spend := range spends {
		if spend.CardLastFour == "" || spend.CardLastFour != card.LastFour || spend.Amount.Currency != currency {
			continue
		}
		size, err := spend.Amount.Abs()
		if err != nil {
			return fmt.Errorf("spend of %s: %w", card.ID, err)
		}
		day := DateIn(spend.At, location)
		best, _, _ := w.evaluate(occasion{
			merchantSlug: spend.MerchantSlug, category: knownOrOther(spend.Category), amount: size.Amount, date: day, foreign: spend.Foreign,
		}, func(rule Rule) int64 { return spent[periodCap{rule.CapID(), rule.CapPeriod.contains(day)}].Amount })
		if best.rule.Cap == nil {
			continue
		}
		key := periodCap{best.rule.CapID(), best.rule.CapPeriod.contains(day)}
		total, err := money.Money{Amount: spent[key].Amount, Currency: currency}.Add(spend.Amount)
		if err != nil {
			return fmt.Errorf("spend of %s: %w", card.ID, err)
		}
		total.Amount = max(0, total.Amount)
		spent[key] = total
		if key.period == best.rule.CapPeriod.contains(today) {
			use[CapKey{CardID: card.ID, Cap: key.cap}] = total
		}
	}
	return nil
}

func compareSpends(a, b Spend) int {
	return cmp.Or(
		a.At.Compare(b.At),
		cmp.Compare(b.Amount.Amount, a.Amount.Amount),
		cmp.Compare(a.MerchantSlug, b.MerchantSlug),
		cmp.Compare(a.Category, b.Category),
		cmp.Compare(a.Amount.Currency, b.Amount.Currency),
		cmp.Compare(a.CardLastFour, b.CardLastFour),
		compareBool(a.Foreign, b.Foreign),
	)
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
