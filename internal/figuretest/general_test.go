package figuretest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// selection says which orders a question is about, in the words of testdata/questions.yaml.
type selection struct {
	In       string   `yaml:"in"` // this month, last month, this year, last 30 days, ever; the person's own days
	Category []string `yaml:"category"`
	Merchant []string `yaml:"merchant"`
	Brand    string   `yaml:"brand"` // of the card that paid
	Of       string   `yaml:"of"`    // fee, tip, tax or discount: only orders that have one
}

// span is the first day of a stretch and the day after its last, at the person's place.
func (p *person) span(name string) (from, to time.Time) {
	now := p.now.In(p.zone)
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, p.zone)
	}
	tomorrow := day(now.Year(), now.Month(), now.Day()+1)
	switch name {
	case "this month":
		return day(now.Year(), now.Month(), 1), tomorrow
	case "last month":
		return day(now.Year(), now.Month()-1, 1), day(now.Year(), now.Month(), 1)
	case "the same days of last month":
		to := day(now.Year(), now.Month()-1, now.Day()+1)
		if end := day(now.Year(), now.Month(), 1); to.After(end) {
			to = end
		}
		return day(now.Year(), now.Month()-1, 1), to
	case "this year":
		return day(now.Year(), 1, 1), tomorrow
	case "last 30 days":
		return day(now.Year(), now.Month(), now.Day()-29), tomorrow
	case "six months":
		return day(now.Year(), now.Month()-5, 1), tomorrow
	case "ever", "":
		return time.Time{}, tomorrow
	}
	panic("no such stretch: " + name)
}

// selected are the orders among those given that a selection is about, by plain loops.
func (c *check) selected(orders []order, s selection) []order {
	from, to := c.person.span(s.In)
	var picked []order
	for _, o := range orders {
		inside := !o.PlacedAt.Before(from) && o.PlacedAt.Before(to) && !o.PlacedAt.After(c.person.now)
		if !o.counts() || !inside ||
			len(s.Category) > 0 && !slices.Contains(s.Category, o.Category) || len(s.Merchant) > 0 && !slices.Contains(s.Merchant, o.Merchant) ||
			s.Brand != "" && !slices.ContainsFunc(o.payments, func(p payment) bool { return p.Brand == s.Brand }) || s.Of != "" && o.adjusted(s.Of) == 0 {
			continue
		}
		picked = append(picked, o)
	}
	return picked
}

func (o *order) adjusted(kind string) (sum int64) {
	for _, a := range o.adjustments {
		if a.Type == kind {
			sum += a.Amount
		}
	}
	if kind == "discount" {
		return -sum
	}
	return sum
}

// value is what a selection adds up of an order.
func (s selection) value(o *order) (sum int64) {
	switch {
	case s.Of != "":
		return o.adjusted(s.Of)
	case s.Brand != "":
		for _, p := range o.payments {
			if p.Brand == s.Brand {
				sum += p.Amount
			}
		}
		return sum
	default:
		return o.Total
	}
}

func ids(orders []order) []string {
	list := make([]string, len(orders))
	for i := range orders {
		list[i] = orders[i].ID.String()
	}
	slices.Sort(list)
	return list
}

