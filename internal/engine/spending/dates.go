package spending

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

const (
	// plainMonths can be nothing else; may and march are verbs too, and count as months only where one must stand.
	plainMonths = `january|february|april|june|july|august|september|october|november|december|` +
		`jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec`
	monthNames = `march|may|` + plainMonths
	dayNames   = `monday|tuesday|wednesday|thursday|friday|saturday|sunday`
	numbers    = `\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few|couple of`
	ordinal    = `(?:st|nd|rd|th)?`
	lead       = `\b(?:(?:in|over|during|for|within) )?`
	// dates in folded text: 2026 11 03, 3 november 2025, november 3 2025, november 2025, november, monday.
	isoDate  = `20\d\d (?:0[1-9]|1[0-2]) (?:0[1-9]|[12]\d|3[01])`
	dayMonth = `(?:the )?\d{1,2}` + ordinal + `(?: of)? (?:` + monthNames + `)(?: 20\d\d)?`
	monthDay = `(?:` + monthNames + `) (?:the )?\d{1,2}` + ordinal + `(?: 20\d\d)?`
	month    = `(?:` + monthNames + `)(?: 20\d\d| of last year| last year)?`
	holiday  = `new years?(?: day)?|christmas(?: day)?|thanksgiving(?: day)?|black friday|cyber monday`
	date     = `(` + isoDate + `|` + dayMonth + `|` + monthDay + `|` + month + `|` + holiday +
		`|(?:the )?\d{1,2}(?:st|nd|rd|th)|today|yesterday|last week|last month|last year|(?:last )?(?:` + dayNames + `))`
	ordinals = `first|second|third|fourth|last`
)

var betweenDates = match(`\b(?:between|from) ` + date + ` (?:and|to|until|till|through) ` + date + `\b`)

// periodForms are tried in this order; the first that matches wins.
var periodForms = []struct {
	pattern *matcher
	read    func(c calendar, m []string) (Period, bool)
}{
	{match(`\b(?:the )?(day) before yesterday\b`), readDayBeforeYesterday},
	{betweenDates, readBetween},
	{match(`\b(?:between|from) (?:the )?(\d{1,2})` + ordinal + ` (?:and|to|until|till|through) (?:the )?(\d{1,2})` + ordinal +
		`(?: of)? (` + month + `)\b`), readDaysOf},
	{match(`\bsince ` + date + `\b`), readSince},
	{match(`\bafter ` + date + `\b`), readAfter},
	{match(`\b(before|until|till|up to|through) ` + date + `\b`), readUntil},
	{match(lead + `(?:the )?(` + ordinals + `) week of (` + month + `)\b`), readWeekOf},
	{match(lead + `(?:the )?(first|second) half of (` + month + `)\b`), readHalfOf},
	{match(`\b(` + numbers + `) (day|week|month|year)s? ago\b`), readAgo},
	{match(`\b(?:in |for )?(?:the )?(day|week|month|quarter|year|weekend) before(?: that| last)?\b`), readBefore},
	{match(lead + `(?:the )?(?:last|past) half (?:a )?year\b`), readHalfYear},
	{match(lead + `(?:the )?(?:(first|second|third|fourth) quarter|q([1-4]))(?: of)?( 20\d\d| last year)?\b`), readQuarter},
	{match(lead + `(?:the |my )?(?:last|past|previous) (` + numbers + `) (day|week|month|quarter|year)s?\b`), readLast},
	{match(lead + `(?:the )?past()( day| week| month| year)\b`), readLast},
	{match(`\b(today|yesterday|tonight)\b`), readDay},
	{match(`\b(?:on )?(` + isoDate + `|` + dayMonth + `|` + monthDay + `)\b`), readDay},
	{match(`\b(?:on |at )?(` + holiday + `)\b`), readDay},
	{match(`\bon (the \d{1,2}(?:st|nd|rd|th))\b`), readDay},
	{match(`\b(?:on )?((?:last )?(?:` + dayNames + `))\b`), readDay},
	{match(`\b(?:in|during|for|of|last|this|all of) (` + month + `)\b`), readDay},
	{match(`\b((?:` + plainMonths + `)(?: 20\d\d| of last year| last year)?)\b`), readDay},
	{match(`\b(?:so far )?(this|last|previous|all|the whole) (week|month|quarter|year|weekend)(?: so far)?\b`), readUnit},
	{match(`\b(?:in|during|for|of) (20\d\d)\b`), readYear},
	{match(`\b()(year|month|quarter) to date\b`), readUnit},
	{match(`\b(?:of )?(?:all time|ever|to date|so far in total|since the beginning|in total|altogether)\b`), readAlways},
}

