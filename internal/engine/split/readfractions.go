package split

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

//nolint:lll // a pattern is read in one piece
var (
	partOfIt    = `(half|(?:a |the |one )(?:half|third|quarter|fourth|fifth|sixth)|N\d+ (?:thirds|quarters|fourths|fifths|sixths)|R\d+)`
	takesPart   = pattern(`<P> (?:(?:<W>{0,2}?)(pays?|owes?|does|do|takes?|covers?|gets?|has|have|carries|is|:|=) )?(?:only |just |exactly )*` + partOfIt)
	partFor     = pattern(partOfIt + ` (?:of (?:it|that|the (?:bill|total)) )?(?:for|to|goes to|is for) <P>`)
	owesPart    = pattern(`<P> (?:still )?(?:owes|owe) <P> (?:only |just |exactly )*` + partOfIt)
	otherThings = regexp.MustCompile(`^ ?(?:as |of what|what |share|portion|price|off|pounder|dozen|order|hours?|an? |each|(?:of )?(?:the )?(?:tip|tax)\b)`)
	partOfRest  = pattern(`(?:half|third|quarter|fourth|fifth|sixth|thirds|quarters|R\d+) of (?:the rest|the remainder|the remaining|what is left|what remains)`)
)

var denominators = map[string]int64{"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6}

// fractions finds "Ann pays half, Bob a third, Carol 1/6", in hundredths of a percent.
func (r *reader) fractions() map[int]*big.Rat {
	if partOfRest.MatchString(r.f.text) { // of what is left after whom?
		r.f.missing = append(r.f.missing, MissingParts)
	}
	found := map[int]*big.Rat{}
	halves := inHalf.MatchString(r.f.text) // half each is nobody's part
	several := len(takesPart.FindAllString(r.f.text, -1)) > 1
	take := func(m, person, part string, plain bool) bool {
		value := r.fraction(part)
		doubtful := strings.HasPrefix(part, "R") && !several && !plain // split it with Tom 1/3
		if value == nil || doubtful || halves && strings.HasSuffix(part, "half") || strings.HasSuffix(person, "'s") || r.before(m, otherThings) {
			return false
		}
		if strings.HasPrefix(part, "R") {
			r.s.ratios[refOf(part)] = nil
		}
		found[refOfPerson(person)] = value.Mul(value, big.NewRat(money.BpsPerWhole, 1))
		return true
	}
	r.each(owesPart, func(m []string) bool { return r.owePart(refOfPerson(m[1]), refOfPerson(m[2]), m[3], found) })
	r.each(takesPart, func(m []string) bool { return take(m[0], m[1], m[3], m[2] != "") })
	r.each(partFor, func(m []string) bool { return take(m[0], m[2], m[1], true) })
	return found
}

// owePart reads "Bob owes me half of the $90": I paid, and it is between the two of us. With a third it is not said who has
// the rest.
func (r *reader) owePart(debtor, creditor int, part string, found map[int]*big.Rat) bool {
	value := r.fraction(part)
	if value == nil || debtor == creditor {
		return false
	}
	if value.Cmp(big.NewRat(1, 2)) != 0 {
		r.f.missing = append(r.f.missing, MissingParts)
		return true
	}
	for _, person := range []int{debtor, creditor} {
		found[person] = big.NewRat(money.BpsPerWhole/2, 1)
	}
	r.f.payers = append(r.f.payers, payment{person: creditor})
	return true
}

// fraction is what "a third", "N2 thirds" or R1 stands for; nil where it is none.
func (r *reader) fraction(part string) *big.Rat {
	if strings.HasPrefix(part, "R") {
		const mostParts = 20
		values := r.s.ratios[refOf(part)]
		if len(values) != 2 || values[0] == 0 || values[0] >= values[1] || values[1] > mostParts {
			return nil
		}
		return big.NewRat(values[0], values[1])
	}
	words, times := strings.Fields(part), int64(1)
	if strings.HasPrefix(part, "N") {
		times = r.count(words[0])
	}
	of := denominators[strings.TrimSuffix(words[len(words)-1], "s")]
	if of == 0 || times < 1 || times > of {
		return nil
	}
	return big.NewRat(times, of)
}

//nolint:lll // a pattern is read in one piece
var (
	paysMore = pattern(`<P> (?:(?:should |will |would |to |needs to |can |must |only |just |each )*(?:pays?|owes?|covers?|takes?|does|do|chips? in|contributes?|puts? in|gets?|carries|paying|had|ate|drank|ordered|spent|paid)|(?:share|part|half) is) (?:<W>{0,1}?)<A> (?:worth )?(more|extra|less|fewer|except)(?: than (?:(?:what |the )?<P>|((?:the |each |of |all )*(?:others?|rest|everyone else|everyone|anyone else|us))))?`)
	someMore = pattern(`<Q> (?:more|less|fewer|except|extra)`)
)

// gaps finds "Tom pays $10 more than me".
func (r *reader) gaps() {
	r.each(paysMore, func(m []string) bool {
		if !r.isAmount(m[2]) {
			return false
		}
		g := gap{person: refOfPerson(m[1]), than: -1, amount: r.amount(m[2])}
		if m[3] != "more" && m[3] != "extra" {
			g.amount.Amount = -g.amount.Amount
		}
		if m[4] != "" {
			g.than = refOfPerson(m[4])
		}
		r.f.gaps = append(r.f.gaps, g)
		return g.person != g.than
	})
	if someMore.MatchString(r.f.text) { // of whose part?
		r.f.missing = append(r.f.missing, MissingParts)
	}
}
