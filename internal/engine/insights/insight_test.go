package insights_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

func compute(orders []insights.Order, best insights.BestFunc, wants ...insights.Type) []insights.Insight {
	return insights.Compute(orders, now, newYork, "USD", best, wants...)
}

// today is the calendar day of now.
var today = time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)

func TestComputeFindsTheBetterCard(t *testing.T) {
	t.Parallel()
	best := func(order insights.Order) (earned, possible money.Money, card string, ok bool) {
		switch order.Category {
		case "groceries":
			return usd(order.Total / 100), usd(order.Total * 6 / 100), "Blue Cash Preferred", true
		case "gas":
			return usd(order.Total / 50), usd(order.Total / 50), "Double Cash", true
		default:
			return usd(0), usd(5000), "Gold", false
		}
	}
	orders := []insights.Order{
		order("Whole Foods", "groceries", at(time.November, 3), 10000),
		order("Whole Foods", "groceries", at(time.June, 3), 20000),
		order("Whole Foods", "groceries", at(time.June, 3).AddDate(-1, 0, 0), 70000), // too long ago
		order("Shell", "gas", at(time.November, 2), 4000),
		order("DoorDash", "delivery", at(time.November, 2), 4000),
	}
	found := compute(orders, best, insights.TypeOptimization)
	amount := usd(1500)
	require.Equal(t, []insights.Insight{{
		Key:   "card:groceries:Whole Foods:Blue Cash Preferred",
		Type:  insights.TypeOptimization,
		Title: "Blue Cash Preferred earns more at Whole Foods",
		Description: "Over the last 12 months 2 orders at Whole Foods ($300.00 together) earned $3.00 with the card used; " +
			"Blue Cash Preferred would have earned $18.00, $15.00 more.",
		Impact: "+$15.00", Amount: &amount, Action: "Use Blue Cash Preferred at Whole Foods",
		Date: today, Sources: []string{orders[0].ID, orders[1].ID}, AsOf: now,
	}}, found)

	orders = append(orders, order("Safeway", "groceries", at(time.November, 4), 5000))
	require.Equal(t, "Blue Cash Preferred earns more on groceries", compute(orders, best, insights.TypeOptimization)[0].Title)
	require.Equal(t, "+$17.50", compute(orders, best, insights.TypeOptimization)[0].Impact)
}

// usualDelivery is $100, $110 and $120 by the 23rd of the three months before.
func usualDelivery() []insights.Order {
	return []insights.Order{
		order("DoorDash", "delivery", at(time.August, 5), 10000),
		order("DoorDash", "delivery", at(time.September, 5), 11000),
		order("DoorDash", "delivery", at(time.October, 5), 12000),
		order("DoorDash", "delivery", at(time.October, 24), 99999), // after the same day
	}
}

func TestComputeComparesACategoryWithTheUsual(t *testing.T) {
	t.Parallel()
	orders := append(usualDelivery(), order("Uber Eats", "delivery", at(time.November, 20), 18110))
	found := compute(orders, nil, insights.TypeSpending)
	require.Len(t, found, 1)
	require.Equal(t, "Spending on food delivery is up this month", found[0].Title)
	require.Equal(t, "You spent $181.10 on food delivery so far in November, $71.10 more than usual by this day "+
		"(the average of August, September and October is $110.00).", found[0].Description)
	require.Equal(t, "+$71.10", found[0].Impact)
	require.Equal(t, usd(7110), *found[0].Amount)
	require.Equal(t, []string{orders[4].ID, orders[2].ID, orders[1].ID, orders[0].ID}, found[0].Sources)

	orders[4].Total = 4000
	found = compute(orders, nil, insights.TypeSpending)
	require.Equal(t, "Spending on food delivery is down this month", found[0].Title)
	require.Equal(t, "-$70.00", found[0].Impact)
	require.Contains(t, found[0].Description, "$70.00 less than usual")

	orders[4].Total = 11500 // within a fifth of the usual
	require.Empty(t, compute(orders, nil, insights.TypeSpending))
}

func TestComputeAveragesOnlyMonthsTheOrdersReachBackTo(t *testing.T) {
	t.Parallel()
	orders := slices.Concat(usualDelivery()[1:], []insights.Order{order("Uber Eats", "delivery", at(time.November, 20), 30000)})
	require.Contains(t, compute(orders, nil, insights.TypeSpending)[0].Description, "the average of September and October is $115.00")
	orders = slices.Concat(usualDelivery()[2:], orders[3:])
	require.Contains(t, compute(orders, nil, insights.TypeSpending)[0].Description, "in October it was $120.00")
	require.Empty(t, compute(orders[2:], nil, insights.TypeSpending), "nothing is usual in a first month")
}

