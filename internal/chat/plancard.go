package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// planCard says which of the asker's cards earns most on a purchase.
func planCard(q question, reading intent.Reading) (Plan, error) {
	action := string(intent.Card)
	plan := Plan{Action: &action}
	var words wording
	purchase := purchaseOf(q, reading)
	plan.thinkf("Read the question: a card for %s", describePurchase(purchase, reading))
	if !q.missing[partCards] {
		plan.thinkf("Looked at your %s", cardNames(q.wallet))
	}
	switch {
	case q.missing[partCards]:
		words.say("I could not read your cards just now, so I cannot compare them. Please ask again in a moment.")
		plan.Degraded = true
		return plan.worded(words), nil
	case len(q.wallet) == 0:
		words.say("I know none of your cards yet. Add the ones you hold, and I can tell which of them earns most.")
		return plan.worded(words), nil
	case reading.Amount == nil:
		words.say("How much is the purchase? With the amount I can tell which of your %s earns most.", insights.Count(len(q.wallet), "card"))
		return plan.worded(words), nil
	case reading.Amount.Amount <= 0:
		words.say("A purchase has an amount above zero. How much is it?")
		return plan.worded(words), nil
	}
	spends := earnings.Spends(q.orders)
	use, err := rewards.UseCaps(q.wallet, spends, q.now, q.location)
	if err != nil {
		return Plan{}, fmt.Errorf("count against caps: %w", err)
	}
	if !q.missing[partOrders] {
		plan.thinkf("Counted %s of the last months against the caps", insights.Count(len(spends), "card payment"))
	}
	result, err := rewards.Rank(purchase, q.wallet, use)
	if errors.Is(err, rewards.ErrNoUsableCard) {
		words.say("None of your cards can pay this: %s.", strings.Join(skipTexts(result.Skipped), "; "))
		return plan.worded(words), nil
	}
	if err != nil {
		return Plan{}, fmt.Errorf("rank cards: %w", err)
	}
	plan.thinkf("Compared the rewards: %s", rewardTexts(result.Ranked))
	sayRecommendation(&words, purchase, result)
	plan = plan.worded(words)
	plan.Sources = cardSources(result, q)
	plan.Drawer, err = json.Marshal(toCardDrawer(q, purchase, result))
	if err != nil {
		return Plan{}, fmt.Errorf("write drawer: %w", err)
	}
	plan.Proposal, err = q.proposeCard(purchase, result)
	return plan.without(q, partOrders), err
}

func (p *Plan) thinkf(format string, values ...any) {
	p.Thinking = append(p.Thinking, fmt.Sprintf(format, values...))
}

func (p *Plan) worded(words wording) Plan {
	p.Template, p.Facts = words.template, words.facts
	return *p
}

func purchaseOf(q question, reading intent.Reading) rewards.Purchase {
	purchase := rewards.Purchase{
		MerchantName: reading.MerchantName, MerchantSlug: reading.MerchantSlug, Category: category.Other,
		At: q.now, Location: q.location,
		RefusedNetworks: earnings.RefusedNetworks(q.networks[reading.MerchantSlug], q.wallet),
	}
	if known, ok := category.Parse(reading.Category); ok {
		purchase.Category = known
	}
	if reading.Amount != nil {
		purchase.Amount = *reading.Amount
	}
	return purchase
}

func describePurchase(purchase rewards.Purchase, reading intent.Reading) string {
	amount := "a purchase of unknown amount"
	if reading.Amount != nil {
		amount = reading.Amount.Format()
	}
	if purchase.MerchantName != "" {
		amount += " at " + purchase.MerchantName
	}
	return amount + " (" + purchase.Category.Label() + ")"
}

func cardNames(wallet []rewards.Card) string {
	names := make([]string, len(wallet))
	for i, card := range wallet {
		names[i] = card.Name()
	}
	if len(names) == 0 {
		return "cards: none yet"
	}
	return insights.Count(len(names), "card") + ": " + insights.List(names)
}

func rewardTexts(ranked []rewards.Ranking) string {
	texts := make([]string, len(ranked))
	for i, ranking := range ranked {
		texts[i] = ranking.Card.Name() + " earns " + ranking.Reward.Format()
	}
	return strings.Join(texts, ", ")
}

func skipTexts(skipped []rewards.Skipped) []string {
	texts := make([]string, len(skipped))
	for i, skip := range skipped {
		texts[i] = skip.Text
	}
	return texts
}

func sayRecommendation(words *wording, purchase rewards.Purchase, result rewards.Result) {
	best := result.Ranked[0]
	words.say("Use %s: it earns %s on %s", best.Card.Name(), best.Reward.Format(), purchase.Amount.Format())
	if purchase.MerchantName != "" {
		words.say(" at %s", purchase.MerchantName)
	}
	words.say(" (%s).", money.FormatBps(best.RateBps))
	if len(best.Reasons) > 0 {
		words.say(" %s.", best.Reasons[0])
	}
	if len(result.Ranked) > 1 {
		second := result.Ranked[1]
		words.say(" Next is %s with %s.", second.Card.Name(), second.Reward.Format())
	}
}

// cardSources are what the figures of a recommendation rest on: the cards, the rules that paid, and the purchases that
// count against the caps.
func cardSources(result rewards.Result, q question) []Source {
	var sources []Source
	for _, ranking := range result.Ranked {
		sources = append(
			sources,
			Source{Type: "card", ID: ranking.Card.ID, AsOf: q.now},
			Source{Type: "reward_rule", ID: ranking.Rule.ID, AsOf: q.now},
		)
	}
	return sources
}

// proposeCard offers to use the recommended card there from now on.
func (q question) proposeCard(purchase rewards.Purchase, result rewards.Result) (*Proposal, error) {
	payload, err := json.Marshal(map[string]string{"cardId": result.Ranked[0].Card.ID, "scope": purchase.Scope()})
	if err != nil {
		return nil, fmt.Errorf("write proposal: %w", err)
	}
	return &Proposal{AskerID: q.asker, Payload: payload}, nil
}

func toCardDrawer(q question, purchase rewards.Purchase, result rewards.Result) cardDrawer {
	best := result.Ranked[0]
	drawer := cardDrawer{
		Kind: "card",
		Purchase: drawerPurchase{
			Merchant: orNil(purchase.MerchantName),
			Category: string(purchase.Category),
			Amount:   toDrawerMoney(purchase.Amount),
		},
		Recommended:  toDrawerCard(best),
		Reasons:      best.Reasons,
		Alternatives: []drawerCard{},
		RuleVersion:  result.RuleVersion,
	}
	// What is owed on a card is nobody else's business.
	if best.Utilization != nil && q.chatType == TypeSolo {
		drawer.Utilization = &drawerUtilization{
			BeforePercent: percent(best.Utilization.BeforeBps),
			AfterPercent:  percent(best.Utilization.AfterBps),
		}
	}
	for _, ranking := range result.Ranked[1:] {
		drawer.Alternatives = append(drawer.Alternatives, toDrawerCard(ranking))
	}
	return drawer
}
