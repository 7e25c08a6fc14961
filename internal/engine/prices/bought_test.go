package prices_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
)

var bought = time.Date(2026, time.November, 1, 15, 0, 0, 0, time.UTC)

func purchase(id string, daysLater int, amount int64, quantity int) prices.Purchase {
	return prices.Purchase{TransactionID: id, At: bought.AddDate(0, 0, daysLater), UnitPrice: usd(amount), Quantity: quantity}
}

func TestChances(t *testing.T) {
	t.Parallel()
	now := bought.AddDate(0, 0, 20)
	current := prices.Observation{At: now.Add(-time.Hour), Price: usd(2000)}
	undone := purchase("undone", 0, 2500, 2)
	undone.Undone = true
	euros := purchase("euros", 0, 2500, 2)
	euros.UnitPrice.Currency = "EUR"
	for _, test := range []struct {
		name      string
		purchase  prices.Purchase
		current   prices.Observation
		days      int
		wantCents int64 // 0: no chance
	}{
		{"TimesTheQuantity", purchase("a", 0, 2500, 3), current, 30, 1500},
		{"ByACent", purchase("a", 0, 2001, 1), current, 30, 1},
		{"TheSamePrice", purchase("a", 0, 2000, 3), current, 30, 0},
		{"Dearer", purchase("a", 0, 1999, 3), current, 30, 0},
		{"OnTheLastDay", purchase("a", 0, 2500, 1), current, 20, 500},
		{"TheDayAfter", purchase("a", 0, 2500, 1), current, 19, 0},
		{"Undone", undone, current, 30, 0},
		{"AnotherCurrency", euros, current, 30, 0},
		{"PriceFromBeforeThePurchase", purchase("a", 0, 2500, 1), prices.Observation{At: bought.Add(-time.Hour), Price: usd(2000)}, 30, 0},
		{"BoughtInTheFuture", purchase("a", 21, 2500, 1), current, 30, 0},
		{"NothingBought", purchase("a", 0, 2500, 0), current, 30, 0},
		{"NoReturns", purchase("a", 0, 2500, 1), current, 0, 0},
		{"APriceOfNothing", purchase("a", 0, 2500, 1), prices.Observation{At: now, Price: usd(0)}, 30, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			chances := prices.Chances([]prices.Purchase{test.purchase}, test.current, test.days, now)
			if test.wantCents == 0 {
				require.Empty(t, chances)
				return
			}
			require.Len(t, chances, 1)
			require.Equal(t, usd(test.wantCents), chances[0].Difference)
			require.Equal(t, test.purchase.At.AddDate(0, 0, test.days), chances[0].Until)
		})
	}
	newestFirst := prices.Chances([]prices.Purchase{purchase("a", 0, 2500, 1), purchase("b", 5, 2600, 1)}, current, 30, now)
	require.Equal(t, "b", newestFirst[0].Purchase.TransactionID)
}

func TestCompare(t *testing.T) {
	t.Parallel()
	undone := purchase("undone", 1, 1, 1)
	undone.Undone = true
	euros := purchase("euros", 2, 500, 1)
	euros.UnitPrice.Currency = "EUR"
	current := prices.Observation{At: bought.AddDate(0, 0, 20), Price: usd(1320)}
	c, ok := prices.Compare([]prices.Purchase{purchase("b", 10, 1200, 1), undone, euros, purchase("a", 0, 1000, 2)}, &current)
	require.True(t, ok)
	require.Equal(t, "a", c.First.TransactionID)
	require.Equal(t, "b", c.Last.TransactionID)
	require.Equal(t, 2, c.Count)
	require.Equal(t, usd(1100), c.Average)
	require.EqualValues(t, 20_00, c.LastBps)
	require.EqualValues(t, 10_00, *c.NowBps)
	current.At = bought
	c, _ = prices.Compare([]prices.Purchase{purchase("b", 10, 1200, 1)}, &current)
	require.Nil(t, c.NowBps, "a price from before the purchase is no change since")
	_, ok = prices.Compare([]prices.Purchase{undone}, nil)
	require.False(t, ok)
}

