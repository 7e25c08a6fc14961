package chat

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// groceryOrder is an order of groceries that the first card of holder paid.
func groceryOrder(id string, day int, amount int64) insights.Order {
	return insights.Order{
		ID: id, MerchantSlug: "corner", MerchantName: "Corner", Category: "groceries", Currency: "USD", Total: amount,
		PlacedAt: time.Date(2026, time.November, day, 9, 0, 0, 0, time.UTC), Payments: []insights.Payment{{LastFour: "1005", Amount: amount}},
	}
}

// Why: what is left of a cap was answered with a card for a purchase that nobody spoke of.
func TestPlanCard_TellsWhatIsLeftOfTheCaps(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"do I have any room left on my grocery cap?", "how much of my caps have I used?", "how much is left of my Gold cap?"} {
		q := holder(text)
		q.wallet[1].LastFour = "4417"
		q.orders = []insights.Order{groceryOrder("o-1", 2, 9_000)}
		q.read()
		plan, err := q.plan()
		require.NoError(t, err)
		require.Equal(t, "Gold: 6% back on groceries; $10.00 of the $100.00 monthly cap is left.", plan.Text(), text)
		require.Contains(t, plan.Sources, Source{Type: "transaction", ID: "o-1", AsOf: q.now})
		require.Contains(t, plan.Sources, Source{Type: "reward_rule", ID: "groceries", AsOf: plan.Sources[2].AsOf})
		require.Nil(t, plan.Proposal, "nothing is bought")
	}
	q := holder("is there a cap on dining?")
	require.Equal(t, "I know of no cap of Gold and Flat that holds for this now.", textOf(t, q))
	q = holder("what is left of my caps?")
	q.chatType, q.private = TypeGroup, false
	require.Contains(t, textOf(t, q), "Ask me in a chat of your own.")
	require.Contains(t, textOf(t, holder("does the cap matter for $50 of groceries, which card?")), "Use Gold")
}

// Why: these are about the cards, and were answered with a card for a purchase that nobody spoke of.
func TestPlanCard_SaysWhatItDoesNotKnowOfCards(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"what's the interest rate on my card?": "I do not know what interest your cards charge: their issuers set it for each customer. I know what they " +
			"earn, their fees and what is left of their caps.",
		"which card gets lounge access":               "I know what your cards earn, what they charge and what is left of their caps, but not their other benefits.",
		"should I close my Flat card?":                "I do not know your credit well enough to say whether to keep a card. Flat charges nothing a year.",
		"what is the annual fee of my Sapphire card?": "I see no Sapphire among your cards. None of your cards charges anything a year: Gold and Flat.",
	} {
		require.Equal(t, want, textOf(t, holder(text, "which card for $200 at Target?")), text)
	}
	require.Contains(t, textOf(t, holder("should I use my Gold or my Freedom for $50 at Target?")), " I see no Freedom among your cards.")
	require.NotContains(t, textOf(t, holder("which card for a gold ring, $50?")), "I see no")
}

func TestPlanCard_TellsWhichCardsAShopTakes(t *testing.T) {
	t.Parallel()
	q := holder("does Target take Amex?")
	q.networks = map[string][]string{"target": {"visa"}}
	require.Equal(t, "Target takes Visa only. Of your cards that is Flat, not Gold.", textOf(t, q))
	q.wallet = q.wallet[:1]
	require.Equal(t, "Target takes Visa only. None of your cards is one: Gold.", textOf(t, q))
	require.Equal(t, "I know of no network that Amazon refuses, so all of your cards should do: Gold and Flat.",
		textOf(t, holder("is my Amex accepted at Amazon?")))
}

func TestPlanCard_TellsUtilizationAfterAPurchase(t *testing.T) {
	t.Parallel()
	text := textOf(t, holder("what's my utilization if I put $900 on my Gold?"))
	require.Contains(t, text, " With $900.00 on it, Gold uses 63.33% of its limit instead of 33.33%.")
	require.Contains(t, textOf(t, holder("what's my utilization if I put $900 on my Flat?")), "I do not know limit and balance of Flat")
	q := holder("what's my utilization if I put $900 on my Gold?")
	q.chatType = TypeGroup
	require.NotContains(t, textOf(t, q), "of its limit")
}

// Why: what was missed is told in the insights, and the co-pilot asked for an amount instead.
func TestPlanRewards_TellsWhatWasMissed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"how much cash back am I missing out on?": "You missed $0.40 from 1 November to 20 November: with the best of your cards each time, 1 order " +
			"would have earned $2.40 instead of $2.00.",
		"did I use the right card this month?":             "You missed $0.40",
		"how much did I miss by using the wrong card?":     "You missed $0.40",
		"how much did I lose by using the wrong card, $50": "Use Flat",
	} {
		q := holder(text)
		q.wallet[0].LastFour, q.wallet[1].LastFour = "1005", "4417"
		q.wallet[0].Product.Rules[1].RateBps = 240
		order := groceryOrder("o-1", 3, 10_000)
		order.Payments[0].LastFour = "4417"
		q.orders = []insights.Order{order}
		require.Contains(t, textOf(t, q), want, text)
	}
	q := holder("did I use the right card this month?")
	q.orders = []insights.Order{groceryOrder("o-1", 3, 5_000)}
	q.wallet = []rewards.Card{q.wallet[0]}
	require.Equal(t, "Nothing from 1 November to 20 November: on the 1 order that your cards paid you earned $3.00, and no other card of yours "+
		"would have earned more.", textOf(t, q))
}

// Why: what one card earned was answered with a card for a purchase.
func TestPlanRewards_TellsWhatOneCardEarned(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"what did my Gold earn this month?":           "Your Gold earned $3.00 from 1 November to 20 November, on 1 order.",
		"how much did my Flat card earn in November?": "Your Flat earned $0.40 from 1 November to 20 November, on 1 order.",
		"how much cash back did I earn this month?":   "Your cards earned $3.40 from 1 November to 20 November, on 2 orders.",
	} {
		q := holder(text, "which card for $50 at Target?")
		q.wallet[0].LastFour, q.wallet[1].LastFour = "1005", "4417"
		second := groceryOrder("o-2", 4, 2_000)
		second.Payments[0].LastFour = "4417"
		q.orders = []insights.Order{groceryOrder("o-1", 3, 5_000), second}
		require.Equal(t, want, textOf(t, q), text)
	}
}

// Why: the insights know of these, and the co-pilot looked for an item called “unusual”.
func TestPlanWarnings_TellsWhatIsWorthALook(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"did I get charged twice?": "Possible double charge at Corner: 2 orders at Corner within 24 hours cost $50.00 each, the last on 5 November.",
		"was there anything unusual in my spending?": "Possible double charge at Corner: 2 orders at Corner within 24 hours cost $50.00 each, the last on " +
			"5 November. I see no sign of a repeated item that got more expensive, nor of an unusually large order in the last 30 days.",
		"did anything I buy regularly get more expensive?": "I see no sign of a repeated item that got more expensive.",
	} {
		q := holder(text)
		q.orders = []insights.Order{groceryOrder("o-1", 5, 5_000), groceryOrder("o-2", 5, 5_000)}
		q.read()
		plan, err := q.plan()
		require.NoError(t, err)
		require.Equal(t, want, plan.Text(), text)
		require.Nil(t, plan.Action)
	}
	q := holder("did I get charged twice?")
	q.private = false
	q.chatType = TypeGroup
	require.NotContains(t, textOf(t, q), "Corner")
}
