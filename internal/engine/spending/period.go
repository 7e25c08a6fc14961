package spending

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Unit says what sort of stretch a period is; only periods of the same unit are compared day by day.
type Unit string

// The units.
const (
	UnitDay   Unit = "day"
	UnitWeek  Unit = "week" // from Monday
	UnitMonth Unit = "month"
	UnitYear  Unit = "year"
	UnitRange Unit = "range" // any other stretch
)

// Period is a stretch of time from From to before To. A zero From means since the first order.
type Period struct {
	From, To time.Time
	Unit     Unit
	Running  bool // it has begun and is cut off at the moment of the question
}

// calendar computes periods around one moment at one place.
type calendar struct {
	now time.Time
	loc *time.Location
}

func newCalendar(now time.Time, loc *time.Location) calendar {
	if loc == nil {
		loc = time.UTC
	}
	return calendar{now: now.In(loc), loc: loc}
}

// day is the first moment of today plus some days.
func (c calendar) day(offset int) time.Time {
	return time.Date(c.now.Year(), c.now.Month(), c.now.Day()+offset, 0, 0, 0, 0, c.loc)
}

// period cuts what has not happened yet.
func (c calendar) period(from, to time.Time, unit Unit) Period {
	p := Period{From: from, To: to, Unit: unit}
	if to.After(c.now) {
		p.To = c.now.Add(1) // now itself is still in it
		p.Running = true
	}
	return p
}

func (c calendar) always() Period { return c.period(time.Time{}, c.day(1), UnitRange) }

// unit is the running day, week, month or year, or one back from it.
func (c calendar) unit(unit Unit, back int) Period {
	from := func(back int) time.Time {
		switch unit {
		case UnitWeek:
			sinceMonday := (int(c.now.Weekday()) + 6) % 7
			return c.day(-sinceMonday - 7*back)
		case UnitMonth:
			return insights.MonthOf(c.now, c.loc).Add(-back).Start(c.loc)
		case UnitYear:
			return time.Date(c.now.Year()-back, 1, 1, 0, 0, 0, 0, c.loc)
		default:
			return c.day(-back)
		}
	}
	return c.period(from(back), from(back-1), unit)
}

// last is the stretch of so many days, weeks, months or years that ends now; today is one of its days.
func (c calendar) last(number int, unit Unit) Period {
	from := c.day(1 - number)
	switch unit {
	case UnitDay, UnitRange:
	case UnitWeek:
		from = c.day(1 - 7*number)
	case UnitMonth:
		month := insights.MonthOf(c.now, c.loc).Add(-number)
		from = month.EndOfDay(c.now.Day()-1, c.loc)
	case UnitYear:
		month := insights.MonthOf(c.now, c.loc).Add(-12 * number)
		from = month.EndOfDay(c.now.Day()-1, c.loc)
	}
	return c.period(from, c.day(1), UnitRange)
}

// upTo cuts an earlier period where a running one of the same unit stands: at the end of the same day.
func (c calendar) upTo(running, earlier Period) Period {
	if !running.Running || running.Unit != earlier.Unit || earlier.Running {
		return earlier
	}
	from := earlier.From.In(c.loc)
	end := earlier.To
	switch running.Unit {
	case UnitDay, UnitRange:
	case UnitWeek:
		end = from.AddDate(0, 0, (int(c.now.Weekday())+6)%7+1)
	case UnitMonth:
		end = insights.MonthOf(from, c.loc).EndOfDay(c.now.Day(), c.loc)
	case UnitYear:
		end = insights.Month{Year: from.Year(), Month: c.now.Month()}.EndOfDay(c.now.Day(), c.loc)
	}
	if end.Before(earlier.To) {
		earlier.To = end
	}
	return earlier
}

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
	date     = `(` + isoDate + `|` + dayMonth + `|` + monthDay + `|` + month +
		`|today|yesterday|last week|last month|last year|(?:last )?(?:` + dayNames + `))`
)