// readPeriod finds a period in folded text and returns the text with a mark where it stood. A period that has not
// begun is not one.
func (c calendar) readPeriod(text string) (period Period, rest string, ok bool) {
	for _, form := range periodForms {
		at := form.pattern.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		period, ok := form.read(c, form.pattern.FindStringSubmatch(text))
		if ok && period.From.Before(period.To) {
			return period, strings.Join(strings.Fields(text[:at[0]]+" "+markPeriod+" "+text[at[1]:]), " "), true
		}
	}
	return Period{}, text, false
}

func readBetween(c calendar, m []string) (Period, bool) {
	from, to, ok := c.ends(m)
	return c.period(from, to, UnitRange), ok
}

// ends are those of a stretch named by its first and last date. ok is false where one is none, or where they stand the
// wrong way round.
func (c calendar) ends(m []string) (from, to time.Time, ok bool) {
	first, ok := c.date(m[1])
	end := m[2]
	if year := withYear.FindStringSubmatch(m[1]); year != nil && withoutYear.MatchString(end) { // "from 1 October 2025 to 15 October"
		end += " " + year[0]
	}
	second, ok2 := c.date(end)
	if !ok || !ok2 {
		return from, to, false
	}
	from, to = first.From, second.To
	switch {
	case !from.After(second.From):
		return from, to, true
	case !withYear.MatchString(m[1]) && withYear.MatchString(m[2]): // "from 20 December to 3 January 2026"
		from = from.AddDate(-1, 0, 0)
	case !withYear.MatchString(m[2]): // "from 20 December to 3 January", "from 1 October to 30 November" in the middle of November
		to = to.AddDate(1, 0, 0)
	}
	// "from 15 October to 1 October" would be a year but for two weeks, which nobody means.
	return from, to, from.Before(to) && from.AddDate(0, halfYear, 0).After(to)
}

// backwards reports a stretch that would end before it begins.
func (c calendar) backwards(text string) bool {
	m := betweenDates.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	_, _, ok := c.ends(m)
	_, first := c.date(m[1])
	_, second := c.date(m[2])
	return first && second && !ok
}

// halfYear is in months.
const halfYear = 6

func readDayBeforeYesterday(c calendar, _ []string) (Period, bool) { return c.unit(UnitDay, 2), true }

func readDaysOf(c calendar, m []string) (Period, bool) {
	month, ok := c.date(m[3])
	first := month.From.AddDate(0, 0, toNumber(m[1])-1)
	last := month.From.AddDate(0, 0, toNumber(m[2]))
	within := !first.Before(month.From) && !last.After(month.From.AddDate(0, 1, 0))
	return c.period(first, last, UnitRange), ok && within
}

func readSince(c calendar, m []string) (Period, bool) {
	first, ok := c.date(m[1])
	return c.period(first.From, c.day(1), UnitRange), ok
}

func readLast(c calendar, m []string) (Period, bool) {
	number := toNumber(cmp.Or(m[1], "one")) // "the past week"
	return c.last(number, Unit(strings.TrimSpace(m[2]))), number > 0
}

// toNumber reads a number in digits or words; 0 for anything else.
func toNumber(text string) int {
	words := map[string]int{
		"a": 1, "one": 1, "two": 2, "couple of": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
		"eight": 8, "nine": 9, "ten": 10, "twelve": 12,
	}
	if number, known := words[text]; known {
		return number
	}
	number, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return number
}

