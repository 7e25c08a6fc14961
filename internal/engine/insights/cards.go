package insights

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// Rewards says what somebody's cards made of their orders; package earnings works it out. The zero value knows nothing.
type Rewards struct {
	// ByOrder has the orders of which it is known what they earned, by id.
	ByOrder map[string]Reward
	// Better are the cards that would have done better, at most one per category.
	Better []BetterCard
	// Counted are the orders that used a cap of a card, oldest first, by the card's id.
	Counted map[string][]Counted
	// Reminders are rewards that wait for their owner to do something.
	Reminders []Reminder
}

// Counted is an order that counts against a cap.
type Counted struct {
	ID string
	At time.Time
}

// Uses are the orders, besides those cited, that say how much of the caps of cards was used from the year of a moment on:
// without them nobody could say what an order earned. No cap is of more than a calendar year.
func (r Rewards) Uses(cited []*Order, rest []Source, from, to time.Time, loc *time.Location) []Source {
	seen := make(map[string]bool, len(cited))
	for _, order := range cited {
		seen[order.ID] = true
	}
	year := time.Date(from.In(orUTC(loc)).Year(), time.January, 1, 0, 0, 0, 0, orUTC(loc))
	var sources []Source
	for _, source := range rest {
		if source.Type != SourceCard {
			continue
		}
		for _, used := range r.Counted[source.ID] {
			if !seen[used.ID] && !used.At.Before(year) && used.At.Before(to) {
				seen[used.ID] = true
				sources = append(sources, Source{SourceTransaction, used.ID})
			}
		}
	}
	return sources
}

// addRewards cites cards and rules, and what else used their caps since the year began in which the last 12 months do.
func (h *history) addRewards(found *Insight, orders []*Order, rest []Source) {
	found.Sources = append(found.Sources, rest...)
	found.Sources = append(found.Sources, h.rewards.Uses(orders, rest, h.yearAgo(), h.now.Add(1), h.loc)...)
}

// Reward is what one order earned. Possible is what it would have earned had every order of the year gone on the card
// that earned most at that time, caps and all.
type Reward struct {
	Earned, Possible money.Money
	// Sources are the card that paid and the rule by which it did, then those of what was possible.
	Sources []Source
}

// paidSources is how many of a reward's sources are those of what was earned.
const paidSources = 2

// BetterCard is a card that would have earned more on the orders of a category than the cards used. Each order is
// counted as it would have been with all the others on that card too, so that no cap is spent twice; orders on which
// the card used did as well stay with it.
type BetterCard struct {
	CardID   string
	Card     string // what its owner calls it
	Category string
	Orders   []BetterOrder
}

// BetterOrder is one order that the better card would have paid.
type BetterOrder struct {
	ID               string
	Earned, Possible money.Money
	Sources          []Source // the cards and rules of both
}

// Reminder is a reward that has to be activated.
type Reminder struct {
	CardID, Card string
	RuleID       string
	Label        string // completes "5% back on ..."
	RateBps      int64
	Cap          *money.Money
	Quarter      string // such as 2026-Q4; empty when it is for good
	Until        time.Time
}

// betterCards tells, for the last 12 months, what another card of the user's would have earned where it beats those that
// paid.
func (h *history) betterCards() []Insight {
	byID := make(map[string]*Order, len(h.own))
	for _, order := range h.lastYear(h.own) {
		byID[order.ID] = order
	}
	var found []Insight
	for _, better := range h.rewards.Better {
		if insight, ok := h.betterCard(better, byID); ok {
			found = append(found, insight)
		}
	}
	return heaviest(found, maxOptimizations)
}

func (h *history) betterCard(better BetterCard, byID map[string]*Order) (found Insight, ok bool) {
	var orders []*Order
	var spent, earned, possible int64
	var rest sourceSet
	for _, one := range better.Orders {
		order := byID[one.ID]
		if order == nil || one.Earned.Currency != h.currency || one.Possible.Currency != h.currency {
			continue
		}
		orders = append(orders, order)
		spent += order.Total
		earned += one.Earned.Amount
		possible += one.Possible.Amount
		rest.add(one.Sources)
	}
	if possible-earned < minImpact {
		return Insight{}, false
	}
	where, key := "on "+Label(better.Category), better.Category
	if merchant, one := onlyMerchant(orders); one {
		where, key = "at "+merchant, better.Category+":"+orders[0].MerchantKey()
	}
	found = h.insight("card:"+key+":"+better.CardID, TypeOptimization, possible-earned, orders)
	h.addRewards(&found, orders, rest.list)
	found.Title = fmt.Sprintf("%s earns more %s", better.Card, where)
	found.Description = fmt.Sprintf(
		"%s %s %s (%s together) earned %s with the card used; %s would have earned %s, %s more.",
		h.lastTwelve(), Count(len(orders), "order"), where, h.money(spent).Format(), h.money(earned).Format(),
		better.Card, h.money(possible).Format(), h.money(possible-earned).Format())
	found.Action = fmt.Sprintf("Use %s %s", better.Card, where)
	return found, true
}

