package spending

import (
	"regexp"
	"strings"
)

// Refusal says why a text gets no figures.
type Refusal string

// The refusals. All but the first are of questions about money that the orders cannot answer.
const (
	RefusalNotAsked Refusal = "not_asked" // no question about one's own orders
	RefusalOthers   Refusal = "others"    // about what somebody else spent
	RefusalFuture   Refusal = "future"    // about what has not happened
	RefusalRecords  Refusal = "records"   // about money that orders say nothing of: income, balances, rent
	RefusalDates    Refusal = "dates"     // a stretch of time that is not understood, or is not one
	// RefusalBackwards is a stretch of time whose end comes before its beginning.
	RefusalBackwards Refusal = "backwards"
	RefusalUsual     Refusal = "usual"  // one order against what is usual
	RefusalFilter    Refusal = "filter" // a condition that is not understood
	RefusalAmount    Refusal = "amount" // an amount that can be read in more than one way
	RefusalCard      Refusal = "card"   // a card whose last four digits are not known
)

var (
	someoneElse = match(
		`\b(?:did|does|has|have|had|do) (?:my |the )?(\w+) (?:ever |already |just |both |all )?(?:spend|spent|pay|paid|buy|bought|order|ordered|owe)\b`)
	// theirs names whose spending it is.
	theirs = match(`\b(?:his|her|their|our|your|everyones|everybodys|the groups?|my (?:wife|husband|partner|friend|brother|` +
		`sister|mom|dad|mother|father|roommate|girlfriend|boyfriend|boss|kids?|son|daughter)s?) (?:\S+ )?(?:spending|expenses|orders|purchases)\b`)
	possessive = regexp.MustCompile(`(?i)\b(\pL+)['’]s (?:spending|expenses|orders|purchases)\b`)
	ownDays    = wordSet(`today yesterday month week year day quarter weekend january february march april may june july august
		september october november december monday tuesday wednesday thursday friday saturday sunday`)

	planned = either(
		`\b(?:will|would|should|could|can|shall|might) (?:i|we) (?:\w+ )?(?:spend|pay|buy|afford|save|earn|owe|order|get)\b`,
		`\bafford\b`, `\b(?:am i|are we) going to\b`, `\bnext (?:week|month|quarter|year|weekend)\b`, `\btomorrow\b`,
		`\b(?:forecast|predict|projected|projection|expect(?:ed)?)\b`)
	notOrders = match(`\b(?:owes?|owed|income|salary|wages?|paycheck|net worth|bank balance|account balance|balance|savings|` +
		`credit score|debts?|loans?|mortgage|interest|investments?|budget|subscriptions? (?:price|cost)|earn(?:ed|ing)? at work)\b`)

	otherDates = either(
		`\b(?:weekends?|weekdays?|mornings?|evenings?|nights?|afternoons?|noon|midnight|hours?|minutes?|fortnight|decade|century)\b`,
		`\b(?:in|since|during|last|this|over) (?:the )?(?:spring|summer|autumn|fall|winter|holidays?|semester|season)\b`,
		`\b(?:easter|hanukkah|ramadan|halloween|payday|my birthday)\b`,
		`\b(?:early|late|mid|beginning|end|start|middle)(?: of)? (?:\|p|the month|the year|the week)`,
		`\b(?:until|till|since|during|ago)\b`, `\b(?:before|after) (?:\|p|my|the)\b`, `\bhalf\b.*\|p`, `\bquarters?\b`,
		`\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b`, `\|p \d+\b`, `\b\d+ \|p`, `\b(?:19|20)\d\d\b`)
	otherFilters = either(
		`\b(?:before|pre) (?:tax|tips?|fees?|discounts?|\|a)`, `\bthe least\b`, `\bin (?:euros?|dollars?|yen|pounds|pesos|usd|eur|gbp|jpy)\b`,
		`\b(?:except|excluding|besides|other than|apart from|aside from|unless|percent)\b`,
		`\b(?:over|above|more than|under|below|less than|at least|at most|exceeding) \d`)
)

