package spending

import (
	"slices"
	"strings"
	"time"
)

// Parse reads a question about one's own orders, in English or in common Spanish. ok is false when the text is none (a
// statement, a question about somebody else or the future) or when part of it is not understood; nothing is guessed.
//
// Without a period the running month is asked about, for the biggest order the last 12 months, for the first and the
// last one all of them, for a trend the last six months. Weeks begin on Monday; a month or day without a year is the
// latest that has begun; "the last 30 days" includes today.
func Parse(text string, setting Setting) (query Query, ok bool) {
	query, refusal := read(text, setting)
	return query, refusal == ""
}

// IsQuestion reports whether the text asks about one's own spending, at whatever time. It may still be one that cannot be
// answered.
func IsQuestion(text string, lexicon Lexicon) bool {
	_, refusal := read(text, Setting{Now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), Lexicon: lexicon})
	switch refusal {
	case RefusalNotAsked, RefusalOthers, RefusalFuture, RefusalRecords:
		return false
	default:
		return true
	}
}

// read is Parse with the reason why not.
func read(text string, setting Setting) (Query, Refusal) { return newScan(text, setting).read() }

func (s *scan) read() (Query, Refusal) {
	if !s.asked() {
		return Query{}, s.beyond()
	}
	if reason := s.refused(); reason != "" {
		return Query{}, reason
	}
	kind, ok := s.kind()
	if !ok {
		return Query{}, RefusalNotAsked
	}
	return s.query(kind)
}

// query puts together what was found.
func (s *scan) query(kind Kind) (Query, Refusal) {
	q := Query{Kind: kind, Limit: s.limit(kind)}
	measure, one := s.takeMeasure()
	if !s.clear {
		return Query{}, RefusalAmount
	}
	scope, parties, ok := s.scope()
	switch {
	case !one, !ok, otherFilters.MatchString(s.rest), scope.Item != "" && twoThings(s.marked):
		return Query{}, RefusalFilter
	case scope.Card != nil && scope.Card.Name != "" && scope.Card.LastFour == "":
		return Query{}, RefusalCard
	case kind == KindUsual && orderUsual.MatchString(s.rest):
		return Query{}, RefusalUsual
	case s.undated != "":
		return Query{}, s.undated
	case otherDates.MatchString(s.rest):
		return Query{}, RefusalDates
	}
	q.Scope, q.Measure = scope, measure
	q.ByCount = (kind == KindTopMerchants || kind == KindTopCategories) && frequent.MatchString(s.rest)
	switch kind { //nolint:exhaustive // nothing more to say of the others
	case KindTrend, KindPeak:
		q.Unit = s.unit()
	case KindList:
		if _, open := scope.Amount.bound(); open && wholeSum.MatchString(s.all) && !oneOrder.MatchString(s.rest) {
			q.Kind, q.Bound, q.Amount = KindTotal, scope.Amount, Range{}
		}
	case KindTopCategories, KindTopCards, KindMonth:
		q.Item = "" // these are about everything
	}
	if len(parties) > 1 && (kind == KindCompare && len(s.periods) < 2 || kind == KindTotal && versus.MatchString(s.marked)) {
		q.Kind, q.Parties = KindVersus, parties
	}
	return s.dates(q)
}

// frequent asks for what was ordered most often.
var frequent = match(`\b(?:most (?:often|frequently|frequent|orders|times)|more often|how often)\b`)

// versus is a comparison that names no dates.
var versus = match(`\b(?:more|less)\b.*\|[mc] (?:or|than) (?:\w+ ){0,2}\|[mc]|\b(?:vs|versus)\b`)

// unit is the step of a trend; a month when none is named.
func (s *scan) unit() Unit {
	for _, form := range []struct {
		unit    Unit
		pattern *matcher
	}{{UnitDay, byDay}, {UnitWeek, byWeek}} {
		if form.pattern.MatchString(s.rest) {
			return form.unit
		}
	}
	return UnitMonth
}

