package insights_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

func compute(orders []insights.Order, wants ...insights.Type) []insights.Insight {
	return insights.Compute(orders, now, newYork, "USD", insights.Rewards{}, wants...)
}

// today is the calendar day of now.
var today = time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)

// ids are the orders among the sources.
func ids(insight insights.Insight) (orders []string) {
	for _, source := range insight.Sources {
		if source.Type == insights.SourceTransaction {
			orders = append(orders, source.ID)
		}
	}
	return orders
}

func TestComputeFindsTheBetterCard(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{
		order("Whole Foods", "groceries", at(time.November, 3), 10000),
		order("Whole Foods", "groceries", at(time.June, 3), 20000),
		order("Whole Foods", "groceries", at(time.June, 3).AddDate(-1, 0, 0), 70000), // too long ago
		order("Shell", "gas", at(time.November, 2), 4000),
	}
	better := func(list ...insights.Order) insights.Rewards {
		card := insights.BetterCard{CardID: "blue", Card: "Blue Cash Preferred", Category: "groceries"}
		for _, o := range list {
			card.Orders = append(card.Orders, insights.BetterOrder{
				ID: o.ID, Earned: usd(o.Total / 100), Possible: usd(o.Total * 6 / 100),
				Sources: []insights.Source{{Type: "card", ID: "plain"}, {Type: "card", ID: "blue"}, {Type: "reward_rule", ID: "six"}},
			})
		}
		return insights.Rewards{Better: []insights.BetterCard{card}}
	}
	find := func(rewards insights.Rewards) []insights.Insight {
		return insights.Compute(orders, now, newYork, "USD", rewards, insights.TypeOptimization)
	}
	amount := usd(1500)
	require.Equal(t, []insights.Insight{{
		Key:   "card:groceries:Whole Foods:blue",
		Type:  insights.TypeOptimization,
		Title: "Blue Cash Preferred earns more at Whole Foods",
		Description: "Over the last 12 months 2 orders at Whole Foods ($300.00 together) earned $3.00 with the card used; " +
			"Blue Cash Preferred would have earned $18.00, $15.00 more.",
		Impact: "+$15.00", Amount: &amount, Action: "Use Blue Cash Preferred at Whole Foods",
		Date: today, AsOf: now, Sources: []insights.Source{
			{Type: "transaction", ID: orders[0].ID},
			{Type: "transaction", ID: orders[1].ID},
			{Type: "card", ID: "plain"},
			{Type: "card", ID: "blue"},
			{Type: "reward_rule", ID: "six"},
		},
	}}, find(better(orders[:3]...)))

	orders = append(orders, order("Safeway", "groceries", at(time.November, 4), 5000))
	require.Equal(t, "Blue Cash Preferred earns more on groceries", find(better(orders[0], orders[1], orders[4]))[0].Title)
	require.Equal(t, "+$17.50", find(better(orders[0], orders[1], orders[4]))[0].Impact)
	require.Empty(t, find(better(orders[4])), "$2.50 a year is nothing to tell")
	orders = orders[:2]
	require.Contains(t, find(better(orders...))[0].Description, "Since 3 June 2 orders")
}

// weekly are orders every seven days up to now, each of an amount that may depend on how many weeks ago it was.
func weekly(merchant, category string, weeks int, amount func(back int) int64) []insights.Order {
	var orders []insights.Order
	for back := range weeks {
		orders = append(orders, order(merchant, category, now.Add(-time.Hour).AddDate(0, 0, -7*back-1), amount(back)))
	}
	return orders
}

