package insights_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

func TestSummarizeTheRunningMonth(t *testing.T) {
	t.Parallel()
	yen := order("Uniqlo", "department_stores", at(time.November, 12), 1200)
	yen.Currency = "JPY"
	cancelled := order("DoorDash", "delivery", at(time.November, 9), 9999)
	cancelled.Status = "CANCELLED"
	orders := []insights.Order{
		order("DoorDash", "delivery", at(time.November, 8), 3000),
		order("Whole Foods", "groceries", at(time.November, 3), 8600),
		order("Whole Foods", "groceries", at(time.November, 17), 1400),
		yen, cancelled,
		order("Whole Foods", "groceries", at(time.November, 24), 5000), // tomorrow
		order("Whole Foods", "groceries", at(time.October, 23), 8000),  // the same day of October still counts
		order("Whole Foods", "groceries", at(time.October, 24), 700),   // the next one does not
		order("Steam", "entertainment", at(time.October, 2), 2500),
	}

	summary := insights.Summarize(orders, november, now, newYork, "USD", rated(orders, 100))
	category := "groceries"
	require.Equal(t, insights.Summary{
		Month: "2026-11",
		Text: "You spent $130.00 and ¥1,200 over 4 orders in November so far, the largest part on groceries. " +
			"That is $25.00 more than by the same day of October.",
		TotalSpend:    usd(13000),
		OtherTotals:   []money.Money{{Amount: 1200, Currency: "JPY"}},
		RewardsEarned: usd(130),
		TopCategory:   &category,
		OrderCount:    4,
		ByCategory: []insights.CategorySpend{
			{Category: "groceries", Amount: usd(10000), ChangeBps: new(int64(2500))},
			{Category: "delivery", Amount: usd(3000)},
		},
		Sources: []insights.Source{
			{Type: "transaction", ID: orders[2].ID},
			{Type: "transaction", ID: yen.ID},
			{Type: "transaction", ID: orders[0].ID},
			{Type: "transaction", ID: orders[1].ID},
			{Type: "transaction", ID: orders[6].ID},
			{Type: "transaction", ID: orders[8].ID},
			{Type: "card", ID: "gold"},
		},
	}, summary)
}

func TestSummarizeAPastMonthInFull(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{
		order("Whole Foods", "groceries", at(time.September, 30), 10000),
		order("Whole Foods", "groceries", at(time.October, 31), 7500),
	}
	summary := insights.Summarize(orders, november.Add(-1), now, newYork, "USD", insights.Rewards{})
	require.Equal(t, "You spent $75.00 over 1 order in October, all of it on groceries. That is $25.00 less than in September.",
		summary.Text)
	require.Equal(t, new(int64(-2500)), summary.ByCategory[0].ChangeBps)
	require.True(t, summary.RewardsEarned.IsZero())
}

func TestSummarizeCutsAtMidnightOfTheUser(t *testing.T) {
	t.Parallel()
	lastEvening := order("DoorDash", "delivery", time.Date(2026, time.November, 1, 3, 0, 0, 0, time.UTC), 2000) // 31 October, 22:00
	orders := []insights.Order{lastEvening}
	require.Equal(t, 0, insights.Summarize(orders, november, now, newYork, "USD", insights.Rewards{}).OrderCount)
	require.Equal(t, 1, insights.Summarize(orders, november.Add(-1), now, newYork, "USD", insights.Rewards{}).OrderCount)
	require.Equal(t, 1, insights.Summarize(orders, november, now, nil, "USD", insights.Rewards{}).OrderCount)
}

func TestSummarizeComparesAShorterMonthToItsEnd(t *testing.T) {
	t.Parallel()
	endOfMarch := at(time.March, 31)
	orders := []insights.Order{
		order("Whole Foods", "groceries", at(time.February, 28), 1000),
		order("Whole Foods", "groceries", at(time.March, 1), 3000),
	}
	summary := insights.Summarize(orders, insights.MonthOf(endOfMarch, newYork), endOfMarch, newYork, "USD", insights.Rewards{})
	require.Equal(t, new(int64(20000)), summary.ByCategory[0].ChangeBps)
}

