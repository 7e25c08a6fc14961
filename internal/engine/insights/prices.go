package insights

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

const (
	riseLookback = 60 // days a raised price stays worth telling
	minRiseBps   = 500
)

// variablePrice are categories whose prices follow the day, the distance or the meter, not the shelf.
var variablePrice = []string{"transit", "rideshare", "travel", "flights", "hotels", "gas", "utilities"}

// article is one thing at one merchant.
type article struct{ merchant, currency, item string }

// bought is one purchase of an item at a unit price.
type bought struct {
	item  *Item
	order *Order
}

// rise is a price above all that was paid before.
type rise struct {
	before  []bought
	highest bought // of those
	after   bought
}

// priceRises finds items that cost at least 5 percent more than ever in the year before, in the last 60 days and still: a
// price that goes up and down is no news when it goes up.
func (h *history) priceRises() []Insight {
	shelves := map[article]*shelf{}
	lowest := map[*Item]bool{}
	for _, order := range h.lastYear(h.all) {
		if slices.Contains(variablePrice, order.Category) {
			continue
		}
		for i := range order.Items {
			item := &order.Items[i]
			if item.UnitPrice <= 0 || item.Name == "" || lowest[item] {
				continue
			}
			key := article{order.MerchantKey(), order.Currency, item.key()}
			item = cheapest(order, item, lowest)
			if shelves[key] == nil {
				shelves[key] = &shelf{}
			}
			shelves[key].add(bought{item, order})
		}
	}
	var found []Insight
	for key, shelf := range shelves {
		if shelf.rise != nil && daysBetween(shelf.rise.after.order.PlacedAt, h.now, h.loc) <= riseLookback {
			found = append(found, h.priceRise(key, *shelf.rise))
		}
	}
	return heaviest(found, maxPriceRises)
}

// cheapest is the line of an order with the lowest unit price of an item; the other lines of it are marked as seen.
func cheapest(order *Order, item *Item, seen map[*Item]bool) *Item {
	key, least := item.key(), item
	for i := range order.Items {
		other := &order.Items[i]
		if other == item || other.ProductID != item.ProductID || other.UnitPrice <= 0 || other.key() != key {
			continue
		}
		seen[other] = true
		if other.UnitPrice < least.UnitPrice {
			least = other
		}
	}
	return least
}

// shelf is what was paid for one article, oldest first.
type shelf struct {
	paid    []bought
	highest bought // the latest of equal ones
	rise    *rise  // above all before it, and still
}

func (s *shelf) add(purchase bought) {
	before := s.paid
	s.paid = append(s.paid, purchase)
	if len(before) == 0 {
		s.highest = purchase
		return
	}
	switch {
	case isRise(s.highest, purchase):
		s.rise = &rise{before: before, highest: s.highest, after: purchase}
	case s.rise != nil && !isRise(s.rise.highest, purchase):
		s.rise = nil // it came down again
	}
	if purchase.item.UnitPrice >= s.highest.item.UnitPrice {
		s.highest = purchase
	}
}

func isRise(before, after bought) bool {
	return (after.item.UnitPrice-before.item.UnitPrice)*money.BpsPerWhole >= before.item.UnitPrice*minRiseBps
}

func (h *history) priceRise(key article, rise rise) Insight {
	price := func(b bought) string {
		return money.Money{Amount: b.item.UnitPrice, Currency: b.order.Currency}.Format()
	}
	after, highest := rise.after, rise.highest
	difference := money.Money{Amount: after.item.UnitPrice - highest.item.UnitPrice, Currency: after.order.Currency}
	sources := []*Order{after.order}
	for _, one := range rise.before {
		sources = append(sources, one.order)
	}
	id := strings.Join([]string{"price", key.merchant, key.currency, key.item, after.order.ID}, ":")
	found := h.insight(id, TypeWarning, 0, sources)
	found.Date = civilDay(after.order.PlacedAt, h.loc)
	found.Amount, found.Impact = &difference, signed(difference)
	found.Title = fmt.Sprintf("%s costs more than before", after.item.Name)
	found.Description = fmt.Sprintf("You paid %s for %s at %s on %s; the most you paid in the year before was %s, on %s.",
		price(after), after.item.Name, after.order.merchant(), h.day(after.order.PlacedAt), price(highest), h.day(highest.order.PlacedAt))
	found.Action = "Compare prices for " + after.item.Name
	return found
}
