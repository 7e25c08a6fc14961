package chat

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/advice"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

var (
	// cardOf is whose card is spoken of: "Carol's best card", "her card".
	cardOf = regexp.MustCompile(`(?i)\b(\pL+)['’]s (?:\pL+ ){0,2}(?:cards?|wallet)\b`)
	theirs = regexp.MustCompile(`(?i)\b(?:his|her|their) (?:\pL+ ){0,2}(?:cards?|wallet)\b`)
	// useOf is who is to use it: "which card should Carol use".
	useOf = regexp.MustCompile(`(?i)\bcards? (?:should|can|could|does|would) (?:my )?(\pL+) (?:use|pay|take)\b`)
)

// relatives are people as their own call them, in small letters.
var relatives = []string{
	"wife", "husband", "partner", "friend", "brother", "sister", "mom", "dad", "mother", "father", "roommate",
	"girlfriend", "boyfriend", "son", "daughter",
}

// othersCard is whose card the message is about where it is not the asker's.
func (q question) othersCard() (name string, ok bool) {
	if theirs.MatchString(q.text) {
		return "somebody else", true
	}
	for _, pattern := range []*regexp.Regexp{cardOf, useOf} {
		for _, at := range pattern.FindAllStringSubmatchIndex(q.text, -1) {
			if name = q.text[at[2]:at[3]]; q.isSomebodyElse(name) && !q.insideMerchant(at[2]) {
				if slices.Contains(relatives, strings.ToLower(name)) {
					name = "your " + strings.ToLower(name)
				}
				return name, true
			}
		}
	}
	return "", false
}

// isSomebodyElse reports the name of another member, or a word for one of one's own people.
func (q question) isSomebodyElse(name string) bool {
	if slices.Contains(relatives, strings.ToLower(name)) {
		return true
	}
	for _, member := range q.members {
		for part := range strings.FieldsSeq(member.Name) {
			if strings.EqualFold(part, name) {
				return member.ID != q.asker
			}
		}
	}
	return intent.IsName(name)
}

// insideMerchant reports that a merchant is named there: Macy's, Trader Joe's.
func (q question) insideMerchant(at int) bool {
	return slices.ContainsFunc(q.lexicon.Mentions(q.text), func(m spending.Mention) bool { return m.Start <= at && at < m.End })
}

// planOthersCard says that others' cards are not known.
func planOthersCard(name string) Plan {
	action := string(intent.Card)
	plan := Plan{Action: &action, Thinking: []string{"Read the question: a card of somebody else"}}
	var words wording
	words.say("I only know your own cards, not those of %s. Ask me about yours.", name)
	return plan.worded(words)
}

// famous are words by which people call a card; behind "my" or an issuer, or before "card", they mean one.
const famous = `sapphire|quicksilver|savor|bonvoy|venture|freedom|altitude|autograph|bilt|gold|platinum|double cash|custom cash|` +
	`blue cash|active cash|prime visa`

var calledCard = regexp.MustCompile(`\b(?:my|amex|american express|chase|citi|capital one) (` + famous + `)\b|\b(` + famous + `) card\b`)

// unheld are the cards that the message names and the asker does not hold: "my Gold", where they have none.
func (q question) unheld() []string {
	var held strings.Builder
	for _, card := range q.wallet {
		held.WriteString(" " + spending.Fold(card.Name()+" "+card.Product.Name))
	}
	var names []string
	for _, m := range calledCard.FindAllStringSubmatch(spending.Fold(q.text), -1) {
		if name := cmp.Or(m[1], m[2]); !strings.Contains(held.String()+" ", " "+name+" ") {
			names = append(names, strings.ToUpper(name[:1])+name[1:])
		}
	}
	return names
}

// sayUnheld says which cards that were named are not among the asker's.
func (q question) sayUnheld(words *wording) {
	if names := q.unheld(); len(names) > 0 {
		words.say(" I see no %s among your cards.", strings.Join(names, " or "))
	}
}

// sayUtilizationAfter tells how much of its limit a card would use after the purchase, where that was asked: the card that
// was named, else the one that earns most.
func (q question) sayUtilizationAfter(words *wording, answer advice.Advice) {
	text := spending.Fold(q.text)
	if q.chatType != TypeSolo || !asksUtilization.MatchString(text) {
		return
	}
	meant := answer.Result.Ranked[0]
	if named := q.cardsNamed(text); len(named) == 1 {
		for _, ranking := range answer.Result.Ranked {
			if ranking.Card.ID == named[0].ID {
				meant = ranking
			}
		}
	}
	if meant.Utilization == nil {
		words.say(" I do not know limit and balance of %s; add them to the card, and I can tell how much of the limit it uses.",
			meant.Card.Name())
		return
	}
	words.say(" With %s on it, %s uses %s of its limit instead of %s.", answer.Purchase.Amount.Format(), meant.Card.Name(),
		money.FormatBps(meant.Utilization.AfterBps), money.FormatBps(meant.Utilization.BeforeBps))
}
