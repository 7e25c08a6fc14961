// Package earnings says what past orders earned on the cards they were paid with, and what they could have earned. It
// joins the orders of package insights with the rules of package rewards and is as pure as both.
package earnings

import (
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// Spends turns orders into what counts against caps: one spend per part of an order that a card paid.
func Spends(orders []insights.Order) []rewards.Spend {
	spending := insights.Spending(orders)
	spends := make([]rewards.Spend, 0, len(spending))
	for _, order := range spending {
		for i := range order.Payments {
			if order.Payments[i].LastFour != "" {
				spends = append(spends, toSpend(order, &order.Payments[i]))
			}
		}
	}
	return spends
}

func toSpend(order *insights.Order, payment *insights.Payment) rewards.Spend {
	return rewards.Spend{
		ID: order.ID, CardLastFour: payment.LastFour, MerchantSlug: order.MerchantSlug, Category: categoryOf(order),
		Amount: money.Money{Amount: payment.Amount, Currency: order.Currency}, At: order.PlacedAt,
	}
}

func categoryOf(order *insights.Order) category.Category {
	parsed, ok := category.Parse(order.CategoryOrOther())
	if !ok {
		return category.Other
	}
	return parsed
}

// RefusedNetworks are the networks of the cards that are not among the accepted ones; none where accepted is empty,
// which means all are taken.
func RefusedNetworks(accepted []string, cards []rewards.Card) []string {
	if len(accepted) == 0 {
		return nil
	}
	var refused []string
	for _, card := range cards {
		if !takes(accepted, card.Product.Network) {
			refused = append(refused, card.Product.Network)
		}
	}
	return refused
}
