package split

import (
	"regexp"
	"strconv"
	"strings"
)

func itoa(i int) string { return strconv.Itoa(i) }

//nolint:lll // a pattern is read in one piece
var (
	itemIs    = pattern(`(?:the |my |our )?((?:[a-z]+ ){1,3}?)(?:is|are|was|were|belongs to|goes to|for) (?:only |just |for |both |all )*<L>`)
	belongs   = regexp.MustCompile(` (?:for|belongs|goes) `)
	itemOfAll = pattern(`(?:the )?((?:[a-z]+ ){1,3}?)(?:is|are|was|were) (?:for |just |all )*(?:everyone|shared|all of us|for all|common|split)`)
	tookItem  = pattern(`<L> (?:<W>{0,2}?)(?:had|ordered|got|ate|drank|took|takes|take|claims|claimed|wants|gets|bought|shared) (?:only )?(?:the|a|an|some|just|both) ((?:[a-z]+ ?){1,3})`)
	thenItem  = regexp.MustCompile(`(?:,|and) (P\d+) (?:only )?(?:the|a|an) ((?:[a-z]+ ?){1,3})`)
	restOfAll = pattern(`(?:everything else|the rest|rest|all else|others?) (?:is |are |was )?(?:shared|for everyone|everyone|for all of us|common|split|equal|equally|evenly|is split|we share)`)
	byItem    = pattern(`(?:by (?:the )?(?:items?|what|who)|itemi[sz]e|who (?:had|ordered|claimed|got) what|own stuff|own things|what (?:each|everyone|P\d+|we) (?:of us |one |person )?(?:had|ordered|got|ate)|ordered each|each who|by what)`)
)

// stopClaims are words that are no item.
var stopClaims = set(`
	rest remainder total bill check tab tip tax it that this they there what who which everything all one ones
	half thing everyone  people dinner lunch order receipt split each share double most`)

// overlapping are all matches of a phrase, of which one may begin with the space that ends the one before.
func overlapping(p phrase, text string) (matches [][]string) {
	for at := 0; at < len(text); {
		loc := p.FindStringSubmatchIndex(text[at:])
		if loc == nil {
			break
		}
		m := make([]string, len(loc)/2)
		for i := range m {
			if loc[2*i] >= 0 {
				m[i] = text[at+loc[2*i] : at+loc[2*i+1]]
			}
		}
		matches = append(matches, m)
		at += max(loc[1]-1, loc[0]+1)
	}
	return matches
}

// itemClaims finds who had what.
func (r *reader) itemClaims() {
	r.f.byItems = byItem.MatchString(r.f.text)
	add := func(list, words string, everyone bool) {
		var kept []string
		for word := range strings.FieldsSeq(words) {
			if word != "the" && word != "a" && word != "and" && word != "s" && word != "only" && word != "my" && word != "some" {
				kept = append(kept, word)
			}
		}
		if len(kept) == 0 || stopClaims[kept[len(kept)-1]] || stopClaims[kept[0]] {
			return
		}
		r.f.claims = append(r.f.claims, itemClaim{people: peopleOf(list), everyone: everyone, words: kept})
	}
	for _, m := range itemIs.FindAllStringSubmatch(r.f.text, -1) {
		if strings.Contains(m[2], "'s") || belongs.MatchString(m[0]) {
			add(m[2], m[1], false)
		}
	}
	for _, m := range itemOfAll.FindAllStringSubmatch(r.f.text, -1) {
		add("", m[1], true)
	}
	for _, m := range overlapping(tookItem, r.f.text) {
		add(m[1], m[2], false)
	}
	for _, m := range thenItem.FindAllStringSubmatch(r.f.text, -1) {
		add(m[1], m[2], false)
	}
	r.f.restAll = restOfAll.MatchString(r.f.text)
}
