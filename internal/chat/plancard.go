package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/advice"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// planCard says which of the asker's cards earns most on a purchase.
func planCard(q question, reading intent.Reading) (Plan, error) {
	if name, ok := q.othersCard(); ok {
		return planOthersCard(name), nil
	}
	if plan, ok, err := q.planCaps(reading); ok || err != nil {
		return plan, err
	}
	if plan, ok := planCardTerms(q, reading); ok {
		return plan, nil
	}
	action := string(intent.Card)
	plan := Plan{Action: &action}
	var words wording
	reading = q.readPlace(reading)
	converted := q.inCardsCurrency(&reading)
	presumed := presumeAmount(q, &reading)
	foreign := q.abroadInstead(&reading)
	asked := cardQuestion(q, reading)
	asked.Abroad = asked.Abroad || foreign != nil
	plan.thinkf("Read the question: a card for %s", describePurchase(advice.PurchaseOf(asked), reading))
	if !q.missing[partCards] {
		plan.thinkf("Looked at your %s", cardNames(q.wallet))
	}
	if plan.Degraded = q.missing[partCards]; q.sayWhatIsMissing(&words, reading) {
		return plan.worded(words), nil
	}
	answer, err := advice.On(asked)
	switch {
	case q.missing[partOrders]: // said at the end
	case asked.Unseen:
		plan.thinkf("Left your purchases aside: they are not shared with this group")
	default:
		plan.thinkf("Counted %s of the last months against the caps", insights.Count(answer.Payments, "card payment"))
	}
	if errors.Is(err, rewards.ErrNoUsableCard) {
		words.say("None of your cards can pay this: %s.", strings.Join(answer.WhyNone(), "; "))
		return plan.worded(words), nil
	}
	if err != nil {
		return Plan{}, fmt.Errorf("compare cards: %w", err)
	}
	plan.thinkf("Compared the rewards: %s", rewardTexts(answer.Result.Ranked))
	if split := answer.Result.Split; split != nil {
		plan.thinkf("Found that two cards earn %s more than one", split.Gain.Format())
	}
	if foreign != nil {
		words.say("I know no rates of exchange, so I compare your cards on %s paid abroad instead of %s. ",
			reading.Amount.Format(), foreign.Format())
	}
	sayRecommendation(&words, answer)
	q.sayUtilizationAfter(&words, answer)
	q.sayUnheld(&words)
	q.sayAmount(&words, reading, presumed, converted)
	plan = plan.worded(words)
	for _, source := range answer.Sources {
		plan.Sources = append(plan.Sources, Source(source))
	}
	plan.Drawer, err = json.Marshal(answer.Drawer)
	if err != nil {
		return Plan{}, fmt.Errorf("write drawer: %w", err)
	}
	plan.Proposal, err = q.proposeCard(answer)
	return plan.without(q, partOrders), err
}

// sayWhatIsMissing says what else it takes to compare cards; false where nothing is missing.
func (q question) sayWhatIsMissing(words *wording, reading intent.Reading) bool {
	switch {
	case q.missing[partCards]:
		words.say("I could not read your cards just now, so I cannot compare them. Please ask again in a moment.")
	case len(q.wallet) == 0:
		words.say("I know none of your cards yet. Add the ones you hold, and I can tell which of them earns most.")
	case reading.Amount == nil && len(q.wallet) == 1:
		words.say("How much is the purchase? With the amount I can tell what your card earns.")
	case reading.Amount == nil:
		words.say("How much is the purchase? With the amount I can tell which of your %s earns most.", insights.Count(len(q.wallet), "card"))
	case reading.Amount.Amount <= 0:
		words.say("A purchase has an amount above zero. How much is it?")
	default:
		return false
	}
	return true
}

// sayAmount says where the amount comes from, unless the message named it as it is.
func (q question) sayAmount(words *wording, reading intent.Reading, presumed, converted bool) {
	switch {
	case presumed:
		words.say(" You named no amount, so this is for %s.", reading.Amount.Format())
	case converted:
		words.say(" I took the amount in %s, the currency of your cards.", reading.Amount.Currency)
	case inherited(reading) && reading.Amount.Currency != q.currency:
		words.say(" You named no new amount, so this is still for %s.", reading.Amount.Format())
	}
}