var (
	byDay  = match(`\b(?:per|each|every|by|a|typical|one|any|single|given|which|what|expensive) day\b|\bdaily\b`)
	byWeek = match(`\b(?:per|each|every|by|a|typical|one|any|single|given|which|what|expensive) week\b|\bweekly\b|\bweek by week\b`)
)

// dates fills in when.
func (s *scan) dates(q Query) (Query, Refusal) {
	c := s.calendar
	if q.Kind == KindCompare {
		if !s.comparison(&q) {
			return Query{}, RefusalDates
		}
		return q, ""
	}
	switch len(s.periods) {
	case 0:
		q.Period = s.usualPeriod(q)
	case 1:
		q.Period = s.periods[0]
	default:
		whole, ok := c.joined(s.periods)
		if !ok {
			return Query{}, RefusalDates
		}
		q.Period = whole
	}
	if q.Kind == KindUsual && (q.Period.Unit == UnitRange || q.Period.Unit == UnitDay) {
		q.Period = c.unit(UnitMonth, 0)
	}
	return q, ""
}

// joined is one stretch out of several that follow each other without a gap: "September and October".
func (c calendar) joined(periods []Period) (Period, bool) {
	sorted := slices.Clone(periods)
	slices.SortFunc(sorted, func(a, b Period) int { return a.From.Compare(b.From) })
	for i := 1; i < len(sorted); i++ {
		if !sorted[i].From.Equal(sorted[i-1].To) {
			return Period{}, false
		}
	}
	last := sorted[len(sorted)-1]
	return Period{From: sorted[0].From, To: last.To, Unit: UnitRange, Running: last.Running}, true
}

func (s *scan) usualPeriod(q Query) Period {
	c := s.calendar
	switch q.Kind { //nolint:exhaustive // the others are about the month so far
	case KindLastOrder, KindFirstOrder:
		return c.always()
	case KindList:
		if topNumber.MatchString(s.rest) || didI.MatchString(s.rest) { // "my last 3 orders", "did I ever buy bagels"
			return c.always()
		}
	case KindBiggest, KindSmallest, KindPeak:
		return c.last(1, UnitYear)
	case KindTrend:
		return c.steps(q.Unit)
	}
	return c.unit(UnitMonth, 0)
}

var didI = match(`\b(?:did|have) i (?:ever |\|p )?(?:` + buying + `)\b`)

// steps is the usual stretch of a trend: six months, eight weeks or thirty days, the running one included.
func (c calendar) steps(unit Unit) Period {
	const months, weeks, days = 6, 8, 30
	switch unit {
	case UnitWeek:
		return c.period(c.unit(UnitWeek, weeks-1).From, c.day(1), UnitRange)
	case UnitDay:
		return c.last(days, UnitDay)
	default:
		return c.period(c.unit(UnitMonth, months-1).From, c.day(1), UnitRange)
	}
}

// comparison finds the earlier stretch. "This month against last month" is understood when only one of them is said.
func (s *scan) comparison(query *Query) bool {
	c := s.calendar
	switch {
	case len(s.periods) > 2:
		return false
	case len(s.periods) == 2:
		query.Period, query.Against = s.periods[0], s.periods[1]
		switch { // "last month and the month before"
		case query.Against.Relative:
			query.Against = c.before(query.Period)
		case query.Period.Relative:
			query.Period = c.before(query.Against)
		}
		if query.Period.From.Before(query.Against.From) {
			query.Period, query.Against = query.Against, query.Period
		}
	case len(s.periods) == 0:
		query.Period, query.Against = c.unit(UnitMonth, 0), c.unit(UnitMonth, 1)
	case s.periods[0].Unit == UnitRange, s.periods[0].Running:
		query.Period, query.Against = s.periods[0], c.before(s.periods[0])
	default:
		query.Period, query.Against = c.unit(s.periods[0].Unit, 0), s.periods[0]
	}
	query.Against = c.upTo(query.Period, query.Against)
	return query.Against.From.Before(query.Period.From)
}

