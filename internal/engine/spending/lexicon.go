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

// Card is a way of paying as people name it and as receipts show it. Only what is set has to agree.
type Card struct {
	Name     string // what its owner calls it; receipts do not show it
	LastFour string
	Brand    string // visa, mastercard, amex or discover
	Type     string // the receipt's word for what is no card: paypal, apple_pay, gift_card
}

// Lexicon finds merchants and cards in text. It is safe for concurrent use; the zero value knows none.
type Lexicon struct {
	byFirst map[string][]alias // by the first word, longest first
	cards   []ownCard
}

// ownCard is a card with the words of its name.
type ownCard struct {
	card  Card
	words []string
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

// WithCards is the lexicon with somebody's own cards. The merchants are shared, not copied.
func (l Lexicon) WithCards(cards []Card) Lexicon {
	l.cards = make([]ownCard, len(cards))
	for i, card := range cards {
		l.cards[i] = ownCard{card: card, words: strings.Fields(Fold(card.Name))}
	}
	return l
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

// prepositions are those after which a name is one of a place, in English and Spanish.
var prepositions = []string{"at", "from", "to", "via", "en", "de", "con"}

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
	return list[start].capital || slices.Contains(prepositions, list[start-1].text)
}

// takeMerchants puts a mark where each merchant stands and returns them in the order of the text.
func (l Lexicon) takeMerchants(list []word) (merchants []Merchant, rest []word) {
	from := 0
	for _, found := range l.places(list) {
		merchants = append(merchants, found.merchant)
		rest = append(append(rest, list[from:found.from]...), mark(markMerchant))
		from = found.to
	}
	return merchants, append(rest, list[from:]...)
}

// brands and methods are ways of paying as people write them.
var (
	brands = map[string]string{
		"visa": "visa", "mastercard": "mastercard", "master card": "mastercard", "amex": "amex", "american express": "amex", "discover": "discover",
	}
	methods = map[string]string{
		"apple pay": "apple_pay", "google pay": "google_pay", "amazon pay": "amazon_pay", "paypal": "paypal", "cash app": "cash_app",
		"venmo": "venmo", "klarna": "klarna", "affirm": "affirm", "gift card": "gift_card", "gift cards": "gift_card",
	}
	// payWords stand before the name of a card in a question about what was paid with it.
	payWords = []string{"my", "on", "with", "using", "by", "via", "through", "the", "mi", "con", "la", "usando"}
)

// takeCard finds the way of paying a question names, if any: after "with", "on" or "my", or by the last four digits.
func (l Lexicon) takeCard(list []word) (*Card, []word) {
	if from, to, digits := lastFourAt(list); digits != "" {
		card := Card{LastFour: digits}
		if from > 0 && brands[list[from-1].text] != "" {
			from--
			card.Brand = brands[list[from].text]
		}
		return &card, replaceWords(list, from, to, markCard)
	}
	for i := 1; i < len(list); i++ {
		if !slices.Contains(payWords, list[i-1].text) {
			continue
		}
		if card, length := l.cardAt(list[i:]); card != nil {
			to := i + length
			if to < len(list) && slices.Contains([]string{"card", "cards", "account", "tarjeta"}, list[to].text) {
				to++
			}
			return card, replaceWords(list, i, to, markCard)
		}
	}
	return nil, list
}

// cardAt is the way of paying whose name the words begin with: one of the person's own cards before any other.
func (l Lexicon) cardAt(list []word) (card *Card, length int) {
	if len(list) > 0 && (list[0].text == "tarjeta" || list[0].text == "card") {
		card, length = l.cardAt(list[1:])
		return card, length + 1
	}
	for _, own := range l.cards {
		if len(own.words) > length && beginsWith(list, own.words) {
			card, length = &own.card, len(own.words)
		}
	}
	if card != nil {
		return card, length
	}
	const longestName = 2
	for size := min(longestName, len(list)); size > 0; size-- {
		name := join(list[:size])
		if brand := brands[name]; brand != "" {
			return &Card{Brand: brand}, size
		}
		if method := methods[name]; method != "" {
			return &Card{Type: method}, size
		}
	}
	return nil, 0
}

func beginsWith(list []word, parts []string) bool {
	if len(parts) == 0 || len(parts) > len(list) {
		return false
	}
	for i, part := range parts {
		if list[i].text != part {
			return false
		}
	}
	return true
}

// lastFourAt finds "card ending in 4417", "tarjeta terminada en 4417" or "card 4417"; "card in 2025" is a year.
func lastFourAt(list []word) (from, to int, digits string) {
	for i := 1; i < len(list); i++ {
		if !isLastFour(list[i].text) {
			continue
		}
		start, ends := i, false
		for start > 0 && slices.Contains(endingWords, list[start-1].text) {
			start--
			ends = ends || slices.Contains(endingWords[:endingVerbs], list[start].text)
		}
		for start < i && (list[start].text == "in" || list[start].text == "en" || list[start].text == "with") {
			start++
		}
		year := strings.HasPrefix(list[i].text, "19") || strings.HasPrefix(list[i].text, "20")
		if ends || start == i-1 && !year {
			return start, i + 1, list[i].text
		}
	}
	return 0, 0, ""
}

// endingWords stand around the last four digits of a card; one of the first makes sure that they are that.
var endingWords = []string{
	"ending", "ends", "number", "terminada", "termina", "terminado", "card", "cards", "tarjeta", "in", "with", "que", "en", "last", "four",
}

const endingVerbs = 6

func isLastFour(text string) bool {
	return len(text) == 4 && strings.Trim(text, "0123456789") == ""
}
