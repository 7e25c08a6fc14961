package chat

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// What people ask of their cards that is about no purchase, in folded text.
var (
	asksPoints = regexp.MustCompile(`\bhow many (?:\w+ )?(?:points|miles)\b.*\b(?:do|have) i\b|\b(?:points|miles|rewards?) balance\b` +
		`|\bcuant[oa]s (?:puntos|millas)\b.*\btengo\b`)
	asksNewCard = regexp.MustCompile(`\b(?:should|shall|can|could) i (?:get|open|apply for|sign up for) ` +
		`(?:an?|another|new) (?:\w+ ){0,2}cards?$` +
		`|\b(?:get|open|recommend) (?:me )?(?:a|another|any) new (?:credit )?cards?\b|\bwhich new (?:credit )?cards?\b`)
	asksInterest = regexp.MustCompile(`\b(?:interest|apr|intereses?)\b`)
	asksBenefits = regexp.MustCompile(`\b(?:lounges?|insurance|warranty|protection|perks?|benefits?|concierge|beneficios|seguro)\b`)
	asksToClose  = regexp.MustCompile(`\b(?:should|shall|can|worth) (?:i |it )?(?:\w+ )?` +
		`(?:close|closing|cancel|canceling|cancelling|keep|keeping|downgrade|drop) (?:my|the|this|it)\b`)
	asksLimits = regexp.MustCompile(`\b(?:card|cards|credit|amex|visa|mastercard|discover|my|its|their)\b.*\blimits?\b` +
		`|\blimits? (?:of|on) (?:my|the)\b|\blimite\b`)
	asksClosest = regexp.MustCompile(`\b(?:closest|nearest|close|near) to (?:its|their|the|my)\b`)
	capLimits   = regexp.MustCompile(`\b(?:categor\w+|bonus\w*|cap|caps|rewards?|quarter\w*|earn\w*|dining|grocer\w+|gas)\b`)
)

// sayCardFacts answers what is asked of the cards beside what they earn and charge; false where nothing of that is.
func (q question) sayCardFacts(words *wording, reading intent.Reading) (thought string, ok bool) {
	text := spending.Fold(q.text)
	switch {
	case asksPoints.MatchString(text):
		words.say("I do not know how many points you have: their issuers keep that. I can tell what your orders earned; ask me, for example, " +
			"“How much cash back did I earn last month?”.")
		return "Read the question: how many points you have", true
	case q.sayTaken(words, reading):
		return "Read the question: which cards " + reading.MerchantName + " takes", true
	case asksInterest.MatchString(text):
		words.say("I do not know what interest your cards charge: their issuers set it for each customer. I know what they earn, their " +
			"fees and what is left of their caps.")
		return "Read the question: the interest of your cards", true
	case asksBenefits.MatchString(text):
		words.say("I know what your cards earn, what they charge and what is left of their caps, but not their other benefits.")
		return "Read the question: benefits of your cards", true
	case asksToClose.MatchString(text):
		words.say("I do not know your credit well enough to say whether to keep a card. ")
		sayFees(words, q.cardsNamed(text), "a year", func(p rewards.Product) (string, int64) { return p.AnnualFee.Format(), p.AnnualFee.Amount })
		return "Read the question: whether to keep a card", true
	case asksNewCard.MatchString(text):
		words.say("I compare the cards you hold, and I do not know your credit well enough to say whether to get another. Ask me which of " +
			"yours earns most on a purchase.")
		return "Read the question: whether to get a new card", true
	case asksLimits.MatchString(text) && !capLimits.MatchString(text):
		thought = "Read the question: the limits of your cards"
		if q.chatType != TypeSolo {
			words.say("I tell no limits in a group. Ask me in a chat of your own.")
			return thought, true
		}
		q.sayLimits(words, text)
		return thought, true
	}
	return "", false
}

// sayLimits tells the limits of the cards that are named, else of all; of those that are asked for the closest to its limit,
// the one of which most is owed.
func (q question) sayLimits(words *wording, text string) {
	cards := q.cardsNamed(text)
	if asksClosest.MatchString(text) {
		used := func(card rewards.Card) int64 {
			bps, _ := card.UsedBps()
			return bps
		}
		known := slices.DeleteFunc(slices.Clone(cards), usesUnknown)
		slices.SortStableFunc(known, func(a, b rewards.Card) int { return cmp.Compare(used(b), used(a)) })
		if len(known) > 0 {
			first := known[0]
			words.say("Closest to its limit is %s: ", first.Name())
			words.say("%s of %s are used (%s).", first.Balance.Format(), first.Limit.Format(), money.FormatBps(used(first)))
		}
		sayUnknown(words, cards, "limit and balance", usesUnknown)
		return
	}
	for _, card := range cards {
		if card.Limit != nil {
			words.say(" The limit of %s is %s.", card.Name(), card.Limit.Format())
		}
	}
	words.template = strings.TrimSpace(words.template)
	sayUnknown(words, cards, "the limit", func(card rewards.Card) bool { return card.Limit == nil })
}

func sayUnknown(words *wording, cards []rewards.Card, what string, unknown func(rewards.Card) bool) {
	var names []string
	for _, card := range cards {
		if unknown(card) {
			names = append(names, card.Name())
		}
	}
	if len(names) > 0 {
		words.say(" I do not know "+what+" of %s; add them to the card, and I can tell.", insights.List(names))
		words.template = strings.TrimSpace(words.template)
	}
}

// cardsNamed are the cards whose name, issuer or network the text names; all of them where it names none.
func (q question) cardsNamed(text string) []rewards.Card {
	var named []rewards.Card
	said := " " + text + " "
	for _, card := range q.wallet {
		for _, name := range []string{card.Name(), card.Product.Name, card.Product.Issuer, card.Product.Network} {
			name = strings.TrimSuffix(spending.Fold(name), " card")
			if name != "" && name != "american express" && strings.Contains(said, " "+name+" ") ||
				name == "american express" && (strings.Contains(said, " amex ") || strings.Contains(said, " american express ")) {
				named = append(named, card)
				break
			}
		}
	}
	if len(named) == 0 {
		return q.wallet
	}
	return named
}
