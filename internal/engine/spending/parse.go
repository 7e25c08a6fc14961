package spending

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says what is asked about the orders.
type Kind string

// The kinds.
const (
	KindTotal         Kind = "total"
	KindCount         Kind = "count"
	KindAverage       Kind = "average"
	KindBiggest       Kind = "biggest"
	KindList          Kind = "list"
	KindLastOrder     Kind = "last_order"
	KindTopMerchants  Kind = "top_merchants"
	KindTopCategories Kind = "top_categories"
	KindCompare       Kind = "compare"
	KindAdjusted      Kind = "adjusted" // what fees, tips, taxes or discounts came to
	KindMonth         Kind = "month"    // not asked: the overview
)

// Query is one question about one's own orders.
type Query struct {
	Kind       Kind
	Period     Period
	Against    Period     // only for Compare: the earlier stretch
	Merchants  []Merchant // any of them; one that is not in the lexicon has a name only, as the question writes it
	Categories []string   // any of them
	Item       string     // words that must be in the name of an item or, failing that, of the merchant
	Adjustment string     // only for Adjusted: fee, tip, tax or discount
	Limit      int        // how many to list, at least 1
}

const (
	defaultLimit = 3
	maxLimit     = 10
)

// Parse reads a question about one's own orders. ok is false when the text is none: a statement, a question about
// someone else or the future, or about something the orders cannot tell.
//
// Times are those of loc, nil meaning UTC. Without a period the running month is asked about, for the biggest order
// the last 12 months, for the last order all of them. Weeks begin on Monday; a month or day without a year is the
// latest that has begun; "the last 30 days" includes today.
func Parse(text string, now time.Time, loc *time.Location, lexicon Lexicon) (query Query, ok bool) {
	s := newScan(text, newCalendar(now, loc), lexicon)
	if m := someoneElse.FindStringSubmatch(s.all); m != nil && m[1] != "i" && m[1] != "my" ||
		planned.MatchString(s.all) || filtered.MatchString(s.rest) {
		return Query{}, false
	}
	query, ok = s.kind()
	if !ok {
		return Query{}, false
	}
	s.fill(&query)
	if query.Kind == KindCompare && !s.dated && len(query.Merchants) > 1 {
		query.Kind = KindTotal // two merchants are compared, not two stretches of time
	}
	if query.Kind == KindCompare && !s.comparison(&query) {
		return Query{}, false
	}
	return query, true
}

// IsQuestion reports whether Parse would read the text, at whatever time.
func IsQuestion(text string, lexicon Lexicon) bool {
	_, ok := Parse(text, time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), time.UTC, lexicon)
	return ok
}

// ParseTurn is Parse for one turn of a conversation: what is no question by itself may be a follow-up (see Refine) to
// the questions before it. history are the earlier messages of the same person, oldest first.
func ParseTurn(
	text string, history []string, now time.Time, loc *time.Location, lexicon Lexicon,
) (query Query, ok bool) {
	var last Query
	asked := false
	for _, turn := range append(slices.Clone(history), text) {
		if query, ok = Parse(turn, now, loc, lexicon); !ok && asked {
			query, ok = last.Refine(turn, now, loc, lexicon)
		}
		if ok {
			last, asked = query, true
		}
	}
	return query, ok
}

// Refine reads a short follow-up, "and last month?" or "what about groceries?", as the question before with another
// period, merchant, category or item. ok is false when the text is none.
func (q Query) Refine(text string, now time.Time, loc *time.Location, lexicon Lexicon) (query Query, ok bool) {
	s := newScan(text, newCalendar(now, loc), lexicon)
	const maxWords = 9
	if !followUp.MatchString(s.all) || len(strings.Fields(s.all)) > maxWords {
		return Query{}, false
	}
	refined := Query{}
	s.fill(&refined)
	switch {
	case len(refined.Merchants) > 0 || len(refined.Categories) > 0 || refined.Item != "":
		q.Merchants, q.Categories, q.Item = refined.Merchants, refined.Categories, refined.Item
	case !s.dated:
		return Query{}, false
	}
	if s.dated {
		q.Period = refined.Period
		if q.Kind == KindCompare {
			q.Kind, q.Against = KindTotal, Period{}
		}
	}
	return q, true
}

// scan takes a text apart step by step; what was understood is replaced by a bar.
type scan struct {
	calendar  calendar
	all       string // folded, with merchants and period still in it
	rest      string
	merchants []Merchant
	period    Period
	dated     bool // the period was said
	other     Period
	twoDated  bool // so was another one to compare with
}

