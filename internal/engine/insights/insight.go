package insights

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// Type says what kind of finding an insight is.
type Type string

// The types of the contract.
const (
	TypeOptimization Type = "optimization" // another card of theirs would have earned more
	TypeSpending     Type = "spending"     // a category or merchant is above or below what is usual
	TypeRewards      Type = "rewards"      // what the cards earned, and what was missed
	TypeWarning      Type = "warning"      // a possible double charge, a price that rose, an unusual order
	TypeSuccess      Type = "success"      // less spent, fewer fees, a long break
)

// rank orders insights of the same day.
var rank = map[Type]int{TypeWarning: 0, TypeOptimization: 1, TypeSpending: 2, TypeRewards: 3, TypeSuccess: 4}

// Insight is one finding. Every figure in it rests on its sources.
type Insight struct {
	// Key is stable while the finding is the same one, and unique within one computation.
	Key         string
	Type        Type
	Title       string
	Description string
	Impact      string       // a short figure such as "+$71.10" or "19 days"
	Amount      *money.Money // the impact as money, signed alike; nil when it is none
	Action      string       // what to do about it; empty when there is nothing to do
	Date        time.Time    // the calendar day it is about at the user's place, as midnight UTC
	Sources     []Source     // orders newest first, then cards and reward rules, then orders that used the cards' caps
	AsOf        time.Time    // when it was computed
}

// Source types.
const (
	SourceTransaction = "transaction"
	SourceCard        = "card"
	SourceRule        = "reward_rule"
)

// Source is one thing that figures rest on.
type Source struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// How many findings of one sort are worth reading.
const (
	maxOptimizations = 3
	maxSpending      = 4 // categories; and as many merchants
	maxDuplicates    = 5
	maxPriceRises    = 3
	maxUnusual       = 3
)

// minImpact is the smallest yearly amount worth a sentence, in minor units of whatever currency.
const minImpact = 500

// Compute finds what is worth telling, newest day first, warnings before the rest. Without orders there is nothing but
// reminders.
//
// Orders should reach back 13 months where they can, and to the first of that January for the caps of cards; those placed
// after now are ignored. Nothing depends on where in a month today is: what is compared is whole days, a month of them up
// to yesterday with the months before. Amounts are in the display currency, except for warnings, which speak of one order
// in its own. A nil loc means UTC; wants, when given, names the only types to compute. It cannot see that a link to a
// merchant is broken: less spent is only told while orders still come in.
func Compute(
	orders []Order, now time.Time, loc *time.Location, currency string, rewards Rewards, wants ...Type,
) []Insight {
	h := newHistory(orders, now, loc, currency, rewards)
	var found []Insight
	for _, find := range []struct {
		kind Type
		run  func() []Insight
	}{
		{TypeWarning, h.duplicates},
		{TypeWarning, h.priceRises},
		{TypeWarning, h.unusualOrders},
		{TypeOptimization, h.betterCards},
		{TypeSpending, h.changes},
		{TypeRewards, h.rewardsEarned},
		{TypeRewards, h.rewardsMissed},
		{TypeRewards, h.reminders},
		{TypeSuccess, h.belowUsual},
		{TypeSuccess, h.fewerFees},
		{TypeSuccess, h.longestBreaks},
	} {
		if len(wants) == 0 || slices.Contains(wants, find.kind) {
			found = append(found, find.run()...)
		}
	}
	slices.SortStableFunc(found, func(a, b Insight) int {
		return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(rank[a.Type], rank[b.Type]),
			cmp.Compare(weight(b), weight(a)), strings.Compare(a.Key, b.Key))
	})
	return found
}

// weight is the size of the impact, zero when it is no money.
func weight(insight Insight) int64 {
	if insight.Amount == nil {
		return 0
	}
	return magnitude(*insight.Amount).Amount
}

// heaviest keeps the insights of greatest impact.
func heaviest(found []Insight, limit int) []Insight {
	slices.SortStableFunc(found, func(a, b Insight) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), strings.Compare(a.Key, b.Key))
	})
	return found[:min(limit, len(found))]
}

// history is what the findings look at.
type history struct {
	all      []*Order // spending in any currency up to now, oldest first
	own      []*Order // those in the display currency
	begins   time.Time
	now      time.Time
	loc      *time.Location
	currency string
	rewards  Rewards
	windows  []window // the month up to yesterday, then the known ones before it
}

func newHistory(orders []Order, now time.Time, loc *time.Location, currency string, rewards Rewards) *history {
	h := &history{now: now, loc: orUTC(loc), currency: currency, rewards: rewards}
	h.all = Between(Spending(orders), time.Time{}, now.Add(1))
	h.own = inCurrency(h.all, currency)
	if len(h.all) > 0 {
		h.begins = h.all[0].PlacedAt
	}
	h.windows = h.lastMonths()
	return h
}

func (h *history) today() time.Time { return civilDay(h.now, h.loc) }

// yearAgo is the first moment of the last 12 months.
func (h *history) yearAgo() time.Time { return h.now.In(h.loc).AddDate(-1, 0, 0) }

// lastYear keeps the orders of the last 12 months.
func (h *history) lastYear(orders []*Order) []*Order {
	return Between(orders, h.yearAgo(), h.now.Add(1))
}

func (h *history) money(amount int64) money.Money {
	return money.Money{Amount: amount, Currency: h.currency}
}

func (h *history) day(t time.Time) string { return DayName(t, h.now, h.loc) }

// insight fills in what all of today's findings share; amount zero means that the impact is no money.
func (h *history) insight(key string, kind Type, amount int64, sources []*Order) Insight {
	found := Insight{Key: key, Type: kind, Date: h.today(), Sources: transactions(sources), AsOf: h.now}
	if amount != 0 {
		impact := h.money(amount)
		found.Amount, found.Impact = &impact, signed(impact)
	}
	return found
}

// transactions are orders as sources, newest first.
func transactions(orders []*Order) []Source {
	ids := Sources(orders)
	sources := make([]Source, len(ids))
	for i, id := range ids {
		sources[i] = Source{Type: SourceTransaction, ID: id}
	}
	return sources
}
