package days

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// figures are dates that people write in figures: 2026/10/03, 10/03/2026, 3.10.2026, 10/2026 and 10/03.
var figures = regexp.MustCompile(`(\d{4})/(\d{1,2})/(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|` +
	`(\d{1,2})/(\d{1,2})/(\d{2})|(\d{1,2})/(\d{4})|(\d{1,2})/(\d{1,2})`)

// joint is what stands between the two ends of a stretch of time, and opening what stands before them.
var (
	joint   = regexp.MustCompile(`(?i)^ ?(?:-|–|—|to|until|till|through) ?$`)
	opening = regexp.MustCompile(`(?i)(?:^|\s)(?:from|between) ?$`)
)

// SpellOut writes the dates in figures in text in words, as Rewrite's days are: "10/03" is "3 October" where style has the
// month first and "10 March" where it has the day first. unclear is true when something that looks like a date cannot be
// read in that style: 13/10 with the month first, or either of a day and a month where the style says nothing of their
// order. It then stays as it is.
func SpellOut(text string, style Style) (spelt string, unclear bool) {
	var written strings.Builder
	done, last := 0, -1 // the end of what is written, and of the date before this one
	found := figures.FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		if !standsAlone(text, at[0], at[1]) {
			continue
		}
		words, ok := spelled(parts(text, at), style)
		if !ok {
			unclear = true
			continue
		}
		between := text[done:at[0]]
		switch {
		case last >= 0 && last == done && joint.MatchString(between):
			between = " to "
		case i+1 < len(found) && joint.MatchString(text[at[1]:found[i+1][0]]) && !opening.MatchString(between):
			between += "from "
		}
		written.WriteString(between)
		written.WriteString(words)
		done, last = at[1], at[1]
	}
	return written.String() + text[done:], unclear
}

// standsAlone reports figures that are no part of a longer number, of a sum or of a name.
func standsAlone(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, size := utf8.DecodeRuneInString(text[to:])
	next, _ := utf8.DecodeRuneInString(text[to+size:])
	inside := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Sc, r) || r == '/'
	}
	switch {
	case strings.HasPrefix(text[to:], " of ") && !strings.Contains(text[from:to], "20"): // "1/3 of it"
		return false
	case from > 0 && (inside(before) || before == '.' || before == ','):
		return false
	case after == '.' || after == ',':
		return !unicode.IsDigit(next)
	default:
		return size == 0 || !inside(after) && after != '%'
	}
}

// parts are the figures of a date by what they can be: year, and first and second of day and month. A part that is not
// written is empty.
func parts(text string, at []int) [3]string {
	group := func(i int) string {
		if at[2*i] < 0 {
			return ""
		}
		return text[at[2*i]:at[2*i+1]]
	}
	switch {
	case group(1) != "":
		return [3]string{"=" + group(1), group(2), group(3)}
	case group(4) != "":
		return [3]string{group(6), group(4), group(5)}
	case group(7) != "":
		return [3]string{"20" + group(9), group(7), group(8)}
	case group(10) != "":
		return [3]string{group(11), group(10), ""}
	default:
		return [3]string{"", group(12), group(13)}
	}
}

// spelled is a date in words. A year that comes first, marked by "=", is followed by the month; one that comes last says
// nothing to those who write it first.
func spelled(date [3]string, style Style) (words string, ok bool) {
	year, yearFirst := strings.CutPrefix(date[0], "=")
	first, _ := strconv.Atoi(date[1])
	second, _ := strconv.Atoi(date[2])
	month, day := first, second
	switch {
	case date[2] == "": // 10/2026
		if month < 1 || month > 12 {
			return "", false
		}
		return time.Month(month).String() + " " + year, true
	case yearFirst, style == MonthFirst, style == YearFirst && year == "", first == second:
	case style == DayFirst:
		month, day = second, first
	default:
		return "", false
	}
	of, err := strconv.Atoi(year)
	if err != nil {
		of = 2024 // a leap year: 2/29 is a day of some
	}
	if month < 1 || month > 12 || day < 1 || time.Date(of, time.Month(month), day, 0, 0, 0, 0, time.UTC).Month() != time.Month(month) {
		return "", false
	}
	return strings.TrimRight(strconv.Itoa(day)+" "+time.Month(month).String()+" "+year, " "), true
}
