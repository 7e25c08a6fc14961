package split

import (
	"cmp"
	"regexp"
	"slices"
)

// Read says what a message means. It never guesses: what can be understood in two ways, or is missing, comes back as a
// Question. The same message always reads the same.
func Read(message Message) Reading {
	if agreed, ok := agreedTo(message); ok {
		return agreed
	}
	t := talk{message: message, people: []Person{message.Asker}}
	for _, text := range message.History {
		f, _ := t.read(text)
		t.hear(f)
	}
	f, s := t.read(message.Text)
	f = t.after(f)
	t.people[asker].Name = cmp.Or(f.selfName, t.selfName, message.Asker.Name)
	r := resolver{message: message, f: f, people: t.people, s: s}
	return r.resolve()
}

// talk is what was said so far.
type talk struct {
	message Message
	people  []Person
	// bill is what later messages may change, and purchase what the last one said was bought: only who says outright that
	// this is to be divided makes a bill of it.
	bill, purchase *facts
	// open is the last message where it says that something is to be divided, but no sum.
	open *facts
	// self is whom the asker said to be, by index, and selfName what they are called where no bill was told with it.
	self     int
	selfName string
}

// read takes one text apart. People whom earlier texts named are known by then.
func (t *talk) read(text string) (facts, sentence) {
	s := lex(text, t.message.Currency)
	s.findPeople(t.message.Group, t.message.Asker, t.people)
	f := s.read(t.self)
	t.people = s.people
	if f.self > 0 {
		t.self = f.self
	}
	return f, s
}

// hear remembers an earlier message.
func (t *talk) hear(f facts) {
	bought := f.isPurchase()
	f = t.after(f)
	t.purchase, t.open = nil, nil
	switch {
	case f.isOpen():
		t.open = &f
	case f.isBill():
		t.bill = &f
	case bought:
		t.purchase = &f
	case !f.hasMoney() && f.selfName != "":
		t.selfName = f.selfName
	}
}

// after is a message with what it changes of an earlier one.
func (t *talk) after(f facts) facts {
	if f.asks == AskBalances && !f.splits && len(t.message.Group) > 0 { // a group has a ledger to tell of: that changes no bill
		f.everyone = false
	}
	switch {
	case t.purchase != nil && f.divides():
		return t.purchase.with(f)
	case t.open != nil && (f.names() || f.saysWho()):
		return t.open.with(f)
	case t.bill != nil && t.bill.asksOfExtras() && !f.hasMoney() && (onTop.MatchString(f.text) || insideAlready.MatchString(f.text)):
		return t.bill.withExtras(f)
	case t.bill != nil && t.bill.nobody() && len(f.bare) > 0:
		f.listed, f.withAsker = unique(append(slices.Clone(f.bare), asker)), !slices.Contains(f.bare, asker)
		return t.bill.with(f)
	case t.bill != nil && t.bill.sharePaidBy(f):
		f.asks, f.payers = AskMarkPaid, nil
		return f
	case t.bill != nil && f.adjusts():
		return t.bill.with(f)
	default:
		return f
	}
}

// isBill reports whether a message says enough to be changed by later ones: a sum, and that it is divided.
func (f facts) isBill() bool {
	return f.hasMoney() && !f.ofPrices() && f.asks != AskRecord && f.asks != AskMarkPaid &&
		(f.splits || f.listed != nil || f.ways > 0 || f.heads > 0 || f.plus > 0 || len(f.weights) > 0 || len(f.parts) > 0 ||
			f.ratio != nil || f.everyone || len(f.fixed) > 0 || len(f.payers) > 1)
}

// isOpen reports that a message wants something divided and names no sum: what comes next may.
func (f facts) isOpen() bool {
	return f.splits && !f.hasMoney() && !f.ofPrices() && f.asks == "" && len(f.fixed)+len(f.had)+len(f.asides) == 0
}

// names reports that a message names a sum and no division of its own: "it was $88".
func (f facts) names() bool {
	return f.hasMoney() && !f.isBill() && !f.splits && !f.ofPrices() && f.asks == "" && !f.receipt
}

// saysWho reports that a message says who shares something, and nothing else: "with Tom".
func (f facts) saysWho() bool {
	return (f.listed != nil || f.ways+f.heads+f.plus > 0 || f.everyone) && !f.hasMoney() && !f.splits && f.asks == "" && !f.receipt
}

// nobody reports a bill of which nobody was said to share it.
func (f facts) nobody() bool {
	return f.listed == nil && f.ways+f.heads+f.plus == 0 && !f.everyone && len(f.weights)+len(f.parts)+len(f.fixed)+len(f.had) == 0
}

// isPurchase reports that a message only tells of money spent, "I bought dog treats for $17".
func (f facts) isPurchase() bool {
	return f.hasMoney() && !f.isBill() && len(f.payers) == 1 && f.asks != AskRecord && f.asks != AskMarkPaid
}

// divides reports that a message without a sum says that what was told just before is to be divided: "split it with Tom".
func (f facts) divides() bool {
	return f.splits && !f.hasMoney() && pointsBack.MatchString(f.text)
}

// sharePaidBy reports that a message says of somebody else than who paid the bill that they have paid already: their share,
// then, unless it is put right that they paid the bill.
func (f facts) sharePaidBy(later facts) bool {
	if len(f.payers) == 0 || len(later.payers) != 1 || later.payers[0].amount != nil || later.hasMoney() || later.splits {
		return false
	}
	known := slices.ContainsFunc(f.payers, func(p payment) bool { return p.person == later.payers[0].person })
	return !known && already.MatchString(later.text) && !putRight.MatchString(later.text)
}

