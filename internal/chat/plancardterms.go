package chat

import (
	"regexp"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// How people ask what their cards are like, in folded text. Each is about no purchase, so no amount is needed.
var (
	asksForeignFee  = regexp.MustCompile(`\b(?:foreign|abroad|overseas|international|extranjer\w+)\b`)
	asksAnnualFee   = regexp.MustCompile(`\b(?:annual|yearly) fees?\b|\bfees? (?:a|per) year\b|\banualidad\b|\bcuota anu\w+`)
	asksUtilization = regexp.MustCompile(`\butiliz\w+\b|\bhow much of my (?:credit )?limits?\b`)
)

// planCardTerms answers what the asker's cards cost and how far they are used; false where the question is about neither.
func planCardTerms(q question, reading intent.Reading) (Plan, bool) {
	text := spending.Fold(q.text)
	if reading.Amount != nil && !inherited(reading) || len(q.wallet) == 0 || q.missing[partCards] {
		return Plan{}, false
	}
	var words wording
	action := string(intent.Card)
	plan := Plan{Action: &action, Thinking: []string{"", "Looked at your " + cardNames(q.wallet)}}
	switch {
	case asksUtilization.MatchString(text):
		plan.Thinking[0] = "Read the question: how much of your limits is used"
		if q.chatType != TypeSolo {
			words.say("I tell no balances in a group. Ask me in a chat of your own.")
			return plan.worded(words), true
		}
		sayUtilization(&words, q.wallet)
	case asksForeignFee.MatchString(text):
		plan.Thinking[0] = "Read the question: what your cards charge abroad"
		sayFees(&words, q.wallet, "on foreign purchases", func(p rewards.Product) (string, int64) {
			return money.FormatBps(p.ForeignFeeBps), p.ForeignFeeBps
		})
	case asksAnnualFee.MatchString(text):
		plan.Thinking[0] = "Read the question: what your cards cost a year"
		if q.sayUnheld(&words); words.template != "" {
			words.template = strings.TrimSpace(words.template) + " "
		}
		sayFees(&words, q.cardsNamed(text), "a year", func(p rewards.Product) (string, int64) { return p.AnnualFee.Format(), p.AnnualFee.Amount })
	default:
		thought, ok := q.sayCardFacts(&words, reading)
		if !ok {
			return Plan{}, false
		}
		plan.Thinking[0] = thought
		if q.chatType != TypeSolo {
			return plan.worded(words), true
		}
	}
	for _, card := range q.wallet {
		plan.Sources = append(plan.Sources, Source{Type: "card", ID: card.ID, AsOf: q.now},
			Source{Type: "card_product", ID: card.Product.ID, AsOf: card.Product.AsOf.Midnight(q.now)})
	}
	plan.Sources = once(plan.Sources)
	return plan.worded(words), true
}

// sayFees lists what each card charges, and says where that could not be confirmed.
func sayFees(words *wording, wallet []rewards.Card, per string, fee func(rewards.Product) (text string, size int64)) {
	var charging, free, unsure []string
	for _, card := range wallet {
		text, size := fee(card.Product)
		if size == 0 {
			free = append(free, card.Name())
		} else {
			charging = append(charging, card.Name()+" "+text)
		}
		if card.Product.Illustrative {
			unsure = append(unsure, card.Name())
		}
	}
	switch {
	case len(wallet) == 1 && len(charging) == 0:
		words.say("%s charges nothing "+per+".", free[0])
	case len(wallet) == 1:
		words.say("What you pay "+per+" with your card: %s.", charging[0])
	case len(charging) == 0:
		words.say("None of your cards charges anything "+per+": %s.", insights.List(free))
	case len(free) == 0:
		words.say("All of your cards charge something "+per+": %s.", insights.List(charging))
	default:
		words.say("Nothing "+per+" with %s; of the others, %s.", insights.List(free), insights.List(charging))
	}
	if len(unsure) > 0 {
		words.say(" The terms of %s could not be confirmed.", insights.List(unsure))
	}
}

// sayUtilization tells what is owed of each limit that is known.
func sayUtilization(words *wording, wallet []rewards.Card) {
	var known []string
	for _, card := range wallet {
		if used, ok := card.UsedBps(); ok {
			owed := *card.Balance
			owed.Amount = max(0, owed.Amount)
			known = append(known, card.Name()+" "+money.FormatBps(used)+" ("+owed.Format()+" of "+card.Limit.Format()+")")
		}
	}
	if len(known) > 0 {
		words.say("Of your limits you use: %s.", insights.List(known))
	}
	sayUnknown(words, wallet, "limit and balance", usesUnknown)
}

// usesUnknown: nobody can tell what part of its limit is owed.
func usesUnknown(card rewards.Card) bool {
	_, ok := card.UsedBps()
	return !ok
}

// once keeps the first of sources that name the same thing: two cards can be of one product, two purchases of one order.
func once(sources []Source) []Source {
	seen := map[Source]bool{}
	var list []Source
	for _, source := range sources {
		if key := (Source{Type: source.Type, ID: source.ID}); !seen[key] {
			seen[key] = true
			list = append(list, source)
		}
	}
	return list
}
