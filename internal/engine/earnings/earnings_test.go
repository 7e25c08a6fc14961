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

func replay(t require.TestingT, orders []insights.Order, cards []rewards.Card, networks map[string][]string) insights.Rewards {
	result, err := earnings.Replay(orders, cards, networks, time.UTC, november.AddDate(-1, 0, 0))
	require.NoError(t, err)
	return result
}

// amounts is what each order earned and could have.
func amounts(rewards insights.Rewards) map[string][2]money.Money {
	all := map[string][2]money.Money{}
	for id, reward := range rewards.ByOrder {
		all[id] = [2]money.Money{reward.Earned, reward.Possible}
	}
	return all
}

func TestReplay_RatesEachOrderWithTheCapsAsTheyStoodThen(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{
		order("third", 20, 5_000, "1111"), // given out of order on purpose
		order("first", 2, 8_000, "1111"),
		order("second", 10, 4_000, "1111"),
		order("elsewhere", 25, 10_000, "2222"),
	}
	result := replay(t, orders, wallet(), nil)
	require.Equal(t, map[string][2]money.Money{
		"first":     {usd(480), usd(480)},
		"second":    {usd(140), usd(140)}, // $20 at 6%, $20 at 1%
		"third":     {usd(50), usd(100)},  // nothing left at 6%: the flat card would have paid 2%
		"elsewhere": {usd(200), usd(200)}, // the cap of the year is gone by then
	}, amounts(result))
	require.Equal(t, []insights.Source{
		{Type: "card", ID: "card-blue"}, {Type: "reward_rule", ID: "groceries"}, {Type: "card", ID: "card-flat"}, {Type: "reward_rule", ID: "base"},
	}, result.ByOrder["third"].Sources)
	require.Equal(t, []insights.BetterCard{{CardID: "card-flat", Card: "flat", Category: "groceries", Orders: []insights.BetterOrder{{
		ID: "third", Earned: usd(50), Possible: usd(100), Sources: result.ByOrder["third"].Sources,
	}}}}, result.Better)
}

// Why: five orders that each could have had the last $100 of a cap have it once, together.
func TestReplay_SpendsNoCapTwice(t *testing.T) {
	t.Parallel()
	var orders []insights.Order
	for i := range 5 {
		orders = append(orders, order(fmt.Sprint("order-", i), 2+i, 8_000, "2222"))
	}
	result := replay(t, orders, wallet(), nil)
	var possible int64
	for _, reward := range result.ByOrder {
		require.Equal(t, usd(160), reward.Earned)
		possible += reward.Possible.Amount
	}
	// $80 and $20 at 6%, the other $60 of the second order at 1%, then three at 2%.
	const best = 480 + 120 + 60 + 3*160
	require.Equal(t, int64(best), possible)
	require.Len(t, result.Better, 1)
	require.Equal(t, []insights.BetterOrder{
		{ID: "order-0", Earned: usd(160), Possible: usd(480), Sources: result.ByOrder["order-0"].Sources},
		{ID: "order-1", Earned: usd(160), Possible: usd(180), Sources: result.ByOrder["order-1"].Sources},
	}, result.Better[0].Orders)
}

func TestReplay_ComparesOnlySinceTheMomentAsked(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{order("before", 2, 6_000, "2222"), order("after", 20, 9_000, "2222")}
	result, err := earnings.Replay(orders, wallet(), nil, time.UTC, november.AddDate(0, 0, 10))
	require.NoError(t, err)
	require.Equal(t, map[string][2]money.Money{"before": {usd(120), usd(120)}, "after": {usd(180), usd(540)}}, amounts(result))
	require.Len(t, result.Better[0].Orders, 1)
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
			require.Empty(t, replay(t, []insights.Order{o}, wallet(), nil).ByOrder)
		})
	}
	twins := wallet()
	twins[1].LastFour = "1111"
	require.Empty(t, replay(t, []insights.Order{order("x", 2, 1_000, "1111")}, twins, nil).ByOrder, "two cards that look alike on a receipt")
	require.Empty(t, replay(t, []insights.Order{order("x", 2, 1_000, "1111")}, nil, nil).ByOrder, "no cards")
}

// What was left out of the rating still used up the cap.
func TestReplay_CountsEveryCardPaymentAgainstTheCaps(t *testing.T) {
	t.Parallel()
	shared := order("shared", 2, 12_000, "1111")
	shared.Payments = []insights.Payment{{LastFour: "1111", Amount: 10_000}, {LastFour: "2222", Amount: 2_000}}
	result := replay(t, []insights.Order{shared, order("after", 3, 1_000, "1111")}, wallet(), nil)
	require.Equal(t, map[string][2]money.Money{"after": {usd(10), usd(20)}}, amounts(result))
	require.Equal(t, map[string][]insights.Counted{"card-blue": {
		{ID: "shared", At: november.AddDate(0, 0, 1)}, {ID: "after", At: november.AddDate(0, 0, 2)},
	}}, result.Counted)
}