// cardQuestion is the purchase that was asked about, with what bears on it. A group is told no balances.
func cardQuestion(q question, reading intent.Reading) advice.Question {
	asked := advice.Question{
		MerchantName: reading.MerchantName, MerchantSlug: reading.MerchantSlug, Category: reading.Category,
		At: q.now, ReadAt: q.now, Location: q.location, Abroad: abroad.MatchString(q.text), Accepted: q.networks[reading.MerchantSlug],
		Wallet: q.wallet, Orders: q.orders, Discreet: q.chatType != TypeSolo, Unseen: !q.private || q.missing[partOrders],
	}
	if reading.Amount != nil {
		asked.Amount = *reading.Amount
	}
	return asked
}

// abroad are the words by which people say that a merchant is in another country, in English and Spanish.
var abroad = regexp.MustCompile(`(?i)\b(?:abroad|overseas|foreign (?:purchase|merchant|website|store|shop|country)|` +
	`(?:in|from) (?:another|a foreign) country|outside (?:of )?the (?:us|usa|u\.s\.|united states|states)|` +
	`en el extranjero|fuera de (?:los )?(?:ee\.? ?uu|estados unidos)|en otro pa[ií]s)`)

func (p *Plan) thinkf(format string, values ...any) {
	p.Thinking = append(p.Thinking, fmt.Sprintf(format, values...))
}

func (p *Plan) worded(words wording) Plan {
	p.Template, p.Facts = words.template, words.facts
	return *p
}

func describePurchase(purchase rewards.Purchase, reading intent.Reading) string {
	amount := "a purchase of unknown amount"
	if reading.Amount != nil {
		amount = reading.Amount.Format()
	}
	if purchase.MerchantName != "" {
		amount += " at " + purchase.MerchantName
	}
	amount += " (" + purchase.Category.Label() + ")"
	if purchase.Foreign {
		amount += ", abroad"
	}
	return amount
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

func sayRecommendation(words *wording, answer advice.Advice) {
	best, purchase := answer.Result.Ranked[0], answer.Purchase
	words.say("Use %s: it earns %s on %s", best.Card.Name(), best.Reward.Format(), purchase.Amount.Format())
	if purchase.MerchantName != "" {
		words.say(" at %s", purchase.MerchantName)
	}
	words.say(" (%s).", money.FormatBps(best.RateBps))
	if len(best.Reasons) > 0 {
		words.say(" %s.", best.Reasons[0])
	}
	if !best.ForeignFee.IsZero() {
		words.say(" Less its foreign transaction fee of %s that leaves %s.", best.ForeignFee.Format(), best.Net.Format())
	}
	if split := answer.Result.Split; split != nil {
		first, second := split.Parts[0], split.Parts[1]
		words.say(" A cap runs out inside this purchase: %s on %s and %s on %s leave %s together, %s more than %s alone.",
			first.Amount.Format(), first.Card.Name(), second.Amount.Format(), second.Card.Name(), split.Net.Format(), split.Gain.Format(),
			best.Card.Name())
	}
	if len(answer.Result.Ranked) > 1 {
		second := answer.Result.Ranked[1]
		if answer.Result.RunnerUpDifference.IsZero() {
			words.say(" %s leaves as much.", second.Card.Name())
		} else {
			words.say(" Next is %s with %s, %s less.", second.Card.Name(), second.Net.Format(), answer.Result.RunnerUpDifference.Format())
		}
	}
	for _, warning := range answer.Drawer.Warnings {
		words.say(" %s.", warning)
	}
}

// proposeCard offers to use the recommended card there from now on.
func (q question) proposeCard(answer advice.Advice) (*Proposal, error) {
	payload, err := json.Marshal(map[string]string{"cardId": answer.Result.Ranked[0].Card.ID, "scope": answer.Purchase.Scope()})
	if err != nil {
		return nil, fmt.Errorf("write proposal: %w", err)
	}
	return &Proposal{AskerID: q.asker, Payload: payload}, nil
}
