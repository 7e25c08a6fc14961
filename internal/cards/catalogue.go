package cards

import (
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/engine/advice"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// The catalogue is told in the engine's own terms.
type (
	// Product is a card as issued.
	Product = rewards.Product
	// Rule is one line of a product's terms.
	Rule = rewards.Rule
	// ChoiceGroup is a set of categories of which the owner chooses some.
	ChoiceGroup = rewards.ChoiceGroup
	// Date is a day on the calendar.
	Date = rewards.Date
	// Advice is which card to use, with the figures behind.
	Advice = advice.Advice
)

// Offered lists the categories of a choice group, in the order of the product's rules.
func Offered(product Product, group ChoiceGroup) []string {
	offered := []string{}
	for _, rule := range product.Rules {
		if rule.ChoiceGroup == group.Name && !slices.Contains(offered, string(rule.Category)) {
			offered = append(offered, string(rule.Category))
		}
	}
	return offered
}

// RateBps is what a rule pays in basis points of the spend, at the product's own point value; half a basis point
// rounds up.
func RateBps(product Product, rule Rule) int64 {
	return (rule.RateBps*product.PointValue + rewards.CashPointValue/2) / rewards.CashPointValue
}

// Describe says a rule in words: "6% on groceries at U.S. supermarkets".
func Describe(product Product, rule Rule) string {
	return money.FormatBps(RateBps(product, rule)) + " on " + rule.Label
}

// Midnight is the day as the contract's dates are written from.
func Midnight(day Date) time.Time {
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC)
}
