package split

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

var (
	marking   = pattern(`(?:mark|set|tick|count) (?:.{0,60}?)(?:as|to|is) (?:paid|settled|done)|(?:mark|set) (?:it|that|this|<P> (?:share|part|half)) (?:paid|settled|done)`)
	gaveBack  = pattern(`<P> (?:have |has |already |just |also )*(?:paid|pay|sent|gave|transferred|handed|returned|repaid) (?:already )?(?:to )?<P>(?: back)?(?: (?:P\d+(?: 's)? )?(?:<W>{0,2}?)<A>)?(?: already| back)?`)
	gaveMe    = pattern(`<P> (?:already )?<P> (?:already )?(?:paid|sent|gave|transferred|handed)(?: (?:<W>{0,2}?)<A>)?`)
	settledIt = pattern(`<P> settled (?:the |up )?<A> with <P>`)
	paidIt    = pattern(`<A> (?:back )?to <P>`)
	owing     = pattern(`(?:owe|owes|owed|owing|debt|debts|balance|balances|settle|settling|square up|square everything|simplify|even up|settle up|unpaid|paid me back|paid back|deben?|transfers|payments|pay me back|pay back)`)
	fewest    = pattern(`(?:simplify|simplified|fewest|minimum|least number|as few)`)
	dividing  = pattern(`(?:split|splitting|divide|dividing|divvy|share|sharing|each|halves|portion|equal|equally|evenly|parts?|go dutch|going dutch|chip in|per head|per person|a head)`)
	receipts  = pattern(`(?:(?:last|latest|recent|this|that|my|the|our|P0 's|from|use) )+(?:<W>{0,3}?)(?:order|receipt|purchase|orders|delivery|groceries run|ticket)`)
	ownOrder  = pattern(`(?:order|receipt|purchase)`)
)

// ask finds what is wanted besides a division. What was handed over is found here too, before anybody takes it for a
// payment of the bill.
func (r *reader) ask() {
	give := func(from, to int, ref string) bool {
		if from == to || r.f.moved != nil {
			return false
		}
		r.f.moved, r.f.movedTo = &payment{person: from}, to
		if ref != "" && r.isAmount(ref) {
			sum := r.amount(ref)
			r.f.moved.amount = &sum
		}
		return true
	}
	r.each(gaveBack, func(m []string) bool { return give(refOfPerson(m[1]), refOfPerson(m[2]), m[3]) })
	r.each(gaveMe, func(m []string) bool { return give(refOfPerson(m[1]), refOfPerson(m[2]), m[3]) })
	r.each(settledIt, func(m []string) bool { return give(refOfPerson(m[1]), refOfPerson(m[3]), m[2]) })
	switch {
	case r.f.moved != nil && r.f.moved.amount != nil:
		r.f.asks = AskRecord
	case marking.MatchString(r.f.text):
		r.f.asks = AskMarkPaid
	case r.f.moved != nil:
		r.f.asks = AskRecord
	case owing.MatchString(r.f.text):
		r.f.asks = AskBalances
	}
	r.f.fewest = fewest.MatchString(r.f.text)
	r.f.splits = dividing.MatchString(r.f.text)
	r.f.receipt = receipts.MatchString(r.f.text) || ownOrder.MatchString(r.f.text)
	for _, p := range r.f.mentioned {
		if p != asker {
			r.f.about = append(r.f.about, p)
		}
	}
}

func refOfPerson(ref string) int { return peopleOf(ref)[0] }

var (
	clauseEnds   = regexp.MustCompile(`\s[,;.:()]\s|\s(?:and|but|then|while|plus)\s|\s[,;.:()]$`)
	percentWords = pattern(`(?:percent|percents|percentage|percentages)`)
	shareWords   = pattern(`(?:by|for) (?:the |number of )?(?:nights?|days?|bedrooms?|rooms?|shares?|parts?|headcount|heads|slices|hours?|weeks?|seats|weight|people)|(?:N\d+|one|a|single|double|equal) (?:shares?|parts?|portions?)|counts? (?:as|for)|a share|shares for`)
	oneEach      = regexp.MustCompile(`\b(?:one|single)\b`)
	bareList     = regexp.MustCompile(`N\d+(?: (?:, |and |/ )*N\d+)+`)
	moreTimes    = pattern(`<P> (?:<W>{0,4}?)(double|twice|triple|thrice|half as much|half of what|half a share|half share|a half share|half a portion|half portion|half price|a quarter of what|quarter of what|a third of what|third of what|<N> times)`)
	timesFor     = pattern(`(double|twice|triple|half a share|half share) (?:share |portion |as much )?for <P>`)
	barelyHalf   = pattern(`<P> (?:<W>{0,2}?)(?:pays?|owes?|does|takes?|covers?|do) (?:only )?half`)
)

