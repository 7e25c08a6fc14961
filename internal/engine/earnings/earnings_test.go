package earnings_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

var november = time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

// blue earns 6% on the first $100 of groceries a year and 1% on the rest; flat earns 2% on everything.
func blue() rewards.Card {
	return held("blue", "amex", "1111", rewards.Rule{
		ID: "groceries", Kind: rewards.KindCategory, Category: category.Groceries, Label: "groceries", RateBps: 600,
		Cap: new(usd(10_000)), CapPeriod: rewards.PeriodYear,
	}, base(100))
}

func flat() rewards.Card { return held("flat", "visa", "2222", base(200)) }

func base(bps int64) rewards.Rule {
	return rewards.Rule{ID: "base", Kind: rewards.KindBase, Label: "everything", RateBps: bps}
}

func held(name, network, lastFour string, rules ...rewards.Rule) rewards.Card {
	return rewards.Card{ID: "card-" + name, LastFour: lastFour, Product: rewards.Product{
		ID: name, Slug: name, Issuer: "Bank", Name: name, Network: network, AnnualFee: usd(0),
		Program: rewards.ProgramCash, PointValue: rewards.CashPointValue, Rules: rules,
	}}
}

func wallet() []rewards.Card { return []rewards.Card{blue(), flat()} }

// order is a paid grocery order on a day of November.
func order(id string, day int, amount int64, lastFour string) insights.Order {
	return insights.Order{
		ID: id, MerchantSlug: "instacart", MerchantName: "Instacart", Category: "groceries", PlacedAt: november.AddDate(0, 0, day-1),
		Status: "delivered", Currency: "USD", Subtotal: amount, Total: amount,
		Payments: []insights.Payment{{Type: "card", LastFour: lastFour, Amount: amount}},
	}
}

func replay(t require.TestingT, orders []insights.Order, cards []rewards.Card, networks map[string][]string) map[string]earnings.Earning {
	result, err := earnings.Replay(orders, cards, networks, time.UTC)
	require.NoError(t, err)
	return result
}

func TestReplay_RatesEachOrderWithTheCapsAsTheyStoodThen(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{
		order("third", 20, 5_000, "1111"), // given out of order on purpose
		order("first", 2, 8_000, "1111"),
		order("second", 10, 4_000, "1111"),
		order("elsewhere", 25, 10_000, "2222"),
	}
	require.Equal(t, map[string]earnings.Earning{
		"first":  {Earned: usd(480), Possible: usd(480), BestCard: "blue"},
		"second": {Earned: usd(140), Possible: usd(140), BestCard: "blue"}, // $20 at 6%, $20 at 1%
		"third":  {Earned: usd(50), Possible: usd(100), BestCard: "flat"},  // nothing left at 6%
		// The cap of the year is gone by then.
		"elsewhere": {Earned: usd(200), Possible: usd(200), BestCard: "flat"},
	}, replay(t, orders, wallet(), nil))
}

func TestReplay_LeavesOutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(o *insights.Order){
		"PaidInCash":             func(o *insights.Order) { o.Payments[0].LastFour = "" },
		"PaidWithAStrangersCard": func(o *insights.Order) { o.Payments[0].LastFour = "9999" },
		"PaidInPart":             func(o *insights.Order) { o.Payments[0].Amount -= 100 },
		"PaidWithTwoCards": func(o *insights.Order) {
			o.Payments = []insights.Payment{{LastFour: "1111", Amount: 500}, {LastFour: "2222", Amount: 500}}
		},
		"PaidWithAGiftCardToo": func(o *insights.Order) {
			o.Payments = append(o.Payments, insights.Payment{Type: "gift_card", Amount: 100})
		},
		"NoPayment":     func(o *insights.Order) { o.Payments = nil },
		"Free":          func(o *insights.Order) { o.Total, o.Payments[0].Amount = 0, 0 },
		"Refunded":      func(o *insights.Order) { o.Status = "refunded" },
		"OtherCurrency": func(o *insights.Order) { o.Currency = "EUR" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := order("x", 2, 1_000, "1111")
			change(&o)
			require.Empty(t, replay(t, []insights.Order{o}, wallet(), nil))
		})
	}
	twins := wallet()
	twins[1].LastFour = "1111"
	require.Empty(t, replay(t, []insights.Order{order("x", 2, 1_000, "1111")}, twins, nil), "two cards that look alike on a receipt")
	require.Empty(t, replay(t, []insights.Order{order("x", 2, 1_000, "1111")}, nil, nil), "no cards")
}

