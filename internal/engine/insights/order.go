// Package insights computes what a person's own orders show: the month in figures, and the short findings of the feed.
//
// It is pure: orders in, values out. The caller passes the moment, the time zone and the display currency; nothing is
// read from anywhere else, and the same orders in any sequence give the same answer. Amounts are whole minor units and
// are never converted: what was paid in another currency stands apart. Every figure in a text comes from the orders
// that are listed as its sources.
package insights

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// Order is one purchase as the merchant reports it. Amounts are minor units of Currency.
type Order struct {
	ID           string
	AccountID    string
	MerchantID   int64
	MerchantName string
	MerchantSlug string
	Category     string // of the category vocabulary; empty means other
	PlacedAt     time.Time
	Status       string // the vendor's word, in any case
	Currency     string
	Subtotal     int64
	Total        int64 // what was paid in the end: adjustments, partial refunds included, are already in it
	Items        []Item
	Adjustments  []Adjustment
	Payments     []Payment
}

// Item is one line of an order.
type Item struct {
	Name      string `json:"name"`
	ProductID string `json:"productId"`
	Quantity  int    `json:"quantity"`
	UnitPrice int64  `json:"unitPrice"`
	Total     int64  `json:"total"`
}

// Adjustment stands between subtotal and total: discount, tax, tip, fee, refund or other. A positive amount raised
// the total, a negative one lowered it.
type Adjustment struct {
	Type   string `json:"type"`
	Label  string `json:"label"`
	Amount int64  `json:"amount"`
}

// Payment is one way the order was paid.
type Payment struct {
	Type     string `json:"type"`
	Brand    string `json:"brand"`
	LastFour string `json:"lastFour"`
	Amount   int64  `json:"amount"`
}

// maxAmount bounds what is believed of an order's amounts, in minor units. It keeps every sum over nine hundred
// thousand orders inside 64 bits, so that sums need no error path; a larger amount is a fault of the source.
const maxAmount = 10_000_000_000_000

// IsSpending reports whether the order counts in figures: not cancelled, refunded, returned or failed, of a known
// currency and of believable amounts.
func (o Order) IsSpending() bool {
	switch strings.ToLower(strings.TrimSpace(o.Status)) {
	case "cancelled", "canceled", "refunded", "returned", "failed":
		return false
	}
	_, known := money.Exponent(o.Currency)
	return known && believable(o.Total) &&
		!slices.ContainsFunc(o.Items, func(i Item) bool { return !believable(i.UnitPrice) || !believable(i.Total) }) &&
		!slices.ContainsFunc(o.Adjustments, func(a Adjustment) bool { return !believable(a.Amount) })
}

func believable(amount int64) bool { return amount >= -maxAmount && amount <= maxAmount }

// Paid is the total with its currency.
func (o Order) Paid() money.Money { return money.Money{Amount: o.Total, Currency: o.Currency} }

// CategoryOrOther is the category, "other" when the order has none.
func (o Order) CategoryOrOther() string { return cmp.Or(o.Category, "other") }

// MerchantKey is equal for two orders of the same merchant: the slug, else the name in lower case.
func (o Order) MerchantKey() string {
	return cmp.Or(o.MerchantSlug, strings.ToLower(strings.TrimSpace(o.MerchantName)))
}

// Spending returns the orders that count as spending, oldest first. The argument is left as it is.
func Spending(orders []Order) []Order {
	kept := make([]Order, 0, len(orders))
	for _, order := range orders {
		if order.IsSpending() {
			kept = append(kept, order)
		}
	}
	slices.SortStableFunc(kept, func(a, b Order) int {
		return cmp.Or(a.PlacedAt.Compare(b.PlacedAt), strings.Compare(a.ID, b.ID))
	})
	return kept
}

// Between returns the orders placed at from or later and before to.
func Between(orders []Order, from, to time.Time) []Order {
	var kept []Order
	for _, order := range orders {
		if !order.PlacedAt.Before(from) && order.PlacedAt.Before(to) {
			kept = append(kept, order)
		}
	}
	return kept
}

// Totals adds up what was paid, one amount per currency in the order of their codes.
func Totals(orders []Order) []money.Money {
	sums := map[string]int64{}
	for _, order := range orders {
		sums[order.Currency] += order.Total
	}
	totals := make([]money.Money, 0, len(sums))
	for currency, amount := range sums {
		totals = append(totals, money.Money{Amount: amount, Currency: currency})
	}
	slices.SortFunc(totals, func(a, b money.Money) int { return strings.Compare(a.Currency, b.Currency) })
	return totals
}

// Sources lists the ids of the orders, newest order first.
func Sources(orders []Order) []string {
	sorted := slices.Clone(orders)
	slices.SortStableFunc(sorted, func(a, b Order) int {
		return cmp.Or(b.PlacedAt.Compare(a.PlacedAt), strings.Compare(a.ID, b.ID))
	})
	ids := make([]string, 0, len(sorted))
	for _, order := range sorted {
		ids = append(ids, order.ID)
	}
	return ids
}

func inCurrency(orders []Order, currency string) []Order {
	var kept []Order
	for _, order := range orders {
		if order.Currency == currency {
			kept = append(kept, order)
		}
	}
	return kept
}

func total(orders []Order) int64 {
	var sum int64
	for _, order := range orders {
		sum += order.Total
	}
	return sum
}
