package intent

import "strings"

// fillProduct reads what the price asked about is of: the longest run of words that say neither what is asked nor when
// nor where.
func (r *reader) fillProduct(reading *Reading) {
	best, from, to := 0, 0, 0
	for at := 0; at < len(r.tokens); at++ {
		if !r.namesThing(at) {
			continue
		}
		end := r.thingEnd(at)
		if weight := r.thingWeight(at, end); weight > best {
			best, from, to = weight, at, end
		}
		at = end
	}
	reading.Product = strings.TrimSpace(r.raw(from, to))
	if to > 0 && r.tokens[to-1].stem != r.tokens[to-1].text {
		reading.Product = strings.TrimRight(strings.TrimSuffix(reading.Product, "s"), "'’")
	}
}

// namesThing reports a word that can be part of a thing's name.
func (r *reader) namesThing(at int) bool {
	if at >= len(r.tokens) {
		return false
	}
	t := r.tokens[at]
	switch {
	case t.capital && at > 0 && r.tokens[at-1].word() && t.traits&^isCapital == 0 && !data.english[t.text] && !data.when.any(t.text):
		return true // Le Creuset
	case t.text == "set" && r.word(at+1) != "" && (at == 0 || opening[r.word(at+1)]): // "set an alert" is no set of anything
		return false
	case !t.word(), t.has(isPercent | isRatio | isCurrency), r.dates.from <= at && at < r.dates.to, data.stops[t.text]:
		return false
	case t.has(isMerchant):
		return !placed[r.word(at-1)] && r.namesThing(at+1)
	case t.money.Currency != "":
		return r.counts(at) || r.modelNumber(at)
	default:
		return true
	}
}

var (
	// placed is what stands before a merchant that sells the thing.
	placed = wordSet("at from on in en to by via has have")
	// opening begins what is set: "set an alert".
	opening = wordSet("a an the my up one un una")
	// joining may stand inside a name: "tickets to Lisbon", "pack of gum".
	joining = wordSet("of to de a la - & + '")
)

func (r *reader) thingEnd(at int) int {
	end := at + 1
	for end < len(r.tokens) {
		switch {
		case r.namesThing(end):
			end++
		case joining[r.word(end)] && r.namesThing(end+1):
			end += 2
		default:
			return end
		}
	}
	return end
}

// thingWeight prefers long names, names that begin with a capital letter inside a sentence, and what stands behind the
// words that a thing follows.
func (r *reader) thingWeight(from, to int) int {
	const most = 5
	weight := 2 * min(to-from, most)
	if r.tokens[from].capital && from > 0 {
		weight += 2
	}
	if behind[r.word(from-1)] {
		weight += 3
	}
	return weight
}

// behind are words that a thing follows.
var behind = wordSet("the a an my for of on el la los las un una del de this that these those track watch monitor buy")
