// Package category is the one vocabulary of what money is spent on. Merchants, transactions, insights and reward
// rules all use these words, so a word is added here or nowhere.
//
// What a purchase counts as is data, not code: each category lists the broader ones it also satisfies. A food delivery
// is dining to a card that rewards dining, a flight is travel; it never works the other way round. The rules are
// deliberately narrow where issuers differ. Two cases that matter in practice:
//
//   - Warehouse clubs (Costco, Sam's Club) are WholesaleClubs and superstores (Walmart, Target) are DepartmentStores,
//     never Groceries: U.S. issuers exclude both from supermarket bonuses even when food is what was bought.
//   - Rideshare counts as Transit, which most issuers grant, but not as Travel, which few do. A card that does grant
//     it carries a rule of its own for Transit.
package category

import "slices"

// Category is one word of the vocabulary. The empty string is not a category.
type Category string

// The vocabulary.
const (
	Groceries        Category = "groceries"
	Dining           Category = "dining"
	Delivery         Category = "delivery"
	OnlineRetail     Category = "online_retail"
	WholesaleClubs   Category = "wholesale_clubs"
	DepartmentStores Category = "department_stores"
	Gas              Category = "gas"
	Transit          Category = "transit"
	Rideshare        Category = "rideshare"
	Travel           Category = "travel"
	Flights          Category = "flights"
	Hotels           Category = "hotels"
	Streaming        Category = "streaming"
	Drugstores       Category = "drugstores"
	HomeImprovement  Category = "home_improvement"
	Electronics      Category = "electronics"
	Entertainment    Category = "entertainment"
	Fitness          Category = "fitness"
	Utilities        Category = "utilities"
	Phone            Category = "phone"
	Pets             Category = "pets"
	Other            Category = "other"
)

type row struct {
	category Category
	label    string
	// alsoCounts are the broader categories whose rules a purchase of this category satisfies, nearest first.
	alsoCounts []Category
}

// vocabulary is in the order people expect to see in a list; Other comes last.
var vocabulary = []row{
	{Groceries, "groceries", nil},
	{Dining, "dining", nil},
	{Delivery, "food delivery", []Category{Dining}},
	{OnlineRetail, "online shopping", nil},
	{WholesaleClubs, "wholesale clubs", nil},
	{DepartmentStores, "department stores and superstores", nil},
	{Gas, "gas", nil},
	{Transit, "transit", nil},
	{Rideshare, "rides", []Category{Transit}},
	{Travel, "travel", nil},
	{Flights, "flights", []Category{Travel}},
	{Hotels, "hotels", []Category{Travel}},
	{Streaming, "streaming", nil},
	{Drugstores, "drugstores", nil},
	{HomeImprovement, "home improvement", nil},
	{Electronics, "electronics", nil},
	{Entertainment, "entertainment", nil},
	{Fitness, "fitness", nil},
	{Utilities, "utilities", nil},
	{Phone, "phone bills", nil},
	{Pets, "pets", nil},
	{Other, "everything else", nil},
}

var byCategory = func() map[Category]row {
	index := make(map[Category]row, len(vocabulary))
	for _, r := range vocabulary {
		index[r.category] = r
	}
	return index
}()

// Ordinal is the place of c in All, which is below 64; ok is false for a word outside the vocabulary. It is for sets of
// categories that are asked very often.
func (c Category) Ordinal() (ordinal int, ok bool) {
	ordinal, ok = ordinals[c]
	return ordinal, ok
}

var ordinals = func() map[Category]int {
	index := make(map[Category]int, len(vocabulary))
	for i, r := range vocabulary {
		index[r.category] = i
	}
	return index
}()

// All lists the vocabulary in display order. The slice is the caller's own.
func All() []Category {
	all := make([]Category, len(vocabulary))
	for i, r := range vocabulary {
		all[i] = r.category
	}
	return all
}

// Parse turns a stored or typed word into a Category; ok is false when it is not one of the vocabulary exactly.
func Parse(word string) (category Category, ok bool) {
	_, ok = byCategory[Category(word)]
	if !ok {
		return "", false
	}
	return Category(word), true
}

// Valid reports whether c is one of the vocabulary.
func (c Category) Valid() bool {
	_, ok := byCategory[c]
	return ok
}

// Label is how to write c inside an English sentence: "food delivery". Unknown words are returned as they are.
func (c Category) Label() string {
	if r, ok := byCategory[c]; ok {
		return r.label
	}
	return string(c)
}

// Satisfies lists the rule categories that a purchase of category c meets: c itself first, then the broader ones. It
// is empty for a word outside the vocabulary. The slice is the caller's own.
func (c Category) Satisfies() []Category {
	r, ok := byCategory[c]
	if !ok {
		return nil
	}
	return append([]Category{c}, r.alsoCounts...)
}

// Counts reports whether a purchase of category c meets a rule about wanted.
func (c Category) Counts(wanted Category) bool {
	r, ok := byCategory[c]
	if !ok {
		return false
	}
	if c == wanted {
		return true
	}
	return slices.Contains(r.alsoCounts, wanted)
}
