package split

import (
	"regexp"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

//nolint:lll // a pattern is read in one piece
var (
	extraName   = `(tip|gratuity|tax|taxes|vat|service charge|service fee|service|delivery fee|delivery|fee|fees|shipping)`
	extraBehind = pattern(`((?:plus |add |adding |and |with |including |includes |include |incl |except |without |a |an |of |the |of which )*)(Q\d+|[AN]\d+) (?:is |was |in |for |of |the |sales |a )*` + extraName + `( included)?`)
	extraBefore = pattern(`((?:plus |add |adding |and |with |including |includes |incl |except |without |a |the )*)` + extraName + ` (?:of |is |was |were |: |at |fee |charge |came to )*(Q\d+|[AN]\d+)( included)?`)
	extraUnsaid = pattern(`(?:plus |add |and )?(tax|taxes|tip) and (?:a |an )?Q\d+ (?:tip|gratuity)`)
	taxWords    = pattern(`(?:with|including|incl|includes|plus) (?:the )?(?:tax|taxes|tip|tip and tax|tax and tip|service)`)
	taxedTotal  = pattern(`(?:bill|total|check|tab|it all|everything) (?:with|including|incl) (?:the )?(?:tax|taxes|tip|tax and tip|tip and tax) (?:is |was |comes to |came to |: )*<A>`)
	offBehind   = pattern(`(Q\d+|[AN]\d+) (?:off|discount|coupon|voucher|credit)`)
	offBefore   = pattern(`(?:discount|coupon|voucher) (?:of |for |is |was |: )*(Q\d+|[AN]\d+)`)
)

// extras finds tip, tax, fees and discounts.
func (r *reader) extras() {
	r.each(taxedTotal, func(m []string) bool {
		if r.f.total != nil || !r.isAmount(m[1]) {
			return false
		}
		sum := r.amount(m[1])
		r.f.total = &sum
		return true
	})
	unsaid := extraUnsaid.MatchString(r.f.text)
	r.f.taxed = taxWords.MatchString(r.f.text)
	add := func(lead, ref, included string, off bool) bool {
		e := extra{off: off, included: included != "" || strings.Contains(lead, "incl") || strings.Contains(lead, "of which")}
		if !e.included && (strings.HasPrefix(lead, "with") || strings.HasPrefix(lead, "except")) {
			r.f.missing = append(r.f.missing, MissingExtras)
		}
		if strings.HasPrefix(ref, "Q") {
			e.bps = r.s.percents[refOf(ref)]
		} else {
			if !r.isAmount(ref) {
				return false
			}
			sum := r.amount(ref)
			e.amount = &sum
		}
		r.f.extras = append(r.f.extras, e)
		return true
	}
	// "tax 9.63, tip 22" reads from left to right, "9.63 tax and 22 tip" too: what begins first decides.
	before, behind := extraBefore.FindStringIndex(r.f.text), extraBehind.FindStringIndex(r.f.text)
	beforeFirst := before != nil && (behind == nil || before[0] < behind[0])
	takeBefore := func() { r.each(extraBefore, func(m []string) bool { return add(m[1], m[3], m[4], false) }) }
	if beforeFirst {
		takeBefore()
	}
	r.each(extraBehind, func(m []string) bool { return add(m[1], m[2], m[4], false) })
	if !beforeFirst {
		takeBefore()
	}
	if unsaid && len(r.f.extras) < 2 { //nolint:mnd // the tip's percentage, and the tax without one
		r.f.missing = append(r.f.missing, MissingExtras)
	}
	r.each(offBehind, func(m []string) bool { return add("", m[1], "", true) })
	r.each(offBefore, func(m []string) bool { return add("", m[1], "", true) })
}

//nolint:lll // a pattern is read in one piece
var (
	totalBefore = pattern(`(?:total|subtotal|altogether|grand total|in all|comes to|came to|sum)(?: <W>{0,4}?)(?:: |, )?(?:of |is |was |are )*<A>`)
	totalShort  = pattern(`(?:total|subtotal|sum) (?:: |, )?<A>`)
	totalBehind = pattern(`<A> (?:<W>{0,1}?)(?:total|in total|altogether|together|all in|all together)`)
	beforeTax   = pattern(`<A> (?:before|without|excluding|plus) (?:the )?(?:tax|taxes|tip)`)
	ofThe       = pattern(`of (?:the |a |that |my |our |P\d+ 's )?<A>`)
	billOf      = pattern(`(?:bill|check|tab|receipt|invoice|rent|dinner|lunch|order) (?:<W>{0,4}?)<A>`)
	eachSum     = pattern(`<A> (?:each|per person|per head|a head|apiece|a person)`)
	countable   = `(?:nights|days|months|weeks|hours|rooms|bedrooms|beers|drinks|wines|coffees|sodas|cocktails|pizzas|burgers|tacos|steaks|slices|pieces|bottles|tickets|seats|passes|items|things|boxes|bags|cervezas|entradas|boletos|noches|cafes|hamburguesas)`
	things      = regexp.MustCompile(`\bN\d+ (?:(?:movie|concert|plane|train|large|small|big|more|extra) )?` + countable + `\b`)
	manyEach    = pattern(`<N> ((?:[a-z]+ ){0,3}?[a-z]+)(?: ,| \(|)(?: at| for| of| :| costing| is| are| cost| costs)? <A> (?:each|apiece|each one|a pop|(?:a|per) (?:piece|ticket|night|bottle|slice))`)
	manyAt      = pattern(`<N> (?:[a-z]+ )?` + countable + ` (?:at|@|a) <A>`) // what stands for a number of things is the price of one
	forMany     = pattern(`for <N>(?: ,| at| \(|)? <A> (?:each|apiece|a piece|per person|a person|per head|a head|per ticket|a ticket)`)
	eachPays    = pattern(`(?:each|everyone|everybody)(?: one| person)?(?: of us| of the us)? (?:pays?|paid|puts? in|is|was|comes to|came to) <A>`)
	eachMany    = pattern(`<A> (?:each|apiece|a piece|each one) (?:for|, for|, |of)? ?<N> ([a-z]+)`)
	sumsListed  = regexp.MustCompile(`[AN]\d+ (?:, (?:and )?|and )(?:(?:a|an|another) )?[AN]\d+|[AN]\d+ (?:[a-z]+ ){1,3}and (?:the |a |another )?[AN]\d+ [a-z]+`)
	labelled    = regexp.MustCompile(`(?:^|[,.;:]|and|plus) (?:the |a |my |our )?([a-z]+)(?: was| were| is| :)? ([AN]\d+)`)
	sums        = regexp.MustCompile(`[AN]\d+ (?:[a-z]+ ){0,3}(?:plus|\+|and another) (?:[a-z]+ ){0,4}[AN]\d+`)
)

// totals finds what is to be divided among the sums nothing else took.
func (r *reader) totals() {
	itemized := r.itemized()
	r.f.summed = sums.MatchString(r.f.text) || sumsListed.MatchString(r.f.text) || bothSums.MatchString(r.f.text) || itemized
	whole := func(ref string) bool {
		if !r.isAmount(ref) {
			return false
		}
		sum := r.amount(ref)
		r.f.total = &sum
		return true
	}
	r.each(beforeTax, func(m []string) bool {
		r.f.subtotal = true
		return whole(m[1])
	})
	for i, p := range []phrase{totalShort, totalBehind, totalBefore, ofThe, billOf} {
		if r.f.total != nil {
			break
		}
		r.each(p, func(m []string) bool {
			r.f.subtotal = r.f.subtotal || strings.Contains(m[0], "subtotal")
			if r.f.total != nil || !whole(m[1]) {
				return false
			}
			r.f.weak = i > 2
			return true
		})
	}
	if r.f.priced > 1 && r.f.total == nil { // 3 pizzas at 12 each and 2 sodas at 3 each
		r.f.summed = true
	}
	r.perHead()
	for _, ref := range sumRef.FindAllString(things.ReplaceAllStringFunc(r.f.text, strings.ToLower), -1) {
		if r.isAmount(ref) {
			r.f.leftover = append(r.f.leftover, r.amount(ref))
		}
	}
	for _, a := range r.f.asides {
		if itemized && a.sum != nil { // a line of the bill like the others
			r.f.leftover = append(r.f.leftover, *a.sum)
		}
	}
	if r.f.weak && len(r.f.leftover) > 0 {
		r.f.leftover, r.f.total = append([]money.Money{*r.f.total}, r.f.leftover...), nil
	}
	if len(r.f.had) == 1 && len(r.f.fixed) == 0 && !r.f.hasSums() { // we had dinner for 117
		had := r.f.had[0]
		r.f.total, r.f.had = &had.amount, nil
		if len(had.people) > 1 && r.f.listed == nil {
			r.f.listed = had.people
		}
	}
}

// perHead finds what each pays.
func (r *reader) perHead() {
	for _, form := range []phrase{eachSum, eachPays} {
		r.each(form, func(m []string) bool {
			if r.f.total != nil || r.f.perHead != nil || !r.isAmount(m[1]) {
				return false
			}
			sum := r.amount(m[1])
			r.f.perHead = &sum
			return true
		})
	}
}

// notItems are words before a sum that do not say what it was for.
var notItems = set(`
	split divide share total subtotal sum bill check tab receipt invoice dinner lunch brunch breakfast meal food of for
	paid pay pays spent was is at about only just costs cost worth to by the a it and plus so that`)

// itemized reports that each sum stands behind what it was for, "pizza 24, wine 30": together they are the bill.
func (r *reader) itemized() bool {
	text := " " + r.f.text
	var lines []Item
	for _, m := range labelled.FindAllStringSubmatch(text, -1) {
		if notItems[m[1]] || !r.isAmount(m[2]) {
			return false
		}
		lines = append(lines, Item{Name: m[1], Amount: r.amount(m[2]).Amount})
	}
	items := len(lines)
	sums := sumRef.FindAllString(things.ReplaceAllStringFunc(text, strings.ToLower), -1)
	if items == 0 || items != len(sums) || items+len(r.f.asides) < 2 {
		return false
	}
	r.f.lines = lines
	return true
}

// pricesEach puts what a number of things costs in the place of the number and the price each.
func (r *reader) pricesEach() {
	for _, form := range []struct {
		phrase
		count, price int
	}{{manyEach, 1, 3}, {eachMany, 2, 1}, {forMany, 1, 2}, {manyAt, 1, 2}} {
		for m := form.FindStringSubmatch(r.f.text); m != nil; m = form.FindStringSubmatch(r.f.text) {
			ref := strings.TrimSpace(m[form.price])
			sum, err := r.amount(ref).Mul(max(1, r.count(m[form.count])))
			if !r.isAmount(ref) || err != nil {
				return
			}
			r.s.amounts, r.s.counts = append(r.s.amounts, sum), append(r.s.counts, 0)
			r.f.text = strings.Replace(r.f.text, m[0], " things A"+itoa(len(r.s.amounts)-1)+" ", 1)
			r.f.priced++
		}
	}
}

var (
	bothSums  = pattern(`(?:both|all of it|everything|all together|add up)`)
	cameBack  = pattern(`(?:refund|refunded|returned|took back|money back|gave back|credited)`)
	ownThing  = regexp.MustCompile(`(P\d+) 's (?:[a-z]+ )?[a-z]+`)
	fractions = pattern(`R\d+ of`)
)

// refunds reads what came back. What was one person's comes back to that one alone.
func (r *reader) refunds() {
	if len(r.f.ratio) == 2 && fractions.MatchString(r.f.text) {
		r.f.ratio, r.f.percent = nil, false
		r.f.missing = append(r.f.missing, MissingParts)
	}
	if !cameBack.MatchString(r.f.text) {
		return
	}
	r.f.refund = true
	owners := map[int]bool{}
	for _, m := range ownThing.FindAllStringSubmatch(r.f.text, -1) {
		owners[refOfPerson(m[1])] = true
	}
	if len(owners) == 1 && r.f.listed == nil {
		for owner := range owners {
			r.f.listed, r.f.exactList = []int{owner}, true
		}
	}
}