// periodForms are tried in this order; the first that matches wins.
var periodForms = []struct {
	pattern *regexp.Regexp
	read    func(c calendar, m []string) (Period, bool)
}{
	{regexp.MustCompile(`\b(?:between|from) ` + date + ` (?:and|to|until|till|through) ` + date + `\b`), readBetween},
	{regexp.MustCompile(`\bsince ` + date + `\b`), readSince},
	{regexp.MustCompile(lead + `(?:the |my )?(?:last|past|previous) (` + numbers + `) (day|week|month|year)s?\b`), readLast},
	{regexp.MustCompile(lead + `(?:the )?past()( day| week| month| year)\b`), readLast},
	{regexp.MustCompile(`\b(today|yesterday|tonight)\b`), readDay},
	{regexp.MustCompile(`\b(?:on )?(` + isoDate + `|` + dayMonth + `|` + monthDay + `)\b`), readDay},
	{regexp.MustCompile(`\b(?:on )?((?:last )?(?:` + dayNames + `))\b`), readDay},
	{regexp.MustCompile(`\b(?:in|during|for|of|last|this|all of) (` + month + `)\b`), readDay},
	{regexp.MustCompile(`\b((?:` + plainMonths + `)(?: 20\d\d| of last year| last year)?)\b`), readDay},
	{regexp.MustCompile(`\b(?:so far )?(this|last|previous) (week|month|year|weekend)(?: so far)?\b`), readUnit},
	{regexp.MustCompile(`\b(?:in|during|for|of) (20\d\d)\b`), readYear},
	{regexp.MustCompile(`\b()(year|month) to date\b`), readUnit},
	{regexp.MustCompile(`\b(?:all time|ever|to date|so far in total|since the beginning)\b`), readAlways},
}

// readPeriod finds a period in folded text and returns the text with a bar where it stood. A period that has not
// begun is not one.
func (c calendar) readPeriod(text string) (period Period, rest string, ok bool) {
	for _, form := range periodForms {
		at := form.pattern.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		period, ok := form.read(c, form.pattern.FindStringSubmatch(text))
		if ok && period.From.Before(period.To) {
			return period, strings.Join(strings.Fields(text[:at[0]]+" | "+text[at[1]:]), " "), true
		}
	}
	return Period{}, text, false
}

func readBetween(c calendar, m []string) (Period, bool) {
	first, ok := c.date(m[1])
	second, ok2 := c.date(m[2])
	if !ok || !ok2 {
		return Period{}, false
	}
	// "from 20 December to 3 January": the first is the one before the second.
	if first.From.After(second.From) {
		first.From = first.From.AddDate(-1, 0, 0)
	}
	return c.period(first.From, second.To, UnitRange), true
}

func readSince(c calendar, m []string) (Period, bool) {
	first, ok := c.date(m[1])
	return c.period(first.From, c.day(1), UnitRange), ok
}

func readLast(c calendar, m []string) (Period, bool) {
	words := map[string]int{
		"a": 1, "one": 1, "two": 2, "couple of": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
		"eight": 8, "nine": 9, "ten": 10, "twelve": 12,
	}
	number, known := words[cmp.Or(m[1], "one")] // "the past week"
	if !known {
		number, _ = strconv.Atoi(m[1])
	}
	return c.last(number, Unit(strings.TrimSpace(m[2]))), number > 0
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

func readAlways(c calendar, _ []string) (Period, bool) { return c.always(), true }

func readDay(c calendar, m []string) (Period, bool) {
	period, ok := c.date(m[1])
	if last := strings.HasPrefix(m[0], "last "); ok && last && period.Unit == UnitMonth && period.Running {
		from := period.From.AddDate(-1, 0, 0)
		period = c.period(from, from.AddDate(0, 1, 0), UnitMonth)
	}
	return period, ok
}

var (
	isoForm      = regexp.MustCompile(`^(20\d\d) (\d\d) (\d\d)$`)
	dayMonthForm = regexp.MustCompile(`^(?:the )?(\d{1,2})` + ordinal + `(?: of)? (` + monthNames + `)(?: (20\d\d))?$`)
	monthDayForm = regexp.MustCompile(`^(` + monthNames + `) (?:the )?(\d{1,2})` + ordinal + `(?: (20\d\d))?$`)
	monthForm    = regexp.MustCompile(`^(` + monthNames + `)(?: (20\d\d|of last year|last year))?$`)
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

// FindPeriod reads the stretch of time that a text names, by the rules of Parse. ok is false when it names none, or one
// that has not begun.
func FindPeriod(text string, now time.Time, loc *time.Location) (period Period, ok bool) {
	period, _, ok = newCalendar(now, loc).readPeriod(Fold(text))
	return period, ok
}
