// Package earnings says what past orders earned on the cards they were paid with, and what they could have earned. It
// joins the orders of package insights with the rules of package rewards and is as pure as both.
package earnings

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// Spends turns orders into what counts against caps: one spend per part of an order that a card paid.
func Spends(orders []insights.Order) []rewards.Spend {
	var spends []rewards.Spend
	for _, order := range insights.Spending(orders) {
		for _, payment := range order.Payments {
			if payment.LastFour != "" {
				spends = append(spends, toSpend(order, payment))
			}
		}
	}
	return spends
}

func toSpend(order insights.Order, payment insights.Payment) rewards.Spend {
	return rewards.Spend{
		CardLastFour: payment.LastFour, MerchantSlug: order.MerchantSlug, Category: categoryOf(order),
		Amount: money.Money{Amount: payment.Amount, Currency: order.Currency}, At: order.PlacedAt,
	}
}

func categoryOf(order insights.Order) category.Category {
	parsed, ok := category.Parse(order.CategoryOrOther())
	if !ok {
		return category.Other
	}
	return parsed
}

// Earning is what one order earned, and what the best of the cards would have earned in its place.
type Earning struct {
	Earned   money.Money
	Possible money.Money
	BestCard string // what its owner calls it
}

// Replay walks the orders as they were placed and rates each with the caps as they stood then. Orders that were not
// paid with one of the cards alone are left out: what they earned is not known. networks are the card networks a
// merchant takes, by slug; a merchant that is missing takes all. Keys are order ids. Fails with rewards.ErrInvalidCard
// or money.ErrOverflow.
func Replay(
	orders []insights.Order, cards []rewards.Card, networks map[string][]string, location *time.Location,
) (map[string]Earning, error) {
	result := map[string]Earning{}
	if len(cards) == 0 {
		return result, nil
	}
	spending := insights.Spending(orders)
	var before []rewards.Spend
	for _, order := range spending {
		spends := Spends([]insights.Order{order})
		card, single := paidBy(order, spends, cards)
		if single {
			earning, err := rate(order, spends[0], card, cards, before, networks[order.MerchantSlug], location)
			if err != nil {
				return nil, fmt.Errorf("order %s: %w", order.ID, err)
			}
			if earning != nil {
				result[order.ID] = *earning
			}
		}
		before = append(before, spends...)
	}
	return result, nil
}

// paidBy finds the one card that paid all of the order. Two cards with the same last four digits cannot be told apart.
func paidBy(order insights.Order, spends []rewards.Spend, cards []rewards.Card) (rewards.Card, bool) {
	if len(spends) != 1 || len(order.Payments) != 1 || order.Total <= 0 || spends[0].Amount.Amount != order.Total {
		return rewards.Card{}, false
	}
	var found []rewards.Card
	for _, card := range cards {
		if card.LastFour == spends[0].CardLastFour {
			found = append(found, card)
		}
	}
	if len(found) != 1 {
		return rewards.Card{}, false
	}
	return found[0], true
}

func rate(order insights.Order, spend rewards.Spend, paid rewards.Card, cards []rewards.Card, before []rewards.Spend,
	accepted []string, location *time.Location,
) (*Earning, error) {
	use, err := rewards.UseCaps(cards, before, order.PlacedAt, location)
	if err != nil {
		return nil, err
	}
	purchase := rewards.Purchase{
		MerchantName: order.MerchantName, MerchantSlug: order.MerchantSlug, Category: spend.Category,
		Amount: spend.Amount, At: order.PlacedAt, Location: location, RefusedNetworks: RefusedNetworks(accepted, cards),
	}
	result, err := rewards.Rank(purchase, cards, use)
	if errors.Is(err, rewards.ErrNoUsableCard) {
		return nil, nil //nolint:nilnil // nothing can be said of this order, which is no fault
	}
	if err != nil {
		return nil, err
	}
	for _, ranking := range result.Ranked {
		if ranking.Card.ID == paid.ID {
			best := result.Ranked[0]
			return &Earning{Earned: ranking.Net, Possible: best.Net, BestCard: best.Card.Name()}, nil
		}
	}
	return nil, nil //nolint:nilnil // the card that paid could not be used there by its rules: nothing can be said
}

// RefusedNetworks are the networks of the cards that are not among the accepted ones; none where accepted is empty,
// which means all are taken.
func RefusedNetworks(accepted []string, cards []rewards.Card) []string {
	if len(accepted) == 0 {
		return nil
	}
	var refused []string
	for _, card := range cards {
		taken := false
		for _, network := range accepted {
			taken = taken || strings.EqualFold(network, card.Product.Network)
		}
		if !taken {
			refused = append(refused, card.Product.Network)
		}
	}
	return refused
}
