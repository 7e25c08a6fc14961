package chat

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/advice"
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

func walletOfTwo() []rewards.Card {
	card := func(id string, feeBps int64, rules ...rewards.Rule) rewards.Card {
		return rewards.Card{ID: id, LastFour: "1005", Product: rewards.Product{
			ID: id, Issuer: "Bank", Name: id, Network: "visa", AnnualFee: usd(0), ForeignFeeBps: feeBps, Program: rewards.ProgramCash,
			PointValue: 100, Rules: rules,
		}}
	}
	return []rewards.Card{
		card("Capped", 0, rewards.Rule{ID: "base-1", Kind: rewards.KindBase, Label: "the rest", RateBps: 100}, rewards.Rule{
			ID: "groceries", Kind: rewards.KindCategory, Category: category.Groceries, Label: "groceries", RateBps: 600,
			Cap: new(usd(10_000)), CapPeriod: rewards.PeriodMonth,
		}),
		card("Flat", 300, rewards.Rule{ID: "base-2", Kind: rewards.KindBase, Label: "everything", RateBps: 200}),
	}
}

func groceriesAsked(amount int64) intent.Reading {
	return intent.Reading{Intent: intent.Card, Amount: new(usd(amount)), MerchantName: "Corner", MerchantSlug: "corner", Category: "groceries"}
}

func cardPlan(t *testing.T, q question, reading intent.Reading) (Plan, advice.Drawer) {
	t.Helper()
	q.now, q.location, q.chatType = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC), time.UTC, TypeSolo
	plan, err := planCard(q, reading)
	require.NoError(t, err)
	var drawer struct {
		advice.Drawer
		Recommended  json.RawMessage `json:"recommended"` // percents are written as numbers, which a drawer does not read
		Alternatives json.RawMessage `json:"alternatives"`
	}
	if plan.Drawer != nil {
		require.NoError(t, json.Unmarshal(plan.Drawer, &drawer))
	}
	return plan, drawer.Drawer
}

func TestPlanCardOffersTwoCardsWhereACapRunsOut(t *testing.T) {
	t.Parallel()
	q := question{wallet: walletOfTwo(), private: true, orders: []insights.Order{{
		ID: "o-1", MerchantSlug: "corner", Category: "groceries", PlacedAt: time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC), Currency: "USD",
		Total: 9_000, Payments: []insights.Payment{{LastFour: "1005", Amount: 9_000}},
	}}}
	plan, drawer := cardPlan(t, q, groceriesAsked(8_600))
	require.Equal(t, "Use Flat: it earns $1.72 on $86.00 at Corner (2%). 2% back on everything. A cap runs out inside this purchase: "+
		"$76.00 on Flat and $10.00 on Capped leave $2.12 together, $0.40 more than Flat alone. Next is Capped with $1.36, $0.36 less.", plan.Text())
	require.Equal(t, usd(40), drawer.Split.Gain)
	require.Equal(t, []string{
		"Read the question: a card for $86.00 at Corner (groceries)", "Looked at your 2 cards: Capped and Flat",
		"Counted 1 card payment of the last months against the caps", "Compared the rewards: Flat earns $1.72, Capped earns $1.36",
		"Found that two cards earn $0.40 more than one",
	}, plan.Thinking)
	require.Contains(t, plan.Sources, Source{Type: "transaction", ID: "o-1", AsOf: time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)})
	require.Nil(t, drawer.Sources, "they stand beside it")
}

func TestPlanCardMindsThatAPurchaseIsAbroad(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Which card for $86 of groceries abroad?": true, "best card overseas for $86": true, "which card from a foreign website, $86": true,
		"¿qué tarjeta uso en el extranjero para 86 dólares?": true, "card for $86 outside the US": true,
		"Which card for $86 of groceries?": false, "a foreign film for $20": false, "foreign transaction fees": false,
	} {
		plan, drawer := cardPlan(t, question{text: text, wallet: walletOfTwo(), private: true}, groceriesAsked(20_000))
		require.Equal(t, want, drawer.Purchase.Abroad, text)
		if want {
			require.Contains(t, plan.Thinking[0], ", abroad")
			require.Contains(t, plan.Text(), "Next is Flat with -$2.00", "its 3% fee is more than its 2%")
		}
	}
}

// What is counted is what is shown: a group that may not see the purchases is told so.
func TestPlanCardDoesNotCountWhatItMayNotSee(t *testing.T) {
	t.Parallel()
	plan, drawer := cardPlan(t, question{wallet: walletOfTwo()[:1]}, groceriesAsked(8_600))
	require.NotContains(t, string(plan.Drawer), "is left")
	require.Contains(t, string(plan.Drawer), `"capLeft":null`)
	require.Contains(t, plan.Thinking, "Left your purchases aside: they are not shared with this group")
	require.NotContains(t, plan.Text(), "Counted")
	require.Contains(t, plan.Text(), "What your purchases used of the caps is not counted here.")
	require.Len(t, drawer.Warnings, 1)
}

// Why: limits and balances are nobody else's business, and a group listens.
func TestPlanCard_TellsUtilizationToItsOwnerAlone(t *testing.T) {
	t.Parallel()
	card := rewards.Card{ID: "one", Product: rewards.Product{ID: "gold", Name: "Gold"}, Limit: new(usd(100_000)), Balance: new(usd(12_345))}
	q := asked("How high is my credit utilization?")
	q.wallet = []rewards.Card{card}
	q.read()
	plan, err := q.plan()
	require.NoError(t, err)
	require.Equal(t, "Of your limits you use: Gold 12.35% ($123.45 of $1,000.00).", plan.Text())
	q.chatType = TypeGroup
	plan, err = q.plan()
	require.NoError(t, err)
	require.Equal(t, "I tell no balances in a group. Ask me in a chat of your own.", plan.Text())
	require.Empty(t, plan.Sources)
}
