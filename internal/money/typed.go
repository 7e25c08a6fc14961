package money

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Errors of reading what people type.
var (
	// ErrNotAmount means the text is not one amount and nothing else.
	ErrNotAmount = errors.New("money: not an amount")
	// ErrAmbiguous means it can be read in more than one way: ask, do not guess.
	ErrAmbiguous = errors.New("money: the amount can be read in more than one way")
	// ErrTooPrecise means it has more decimals than its currency.
	ErrTooPrecise = errors.New("money: more decimals than the currency has")
)

// Typed is an amount that stands in a text.
type Typed struct {
	Money Money
	// Start and End cut out what was read, sign, code and scale included: text[Start:End].
	Start, End int
	Bare       bool // no currency was named; the reader's own was taken
}

// Doubt is a place that looks like an amount and is not taken for one, because it cannot be told which.
type Doubt struct {
	Start, End int
	Err        error // ErrAmbiguous, ErrTooPrecise or ErrOverflow
}

// Find returns the amounts in a text and the places that may be one, each in the order of the text: "$1,234.50",
// "86 bucks", "57,80 €", "¥1200", "MXN 300", "1.5k", "86 dólares", "5 euros con 20". currency is the reader's own: numbers
// without a currency are in it, marked Bare, and are left out when it is empty. A bare number may be anything ("4
// people"): what it counts is for the caller to know. No amount is ever made of digits that the text does not have.
//
// What is not obvious:
//
//   - The last of two kinds of marks is the decimal one: 1,234.50 and 1.234,50 are the same.
//   - A mark before three digits groups thousands when the currency has no third decimal: "1,234" is 1234 dollars,
//     "1,23" is one dollar and 23 cents. A dot does so only where that is the custom ("1.234 €") or no decimals exist
//     ("¥1.234"); "$1.234" is a doubt.
//   - In a currency of three or more decimals a dot before three digits is the decimal one ("KWD 1.250"), a comma a doubt.
//   - Thousands grouped by plain spaces are a doubt ("1 234 €"): the first part may count something else. Apostrophes
//     and no-break spaces group.
//   - A sign or word of several currencies is the reader's own if that is one of them. Else $ is the US dollar, £ the
//     pound sterling and ¥ the yen, and "300 pesos" is a doubt.
//   - Codes count in capitals, the common ones in lower case too ("20 usd"); "all 20 of us try 5" holds no lek or lira.
//   - Percentages, dates, times, fractions, ranges ("10-15"), ordinals and parts of words are no amounts.
func Find(text, currency string) (amounts []Typed, doubts []Doubt) {
	s := scanner{text: text, currency: currency}
	for at := 0; at < len(text); {
		from, to, ok := s.number(at)
		if !ok {
			break
		}
		at = to
		m, ok := s.mention(from, to)
		at = max(at, m.end)
		if !ok {
			continue
		}
		amount, bare, err := s.amount(m)
		switch {
		case errors.Is(err, ErrNotAmount):
			continue
		case err != nil:
			doubts = append(doubts, Doubt{Start: m.start, End: m.end, Err: err})
		default:
			amounts = append(amounts, Typed{Money: amount, Start: m.start, End: m.end, Bare: bare})
		}
		s.floor = m.end
	}
	return amounts, doubts
}

// Parse reads a text that is one amount and nothing else, by the rules of Find. Format and FormatFor write amounts that
// it reads back (but for a comma before three decimals, see Find). Fails with ErrNotAmount, ErrAmbiguous, ErrTooPrecise
// or ErrOverflow.
func Parse(text, currency string) (Money, error) {
	text = strings.TrimSpace(text)
	amounts, doubts := Find(text, currency)
	switch {
	case len(amounts) == 1 && len(doubts) == 0 && amounts[0].Start == 0 && amounts[0].End == len(text):
		return amounts[0].Money, nil
	case len(amounts) == 0 && len(doubts) == 1 && doubts[0].Start == 0 && doubts[0].End == len(text):
		return Money{}, doubts[0].Err
	default:
		return Money{}, ErrNotAmount
	}
}

// scanner walks through a text from number to number.
type scanner struct {
	text     string
	currency string
	floor    int // what stands before belongs to an earlier amount
}

// mention is a number with what stands around it.
type mention struct {
	start, end     int
	digits         string
	negative       bool
	before, behind *unit
	scale          int
	cents          string // of "5 euros and 20 cents"
	err            error  // why it cannot be told, found on the way
}

