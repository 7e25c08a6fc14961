package insights

import "fmt"

// breakable are the categories where going without is an achievement rather than a gap.
var breakable = []string{"delivery", "dining", "rideshare", "online_retail", "entertainment"}

const (
	minBreakDays   = 7
	maxBreakDays   = 90 // after that the habit is gone and the praise is stale
	minBreakOrders = 4  // three gaps at least, to call one the longest
)

// longestBreaks praises going without a category for half as long again as ever in the last 12 months: a day more than
// the longest time so far is chance.
func (h *history) longestBreaks() []Insight {
	if !h.isFresh() {
		return nil
	}
	var found []Insight
	for _, category := range breakable {
		var orders []*Order
		for _, order := range h.lastYear(h.all) {
			if order.Category == category {
				orders = append(orders, order)
			}
		}
		if len(orders) < minBreakOrders {
			continue
		}
		longest := 0
		for i := 1; i < len(orders); i++ {
			longest = max(longest, daysBetween(orders[i-1].PlacedAt, orders[i].PlacedAt, h.loc))
		}
		last := orders[len(orders)-1]
		days := daysBetween(last.PlacedAt, h.now, h.loc)
		if 2*days < 3*longest || days < minBreakDays || days > maxBreakDays {
			continue
		}
		insight := h.insight("break:"+category+":"+last.ID, TypeSuccess, 0, orders)
		insight.Title = fmt.Sprintf("Your longest time without %s", Label(category))
		insight.Description = fmt.Sprintf(
			"Your last order for %s was on %s, %s ago. Before that, the longest time without one in the last 12 months was %s.",
			Label(category), h.day(last.PlacedAt), Count(days, "day"), Count(longest, "day"))
		insight.Impact = Count(days, "day")
		found = append(found, insight)
	}
	return found
}
