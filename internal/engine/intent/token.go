package intent

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// traits are what is known of a token besides its text; a pattern asks for each by its name in angle brackets.
type traits uint16

const (
	isAmount   traits = 1 << iota // a sum of money, or a bare number that may be one
	isCurrency                    // a sum that names its currency
	isNumber                      // a count, in digits or in words
	isPercent                     // 20%, 20 percent
	isRatio                       // 60/40, 30/30/30
	isName                        // a person
	isMerchant
	isCategory
	isStop // ends a sentence
	isMark // any other punctuation
	isQuery
	isYear
	isCapital // written with a capital letter, and nothing known to be
)

// token is a word, a number, an amount, a merchant's name or a mark of a text.
type token struct {
	text       string // folded: lower case, without marks on letters and without apostrophes
	stem       string // text without a possessive s, else the same
	start, end int    // where it stands in the text of the reader
	traits     traits
	capital    bool
	masked     bool // part of a phrase that only sounds like something of ours
	number     int  // what a count or a percentage comes to; percentages in basis points
	money      money.Money
	merchant   spending.Merchant
	category   string
}

func (t *token) has(wanted traits) bool { return t.traits&wanted != 0 }

// word reports a token that is no mark.
func (t *token) word() bool { return !t.has(isStop | isMark) }

// defaultCurrency is whose numbers without a currency are, when nobody says.
const defaultCurrency = "USD"

// tokenize cuts a text into tokens and says what each is.
func tokenize(text, currency string, lexicon spending.Lexicon) []token {
	tokens := cut(text)
	amounts, _ := money.Find(text, currency)
	var spans []token
	for _, typed := range amounts {
		amount := token{start: typed.Start, end: typed.End, traits: isAmount, money: typed.Money}
		if !typed.Bare {
			amount.traits |= isCurrency
		} else if typed.End-typed.Start == 1 {
			amount.traits &^= isAmount // a single digit counts something, as far as evidence goes
		}
		spans = append(spans, amount)
	}
	tokens = join(text, tokens, spans)
	tokens = join(text, tokens, joints(tokens))
	tokens = joinNumbers(text, tokens)
	spans = nil
	for _, found := range lexicon.Mentions(text) {
		spans = append(spans, token{start: found.Start, end: found.End, traits: isMerchant, merchant: found.Merchant})
	}
	return join(text, tokens, spans)
}

// cut splits a text at everything that is no letter or digit. Apostrophes and combining marks vanish, "what's" is whats;
// a mark between two digits stays.
func cut(text string) []token {
	var tokens []token
	var current []rune
	start, apostrophe, capital := 0, -1, false
	flush := func(end int) {
		if len(current) > 0 {
			t := token{text: string(current), start: start, end: end, capital: capital}
			t.stem = t.text
			if apostrophe == len(current)-1 && current[apostrophe] == 's' {
				t.stem = string(current[:apostrophe])
			}
			if full, ok := data.spellings[t.text]; ok {
				t.text, t.stem = full, full
			}
			if capital && len(t.text) > 1 && !data.stops[t.text] && !data.english[t.text] && !data.spanish[t.text] {
				t.traits = isCapital
			}
			tokens = append(tokens, t)
		}
		current, apostrophe, capital = nil, -1, false
	}
	for i, c := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(c):])
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			if len(current) == 0 {
				start, capital = i, unicode.IsUpper(c)
			}
			current = append(current, unmarked(c))
		case c == '\'' || c == '’':
			apostrophe = len(current)
		case (c == '.' || c == ',') && len(current) > 0 && unicode.IsDigit(current[len(current)-1]) && unicode.IsDigit(next):
			current = append(current, c)
		case unicode.Is(unicode.Mn, c):
		default:
			flush(i)
			if kind := markKind(c); kind != 0 {
				tokens = append(tokens, token{text: string(c), stem: string(c), start: i, end: i + utf8.RuneLen(c), traits: kind})
			}
		}
	}
	flush(len(text))
	return tokens
}

// markKind tells the marks that count; what is left, spaces, emoji and signs, only separates.
func markKind(c rune) traits {
	switch c {
	case '?':
		return isStop | isQuery
	case '.', '!', ';', '\n', '…':
		return isStop
	case ',', ':', '(', ')', '—', '–', '"', '“', '”', '-', '/', '+', '=', '%', '&', '@':
		return isMark
	default:
		return 0
	}
}

