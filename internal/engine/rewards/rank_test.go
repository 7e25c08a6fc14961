package rewards_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

//go:fix inline
func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}

var november = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func base(bps int64) rewards.Rule {
	return rewards.Rule{ID: "base", Kind: rewards.KindBase, Label: "everything", RateBps: bps}
}

func product(id string, rules ...rewards.Rule) rewards.Product {
	return rewards.Product{
		ID: id, Slug: id, Issuer: "Bank", Name: id, Network: "visa", AnnualFee: usd(0),
		Program: rewards.ProgramCash, PointValue: rewards.CashPointValue, Rules: rules,
	}
}

func groceryRule() rewards.Rule {
	return rewards.Rule{
		ID: "groceries", Kind: rewards.KindCategory, Category: category.Groceries, RateBps: 600,
		Label: "groceries at U.S. supermarkets", Cap: new(usd(600_000)), CapPeriod: rewards.PeriodYear,
		DomesticOnly: true, ExcludedMerchants: []string{"walmart", "target", "costco"},
	}
}

// blueCash is the shape of a real card: 6% on groceries up to $6,000 a year, 1% on the rest, 2.7% abroad.
func blueCash() rewards.Product {
	p := product("blue", base(100), groceryRule())
	p.Network, p.AnnualFee, p.ForeignFeeBps = "amex", usd(9_500), 270
	return p
}

func flat(id string, bps int64) rewards.Product { return product(id, base(bps)) }

func card(p rewards.Product) rewards.Card {
	return rewards.Card{ID: "card-" + p.ID, Product: p, LastFour: "1111"}
}

func groceries(amount int64) rewards.Purchase {
	return rewards.Purchase{
		MerchantName: "Whole Foods", MerchantSlug: "whole-foods", Category: category.Groceries, Amount: usd(amount), At: november,
	}
}

func used(c rewards.Card, limit string, amount int64) rewards.CapUse {
	return rewards.CapUse{{CardID: c.ID, Cap: limit}: usd(amount)}
}

func first(t *testing.T, p rewards.Purchase, use rewards.CapUse, cards ...rewards.Card) rewards.Ranking {
	t.Helper()
	result, err := rewards.Rank(p, cards, use)
	require.NoError(t, err)
	return result.Ranked[0]
}

func TestRankSplitsThePurchaseAtTheCapToTheCent(t *testing.T) {
	t.Parallel()
	c := card(blueCash())
	for _, tc := range []struct {
		name                       string
		amount, used               int64
		reward, within, left, rate int64
		wantReasons                []string
	}{
		{"plenty left", 8_600, 179_000, 516, 8_600, 421_000, 600, []string{
			"6% back on groceries at U.S. supermarkets", "$4,210.00 of the $6,000.00 yearly cap is left",
		}},
		{"one cent below the cap", 9_999, 590_000, 600, 9_999, 10_000, 600, []string{
			"6% back on groceries at U.S. supermarkets", "$100.00 of the $6,000.00 yearly cap is left",
		}},
		{"exactly at the cap", 10_000, 590_000, 600, 10_000, 10_000, 600, []string{
			"6% back on groceries at U.S. supermarkets", "$100.00 of the $6,000.00 yearly cap is left",
		}},
		{"one cent over the cap", 10_001, 590_000, 600, 10_000, 10_000, 600, []string{
			"6% back on groceries at U.S. supermarkets",
			"Only $100.00 of the $6,000.00 yearly cap is left: the other $0.01 earns 1% back",
		}},
		{"half over the cap", 20_000, 590_000, 700, 10_000, 10_000, 350, []string{
			"6% back on groceries at U.S. supermarkets",
			"Only $100.00 of the $6,000.00 yearly cap is left: the other $100.00 earns 1% back",
		}},
		{"one cent left", 100, 599_999, 1, 1, 1, 105, []string{
			"6% back on groceries at U.S. supermarkets",
			"Only $0.01 of the $6,000.00 yearly cap is left: the other $0.99 earns 1% back",
		}},
		{"used up", 10_000, 600_000, 100, 0, 0, 100, []string{
			"The $6,000.00 yearly cap on groceries at U.S. supermarkets is used up, so this earns 1% back",
		}},
		{"more than used up", 10_000, 700_000, 100, 0, 0, 100, []string{
			"The $6,000.00 yearly cap on groceries at U.S. supermarkets is used up, so this earns 1% back",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := first(t, groceries(tc.amount), used(c, "groceries", tc.used), c)
			require.Equal(t, usd(tc.reward), r.Reward)
			require.Equal(t, usd(tc.reward), r.Net)
			require.Equal(t, usd(tc.within), r.WithinCap)
			require.Equal(t, new(usd(tc.left)), r.CapLeft)
			require.Equal(t, tc.rate, r.RateBps)
			require.Equal(t, "groceries", r.Rule.ID)
			require.Equal(t, tc.wantReasons, r.Reasons)
		})
	}
}

