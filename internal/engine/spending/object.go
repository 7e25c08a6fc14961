package spending

import "strings"

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

// object takes what is left as the thing or place asked about: the last run of words that say anything. After "at"
// or "from" it is a place.
func object(scope *Scope, list []word) {
	const maxWords = 5
	end := len(list)
	for end > 0 && !content(list[end-1]) {
		end--
	}
	start := end
	for start > 0 && end-start < maxWords && content(list[start-1]) {
		start--
	}
	if start == end {
		return
	}
	phrase := join(list[start:end])
	// Articles may stand between: "at the corner shop".
	before := start
	for before > 0 && (list[before-1].text == "the" || list[before-1].text == "my") {
		before--
	}
	if before > 0 && (list[before-1].text == "at" || list[before-1].text == "from") {
		scope.Merchants = []Merchant{{Name: phrase}}
		return
	}
	scope.Item = phrase
}

// content reports a word that can name a thing: no function word, no mark, no bare number.
func content(w word) bool {
	return !isMark(w.text) && !functionWords[w.text] && strings.Trim(w.text, "0123456789") != ""
}
