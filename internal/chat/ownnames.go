package chat

import (
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// A card is often called by the merchant it is of: in "my Costco card or Gold" no purchase is made at Costco.

// cardWords follow or precede the name of a card.
var cardWords = []string{"card", "cards", "tarjeta", "tarjetas"}

// atPlace stand before a merchant where something is bought.
var atPlace = []string{"at", "from", "in", "for", "en", "de", "para", "to"}

// asking stand before a merchant that a card is sought for: "the best Amazon card".
var asking = []string{"best", "which", "what", "top", "good", "better", "mejor", "right"}

// withoutCardNames is the text less the merchants in it that name cards: those with the word beside them, and those that
// are part of the name of a held card and stand where no place does.
func withoutCardNames(text string, lexicon spending.Lexicon, held []string) string {
	var kept strings.Builder
	done := 0
	for _, found := range lexicon.Mentions(text) {
		before := strings.Fields(spending.Fold(text[:found.Start]))
		after := strings.Fields(spending.Fold(text[found.End:]))
		if !namesCard(spending.Fold(text[found.Start:found.End]), before, after, held) {
			continue
		}
		kept.WriteString(text[done:found.Start])
		done = found.End
	}
	return kept.String() + text[done:]
}

func namesCard(merchant string, before, after, held []string) bool {
	last, next := "", ""
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	if len(after) > 0 {
		next = after[0]
	}
	if slices.Contains(cardWords, next) {
		return !slices.Contains(asking, last)
	}
	if slices.Contains(cardWords, last) {
		return last == "tarjeta" || last == "tarjetas"
	}
	if slices.Contains(atPlace, last) {
		return false
	}
	return slices.ContainsFunc(held, func(name string) bool {
		return strings.Contains(" "+name+" ", " "+merchant+" ")
	})
}

// readPlace reads once more where something is bought, now that the names of the asker's cards are known.
func (q *question) readPlace(reading intent.Reading) intent.Reading {
	held := make([]string, len(q.wallet))
	for i, card := range q.wallet {
		held[i] = spending.Fold(card.Nickname + " " + card.Product.Name)
	}
	text := withoutCardNames(q.text, q.lexicon, held)
	if text == withoutCardNames(q.text, q.lexicon, nil) {
		return reading
	}
	again := q.readAs(text)
	reading.MerchantSlug, reading.MerchantName, reading.Category = again.MerchantSlug, again.MerchantName, again.Category
	return reading
}
