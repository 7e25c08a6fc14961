package earnings

import (
	"cmp"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// Earned walks the orders as they were placed and says what those from one moment until another earned, with the caps as
// they stood then. Orders that were not paid with one of the cards alone are left out, for what they earned is not known;
// they still count against caps. networks are the card networks a merchant takes, by slug; a merchant that is missing
// takes all. Fails with rewards.ErrInvalidCard or money.ErrOverflow.
func Earned(
	orders []insights.Order, cards []rewards.Card, networks map[string][]string, location *time.Location, from, until time.Time,
) (insights.Rewards, error) {
	w, err := newWalk(cards, networks, location)
	if err != nil {
		return insights.Rewards{}, err
	}
	result := insights.Rewards{ByOrder: map[string]insights.Reward{}, Counted: map[string][]insights.Counted{}}
	// No cap is of more than a calendar year.
	first := time.Date(rewards.DateIn(from, location).Year, time.January, 1, 0, 0, 0, 0, cmp.Or(location, time.UTC))
	caps := w.caps()
	for _, order := range insights.Spending(orders) {
		if order.PlacedAt.Before(first) || !order.PlacedAt.Before(until) {
			continue
		}
		l := w.line(order)
		if err := w.step(&l, caps, result.Counted); err != nil {
			return insights.Rewards{}, err
		}
		if l.payer >= 0 && !order.PlacedAt.Before(from) {
			earned := l.money(l.earned.Net)
			result.ByOrder[order.ID] = insights.Reward{
				Earned: earned, Possible: earned, Sources: w.cite(citation{card: l.payer, rule: l.earned.Rule}),
			}
		}
	}
	return result, nil
}

// step is earn, with a note of the caps that were used.
func (w *walk) step(l *line, caps []*rewards.Meter, counted map[string][]insights.Counted) error {
	used, err := w.earn(l, caps)
	for _, card := range used {
		id := caps[card].Card().ID
		counted[id] = append(counted[id], insights.Counted{ID: l.order.ID, At: l.order.PlacedAt})
	}
	return err
}

// Replay is Earned for all orders, and says besides what the orders since a moment could have earned:
//
//   - each order, had all of them gone on the card that earned most at the time (insights.Reward.Possible),
//   - those of each category, had one other card paid them (insights.BetterCard).
//
// Both are plans somebody could have followed: what a plan puts on a card counts against that card's caps, so no cap is
// spent twice.
func Replay(
	orders []insights.Order, cards []rewards.Card, networks map[string][]string, location *time.Location, since time.Time,
) (insights.Rewards, error) {
	w, err := newWalk(cards, networks, location)
	if err != nil {
		return insights.Rewards{}, err
	}
	spending := insights.Spending(orders)
	w.lines = make([]line, len(spending))
	for i, order := range spending {
		w.lines[i] = w.line(order)
	}
	result := insights.Rewards{
		ByOrder: make(map[string]insights.Reward, len(w.lines)), Counted: map[string][]insights.Counted{},
	}
	categories := map[string][]*line{}
	made, plan := w.caps(), w.caps()
	for i := range w.lines {
		l := &w.lines[i]
		if err := w.step(l, made, result.Counted); err != nil {
			return insights.Rewards{}, err
		}
		card, best, err := w.follow(l, plan, since)
		if err != nil {
			return insights.Rewards{}, err
		}
		if l.payer < 0 {
			continue
		}
		of := citation{card: l.payer, rule: l.earned.Rule}
		reward := insights.Reward{Earned: l.money(l.earned.Net), Possible: l.money(l.earned.Net)}
		if card >= 0 {
			of.other, of.ruleOfTheOther, reward.Possible = card, best.Rule, l.money(best.Net)
			name := l.order.CategoryOrOther()
			categories[name] = append(categories[name], l)
		}
		reward.Sources = w.cite(of)
		result.ByOrder[l.order.ID] = reward
	}
	for name, list := range categories {
		better, err := w.better(name, list)
		if err != nil {
			return insights.Rewards{}, err
		}
		if better != nil {
			result.Better = append(result.Better, *better)
		}
	}
	slices.SortFunc(result.Better, func(a, b insights.BetterCard) int { return cmp.Compare(a.Category, b.Category) })
	return result, nil
}

// follow walks on in the plan that puts every order on the card that earns most: the card, below zero for an order that
// stays where it was, and what it earns there.
func (w *walk) follow(l *line, plan []*rewards.Meter, since time.Time) (card int, best rewards.Rate, err error) {
	if l.payer < 0 {
		for _, meter := range plan {
			if _, err := l.spend(meter); err != nil {
				return -1, rewards.Rate{}, err
			}
		}
		return -1, rewards.Rate{}, nil
	}
	card = l.payer
	if l.order.PlacedAt.Before(since) {
		_, err := l.count(plan[card], l.earned)
		return -1, rewards.Rate{}, err
	}
	if best, err = l.rate(plan[card]); err != nil {
		return card, best, err
	}
	for i, meter := range plan {
		if i == l.payer || !w.pays(i, l.order) {
			continue
		}
		rate, err := l.rate(meter)
		if err != nil {
			return card, best, err
		}
		if rate.Net > best.Net {
			card, best = i, rate
		}
	}
	_, err = l.count(plan[card], best)
	return card, best, err
}

// better is the card that gains most on the orders of a category; nil where none gains.
func (w *walk) better(name string, list []*line) (*insights.BetterCard, error) {
	var best *insights.BetterCard
	var most int64
	for card := range w.untouched {
		candidate, gain, err := w.instead(card, list)
		if err != nil {
			return nil, err
		}
		if gain > most || gain == most && best != nil && candidate.CardID < best.CardID {
			best, most = candidate, gain
		}
	}
	if most <= 0 {
		return nil, nil //nolint:nilnil // no card is better, which is no fault
	}
	best.Category = name
	return best, nil
}

// instead walks through all orders with a card paying those of a list wherever it earns more than the card that did. What
// the card paid of everything else counts against its caps as before.
func (w *walk) instead(card int, list []*line) (*insights.BetterCard, int64, error) {
	meter := w.untouched[card].Fresh()
	better := &insights.BetterCard{CardID: meter.Card().ID, Card: meter.Card().Name()}
	var gain int64
	consider := func(l *line) error {
		if l.payer == card || !w.pays(card, l.order) {
			return nil
		}
		rate, err := l.rate(meter)
		if err != nil || rate.Net <= l.earned.Net {
			return err
		}
		gain += rate.Net - l.earned.Net
		better.Orders = append(better.Orders, insights.BetterOrder{
			ID: l.order.ID, Earned: l.money(l.earned.Net), Possible: l.money(rate.Net),
			Sources: w.cite(citation{l.payer, card, l.earned.Rule, rate.Rule}),
		})
		_, err = l.count(meter, rate)
		return err
	}
	if !meter.Capped() { // nothing that was paid elsewhere matters
		for _, l := range list {
			if err := consider(l); err != nil {
				return nil, 0, err
			}
		}
		return better, gain, nil
	}
	next := 0
	for i := range w.lines {
		l := &w.lines[i]
		if next < len(list) && list[next] == l {
			next++
			if err := consider(l); err != nil {
				return nil, 0, err
			}
		}
		if l.payer >= 0 && l.payer != card {
			continue // it used none of this card's caps, or is counted already
		}
		if _, err := l.spend(meter); err != nil {
			return nil, 0, err
		}
	}
	return better, gain, nil
}
