package spending

import (
	"math/big"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

func format(amount int64, currency string) string {
	return money.Money{Amount: amount, Currency: currency}.Format()
}

func orderCount(orders []insights.Order) string { return insights.Count(len(orders), "order") }

func (v view) total(d *draft, found []insights.Order) {
	d.say("You spent %s", v.amounts(found))
	v.sayScope(d)
	v.sayStretch(d, v.query.Period)
	if v.items {
		d.say(": %s in %s, at item prices before tax, fees and discounts.", v.quantity(found), orderCount(found))
		return
	}
	d.say(", over %s.", orderCount(found))
	v.sayParts(d, found)
}

// sayParts tells where the largest part went: by merchant when a category was asked about, by category when nothing
// was, and every merchant's part when several were.
func (v view) sayParts(d *draft, found []insights.Order) {
	currency, own, _ := v.main(found)
	merchants, categories := byMerchant(own), byCategory(own)
	switch {
	case len(v.query.Merchants) > 1 || len(v.query.Categories) == 1 && len(merchants) > 1:
		d.say(" The largest part was %s at %s", format(merchants[0].amount, currency), merchants[0].name)
		v.sayRest(d, merchants[1:min(len(merchants), maxLimit/2)], currency, " at ")
	case len(v.query.Merchants) == 0 && len(v.query.Categories) != 1 && len(categories) > 1:
		d.say(" The largest part was %s on %s", format(categories[0].amount, currency), categories[0].name)
		v.sayRest(d, categories[1:min(len(categories), defaultLimit)], currency, " on ")
	}
}

// sayRest ends a sentence about the largest part with the parts after it.
func (v view) sayRest(d *draft, rest []share, currency, preposition string) {
	for i, part := range rest {
		joint := ", "
		switch {
		case i == 0:
			joint = ", then "
		case i == len(rest)-1:
			joint = " and "
		}
		d.say(joint+"%s"+preposition+"%s", format(part.amount, currency), part.name)
	}
	d.say(".")
}

// quantity is how many pieces of the items asked about were bought.
func (v view) quantity(found []insights.Order) string {
	pieces := 0
	for _, l := range v.lines(found) {
		pieces += max(l.item.Quantity, 1)
	}
	return insights.Count(pieces, "piece")
}

func (v view) count(d *draft, found []insights.Order) {
	d.say("You placed %s", orderCount(found))
	v.sayOrders(d)
	v.sayStretch(d, v.query.Period)
	if v.items {
		d.say(", %s for %s in all.", v.quantity(found), v.amounts(found))
		return
	}
	d.say(", for %s in all.", v.amounts(found))
	v.sayParts(d, found)
}

func (v view) average(d *draft, found []insights.Order) {
	currency, own, others := v.main(found)
	totals := v.totals(own)
	// Cannot fail: a mean is no larger than the bounded sum it is made of.
	mean, _ := money.RoundRatio(big.NewInt(totals[0].Amount), big.NewInt(int64(len(own))))
	d.say("On average you spent %s per order", format(mean, currency))
	v.sayScope(d)
	v.sayStretch(d, v.query.Period)
	d.say(": %s over %s.", totals[0].Format(), orderCount(own))
	v.sayOthers(d, others)
}

// sayOthers says which orders a ranking or an average leaves out.
func (v view) sayOthers(d *draft, others []insights.Order) {
	if len(others) > 0 {
		d.say(" Not in this: %s in other currencies, %s.", orderCount(others), v.amounts(others))
	}
}

func (v view) biggest(d *draft, found []insights.Order) {
	currency, own, others := v.main(found)
	slices.SortStableFunc(own, func(a, b insights.Order) int {
		switch {
		case a.Total > b.Total:
			return -1
		case a.Total < b.Total:
			return 1
		default:
			return 0
		}
	})
	d.say("Your biggest order")
	v.sayOrders(d)
	v.sayStretch(d, v.query.Period)
	d.say(" was %s at %s on %s%s.", format(own[0].Total, currency), merchantName(own[0]), d.day(own[0].PlacedAt), contents(own[0]))
	for i, order := range own[1:min(len(own), v.query.Limit)] {
		lead := " Then"
		if i > 0 {
			lead = ","
		}
		d.say(lead+" %s at %s on %s", format(order.Total, currency), merchantName(order), d.day(order.PlacedAt))
	}
	if v.query.Limit > 1 && len(own) > 1 {
		d.say(".")
	}
	v.sayOthers(d, others)
}

// contents is " (Oat milk, Bagels and 2 more)"; empty when the order lists no items.
func contents(order insights.Order) string {
	const shown = 2
	var names []string
	for _, item := range order.Items {
		if strings.TrimSpace(item.Name) != "" {
			names = append(names, item.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	if len(names) > shown {
		names = append(slices.Clone(names[:shown]), insights.Count(len(names)-shown, "more item"))
	}
	return " (" + insights.List(names) + ")"
}

func (v view) list(d *draft, found []insights.Order) {
	d.say("You placed %s", orderCount(found))
	v.sayOrders(d)
	v.sayStretch(d, v.query.Period)
	d.say(", for %s in all", v.amounts(found))
	shown := min(len(found), v.query.Limit)
	if shown < len(found) {
		d.say(". The latest %s", orderCount(found[:shown]))
	}
	d.say(":")
	for i := range shown {
		order := found[len(found)-1-i]
		separator := ";"
		if i == 0 {
			separator = ""
		}
		d.say(separator+" %s at %s on %s%s", order.Paid().Format(), merchantName(order), d.day(order.PlacedAt), v.named(order))
	}
	d.say(".")
}

// named are the contents of an order, narrowed to the items asked about.
func (v view) named(order insights.Order) string {
	if v.items {
		order.Items = nil
		for _, l := range v.lines([]insights.Order{order}) {
			order.Items = append(order.Items, l.item)
		}
	}
	return contents(order)
}

func (v view) lastOrder(d *draft, found []insights.Order) {
	latest := found[len(found)-1]
	d.say("Your last order")
	v.sayOrders(d)
	d.say(" was on %s: %s", d.day(latest.PlacedAt), latest.Paid().Format())
	if len(v.query.Merchants) != 1 {
		d.say(" at %s", merchantName(latest))
	}
	d.say("%s.", contents(latest))
}

func (v view) topMerchants(d *draft, found []insights.Order) {
	v.top(d, found, byMerchant, "at")
}

func (v view) topCategories(d *draft, found []insights.Order) {
	v.top(d, found, byCategory, "on")
}

func (v view) top(d *draft, found []insights.Order, group func([]insights.Order) []share, preposition string) {
	currency, own, others := v.main(found)
	d.say("You spent %s", insights.Totals(own)[0].Format())
	v.sayScope(d)
	v.sayStretch(d, v.query.Period)
	groups := group(own)
	d.say(", most of all "+preposition+" %s: %s over %s", groups[0].name, format(groups[0].amount, currency), orderCount(groups[0].orders))
	for i, part := range groups[1:min(len(groups), v.query.Limit)] {
		joint := ", "
		if i == 0 {
			joint = "; then "
		}
		d.say(joint+"%s %s (%s)", part.name, format(part.amount, currency), orderCount(part.orders))
	}
	d.say(".")
	v.sayOthers(d, others)
}

// adjusted adds up fees, tips, taxes or discounts, each currency by itself.
func (v view) adjusted(d *draft, found []insights.Order) {
	var with []insights.Order
	for _, order := range found {
		sum := int64(0)
		for _, adjustment := range order.Adjustments {
			if strings.EqualFold(adjustment.Type, v.query.Adjustment) {
				sum += adjustment.Amount
			}
		}
		if sum != 0 {
			if v.query.Adjustment == "discount" {
				sum = -sum
			}
			with = append(with, insights.Order{Currency: order.Currency, Total: sum})
		}
	}
	what := map[string]string{"fee": "fees", "tip": "tips", "tax": "tax", "discount": "discounts"}[v.query.Adjustment]
	switch {
	case len(with) == 0:
		d.say("I found no "+what+" on your %s", orderCount(found))
	case v.query.Adjustment == "discount":
		d.say("Discounts saved you %s on %s", insights.Amounts(insights.Totals(with), v.currency), orderCount(with))
	default:
		d.say("You paid %s in "+what+" on %s", insights.Amounts(insights.Totals(with), v.currency), orderCount(with))
	}
	v.sayOrders(d)
	v.sayStretch(d, v.query.Period)
	d.say(".")
}

// compare answers for two stretches of time, in one currency.
func (v view) compare(d *draft, found []insights.Order) Result {
	earlier := v.during(v.query.Against)
	d.thinkf("Compared them with %s %s", orderCount(earlier), v.stretch(d, v.query.Against, "from", "to"))
	both := slices.Concat(found, earlier)
	if len(both) == 0 {
		d.say("I found no orders")
		v.sayOrders(d)
		v.sayStretch(d, v.query.Period)
		d.say(", nor")
		v.sayStretch(d, v.query.Against)
		d.say(".")
		return d.result(nil)
	}
	currency, _, others := v.main(both)
	sum := func(orders []insights.Order) int64 {
		for _, total := range v.totals(orders) {
			if total.Currency == currency {
				return total.Amount
			}
		}
		return 0
	}
	now, before := sum(found), sum(earlier)
	d.say("You spent %s", format(now, currency))
	v.sayScope(d)
	v.sayStretch(d, v.query.Period)
	d.say(", and %s", format(before, currency))
	v.sayStretch(d, v.query.Against)
	d.say(": ")
	change := insights.ChangeBps(now, before)
	switch {
	case now == before:
		d.say("the same")
	case now > before:
		d.say("%s more", format(now-before, currency))
	default:
		d.say("%s less", format(before-now, currency))
	}
	if change != nil && now != before {
		d.say(" (%s)", money.FormatBps(max(*change, -*change)))
	}
	d.say(".")
	v.sayOthers(d, others)
	if begins := v.all[0].PlacedAt; begins.After(v.query.Against.From) && d.day(begins) != d.day(v.query.Against.From) {
		d.say(" The orders I can see begin on %s.", d.day(begins))
	}
	return d.result(both)
}
