package spending_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// person has 20 cards and 5,000 orders of three items each in 14 months, at 40 merchants.
func person() ([]insights.Order, spending.Setting) {
	categories := []string{"groceries", "delivery", "gas", "dining", "online_retail"}
	var merchants []spending.Merchant
	for i := range 150 {
		merchants = append(merchants, spending.Merchant{Slug: fmt.Sprintf("shop-%d", i), Name: fmt.Sprintf("Shop %d", i), Aliases: []string{fmt.Sprintf("shop%d com", i)}})
	}
	var cards []spending.Card
	for i := range 20 {
		cards = append(cards, spending.Card{Name: fmt.Sprintf("Card Number %d", i), LastFour: fmt.Sprintf("%04d", 1000+i)})
	}
	var orders []insights.Order
	for i := range 5_000 {
		total := int64(1_000 + i*37%9_000)
		o := order(fmt.Sprintf("Shop %d", i%40), fmt.Sprintf("shop-%d", i%40), categories[i%len(categories)], now.Add(-time.Duration(5_000-i)*122*time.Minute), total,
			item(fmt.Sprintf("Oat Milk %doz", i%300), 1, 499), item(fmt.Sprintf("Bagels of kind %d", i%200), 2, 399), item("Eggs", 1, 599))
		o.ID = fmt.Sprintf("order-%04d", i)
		o.Adjustments = []insights.Adjustment{{Type: "tax", Amount: 30}, {Type: "fee", Amount: 99}}
		o.Payments = []insights.Payment{{Type: "card", Brand: "visa", LastFour: fmt.Sprintf("%04d", 1000+i%20), Amount: total}}
		orders = append(orders, o)
	}
	at := setting()
	at.Lexicon = spending.NewLexicon(merchants).WithCards(cards)
	return orders, at
}

// BenchmarkRespond is a whole answer, from the text and the orders as they were read to the sentences and their sources.
func BenchmarkRespond(b *testing.B) {
	orders, at := person()
	for name, question := range map[string]string{
		"Total":       "How much did I spend this month?",
		"Year":        "How much did I spend this year?",
		"Category":    "How much did I spend on groceries last month?",
		"Merchant":    "How much did I spend at Shop 7 this year?",
		"Item":        "How much did I spend on oat milk this year?",
		"Card":        "How much did I put on my Card Number 7 this year?",
		"TopShops":    "Where did I spend the most this year?",
		"Trend":       "How much do I spend on groceries per month?",
		"Compare":     "Am I spending more than last month?",
		"Fees":        "How much did I pay in fees this year?",
		"Refused":     "How much did Bob spend last month?",
		"Spanish":     "¿Cuánto gasté en supermercado el mes pasado?",
		"NoSuchThing": "How much did I spend at Zara last week?",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				spending.Respond(question, nil, orders, at)
			}
		})
	}
}

// BenchmarkParse is the reading of a question alone.
func BenchmarkParse(b *testing.B) {
	_, at := person()
	b.ReportAllocs()
	for b.Loop() {
		spending.Parse("How much did I spend on groceries at Shop 7 since October?", at)
	}
}
