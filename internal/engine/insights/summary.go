package insights

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// Summary is one month in words and figures.
type Summary struct {
	Month         string          `json:"month"`         // such as 2026-11
	Text          string          `json:"text"`          // one or two sentences
	TotalSpend    money.Money     `json:"totalSpend"`    // in the display currency
	OtherTotals   []money.Money   `json:"otherTotals"`   // other currencies, unconverted, by code
	RewardsEarned money.Money     `json:"rewardsEarned"` // in the display currency; rewards in another are left out
	TopCategory   *string         `json:"topCategory"`   // nil when nothing was spent in the display currency
	OrderCount    int             `json:"orderCount"`    // in all currencies
	ByCategory    []CategorySpend `json:"byCategory"`
	// Sources are every order a figure rests on, the compared month's too, newest first, then the cards and reward rules, and
	// the orders that used the cards' caps before.
	Sources []Source `json:"sources"`
}

// CategorySpend is what one category took in the display currency. The amounts of a summary's categories add up to
// its total.
type CategorySpend struct {
	Category  string      `json:"category"`
	Amount    money.Money `json:"amount"`
	ChangeBps *int64      `json:"changeBps"` // against the month before; nil when nothing was spent then
}

// Summarize computes one month from a person's orders of that month and the one before; more orders do no harm.
//
// The month is that of loc (nil means UTC). The running month ends at now and is compared with the month before up to
// the end of the same day, or its last day when it is shorter; a past month is compared in full; a month that has not
// begun is empty. Orders that are no spending (see Order.IsSpending) are left out.
func Summarize(
	orders []Order, month Month, now time.Time, loc *time.Location, currency string, rewards Rewards,
) Summary {
	spending := Spending(orders)
	current, before := month.windows(now, loc)
	counted, compared := current.pick(spending), before.pick(spending)
	own, ownBefore := inCurrency(counted, currency), inCurrency(compared, currency)

	earned, rest := rewards.earned(counted, currency)
	summary := Summary{
		Month:         month.String(),
		TotalSpend:    money.Money{Amount: total(own), Currency: currency},
		RewardsEarned: money.Money{Amount: earned, Currency: currency},
		OrderCount:    len(counted),
		ByCategory:    byCategory(own, ownBefore, currency),
		Sources:       append(transactions(slices.Concat(counted, ownBefore)), rest...),
	}
	summary.Sources = append(summary.Sources, rewards.Uses(slices.Concat(counted, ownBefore), rest, current.from, current.to, loc)...)
	for _, sum := range Totals(counted) {
		if sum.Currency != currency {
			summary.OtherTotals = append(summary.OtherTotals, sum)
		}
	}
	if len(summary.ByCategory) > 0 && summary.ByCategory[0].Amount.Sign() > 0 {
		summary.TopCategory = &summary.ByCategory[0].Category
	}
	summary.Text = summary.sentences(month, now, loc, total(ownBefore))
	return summary
}

// window is a stretch of time from its first moment to before its last.
type window struct{ from, to time.Time }

func (w window) pick(orders []*Order) []*Order { return Between(orders, w.from, w.to) }

// windows are the month as far as it has come and the part of the month before it is compared with.
func (m Month) windows(now time.Time, loc *time.Location) (current, before window) {
	current = window{m.Start(loc), m.Add(1).Start(loc)}
	before = window{m.Add(-1).Start(loc), current.from}
	if now.Before(current.to) {
		current.to = now.Add(1) // now itself is still in it
		before.to = m.Add(-1).EndOfDay(now.In(orUTC(loc)).Day(), loc)
	}
	if now.Before(current.from) {
		before.to = before.from
	}
	return current, before
}

func byCategory(own, before []*Order, currency string) []CategorySpend {
	amounts, earlier := categoryTotals(own), categoryTotals(before)
	list := make([]CategorySpend, 0, len(amounts))
	for category, amount := range amounts {
		list = append(list, CategorySpend{
			Category:  category,
			Amount:    money.Money{Amount: amount, Currency: currency},
			ChangeBps: ChangeBps(amount, earlier[category]),
		})
	}
	slices.SortFunc(list, func(a, b CategorySpend) int {
		return cmp.Or(cmp.Compare(b.Amount.Amount, a.Amount.Amount), strings.Compare(a.Category, b.Category))
	})
	return list
}

func categoryTotals(orders []*Order) map[string]int64 {
	sums := map[string]int64{}
	for _, order := range orders {
		sums[order.CategoryOrOther()] += order.Total
	}
	return sums
}

// ChangeBps is the change from before to amount in basis points of before; nil when there is nothing to compare with.
func ChangeBps(amount, before int64) *int64 {
	if before <= 0 {
		return nil
	}
	change := new(big.Int).Mul(big.NewInt(amount-before), big.NewInt(money.BpsPerWhole))
	bps, err := money.RoundRatio(change, big.NewInt(before))
	if err != nil {
		return nil // more than 64 bits of basis points: no percentage anybody could read
	}
	return &bps
}

// earned adds up what orders earned in one currency, with the cards and rules that paid it.
func (r Rewards) earned(orders []*Order, currency string) (sum int64, sources []Source) {
	var set sourceSet
	for _, order := range orders {
		if reward, known := r.ByOrder[order.ID]; known && reward.Earned.Currency == currency {
			sum += reward.Earned.Amount
			set.add(reward.Sources[:min(len(reward.Sources), paidSources)])
		}
	}
	return sum, set.list
}

func (s Summary) sentences(month Month, now time.Time, loc *time.Location, before int64) string {
	running := month == MonthOf(now, loc)
	when := "in " + month.Name(now, loc)
	if running {
		when += " so far"
	}
	if s.OrderCount == 0 {
		return fmt.Sprintf("No purchases %s.", when)
	}
	totals := append([]money.Money{s.TotalSpend}, s.OtherTotals...)
	amounts := Amounts(totals, s.TotalSpend.Currency)
	text := fmt.Sprintf("You spent %s over %s %s", amounts, Count(s.OrderCount, "order"), when)
	if s.TopCategory != nil {
		text += fmt.Sprintf(", %s on %s", s.topShare(), Label(*s.TopCategory))
	}
	text += "."
	if before <= 0 || s.TotalSpend.Sign() <= 0 {
		return text
	}
	versus := "in " + month.Add(-1).Name(now, loc)
	if running {
		versus = "by the same day of " + month.Add(-1).Name(now, loc)
	}
	return text + " That is " + moreOrLess(s.TotalSpend, before) + " " + versus + "."
}

func (s Summary) topShare() string {
	top := s.ByCategory[0].Amount.Amount
	switch {
	case len(s.OtherTotals) > 0 || 2*top <= s.TotalSpend.Amount:
		return "the largest part"
	case top == s.TotalSpend.Amount:
		return "all of it"
	default:
		return "most of it"
	}
}

// moreOrLess is "$71.10 more than", "$3.00 less than" or "as much as".
func moreOrLess(amount money.Money, before int64) string {
	difference := money.Money{Amount: amount.Amount - before, Currency: amount.Currency}
	switch difference.Sign() {
	case 0:
		return "as much as"
	case 1:
		return difference.Format() + " more than"
	default:
		return magnitude(difference).Format() + " less than"
	}
}