func TestSummarizeHasNothingToSayAboutNothing(t *testing.T) {
	t.Parallel()
	later := order("DoorDash", "delivery", at(time.December, 2), 2000)
	for month, text := range map[insights.Month]string{
		november:                           "No purchases in November so far.",
		november.Add(1):                    "No purchases in December.",
		november.Add(-1):                   "No purchases in October.",
		{Year: 2024, Month: time.November}: "No purchases in November 2024.",
	} {
		summary := insights.Summarize([]insights.Order{later}, month, now, newYork, "USD", rated([]insights.Order{later}, 100))
		require.Equal(t, text, summary.Text)
		require.Nil(t, summary.TopCategory)
		require.Empty(t, summary.ByCategory)
		require.Empty(t, summary.Sources)
		require.Equal(t, usd(0), summary.TotalSpend)
	}
}

func TestSummarizeWritesTheCategoriesAndTotalsThatAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := anyOrders().Draw(t, "orders")
		month := november.Add(-rapid.IntRange(0, 3).Draw(t, "months back"))
		summary := insights.Summarize(orders, month, now, newYork, "USD", rated(orders, 100))

		var sum int64
		for i, spend := range summary.ByCategory {
			sum += spend.Amount.Amount
			if i > 0 {
				require.GreaterOrEqual(t, summary.ByCategory[i-1].Amount.Amount, spend.Amount.Amount)
			}
		}
		require.Equal(t, summary.TotalSpend.Amount, sum)

		var counted []*insights.Order
		for i := range orders {
			order := &orders[i]
			if order.IsSpending() && insights.MonthOf(order.PlacedAt, newYork) == month && !order.PlacedAt.After(now) {
				counted = append(counted, order)
				require.Contains(t, summary.Sources, insights.Source{Type: "transaction", ID: order.ID})
			}
		}
		require.Len(t, counted, summary.OrderCount)
		for _, total := range insights.Totals(counted) {
			if total.Currency == "USD" {
				require.Equal(t, summary.TotalSpend, total)
			} else {
				require.Contains(t, summary.OtherTotals, total)
			}
		}

		shuffled := rapid.Permutation(orders).Draw(t, "shuffled")
		require.Equal(t, summary, insights.Summarize(shuffled, month, now, newYork, "USD", rated(orders, 100)))
	})
}

func TestSummarizeFollowsEveryOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := anyOrders().Draw(t, "orders")
		orders = append(orders, order("Costco", "wholesale_clubs", at(time.November, 5), 4000))
		more := rapid.Int64Range(1, 100_000).Draw(t, "more")
		before := insights.Summarize(orders, november, now, newYork, "USD", insights.Rewards{})
		changed := slices.Clone(orders)
		changed[len(changed)-1].Total += more
		after := insights.Summarize(changed, november, now, newYork, "USD", insights.Rewards{})
		require.Equal(t, before.TotalSpend.Amount+more, after.TotalSpend.Amount)
		require.NotEqual(t, before.ByCategory, after.ByCategory)
		require.Contains(t, after.Text, after.TotalSpend.Format())
	})
}

func TestIsSpending(t *testing.T) {
	t.Parallel()
	good := order("DoorDash", "delivery", now, 100)
	for _, status := range []string{"ORDERED", "BILLED", "SHIPPED", "DELIVERED", "PICKED_UP", "COMPLETED", "UNRECOGNIZED", ""} {
		good.Status = status
		require.True(t, good.IsSpending(), status)
	}
	for _, status := range []string{"CANCELLED", "canceled", "REFUNDED", " returned ", "FAILED"} {
		bad := good
		bad.Status = status
		require.False(t, bad.IsSpending(), status)
	}
	for _, change := range []func(*insights.Order){
		func(o *insights.Order) { o.Currency = "ZZZ" },
		func(o *insights.Order) { o.Total = 1 << 60 },
		func(o *insights.Order) { o.Items = []insights.Item{{Total: -1 << 60}} },
		func(o *insights.Order) { o.Adjustments = []insights.Adjustment{{Amount: 1 << 60}} },
		func(o *insights.Order) { o.Payments = []insights.Payment{{Amount: 1 << 60}} },
	} {
		bad := good
		change(&bad)
		require.False(t, bad.IsSpending())
	}
}

func TestMonths(t *testing.T) {
	t.Parallel()
	month, err := insights.ParseMonth("2026-11")
	require.NoError(t, err)
	require.Equal(t, november, month)
	require.Equal(t, "2027-01", month.Add(2).String())
	require.Equal(t, "2025-12", month.Add(-11).String())
	for _, text := range []string{"", "2026", "2026-13", "2026-1", "2026-11-01", "november"} {
		_, err := insights.ParseMonth(text)
		require.ErrorIs(t, err, insights.ErrInvalidMonth)
	}
}
