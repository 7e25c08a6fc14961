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
	found, _, _ := l.find(words(text))
	return found.merchant, found.length > 0
}

// find is Find on words; the match is list[from:to].
func (l Lexicon) find(list []word) (found alias, from, to int) {
	for i := range list {
		for _, key := range []string{list[i].text, list[i].stem} {
			for _, entry := range l.byFirst[key] {
				if entry.length > found.length && entry.at(list, i) {
					found, from, to = entry, i, i+len(entry.words)
				}
			}
		}
	}
	return found, from, to
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
	return list[start].capital || slices.Contains([]string{"at", "from", "to", "via"}, list[start-1].text)
}
