package spending

import (
	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Respond answers one turn of a conversation from a person's orders: a question about their own spending, a follow-up to
// one, or a wish for an overview. What it does not understand, or what the orders cannot tell, it says instead of
// guessing. history are the earlier messages of the same person, oldest first.
func Respond(text string, history []string, orders []insights.Order, setting Setting) Result {
	query, refusal := readTurn(text, history, setting)
	switch {
	case refusal != "":
		return refuse(refusal)
	case query.Kind == KindMonth:
		return Overview(query.Period, orders, setting)
	default:
		return Answer(query, orders, setting)
	}
}

// Refuse is the part of Respond for which no order is needed: it says why a text is not answered with figures. ok is
// false when it can be.
func Refuse(text string, history []string, setting Setting) (result Result, ok bool) {
	_, refusal := readTurn(text, history, setting)
	if refusal == "" {
		return Result{}, false
	}
	return refuse(refusal), true
}

// RefuseDates says why the dates that a text names cannot be read. ok is false where they can, and where it names none.
func RefuseDates(text string, setting Setting) (result Result, ok bool) {
	s := newScan(text, setting)
	return refuse(s.undated), s.undated != ""
}

// ThisMonth is the running month, for Overview.
func (s Setting) ThisMonth() Period { return s.calendar().unit(UnitMonth, 0) }

// Overview is a stretch of time in short, and says what can be asked.
func Overview(period Period, orders []insights.Order, setting Setting) Result {
	c := setting.calendar()
	d := newDraft(KindMonth, c)
	if len(orders) == 0 {
		return nothingLinked(d)
	}
	v := newView(Query{Kind: KindMonth, Period: period, Limit: defaultLimit}, orders, c, setting.Currency)
	if v.Period.From.IsZero() {
		v.Period.From = v.begins()
	}
	d.thinkf("Read the question: an overview, %s", d.stretch(v.Period))
	found := v.during(v.Period)
	v.report(d, found)
	when := d.fact(insights.MonthOf(v.Period.From, c.loc).Name(c.now, c.loc))
	switch {
	case v.Period.Unit != UnitMonth:
		when = d.fact(d.stretch(v.Period))
	case v.Period.Running:
		when = "in " + when + " so far"
	default:
		when = "in " + when
	}
	if len(found) > 0 {
		d.cite(ordersOf(found)...)
		d.say("You spent %s over %s "+when+".", v.amounts(found), orderCount(found))
		v.sayParts(d, found)
		v.sayMostAt(d, found)
	} else {
		d.say("I see no purchases of yours " + when + ".")
		if len(v.all) > 0 {
			latest := v.all[len(v.all)-1]
			d.cite(latest)
			d.say(" The latest one was on %s: %s at %s.", d.day(latest.PlacedAt), latest.Paid().Format(), merchantName(latest))
		}
	}
	d.say(" Ask me what you spent and where, which card to use, how to split a bill, or whether a price is a good one.")
	return d.result(d.cited)
}

// sayMostAt names the merchant that took most, where there are several.
func (v *view) sayMostAt(d *draft, found []entry) {
	currency, own, _ := v.main(found)
	if merchants := byMerchant(own); len(merchants) > 1 {
		d.say(" Most of all you spent at %s: %s over %s.", merchants[0].name, format(merchants[0].amount, currency),
			insights.Count(merchants[0].orders, "order"))
	}
}