var factors = map[string]*big.Rat{
	"double": big.NewRat(2, 1), "twice": big.NewRat(2, 1), "triple": big.NewRat(3, 1), "thrice": big.NewRat(3, 1),
	"half": big.NewRat(1, 2), "a half": big.NewRat(1, 2), "a quarter": big.NewRat(1, 4), "quarter": big.NewRat(1, 4),
	"a third": big.NewRat(1, 3), "third": big.NewRat(1, 3),
}

// partsOfAWhole finds percentages, proportions and weights.
func (r *reader) partsOfAWhole() {
	r.ratios()
	r.f.percent = r.f.percent || percentWords.MatchString(r.f.text)
	r.percentages()
	if len(r.f.parts) > 0 {
		r.f.percent = true
	}
	if r.f.percent {
		return
	}
	r.each(moreTimes, func(m []string) bool { return r.weigh(m[1], m[2]) })
	r.each(timesFor, func(m []string) bool { return r.weigh(m[2], m[1]) })
	if shareWords.MatchString(r.f.text) {
		r.weights()
	}
	if m := barelyHalf.FindStringSubmatch(r.f.text); m != nil && len(r.f.weights) == 0 && !r.f.equal {
		r.f.parts[refOfPerson(m[1])] = 5000
		r.f.percent = true
	}
}

func (r *reader) weigh(person, times string) bool {
	factor, ok := (*big.Rat)(nil), false
	for name, known := range factors {
		if strings.HasPrefix(times, name) && (factor == nil || len(name) > 4) {
			factor, ok = known, true
		}
	}
	if m := figures.FindString(times); m != "" {
		factor, ok = new(big.Rat).SetInt64(r.count(m)), r.count(m) > 0
	}
	if !ok {
		return false
	}
	r.f.weights[refOfPerson(person)] = factor
	return true
}

// ratios takes proportions: 60/40 is a hundred, 2:1:1 are shares. 50/50 is what equal means.
func (r *reader) ratios() {
	for _, values := range r.s.ratios {
		var all int64
		same := true
		for _, value := range values {
			all += value
			same = same && value == values[0]
		}
		const nearly = 15 // what still looks like percentages that were meant to make a hundred
		switch {
		case same && all == 100:
			r.f.equal = true
			r.f.ways = max(r.f.ways, int64(len(values)))
		default:
			r.f.ratio = values
			r.f.percent = all >= 100-nearly && all <= 100+nearly
		}
	}
}

// clauses are the pieces of the sentence between marks and the words that join.
func (r *reader) clauses() []string {
	var list []string
	rest := " " + r.f.text + " "
	for {
		loc := clauseEnds.FindStringIndex(rest)
		if loc == nil {
			return append(list, rest)
		}
		list = append(list, rest[:loc[0]+1])
		rest = rest[loc[1]-1:]
	}
}

var (
	percentRef = regexp.MustCompile(`Q\d+`)
	numberRef  = regexp.MustCompile(`\bN\d+\b`)
	extraWords = regexp.MustCompile(`\b(?:tip|gratuity|tax|vat|service|fee|fees|discount|off|coupon)\b`)
)

