package split

import (
	"strings"
)

//nolint:lll // a pattern is read in one piece
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
		if strings.Contains(m[0], " got back ") || strings.Contains(m[0], " got refunded ") { // that is no part of the bill
			return false
		}
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
