package chat

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// Prices knows products and what they cost. What the user bought is told only where own is set.
type Prices interface {
	Match(ctx context.Context, userID uuid.UUID, words []string, own bool) ([]prices.Match, error)
	History(ctx context.Context, userID, productID uuid.UUID, own bool) (prices.History, error)
	// Waiting are the user's own alerts, the newest first.
	Waiting(ctx context.Context, userID uuid.UUID) ([]prices.Waiting, error)
}

// mostMeant is how many products that may be meant are looked at.
const mostMeant = 8

// tracked is what was found for a question about a price.
type tracked struct {
	asked string   // what was asked for, in the asker's words where they are told apart
	words []string // that name it
	// meant are the products that may be meant; one where it is clear. Each of them has a price.
	meant []meant
	// nearest is what is named in part, where nothing is named wholly.
	nearest []prices.Match
	// waiting are the asker's alerts, where those are asked for.
	waiting []prices.Waiting
}

type meant struct {
	history prices.History
	outlook prices.Outlook
}

func (m meant) name() string { return m.history.Product.Name + " at " + m.history.Product.MerchantName }

func (m meant) bought() int {
	comparison, ok := prices.Compare(m.history.Purchases, nil)
	if !ok {
		return 0
	}
	return comparison.Count
}

// track finds the product that a question is about, and its prices.
func (o *Orchestrator) track(ctx context.Context, ask Ask, q question, reading intent.Reading) (tracked, error) {
	if q.asksOwnAlerts() {
		if q.chatType != TypeSolo { // they are nobody else's business
			return tracked{}, nil
		}
		waiting, err := o.Prices.Waiting(ctx, ask.UserID)
		return tracked{waiting: waiting}, err
	}
	t := tracked{asked: reading.Product, words: productWords(ask.Text, reading)}
	if t.asked == "" {
		t.asked = strings.Join(t.words, " ")
	}
	matches, err := o.Prices.Match(ctx, ask.UserID, t.words, q.private)
	if err != nil || len(matches) == 0 {
		return t, err
	}
	matches = atMerchants(prices.Likeliest(matches), q.merchantsNamed(ask.Text, reading))
	// A product that was named has to be named wholly: a Dyson vacuum is not just any vacuum.
	if reading.Product != "" && !matches[0].Complete {
		t.nearest = matches
		return t, nil
	}
	for _, match := range matches[:min(mostMeant, len(matches))] {
		id, err := uuid.Parse(match.Product.ID)
		if err != nil {
			return t, fmt.Errorf("read id of product: %w", err)
		}
		history, err := o.Prices.History(ctx, ask.UserID, id, q.private)
		if err != nil {
			return t, err
		}
		if outlook, err := prices.Analyze(history.Observations, history.Currency, ask.At); err == nil { // else it has no price yet
			t.meant = append(t.meant, meant{history, outlook})
		}
	}
	t.choose(ask.Text, reading)
	return t, nil
}

// productWords are the words that name the product, the merchant's name left out: those that were read as its name, else
// all of the text that may be.
func productWords(text string, reading intent.Reading) []string {
	words, merchant := prices.Words(reading.Product), prices.Words(reading.MerchantName)
	if len(words) == 0 {
		words = prices.Words(text)
	}
	return slices.DeleteFunc(words, func(word string) bool { return slices.Contains(merchant, word) })
}

// merchantsNamed are the slugs of the merchants a message names: "is it cheaper at Target or Walmart?".
func (q question) merchantsNamed(text string, reading intent.Reading) []string {
	var slugs []string
	for _, mention := range q.lexicon.Mentions(text) {
		slugs = append(slugs, mention.Merchant.Slug)
	}
	if len(slugs) == 0 && reading.MerchantSlug != "" {
		slugs = []string{reading.MerchantSlug}
	}
	return slugs
}

