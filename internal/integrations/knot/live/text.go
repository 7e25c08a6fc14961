package live

import (
	"strings"
	"unicode"

	"github.com/lattice-money/lattice/internal/redact"
)

// clip makes a text of the vendor fit to be stored: valid, on one line, and at most so many characters.
func clip(told loose, most int) string {
	text := strings.TrimSpace(strings.Map(plain, strings.ToValidUTF8(string(told), "")))
	runes := []rune(text)
	if len(runes) > most {
		return strings.TrimSpace(string(runes[:most]))
	}
	return text
}

// plain takes out what is no part of a name: NUL, which the database does not keep, what turns the direction of the text
// around it, and other control characters, each of which is a space.
func plain(char rune) rune {
	switch {
	case char == 0, char == unicode.ReplacementChar, unicode.Is(unicode.Bidi_Control, char):
		return -1
	case unicode.IsControl(char), char == '\u2028', char == '\u2029':
		return ' '
	default:
		return char
	}
}

// longestCard is more than a card number takes with what may stand between its digits.
const longestCard = 100

// label is clip for what people read. Merchants put notes of all kinds into names, also how something was paid: of a card
// number the last four digits stay. Ids are not looked at: many are as long as a card number, and must stay what they are.
func label(told loose, most int) string {
	text, _ := redact.CardNumbers(clip(told, most+longestCard)) // so that none is cut in two before it is seen
	return clip(loose(text), most)
}
