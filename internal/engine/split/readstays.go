package split

import (
	"cmp"
	"math/big"
	"slices"
)

//nolint:lll // a pattern is read in one piece
var (
	spans    = `(?:nights?|days?|weeks?|months?)`
	stayed   = pattern(`<L> (?:is |are |was |were |only |just |all )*(?:stayed|stays|stay|staying|came|there|slept|present) (?:there |here |with us )?(?:for )?(?:only |just |all )*(?:the )?(?:(<N>|one|a)(?: of (?:the )?<N>)? ` + spans + `|all (?:of )?(?:the )?<N>)`)
	stayLong = pattern(`(?:for |of )(?:the )?<N> ` + spans)
	earns    = pattern(`<P> (?:only |just )?(?:earns?|makes?|brings? in) (?:<W>{0,2}?)<A>`)
	treating = pattern(`<P> (?:am |is |are |will |would |want to )*(?:cover|covers|covering|pay|pays|paying|pay for|paying for|treat|treating) (?:for )?(P\d+) 's (?:share|part|half|portion|bit)`)
	byIncome = pattern(`(?:by|to|on|per) (?:our |the |what we )?(?:income|incomes|salary|salaries|earnings|pay|wages|earn|make)`)
)

// stays weighs a bill for a stay by how long who stayed where that is said of some: "Ben only stayed one night". Who is not
// spoken of stayed for all of it, as long as it is said how long that was.
func (r *reader) stays() {
	nights, whole := map[int]int64{}, int64(0)
	r.each(stayed, func(m []string) bool {
		n := int64(1)
		if ref := cmp.Or(m[3], m[5]); ref != "" {
			n = r.count(ref)
		}
		if n < 1 {
			return false
		}
		if m[4] != "" { // one of the three nights
			whole = r.count(m[4])
		}
		for _, p := range subjects(m[1]) {
			nights[p] = n
		}
		return true
	})
	if len(nights) == 0 || len(r.f.weights) > 0 {
		return
	}
	if m := stayLong.FindStringSubmatch(r.f.text); m != nil && whole == 0 {
		whole = r.count(m[1])
		r.take(m[1])
	}
	for _, n := range nights {
		if n > whole && whole > 0 || whole == 0 && len(nights) < 2 {
			r.f.missing = append(r.f.missing, MissingNights)
			return
		}
	}
	for p, n := range nights {
		r.f.weights[p] = big.NewRat(n, max(1, whole))
	}
	r.f.shares = whole == 0
}

// treats gives the part of one to another who pays it: "I'm covering Ana's part".
func (r *reader) treats() {
	for _, m := range treating.FindAllStringSubmatch(r.f.text, -1) {
		payer, guest := refOfPerson(m[1]), refOfPerson(m[2])
		if payer == guest || len(r.f.weights) > 0 || len(r.f.parts) > 0 || r.f.ratio != nil || slices.Contains(r.f.excluded, guest) {
			continue
		}
		r.f.weights[payer] = big.NewRat(2, 1) //nolint:mnd // their own, and the guest's
		r.f.excluded = append(r.f.excluded, guest)
	}
}

// incomes weighs by what people earn, where it is to be divided by that.
func (r *reader) incomes() {
	if !byIncome.MatchString(r.f.text) {
		return
	}
	r.each(earns, func(m []string) bool {
		if !r.isAmount(m[2]) || r.amount(m[2]).Amount <= 0 {
			return false
		}
		r.f.weights[refOfPerson(m[1])] = new(big.Rat).SetInt64(r.amount(m[2]).Amount)
		r.f.shares = len(r.f.weights) > 1
		return true
	})
}
