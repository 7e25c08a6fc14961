package spending

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

func (v *view) total(d *draft, found []entry) {
	switch v.Measure {
	case "":
		d.say("You spent %s", v.amounts(found))
	case MeasureDiscount:
		d.say("Discounts saved you %s on %s", v.amounts(found), orderCount(found))
	case MeasureRefund:
		d.say("You got %s back on %s", v.amounts(found), orderCount(found))
	default:
		d.say("You paid %s in "+measureNames[v.Measure]+" on %s", v.amounts(found), orderCount(found))
	}
	if v.Measure != "" {
		v.sayOrders(d)
		if v.Measure == MeasureRefund {
			d.say(" placed")
		}
		v.sayStretch(d, v.Period)
		d.say(".")
		return
	}
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	if v.items {
		d.say(": %s in %s, at item prices before tax, fees and discounts.", v.quantity(found), orderCount(found))
		return
	}
	d.say(", over %s.", orderCount(found))
	v.sayParts(d, found)
}

// sayParts tells where the largest part went: by merchant when a category was asked about, by category when nothing
// was, and every merchant's part when several were.
func (v *view) sayParts(d *draft, found []entry) {
	currency, own, _ := v.main(found)
	if len(v.Merchants) > 1 || len(v.Categories) == 1 || v.Either {
		if merchants := byMerchant(own); len(merchants) > 1 {
			d.say(" The largest part was %s at %s", format(merchants[0].amount, currency), merchants[0].name)
			sayRest(d, merchants[1:min(len(merchants), maxLimit/2)], currency, " at ")
		}
		return
	}
	if len(v.Merchants) > 0 {
		return
	}
	if categories := byCategory(own); len(categories) > 1 {
		d.say(" The largest part was %s on %s", format(categories[0].amount, currency), categories[0].name)
		sayRest(d, categories[1:min(len(categories), defaultLimit)], currency, " on ")
	}
}

// quantity is how many pieces of the items asked about were bought.
func (v *view) quantity(found []entry) string {
	pieces := 0
	for _, e := range found {
		pieces += e.pieces
	}
	return insights.Count(pieces, "piece")
}

func (v *view) count(d *draft, found []entry) {
	d.say("You placed %s", orderCount(found))
	v.sayOrders(d)
	v.sayStretch(d, v.Period)
	if v.Measure != "" {
		d.say(", with %s in "+measureNames[v.Measure]+".", v.amounts(found))
		return
	}
	if v.items {
		d.say(", %s for %s in all.", v.quantity(found), v.amounts(found))
		return
	}
	d.say(", for %s in all.", v.amounts(found))
	v.sayParts(d, found)
}

// mean divides a sum by a number above zero, rounded half away from zero. It cannot fail: a mean is no larger than the
// bounded sum it is made of.
func mean(sum int64, number int) int64 {
	mean, _ := money.RoundRatio(big.NewInt(sum), big.NewInt(int64(number)))
	return mean
}

func (v *view) average(d *draft, found []entry) {
	currency, own, others := v.main(found)
	whole := sum(own)
	switch v.Measure {
	case "":
		d.say("On average you spent %s per order", format(mean(whole, len(own)), currency))
	case MeasureDiscount, MeasureRefund:
		d.say("On average you got %s in "+measureNames[v.Measure]+" per order that had any", format(mean(whole, len(own)), currency))
	default:
		d.say("On average you paid %s in "+measureNames[v.Measure]+" per order that had any", format(mean(whole, len(own)), currency))
	}
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	d.say(": %s over %s.", format(whole, currency), orderCount(own))
	v.sayOthers(d, others)
}

// extreme tells the biggest orders, or the smallest.
func (v *view) extreme(d *draft, found []entry) {
	currency, own, others := v.main(found)
	word := "biggest"
	slices.SortStableFunc(own, func(a, b entry) int { return cmp.Compare(b.value, a.value) })
	if v.Kind == KindSmallest {
		word = "smallest"
		slices.SortStableFunc(own, func(a, b entry) int { return cmp.Compare(a.value, b.value) })
	}
	d.say("Your " + word + " order")
	if v.Measure != "" {
		d.say(" by " + measureNames[v.Measure])
	}
	v.sayOrders(d)
	v.sayStretch(d, v.Period)
	first := own[0].order
	d.say(" was %s at %s on %s%s.", format(own[0].value, currency), merchantName(first), d.day(first.PlacedAt), v.named(first))
	for i, e := range own[1:min(len(own), v.Limit)] {
		lead := " Then"
		if i > 0 {
			lead = ","
		}
		d.say(lead+" %s at %s on %s", format(e.value, currency), merchantName(e.order), d.day(e.order.PlacedAt))
	}
	if v.Limit > 1 && len(own) > 1 {
		d.say(".")
	}
	v.sayOthers(d, others)
}

