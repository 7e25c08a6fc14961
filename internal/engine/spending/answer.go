package spending

import (
	"fmt"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// noOrders is what to say to someone whose purchases cannot be seen at all.
const noOrders = "I cannot see any purchases of yours yet. Link a merchant account under Accounts, and once its orders " +
	"have arrived I can answer from them."

// Answer computes what the query asks from a person's orders. Orders that are no spending, and those placed after now,
// are not counted. Sums in the display currency come first, other currencies stand beside them unconverted; what must be
// one figure (an average, a ranking) is about one currency and says what it leaves out.
func Answer(query Query, orders []insights.Order, setting Setting) Result {
	c := setting.calendar()
	d := newDraft(query.Kind, c)
	if len(orders) == 0 {
		return nothingLinked(d)
	}
	v := newView(query, orders, c, setting.Currency)
	v.Limit = max(v.Limit, 1)
	if len(v.all) == 0 && v.Measure != MeasureRefund {
		d.thinkf("Looked at %s, none of which counts as spending", insights.Count(len(orders), "order"))
		d.say("I can see %s of yours, but none that counts as spending: cancelled, returned, refunded and failed orders do "+
			"not.", insights.Count(len(orders), "order"))
		return d.result(nil)
	}
	if v.Period.From.IsZero() {
		v.Period.From = v.begins()
	}
	d.thinkf("Read the question: %s", v.question(d))
	found := v.during(v.Period)
	v.report(d, found)
	v.write(d, found)
	return d.result(d.cited)
}

// begins is when the first order was placed that a question may be about.
func (v *view) begins() (begins time.Time) {
	begins = v.calendar.now
	for _, list := range [][]*insights.Order{v.all, v.void} {
		if len(list) > 0 && list[0].PlacedAt.Before(begins) {
			begins = list[0].PlacedAt
		}
	}
	return begins
}

// write says the answer to a question of any kind.
func (v *view) write(d *draft, found []entry) {
	switch v.Kind { //nolint:exhaustive // the others are told below, by what was found
	case KindCompare:
		v.compare(d, found)
		return
	case KindVersus:
		v.versus(d)
		return
	case KindUsual:
		v.usual(d, found)
		return
	}
	if len(found) == 0 {
		v.nothing(d)
		return
	}
	if v.Measure != "" {
		with := withValue(found)
		if len(with) == 0 {
			d.cite(ordersOf(found)...)
			v.none(d, found)
			v.sayBeginning(d)
			return
		}
		found = with
	}
	d.cite(ordersOf(found)...)
	switch v.Kind {
	case KindCount:
		v.count(d, found)
	case KindAverage:
		v.average(d, found)
	case KindBiggest, KindSmallest:
		v.extreme(d, found)
	case KindList:
		v.list(d, found)
	case KindFirstOrder, KindLastOrder:
		v.oneEnd(d, found)
		return
	case KindTopMerchants:
		v.top(d, found, byMerchant(ownOf(v, found)), "at")
	case KindTopCategories:
		v.top(d, found, byCategory(ownOf(v, found)), "on")
	case KindTopCards:
		v.topCards(d, found)
	case KindTrend:
		v.trend(d, found)
	case KindShare:
		v.share(d, found)
	case KindPeak:
		v.peak(d, found)
	default:
		v.total(d, found)
		v.sayBound(d, found)
	}
	v.sayBeginning(d)
}

func ownOf(v *view, found []entry) []entry {
	_, own, _ := v.main(found)
	return own
}

func nothingLinked(d *draft) Result {
	d.thinkf("Looked for your orders and found none")
	d.say(noOrders)
	return d.result(nil)
}

// report writes the thinking stages: what was looked at, and what of it matched.
func (v *view) report(d *draft, found []entry) {
	inside := v.base(v.Period)
	d.thinkf("Looked at %s %s", insights.Count(len(inside), "order"), d.stretch(v.Period))
	if left := len(insights.Between(v.void, v.Period.From, v.Period.To)); left > 0 && v.Measure != MeasureRefund {
		d.thinkf("Left out %s that %s cancelled, returned, refunded or failed", insights.Count(left, "order"), wasWere(left))
	}
	switch about := v.about(); {
	case about == "" || v.Kind == KindVersus:
	case len(found) == 0:
		d.thinkf("None of them was %s", about)
	default:
		counts := make([]string, 0, defaultLimit)
		for _, group := range byMerchant(found) {
			counts = append(counts, fmt.Sprintf("%s %d", group.name, group.orders))
		}
		detail := ""
		if len(counts) > 1 {
			detail = ": " + strings.Join(counts, ", ")
		}
		d.thinkf("%d of them %s %s%s", len(found), wasWere(len(found)), about, detail)
	}
	if v.Measure != "" && len(found) > 0 {
		d.thinkf("Added up the %s of %s", measureNames[v.Measure], insights.Count(len(withValue(found)), "order"))
	}
}

func wasWere(number int) string {
	if number == 1 {
		return "was"
	}
	return "were"
}

// nothing says that no order matched, and which one did last.
func (v *view) nothing(d *draft) {
	if v.items {
		d.say("I found no item called “%s”", v.Item)
		v.sayPlace(d)
		v.sayConditions(d)
		d.say(" in your orders")
	} else {
		d.say("I found no orders")
		v.sayOrders(d)
	}
	first, last := d.day(v.Period.From), d.day(v.Period.To.Add(-1))
	if first == last {
		d.say(" on %s.", first)
	} else {
		d.say(" between %s and %s.", first, last)
	}
	if earlier := v.matching(v.all); len(earlier) > 0 && v.Measure != MeasureRefund {
		latest := earlier[len(earlier)-1]
		d.cite(latest.order)
		d.say(" The latest one I know of was on %s, for %s.", d.day(latest.order.PlacedAt), latest.amount().Format())
	}
}

// none says that the orders asked about have no fee, tip, tax, discount or refund.
func (v *view) none(d *draft, found []entry) {
	d.say("I found no "+measureNames[v.Measure]+" on your %s", orderCount(found))
	v.sayOrders(d)
	v.sayStretch(d, v.Period)
	d.say(".")
}

// sayBeginning warns when the orders do not reach back to where the question begins.
func (v *view) sayBeginning(d *draft) {
	if len(v.all) == 0 {
		return
	}
	from := v.Period.From
	if v.Kind == KindCompare {
		from = v.Against.From
	}
	if first := v.all[0]; d.day(first.PlacedAt) != d.day(from) && first.PlacedAt.After(from) {
		d.cite(first)
		d.say(" The orders I can see begin on %s.", d.day(first.PlacedAt))
	}
}
