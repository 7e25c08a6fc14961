package earnings_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// A person of 20 cards and 5,000 orders in 14 months, all of them paid with one of the cards.
func person() (orders []insights.Order, cards []rewards.Card) {
	words := []category.Category{category.Groceries, category.Dining, category.Gas, category.OnlineRetail, category.Delivery}
	for i := range 20 {
		card := monthly()
		if i%2 == 0 {
			card = flat()
		}
		card.ID, card.LastFour = fmt.Sprintf("card-%02d", i), fmt.Sprintf("%04d", 1000+i)
		cards = append(cards, card)
	}
	for i := range 5_000 {
		o := order(fmt.Sprintf("order-%04d", i), 1, int64(900+i*37%9_000), fmt.Sprintf("%04d", 1000+i%20))
		o.PlacedAt = november.Add(-time.Duration(5_000-i) * 122 * time.Minute)
		o.Category = string(words[i%len(words)])
		orders = append(orders, o)
	}
	return orders, cards
}

// What cards earned in a time is asked in chat: it takes less than a millisecond.
func BenchmarkEarned(b *testing.B) {
	orders, cards := person()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := earnings.Earned(orders, cards, nil, time.UTC, november.AddDate(0, -1, 0), november); err != nil {
			b.Fatal(err)
		}
	}
}

// The replay is work of the background job, not of an answer: it rates every order on every card.
func BenchmarkReplay(b *testing.B) {
	orders, cards := person()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := earnings.Replay(orders, cards, nil, time.UTC, november.AddDate(-1, 0, 0)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSpends(b *testing.B) {
	orders, _ := person()
	b.ReportAllocs()
	for b.Loop() {
		earnings.Spends(orders)
	}
}
