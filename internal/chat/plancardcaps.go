package chat

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/advice"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// asksCaps is how people ask what is left of the caps of their cards, in folded text.
var asksCaps = regexp.MustCompile(`\b(?:caps?|capped|topes?)\b|\broom (?:\w+ ){0,3}left\b`)

// planCaps says what is left of the caps that hold now, of the cards and the category that are named; false where the
// message is about a purchase, or no caps.
func (q question) planCaps(reading intent.Reading) (Plan, bool, error) {
	text := spending.Fold(q.text)
	if !asksCaps.MatchString(text) || reading.Amount != nil && !inherited(reading) || len(q.wallet) == 0 || q.missing[partCards] {
		return Plan{}, false, nil
	}
	action := string(intent.Card)
	plan := Plan{Action: &action, Thinking: []string{"Read the question: what is left of your caps", "Looked at your " + cardNames(q.wallet)}}
	var words wording
	if !q.private {
		words.say("Your purchases are not shared with this group, so I do not tell here what is left of your caps. Ask me in a chat of your own.")
		return plan.worded(words), true, nil
	}
	cards := q.cardsNamed(text)
	payments := 0
	for _, card := range cards {
		for _, rule := range card.Product.Rules {
			answer, ok, err := q.underCap(card, rule, reading)
			if err != nil {
				return Plan{}, false, err
			}
			if !ok {
				continue
			}
			ranking := answer.Result.Ranked[0]
			const rateAndCap = 2
			words.say(" %s: %s.", card.Name(), strings.Join(ranking.Reasons[:min(len(ranking.Reasons), rateAndCap)], "; "))
			payments = max(payments, answer.Payments)
			for _, source := range answer.Sources {
				plan.Sources = append(plan.Sources, Source(source))
			}
		}
	}
	plan.Sources = once(plan.Sources)
	words.template = strings.TrimSpace(words.template)
	if words.template == "" {
		words.say("I know of no cap of %s that holds for this now.", insights.List(namesOfCards(cards)))
	} else {
		plan.thinkf("Counted %s of the last months against the caps", insights.Count(payments, "card payment"))
	}
	return plan.worded(words).without(q, partOrders), true, nil
}

// underCap is what one card earns on the least of purchases that its capped rule is for; false where the rule has no cap,
// does not hold now, or is for something else than was asked about.
func (q question) underCap(card rewards.Card, rule rewards.Rule, reading intent.Reading) (answer advice.Advice, ok bool, err error) {
	elsewhere := reading.Category != "" && rule.Category != "" && reading.Category != string(rule.Category) && !inheritedPlace(reading)
	if rule.Cap == nil || rule.Category == "" && rule.MerchantSlug == "" || elsewhere {
		return advice.Advice{}, false, nil
	}
	answer, err = advice.On(advice.Question{
		Category: string(rule.Category), MerchantSlug: rule.MerchantSlug, MerchantName: rule.MerchantSlug,
		Amount: money.Money{Amount: 1, Currency: card.Product.Currency()}, At: q.now, ReadAt: q.now, Location: q.location,
		Wallet: []rewards.Card{card}, Orders: q.orders, Unseen: q.missing[partOrders],
	})
	if err != nil {
		return advice.Advice{}, false, fmt.Errorf("look at a cap: %w", err)
	}
	best := answer.Result.Ranked[0]
	return answer, best.Rule.ID == rule.ID && best.CapLeft != nil, nil
}

// inheritedPlace reports that where something is bought was said in an earlier message alone.
func inheritedPlace(reading intent.Reading) bool {
	return reading.Before != nil && reading.Category == reading.Before.Category && reading.MerchantSlug == reading.Before.MerchantSlug
}

func namesOfCards(cards []rewards.Card) []string {
	names := make([]string, len(cards))
	for i, card := range cards {
		names[i] = card.Name()
	}
	return names
}

// asksTaken is how people ask which cards a shop takes.
var asksTaken = regexp.MustCompile(`\b(?:takes?|accepts?|accepted|acceptan?|acepta\w*|toman?|works?)\b`)

// sayTaken says which of the asker's cards a shop takes; false where the message asks no such thing.
func (q question) sayTaken(words *wording, reading intent.Reading) bool {
	if !asksTaken.MatchString(spending.Fold(q.text)) || reading.MerchantSlug == "" || inheritedPlace(reading) {
		return false
	}
	accepted := q.networks[reading.MerchantSlug]
	if len(accepted) == 0 {
		words.say("I know of no network that %s refuses, so all of your cards should do: %s.", reading.MerchantName,
			insights.List(namesOfCards(q.wallet)))
		return true
	}
	var taken, refused []string
	for _, card := range q.wallet {
		if slices.ContainsFunc(accepted, func(network string) bool { return strings.EqualFold(network, card.Product.Network) }) {
			taken = append(taken, card.Name())
		} else {
			refused = append(refused, card.Name())
		}
	}
	names := make([]string, len(accepted))
	for i, network := range accepted {
		names[i] = networkName(network)
	}
	words.say("%s takes %s only.", reading.MerchantName, insights.List(names))
	if len(taken) > 0 {
		words.say(" Of your cards that is %s", insights.List(taken))
		if len(refused) > 0 {
			words.say(", not %s", strings.Join(refused, " or "))
		}
		words.say(".")
	} else {
		words.say(" None of your cards is one: %s.", insights.List(refused))
	}
	return true
}

// networkName is a network as it calls itself.
func networkName(network string) string {
	switch strings.ToLower(network) {
	case "amex":
		return "American Express"
	case "":
		return ""
	default:
		return strings.ToUpper(network[:1]) + network[1:]
	}
}
