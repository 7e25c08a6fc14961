package spending

import (
	"math/big"
	"slices"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// compare answers for two stretches of time, in one currency.
func (v *view) compare(d *draft, found []entry) {
	earlier := v.during(v.Against)
	if v.Measure != "" {
		found, earlier = withValue(found), withValue(earlier)
	}
	d.thinkf("Compared them with %s %s", orderCount(earlier), d.stretch(v.Against))
	both := slices.Concat(found, earlier)
	if len(both) == 0 {
		d.say("I found no orders")
		v.sayOrders(d)
		v.sayStretch(d, v.Period)
		d.say(", nor")
		v.sayStretch(d, v.Against)
		d.say(".")
		return
	}
	d.cite(ordersOf(both)...)
	currency, _, others := v.main(both)
	now, before := sumIn(found, currency), sumIn(earlier, currency)
	v.sayMeasured(d, format(now, currency))
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	d.say(", and %s", format(before, currency))
	v.sayStretch(d, v.Against)
	d.say(": ")
	sayDifference(d, now, before, currency)
	v.sayOthers(d, others)
	v.sayBeginning(d)
}

func sumIn(found []entry, currency string) int64 {
	var total int64
	for _, e := range found {
		if e.order.Currency == currency {
			total += e.value
		}
	}
	return total
}

// sayDifference is "$6.00 more (7.5%).", the percentage where there is something to compare with.
func sayDifference(d *draft, now, before int64, currency string) {
	switch {
	case now == before:
		d.say("the same")
	case now > before:
		d.say("%s more", format(now-before, currency))
	default:
		d.say("%s less", format(before-now, currency))
	}
	if change := insights.ChangeBps(now, before); change != nil && now != before {
		d.say(" (%s)", money.FormatBps(max(*change, -*change)))
	}
	d.say(".")
}

// versus compares merchants or categories in one stretch of time, the larger first.
func (v *view) versus(d *draft) {
	type side struct {
		name    string
		at      bool // a merchant
		found   []entry
		current int64
	}
	var sides []side
	var all []entry
	for _, party := range v.Parties {
		one := *v
		one.Merchants, one.Categories, one.Item, one.Either = party.Merchants, party.Categories, party.Item, false
		found := one.during(v.Period)
		if v.Measure != "" {
			found = withValue(found)
		}
		name := one.merchantNames()
		at := name != ""
		if !at {
			name = one.categoryLabels()
		}
		sides = append(sides, side{name: name, at: at, found: found})
		all = append(all, found...)
		d.thinkf("%s: %s", name, orderCount(found))
	}
	if len(all) == 0 {
		v.Merchants, v.Categories = nil, nil
		names := make([]string, len(sides))
		for i, side := range sides {
			names[i] = side.name
		}
		d.say("I found no orders for %s", insights.List(names))
		v.sayStretch(d, v.Period)
		d.say(".")
		return
	}
	d.cite(ordersOf(all)...)
	currency, _, others := v.main(all)
	for i := range sides {
		sides[i].current = sumIn(sides[i].found, currency)
	}
	slices.SortStableFunc(sides, func(a, b side) int { return int(max(-1, min(1, b.current-a.current))) })
	v.sayMeasured(d, format(sides[0].current, currency))
	preposition := map[bool]string{true: " at ", false: " on "}
	d.say(preposition[sides[0].at]+"%s", sides[0].name)
	for _, side := range sides[1:] {
		d.say(" and %s"+preposition[side.at]+"%s", format(side.current, currency), side.name)
	}
	v.sayConditions(d)
	v.sayStretch(d, v.Period)
	d.say(": ")
	if difference := sides[0].current - sides[1].current; difference == 0 {
		d.say("the same.")
	} else {
		d.say("%s more"+preposition[sides[0].at]+"%s.", format(difference, currency), sides[0].name)
	}
	v.sayOthers(d, others)
	v.sayBeginning(d)
}

// usualBack is how many stretches before make the usual.
const usualBack = 3

// usual compares a week, month, quarter or year with the ones before it, up to the same day where it is still running.
// Stretches from before the orders begin are not counted.
func (v *view) usual(d *draft, found []entry) {
	var before [][]entry
	var periods []Period
	for back := usualBack; back > 0; back-- {
		p := v.calendar.upTo(v.Period, v.calendar.unitAt(v.Period.From, v.Period.Unit, back))
		if !v.begins().After(p.From.AddDate(0, 0, usualGrace)) {
			periods = append(periods, p)
			before = append(before, v.during(p))
		}
	}
	all := slices.Concat(append(slices.Clone(before), found)...)
	d.thinkf("Compared them with %s of %s before", orderCount(slices.Concat(before...)), insights.Count(len(before), string(v.Period.Unit)))
	if len(all) == 0 {
		v.nothing(d)
		return
	}
	d.cite(ordersOf(all)...)
	currency, _, others := v.main(all)
	now := sumIn(found, currency)
	v.sayMeasured(d, format(now, currency))
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	if len(before) == 0 {
		d.say(". I cannot see far enough back to say what is usual.")
		v.sayBeginning(d)
		return
	}
	var whole int64
	for _, list := range before {
		whole += sumIn(list, currency)
	}
	usual := mean(whole, len(before))
	byThen := ""
	if v.Period.Running {
		byThen = " by then"
	}
	d.say(". Usually it is %s"+byThen+", the average of %s: ", format(usual, currency), insights.Count(len(before), string(v.Period.Unit)))
	sayDifference(d, now, usual, currency)
	for i, p := range periods {
		joint := " Before that it was"
		if i > 0 {
			joint = ","
		}
		d.say(joint+" %s", format(sumIn(before[i], currency), currency))
		v.sayStretch(d, p)
	}
	d.say(".")
	v.sayOthers(d, others)
}

// usualGrace is how many days into a stretch the orders may begin for it to count as known.
const usualGrace = 7

// trend lists a sum step by step, with the average of the steps that are over and known from their beginning.
func (v *view) trend(d *draft, found []entry) {
	currency, own, others := v.main(found)
	begins := v.begins()
	from := later(v.Period.From, begins)
	type step struct {
		p   Period
		sum int64
	}
	var steps []step
	var whole int64
	full := 0
	for p := v.calendar.unitAt(from, v.Unit, 0); p.From.Before(v.Period.To); p = v.calendar.unitAt(p.To.Add(1), v.Unit, 0) {
		complete := !p.Running && !p.To.After(v.Period.To) && !p.From.Before(v.Period.From) &&
			!begins.After(p.From.AddDate(0, 0, v.grace()))
		p.From, p.To = later(p.From, v.Period.From), earlierOf(p.To, v.Period.To)
		one := step{p, sum(cut(own, p.From, p.To))}
		steps = append(steps, one)
		if complete {
			whole += one.sum
			full++
		}
		if p.Running {
			break
		}
	}
	v.sayMeasured(d, format(sum(own), currency))
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	if full > 0 {
		d.say(", on average %s per "+string(v.Unit)+" over %s", format(mean(whole, full), currency), insights.Count(full, "full "+string(v.Unit)))
	}
	const most = 14
	if len(steps) > most {
		d.say(".")
	} else {
		d.say(":")
		for i, one := range steps {
			if i > 0 {
				d.say(",")
			}
			d.say(" %s", format(one.sum, currency))
			v.sayStep(d, one.p)
		}
		d.say(".")
	}
	v.sayOthers(d, others)
}

// grace is how far into a step the orders may begin for it to count as known: they need not begin on its first day.
func (v *view) grace() int {
	if v.Unit == UnitMonth {
		return usualGrace
	}
	return 0
}

// sayStep names a month by its name, and anything else by its days.
func (v *view) sayStep(d *draft, p Period) {
	switch {
	case v.Unit != UnitMonth:
		v.sayStretch(d, p)
	case p.Running:
		d.say(" in %s so far", insights.MonthOf(p.From, v.calendar.loc).Name(v.calendar.now, v.calendar.loc))
	default:
		d.say(" in %s", insights.MonthOf(p.From, v.calendar.loc).Name(v.calendar.now, v.calendar.loc))
	}
}

// share says what part of everything the orders asked about are.
func (v *view) share(d *draft, found []entry) {
	currency, own, others := v.main(found)
	everything := *v
	everything.Scope = Scope{}
	everything.items = false
	var all []entry
	for _, e := range everything.during(v.Period) {
		if e.order.Currency == currency {
			all = append(all, e)
		}
	}
	if v.Measure == "" && v.about() == "" {
		v.top(d, found, byCategory(own), "on")
		return
	}
	d.thinkf("Compared them with all %s", orderCount(all))
	d.cite(ordersOf(all)...)
	everything.Measure = ""
	whole := sumIn(everything.during(v.Period), currency)
	part := sum(own)
	v.sayMeasured(d, format(part, currency))
	v.sayScope(d)
	v.sayStretch(d, v.Period)
	if whole > 0 {
		d.say(": %s of the %s you spent over %s", money.FormatBps(bpsOf(part, whole)), format(whole, currency), orderCount(all))
	}
	d.say(".")
	v.sayOthers(d, others)
}

// bpsOf is a part of a whole above zero in basis points. It cannot fail: a part is no larger than the bounded whole.
func bpsOf(part, whole int64) int64 {
	bps, _ := money.RoundRatio(new(big.Int).Mul(big.NewInt(part), big.NewInt(money.BpsPerWhole)), big.NewInt(whole))
	return bps
}
