package intent

import (
	"cmp"
	"slices"
	"strings"
)

// fill reads the slots of a message whose intent is known. side is the intent's.
func (r *reader) fill(reading *Reading, side int) {
	r.fillPlace(reading)
	r.fillDates(reading)
	sums := r.sums(side)
	if side == forTracker {
		sums = r.fillTarget(reading, sums)
		r.fillProduct(reading)
	}
	if side == forSplit {
		r.fillPeople(reading)
		r.fillDivision(reading)
	}
	if side == forCard {
		if at, count := r.apiece(sums); at >= 0 {
			r.fillMany(reading, r.tokens[at].money, count)
			return
		}
	}
	for _, at := range sums {
		reading.Amounts = append(reading.Amounts, r.tokens[at].money)
	}
	if at := r.main(side, sums); at >= 0 {
		reading.Amount = &r.tokens[at].money
	}
}

// fillPlace reads where something is or was bought and what that counts as. A purchase counts as what its merchant is
// known for, whatever else is said of it: "at Whole Foods on my trip". Only fuel is sold by merchants known for something
// else and counts as itself. Where the merchant is no place, "dinner with Amazon folks", the words decide.
func (r *reader) fillPlace(reading *Reading) {
	settled := false
	for i, t := range r.tokens {
		if t.has(isMerchant) && reading.MerchantSlug == "" {
			reading.MerchantSlug, reading.MerchantName, reading.Category = t.merchant.Slug, t.merchant.Name, t.merchant.Category
			settled = t.merchant.Category != "" && (placed[r.word(i-1)] || r.word(i-1) == "for")
		}
	}
	for _, t := range r.tokens {
		if t.has(isCategory) && !t.masked && (!settled || t.category == fuel) {
			reading.Category = t.category
			return
		}
	}
}

// fuel is the category of petrol stations.
const fuel = "gas"

// sums are the tokens that are sums of money. A number that names its currency is one; a bare number is where it can
// count nothing else.
func (r *reader) sums(side int) []int {
	var sums []int
	digits := 0 // sums of a single bare digit
	for i, t := range r.tokens {
		if t.money.Currency == "" || !t.has(isCurrency) && !r.bareSum(side, i) {
			continue
		}
		if t.end-t.start == 1 {
			digits++
		}
		sums = append(sums, i)
	}
	if side != forSplit && digits == len(sums) {
		return sums
	}
	// Beside other sums, and in a split anyway, a single digit counts something.
	return slices.DeleteFunc(sums, func(i int) bool {
		owesNothing := i > 0 && r.tokens[i-1].has(isName) && r.tokens[i].money.IsZero() // "Sam 0"
		return r.tokens[i].end-r.tokens[i].start == 1 && !owesNothing
	})
}

// bareSum reports whether a number without a currency is a sum of money.
func (r *reader) bareSum(side, at int) bool {
	t := r.tokens[at]
	if side < 0 || t.has(isPercent|isRatio) || r.counts(at) || r.dated(at) {
		return false
	}
	if side == forTracker && r.modelNumber(at) {
		return false
	}
	if side >= forSpending {
		return slices.Contains(overWords, r.word(at-1)) // "orders over 100"
	}
	return true
}

var overWords = []string{"over", "under", "above", "below", "than", "between"}

// word is the text of a token, empty outside the message.
func (r *reader) word(at int) string {
	if at < 0 || at >= len(r.tokens) {
		return ""
	}
	return r.tokens[at].text
}

// counts reports a number that counts people, parts, days or things.
func (r *reader) counts(at int) bool {
	return slices.Contains(r.counted, at)
}

// dated reports a number that is part of a date or a year.
func (r *reader) dated(at int) bool {
	if r.tokens[at].has(isYear) && slices.Contains([]string{"in", "since", "of", "en", "de", "desde"}, r.word(at-1)) {
		return true
	}
	return r.dates.from <= at && at < r.dates.to
}

// modelNumber reports a number that belongs to the name of a product: "RTX 5080", "iPhone 17".
func (r *reader) modelNumber(at int) bool {
	const latest = 17
	t := r.tokens[at]
	return r.word(at-1) != "" && r.tokens[at-1].word() && !data.stops[r.word(at-1)] && t.has(isNumber) && t.number <= latest
}

// main is the sum that the question is about, -1 when there is none: the total of a split, else the first.
func (r *reader) main(side int, sums []int) int {
	if len(sums) == 0 {
		return -1
	}
	if side != forSplit || len(sums) == 1 {
		return sums[0]
	}
	for _, m := range data.phrases["totals"].all(r.tokens) {
		if at := m.named[len(m.named)-1]; slices.Contains(sums, at) {
			return at
		}
		if at := m.named[0]; slices.Contains(sums, at) {
			return at
		}
	}
	return slices.MaxFunc(sums, func(a, b int) int {
		first, second := r.tokens[a].money, r.tokens[b].money
		if first.Currency != second.Currency {
			return 0
		}
		return cmp.Compare(first.Amount, second.Amount)
	})
}

// fillTarget takes the price an alert waits for out of the sums.
func (r *reader) fillTarget(reading *Reading, sums []int) []int {
	alert := data.phrases["alerts"].in(r.tokens)
	if !alert && r.alerted && (data.phrases["follows"].in(r.tokens) || data.phrases["refers"].in(r.tokens)) {
		alert = true // "make that 175 instead"
	}
	if !alert {
		return sums
	}
	reading.Direction = Below
	if data.phrases["rises"].in(r.tokens) {
		reading.Direction = Above
	}
	for _, t := range r.tokens {
		if t.has(isPercent) {
			reading.TargetPercentBps = int64(t.number)
			break
		}
	}
	if len(sums) == 0 || r.word(sums[len(sums)-1]-1) == "by" { // "goes up by 5 dollars"
		return sums
	}
	last := sums[len(sums)-1]
	target := r.tokens[last].money
	reading.Target = &target
	return sums[:len(sums)-1]
}

// carry takes over from the question before what a follow-up leaves out. Who takes part is not taken over: "without Zoe"
// names one who does not.
func carry(reading *Reading) {
	before := reading.Before
	other := reading.Product != "" && !strings.EqualFold(reading.Product, before.Product)
	if reading.Amount == nil && !other { // what one thing costs says nothing of another
		reading.Amount = before.Amount
	}
	if reading.MerchantSlug == "" && reading.Category == "" {
		reading.MerchantSlug, reading.MerchantName = before.MerchantSlug, before.MerchantName
	}
	reading.Category = cmp.Or(reading.Category, before.Category)
	reading.Product = cmp.Or(reading.Product, before.Product)
}