func TestComputeDoesNotPraiseSilence(t *testing.T) {
	t.Parallel()
	cheap := order("DoorDash", "delivery", at(time.November, 2), 4000)
	orders := append(usualDelivery(), cheap)
	require.Empty(t, compute(orders, nil, insights.TypeSpending, insights.TypeSuccess), "no order for three weeks")

	orders[4] = order("DoorDash", "delivery", at(time.November, 20), 4000)
	found := compute(orders, nil, insights.TypeSuccess)
	require.Len(t, found, 1)
	require.Equal(t, "You are spending less than usual", found[0].Title)
	require.Equal(t, "You spent $40.00 so far in November, $70.00 less than usual by this day "+
		"(the average of August, September and October is $110.00).", found[0].Description)
	require.Equal(t, "-$70.00", found[0].Impact)

	early := at(time.November, 5)
	require.Empty(t, insights.Compute(usualDelivery(), early, newYork, "USD", nil, insights.TypeSuccess))
}

func TestComputeNoticesFewerFees(t *testing.T) {
	t.Parallel()
	orders := append(usualDelivery(), order("DoorDash", "delivery", at(time.November, 20), 11000))
	for i, fee := range []int64{900, 900, 900, 5000, 300} {
		orders[i].Adjustments = []insights.Adjustment{{Type: "FEE", Amount: fee}, {Type: "TIP", Amount: 700}}
	}
	found := compute(orders, nil, insights.TypeSuccess)
	require.Len(t, found, 1)
	require.Equal(t, "You paid $3.00 in fees so far in November, $6.00 less than usual by this day "+
		"(the average of August, September and October is $9.00).", found[0].Description)
	require.Equal(t, "-$6.00", found[0].Impact)
}

func TestComputeNoticesTheLongestBreak(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{
		order("DoorDash", "delivery", at(time.October, 1), 2000), order("DoorDash", "delivery", at(time.October, 9), 2000),
		order("DoorDash", "delivery", at(time.October, 20), 2000), order("DoorDash", "delivery", at(time.November, 4), 2000),
		order("Whole Foods", "groceries", at(time.November, 22), 6000),
	}
	found := compute(orders, nil, insights.TypeSuccess)
	require.Len(t, found, 1)
	require.Equal(t, "19 days", found[0].Impact)
	require.Nil(t, found[0].Amount)
	require.Equal(t, "Your last order for food delivery was on 4 November, 19 days ago. Before that, the longest time without "+
		"one in the last 12 months was 15 days.", found[0].Description)

	orders = append(orders, order("DoorDash", "delivery", at(time.August, 1), 2000))
	require.Empty(t, compute(orders, nil, insights.TypeSuccess), "a longer break is known")
}

func TestComputeCountsRewards(t *testing.T) {
	t.Parallel()
	best := func(order insights.Order) (earned, possible money.Money, card string, ok bool) {
		return onePercent(order), onePercent(order), "Gold", order.MerchantName != "Cash only"
	}
	orders := []insights.Order{
		order("Whole Foods", "groceries", at(time.November, 3), 10000),
		order("Cash only", "dining", at(time.November, 4), 90000),
		order("Whole Foods", "groceries", at(time.February, 3), 30000),
		order("Whole Foods", "groceries", at(time.February, 3).AddDate(-1, 0, 0), 50000),
	}
	found := compute(orders, best, insights.TypeRewards)
	require.Len(t, found, 1)
	require.Equal(t, "You earned $1.00 in rewards this month", found[0].Title)
	require.Equal(t, "Your cards earned $1.00 on 1 order in November so far, and $4.00 on 2 orders since 1 January.", found[0].Description)
	require.Equal(t, "+$1.00", found[0].Impact)

	found = compute(orders[1:], best, insights.TypeRewards)
	require.Equal(t, "You earned $3.00 in rewards this year", found[0].Title)
	require.Equal(t, "Your cards earned $3.00 on 1 order since 1 January.", found[0].Description)
	require.Empty(t, compute(orders[1:2], best, insights.TypeRewards))
}

func TestComputeWarnsOfDoubleCharges(t *testing.T) {
	t.Parallel()
	first := order("DoorDash", "delivery", at(time.November, 10), 2310)
	second := order("DoorDash", "delivery", at(time.November, 10).Add(2*time.Minute), 2310)
	found := compute([]insights.Order{second, first}, nil, insights.TypeWarning)
	require.Len(t, found, 1)
	require.Equal(t, "Possible double charge at DoorDash", found[0].Title)
	require.Equal(t, "2 orders at DoorDash within 24 hours cost $23.10 each, the last on 10 November.", found[0].Description)
	require.Equal(t, "$23.10", found[0].Impact)
	require.Equal(t, usd(2310), *found[0].Amount)
	require.Equal(t, time.Date(2026, time.November, 10, 0, 0, 0, 0, time.UTC), found[0].Date)
	require.Equal(t, []string{second.ID, first.ID}, found[0].Sources)

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
			require.Empty(t, compute([]insights.Order{listed, other}, nil, insights.TypeWarning))
		})
	}
	third := order("DoorDash", "delivery", at(time.November, 10).Add(time.Hour), 2310)
	require.Equal(t, "$46.20", compute([]insights.Order{first, second, third}, nil)[0].Impact)

	fare := order("MTA", "transit", at(time.November, 10), 290)
	back := order("MTA", "transit", at(time.November, 10).Add(8*time.Hour), 290)
	require.Empty(t, compute([]insights.Order{fare, back}, nil), "the same fare twice a day is how transit works")
}

