package days_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/days"
)

func TestSpellOut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text  string
		style days.Style
		want  string // empty where it cannot be read
	}{
		{"from 10/01 to 10/15?", days.MonthFirst, "from 1 October to 15 October?"},
		{"from 01/10 to 15/10?", days.DayFirst, "from 1 October to 15 October?"},
		{"on 10/3.", days.MonthFirst, "on 3 October."},
		{"on 10/3.", days.DayFirst, "on 10 March."},
		{"on 10/3", days.YearFirst, "on 3 October"},
		{"on 10/03/2026, at Target", days.MonthFirst, "on 3 October 2026, at Target"},
		{"on 10/03/2026", days.DayFirst, "on 10 March 2026"},
		{"on 10/03/26", days.DayFirst, "on 10 March 2026"},
		{"on 3.10.2026", days.DayFirst, "on 3 October 2026"},
		{"on 10-03-2026", days.MonthFirst, "on 3 October 2026"},
		{"on 2026/10/03", days.DayFirst, "on 3 October 2026"},
		{"in 10/2026", days.DayFirst, "in October 2026"},
		{"spent 10/01-10/15 at Target", days.MonthFirst, "spent from 1 October to 15 October at Target"},
		{"spent 10/01 to 10/15", days.MonthFirst, "spent from 1 October to 15 October"},
		{"on 2/29", days.MonthFirst, "on 29 February"},
		{"on 5/5", "", "on 5 May"},
		{"on 13/10", days.MonthFirst, ""},
		{"on 10/13", days.DayFirst, ""},
		{"on 10/03/2026", days.YearFirst, ""},
		{"on 10/03", "", ""},
		{"on 2/29/2025", days.MonthFirst, ""},
		{"in 13/2026", days.MonthFirst, ""},
		// None of these is a date.
		{"$10/3", days.MonthFirst, "$10/3"},
		{"10/3% of it", days.MonthFirst, "10/3% of it"},
		{"135/5 and 1.10/3 and 10/3.5", days.MonthFirst, "135/5 and 1.10/3 and 10/3.5"},
		{"pay 1/3 of $90", days.MonthFirst, "pay 1/3 of $90"},
		{"2026-10-03", days.MonthFirst, "2026-10-03"},
		{"3.10 or 10-3", days.DayFirst, "3.10 or 10-3"},
	} {
		spelt, unclear := days.SpellOut(test.text, test.style)
		require.Equal(t, test.want == "", unclear, test.text)
		if test.want == "" {
			test.want = test.text
		}
		require.Equal(t, test.want, spelt, test.text)
	}
}

// What is written in a style is read in it.
func TestSpellOut_ReadsWhatFormatWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 36_000).Draw(t, "day"))
		style := rapid.SampledFrom([]days.Style{days.MonthFirst, days.DayFirst}).Draw(t, "style")
		spelt, unclear := days.SpellOut("on "+style.Format(day.Date())+"?", style)
		require.False(t, unclear)
		require.Equal(t, "on "+day.Format("2 January 2006")+"?", spelt)
	})
}
