package spending

import (
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// entry is an order that a question is about, with what the question adds up of it.
type entry struct {
	order  *insights.Order
	value  int64 // minor units of the order's currency
	pieces int   // of the items asked about; 0 when none are
}

func (e entry) amount() money.Money { return money.Money{Amount: e.value, Currency: e.order.Currency} }

// view is the orders as one question looks at them.
type view struct {
	Query

	calendar calendar
	currency string
	all      []*insights.Order // that count as spending, up to now, oldest first
	void     []*insights.Order // those that came to nothing
	items    bool              // the query's Item names items, so that lines are counted and not orders

	names map[string]*lookup // by the words asked for
}

func newView(query Query, orders []insights.Order, c calendar, currency string) *view {
	v := &view{Query: query, calendar: c, currency: currency, names: map[string]*lookup{}}
	v.all, v.void = insights.Divide(orders)
	v.all, v.void = insights.Between(v.all, time.Time{}, c.now.Add(1)), insights.Between(v.void, time.Time{}, c.now.Add(1))
	if query.Item == "" {
		return v
	}
	if slices.ContainsFunc(v.all, func(order *insights.Order) bool { return v.has(order.MerchantName, query.Item) }) {
		v.Merchants, v.Item = []Merchant{{Name: query.Item}}, ""
		return v
	}
	v.items = true
	return v
}

// has reports whether a name has the words of a phrase. It remembers: the same names come back order after order.
func (v *view) has(name, phrase string) bool {
	looked := v.names[phrase]
	if looked == nil {
		looked = &lookup{wanted: want(phrase), found: map[string]bool{}}
		v.names[phrase] = looked
	}
	if looked.isMissing(name) {
		return false
	}
	found, known := looked.found[name]
	if !known {
		found = looked.in(name)
		looked.found[name] = found
	}
	return found
}

// lookup is what is known of the names a phrase was looked for in.
type lookup struct {
	wanted

	found map[string]bool
}

// base are the orders a question is about before anything is added up; refunds are looked for in orders that came to
// nothing too.
func (v *view) base(p Period) []*insights.Order {
	orders := insights.Between(v.all, p.From, p.To)
	if v.Measure != MeasureRefund {
		return orders
	}
	orders = slices.Clone(orders)
	for _, order := range insights.Between(v.void, p.From, p.To) {
		if !neverCharged(order) {
			orders = append(orders, order)
		}
	}
	return insights.Sorted(orders)
}

// neverCharged tells orders that were cancelled or failed from those whose money came back.
func neverCharged(order *insights.Order) bool {
	return strings.EqualFold(order.Status, "cancelled") || strings.EqualFold(order.Status, "canceled") ||
		strings.EqualFold(order.Status, "failed")
}

// during are the orders of a period that match the question.
func (v *view) during(p Period) []entry { return v.matching(v.base(p)) }

func (v *view) matching(orders []*insights.Order) []entry {
	found := make([]entry, 0, len(orders))
	for _, order := range orders {
		if v.Amount.isSet() && !v.Amount.contains(order.Paid()) || !v.inScope(order, v.Scope) {
			continue
		}
		if e, ok := v.entryOf(order); ok {
			found = append(found, e)
		}
	}
	return found
}

// inScope looks at merchants and categories.
func (v *view) inScope(order *insights.Order, scope Scope) bool {
	atOne := slices.ContainsFunc(scope.Merchants, func(m Merchant) bool { return v.isOf(order, m) })
	ofOne := slices.Contains(scope.Categories, order.CategoryOrOther())
	if scope.Without != nil && v.inScope(order, Scope{
		Merchants: scope.Without.Merchants, Categories: scope.Without.Categories, Either: true,
	}) {
		return false
	}
	if scope.Either {
		return atOne || ofOne
	}
	return (atOne || len(scope.Merchants) == 0) && (ofOne || len(scope.Categories) == 0)
}

func (v *view) isOf(order *insights.Order, merchant Merchant) bool {
	if merchant.Slug != "" && order.MerchantSlug != "" {
		return merchant.Slug == order.MerchantSlug
	}
	return v.has(order.MerchantName, merchant.Name)
}

// entryOf finds out what is added up of an order; ok is false when it has nothing of that.
func (v *view) entryOf(order *insights.Order) (e entry, ok bool) {
	e = entry{order: order, value: order.Total}
	if v.Card != nil {
		paid, whole := v.paidWith(order)
		if paid == 0 || !whole && (v.items || v.Measure != "") { // whose part of a fee or an item it was nobody can tell
			return e, false
		}
		e.value = paid
	}
	if v.items {
		e.value, e.pieces = v.bought(order)
		if e.pieces == 0 {
			return e, false
		}
	}
	if v.Measure != "" {
		e.value = measured(order, v.Measure)
		return e, true
	}
	return e, true
}

// paidWith is the part of an order that was paid with the card asked about, and whether that is all of it.
func (v *view) paidWith(order *insights.Order) (paid int64, whole bool) {
	whole = true
	for i := range order.Payments {
		payment := &order.Payments[i]
		if v.Card.paid(payment) {
			paid += payment.Amount
		} else if payment.Amount != 0 {
			whole = false
		}
	}
	return paid, whole
}

func (c *Card) paid(payment *insights.Payment) bool {
	return (c.LastFour == "" || c.LastFour == payment.LastFour) && (c.Brand == "" || strings.EqualFold(c.Brand, payment.Brand)) &&
		(c.Type == "" || strings.EqualFold(c.Type, payment.Type))
}

// bought is what the items asked about cost in an order, and how many pieces they were.
func (v *view) bought(order *insights.Order) (value int64, pieces int) {
	for i := range order.Items {
		if item := &order.Items[i]; v.has(item.Name, v.Item) {
			value += item.Total
			pieces += max(item.Quantity, 1)
		}
	}
	return value, pieces
}

// measured adds up the adjustments of one sort. A discount and a refund lower the total; what they gave is above zero.
// An order marked refunded or returned without an adjustment that says so gave back its total.
func measured(order *insights.Order, measure Measure) int64 {
	var sum int64
	for i := range order.Adjustments {
		if strings.EqualFold(order.Adjustments[i].Type, string(measure)) {
			sum += order.Adjustments[i].Amount
		}
	}
	switch {
	case measure == MeasureRefund && sum == 0 && order.IsVoid():
		return order.Total
	case measure == MeasureDiscount, measure == MeasureRefund:
		return -sum
	default:
		return sum
	}
}

// withValue drops the orders that have nothing of what is measured.
func withValue(found []entry) []entry {
	return slices.DeleteFunc(slices.Clone(found), func(e entry) bool { return e.value == 0 })
}

func ordersOf(found []entry) []*insights.Order {
	list := make([]*insights.Order, len(found))
	for i, e := range found {
		list[i] = e.order
	}
	return list
}

func totals(found []entry) []money.Money {
	var sums insights.Sums
	for _, e := range found {
		sums.Add(e.order.Currency, e.value)
	}
	return sums.Totals()
}

func (v *view) amounts(found []entry) string { return insights.Amounts(totals(found), v.currency) }

// main splits off the entries of one currency, to be ranked or averaged: the display currency, or the first by code when
// nothing was paid in it.
func (v *view) main(found []entry) (currency string, own, others []entry) {
	currency = v.currency
	in := func(e entry) bool { return e.order.Currency == currency }
	used := totals(found)
	if len(used) > 0 && !slices.ContainsFunc(used, func(m money.Money) bool { return m.Currency == currency }) {
		currency = used[0].Currency
	}
	if len(used) == 1 {
		return currency, slices.Clone(found), nil
	}
	for _, e := range found {
		if in(e) {
			own = append(own, e)
		} else {
			others = append(others, e)
		}
	}
	return currency, own, others
}

func sum(found []entry) int64 {
	var total int64
	for _, e := range found {
		total += e.value
	}
	return total
}

// cut keeps the entries of a period; they stand oldest first.
func cut(found []entry, from, to time.Time) []entry {
	first, _ := slices.BinarySearchFunc(found, from, func(e entry, t time.Time) int { return e.order.PlacedAt.Compare(t) })
	last, _ := slices.BinarySearchFunc(found, to, func(e entry, t time.Time) int { return e.order.PlacedAt.Compare(t) })
	return found[first:max(first, last)]
}

// share is one part of a sum.
type share struct {
	name   string
	amount int64
	orders int
}

// shares groups entries of one currency, the largest sum first, then by name.
func shares(found []entry, key, name func(*insights.Order) string) []share {
	groups := map[string]int{}
	var list []share
	for _, e := range found {
		k := key(e.order)
		at, known := groups[k]
		if !known {
			at = len(list)
			groups[k] = at
			list = append(list, share{name: name(e.order)})
		}
		list[at].amount += e.value
		list[at].orders++
	}
	slices.SortFunc(list, compareShares)
	return list
}

func compareShares(a, b share) int {
	switch {
	case a.amount > b.amount:
		return -1
	case a.amount < b.amount:
		return 1
	default:
		return strings.Compare(a.name, b.name)
	}
}

func byMerchant(found []entry) []share {
	return shares(found, (*insights.Order).MerchantKey, merchantName)
}

func byCategory(found []entry) []share {
	return shares(found, (*insights.Order).CategoryOrOther, func(order *insights.Order) string {
		return insights.Label(order.CategoryOrOther())
	})
}

func merchantName(order *insights.Order) string {
	if order.MerchantName == "" {
		return "a merchant without a name"
	}
	return order.MerchantName
}
