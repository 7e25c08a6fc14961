package spending

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// noOrders is what to say to someone whose purchases cannot be seen at all.
const noOrders = "I cannot see any purchases of yours yet. Link a merchant account under Accounts, and once its orders " +
	"have arrived I can answer from them."

// Answer computes what the query asks from a person's orders, as of now at loc (nil means UTC). Orders that are no
// spending, and those placed after now, are not counted. Sums in currency come first, other currencies stand beside
// them unconverted; what must be one figure (an average, a ranking) is about one currency and says what it leaves out.
func Answer(query Query, orders []insights.Order, now time.Time, loc *time.Location, currency string) Result {
	c := newCalendar(now, loc)
	d := newDraft(query.Kind, c)
	if len(orders) == 0 {
		return nothingLinked(d)
	}
	v := newView(query, orders, c, currency)
	query = v.query
	if query.Limit < 1 {
		query.Limit, v.query.Limit = defaultLimit, defaultLimit
	}
	if len(v.all) == 0 {
		d.thinkf("Looked at %s, none of which counts as spending", insights.Count(len(orders), "order"))
		d.say("I can see %s of yours, but none that counts as spending: cancelled, returned, refunded and failed orders do "+
			"not.", insights.Count(len(orders), "order"))
		return d.result(nil)
	}
	if query.Period.From.IsZero() {
		query.Period.From = v.all[0].PlacedAt
		v.query.Period.From = query.Period.From
	}
	found := v.during(query.Period)
	v.report(d, orders, found)
	if query.Kind == KindCompare {
		return v.compare(d, found)
	}
	if len(found) == 0 {
		return v.nothing(d)
	}
	write := map[Kind]func(*draft, []insights.Order){
		KindTotal: v.total, KindCount: v.count, KindAverage: v.average, KindBiggest: v.biggest, KindList: v.list, KindLastOrder: v.lastOrder,
		KindTopMerchants: v.topMerchants, KindTopCategories: v.topCategories, KindAdjusted: v.adjusted,
	}[query.Kind]
	if write == nil {
		write = v.total
	}
	write(d, found)
	v.sayBeginning(d)
	return d.result(found)
}

func nothingLinked(d *draft) Result {
	d.thinkf("Looked for your orders and found none")
	d.say(noOrders)
	return d.result(nil)
}

// report writes the thinking stages.
func (v view) report(d *draft, orders, found []insights.Order) {
	p := v.query.Period
	inside := insights.Between(v.all, p.From, p.To)
	d.thinkf("Looked at %s %s", insights.Count(len(inside), "order"), v.stretch(d, p, "from", "to"))
	left := len(insights.Between(orders, p.From, p.To)) - len(inside)
	if left > 0 {
		d.thinkf("Left out %s that %s cancelled, returned, refunded or failed", insights.Count(left, "order"), wasWere(left))
	}
	about := v.about()
	switch {
	case about == "":
	case len(found) == 0:
		d.thinkf("None of them was %s", about)
	default:
		counts := make([]string, 0, defaultLimit)
		for _, group := range byMerchant(found) {
			counts = append(counts, fmt.Sprintf("%s %d", group.name, len(group.orders)))
		}
		detail := ""
		if len(counts) > 1 {
			detail = ": " + strings.Join(counts, ", ")
		}
		d.thinkf("%d of them %s %s%s", len(found), wasWere(len(found)), about, detail)
	}
}

func wasWere(number int) string {
	if number == 1 {
		return "was"
	}
	return "were"
}

// about names the filter for the thinking stage; empty when there is none.
func (v view) about() string {
	var parts []string
	if labels := v.categoryLabels(); labels != "" {
		parts = append(parts, "for "+labels)
	}
	if names := v.merchantNames(); names != "" {
		parts = append(parts, "at "+names)
	}
	if v.query.Item != "" {
		parts = append(parts, "with "+v.query.Item)
	}
	return strings.Join(parts, " ")
}

func (v view) categoryLabels() string {
	labels := make([]string, len(v.query.Categories))
	for i, category := range v.query.Categories {
		labels[i] = insights.Label(category)
	}
	return insights.List(labels)
}

func (v view) merchantNames() string {
	names := make([]string, len(v.query.Merchants))
	for i, merchant := range v.query.Merchants {
		names[i] = merchant.Name
		// A name the person typed is shown as the merchant writes it.
		at := slices.IndexFunc(v.all, func(order insights.Order) bool { return isOf(order)(merchant) })
		if at >= 0 && merchant.Slug == "" {
			names[i] = v.all[at].MerchantName
		}
	}
	return insights.List(names)
}

// sayScope adds " on groceries at Whole Foods".
func (v view) sayScope(d *draft) {
	if labels := v.categoryLabels(); labels != "" {
		d.say(" on %s", labels)
	}
	if v.query.Item != "" {
		d.say(" on %s", v.query.Item)
	}
	v.sayPlace(d)
}

// sayOrders adds " for groceries at Whole Foods", fit to stand after "order".
func (v view) sayOrders(d *draft) {
	if labels := v.categoryLabels(); labels != "" {
		d.say(" for %s", labels)
	}
	if v.query.Item != "" {
		d.say(" with %s", v.query.Item)
	}
	v.sayPlace(d)
}

func (v view) sayPlace(d *draft) {
	if names := v.merchantNames(); names != "" {
		d.say(" at %s", names)
	}
}

// stretch is "from 1 November to 23 November" or "on 3 November", in plain words.
func (v view) stretch(d *draft, p Period, from, to string) string {
	first, last := d.day(p.From), d.day(p.To.Add(-1))
	if first == last {
		return "on " + first
	}
	return from + " " + first + " " + to + " " + last
}

// sayStretch is stretch with facts.
func (v view) sayStretch(d *draft, p Period) {
	first, last := d.day(p.From), d.day(p.To.Add(-1))
	if first == last {
		d.say(" on %s", first)
		return
	}
	d.say(" from %s to %s", first, last)
}

// nothing says that no order matched, and which one did last.
func (v view) nothing(d *draft) Result {
	d.say("I found no orders")
	v.sayOrders(d)
	first, last := d.day(v.query.Period.From), d.day(v.query.Period.To.Add(-1))
	if first == last {
		d.say(" on %s.", first)
	} else {
		d.say(" between %s and %s.", first, last)
	}
	earlier := v.matching(v.all)
	if len(earlier) == 0 {
		return d.result(nil)
	}
	latest := earlier[len(earlier)-1]
	d.say(" The latest one I know of was on %s, for %s.", d.day(latest.PlacedAt), latest.Paid().Format())
	result := d.result([]insights.Order{latest})
	result.Found = false
	return result
}

// sayBeginning warns when the orders do not reach back to where the question begins.
func (v view) sayBeginning(d *draft) {
	if begins := v.all[0].PlacedAt; d.day(begins) != d.day(v.query.Period.From) && begins.After(v.query.Period.From) {
		d.say(" The orders I can see begin on %s.", d.day(begins))
	}
}
