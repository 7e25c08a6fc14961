package spending

import (
	"strings"
	"time"
)

// holiday is the latest day of that name that has begun.
func (c calendar) holiday(text string) (Period, bool) {
	switch {
	case strings.HasPrefix(text, "new year"):
		return c.exactDay("", time.January, "1")
	case strings.HasPrefix(text, "christmas"):
		return c.exactDay("", time.December, "25")
	case strings.HasPrefix(text, "thanksgiving"):
		return c.afterThanksgiving(0), true
	case text == "black friday":
		return c.afterThanksgiving(1), true
	case text == "cyber monday":
		return c.afterThanksgiving(4), true //nolint:mnd // the Monday after that Thursday
	default:
		return Period{}, false
	}
}

// afterThanksgiving is the latest day so many days after the fourth Thursday of November, which is Thanksgiving in the
// United States (5 U.S.C. 6103).
func (c calendar) afterThanksgiving(days int) Period {
	const week, fourth = 7, 3
	in := func(year int) time.Time {
		first := time.Date(year, time.November, 1, 0, 0, 0, 0, c.loc)
		thursday := (int(time.Thursday) - int(first.Weekday()) + week) % week
		return first.AddDate(0, 0, thursday+fourth*week+days)
	}
	from := in(c.now.Year())
	if from.After(c.now) {
		from = in(c.now.Year() - 1)
	}
	return c.period(from, from.AddDate(0, 0, 1), UnitDay)
}
