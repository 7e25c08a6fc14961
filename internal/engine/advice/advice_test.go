package advice_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/advice"
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

var november = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

func day(text string) rewards.Date {
	d, err := rewards.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func blue() rewards.Card {
	return rewards.Card{ID: "blue", LastFour: "1005", Limit: new(usd(10_000)), Balance: new(usd(5_000)), Product: rewards.Product{
		ID: "p-blue", Issuer: "Amex", Name: "Blue", Network: "amex", AnnualFee: usd(9_500), ForeignFeeBps: 270, Program: rewards.ProgramCash,
		PointValue: 100, Source: "https://example.com/fees", AsOf: day("2026-11-01"), Rules: []rewards.Rule{
			{ID: "blue-base", Kind: rewards.KindBase, Label: "the rest", RateBps: 100, AsOf: day("2026-11-01")},
			{
				ID: "blue-groceries", Kind: rewards.KindCategory, Category: category.Groceries, Label: "groceries", RateBps: 600, DomesticOnly: true,
				Cap: new(usd(600_000)), CapPeriod: rewards.PeriodYear, Source: "https://example.com/rates", AsOf: day("2026-11-02"),
			},
		},
	}}
}

func flat(id, network string) rewards.Card {
	return rewards.Card{ID: id, Nickname: "My " + id, Product: rewards.Product{
		ID: "p-" + id, Issuer: "Bank", Name: id, Network: network, AnnualFee: usd(0), Program: rewards.ProgramCash, PointValue: 100,
		Rules: []rewards.Rule{{ID: id + "-base", Kind: rewards.KindBase, Label: "everything", RateBps: 200}},
	}}
}

func paid(id, lastFour string, amount int64, at time.Time) insights.Order {
	return insights.Order{
		ID: id, MerchantSlug: "whole-foods", Category: "groceries", PlacedAt: at, Currency: "USD", Total: amount,
		Payments: []insights.Payment{{Type: "card", LastFour: lastFour, Amount: amount}},
	}
}

func question() advice.Question {
	return advice.Question{
		MerchantName: "Whole Foods", MerchantSlug: "whole-foods", Category: "groceries", Amount: usd(8_600), At: november, ReadAt: november,
		Wallet: []rewards.Card{flat("flat", "visa"), blue(), flat("other", "discover")}, Accepted: []string{"visa", "amex"},
		Orders: []insights.Order{
			paid("o-1", "1005", 590_000, november.AddDate(0, -5, 0)), paid("o-2", "1005", 6_520, november.AddDate(0, -1, 0)),
			paid("o-3", "9999", 7_000, november), paid("o-4", "1005", 7_000, november.AddDate(-1, 0, 0)),
		},
	}
}

func TestOnCountsOrdersAgainstCapsAndNamesThem(t *testing.T) {
	t.Parallel()
	a, err := advice.On(question())
	require.NoError(t, err)
	require.Equal(t, 4, a.Payments)
	require.Equal(t, "blue", a.Drawer.Recommended.CardID)
	require.Equal(t, new(usd(3_480)), a.Drawer.Recommended.CapLeft)
	require.Equal(t, usd(260), a.Drawer.Recommended.Reward)
	require.Equal(t, new(usd(88)), a.Drawer.RunnerUpDifference)
	require.Equal(t, "My flat", a.Drawer.Alternatives[0].Name)
	require.Equal(t, []advice.ExcludedCard{
		{CardID: "other", Name: "My other", Reason: "network", Text: "Whole Foods does not take Discover"},
	}, a.Drawer.Excluded)
	require.Equal(t, usd(3_480), a.Drawer.Split.Parts[0].Amount)
	require.Equal(t, usd(51), a.Drawer.Split.Gain)
	require.Empty(t, a.Drawer.Warnings)

	read := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	require.Equal(t, []advice.Source{
		{Type: "card", ID: "blue", AsOf: november},
		{Type: "card_product", ID: "p-blue", AsOf: read},
		{Type: "reward_rule", ID: "blue-groceries", AsOf: read.AddDate(0, 0, 1)},
		{Type: "transaction", ID: "o-1", AsOf: november},
		{Type: "transaction", ID: "o-2", AsOf: november},
		{Type: "card", ID: "flat", AsOf: november},
		{Type: "card_product", ID: "p-flat", AsOf: november},
		{Type: "reward_rule", ID: "flat-base", AsOf: november},
	}, a.Sources)
}

// Every figure of the drawer comes out again from what its sources name: the cards, the rules and the counted orders.
func TestTheFiguresFollowFromTheSources(t *testing.T) {
	t.Parallel()
	q := question()
	a, err := advice.On(q)
	require.NoError(t, err)
	named := map[string]bool{}
	for _, source := range a.Sources {
		named[source.Type+" "+source.ID] = true
	}
	var wallet []rewards.Card
	for _, card := range q.Wallet {
		if !named["card "+card.ID] {
			continue
		}
		var rules []rewards.Rule
		for _, rule := range card.Product.Rules {
			if named["reward_rule "+rule.ID] || rule.Kind == rewards.KindBase { // the base rate pays what is beyond a cap
				rules = append(rules, rule)
			}
		}
		card.Product.Rules = rules
		wallet = append(wallet, card)
	}
	var orders []insights.Order
	for _, order := range q.Orders {
		if named["transaction "+order.ID] {
			orders = append(orders, order)
		}
	}
	require.Len(t, orders, 2)
	q.Wallet, q.Orders = wallet, orders
	again, err := advice.On(q)
	require.NoError(t, err)
	a.Drawer.Excluded, again.Drawer.Excluded = nil, nil
	a.Drawer.RuleVersion, again.Drawer.RuleVersion = "", ""
	require.Equal(t, a.Drawer, again.Drawer)
}

// A group is told which card to use, not what anybody owes or bought.
func TestOnIsDiscreetAndBlindWhereItHasToBe(t *testing.T) {
	t.Parallel()
	q := question()
	a, err := advice.On(q)
	require.NoError(t, err)
	require.NotNil(t, a.Drawer.Utilization)
	require.Contains(t, a.Drawer.Reasons, "This purchase would go over the $100.00 limit")

	q.Discreet, q.Unseen = true, true
	a, err = advice.On(q)
	require.NoError(t, err)
	require.Nil(t, a.Drawer.Utilization)
	require.Zero(t, a.Payments)
	require.Nil(t, a.Drawer.Recommended.CapLeft)
	require.Equal(t, []string{"6% back on groceries", "$3.44 more than My flat"}, a.Drawer.Reasons)
	require.Equal(t, []string{"What your purchases used of the caps is not counted here"}, a.Drawer.Warnings)
	content, err := json.Marshal(a.Drawer)
	require.NoError(t, err)
	require.NotContains(t, string(content), "limit")
	for _, source := range a.Sources {
		require.NotEqual(t, "transaction", source.Type)
	}

	q.Amount = usd(700_000)
	a, err = advice.On(q)
	require.NoError(t, err)
	require.Nil(t, a.Drawer.Recommended.CapLeft)
	require.Equal(t, "At most $6,000.00 of it is within the $6,000.00 yearly cap", a.Drawer.Reasons[1])
	require.NotContains(t, a.Drawer.Reasons[2], "is left")
}

func TestOnTellsTheFeeAbroad(t *testing.T) {
	t.Parallel()
	q := question()
	q.Abroad = true
	a, err := advice.On(q)
	require.NoError(t, err)
	require.True(t, a.Drawer.Purchase.Abroad)
	require.Equal(t, "flat", a.Drawer.Recommended.CardID)
	second := a.Drawer.Alternatives[0]
	require.Equal(t, []money.Money{usd(86), usd(232), usd(-146)}, []money.Money{second.Reward, second.ForeignFee, second.Net})
}

func TestOnSaysWhyNoCardCanPay(t *testing.T) {
	t.Parallel()
	q := question()
	q.Accepted = []string{"mastercard"}
	a, err := advice.On(q)
	require.ErrorIs(t, err, rewards.ErrNoUsableCard)
	require.Equal(t, []string{
		"Whole Foods does not take American Express", "Whole Foods does not take Visa", "Whole Foods does not take Discover",
	}, a.WhyNone())
	q.Wallet = nil
	_, err = advice.On(q)
	require.ErrorIs(t, err, rewards.ErrNoCards)
	_, err = advice.On(advice.Question{Wallet: []rewards.Card{{ID: "broken"}}, Amount: usd(1), At: november})
	require.ErrorIs(t, err, rewards.ErrInvalidCard)
}

func TestAnUnknownCategoryCountsAsOther(t *testing.T) {
	t.Parallel()
	q := question()
	q.Category = "time travel"
	require.Equal(t, category.Other, advice.PurchaseOf(q).Category)
}
