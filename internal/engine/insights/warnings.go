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
	// Who buys at a place every few days pays the same amount there twice in a day by chance, or by habit: then only orders
	// minutes apart are suspicious.
	habitOrders    = 6
	habitGap       = 3 * 24 * time.Hour
	habitDuplicate = 10 * time.Minute

	unusualLookback = 30 // days
	unusualOrders   = 5  // before it, to say what is usual at a merchant
	unusualMedian   = 3  // times the one in the middle
	minUnusual      = 3000
)

// sameFare are categories where paying the same twice a day is how it works.
var sameFare = []string{"transit"}

// duplicates finds orders of one merchant with the same total within 24 hours. Two orders that both list their items,
// and different ones, are two purchases.
func (h *history) duplicates() []Insight {
	type same struct {
		merchant, currency string
		total              int64
	}
	groups, visits := map[same][]*Order{}, map[string][]time.Time{}
	for _, order := range h.recent(duplicateLookback) {
		if order.Total > 0 && !slices.Contains(sameFare, order.Category) {
			key := same{order.MerchantKey(), order.Currency, order.Total}
			groups[key] = append(groups[key], order)
			visits[key.merchant] = append(visits[key.merchant], order.PlacedAt)
		}
	}
	var found []Insight
	for key, group := range groups {
		within := duplicateWithin
		if len(group) > 1 && isHabit(visits[key.merchant]) {
			within = habitDuplicate
		}
		for len(group) > 0 {
			var twice []*Order
			twice, group = takeSame(group, within)
			if len(twice) > 1 {
				found = append(found, h.duplicate(twice))
			}
		}
	}
	return heaviest(found, maxDuplicates)
}

// recent keeps the orders of the last days.
func (h *history) recent(days int) []*Order {
	return Between(h.all, h.now.AddDate(0, 0, -days), h.now.Add(1))
}

// isHabit reports that somebody comes to a place every few days.
func isHabit(visits []time.Time) bool {
	if len(visits) < habitOrders {
		return false
	}
	gaps := make([]time.Duration, 0, len(visits)-1)
	for i := 1; i < len(visits); i++ {
		gaps = append(gaps, visits[i].Sub(visits[i-1]))
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2] <= habitGap
}

// takeSame splits off the first order and those after it within a time that may be the same purchase.
func takeSame(group []*Order, within time.Duration) (same, rest []*Order) {
	same = group[:1:1]
	for _, order := range group[1:] {
		if order.PlacedAt.Sub(same[0].PlacedAt) <= within && mayBeSame(order, same[0]) {
			same = append(same, order)
		} else {
			rest = append(rest, order)
		}
	}
	return same, rest
}

func mayBeSame(a, b *Order) bool {
	left, right := itemSet(a), itemSet(b)
	return len(left) == 0 || len(right) == 0 || maps.Equal(left, right)
}

func itemSet(order *Order) map[string]int {
	set := map[string]int{}
	for i := range order.Items {
		set[order.Items[i].key()] += order.Items[i].Quantity
	}
	return set
}

// key tells items apart: the product id, else the name in lower case.
func (i *Item) key() string {
	if i.ProductID != "" {
		return i.ProductID
	}
	return "name:" + strings.ToLower(strings.Join(strings.Fields(i.Name), " "))
}

func (h *history) duplicate(same []*Order) Insight {
	last := same[len(same)-1]
	extra := money.Money{Amount: last.Total * int64(len(same)-1), Currency: last.Currency}
	found := h.insight("duplicate:"+same[0].ID, TypeWarning, 0, same)
	found.Date = civilDay(last.PlacedAt, h.loc)
	found.Amount, found.Impact = &extra, extra.Format()
	found.Title = fmt.Sprintf("Possible double charge at %s", last.merchant())
	found.Description = fmt.Sprintf("%s at %s within 24 hours cost %s each, the last on %s.",
		Count(len(same), "order"), last.merchant(), last.Paid().Format(), h.day(last.PlacedAt))
	found.Action = "Check both receipts"
	if len(same) > 2 {
		found.Action = "Check the receipts"
	}
	return found
}

func (o *Order) merchant() string {
	if o.MerchantName != "" {
		return o.MerchantName
	}
	return "one merchant"
}

// unusualOrders finds orders of the last 30 days that cost at least three times what the one in the middle of those
// before at the same merchant did, and half as much again as any of them.
func (h *history) unusualOrders() []Insight {
	recent := h.recent(unusualLookback)
	if len(recent) == 0 {
		return nil
	}
	type place struct{ merchant, currency string }
	suspects := map[place]bool{}
	for _, order := range recent {
		suspects[place{order.MerchantKey(), order.Currency}] = order.Total >= minUnusual || suspects[place{order.MerchantKey(), order.Currency}]
	}
	before := map[place][]*Order{}
	var found []Insight
	for _, order := range Between(h.all, recent[0].PlacedAt.AddDate(-1, 0, 0), h.now.Add(1)) {
		at := place{order.MerchantKey(), order.Currency}
		if !suspects[at] {
			continue
		}
		if !order.PlacedAt.Before(recent[0].PlacedAt) {
			year := Between(before[at], order.PlacedAt.AddDate(-1, 0, 0), order.PlacedAt)
			if insight, ok := h.unusualOrder(order, year); ok {
				found = append(found, insight)
			}
		}
		before[at] = append(before[at], order)
	}
	return heaviest(found, maxUnusual)
}

func (h *history) unusualOrder(order *Order, before []*Order) (found Insight, ok bool) {
	if len(before) < unusualOrders || order.Total < minUnusual {
		return Insight{}, false
	}
	totals := make([]int64, len(before))
	for i, earlier := range before {
		totals[i] = earlier.Total
	}
	slices.Sort(totals)
	middle, most := totals[len(totals)/2], totals[len(totals)-1]
	if middle <= 0 || order.Total < unusualMedian*middle || 2*order.Total < 3*most || order.Total-middle < minUnusual {
		return Insight{}, false
	}
	found = h.insight("unusual:"+order.ID, TypeWarning, 0, append(slices.Clone(before), order))
	paid := order.Paid()
	format := func(amount int64) string { return money.Money{Amount: amount, Currency: order.Currency}.Format() }
	found.Date = civilDay(order.PlacedAt, h.loc)
	found.Amount, found.Impact = &paid, paid.Format()
	found.Title = fmt.Sprintf("Unusually large order at %s", order.merchant())
	found.Description = fmt.Sprintf(
		"You paid %s at %s on %s. Of the %s there in the year before, the one in the middle cost %s and the largest %s.",
		paid.Format(), order.merchant(), h.day(order.PlacedAt), Count(len(before), "order"), format(middle), format(most))
	found.Action = "Check the receipt"
	return found, true
}
