package rewards_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

func splitOf(t *testing.T, p rewards.Purchase, use rewards.CapUse, cards ...rewards.Card) *rewards.Split {
	t.Helper()
	result, err := rewards.Rank(p, cards, use)
	require.NoError(t, err)
	return result.Split
}

func TestRankSplitsAPurchaseInsideWhichACapRunsOut(t *testing.T) {
	t.Parallel()
	blue, flat2 := card(blueCash()), card(flat("flat", 200))
	// $34.80 at 6% is $2.09, the other $51.20 at 2% $1.02; the best card alone earns $2.60.
	split := splitOf(t, groceries(8_600), used(blue, "groceries", 600_000-3_480), blue, flat2)
	require.Equal(t, "card-blue", split.Parts[0].Card.ID)
	require.Equal(t, usd(3_480), split.Parts[0].Amount)
	require.Equal(t, usd(209), split.Parts[0].Reward)
	require.Equal(t, "card-flat", split.Parts[1].Card.ID)
	require.Equal(t, usd(5_120), split.Parts[1].Amount)
	require.Equal(t, usd(102), split.Parts[1].Reward)
	require.Equal(t, usd(311), split.Net)
	require.Equal(t, usd(51), split.Gain)

	// The card whose cap runs out need not be the best one alone: here the flat card is.
	split = splitOf(t, groceries(10_000), used(blue, "groceries", 599_000), blue, flat2)
	require.Equal(t, "card-flat", split.Parts[0].Card.ID)
	require.Equal(t, usd(9_000), split.Parts[0].Amount)
	require.Equal(t, usd(1_000), split.Parts[1].Amount)
	require.Equal(t, usd(40), split.Gain)
}

func TestRankSplitsNothingWithoutAGain(t *testing.T) {
	t.Parallel()
	blue, flat1 := card(blueCash()), card(flat("flat", 100))
	require.Nil(t, splitOf(t, groceries(8_600), nil, blue, card(flat("flat", 200))), "the cap does not run out")
	require.Nil(t, splitOf(t, groceries(8_600), used(blue, "groceries", 600_000), blue, card(flat("flat", 200))), "it ran out before")
	require.Nil(t, splitOf(t, groceries(8_600), used(blue, "groceries", 599_000), blue, flat1), "the other card earns the base rate too")
	require.Nil(t, splitOf(t, groceries(8_600), used(blue, "groceries", 599_000), blue), "there is one card only")
	require.Nil(t, splitOf(t, groceries(30), used(blue, "groceries", 599_980), blue, card(flat("flat", 200))), "a fraction of a cent")
	// Two cards at 2% could make a cent of two halves by rounding; that is no reason to take out two cards.
	require.Nil(t, splitOf(t, groceries(50), nil, card(flat("a", 200)), card(flat("b", 200))))
}

// exactly is what an amount on a card leaves, as a fraction of a minor unit: the reference's reward less the fee.
func exactly(c rewards.Card, p rewards.Purchase, amount int64, use rewards.CapUse) *big.Rat {
	if amount == 0 {
		return new(big.Rat)
	}
	p.Amount.Amount = amount
	left := referenceReward(c, p, use)
	if p.Foreign {
		left.Sub(left, big.NewRat(amount*c.Product.ForeignFeeBps, 10_000))
	}
	return left
}

// shown is what of it people are shown: reward and fee rounded each.
func shown(c rewards.Card, p rewards.Purchase, amount int64, use rewards.CapUse) int64 {
	p.Amount.Amount = amount
	net := roundHalfUp(referenceReward(c, p, use))
	if p.Foreign {
		net -= roundHalfUp(big.NewRat(amount*c.Product.ForeignFeeBps, 10_000))
	}
	return net
}

// genCappedCard is a card that pays on groceries, by one rule or two, mostly under a cap.
func genCappedCard(id string) *rapid.Generator[rewards.Card] {
	return rapid.Custom(func(t *rapid.T) rewards.Card {
		p := product(id, base(rapid.Int64Range(0, 250).Draw(t, "base")))
		p.ForeignFeeBps = rapid.SampledFrom([]int64{0, 0, 300}).Draw(t, "fee")
		for i := range rapid.IntRange(1, 2).Draw(t, "rules") {
			rule := groceryRule()
			rule.ID, rule.RateBps = string(rune('r'+i)), rapid.SampledFrom([]int64{100, 500, 1_999, 4_000, 10_000}).Draw(t, "rate")
			rule.DomesticOnly, rule.ExcludedMerchants = false, nil
			rule.SharedCapGroup = rapid.SampledFrom([]string{"", "", "shared"}).Draw(t, "group")
			if rapid.IntRange(0, 4).Draw(t, "uncapped") == 0 {
				rule.Cap, rule.CapPeriod, rule.SharedCapGroup = nil, "", ""
			}
			p.Rules = append(p.Rules, rule)
		}
		return card(p)
	})
}

