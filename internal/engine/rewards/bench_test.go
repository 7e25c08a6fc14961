package rewards_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// busyWallet is a heavy user: 20 cards, all with caps of every kind, and 5,000 payments of one year, so that all of them
// count. The project promises an answer in less than a millisecond for it, what is used of the caps included.
func busyWallet() (cards []rewards.Card, spends []rewards.Spend) {
	sorts := []category.Category{
		category.Groceries, category.Dining, category.Gas, category.OnlineRetail, category.Drugstores, category.Delivery,
		category.Travel, category.Streaming, category.Other,
	}
	shops := []string{"", "whole-foods", "walmart", "shell", "amazon", "doordash", "cvs"}
	for i := range 20 {
		p := []rewards.Product{blueCash(), rotating(), choosable(), categories(sorts[:6])}[i%4]
		p.ID, p.Catalogue = fmt.Sprint("product-", i), "r2-of-the-day"
		c := rewards.Card{
			ID: fmt.Sprint("card-", i), Product: p, LastFour: fmt.Sprintf("%04d", 1000+i), Choices: []string{"dining"},
			Activations: []string{"2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"}, Limit: new(usd(1_000_000)), Balance: new(usd(50_000)),
		}
		cards = append(cards, c)
	}
	start := time.Date(2026, time.January, 1, 8, 0, 0, 0, time.UTC)
	for i := range 5_000 {
		spends = append(spends, rewards.Spend{
			ID: fmt.Sprintf("0199ab00-0000-7000-8000-%012d", i), CardLastFour: fmt.Sprintf("%04d", 1000+i*7%20), MerchantSlug: shops[i%len(shops)],
			Category: sorts[i%len(sorts)], Amount: usd(int64(500 + i*37%9_000)), At: start.Add(time.Duration(i) * 94 * time.Minute),
		})
	}
	return cards, spends
}

// categories is a product with one capped rule for each category.
func categories(of []category.Category) rewards.Product {
	p := product("many", base(100))
	for _, c := range of {
		p.Rules = append(p.Rules, rewards.Rule{
			ID: string(c), Kind: rewards.KindCategory, Category: c, Label: c.Label(), RateBps: 300,
			Cap: new(usd(50_000)), CapPeriod: rewards.PeriodMonth, SharedCapGroup: "all",
		})
	}
	return p
}

func BenchmarkAdviceForABusyWallet(b *testing.B) {
	cards, spends := busyWallet()
	location, err := time.LoadLocation("America/New_York")
	require.NoError(b, err)
	at := time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)
	purchase := groceries(250_000)
	purchase.At, purchase.Location = at, location
	b.ReportAllocs()
	for b.Loop() {
		tally, err := rewards.TallyUntil(cards, spends, at, location)
		require.NoError(b, err)
		result, err := rewards.Rank(purchase, cards, tally.Use(at))
		require.NoError(b, err)
		require.Len(b, result.Ranked, 20)
		require.NotEmpty(b, tally.Counted(at))
	}
}
