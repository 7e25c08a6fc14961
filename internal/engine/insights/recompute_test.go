package insights_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// evidence is what a finding cites, and nothing else: its figures are worked out from that a second time.
type evidence struct {
	orders  []insights.Order // oldest first
	rewards insights.Rewards
	now     time.Time
	loc     *time.Location
}

func (e evidence) total(pick func(insights.Order) int64) (sum int64) {
	for _, o := range e.orders {
		sum += pick(o)
	}
	return sum
}

// month is how many months before the last one an order lies: 0 from a day of the month before up to yesterday.
func (e evidence) month(o insights.Order) int {
	today := e.now.In(e.loc)
	begin := func(back int) string { // the same day back months ago, or the last one of a shorter month
		day := time.Date(today.Year(), today.Month()-time.Month(back), 1, 12, 0, 0, 0, time.UTC)
		last := day.AddDate(0, 1, -1).Day()
		return day.AddDate(0, 0, min(today.Day(), last)-1).Format(time.DateOnly)
	}
	day := o.PlacedAt.In(e.loc).Format(time.DateOnly)
	for back := range 4 {
		if day >= begin(back+1) && day < begin(back) {
			return back
		}
	}
	return -1
}

// against is the last month and the average of the months before, by a value of each order.
func (e evidence) against(t require.TestingT, months int, value func(insights.Order) int64) (current, usual int64) {
	sums := make([]int64, 4)
	for _, o := range e.orders {
		at := e.month(o)
		require.GreaterOrEqual(t, at, 0, "%s is of no month compared", o.ID)
		sums[at] += value(o)
	}
	var before int64
	for _, sum := range sums[1 : months+1] {
		before += sum
	}
	twice := 2*before + int64(months) // half up; sums are above zero
	return sums[0], twice / int64(2*months)
}

func totalOf(o insights.Order) int64 { return o.Total }

func feesOf(o insights.Order) (sum int64) {
	for _, adjustment := range o.Adjustments {
		if strings.EqualFold(adjustment.Type, "fee") {
			sum += adjustment.Amount
		}
	}
	return sum
}

// amount is what a finding must come to, from its evidence alone; ok is false for those that are no amount.
func (e evidence) amount(t require.TestingT, found insights.Insight) (amount int64, ok bool) {
	kind, rest, _ := strings.Cut(found.Key, ":")
	switch kind {
	case "duplicate":
		require.GreaterOrEqual(t, len(e.orders), 2)
		for _, o := range e.orders[1:] {
			require.Equal(t, e.orders[0].Total, o.Total)
			require.Equal(t, e.orders[0].MerchantName, o.MerchantName)
			require.LessOrEqual(t, o.PlacedAt.Sub(e.orders[0].PlacedAt), 24*time.Hour)
		}
		return e.orders[0].Total * int64(len(e.orders)-1), true
	case "price":
		parts := strings.Split(rest, ":")
		last := e.orders[len(e.orders)-1]
		require.Equal(t, parts[len(parts)-1], last.ID)
		price := func(o insights.Order) (least int64) {
			for _, item := range o.Items {
				if item.ProductID == parts[2] && (least == 0 || item.UnitPrice < least) {
					least = item.UnitPrice
				}
			}
			return least
		}
		most := int64(0)
		for _, o := range e.orders[:len(e.orders)-1] {
			most = max(most, price(o))
		}
		require.Contains(t, found.Description, usd(price(last)).Format())
		require.Contains(t, found.Description, usd(most).Format())
		return price(last) - most, true
	case "unusual":
		at := slices.IndexFunc(e.orders, func(o insights.Order) bool { return o.ID == rest })
		order := e.orders[at]
		others := slices.Delete(slices.Clone(e.orders), at, at+1)
		slices.SortFunc(others, func(a, b insights.Order) int { return int(a.Total - b.Total) })
		require.Contains(t, found.Description, fmt.Sprintf("Of the %d orders", len(others)))
		require.Contains(t, found.Description, "in the middle cost "+others[len(others)/2].Paid().Format())
		require.Contains(t, found.Description, "the largest "+others[len(others)-1].Paid().Format())
		return order.Total, true
	case "category", "merchant", "below-usual", "fewer-fees":
		months := 3
		if strings.Contains(found.Description, "the 2 months before") {
			months = 2
		}
		value := totalOf
		if kind == "fewer-fees" {
			value = feesOf
		}
		current, usual := e.against(t, months, value)
		require.Contains(t, found.Description, usd(current).Format())
		require.Contains(t, found.Description, "is "+usd(usual).Format())
		return current - usual, true
	case "card":
		at := slices.IndexFunc(e.rewards.Better, func(b insights.BetterCard) bool { return strings.HasSuffix(found.Key, ":"+b.CardID) })
		for _, one := range e.rewards.Better[at].Orders {
			if slices.ContainsFunc(e.orders, func(o insights.Order) bool { return o.ID == one.ID }) {
				amount += one.Possible.Amount - one.Earned.Amount
			}
		}
		require.Contains(t, found.Description, usd(e.total(totalOf)).Format()+" together")
		return amount, true
	case "rewards-missed":
		return e.total(func(o insights.Order) int64 {
			return e.rewards.ByOrder[o.ID].Possible.Amount - e.rewards.ByOrder[o.ID].Earned.Amount
		}), true
	case "rewards":
		year := e.total(func(o insights.Order) int64 { return e.rewards.ByOrder[o.ID].Earned.Amount })
		require.Contains(t, found.Description, usd(year).Format())
		local := e.now.In(e.loc)
		since := time.Date(local.Year(), local.Month()-1, 1, 0, 0, 0, 0, e.loc)
		last := since.AddDate(0, 1, -1).Day()
		since = since.AddDate(0, 0, min(local.Day(), last))
		month := e.total(func(o insights.Order) int64 {
			if o.PlacedAt.Before(since) {
				return 0
			}
			return e.rewards.ByOrder[o.ID].Earned.Amount
		})
		if month > 0 {
			return month, true
		}
		return year, true
	case "break":
		days := func(a, b time.Time) int {
			civil := func(t time.Time) time.Time {
				y, m, d := t.In(e.loc).Date()
				return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
			}
			return int(civil(b).Sub(civil(a)) / (24 * time.Hour))
		}
		longest := 0
		for i := 1; i < len(e.orders); i++ {
			longest = max(longest, days(e.orders[i-1].PlacedAt, e.orders[i].PlacedAt))
		}
		require.Equal(t, fmt.Sprintf("%d days", days(e.orders[len(e.orders)-1].PlacedAt, e.now)), found.Impact)
		require.Contains(t, found.Description, fmt.Sprintf("was %d days.", longest))
		return 0, false
	}
	require.Fail(t, "a finding that is not worked out a second time: "+found.Key)
	return 0, false
}

