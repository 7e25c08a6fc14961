package rewards_test

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// The reference is written from the terms, not from the engine: fractions, every rule tried, no shortcuts.

func referenceMatches(c rewards.Card, r rewards.Rule, p rewards.Purchase) bool {
	y, m, d := p.At.In(p.Location).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	day := func(d rewards.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
	if r.Kind == rewards.KindMerchant && r.MerchantSlug != p.MerchantSlug {
		return false
	}
	if r.Kind == rewards.KindCategory {
		broader := map[category.Category]category.Category{"delivery": "dining", "rideshare": "transit", "flights": "travel", "hotels": "travel"}
		if p.Category != r.Category && broader[p.Category] != r.Category {
			return false
		}
	}
	if slices.Contains(r.ExcludedMerchants, p.MerchantSlug) {
		return false
	}
	if r.DomesticOnly && p.Foreign {
		return false
	}
	if !r.ValidFrom.IsZero() && today.Before(day(r.ValidFrom)) || !r.ValidTo.IsZero() && today.After(day(r.ValidTo)) {
		return false
	}
	if r.Quarter != "" {
		first := map[rewards.Quarter]time.Month{"2026-Q3": time.July, "2026-Q4": time.October}[r.Quarter]
		if y != 2026 || m < first || m > first+2 {
			return false
		}
	}
	if r.RequiresActivation {
		active := false
		for _, a := range c.Activations {
			active = active || a == string(r.Quarter) || (r.Quarter == "" && a == r.ID)
		}
		if !active {
			return false
		}
	}
	return r.ChoiceGroup == "" || (len(c.Choices) > 0 && c.Choices[0] == string(r.Category)) // every group here takes one
}

// referenceReward is the best single rule's reward before rounding, in minor units.
func referenceReward(c rewards.Card, p rewards.Purchase, use rewards.CapUse) *big.Rat {
	worth := int64(100)
	if c.Product.Program == rewards.ProgramPoints {
		worth = c.Product.PointValue
		if c.PointValue != 0 {
			worth = c.PointValue
		}
	}
	var baseBps int64
	for _, r := range c.Product.Rules {
		if r.Kind == rewards.KindBase {
			baseBps = r.RateBps
		}
	}
	pay := func(amount, bps int64) *big.Rat {
		return new(big.Rat).Mul(big.NewRat(amount, 1), new(big.Rat).Mul(big.NewRat(bps, 10_000), big.NewRat(worth, 100)))
	}
	best := pay(p.Amount.Amount, baseBps)
	for _, r := range c.Product.Rules {
		if r.Kind == rewards.KindBase || !referenceMatches(c, r, p) {
			continue
		}
		within := p.Amount.Amount
		if r.Cap != nil {
			id := r.ID
			if r.SharedCapGroup != "" {
				id = r.SharedCapGroup
			}
			room := max(r.Cap.Amount-use[rewards.CapKey{CardID: c.ID, Cap: id}].Amount, 0)
			if within > room {
				within = room
			}
		}
		total := new(big.Rat).Add(pay(within, r.RateBps), pay(p.Amount.Amount-within, baseBps))
		if total.Cmp(best) > 0 {
			best = total
		}
	}
	return best
}

func roundHalfUp(r *big.Rat) int64 { // rewards are never negative
	doubled := new(big.Int).Add(new(big.Int).Lsh(r.Num(), 1), r.Denom())
	return new(big.Int).Quo(doubled, new(big.Int).Lsh(r.Denom(), 1)).Int64()
}

var (
	someCategories = []category.Category{category.Groceries, category.Dining, category.Delivery, category.Travel, category.Flights, category.Rideshare, category.Transit, category.Other}
	someMerchants  = []string{"", "walmart", "amazon", "doordash"}
)

func genRule(currency, id string) *rapid.Generator[rewards.Rule] {
	return rapid.Custom(func(t *rapid.T) rewards.Rule {
		r := rewards.Rule{ID: id, Label: id, RateBps: rapid.Int64Range(0, 1_000).Draw(t, "rate")}
		if rapid.Bool().Draw(t, "merchant") {
			r.Kind, r.MerchantSlug = rewards.KindMerchant, rapid.SampledFrom(someMerchants[1:]).Draw(t, "slug")
		} else {
			r.Kind, r.Category = rewards.KindCategory, rapid.SampledFrom(someCategories).Draw(t, "category")
			if rapid.Bool().Draw(t, "choice") {
				r.ChoiceGroup = "top"
			}
		}
		if rapid.Bool().Draw(t, "capped") {
			r.Cap, r.CapPeriod = &money.Money{Amount: 5_000, Currency: currency}, rewards.PeriodQuarter
			r.SharedCapGroup = rapid.SampledFrom([]string{"", "shared"}).Draw(t, "group")
		}
		if rapid.Bool().Draw(t, "window") {
			r.ValidFrom = rewards.Date{Year: 2026, Month: time.September, Day: rapid.IntRange(1, 30).Draw(t, "from")}
			r.ValidTo = rewards.Date{Year: 2026, Month: time.October, Day: rapid.IntRange(1, 31).Draw(t, "to")}
		}
		r.Quarter = rapid.SampledFrom([]rewards.Quarter{"", "", "2026-Q3", "2026-Q4"}).Draw(t, "quarter")
		r.RequiresActivation = rapid.Bool().Draw(t, "activation")
		r.DomesticOnly = rapid.Bool().Draw(t, "domestic")
		if rapid.Bool().Draw(t, "excludes") {
			r.ExcludedMerchants = []string{"walmart"}
		}
		return r
	})
}

func genCard(currency, id string) *rapid.Generator[rewards.Card] {
	return rapid.Custom(func(t *rapid.T) rewards.Card {
		p := rewards.Product{
			ID: "product-" + id, Name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"), Network: "visa", Program: rewards.ProgramCash, PointValue: 100,
			AnnualFee:     money.Money{Amount: rapid.Int64Range(0, 2).Draw(t, "fee"), Currency: currency},
			ForeignFeeBps: rapid.SampledFrom([]int64{0, 270, 300}).Draw(t, "foreign"),
			ChoiceGroups:  []rewards.ChoiceGroup{{Name: "top", Max: 1}},
			Rules:         []rewards.Rule{{ID: "base", Kind: rewards.KindBase, Label: "all", RateBps: rapid.Int64Range(0, 250).Draw(t, "base")}},
		}
		if rapid.Bool().Draw(t, "points") {
			p.Program, p.PointValue = rewards.ProgramPoints, rapid.Int64Range(1, 300).Draw(t, "value")
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "rules") {
			p.Rules = append(p.Rules, genRule(currency, string(rune('r'+i))).Draw(t, "rule"))
		}
		c := rewards.Card{ID: id, Product: p, LastFour: rapid.SampledFrom([]string{"1111", "2222"}).Draw(t, "last"), Preferred: rapid.Bool().Draw(t, "preferred")}
		c.PointValue = rapid.SampledFrom([]int64{0, 0, 50, 125}).Draw(t, "override")
		c.Activations = rapid.SliceOf(rapid.SampledFrom([]string{"2026-Q3", "2026-Q4", "r", "s"})).Draw(t, "active")
		for _, r := range p.Rules {
			if r.ChoiceGroup != "" && rapid.Bool().Draw(t, "choose") {
				c.Choices = []string{string(r.Category)}
			}
		}
		return c
	})
}

func genMoment(t *rapid.T) time.Time {
	start := time.Date(2026, time.September, 28, 0, 0, 0, 0, time.UTC)
	return start.Add(time.Duration(rapid.Int64Range(0, 6*24*3600).Draw(t, "at")) * time.Second)
}

func TestRankEqualsTheBruteForceReference(t *testing.T) {
	t.Parallel()
	newYork := zone(t, "America/New_York")
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(t, "currency")
		var cards []rewards.Card
		use := rewards.CapUse{}
		for i := range rapid.IntRange(1, 5).Draw(t, "cards") {
			c := genCard(currency, string(rune('A'+i))).Draw(t, "card")
			for _, limit := range []string{"shared", "r", "s", "t", "u", "v"} {
				if rapid.Bool().Draw(t, "used") {
					use[rewards.CapKey{CardID: c.ID, Cap: limit}] = money.Money{Amount: rapid.Int64Range(0, 6_000).Draw(t, "use"), Currency: currency}
				}
			}
			cards = append(cards, c)
		}
		purchase := rewards.Purchase{
			MerchantSlug: rapid.SampledFrom(someMerchants).Draw(t, "at merchant"), Category: rapid.SampledFrom(someCategories).Draw(t, "of category"),
			Amount: money.Money{Amount: rapid.Int64Range(1, 20_000).Draw(t, "amount"), Currency: currency}, At: genMoment(t), Location: newYork,
			Foreign: rapid.Bool().Draw(t, "abroad"),
		}
		result, err := rewards.Rank(purchase, cards, use)
		require.NoError(t, err)
		require.Len(t, result.Ranked, len(cards))

		for i, r := range result.Ranked {
			exact := referenceReward(r.Card, purchase, use)
			require.Equal(t, roundHalfUp(exact), r.Reward.Amount, "card %s", r.Card.ID)
			var fee int64
			if purchase.Foreign {
				fee = roundHalfUp(big.NewRat(purchase.Amount.Amount*r.Card.Product.ForeignFeeBps, 10_000))
			}
			require.Equal(t, fee, r.ForeignFee.Amount)
			require.Equal(t, r.Reward.Amount-fee, r.Net.Amount)
			share := new(big.Rat).Mul(exact, big.NewRat(10_000, purchase.Amount.Amount))
			require.Equal(t, roundHalfUp(share), r.RateBps)
			require.NotEmpty(t, r.Reasons)
			require.LessOrEqual(t, r.WithinCap.Amount, purchase.Amount.Amount)
			if i > 0 {
				before := result.Ranked[i-1]
				require.GreaterOrEqual(t, before.Net.Amount, r.Net.Amount)
				if before.Net == r.Net {
					require.GreaterOrEqual(t, before.Reward.Amount, r.Reward.Amount)
					if before.Reward == r.Reward {
						require.False(t, r.Card.Preferred && !before.Card.Preferred)
					}
				}
			}
		}

		shuffled := rapid.Permutation(cards).Draw(t, "order")
		again, err := rewards.Rank(purchase, shuffled, use)
		require.NoError(t, err)
		require.Equal(t, result, again, "the order of the wallet must not matter")
	})
}

// A cap can only ever cost: more of it used never earns more, and a bigger purchase never earns less.
func TestRankIsMonotone(t *testing.T) {
	t.Parallel()
	c := card(blueCash())
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(1, 700_000).Draw(t, "amount")
		spent := rapid.Int64Range(0, 700_000).Draw(t, "spent")
		reward := func(amount, spent int64) int64 {
			result, err := rewards.Rank(groceries(amount), []rewards.Card{c}, used(c, "groceries", spent))
			require.NoError(t, err)
			return result.Ranked[0].Reward.Amount
		}
		got := reward(amount, spent)
		require.GreaterOrEqual(t, got, reward(amount, spent+1))
		require.LessOrEqual(t, got, reward(amount+1, spent))
	})
}
