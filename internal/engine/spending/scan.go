package spending

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/days"
)

// scan takes a text apart step by step; what was understood is replaced by a mark.
type scan struct {
	setting  Setting
	calendar calendar
	raw      string
	all      string // folded and in English, with everything still in it
	rest     string // the same with marks
	marked   string // the same with marks for categories too; set by scope

	merchants []Merchant // one per mark, in the order of the text
	card      *Card
	amount    Range
	clear     bool     // no amount can be read in two ways
	undated   Refusal  // why its dates cannot be read; empty when they can
	periods   []Period // one per mark, in the order of the text
}

// addressed are words that may stand before a question.
var addressed = []string{"hey", "hi", "hello", "ok", "okay", "lattice", "so", "oye", "hola", "please", "pls"}

// changed asks how one month compares with another: "did it go up from July to August".
var changed = match(`\b(go|gone|went|going|rise|risen|rose|fall|fallen|fell|changed?)( up| down)? from ` + date + ` to ` + date + `\b`)

// included names what every sum has in it anyway.
var included = match(`\b(?:including|incl|after|plus) (?:the |all )*(?:tips?|tax(?:es)?|fees?|refunds?|discounts?)` +
	`(?:,? (?:and )?(?:tips?|tax(?:es)?|fees?|refunds?|discounts?))*\b`)

// summedUp asks for an overview of the running month, week or year.
var summedUp = match(`\b(?:(?:summary|overview|recap|report) (?:of|for)|summari[sz]e|sum up|recap) (?:the|my) (month|week|year)\b`)

const maxPeriods = 3

func newScan(text string, setting Setting) *scan {
	text, unclear := days.SpellOut(text, setting.Days)
	s := &scan{setting: setting, calendar: setting.calendar(), raw: text}
	var plain string
	s.amount, plain, s.clear = takeAmounts(text, cmp.Or(setting.Currency, "USD"))
	list := words(plain)
	for len(list) > 1 && slices.Contains(addressed, list[0].text) {
		list = list[1:]
	}
	s.all = inEnglish(join(list))
	s.card, list = setting.Lexicon.takeCard(list)
	s.merchants, list = setting.Lexicon.takeMerchants(list)
	s.rest = changed.ReplaceAllString(inEnglish(join(list)), "more in $4 than in $3")
	s.rest = summedUp.ReplaceAllString(included.ReplaceAllString(s.rest, ""), "summary this $1")
	switch {
	case unclear:
		s.undated = RefusalDates
	case s.calendar.backwards(s.rest):
		s.undated = RefusalBackwards
	}
	for range maxPeriods {
		period, rest, ok := s.calendar.readPeriod(s.rest)
		if !ok {
			break
		}
		// In the order of the text: what a form further down the list finds may stand before.
		at := strings.Count(rest[:firstDifference(rest, s.rest)], markPeriod)
		s.periods = slices.Insert(s.periods, at, period)
		s.rest = rest
	}
	if len(s.periods) > 1 {
		s.periods = slices.DeleteFunc(s.periods, func(p Period) bool { return p.Weak })
	}
	return s
}

// firstDifference is where two texts part.
func firstDifference(a, b string) int {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return at
}

func (s *scan) dated() bool { return len(s.periods) > 0 }

// asked reports whether the text asks about spending at all.
func (s *scan) asked() bool {
	if s.onlyNames() {
		return true
	}
	if statement.MatchString(s.all) && !ownSum.MatchString(s.all) && !strings.Contains(s.raw, "?") {
		return false
	}
	if spendWord.MatchString(s.rest) || s.namesSpending() {
		return asking.MatchString(s.rest) || strings.Contains(s.raw, "?") || s.dated() && !statement.MatchString(s.all)
	}
	return false
}

// namesSpending accepts questions without a verb of spending that can be about nothing else.
func (s *scan) namesSpending() bool {
	_, measured := s.measure()
	switch {
	case measured && (strings.Contains(s.all, "how much") && (strings.Contains(s.all, " i ") || strings.Contains(s.all, " we ")) || ownSum.MatchString(s.all)):
		return true
	case s.dated() && strings.HasPrefix(s.all, "compare "):
		return true
	}
	return impliesSpending.MatchString(s.rest)
}

// ownSum begins what asks for a sum without a verb: "average tip", "my fees".
var ownSum = match(`^(?:my|total|average|avg|on average)\b`)

// small are words that change nothing about what is asked.
var small = wordSet(`and my the on at for total in of with so far how much money all please to what whats is was be a by or about vs versus`)

