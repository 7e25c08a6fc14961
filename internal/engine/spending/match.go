package spending

import (
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// view is the orders as one question looks at them.
type view struct {
	query    Query
	calendar calendar
	currency string
	all      []insights.Order // that count as spending, up to now, oldest first
	items    bool             // the query's Item names items, so that lines are counted and not orders
}

// line is one item of an order.
type line struct {
	order insights.Order
	item  insights.Item
}

func newView(query Query, orders []insights.Order, c calendar, currency string) view {
	v := view{query: query, calendar: c, currency: currency}
	v.all = insights.Between(insights.Spending(orders), time.Time{}, c.now.Add(1))
	if query.Item == "" {
		return v
	}
	named := func(order insights.Order) bool { return containsAll(order.MerchantName, query.Item) }
	if slices.ContainsFunc(v.all, named) {
		v.query.Merchants, v.query.Item = []Merchant{{Name: query.Item}}, ""
		return v
	}
	v.items = true
	return v
}

// during are the orders of a period that match the question.
func (v view) during(p Period) []insights.Order {
	return v.matching(insights.Between(v.all, p.From, p.To))
}

func (v view) matching(orders []insights.Order) []insights.Order {
	return slices.DeleteFunc(slices.Clone(orders), func(order insights.Order) bool { return !v.matches(order) })
}

func (v view) matches(order insights.Order) bool {
	if len(v.query.Merchants) > 0 && !slices.ContainsFunc(v.query.Merchants, isOf(order)) {
		return false
	}
	if len(v.query.Categories) > 0 && !slices.Contains(v.query.Categories, order.CategoryOrOther()) {
		return false
	}
	return !v.items || len(v.lines([]insights.Order{order})) > 0
}

func isOf(order insights.Order) func(Merchant) bool {
	return func(merchant Merchant) bool {
		if merchant.Slug != "" && order.MerchantSlug != "" {
			return merchant.Slug == order.MerchantSlug
		}
		return containsAll(order.MerchantName, merchant.Name)
	}
}

// lines are the items of orders that the question names.
func (v view) lines(orders []insights.Order) []line {
	var found []line
	for _, order := range orders {
		for _, item := range order.Items {
			if containsAll(item.Name, v.query.Item) {
				found = append(found, line{order, item})
			}
		}
	}
	return found
}

// totals are what was paid for orders or, when items are asked about, for those items.
func (v view) totals(orders []insights.Order) []money.Money {
	if !v.items {
		return insights.Totals(orders)
	}
	var lines []insights.Order
	for _, l := range v.lines(orders) {
		lines = append(lines, insights.Order{Currency: l.order.Currency, Total: l.item.Total})
	}
	return insights.Totals(lines)
}

func (v view) amounts(orders []insights.Order) string {
	return insights.Amounts(v.totals(orders), v.currency)
}

// main splits off the orders of one currency, to be ranked or averaged: the display currency, or the first by code
// when nothing was paid in it.
func (v view) main(orders []insights.Order) (currency string, own, others []insights.Order) {
	currency = v.currency
	used := insights.Totals(orders)
	in := func(order insights.Order) bool { return order.Currency == currency }
	if !slices.ContainsFunc(orders, in) && len(used) > 0 {
		currency = used[0].Currency
	}
	for _, order := range orders {
		if in(order) {
			own = append(own, order)
		} else {
			others = append(others, order)
		}
	}
	return currency, own, others
}

// share is one part of a sum.
type share struct {
	name   string
	amount int64
	orders []insights.Order
}

// shares groups orders of one currency, the largest sum first, then by name.
func shares(orders []insights.Order, key, name func(insights.Order) string) []share {
	groups := map[string]*share{}
	for _, order := range orders {
		group := groups[key(order)]
		if group == nil {
			group = &share{}
			groups[key(order)] = group
		}
		group.name = name(order)
		group.amount += order.Total
		group.orders = append(group.orders, order)
	}
	list := make([]share, 0, len(groups))
	for _, group := range groups {
		list = append(list, *group)
	}
	slices.SortFunc(list, func(a, b share) int {
		if a.amount != b.amount {
			if a.amount > b.amount {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return list
}

func byMerchant(orders []insights.Order) []share {
	return shares(orders, insights.Order.MerchantKey, merchantName)
}

func byCategory(orders []insights.Order) []share {
	return shares(orders, insights.Order.CategoryOrOther, func(order insights.Order) string {
		return insights.Label(order.CategoryOrOther())
	})
}

func merchantName(order insights.Order) string {
	if order.MerchantName == "" {
		return "a merchant without a name"
	}
	return order.MerchantName
}
