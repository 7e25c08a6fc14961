package chat

import (
	"regexp"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// How people ask for the alerts they have set, and to be told no more, in folded text; setting one is another matter.
var (
	listsAlerts = regexp.MustCompile(`\b(?:what|which|list|show|see|how many|que|cuales|cuantas|muestrame)\b(?: \w+){0,4} ` +
		`(?:alerts?|alertas?)\b|\b(?:do|have) i (?:\w+ ){0,3}(?:alerts?)\b|^(?:my|mis) (?:price )?(?:alerts|alertas)\b`)
	endsAlerts = regexp.MustCompile(`\b(?:cancel|delete|remove|stop|mute|pause|clear|turn off|borra|quita|cancela|elimina)\b` +
		`(?: \w+){0,4} (?:alerts?|alertas?)\b`)
	setsAlerts = regexp.MustCompile(`\b(?:set|create|add|make|should|crea|pon)\b`)
)

// asksOwnAlerts reports that the message is about the alerts the asker has, not about the price of something.
func (q question) asksOwnAlerts() bool {
	text := spending.Fold(q.text)
	return endsAlerts.MatchString(text) || listsAlerts.MatchString(text) && !setsAlerts.MatchString(text)
}

// planAlerts says what the asker waits for. It changes none: an answer never does.
func (q question) planAlerts(plan Plan) Plan {
	var words wording
	plan.thinkf("Read the question: the alerts you have set")
	if q.chatType != TypeSolo {
		words.say("I tell nobody's alerts in a group. Ask me in a chat of your own.")
		return plan.worded(words)
	}
	waiting := q.tracked.waiting
	plan.thinkf("Looked at %s of yours", insights.Count(len(waiting), "alert"))
	if len(waiting) == 0 {
		words.say("You have set no price alerts. Name a product and a price, and I will propose one.")
		return plan.worded(words)
	}
	words.say("You wait for:")
	for i, alert := range waiting {
		if i > 0 {
			words.say(";")
		}
		way := "or below"
		if alert.Direction == prices.Above {
			way = "or above"
		}
		words.say(" %s at %s at %s "+way, alert.Product.Name, alert.Product.MerchantName, alert.Target.Format())
		switch alert.Phase {
		case prices.Resting:
			words.say(" (it has been there, and I wait for the price to go back first)")
		case prices.Done:
			words.say(" (it has been there: I told you)")
		case prices.Expired:
			words.say(" (it has run out)")
		case prices.Armed:
		}
		plan.Sources = append(plan.Sources, Source{Type: "product", ID: alert.Product.ID, AsOf: q.now})
	}
	words.say(".")
	if endsAlerts.MatchString(spending.Fold(q.text)) {
		words.say(" I change nothing from here: remove the ones you no longer need in your price alerts.")
	}
	plan.Sources = once(plan.Sources)
	return plan.worded(words)
}
