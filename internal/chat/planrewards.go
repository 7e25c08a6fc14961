package chat

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// asksForRewards is how people ask what their cards have earned, in folded text; what a card would earn is another matter.
var asksForRewards = regexp.MustCompile(`\b(?:cash ?back|rewards?|points|miles|recompensas|puntos)\b.*\b(?:did|have|had) (?:i|we)\b` +
	`|\b(?:did|have|had) (?:i|we) (?:\w+ )?(?:earn|earned|get|got|gotten|make|made)\b.*\b(?:cash ?back|rewards?|points|miles)\b` +
	`|\b(?:did|have|has) (?:my|the) (?:\w+ ){1,4}(?:earn|earned|make|made|bring|brought)\b` +
	`|\b(?:cash ?back|rewards?|recompensas|puntos)\b.*\b(?:gane|ganamos|he ganado)\b` +
	`|\b(?:devolvieron|devuelto|reembolsaron)\b.*\btarjetas?\b|\btarjetas?\b.*\b(?:devolvieron|devuelto|reembolsaron)\b`)

// asksForMissed is how people ask what better use of their cards would have earned.
var asksForMissed = regexp.MustCompile(`\b(?:cash ?back|rewards?|points|miles|recompensas|puntos)\b.*` +
	`\b(?:miss|missed|missing|lose|lost|losing)\b` +
	`|\b(?:miss|missed|missing|lose|lost|losing)\b.*\b(?:cash ?back|rewards?|points|miles|cards?|recompensas|puntos)\b` +
	`|\b(?:did|have|had|do) (?:i|we) (?:\w+ )?(?:use|used|using|pay with|paid with) (?:the )?(?:right|wrong|best) cards?\b` +
	`|\bleft? (?:\w+ ){0,3}on the table\b`)

func (q question) wantsRewards() bool {
	text := spending.Fold(q.text)
	if q.reading.Intent == intent.Split || q.reading.Intent == intent.Tracker {
		return false
	}
	return asksForRewards.MatchString(text) || asksForMissed.MatchString(text) && q.reading.Amount == nil
}

// planRewards says what the asker's orders of a time earned on the cards that paid them, caps as they stood.
func (q question) planRewards() (Plan, error) {
	if refused, ok := spending.RefuseDates(q.text, q.setting()); ok {
		return fromResult(refused, q.now), nil
	}
	period, named := spending.FindPeriod(q.text, q.now, q.location)
	if !named {
		period, _ = spending.FindPeriod("this month", q.now, q.location)
	}
	first, last := day(period.From, q), day(period.To.Add(-1), q)
	action := string(intent.Card)
	missing := asksForMissed.MatchString(spending.Fold(q.text))
	verb := "earned"
	if missing {
		verb = "missed"
	}
	plan := Plan{Action: &action, Thinking: []string{"Read the question: rewards " + verb + " from " + first + " to " + last}}
	var words wording
	if len(q.wallet) == 0 {
		words.say("I know none of your cards yet. Add the ones you hold, and I can tell what they earn.")
		return plan.worded(words), nil
	}
	replayed, err := q.replay(missing, period)
	if err != nil {
		return Plan{}, fmt.Errorf("replay rewards: %w", err)
	}
	var earned, possible insights.Sums
	var rated []*insights.Order
	var rest []insights.Source
	unknown := 0
	_, paidBy := q.earners()
	for _, order := range insights.Spending(q.orders) {
		if order.PlacedAt.Before(period.From) || !order.PlacedAt.Before(period.To) || !paidBy(order) {
			continue
		}
		reward, known := replayed.ByOrder[order.ID]
		if !known {
			unknown++
			continue
		}
		rated = append(rated, order)
		earned.Add(reward.Earned.Currency, reward.Earned.Amount)
		possible.Add(reward.Possible.Currency, reward.Possible.Amount)
		for _, source := range reward.Sources {
			if !slices.Contains(rest, source) {
				rest = append(rest, source)
			}
		}
	}
	q.citeRewards(&plan, rated, rest, replayed, period)
	plan.thinkf("Rated %s by the rules of the cards that paid them", insights.Count(len(rated), "order"))
	q.sayEarned(&words, rewardsOf{earned, possible, len(rated), missing}, first, last)
	if unknown > 0 {
		words.say(" Left out: %s of which I cannot tell the card.", insights.Count(unknown, "order"))
	}
	return plan.worded(words), nil
}

