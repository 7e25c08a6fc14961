package spending_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

var newYork = time.FixedZone("New York in winter", -5*60*60)

// now is a Monday afternoon in New York.
var now = time.Date(2026, time.November, 23, 15, 0, 0, 0, newYork)

func at(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 12, 0, 0, 0, newYork)
}

func lexicon() spending.Lexicon {
	return spending.NewLexicon([]spending.Merchant{
		{Slug: "whole-foods", Name: "Whole Foods", Category: "groceries", Aliases: []string{"Whole Foods Market", "wholefoods"}},
		{Slug: "doordash", Name: "DoorDash", Category: "delivery", Aliases: []string{"door dash"}},
		{Slug: "uber", Name: "Uber", Category: "rideshare"},
		{Slug: "uber-eats", Name: "Uber Eats", Category: "delivery"},
		{Slug: "amazon", Name: "Amazon", Category: "online_retail"},
		{Slug: "best-buy", Name: "Best Buy", Category: "electronics"},
		{Slug: "target", Name: "Target", Category: "department_stores"},
		{Slug: "zara", Name: "Zara", Category: "other"},
	})
}

func setting() spending.Setting {
	return spending.Setting{Now: now, Location: newYork, Currency: "USD", Lexicon: lexicon()}
}

func order(name, slug, category string, placedAt time.Time, total int64, items ...insights.Item) insights.Order {
	return insights.Order{
		ID: fmt.Sprintf("%s-%s", slug, placedAt.Format("01-02")), MerchantName: name, MerchantSlug: slug, Category: category,
		PlacedAt: placedAt, Status: "DELIVERED", Currency: "USD", Subtotal: total, Total: total, Items: items,
	}
}

func item(name string, quantity int, price int64) insights.Item {
	return insights.Item{Name: name, Quantity: quantity, UnitPrice: price, Total: int64(quantity) * price}
}

// autumn is the orders most tests ask about.
func autumn() []insights.Order {
	yen := order("Uniqlo", "uniqlo", "department_stores", at(time.November, 12), 1200)
	yen.Currency = "JPY"
	cancelled := order("DoorDash", "doordash", "delivery", at(time.November, 9), 9999)
	cancelled.Status = "CANCELLED"
	fees := order("DoorDash", "doordash", "delivery", at(time.November, 8), 3510, item("Pad Thai", 1, 1500))
	fees.Adjustments = []insights.Adjustment{{Type: "fee", Amount: 399}, {Type: "tip", Amount: 500}, {Type: "discount", Amount: -250}}
	return []insights.Order{
		order("Whole Foods", "whole-foods", "groceries", at(time.September, 3), 7000, item("Oat Milk 64oz", 1, 499)),
		order("Whole Foods", "whole-foods", "groceries", at(time.October, 3), 8000, item("Oat Milk 64oz", 2, 499), item("Bagels", 1, 500)),
		order("DoorDash", "doordash", "delivery", at(time.October, 25), 2500),
		order("Whole Foods", "whole-foods", "groceries", at(time.November, 3), 8600, item("Oat Milk 64oz", 1, 529)),
		fees, cancelled, yen,
		order("Uber Eats", "uber-eats", "delivery", at(time.November, 20), 3300),
		order("Joe's Pizza", "", "dining", at(time.November, 21), 1800),
	}
}

func anyOrders() *rapid.Generator[[]insights.Order] {
	return rapid.Custom(func(t *rapid.T) []insights.Order {
		one := rapid.Custom(func(t *rapid.T) insights.Order {
			placed := now.Add(-time.Duration(rapid.IntRange(-48, 400*24).Draw(t, "hours ago")) * time.Hour)
			name := rapid.SampledFrom([]string{"DoorDash", "Whole Foods", "7-Eleven", "{{f1}}", ""}).Draw(t, "merchant")
			o := order(name, "", rapid.SampledFrom([]string{"delivery", "groceries", "box42", ""}).Draw(t, "category"),
				placed, rapid.Int64Range(-500, 50_000).Draw(t, "total"), item("Oat Milk 64oz", rapid.IntRange(1, 3).Draw(t, "quantity"), 499))
			o.Status = rapid.SampledFrom([]string{"DELIVERED", "DELIVERED", "CANCELLED"}).Draw(t, "status")
			o.Currency = rapid.SampledFrom([]string{"USD", "USD", "JPY", "EUR"}).Draw(t, "currency")
			o.Adjustments = []insights.Adjustment{
				{Type: "fee", Amount: rapid.Int64Range(0, 300).Draw(t, "fee")}, {Type: "refund", Amount: -rapid.Int64Range(0, 1).Draw(t, "refund")},
			}
			o.Payments = []insights.Payment{{
				Type: "card", Brand: rapid.SampledFrom([]string{"visa", "amex", ""}).Draw(t, "brand"), LastFour: "4417", Amount: o.Total,
			}}
			return o
		})
		orders := rapid.SliceOfN(one, 0, 20).Draw(t, "orders")
		for i := range orders {
			orders[i].ID = fmt.Sprintf("order-%02d", i)
		}
		return orders
	})
}
