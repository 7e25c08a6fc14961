package earnings

import (
	"cmp"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// paidOrder is an order that one card of the person's paid, with what it earned.
type paidOrder struct {
	order  *insights.Order
	earned *outcome
}

// Replay walks the orders as they were placed and says what each earned with the caps as they stood then, and what the
// orders since a moment could have earned:
//
//   - each order, had all of them gone on the card that earned most at the time (insights.Reward.Possible),
//   - those of each category, had one other card paid them (insights.BetterCard).
//
// Both are plans somebody could have followed: what a plan puts on a card counts against that card's caps, so no cap is
// spent twice. Orders that were not paid with one of the cards alone are left out, for what they earned is not known;
// they still count against caps. networks are the card networks a merchant takes, by slug; a merchant that is missing
// takes all. Fails with rewards.ErrInvalidCard or money.ErrOverflow.
func Replay(
	orders []insights.Order, cards []rewards.Card, networks map[string][]string, location *time.Location, since time.Time,
) (insights.Rewards, error) {
	if len(cards) == 0 {
		return insights.Rewards{}, nil
	}
	r := newReplay(cards, networks, location)
	spending := insights.Spending(orders)
	result := insights.Rewards{ByOrder: map[string]insights.Reward{}, Counted: map[string][]insights.Counted{}}
	paid := make(map[*insights.Order]*outcome, len(spending))
	categories := map[string][]paidOrder{}
	made, plan := tally{}, tally{}
	for _, order := range spending {
		earned, err := r.earned(order, made)
		if err != nil {
			return insights.Rewards{}, err
		}
		if earned == nil {
			used, err := r.spend(order, made)
			if err != nil {
				return insights.Rewards{}, err
			}
			for _, id := range used {
				result.Counted[id] = append(result.Counted[id], insights.Counted{ID: order.ID, At: order.PlacedAt})
			}
			if _, err := r.spend(order, plan); err != nil {
				return insights.Rewards{}, err
			}
			continue
		}
		if id := earned.card.ID; made.count(earned.card, &earned.rule, order.Total, r.day(order)) {
			result.Counted[id] = append(result.Counted[id], insights.Counted{ID: order.ID, At: order.PlacedAt})
		}
		reward := insights.Reward{Earned: earned.net, Possible: earned.net, Sources: earned.sources()}
		if order.PlacedAt.Before(since) {
			plan.count(earned.card, &earned.rule, order.Total, r.day(order))
		} else {
			best, err := r.best(order, earned.card, plan)
			if err != nil {
				return insights.Rewards{}, err
			}
			plan.count(best.card, &best.rule, order.Total, r.day(order))
			reward.Possible, reward.Sources = best.net, append(reward.Sources, best.sources()...)
			name := order.CategoryOrOther()
			categories[name] = append(categories[name], paidOrder{order, earned})
		}
		paid[order] = earned
		result.ByOrder[order.ID] = reward
	}
	for name, list := range categories {
		better, err := r.better(name, list, spending, paid)
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

// earned is what an order earned on the card that paid it; nil when that is not known.
func (r *replay) earned(order *insights.Order, caps tally) (*outcome, error) {
	card := r.paidBy(order)
	if card == nil {
		return nil, nil //nolint:nilnil // not knowing is no fault
	}
	return r.rate(order, order.Total, card, caps)
}

// better is the card that gains most on the orders of a category; nil where none gains.
func (r *replay) better(
	name string, list []paidOrder, spending []*insights.Order, paid map[*insights.Order]*outcome,
) (*insights.BetterCard, error) {
	var best *insights.BetterCard
	var most int64
	for i := range r.cards {
		card := &r.cards[i]
		if !r.mayGain(card, list) {
			continue
		}
		candidate, gain, err := r.instead(card, name, list, spending, paid)
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
	return best, nil
}

// mayGain rules out cards that pay no more on any order than what the used card earned, caps left aside.
func (r *replay) mayGain(card *rewards.Card, list []paidOrder) bool {
	return slices.ContainsFunc(list, func(p paidOrder) bool {
		return p.earned.card.ID != card.ID && r.mayEarnMore(card, p.order, p.earned.net.Amount, nil)
	})
}

// instead replays the year with a card paying the orders of a category wherever it earns more than the card that did.
// What the card paid of everything else counts against its caps as before.
func (r *replay) instead(
	card *rewards.Card, name string, list []paidOrder, spending []*insights.Order, paid map[*insights.Order]*outcome,
) (*insights.BetterCard, int64, error) {
	better := &insights.BetterCard{CardID: card.ID, Card: card.Name(), Category: name}
	caps := tally{}
	var gain int64
	next := 0
	own := &replay{cards: []rewards.Card{*card}, networks: r.networks, location: r.location, capped: r.capped}
	consider := func(p paidOrder) error {
		if p.earned.card.ID == card.ID || !own.mayEarnMore(card, p.order, p.earned.net.Amount, caps) {
			return nil
		}
		got, err := own.rate(p.order, p.order.Total, card, caps)
		if err != nil || got == nil || got.net.Amount <= p.earned.net.Amount {
			return err
		}
		caps.count(card, &got.rule, p.order.Total, own.day(p.order))
		gain += got.net.Amount - p.earned.net.Amount
		better.Orders = append(better.Orders, insights.BetterOrder{
			ID: p.order.ID, Earned: p.earned.net, Possible: got.net, Sources: append(p.earned.sources(), got.sources()...),
		})
		return nil
	}
	if !r.capped[card.ID] { // nothing that was paid elsewhere matters
		for _, p := range list {
			if err := consider(p); err != nil {
				return nil, 0, err
			}
		}
		return better, gain, nil
	}
	for _, order := range spending {
		if next < len(list) && list[next].order == order {
			p := list[next]
			next++
			if err := consider(p); err != nil {
				return nil, 0, err
			}
		}
		if earned := paid[order]; earned != nil && earned.card.ID != card.ID {
			continue // it used none of this card's caps, or is counted already
		}
		if _, err := own.spend(order, caps); err != nil {
			return nil, 0, err
		}
	}
	return better, gain, nil
}
