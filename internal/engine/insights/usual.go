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
	// minChangeParts makes it a part of the usual: a quarter.
	minChangeParts = 4
	// minFeeChange is minChange for fees.
	minFeeChange = 200
	// graceDays is how late into a month the orders may begin for the month to count as known.
	graceDays = 7
	// monthsBack is how many months make the usual, leastBack how many it takes at least.
	monthsBack = 3
	leastBack  = 2
	// freshDays is how recent the newest order must be for an absence of orders to mean anything.
	freshDays = 7
)

// lastMonths are the month that ended yesterday and the months before it that the orders reach back to, newest first:
// each from a day to the same day of the next month, or its last one. What comes once a month, on whatever day, is once
// in each of them, so that today's date decides nothing. None when nothing is known of the first.
func (h *history) lastMonths() []window {
	today := h.now.In(h.loc)
	end := func(back int) time.Time {
		return MonthOf(today, h.loc).Add(-back).EndOfDay(today.Day(), h.loc).AddDate(0, 0, -1)
	}
	var windows []window
	for back := range monthsBack + 1 {
		w := window{end(back + 1), end(back)}
		if len(h.all) == 0 || h.begins.After(w.from.AddDate(0, 0, graceDays)) {
			break
		}
		windows = append(windows, w)
	}
	return windows
}

// comparison sets the last month against the ones before it.
type comparison struct {
	current int64
	before  []int64 // newest first; none when too little is known
	usual   int64   // their average, rounded half away from zero
	orders  []*Order
	// The largest orders: of the current month, and of those before.
	largest, largestBefore int64
}

// compared adds up value over the orders of the windows that have any, by key.
func (h *history) compared(key func(*Order) string, value func(*Order) int64) map[string]*comparison {
	sums := map[string]*comparison{}
	if len(h.windows) <= leastBack {
		return sums
	}
	for i, w := range h.windows {
		for _, order := range w.pick(h.own) {
			amount := value(order)
			if amount == 0 {
				continue
			}
			k := key(order)
			c := sums[k]
			if c == nil {
				c = &comparison{before: make([]int64, len(h.windows)-1)}
				sums[k] = c
			}
			if i == 0 {
				c.current += amount
				c.largest = max(c.largest, amount)
			} else {
				c.before[i-1] += amount
				c.largestBefore = max(c.largestBefore, amount)
			}
			c.orders = append(c.orders, order)
		}
	}
	for _, c := range sums {
		var whole int64
		for _, sum := range c.before {
			whole += sum
		}
		c.usual = mean(whole, len(c.before))
	}
	return sums
}

// mean divides a sum by a number above zero, rounded half away from zero. It cannot fail: a mean is no larger than the
// bounded sum it is made of.
func mean(sum int64, number int) int64 {
	mean, _ := money.RoundRatio(big.NewInt(sum), big.NewInt(int64(number)))
	return mean
}

func (c *comparison) difference() int64 { return c.current - c.usual }

// notable reports a difference of at least minimum minor units and a quarter of the usual, to a sum that none of the
// months before came near: without its largest order and one more, or with one more as large as theirs, it would still lie
// outside of them. Whether four or five weekly orders fall into a month is chance, and one large order is told by itself.
func (c *comparison) notable(minimum int64) bool {
	size := max(c.difference(), -c.difference())
	if c.usual <= 0 || size < minimum || size < c.usual/minChangeParts {
		return false
	}
	return c.current-c.largest-c.largestBefore > slices.Max(c.before) || c.current+c.largestBefore < slices.Min(c.before)
}

// basis is "the average of the 3 months before is $110.00 ($120.00, $110.00 and $100.00)".
func (c *comparison) basis(h *history) string {
	sums := make([]string, len(c.before))
	for i, sum := range c.before {
		sums[i] = h.money(sum).Format()
	}
	return fmt.Sprintf("the average of the %s before is %s (%s)", Count(len(sums), "month"), h.money(c.usual).Format(), List(sums))
}

