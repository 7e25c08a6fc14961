package split

import (
	"cmp"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// kind says what a token is.
type kind int

const (
	word     kind = iota
	mark          // , . ; : ? / ( ) +
	amount        // an amount of money, or a number with decimals
	number        // a small whole number, which may count people as well as dollars
	percent       // 18%
	ratio         // 60/40, 2:1:1
	somebody      // a person
)

// token is one piece of a sentence.
type token struct {
	kind    kind
	text    string // a word in lower case without accents, in English where it is a word of the trade; else the mark
	index   int    // of amounts, numbers, percents, ratios or people
	raw     string // of a word, as it was written
	capital bool
	owner   bool // 's was taken off
	first   bool // begins a sentence
}

// sentence is a message taken apart.
type sentence struct {
	tokens   []token
	amounts  []money.Money // of amounts, and of numbers at the same index
	counts   []int64       // of numbers, 0 for amounts
	percents []*big.Rat    // basis points; sales taxes have fractions of one: 8.875%
	ratios   [][]int64
	doubts   []string // pieces of text that look like amounts and can be read in two ways
	people   []Person // in the order they turn up; 0 is the asker
	unknown  []string // names of nobody in the group
	unclear  []string // names of two people in the group
	spanish  bool
}

var (
	mention     = regexp.MustCompile(`(?i)(?:^|\s)@lattice\b[,:]?`)
	percentage  = regexp.MustCompile(`(?i)^(\d{1,4})(?:[.,](\d{1,6}))?[ \x{a0}]?(?:%|percent\b|per cent\b|pct\b|por ?ciento\b)`)
	proportions = regexp.MustCompile(`^\d{1,3}(?:(?: ?/ ?\d{1,3})+|(?: ?: ?\d{1,3})+)\b`)
	plainNumber = regexp.MustCompile(`^\d{1,2}\b`)
	letters     = regexp.MustCompile(`^[\pL\p{Mn}]+(?:['’][\pL]+)?`)
)

// lex takes a text apart. What money.Find reads as an amount is one, but for small whole numbers without a currency.
func lex(text, currency string) sentence {
	text = mention.ReplaceAllString(text, " ")
	s := sentence{spanish: inSpanish(text)}
	found, doubts := money.Find(text, currency)
	if other := onlyCurrency(found); other != "" && other != currency {
		found, doubts = money.Find(text, other) // "42 euros, Marta paid 20"
	}
	for at := 0; at < len(text); {
		rest := text[at:]
		if end := s.percentOrRatio(rest); end > 0 {
			at += end
			continue
		}
		if len(found) > 0 && found[0].Start <= at {
			if found[0].Start == at {
				s.number(text[at:found[0].End], found[0])
				at = found[0].End
			}
			found = found[1:]
			continue
		}
		if len(doubts) > 0 && doubts[0].Start <= at {
			if doubts[0].Start == at {
				s.doubts = append(s.doubts, text[at:doubts[0].End])
				at = doubts[0].End
			}
			doubts = doubts[1:]
			continue
		}
		if digits := plainNumber.FindString(rest); digits != "" && !boundBefore(text, at) {
			count, _ := strconv.ParseInt(digits, 10, 64)
			s.plain(count)
			at += len(digits)
			continue
		}
		if letters := letters.FindString(rest); letters != "" {
			s.word(letters)
			at += len(letters)
			continue
		}
		r, size := utf8.DecodeRuneInString(rest)
		s.mark(r)
		at += size
	}
	s.begin()
	return s
}

// onlyCurrency is the one currency that is named with amounts, where others stand without any; empty where there are several.
func onlyCurrency(found []money.Typed) string {
	only := ""
	for _, typed := range found {
		if typed.Bare {
			continue
		}
		if only != "" && only != typed.Money.Currency {
			return ""
		}
		only = typed.Money.Currency
	}
	return only
}

// bpsPerPercent are the basis points of one percent.
var bpsPerPercent = big.NewRat(100, 1)

func boundBefore(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return at > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.')
}

func (s *sentence) percentOrRatio(rest string) int {
	if m := percentage.FindStringSubmatch(rest); m != nil {
		if value, ok := new(big.Rat).SetString(m[1] + "." + cmp.Or(m[2], "0")); ok {
			s.tokens = append(s.tokens, token{kind: percent, index: len(s.percents)})
			s.percents = append(s.percents, value.Mul(value, bpsPerPercent))
			return len(m[0])
		}
	}
	m := proportions.FindString(rest)
	if m == "" || strings.Contains(m, " ") && !strings.Contains(m, " / ") && !strings.Contains(m, " : ") {
		return 0
	}
	parts := strings.FieldsFunc(m, func(r rune) bool { return r < '0' || r > '9' })
	// "41 / 3" divides by three; a proportion of two without a space is written 60/40.
	if len(parts) == 2 && strings.Contains(m, " ") {
		return 0
	}
	values := make([]int64, len(parts))
	for i, part := range parts {
		values[i], _ = strconv.ParseInt(part, 10, 64)
	}
	s.tokens = append(s.tokens, token{kind: ratio, index: len(s.ratios)})
	s.ratios = append(s.ratios, values)
	return len(m)
}

// number adds an amount, or a number where it may count something.
func (s *sentence) number(text string, typed money.Typed) {
	t := token{kind: amount, index: len(s.amounts)}
	count := int64(0)
	if typed.Bare && plainNumber.FindString(text) == text {
		count, _ = strconv.ParseInt(text, 10, 64)
		t.kind = number
	}
	s.tokens = append(s.tokens, t)
	s.amounts, s.counts = append(s.amounts, typed.Money), append(s.counts, count)
}

// plain adds a number that is no amount by itself: 3 in "3-way", and numbers written out.
func (s *sentence) plain(count int64) {
	s.tokens = append(s.tokens, token{kind: number, index: len(s.amounts)})
	s.amounts, s.counts = append(s.amounts, money.Money{}), append(s.counts, count)
}

func (s *sentence) word(text string) {
	first, _ := utf8.DecodeRuneInString(text)
	t := token{kind: word, capital: unicode.IsUpper(first)}
	lower := strings.ReplaceAll(strings.ToLower(text), "’", "'")
	if before, ok := strings.CutSuffix(lower, "'s"); ok && !contracted[before] {
		t.owner = true
		lower, text = before, text[:len(before)]
	}
	t.raw = text
	if expanded, ok := expansions[lower]; ok {
		for i, part := range strings.Fields(expanded) {
			s.tokens = append(s.tokens, token{kind: word, text: part, capital: t.capital && i == 0})
		}
		return
	}
	t.text = spending.Fold(lower)
	if s.spanish {
		t.text = cmp.Or(spanish[lower], spanish[t.text], t.text)
	}
	if count, ok := numberWords[t.text]; ok {
		s.plain(count)
		return
	}
	for i, part := range strings.Fields(t.text) { // a translation may have several words
		t.text, t.capital = part, t.capital && i == 0
		s.tokens = append(s.tokens, t)
	}
}

func (s *sentence) mark(r rune) {
	if n := len(s.tokens); r == '/' && n > 0 && s.tokens[n-1].is("with") { // w/
		return
	}
	var text string
	switch r {
	case ',', ';', ':', '.', '/', '(', ')', '?', '÷', '+', '=':
		text = string(r)
	case '!', '\n', '—', '–':
		text = "."
	case '&':
		s.tokens = append(s.tokens, token{kind: word, text: "and"})
		return
	default:
		return
	}
	s.tokens = append(s.tokens, token{kind: mark, text: text})
}

// begin marks the words that begin a sentence: their capitals say nothing.
func (s *sentence) begin() {
	first := true
	for i := range s.tokens {
		t := &s.tokens[i]
		t.first = first
		first = t.kind == mark && slices.Contains([]string{".", "?", ":", ";"}, t.text)
	}
}
