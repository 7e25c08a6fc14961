package rewards

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day on the calendar, without a zone. The zero value means no date.
type Date struct {
	Year  int        `json:"year"`
	Month time.Month `json:"month"`
	Day   int        `json:"day"`
}

// ParseDate reads "2026-11-23"; a day that does not exist is an error.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("rewards: not a date: %q", text)
	}
	return DateIn(t, time.UTC), nil
}

// DateIn is the day it is at t in location; nil is UTC.
func DateIn(t time.Time, location *time.Location) Date {
	if location == nil {
		location = time.UTC
	}
	year, month, day := t.In(location).Date()
	return Date{Year: year, Month: month, Day: day}
}

// IsZero reports no date.
func (d Date) IsZero() bool { return d == Date{} }

// Before reports that d is an earlier day than other.
func (d Date) Before(other Date) bool {
	if d.Year != other.Year {
		return d.Year < other.Year
	}
	if d.Month != other.Month {
		return d.Month < other.Month
	}
	return d.Day < other.Day
}

// AddDays is the day that many days later, or earlier when days is below zero.
func (d Date) AddDays(days int) Date {
	return DateIn(time.Date(d.Year, d.Month, d.Day+days, 0, 0, 0, 0, time.UTC), time.UTC)
}

// DaysSince is how many days d is after other; below zero when it is before.
func (d Date) DaysSince(other Date) int {
	const day = 24 * time.Hour
	return int(d.start(time.UTC).Sub(other.start(time.UTC)) / day)
}

// Midnight is the first moment of the day in UTC, for what says only the day it was read; otherwise for no date.
func (d Date) Midnight(otherwise time.Time) time.Time {
	if d.IsZero() {
		return otherwise
	}
	return d.start(time.UTC)
}

// start is the first moment of the day in location.
func (d Date) start(location *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, location)
}

// within reports whether d lies in the days from and to, both included; no date is open.
func (d Date) within(from, to Date) bool {
	return (from.IsZero() || !d.Before(from)) && (to.IsZero() || !to.Before(d))
}

// String is "2026-11-23", or empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Quarter is a calendar quarter: "2026-Q4". It is also the name under which people activate rotating categories.
type Quarter string

// Quarter is the quarter that holds d.
func (d Date) Quarter() Quarter {
	return Quarter(fmt.Sprintf("%04d-Q%d", d.Year, (int(d.Month)-1)/3+1))
}

// Valid reports the form "2026-Q4".
func (q Quarter) Valid() bool {
	_, _, ok := q.parts()
	return ok
}

// parts reads the year and the number of the quarter.
func (q Quarter) parts() (year, quarter int, ok bool) {
	before, after, found := strings.Cut(string(q), "-Q")
	if !found || len(before) != 4 || len(after) != 1 {
		return 0, 0, false
	}
	for _, digit := range before {
		if digit < '0' || digit > '9' {
			return 0, 0, false
		}
		year = year*10 + int(digit-'0')
	}
	quarter = int(after[0]) - '0'
	return year, quarter, quarter >= 1 && quarter <= monthsPerYear/monthsPerQuarter
}

// days are the first and the last day of a valid quarter.
func (q Quarter) days() (first, last Date) {
	year, quarter, _ := q.parts()
	first = Date{year, time.Month((quarter-1)*monthsPerQuarter + 1), 1}
	next := time.Date(year, first.Month+monthsPerQuarter, 1, 0, 0, 0, 0, time.UTC)
	return first, DateIn(next, time.UTC).AddDays(-1)
}

// Period is the stretch of time after which a cap starts anew.
type Period string

// The periods, all of the calendar in the user's zone.
const (
	PeriodMonth   Period = "month"
	PeriodQuarter Period = "quarter"
	PeriodYear    Period = "year"
)

// Valid reports one of the periods.
func (p Period) Valid() bool {
	return p == PeriodMonth || p == PeriodQuarter || p == PeriodYear
}

// adjective completes "$6,000.00 ... cap".
func (p Period) adjective() string {
	switch p {
	case PeriodMonth:
		return "monthly"
	case PeriodQuarter:
		return "quarterly"
	default:
		return "yearly"
	}
}

const (
	monthsPerYear    = 12
	monthsPerQuarter = 3
)

// number counts the periods of kind p up to the one that holds d; two days are in the same period exactly when the
// numbers are equal.
func (p Period) number(d Date) int {
	months := d.Year*monthsPerYear + int(d.Month) - 1
	switch p {
	case PeriodMonth:
		return months
	case PeriodQuarter:
		return months / monthsPerQuarter
	default:
		return d.Year
	}
}

// first is the first day of the period of kind p that holds d.
func (p Period) first(d Date) Date {
	switch p {
	case PeriodMonth:
		return Date{d.Year, d.Month, 1}
	case PeriodQuarter:
		return Date{d.Year, (d.Month-1)/monthsPerQuarter*monthsPerQuarter + 1, 1}
	default:
		return Date{d.Year, time.January, 1}
	}
}