// Every figure of every finding follows from the orders and rewards it cites, whatever the life and the day.
func TestCompute_FiguresFollowFromTheirSources(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		loc := newYork
		at := time.Date(2027, time.November, 1, 0, 0, 0, 0, loc).Add(time.Duration(rapid.IntRange(0, 731*24*60).Draw(t, "minutes")) * time.Minute)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		orders := life(at, loc, rapid.IntRange(0, 60).Draw(t, "noise"), random)
		orders = orders[rapid.IntRange(0, len(orders)/2).Draw(t, "begins"):]
		ago := func(days int) time.Time { return at.AddDate(0, 0, -days) }
		for _, p := range patterns {
			if rapid.Bool().Draw(t, p.name) {
				orders = p.happen(orders, ago)
			}
		}
		thrifty := rapid.Bool().Draw(t, "thrifty")
		for i := range orders {
			orders[i].ID = fmt.Sprint("order ", i)
			if thrifty && orders[i].PlacedAt.After(ago(32)) {
				orders[i].Total = orders[i].Total * 2 / 5
			}
		}
		rewards := rated(orders, rapid.Int64Range(100, 600).Draw(t, "possible"))
		better := insights.BetterCard{CardID: "gold", Card: "Gold", Category: "groceries"}
		for _, o := range orders {
			if o.Category == "groceries" {
				better.Orders = append(better.Orders, insights.BetterOrder{ID: o.ID, Earned: usd(o.Total / 100), Possible: usd(o.Total / 20), Sources: []insights.Source{{Type: "card", ID: "gold"}}})
			}
		}
		rewards.Better = []insights.BetterCard{better}
		used := []string{}
		rewards.Counted = map[string][]insights.Counted{"another": {{ID: "nobody's", At: at}}}
		for _, o := range orders {
			if rapid.IntRange(0, 9).Draw(t, "uses a cap") == 0 {
				rewards.Counted["gold"] = append(rewards.Counted["gold"], insights.Counted{ID: o.ID, At: o.PlacedAt})
				if o.PlacedAt.In(loc).Year() >= at.In(loc).Year()-1 && !o.PlacedAt.After(at) {
					used = append(used, o.ID)
				}
			}
		}
		for _, found := range insights.Compute(orders, at, loc, "USD", rewards) {
			e := evidence{rewards: rewards, now: at, loc: loc}
			cited, caps := ids(found), []string(nil)
			if end := slices.IndexFunc(found.Sources, func(s insights.Source) bool { return s.Type != insights.SourceTransaction }); end >= 0 {
				cited, caps = cited[:end], cited[end:]
				for _, id := range used { // what the caps of the cards cited were used by
					require.NotEqual(t, slices.Contains(cited, id), slices.Contains(caps, id), id)
				}
			}
			require.Subset(t, used, caps)
			for _, o := range orders {
				if slices.Contains(cited, o.ID) {
					e.orders = append(e.orders, o)
				}
			}
			require.Len(t, e.orders, len(cited))
			slices.SortStableFunc(e.orders, func(a, b insights.Order) int { return a.PlacedAt.Compare(b.PlacedAt) })
			kind, _, _ := strings.Cut(found.Key, ":")
			seen[kind] = true
			if amount, ok := e.amount(t, found); ok {
				require.Equal(t, &money.Money{Amount: amount, Currency: "USD"}, found.Amount, found.Key)
			} else {
				require.Nil(t, found.Amount)
			}
		}
	})
	for _, kind := range []string{"duplicate", "price", "unusual", "category", "below-usual", "fewer-fees", "card", "rewards", "rewards-missed", "break"} {
		require.True(t, seen[kind], "no %s was ever found: the test shows nothing of it", kind)
	}
}
