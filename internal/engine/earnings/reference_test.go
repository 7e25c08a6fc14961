package earnings_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// monthly earns 5% on the first $30 of dining and groceries together each month, 3% on the first $40 of gas a quarter,
// and 1% on the rest.
func monthly() rewards.Card {
	capped := func(id string, of category.Category, bps, amount int64, period rewards.Period, group string) rewards.Rule {
		return rewards.Rule{
			ID: id, Kind: rewards.KindCategory, Category: of, Label: id, RateBps: bps, Cap: new(usd(amount)), CapPeriod: period, SharedCapGroup: group,
		}
	}
	return held("monthly", "discover", "3333", base(100),
		capped("dining", category.Dining, 500, 3_000, rewards.PeriodMonth, "food"),
		capped("food", category.Groceries, 500, 3_000, rewards.PeriodMonth, "food"),
		capped("gas", category.Gas, 300, 4_000, rewards.PeriodQuarter, ""))
}

func anyOrders() *rapid.Generator[[]insights.Order] {
	return rapid.Custom(func(t *rapid.T) []insights.Order {
		orders := make([]insights.Order, rapid.IntRange(0, 14).Draw(t, "count"))
		for i := range orders {
			orders[i] = order(fmt.Sprintf("order-%02d", i), 1, rapid.Int64Range(1, 9_000).Draw(t, "amount"),
				rapid.SampledFrom([]string{"1111", "2222", "3333", "9999", ""}).Draw(t, "paid with"))
			// Across the ends of months, quarters and the year.
			orders[i].PlacedAt = november.Add(time.Duration(rapid.IntRange(-2000, 2000).Draw(t, "hours")) * time.Hour)
			orders[i].Category = rapid.SampledFrom([]string{"groceries", "dining", "delivery", "gas", ""}).Draw(t, "category")
			switch rapid.IntRange(0, 9).Draw(t, "sort") {
			case 0: // money back
				orders[i].Total, orders[i].Payments[0].Amount = -orders[i].Total, -orders[i].Total
			case 1: // two cards
				half := orders[i].Total / 2
				orders[i].Payments = []insights.Payment{{LastFour: "1111", Amount: half}, {LastFour: "3333", Amount: orders[i].Total - half}}
			}
		}
		return orders
	})
}

// placed are the orders as they were placed.
func placed(orders []insights.Order) []insights.Order {
	sorted := slices.Clone(orders)
	slices.SortFunc(sorted, func(a, b insights.Order) int {
		if c := a.PlacedAt.Compare(b.PlacedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return sorted
}

// paidWith is the one card that paid all of an order.
func paidWith(o insights.Order, cards []rewards.Card) (rewards.Card, bool) {
	if len(o.Payments) != 1 || o.Total <= 0 {
		return rewards.Card{}, false
	}
	at := slices.IndexFunc(cards, func(c rewards.Card) bool { return c.LastFour != "" && c.LastFour == o.Payments[0].LastFour })
	if at < 0 {
		return rewards.Card{}, false
	}
	return cards[at], true
}

func wordOf(o insights.Order) category.Category {
	if o.Category == "" {
		return category.Other
	}
	return category.Category(o.Category)
}

// net is what an order earns on one card after some spending, by the engine that also answers in chat.
func net(t require.TestingT, o insights.Order, card rewards.Card, before []rewards.Spend) int64 {
	use, err := rewards.UseCaps([]rewards.Card{card}, before, o.PlacedAt, time.UTC)
	require.NoError(t, err)
	result, err := rewards.Rank(rewards.Purchase{
		MerchantSlug: o.MerchantSlug, Category: wordOf(o), Amount: usd(o.Total), At: o.PlacedAt, Location: time.UTC,
	}, []rewards.Card{card}, use)
	require.NoError(t, err)
	return result.Ranked[0].Net.Amount
}

// The reference goes through all that was spent before, for every order and every card anew: slow, and plain to see.
func TestReplay_IsWhatGoingThroughEverythingGives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := placed(anyOrders().Draw(t, "orders"))
		cards := []rewards.Card{blue(), flat(), monthly()}
		since := november.Add(time.Duration(rapid.IntRange(-2000, 2000).Draw(t, "since")) * time.Hour)
		result, err := earnings.Replay(rapid.Permutation(orders).Draw(t, "shuffled"), cards, nil, time.UTC, since)
		require.NoError(t, err)

		var made, plan []rewards.Spend
		rated := 0
		for _, o := range orders {
			own := earnings.Spends([]insights.Order{o})
			card, known := paidWith(o, cards)
			reward, found := result.ByOrder[o.ID]
			require.Equal(t, known, found, o.ID)
			if known {
				rated++
				require.Equal(t, net(t, o, card, made), reward.Earned.Amount, "%s on %s", o.ID, card.ID)
			}
			made = append(made, own...)
			if !known || o.PlacedAt.Before(since) {
				plan = append(plan, own...)
				require.Equal(t, reward.Earned, reward.Possible)
				continue
			}
			// Of cards that earn the same, any keeps the total; which of them decides what is left of the caps, so follow the engine's.
			best := int64(-1)
			for _, candidate := range cards {
				best = max(best, net(t, o, candidate, plan))
			}
			require.Equal(t, best, reward.Possible.Amount, o.ID)
			chosen := slices.IndexFunc(cards, func(c rewards.Card) bool { return c.ID == reward.Sources[2].ID })
			require.Equal(t, best, net(t, o, cards[chosen], plan), "%s on %s", o.ID, cards[chosen].ID)
			moved := own[0]
			moved.CardLastFour = cards[chosen].LastFour
			plan = append(plan, moved)
		}
		require.Len(t, result.ByOrder, rated)
		requireBetter(t, orders, cards, since, result)
	})
}

// requireBetter holds the better cards to a reference of the same sort: one walk per card and category.
func requireBetter(t require.TestingT, orders []insights.Order, cards []rewards.Card, since time.Time, result insights.Rewards) {
	names := map[string]bool{}
	for _, o := range orders {
		names[string(wordOf(o))] = true
	}
	found := map[string]insights.BetterCard{}
	for _, better := range result.Better {
		found[better.Category] = better
	}
	for name := range names {
		gains := map[string]int64{}
		most := int64(0)
		for _, card := range cards {
			gains[card.ID] = gainOf(t, card, name, orders, cards, since, result)
			most = max(most, gains[card.ID])
		}
		better, isFound := found[name]
		require.Equal(t, most > 0, isFound, name)
		if !isFound {
			continue
		}
		var gain int64
		for _, o := range better.Orders {
			gain += o.Possible.Amount - o.Earned.Amount
		}
		require.Equal(t, most, gain, name)
		require.Equal(t, most, gains[better.CardID], name)
	}
}

func gainOf(t require.TestingT, card rewards.Card, name string, orders []insights.Order, cards []rewards.Card, since time.Time,
	result insights.Rewards,
) (gain int64) {
	var spends []rewards.Spend
	for _, o := range orders {
		own := earnings.Spends([]insights.Order{o})
		paid, known := paidWith(o, cards)
		if known && paid.ID != card.ID && string(wordOf(o)) == name && !o.PlacedAt.Before(since) {
			if more := net(t, o, card, spends) - result.ByOrder[o.ID].Earned.Amount; more > 0 {
				gain += more
				own[0].CardLastFour = card.LastFour
				spends = append(spends, own[0])
			}
			continue
		}
		spends = append(spends, own...)
	}
	return gain
}