func TestNeverReached(t *testing.T) {
	t.Parallel()
	days, now := seen(300, 250, 400)
	rule := prices.Rule{Direction: prices.Below, Threshold: &money.Money{Amount: 249, Currency: "USD"}}
	hint, ok := prices.NeverReached(rule, days, now)
	require.True(t, ok)
	require.Equal(t, "never_reached", hint.Code)
	require.Equal(t, usd(250), hint.Nearest.Price)
	require.Equal(t, "The price has not been at $2.49 in the last 3 days; the lowest was $2.50 on 2 January 2024.", hint.Text)
	rule.Threshold.Amount = 250
	_, ok = prices.NeverReached(rule, days, now)
	require.False(t, ok)
	above := prices.Rule{Direction: prices.Above, PercentBps: 1000, Reference: usd(400)}
	hint, ok = prices.NeverReached(above, days, now)
	require.True(t, ok)
	require.Equal(t, usd(400), hint.Nearest.Price)
}

func TestRule_Validate(t *testing.T) {
	t.Parallel()
	some := usd(100)
	none := usd(0)
	for _, test := range []struct {
		name string
		rule prices.Rule
		want error
	}{
		{"Threshold", prices.Rule{Direction: prices.Below, Threshold: &some}, nil},
		{"Percent", prices.Rule{Direction: prices.Above, PercentBps: 500, Reference: some}, nil},
		{"Both", prices.Rule{Direction: prices.Below, Threshold: &some, PercentBps: 500, Reference: some}, prices.ErrNoTarget},
		{"Neither", prices.Rule{Direction: prices.Below}, prices.ErrNoTarget},
		{"NoDirection", prices.Rule{Threshold: &some}, prices.ErrDirection},
		{"Nothing", prices.Rule{Direction: prices.Below, Threshold: &none}, prices.ErrTargetCrossed},
		{"AllOfIt", prices.Rule{Direction: prices.Below, PercentBps: 10_000, Reference: some}, prices.ErrTargetCrossed},
		{"LessThanNothing", prices.Rule{Direction: prices.Below, PercentBps: -1, Reference: some}, prices.ErrTargetCrossed},
		{"NoReference", prices.Rule{Direction: prices.Below, PercentBps: 100}, prices.ErrTargetCrossed},
	} {
		require.ErrorIs(t, test.rule.Validate(), test.want, test.name)
	}
}

func TestRank(t *testing.T) {
	t.Parallel()
	shelf := []prices.Product{
		{ID: "1", Name: "AirPods Pro 3", MerchantName: "Amazon"},
		{ID: "2", Name: "AirPods Pro 3", MerchantName: "Target"},
		{ID: "3", Name: "AirPods 4", MerchantName: "Best Buy"},
		{ID: "4", Name: "Nintendo Switch 2", MerchantName: "Target"},
		{ID: "5", Name: "Nintendo Switch OLED", MerchantName: "Walmart"},
		{ID: "6", Name: "Ground Coffee, 24 oz", MerchantName: "Walmart"},
		{ID: "7", Name: "Whole Bean Coffee, 2.5 lb", MerchantName: "Costco"},
		{ID: "8", Name: "Crème Brûlée", MerchantName: "Costco"},
		{ID: "9", Name: "Vegetable Samosas (Tikka House)", MerchantName: "DoorDash"},
		{ID: "10", Name: "Chicken Tikka Masala (Tikka House)", MerchantName: "DoorDash"},
	}
	for _, test := range []struct {
		text string
		want []string // ids that may be meant
	}{
		{"is $249 a good price for AirPods Pro", []string{"1", "2"}},
		{"is $249 a good price for AirPods", []string{"3", "1", "2"}},
		{"airpods 4?", []string{"3"}},
		{"should I buy the Switch 2 now or wait", []string{"4"}},
		{"should I buy the Switch now or wait", []string{"4", "5"}},
		{"did the whole bean coffees I buy get more expensive", []string{"7"}},
		{"creme brulee price", []string{"8"}},
		{"how much is a yacht", nil},
		{"should I buy a house now?", nil}, // no dish of that restaurant
		{"what do samosas cost at Tikka House", []string{"9"}},
		{"what does chicken tikka cost", []string{"10"}},
		{"is it a good price now?", nil},
	} {
		var got []string
		for _, match := range prices.Likeliest(prices.Rank(prices.Words(test.text), shelf)) {
			got = append(got, match.Product.ID)
		}
		require.ElementsMatch(t, test.want, got, test.text)
	}
}