// percentages gives each clause's percentage to its one person.
func (r *reader) percentages() {
	clauses := r.clauses()
	for _, clause := range clauses {
		people, refs := peopleOf(clause), percentRef.FindAllString(clause, -1)
		if len(people) == 1 && len(refs) == 1 && !extraWords.MatchString(clause) {
			r.f.parts[people[0]] = r.s.percents[refOf(refs[0])]
			r.f.text = strings.Replace(r.f.text, refs[0], strings.ToLower(refs[0]), 1)
		}
	}
	if len(r.f.parts) == 0 && !r.f.percent {
		return
	}
	for _, clause := range clauses {
		people, refs := peopleOf(clause), numberRef.FindAllString(clause, -1)
		if len(people) != 1 || len(refs) != 1 || r.count(refs[0]) == 0 {
			continue
		}
		if _, ok := r.f.parts[people[0]]; !ok {
			r.f.parts[people[0]] = r.count(refs[0]) * 100
			r.take(refs[0])
		}
	}
	if m := bareList.FindString(r.f.text); m != "" && len(r.f.parts) == 0 {
		r.f.ratio = nil
		for _, ref := range numberRef.FindAllString(m, -1) {
			r.f.ratio = append(r.f.ratio, r.count(ref))
			r.take(ref)
		}
	}
	var loose []int64
	for _, ref := range percentRef.FindAllString(r.f.text, -1) {
		loose = append(loose, r.s.percents[refOf(ref)]/100)
	}
	if len(loose) > 1 && len(r.f.parts) == 0 && r.f.ratio == nil {
		r.f.ratio, r.f.percent = loose, true
	}
}

// take marks a figure as understood.
func (r *reader) take(ref string) {
	r.f.text = regexp.MustCompile(`\b`+ref+`\b`).ReplaceAllString(r.f.text, strings.ToLower(ref))
}

// weights gives each clause's number to its one person, where shares are spoken of.
func (r *reader) weights() {
	found := map[int]*big.Rat{}
	for _, clause := range r.clauses() {
		people, refs := peopleOf(clause), numberRef.FindAllString(clause, -1)
		if len(people) == 0 && speaker.MatchString(clause) {
			people = []int{asker}
		}
		if len(people) != 1 || len(refs) > 1 {
			continue
		}
		if len(refs) == 1 && r.count(refs[0]) > 0 {
			found[people[0]] = new(big.Rat).SetInt64(r.count(refs[0]))
			defer r.take(refs[0])
		} else if len(refs) == 0 && oneEach.MatchString(clause) {
			found[people[0]] = big.NewRat(1, 1)
		}
	}
	if len(found) == 0 || len(found) == 1 && len(r.f.weights) > 0 {
		return
	}
	for person, weight := range found {
		r.f.weights[person] = weight
	}
	r.f.shares = len(found) > 1
}

var (
	extraName   = `(tip|gratuity|tax|taxes|vat|service charge|service fee|service|delivery fee|delivery|fee|fees|shipping)`
	extraBehind = pattern(`((?:plus |add |adding |and |with |including |includes |include |incl |except |without |a |an |of |the |of which )*)(Q\d+|[AN]\d+) (?:is |was |in |for |of |the |sales |a )*` + extraName + `( included)?`)
	extraBefore = pattern(`((?:plus |add |adding |and |with |including |includes |incl |except |without |a |the )*)` + extraName + ` (?:of |is |was |were |: |at |fee |charge |came to )*(Q\d+|[AN]\d+)( included)?`)
	extraUnsaid = pattern(`(?:plus |add |and )?(tax|taxes|tip) and (?:a |an )?Q\d+ (?:tip|gratuity)`)
	taxWords    = pattern(`(?:with|including|incl|includes|plus) (?:the )?(?:tax|taxes|tip|tip and tax|tax and tip|service)`)
	offBehind   = pattern(`(Q\d+|[AN]\d+) (?:off|discount|coupon|voucher|credit)`)
	offBefore   = pattern(`(?:discount|coupon|voucher) (?:of |for |is |was |: )*(Q\d+|[AN]\d+)`)
)

// extras finds tip, tax, fees and discounts.
func (r *reader) extras() {
	if extraUnsaid.MatchString(r.f.text) {
		r.f.missing = append(r.f.missing, MissingExtras)
	}
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
	r.each(offBehind, func(m []string) bool { return add("", m[1], "", true) })
	r.each(offBefore, func(m []string) bool { return add("", m[1], "", true) })
}

