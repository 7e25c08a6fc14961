package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxSeparators is how many separators in a row still join two digits into one run.
const maxSeparators = 6

// digit is one decimal digit and its place in the text in bytes.
type digit struct {
	value      byte
	start, end int
}

// run is a sequence of digits with nothing but separators in between. begins holds, per digit, whether a group of
// unbroken digits begins there.
type run struct {
	digits []digit
	begins []bool
}

func (r run) values(from, to int) []digit { return r.digits[from:to] }

// groupBegins reports that a group of unbroken digits begins at i; the end of the run counts as one.
func (r run) groupBegins(i int) bool { return i == len(r.digits) || r.begins[i] }

// digitRuns splits text into runs. What is recognised as a UUID, an order number, a date or a time stamp belongs to none.
func digitRuns(text string) []run {
	blocked := blockedRanges(text)
	var runs []run
	var current run
	separators := 0
	finish := func() {
		if len(current.digits) > 0 {
			runs = append(runs, current)
		}
		current, separators = run{}, 0
	}
	for i, char := range text {
		for len(blocked) > 0 && i >= blocked[0][1] {
			blocked = blocked[1:]
		}
		if len(blocked) > 0 && i >= blocked[0][0] {
			finish()
			continue
		}
		value, isDigit := digitValue(char)
		switch {
		case isDigit:
			begins := len(current.digits) == 0 || separators > 0
			current.digits = append(current.digits, digit{value: value, start: i, end: i + utf8.RuneLen(char)})
			current.begins = append(current.begins, begins)
			separators = 0
		case len(current.digits) > 0 && separators < maxSeparators && (isSeparator(char) || joins(text[i:])):
			separators++
		default:
			finish()
		}
	}
	finish()
	return runs
}

// digitValue reads a decimal digit of any script. Unicode lays the digits of a script out as ten in a row from zero, so
// the value follows from the place in the range.
func digitValue(char rune) (byte, bool) {
	if char >= '0' && char <= '9' {
		return byte(char - '0'), true
	}
	if char < utf8.RuneSelf || !unicode.IsNumber(char) {
		return 0, false
	}
	if plain := norm.NFKC.String(string(char)); len(plain) == 1 && plain[0] >= '0' && plain[0] <= '9' {
		return plain[0] - '0', true // circled, raised, lowered and the like
	}
	if !unicode.Is(unicode.Nd, char) {
		return 0, false
	}
	var first uint32
	for _, r := range unicode.Nd.R16 {
		if uint32(char) >= uint32(r.Lo) && uint32(char) <= uint32(r.Hi) {
			first = uint32(r.Lo)
		}
	}
	for _, r := range unicode.Nd.R32 {
		if uint32(char) >= r.Lo && uint32(char) <= r.Hi {
			first = r.Lo
		}
	}
	return byte((uint32(char) - first) % 10), true
}

// joins reports a comma or a colon with no space behind it: "4111,1111" may be one number, "4500, 3000" are two.
func joins(rest string) bool {
	return len(rest) > 1 && (rest[0] == ',' || rest[0] == ':') && rest[1] != ' ' && rest[1] != '\n'
}

// isSeparator reports what may stand inside a card number: any space but a line break, any dash, the dots, the lines and brackets people
// draw between groups, and what cannot be seen (soft hyphens, joiners, direction marks, accents, the parts of keycap emoji).
func isSeparator(char rune) bool {
	switch char {
	case ' ', '-', '.', '\t', '_', '/', '|', '*', '(', ')', '\u00b7', '\u2024', '\u2027', '\u2212', '\u30fb', '\uff0e', '\ufe0f', '\u20e3':
		return true
	}
	return unicode.In(char, unicode.Zs, unicode.Pd, unicode.Cf, unicode.Mn)
}

var (
	uuidPattern  = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	datePattern  = regexp.MustCompile(`\b(?:(?:19|20)\d\d([-./])\d\d[-./]\d\d|\d\d([-./])\d\d[-./](?:19|20)\d\d)\b`)
	stampPattern = regexp.MustCompile(`\b(?:19|20)\d{12}\b`)
	// orderPattern is the shape of Amazon's order numbers, the commonest long number in this product; no card is
	// written in groups of 3, 7 and 7.
	orderPattern = regexp.MustCompile(`\b\d{3}-\d{7}-\d{7}\b`)
	tokenPattern = regexp.MustCompile(`^(?:\d{1,9}\.\d\d|(?:\d[-.])?\d{3}[-.]\d{3}[-.]\d{4})$`)
)

// blockedRanges are the places of UUIDs, Amazon's order numbers, calendar dates and 14 digit time stamps, in order.
func blockedRanges(text string) [][]int {
	ranges := uuidPattern.FindAllStringIndex(text, -1)
	ranges = append(ranges, orderPattern.FindAllStringIndex(text, -1)...)
	for _, at := range datePattern.FindAllStringIndex(text, -1) {
		if isDate(text[at[0]:at[1]]) {
			ranges = append(ranges, at)
		}
	}
	for _, at := range stampPattern.FindAllStringIndex(text, -1) {
		if _, err := time.Parse("20060102150405", text[at[0]:at[1]]); err == nil {
			ranges = append(ranges, at)
		}
	}
	slices.SortFunc(ranges, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	return ranges
}

// isDate reports a day that exists, written year first, day first or month first.
func isDate(text string) bool {
	text = strings.NewReplacer(".", "-", "/", "-").Replace(text)
	for _, layout := range []string{"2006-01-02", "02-01-2006", "01-02-2006"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}

// maxPhoneDigits is the length of the longest international telephone number (E.164).
const maxPhoneDigits = 15

// looksLikeSomethingElse recognises a run that is, as a whole, a list of amounts or of American telephone numbers, or
// an international telephone number after its plus sign.
func (r run) looksLikeSomethingElse(text string) bool {
	first, last := r.digits[0].start, r.digits[len(r.digits)-1].end
	if first > 0 && text[first-1] == '+' && len(r.digits) <= maxPhoneDigits && !isNetworkNumber(r.digits) {
		return true
	}
	for token := range strings.FieldsSeq(text[first:last]) {
		if !tokenPattern.MatchString(token) {
			return false
		}
	}
	return true
}
