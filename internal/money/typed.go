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

// lookBefore finds a sign or code and a minus in front of the digits.
func (s *scanner) lookBefore(m *mention) bool {
	at := m.start
	if r, size := s.runeBefore(at); isMinus(r) {
		if before, _ := s.runeBefore(at - size); unicode.IsLetter(before) || unicode.IsNumber(before) {
			return false // a range, a model number, a date
		}
		m.negative = true
		at -= size
	}
	end := at
	if r, size := s.runeBefore(at); r == ' ' || r == '\u00a0' || r == '\u202f' {
		end -= size
	}
	sign, u := s.unitBefore(end)
	if sign == "" {
		m.start = at
		return m.negative || s.mayPrecede(at)
	}
	m.before = &u
	at = end - len(sign)
	before, size := s.runeBefore(at)
	if unicode.IsLetter(before) && !isLetters(sign) {
		m.err = ErrAmbiguous // some other dollar: X$20
	}
	if isMinus(before) && !m.negative {
		if further, _ := s.runeBefore(at - size); !unicode.IsLetter(further) && !unicode.IsNumber(further) {
			m.negative = true
			at -= size
		}
	}
	m.start = at
	return true
}

// unitBefore is the sign or code that ends at end, and not earlier than the last amount did.
func (s *scanner) unitBefore(end int) (string, unit) {
	text := s.text[s.floor:end]
	best := ""
	for sign := range signs {
		if len(sign) <= len(best) || !strings.HasSuffix(text, sign) {
			continue
		}
		if r, _ := s.runeBefore(end - len(sign)); beginsWithLetter(sign) && unicode.IsLetter(r) {
			continue
		}
		best = sign
	}
	if best != "" {
		return best, signs[best]
	}
	const length = 3
	if len(text) < length {
		return "", unit{}
	}
	code := text[len(text)-length:]
	if r, _ := s.runeBefore(end - length); unicode.IsLetter(r) || unicode.IsNumber(r) || r == '$' {
		return "", unit{}
	}
	if u, ok := s.code(code); ok {
		return code, u
	}
	return "", unit{}
}

// mayPrecede reports whether a number without a currency that begins at that place stands by itself.
func (s *scanner) mayPrecede(at int) bool {
	r, size := s.runeBefore(at)
	switch {
	case r == ':' || r == ',':
		further, _ := s.runeBefore(at - size)
		return !unicode.IsNumber(further)
	case strings.ContainsRune(`.-−–/\_#@^`, r), unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Sc, r):
		return false
	default:
		return true
	}
}

// lookBehind finds a scale, a sign, a word or a code behind the digits, and what makes the number something else.
func (s *scanner) lookBehind(m *mention) bool {
	word, begin, end := s.wordAt(m.end)
	attached := word != "" && begin == m.end
	scale, scaled := scales[word]
	switch {
	case scaled && (attached || len(word) > 2 || word == "k"):
		if len(word) < 3 && word != "k" && m.before == nil {
			return false // 5m, 5bn: metres and what not
		}
		m.scale = scale
		s.lookBehindScale(m, word, end)
	default:
		u, end, ok := s.unitBehind(m.end)
		if attached && !ok {
			return false // 4th, 15x, 10am
		}
		if !ok {
			break
		}
		m.behind, m.end = &u, end
		if (strings.HasPrefix(word, "pound") || strings.HasPrefix(word, "libra")) && ofPrefix.MatchString(s.rest(end)) {
			return false // pounds of beef
		}
	}
	s.lookCents(m)
	return s.mayFollow(m)
}

// lookBehindScale finds the currency behind "5 thousand", "5 mil" and "5 millones de".
func (s *scanner) lookBehindScale(m *mention, word string, at int) {
	m.end = at
	if strings.HasPrefix(word, "mill") {
		at += len(ofPrefix.FindString(s.rest(at)))
	}
	u, end, ok := s.unitBehind(at)
	if ok {
		m.behind, m.end = &u, end
	}
	if word == "mil" && !u.spanish {
		m.err = ErrAmbiguous
	}
}

var (
	ofPrefix  = regexp.MustCompile(`^ (?:de|of)\b`)
	percents  = regexp.MustCompile(`(?i)^[ \x{a0}\x{202f}]?(?:%|‰|percent\b|per cent\b|pct\b|por ?ciento\b)`)
	withCents = regexp.MustCompile(`(?i)^ (?:and|y|con) (\d{1,2}) ?(?:cents?\b|centavos?\b|c(?:e|é)ntimos?\b|¢)`)
	withBare  = regexp.MustCompile(`(?i)^ con (\d\d)(?:$|[^\d\s.,%$€\pL]|[.,](?:$|\D)|\s+(?:$|[^\d\s%$€\pL]))`)
)