// refused tells whether the question is one that the orders cannot answer, by its words alone.
func (s *scan) refused() Refusal {
	if s.ofSomeoneElse() {
		return RefusalOthers
	}
	if planned.MatchString(s.all) {
		return RefusalFuture
	}
	if notOrders.MatchString(s.rest) {
		return RefusalRecords
	}
	return ""
}

// beyond tells why a text that asks nothing of the orders gets no figures.
func (s *scan) beyond() Refusal {
	switch {
	case affording.MatchString(s.all):
		return RefusalFuture
	case ownRecords.MatchString(s.all) && (strings.Contains(s.raw, "?") || asking.MatchString(s.all)):
		return RefusalRecords
	default:
		return RefusalNotAsked
	}
}

var (
	affording  = match(`\b(?:can|could|should) (?:i|we) (?:\w+ )?afford\b`)
	ownRecords = match(`\bmy (?:\w+ )?(?:income|salary|wages?|paycheck|net worth|balance|savings|credit score|debts?|loans?|mortgage|budget)\b`)
)

func (s *scan) ofSomeoneElse() bool {
	if spokenOf.MatchString(s.raw) || theirs.MatchString(s.all) {
		return true
	}
	if m := someoneElse.FindStringSubmatch(s.all); m != nil {
		switch m[1] {
		case "i", "my", "been", "just", "already", "to":
		default:
			return true
		}
	}
	for _, m := range possessive.FindAllStringSubmatch(s.raw, -1) {
		name := strings.ToLower(m[1])
		if _, merchant := s.setting.Lexicon.Find(m[1]); !merchant && !ownDays[name] {
			return true
		}
	}
	return false
}

// refusals are what to say instead of a figure.
var refusals = map[Refusal]struct{ thought, text string }{
	RefusalNotAsked: {
		"Read the message: nothing in it that I can compute",
		"That is outside of what I can tell. Ask me which card to use, how to split a bill, whether a price is a good one, or what you " +
			"spent, such as “How much did I spend on groceries last month?”.",
	},
	RefusalOthers: {
		"Read the question: somebody else's spending",
		"I can only see your own orders, so I cannot tell what somebody else spent. Ask me about yours.",
	},
	RefusalFuture: {
		"Read the question: something that has not happened yet",
		"I can only tell what you did spend, not what is still to come, so I will not guess at a figure. Ask me about a time that is over, " +
			"or about this month so far.",
	},
	RefusalRecords: {
		"Read the question: something that orders do not say",
		"I only see orders of the merchants you linked: not your income, your balances, your rent or what people owe. So I cannot answer " +
			"this. Ask me what you bought, where, and for how much.",
	},
	RefusalDates: {
		"Read the question: the dates are not clear to me",
		"I am not sure which dates you mean, so I will not guess at a figure. Name one stretch of time, such as “last month”, “in October” " +
			"or “from 3 November to 10 November”.",
	},
	RefusalBackwards: {
		"Read the question: its dates run backwards",
		"The second date of this question comes before the first, so I will not guess at a figure. Name the earlier one first, such as " +
			"“from 3 November to 10 November”.",
	},
	RefusalUsual: {
		"Read the question: one order against the usual",
		"I can compare a week, a month or a year with what is usual, but not a single order. Ask me for that order, and for the average of " +
			"your orders.",
	},
	RefusalFilter: {
		"Read the question: a condition that I do not understand",
		"I do not understand every condition of this question, so I will not guess at a figure. I can look at merchants, categories, " +
			"items, cards, amounts and dates.",
	},
	RefusalAmount: {
		"Read the question: an amount that can be read in two ways",
		"I can read the amount in this question in more than one way. Write it with its currency, such as “over $1,234.50”.",
	},
	RefusalCard: {
		"Read the question: a card whose last four digits I do not know",
		"I do not know the last four digits of that card, and receipts show nothing else of it. Add them to the card, and I can tell what " +
			"you paid with it.",
	},
}

// refuse is the answer to what is not answered with figures.
func refuse(reason Refusal) Result {
	words := refusals[reason]
	return Result{Kind: KindRefused, Refusal: reason, Template: words.text, Thinking: []string{words.thought}}
}
