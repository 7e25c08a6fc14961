package spending

import (
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Unit says what sort of stretch a period is; only periods of the same unit are compared day by day.
type Unit string

// The units.
const (
	UnitDay     Unit = "day"
	UnitWeek    Unit = "week" // from Monday
	UnitMonth   Unit = "month"
	UnitQuarter Unit = "quarter" // of the calendar year
	UnitYear    Unit = "year"
	UnitRange   Unit = "range" // any other stretch
)

// Period is a stretch of time from From to before To. A zero From means since the first order.
type Period struct {
	From, To time.Time
	Unit     Unit
	Running  bool // it has begun and is cut off at the moment of the question
	// Relative says that a follow-up means the one before the period it follows up: "and the month before?".
	Relative bool
	// Weak says that other dates go before: "in total in 2025".
	Weak bool
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

// unit is the running day, week, month, quarter or year, or some back from it.
func (c calendar) unit(unit Unit, back int) Period { return c.unitAt(c.now, unit, back) }

// unitAt is the unit that holds a moment, or some back from it.
func (c calendar) unitAt(at time.Time, unit Unit, back int) Period {
	at = at.In(c.loc)
	from := func(back int) time.Time {
		switch unit {
		case UnitWeek:
			sinceMonday := (int(at.Weekday()) + 6) % 7
			return time.Date(at.Year(), at.Month(), at.Day()-sinceMonday-7*back, 0, 0, 0, 0, c.loc)
		case UnitMonth:
			return insights.MonthOf(at, c.loc).Add(-back).Start(c.loc)
		case UnitQuarter:
			return insights.Month{Year: at.Year(), Month: quarterStart(at.Month())}.Add(-3 * back).Start(c.loc)
		case UnitYear:
			return time.Date(at.Year()-back, 1, 1, 0, 0, 0, 0, c.loc)
		default:
			return time.Date(at.Year(), at.Month(), at.Day()-back, 0, 0, 0, 0, c.loc)
		}
	}
	return c.period(from(back), from(back-1), unit)
}

// quarterStart is the first month of the quarter that holds a month.
func quarterStart(month time.Month) time.Month { return (month-1)/3*3 + 1 }

// before is the period of the same unit, or of the same number of days, that ends where p begins.
func (c calendar) before(p Period) Period {
	if p.Unit != UnitRange {
		return c.unitAt(p.From, p.Unit, 1)
	}
	days := int((p.To.Sub(p.From) + 23*time.Hour) / (24 * time.Hour)) // a change of the clock is no day
	return c.period(p.From.AddDate(0, 0, -days), p.From, UnitRange)
}

// last is the stretch of so many days, weeks, months or years that ends now; today is one of its days.
func (c calendar) last(number int, unit Unit) Period {
	from := c.day(1 - number)
	switch unit {
	case UnitDay, UnitRange:
	case UnitWeek:
		from = c.day(1 - 7*number)
	case UnitMonth:
		from = insights.MonthOf(c.now, c.loc).Add(-number).EndOfDay(c.now.Day()-1, c.loc)
	case UnitQuarter:
		from = insights.MonthOf(c.now, c.loc).Add(-3*number).EndOfDay(c.now.Day()-1, c.loc)
	case UnitYear:
		from = insights.MonthOf(c.now, c.loc).Add(-12*number).EndOfDay(c.now.Day()-1, c.loc)
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
	case UnitQuarter:
		months := int(c.now.Month() - quarterStart(c.now.Month()))
		end = insights.MonthOf(from, c.loc).Add(months).EndOfDay(c.now.Day(), c.loc)
	case UnitYear:
		end = insights.Month{Year: from.Year(), Month: c.now.Month()}.EndOfDay(c.now.Day(), c.loc)
	}
	if end.Before(earlier.To) {
		earlier.To = end
	}
	return earlier
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlierOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// FindPeriod reads the stretch of time that a text in English or Spanish names, by the rules of Parse. ok is false when it names none,
// or one that has not begun.
func FindPeriod(text string, now time.Time, loc *time.Location) (period Period, ok bool) {
	period, _, ok = newCalendar(now, loc).readPeriod(inEnglish(Fold(text)))
	return period, ok
}