// checkGeneral works out the figures of an answer about one's own spending. The first sentence has to say exactly what
// the case says; the figures of what follows have to be sums, counts or single orders of what is cited.
func checkGeneral(c *check) {
	q := c.question
	require.Nil(c, c.drawer())
	for _, insight := range c.evidence.insights {
		c.explainInsight(insight.String())
	}
	if q.Refused {
		require.Empty(c, c.evidence.orders)
		require.True(c, strings.HasPrefix(c.message.Content, q.Says), c.message.Content)
		c.explain(figureForms.FindAllString(q.Says, -1)...)
		return
	}
	all := c.person.all(c.T)
	if len(all) == 0 {
		require.Contains(c, c.message.Content, "Link a merchant account")
		require.Empty(c, c.evidence.orders)
		return
	}
	selected := c.selected(all, q.Orders)
	cited := slices.Clone(selected)
	switch {
	case q.Against != nil:
		cited = append(cited, c.selected(all, *q.Against)...)
	case q.Cites == "last" && len(selected) > 0:
		cited = selected[len(selected)-1:]
	case q.Cites == "first" && len(selected) > 0:
		cited = selected[:1]
	}
	if len(cited) == 0 {
		require.True(c, strings.HasPrefix(c.message.Content, "I found no"), c.message.Content)
		require.LessOrEqual(c, len(c.evidence.orders), 1, "the latest one at most")
		c.explainOrders(c.evidence.orders, q.Orders)
		return
	}
	extra := slices.DeleteFunc(slices.Clone(c.evidence.orders), func(o order) bool { return slices.Contains(ids(cited), o.ID.String()) })
	if len(extra) == 1 && strings.Contains(c.message.Content, "The orders I can see begin on") {
		require.Equal(c, c.firstCounting(all), extra[0].ID.String())
		c.evidence.orders = slices.DeleteFunc(c.evidence.orders, func(o order) bool { return o.ID == extra[0].ID })
	}
	require.Equal(c, ids(cited), ids(c.evidence.orders), "what is cited is what was asked about, all of it and nothing else")
	c.explainOrders(c.evidence.orders, q.Orders)
	if says := c.render(q.Says, q); !strings.HasPrefix(c.message.Content, says) {
		require.Equal(c, says, c.message.Content)
	}
}

func (c *check) firstCounting(all []order) string {
	return all[slices.IndexFunc(all, func(o order) bool { return o.counts() })].ID.String()
}

// render fills the figures of a case in, worked out from what is cited.
func (c *check) render(template string, q questionCase) string {
	orders := c.selected(c.evidence.orders, q.Orders)
	sum := func(orders []order) (sum int64) {
		for i := range orders {
			sum += q.Orders.value(&orders[i])
		}
		return sum
	}
	from, to := c.person.span(q.Orders.In)
	if q.Orders.In == "ever" {
		from = orders[0].PlacedAt
		if first := c.person.all(c.T); len(first) > 0 {
			from = first[slices.IndexFunc(first, func(o order) bool { return o.counts() })].PlacedAt
		}
	}
	values := map[string]string{
		"{sum}": c.money(sum(orders), "USD"), "{orders}": c.counted(len(orders), "order"),
		"{from}": c.day(from), "{to}": c.day(to.Add(-1)),
	}
	if len(orders) > 0 {
		values["{mean}"] = c.money(divide(sum(orders), int64(len(orders))), "USD")
		most, least, last, first := orders[0], orders[0], orders[len(orders)-1], orders[0]
		for _, o := range orders {
			if o.Total > most.Total {
				most = o
			}
			if o.Total < least.Total {
				least = o
			}
		}
		for name, o := range map[string]order{"biggest": most, "smallest": least, "last": last, "first": first} {
			values["{"+name+"}"] = c.money(o.Total, "USD")
			values["{"+name+" merchant}"], values["{"+name+" day}"] = o.Merchant, c.day(o.PlacedAt)
		}
	}
	if q.Against != nil {
		before := c.selected(c.evidence.orders, *q.Against)
		was, now := sum(before), sum(orders)
		fromBefore, toBefore := c.person.span(q.Against.In)
		values["{before}"], values["{before from}"], values["{before to}"] = c.money(was, "USD"), c.day(fromBefore), c.day(toBefore.Add(-1))
		values["{change}"] = "the same."
		if now != was {
			values["{change}"] = c.change(was, now)
		}
	}
	for name, value := range values {
		template = strings.ReplaceAll(template, name, value)
	}
	return stretch.ReplaceAllStringFunc(template, func(said string) string {
		if m := stretch.FindStringSubmatch(said); m[1] == m[2] { // the first of a month is all there is of it
			return "on " + m[1]
		}
		return said
	})
}

var stretch = regexp.MustCompile(`from (\d\d/\d\d/\d{4}) to (\d\d/\d\d/\d{4})`)

// day is how this person reads days: the demo people have not chosen another form.
func (c *check) day(at time.Time) string { return at.In(c.person.zone).Format("01/02/2006") }

