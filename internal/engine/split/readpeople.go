package split

import (
	"regexp"
	"slices"
	"strings"
)

var selfNamed = pattern(`P0 am P\d+`)

// self makes the asker of the person they say they are, or said to be before.
func (r *reader) self(before int) {
	if m := selfNamed.FindString(r.f.text); m != "" {
		before = refOfPerson(personRef.FindAllString(m, -1)[1])
		r.f.text = strings.Replace(r.f.text, m, "", 1)
		r.f.self, r.f.selfName = before, r.s.people[before].Name
	}
	if before == asker || !slices.Contains(peopleOf(r.f.text), before) && r.f.selfName == "" {
		return
	}
	r.f.text = regexp.MustCompile(personOf(before)+`\b`).ReplaceAllString(r.f.text, personOf(asker))
	r.f.selfName = r.s.people[before].Name
}

//nolint:lll // a pattern is read in one piece
var (
	countedHeads = pattern(`(?:we are|we were|us are|there (?:are|were|is|was|will be)|party of|group of|count is|makes us|make it|by all|from all|between all|among all|be|that) (?:now |just |only |all |still )?<N>(?: (?:of us|people|ppl|now|adults|friends|in total))?`)
	countedOfUs  = pattern(`<N> (?:other |more )?(?:of us|of you|people|persons|heads|guests|ways?|roommates|flatmates|housemates|cousins|families|parents|siblings|adults|folks|guys|colleagues|coworkers|mates|kids|girls|friends|parts|others?|equal (?:parts|shares))`)
	countedBy    = pattern(`(?:by|into|between|among|with|for|/|÷) (?:just |only |all |the |us |other )*<N>(?: (?:other |more )?(?:people|friends|of us|ways|parts|equal|others))?`)
	countedEach  = pattern(`each (?:one |a |of )*the <N>`)
	countedKids  = pattern(`<N> adults?(?: ,| and| plus)* <N> (?:kids?|children|child|teens?|babies)`)
	kidsPay      = pattern(`(?:kids?|children|child|teens?|babies) (?:<W>{0,2}?)(?:pay|pays|count|counts|eat|half|free|nothing)`)
	countedOther = pattern(`(?:with|and) <N> (?:other|others|friends|more|people|roommates|flatmates|colleagues|coworkers|cousins)`)
	inHalf       = pattern(`(?:in half|halves|half each|half and half|half half|fifty fifty|both of us|us both|go halves)`)
	inEqual      = pattern(`(?:equal|equally|evenly|even split|equal parts|equal shares)`)
	inThirds     = pattern(`in(?:to)? (thirds|quarters|fifths)`)
	notACount    = regexp.MustCompile(`^ (?:percent|dollars|nights|days|beers|drinks|shares|pieces|slices|tickets|bottles|rooms|bedrooms|months|weeks|hours|times)\b`)
)

