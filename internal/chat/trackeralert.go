package chat

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
)

// wantedAlert is what a reply proposes to wait for.
type wantedAlert struct {
	rule prices.Rule
	// byAsker says that the asker named it; else it is what makes sense for the product.
	byAsker bool
	// foreign is the named price where it is in another currency than the product's: nothing can be waited for then.
	foreign *money.Money
}

// possible says that there is a price to wait for: that of a thing that costs a cent cannot fall.
func (w wantedAlert) possible() bool { return w.foreign == nil && w.rule.Validate() == nil }

// asksToBeTold is how people ask for an alert and not for advice.
var asksToBeTold = regexp.MustCompile(`\b(?:tell|alert|notify|ping|text|remind|warn|email|wake) (?:me|us)\b|\blet (?:me|us) know\b` +
	`|\balerts?\b|\bwatch\b|\bavis\w+\b|\balertas?\b`)

// ordinaryDropBps is waited for where neither the asker nor the forecast names a price.
const ordinaryDropBps = 10_00

// alertOf decides what to wait for: what the asker named, else the foreseen drop, else a tenth less.
func alertOf(reading intent.Reading, o prices.Outlook) wantedAlert {
	rule := prices.Rule{Direction: prices.Below, Threshold: reading.Target, PercentBps: reading.TargetPercentBps, Reference: o.Current.Price}
	if reading.Direction == intent.Above {
		rule.Direction = prices.Above
	}
	switch {
	case reading.Target != nil && reading.Target.Currency != o.Current.Price.Currency:
		return wantedAlert{byAsker: true, foreign: reading.Target}
	case reading.Target != nil:
		rule.PercentBps = 0
		return wantedAlert{rule: rule, byAsker: true}
	case rule.PercentBps > 0:
		return wantedAlert{rule: rule, byAsker: true}
	}
	if o.Advice == prices.Wait {
		return wantedAlert{rule: prices.Rule{Direction: prices.Below, Threshold: &o.Drop.Price}}
	}
	return wantedAlert{rule: prices.Rule{Direction: prices.Below, PercentBps: ordinaryDropBps, Reference: o.Current.Price}}
}

// proposeAlert offers to tell the asker; nil where there is nothing to wait for.
func (q question) proposeAlert(m meant, wanted wantedAlert) (*Proposal, error) {
	if !wanted.possible() {
		return nil, nil //nolint:nilnil // an answer without a proposal is no error
	}
	payload := map[string]any{"productId": m.history.Product.ID, "direction": wanted.rule.Direction}
	if wanted.rule.Threshold != nil {
		payload["threshold"] = wanted.rule.Threshold
	} else {
		payload["percentBps"] = wanted.rule.PercentBps
	}
	encoded, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("write proposal: %w", err)
	}
	return &Proposal{AskerID: q.asker, Payload: encoded}, nil
}

// sayAlert says what is proposed, and what is known of the target.
func sayAlert(words *wording, m meant, wanted wantedAlert) {
	o, rule := m.outlook, wanted.rule
	switch {
	case wanted.foreign != nil:
		words.say(" It is priced in %s, so I cannot wait for %s.", o.Current.Price.Currency, wanted.foreign.Format())
		return
	case !wanted.possible():
		return
	case wanted.byAsker && rule.Direction == prices.Above:
		words.say(" Confirm, and I will tell you when it is at %s or above.", rule.Target().Format())
	case wanted.byAsker:
		words.say(" Confirm, and I will tell you when it is at %s or below.", rule.Target().Format())
	default:
		words.say(" If you like, I will tell you when it is at %s or below.", rule.Target().Format())
		return
	}
	reached := o.Current.Price.Amount <= rule.Target().Amount
	if rule.Direction == prices.Above {
		reached = o.Current.Price.Amount >= rule.Target().Amount
	}
	if reached {
		words.say(" It is there already.")
	} else if hint, ok := prices.NeverReached(rule, m.history.Observations, o.Now); ok {
		words.say(" %s", hint.Text)
	}
}