func TestComputeComparesACategoryWithTheUsual(t *testing.T) {
	t.Parallel()
	raised := func(amount int64) []insights.Order {
		return weekly("DoorDash", "delivery", 26, func(back int) int64 {
			if back < 5 { // since 25 October
				return amount
			}
			return 2500
		})
	}
	found := compute(raised(6000), insights.TypeSpending)
	require.Len(t, found, 1)
	require.Equal(t, "You spend more on food delivery than usual", found[0].Title)
	// 22, 15, 8 and 1 November and 25 October against four, five and four orders of $25.00.
	require.Equal(t, "You spent $300.00 on food delivery from 23 October to 22 November, $191.67 more than usual: the average of the 3 months "+
		"before is $108.33 ($100.00, $125.00 and $100.00).", found[0].Description)
	require.Equal(t, "+$191.67", found[0].Impact)
	require.Equal(t, usd(19167), *found[0].Amount)
	require.Len(t, found[0].Sources, 18)

	require.Empty(t, compute(raised(2900), insights.TypeSpending), "within a quarter of the usual")
	found = compute(raised(600), insights.TypeSpending)
	require.Len(t, found, 1)
	require.Equal(t, "You spend less on food delivery than usual", found[0].Title)
	require.Equal(t, "-$78.33", found[0].Impact)
}

func TestComputeComparesAMerchantWhereItsCategoryIsAsUsual(t *testing.T) {
	t.Parallel()
	moved := func(before, after int64) func(int) int64 {
		return func(back int) int64 {
			if back < 5 {
				return after
			}
			return before
		}
	}
	orders := slices.Concat(weekly("Amazon", "online_retail", 26, moved(6000, 1500)), weekly("Etsy", "online_retail", 26, moved(1500, 6000)))
	found := compute(orders, insights.TypeSpending)
	require.Len(t, found, 2)
	require.Equal(t, "You spend more at Etsy than usual", found[0].Title)
	require.Equal(t, "You spend less at Amazon than usual", found[1].Title)
}

func TestComputeWantsTwoMonthsToSayWhatIsUsual(t *testing.T) {
	t.Parallel()
	orders := weekly("DoorDash", "delivery", 26, func(back int) int64 {
		if back < 5 {
			return 9000
		}
		return 2500
	})
	require.Contains(t, compute(orders[:14], insights.TypeSpending)[0].Description, "the average of the 2 months before")
	require.Empty(t, compute(orders[:9], insights.TypeSpending))
}

func TestComputeDoesNotPraiseSilence(t *testing.T) {
	t.Parallel()
	orders := weekly("Whole Foods", "groceries", 26, func(back int) int64 {
		if back < 5 {
			return 2000
		}
		return 10000
	})
	found := compute(orders, insights.TypeSuccess)
	require.Len(t, found, 1)
	require.Equal(t, "You are spending less than usual", found[0].Title)
	require.Equal(t, "You spent $100.00 from 23 October to 22 November, $333.33 less than usual: the average of the 3 months before is $433.33 "+
		"($400.00, $500.00 and $400.00).", found[0].Description)
	require.Equal(t, "-$333.33", found[0].Impact)
	require.Empty(t, compute(orders[2:], insights.TypeSpending, insights.TypeSuccess), "no order for two weeks")
}

func TestComputeNoticesFewerFees(t *testing.T) {
	t.Parallel()
	orders := weekly("DoorDash", "delivery", 26, func(int) int64 { return 3000 })
	for i := range orders {
		fee := int64(300)
		if i < 5 {
			fee = 50
		}
		orders[i].Adjustments = []insights.Adjustment{{Type: "FEE", Amount: fee}, {Type: "TIP", Amount: 700}}
	}
	found := compute(orders, insights.TypeSuccess)
	require.Len(t, found, 1)
	require.Equal(t, "You paid $2.50 in fees from 23 October to 22 November, $10.50 less than usual: the average of the 3 months before is $13.00 "+
		"($12.00, $15.00 and $12.00).", found[0].Description)
	require.Equal(t, "-$10.50", found[0].Impact)
}

func TestComputeNoticesTheLongestBreak(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{
		order("DoorDash", "delivery", at(time.October, 1), 2000), order("DoorDash", "delivery", at(time.October, 9), 2000),
		order("DoorDash", "delivery", at(time.October, 20), 2000), order("DoorDash", "delivery", at(time.October, 25), 2000),
		order("DoorDash", "delivery", at(time.November, 4), 2000),
		order("Whole Foods", "groceries", at(time.November, 22), 6000),
	}
	found := compute(orders, insights.TypeSuccess)
	require.Len(t, found, 1)
	require.Equal(t, "19 days", found[0].Impact)
	require.Nil(t, found[0].Amount)
	require.Equal(t, "Your last order for food delivery was on 4 November, 19 days ago. Before that, the longest time without "+
		"one in the last 12 months was 11 days.", found[0].Description)

	orders = append(orders, order("DoorDash", "delivery", at(time.September, 15), 2000))
	require.Empty(t, compute(orders, insights.TypeSuccess), "16 days are known: three more are chance")
}