var (
	paying      = `(?:paid|covered|fronted|bought|spent|booked|advanced|put in|put down|put|contributed|picked up|laid out|filled)`
	paidSum     = pattern(`<P> (?:have |has |had |already |just |also |who |all )*` + paying + ` (?:<W>{0,5}?)(?:: |, )?<A>(?: of it)?`)
	paidNothing = pattern(`<P> (?:has |have )?(?:paid|put in|spent) (?:nothing|zero)`)
	sumPaidBy   = pattern(`<A> (?:<W>{0,4}?)(?:paid|covered|bought|fronted) by <P>`)
	paidAll     = pattern(`<P> (?:have |has |had |already |just |also |who )*(?:paid|covered|fronted|footed|booked|bought|picked (?:it )?up|treated|got the (?:bill|check|tab))`)
	paidBy      = pattern(`(?:paid|covered|bought|fronted) by <P>`)
	onCard      = pattern(`on (P\d+) 's (?:[a-z]+ )?card`)
	putOn       = pattern(`<P> put (?:<W>{0,4}?)on`)
	oneWhoPaid  = pattern(`<P> (?:was|is|am) (?:the )?(?:one|person) (?:who|that) paid`)
	bothPaid    = pattern(`<P> and <P> (?:have |both |each )*(?:paid|covered|bought)`)
	paidFor     = pattern(`<P> (?:have |has |just )*(?:covered|spotted|treated|(?:paid|spent|put) [an]\d+ for|paid for|[an]\d+ for) <L>`)
	payerList   = pattern(`(?:payers|who paid|balances after|paid :|payments|payers :|spent :)`)
	andAnother  = regexp.MustCompile(`([an]\d+)(?: worth)?(?: (?:for|on) (?:[a-z]+ ){1,3}?)? ?(?:, and|,|and) (P\d+) (?:for )?([AN]\d+)`)
	backAgain   = regexp.MustCompile(`^ ?(?:P\d+|back|for P\d+)`)
)

// payments finds who paid what.
func (r *reader) payments() {
	r.debts()
	roles := map[string]bool{}
	pay := func(person, ref string) bool {
		if !r.isAmount(ref) {
			return false
		}
		sum := r.amount(ref)
		r.f.payers = append(r.f.payers, payment{person: refOfPerson(person), amount: &sum})
		roles[strings.ToLower(ref)] = true
		return true
	}
	if m := bothPaid.FindStringSubmatch(r.f.text); m != nil { // how much each, nobody says
		r.f.payers = []payment{{person: refOfPerson(m[1])}, {person: refOfPerson(m[2])}}
		return
	}
	r.each(paidSum, func(m []string) bool { return pay(m[1], m[2]) })
	r.each(sumPaidBy, func(m []string) bool { return pay(m[2], m[1]) })
	r.continued(roles, pay)
	if payerList.MatchString(r.f.text) {
		r.f.text = r.eachClause(func(person int, ref string) bool { return pay(personOf(person), ref) })
	}
	if m := paidFor.FindStringSubmatch(r.f.text); m != nil && !dividing.MatchString(r.f.text) && r.f.listed == nil {
		payer, list := refOfPerson(m[1]), peopleOf(m[2])
		if !slices.Contains(list, payer) { // for them, and for nobody else
			r.f.listed, r.f.exactList = list, true
			if len(r.f.payers) == 0 {
				r.f.payers = []payment{{person: payer}}
			}
		}
	}
	for _, m := range paidNothing.FindAllStringSubmatch(r.f.text, -1) {
		r.f.payers = append(r.f.payers, payment{person: refOfPerson(m[1]), amount: &money.Money{}})
	}
	for _, p := range []phrase{paidAll, paidBy, onCard, putOn, oneWhoPaid} {
		for _, m := range p.FindAllStringSubmatch(r.f.text, -1) {
			person := refOfPerson(m[1])
			known := slices.ContainsFunc(r.f.payers, func(p payment) bool { return p.person == person })
			if !known && !r.before(m[0], backAgain) {
				r.f.payers = append(r.f.payers, payment{person: person})
			}
		}
	}
}

var (
	owesSum = pattern(`<P> (?:still )?(?:owes|owe) <P> (?:<W>{0,2}?)<A>`)
	lentSum = pattern(`<P> lent <P> (?:<W>{0,2}?)<A>`)
)