// lastTwelve is "Over the last 12 months", or since when there are orders.
func (h *history) lastTwelve() string {
	if h.begins.After(h.yearAgo().AddDate(0, 0, graceDays)) {
		return "Since " + h.day(h.begins)
	}
	return "Over the last 12 months"
}

// sourceSet keeps each source once, in the order they came.
type sourceSet struct {
	list []Source
	seen map[Source]bool
}

func (s *sourceSet) add(more []Source) {
	if s.seen == nil {
		s.seen = map[Source]bool{}
	}
	for _, source := range more {
		if !s.seen[source] {
			s.seen[source] = true
			s.list = append(s.list, source)
		}
	}
}

// onlyMerchant is the merchant's name when all orders are of one.
func onlyMerchant(orders []*Order) (name string, one bool) {
	last := orders[len(orders)-1]
	different := func(order *Order) bool { return order.MerchantKey() != last.MerchantKey() }
	return last.MerchantName, last.MerchantName != "" && !slices.ContainsFunc(orders, different)
}

// earnings is what orders earned and could have, in the display currency.
type earnings struct {
	orders           []*Order
	earned, possible int64
	sources          sourceSet
}

func (h *history) earnings(from time.Time) earnings {
	var sums earnings
	for _, order := range Between(h.all, from, h.now.Add(1)) {
		reward, known := h.rewards.ByOrder[order.ID]
		if !known || reward.Earned.Currency != h.currency || reward.Possible.Currency != h.currency {
			continue
		}
		sums.orders = append(sums.orders, order)
		sums.earned += reward.Earned.Amount
		sums.possible += reward.Possible.Amount
		sums.sources.add(reward.Sources)
	}
	return sums
}

// rewardsEarned tells what the cards earned in the last month, and in the last 12.
func (h *history) rewardsEarned() []Insight {
	today := h.now.In(h.loc)
	month := h.earnings(MonthOf(today, h.loc).Add(-1).EndOfDay(today.Day(), h.loc))
	year := h.earnings(h.yearAgo())
	if year.earned <= 0 {
		return nil
	}
	found := h.insight("rewards", TypeRewards, cmp.Or(max(month.earned, 0), year.earned), year.orders)
	h.addRewards(&found, year.orders, year.sources.list)
	var parts []string
	found.Title = fmt.Sprintf("You earned %s in rewards in the last year", h.money(year.earned).Format())
	if month.earned > 0 {
		found.Title = fmt.Sprintf("You earned %s in rewards in the last month", h.money(month.earned).Format())
		parts = append(parts, fmt.Sprintf("%s on %s in the last month", h.money(month.earned).Format(), Count(len(month.orders), "order")))
	}
	if year.earned > month.earned {
		since := "in the last 12 months"
		if h.begins.After(h.yearAgo().AddDate(0, 0, graceDays)) {
			since = "since " + h.day(h.begins)
		}
		parts = append(parts, fmt.Sprintf("%s on %s %s", h.money(year.earned).Format(), Count(len(year.orders), "order"), since))
	}
	found.Description = "Your cards earned " + strings.Join(parts, ", and ") + "."
	return []Insight{found}
}

// rewardsMissed tells what paying with the best card each time would have added.
func (h *history) rewardsMissed() []Insight {
	year := h.earnings(h.yearAgo())
	missed := year.possible - year.earned
	if missed < minImpact {
		return nil
	}
	found := h.insight("rewards-missed", TypeRewards, missed, year.orders)
	h.addRewards(&found, year.orders, year.sources.list)
	found.Title = fmt.Sprintf("You missed %s in rewards", h.money(missed).Format())
	found.Description = fmt.Sprintf("%s your cards earned %s on %s. Each paid with the card that earned most at the time, it would have been "+
		"%s, %s more.", h.lastTwelve(), h.money(year.earned).Format(), Count(len(year.orders), "order"), h.money(year.possible).Format(),
		h.money(missed).Format())
	found.Action = "Ask which card to use before you pay"
	return []Insight{found}
}

// reminders tells of rewards that wait to be activated.
func (h *history) reminders() []Insight {
	var found []Insight
	for _, reminder := range h.rewards.Reminders {
		rate := money.FormatBps(reminder.RateBps)
		insight := h.insight("activate:"+reminder.CardID+":"+reminder.RuleID, TypeRewards, 0, nil)
		insight.Sources = []Source{{SourceCard, reminder.CardID}, {SourceRule, reminder.RuleID}}
		insight.Impact = rate
		insight.Title = fmt.Sprintf("Activate %s on %s", rate, reminder.Label)
		description := fmt.Sprintf("%s pays %s on %s once you have activated it with the issuer", reminder.Card, rate, reminder.Label)
		if reminder.Cap != nil {
			description += fmt.Sprintf(", for up to %s", reminder.Cap.Format())
		}
		if !reminder.Until.IsZero() {
			description += fmt.Sprintf(", until %s", h.day(reminder.Until))
		}
		insight.Description = description + "."
		insight.Action = "Activate it with the issuer, then tell me"
		found = append(found, insight)
	}
	return found
}
