package split

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// facts are what one message says about a bill, before anybody asks whether it is enough.
type facts struct {
	text string // the sentence in marks and plain words; figures that were understood are written small

	listed    []int // the people it is said to be divided between, in order
	withAsker bool  // they were named as those besides the asker
	exactList bool  // nobody else is in, not even who paid
	bare      []int // people, and the message says nothing else
	mentioned []int // everybody, in order
	everyone  bool
	we        bool // the speaker means themselves too
	excluded  []int
	added     []int // said to come in as well

	ways  int64 // "4 ways", "by 6": how many parts
	heads int64 // "we are 5": how many people there are
	plus  int64 // "with 3 friends": how many besides the asker
	exact bool  // ways does not count those who are left out

	payers   []payment
	total    *money.Money
	subtotal bool // the total is before tip and tax
	taxed    bool // tip or tax is said to be in it
	weak     bool // the total is one of the sums, and others may belong to it
	refund   bool // it came back
	leftover []money.Money
	summed   bool // what is left over is to be added up
	perHead  *money.Money
	extras   []extra

	weights map[int]*big.Rat
	parts   map[int]*big.Rat // basis points; a third is no whole number of them
	gaps    []gap            // who pays how much more than whom
	ratio   []int64
	fixed   []charge // what people pay, and nothing else of it
	had     []charge // what they had, besides the rest
	rest    []int    // who takes what is left
	shared  bool     // what is left is divided
	others  bool     // among those without a part of their own

	compared []int // two whose weights were set against each other: "Ana pays double what Luis pays"

	asides  []aside
	lines   []Item // what each sum was for, where all are named so
	claims  []itemClaim
	restAll bool // everything else is everybody's
	byItems bool
	percent bool // parts are percentages
	shares  bool
	equal   bool

	priced int // how many sums are a number of things times a price each

	self     int    // whom the asker says to be, by index; 0 where nothing is said
	selfName string // what the asker is called then

	asks     Ask
	owing    Owing
	between  bool // only what is between the asker and those named
	debt     bool // it tells of a debt
	inquires bool // it asks whether there is one
	receipt  bool
	splits   bool // it says in so many words that something is to be divided
	fewest   bool
	moved    *payment // for AskRecord
	movedTo  int
	about    []int
	missing  []Missing
}

type payment struct {
	person int
	amount *money.Money // nil: everything
}

type charge struct {
	people []int
	amount money.Money
}

// gap says that somebody pays more than another (-1: than each other one), or less where the amount is below zero.
type gap struct {
	person, than int
	amount       money.Money
}

// extra is tip, tax, a fee or a discount (below zero); either figure.
type extra struct {
	amount   *money.Money
	bps      *big.Rat
	included bool
	off      bool
}

// itemClaim says that people had something, in words.
type itemClaim struct {
	people   []int
	everyone bool
	words    []string
}

// The pieces patterns are made of. People are written P0, amounts A1, small whole numbers N1, percentages Q2 and
// proportions R0; everything else is words in lower case and marks.
const (
	aPerson = `P\d+(?: 's)?`
	aList   = `P\d+(?: 's (?:family|crew))?(?:(?: ,)?(?: and| or| nor)?(?: for| the| with| only| just)? P\d+(?: 's (?:family|crew))?)*(?: 's)?`
	anSum   = `[AN]\d+`
	few     = `(?:[a-z]+ )` // with {0,3}? behind
)

// written is the sentence in marks and plain words.
func (s *sentence) written() string {
	var b strings.Builder
	for _, t := range s.tokens {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		switch t.kind {
		case word, mark:
			b.WriteString(t.text)
		case amount:
			b.WriteString("A" + strconv.Itoa(t.index))
		case number:
			b.WriteString("N" + strconv.Itoa(t.index))
		case percent:
			b.WriteString("Q" + strconv.Itoa(t.index))
		case ratio:
			b.WriteString("R" + strconv.Itoa(t.index))
		case somebody:
			b.WriteString("P" + strconv.Itoa(t.index))
		}
		if t.owner {
			b.WriteString(" 's")
		}
	}
	return b.String()
}