func TestReplay_OffersNoCardTheMerchantRefuses(t *testing.T) {
	t.Parallel()
	orders := []insights.Order{order("x", 2, 1_000, "2222")}
	require.Equal(t, usd(20), replay(t, orders, wallet(), map[string][]string{"instacart": {"visa"}}).ByOrder["x"].Possible)
	require.Empty(t, replay(t, orders, wallet(), map[string][]string{"instacart": {"visa"}}).Better)
	require.Equal(t, usd(60), replay(t, orders, wallet(), map[string][]string{"another": {"visa"}}).ByOrder["x"].Possible)
	require.Empty(t, replay(t, orders, wallet(), map[string][]string{"instacart": {"discover"}}).ByOrder)
}

func TestReplay_BrokenCard_IsAnError(t *testing.T) {
	t.Parallel()
	broken := []rewards.Card{held("broken", "visa", "1111")}
	_, err := earnings.Replay([]insights.Order{order("x", 2, 1_000, "1111")}, broken, nil, time.UTC, november)
	require.ErrorIs(t, err, rewards.ErrInvalidCard)
}

func TestReminders_AreOfWhatWaitsForItsOwner(t *testing.T) {
	t.Parallel()
	rotating := rewards.Rule{
		ID: "rotating", Kind: rewards.KindCategory, Category: category.Groceries, Label: "groceries this quarter", RateBps: 500,
		Cap: new(usd(150_000)), CapPeriod: rewards.PeriodQuarter, Quarter: "2026-Q4", RequiresActivation: true,
	}
	past := rotating
	past.ID, past.Quarter = "past", "2026-Q3"
	card := held("freedom", "visa", "3333", base(100), rotating, past)
	require.Equal(t, []insights.Reminder{{
		CardID: "card-freedom", Card: "freedom", RuleID: "rotating", Label: "groceries this quarter", RateBps: 500, Cap: new(usd(150_000)),
		Quarter: "2026-Q4", Until: time.Date(2026, time.December, 31, 12, 0, 0, 0, time.UTC),
	}}, earnings.Reminders([]rewards.Card{card, flat()}, november, time.UTC))
	card.Activations = []string{"2026-Q4"}
	require.Empty(t, earnings.Reminders([]rewards.Card{card}, november, time.UTC))
	card.Activations = nil
	require.Empty(t, earnings.Reminders([]rewards.Card{card}, november.AddDate(0, 2, 0), time.UTC), "the quarter is over")
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
		{ID: "first", CardLastFour: "1111", MerchantSlug: "instacart", Category: category.Groceries, Amount: usd(500), At: november.AddDate(0, 0, 1)},
		{ID: "odd", CardLastFour: "2222", MerchantSlug: "instacart", Category: category.Other, Amount: usd(700), At: november.AddDate(0, 0, 2)},
	}, earnings.Spends([]insights.Order{order("first", 2, 500, "1111"), odd, cancelled, cash}))
}

// Why: an answer about a month must say of it what the yearly walk says, though it looks at less.
func TestEarned_SaysOfAStretchWhatTheWholeWalkSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders, cards := anyOrders().Draw(t, "orders"), []rewards.Card{blue(), flat(), monthly()}
		zone := rapid.SampledFrom([]*time.Location{nil, time.UTC, time.FixedZone("", 9*60*60), time.FixedZone("", -10*60*60)}).Draw(t, "zone")
		from := november.Add(time.Duration(rapid.IntRange(-2000, 2000).Draw(t, "from")) * time.Hour)
		until := from.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "hours")) * time.Hour)
		whole, err := earnings.Replay(orders, cards, nil, zone, november.AddDate(1, 0, 0))
		require.NoError(t, err)
		stretch, err := earnings.Earned(orders, cards, nil, zone, from, until)
		require.NoError(t, err)
		want := map[string]insights.Reward{}
		for _, o := range orders {
			if reward, known := whole.ByOrder[o.ID]; known && !o.PlacedAt.Before(from) && o.PlacedAt.Before(until) {
				want[o.ID] = reward
			}
		}
		require.Equal(t, want, stretch.ByOrder)
		cited := []insights.Source{{Type: insights.SourceCard, ID: blue().ID}, {Type: insights.SourceCard, ID: monthly().ID}}
		require.Equal(t, whole.Uses(nil, cited, from, until, zone), stretch.Uses(nil, cited, from, until, zone))
	})
}
