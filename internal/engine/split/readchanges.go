package split

import (
	"maps"
	"math/big"
	"slices"
)

// withPeople changes who shares the bill.
func (f facts) withPeople(later facts) facts {
	merged := f
	// "with Kofi paying double" names nobody new.
	known := later.withAsker && !slices.ContainsFunc(later.listed, func(p int) bool { return p != asker && !slices.Contains(f.mentioned, p) })
	if later.listed != nil && len(later.added) == 0 && !known {
		merged.listed, merged.withAsker, merged.exactList = later.listed, later.withAsker, later.exactList
		merged.ways, merged.heads, merged.plus = 0, 0, 0
	}
	if later.ways+later.heads+later.plus > 0 {
		merged.ways, merged.heads, merged.plus, merged.exact = later.ways, later.heads, later.plus, later.exact
	}
	merged.excluded = unique(slices.Concat(f.excluded, later.excluded))
	if len(later.excluded) > 0 && f.ways > 0 && later.ways == 0 { // four ways, and then one fewer
		merged.heads, merged.ways = f.ways, 0
	}
	merged.excluded = slices.DeleteFunc(merged.excluded, func(p int) bool { return slices.Contains(later.added, p) })
	merged.added = unique(slices.Concat(f.added, later.added))
	if len(later.added) > 0 && merged.ways+merged.heads > 0 && later.ways+later.heads == 0 {
		merged.ways, merged.heads = 0, 0
	}
	merged.mentioned = unique(slices.Concat(f.mentioned, later.mentioned))
	merged.we = f.we || later.we
	merged.everyone = f.everyone && later.listed == nil || later.everyone
	return merged
}

// withParts changes how it is divided.
func (f facts) withParts(later facts) facts {
	merged := f
	switch {
	case later.ratio != nil || len(later.parts) > 0:
		merged.ratio, merged.parts, merged.percent, merged.weights = later.ratio, later.parts, later.percent, map[int]*big.Rat{}
		merged.fixed, merged.had, merged.gaps, merged.equal = nil, nil, nil, false
	case len(later.gaps) > 0:
		merged.ratio, merged.parts, merged.percent, merged.weights = nil, map[int]*big.Rat{}, false, map[int]*big.Rat{}
		merged.fixed, merged.had, merged.gaps, merged.equal = nil, nil, later.gaps, false
	case len(later.weights) > 0:
		merged.weights = map[int]*big.Rat{}
		maps.Copy(merged.weights, f.weights)
		maps.Copy(merged.weights, later.weights)
		merged.ratio, merged.parts, merged.percent, merged.gaps = nil, map[int]*big.Rat{}, false, nil
		merged.compared = later.compared
	case later.equal:
		merged.ratio, merged.parts, merged.percent, merged.weights = nil, map[int]*big.Rat{}, false, map[int]*big.Rat{}
		merged.fixed, merged.had, merged.gaps = nil, nil, nil
	}
	merged.fixed = slices.Concat(merged.fixed, later.fixed)
	merged.had = slices.Concat(merged.had, later.had)
	merged.rest = unique(slices.Concat(merged.rest, later.rest))
	merged.shared, merged.others = f.shared || later.shared, f.others || later.others
	return merged
}

//nolint:lll // a pattern is read in one piece
var (
	onTop         = pattern(`(?:on top|not included|not in (?:it|the total)|not yet|extra|add (?:it|them)|added|come on top|comes on top|excluded|aparte)`)
	insideAlready = pattern(`(?:included|already in|in (?:the total|it|there)(?: already)?|already|incluid[oa]s?)`)
)

// asksOfExtras reports a bill of whose tip and tax all is said but whether the total has them already.
func (f facts) asksOfExtras() bool {
	unsaid := func(e extra) bool { return e.amount == nil && e.bps == nil }
	return slices.Contains(f.missing, MissingExtras) && len(f.extras) > 0 && !slices.ContainsFunc(f.extras, unsaid)
}

// withExtras is the bill once it is said whether tip and tax are in the total.
func (f facts) withExtras(later facts) facts {
	merged := f
	merged.missing = slices.DeleteFunc(slices.Clone(f.missing), func(m Missing) bool { return m == MissingExtras })
	merged.extras = slices.Clone(f.extras)
	for i := range merged.extras {
		merged.extras[i].included = !onTop.MatchString(later.text)
	}
	merged.text = later.text
	return merged
}

// inCurrency takes sums without a currency of their own for another.
func (f facts) inCurrency(currency string) facts {
	if f.total != nil {
		total := *f.total
		total.Currency = currency
		f.total = &total
	}
	f.leftover = slices.Clone(f.leftover)
	for i := range f.leftover {
		f.leftover[i].Currency = currency
	}
	f.payers = slices.Clone(f.payers)
	for i, p := range f.payers {
		if p.amount != nil {
			sum := *p.amount
			sum.Currency = currency
			f.payers[i].amount = &sum
		}
	}
	f.gaps = slices.Clone(f.gaps)
	for i := range f.gaps {
		f.gaps[i].amount.Currency = currency
	}
	for _, list := range []*[]charge{&f.fixed, &f.had} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i].amount.Currency = currency
		}
	}
	return f
}
