package chat

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// How people ask whether what they bought went on the right card, in folded text.
var (
	asksInHindsight = regexp.MustCompile(`\b(?:should|could) (?:i|we) have (?:used|paid|taken|put)\b` +
		`|\bwould (?:\w+ ){0,3}have (?:been (?:the )?(?:best|better)|earned (?:me )?more)\b` +
		`|\bdeberia haber (?:usado|pagado)\b`)
	ofCards = regexp.MustCompile(`\b(?:cards?|tarjetas?)\b`)
)

// planHindsight says what an order earned on the card that paid it, and what it would have earned on the best of the
// others, caps as they stood. It answers only where an order is meant: the newest one, or that of a shop.
func (q question) planHindsight() (plan Plan, ok bool, err error) {
	text := spending.Fold(q.text)
	asked := asksInHindsight.MatchString(text) && ofCards.MatchString(text)
	if !asked || q.reading.Intent == intent.Split || q.reading.Intent == intent.Tracker ||
		!q.private || q.missing[partOrders] || q.missing[partCards] || len(q.wallet) == 0 {
		return Plan{}, false, nil
	}
	shop, named := q.lexicon.Find(q.text)
	if !named && !q.meansNewest() {
		return Plan{}, false, nil
	}
	orders := insights.Spending(q.orders)
	if named {
		orders = slices.DeleteFunc(orders, func(order *insights.Order) bool { return order.MerchantSlug != shop.Slug })
	}
	action := string(intent.Card)
	plan = Plan{Action: &action, Thinking: []string{"Read the question: whether an order went on the right card"}}
	var words wording
	if len(orders) == 0 {
		words.say("I find no such order of yours. Name the amount, and I can tell which card earns most.")
		return plan.worded(words), true, nil
	}
	order := orders[len(orders)-1]
	replayed, err := earnings.Replay(q.orders, q.wallet, q.networks, q.location, order.PlacedAt)
	if err != nil {
		return Plan{}, false, fmt.Errorf("replay rewards: %w", err)
	}
	reward, known := replayed.ByOrder[order.ID]
	q.citeRewards(&plan, []*insights.Order{order}, reward.Sources, replayed, spending.Period{From: order.PlacedAt, To: order.PlacedAt})
	told := fmt.Sprintf("%s at %s on %s", order.Paid().Format(), order.MerchantName, day(order.PlacedAt, q))
	if !known {
		words.say("I cannot tell which of your cards paid the %s, so I do not know what it earned.", told)
		return plan.worded(words), true, nil
	}
	plan.thinkf("Rated the %s on your %s, with the caps as they stood", told, insights.Count(len(q.wallet), "card"))
	words.say("The %s went on %s and earned %s.", told, q.cardName(reward.Sources[0].ID), reward.Earned.Format())
	more, err := reward.Possible.Sub(reward.Earned)
	if err != nil {
		return Plan{}, false, fmt.Errorf("compare rewards: %w", err)
	}
	if more.Amount <= 0 {
		words.say(" None of your cards would have earned more.")
		return plan.worded(words), true, nil
	}
	best := reward.Sources[len(reward.Sources)-2] // the card, before the rule that would have paid
	words.say(" %s would have earned %s, which is %s more.", q.cardName(best.ID), reward.Possible.Format(), more.Format())
	return plan.worded(words), true, nil
}

// meansNewest reports that the newest order is meant.
func (q question) meansNewest() bool {
	return slices.ContainsFunc(strings.Fields(spending.Fold(q.text)), func(word string) bool { return slices.Contains(lately, word) })
}

func (q question) cardName(id string) string {
	for _, card := range q.wallet {
		if card.ID == id {
			return card.Name()
		}
	}
	return id
}