func readAfter(c calendar, m []string) (Period, bool) {
	first, ok := c.date(m[1])
	return c.period(first.To, c.day(1), UnitRange), ok
}

// readUntil reads everything up to a day, which "before" leaves out.
func readUntil(c calendar, m []string) (Period, bool) {
	end, ok := c.date(m[2])
	to := end.To
	if m[1] == "before" {
		to = end.From
	}
	return c.period(time.Time{}, to, UnitRange), ok
}

// readWeekOf takes the first to fourth seven days of a month, and its last seven.
func readWeekOf(c calendar, m []string) (Period, bool) {
	month, ok := c.date(m[2])
	start := month.From
	from := start.AddDate(0, 0, 7*slices.Index(strings.Split(ordinals, "|"), m[1]))
	to := from.AddDate(0, 0, 7)
	if m[1] == "last" {
		to = start.AddDate(0, 1, 0)
		from = to.AddDate(0, 0, -7)
	}
	return c.period(from, to, UnitRange), ok
}

func readHalfOf(c calendar, m []string) (Period, bool) {
	month, ok := c.date(m[2])
	start := month.From
	middle, end := start.AddDate(0, 0, 15), start.AddDate(0, 1, 0)
	if m[1] == "first" {
		return c.period(start, middle, UnitRange), ok
	}
	return c.period(middle, end, UnitRange), ok
}

func readAgo(c calendar, m []string) (Period, bool) {
	number := toNumber(m[1])
	return c.unit(Unit(m[2]), number), number > 0
}

// readBefore reads "the month before": a follow-up moves the period it follows up instead.
func readBefore(c calendar, m []string) (Period, bool) {
	p, ok := readUnit(c, []string{"", "last", m[1]})
	p.Relative = true
	return p, ok
}

func readHalfYear(c calendar, _ []string) (Period, bool) {
	return c.last(halfYear, UnitMonth), true
}

func readQuarter(c calendar, m []string) (Period, bool) {
	number := toNumber(m[2])
	if number == 0 {
		number = slices.Index(strings.Split(ordinals, "|"), m[1]) + 1
	}
	start := insights.Month{Year: c.now.Year(), Month: time.Month(3*number - 2)}
	switch year, err := strconv.Atoi(strings.TrimSpace(m[3])); {
	case err == nil:
		start.Year = year
	case m[3] != "", start.Start(c.loc).After(c.now):
		start.Year--
	}
	return c.period(start.Start(c.loc), start.Add(3).Start(c.loc), UnitQuarter), true
}

func readUnit(c calendar, m []string) (Period, bool) {
	back := 0
	if m[1] == "last" || m[1] == "previous" {
		back = 1
	}
	if m[2] == "weekend" {
		week := c.unit(UnitWeek, back)
		saturday := week.From.AddDate(0, 0, 5)
		return c.period(saturday, saturday.AddDate(0, 0, 2), UnitRange), true
	}
	return c.unit(Unit(m[2]), back), true
}

func readYear(c calendar, m []string) (Period, bool) {
	year, err := strconv.Atoi(m[1])
	from := time.Date(year, time.January, 1, 0, 0, 0, 0, c.loc)
	return c.period(from, from.AddDate(1, 0, 0), UnitYear), err == nil
}

func readAlways(c calendar, _ []string) (Period, bool) {
	p := c.always()
	p.Weak = true
	return p, true
}

func readDay(c calendar, m []string) (Period, bool) {
	period, ok := c.date(m[1])
	if last := strings.HasPrefix(m[0], "last "); ok && last && period.Unit == UnitMonth && period.Running {
		from := period.From.AddDate(-1, 0, 0)
		period = c.period(from, from.AddDate(0, 1, 0), UnitMonth)
	}
	return period, ok
}

