package days_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/days"
	"github.com/lattice-money/lattice/internal/engine/insights"
)

func TestRewrite(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, monthFirst, dayFirst, yearFirst string }{
		{"3 November", "11/03/2026", "03/11/2026", "2026-11-03"},
		{"31 December 2025", "12/31/2025", "31/12/2025", "2025-12-31"},
		{"29 February 2024", "02/29/2024", "29/02/2024", "2024-02-29"},
		{"from 1 October to 31 October, 14 orders", "from 10/01/2026 to 10/31/2026, 14 orders", "from 01/10/2026 to 31/10/2026, 14 orders", "from 2026-10-01 to 2026-10-31, 14 orders"},
		{"on 3 May.", "on 05/03/2026.", "on 03/05/2026.", "on 2026-05-03."},
		// None of these is a day.
		{"29 February", "29 February", "29 February", "29 February"},
		{"31 November", "31 November", "31 November", "31 November"},
		{"13 Novembers", "13 Novembers", "13 Novembers", "13 Novembers"},
		{"03 November", "03 November", "03 November", "03 November"},
		{"32 May", "32 May", "32 May", "32 May"},
		{"So far in November you spent $3.00", "So far in November you spent $3.00", "So far in November you spent $3.00", "So far in November you spent $3.00"},
		{"3 november", "3 november", "3 november", "3 november"},
		{"", "", "", ""},
	} {
		require.Equal(t, test.monthFirst, days.Rewrite(test.text, days.MonthFirst, 2026))
		require.Equal(t, test.dayFirst, days.Rewrite(test.text, days.DayFirst, 2026))
		require.Equal(t, test.yearFirst, days.Rewrite(test.text, days.YearFirst, 2026))
		require.Equal(t, test.text, days.Rewrite(test.text, "", 2026))
		require.Equal(t, test.text, days.Rewrite(test.text, "DD.MM.YYYY", 2026))
	}
}

// What the engines write is always understood, whichever day it is and whenever it is read.
func TestRewrite_UnderstandsEveryDayOfTheEngines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := func(label string) time.Time {
			return time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 36_000).Draw(t, label))
		}
		day, now := at("day"), at("now")
		style := rapid.SampledFrom([]days.Style{days.MonthFirst, days.DayFirst, days.YearFirst}).Draw(t, "style")
		layout := map[days.Style]string{days.MonthFirst: "01/02/2006", days.DayFirst: "02/01/2006", days.YearFirst: time.DateOnly}[style]
		text := "before " + insights.DayName(day, now, time.UTC) + ", after"
		require.Equal(t, "before "+day.Format(layout)+", after", days.Rewrite(text, style, now.Year()))
	})
}

func TestFormat_UnknownStylesAreWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, "3 November 2026", days.Style("").Format(2026, time.November, 3))
}
