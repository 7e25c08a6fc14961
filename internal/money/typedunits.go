package money

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