// The two parts are added before rounding: 0.5 + 0.5 cents are one cent, not two.
func TestRankRoundsOnceOnTheSum(t *testing.T) {
	t.Parallel()
	p := product("odd", base(100), rewards.Rule{
		ID: "gas", Kind: rewards.KindCategory, Category: category.Gas, Label: "gas", RateBps: 500,
		Cap: new(usd(1_000)), CapPeriod: rewards.PeriodMonth,
	})
	c := card(p)
	purchase := rewards.Purchase{Category: category.Gas, Amount: usd(60), At: november}
	r := first(t, purchase, used(c, "gas", 990), c) // 10 cents at 5% = 0.5, 50 cents at 1% = 0.5
	require.Equal(t, usd(1), r.Reward)
	require.Equal(t, int64(167), r.RateBps) // 1 cent of 60, exactly 166.67 basis points
}

func TestRankOrdersByNetThenByTheTieRules(t *testing.T) {
	t.Parallel()
	feeless, fee := flat("b", 200), flat("a", 200)
	fee.AnnualFee = usd(100)
	foreign := flat("foreign", 500)
	foreign.ForeignFeeBps = 300
	preferred := card(flat("z", 200))
	preferred.Preferred = true
	nick := card(flat("q", 200))
	nick.Nickname = "aaa"
	twinA, twinB := card(flat("same", 200)), card(flat("same", 200))
	twinA.ID, twinB.ID = "id-1", "id-2"

	purchase := groceries(10_000)
	purchase.Foreign = true
	cards := []rewards.Card{card(fee), twinB, card(feeless), nick, twinA, card(foreign), card(flat("worse", 199)), preferred}
	want := []string{"card-foreign", "card-z", "card-q", "card-b", "id-1", "id-2", "card-a", "card-worse"}
	for range cards {
		cards = append(cards[1:], cards[0]) // whatever the order of the wallet
		result, err := rewards.Rank(purchase, cards, nil)
		require.NoError(t, err)
		var got []string
		for _, r := range result.Ranked {
			got = append(got, r.Card.ID)
		}
		require.Equal(t, want, got)
		require.Equal(t, new(usd(0)), result.RunnerUpDifference)
	}
}

func TestRankTellsWhatSetsTheBestCardApart(t *testing.T) {
	t.Parallel()
	lowFee, highFee := flat("low", 200), flat("high", 200)
	highFee.AnnualFee = usd(1)
	preferred := card(highFee)
	preferred.Preferred = true
	abroad := flat("abroad", 500)
	abroad.ForeignFeeBps = 300
	for _, tc := range []struct {
		name  string
		cards []rewards.Card
		want  string
	}{
		{"more money", []rewards.Card{card(blueCash()), card(flat("flat", 200))}, "$4.00 more than flat"},
		{"lower fee", []rewards.Card{card(lowFee), card(highFee)}, "As good as high, with the lower annual fee"},
		{"preferred", []rewards.Card{card(lowFee), preferred}, "As good as low, and the card you prefer"},
		{"by name", []rewards.Card{card(flat("a", 200)), card(flat("b", 200))}, "As good as b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			reasons := first(t, groceries(10_000), nil, tc.cards...).Reasons
			require.Equal(t, tc.want, reasons[len(reasons)-1])
		})
	}
	purchase := groceries(10_000)
	purchase.Foreign = true
	reasons := first(t, purchase, nil, card(abroad), card(flat("flat", 200))).Reasons
	require.Equal(t, []string{
		"5% back on everything", "Less a 3% foreign transaction fee of $3.00", "As good as flat after fees, with the higher reward",
	}, reasons)
}

func TestRankTakesTheForeignFeeAndDropsDomesticRules(t *testing.T) {
	t.Parallel()
	purchase := groceries(10_000)
	purchase.Foreign = true
	r := first(t, purchase, nil, card(blueCash()))
	require.Equal(t, "base", r.Rule.ID)
	require.Equal(t, usd(100), r.Reward)
	require.Equal(t, usd(270), r.ForeignFee)
	require.Equal(t, usd(-170), r.Net)
	require.Equal(t, []string{"1% back on everything", "Less a 2.7% foreign transaction fee of $2.70"}, r.Reasons)
}

