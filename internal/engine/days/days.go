// Package days writes calendar days for people. The engines write a day one way, "3 November" or "3 November 2025", so
// that their texts can be compared and kept; before somebody reads a text, its days are written in the form they chose.
package days

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Style is the form of a day.
type Style string

// The styles. An unknown or empty one leaves days as the engines write them.
const (
	MonthFirst Style = "MM/DD/YYYY"
	DayFirst   Style = "DD/MM/YYYY"
	YearFirst  Style = "YYYY-MM-DD"
)

// Format writes one day.
func (s Style) Format(year int, month time.Month, day int) string {
	switch s {
	case MonthFirst:
		return fmt.Sprintf("%02d/%02d/%04d", month, day, year)
	case DayFirst:
		return fmt.Sprintf("%02d/%02d/%04d", day, month, year)
	case YearFirst:
		return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	default:
		return fmt.Sprintf("%d %s %d", day, month, year)
	}
}

// written is a day as the engines write it: no leading zero, the whole name of the month, the year where it is another
// than that of the moment.
var written = regexp.MustCompile(`\b([1-9]|[12][0-9]|3[01]) ` +
	`(January|February|March|April|May|June|July|August|September|October|November|December)` +
	`(?: ((?:19|20)[0-9]{2}))?\b`)

// Rewrite writes the days in text in style; year is that of days without one. What looks like a day and is none, such as
// 31 November, stays as it is.
func Rewrite(text string, style Style, year int) string {
	switch style {
	case MonthFirst, DayFirst, YearFirst:
	default:
		return text
	}
	return written.ReplaceAllStringFunc(text, func(found string) string {
		parts := written.FindStringSubmatch(found)
		day, _ := strconv.Atoi(parts[1])
		month := monthNamed(parts[2])
		of := year
		if parts[3] != "" {
			of, _ = strconv.Atoi(parts[3])
		}
		if time.Date(of, month, day, 0, 0, 0, 0, time.UTC).Month() != month {
			return found
		}
		return style.Format(of, month, day)
	})
}

func monthNamed(name string) time.Month {
	month := time.January
	for month < time.December && month.String() != name {
		month++
	}
	return month
}