// rated are rewards of one percent, and five percent as it might have been.
func rated(orders []insights.Order, possibleBps int64) insights.Rewards {
	rewards := insights.Rewards{ByOrder: map[string]insights.Reward{}}
	for i := range orders {
		earned, err := orders[i].Paid().MulBps(100)
		if err != nil {
			panic(err) // drawn amounts are small
		}
		possible, err := orders[i].Paid().MulBps(possibleBps)
		if err != nil {
			panic(err)
		}
		rewards.ByOrder[orders[i].ID] = insights.Reward{Earned: earned, Possible: possible, Sources: []insights.Source{{Type: "card", ID: "gold"}}}
	}
	return rewards
}

func TestComputeCountsRewards(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{
		order("Whole Foods", "groceries", at(time.November, 3), 10000),
		order("Cash only", "dining", at(time.November, 4), 90000),
		order("Whole Foods", "groceries", at(time.February, 3), 30000),
		order("Whole Foods", "groceries", at(time.February, 3).AddDate(-1, 0, 0), 50000),
	}
	find := func(orders []insights.Order, possible int64) []insights.Insight {
		rewards := rated(orders, possible)
		for _, o := range orders {
			if o.MerchantName == "Cash only" {
				delete(rewards.ByOrder, o.ID)
			}
		}
		return insights.Compute(orders, now, newYork, "USD", rewards, insights.TypeRewards)
	}
	found := find(orders, 100)
	require.Len(t, found, 1)
	require.Equal(t, "You earned $1.00 in rewards in the last month", found[0].Title)
	require.Equal(t, "Your cards earned $1.00 on 1 order in the last month, and $4.00 on 2 orders in the last 12 months.", found[0].Description)
	require.Equal(t, "+$1.00", found[0].Impact)
	require.Equal(t, []string{orders[0].ID, orders[2].ID}, ids(found[0]))
	require.Contains(t, found[0].Sources, insights.Source{Type: "card", ID: "gold"})

	found = find(orders[1:3], 100)
	require.Equal(t, "You earned $3.00 in rewards in the last year", found[0].Title)
	require.Equal(t, "Your cards earned $3.00 on 1 order since 3 February.", found[0].Description)
	require.Empty(t, find(orders[1:2], 100))

	found = find(orders, 300)
	require.Len(t, found, 2)
	require.Equal(t, "You missed $8.00 in rewards", found[0].Title)
	require.Equal(t, "Over the last 12 months your cards earned $4.00 on 2 orders. Each paid with the card that earned most at the time, it would "+
		"have been $12.00, $8.00 more.", found[0].Description)
}

func TestComputeRemindsOfWhatHasToBeActivated(t *testing.T) {
	t.Parallel()
	rewards := insights.Rewards{Reminders: []insights.Reminder{{
		CardID: "freedom", Card: "Freedom Flex", RuleID: "q4", Label: "department stores this quarter", RateBps: 500, Cap: new(usd(150000)),
		Quarter: "2026-Q4", Until: at(time.December, 31),
	}}}
	found := insights.Compute(nil, now, newYork, "USD", rewards)
	require.Len(t, found, 1)
	require.Equal(t, "Activate 5% on department stores this quarter", found[0].Title)
	require.Equal(t, "Freedom Flex pays 5% on department stores this quarter once you have activated it with the issuer, for up to $1,500.00, "+
		"until 31 December.", found[0].Description)
	require.Equal(t, "5%", found[0].Impact)
	require.Equal(t, []insights.Source{{Type: "card", ID: "freedom"}, {Type: "reward_rule", ID: "q4"}}, found[0].Sources)
}

