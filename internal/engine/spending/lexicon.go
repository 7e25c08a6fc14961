package spending

import (
	"slices"
	"strings"
)

// Merchant is what a lexicon knows of one merchant.
type Merchant struct {
	Slug     string
	Name     string
	Category string
	Aliases  []string // other ways people write the name; the name and the slug need not be among them
}

// Lexicon finds merchants in text. It is safe for concurrent use; the zero value knows none.
type Lexicon struct {
	byFirst map[string][]alias // by the first word, longest first
}

type alias struct {
	words    []string
	length   int
	merchant Merchant
}

// NewLexicon builds a lexicon from names, slugs and aliases. Where two merchants share an alias, the first one has it.
func NewLexicon(merchants []Merchant) Lexicon {
	lexicon := Lexicon{byFirst: map[string][]alias{}}
	seen := map[string]bool{}
	for _, merchant := range merchants {
		for _, name := range append([]string{merchant.Name, merchant.Slug}, merchant.Aliases...) {
			folded := Fold(name)
			if folded == "" || seen[folded] {
				continue
			}
			seen[folded] = true
			parts := strings.Fields(folded)
			entry := alias{words: parts, length: len(folded), merchant: merchant}
			lexicon.byFirst[parts[0]] = append(lexicon.byFirst[parts[0]], entry)
		}
	}
	for _, entries := range lexicon.byFirst {
		slices.SortStableFunc(entries, func(a, b alias) int { return b.length - a.length })
	}
	return lexicon
}

// everyday are merchant names that are also plain words: they count only after a preposition of place or when written
// with a capital letter inside a sentence. "A target price" is no shop.
var everyday = map[string]bool{
	"target": true, "gap": true, "shell": true, "apple": true, "subway": true, "delta": true, "united": true,
	"southwest": true, "prime": true, "chase": true, "discover": true, "visa": true, "ring": true, "square": true,
}

// Find returns the merchant whose longest name or alias occurs in the text as whole words, whatever the case and the
// marks on letters; of two equally long ones, the earlier.
func (l Lexicon) Find(text string) (Merchant, bool) {
	places := l.places(words(text))
	if len(places) == 0 {
		return Merchant{}, false
	}
	longest := slices.MaxFunc(places, func(a, b place) int { return a.length - b.length })
	return longest.merchant, true
}

// Mention is a place in a text where a merchant is named: text[Start:End].
type Mention struct {
	Merchant   Merchant
	Start, End int
}

// Mentions returns every merchant that a text names, in the order of the text; of two names that overlap the longer
// one counts.
func (l Lexicon) Mentions(text string) []Mention {
	list := words(text)
	var mentions []Mention
	for _, p := range l.places(list) {
		mentions = append(mentions, Mention{Merchant: p.merchant, Start: list[p.from].start, End: list[p.to-1].end})
	}
	return mentions
}

// place is where words name a merchant: list[from:to].
type place struct {
	alias

	from, to int
}

// places finds every merchant in the words, in their order; of names that overlap the longest counts, then the earliest.
func (l Lexicon) places(list []word) []place {
	var all []place
	for i, w := range list {
		all = l.placesAt(all, list, i, w.text)
		if w.stem != w.text {
			all = l.placesAt(all, list, i, w.stem)
		}
	}
	slices.SortStableFunc(all, func(a, b place) int { return b.length - a.length })
	taken := make([]bool, len(list))
	all = slices.DeleteFunc(all, func(p place) bool {
		if slices.Contains(taken[p.from:p.to], true) {
			return true
		}
		for i := p.from; i < p.to; i++ {
			taken[i] = true
		}
		return false
	})
	slices.SortFunc(all, func(a, b place) int { return a.from - b.from })
	return all
}

func (l Lexicon) placesAt(all []place, list []word, i int, first string) []place {
	for _, entry := range l.byFirst[first] {
		if entry.at(list, i) {
			all = append(all, place{entry, i, i + len(entry.words)})
		}
	}
	return all
}

func (a alias) at(list []word, start int) bool {
	if start+len(a.words) > len(list) {
		return false
	}
	for i, part := range a.words {
		if w := list[start+i]; w.text != part && w.stem != part {
			return false
		}
	}
	if len(a.words) > 1 || !everyday[a.words[0]] {
		return true
	}
	if start == 0 {
		return len(list) == 1
	}
	return list[start].capital || slices.Contains([]string{"at", "from", "to", "via", "en", "con"}, list[start-1].text)
}
