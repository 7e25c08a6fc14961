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
	mentioned []int // everybody, in order
	everyone  bool
	we        bool // the speaker means themselves too
	excluded  []int
	added     []int // said to come in as well

	ways  int64 // "4 ways", "by 6": how many parts
	heads int64 // "we are 5": how many people there are
	plus  int64 // "with 3 friends": how many besides the asker
	exact bool  // ways does not count those who are left out

	payers []payment
	handed []Transfer

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
	parts   map[int]int64 // basis points
	ratio   []int64
	fixed   []charge // what people pay, and nothing else of it
	had     []charge // what they had, besides the rest
	rest    []int    // who takes what is left
	shared  bool     // what is left is divided
	others  bool     // among those without a part of their own

	claims  []itemClaim
	restAll bool // everything else is everybody's
	byItems bool
	percent bool // parts are percentages
	shares  bool
	equal   bool

	asks    Ask
	receipt bool
	splits  bool // it says in so many words that something is to be divided
	fewest  bool
	moved   *payment // for AskRecord
	movedTo int
	about   []int
	missing []Missing
}

type payment struct {
	person int
	amount *money.Money // nil: everything
}

type charge struct {
	people []int
	amount money.Money
}

// extra is tip, tax, a fee or a discount (below zero); either figure.
type extra struct {
	amount   *money.Money
	bps      int64
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
	people := peopleOf(list)
	if strings.Contains(list, " ,") && !strings.Contains(list, " and ") {
		return people[len(people)-1:]
	}
	return people
}

// read takes the facts out of a sentence. What is looked for first takes its figures away from what comes later.
func (s *sentence) read() facts {
	r := reader{s: s, f: &facts{text: s.written(), weights: map[int]*big.Rat{}, parts: map[int]int64{}}}
	r.self()
	r.f.mentioned = peopleOf(r.f.text)
	r.counts()
	r.people()
	r.ask()
	r.partsOfAWhole()
	r.extras()
	r.payments()
	r.charges()
	r.itemClaims()
	r.totals()
	r.refunds()
	return *r.f
}

var selfNamed = pattern(`P0 am P\d+`)

// self makes the asker of the person they say they are.
func (r *reader) self() {
	m := selfNamed.FindString(r.f.text)
	if m == "" {
		return
	}
	refs := personRef.FindAllString(m, -1)
	name := refs[1]
	r.s.people[asker].Name = r.s.people[refOf(name)].Name
	r.f.text = regexp.MustCompile(name+`\b`).ReplaceAllString(strings.Replace(r.f.text, m, "", 1), "P0")
}

var (
	countedHeads = pattern(`(?:we are|we were|us are|there (?:are|were|is|was|will be)|party of|group of|count is|makes us|make it|by all|from all|between all|among all|be|that) (?:now |just |only |all |still )?<N>(?: (?:of us|people|ppl|now|adults|friends|in total))?`)
	countedOfUs  = pattern(`<N> (?:other |more )?(?:of us|of you|people|persons|heads|guests|ways?|roommates|flatmates|housemates|cousins|families|parents|siblings|adults|folks|guys|colleagues|coworkers|mates|kids|girls|friends|parts|others?|equal (?:parts|shares))`)
	countedBy    = pattern(`(?:by|into|between|among|with|for|/|÷) (?:just |only |all |the |us |other )*<N>(?: (?:other |more )?(?:people|friends|of us|ways|parts|equal|others))?`)
	countedEach  = pattern(`each (?:one |a |of )*the <N>`)
	countedOther = pattern(`(?:with|and) <N> (?:other|others|friends|more|people|roommates|flatmates|colleagues|coworkers|cousins)`)
	inHalf       = pattern(`(?:in half|halves|half each|half and half|half half|fifty fifty|both of us|us both|go halves)`)
	inThirds     = pattern(`in(?:to)? (thirds|quarters|fifths)`)
	notACount    = regexp.MustCompile(`^ (?:percent|dollars|nights|days|beers|drinks|shares|pieces|slices|tickets|bottles|rooms|bedrooms|months|weeks|hours|times)\b`)
)

// counts finds how many people share.
func (r *reader) counts() {
	r.each(countedOther, func(m []string) bool {
		r.f.plus = r.count(m[1])
		return r.f.plus > 0
	})
	r.each(countedEach, func(m []string) bool {
		r.f.heads = r.count(m[1])
		return r.f.heads > 0
	})
	r.each(countedHeads, func(m []string) bool {
		n := r.count(m[1])
		if n < 1 || r.before(m[0], notACount) {
			return false
		}
		r.f.heads = n
		return true
	})
	r.each(countedOfUs, func(m []string) bool {
		n := r.count(m[1])
		if n < 1 {
			return false
		}
		r.f.exact = r.f.exact || strings.Contains(m[0], "other")
		switch {
		case strings.Contains(m[0], "way"), strings.Contains(m[0], "part"), strings.Contains(m[0], "other"), strings.Contains(m[0], "shares"):
			r.f.ways = n
		default:
			r.f.heads = n
		}
		return true
	})
	r.each(countedBy, func(m []string) bool {
		n := r.count(m[1])
		if n < 1 || r.before(m[0], notACount) || r.f.ways > 0 {
			return false
		}
		if strings.HasPrefix(m[0], "with ") || strings.HasPrefix(m[0], "for ") && !strings.Contains(m[0], "us") && !strings.Contains(m[0], "people") {
			return false
		}
		r.f.ways = n
		r.f.exact = strings.Contains(m[0], "other") || strings.Contains(m[0], "us ")
		return true
	})
	if inHalf.MatchString(r.f.text) {
		r.f.equal = true
		if r.f.ways == 0 && r.f.heads == 0 {
			r.f.ways = 2
		}
	}
	if m := inThirds.FindStringSubmatch(r.f.text); m != nil {
		r.f.ways = map[string]int64{"thirds": 3, "quarters": 4, "fifths": 5}[m[1]]
	}
}

