package insights

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

const (
	// minChange is the smallest difference from the usual worth telling, in minor units.
	minChange = 1000
	// minChangeParts makes it a part of the usual: a fifth.
	minChangeParts = 5
	// minFeeChange is minChange for fees.
	minFeeChange = 200
	// minDay is the day of the month from which having spent little means anything.
	minDay = 7
	// graceDays is how late into a month the orders may begin for the month to count as known.
	graceDays = 7
	// monthsBack is how many months make the usual.
	monthsBack = 3
	// freshDays is how recent the newest order must be for an absence of orders to mean anything.
	freshDays = 7
)

// comparison sets this month so far against the same days of the months before.
type comparison struct {
	current, usual int64
	months         []Month // those averaged, oldest first; none when nothing is known about them
	orders         []Order // all that were added up
}

// compare adds up value over the orders that pick accepts. usual is the average of the same days of the previous
// months that the orders reach back to, rounded half away from zero.
func (h history) compare(pick func(Order) bool, value func(Order) int64) comparison {
	var c comparison
	add := func(from, to time.Time) (sum int64) {
		for _, order := range Between(h.own, from, to) {
			if pick(order) {
				sum += value(order)
				c.orders = append(c.orders, order)
			}
		}
		return sum
	}
	c.current = add(h.month().Start(h.loc), h.now.Add(1))
	var before int64
	for back := monthsBack; back >= 1; back-- {
		month := h.month().Add(-back)
		if h.begins.Before(month.EndOfDay(graceDays, h.loc)) {
			c.months = append(c.months, month)
			before += add(month.Start(h.loc), month.EndOfDay(h.now.In(h.loc).Day(), h.loc))
		}
	}
	if len(c.months) > 0 {
		// Cannot fail: an average is no larger than the bounded sum it is made of.
		c.usual, _ = money.RoundRatio(big.NewInt(before), big.NewInt(int64(len(c.months))))
	}
	return c
}

func (c comparison) difference() int64 { return c.current - c.usual }

// notable reports a difference of at least minimum minor units and a fifth of the usual, either way.
func (c comparison) notable(minimum int64) bool {
	size := max(c.difference(), -c.difference())
	return c.usual > 0 && size >= minimum && size >= c.usual/minChangeParts
}

// basis is "the average of August, September and October is $141.30".
func (c comparison) basis(h history) string {
	names := make([]string, len(c.months))
	for i, month := range c.months {
		names[i] = month.Name(h.now, h.loc)
	}
	if len(names) == 1 {
		return fmt.Sprintf("in %s it was %s", names[0], h.money(c.usual).Format())
	}
	return fmt.Sprintf("the average of %s is %s", List(names), h.money(c.usual).Format())
}

func paid(order Order) int64 { return order.Total }

// fees adds up what an order's fee lines took.
func fees(order Order) int64 {
	var sum int64
	for _, adjustment := range order.Adjustments {
		if strings.EqualFold(adjustment.Type, "fee") {
			sum += adjustment.Amount
		}
	}
	return sum
}

// categoryChanges finds categories above or below the usual so far this month.
func (h history) categoryChanges() []Insight {
	var categories []string
	for _, order := range h.own {
		if !slices.Contains(categories, order.CategoryOrOther()) {
			categories = append(categories, order.CategoryOrOther())
		}
	}
	var found []Insight
	for _, category := range categories {
		c := h.compare(func(order Order) bool { return order.CategoryOrOther() == category }, paid)
		if !c.notable(minChange) || c.current <= 0 || c.difference() < 0 && !h.lowMeansLess() {
			continue
		}
		found = append(found, h.categoryChange(category, c))
	}
	return heaviest(found, maxSpending)
}

func (h history) categoryChange(category string, c comparison) Insight {
	found := h.insight("category:"+h.month().String()+":"+category, TypeSpending, c.difference(), c.orders)
	direction, versus := "up", "more"
	if c.difference() < 0 {
		direction, versus = "down", "less"
	}
	label := Label(category)
	found.Title = fmt.Sprintf("Spending on %s is %s this month", label, direction)
	found.Description = fmt.Sprintf("You spent %s on %s so far in %s, %s %s than usual by this day (%s).",
		h.money(c.current).Format(), label, h.month().Month, magnitude(h.money(c.difference())).Format(), versus, c.basis(h))
	found.Action = "Look at what you spent on " + label
	return found
}

// lowMeansLess reports that few orders mean little spent: enough of the month is over and orders still come in.
func (h history) lowMeansLess() bool { return h.now.In(h.loc).Day() >= minDay && h.isFresh() }

func (h history) isFresh() bool {
	return daysBetween(h.all[len(h.all)-1].PlacedAt, h.now, h.loc) <= freshDays
}

// belowUsual praises a month that is cheaper than usual so far.
func (h history) belowUsual() []Insight {
	c := h.compare(func(Order) bool { return true }, paid)
	if !h.lowMeansLess() || c.difference() >= 0 || c.current <= 0 || !c.notable(minChange) {
		return nil
	}
	found := h.insight("below-usual:"+h.month().String(), TypeSuccess, c.difference(), c.orders)
	found.Title = "You are spending less than usual"
	found.Description = fmt.Sprintf("You spent %s so far in %s, %s less than usual by this day (%s).",
		h.money(c.current).Format(), h.month().Month, h.money(-c.difference()).Format(), c.basis(h))
	return []Insight{found}
}

// fewerFees praises a month with fewer fees than usual so far.
func (h history) fewerFees() []Insight {
	c := h.compare(func(Order) bool { return true }, fees)
	if !h.lowMeansLess() || c.difference() >= 0 || c.current < 0 || !c.notable(minFeeChange) {
		return nil
	}
	withFees := slices.DeleteFunc(slices.Clone(c.orders), func(order Order) bool { return fees(order) == 0 })
	found := h.insight("fewer-fees:"+h.month().String(), TypeSuccess, c.difference(), withFees)
	found.Title = "You are paying fewer fees"
	found.Description = fmt.Sprintf("You paid %s in fees so far in %s, %s less than usual by this day (%s).",
		h.money(c.current).Format(), h.month().Month, h.money(-c.difference()).Format(), c.basis(h))
	return []Insight{found}
}
