package money

import (
	"errors"
	"strconv"
	"strings"
)

// errIllGrouped means marks stand where no thousands end.
var errIllGrouped = errors.New("money: digits grouped in no known way")

// minorUnits writes digits with marks as minor units of a currency of exponent decimals, scale zeros more. Find says
// which mark means what.
func minorUnits(typed string, exponent, scale int, dotGroups bool) (string, error) {
	groups, marks := cutMarks(typed)
	decimals := ""
	if last := len(marks) - 1; last >= 0 {
		grouped, err := lastGroups(groups, marks, exponent+scale, scale, dotGroups)
		if err != nil {
			return "", err
		}
		if !grouped {
			decimals = groups[last+1]
			groups, marks = groups[:last+1], marks[:last]
		}
	}
	if !wellGrouped(groups, marks) {
		return "", errIllGrouped
	}
	if len(decimals) > exponent+scale {
		return "", ErrTooPrecise
	}
	return strings.Join(groups, "") + decimals + strings.Repeat("0", exponent+scale-len(decimals)), nil
}

const (
	dot   = '.'
	comma = ','
	gap   = '\'' // apostrophes and narrow spaces only ever group
)

// cutMarks takes a number apart: "1,234.5" is 1 234 5 with , and . between.
func cutMarks(typed string) (groups []string, marks []rune) {
	var group strings.Builder
	for _, r := range typed {
		if r >= '0' && r <= '9' {
			group.WriteRune(r)
			continue
		}
		if r != dot && r != comma {
			r = gap
		}
		groups, marks = append(groups, group.String()), append(marks, r)
		group.Reset()
	}
	return append(groups, group.String()), marks
}

// lastGroups reports whether the last mark groups thousands instead of beginning the decimals.
func lastGroups(groups []string, marks []rune, decimals, scale int, dotGroups bool) (bool, error) {
	last := len(marks) - 1
	mark, tail := marks[last], groups[last+1]
	switch {
	case mark == gap:
		return true, nil
	case last > 0 && marks[last-1] != mark:
		return false, nil
	case last > 0:
		return true, nil
	}
	mayGroup := len(tail) == 3 && wellGrouped(groups, marks)
	mayPoint := len(tail) <= decimals
	switch {
	case mayGroup && mayPoint:
		if mark == comma || scale > 0 {
			return false, ErrAmbiguous
		}
		return false, nil
	case mayGroup && mark == dot && decimals > 0 && !dotGroups:
		return false, ErrAmbiguous
	default:
		return mayGroup, nil
	}
}

// wellGrouped reports thousands as they are written: one kind of mark, three digits after each.
func wellGrouped(groups []string, marks []rune) bool {
	if len(marks) == 0 {
		return true
	}
	if len(groups[0]) < 1 || len(groups[0]) > 3 || groups[0][0] == '0' {
		return false
	}
	for i, mark := range marks {
		if mark != marks[0] || len(groups[i+1]) != 3 {
			return false
		}
	}
	return true
}

// toInt64 fails with ErrOverflow.
func toInt64(digits string, negative bool) (int64, error) {
	if negative {
		digits = "-" + digits
	}
	value, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, ErrOverflow
	}
	return value, nil
}
