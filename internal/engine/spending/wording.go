package spending

import (
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// measureNames are constant words: they may stand outside of facts.
var measureNames = map[Measure]string{
	MeasureFee: "fees", MeasureTip: "tips", MeasureTax: "tax", MeasureDiscount: "discounts", MeasureRefund: "refunds",
}

func format(amount int64, currency string) string {
	return money.Money{Amount: amount, Currency: currency}.Format()
}

func orderCount(found []entry) string { return insights.Count(len(found), "order") }

// about names the scope for the thinking stage; empty when there is none.
func (v *view) about() string {
	var parts []string
	labels, names := v.categoryLabels(), v.merchantNames()
	switch {
	case v.Either && labels != "" && names != "":
		parts = append(parts, "for "+labels+" or at "+names)
	default:
		if labels != "" {
			parts = append(parts, "for "+labels)
		}
		if names != "" {
			parts = append(parts, "at "+names)
		}
	}
	if v.Item != "" {
		parts = append(parts, "with "+v.Item)
	}
	if v.Card != nil {
		parts = append(parts, "paid with "+v.Card.label())
	}
	if v.Amount.isSet() {
		parts = append(parts, v.Amount.text())
	}
	if v.Without != nil {
		parts = append(parts, "not counting "+v.withoutNames())
	}
	return strings.Join(parts, " ")
}

// question is what was understood, for the thinking stage.
func (v *view) question(d *draft) string {
	what := map[Kind]string{
		KindCount: "how many orders", KindAverage: "the average order", KindBiggest: "the biggest order", KindSmallest: "the smallest order",
		KindList: "which orders", KindFirstOrder: "the first order", KindLastOrder: "the last order", KindTopMerchants: "what you spent by merchant",
		KindTopCategories: "what you spent by category", KindTopCards: "what you paid with what",
		KindTrend: "what you spent by " + string(v.Unit), KindShare: "the share of your spending", KindCompare: "what you spent in two stretches of time",
		KindPeak: "the " + string(v.Unit) + " that took most", KindUsual: "what you spent against the usual", KindVersus: "what you spent on one and the other",
	}[v.Kind]
	if what == "" {
		what = "what you spent"
	}
	if v.Measure != "" {
		what += " (" + measureNames[v.Measure] + ")"
	}
	if about := v.about(); about != "" && v.Kind != KindVersus {
		what += " " + about
	}
	return what + ", " + d.stretch(v.Period)
}

func (v *view) categoryLabels() string { return labelsOf(v.Categories) }

func labelsOf(categories []string) string {
	labels := make([]string, len(categories))
	for i, category := range categories {
		labels[i] = insights.Label(category)
	}
	return insights.List(labels)
}

func (v *view) merchantNames() string { return v.namesOf(v.Merchants) }

func (v *view) namesOf(merchants []Merchant) string {
	names := make([]string, len(merchants))
	for i, merchant := range merchants {
		names[i] = merchant.Name
		if merchant.Slug != "" {
			continue
		}
		// A name the person typed is shown as the merchant writes it.
		at := slices.IndexFunc(v.all, func(order *insights.Order) bool { return v.isOf(order, merchant) })
		if at >= 0 {
			names[i] = v.all[at].MerchantName
		}
	}
	return insights.List(names)
}

func (v *view) withoutNames() string {
	var parts []string
	for _, part := range []string{labelsOf(v.Without.Categories), v.namesOf(v.Without.Merchants)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return insights.List(parts)
}

// brandNames and methodNames are ways of paying as they are written.
var (
	brandNames  = map[string]string{"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover"}
	methodNames = map[string]string{
		"card": "a card", "apple_pay": "Apple Pay", "google_pay": "Google Pay", "amazon_pay": "Amazon Pay", "paypal": "PayPal",
		"cash_app": "Cash App", "venmo": "Venmo", "affirm": "Affirm", "klarna": "Klarna", "gift_card": "gift cards", "cash": "cash",
		"bank_account": "a bank account", "loyalty_points": "loyalty points",
	}
)

// label is "your Visa card ending in 4417", "your Visa cards", "PayPal" or the card's own name.
func (c *Card) label() string {
	switch {
	case c.Name != "":
		return "your " + c.Name + " ending in " + c.LastFour
	case c.LastFour != "" && c.Brand != "":
		return "your " + brandName(c.Brand) + " card ending in " + c.LastFour
	case c.LastFour != "":
		return "your card ending in " + c.LastFour
	case c.Brand != "":
		return brandName(c.Brand) + " cards"
	default:
		return methodName(c.Type)
	}
}

func brandName(brand string) string {
	if name, known := brandNames[strings.ToLower(brand)]; known {
		return name
	}
	return brand
}

func methodName(kind string) string {
	if name, known := methodNames[strings.ToLower(kind)]; known {
		return name
	}
	return "another way of paying"
}

// text is "over $50.00", "of at least $50.00", "of $20.00 to $50.00" or "of exactly $45.20".
func (r Range) text() string {
	switch {
	case r.Min != nil && r.Max != nil && *r.Min == *r.Max:
		return "of exactly " + r.Min.Format()
	case r.Min != nil && r.Max != nil:
		return "of " + r.Min.Format() + " to " + r.Max.Format()
	case r.Min != nil && r.MinBeyond:
		return "over " + r.Min.Format()
	case r.Min != nil:
		return "of at least " + r.Min.Format()
	case r.MaxBeyond:
		return "under " + r.Max.Format()
	default:
		return "of at most " + r.Max.Format()
	}
}

// sayScope adds " on groceries at Whole Foods".
func (v *view) sayScope(d *draft) {
	if labels := v.categoryLabels(); labels != "" {
		d.say(" on %s", labels)
	}
	if v.Item != "" {
		d.say(" on %s", v.Item)
	}
	v.sayPlace(d)
	if v.Amount.isSet() {
		d.say(" in orders %s", v.Amount.text())
	}
	v.sayConditions(d)
}

// sayOrders adds " for groceries at Whole Foods", fit to stand after "order".
func (v *view) sayOrders(d *draft) {
	if v.Amount.isSet() {
		d.say(" %s", v.Amount.text())
	}
	if labels := v.categoryLabels(); labels != "" {
		d.say(" for %s", labels)
	}
	if v.Item != "" {
		d.say(" with %s", v.Item)
	}
	v.sayPlace(d)
	v.sayConditions(d)
}

func (v *view) sayPlace(d *draft) {
	names := v.merchantNames()
	switch {
	case names == "":
	case v.Either && len(v.Categories) > 0:
		d.say(" or at %s", names)
	default:
		d.say(" at %s", names)
	}
}

// sayConditions adds cards and exceptions.
func (v *view) sayConditions(d *draft) {
	if v.Card != nil {
		d.say(" with %s", v.Card.label())
	}
	if v.Without != nil {
		d.say(", not counting %s,", v.withoutNames())
	}
}

// sayStretch is " from 1 November to 23 November" or " on 3 November".
func (v *view) sayStretch(d *draft, p Period) {
	first, last := d.day(p.From), d.day(p.To.Add(-1))
	if first == last {
		d.say(" on %s", first)
		return
	}
	d.say(" from %s to %s", first, last)
}

// sayRest ends a sentence about the largest part with the parts after it.
func sayRest(d *draft, rest []share, currency, preposition string) {
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

// sayOthers says which orders a ranking or an average leaves out.
func (v *view) sayOthers(d *draft, others []entry) {
	if len(others) > 0 {
		d.say(" Not in this: %s in other currencies, %s.", orderCount(others), v.amounts(others))
	}
}

// contents is " (Oat milk, Bagels and 2 more)"; empty when the order lists no items.
func contents(items []insights.Item) string {
	const shown = 2
	var names []string
	for _, item := range items {
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

// named are the contents of an order, narrowed to the items asked about.
func (v *view) named(order *insights.Order) string {
	if !v.items {
		return contents(order.Items)
	}
	var asked []insights.Item
	for _, item := range order.Items {
		if v.has(item.Name, v.Item) {
			asked = append(asked, item)
		}
	}
	return contents(asked)
}
