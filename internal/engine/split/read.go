package split

import (
	"maps"
	"math/big"
	"regexp"
	"slices"
)

// Read says what a message means. It never guesses: what can be understood in two ways, or is missing, comes back as a
// Question. The same message always reads the same.
func Read(message Message) Reading {
	people := []Person{message.Asker}
	var bill *facts
	for _, text := range message.History {
		var f facts
		f, people, _ = readOne(text, message, people)
		switch {
		case bill != nil && f.adjusts():
			merged := bill.with(f)
			bill = &merged
		case f.isBill():
			bill = &f
		}
	}
	f, people, s := readOne(message.Text, message, people)
	if bill != nil && f.adjusts() {
		f = bill.with(f)
	}
	r := resolver{message: message, f: f, people: people, s: s}
	return r.resolve()
}

// readOne takes one text apart. People whom earlier texts named are known by then.
func readOne(text string, message Message, people []Person) (facts, []Person, sentence) {
	s := lex(text, message.Currency)
	known := message.Group
	s.findPeople(known, message.Asker, people)
	f := s.read()
	return f, s.people, s
}

// isBill reports whether a message says enough to be changed by later ones: a sum, and that it is divided.
func (f facts) isBill() bool {
	return f.hasMoney() && (f.splits || f.listed != nil || f.ways > 0 || f.heads > 0 || f.plus > 0 || len(f.weights) > 0 || len(f.parts) > 0 ||
		f.ratio != nil || f.everyone || len(f.payers) > 0 || len(f.fixed) > 0)
}

func (f facts) hasMoney() bool {
	return f.total != nil || len(f.leftover) > 0 || f.perHead != nil || f.paidSums() || len(f.fixed) > 1 || f.receipt
}

func (f facts) paidSums() bool {
	return slices.ContainsFunc(f.payers, func(p payment) bool { return p.amount != nil && !p.amount.IsZero() })
}

var (
	withoutExtras = pattern(`(?:without|no|not|drop|skip|remove) (?:the |a )?(?:tip|gratuity|tax)`)
	refersBack    = pattern(`(?:it|that|this|them|instead|actually|rather|again|redo|now|same)`)
	instead       = pattern(`(?:instead|actually|rather|sorry|wait|now|better|mejor|redo|what if|make it|also|too|btw)`)
	currencies    = regexp.MustCompile(`\b(?:in|en|i mean) (?:the )?(pounds|euros|dollars|yen|pesos|quid|dolares|libras)\b`)
)

var spokenCurrencies = map[string]string{
	"pounds": "GBP", "quid": "GBP", "libras": "GBP", "euros": "EUR", "dollars": "USD", "dolares": "USD", "yen": "JPY", "pesos": "MXN",
}

// adjusts reports whether a message changes an earlier bill rather than telling of a new one.
func (f facts) adjusts() bool {
	sum := f.total != nil || len(f.leftover) > 0 || f.perHead != nil || f.paidSums()
	who := f.listed != nil || f.ways > 0 || f.heads > 0 || f.everyone
	switch {
	case sum && (f.splits || who), f.splits && who && !refersBack.MatchString(f.text):
		return false
	case sum:
		return instead.MatchString(f.text) || f.total != nil && !f.receipt
	default:
		return who || f.equal || f.ratio != nil || f.moved != nil && f.asks != AskMarkPaid ||
			len(f.excluded)+len(f.added)+len(f.payers)+len(f.extras)+len(f.weights)+len(f.parts)+len(f.fixed)+len(f.had) > 0 ||
			withoutExtras.MatchString(f.text) || currencies.MatchString(f.text)
	}
}

// with is the bill as a later message changes it.
func (f facts) with(later facts) facts {
	merged := f.withPeople(later)
	if later.total != nil || len(later.leftover) > 0 {
		merged.total, merged.leftover, merged.summed, merged.subtotal = later.total, later.leftover, later.summed, later.subtotal
		if len(merged.payers) == 1 {
			merged.payers = []payment{{person: merged.payers[0].person}}
		}
	}
	if m := currencies.FindStringSubmatch(later.text); m != nil {
		merged = merged.inCurrency(spokenCurrencies[m[1]])
	}
	if len(later.payers) > 0 {
		merged.payers = later.payers
	}
	if withoutExtras.MatchString(later.text) {
		merged.extras = nil
	}
	merged.extras = slices.Concat(merged.extras, later.extras)
	merged = merged.withParts(later)
	merged.claims = slices.Concat(f.claims, later.claims)
	merged.restAll, merged.byItems = f.restAll || later.restAll, f.byItems || later.byItems
	merged.moved, merged.movedTo = later.moved, later.movedTo
	merged.missing = slices.Concat(f.missing, later.missing)
	merged.splits, merged.asks, merged.text = true, "", later.text
	return merged
}

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
		merged.fixed, merged.had, merged.equal = nil, nil, false
	case len(later.weights) > 0:
		merged.weights = map[int]*big.Rat{}
		maps.Copy(merged.weights, f.weights)
		maps.Copy(merged.weights, later.weights)
		merged.ratio, merged.parts, merged.percent = nil, map[int]int64{}, false
	case later.equal:
		merged.ratio, merged.parts, merged.percent, merged.weights = nil, map[int]int64{}, false, map[int]*big.Rat{}
		merged.fixed, merged.had = nil, nil
	}
	merged.fixed = slices.Concat(merged.fixed, later.fixed)
	merged.had = slices.Concat(merged.had, later.had)
	merged.rest = unique(slices.Concat(merged.rest, later.rest))
	merged.shared, merged.others = f.shared || later.shared, f.others || later.others
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
	for _, list := range []*[]charge{&f.fixed, &f.had} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i].amount.Currency = currency
		}
	}
	return f
}
