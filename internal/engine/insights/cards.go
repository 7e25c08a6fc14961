package insights

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// missed is what one better card would have added to the orders of one category.
type missed struct {
	card, category         string
	orders                 []Order
	spent, earned, forgone int64
}

// betterCards sums up, for the last 12 months, what another card of the user's would have earned where it beats the
// one that paid: one finding per category and card.
func (h history) betterCards(best BestFunc) []Insight {
	if best == nil {
		return nil
	}
	groups := map[[2]string]*missed{}
	for _, order := range h.lastYear(h.own) {
		earned, possible, card, ok := best(order)
		if !ok || card == "" || !h.bothOwn(earned, possible) || possible.Amount <= earned.Amount {
			continue
		}
		key := [2]string{order.CategoryOrOther(), card}
		if groups[key] == nil {
			groups[key] = &missed{card: card, category: key[0]}
		}
		group := groups[key]
		group.orders = append(group.orders, order)
		group.spent += order.Total
		group.earned += earned.Amount
		group.forgone += possible.Amount - earned.Amount
	}
	var found []Insight
	for _, group := range groups {
		if group.forgone >= minImpact {
			found = append(found, h.betterCard(*group))
		}
	}
	return heaviest(found, maxOptimizations)
}

func (h history) bothOwn(a, b money.Money) bool {
	return a.Currency == h.currency && b.Currency == h.currency
}

func (h history) betterCard(group missed) Insight {
	where, key := "on "+Label(group.category), group.category
	if merchant, one := onlyMerchant(group.orders); one {
		where, key = "at "+merchant, group.category+":"+group.orders[0].MerchantKey()
	}
	found := h.insight("card:"+key+":"+group.card, TypeOptimization, group.forgone, group.orders)
	found.Title = fmt.Sprintf("%s earns more %s", group.card, where)
	found.Description = fmt.Sprintf(
		"Over the last 12 months %s %s (%s together) earned %s with the card used; %s would have earned %s, %s more.",
		Count(len(group.orders), "order"), where, h.money(group.spent).Format(), h.money(group.earned).Format(),
		group.card, h.money(group.earned+group.forgone).Format(), h.money(group.forgone).Format())
	found.Action = fmt.Sprintf("Use %s %s", group.card, where)
	return found
}

// onlyMerchant is the merchant's name when all orders are of one.
func onlyMerchant(orders []Order) (name string, one bool) {
	last := orders[len(orders)-1]
	different := func(order Order) bool { return order.MerchantKey() != last.MerchantKey() }
	return last.MerchantName, last.MerchantName != "" && !slices.ContainsFunc(orders, different)
}

// rewardsEarned tells what the cards earned this month, and this year.
func (h history) rewardsEarned(best BestFunc) []Insight {
	if best == nil {
		return nil
	}
	yearStart := Month{Year: h.month().Year, Month: 1}.Start(h.loc)
	monthStart := h.month().Start(h.loc)
	var year, month int64
	var yearOrders, monthOrders []Order
	for _, order := range Between(h.all, yearStart, h.now.Add(1)) {
		earned, _, _, ok := best(order)
		if !ok || earned.Currency != h.currency || earned.Amount <= 0 {
			continue
		}
		year, yearOrders = year+earned.Amount, append(yearOrders, order)
		if !order.PlacedAt.Before(monthStart) {
			month, monthOrders = month+earned.Amount, append(monthOrders, order)
		}
	}
	if year == 0 {
		return nil
	}
	found := h.insight("rewards:"+h.month().String(), TypeRewards, cmp.Or(month, year), yearOrders)
	var parts []string
	if month > 0 {
		found.Title = fmt.Sprintf("You earned %s in rewards this month", h.money(month).Format())
		parts = append(parts, fmt.Sprintf("%s on %s in %s so far",
			h.money(month).Format(), Count(len(monthOrders), "order"), h.month().Month))
	} else {
		found.Title = fmt.Sprintf("You earned %s in rewards this year", h.money(year).Format())
	}
	if year > month {
		parts = append(parts, fmt.Sprintf("%s on %s since 1 January",
			h.money(year).Format(), Count(len(yearOrders), "order")))
	}
	found.Description = "Your cards earned " + strings.Join(parts, ", and ") + "."
	return []Insight{found}
}