// month is "from 23 October to 22 November".
func (h *history) month() string {
	return fmt.Sprintf("from %s to %s", h.day(h.windows[0].from), h.day(h.windows[0].to.Add(-1)))
}

func paid(order *Order) int64 { return order.Total }

// fees adds up what an order's fee lines took.
func fees(order *Order) int64 {
	var sum int64
	for i := range order.Adjustments {
		if strings.EqualFold(order.Adjustments[i].Type, "fee") {
			sum += order.Adjustments[i].Amount
		}
	}
	return sum
}

// isLess reports that less was spent, and that it is no silence: orders still come in.
func (h *history) isLess(c *comparison) bool {
	return c.difference() < 0 && c.current > 0 && h.isFresh()
}

func (h *history) isFresh() bool {
	return len(h.all) > 0 && daysBetween(h.all[len(h.all)-1].PlacedAt, h.now, h.loc) <= freshDays
}

// changes finds categories above or below the usual, and merchants whose category is not.
func (h *history) changes() []Insight {
	var categories, merchants []Insight
	changed := map[string]bool{}
	for category, c := range h.compared((*Order).CategoryOrOther, paid) {
		if c.notable(minChange) && (c.difference() > 0 || h.isLess(c)) {
			categories = append(categories, h.change("category:", category, "on "+Label(category), c))
			changed[category] = true
		}
	}
	for merchant, c := range h.compared((*Order).MerchantKey, paid) {
		name := c.orders[0].MerchantName
		inChanged := slices.ContainsFunc(c.orders, func(order *Order) bool { return changed[order.CategoryOrOther()] })
		if name != "" && !inChanged && c.notable(minChange) && (c.difference() > 0 || h.isLess(c)) {
			merchants = append(merchants, h.change("merchant:", merchant, "at "+name, c))
		}
	}
	return append(heaviest(categories, maxSpending), heaviest(merchants, maxSpending)...)
}

func (h *history) change(kind, key, where string, c *comparison) Insight {
	direction, versus := "more", "more"
	if c.difference() < 0 {
		direction, versus = "less", "less"
	}
	found := h.insight(kind+direction+":"+key, TypeSpending, c.difference(), c.orders)
	found.Title = fmt.Sprintf("You spend %s %s than usual", direction, where)
	found.Description = fmt.Sprintf("You spent %s %s %s, %s %s than usual: %s.",
		h.money(c.current).Format(), where, h.month(), magnitude(h.money(c.difference())).Format(), versus, c.basis(h))
	found.Action = "Look at what you spent " + where
	return found
}

const together = ""

func all(*Order) string { return together }

// belowUsual praises a month that was cheaper than usual.
func (h *history) belowUsual() []Insight {
	c := h.compared(all, paid)[together]
	if c == nil || !c.notable(minChange) || !h.isLess(c) {
		return nil
	}
	found := h.insight("below-usual", TypeSuccess, c.difference(), c.orders)
	found.Title = "You are spending less than usual"
	found.Description = fmt.Sprintf("You spent %s %s, %s less than usual: %s.",
		h.money(c.current).Format(), h.month(), h.money(-c.difference()).Format(), c.basis(h))
	return []Insight{found}
}

// fewerFees praises a month with fewer fees than usual.
func (h *history) fewerFees() []Insight {
	c := h.compared(all, fees)[together]
	if c == nil || !c.notable(minFeeChange) || c.difference() >= 0 || c.current < 0 || !h.isFresh() {
		return nil
	}
	found := h.insight("fewer-fees", TypeSuccess, c.difference(), c.orders)
	found.Title = "You are paying fewer fees"
	found.Description = fmt.Sprintf("You paid %s in fees %s, %s less than usual: %s.",
		h.money(c.current).Format(), h.month(), h.money(-c.difference()).Format(), c.basis(h))
	return []Insight{found}
}