func TestComputeWarnsOfRaisedPrices(t *testing.T) {
	t.Parallel()
	buy := func(month time.Month, day int, price int64) insights.Order {
		o := order("Whole Foods", "groceries", at(month, day), 5000+price)
		o.Items = []insights.Item{{Name: "Oat Milk", ProductID: "sku-1", Quantity: 2, UnitPrice: price, Total: 2 * price}}
		return o
	}
	orders := []insights.Order{buy(time.September, 2, 429), buy(time.November, 2, 429), buy(time.November, 20, 499)}
	found := compute(orders, nil, insights.TypeWarning)
	require.Len(t, found, 1)
	require.Equal(t, "Oat Milk costs more than before", found[0].Title)
	require.Equal(t, "You paid $4.99 for Oat Milk at Whole Foods on 20 November; on 2 November it was $4.29.", found[0].Description)
	require.Equal(t, "+$0.70", found[0].Impact)
	require.Equal(t, []string{orders[2].ID, orders[1].ID}, found[0].Sources)

	still := slices.Concat(orders, []insights.Order{buy(time.November, 22, 499)})
	require.Len(t, compute(still, nil, insights.TypeWarning), 1, "the raised price is still news")
	back := slices.Concat(orders, []insights.Order{buy(time.November, 22, 429)})
	require.Empty(t, compute(back, nil, insights.TypeWarning), "the price came down again")
	slight := []insights.Order{buy(time.November, 2, 429), buy(time.November, 20, 440)}
	require.Empty(t, compute(slight, nil, insights.TypeWarning))
	old := []insights.Order{buy(time.June, 2, 429), buy(time.July, 2, 499)}
	require.Empty(t, compute(old, nil, insights.TypeWarning))
}

func TestComputeHasNothingToSayWithoutOrders(t *testing.T) {
	t.Parallel()
	require.Empty(t, compute(nil, nil))
	future := order("DoorDash", "delivery", now.Add(time.Minute), 100)
	require.Empty(t, compute([]insights.Order{future}, nil))
}

// fivePercentMissed earns nothing on what was paid and five percent on what could have been, for every order in its currency.
func fivePercentMissed(order insights.Order) (earned, possible money.Money, card string, ok bool) {
	reward, err := order.Paid().MulBps(500)
	return money.Money{Currency: order.Currency}, reward, "Gold", err == nil
}

func TestComputeKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := anyOrders().Draw(t, "orders")
		found := compute(orders, fivePercentMissed)
		known := map[string]insights.Order{}
		for _, order := range orders {
			known[order.ID] = order
		}
		keys := map[string]bool{}
		for i, insight := range found {
			require.False(t, keys[insight.Key], "key %s twice", insight.Key)
			keys[insight.Key] = true
			require.NotEmpty(t, insight.Sources)
			for _, id := range insight.Sources {
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
		require.Equal(t, found, compute(rapid.Permutation(orders).Draw(t, "shuffled"), fivePercentMissed))
	})
}

// Every figure comes from the orders: twice the amounts in them make twice the amounts found.
func TestComputeFollowsTheAmounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := anyOrders().Draw(t, "orders")
		kinds := []insights.Type{insights.TypeWarning, insights.TypeSpending, insights.TypeSuccess}
		found := compute(orders, nil, kinds...)
		for i := range orders {
			orders[i].Total *= 2
			for j := range orders[i].Items {
				orders[i].Items[j].UnitPrice *= 2
			}
			for j := range orders[i].Adjustments {
				orders[i].Adjustments[j].Amount *= 2
			}
		}
		doubled := map[string]insights.Insight{}
		for _, insight := range compute(orders, nil, kinds...) {
			doubled[insight.Key] = insight
		}
		for _, insight := range found {
			twice, ok := doubled[insight.Key]
			if !ok || insight.Amount == nil {
				continue // another finding was heavier, or it is a number of days
			}
			// An average is rounded to a whole minor unit once, before and after.
			require.InDelta(t, 2*insight.Amount.Amount, twice.Amount.Amount, 1)
		}
	})
}
