package insights_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// habit is something somebody buys again and again.
type habit struct {
	merchant, category string
	every              int // days
	monthly            int // the day of the month instead; 31 is its last
	amount             int64
	item               string
	price              int64
	fee                int64
}

// habits are those of a person to whom nothing happens. Weekly, every few days, twice a week, daily, monthly at the ends
// and in the middle of a month, rare.
var habits = []habit{
	{merchant: "Whole Foods", category: "groceries", every: 7, amount: 8000, item: "Oat Milk", price: 499},
	{merchant: "DoorDash", category: "delivery", every: 4, amount: 2800, fee: 300},
	{merchant: "Uber", category: "rideshare", every: 3, amount: 1500},
	{merchant: "Blue Bottle", category: "dining", every: 1, amount: 450},
	{merchant: "Landlord Power", category: "utilities", monthly: 1, amount: 9000},
	{merchant: "Netflix", category: "streaming", monthly: 15, amount: 1549},
	{merchant: "Gym", category: "fitness", monthly: 31, amount: 4000},
	{merchant: "Amazon", category: "online_retail", every: 10, amount: 4500, item: "Paper Towels", price: 1299},
	{merchant: "Costco", category: "wholesale_clubs", every: 30, amount: 15000},
	{merchant: "MTA", category: "transit", every: 1, amount: 290},
}

// life is what the habits come to in 13 months before a moment. noise, in percent, is how much amounts and shelf prices
// stray; the hour of the day strays with it.
func life(end time.Time, loc *time.Location, noise int, random *rand.Rand) []insights.Order {
	var orders []insights.Order
	local := end.In(loc)
	for back := 395; back >= 1; back-- {
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 12, 0, 0, 0, loc)
		for number, h := range habits {
			due := h.every > 0 && (back+number)%h.every == 0
			if h.monthly > 0 {
				last := time.Date(day.Year(), day.Month()+1, 0, 12, 0, 0, 0, loc).Day()
				due = day.Day() == min(h.monthly, last)
			}
			if !due {
				continue
			}
			stray := func(amount int64, percent int) int64 {
				if percent == 0 {
					return amount
				}
				return amount * int64(100-percent+random.IntN(2*percent+1)) / 100
			}
			at := day
			if noise > 0 {
				at = day.Add(time.Duration(random.IntN(180)-90) * time.Minute)
			}
			o := order(h.merchant, h.category, at, stray(h.amount, noise))
			o.ID = fmt.Sprintf("%s %s", h.merchant, day.Format(time.DateOnly))
			if h.item != "" {
				o.Items = []insights.Item{{Name: h.item, ProductID: h.item, Quantity: 1, UnitPrice: stray(h.price, min(noise, 2)), Total: h.price}}
			}
			if h.fee > 0 {
				o.Adjustments = []insights.Adjustment{{Type: "fee", Amount: h.fee}}
			}
			orders = append(orders, o)
		}
	}
	return orders
}

// long says that the whole of a test is wanted, not a part that takes a second.
var long = os.Getenv("LATTICE_TEST_TIER") == "long"

// days are moments all over a leap year and the next: every day in the long tier, else some, with the ends of short months.
func days(loc *time.Location) []time.Time {
	var list []time.Time
	for i := range 731 {
		day := time.Date(2027, time.November, 1+i, i%24, i%60, 0, 0, loc)
		end := day.AddDate(0, 0, 1).Day() == 1 && (day.Month() == time.February || day.Month() == time.December)
		if long || i%61 == 0 || end || day.Day() == 1 && (day.Month() == time.January || day.Month() == time.March) {
			list = append(list, day)
		}
	}
	return list
}

func find(orders []insights.Order, at time.Time, loc *time.Location) []string {
	var found []string
	for _, insight := range insights.Compute(orders, at, loc, "USD", insights.Rewards{}) {
		found = append(found, insight.Title)
	}
	slices.Sort(found)
	return found
}

