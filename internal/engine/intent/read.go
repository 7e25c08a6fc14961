package intent

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

const splitting = `(?:split|splitting|divide|dividing)`

var (
	mention = regexp.MustCompile(`(?i)(?:^|[^\w@.+-])@lattice(?:$|[^\w.-]|[.-](?:$|\W))`)

	// notIntents are phrases that only look like a card, a split or a price; they are taken out before reading.
	notIntents = regexp.MustCompile(`\b(?:` + strings.Join([]string{
		`(?:gift|greeting|birthday|christmas|holiday|thank you|report|score|id|business|sim|memory|sd|graphics|sound|post) cards?`,
		`(?:trading|playing|library|wild|race|flash|index|key|boarding|insurance|membership|green) cards?`,
		`cards? against humanity`, `card (?:game|table|trick)s?`,
		`(?:banana|stock|lickety|side|hair) splits?`, `splits? (?:second|screen|ends?|hairs|personality|pea)`,
		`track(?:s|ed)? records?`, `track and field`, `(?:race|sound|train|fast|running|bonus) ?tracks?`,
		`(?:on|off|back on|lose|lost|keep|keeping|kept) (?:the )?track`, `track suit`,
		`track (?:my|the|this|our|a|an) (?:package|parcel|order|delivery|shipment|flight|budget|spending|expenses|habits?|progress)`,
		`split(?:s|ting)? up`, `how much is the (?:bill|total|tip|tax|rent|damage|difference|limit|fee|fees)`,
	}, "|") + `)\b`)
	// billUp is the one "split up" that is a split; the others are about couples.
	billUp = regexp.MustCompile(`\bsplit up ((?:the|this|that|our|a) (?:bill|check|tab|costs?|rent|dinner|lunch|receipt|expenses?|order))\b`)

	forms = []struct {
		intent  Intent
		pattern *regexp.Regexp
	}{
		{Card, anyOf(
			`which (?:\w+ ){0,3}?cards?`, `(?:what|whats|best|better|right) (?:\w+ ){0,2}?cards?`,
			`cards? (?:should i|do i|can i|would|is best|to use|earns?|gives? (?:me )?(?:the )?(?:most|more|best))`,
			`(?:use|pay with|put it on|put this on|swipe) (?:which|what|my \w+) ?(?:\w+ )?cards?`,
			`(?:which|what) (?:one )?(?:earns?|gets?) (?:me )?(?:the )?(?:most|more)`,
			`(?:how much|what|most|more|best|maximi[sz]e) (?:\w+ ){0,5}?(?:cash ?back|rewards)`,
			`(?:earn|get|collect) (?:\w+ ){0,3}?(?:points|miles)`, `(?:points|miles) (?:\w+ ){0,3}?(?:earn|get|collect)`,
			`(?:annual|foreign(?: transaction)?|balance transfer) fees?`, `(?:credit )?utili[sz]ation`,
			`(?:spending|bonus|category|rewards?) caps?`)},
		{Split, anyOf(
			splitting+` (?:it|this|that|the|our|my|a|an|dinner|lunch|breakfast|brunch|rent|groceries|gas|everything|costs?|bills?|drinks)`,
			splitting+` (?:between|among|amongst|evenly|equally|fairly|with|by|into|\d+|two|three|four|five|six|half|tickets?|us)`,
			`(?:can|could|should|lets|shall|how (?:do|should|can)) (?:we |you |us )?(?:split|divide)`,
			`who (?:owes|pays)`, `(?:do|does) \w+ (?:still )?owe`, `owes? (?:me|you|us|him|her|them|whom|everyone)`, `i owe`,
			`settle (?:up|our|the|my|with)`, `settling up`, `go(?:ing)? dutch`, `chip in`, `my share`,
			`(?:each|everyone|everybody|each of us) (?:pays?|owes?)`, `pay (?:\w+ ){1,2}back`)},
		{Tracker, anyOf(
			`price (?:history|drops?|alerts?|tracker|tracking|trend|of|for|on|go|going|come|fall|be|is|watch)`,
			`prices (?:of|for|on|drop|going|come|fall)`,
			`(?:track|tracking|watch|monitor|follow) (?:the |this |that |its )?(?:\w+ ){0,3}?(?:prices?|cost)`,
			`track (?:this|that|it|the|a|an)`, `overpriced`, `cheapest`, `price check`, `(?:get|be|go) (?:any )?cheaper`,
			`(?:alert|notify|tell|ping|text|let) me (?:know )?(?:when|if|once) .*(?:price|drops?|below|under|cheaper|sale|less than|costs?)`,
			`(?:is|was|whats|what is|get|find) (?:\w+ ){0,6}?(?:good|fair|great|best|right|normal|usual) (?:price|deal)`,
			`(?:target|lowest|highest|current|past|fair) price`,
			`how much (?:is|are|does|do) (?:the|a|an|these|those) (?:\w+ ){0,6}?\w+$`,
			`how much (?:does|do|is) (?:it|this|that|they) (?:cost|go for|sell for|now)`,
			`(?:buy|purchase|get) (?:\w+ ){0,6}?(?:now|today) or (?:\w+ ){0,2}?wait`,
			`(?:should i|wait to|best time to|when (?:should i|to|is the best time to)) (?:buy|purchase|wait)`,
			`will (?:it|the \w+|this) (?:drop|go on sale|be on sale)`)},
	}

	// request is a clause that begins as one asks or tells somebody to do something.
	request = regexp.MustCompile(`(?i)\?|(?:^|[.,;:!\n–-])\s*(?:(?:hey|ok|okay|so|guys|please|pls|and|then|now|also|hi|just) )*(?:` +
		`which|what|whats|what's|who|how|when|should|shall|can|could|will|would|is|are|does|do|track|watch|monitor|alert|` +
		`notify|tell|ping|let|split|divide|settle|compare|find|check|lets|let's|remind|show|calculate)\b`)

	greeting = regexp.MustCompile(`^(?:hi|hello|hey|heya|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|whats up|sup)` +
		`(?: (?:there|lattice|all|everyone|again|you|how are you(?: doing)?(?: today)?))*$`)
	thanks = regexp.MustCompile(`^(?:ok(?:ay)? |great |perfect |awesome |cool |many )*(?:thanks|thank you|thx|ty|cheers)` +
		`(?: (?:so much|a lot|very much|again|lattice|you|for \w+(?: \w+){0,3}|that helps|great|perfect))*$`)
	help = anyOf(`^(?:help|help me|commands|menu)$`, `what (?:can|do) (?:you|i|lattice) (?:do|ask|help)`, `wh(?:o|at) are you`,
		`how (?:do|does|can) (?:you|this|it|i use you|lattice) (?:work|help)`, `how (?:can|could) you help`)
	followUp = regexp.MustCompile(`^(?:and|what about|how about|or|ok and|also)\b`)
	address  = regexp.MustCompile(`^(?:hey |hi |ok )?lattice |\blattice$`)
)

