package earnings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// walk is somebody's orders and cards made ready for walking through them, several times.
type walk struct {
	lines      []line // of the orders, where all are walked through more than once
	days       *rewards.Days
	untouched  []*rewards.Meter
	networks   map[string][]string // that a merchant takes, by slug; all where it is missing
	byLastFour map[string][]int    // indices of cards
	citations  map[citation][]insights.Source
}

// line is an order as rules look at it.
type line struct {
	order  *insights.Order
	at     rewards.Occasion
	payer  int          // index of the card that paid all of it; below zero where that is not known
	earned rewards.Rate // on that card, caps as they stood
}

// citation is up to two cards, with the rules that paid; no rule where there is no second one.
type citation struct {
	card, other          int
	rule, ruleOfTheOther *rewards.Rule
}

func newWalk(cards []rewards.Card, networks map[string][]string, location *time.Location) (*walk, error) {
	w := &walk{
		days: rewards.NewDays(location), networks: networks,
		byLastFour: map[string][]int{}, citations: map[citation][]insights.Source{},
	}
	for i := range cards {
		meter, err := rewards.NewMeter(&cards[i])
		if err != nil {
			return nil, err
		}
		w.untouched = append(w.untouched, meter)
		if digits := cards[i].LastFour; digits != "" {
			w.byLastFour[digits] = append(w.byLastFour[digits], i)
		}
	}
	return w, nil
}

// line reads an order. They come as insights.Spending gives them, oldest first.
func (w *walk) line(order *insights.Order) line {
	return line{
		order: order, payer: w.payer(order),
		at: rewards.NewOccasion(order.MerchantSlug, category.Category(order.CategoryOrOther()), w.days.Of(order.PlacedAt), false),
	}
}

// payer finds the one card that paid all of the order and can pay it. Two cards with the same last four digits cannot be
// told apart.
func (w *walk) payer(order *insights.Order) int {
	const unknown = -1
	if len(order.Payments) != 1 || order.Payments[0].LastFour == "" || order.Total <= 0 || order.Payments[0].Amount != order.Total {
		return unknown
	}
	found := w.byLastFour[order.Payments[0].LastFour]
	if len(found) != 1 || !w.pays(found[0], order) {
		return unknown
	}
	return found[0]
}

// pays reports whether a card can pay an order.
func (w *walk) pays(card int, order *insights.Order) bool {
	meter := w.untouched[card]
	return meter.Pays(order.Currency, order.MerchantSlug) && takes(w.networks[order.MerchantSlug], meter.Card().Product.Network)
}

// caps are those of all cards, untouched.
func (w *walk) caps() []*rewards.Meter {
	meters := make([]*rewards.Meter, len(w.untouched))
	for i, meter := range w.untouched {
		meters[i] = meter.Fresh()
	}
	return meters
}

// rate is what an order earns on a card that can pay it, caps as they stand.
func (l *line) rate(on *rewards.Meter) (rewards.Rate, error) {
	rate, err := on.Rate(&l.at, l.order.Total)
	return rate, l.wrap(on, err)
}

// count takes the order from the caps of the card that pays it.
func (l *line) count(on *rewards.Meter, rate rewards.Rate) (capped bool, err error) {
	capped, err = on.Count(rate, &l.at, l.order.Total)
	return capped, l.wrap(on, err)
}

func (l *line) wrap(on *rewards.Meter, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("order %s on card %s: %w", l.order.ID, on.Card().ID, err)
}

func (l *line) money(amount int64) money.Money {
	return money.Money{Amount: amount, Currency: l.order.Currency}
}

// spend counts what a card really paid of an order against its caps, and reports whether it used one. A refund counts as a
// purchase of its size would. A card that the merchant refuses by our data has paid all the same.
func (l *line) spend(meter *rewards.Meter) (used bool, err error) {
	if !meter.Capped() || !meter.Pays(l.order.Currency, l.order.MerchantSlug) {
		return false, nil
	}
	for i := range l.order.Payments {
		payment := &l.order.Payments[i]
		if payment.LastFour == "" || payment.Amount == 0 || payment.LastFour != meter.Card().LastFour {
			continue
		}
		rate, err := meter.Rate(&l.at, max(payment.Amount, -payment.Amount))
		if err != nil {
			return used, l.wrap(meter, err)
		}
		capped, err := meter.Count(rate, &l.at, payment.Amount)
		if err != nil {
			return used, l.wrap(meter, err)
		}
		used = used || capped
	}
	return used, nil
}

// earn walks on by an order that was paid: it says what it earned on the card that paid all of it, and names the cards of
// which it used a cap.
func (w *walk) earn(l *line, caps []*rewards.Meter) (used []int, err error) {
	if l.payer < 0 {
		for i, meter := range caps {
			counts, err := l.spend(meter)
			if err != nil {
				return nil, err
			}
			if counts {
				used = append(used, i)
			}
		}
		return used, nil
	}
	if l.earned, err = l.rate(caps[l.payer]); err != nil {
		return nil, err
	}
	counts, err := l.count(caps[l.payer], l.earned)
	if counts {
		used = []int{l.payer}
	}
	return used, err
}

// cite names the card and the rule behind a figure, and those of a second card where there is one. The slice is shared: it
// is full, so that what appends to it copies it.
func (w *walk) cite(of citation) []insights.Source {
	sources, known := w.citations[of]
	if known {
		return sources
	}
	sources = append(sources, insights.Source{Type: insights.SourceCard, ID: w.untouched[of.card].Card().ID},
		insights.Source{Type: insights.SourceRule, ID: of.rule.ID})
	if of.ruleOfTheOther != nil {
		sources = append(sources, insights.Source{Type: insights.SourceCard, ID: w.untouched[of.other].Card().ID},
			insights.Source{Type: insights.SourceRule, ID: of.ruleOfTheOther.ID})
	}
	w.citations[of] = slices.Clip(sources)
	return w.citations[of]
}

// takes reports whether a network is among the accepted ones; none where accepted is empty, which means all are taken.
func takes(accepted []string, network string) bool {
	return len(accepted) == 0 || slices.ContainsFunc(accepted, func(one string) bool { return strings.EqualFold(one, network) })
}