// ParseTurn is Parse for one turn of a conversation: what is no question by itself may be a follow-up (see Refine) to
// the questions before it. history are the earlier messages of the same person, oldest first.
func ParseTurn(text string, history []string, setting Setting) (query Query, ok bool) {
	query, refusal := readTurn(text, history, setting)
	return query, refusal == ""
}

func readTurn(text string, history []string, setting Setting) (query Query, refusal Refusal) {
	var last *Query
	for _, turn := range append(slices.Clone(history), text) {
		s := newScan(turn, setting)
		query, refusal = s.readAfter(last)
		if refusal == "" {
			kept := query
			last = &kept
		}
	}
	return query, refusal
}

// readAfter reads a text as one that may follow up a question.
func (s *scan) readAfter(last *Query) (query Query, refusal Refusal) {
	if last == nil {
		return s.read()
	}
	if s.isBareTurn(*last) {
		if refined, ok := s.refine(*last); ok {
			return refined, ""
		}
	}
	query, refusal = s.read()
	if refusal == RefusalNotAsked {
		if refined, ok := s.refine(*last); ok {
			return refined, ""
		}
		if s.undated != "" && followUp.MatchString(s.all) {
			return query, s.undated
		}
	}
	// What begins as a follow-up and names no dates is about those of the question before.
	if refusal == "" && followUp.MatchString(s.all) && !s.dated() && query.Kind != KindCompare && last.Kind != KindCompare {
		query.Period = last.Period
	}
	return query, refusal
}

const breaking = `(?:(?:can you |please |show me |give me )?(?:break |split )?(?:it|that|this|them) (?:down )?|broken down )?`

// turns are follow-ups that ask something else about the same orders.
var turns = []struct {
	kind    Kind
	pattern *matcher
}{
	{KindTopMerchants, match(`^(?:and |but )?(?:why|how come|where|on what|(?:at )?which (?:stores?|shops?|merchants?))` +
		`(?: (?:so much|(?:is|was) (?:that|it)(?: so much)?|did (?:i|that|it|all that) (?:spend|go)(?: (?:it|that|all that))?(?: (?:the )?most)?))?$`)},
	{KindCount, match(`^(?:and |in )?how many(?: (?:orders|purchases|times|transactions))?(?: (?:was|were|is|are) (?:that|those|it|there))?$`)},
	{KindList, match(`^(?:and )?(?:which (?:ones|orders|purchases)(?: (?:was|were|are) (?:that|those|they))?|` +
		`(?:list|show)(?: me)? (?:them|those|these|the orders)|what (?:did i buy|was it|were they))$`)},
	{KindBiggest, match(`^(?:and )?(?:(?:which|what) (?:was|is|one was) )?the (?:biggest|largest|most expensive)(?: one)?$`)},
	{KindSmallest, match(`^(?:and )?(?:(?:which|what) (?:was|is|one was) )?the (?:smallest|cheapest)(?: one)?$`)},
	{KindAverage, match(`^(?:and )?(?:on average|the average|what is that on average|average)$`)},
	{KindTopCategories, match(`^(?:and |now )?` + breaking + `(?:by|per) categor(?:y|ies)$`)},
	{KindTopMerchants, match(`^(?:and |now )?` + breaking + `(?:by|per) (?:` + stores + `)$`)},
}

// turn is what a text asks of the orders asked about before, whatever dates and shops it names besides.
func (s *scan) turn() (kind Kind, ok bool) {
	list := slices.DeleteFunc(split(s.rest), func(w word) bool { return isMark(w.text) })
	for len(list) > 1 && links[list[len(list)-1].text] {
		list = list[:len(list)-1]
	}
	text := join(list)
	for _, turn := range turns {
		if turn.pattern.MatchString(text) {
			return turn.kind, true
		}
	}
	return "", false
}

// whereMost asks in full where most was spent.
var whereMost = match(`^(?:where|which (?:` + stores + `)) .*\bmost\b`)

