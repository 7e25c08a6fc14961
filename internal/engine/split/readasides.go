package split

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

//nolint:lll // a pattern is read in one piece
var (
	spared = pattern(`<L> (?:did|does|do|had|has|have|was|were|is|are|will|would) not (?:have|had|drink|drank|drinking|eat|ate|eating|order|ordered|touch|want|like|share|get|take|try) ?(?:any |of |the |that )*((?:[AN]\d+ )?)((?:[a-z]+ ?)?)`)
	// priced is what a thing costs: "the wine was 30", "wine 30".
	pricedBefore = `%s (?:, )?(?:that |which |it )?(?:was |were |is |are |for |cost |costs |came to |: |alone )*([AN]\d+)`
	pricedBehind = `([AN]\d+) (?:worth )?(?:of |for |on |in )*(?:the )?%s`
)

// drinking are the words for what somebody does without who does not drink.
const drinking = `(?:drinks|drink|wine|wines|beer|beers|alcohol|booze|cocktails?|liquor|sake|soju|whiske?y|vodka|gin|rum|tequila|` +
	`champagne|prosecco|margaritas?|sangria|cider|bar tab|pitchers?|mezcal)`

// aside is a part of the bill that some have nothing to do with.
type aside struct {
	people []int
	what   string
	sum    *money.Money // what it costs; nil where it is not said
}

// asides finds what people had nothing of and share the rest without: "Tom didn't have wine", where the wine has a price of
// its own. What has none is asked about.
func (r *reader) asides() {
	for _, m := range spared.FindAllStringSubmatch(r.f.text, -1) {
		what, drinks := strings.TrimSpace(m[3]), strings.Contains(m[0], "drink") || strings.Contains(m[0], "drank")
		named := what != "" && !idleThings[what]
		word := regexp.QuoteMeta(what)
		switch {
		case named && len(what) > 1:
			word = `(?:` + word + `|` + strings.TrimSuffix(word, "s") + `s?)`
		case drinks:
			what, word = "drinks", drinking
		default:
			continue
		}
		found := aside{people: subjects(m[1]), what: what}
		price := cmp.Or(strings.TrimSpace(m[2]), priceIn(r.f.text, pricedBefore, word), priceIn(r.f.text, pricedBehind, word))
		if price != "" && r.isAmount(price) {
			sum := r.amount(price)
			found.sum = &sum
			r.take(price)
		}
		if found.sum != nil || named || drinks && r.itemsNamed() { // not drinking is no reason not to eat
			r.f.asides = append(r.f.asides, found)
		}
	}
}

// idleThings stand behind a verb and are nothing one has.
var idleThings = set(`
	so but and at with in for because with that there it this any anything dinner lunch breakfast brunch food much
	who the a an we us too either though then or to as of part split`)

// itemsNamed reports that several sums are named, each of them for something.
func (r *reader) itemsNamed() bool {
	refs := slices.DeleteFunc(sumRef.FindAllString(r.f.text, -1), func(ref string) bool { return !r.isAmount(ref) })
	return len(refs) > 1 && len(nouned.FindAllString(r.f.text, -1)) > 1
}

// nouned is a sum behind what it was for.
var nouned = regexp.MustCompile(`[a-z]{3,} [AN]\d+`)

// priceIn is the figure that a thing is said to cost, by one of the two forms.
func priceIn(text, form, thing string) string {
	m := regexp.MustCompile(`\b` + strings.Replace(form, "%s", thing, 1) + `\b`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1]
}

// sparedPart reports who had nothing of a part only, and so shares the rest.
func (f facts) sparedPart(person int) bool {
	return slices.ContainsFunc(f.asides, func(a aside) bool { return slices.Contains(a.people, person) })
}

// foldAsides makes the part somebody had nothing of the bill itself, where no other sum is named: they are not in it.
func (f facts) foldAsides() facts {
	if len(f.asides) != 1 || f.asides[0].sum == nil || f.total != nil || len(f.leftover) > 0 || f.paidSums() || f.perHead != nil ||
		len(f.fixed)+len(f.had) > 0 {
		return f
	}
	f.leftover = []money.Money{*f.asides[0].sum}
	f.excluded = unique(append(f.excluded, f.asides[0].people...))
	f.asides = nil
	return f
}

// sparing divides a bill of which some had nothing of a part.
func (r *resolver) sparing(bill *Bill) {
	if len(r.f.weights)+len(r.f.parts)+len(r.f.fixed)+len(r.f.had)+len(r.f.rest)+len(r.f.gaps) > 0 || r.f.ratio != nil {
		r.askf(MissingParts, "I can leave somebody out of a part, or divide by parts, but not both at once. Who pays how much?")
		return
	}
	receipt, left := &Receipt{}, r.base.Amount
	for _, a := range r.f.asides {
		if a.sum == nil {
			r.askf(MissingItems, "How much of it was the %s? Then I can leave %s out of that.", a.what, listOf(r.names(a.people)))
			return
		}
		if a.sum.Currency != r.base.Currency {
			r.askf(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
			return
		}
		takers := slices.DeleteFunc(slices.Clone(r.in), func(p int) bool { return slices.Contains(a.people, p) })
		if len(takers) == 0 {
			r.askf(MissingParts, "Who had the %s?", a.what)
			return
		}
		item := r.item(a.sum.Amount, takers)
		item.Name = a.what
		receipt.Items = append(receipt.Items, item)
		left -= a.sum.Amount
	}
	if left < 0 {
		over := money.Money{Amount: -left, Currency: r.base.Currency}
		r.askf(MissingParts, "What you name comes to %s more than the %s. Which figure is right?", over.Format(), r.base.Format())
		return
	}
	if left > 0 {
		receipt.Items = append(receipt.Items, r.item(left, r.in))
	}
	bill.Method, bill.Receipt = Items, receipt
}