// Every split of the purchase over every two cards is tried, cent by cent; the engine must find the best of them.
func TestTheSplitEqualsTheBestOfAllSplits(t *testing.T) {
	t.Parallel()
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		var cards []rewards.Card
		use := rewards.CapUse{}
		for i := range rapid.SampledFrom([]int{2, 2, 3, 3, 1}).Draw(t, "cards") {
			c := genCappedCard(string(rune('A'+i))).Draw(t, "card")
			for _, limit := range []string{"shared", "r", "s"} {
				use[rewards.CapKey{CardID: c.ID, Cap: limit}] = usd(600_000 - rapid.Int64Range(-10, 160).Draw(t, "left"))
			}
			cards = append(cards, c)
		}
		purchase := groceries(rapid.OneOf(rapid.Int64Range(120, 250), rapid.Int64Range(1, 250)).Draw(t, "amount"))
		purchase.Location, purchase.Foreign = time.UTC, rapid.Bool().Draw(t, "abroad")
		result, err := rewards.Rank(purchase, cards, use)
		require.NoError(t, err)

		best := new(big.Rat).SetInt64(-1 << 40)
		for _, c := range cards {
			if alone := exactly(c, purchase, purchase.Amount.Amount, use); alone.Cmp(best) > 0 {
				best = alone
			}
		}
		alone := new(big.Rat).Set(best)
		for i, a := range cards {
			for _, b := range cards[i+1:] {
				for onA := int64(1); onA < purchase.Amount.Amount; onA++ {
					total := new(big.Rat).Add(exactly(a, purchase, onA, use), exactly(b, purchase, purchase.Amount.Amount-onA, use))
					if total.Cmp(best) > 0 {
						best = total
					}
				}
			}
		}
		split := result.Split
		if split == nil {
			// No split is better, or the best one is worth less than a cent of what people are shown.
			require.LessOrEqual(t, new(big.Rat).Sub(best, alone).Cmp(big.NewRat(2, 1)), 0)
			return
		}
		found++
		first, second := split.Parts[0], split.Parts[1]
		require.Equal(t, purchase.Amount.Amount, first.Amount.Amount+second.Amount.Amount)
		require.Positive(t, first.Amount.Amount)
		require.Positive(t, second.Amount.Amount)
		total := new(big.Rat).Add(exactly(first.Card, purchase, first.Amount.Amount, use), exactly(second.Card, purchase, second.Amount.Amount, use))
		require.Zero(t, total.Cmp(best), "%s of %s", total, best)
		require.Equal(t, shown(first.Card, purchase, first.Amount.Amount, use), first.Net.Amount)
		require.Equal(t, shown(second.Card, purchase, second.Amount.Amount, use), second.Net.Amount)
		require.Equal(t, first.Net.Amount+second.Net.Amount, split.Net.Amount)
		require.Equal(t, split.Net.Amount-result.Ranked[0].Net.Amount, split.Gain.Amount)
		require.Positive(t, split.Gain.Amount)
	})
	require.Positive(t, found, "a check of nothing proves nothing")
}

func TestRankWarnsOfOldReadings(t *testing.T) {
	t.Parallel()
	rule := base(100)
	rule.AsOf = date("2026-05-24") // 183 days before
	p := product("old", rule)
	p.AsOf = date("2026-11-01")
	r := first(t, groceries(100), nil, card(p))
	require.False(t, r.Stale)
	require.Empty(t, r.Warnings)

	p.Rules[0].AsOf = date("2026-05-23")
	r = first(t, groceries(100), nil, card(p))
	require.True(t, r.Stale)
	require.Equal(t, []string{"The terms of old were read on 2026-05-23, 184 days before, and may have changed since"}, r.Warnings)

	p.Rules[0].AsOf, p.AsOf = date("2026-11-01"), date("2026-01-01") // the fees are older than the rate
	require.True(t, first(t, groceries(100), nil, card(p)).Stale)
	p.AsOf = date("2026-12-31") // a purchase of the past is not warned of
	require.False(t, first(t, groceries(100), nil, card(p)).Stale)
	p.AsOf, p.Rules[0].AsOf = rewards.Date{}, rewards.Date{}
	require.False(t, first(t, groceries(100), nil, card(p)).Stale)
}

// A changed base rate is two rules, and each day has its own.
func TestRankKeepsToTheBaseRuleOfTheDay(t *testing.T) {
	t.Parallel()
	before, after := base(100), base(150)
	before.ID, before.ValidTo = "before", date("2026-11-22")
	after.ID, after.ValidFrom = "after", date("2026-11-23")
	p := product("changed", after, before)
	require.NoError(t, p.Validate())
	purchase := groceries(10_000)
	require.Equal(t, usd(150), first(t, purchase, nil, card(p)).Reward)
	purchase.At = purchase.At.AddDate(0, 0, -1)
	require.Equal(t, usd(100), first(t, purchase, nil, card(p)).Reward)

	p.Rules[0].ValidFrom = date("2026-11-24")
	require.ErrorContains(t, p.Validate(), "does not begin the day after")
	p.Rules[0].ValidFrom, p.Rules[0].ValidTo = date("2026-11-23"), date("2027-01-01")
	require.ErrorContains(t, p.Validate(), "instead of one for every day")
}

