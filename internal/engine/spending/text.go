package spending

import (
	"strings"
	"unicode"
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

// containsAll reports whether every word of the phrase is among the words of the text, plural or not. An empty phrase
// is contained in nothing.
func containsAll(text, phrase string) bool {
	have := map[string]bool{}
	for _, w := range words(text) {
		have[singular(w.text)] = true
	}
	wanted := words(phrase)
	for _, w := range wanted {
		if !have[singular(w.text)] && !have[singular(w.stem)] {
			return false
		}
	}
	return len(wanted) > 0
}
