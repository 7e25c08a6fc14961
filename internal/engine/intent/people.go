package intent

import (
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

var (
	speakers  = wordSet("me i myself mine im ill ive yo mi conmigo")
	ourselves = wordSet("us we our ours were nosotros nosotras nos nuestra nuestro somos")
	listing   = wordSet("and or y e o plus")
)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// markListed takes what stands in a list of people for a name too, known or not: "we are Ana, Beth and Cleo", "between
// Ngozi and me", "A, B and C". Only a capital letter tells such a name.
func (r *reader) markListed() {
	for _, m := range data.phrases["lists"].all(r.tokens) {
		for at := m.to; at < len(r.tokens); at++ {
			t := &r.tokens[at]
			switch {
			case t.has(isName), speakers[t.text] && r.raw(at, at+1) != "A", listing[t.text], t.text == ",", t.text == "&":
			case t.capital && t.word() && !t.has(isAmount|isNumber|isMerchant) && !ourselves[t.text]:
				t.traits |= isName
			default:
				at = len(r.tokens)
			}
		}
	}
}

// fillPeople reads who is named, and which of them is the speaker.
func (r *reader) fillPeople(reading *Reading) {
	for _, m := range data.phrases["selves"].all(r.tokens) {
		at := m.named[len(m.named)-1]
		if r.tokens[at].capital || r.tokens[at].has(isName) {
			reading.Speaker = r.name(at)
		}
	}
	for at, t := range r.tokens {
		if !t.has(isName) {
			continue
		}
		name := r.name(at)
		same := func(other string) bool { return strings.EqualFold(other, name) }
		if same(reading.Speaker) || slices.ContainsFunc(reading.People, same) {
			continue
		}
		reading.People = append(reading.People, name)
	}
}

// name is a name as it was typed, without a possessive s.
func (r *reader) name(at int) string {
	raw := r.raw(at, at+1)
	if t := r.tokens[at]; t.stem != t.text {
		raw = strings.TrimSuffix(strings.TrimRight(strings.TrimSuffix(raw, "s"), "'’"), "’")
	}
	return raw
}

// fillDivision reads into how many parts, how, and whether the speaker takes part.
func (r *reader) fillDivision(reading *Reading) {
	for _, m := range data.phrases["parts"].all(r.tokens) {
		if reading.Parts == 0 {
			reading.Parts = r.tokens[r.lastNumber(m)].number
		}
	}
	reading.Method = r.method()
	some := len(reading.Amounts) > 0 && (reading.Parts > 0 || len(reading.People) > 0)
	if reading.Method == "" && some && !data.phrases["debts"].in(r.tokens) {
		reading.Method = MethodEqual
	}
	reading.IncludesMe = r.includesMe(reading)
}

// lastNumber is the last number that a phrase names.
func (r *reader) lastNumber(m match) int {
	for _, at := range slices.Backward(m.named) {
		if r.tokens[at].has(isNumber) {
			return at
		}
	}
	return m.from
}

// method is how to divide, "" when nothing says so. A plain "split it" is equal, so little speaks for that, and what names
// another way goes before it.
func (r *reader) method() string {
	const enoughEqual, enoughOther = 4, 8
	sums := data.methods.weigh(r.tokens, nil)
	others := sums[1:]
	best := slices.Index(others, slices.Max(others))
	switch {
	case others[best] >= enoughOther, others[best] >= enoughEqual && others[best] > sums[0]:
		return methodSides[1+best]
	case sums[0] >= enoughEqual:
		return MethodEqual
	default:
		return ""
	}
}

// includesMe reports whether the speaker takes part: unless they say that they do not, or divide between others.
func (r *reader) includesMe(reading *Reading) bool {
	if data.phrases["excludes"].in(r.tokens) {
		return false
	}
	return reading.Speaker != "" || reading.Parts > len(reading.People) || !data.phrases["others"].in(r.tokens) ||
		slices.ContainsFunc(r.tokens, func(t token) bool { return speakers[t.text] || ourselves[t.text] })
}

// markPersons takes a word with a capital letter for a name where only a person can stand.
func (r *reader) markPersons() {
	for _, m := range data.phrases["persons"].all(r.tokens) {
		for _, at := range m.named {
			if t := &r.tokens[at]; t.has(isCapital) && !t.has(isMerchant|isCategory) && !data.when.core[t.text] {
				t.traits |= isName
			}
		}
	}
}

// IsName reports a word that is a person's first name and nothing else.
func IsName(word string) bool { return data.names[spending.Fold(word)] }
