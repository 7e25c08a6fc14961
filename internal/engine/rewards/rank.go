package rewards

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// Rank compares all cards on one purchase, best first: by what is left of the reward after the foreign transaction
// fee; of equal ones the higher reward, the preferred card, the lower annual fee, the name and the id decide, so the
// order never depends on the order of cards. Where a cap runs out inside the purchase, it adds the best split over two.
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
	result := Result{RuleVersion: versionOfCards(cards)}
	candidates, err := result.sift(purchase, cards, use)
	if err != nil {
		return Result{}, err
	}
	if len(candidates) == 0 {
		return result, ErrNoUsableCard
	}
	for _, c := range candidates {
		ranking, err := c.rank(purchase)
		if err != nil {
			return Result{}, fmt.Errorf("card %s: %w", c.wallet.card.ID, err)
		}
		c.ranking = ranking
	}
	slices.SortFunc(candidates, func(a, b *candidate) int { return compareRankings(&a.ranking, &b.ranking) })
	result.Ranked = make([]Ranking, len(candidates))
	for i, c := range candidates {
		result.Ranked[i] = c.ranking
	}
	if result.Split, err = splitOf(purchase, candidates); err != nil {
		return Result{}, err
	}
	return result, result.compare()
}

// sift parts the cards into those that can pay, as candidates, and the others, as Result.Skipped.
func (r *Result) sift(purchase Purchase, cards []Card, use CapUse) ([]*candidate, error) {
	at := NewOccasion(purchase.MerchantSlug, purchase.Category, DateIn(purchase.At, purchase.Location), purchase.Foreign)
	var candidates []*candidate
	seen := make(map[string]bool, len(cards))
	for i := range cards {
		card := &cards[i]
		if seen[card.ID] {
			return nil, fmt.Errorf("%w: %s is listed twice", ErrInvalidCard, card.ID)
		}
		seen[card.ID] = true
		w, err := open(card)
		if err != nil {
			return nil, err
		}
		if skipped, ok := skip(purchase, card); ok {
			r.Skipped = append(r.Skipped, skipped)
			continue
		}
		used := func(index int) int64 { return use[CapKey{card.ID, w.caps[index].id}].Amount }
		candidates = append(candidates, &candidate{wallet: w, open: w.offers(nil, &at, used), locked: w.lockedOffers(&at, used)})
	}
	slices.SortFunc(r.Skipped, func(a, b Skipped) int { return compareNames(&a.Card, &b.Card) })
	return candidates, nil
}

// compare adds what tells the first card from the second.
func (r *Result) compare() error {
	if len(r.Ranked) < 2 {
		return nil
	}
	best, second := &r.Ranked[0], &r.Ranked[1]
	difference, err := best.Net.Sub(second.Net)
	if err != nil {
		return err
	}
	r.RunnerUpDifference = &difference
	best.Reasons = append(best.Reasons, comparison(best, second, difference))
	return nil
}

// skip tells whether the card cannot pay the purchase at all.
func skip(purchase Purchase, card *Card) (Skipped, bool) {
	product := &card.Product
	reason := whySkipped(product, purchase.Amount.Currency, purchase.MerchantSlug)
	if reason == "" && slices.Contains(purchase.RefusedNetworks, product.Network) {
		reason = SkipNetwork
	}
	var text string
	switch reason {
	case SkipCurrency:
		text = fmt.Sprintf("%s is billed in %s, and amounts in %s are not converted", card.Name(), product.Currency(), purchase.Amount.Currency)
	case SkipStore:
		text = card.Name() + " is a store card that does not work here"
	case SkipNetwork:
		text = fmt.Sprintf("%s does not take %s", purchase.merchant(), networkName(product.Network))
	default:
		return Skipped{}, false
	}
	return Skipped{*card, reason, text}, true
}