func TestComputeWarnsOfDoubleCharges(t *testing.T) {
	t.Parallel()
	first := order("DoorDash", "delivery", at(time.November, 10), 2310)
	second := order("DoorDash", "delivery", at(time.November, 10).Add(2*time.Minute), 2310)
	found := compute([]insights.Order{second, first}, insights.TypeWarning)
	require.Len(t, found, 1)
	require.Equal(t, "Possible double charge at DoorDash", found[0].Title)
	require.Equal(t, "2 orders at DoorDash within 24 hours cost $23.10 each, the last on 10 November.", found[0].Description)
	require.Equal(t, "$23.10", found[0].Impact)
	require.Equal(t, usd(2310), *found[0].Amount)
	require.Equal(t, time.Date(2026, time.November, 10, 0, 0, 0, 0, time.UTC), found[0].Date)
	require.Equal(t, []string{second.ID, first.ID}, ids(found[0]))

	for name, change := range map[string]func(*insights.Order){
		"a day and a minute later": func(o *insights.Order) { o.PlacedAt = first.PlacedAt.Add(24*time.Hour + time.Minute) },
		"another total":            func(o *insights.Order) { o.Total++ },
		"another merchant":         func(o *insights.Order) { o.MerchantSlug = "other" },
		"another currency":         func(o *insights.Order) { o.Currency = "EUR" },
		"cancelled":                func(o *insights.Order) { o.Status = "CANCELLED" },
		"other items":              func(o *insights.Order) { o.Items = []insights.Item{{Name: "Ramen", Quantity: 1}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listed, other := first, second
			listed.Items = []insights.Item{{Name: "Pad Thai", Quantity: 1}}
			change(&other)
			require.Empty(t, compute([]insights.Order{listed, other}, insights.TypeWarning))
		})
	}
	third := order("DoorDash", "delivery", at(time.November, 10).Add(time.Hour), 2310)
	require.Equal(t, "$46.20", compute([]insights.Order{first, second, third})[0].Impact)

	fare := order("MTA", "transit", at(time.November, 10), 290)
	back := order("MTA", "transit", at(time.November, 10).Add(8*time.Hour), 290)
	require.Empty(t, compute([]insights.Order{fare, back}), "the same fare twice a day is how transit works")
}

// Why: a coffee at the same place every morning is no fraud, and the second of two within minutes still may be.
func TestComputeKnowsAHabitFromADoubleCharge(t *testing.T) {
	t.Parallel()
	var orders []insights.Order
	for day := range 30 {
		orders = append(orders, order("Blue Bottle", "dining", at(time.November, 22).AddDate(0, 0, -day).Add(time.Duration(day%3)*time.Minute), 450))
	}
	require.Empty(t, compute(orders, insights.TypeWarning))
	again := order("Blue Bottle", "dining", orders[3].PlacedAt.Add(2*time.Minute), 450)
	again.ID = "again"
	found := compute(append(orders, again), insights.TypeWarning)
	require.Len(t, found, 1)
	require.Equal(t, []string{"again", orders[3].ID}, ids(found[0]))
}

func TestComputeWarnsOfRaisedPrices(t *testing.T) {
	t.Parallel()
	buy := func(month time.Month, day int, price int64) insights.Order {
		o := order("Whole Foods", "groceries", at(month, day), 5000+price)
		o.Items = []insights.Item{{Name: "Oat Milk", ProductID: "sku-1", Quantity: 2, UnitPrice: price, Total: 2 * price}}
		return o
	}
	orders := []insights.Order{buy(time.September, 2, 429), buy(time.November, 2, 419), buy(time.November, 20, 499)}
	found := compute(orders, insights.TypeWarning)
	require.Len(t, found, 1)
	require.Equal(t, "Oat Milk costs more than before", found[0].Title)
	require.Equal(t, "You paid $4.99 for Oat Milk at Whole Foods on 20 November; the most you paid in the year before was $4.29, on 2 September.",
		found[0].Description)
	require.Equal(t, "+$0.70", found[0].Impact)
	require.Equal(t, []string{orders[2].ID, orders[1].ID, orders[0].ID}, ids(found[0]))

	still := slices.Concat(orders, []insights.Order{buy(time.November, 22, 499)})
	require.Len(t, compute(still, insights.TypeWarning), 1, "the raised price is still news")
	back := slices.Concat(orders, []insights.Order{buy(time.November, 22, 429)})
	require.Empty(t, compute(back, insights.TypeWarning), "the price came down again")
	slight := []insights.Order{buy(time.November, 2, 429), buy(time.November, 20, 440)}
	require.Empty(t, compute(slight, insights.TypeWarning))
	old := []insights.Order{buy(time.June, 2, 429), buy(time.July, 2, 499)}
	require.Empty(t, compute(old, insights.TypeWarning))
	swinging := []insights.Order{buy(time.September, 2, 499), buy(time.November, 2, 429), buy(time.November, 20, 499)}
	require.Empty(t, compute(swinging, insights.TypeWarning), "it was as dear before")
	many := slices.Concat(orders[:2], []insights.Order{buy(time.November, 20, 499)})
	many[2].Items = append(many[2].Items, insights.Item{Name: "Oat Milk", ProductID: "sku-1", Quantity: 6, UnitPrice: 415, Total: 2490})
	require.Empty(t, compute(many, insights.TypeWarning), "six at once were as cheap as ever")
}

