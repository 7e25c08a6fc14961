package rewards

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/money"
)

// Rank compares all cards on one purchase, best first: by what is left of the reward after the foreign transaction
// fee; of equal ones the higher reward, the preferred card, the lower annual fee, the name and the id decide, so the
// order never depends on the order of cards.
//
// use is the spending under caps in the period of purchase.At (UseCaps at that moment, in purchase.Location); nil means
// nothing is spent yet. Fails with ErrInvalidPurchase, ErrInvalidCard, ErrNoCards, ErrNoUsableCard (Result.Skipped says
// why) or money.ErrOverflow.
func Rank(purchase Purchase, cards []Card, use CapUse) (Result, error) {
	if purchase.Amount.Validate() != nil || purchase.Amount.Amount <= 0 {
		return Result{}, fmt.Errorf("%w: amount %s", ErrInvalidPurchase, purchase.Amount)
	}
	if purchase.Category != "" && !purchase.Category.Valid() {
		return Result{}, fmt.Errorf("%w: category %q", ErrInvalidPurchase, purchase.Category)
	}
	if len(cards) == 0 {
		return Result{}, ErrNoCards
	}
	var result Result
	seen := map[string]bool{}
	products := make([]Product, 0, len(cards))
	for _, card := range cards {
		if seen[card.ID] {
			return Result{}, fmt.Errorf("%w: %s is listed twice", ErrInvalidCard, card.ID)
		}
		seen[card.ID] = true
		card.Preferred = card.Preferred || slices.Contains(card.ChosenFor, purchase.Scope())
		products = append(products, card.Product)
		w, err := open(card)
		if err != nil {
			return Result{}, err
		}
		if skipped, ok := skip(purchase, card); ok {
			result.Skipped = append(result.Skipped, skipped)
			continue
		}
		ranking, err := w.rank(purchase, use)
		if err != nil {
			return Result{}, fmt.Errorf("card %s: %w", card.ID, err)
		}
		result.Ranked = append(result.Ranked, ranking)
	}
	slices.SortFunc(result.Ranked, compareRankings)
	slices.SortFunc(result.Skipped, func(a, b Skipped) int { return compareNames(a.Card, b.Card) })
	result.RuleVersion = combinedVersion(products)
	if len(result.Ranked) == 0 {
		return result, ErrNoUsableCard
	}
	if len(result.Ranked) > 1 {
		difference, err := result.Ranked[0].Net.Sub(result.Ranked[1].Net)
		if err != nil {
			return Result{}, err
		}
		result.RunnerUpDifference = &difference
		best := &result.Ranked[0]
		best.Reasons = append(best.Reasons, comparison(*best, result.Ranked[1], difference))
	}
	return result, nil
}

// skip tells whether the card cannot pay the purchase at all.
func skip(purchase Purchase, card Card) (Skipped, bool) {
	product := card.Product
	switch {
	case product.Currency() != purchase.Amount.Currency:
		text := fmt.Sprintf("This card is in %s, the purchase in %s", product.Currency(), purchase.Amount.Currency)
		return Skipped{card, SkipCurrency, text}, true
	case len(product.OnlyAt) > 0 && !slices.Contains(product.OnlyAt, purchase.MerchantSlug):
		return Skipped{card, SkipStore, "This store card does not work here"}, true
	case slices.Contains(purchase.RefusedNetworks, product.Network):
		return Skipped{card, SkipNetwork, fmt.Sprintf("%s does not take %s", purchase.merchant(), networkName(product.Network))}, true
	default:
		return Skipped{}, false
	}
}

func (w wallet) rank(purchase Purchase, use CapUse) (Ranking, error) {
	currency := purchase.Amount.Currency
	at := occasion{
		merchantSlug: purchase.MerchantSlug, category: knownOrOther(purchase.Category), amount: purchase.Amount.Amount,
		date: DateIn(purchase.At, purchase.Location), foreign: purchase.Foreign,
	}
	best, locked, why := w.evaluate(at, func(rule Rule) int64 { return use[CapKey{w.card.ID, rule.CapID()}].Amount })

	reward, err := money.RoundRatio(best.value, big.NewInt(valueScale))
	if err != nil {
		return Ranking{}, err
	}
	// value / valueScale / amount, as basis points: the scale's 10,000 cancels.
	rate, err := money.RoundRatio(best.value, new(big.Int).Mul(big.NewInt(CashPointValue), big.NewInt(at.amount)))
	if err != nil {
		return Ranking{}, err
	}
	r := Ranking{
		Card: w.card, Rule: best.rule, RateBps: rate,
		Reward:     money.Money{Amount: reward, Currency: currency},
		ForeignFee: money.Money{Currency: currency},
		WithinCap:  money.Money{Amount: best.within, Currency: currency},
	}
	if best.left != nil {
		r.CapLeft = &money.Money{Amount: *best.left, Currency: currency}
	}
	if purchase.Foreign {
		if r.ForeignFee, err = purchase.Amount.MulBps(w.card.Product.ForeignFeeBps); err != nil {
			return Ranking{}, err
		}
	}
	if r.Net, err = r.Reward.Sub(r.ForeignFee); err != nil {
		return Ranking{}, err
	}
	if w.card.Limit != nil && w.card.Balance != nil && w.card.Limit.Amount > 0 {
		u, err := utilization(*w.card.Limit, *w.card.Balance, purchase.Amount)
		if err != nil {
			return Ranking{}, err
		}
		r.Utilization = &u
	}
	r.Reasons = w.reasons(purchase, r, locked, why)
	return r, nil
}

// utilization is the share of a limit above zero that is owed; a credit balance owes nothing.
func utilization(limit, balance, amount money.Money) (u Utilization, err error) {
	share := func(balance money.Money) (int64, error) {
		owed := money.Money{Amount: max(0, balance.Amount), Currency: balance.Currency}
		bps, err := owed.MulRatio(money.BpsPerWhole, limit.Amount)
		return bps.Amount, err
	}
	after, err := balance.Add(amount)
	if err != nil {
		return Utilization{}, err
	}
	if u.BeforeBps, err = share(balance); err != nil {
		return Utilization{}, err
	}
	if u.AfterBps, err = share(after); err != nil {
		return Utilization{}, err
	}
	return u, nil
}

func compareRankings(a, b Ranking) int {
	return cmp.Or(
		cmp.Compare(b.Net.Amount, a.Net.Amount),
		cmp.Compare(b.Reward.Amount, a.Reward.Amount),
		compareBool(b.Card.Preferred, a.Card.Preferred),
		cmp.Compare(a.Card.Product.AnnualFee.Amount, b.Card.Product.AnnualFee.Amount),
		compareNames(a.Card, b.Card),
	)
}

func compareNames(a, b Card) int {
	return cmp.Or(strings.Compare(a.Name(), b.Name()), strings.Compare(a.ID, b.ID))
}

func knownOrOther(c category.Category) category.Category {
	if c.Valid() {
		return c
	}
	return category.Other
}
