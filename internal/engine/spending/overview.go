package spending

import (
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Overview is the running month in short: the answer to a general message that asks nothing the orders can tell. It
// says what can be asked instead.
func Overview(orders []insights.Order, now time.Time, loc *time.Location, currency string) Result {
	c := newCalendar(now, loc)
	d := newDraft(KindMonth, c)
	if len(orders) == 0 {
		return nothingLinked(d)
	}
	v := newView(Query{Kind: KindMonth, Period: c.unit(UnitMonth, 0), Limit: defaultLimit}, orders, c, currency)
	found := v.during(v.query.Period)
	v.report(d, orders, found)
	month := insights.MonthOf(now, c.loc).Name(now, c.loc)
	if len(found) > 0 {
		d.say("So far in %s you spent %s over %s.", month, v.amounts(found), orderCount(found))
		v.sayParts(d, found)
	} else {
		d.say("I see no purchases of yours in %s so far.", month)
		if len(v.all) > 0 {
			latest := v.all[len(v.all)-1]
			d.say(" The latest one was on %s: %s at %s.", d.day(latest.PlacedAt), latest.Paid().Format(), merchantName(latest))
			found = []insights.Order{latest}
		}
	}
	d.say(" Ask me what you spent and where, which card to use, how to split a bill, or whether a price is a good one.")
	return d.result(found)
}
