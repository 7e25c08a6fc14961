package insights

import (
	"errors"
	"fmt"
	"time"
)

// ErrInvalidMonth means the text is not a month such as "2026-11".
var ErrInvalidMonth = errors.New("insights: not a month of the form 2026-11")

// Month is one calendar month; in which time zone is said where it meets a moment.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2026-11". Fails with ErrInvalidMonth.
func ParseMonth(text string) (Month, error) {
	parsed, err := time.Parse("2006-01", text)
	if err != nil {
		return Month{}, fmt.Errorf("%w: %q", ErrInvalidMonth, text)
	}
	return Month{Year: parsed.Year(), Month: parsed.Month()}, nil
}

// MonthOf is the month a moment falls into at a place; a nil location means UTC.
func MonthOf(t time.Time, loc *time.Location) Month {
	local := t.In(orUTC(loc))
	return Month{Year: local.Year(), Month: local.Month()}
}

// String is "2026-11".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// Add moves by whole months, back when negative.
func (m Month) Add(months int) Month {
	return MonthOf(time.Date(m.Year, m.Month+time.Month(months), 1, 0, 0, 0, 0, time.UTC), time.UTC)
}

// Start is the month's first moment at a place; a nil location means UTC.
func (m Month) Start(loc *time.Location) time.Time {
	return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, orUTC(loc))
}

// EndOfDay is the first moment after that day of the month, or after the month when it has fewer days.
func (m Month) EndOfDay(day int, loc *time.Location) time.Time {
	end, next := time.Date(m.Year, m.Month, day+1, 0, 0, 0, 0, orUTC(loc)), m.Add(1).Start(loc)
	if end.After(next) {
		return next
	}
	return end
}

// Name is "November", with the year where it is not that of now.
func (m Month) Name(now time.Time, loc *time.Location) string {
	if m.Year == now.In(orUTC(loc)).Year() {
		return m.Month.String()
	}
	return fmt.Sprintf("%s %d", m.Month, m.Year)
}

// DayName is "3 November", with the year where it is not that of now.
func DayName(t, now time.Time, loc *time.Location) string {
	local := t.In(orUTC(loc))
	if local.Year() == now.In(orUTC(loc)).Year() {
		return local.Format("2 January")
	}
	return local.Format("2 January 2006")
}

// civilDay is the local calendar day as midnight UTC, which makes days countable across changes of the clock.
func civilDay(t time.Time, loc *time.Location) time.Time {
	year, month, day := t.In(orUTC(loc)).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func daysBetween(earlier, later time.Time, loc *time.Location) int {
	return int(civilDay(later, loc).Sub(civilDay(earlier, loc)) / (24 * time.Hour))
}

func orUTC(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}
