package chat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Why: who asked which card they should have used was asked for an amount, which their order has.
func TestPlanCard_TellsInHindsight(t *testing.T) {
	t.Parallel()
	after := func(text string, orders ...insights.Order) question {
		q := holder(text)
		q.wallet[1].LastFour = "4417"
		q.orders = orders
		return q
	}
	onFlat := groceryOrder("o-2", 9, 6_000)
	onFlat.Payments[0].LastFour = "4417"
	// $20 of it is within the cap of $100 a month.
	q := after("Which card should I have used for my last order?", groceryOrder("o-1", 2, 8_000), onFlat)
	q.read()
	plan, err := q.plan()
	require.NoError(t, err)
	require.Equal(t, "The $60.00 at Corner on 9 November went on Flat and earned $1.20. Gold would have earned $1.60, which is $0.40 more.", plan.Text())
	require.Equal(t, "card", *plan.Action)
	require.Nil(t, plan.Proposal, "it is bought")
	require.Equal(t, []Source{
		{Type: "transaction", ID: "o-2", AsOf: q.now},
		{Type: "card", ID: q.wallet[1].ID, AsOf: q.now},
		{Type: "reward_rule", ID: "base-2", AsOf: q.now},
		{Type: "card", ID: q.wallet[0].ID, AsOf: q.now},
		{Type: "reward_rule", ID: "groceries", AsOf: q.now},
		{Type: "transaction", ID: "o-1", AsOf: q.now},
	}, plan.Sources, "the order before used the cap")

	require.Equal(t, "The $80.00 at Corner on 2 November went on Gold and earned $4.80. None of your cards would have earned more.",
		textOf(t, after("would another card have been better for my latest order?", groceryOrder("o-1", 2, 8_000))))
	elsewhere := groceryOrder("o-3", 3, 5_000)
	elsewhere.Payments[0].LastFour = "9999"
	require.Equal(t, "I cannot tell which of your cards paid the $50.00 at Corner on 3 November, so I do not know what it earned.",
		textOf(t, after("what card should I have used for my last order?", elsewhere)))
	require.Equal(t, "I find no such order of yours. Name the amount, and I can tell which card earns most.",
		textOf(t, after("which card should I have used at Target?", elsewhere)))
	require.Contains(t, textOf(t, after("which card should I have used?", elsewhere)), "How much is the purchase?")
}