// ofPrices reports that a sum is asked about as a price, or before a purchase, and nothing is divided.
func (f facts) ofPrices() bool {
	return (pricing.MatchString(f.text) || asksPrice.MatchString(f.text)) && !strictly.MatchString(f.text)
}

func (f facts) hasMoney() bool {
	priced := slices.ContainsFunc(f.asides, func(a aside) bool { return a.sum != nil })
	return f.total != nil || len(f.leftover) > 0 || f.perHead != nil || f.paidSums() || len(f.fixed) > 1 || f.receipt || priced
}

func (f facts) paidSums() bool {
	return slices.ContainsFunc(f.payers, func(p payment) bool { return p.amount != nil && !p.amount.IsZero() })
}

//nolint:lll // a pattern is read in one piece
var (
	withoutExtras = pattern(`(?:without|no|not|drop|skip|remove) (?:the |a )?(?:tip|gratuity|tax)`)
	refersBack    = pattern(`(?:it|that|this|them|instead|actually|rather|again|redo|now|same)`)
	ownReceipt    = pattern(`(?:my|the|P0 's) (?:<W>{0,3}?)?(?:last|latest|newest) (?:<W>{0,2}?)(?:order|receipt|purchase)`)
	pointsBack    = pattern(`(?:split|divide|share|splitting|dividing|sharing) (?:it|that|this|them|those|lo)`)
	instead       = pattern(`(?:instead|actually|rather|sorry|wait|now|better|mejor|redo|what if|make it|also|too|btw)`)
	pricing       = pattern(`(?:good|fair|great|decent|bad|cheap|expensive|overpriced|worth it|a deal|prices?|(?:which|what|best) card|card (?:for|to use|should|at))`)
	asksPrice     = pattern(`(?:is|are|was|were|would) (?:<W>{0,3}?)[aAnN]\d+ (?:<W>{0,3}?)(?:good|fair|great|decent|bad|cheap|expensive|overpriced|worth|a deal|too much|too high|right price)`)
	already       = pattern(`already`)
	putRight      = pattern(`(?:instead|actually|rather|sorry|wait|no|not|bill|check|tab|everything|all of it|the whole)`)
	settling      = pattern(`(?:settle|settled|settling|square|simplify|even up|debts?|balances?)`)
	strictly      = pattern(`(?:split|splitting|divide|dividing|divvy|go dutch|going dutch|halves|equally|evenly|per person|per head)`)
	currencies    = regexp.MustCompile(`\b(?:in|en|i mean) (?:the )?(pounds|euros|dollars|yen|pesos|quid|dolares|libras)\b`)
)

var spokenCurrencies = map[string]string{
	"pounds": "GBP", "quid": "GBP", "libras": "GBP", "euros": "EUR", "dollars": "USD", "dolares": "USD", "yen": "JPY", "pesos": "MXN",
}

// adjusts reports whether a message changes an earlier bill rather than telling of a new one.
func (f facts) adjusts() bool {
	if f.asks == AskRecord || f.asks == AskMarkPaid { // what people give each other changes no bill
		return false
	}
	if asksPrice.MatchString(f.text) && !strictly.MatchString(f.text) {
		return false
	}
	if f.asks == AskBalances && !f.splits && settling.MatchString(f.text) { // settle up with Bob: that is no bill with Bob
		f.listed, f.everyone = nil, false
	}
	listed := f.splits && len(f.fixed) > 1 && len(f.rest) == 0 // split it: Ann 12.50, Bob 9.75
	sum := f.total != nil || len(f.leftover) > 0 || f.perHead != nil || f.paidSums() || listed
	who := f.listed != nil || f.ways > 0 || f.heads > 0 || f.everyone
	switch {
	case f.receipt && f.splits && ownReceipt.MatchString(f.text): // another receipt
		return false
	case sum && (f.splits || who), listed, f.splits && who && !refersBack.MatchString(f.text):
		return false
	case sum:
		return instead.MatchString(f.text) || f.total != nil && !f.receipt
	default:
		return who || f.equal || f.ratio != nil || f.moved != nil && f.asks != AskMarkPaid ||
			len(f.excluded)+len(f.added)+len(f.payers)+len(f.extras)+len(f.weights)+len(f.parts) > 0 ||
			len(f.fixed)+len(f.had)+len(f.gaps)+len(f.asides) > 0 ||
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
		if only := f.payers; len(only) == 1 && only[0].amount != nil && merged.total == nil && len(merged.leftover) == 0 && !later.paidSums() {
			merged.total = only[0].amount // it was the bill, whoever paid it
		}
		merged.payers = later.payers
	}
	if withoutExtras.MatchString(later.text) {
		merged.extras = nil
	}
	merged.extras = slices.Concat(merged.extras, later.extras)
	merged = merged.withParts(later)
	merged.claims, merged.asides = slices.Concat(f.claims, later.claims), slices.Concat(f.asides, later.asides)
	merged.restAll, merged.byItems = f.restAll || later.restAll, f.byItems || later.byItems
	merged.moved, merged.movedTo = later.moved, later.movedTo
	merged.missing = slices.Concat(f.missing, later.missing)
	merged.splits, merged.asks, merged.text = true, "", later.text
	merged.selfName = cmp.Or(later.selfName, f.selfName)
	return merged
}
