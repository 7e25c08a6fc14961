package redact

import (
	"regexp"
	"strings"
)

const (
	codeMask = "•••"
	// nearBytes is how far from a masked card a security code is looked for, about one long sentence.
	nearBytes = 160
)

var maskedCard = regexp.MustCompile(cardMask + `\d{4}`)

const (
	// fourDigits is the code itself, the only group of each pattern, and what must not follow it.
	fourDigits = `(\p{Nd}{3,4})(?:\P{Nd}|$)`
	codeNames  = `(?:cvv2?|cvc2?|cvn|cv2|csc|cid|security\s+(?:code|number|no)|card\s+code` +
		`|(?:card\s+)?verification(?:\s+(?:code|value|number))?)`
	expiryDate = `(?:exp(?:iry|ires|iration)?\.?[\s:]*)?\p{Nd}{1,2}\s*[/.\-]\s*\p{Nd}{2,4}`
)

// securityCodes are the ways people give the three or four digits away. Each pattern only counts near a masked card.
var securityCodes = []*regexp.Regexp{
	// "cvv 123", "CVC: 1234", "security code is 123", "card verification value = 123"
	regexp.MustCompile(`(?i)\b` + codeNames + `\b(?:\s+(?:is|was|number|code|no))*[\s:=#.,'"(\-–—]*` + fourDigits),
	// "123 on the back", "(123) is on the back"
	regexp.MustCompile(`(?i)(?:^|\P{Nd})(\p{Nd}{3,4})[\s),]*(?:is\s+|are\s+)?(?:on|at|from)\s+the\s+(?:back|front)\b`),
	// "on the back it says 123", "the back: 123"
	regexp.MustCompile(`(?i)\bthe\s+(?:back|front)\b(?:\s+(?:is|says|it\s+says|it\s+is))?[\s:=,]*` + fourDigits),
	// "•••• 1111 12/27 123", "•••• 1111, exp 12/2027, 123": the code after the expiry date
	regexp.MustCompile(`(?i)` + cardMask + `\d{4}[\s,;|]*` + expiryDate + `[\s,;|/]+` + fourDigits),
	// "•••• 1111 123" where the text or the line ends: the code right after the number
	regexp.MustCompile(`(?m)` + cardMask + `\d{4}[ \t,;|/]+(\p{Nd}{3,4})[ \t.;,)]*$`),
}

// spelledOut are those of securityCodes that tell a code by words alone, without a card beside it.
const spelledOut = 3

// ContainsSecurityCode reports whether text gives a card's security code in words: "cvv 123", "123 on the back". It is for
// fields in which no number of three or four digits belongs beside such words.
func ContainsSecurityCode(text string) bool {
	for _, pattern := range securityCodes[:spelledOut] {
		if pattern.MatchString(text) {
			return true
		}
	}
	return false
}

// maskSecurityCodes replaces security codes near the cards that are masked in text already, by this package or before.
func maskSecurityCodes(text string) (masked string, found bool) {
	for _, pattern := range securityCodes {
		cards := maskedCard.FindAllStringIndex(text, -1)
		if len(cards) == 0 {
			return text, found
		}
		var b strings.Builder
		from := 0
		for _, match := range pattern.FindAllStringSubmatchIndex(text, -1) {
			start, end := match[2], match[3]
			if !near(cards, start, end) {
				continue
			}
			b.WriteString(text[from:start])
			b.WriteString(codeMask)
			from, found = end, true
		}
		b.WriteString(text[from:])
		text = b.String()
	}
	return text, found
}

// near reports that [start, end) is close to one of the cards, but not the four digits of one.
func near(cards [][]int, start, end int) bool {
	isNear := false
	for _, card := range cards {
		if start >= card[0] && end <= card[1] {
			return false
		}
		isNear = isNear || (start-card[1] <= nearBytes && card[0]-end <= nearBytes)
	}
	return isNear
}