func zones(t *testing.T) []*time.Location {
	t.Helper()
	var list []*time.Location
	for _, name := range []string{"UTC", "America/New_York", "Pacific/Auckland"} {
		loc, err := time.LoadLocation(name)
		require.NoError(t, err)
		list = append(list, loc)
	}
	return list
}

// Why: a warning that comes every month by itself teaches people to look away.
func TestCompute_SteadyLife_RaisesNoAlarm(t *testing.T) {
	t.Parallel()
	for _, loc := range zones(t) {
		for _, noise := range []int{0, 10} {
			t.Run(fmt.Sprint(loc, noise), func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(1, uint64(noise)))
				for _, at := range days(loc) {
					require.Empty(t, find(life(at, loc, noise, random), at, loc), "on %s", at)
				}
			})
		}
	}
}

// pattern is something that happens, and what has to be found then.
type pattern struct {
	name   string
	happen func(orders []insights.Order, ago func(days int) time.Time) []insights.Order
	finds  []string
}

var patterns = []pattern{
	{"a double charge", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		first, second := order("Shell", "gas", ago(5), 4510), order("Shell", "gas", ago(5).Add(3*time.Minute), 4510)
		return append(orders, first, second)
	}, []string{"Possible double charge at Shell"}},
	{"a raised price", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		o := order("Whole Foods", "groceries", ago(1).Add(time.Hour), 900)
		o.Items = []insights.Item{{Name: "Oat Milk", ProductID: "Oat Milk", Quantity: 1, UnitPrice: 599, Total: 599}}
		return append(orders, o)
	}, []string{"Oat Milk costs more than before"}},
	{"an unusual order", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		return append(orders, order("Amazon", "online_retail", ago(4), 39900))
	}, []string{"Unusually large order at Amazon"}},
	{"a category that takes more", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		for i := range 6 {
			orders = append(orders, order("Uber Eats", "delivery", ago(2+4*i), 3100+int64(i)))
		}
		return orders
	}, []string{"You spend more on food delivery than usual"}},
	{"a category that takes less", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		return slices.DeleteFunc(orders, func(o insights.Order) bool {
			return o.Category == "rideshare" && o.PlacedAt.After(ago(32)) && o.PlacedAt.Before(ago(4))
		})
	}, []string{"You spend less on rides than usual"}},
	{"fewer fees", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		for i := range orders {
			if orders[i].PlacedAt.After(ago(32)) {
				orders[i].Adjustments = nil
			}
		}
		paid := order("DoorDash", "delivery", ago(2).Add(time.Hour), 120)
		paid.Adjustments = []insights.Adjustment{{Type: "fee", Amount: 20}}
		return append(orders, paid)
	}, []string{"You are paying fewer fees"}},
	{"a long break", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		return slices.DeleteFunc(orders, func(o insights.Order) bool { return o.Category == "online_retail" && o.PlacedAt.After(ago(20)) })
	}, []string{"You spend less on online shopping than usual", "Your longest time without online shopping"}},
	{"silence", func(orders []insights.Order, ago func(int) time.Time) []insights.Order {
		return slices.DeleteFunc(orders, func(o insights.Order) bool { return o.PlacedAt.After(ago(10)) }) // the link is broken
	}, nil},
}

// Whatever happens is found, and nothing else is, on whatever day.
func TestCompute_FindsExactlyWhatHappens(t *testing.T) {
	t.Parallel()
	for _, p := range patterns {
		t.Run(strings.ReplaceAll(p.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			places, strays := zones(t)[1:2], []int{5}
			if long {
				places, strays = zones(t), []int{0, 5}
			}
			for _, loc := range places {
				for _, noise := range strays {
					random := rand.New(rand.NewPCG(2, uint64(noise)))
					for _, at := range days(loc) {
						ago := func(days int) time.Time { return at.AddDate(0, 0, -days) }
						require.Equal(t, p.finds, find(p.happen(life(at, loc, noise, random), ago), at, loc), "on %s, noise %d", at, noise)
					}
				}
			}
		})
	}
}
