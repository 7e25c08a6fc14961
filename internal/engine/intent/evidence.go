package intent

import (
	"slices"
	"strings"
)

// evidence is a pattern that speaks for one reading of a message.
type evidence struct {
	pattern

	side     int
	weight   int
	supports bool // it counts only beside other evidence for the same, and never more than that
}

// ballot decides between sides by the evidence that a message holds.
type ballot struct {
	sides    []string
	evidence []evidence
	book     book
}

// scores are the weights that speak for each side of a ballot.
type scores []int

// Finding is one piece of evidence that a message held, for people who want to know why it was read as it was.
type Finding struct {
	Side    string // card, split, tracker, spending, greeting and so on
	Pattern string // as the lexicon has it
	Weight  int
	Words   string // what was found
}

// weigh adds up the evidence in a message; each piece counts once, however often it is found.
func (b *ballot) weigh(tokens []token, note func(Finding)) scores {
	seen := make([]bool, len(b.evidence))
	sums, support := make(scores, len(b.sides)), make(scores, len(b.sides))
	b.book.each(tokens, func(index, at int) {
		if seen[index] {
			return
		}
		e := &b.evidence[index]
		m, ok := e.at(tokens, at)
		if !ok {
			return
		}
		seen[index] = true
		if e.supports {
			support[e.side] += e.weight
		} else {
			sums[e.side] += e.weight
		}
		if note != nil {
			note(Finding{Side: b.sides[e.side], Pattern: e.source, Weight: e.weight, Words: textOf(tokens, m.named)})
		}
	})
	for side := range sums {
		if sums[side] > 0 {
			sums[side] += min(support[side], sums[side])
		}
	}
	return sums
}

func textOf(tokens []token, indexes []int) string {
	words := make([]string, len(indexes))
	for i, index := range indexes {
		words[i] = tokens[index].text
	}
	return strings.Join(words, " ")
}

// idiom takes a phrase out of reading, or keeps it in.
type idiom struct {
	pattern

	keep bool
}

// mask takes the phrases out that only sound like ours. Those that are kept are never taken.
func mask(tokens []token) {
	var kept, masked []int
	data.idiomBook.each(tokens, func(index, at int) {
		i := &data.idioms[index]
		m, ok := i.at(tokens, at)
		switch {
		case !ok:
		case i.keep:
			kept = append(kept, m.named...)
		default:
			masked = append(masked, m.named...)
		}
	})
	for _, index := range masked {
		if !tokens[index].has(isAmount) && !slices.Contains(kept, index) {
			tokens[index].masked = true
		}
	}
}
