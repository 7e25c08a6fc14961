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
	"sort"
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

// void are the statuses of orders that came to nothing.
var void = []string{"cancelled", "canceled", "refunded", "returned", "failed"}

// IsSpending reports whether the order counts in figures: not cancelled, refunded, returned or failed, of a known
// currency and of believable amounts.
func (o *Order) IsSpending() bool {
	_, known := money.Exponent(o.Currency)
	return known && !o.IsVoid() && o.isBelievable()
}

// IsVoid reports that the order came to nothing: cancelled, refunded, returned or failed.
func (o *Order) IsVoid() bool {
	status := strings.TrimSpace(o.Status)
	for _, word := range void {
		if len(word) == len(status) && strings.EqualFold(word, status) {
			return true
		}
	}
	return false
}

func (o *Order) isBelievable() bool {
	if !believable(o.Total) {
		return false
	}
	for i := range o.Items {
		if !believable(o.Items[i].UnitPrice) || !believable(o.Items[i].Total) {
			return false
		}
	}
	for i := range o.Adjustments {
		if !believable(o.Adjustments[i].Amount) {
			return false
		}
	}
	for i := range o.Payments {
		if !believable(o.Payments[i].Amount) {
			return false
		}
	}
	return true
}

func believable(amount int64) bool { return amount >= -maxAmount && amount <= maxAmount }

// Paid is the total with its currency.
func (o *Order) Paid() money.Money { return money.Money{Amount: o.Total, Currency: o.Currency} }

// CategoryOrOther is the category, "other" when the order has none.
func (o *Order) CategoryOrOther() string { return cmp.Or(o.Category, "other") }

// MerchantKey is equal for two orders of the same merchant: the slug, else the name in lower case.
func (o *Order) MerchantKey() string {
	if o.MerchantSlug != "" {
		return o.MerchantSlug
	}
	return strings.ToLower(strings.TrimSpace(o.MerchantName))
}

// Spending returns the orders that count as spending, oldest first; of one moment, by id. They are the caller's own, not
// copies.
func Spending(orders []Order) []*Order {
	spending, _ := Divide(orders)
	return spending
}

// Divide returns the orders that count as spending and those that came to nothing, each like Spending. Orders of neither
// sort, whose amounts cannot be believed, are left out.
func Divide(orders []Order) (spending, void []*Order) {
	spending = make([]*Order, 0, len(orders))
	currency, known := "", false
	for i := range orders {
		order := &orders[i]
		if order.Currency != currency { // most often it is the one of the order before
			currency = order.Currency
			_, known = money.Exponent(currency)
		}
		switch {
		case !known || !order.isBelievable():
		case order.IsVoid():
			void = append(void, order)
		default:
			spending = append(spending, order)
		}
	}
	return Sorted(spending), Sorted(void)
}

// Sorted puts orders in the sequence of Spending. It sorts in place, and costs little where they are in order.
func Sorted(orders []*Order) []*Order {
	if !slices.IsSortedFunc(orders, compareOrders) {
		slices.SortFunc(orders, compareOrders)
	}
	return orders
}

func compareOrders(a, b *Order) int {
	if order := a.PlacedAt.Compare(b.PlacedAt); order != 0 {
		return order
	}
	return strings.Compare(a.ID, b.ID)
}

// Between cuts out the orders placed at from or later and before to. The orders stand oldest first; the result is a part
// of the same array.
func Between(orders []*Order, from, to time.Time) []*Order {
	first := sort.Search(len(orders), func(i int) bool { return !orders[i].PlacedAt.Before(from) })
	rest := orders[first:]
	count := sort.Search(len(rest), func(i int) bool { return !rest[i].PlacedAt.Before(to) })
	return rest[:count:count]
}

// Totals adds up what was paid, one amount per currency in the order of their codes.
func Totals(orders []*Order) []money.Money {
	var sums Sums
	for _, order := range orders {
		sums.Add(order.Currency, order.Total)
	}
	return sums.Totals()
}

// Sums adds up amounts of several currencies, each by itself. The zero value is empty.
type Sums struct{ totals []money.Money }

// Add adds an amount in minor units.
func (s *Sums) Add(currency string, amount int64) {
	for i := range s.totals {
		if s.totals[i].Currency == currency {
			s.totals[i].Amount += amount
			return
		}
	}
	s.totals = append(s.totals, money.Money{Amount: amount, Currency: currency})
}

// Totals is one amount per currency, by its code; never nil. The slice is the caller's own.
func (s *Sums) Totals() []money.Money {
	totals := append([]money.Money{}, s.totals...)
	slices.SortFunc(totals, func(a, b money.Money) int { return strings.Compare(a.Currency, b.Currency) })
	return totals
}

// In is the sum in one currency.
func (s *Sums) In(currency string) int64 {
	for _, total := range s.totals {
		if total.Currency == currency {
			return total.Amount
		}
	}
	return 0
}

// Sources lists the ids of the orders, newest order first, each once.
func Sources(orders []*Order) []string {
	sorted := slices.Clone(orders)
	slices.Reverse(sorted) // most often they stand oldest first
	slices.SortStableFunc(sorted, func(a, b *Order) int { return compareOrders(b, a) })
	ids := make([]string, 0, len(sorted))
	for i, order := range sorted {
		if i == 0 || order != sorted[i-1] && order.ID != sorted[i-1].ID {
			ids = append(ids, order.ID)
		}
	}
	return ids
}

func inCurrency(orders []*Order, currency string) []*Order {
	var kept []*Order
	for _, order := range orders {
		if order.Currency == currency {
			kept = append(kept, order)
		}
	}
	return kept
}

func total(orders []*Order) int64 {
	var sum int64
	for _, order := range orders {
		sum += order.Total
	}
	return sum
}