// Warehouse clubs and superstores are excluded by merchant even when the user calls the purchase groceries.
func TestRankRespectsExcludedMerchants(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]string{"walmart": "base", "target": "base", "costco": "base", "kroger": "groceries", "": "groceries"} {
		purchase := groceries(10_000)
		purchase.MerchantSlug = slug
		require.Equal(t, want, first(t, purchase, nil, card(blueCash())).Rule.ID, slug)
	}
	purchase := groceries(10_000)
	purchase.MerchantSlug, purchase.Category = "costco", category.WholesaleClubs
	require.Equal(t, "base", first(t, purchase, nil, card(blueCash())).Rule.ID)
}

func TestRankCountsDeliveryAsDining(t *testing.T) {
	t.Parallel()
	p := product("dine", base(100), rewards.Rule{ID: "dining", Kind: rewards.KindCategory, Category: category.Dining, Label: "dining", RateBps: 300})
	purchase := rewards.Purchase{MerchantSlug: "doordash", Category: category.Delivery, Amount: usd(2_000), At: november}
	require.Equal(t, usd(60), first(t, purchase, nil, card(p)).Reward)
	purchase.Category = "" // unknown to us: only the base rate is certain
	require.Equal(t, usd(20), first(t, purchase, nil, card(p)).Reward)
}

func TestRankPaysTheBestMatchingRule(t *testing.T) {
	t.Parallel()
	p := product("prime", base(100),
		rewards.Rule{ID: "amazon", Kind: rewards.KindMerchant, MerchantSlug: "amazon", Label: "Amazon", RateBps: 500},
		rewards.Rule{ID: "online", Kind: rewards.KindCategory, Category: category.OnlineRetail, Label: "online shopping", RateBps: 300},
		rewards.Rule{ID: "capped", Kind: rewards.KindCategory, Category: category.OnlineRetail, Label: "a bonus", RateBps: 900, Cap: new(usd(1_000)), CapPeriod: rewards.PeriodMonth},
	)
	c := card(p)
	purchase := rewards.Purchase{MerchantSlug: "etsy", Category: category.OnlineRetail, Amount: usd(1_000), At: november}
	require.Equal(t, "capped", first(t, purchase, nil, c).Rule.ID)
	// 9% on $2 and 1% on $8 is $0.26; 3% on $10 is $0.30.
	require.Equal(t, "online", first(t, purchase, used(c, "capped", 800), c).Rule.ID)
	purchase.MerchantSlug = "amazon"
	require.Equal(t, "amazon", first(t, purchase, used(c, "capped", 800), c).Rule.ID)
}

func TestRankPointsAreWorthWhatTheirOwnerSays(t *testing.T) {
	t.Parallel()
	p := product("gold", base(100), rewards.Rule{ID: "dining", Kind: rewards.KindCategory, Category: category.Dining, Label: "restaurants", RateBps: 400})
	p.Program = rewards.ProgramPoints
	purchase := rewards.Purchase{Category: category.Dining, Amount: usd(5_000), At: november}

	r := first(t, purchase, nil, card(p))
	require.Equal(t, usd(200), r.Reward)
	require.Equal(t, []string{"4x points on restaurants, worth 4% back"}, r.Reasons)

	generous := card(p)
	generous.PointValue = 160 // 1.6 cents
	r = first(t, purchase, nil, generous)
	require.Equal(t, usd(320), r.Reward)
	require.Equal(t, int64(640), r.RateBps)
	require.Equal(t, []string{"4x points on restaurants, worth 6.4% back"}, r.Reasons)

	cash := card(flat("cash", 200))
	cash.PointValue = 300 // a dollar is a dollar
	require.Equal(t, usd(100), first(t, purchase, nil, cash).Reward)
}

func TestRankLeavesOutCardsThatCannotPay(t *testing.T) {
	t.Parallel()
	euro := flat("euro", 900)
	euro.AnnualFee = money.Money{Currency: "EUR"}
	amex := flat("amex", 900)
	amex.Network = "amex"
	store := flat("store", 900)
	store.Network, store.OnlyAt = "private", []string{"target"}
	purchase := groceries(1_000)
	purchase.RefusedNetworks = []string{"amex", "discover"}

	result, err := rewards.Rank(purchase, []rewards.Card{card(store), card(euro), card(amex), card(flat("ok", 100))}, nil)
	require.NoError(t, err)
	require.Len(t, result.Ranked, 1)
	require.Nil(t, result.RunnerUpDifference)
	var texts []string
	for _, s := range result.Skipped {
		texts = append(texts, string(s.Reason)+": "+s.Text)
	}
	require.Equal(t, []string{
		"network: Whole Foods does not take American Express",
		"currency: euro is billed in EUR, and amounts in USD are not converted",
		"store: store is a store card that does not work here",
	}, texts)

	result, err = rewards.Rank(purchase, []rewards.Card{card(euro)}, nil)
	require.ErrorIs(t, err, rewards.ErrNoUsableCard)
	require.Len(t, result.Skipped, 1)

	purchase.MerchantSlug = "target"
	require.Equal(t, "card-store", first(t, purchase, nil, card(store), card(flat("ok", 100))).Card.ID)
}