func (v *view) list(d *draft, found []entry) {
	d.say("You placed %s", orderCount(found))
	v.sayOrders(d)
	v.sayStretch(d, v.Period)
	switch v.Measure {
	case "":
		d.say(", for %s in all", v.amounts(found))
	default:
		d.say(", with %s in "+measureNames[v.Measure], v.amounts(found))
	}
	shown := min(len(found), v.Limit)
	if shown < len(found) {
		d.say(". The latest %s", orderCount(found[:shown]))
	}
	d.say(":")
	for i := range shown {
		e := found[len(found)-1-i]
		separator := ";"
		if i == 0 {
			separator = ""
		}
		d.say(separator+" %s at %s on %s%s", e.amount().Format(), merchantName(e.order), d.day(e.order.PlacedAt), v.named(e.order))
	}
	d.say(".")
}

// oneEnd tells the first or the last order. The figures rest on that order alone.
func (v *view) oneEnd(d *draft, found []entry) {
	one, word := found[len(found)-1], "last"
	if v.Kind == KindFirstOrder {
		one, word = found[0], "first"
	}
	d.cited = nil
	d.cite(one.order)
	d.say("Your " + word + " order")
	v.sayOrders(d)
	switch {
	case !v.Period.From.Equal(v.begins()) || !v.Period.Running:
		v.sayStretch(d, v.Period)
	case v.Kind == KindFirstOrder:
		d.say(" that I can see")
	}
	d.say(" was on %s: %s", d.day(one.order.PlacedAt), one.amount().Format())
	if v.Measure != "" {
		d.say(" in " + measureNames[v.Measure])
	}
	if len(v.Merchants) != 1 {
		d.say(" at %s", merchantName(one.order))
	}
	d.say("%s.", v.named(one.order))
}

// top ranks the parts of a sum.
func (v *view) top(d *draft, found []entry, groups []share, preposition string) {
	currency, own, others := v.main(found)
	if v.ByCount {
		v.topByCount(d, own, groups, preposition, currency)
		v.sayOthers(d, others)
		return
	}
	v.sayMeasured(d, format(sum(own), currency))
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	d.say(", most of all "+preposition+" %s: %s over %s", groups[0].name, format(groups[0].amount, currency),
		insights.Count(groups[0].orders, "order"))
	for i, part := range groups[1:min(len(groups), max(v.Limit, 1))] {
		joint := ", "
		if i == 0 {
			joint = "; then "
		}
		d.say(joint+"%s %s (%s)", part.name, format(part.amount, currency), insights.Count(part.orders, "order"))
	}
	d.say(".")
	v.sayOthers(d, others)
}

// topByCount ranks by how many orders there were, and of as many by what they came to.
func (v *view) topByCount(d *draft, own []entry, groups []share, preposition, currency string) {
	groups = slices.Clone(groups)
	slices.SortStableFunc(groups, func(a, b share) int { return cmp.Compare(b.orders, a.orders) })
	d.say("You placed %s", orderCount(own))
	v.sayOrders(d)
	v.sayStretch(d, v.Period)
	d.say(", most often "+preposition+" %s: %s for %s", groups[0].name, insights.Count(groups[0].orders, "order"),
		format(groups[0].amount, currency))
	for i, part := range groups[1:min(len(groups), max(v.Limit, 1))] {
		joint := ", "
		if i == 0 {
			joint = "; then "
		}
		d.say(joint+"%s %s (%s)", part.name, insights.Count(part.orders, "order"), format(part.amount, currency))
	}
	d.say(".")
}

// sayMeasured is "You spent $5.00", or what was paid in fees, saved or got back.
func (v *view) sayMeasured(d *draft, amount string) {
	switch v.Measure {
	case "":
		d.say("You spent %s", amount)
	case MeasureDiscount:
		d.say("Discounts saved you %s", amount)
	case MeasureRefund:
		d.say("You got %s back", amount)
	default:
		d.say("You paid %s in "+measureNames[v.Measure], amount)
	}
}

// topCards ranks the ways of paying. The parts add up to what was paid, which is the sum where receipts say how.
func (v *view) topCards(d *draft, found []entry) {
	currency, own, others := v.main(found)
	groups := map[string]int{}
	var list []share
	for _, e := range own {
		for i := range e.order.Payments {
			payment := &e.order.Payments[i]
			if payment.Amount == 0 || v.Card != nil && !v.Card.paid(payment) {
				continue
			}
			card := Card{LastFour: payment.LastFour, Brand: payment.Brand}
			if payment.LastFour == "" {
				card = Card{Type: payment.Type}
			}
			name := strings.TrimPrefix(card.label(), "your ")
			at, known := groups[name]
			if !known {
				at = len(list)
				groups[name] = at
				list = append(list, share{name: name})
			}
			list[at].amount += payment.Amount
			list[at].orders++
		}
	}
	if len(list) == 0 {
		d.say("You spent %s", format(sum(own), currency))
		v.sayScope(d)
		v.sayStretch(d, v.Period)
		d.say(", and the receipts do not say how it was paid.")
		return
	}
	slices.SortFunc(list, compareShares)
	v.Measure = ""
	v.top(d, own, list, "with")
	v.sayOthers(d, others)
}
