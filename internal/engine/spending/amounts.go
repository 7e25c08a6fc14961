package spending

import (
	"regexp"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// The words before an amount that say on which side of it the orders lie, in English and Spanish; longer ones first.
const (
	aboveWords = `no less than|at least|minimum of|starting at|from|al menos|como minimo|minimo de|desde`
	overWords  = `more than|greater than|larger than|bigger than|higher than|in excess of|over|above|exceeding|exceeded|` +
		`costing more than|mas de|por encima de|superiores a|superior a|mayores de|mayores a`
	upToWords  = `no more than|at most|up to|maximum of|como maximo|hasta|maximo de`
	underWords = `less than|cheaper than|smaller than|lower than|under|below|menos de|por debajo de|menores a|inferiores`
	exactWords = `exactly|of|for|the|that|a|de|por|el|la|los`
)

var (
	between     = regexp.MustCompile(`(?:^| )(?:between|entre|from|de)$`)
	aboveBefore = regexp.MustCompile(`(?:^| )(?:` + aboveWords + `)$`)
	overBefore  = regexp.MustCompile(`(?:^| )(?:` + overWords + `)$`)
	upToBefore  = regexp.MustCompile(`(?:^| )(?:` + upToWords + `)$`)
	underBefore = regexp.MustCompile(`(?:^| )(?:` + underWords + `)$`)
	exactBefore = regexp.MustCompile(`(?:(?:^| )(?:` + exactWords + `))?$`)
	joining     = regexp.MustCompile(`^ ?(?:and|to|y|a|until|hasta)? ?$`)
	// counted follows a number that is none of money: "over 3 weeks", "more than 5 times".
	counted = regexp.MustCompile(`^ ?(?:days?|weeks?|months?|years?|hours?|times?|orders?|purchases?|transactions?|items?|percent|` +
		`dias?|semanas?|mes|meses|anos?|veces|pedidos?|compras?|por ciento|(?:of |de )?(?:` + monthNames + `|` + spanishMonth + `))\b`)
)

// takeAmounts cuts the amounts out of a question that bound the orders asked about: "over $50", "between 20 and 50
// dollars", "the $45.20 charge". A number without a currency counts only after a word such as "over". ok is false where
// an amount can be read in more than one way.
func takeAmounts(text, currency string) (bounds Range, rest string, ok bool) {
	amounts, doubts := money.Find(text, currency)
	for _, doubt := range doubts {
		before := Fold(text[:doubt.Start])
		if overBefore.MatchString(before) || underBefore.MatchString(before) || aboveBefore.MatchString(before) || upToBefore.MatchString(before) {
			return Range{}, text, false
		}
	}
	for i, amount := range amounts {
		before, after := Fold(text[:amount.Start]), Fold(text[amount.End:])
		if amount.Bare && counted.MatchString(after) {
			continue
		}
		value := amount.Money
		if i+1 < len(amounts) && between.MatchString(before) && joining.MatchString(Fold(text[amount.End:amounts[i+1].Start])) {
			second := amounts[i+1]
			if second.Bare && (amount.Bare && yearLike(value) || counted.MatchString(Fold(text[second.End:]))) {
				return Range{}, text, true // "between 2024 and 2025", "from 3 to 10 November"
			}
			if amount.Bare && value.Currency != second.Money.Currency {
				value.Currency = second.Money.Currency
			}
			return Range{Min: &value, Max: &second.Money}, cutWords(text, amount.Start, between) + " " + text[second.End:], true
		}
		for _, side := range []struct {
			words *regexp.Regexp
			bare  bool // fits a number without a currency too
			bound func(*Range)
		}{
			{overBefore, true, func(r *Range) { r.Min, r.MinBeyond = &value, true }},
			{underBefore, true, func(r *Range) { r.Max, r.MaxBeyond = &value, true }},
			{upToBefore, false, func(r *Range) { r.Max = &value }},
			{aboveBefore, false, func(r *Range) { r.Min = &value }},
			{exactBefore, false, func(r *Range) { r.Min, r.Max = &value, &value }},
		} {
			if (side.bare || !amount.Bare) && side.words.MatchString(before) {
				side.bound(&bounds)
				return bounds, cutWords(text, amount.Start, side.words) + " " + text[amount.End:], true
			}
		}
	}
	return Range{}, text, true
}

// yearLike reports 19xx or 20xx whole units.
func yearLike(amount money.Money) bool {
	exponent, _ := money.Exponent(amount.Currency)
	whole := amount.Amount
	for range exponent {
		whole /= 10
	}
	return whole >= 1900 && whole < 2100
}

// cutWords is the text before an amount without the words of the pattern that stand at its end.
func cutWords(text string, start int, pattern *regexp.Regexp) string {
	kept := strings.TrimRight(text[:start], " ")
	for range strings.FieldsSeq(pattern.FindString(Fold(kept))) {
		kept = strings.TrimRight(kept[:strings.LastIndexByte(kept, ' ')+1], " ")
	}
	return kept
}
