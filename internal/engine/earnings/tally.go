package earnings

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// capUse is one cap of one card in one of its periods.
type capUse struct {
	cardID, cap string
	period      rewards.Period
	begins      rewards.Date
}

// tally counts spending against caps as it goes, in minor units. It gives at every moment what rewards.UseCaps would
// for the spending so far, without going through that again and again.
type tally map[capUse]int64

// use is what is used of a card's caps on a day.
func (t tally) use(card *rewards.Card, day rewards.Date) rewards.CapUse {
	var use rewards.CapUse
	for i := range card.Product.Rules {
		rule := &card.Product.Rules[i]
		if rule.Cap == nil {
			continue
		}
		if spent := t[keyOf(card, rule, day)]; spent != 0 {
			if use == nil {
				use = rewards.CapUse{}
			}
			use[rewards.CapKey{CardID: card.ID, Cap: rule.CapID()}] = money.Money{Amount: spent, Currency: card.Product.Currency()}
		}
	}
	return use
}

func keyOf(card *rewards.Card, rule *rewards.Rule, day rewards.Date) capUse {
	begins := rewards.Date{Year: day.Year, Month: time.January, Day: 1}
	switch rule.CapPeriod {
	case rewards.PeriodMonth:
		begins.Month = day.Month
	case rewards.PeriodQuarter:
		begins.Month = (day.Month-1)/3*3 + 1
	case rewards.PeriodYear:
	}
	return capUse{cardID: card.ID, cap: rule.CapID(), period: rule.CapPeriod, begins: begins}
}

// count adds an amount, below zero for a refund, to the cap of the rule that paid, if it has one. Nothing is used less than
// not at all.
func (t tally) count(card *rewards.Card, rule *rewards.Rule, amount int64, day rewards.Date) (capped bool) {
	if rule.Cap == nil {
		return false
	}
	key := keyOf(card, rule, day)
	t[key] = max(0, t[key]+amount)
	return true
}

// outcome is what an order earns on a card.
type outcome struct {
	card *rewards.Card
	net  money.Money
	rule rewards.Rule
}

func (o *outcome) sources() []insights.Source {
	return []insights.Source{{Type: insights.SourceCard, ID: o.card.ID}, {Type: insights.SourceRule, ID: o.rule.ID}}
}

// replay is one walk through somebody's orders.
type replay struct {
	cards    []rewards.Card
	networks map[string][]string
	location *time.Location
	capped   map[string]bool // card ids with any cap
}

func newReplay(cards []rewards.Card, networks map[string][]string, location *time.Location) *replay {
	r := &replay{cards: cards, networks: networks, location: location, capped: map[string]bool{}}
	for i := range cards {
		for j := range cards[i].Product.Rules {
			if cards[i].Product.Rules[j].Cap != nil {
				r.capped[cards[i].ID] = true
			}
		}
	}
	return r
}

func (r *replay) day(order *insights.Order) rewards.Date {
	return rewards.DateIn(order.PlacedAt, r.location)
}

// rate says what a purchase of some size at the merchant of an order earns on a card. It is nil where the card cannot pay
// it.
func (r *replay) rate(order *insights.Order, amount int64, card *rewards.Card, caps tally) (*outcome, error) {
	one := []rewards.Card{*card}
	purchase := rewards.Purchase{
		MerchantName: order.MerchantName, MerchantSlug: order.MerchantSlug, Category: categoryOf(order),
		Amount: money.Money{Amount: amount, Currency: order.Currency}, At: order.PlacedAt, Location: r.location,
		RefusedNetworks: RefusedNetworks(r.networks[order.MerchantSlug], one),
	}
	result, err := rewards.Rank(purchase, one, caps.use(card, r.day(order)))
	if errors.Is(err, rewards.ErrNoUsableCard) {
		return nil, nil //nolint:nilnil // that this card cannot pay it is no fault
	}
	if err != nil {
		return nil, fmt.Errorf("order %s on card %s: %w", order.ID, card.ID, err)
	}
	best := &result.Ranked[0]
	return &outcome{card: card, net: best.Net, rule: best.Rule}, nil
}

// best is the card on which an order earns most; the one that paid where no other earns more.
func (r *replay) best(order *insights.Order, paid *rewards.Card, caps tally) (*outcome, error) {
	best, err := r.rate(order, order.Total, paid, caps)
	if err != nil {
		return nil, err
	}
	for i := range r.cards {
		if &r.cards[i] == paid || !r.mayEarnMore(&r.cards[i], order, best.net.Amount, caps) {
			continue
		}
		candidate, err := r.rate(order, order.Total, &r.cards[i], caps)
		if err != nil {
			return nil, err
		}
		if candidate != nil && candidate.net.Amount > best.net.Amount {
			best = candidate
		}
	}
	return best, nil
}

// mayEarnMore rules out cards that could not earn more on an order than an amount, by the rates of the rules whose caps have
// room. It spares rating every order on every card.
func (r *replay) mayEarnMore(card *rewards.Card, order *insights.Order, amount int64, caps tally) bool {
	purchase, day := categoryOf(order), r.day(order)
	var highest int64
	for i := range card.Product.Rules {
		rule := &card.Product.Rules[i]
		if rule.RateBps <= highest || rule.Kind == rewards.KindCategory && !purchase.Counts(rule.Category) {
			continue
		}
		if rule.Cap == nil || caps[keyOf(card, rule, day)] < rule.Cap.Amount {
			highest = rule.RateBps
		}
	}
	const scale = money.BpsPerWhole * rewards.CashPointValue
	highest *= max(card.PointValue, card.Product.PointValue)
	possible, possibleLow := bits.Mul64(uint64(order.Total), uint64(highest)) //nolint:gosec // above zero
	earned, earnedLow := bits.Mul64(uint64(max(amount, 0)), scale)
	return possible > earned || possible == earned && possibleLow > earnedLow
}

// spend counts what the cards really paid of an order against their caps, and names those of which it used one.
func (r *replay) spend(order *insights.Order, caps tally) (used []string, err error) {
	for i := range order.Payments {
		payment := &order.Payments[i]
		if payment.LastFour == "" || payment.Amount == 0 {
			continue
		}
		for j := range r.cards {
			card := &r.cards[j]
			if card.LastFour != payment.LastFour || !r.capped[card.ID] || card.Product.Currency() != order.Currency {
				continue
			}
			// A refund counts as a purchase of its size would. A card that the merchant refuses by our data has paid all the same.
			open := *r
			open.networks = nil
			got, err := open.rate(order, max(payment.Amount, -payment.Amount), card, caps)
			if err != nil {
				return nil, err
			}
			if got != nil && caps.count(card, &got.rule, payment.Amount, r.day(order)) && !slices.Contains(used, card.ID) {
				used = append(used, card.ID)
			}
		}
	}
	return used, nil
}

// paidBy finds the one card that paid all of the order. Two cards with the same last four digits cannot be told apart.
func (r *replay) paidBy(order *insights.Order) *rewards.Card {
	if len(order.Payments) != 1 || order.Payments[0].LastFour == "" || order.Total <= 0 || order.Payments[0].Amount != order.Total {
		return nil
	}
	var found *rewards.Card
	for i := range r.cards {
		if r.cards[i].LastFour == order.Payments[0].LastFour {
			if found != nil {
				return nil
			}
			found = &r.cards[i]
		}
	}
	return found
}