// citeRewards cites the orders that were rated, the cards and rules they were rated by, and the orders that used the caps.
func (q question) citeRewards(
	plan *Plan, rated []*insights.Order, rest []insights.Source, replayed insights.Rewards, period spending.Period,
) {
	for _, id := range insights.Sources(rated) {
		plan.Sources = append(plan.Sources, Source{Type: insights.SourceTransaction, ID: id, AsOf: q.now})
	}
	for _, source := range slices.Concat(rest, replayed.Uses(rated, rest, period.From, period.To, q.location)) {
		plan.Sources = append(plan.Sources, Source{Type: source.Type, ID: source.ID, AsOf: q.now})
	}
	plan.Sources = once(plan.Sources)
}

// replay walks through what a stretch of time earned, and could have where that is asked for.
func (q question) replay(missing bool, period spending.Period) (insights.Rewards, error) {
	if missing {
		return earnings.Replay(q.orders, q.wallet, q.networks, q.location, period.From)
	}
	return earnings.Earned(q.orders, q.wallet, q.networks, q.location, period.From, period.To)
}

// rewardsOf are what some orders earned, and could have.
type rewardsOf struct {
	earned, possible insights.Sums
	orders           int
	missing          bool // what was missed is asked for
}

// sayEarned says what was earned, or missed.
func (q question) sayEarned(words *wording, r rewardsOf, first, last string) {
	who, _ := q.earners()
	switch {
	case r.orders == 0:
		words.say("From %s to %s I see no order of yours that one of your cards paid.", first, last)
	case r.missing:
		q.sayMissed(words, r.earned, r.possible, first, last, r.orders)
	default:
		words.say("%s earned %s from %s to %s, on %s.", who, insights.Amounts(r.earned.Totals(), q.currency), first, last,
			insights.Count(r.orders, "order"))
	}
}

// sayMissed says how much more the best of the asker's cards would have earned on the orders they paid.
func (q question) sayMissed(words *wording, earned, possible insights.Sums, first, last string, orders int) {
	var missed insights.Sums
	most := int64(0)
	for _, total := range possible.Totals() {
		missed.Add(total.Currency, total.Amount)
	}
	for _, total := range earned.Totals() {
		missed.Add(total.Currency, -total.Amount)
	}
	for _, total := range missed.Totals() {
		most = max(most, total.Amount)
	}
	if most == 0 {
		words.say("Nothing from %s to %s: on the %s that your cards paid you earned %s, and no other card of yours would have earned more.",
			first, last, insights.Count(orders, "order"), insights.Amounts(earned.Totals(), q.currency))
		return
	}
	words.say("You missed %s from %s to %s: with the best of your cards each time, %s would have earned %s instead of %s.",
		insights.Amounts(missed.Totals(), q.currency), first, last, insights.Count(orders, "order"),
		insights.Amounts(possible.Totals(), q.currency), insights.Amounts(earned.Totals(), q.currency))
}

// earners are the cards that are asked about, in words, and whether one of them paid an order: all of them where none is
// named.
func (q question) earners() (who string, paidBy func(*insights.Order) bool) {
	named := q.cardsNamed(spending.Fold(q.text))
	if len(named) == len(q.wallet) {
		return "Your cards", func(*insights.Order) bool { return true }
	}
	return "Your " + insights.List(namesOfCards(named)), func(order *insights.Order) bool {
		return slices.ContainsFunc(order.Payments, func(p insights.Payment) bool {
			return slices.ContainsFunc(named, func(card rewards.Card) bool { return card.LastFour != "" && card.LastFour == p.LastFour })
		})
	}
}
