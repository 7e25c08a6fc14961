package spending_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

func ask(t require.TestingT, question string, orders []insights.Order) spending.Result {
	query, ok := spending.Parse(question, setting())
	require.True(t, ok, question)
	return spending.Answer(query, orders, setting())
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	for question, want := range map[string]string{
		"How much did I spend this month?": "You spent $172.10 and ¥1,200 from 1 November to 23 November, over 5 orders. The largest part was " +
			"$86.00 on groceries, then $68.10 on food delivery and $18.00 on dining.",
		"how much did I spend on delivery this month": "You spent $68.10 on food delivery from 1 November to 23 November, over 2 orders. " +
			"The largest part was $35.10 at DoorDash, then $33.00 at Uber Eats.",
		"what have I spent at Whole Foods last month?": "You spent $80.00 at Whole Foods from 1 October to 31 October, over 1 order.",
		"groceries and delivery in October?": "You spent $105.00 on groceries and food delivery from 1 October to 31 October, over 2 orders. " +
			"The largest part was $80.00 on groceries, then $25.00 on food delivery.",
		"How much did I spend on oat milk since 1 October?": "You spent $15.27 on oat milk from 1 October to 23 November: 3 pieces in 2 orders, " +
			"at item prices before tax, fees and discounts.",
		"how much have I spent at joes pizza?":    "You spent $18.00 at Joe's Pizza from 1 November to 23 November, over 1 order.",
		"How much did I spend at Zara last week?": "I found no orders at Zara between 16 November and 22 November.",
		"How much did I spend at Whole Foods yesterday?": "I found no orders at Whole Foods on 22 November. The latest one I know of was on " +
			"3 November, for $86.00.",
		"how many times did I order DoorDash this year": "You placed 2 orders at DoorDash from 1 January to 23 November, for $60.10 in all. " +
			"The orders I can see begin on 3 September.",
		"what's my average order this month": "On average you spent $43.03 per order from 1 November to 23 November: $172.10 over 4 orders. " +
			"Not in this: 1 order in other currencies, ¥1,200.",
		"what was my biggest purchase in October?": "Your biggest order from 1 October to 31 October was $80.00 at Whole Foods on 3 October " +
			"(Oat Milk 64oz and Bagels).",
		"what are my 2 biggest orders this month": "Your biggest order from 1 November to 23 November was $86.00 at Whole Foods on 3 November " +
			"(Oat Milk 64oz). Then $35.10 at DoorDash on 8 November. Not in this: 1 order in other currencies, ¥1,200.",
		"top 2 stores in October": "You spent $105.00 from 1 October to 31 October, most of all at Whole Foods: $80.00 over 1 order; then DoorDash $25.00 (1 order).",
		"what do I spend the most on": "You spent $172.10 from 1 November to 23 November, most of all on groceries: $86.00 over 1 order; " +
			"then food delivery $68.10 (2 orders), dining $18.00 (1 order). Not in this: 1 order in other currencies, ¥1,200.",
		"What did I buy at Whole Foods last month?": "You placed 1 order at Whole Foods from 1 October to 31 October, for $80.00 in all: " +
			"$80.00 at Whole Foods on 3 October (Oat Milk 64oz and Bagels).",
		"show my last 2 orders": "You placed 8 orders from 3 September to 23 November, for $347.10 and ¥1,200 in all. The latest 2 orders: " +
			"$18.00 at Joe's Pizza on 21 November; $33.00 at Uber Eats on 20 November.",
		"When did I last order from DoorDash?": "Your last order at DoorDash was on 8 November: $35.10 (Pad Thai).",
		"What was my last order?":              "Your last order was on 21 November: $18.00 at Joe's Pizza.",
		"Am I spending more on groceries than last month?": "You spent $86.00 on groceries from 1 November to 23 November, and $80.00 " +
			"from 1 October to 23 October: $6.00 more (7.5%).",
		"compare October to September": "You spent $105.00 from 1 October to 31 October, and $70.00 from 1 September to 30 September: " +
			"$35.00 more (50%). The orders I can see begin on 3 September.",
		"how much did I spend on gas this week compared to last week": "I found no orders for gas on 23 November, nor on 16 November.",
		"How much did I pay in delivery fees this month?":             "You paid $3.99 in fees on 1 order from 1 November to 23 November.",
		"how much did I save with discounts this month":               "Discounts saved you $2.50 on 1 order from 1 November to 23 November.",
		"how much tax did I pay this month":                           "I found no tax on your 5 orders from 1 November to 23 November.",
		"how much did I spend in 2024?": "I found no orders between 1 January 2024 and 31 December 2024. The latest one I know of was on " +
			"21 November, for $18.00.",
	} {
		t.Run(question, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, ask(t, question, autumn()).Text())
		})
	}
}

func TestAnswerSaysWhatWasReallyDone(t *testing.T) {
	t.Parallel()
	result := ask(t, "how much did I spend on delivery this month", autumn())
	require.Equal(t, []string{
		"Read the question: what you spent for food delivery, from 1 November to 23 November",
		"Looked at 5 orders from 1 November to 23 November",
		"Left out 1 order that was cancelled, returned, refunded or failed",
		"2 of them were for food delivery: DoorDash 1, Uber Eats 1",
	}, result.Thinking)
	require.Equal(t, []string{"uber-eats-11-20", "doordash-11-08"}, result.Sources)
	require.Equal(t, spending.KindTotal, result.Kind)
	require.True(t, result.Found)
	require.Equal(t, "You spent {{f1}} on {{f2}} from {{f3}} to {{f4}}, over {{f5}}. The largest part was {{f6}} at {{f7}}, then {{f8}} at {{f9}}.",
		result.Template)
	require.Equal(t, spending.Fact{ID: "f1", Text: "$68.10"}, result.Facts[0])

	missing := ask(t, "how much did I spend at Zara last week", autumn())
	require.Equal(t, "None of them was at Zara", missing.Thinking[2])
	require.False(t, missing.Found)
}