// comparing asks for another stretch of time beside the one asked about before.
var comparing = match(`\b(?:compared?|comparison|versus|vs|against|than)\b`)

// links stand before what a question names last.
var links = wordSet(`at in on from for with during`)

// isBareTurn reports a text that asks something else about what was asked before, and names nothing itself. What names
// dates, shops or things may be a question by itself: "where did I spend the most last month?".
func (s *scan) isBareTurn(last Query) bool {
	kind, ok := s.turn()
	if !ok || s.dated() {
		return false
	}
	if kind == KindTopMerchants && len(last.Merchants) == 1 && whereMost.MatchString(s.rest) { // not at that one alone
		return false
	}
	scope, _, ok := s.scope()
	return ok && scope.isEmpty()
}

// Refine reads a short follow-up, "and last month?", "what about groceries?", "how many orders was that?", as the
// question before with another period, merchant, category, item or aim. ok is false when the text is none.
func (q Query) Refine(text string, setting Setting) (query Query, ok bool) {
	return newScan(text, setting).refine(q)
}

func (s *scan) refine(q Query) (query Query, ok bool) {
	const maxWords = 9
	if len(strings.Fields(s.all)) > maxWords || !s.clear || s.undated != "" || otherDates.MatchString(s.rest) || planned.MatchString(s.all) {
		return Query{}, false
	}
	scope, _, ok := s.scope()
	kind, turned := s.turn()
	if turned && ok && scope.isEmpty() && !s.dated() {
		return q.turned(kind, s.limit(kind)), true
	}
	if !ok || len(s.periods) > 1 || !turned && !followUp.MatchString(s.all) && !s.onlyMarks() {
		return Query{}, false
	}
	named := scope.names()
	measure, measured := s.measure()
	if !named && !s.dated() && !measured && scope.Card == nil && !scope.Amount.isSet() {
		return Query{}, false
	}
	q = q.narrowed(scope, named)
	if measured {
		q.Measure = measure
	}
	if s.dated() {
		former := q.Period
		if q.Period = s.periods[0]; q.Period.Relative {
			q.Period = s.calendar.before(former)
		}
		switch against := comparing.MatchString(s.all) && (q.Kind == KindCompare || q.Kind == KindTotal) && !former.From.IsZero(); {
		case against && q.Period.From.Before(former.From):
			q.Kind, q.Period, q.Against = KindCompare, former, s.calendar.upTo(former, q.Period)
		case against && former.From.Before(q.Period.From):
			q.Kind, q.Against = KindCompare, s.calendar.upTo(q.Period, former)
		case q.Kind == KindCompare:
			q.Kind, q.Against = KindTotal, Period{}
		}
	}
	if turned {
		q = q.turned(kind, s.limit(kind))
	}
	return q, true
}

// turned asks something else about the same orders.
func (q Query) turned(kind Kind, limit int) Query {
	if kind == KindTopMerchants && len(q.Merchants) == 1 {
		kind, limit = KindList, maxLimit/2
	}
	q.Kind, q.Limit = kind, limit
	return q
}

// narrowed asks the same about other merchants, categories or items, another card or other amounts.
func (q Query) narrowed(scope Scope, named bool) Query {
	if named {
		q.Merchants, q.Categories, q.Either, q.Item, q.Without = scope.Merchants, scope.Categories, scope.Either, scope.Item, scope.Without
	}
	if named && q.Kind == KindVersus {
		q.Kind, q.Parties = KindTotal, nil
	}
	if scope.Card != nil {
		q.Card = scope.Card
	}
	if scope.Amount.isSet() {
		q.Amount = scope.Amount
	}
	return q
}

// onlyMarks reports that every word was understood, or says nothing.
func (s *scan) onlyMarks() bool {
	_, list := takeCategories(split(s.rest))
	return !slices.ContainsFunc(list, func(w word) bool { return !isMark(w.text) && !small[w.text] })
}