// counts finds how many people share.
func (r *reader) counts() {
	if m := countedKids.FindStringSubmatch(r.f.text); m != nil {
		r.f.heads = r.count(m[1]) + r.count(m[2])
		if kidsPay.MatchString(r.f.text) {
			r.f.missing = append(r.f.missing, MissingParts)
		}
		r.take(m[1])
		r.take(m[2])
	}
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
		ofPeople := strings.Contains(m[0], "us") || strings.Contains(m[0], "people")
		if strings.HasPrefix(m[0], "with ") || strings.HasPrefix(m[0], "for ") && !ofPeople {
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
	r.f.equal = r.f.equal || inEqual.MatchString(r.f.text)
	if m := inThirds.FindStringSubmatch(r.f.text); m != nil {
		r.f.ways = map[string]int64{"thirds": 3, "quarters": 4, "fifths": 5}[m[1]]
	}
}

// before reports what follows a match.
func (r *reader) before(match string, next *regexp.Regexp) bool {
	_, rest, _ := strings.Cut(r.f.text, match)
	return next.MatchString(rest)
}

//nolint:lll // a pattern is read in one piece
var (
	listedAmong  = pattern(`(?:between|among|by) (?:just |only |the |both )*<L>`)
	listedWith   = pattern(`(?:with|me and|involving) (?:just |only |the )*<L>`)
	listedWe     = pattern(`we are <L>`)
	listedVerb   = pattern(`<L> (?:(?:all |both |each |will |can |should |want to |and )*(?:split|splitting|share|shared|sharing|went|had dinner|had lunch|go halves|have dinner|ate|are sharing|is sharing))`)
	restNext     = regexp.MustCompile(`^ ?(?:the |what is |whatever is )?(?:rest|remainder|remaining|left)`)
	listedFor    = pattern(`(?:for|of|just|only) <L>`)
	listedLast   = pattern(`, <L>(?: [.?])?$`) // I paid 45 for the taxi, Carol and me
	themToo      = pattern(`(?:between|among|with) them(?: ,| and)+ P\d+|counts? as one(?: person)?`)
	someoneOf    = pattern(`(?:one|someone|somebody|another)(?: of (?:us|them|the N\d+))?(?: friend| person)? (?:<W>{0,4}?)(?:pays?|paid|owes?|had|puts in|covers?|gives?) (?:only |just )*<A>`)
	bareList     = pattern(`^(?:it is |just |only )*<L>(?: [.?])?$`)
	left         = `(?:except|excluding|exclude|without|minus|but not|not including|not|skip|skipping|leave out|leaving out|drop|remove|apart from|other than|all but|everyone but|all of us but|do not count|without counting)`
	leftOut      = pattern(left + ` (?:for |to |with )*<L>`)
	leftAway     = pattern(`(?:leave|leaving|take|keep|count|cut|left|taking) (?:to )?<L> (?:out|off)`)
	stayedAway   = pattern(`<L> (?:was|were|did|does|do|is|are|can|could|will|has|have|am) not (?:<W>{0,2}?)(?:drink|drinking|eat|eating|come|coming|there|go|going|join|joining|in|have|had|part|attend|pay|owe|share|participate|with us|here|drank|ate|paying|sharing|staying|chipping in|contributing|included|part of|came|comer|beber|fue|be)`)
	spanishAway  = pattern(`<L> not (?:came|fue|was|bebio|had|comio|viene|va|iba|drink|estaba|is)`)
	wentAway     = pattern(`<L> (?:skipped|bailed|sat out|is out|are out|opted out|is excluded)`)
	paysNothing  = pattern(`<L> (?:only |just )?(?:pays?|owes?|had|ate|drank|ordered|got|took|have|has) (?:nothing|zero|none|not a thing|nada)`)
	butSomething = regexp.MustCompile(`^ ?(?:to|but|except|more|else|besides|apart|other|for)\b`) // nothing to drink, nothing but a salad
	comesIn      = pattern(`(?:add|include|count|and|also|with) <L> (?:in|too|as well|also|enters|entra)|(?:also|add|include) (?:add |include |count )?<L>`)
	all          = pattern(`everyone|all of us|the group|whole group|us all|among us|between us|all together|the rest of us|every one of us|each of us|us equally|all the group`)
	speaker      = pattern(`we|us|our|ours`)
)

// away finds who does not share the bill.
func (r *reader) away() {
	gone := func(list string) {
		for _, p := range peopleOf(list) {
			if !slices.Contains(r.f.excluded, p) {
				r.f.excluded = append(r.f.excluded, p)
			}
		}
	}
	for _, m := range leftOut.FindAllStringSubmatch(r.f.text, -1) {
		gone(firstOf(m[1]))
	}
	for _, p := range []phrase{leftAway, stayedAway, spanishAway, wentAway, paysNothing} {
		for _, m := range p.FindAllStringSubmatch(r.f.text, -1) {
			if p.Regexp == paysNothing.Regexp && r.before(m[0], butSomething) {
				r.f.missing = append(r.f.missing, MissingParts)
				continue
			}
			if p.Regexp != stayedAway.Regexp || !slices.ContainsFunc(peopleOf(lastOf(m[1])), r.f.sparedPart) {
				gone(lastOf(m[1]))
			}
		}
	}
}

// people finds who shares the bill and who does not.
func (r *reader) people() {
	r.away()
	for _, m := range comesIn.FindAllStringSubmatch(r.f.text, -1) {
		r.f.added = append(r.f.added, peopleOf(m[1]+" "+m[2])...)
	}
	for _, form := range []struct {
		pattern phrase
		least   int
		with    bool
		rest    bool // it may be said of the rest alone
	}{
		{listedWe, 2, false, false},
		{listedAmong, 2, false, false},
		{listedWith, 1, true, false},
		{listedVerb, 2, false, true},
		{listedFor, 2, false, false},
		{listedLast, 2, false, false},
	} {
		for _, m := range form.pattern.FindAllStringSubmatch(r.f.text, -1) {
			list := slices.DeleteFunc(peopleOf(m[0]), func(p int) bool { return slices.Contains(r.f.excluded, p) })
			if form.rest && r.before(m[0], restNext) { // Carol and I split the rest
				r.f.rest = unique(append(r.f.rest, list...))
				continue
			}
			if strings.HasSuffix(strings.TrimSpace(m[1]), "'s") && form.with { // with Keiko's card
				continue
			}
			if form.pattern.Regexp == listedLast.Regexp && !slices.Contains(list, asker) { // others may only be spoken to
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
	if m := bareList.FindStringSubmatch(r.f.text); m != nil {
		r.f.bare = peopleOf(m[1])
	}
	if someoneOf.MatchString(r.f.text) || themToo.MatchString(r.f.text) {
		r.f.missing = append(r.f.missing, MissingParts)
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