// splitOf is the best split over two cards in the order of their ranking; nil when it gains less than one minor unit of
// what people are shown.
func splitOf(purchase Purchase, ranked []*candidate) (*Split, error) {
	best := balance{}
	for i, c := range ranked {
		if alone := c.leaves(purchase.Amount.Amount, purchase.Foreign); i == 0 || alone.compare(best) > 0 {
			best = alone
		}
	}
	found := bestSplit(purchase, ranked, best)
	if found == nil {
		return nil, nil //nolint:nilnil // no split is worth it, which is an answer
	}
	result := &Split{}
	for i, part := range []struct {
		of     *candidate
		amount int64
	}{{found.first, found.onFirst}, {found.second, purchase.Amount.Amount - found.onFirst}} {
		share := purchase
		share.Amount.Amount = part.amount
		ranking, err := part.of.rank(share)
		if err != nil {
			return nil, fmt.Errorf("part on card %s: %w", part.of.wallet.card.ID, err)
		}
		result.Parts[i] = Part{Amount: share.Amount, Ranking: ranking}
	}
	var err error
	if result.Net, err = result.Parts[0].Net.Add(result.Parts[1].Net); err != nil {
		return nil, err
	}
	if result.Gain, err = result.Net.Sub(ranked[0].ranking.Net); err != nil {
		return nil, err
	}
	if result.Gain.Amount <= 0 {
		return nil, nil //nolint:nilnil // worth less than what people are shown
	}
	return result, nil
}

// rank is what the candidate earns on the purchase, which may be a part of the one it was made for.
func (c *candidate) rank(purchase Purchase) (Ranking, error) {
	w, currency := c.wallet, purchase.Amount.Currency
	amount := purchase.Amount.Amount
	best := w.best(c.open, amount)
	reward, err := best.value.round()
	if err != nil {
		return Ranking{}, err
	}
	rate, err := best.value.shareOf(amount)
	if err != nil {
		return Ranking{}, err
	}
	r := Ranking{
		Card: *w.card, Rule: *best.rule, RateBps: rate,
		Reward:     money.Money{Amount: reward, Currency: currency},
		ForeignFee: money.Money{Currency: currency},
		WithinCap:  money.Money{Amount: best.within, Currency: currency},
	}
	r.Card.Preferred = r.Card.Preferred || slices.Contains(r.Card.ChosenFor, purchase.Scope())
	if best.capped {
		r.CapLeft = &money.Money{Amount: best.left, Currency: currency}
	}
	if purchase.Foreign {
		if r.ForeignFee, err = purchase.Amount.MulBps(w.card.Product.ForeignFeeBps); err != nil {
			return Ranking{}, err
		}
	}
	if r.Net, err = r.Reward.Sub(r.ForeignFee); err != nil {
		return Ranking{}, err
	}
	r.Utilization = utilization(*w.card, purchase.Amount)
	r.Reasons = c.reasons(purchase, &r, best)
	r.judge(DateIn(purchase.At, purchase.Location))
	return r, nil
}

// utilization is nil where limit or balance are unknown, or beyond what a limit can be held against.
func utilization(card Card, amount money.Money) *Utilization {
	before, ok := card.UsedBps()
	if !ok {
		return nil
	}
	balance, err := card.Balance.Add(amount)
	if err != nil {
		return nil
	}
	card.Balance = &balance
	after, ok := card.UsedBps()
	if !ok {
		return nil
	}
	return &Utilization{BeforeBps: before, AfterBps: after}
}

func compareRankings(a, b *Ranking) int {
	return cmp.Or(
		cmp.Compare(b.Net.Amount, a.Net.Amount),
		cmp.Compare(b.Reward.Amount, a.Reward.Amount),
		compareBool(b.Card.Preferred, a.Card.Preferred),
		cmp.Compare(a.Card.Product.AnnualFee.Amount, b.Card.Product.AnnualFee.Amount),
		compareNames(&a.Card, &b.Card),
	)
}

func compareNames(a, b *Card) int {
	return cmp.Or(strings.Compare(a.Name(), b.Name()), strings.Compare(a.ID, b.ID))
}
