package money

import "strings"

// Style is how somebody wants figures written.
type Style string

// The styles. An unknown or empty one is StylePoint.
const (
	StylePoint Style = "1,234.50" // Format: "$1,234.50", "57.80 EUR"
	StyleComma Style = "1.234,50" // "1.234,50 $", "57,80 €", as most of Europe and South America write
)

// commaSigns stand behind the amount in StyleComma, where the euro's place is no question.
var commaSigns = map[string]string{"USD": "$", "GBP": "£", "JPY": "¥", "EUR": "€"}

// FormatFor writes the amount as Format does, in the style somebody chose. In StyleComma sign or code stand behind, after
// a space that does not break. It never fails.
func FormatFor(m Money, style Style) string {
	text := m.Format()
	if _, known := Exponent(m.Currency); style != StyleComma || !known {
		return text
	}
	digits := strings.Map(func(r rune) rune {
		switch {
		case r == comma:
			return dot
		case r == dot:
			return comma
		case r == '-' || r >= '0' && r <= '9':
			return r
		default:
			return -1
		}
	}, text)
	sign, ok := commaSigns[m.Currency]
	if !ok {
		sign = m.Currency
	}
	return digits + "\u00a0" + sign
}
