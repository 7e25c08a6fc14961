package insights

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

const (
	duplicateWithin   = 24 * time.Hour
	duplicateLookback = 90 // days; after that few merchants and banks take a complaint
	riseLookback      = 60 // days a raised price stays worth telling
	minRiseBps        = 500
)

// sameFare are categories where paying the same twice a day is how it works.
var sameFare = []string{"transit"}

// variablePrice are categories whose prices follow the day, the distance or the meter, not the shelf.
var variablePrice = []string{"transit", "rideshare", "travel", "flights", "hotels", "gas", "utilities"}

// duplicates finds orders of one merchant with the same total within 24 hours. Two orders that both list their items,
// and different ones, are two purchases.
func (h history) duplicates() []Insight {
	groups := map[string][]Order{}
	for _, order := range h.recent(duplicateLookback) {
		if order.Total > 0 && !slices.Contains(sameFare, order.Category) {
			key := fmt.Sprintf("%s|%d|%s", order.MerchantKey(), order.Total, order.Currency)
			groups[key] = append(groups[key], order)
		}
	}
	var found []Insight
	for _, group := range groups {
		for len(group) > 0 {
			var same []Order
			same, group = takeSame(group)
			if len(same) > 1 {
				found = append(found, h.duplicate(same))
			}
		}
	}
	return heaviest(found, maxDuplicates)
}

// recent keeps the orders of the last days.
func (h history) recent(days int) []Order {
	return Between(h.all, h.now.AddDate(0, 0, -days), h.now.Add(1))
}

// takeSame splits off the first order and those within 24 hours of it that may be the same purchase.
func takeSame(group []Order) (same, rest []Order) {
	same = group[:1:1]
	for _, order := range group[1:] {
		if order.PlacedAt.Sub(same[0].PlacedAt) <= duplicateWithin && mayBeSame(order, same[0]) {
			same = append(same, order)
		} else {
			rest = append(rest, order)
		}
	}
	return same, rest
}

func mayBeSame(a, b Order) bool {
	left, right := itemSet(a), itemSet(b)
	return len(left) == 0 || len(right) == 0 || maps.Equal(left, right)
}

func itemSet(order Order) map[string]int {
	set := map[string]int{}
	for _, item := range order.Items {
		set[item.key()] += item.Quantity
	}
	return set
}

// key tells items apart: the product id, else the name in lower case.
func (i Item) key() string {
	if i.ProductID != "" {
		return "id:" + i.ProductID
	}
	return strings.ToLower(strings.Join(strings.Fields(i.Name), " "))
}

func (h history) duplicate(same []Order) Insight {
	last := same[len(same)-1]
	extra := money.Money{Amount: last.Total * int64(len(same)-1), Currency: last.Currency}
	found := h.insight("duplicate:"+same[0].ID, TypeWarning, 0, same)
	found.Date = civilDay(last.PlacedAt, h.loc)
	found.Amount, found.Impact = &extra, extra.Format()
	found.Title = fmt.Sprintf("Possible double charge at %s", last.merchant())
	found.Description = fmt.Sprintf("%s at %s within 24 hours cost %s each, the last on %s.",
		Count(len(same), "order"), last.merchant(), last.Paid().Format(), DayName(last.PlacedAt, h.now, h.loc))
	found.Action = "Check both receipts"
	if len(same) > 2 {
		found.Action = "Check the receipts"
	}
	return found
}

func (o Order) merchant() string {
	if o.MerchantName != "" {
		return o.MerchantName
	}
	return "one merchant"
}

// bought is one purchase of an item at a unit price.
type bought struct {
	item  Item
	order Order
}

// priceRises finds items that cost at least 5 percent more than the time before, in the last 60 days and still.
func (h history) priceRises() []Insight {
	type rise struct{ before, after bought }
	latest, rises := map[string]bought{}, map[string]rise{}
	for _, purchase := range purchases(h.lastYear(h.all)) {
		key := purchase.order.MerchantKey() + "|" + purchase.order.Currency + "|" + purchase.item.key()
		before, seen := latest[key]
		latest[key] = purchase
		difference := purchase.item.UnitPrice - before.item.UnitPrice
		switch {
		case !seen || difference == 0:
		case difference*money.BpsPerWhole >= before.item.UnitPrice*minRiseBps:
			rises[key] = rise{before, purchase}
		default:
			delete(rises, key)
		}
	}
	var found []Insight
	for key, rise := range rises {
		if daysBetween(rise.after.order.PlacedAt, h.now, h.loc) <= riseLookback {
			found = append(found, h.priceRise(key, rise.before, rise.after))
		}
	}
	return heaviest(found, maxPriceRises)
}

// purchases lists what was bought, oldest first: one per order and item, at its lowest unit price in that order.
func purchases(orders []Order) []bought {
	var list []bought
	for _, order := range orders {
		if slices.Contains(variablePrice, order.Category) {
			continue
		}
		lowest := map[string]int{}
		for _, item := range order.Items {
			if item.UnitPrice <= 0 || strings.TrimSpace(item.Name) == "" {
				continue
			}
			at, seen := lowest[item.key()]
			if !seen {
				lowest[item.key()] = len(list)
				list = append(list, bought{item, order})
			} else if item.UnitPrice < list[at].item.UnitPrice {
				list[at].item = item
			}
		}
	}
	return list
}

func (h history) priceRise(key string, before, after bought) Insight {
	difference := money.Money{Amount: after.item.UnitPrice - before.item.UnitPrice, Currency: after.order.Currency}
	price := func(b bought) string {
		return money.Money{Amount: b.item.UnitPrice, Currency: b.order.Currency}.Format()
	}
	found := h.insight("price:"+key+":"+after.order.ID, TypeWarning, 0, []Order{before.order, after.order})
	found.Date = civilDay(after.order.PlacedAt, h.loc)
	found.Amount, found.Impact = &difference, signed(difference)
	found.Title = fmt.Sprintf("%s costs more than before", after.item.Name)
	found.Description = fmt.Sprintf("You paid %s for %s at %s on %s; on %s it was %s.",
		price(after), after.item.Name, after.order.merchant(), DayName(after.order.PlacedAt, h.now, h.loc),
		DayName(before.order.PlacedAt, h.now, h.loc), price(before))
	found.Action = "Compare prices for " + after.item.Name
	return found
}
