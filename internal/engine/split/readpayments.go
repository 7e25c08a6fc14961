package split

import (
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

//nolint:lll // a pattern is read in one piece
var (
	paying      = `(?:paid|covered|fronted|bought|spent|booked|advanced|put in|put down|put|contributed|picked up|laid out|filled)`
	paidSum     = pattern(`<P> (?:have |has |had |already |just |also |who |all )*` + paying + ` (?:<W>{0,5}?)(?:: |, )?<A>(?: of it)?`)
	paidNothing = pattern(`<P> (?:has |have )?(?:paid|put in|spent) (?:nothing|zero)`)
	sumPaidBy   = pattern(`<A> (?:<W>{0,4}?)(?:paid|covered|bought|fronted) by <P>`)
	paidAll     = pattern(`<P> (?:have |has |had |already |just |also |who )*(?:paid|covered|fronted|footed|booked|bought|picked (?:it )?up|treated|got the (?:bill|check|tab))`)
	paidLast    = pattern(`(?:^|[,.;:]|and|it) paid (?:it |all |everything )*<P>(?: all| everything)?(?: [,.?;]|$)`) // pagó Luis
	paidBy      = pattern(`(?:paid|covered|bought|fronted) by <P>`)
	onCard      = pattern(`on (P\d+) 's (?:[a-z]+ )?card`)
	putOn       = pattern(`<P> put (?:<W>{0,4}?)on`)
	oneWhoPaid  = pattern(`<P> (?:was|is|am) (?:the )?(?:one|person) (?:who|that) paid`)
	bothPaid    = pattern(`<P> and <P> (?:have |both |each )*(?:paid|covered|bought)`)
	paidFor     = pattern(`<P> (?:have |has |just )*(?:covered|spotted|treated|(?:paid|spent|put) [an]\d+ for|paid for|[an]\d+ for) <L>`)
	payerList   = pattern(`(?:payers|who paid|balances after|paid :|payments|payers :|spent :)`)
	andAnother  = regexp.MustCompile(`([an]\d+)(?: worth)?(?: (?:for|on) (?:[a-z]+ ){1,3}?)? ?(?:, and|,|and) (P\d+) (?:for )?((?:the |a |an )(?:[a-z]+ ){1,3}?(?:for |at )?)?([AN]\d+)`)
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
	r.paidMore(pay)
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
	said := []phrase{paidAll, paidBy, onCard, putOn, oneWhoPaid}
	if r.s.spanish {
		said = append(said, paidLast)
	}
	for _, p := range said {
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
	moreOrLess = regexp.MustCompile(`^ ?(?:more|less|extra|fewer|except than)\b`)
	inquires   = regexp.MustCompile(`^(?:[a-z]+ )?(?:do|does|did) P\d+ `)
	owesSum    = pattern(`<P> (?:still )?(?:owes|owe) <P> (?:<W>{0,2}?)<A>`)
	lentSum    = pattern(`<P> lent <P> (?:<W>{0,2}?)<A>`)
)

// debts reads "Tom owes me 20": it was paid by one and is carried by the other alone.
func (r *reader) debts() {
	found := 0
	owe := func(m, debtor, creditor, ref string) bool {
		if !r.isAmount(ref) || refOfPerson(debtor) == refOfPerson(creditor) || len(r.f.parts) > 0 { // half of it is read already
			return false
		}
		if r.before(m, moreOrLess) { // than what?
			r.f.missing = append(r.f.missing, MissingParts)
			return true
		}
		if inquires.MatchString(r.f.text) { // do I owe Bob $15?
			r.f.inquires = true
			return true
		}
		if found++; found > 1 { // a net of several debts is not a bill
			return false
		}
		r.f.debt = true
		sum := r.amount(ref)
		r.f.payers = []payment{{person: refOfPerson(creditor), amount: &sum}}
		r.f.listed, r.f.exactList = []int{refOfPerson(debtor)}, true
		return true
	}
	r.each(owesSum, func(m []string) bool { return owe(m[0], m[1], m[2], m[3]) })
	r.each(lentSum, func(m []string) bool { return owe(m[0], m[2], m[1], m[3]) })
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
		ref := part(4)
		if !roles[part(1)] || !do(part(2), ref) {
			return
		}
		r.take(ref)
	}
}

// andMore is another sum that the same person paid: "I paid 75 for gas and 30 for tolls".
var andMore = regexp.MustCompile(`([an]\d+) (?:for|on) (?:the |some )?(?:[a-z]+ ){1,3}?(?:, )?and (?:another )?([AN]\d+) (?:for|on) `)

// paidMore reads the sums on that one person paid.
func (r *reader) paidMore(pay func(person, ref string) bool) {
	m := andMore.FindStringSubmatch(r.f.text)
	if m == nil || len(r.f.payers) != 1 || r.f.payers[0].amount == nil || *r.f.payers[0].amount != r.amount(m[1]) {
		return
	}
	if pay(personOf(r.f.payers[0].person), m[2]) {
		r.take(m[2])
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