// unmarked is a letter in lower case without its mark.
func unmarked(c rune) rune {
	c = unicode.ToLower(c)
	if c < utf8.RuneSelf {
		return c
	}
	if base, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(c))); unicode.IsLetter(base) || unicode.IsDigit(base) {
		return unicode.ToLower(base)
	}
	return c
}

// join puts one token in the place of those that each span covers. The spans stand in the order of the text.
func join(text string, tokens, spans []token) []token {
	if len(spans) == 0 {
		return tokens
	}
	joined := make([]token, 0, len(tokens))
	for i := 0; i < len(tokens); {
		for len(spans) > 0 && spans[0].end <= tokens[i].start {
			spans = spans[1:]
		}
		if len(spans) == 0 || tokens[i].start < spans[0].start || tokens[i].has(isAmount) {
			joined = append(joined, tokens[i])
			i++
			continue
		}
		first, last := i, i
		for i < len(tokens) && tokens[i].start < spans[0].end {
			last = i
			i++
		}
		span := spans[0]
		span.start, span.end, span.capital = tokens[first].start, tokens[last].end, tokens[first].capital
		switch {
		case span.text != "":
		case first == last:
			span.text, span.stem = tokens[first].text, tokens[first].stem
		default:
			span.text = spending.Fold(text[span.start:span.end])
		}
		if span.stem == "" {
			span.stem = span.text
		}
		joined = append(joined, span)
	}
	return joined
}

// joints are the places where several words mean one thing: "cash back".
func joints(tokens []token) []token {
	var spans []token
	for i := 0; i < len(tokens); i++ {
		for _, phrase := range data.joints[tokens[i].text] {
			end := i + len(phrase.words)
			if end > len(tokens) || !phrase.at(tokens[i:end]) {
				continue
			}
			spans = append(spans, token{start: tokens[i].start, end: tokens[end-1].end, text: phrase.as})
			i = end - 1
			break
		}
	}
	return spans
}

// joinNumbers reads counts, percentages and ratios.
func joinNumbers(text string, tokens []token) []token {
	var spans []token
	for i := range tokens {
		t := &tokens[i]
		if number, ok := data.numbers[t.text]; ok {
			t.number = number
			t.traits |= isNumber
		}
		if isDigits(t.text) && !t.has(isCurrency) {
			if number, err := strconv.Atoi(t.text); err == nil && number <= maxCount {
				t.number = number
				t.traits |= isNumber
				if len(t.text) == 4 && number >= firstYear && number <= lastYear {
					t.traits |= isYear
				}
			}
		}
		if i > 0 && (t.text == "%" || t.text == "percent") {
			if bps, ok := readBps(tokens[i-1].text); ok {
				spans = append(spans, token{start: tokens[i-1].start, end: t.end, text: "%", traits: isPercent, number: bps})
			}
		}
	}
	for i := 0; i+2 < len(tokens); i++ {
		if end, ok := ratioAt(tokens, i); ok {
			spans = append(spans, token{start: tokens[i].start, end: tokens[end-1].end, text: "%/%", traits: isRatio})
			i = end - 1
		}
	}
	slices.SortFunc(spans, func(a, b token) int { return a.start - b.start })
	return join(text, tokens, spans)
}

// Numbers between these are read as years where one may stand.
const firstYear, lastYear = 2000, 2035

// maxCount bounds what is taken for a number of people or parts.
const maxCount = 10_000

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// readBps reads "20" and "12.5" as percentages.
func readBps(text string) (bps int, ok bool) {
	if number, known := data.numbers[text]; known {
		return number * 100, true
	}
	whole, decimals, _ := strings.Cut(strings.ReplaceAll(text, ",", "."), ".")
	if len(decimals) > 2 || len(whole) > 4 || !isDigits(whole) {
		return 0, false
	}
	bps, err := strconv.Atoi(whole + (decimals + "00")[:2])
	return bps, err == nil
}

// ratioAt finds "60/40" and "50-50": parts of a hundred, or nearly: people miscount.
func ratioAt(tokens []token, at int) (end int, ok bool) {
	const least, most = 90, 110
	sum, mark := 0, tokens[at+1].text
	if mark != "/" && mark != "-" {
		return 0, false
	}
	for end = at; end < len(tokens) && isDigits(tokens[end].text) && len(tokens[end].text) <= 2; end += 2 {
		number, _ := strconv.Atoi(tokens[end].text)
		sum += number
		if end+1 >= len(tokens) || tokens[end+1].text != mark {
			return end + 1, end > at && sum >= least && sum <= most
		}
	}
	return 0, false
}
