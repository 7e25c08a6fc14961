package insights_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// newYork is UTC-5 without daylight saving: enough to tell the user's day from the UTC one.
var newYork = time.FixedZone("New York in winter", -5*60*60)

// now is a Monday afternoon in New York.
var now = time.Date(2026, time.November, 23, 15, 0, 0, 0, newYork)

var november = insights.Month{Year: 2026, Month: time.November}

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

// at is noon in New York.
func at(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 12, 0, 0, 0, newYork)
}

// order is a delivered order in dollars; its id says when and where.
func order(merchant, category string, placedAt time.Time, total int64) insights.Order {
	return insights.Order{
		ID: fmt.Sprintf("%s-%s-%d", merchant, placedAt.Format("2006-01-02T15:04"), total), MerchantName: merchant, MerchantSlug: merchant,
		Category: category, PlacedAt: placedAt, Status: "DELIVERED", Currency: "USD", Subtotal: total, Total: total,
	}
}

// anyOrders draws orders around the two months that matter, with unique ids.
func anyOrders() *rapid.Generator[[]insights.Order] {
	return rapid.Custom(func(t *rapid.T) []insights.Order {
		one := rapid.Custom(func(t *rapid.T) insights.Order {
			placed := now.Add(-time.Duration(rapid.IntRange(-48, 120*24).Draw(t, "hours ago")) * time.Hour)
			return insights.Order{
				MerchantName: rapid.SampledFrom([]string{"DoorDash", "Whole Foods", "Amazon"}).Draw(t, "merchant"),
				Category:     rapid.SampledFrom([]string{"delivery", "groceries", "online_retail", ""}).Draw(t, "category"),
				PlacedAt:     placed,
				Status:       rapid.SampledFrom([]string{"DELIVERED", "completed", "CANCELLED", "Refunded", "RETURNED", "failed"}).Draw(t, "status"),
				Currency:     rapid.SampledFrom([]string{"USD", "USD", "JPY", "EUR", "XXX"}).Draw(t, "currency"),
				Total:        rapid.Int64Range(-500, 50_000).Draw(t, "total"),
				Items: []insights.Item{{
					Name: rapid.SampledFrom([]string{"Oat milk", "Pad Thai"}).Draw(t, "item"), Quantity: 1,
					UnitPrice: rapid.Int64Range(0, 900).Draw(t, "price"),
				}},
				Adjustments: []insights.Adjustment{{Type: "FEE", Amount: rapid.Int64Range(0, 900).Draw(t, "fee")}},
			}
		})
		orders := rapid.SliceOfN(one, 0, 40).Draw(t, "orders")
		for i := range orders {
			orders[i].ID = fmt.Sprintf("order-%02d", i)
		}
		return orders
	})
}