// colon stands between people and their figures in a list: "Ben: $12, Ana: $15".
var colon = regexp.MustCompile(`(P\d+) : ([ANQ]\d+)`)

// reader takes facts out of a sentence.
type reader struct {
	s *sentence
	f *facts
}

// each calls do for every match that do accepts; figures of accepted matches are not looked at again.
func (r *reader) each(p phrase, do func(m []string) bool) {
	at := 0
	for at < len(r.f.text) {
		loc := p.FindStringSubmatchIndex(r.f.text[at:])
		if loc == nil {
			return
		}
		m := make([]string, len(loc)/2)
		for i := range m {
			if loc[2*i] >= 0 {
				m[i] = strings.TrimSpace(r.f.text[at+loc[2*i] : at+loc[2*i+1]])
			}
		}
		begin, end := at+loc[0], at+loc[1]
		if do(m) {
			r.f.text = r.f.text[:begin] + figures.ReplaceAllStringFunc(r.f.text[begin:end], strings.ToLower) + r.f.text[end:]
		}
		at = max(end-1, begin+1)
	}
}

var (
	figures   = regexp.MustCompile(`\b[ANQR]\d+\b`)
	personRef = regexp.MustCompile(`P(\d+)`)
)

func refOf(text string) int {
	index, _ := strconv.Atoi(strings.TrimLeft(strings.ToUpper(text), "ANPQR"))
	return index
}

func (r *reader) amount(ref string) money.Money {
	i := refOf(ref)
	if r.s.amounts[i].Currency == "" { // a number written out, where an amount is meant: "lunch was ten"
		return money.Money{}
	}
	return r.s.amounts[i]
}

func (r *reader) isAmount(ref string) bool { return r.s.amounts[refOf(ref)].Currency != "" }

func (r *reader) count(ref string) int64 { return r.s.counts[refOf(ref)] }

func peopleOf(list string) []int {
	var people []int
	for _, m := range personRef.FindAllStringSubmatch(list, -1) {
		index, _ := strconv.Atoi(m[1])
		if !slices.Contains(people, index) {
			people = append(people, index)
		}
	}
	return people
}

// subjects are the people of a list that does something. "For Sam, I take the rest" is no list of two.
func subjects(list string) []int {
	list = lastOf(list)
	people := peopleOf(list)
	if strings.Contains(list, " ,") && !strings.Contains(list, " and ") {
		return people[len(people)-1:]
	}
	return people
}

var listEnd = regexp.MustCompile(` and (?:for |the |with |only |just )?P\d+(?: 's)? , P\d`)

// firstOf and lastOf cut a list where another sentence begins: "between Tom and me, Lena had nothing".
func firstOf(list string) string {
	if loc := listEnd.FindStringIndex(list); loc != nil {
		return list[:loc[1]-len(" , Pn")]
	}
	return list
}

func lastOf(list string) string {
	for loc := listEnd.FindStringIndex(list); loc != nil; loc = listEnd.FindStringIndex(list) {
		list = list[loc[1]-len("Pn"):]
	}
	return list
}

// read takes the facts out of a sentence. What is looked for first takes its figures away from what comes later.
func (s *sentence) read(self int) facts {
	r := reader{s: s, f: &facts{text: s.written(), weights: map[int]*big.Rat{}, parts: map[int]*big.Rat{}}}
	r.f.text = colon.ReplaceAllString(r.f.text, "$1 $2")
	r.self(self)
	r.f.mentioned = peopleOf(r.f.text)
	r.counts()
	r.pricesEach()
	r.asides()
	r.people()
	r.ask()
	r.gaps()
	r.partsOfAWhole()
	r.treats()
	r.stays()
	r.incomes()
	r.extras()
	r.payments()
	r.charges()
	r.itemClaims()
	r.totals()
	r.refunds()
	return *r.f
}