func TestComputeWarnsOfUnusualOrders(t *testing.T) {
	t.Parallel()
	orders := weekly("Amazon", "online_retail", 10, func(back int) int64 { return 4000 + 500*int64(back%3) })
	large := order("Amazon", "online_retail", at(time.November, 20), 21000)
	found := compute(append(slices.Clone(orders), large), insights.TypeWarning)
	require.Len(t, found, 1)
	require.Equal(t, "Unusually large order at Amazon", found[0].Title)
	require.Equal(t, "You paid $210.00 at Amazon on 20 November. Of the 9 orders there in the year before, the one in the middle cost $45.00 and "+
		"the largest $50.00.", found[0].Description)
	require.Equal(t, usd(21000), *found[0].Amount)
	require.Len(t, found[0].Sources, 10)

	for name, change := range map[string]func(*insights.Order){
		"only twice the middle": func(o *insights.Order) { o.Total = 9000 },
		"at another merchant":   func(o *insights.Order) { o.MerchantSlug = "other" },
		"long ago":              func(o *insights.Order) { o.PlacedAt = at(time.October, 10) },
		"cancelled":             func(o *insights.Order) { o.Status = "CANCELLED" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := large
			change(&other)
			require.Empty(t, compute(append(slices.Clone(orders), other), insights.TypeWarning))
		})
	}
	require.Empty(t, compute(append(slices.Clone(orders[:4]), large), insights.TypeWarning), "four orders say nothing of the usual")
}

func TestComputeHasNothingToSayWithoutOrders(t *testing.T) {
	t.Parallel()
	require.Empty(t, compute(nil))
	future := order("DoorDash", "delivery", now.Add(time.Minute), 100)
	require.Empty(t, compute([]insights.Order{future}))
}

// Whatever the orders are: keys are unique, sources are orders that count, and the sequence they are given in is nothing.
func TestComputeKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := anyOrders().Draw(t, "orders")
		rewards := rated(orders, 500)
		found := insights.Compute(orders, now, newYork, "USD", rewards)
		known := map[string]*insights.Order{}
		for i := range orders {
			known[orders[i].ID] = &orders[i]
		}
		keys := map[string]bool{}
		for i, insight := range found {
			require.False(t, keys[insight.Key], "key %s twice", insight.Key)
			keys[insight.Key] = true
			require.NotEmpty(t, insight.Sources)
			for _, id := range ids(insight) {
				require.True(t, known[id].IsSpending())
				require.False(t, known[id].PlacedAt.After(now))
			}
			require.NotEmpty(t, insight.Title)
			require.NotEmpty(t, insight.Impact)
			require.True(t, strings.HasSuffix(insight.Description, "."))
			if insight.Amount != nil {
				require.Equal(t, insight.Amount.Format(), strings.TrimPrefix(insight.Impact, "+"))
			}
			if i > 0 {
				require.False(t, insight.Date.After(found[i-1].Date))
			}
		}
		require.Equal(t, found, insights.Compute(rapid.Permutation(orders).Draw(t, "shuffled"), now, newYork, "USD", rewards))
	})
}