func TestAnswerWithoutOrdersTellsWhatToDo(t *testing.T) {
	t.Parallel()
	for _, result := range []spending.Result{
		ask(t, "how much did I spend this month?", nil),
		spending.Overview(setting().ThisMonth(), nil, setting()),
	} {
		require.Contains(t, result.Text(), "Link a merchant account")
		require.Equal(t, []string{"Looked for your orders and found none"}, result.Thinking)
		require.Empty(t, result.Sources)
	}
	cancelled := autumn()[5:6]
	require.Equal(t, "I can see 1 order of yours, but none that counts as spending: cancelled, returned, refunded and failed "+
		"orders do not.", ask(t, "what was my last order?", cancelled).Text())
}

func TestOverview(t *testing.T) {
	t.Parallel()
	result := spending.Overview(setting().ThisMonth(), autumn(), setting())
	require.Equal(t, "You spent $172.10 and ¥1,200 over 5 orders in November so far. The largest part was $86.00 on groceries, then "+
		"$68.10 on food delivery and $18.00 on dining. Most of all you spent at Whole Foods: $86.00 over 1 order. Ask me what you spent and where, which card to use, how to split a bill, "+
		"or whether a price is a good one.", result.Text())
	require.Len(t, result.Sources, 5)

	quiet := spending.Overview(setting().ThisMonth(), autumn()[:3], setting())
	require.Contains(t, quiet.Text(), "I see no purchases of yours in November so far. The latest one was on 25 October: $25.00 at DoorDash.")
	require.Equal(t, []string{"doordash-10-25"}, quiet.Sources)
}

var questions = []string{
	"how much did I spend this month", "how much did I spend on oat milk this year", "average order this year", "how many orders this year",
	"my biggest 3 orders this year", "top 5 stores this year", "where does my money go", "what did I buy last month", "my last order please, what was it",
	"am I spending more than last month", "how much did I pay in fees this year", "how much did I spend on things from the 7 11 store in 2026",
	"how much did I spend on delivery in the last 90 days", "show my last 10 orders", "how much do I spend per month", "my weekly spending on delivery",
	"am I spending more than usual", "groceries vs delivery this year", "what percentage of my spending is groceries this year",
	"how much did I spend per card this year", "refunds this year, how much did I get back", "how much did I spend except groceries this year",
	"orders over $5 this year", "my smallest order this year", "what was my first order", "how much did I spend on groceries and DoorDash this year",
	"how much did I pay in fees per month", "did I spend more at DoorDash or Whole Foods this year", "how much did I pay in fees with my visa this year",
}

var figure = regexp.MustCompile(`\d`)

// A model may reword the template but must not be able to change a figure: so none may stand outside a placeholder.
func TestAnswerKeepsEveryFigureInAFact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := anyOrders().Draw(t, "orders")
		question := rapid.SampledFrom(questions).Draw(t, "question")
		result := ask(t, question, orders)
		if rapid.Bool().Draw(t, "overview") {
			result = spending.Overview(setting().ThisMonth(), orders, setting())
		}
		rest := result.Template
		for _, fact := range result.Facts {
			require.Contains(t, rest, "{{"+fact.ID+"}}")
			rest = strings.ReplaceAll(rest, "{{"+fact.ID+"}}", "")
			require.NotEmpty(t, fact.Text)
			require.Contains(t, result.Text(), fact.Text)
		}
		require.NotRegexp(t, figure, rest)
		require.NotContains(t, rest, "{{")
		require.NotEmpty(t, result.Thinking)
		require.Equal(t, result, func() spending.Result {
			shuffled := rapid.Permutation(orders).Draw(t, "shuffled")
			if result.Kind == spending.KindMonth {
				return spending.Overview(setting().ThisMonth(), shuffled, setting())
			}
			return ask(t, question, shuffled)
		}())
	})
}

func TestAnswerFollowsEveryOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := autumn()
		more := rapid.Int64Range(1, 1_000_000).Draw(t, "more")
		before := ask(t, "how much did I spend on delivery this month", orders)
		changed := slices.Clone(orders)
		changed[7].Total += more
		after := ask(t, "how much did I spend on delivery this month", changed)
		require.NotEqual(t, before.Facts[0], after.Facts[0])
		changed[7] = orders[7]
		changed[2].Total += more // October
		require.Equal(t, before, ask(t, "how much did I spend on delivery this month", changed))
	})
}

func TestRenderFillsFactsOnce(t *testing.T) {
	t.Parallel()
	facts := []spending.Fact{{ID: "f1", Text: "{{f2}}"}, {ID: "f2", Text: "$2.00"}}
	require.Equal(t, "{{f2}} and $2.00 and {{f3}}", spending.Render("{{f1}} and {{f2}} and {{f3}}", facts))
}

func TestAnswerTakesAnyMomentAsNow(t *testing.T) {
	t.Parallel()
	at := spending.Setting{Now: now, Currency: "USD"} // UTC, and no merchant is known
	query, ok := spending.Parse("how much did I spend this month", at)
	require.True(t, ok)
	require.Contains(t, spending.Answer(query, autumn(), at).Text(), "$172.10")
	at = setting()
	at.Now = time.Date(2026, time.January, 1, 0, 0, 0, 0, newYork)
	query, _ = spending.Parse("how much did I spend this month", at)
	require.Contains(t, spending.Answer(query, autumn(), at).Text(), "none that counts as spending")
}