// debts reads "Tom owes me 20": it was paid by one and is carried by the other alone.
func (r *reader) debts() {
	found := 0
	owe := func(debtor, creditor, ref string) bool {
		if !r.isAmount(ref) || refOfPerson(debtor) == refOfPerson(creditor) {
			return false
		}
		if found++; found > 1 { // a net of several debts is not a bill
			return false
		}
		sum := r.amount(ref)
		r.f.payers = []payment{{person: refOfPerson(creditor), amount: &sum}}
		r.f.listed, r.f.exactList = []int{refOfPerson(debtor)}, true
		return true
	}
	r.each(owesSum, func(m []string) bool { return owe(m[1], m[2], m[3]) })
	r.each(lentSum, func(m []string) bool { return owe(m[2], m[1], m[3]) })
}

func personOf(index int) string { return "P" + itoa(index) }

// continued reads "Ana paid 90 and Luis 30" on: roles are the figures of the first part.
func (r *reader) continued(roles map[string]bool, do func(person, ref string) bool) {
	for {
		m := andAnother.FindStringSubmatchIndex(r.f.text)
		if m == nil {
			return
		}
		part := func(group int) string { return r.f.text[m[2*group]:m[2*group+1]] }
		ref := part(3)
		if !roles[part(1)] || !do(part(2), ref) {
			return
		}
		r.take(ref)
	}
}

// eachClause calls do for every clause with one person and one sum, and returns the text with what do took.
func (r *reader) eachClause(do func(person int, ref string) bool) string {
	text := r.f.text
	for _, clause := range r.clauses() {
		people, refs := peopleOf(clause), sumRef.FindAllString(clause, -1)
		if len(people) == 1 && len(refs) == 1 && r.isAmount(refs[0]) && do(people[0], refs[0]) {
			text = regexp.MustCompile(`\b`+refs[0]+`\b`).ReplaceAllString(text, strings.ToLower(refs[0]))
		}
	}
	return text
}

var sumRef = regexp.MustCompile(`\b[AN]\d+\b`)

var (
	owingSum  = pattern(`<L> (?:should |will |would |to |needs to |can |must |only |just |each )*(?:pays?|owes?|covers?|takes?|does|do|chips? in|contributes?|puts? in|paying) (?:exactly |only |just |in |for )*<A>(?: exactly)?(?: of (?:it|that|the (?:bill|total)))?`)
	hadMany   = pattern(`<L> (?:<W>{0,4}?)(?:had|ordered|ate|drank|got|took) (?:<W>{0,2}?)<N> (?:<W>{1,3}?)(at|for|of) <A>( each| apiece)?`)
	hadSum    = pattern(`<L> ((?:<W>{0,4}?))(?:had|ordered|ate|drank|got|took|has) (?:<W>{0,6}?)(?:\( )?(?:at |for |worth )*<A>( worth| of (?:that|it))?`)
	hadWorth  = pattern(`<L> (?:<W>{0,3}?)<A> worth`)
	takesRest = pattern(`<L> (?:<W>{0,2}?)(?:(?:pays?|takes?|covers?|gets?|owes?|handles?|do|does|have|had|ordered|got) )?(?:for )?(?:the )?(?:rest|remainder|remaining(?: part)?|what is left|everything else|the balance)( of us)?`)
	restIs    = pattern(`(?:rest|remainder|everything else|what is left) (?:of (?:it|that|the bill|the total|[an]\d+|[AN]\d+) )?(?:is |are |goes to |on |to |for |by |the )*<P>(?: pays?)?`)
	restEven  = pattern(`(?:rest|remainder|remaining|everything else|what is left)(?: of (?:it|us|the bill|the total))?(?: [a-z]+){0,4}? (?:equal|equally|evenly|split|shared|even|sharing|share)`)
	splitRest = pattern(`(?:split|divide|share|shares|shared) (?:the |what is |everything )*(?:rest|remainder|remaining|left|else)`)
	theOthers = pattern(`(?:rest of us|the others|other n\d+|other N\d+|everyone else|(?:between|among) the rest|between the other|the rest of you)`)
	exactly   = pattern(`(?:exact|exactly|exact amounts|exact numbers|custom amounts|fixed)`)
)

