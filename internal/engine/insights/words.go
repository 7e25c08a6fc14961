package insights

import (
	"fmt"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/money"
)

// Label is a category as people say it inside a sentence: "online_retail" is "online shopping". A word outside the
// vocabulary is shown as it is, with spaces for underscores.
func Label(word string) string {
	return strings.ReplaceAll(category.Category(word).Label(), "_", " ")
}

// Count is a number with its noun: "1 order", "7 orders".
func Count(number int, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "ch") {
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", number, noun)
}

// List joins words for reading: "a", "a and b", "a, b and c".
func List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Amounts writes totals for reading, the one in the given currency first and left out when it is zero beside others:
// "$412.11 and ¥1,200".
func Amounts(totals []money.Money, currency string) string {
	var parts []string
	for _, total := range totals {
		switch {
		case total.Currency != currency:
			parts = append(parts, total.Format())
		case !total.IsZero() || len(totals) == 1:
			parts = append([]string{total.Format()}, parts...)
		}
	}
	return List(parts)
}

// signed is the amount with a sign in front, plus included.
func signed(amount money.Money) string {
	if amount.Sign() > 0 {
		return "+" + amount.Format()
	}
	return amount.Format()
}

// magnitude drops the sign. The smallest 64-bit amount cannot occur: order totals are bounded.
func magnitude(amount money.Money) money.Money {
	if amount.Amount < 0 {
		amount.Amount = -amount.Amount
	}
	return amount
}