// onlyNames accepts "groceries last month?": a category or merchant and a period, and nothing else that says anything.
func (s *scan) onlyNames() bool {
	groups, list := takeCategories(split(s.rest))
	if !s.dated() || len(groups) == 0 && len(s.merchants) == 0 && s.card == nil {
		return false
	}
	return !slices.ContainsFunc(list, func(w word) bool { return !isMark(w.text) && !small[w.text] })
}

// measure finds out what is added up when it is not what was paid.
func (s *scan) measure() (measure Measure, ok bool) {
	for _, m := range measures {
		if m.pattern.MatchString(s.rest) {
			return m.measure, true
		}
	}
	return "", false
}

// takeMeasure puts a mark where the measure stands. ok is false when there are several: one sum cannot be of both.
func (s *scan) takeMeasure() (measure Measure, ok bool) {
	for _, m := range measures {
		if !m.pattern.MatchString(s.rest) {
			continue
		}
		if measure != "" {
			return "", false
		}
		measure = m.measure
		s.rest = m.pattern.ReplaceAllString(s.rest, markMeasure)
	}
	return measure, true
}

// kind tells what is asked.
func (s *scan) kind() (Kind, bool) {
	for _, form := range kindForms {
		if form.pattern.MatchString(s.rest) {
			return form.kind, true
		}
	}
	if _, measured := s.measure(); measured || s.onlyNames() {
		return KindTotal, true
	}
	if s.amount.isSet() {
		return KindList, true
	}
	return KindTotal, totalForm.MatchString(s.rest) || s.dated()
}

func (s *scan) limit(kind Kind) int {
	m := topNumber.FindStringSubmatch(s.rest)
	if m == nil {
		switch kind {
		case KindBiggest, KindSmallest, KindFirstOrder, KindLastOrder:
			return 1
		case KindList:
			return 5
		default:
			return defaultLimit
		}
	}
	return min(max(toNumber(cmp.Or(m[1], m[2])), 1), maxLimit)
}

// scope finds out which merchants, categories and items are asked about; parties are the categories and merchants by
// themselves, as the text names them. ok is false when an exception is not understood.
func (s *scan) scope() (scope Scope, parties []Scope, ok bool) {
	list := split(s.rest)
	merchants := s.merchants
	if at := without.FindStringIndex(s.rest); at != nil {
		excluded, left, kept, ok := s.exception(at)
		if !ok {
			return Scope{}, nil, false
		}
		scope.Without, list, merchants = &excluded, left, kept
		s.rest = join(list)
	}
	groups, list := takeCategories(list)
	scope.Merchants = distinct(merchants)
	for _, group := range groups {
		for _, category := range group {
			if !slices.Contains(scope.Categories, category) {
				scope.Categories = append(scope.Categories, category)
			}
		}
		parties = append(parties, Scope{Categories: group})
	}
	for _, merchant := range scope.Merchants {
		parties = append(parties, Scope{Merchants: []Merchant{merchant}})
	}
	scope.Either = len(groups) > 0 && len(merchants) > 0 && joined.MatchString(join(list))
	scope.Card, scope.Amount = s.card, s.amount
	object(&scope, list)
	s.marked = join(list)
	return scope, parties, true
}

// joined is a category and a merchant with "and" between them: both are meant, each by itself.
var joined = match(`\|[mc](?: (?:at|on|for|from|in|the|my))* (?:and|or|plus|vs|versus)(?: (?:at|on|for|from|in|the|my|also))* \|[mc]`)

// exception reads what stands after "except". It ends at a period.
func (s *scan) exception(at []int) (excluded Scope, left []word, kept []Merchant, ok bool) {
	clause, after := s.rest[at[1]:], ""
	if end := strings.Index(clause, markPeriod); end >= 0 {
		clause, after = clause[:end], clause[end:]
	}
	before := s.rest[:at[0]]
	first := strings.Count(before, markMerchant)
	last := first + strings.Count(clause, markMerchant)
	groups, rest := takeCategories(split(clause))
	for _, group := range groups {
		excluded.Categories = append(excluded.Categories, group...)
	}
	excluded.Merchants = distinct(s.merchants[first:last])
	understood := len(excluded.Categories)+len(excluded.Merchants) > 0 && !slices.ContainsFunc(rest, content)
	return excluded, split(before + " " + markWithout + " " + after), slices.Concat(s.merchants[:first], s.merchants[last:]), understood
}

func distinct(merchants []Merchant) []Merchant {
	var kept []Merchant
	for _, merchant := range merchants {
		if !slices.ContainsFunc(kept, func(m Merchant) bool { return m.Slug == merchant.Slug && m.Name == merchant.Name }) {
			kept = append(kept, merchant)
		}
	}
	return kept
}