// Read understands one message. chatType is "solo" or "group": in a group nothing is due (None) unless @lattice is
// mentioned or the message plainly asks for a card, a split or a price. history are the earlier messages of the same
// person, oldest first; a short follow-up such as "and at Costco?" takes over what it leaves out.
func Read(message Message, lexicon spending.Lexicon) Reading {
	text, chatType, history := message.Text, message.ChatType, message.History
	mentioned := mention.MatchString(text)
	reading := readOne(text, lexicon)
	if reading.Kind == KindOther {
		reading = follow(text, reading, history, lexicon)
	}
	plain := reading.Intent != General && reading.Confidence >= sure && request.MatchString(text)
	if chatType == Group && !mentioned && !plain {
		return Reading{Intent: None, Confidence: reading.Confidence, Why: WhyPeopleTalk}
	}
	reading.Addressed = true
	return reading
}

func anyOf(phrases ...string) *regexp.Regexp {
	return regexp.MustCompile(`\b(?:` + strings.Join(phrases, "|") + `)\b`)
}

const (
	sure      = 0.95
	inherited = 0.7
	unsure    = 0.4
)

// readOne reads a message by itself.
func readOne(text string, lexicon spending.Lexicon) Reading {
	folded := strings.TrimSpace(address.ReplaceAllString(spending.Fold(mention.ReplaceAllString(text, " ")), ""))
	reading := Reading{Intent: General, Kind: KindOther, Amount: findAmount(text), Confidence: unsure}
	if merchant, ok := lexicon.Find(text); ok {
		reading.MerchantSlug, reading.MerchantName, reading.Category = merchant.Slug, merchant.Name, merchant.Category
	}
	if category, ok := spending.PurchaseCategory(withoutMerchant(folded, reading.MerchantName)); ok {
		reading.Category = category
	}
	if intent := asked(folded); intent != General {
		reading.Intent, reading.Kind, reading.Confidence = intent, "", sure
		return reading
	}
	for _, form := range []struct {
		kind  Kind
		match bool
	}{
		{KindGreeting, greeting.MatchString(folded)},
		{KindThanks, thanks.MatchString(folded)},
		{KindSpending, spending.IsQuestion(text, lexicon)},
		{KindHelp, help.MatchString(folded)},
	} {
		if form.match {
			reading.Kind, reading.Confidence = form.kind, sure
			return reading
		}
	}
	return reading
}

// asked is the intent whose pattern matches earliest, General when none does.
func asked(folded string) Intent {
	folded = notIntents.ReplaceAllString(billUp.ReplaceAllString(folded, "split $1"), "|")
	intent, first := General, len(folded)+1
	for _, form := range forms {
		if at := form.pattern.FindStringIndex(folded); at != nil && at[0] < first {
			intent, first = form.intent, at[0]
		}
	}
	return intent
}

// withoutMerchant keeps a merchant's name from being read as a category: "Delta Flights", "Whole Foods".
func withoutMerchant(folded, name string) string {
	if name = spending.Fold(name); name == "" {
		return folded
	}
	return strings.ReplaceAll(folded, name, "|")
}

// follow completes a short follow-up from the latest earlier message that asked for something.
func follow(text string, reading Reading, history []string, lexicon spending.Lexicon) Reading {
	const maxWords = 9
	folded := spending.Fold(text)
	if !followUp.MatchString(folded) || len(strings.Fields(folded)) > maxWords {
		return reading
	}
	for _, earlier := range slices.Backward(history) {
		before := readOne(earlier, lexicon)
		if before.Intent == General && before.Kind != KindSpending {
			continue
		}
		reading.Intent, reading.Kind, reading.Confidence = before.Intent, before.Kind, inherited
		if reading.Amount == nil {
			reading.Amount = before.Amount
		}
		if reading.MerchantSlug == "" && reading.Category == "" {
			reading.MerchantSlug, reading.MerchantName = before.MerchantSlug, before.MerchantName
		}
		reading.Category = cmp.Or(reading.Category, before.Category)
		return reading
	}
	return reading
}
