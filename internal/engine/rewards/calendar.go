package rewards

import (
	"fmt"
	"time"
)

// Date is a day on the calendar, without a zone. The zero value means no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
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
	var year, quarter int
	if n, err := fmt.Sscanf(string(q), "%4d-Q%1d", &year, &quarter); n != 2 || err != nil {
		return false
	}
	return quarter >= 1 && quarter <= 4 && string(q) == fmt.Sprintf("%04d-Q%d", year, quarter)
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

// contains names the period of kind p that holds d; two days are in the same period exactly when the names are equal.
func (p Period) contains(d Date) string {
	switch p {
	case PeriodMonth:
		return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month))
	case PeriodQuarter:
		return string(d.Quarter())
	default:
		return fmt.Sprintf("%04d", d.Year)
	}
}