// before reports what follows a match.
func (r *reader) before(match string, next *regexp.Regexp) bool {
	_, rest, _ := strings.Cut(r.f.text, match)
	return next.MatchString(rest)
}

var (
	listedAmong = pattern(`(?:between|among|by) (?:just |only |the |both )*<L>`)
	listedWith  = pattern(`(?:with|me and|involving) (?:just |only |the )*<L>`)
	listedWe    = pattern(`we are <L>`)
	listedVerb  = pattern(`<L> (?:(?:all |both |each |will |can |should |want to |and )*(?:split|splitting|share|shared|sharing|went|had dinner|had lunch|go halves|have dinner|ate|are sharing|is sharing))`)
	restNext    = regexp.MustCompile(`^ ?(?:the |what is |whatever is )?(?:rest|remainder|remaining|left)`)
	listedFor   = pattern(`(?:for|of|just|only) <L>`)
	left        = `(?:except|excluding|exclude|without|minus|but not|not including|not|skip|skipping|leave out|leaving out|drop|remove|apart from|other than|all but|everyone but|all of us but|do not count|without counting)`
	leftOut     = pattern(left + ` (?:for |to |with )*<L>`)
	leftAway    = pattern(`(?:leave|leaving|take|keep|count|cut|left|taking) (?:to )?<L> (?:out|off)`)
	stayedAway  = pattern(`<L> (?:was|were|did|does|do|is|are|can|could|will|has|have|am) not (?:<W>{0,2}?)(?:drink|drinking|eat|eating|come|coming|there|go|going|join|joining|in|have|had|part|attend|pay|owe|share|participate|with us|here|drank|ate|part of|came|comer|beber|fue|be)`)
	spanishAway = pattern(`<L> not (?:came|fue|was|bebio|had|comio|viene|va|iba|drink|estaba|is)`)
	wentAway    = pattern(`<L> (?:skipped|bailed|sat out|is out|are out|opted out|is excluded)`)
	paysNothing = pattern(`<L> (?:pays?|owes?) (?:nothing|zero|not a thing)`)
	comesIn     = pattern(`(?:add|include|count|and|also|with) <L> (?:in|too|as well|also|enters|entra)|(?:also|add|include) (?:add |include |count )?<L>`)
	all         = pattern(`everyone|all of us|the group|whole group|us all|among us|between us|all together|the rest of us|every one of us|each of us|us equally|all the group`)
	speaker     = pattern(`we|us|our|ours`)
)

// people finds who shares the bill and who does not.
func (r *reader) people() {
	gone := func(list string) {
		for _, p := range peopleOf(list) {
			if !slices.Contains(r.f.excluded, p) {
				r.f.excluded = append(r.f.excluded, p)
			}
		}
	}
	for _, p := range []phrase{leftOut, leftAway, stayedAway, spanishAway, wentAway, paysNothing} {
		for _, m := range p.FindAllStringSubmatch(r.f.text, -1) {
			gone(m[1])
		}
	}
	for _, m := range comesIn.FindAllStringSubmatch(r.f.text, -1) {
		r.f.added = append(r.f.added, peopleOf(m[1]+" "+m[2])...)
	}
	for _, form := range []struct {
		pattern phrase
		least   int
		with    bool
		rest    bool // it may be said of the rest alone
	}{{listedWe, 2, false, false}, {listedAmong, 2, false, false}, {listedWith, 1, true, false}, {listedVerb, 2, false, true}, {listedFor, 2, false, false}} {
		for _, m := range form.pattern.FindAllStringSubmatch(r.f.text, -1) {
			list := slices.DeleteFunc(peopleOf(m[0]), func(p int) bool { return slices.Contains(r.f.excluded, p) })
			if form.rest && r.before(m[0], restNext) { // Carol and I split the rest
				r.f.rest = unique(append(r.f.rest, list...))
				continue
			}
			if strings.HasSuffix(strings.TrimSpace(m[1]), "'s") && form.with { // with Keiko's card
				continue
			}
			if len(list) >= form.least && r.f.listed == nil {
				r.f.listed, r.f.withAsker = list, form.with
			}
		}
	}
	if r.f.withAsker {
		r.f.listed = append(r.f.listed, asker)
		r.f.listed = unique(r.f.listed)
	}
	r.f.everyone = all.MatchString(r.f.text)
	r.f.we = speaker.MatchString(r.f.text)
}

func unique(list []int) []int {
	var result []int
	for _, entry := range list {
		if !slices.Contains(result, entry) {
			result = append(result, entry)
		}
	}
	return result
}
