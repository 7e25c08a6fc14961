package spending

import (
	"slices"
	"strings"
)

// functionWords never are what was bought. Everything else that is left of a question when its verb, merchant, period
// and category are taken out is.
var functionWords = wordSet(`
	a about again all alright altogether am an and any anything are at average avg away be been biggest blow blown
	bought break breakdown but buy by can categories category charge charged charges compare compared comparison cost
	costliest could count dear did do does done down dropped each ever every expense expenses expensive expenditure
	expenditures far few find for from gave get getting give go going gone got had has have having hello hey hi
	highest higher how i if im in including is it its ive just kindly know largest last lately latest lattice least
	less like list lot lower make many me merchant merchants money more most much my myself newest number of off often
	ok on one ones only or order ordered orders our out over overall own paid pay paying payment payments per place
	places please previous priciest purchase purchased purchases really recent recently retailer retailers save saved
	saving see shop shopped shopping shops show so some something spend spending spends spent stand store stores stuff
	summary overview recap report finances finance biggest smallest cheapest lowest tiniest first earliest oldest usual usually normal
	normally before monthly weekly daily typical trend trends trending time month months week weeks day days quarter percent
	percentage share fraction proportion part except excluding besides refund refunds refunded returned returns back money
	fee fees tip tips tipped tipping tax taxes discount discounts coupon coupons promo codes code put burn burned blew mostly
	card cards pay method methods amount amounts value price priced whole full complete version short also same now why
	everything across goes change changes changed duplicate duplicates twice double two three four five ten honestly actually roughly
	approximately exactly currently alone combined together online de y use using ago next vs versus
	sum tell than that the their them then there these they thing things this those time times to today too top total
	transaction transactions typical typically understand up us use used versus visit vs want was we went were what
	whats when where which while who why with without would year yet you your`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		set[w] = true
	}
	return set
}

// object takes what is left as the thing or place asked about: the run of words that say anything after "on", else after
// "for" or "of", else the last run. After "at" or "from" it is a place, unless a place is known already.
func object(scope *Scope, list []word) {
	start, end := run(list, len(list))
	if s, e, ok := runAfter(list, "on", "buy", "bought"); ok {
		start, end = s, e
	} else if s, e, ok := runAfter(list, "for", "of"); ok {
		start, end = s, e
	}
	if start == end {
		return
	}
	phrase := join(list[start:end])
	before := articles(list, start)
	if before > 0 && (list[before-1].text == "at" || list[before-1].text == "from") && len(scope.Merchants) == 0 {
		scope.Merchants = []Merchant{{Name: phrase}}
		return
	}
	scope.Item = phrase
}

// runAfter is the last run that stands after one of the words.
func runAfter(list []word, prepositions ...string) (start, end int, ok bool) {
	for start, end = run(list, len(list)); end > start; start, end = run(list, start) {
		if before := articles(list, start); before > 0 && slices.Contains(prepositions, list[before-1].text) {
			return start, end, true
		}
	}
	return 0, 0, false
}

// run is the last run of words before a place that say anything, list[start:end]; nothing when there is none.
func run(list []word, before int) (start, end int) {
	const maxWords = 5
	end = before
	for end > 0 && !content(list[end-1]) {
		end--
	}
	start = end
	for start > 0 && end-start < maxWords {
		switch {
		case content(list[start-1]):
			start--
		case start > 1 && start < end && (list[start-1].text == "of" || list[start-1].text == "de") && content(list[start-2]):
			start -= 2
		default:
			return start, end
		}
	}
	return start, end
}

// articles may stand between a preposition and a name: "at the corner shop".
func articles(list []word, at int) int {
	for at > 0 && (list[at-1].text == "the" || list[at-1].text == "my" || list[at-1].text == "a") {
		at--
	}
	return at
}

// content reports a word that can name a thing: no function word, no mark, no bare number.
func content(w word) bool {
	return !isMark(w.text) && !functionWords[w.text] && strings.Trim(w.text, "0123456789") != ""
}

// twoThings reports that what is left of a question names two things, "bananas and milk": sums are of one.
func twoThings(marked string) bool {
	list := split(marked)
	for i := 1; i+1 < len(list); i++ {
		after := i + 1
		for after < len(list) && (list[after].text == "the" || list[after].text == "my" || list[after].text == "on") {
			after++
		}
		thing := func(w word) bool { return content(w) || w.text == markCategory || w.text == markMerchant }
		if list[i].text == "and" && after < len(list) && thing(list[i-1]) && thing(list[after]) &&
			(content(list[i-1]) || content(list[after])) {
			return true
		}
	}
	return false
}