// explainOrders lets the sums, counts and single amounts of orders stand in a text: whole, by category, merchant, way of
// paying and month.
func (c *check) explainOrders(orders []order, s selection) {
	groups := map[string][]order{}
	for _, o := range orders {
		keys := []string{"all", "category " + o.Category, "merchant " + o.Merchant, "month " + o.PlacedAt.In(c.person.zone).Format("2006-01")}
		for _, p := range o.payments {
			keys = append(keys, "paid "+p.means())
		}
		for _, key := range keys {
			groups[key] = append(groups[key], o)
		}
		c.money(s.value(&o), o.Currency)
		if more := len(o.items) - 2; more > 0 {
			c.counted(more, "more item")
		}
	}
	var months []int64
	for key, group := range groups {
		var sum, paid int64
		for i := range group {
			sum += s.value(&group[i])
			for _, p := range group[i].payments {
				if key == "paid "+p.means() {
					paid += p.Amount
				}
			}
		}
		c.money(sum, "USD")
		if paid != 0 {
			c.money(paid, "USD")
		}
		c.counted(len(group), "order")
		if strings.HasPrefix(key, "month ") && key != "month "+c.person.now.In(c.person.zone).Format("2006-01") {
			months = append(months, sum)
		}
	}
	c.explainMonths(months)
}

// means is what was paid with: a card, or a way of paying.
func (p payment) means() string {
	if p.LastFour != "" {
		return p.Brand + p.LastFour
	}
	return p.Brand + p.Type
}

// explainMonths lets the average of the full months stand in a text. A month without orders counts too, and the first
// known one may not be full, so every number of months back from the last one is taken.
func (c *check) explainMonths(months []int64) {
	var sum int64
	for _, month := range months {
		sum += month
	}
	first := slices.MinFunc(append([]string{}, monthNames(c.evidence.orders, c.person.zone)...), strings.Compare)
	for full := 1; full <= 6; full++ {
		c.counted(full, "full month")
		total := int64(0)
		for _, o := range c.evidence.orders {
			name := o.PlacedAt.In(c.person.zone).Format("2006-01")
			if name != c.person.now.In(c.person.zone).Format("2006-01") && (full == len(months) || name != first) {
				total += o.Total
			}
		}
		c.money(divide(total, int64(full)), "USD")
		c.money(divide(sum, int64(full)), "USD")
	}
	c.money(0, "USD")
}

func monthNames(orders []order, zone *time.Location) []string {
	names := []string{"9999"}
	for _, o := range orders {
		names = append(names, o.PlacedAt.In(zone).Format("2006-01"))
	}
	return names
}

// explainInsight lets the figures of a finding that an answer points to stand in its text; the findings are worked out by
// a test of their own.
func (c *check) explainInsight(id string) {
	var title string
	require.NoError(c, c.person.pool.QueryRow(c.Context(), "SELECT title FROM insights WHERE id = $1", id).Scan(&title))
	c.explain(figureForms.FindAllString(title, -1)...)
	require.Contains(c, c.message.Content, fmt.Sprintf("Worth a look: %s", title))
}

// change is what two different sums of cents are apart, in words.
func (c *check) change(was, now int64) string {
	direction := "more"
	if now < was {
		direction = "less"
	}
	words := c.money(max(now-was, was-now), "USD") + " " + direction
	if was > 0 {
		words += " (" + c.percent(divide(max(now-was, was-now)*10_000, was)) + ")"
	}
	return words + "."
}

// rewardsOf works out what the cards earned in a stretch, from the orders cited in the order they came.
func (c *check) rewardsOf(stretch string) {
	if len(c.person.cards(c.T, "true")) == 0 {
		require.Contains(c, c.message.Content, "I know none of your cards")
		require.Empty(c, c.message.Sources)
		return
	}
	from, to := c.person.span(stretch)
	require.False(c, slices.ContainsFunc(c.evidence.orders, func(o order) bool { return !o.PlacedAt.Before(to) }), "nothing later bears on it")
	earned, _, orders := newWalk(c).earnedSince(from)
	c.counted(len(c.selected(c.person.all(c.T), selection{In: stretch}))-len(orders), "order")
	if c.counted(len(orders), "order"); len(orders) == 0 {
		return
	}
	require.True(c, strings.HasPrefix(c.message.Content, "Your cards earned "+c.money(earned, "USD")+" from "), c.message.Content)
}
