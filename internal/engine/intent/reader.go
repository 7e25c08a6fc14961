package intent

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// reader holds one message while it is read.
type reader struct {
	message   Message
	lexicon   spending.Lexicon
	text      string // as typed, but for the mention and for sums in words
	tokens    []token
	words     int  // how many of the tokens are no marks
	mentioned bool // @lattice
	names     map[string]bool
	dates     match // the words that say when
	counted   []int // numbers that count people, parts, days or things
	alerted   bool  // the question before this one was about an alert
}

func newReader(message Message, lexicon spending.Lexicon) *reader {
	r := &reader{message: message, lexicon: lexicon, names: map[string]bool{}}
	text := hidden.ReplaceAllString(norm.NFC.String(strings.ToValidUTF8(message.Text, " ")), " ")
	r.mentioned = Mentioned(text)
	r.text = withDigits(address.ReplaceAllString(mention.ReplaceAllString(text, " "), " "))
	if r.message.Currency == "" {
		r.message.Currency = defaultCurrency
	}
	for _, name := range message.Names {
		for part := range strings.FieldsSeq(spending.Fold(name)) {
			r.names[part] = true
		}
	}
	r.tokens = tokenize(r.text, r.message.Currency, lexicon)
	for _, t := range r.tokens {
		if t.word() {
			r.words++
		}
	}
	r.markNames()
	mask(r.tokens)
	r.markListed()
	r.markCategories()
	r.dates = findDates(r.tokens)
	for _, m := range data.phrases["parts"].all(r.tokens) {
		r.counted = append(r.counted, r.lastNumber(m))
	}
	for _, m := range data.phrases["counts"].all(r.tokens) {
		r.counted = append(r.counted, m.named...)
	}
	return r
}

var (
	mention = regexp.MustCompile(`(?i)(?:^|[^\w@.+-])@lattice(?:$|[^\w.-]|[.-](?:$|\W))`)
	// hidden is a card's number as messages are stored, "•••• 1111", with the expiry date that may follow: no sum of money.
	hidden = regexp.MustCompile(`(?i)(?:[•*]{2,}[ -]?)+\d{4}\b(?:[\s,;|]*(?:exp(?:iry|ires|iration)?\.?[\s:]*)?\d{1,2}\s*/\s*\d{2,4}\b)?`)
	// address is the co-pilot spoken to by name.
	address = regexp.MustCompile(`(?i)^\s*(?:(?:hey|hi|ok|hello|oye|hola) )?lattice\b[,:]?|[, ]lattice(?:[!?.]*)$`)
)

// Mentioned reports whether the co-pilot is addressed by name: @lattice.
func Mentioned(text string) bool { return mention.MatchString(text) }

// raw is what a stretch of tokens looked like when it was typed.
func (r *reader) raw(from, to int) string {
	if from >= to {
		return ""
	}
	return r.text[r.tokens[from].start:r.tokens[to-1].end]
}

// markCategories says which words name what a purchase counts as. A merchant's name does not.
func (r *reader) markCategories() {
	for i := 0; i < len(r.tokens); i++ {
		for _, phrase := range data.categories[r.tokens[i].text] {
			end := i + len(phrase.words)
			if end > len(r.tokens) || r.tokens[i].has(isMerchant) || !phrase.at(r.tokens[i:end]) {
				continue
			}
			for ; i < end; i++ {
				r.tokens[i].traits |= isCategory
				r.tokens[i].category = phrase.as
			}
			i--
			break
		}
	}
}

// markNames says which words are people's names.
func (r *reader) markNames() {
	for i := range r.tokens {
		t := &r.tokens[i]
		if !t.word() || t.has(isAmount|isMerchant|isNumber) {
			continue
		}
		inside := t.capital && i > 0 && !r.tokens[i-1].has(isStop) && !shouted(r.raw(i, i+1))
		for attempt, name := range []string{t.text, t.stem, strings.TrimSuffix(t.text, "s")} {
			doubtful := data.doubtful[name] && attempt < 2 && (inside || r.mustName(i)) // "roses" is no Rose's
			if r.names[name] || data.names[name] || doubtful {
				t.traits |= isName
				t.stem = name
				break
			}
		}
	}
}

// mustName reports a place where a person must stand: "grace 31.10", "with rose and me".
func (r *reader) mustName(at int) bool {
	if at+1 < len(r.tokens) && r.tokens[at+1].has(isAmount|isPercent) {
		return true
	}
	return slices.Contains([]string{"with", "between", "and", "except", "con", "entre"}, r.word(at-1)) &&
		(at+1 == len(r.tokens) || !r.tokens[at+1].word() || listing[r.word(at+1)] || personVerbs[r.word(at+1)])
}

var personVerbs = wordSet("owes paid pays owe had got ordered covered")

// shouted reports a word of capitals only.
func shouted(word string) bool {
	return len(word) > 1 && !slices.ContainsFunc([]rune(word), unicode.IsLower)
}

// looksSpanish counts the small words of both languages.
func looksSpanish(tokens []token) bool {
	spanish, english := 0, 0
	for _, t := range tokens {
		if data.spanish[t.text] {
			spanish++
		}
		if data.english[t.text] {
			english++
		}
	}
	return spanish > english
}