func TestRankTakesTheIssuersChoiceWhereNothingWasChosen(t *testing.T) {
	t.Parallel()
	p := choosable()
	p.ChoiceGroups[0].Default = "gas"
	require.NoError(t, p.Validate())
	c := card(p)
	gas := rewards.Purchase{Category: "gas", Amount: usd(10_000), At: november}
	require.Equal(t, usd(300), first(t, gas, nil, c).Reward)
	c.Choices = []string{"dining"}
	require.Equal(t, usd(100), first(t, gas, nil, c).Reward)
	p.ChoiceGroups[0].Default = "pets"
	require.ErrorContains(t, p.Validate(), "does not offer its default")
}

func TestTallyNamesTheSpendsBehindACap(t *testing.T) {
	t.Parallel()
	c := card(blueCash())
	at := func(id string, moment time.Time, amount int64) rewards.Spend {
		s := spend(moment, "groceries", amount)
		s.ID = id
		return s
	}
	spends := []rewards.Spend{
		at("june", day(time.June, 1), 2_000), at("march", day(time.March, 1), 1_000), at("refund", day(time.July, 1), -500),
		at("last year", day(time.March, 1).AddDate(-1, 0, 0), 9_000),
	}
	tally, err := rewards.TallyUntil([]rewards.Card{c}, spends, november, nil)
	require.NoError(t, err)
	key := rewards.CapKey{CardID: c.ID, Cap: "groceries"}
	require.Equal(t, map[rewards.CapKey][]string{key: {"march", "june", "refund"}}, tally.Counted(november))
	require.Equal(t, rewards.CapUse{key: usd(2_500)}, tally.Use(november))

	// It can be walked on with: the next year begins anew.
	next := day(time.January, 5).AddDate(1, 0, 0)
	require.NoError(t, tally.Add(at("new year", next, 700)))
	require.Equal(t, map[rewards.CapKey][]string{key: {"new year"}}, tally.Counted(next))
	require.Equal(t, rewards.CapUse{key: usd(700)}, tally.Use(next))
}

func TestReasonsWithoutBalanceKeepTheRest(t *testing.T) {
	t.Parallel()
	c := card(flat("flat", 100))
	c.Limit, c.Balance = new(usd(10_000)), new(usd(9_999))
	r := first(t, groceries(100), nil, c)
	require.Equal(t, []string{"1% back on everything", "This purchase would go over the $100.00 limit"}, r.Reasons)
	require.Equal(t, []string{"1% back on everything"}, r.ReasonsWithoutBalance())
}

func TestCheckActivationsHoldsOwnersToTheOffer(t *testing.T) {
	t.Parallel()
	p := rotating()
	require.NoError(t, p.CheckActivations([]string{"2026-Q3", "2027-Q1"}))
	require.ErrorContains(t, p.CheckActivations([]string{"2026-Q5"}), "nothing to activate")
	require.ErrorContains(t, p.CheckActivations([]string{"2026-Q3", "2026-Q3"}), "activated twice")
	flatCard := flat("flat", 100)
	require.ErrorContains(t, flatCard.CheckActivations([]string{"2026-Q3"}), "nothing to activate")
	flatCard.Rules = append(flatCard.Rules, rewards.Rule{ID: "offer", Kind: rewards.KindMerchant, MerchantSlug: "x", Label: "x", RequiresActivation: true})
	require.NoError(t, flatCard.CheckActivations([]string{"offer"}))
}

func TestTheVersionOfACatalogueStandsForItsProducts(t *testing.T) {
	t.Parallel()
	a, b := blueCash(), flat("b", 100)
	version := rewards.VersionOfCatalogue([]rewards.Product{a, b})
	require.Equal(t, version, rewards.VersionOfCatalogue([]rewards.Product{b, a}))
	a.Rules[1].RateBps++
	require.NotEqual(t, version, rewards.VersionOfCatalogue([]rewards.Product{a, b}))
	a.Catalogue, b.Catalogue = version, version
	result, err := rewards.Rank(groceries(100), []rewards.Card{card(a), card(b)}, nil)
	require.NoError(t, err)
	require.Equal(t, version, result.RuleVersion)
	b.Catalogue = "other" // of two catalogues: only the products themselves say what was used
	result, err = rewards.Rank(groceries(100), []rewards.Card{card(a), card(b)}, nil)
	require.NoError(t, err)
	require.Equal(t, rewards.VersionOfCatalogue([]rewards.Product{a, b}), result.RuleVersion)
}

func TestRankOfHugeAmountsIsExactOrRefused(t *testing.T) {
	t.Parallel()
	p := flat("big", 10_000)
	p.Program, p.PointValue = rewards.ProgramPoints, 10_000
	huge := groceries(1 << 62)
	_, err := rewards.Rank(huge, []rewards.Card{card(p)}, nil)
	require.ErrorIs(t, err, money.ErrOverflow)
	r := first(t, huge, nil, card(flat("flat", 1)))
	want := new(big.Int).Div(new(big.Int).Add(big.NewInt(1<<62), big.NewInt(5_000)), big.NewInt(10_000))
	require.Equal(t, want.Int64(), r.Reward.Amount)
	require.Equal(t, int64(1), r.RateBps)
}