// atMerchants keeps the matches at merchants that were named, if there are any.
func atMerchants(matches []prices.Match, slugs []string) []prices.Match {
	var there []prices.Match
	for _, match := range matches {
		if slices.Contains(slugs, match.Product.MerchantSlug) {
			there = append(there, match)
		}
	}
	if len(there) == 0 {
		return matches
	}
	return there
}

// ownPurchase is how people speak of what they buy themselves.
var ownPurchase = regexp.MustCompile(`\b(?:i|we) (?:\w+ )?(?:buy|bought|paid|pay|ordered|order|get|got)\b` +
	`|\b(?:my|our) (?:usual|last|own|order|purchase)|\b(?:compro|compre|compramos|pague|pagamos)\b`)

// choose leaves the one product that is meant, where something tells: that the person buys it, the price they name, or that
// it is the same one at several merchants, of which the cheapest counts.
func (t *tracked) choose(text string, reading intent.Reading) {
	if ownPurchase.MatchString(spending.Fold(text)) {
		t.keepMost(meant.bought)
	}
	near := slices.DeleteFunc(slices.Clone(t.meant), func(m meant) bool {
		named := cmp.Or(namedPrice(text, reading, m.history.Product.Name), reading.Target)
		return named == nil || !about(m, *named)
	})
	if len(t.names()) > 1 && len(near) > 0 {
		t.meant = near
	}
	if len(t.names()) > 1 {
		return
	}
	slices.SortStableFunc(t.meant, func(a, b meant) int {
		if a.history.Currency != b.history.Currency { // no rate is known here, so no one is cheaper
			return 0
		}
		return int(a.outlook.Current.Price.Amount - b.outlook.Current.Price.Amount)
	})
}

// keepMost keeps the products that count most, if any counts.
func (t *tracked) keepMost(count func(meant) int) {
	most := 0
	for _, m := range t.meant {
		most = max(most, count(m))
	}
	if most > 0 {
		t.meant = slices.DeleteFunc(t.meant, func(m meant) bool { return count(m) < most })
	}
}

// namedPrice is the price that is asked about. One that was asked about before, of another product, is not meant again, and
// a number of the product's name is none: the 265 of a Forerunner 265.
func namedPrice(text string, reading intent.Reading, product string) *money.Money {
	named := reading.Amount
	if named == nil {
		return nil
	}
	number := wholeUnits(*named)
	if slices.Contains(prices.Words(product), number) && slices.Contains(strings.FieldsFunc(text, between), number) {
		rest := slices.DeleteFunc(slices.Clone(reading.Amounts), func(m money.Money) bool { return m == *named })
		if len(reading.Amounts)-len(rest) > 1 { // "is 265 a good price for the Forerunner 265?"
			return named
		}
		if len(rest) == 0 {
			return nil
		}
		named = &rest[0]
	}
	if before := reading.Before; before != nil && before.Amount != nil && before.Product != reading.Product && *before.Amount == *named {
		return nil
	}
	return named
}

// between separates words in which a currency sign would show.
func between(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:?!.()", r) }

// wholeUnits writes an amount without its currency, as a product's name has it; empty where it is none of whole units.
func wholeUnits(m money.Money) string {
	exponent, ok := money.Exponent(m.Currency)
	if !ok {
		return ""
	}
	for range exponent {
		if m.Amount%10 != 0 {
			return ""
		}
		m.Amount /= 10
	}
	return strconv.FormatInt(m.Amount, 10)
}

// about reports whether a named price is anywhere near what the product costs: neither is half as much again.
func about(m meant, named money.Money) bool {
	usual := m.outlook.Average
	return named.Currency == usual.Currency && 2*named.Amount <= 3*usual.Amount && 2*usual.Amount <= 3*named.Amount
}

// names are the different names of what may be meant.
func (t *tracked) names() []string {
	var list []string
	for _, m := range t.meant {
		if !slices.Contains(list, m.history.Product.Name) {
			list = append(list, m.history.Product.Name)
		}
	}
	return list
}