// charges finds what people carry in sums, and who takes what is left.
func (r *reader) charges() {
	roles := map[string]bool{}
	only := false
	charge := func(list, ref string, times int64, fixed bool) bool {
		if !r.isAmount(ref) {
			return false
		}
		sum, err := r.amount(ref).Mul(times)
		if err != nil {
			return false
		}
		c := charge{people: subjects(list), amount: sum}
		if fixed {
			r.f.fixed = append(r.f.fixed, c)
		} else {
			r.f.had = append(r.f.had, c)
		}
		roles[strings.ToLower(ref)] = true
		return true
	}
	r.each(hadMany, func(m []string) bool {
		times := int64(1)
		if m[3] == "at" || m[5] != "" {
			times = max(1, r.count(m[2]))
		}
		return charge(m[1], m[4], times, strings.Contains(m[0], " only ") || strings.Contains(m[0], " just "))
	})
	r.each(owingSum, func(m []string) bool { return charge(m[1], m[2], 1, true) })
	r.each(hadWorth, func(m []string) bool { return charge(m[1], m[2], 1, true) })
	r.each(hadSum, func(m []string) bool {
		only = m[4] != "" || strings.Contains(m[0], " only ") || strings.Contains(m[0], " just ")
		return charge(m[1], m[3], 1, only)
	})
	r.continued(roles, func(person, ref string) bool { return charge(person, ref, 1, len(r.f.fixed) > 0) })
	for _, m := range takesRest.FindAllStringSubmatch(r.f.text, -1) {
		if m[2] == "" {
			r.f.rest = append(r.f.rest, subjects(m[1])...)
		}
	}
	for _, m := range restIs.FindAllStringSubmatch(r.f.text, -1) {
		r.f.rest = append(r.f.rest, peopleOf(m[1])...)
	}
	r.f.rest = unique(r.f.rest)
	r.f.others = theOthers.MatchString(r.f.text)
	r.f.shared = restEven.MatchString(r.f.text) || splitRest.MatchString(r.f.text) || r.f.others
	if exactly.MatchString(r.f.text) || len(r.f.payers) == 0 && len(r.f.fixed) == 0 && len(r.f.had) == 0 {
		r.listed()
	}
}

// listed reads "grace 31.10, ben 27, me 41.90": people with a sum each, three of them or two with more said.
func (r *reader) listed() {
	var found []charge
	text := r.eachClause(func(person int, ref string) bool {
		found = append(found, charge{people: []int{person}, amount: r.amount(ref)})
		return true
	})
	seen := map[int]bool{}
	for _, c := range found {
		seen[c.people[0]] = true
	}
	if len(seen) == len(found) && (len(found) > 1 || exactly.MatchString(r.f.text) && len(found) == 1) {
		r.f.fixed, r.f.text = append(r.f.fixed, found...), text
	}
}

var (
	totalBefore = pattern(`(?:total|subtotal|altogether|grand total|in all|comes to|came to|sum)(?: <W>{0,4}?)(?:: |, )?(?:of |is |was |are )*<A>`)
	totalShort  = pattern(`(?:total|subtotal|sum) (?:: |, )?<A>`)
	totalBehind = pattern(`<A> (?:<W>{0,1}?)(?:total|in total|altogether|together|all in|all together)`)
	beforeTax   = pattern(`<A> (?:before|without|excluding|plus) (?:the )?(?:tax|taxes|tip)`)
	ofThe       = pattern(`of (?:the |a |that |my |our |P\d+ 's )?<A>`)
	billOf      = pattern(`(?:bill|check|tab|receipt|invoice|rent|dinner|lunch|order) (?:<W>{0,4}?)<A>`)
	eachSum     = pattern(`<A> (?:each|per person|per head|a head|apiece|a person)`)
	sums        = regexp.MustCompile(`[AN]\d+ (?:[a-z]+ ){0,3}(?:plus|\+|and another) (?:[a-z]+ ){0,4}[AN]\d+`)
	corrected   = pattern(`(?:in|make it|it was in|i mean) (pounds|euros|dollars|yen|pesos|quid)`)
)

// totals finds what is to be divided among the sums nothing else took.
func (r *reader) totals() {
	r.f.summed = sums.MatchString(r.f.text) || bothSums.MatchString(r.f.text)
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
	r.each(eachSum, func(m []string) bool {
		if r.f.total != nil || !r.isAmount(m[1]) {
			return false
		}
		sum := r.amount(m[1])
		r.f.perHead = &sum
		return true
	})
	for _, ref := range sumRef.FindAllString(r.f.text, -1) {
		if r.isAmount(ref) {
			r.f.leftover = append(r.f.leftover, r.amount(ref))
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