func newScan(text string, c calendar, lexicon Lexicon) *scan {
	list := words(text)
	for len(list) > 1 && slices.Contains([]string{"hey", "hi", "hello", "ok", "lattice"}, list[0].text) {
		list = list[1:]
	}
	s := &scan{calendar: c, all: join(list)}
	for _, found := range lexicon.places(list) {
		if !slices.ContainsFunc(s.merchants, func(m Merchant) bool { return m.Slug == found.merchant.Slug }) {
			s.merchants = append(s.merchants, found.merchant)
		}
		for i := found.from; i < found.to; i++ {
			list[i] = word{text: "|", stem: "|"}
		}
	}
	list = slices.CompactFunc(list, func(a, b word) bool { return a.text == "|" && b.text == "|" })
	s.period, s.rest, s.dated = c.readPeriod(join(list))
	return s
}

// kind tells what is asked, if anything is.
func (s *scan) kind() (Query, bool) {
	if s.onlyNames() {
		return Query{Kind: KindTotal}, true
	}
	if !spendWord.MatchString(s.rest) && !s.namesSpending() || !asking.MatchString(s.all) {
		return Query{}, false
	}
	query := Query{Limit: s.limit()}
	for _, form := range kindForms {
		// The last order may be one of a merchant whose name now is a bar; a period such as "last month" must be one.
		if form.pattern.MatchString(s.rest) {
			query.Kind = form.kind
			if query.Kind == KindCompare {
				s.other, s.rest, s.twoDated = s.calendar.readPeriod(s.rest)
			}
			return query, true
		}
	}
	for _, adjustment := range adjustments {
		if adjustment.pattern.MatchString(s.rest) {
			query.Kind, query.Adjustment = KindAdjusted, adjustment.kind
			s.rest = adjustment.pattern.ReplaceAllString(s.rest, "|")
			return query, true
		}
	}
	query.Kind = KindTotal
	return query, totalForm.MatchString(s.rest)
}

// namesSpending accepts questions without a verb of spending that can be about nothing else.
func (s *scan) namesSpending() bool {
	for _, adjustment := range adjustments {
		if adjustment.pattern.MatchString(s.rest) && strings.Contains(s.all, "how much") && strings.Contains(s.all, " i ") {
			return true
		}
	}
	return impliesSpending.MatchString(s.rest) || s.dated && strings.HasPrefix(s.all, "compare ")
}

// onlyNames accepts "groceries last month?": a category or merchant and a period, and nothing else that says anything.
func (s *scan) onlyNames() bool {
	categories, list := takeCategories(barred(s.rest))
	if !s.dated || len(categories) == 0 && len(s.merchants) == 0 {
		return false
	}
	return !slices.ContainsFunc(list, func(w word) bool {
		return w.text != "|" && !slices.Contains([]string{"and", "my", "the", "on", "at", "for", "total", "in"}, w.text)
	})
}

func (s *scan) limit() int {
	m := topNumber.FindStringSubmatch(s.rest)
	if m == nil {
		return 0
	}
	text := cmp.Or(m[1], m[2])
	number, err := strconv.Atoi(text)
	if err != nil {
		number = map[string]int{"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}[text]
	}
	return min(max(number, 1), maxLimit)
}

// fill finds out when, where and what.
func (s *scan) fill(query *Query) {
	query.Period = s.period
	if !s.dated {
		query.Period = s.usualPeriod(*query)
	}
	if query.Limit == 0 {
		query.Limit = map[Kind]int{KindBiggest: 1, KindList: 5}[query.Kind]
		if query.Limit == 0 {
			query.Limit = defaultLimit
		}
	}
	query.Merchants = s.merchants
	categories, list := takeCategories(barred(s.rest))
	query.Categories = categories
	if len(query.Merchants) == 0 && len(query.Categories) == 0 {
		s.object(query, list)
	}
}

func (s *scan) usualPeriod(query Query) Period {
	switch {
	case query.Kind == KindLastOrder, query.Kind == KindList && query.Limit > 0: // "my last 3 orders"
		return s.calendar.always()
	case query.Kind == KindBiggest:
		return s.calendar.last(1, UnitYear)
	default:
		return s.calendar.unit(UnitMonth, 0)
	}
}

// comparison finds the earlier stretch. "This month against last month" is understood when only one of them is said.
func (s *scan) comparison(query *Query) bool {
	c := s.calendar
	if !s.dated {
		query.Period, query.Against = c.unit(UnitMonth, 0), c.upTo(c.unit(UnitMonth, 0), c.unit(UnitMonth, 1))
		return true
	}
	switch {
	case s.twoDated && s.other.From.Before(s.period.From):
		query.Against = s.other
	case s.twoDated:
		query.Period, query.Against = s.other, s.period
	case s.period.Unit == UnitRange:
		days := int((s.period.To.Sub(s.period.From) + 23*time.Hour) / (24 * time.Hour)) // a change of the clock is no day
		query.Against = Period{From: s.period.From.AddDate(0, 0, -days), To: s.period.From, Unit: UnitRange}
	case s.period.Running:
		query.Against = c.unit(s.period.Unit, 1)
	default:
		query.Period, query.Against = c.unit(s.period.Unit, 0), s.period
	}
	query.Against = c.upTo(query.Period, query.Against)
	return query.Against.From.Before(query.Period.From)
}
