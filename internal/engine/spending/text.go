package spending

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one word of a text, ready to be compared.
type word struct {
	text    string // folded
	stem    string // text without a possessive s, else the same
	capital bool   // it was written with a capital letter
	// start and end are where it stands in the text, in bytes.
	start, end int
}

// latin maps letters with marks to the bare letter; combining marks are dropped separately.
var latin = func() map[rune]rune {
	table := map[rune]rune{}
	for bare, marked := range map[rune]string{
		'a': "àáâãäåāăą", 'c': "çćĉċč", 'd': "ďđ", 'e': "èéêëēĕėęě", 'g': "ĝğġģ", 'h': "ĥħ", 'i': "ìíîïĩīĭįı",
		'j': "ĵ", 'k': "ķ", 'l': "ĺļľŀł", 'n': "ñńņňŉ", 'o': "òóôõöøōŏő", 'r': "ŕŗř", 's': "śŝşšșß", 't': "ţťŧț",
		'u': "ùúûüũūŭůűų", 'w': "ŵ", 'y': "ýÿŷ", 'z': "źżž",
	} {
		for _, letter := range marked {
			table[letter] = bare
		}
	}
	return table
}()

// foldRune is the letter or digit in lower case without its mark; ok is false for anything else.
func foldRune(r rune) (folded rune, ok bool) {
	r = unicode.ToLower(r)
	if bare, marked := latin[r]; marked {
		return bare, true
	}
	return r, unicode.IsLetter(r) || unicode.IsDigit(r)
}

// words cuts a text at everything that is no letter or digit. Apostrophes and combining marks vanish instead, so
// "Trader Joe's" and "trader joes" are the same two words.
func words(text string) []word {
	var list []word
	var current []rune
	capital, apostrophe, start := false, -1, 0
	flush := func(end int) {
		if len(current) > 0 {
			folded := string(current)
			stem := folded
			if apostrophe == len(current)-1 && current[len(current)-1] == 's' {
				stem = string(current[:len(current)-1])
			}
			list = append(list, word{text: folded, stem: stem, capital: capital, start: start, end: end})
		}
		current, capital, apostrophe = nil, false, -1
	}
	for i, r := range text {
		folded, ok := foldRune(r)
		switch {
		case ok:
			if len(current) == 0 {
				capital, start = unicode.IsUpper(r), i
			}
			current = append(current, folded)
		case r == '\'' || r == '’':
			apostrophe = len(current)
		case unicode.Is(unicode.Mn, r):
		default:
			flush(i)
		}
	}
	flush(len(text))
	return list
}

// Fold is a text in comparable form: lower case, without marks, its words separated by single spaces.
func Fold(text string) string { return join(words(text)) }

// The marks stand in a folded text where something was understood. A letter never begins with a bar.
const (
	markMerchant = "|m"
	markPeriod   = "|p"
	markCategory = "|c"
	markCard     = "|k"
	markWithout  = "|w"
	markMeasure  = "|a"
)

func mark(text string) word { return word{text: text, stem: text} }

func isMark(text string) bool { return strings.HasPrefix(text, "|") }

// replaceWords puts one word in place of list[from:to]. The argument is left as it is.
func replaceWords(list []word, from, to int, text string) []word {
	return slices.Concat(list[:from], []word{mark(text)}, list[to:])
}

// split are the words of a folded text, marks being words of their own.
func split(text string) []word {
	fields := strings.Fields(text)
	list := make([]word, len(fields))
	for i, field := range fields {
		list[i] = mark(field)
	}
	return list
}

func join(list []word) string {
	texts := make([]string, len(list))
	for i, w := range list {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}

// singular drops a plural ending, well enough to match "bagels" with "bagel" and "batteries" with "battery".
func singular(word string) string {
	switch {
	case len(word) > 4 && strings.HasSuffix(word, "ies"):
		return word[:len(word)-3] + "y"
	case len(word) > 4 && (strings.HasSuffix(word, "ches") || strings.HasSuffix(word, "shes") ||
		strings.HasSuffix(word, "sses") || strings.HasSuffix(word, "xes") || strings.HasSuffix(word, "oes")):
		return word[:len(word)-2]
	case len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss"):
		return word[:len(word)-1]
	default:
		return word
	}
}

// joiners stand inside of names without being part of what is compared: "leche de avena".
var joiners = wordSet(`of de the and`)

// wanted are words to be looked for in names, ready to be compared.
type wanted struct {
	words []word
	begin string // the first letters of the first word; a name of plain letters without them does not have it
}

func want(phrase string) wanted {
	var w wanted
	for _, one := range words(phrase) {
		if !joiners[one.text] {
			w.words = append(w.words, word{text: singular(one.text), stem: singular(one.stem)})
		}
	}
	if len(w.words) > 0 {
		const letters = 3
		w.begin = w.words[0].stem
		if len(w.words[0].text) < len(w.begin) {
			w.begin = w.words[0].text
		}
		w.begin = w.begin[:min(letters, len(w.begin))]
	}
	return w
}

// in reports whether every word is among the words of a text, plural or not. Nothing is in nothing.
func (w wanted) in(text string) bool {
	if len(w.words) == 0 || w.isMissing(text) {
		return false
	}
	have := map[string]bool{}
	for _, one := range words(text) {
		have[singular(one.text)] = true
	}
	for _, one := range w.words {
		if !have[one.text] && !have[one.stem] {
			return false
		}
	}
	return true
}

// isMissing is a quick look that rules most names out. Letters with marks, and what vanishes between letters, are for the
// thorough look.
func (w wanted) isMissing(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf || text[i] == '\'' {
			return false
		}
		if i+len(w.begin) <= len(text) && equalFold(text[i:i+len(w.begin)], w.begin) {
			return false
		}
	}
	return true
}

// equalFold compares with a text in lower case, letter by letter.
func equalFold(text, lower string) bool {
	for i := range len(lower) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