// What was left out of the rating still used up the cap.
func TestReplay_CountsEveryCardPaymentAgainstTheCaps(t *testing.T) {
	t.Parallel()
	shared := order("shared", 2, 12_000, "1111")
	shared.Payments = []insights.Payment{{LastFour: "1111", Amount: 10_000}, {LastFour: "2222", Amount: 2_000}}
	result := replay(t, []insights.Order{shared, order("after", 3, 1_000, "1111")}, wallet(), nil)
	require.Equal(t, map[string]earnings.Earning{"after": {Earned: usd(10), Possible: usd(20), BestCard: "flat"}}, result)
}

func TestReplay_OffersNoCardTheMerchantRefuses(t *testing.T) {
	t.Parallel()
	result := replay(t, []insights.Order{order("x", 2, 1_000, "2222")}, wallet(), map[string][]string{"instacart": {"visa"}})
	require.Equal(t, usd(20), result["x"].Possible)
	result = replay(t, []insights.Order{order("x", 2, 1_000, "2222")}, wallet(), map[string][]string{"another": {"visa"}})
	require.Equal(t, usd(60), result["x"].Possible)
	require.Empty(t, replay(t, []insights.Order{order("x", 2, 1_000, "2222")}, wallet(), map[string][]string{"instacart": {"discover"}}))
}

func TestReplay_BrokenCard_IsAnError(t *testing.T) {
	t.Parallel()
	_, err := earnings.Replay([]insights.Order{order("x", 2, 1_000, "1111")}, []rewards.Card{held("broken", "visa", "1111")}, nil, time.UTC)
	require.ErrorIs(t, err, rewards.ErrInvalidCard)
}

func TestRefusedNetworks(t *testing.T) {
	t.Parallel()
	require.Nil(t, earnings.RefusedNetworks(nil, wallet()), "nothing said means all are taken")
	require.Equal(t, []string{"amex"}, earnings.RefusedNetworks([]string{"Visa", "discover"}, wallet()))
	require.Empty(t, earnings.RefusedNetworks([]string{"visa", "amex"}, wallet()))
}

func TestSpends_AreTheCardPaymentsOfWhatWasBought(t *testing.T) {
	t.Parallel()
	odd := order("odd", 3, 700, "2222")
	odd.Category = "time travel"
	cancelled := order("cancelled", 4, 900, "1111")
	cancelled.Status = "cancelled"
	cash := order("cash", 5, 300, "")
	require.Equal(t, []rewards.Spend{
		{CardLastFour: "1111", MerchantSlug: "instacart", Category: category.Groceries, Amount: usd(500), At: november.AddDate(0, 0, 1)},
		{CardLastFour: "2222", MerchantSlug: "instacart", Category: category.Other, Amount: usd(700), At: november.AddDate(0, 0, 2)},
	}, earnings.Spends([]insights.Order{order("first", 2, 500, "1111"), odd, cancelled, cash}))
}

func anyOrders() *rapid.Generator[[]insights.Order] {
	return rapid.Custom(func(t *rapid.T) []insights.Order {
		orders := make([]insights.Order, rapid.IntRange(0, 12).Draw(t, "count"))
		for i := range orders {
			orders[i] = order(fmt.Sprint("order-", i), 1+i*2, rapid.Int64Range(1, 9_000).Draw(t, "amount"),
				rapid.SampledFrom([]string{"1111", "2222", "9999", ""}).Draw(t, "paid with"))
			orders[i].Category = rapid.SampledFrom([]string{"groceries", "dining", ""}).Draw(t, "category")
		}
		return orders
	})
}

// Nothing earns more than the best card would have, nothing earns a rate no card has, and how the orders are given, or
// orders that came later, change nothing.
func TestReplay_HoldsForAllOrders(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := anyOrders().Draw(t, "orders")
		result := replay(t, orders, wallet(), nil)
		for i, o := range orders {
			earning, rated := result[o.ID]
			own := o.Payments[0].LastFour == "1111" || o.Payments[0].LastFour == "2222"
			require.Equal(t, own, rated)
			if !rated {
				continue
			}
			require.LessOrEqual(t, earning.Earned.Amount, earning.Possible.Amount)
			require.GreaterOrEqual(t, earning.Earned.Amount*100+100, o.Total, "at least the base rate, to the cent")
			require.LessOrEqual(t, earning.Possible.Amount*100, o.Total*6+100)
			require.Equal(t, earning, replay(t, orders[:i+1], wallet(), nil)[o.ID])
		}
		require.Equal(t, result, replay(t, rapid.Permutation(orders).Draw(t, "shuffled"), wallet(), nil))
	})
}
