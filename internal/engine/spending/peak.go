package spending

import (
	"strings"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// sayBound says whether the whole sum lies above or below the amount asked about.
func (v *view) sayBound(d *draft, found []entry) {
	bound, ok := v.Bound.bound()
	if !ok {
		return
	}
	total := sumIn(found, bound.Currency)
	if total == 0 {
		d.say(" None of that is in %s, and I do not convert currencies, so I cannot compare it with %s.", bound.Currency, bound.Format())
		return
	}
	whole := bound
	whole.Amount = total
	answer := " So no"
	if v.Bound.contains(whole) {
		answer = " So yes"
	}
	if len(totals(found)) > 1 {
		d.say(" Other currencies are not converted; of what you spent in %s alone,", bound.Currency)
		answer = strings.ToLower(strings.TrimPrefix(answer, " So"))
	}
	switch difference := total - bound.Amount; {
	case difference == 0:
		d.say(answer+": that is just %s.", bound.Format())
	case difference > 0:
		d.say(answer+": that is %s more than %s.", format(difference, bound.Currency), bound.Format())
	default:
		d.say(answer+": that is %s less than %s.", format(-difference, bound.Currency), bound.Format())
	}
}

// peak tells the day, week or month that took most; of several, the earliest.
func (v *view) peak(d *draft, found []entry) {
	currency, own, others := v.main(found)
	var most Period
	var spent []entry
	first := v.calendar.unitAt(later(v.Period.From, own[0].order.PlacedAt), v.Unit, 0)
	for p := first; p.From.Before(v.Period.To); p = v.calendar.unitAt(p.To.Add(1), v.Unit, 0) {
		one := Period{From: later(p.From, v.Period.From), To: earlierOf(p.To, v.Period.To), Unit: v.Unit, Running: p.Running}
		if list := cut(own, one.From, one.To); len(spent) == 0 || sum(list) > sum(spent) {
			most, spent = one, list
		}
		if p.Running {
			break
		}
	}
	d.say("The " + string(v.Unit) + " you spent most")
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	d.say(" was")
	if v.Unit == UnitDay {
		d.say(" %s", d.day(most.From))
	} else {
		d.say(" the one")
		v.sayStretch(d, most)
	}
	d.say(": %s over %s.", format(sum(spent), currency), insights.Count(len(spent), "order"))
	v.sayOthers(d, others)
}
