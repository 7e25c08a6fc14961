package intent

import (
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// findDates finds the words that say when: of all places the longest, of equals the earliest.
func findDates(tokens []token) (found match) {
	keep := func(from, to int) {
		if to-from > found.to-found.from {
			found = match{from: from, to: to}
		}
	}
	for _, m := range data.phrases["dates"].all(tokens) {
		keep(m.from, m.to)
	}
	for at := 0; at < len(tokens); at++ {
		end := at
		for end < len(tokens) && saysWhen(tokens, end) {
			end++
		}
		if end > at {
			keep(trimWhen(tokens, at, end))
			at = end
		}
	}
	return found
}

// saysWhen reports a word that may be part of a date.
func saysWhen(tokens []token, at int) bool {
	t := tokens[at]
	if t.has(isStop|isCurrency|isPercent) || t.has(isAmount) && !t.has(isNumber) {
		return false
	}
	return t.has(isNumber) || data.when.any(t.text) || data.when.any(t.stem) || isOrdinal(t.text)
}

// trimWhen cuts a stretch down to what says when; nothing is left of one without a core.
func trimWhen(tokens []token, from, to int) (first, end int) {
	first, last := -1, -1
	for at := from; at < to; at++ {
		if coreOf(tokens[from:to], at-from) {
			if first < 0 {
				first = at
			}
			last = at
		} else if text := tokens[at].text; first >= 0 && (text == "and" || text == "y" || text == "or" || text == "o") &&
			!ranges[tokens[from].text] {
			break // the next date is another one
		}
	}
	if first < 0 {
		return from, from
	}
	if !data.when.point[tokens[first].text] {
		for first > from && (narrows(tokens[first-1]) || articles[tokens[first-1].text]) {
			first--
		}
	}
	if first > from && data.when.before[tokens[first-1].text] {
		first--
	}
	for last+1 < to && (data.when.after[tokens[last+1].text] || tokens[last+1].has(isYear) || isOrdinal(tokens[last+1].text)) {
		last++
	}
	return first, last + 1
}

var (
	ranges   = wordSet("from between de desde entre")
	articles = wordSet("the el la los las of de del")
)

// narrows reports a word that says which of several days, weeks or months is meant.
func narrows(t token) bool {
	const most = 366
	return data.when.which[t.text] || t.has(isNumber) && t.number <= most && !t.has(isYear)
}

// coreOf reports a word that says when, beside its neighbours in a stretch.
func coreOf(stretch []token, at int) bool {
	t := stretch[at]
	word := func(words map[string]bool) bool { return words[t.text] || words[t.stem] }
	const reach = 3
	narrowed := at+1 < len(stretch) && data.when.after[stretch[at+1].text]
	for back := max(0, at-reach); back < at; back++ {
		narrowed = narrowed || narrows(stretch[back])
	}
	led := at > 0 && data.when.before[stretch[at-1].text]
	switch {
	case word(data.when.core), word(data.when.point):
		return true
	case word(data.when.unit):
		return narrowed
	case data.when.season[t.text]:
		return narrowed || led || at > 1 && articles[stretch[at-1].text] && data.when.before[stretch[at-2].text]
	case t.has(isYear):
		const early, late = 2015, 2030 // "for 2000" is a sum
		return led && (stretch[at-1].text != "for" || t.number >= early && t.number <= late)
	case isOrdinal(t.text):
		return at > 0 && stretch[at-1].text == "the"
	default:
		return false
	}
}

// isOrdinal reports "3rd" and "15th".
func isOrdinal(text string) bool {
	for _, end := range []string{"st", "nd", "rd", "th"} {
		if digits, ok := strings.CutSuffix(text, end); ok && isDigits(digits) {
			return true
		}
	}
	return false
}

// whenWords are the kinds of words that say when.
type whenWords struct{ point, core, unit, season, which, before, after, link map[string]bool }

func (w *whenWords) any(text string) bool {
	return w.point[text] || w.core[text] || w.unit[text] || w.season[text] || w.which[text] || w.before[text] || w.after[text] || w.link[text]
}

// fillDates reads when. The future is told in words only.
func (r *reader) fillDates(reading *Reading) {
	if r.dates.to == r.dates.from {
		return
	}
	last := r.tokens[r.dates.to-1]
	reading.Dates = r.raw(r.dates.from, r.dates.to)
	if last.stem != last.text && last.text != "years" { // New Year's
		reading.Dates = strings.TrimRight(strings.TrimSuffix(reading.Dates, "s"), "'’") // "yesterday's"
	}
	if r.message.Now.IsZero() {
		return
	}
	text := reading.Dates
	if reading.Language == Spanish {
		text = r.text // a few words alone do not tell the language
	}
	if period, ok := spending.FindPeriod(text, r.message.Now, r.message.Location); ok {
		reading.Period = period
	}
}
