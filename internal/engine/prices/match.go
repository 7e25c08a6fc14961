package prices

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// Product is an article of a merchant.
type Product struct {
	ID           string
	Name         string
	MerchantName string
	MerchantSlug string
	URL          string // empty where it is not known
	Own          bool   // only the person's own orders tell of it
}

// idle are words of questions about prices that name no product.
var idle = words(`a about above again ago all alert alerts am an and any anything are as ask at average back be been before below best
	better between big bought but buy buying by can change changed cheap cheaper cheapest check come cost costs could current
	currently date day days deal did do does dollar dollars down drop dropped drops each ever expect expensive expensivest fair fall
	fell find for from get getting give go goes going good got great had has have high higher highest history how i if im in
	increase is it its just keep know last less let like list lot low lower lowest many me month months more most much my need
	never new next normal not notify now of off offer offers ok okay old on once one or our out over overpay overpaid overpriced paid past pay
	paying per ping please price priced prices purchase remind right rise rose sale see sell set should show since so spend still
	store tell than that the their them then there these they thing things this those time to today tomorrow too track tracker
	tracking under until up us usual usually wait want was watch we week weeks well went were what whats when where which will with
	worth would year years yesterday yet you your lattice price history`)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// Words are what of a text may name a product: folded, without a plural s, each once, in order.
func Words(text string) []string {
	var list []string
	for word := range strings.FieldsSeq(spending.Fold(text)) {
		if idle[word] || isNumber(word) && len(word) > longestModel {
			continue
		}
		if stem := stem(word); !slices.Contains(list, stem) {
			list = append(list, stem)
		}
	}
	return list
}

// longestModel is how many digits a number has at most that is a model ("Switch 2", "RTX 5080").
const longestModel = 4

func isNumber(word string) bool {
	return strings.Trim(word, "0123456789") == ""
}

// stem takes a plural s off, so that "AirPods" and "AirPod" are one word, and so are "coffees" and "coffee".
func stem(word string) string {
	const shortest = 4
	if len(word) < shortest || strings.HasSuffix(word, "ss") || strings.HasSuffix(word, "us") {
		return word
	}
	return strings.TrimSuffix(word, "s")
}

// Match is a product that may be meant.
type Match struct {
	Product Product
	// Found are the words asked for that name it; Complete says that these are all that could.
	Found    int
	Complete bool

	weight float64
	extra  int
}

// Rank orders products by how well they are named by what was asked, best first, and leaves out those that are not named
// at all. A word weighs the more the fewer of the products it names; words that name none weigh nothing here, but leave
// every match incomplete.
func Rank(asked []string, products []Product) []Match {
	names, places := make([]map[string]bool, len(products)), make([]map[string]bool, len(products))
	count := map[string]int{}
	for i, product := range products {
		names[i], places[i] = map[string]bool{}, placeWords(product.Name)
		for word := range strings.FieldsSeq(spending.Fold(product.Name)) {
			names[i][stem(word)] = true
		}
		for word := range names[i] {
			count[word]++
		}
	}
	var list []Match
	for i, product := range products {
		m := Match{Product: product, extra: len(names[i])}
		named := false
		for _, word := range asked {
			if names[i][word] {
				m.Found++
				named = named || !places[i][word]
				m.weight += 1 + math.Log(float64(len(products))/float64(count[word]))
			}
		}
		if !named { // a house is no dish of the Tikka House
			continue
		}
		m.extra -= m.Found
		m.Complete = m.Found == len(asked)
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b Match) int {
		return cmp.Or(
			cmp.Compare(b.Found, a.Found), cmp.Compare(b.weight, a.weight), cmp.Compare(a.extra, b.extra),
			cmp.Compare(a.Product.Name, b.Product.Name), cmp.Compare(a.Product.MerchantName, b.Product.MerchantName),
			cmp.Compare(a.Product.ID, b.Product.ID),
		)
	})
	return list
}

// placeWords are the words that say in brackets who makes the product, "Vegetable Samosas (Tikka House)", less those that
// are in its own name too.
func placeWords(name string) map[string]bool {
	own, rest, _ := strings.Cut(name, "(")
	place, more, closed := strings.Cut(rest, ")")
	words := map[string]bool{}
	if !closed {
		return words
	}
	for word := range strings.FieldsSeq(spending.Fold(place)) {
		words[stem(word)] = true
	}
	for word := range strings.FieldsSeq(spending.Fold(own + " " + more)) {
		delete(words, stem(word))
	}
	return words
}

// Likeliest are the matches that are named equally well as the best: one is meant, several have to be asked about.
// Products of one name at several merchants stand beside each other.
func Likeliest(matches []Match) []Match {
	for i, m := range matches {
		if m.Found < matches[0].Found || m.weight < matches[0].weight || spare(m) > spare(matches[0]) {
			return matches[:i]
		}
	}
	return matches
}

// spare tells a product whose whole name was given from others that have more to it; how much more says nothing.
func spare(m Match) int { return min(m.extra, 1) }