// lookCents finds the second half of "5 euros con 20" and "5 dollars and 20 cents".
func (s *scanner) lookCents(m *mention) {
	if m.scale > 0 || m.behind != nil && m.behind.cents || m.behind == nil && m.before == nil || strings.ContainsAny(m.digits, ".,") {
		return
	}
	rest := s.rest(m.end)
	if match := withCents.FindStringSubmatchIndex(rest); match != nil {
		m.cents = rest[match[2]:match[3]]
		m.end += match[1]
	} else if match := withBare.FindStringSubmatchIndex(rest); match != nil {
		m.cents = rest[match[2]:match[3]]
		m.end += match[3]
	}
}

// mayFollow reports whether what stands behind leaves the number an amount.
func (s *scanner) mayFollow(m *mention) bool {
	rest := s.rest(m.end)
	if percents.MatchString(rest) {
		return false
	}
	r, size := utf8.DecodeRuneInString(rest)
	if size == 0 {
		return true
	}
	next, _ := utf8.DecodeRuneInString(rest[size:])
	bare := m.before == nil && m.behind == nil
	switch {
	case unicode.IsLetter(r) && m.behind == nil, unicode.IsNumber(r), r == '_':
		return false
	case bare && unicode.Is(unicode.Sc, r):
		return false // a currency of its own that nobody here knows
	case !unicode.IsNumber(next):
		return true
	case isMinus(r) || r == '–':
		m.err = ErrAmbiguous // a range
		return !bare
	default:
		return !bare || r != '/' && r != ':'
	}
}

// unitBehind is the sign, word or code that stands at at, with at most one space before.
func (s *scanner) unitBehind(at int) (u unit, end int, ok bool) {
	word, begin, end := s.wordAt(at)
	if u, ok := names[word]; ok {
		return u, end, true
	}
	if u, ok := s.code(s.text[begin:end]); ok {
		return u, end, true
	}
	spaces := s.spaceAt(at)
	best := ""
	for sign := range signs {
		if len(sign) > len(best) && strings.HasPrefix(s.text[at+spaces:], sign) {
			best = sign
		}
	}
	end = at + spaces + len(best)
	if best == "" || spaces > 0 && end < len(s.text) && (isDigit(s.text[end]) || isMinus(rune(s.text[end]))) {
		return unit{}, 0, false // the sign of the next amount
	}
	if r, _ := utf8.DecodeRuneInString(s.text[end:]); unicode.IsLetter(r) && beginsWithLetter(best) {
		return unit{}, 0, false
	}
	return signs[best], end, true
}

// beginsWithLetter tells signs such as US$ and S/, which could be the end or the beginning of a word.
func beginsWithLetter(sign string) bool {
	return sign[0] < utf8.RuneSelf && unicode.IsLetter(rune(sign[0]))
}

// wordAt is the word at at, with at most one space before, in lower case without marks, and where it begins and ends.
func (s *scanner) wordAt(at int) (word string, begin, end int) {
	begin = at + s.spaceAt(at)
	end = begin
	for end < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[end:])
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
			break
		}
		end += size
	}
	return unmarked.Replace(strings.ToLower(s.text[begin:end])), begin, end
}

func (s *scanner) spaceAt(at int) int {
	r, size := utf8.DecodeRuneInString(s.text[at:])
	if r == ' ' || r == '\u00a0' || r == '\u202f' {
		return size
	}
	return 0
}

// code tells whether a word is a currency's code.
func (s *scanner) code(word string) (unit, bool) {
	code := strings.ToUpper(word)
	if _, known := exponents[code]; !known {
		return unit{}, false
	}
	if word != code && (word != strings.ToLower(word) || !smallCodes[code]) {
		return unit{}, false
	}
	if wordCodes[code] && s.allCapitals(code) {
		return unit{}, false
	}
	return one(code), true
}

// allCapitals reports a text that holds more than the code and nothing in lower case.
func (s *scanner) allCapitals(code string) bool {
	letters := 0
	for _, r := range s.text {
		switch {
		case unicode.IsLower(r):
			return false
		case unicode.IsLetter(r):
			letters++
		}
	}
	return letters > len(code)
}

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