func TestRankRefusesWhatIsNotAQuestion(t *testing.T) {
	t.Parallel()
	good := []rewards.Card{card(flat("ok", 100))}
	_, err := rewards.Rank(groceries(1), nil, nil)
	require.ErrorIs(t, err, rewards.ErrNoCards)
	for _, bad := range []rewards.Purchase{
		groceries(0), groceries(-1), {Amount: money.Money{Amount: 1, Currency: "??"}}, {Amount: usd(1), Category: "food"},
	} {
		_, err = rewards.Rank(bad, good, nil)
		require.ErrorIs(t, err, rewards.ErrInvalidPurchase)
	}
	_, err = rewards.Rank(groceries(1), []rewards.Card{good[0], good[0]}, nil)
	require.ErrorIs(t, err, rewards.ErrInvalidCard)
	anonymous, broken, greedy, elsewhere := good[0], good[0], good[0], good[0]
	anonymous.ID, broken.Product, greedy.PointValue = "", rewards.Product{}, 1_000_000
	elsewhere.Limit = &money.Money{Amount: 1, Currency: "EUR"}
	for _, bad := range []rewards.Card{anonymous, broken, greedy, elsewhere} {
		_, err = rewards.Rank(groceries(1), []rewards.Card{bad}, nil)
		require.ErrorIs(t, err, rewards.ErrInvalidCard)
	}
}

func TestRankShowsNoUtilizationBeyondReckoning(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1, math.MaxInt64} {
		full := card(flat("full", 100))
		full.Limit, full.Balance = new(usd(limit)), new(usd(math.MaxInt64))
		require.Nil(t, first(t, groceries(1), nil, full).Utilization)
	}
}

func TestRankShowsUtilization(t *testing.T) {
	t.Parallel()
	c := card(flat("ok", 100))
	require.Nil(t, first(t, groceries(8_600), nil, c).Utilization)
	c.Limit = new(usd(500_000))
	require.Nil(t, first(t, groceries(8_600), nil, c).Utilization, "the balance is unknown")
	c.Balance = new(usd(100_000))
	require.Equal(t, &rewards.Utilization{BeforeBps: 2_000, AfterBps: 2_172}, first(t, groceries(8_600), nil, c).Utilization)
	c.Balance = new(usd(-5_000))
	require.Equal(t, &rewards.Utilization{BeforeBps: 0, AfterBps: 72}, first(t, groceries(8_600), nil, c).Utilization)
	c.Balance = new(usd(499_999))
	r := first(t, groceries(2), nil, c)
	require.Equal(t, &rewards.Utilization{BeforeBps: 10_000, AfterBps: 10_000}, r.Utilization)
	r = first(t, groceries(8_600), nil, c)
	require.Contains(t, r.Reasons, "This purchase would go over the $5,000.00 limit")
}

func TestRankSaysWhenARateIsUnconfirmed(t *testing.T) {
	t.Parallel()
	rule := base(100)
	rule.Illustrative, rule.Source = true, "https://example.com"
	r := first(t, groceries(100), nil, card(product("maybe", rule)))
	require.True(t, r.Rule.Illustrative)
	require.True(t, r.Illustrative)
	require.Equal(t, []string{"The rate of maybe on everything is illustrative, not confirmed with Bank"}, r.Warnings)
}

func TestRankWorksInCurrenciesWithoutCents(t *testing.T) {
	t.Parallel()
	p := flat("yen", 150)
	p.AnnualFee = money.Money{Currency: "JPY"}
	r := first(t, rewards.Purchase{Amount: money.Money{Amount: 1_234, Currency: "JPY"}, At: november}, nil, card(p))
	require.Equal(t, money.Money{Amount: 19, Currency: "JPY"}, r.Reward)
}

func TestRankDoesNotTouchItsArguments(t *testing.T) {
	t.Parallel()
	c := card(rotating())
	c.Activations, c.Choices = []string{"2026-Q4"}, []string{"gas"}
	cards := []rewards.Card{c, card(blueCash())}
	before := fmt.Sprintf("%+v", cards)
	use := used(c, "rotating", 1)
	_, err := rewards.Rank(groceries(100), cards, use)
	require.NoError(t, err)
	require.Equal(t, before, fmt.Sprintf("%+v", cards))
	require.Equal(t, used(c, "rotating", 1), use)
}