// number finds the next run of digits and marks between them.
func (s *scanner) number(at int) (from, to int, ok bool) {
	from = at
	for from < len(s.text) && !isDigit(s.text[from]) {
		from++
	}
	if from == len(s.text) {
		return 0, 0, false
	}
	to = from
	for to < len(s.text) {
		if isDigit(s.text[to]) {
			to++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[to:])
		if !isMark(r) || to+size >= len(s.text) || !isDigit(s.text[to+size]) {
			break
		}
		to += size
	}
	if from > at && s.text[from-1] == '.' {
		if r, _ := utf8.DecodeLastRuneInString(s.text[:from-1]); from == 1 || unicode.IsSpace(r) || isMinus(r) || unicode.Is(unicode.Sc, r) {
			from-- // .50
		}
	}
	return from, to, true
}

// mention reads what stands around a number; ok is false for numbers that are no amounts.
func (s *scanner) mention(from, to int) (m mention, ok bool) {
	m = mention{start: from, end: to, digits: s.text[from:to]}
	if spaced := s.spaced(from, to); spaced > to {
		m.end, m.err = spaced, ErrAmbiguous
	}
	if !s.lookBefore(&m) || !s.lookBehind(&m) {
		return m, false
	}
	if m.before == nil && m.behind == nil && s.currency == "" {
		return m, false
	}
	return m, true
}

// spaced is the end of a number whose thousands are grouped by plain spaces, else that of the number itself.
func (s *scanner) spaced(from, to int) int {
	if to-from > 3 || s.text[from] == '0' || strings.ContainsAny(s.text[from:to], ".,'") {
		return to
	}
	for {
		match := spacedGroup.FindString(s.text[to:])
		if match == "" {
			return to
		}
		if rest := s.text[to+len(match):]; rest != "" && isDigit(rest[0]) {
			return to
		}
		to += len(match)
	}
}

var spacedGroup = regexp.MustCompile(`^ \d{3}(?:[.,]\d+)?`)

// amount makes the amount of a mention.
func (s *scanner) amount(m mention) (amount Money, bare bool, err error) {
	if m.err != nil {
		return Money{}, false, m.err
	}
	currency := s.currency
	cents := false
	switch {
	case m.before == nil && m.behind == nil:
		bare = true
	case m.behind == nil:
		currency = m.before.in(s.currency)
	case m.before == nil:
		currency, cents = m.behind.in(s.currency), m.behind.cents
	default:
		currency, cents = both(*m.before, *m.behind, s.currency), m.behind.cents
	}
	if currency == "" {
		return Money{}, false, ErrAmbiguous
	}
	exponent, ok := Exponent(currency)
	if !ok {
		return Money{}, false, ErrNotAmount // the caller's own currency is none
	}
	if (cents || m.cents != "") && exponent != 2 || cents && m.scale > 0 {
		return Money{}, false, ErrAmbiguous
	}
	if cents {
		exponent = 0
	}
	digits, err := minorUnits(m.digits, exponent, m.scale, dotGroups[currency])
	switch {
	case bare && (errors.Is(err, ErrTooPrecise) || errors.Is(err, errIllGrouped)):
		return Money{}, false, ErrNotAmount // a date, a version, 3.14159
	case errors.Is(err, errIllGrouped):
		return Money{}, false, ErrAmbiguous
	case err != nil:
		return Money{}, false, err
	}
	if m.cents != "" {
		digits = digits[:len(digits)-2] + strings.Repeat("0", 2-len(m.cents)) + m.cents
	}
	value, err := toInt64(digits, m.negative)
	return Money{Amount: value, Currency: currency}, bare, err
}

// both is the one currency that two units name together: "$300 MXN", "US$ 5 dollars"; "" when they contradict.
func both(before, behind unit, own string) string {
	for _, pair := range [][2]unit{{before, behind}, {behind, before}} {
		if code := pair[0].in(own); code != "" && pair[1].in(code) == code {
			return code
		}
	}
	return ""
}

// rest is as much of the text from at on as any pattern here can match.
func (s *scanner) rest(at int) string {
	const window = 64
	return s.text[at:min(len(s.text), at+window)]
}

func (s *scanner) runeBefore(at int) (rune, int) {
	if at <= 0 {
		return ' ', 0
	}
	return utf8.DecodeLastRuneInString(s.text[:at])
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isMinus(r rune) bool { return r == '-' || r == '−' }

// isMark reports what may stand between the digits of one number.
func isMark(r rune) bool { return strings.ContainsRune(".,'’\u00a0\u202f\u2009", r) }

func isLetters(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}
