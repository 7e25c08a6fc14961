package redact

import (
	"cmp"
	"slices"
	"strings"
)

const (
	minCardDigits = 13
	maxCardDigits = 19
	keptDigits    = 4
	cardMask      = "•••• "
)

// CardNumbers replaces every payment card number in text by its last four digits ("•••• 1111") and, near one, the
// card's security code by "•••". found tells whether anything was replaced; if not, masked is text unchanged.
//
// A card number is 13 to 19 digits that pass the Luhn check. Digits of any script count (full-width, Arabic-Indic ...),
// and between two of them up to four spaces, dashes, dots or invisible characters of any kind may stand. Within a
// longer sequence a number is looked for first where groups begin and end, so that "order 1234 4111 1111 1111 1111"
// loses its card and keeps its order; inside one unbroken group of digits only numbers with the prefix and length of a
// known network count. The same text always gives the same answer, and the answer contains no further card number.
func CardNumbers(text string) (masked string, found bool) {
	masked = text
	for {
		spans := cardSpans(masked)
		if len(spans) == 0 {
			break
		}
		// Each round removes nine digits or more, so this ends; a second round is needed only when the four digits
		// that were kept form a new number together with their neighbours.
		masked, found = maskSpans(masked, spans), true
	}
	if code, codeFound := maskSecurityCodes(masked); codeFound {
		return code, true
	}
	return masked, found
}

// ContainsCardNumber reports whether CardNumbers would mask a card number in text. It ignores security codes.
func ContainsCardNumber(text string) bool { return len(cardSpans(text)) > 0 }

// span is one card number: its place in the text in bytes and the four digits to keep.
type span struct {
	start, end int
	lastFour   string
}

func maskSpans(text string, spans []span) string {
	var b strings.Builder
	b.Grow(len(text))
	from := 0
	for _, s := range spans {
		b.WriteString(text[from:s.start])
		b.WriteString(cardMask)
		b.WriteString(s.lastFour)
		from = s.end
	}
	b.WriteString(text[from:])
	return b.String()
}

// cardSpans finds the card numbers of text in order of place; they do not overlap.
func cardSpans(text string) []span {
	var spans []span
	for _, r := range digitRuns(text) {
		if len(r.digits) < minCardDigits || r.looksLikeSomethingElse(text) {
			continue
		}
		for _, w := range r.choose(r.windows()) {
			spans = append(spans, r.span(w))
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return spans
}

// window is a candidate within a run: digits [from, to), and how much it looks like a card.
type window struct {
	from, to int
	rank     int // lower is likelier
}

const (
	rankGroupsOfNetwork = iota // whole groups, prefix and length of a network
	rankGroups                 // whole groups
	rankInsideOfNetwork        // part of an unbroken group, prefix and length of a network
)

// windows lists every candidate of a run.
func (r run) windows() []window {
	var found []window
	for from := range r.digits {
		for size := minCardDigits; size <= maxCardDigits && from+size <= len(r.digits); size++ {
			to := from + size
			whole := r.groupBegins(from) && r.groupBegins(to)
			network := isNetworkNumber(r.values(from, to))
			if (!whole && !network) || !luhn(r.values(from, to)) {
				continue
			}
			rank := rankGroups
			switch {
			case whole && network:
				rank = rankGroupsOfNetwork
			case network:
				rank = rankInsideOfNetwork
			}
			found = append(found, window{from: from, to: to, rank: rank})
		}
	}
	return found
}

// choose keeps the likeliest candidates that do not overlap: by rank, then the longer, then the earlier.
func (r run) choose(candidates []window) []window {
	slices.SortFunc(candidates, func(a, b window) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.to-b.from, a.to-a.from), cmp.Compare(a.from, b.from))
	})
	taken := make([]bool, len(r.digits))
	var chosen []window
	for _, w := range candidates {
		if slices.Contains(taken[w.from:w.to], true) {
			continue
		}
		for i := w.from; i < w.to; i++ {
			taken[i] = true
		}
		chosen = append(chosen, w)
	}
	return chosen
}

func (r run) span(w window) span {
	lastFour := make([]byte, 0, keptDigits)
	for _, d := range r.digits[w.to-keptDigits : w.to] {
		lastFour = append(lastFour, '0'+d.value)
	}
	return span{start: r.digits[w.from].start, end: r.digits[w.to-1].end, lastFour: string(lastFour)}
}

// luhn is the check of ISO/IEC 7812-1: from the right, every second digit doubled, the digits' sum divisible by ten.
func luhn(digits []digit) bool {
	sum := 0
	for i := range digits {
		value := int(digits[len(digits)-1-i].value)
		if i%2 == 1 {
			value *= 2
			if value > 9 {
				value -= 9
			}
		}
		sum += value
	}
	return sum%10 == 0
}

// network is a range of card numbers by their first digits, inclusive, and their lengths.
type network struct {
	digits               int // how many first digits low and high have
	low, high            int
	minLength, maxLength int
}

// networks are the ranges in wide use; ISO/IEC 7812 as published by the networks. Rare lengths (13 digit Visa, Maestro)
// are left out here: they are found as whole groups without this list.
var networks = []network{
	{1, 4, 4, 16, 16},              // Visa
	{2, 51, 55, 16, 16},            // Mastercard
	{4, 2221, 2720, 16, 16},        // Mastercard
	{2, 34, 34, 15, 15},            // American Express
	{2, 37, 37, 15, 15},            // American Express
	{4, 6011, 6011, 16, 16},        // Discover
	{3, 644, 659, 16, 16},          // Discover
	{3, 300, 305, 14, 14},          // Diners Club
	{2, 36, 36, 14, 14},            // Diners Club
	{2, 38, 39, 14, 14},            // Diners Club
	{4, 3528, 3589, 16, 16},        // JCB
	{2, 62, 62, 16, maxCardDigits}, // UnionPay
}

func isNetworkNumber(digits []digit) bool {
	for _, n := range networks {
		if len(digits) < n.minLength || len(digits) > n.maxLength {
			continue
		}
		prefix := 0
		for _, d := range digits[:n.digits] {
			prefix = prefix*10 + int(d.value)
		}
		if prefix >= n.low && prefix <= n.high {
			return true
		}
	}
	return false
}
