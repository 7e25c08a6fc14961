package insights_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// person has 5,000 orders of three items each in 14 months, at 40 merchants, all of them paid with a card.
func person() ([]insights.Order, insights.Rewards) {
	categories := []string{"groceries", "delivery", "gas", "dining", "online_retail"}
	var orders []insights.Order
	for i := range 5_000 {
		shop := i % 40
		o := order(fmt.Sprintf("Shop %d", shop), categories[shop%len(categories)], now.Add(-time.Duration(5_000-i)*122*time.Minute), int64(1_000+i*37%9_000))
		o.ID = fmt.Sprintf("order-%04d", i)
		for j := range 3 {
			o.Items = append(o.Items, insights.Item{
				Name: fmt.Sprintf("Thing %d", (i+j)%300), ProductID: fmt.Sprintf("sku-%d", (i+j)%300), Quantity: 1, UnitPrice: 400 + int64(i%7), Total: 400,
			})
		}
		o.Adjustments = []insights.Adjustment{{Type: "tax", Amount: 30}, {Type: "fee", Amount: 99}}
		orders = append(orders, o)
	}
	return orders, rated(orders, 300)
}

// BenchmarkCompute is all findings of one person, as the background job computes them.
func BenchmarkCompute(b *testing.B) {
	orders, rewards := person()
	b.ReportAllocs()
	for b.Loop() {
		insights.Compute(orders, now, newYork, "USD", rewards)
	}
}

func BenchmarkSummarize(b *testing.B) {
	orders, rewards := person()
	b.ReportAllocs()
	for b.Loop() {
		insights.Summarize(orders, november, now, newYork, "USD", rewards)
	}
}