var (
	withYear     = match(`\b20\d\d\b`)
	withoutYear  = match(`\b(?:` + monthNames + `)(?: (?:the )?\d{1,2}` + ordinal + `)?$`)
	dayForm      = match(`^(?:the )?(\d{1,2})(?:st|nd|rd|th)$`)
	isoForm      = match(`^(20\d\d) (\d\d) (\d\d)$`)
	dayMonthForm = match(`^(?:the )?(\d{1,2})` + ordinal + `(?: of)? (` + monthNames + `)(?: (20\d\d))?$`)
	monthDayForm = match(`^(` + monthNames + `) (?:the )?(\d{1,2})` + ordinal + `(?: (20\d\d))?$`)
	monthForm    = match(`^(` + monthNames + `)(?: (20\d\d|of last year|last year))?$`)
)

// date reads one date, day or month; without a year it is the latest one that has begun.
func (c calendar) date(text string) (Period, bool) {
	switch text {
	case "today", "tonight":
		return c.unit(UnitDay, 0), true
	case "yesterday":
		return c.unit(UnitDay, 1), true
	case "last week", "last month", "last year":
		return c.unit(Unit(strings.TrimPrefix(text, "last ")), 1), true
	}
	if m := dayForm.FindStringSubmatch(text); m != nil {
		return c.latestDay(toNumber(m[1]))
	}
	if p, ok := c.holiday(text); ok {
		return p, true
	}
	if m := isoForm.FindStringSubmatch(text); m != nil {
		month, _ := strconv.Atoi(m[2])
		return c.exactDay(m[1], time.Month(month), m[3])
	}
	if m := dayMonthForm.FindStringSubmatch(text); m != nil {
		return c.exactDay(m[3], monthNamed(m[2]), m[1])
	}
	if m := monthDayForm.FindStringSubmatch(text); m != nil {
		return c.exactDay(m[3], monthNamed(m[1]), m[2])
	}
	if m := monthForm.FindStringSubmatch(text); m != nil {
		return c.wholeMonth(monthNamed(m[1]), m[2])
	}
	return c.weekday(text)
}

func (c calendar) exactDay(yearText string, month time.Month, dayText string) (Period, bool) {
	day, _ := strconv.Atoi(dayText)
	year, err := strconv.Atoi(cmp.Or(yearText, strconv.Itoa(c.now.Year())))
	from := time.Date(year, month, day, 0, 0, 0, 0, c.loc)
	if yearText == "" && from.After(c.now) {
		from = time.Date(year-1, month, day, 0, 0, 0, 0, c.loc)
	}
	// A 31 November would have become another day.
	return c.period(from, from.AddDate(0, 0, 1), UnitDay), err == nil && from.Month() == month && from.Day() == day
}

// latestDay is the latest day of that number, in this month or an earlier one.
func (c calendar) latestDay(number int) (Period, bool) {
	for back := range 3 { // no two months in a row lack a day that exists
		month := insights.MonthOf(c.now, c.loc).Add(-back)
		from := time.Date(month.Year, month.Month, number, 0, 0, 0, 0, c.loc)
		if from.Month() == month.Month && from.Day() == number && !from.After(c.now) {
			return c.period(from, from.AddDate(0, 0, 1), UnitDay), true
		}
	}
	return Period{}, false
}

func (c calendar) wholeMonth(month time.Month, yearText string) (Period, bool) {
	m := insights.Month{Year: c.now.Year(), Month: month}
	switch {
	case strings.HasSuffix(yearText, "last year"):
		m.Year--
	case yearText != "":
		m.Year, _ = strconv.Atoi(yearText)
	case m.Start(c.loc).After(c.now):
		m.Year--
	}
	return c.period(m.Start(c.loc), m.Add(1).Start(c.loc), UnitMonth), true
}

// weekday is the latest such day, today included unless it says "last".
func (c calendar) weekday(text string) (Period, bool) {
	name, last := strings.CutPrefix(text, "last ")
	for back := range 8 {
		day := c.day(-back)
		if strings.EqualFold(day.Weekday().String(), name) && (back > 0 || !last) {
			return c.period(day, c.day(1-back), UnitDay), true
		}
	}
	return Period{}, false
}

// monthNamed reads a month's name or its first letters.
func monthNamed(text string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), text[:3]) {
			return m
		}
	}
	return 0
}
