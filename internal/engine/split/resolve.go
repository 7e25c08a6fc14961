package split

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// resolver makes a bill of facts, or a question.
type resolver struct {
	message Message
	f       facts
	people  []Person
	s       sentence

	in       []int       // who shares the bill
	base     money.Money // before tip and tax
	total    money.Money
	question *Question
	notes    []string
}

// askf asks for what is missing, unless something is asked for already.
func (r *resolver) askf(missing Missing, format string, values ...any) {
	if r.question == nil {
		r.question = &Question{Missing: missing, Text: fmt.Sprintf(format, values...)}
	}
}

// notef says what was taken for granted.
func (r *resolver) notef(format string, values ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, values...))
}

func (r *resolver) closed() bool { return len(r.message.Group) > 0 }

func (r *resolver) resolve() Reading {
	reading := Reading{Ask: r.wanted(), Simplify: r.f.fewest, Owing: r.f.owing, Between: r.f.between}
	for _, p := range r.f.about {
		reading.About = append(reading.About, r.people[p])
	}
	if len(r.s.unclear) > 0 {
		r.askf(MissingPerson, "More than one person here is called %s. Which one do you mean? A full name tells me.", r.s.unclear[0])
	} else if len(r.s.unknown) > 0 {
		r.askf(MissingPerson, "I know nobody called %s in this group. Who do you mean?", listOf(r.s.unknown))
	}
	switch reading.Ask {
	case AskBalances, AskMarkPaid:
		reading.Question = r.question
		return reading
	case AskRecord:
		reading.Transfer = r.transfer()
		reading.Question = r.question
		return reading
	case AskDivide:
	}
	if len(r.s.doubts) > 0 {
		r.askf(MissingAmount, "“%s” can be read in two ways. What is the amount, written out with its currency?", r.s.doubts[0])
	}
	r.divide(&reading)
	reading.Question, reading.Notes = r.question, r.notes
	for _, p := range r.in {
		reading.People = append(reading.People, r.people[p])
	}
	for i, person := range r.people {
		named := i == asker || slices.Contains(r.f.mentioned, i)
		if named && !slices.Contains(r.in, i) {
			reading.Others = append(reading.Others, person)
		}
	}
	return reading
}

// wanted is what the message is about. A sum to divide outweighs a question about balances: it is the answer to it.
func (r *resolver) wanted() Ask {
	f := r.f
	money := f.total != nil || len(f.leftover) > 0 || f.paidSums() || f.perHead != nil || len(f.fixed) > 0
	switch {
	case f.asks == AskMarkPaid && f.total == nil && !f.paidSums():
		return AskMarkPaid
	case f.asks == AskRecord && f.total == nil && len(f.leftover) == 0 && !f.paidSums():
		return AskRecord
	case f.asks == AskBalances && f.inquires: // do I owe Bob $15?
		return AskBalances
	case f.asks == AskBalances && !money && !f.receipt && !f.byItems && r.message.Purchase == nil:
		return AskBalances
	default:
		return AskDivide
	}
}

func (r *resolver) transfer() *Transfer {
	transfer := &Transfer{From: r.people[r.f.moved.person].ID, To: r.people[r.f.movedTo].ID}
	if r.f.moved.amount != nil {
		transfer.Amount = *r.f.moved.amount
	}
	return transfer
}

func (r *resolver) divide(reading *Reading) {
	if len(r.f.missing) > 0 {
		text := "How much are the tax and the tip, and are they in the total already?"
		switch r.f.missing[0] { //nolint:exhaustive // nothing else is found missing while reading
		case MissingExtras:
			if r.f.asksOfExtras() {
				text = "Is that in the total already, or does it come on top?"
			}
		case MissingParts:
			text = "Who has which part, and who has what is left?"
		case MissingNights:
			text = "How long did each of you stay?"
		}
		r.askf(r.f.missing[0], "%s", text)
	}
	r.f = r.f.foldAsides()
	r.linesAsReceipt()
	if r.wantsReceipt() && r.message.Purchase == nil {
		reading.Receipt, reading.ReceiptTotal = true, r.receiptTotal()
		r.findPeople()
		r.askf(MissingItems, "Which receipt do you mean? Name the shop, or tell me who had what and for how much.")
		return
	}
	r.findPeople()
	r.findTotal()
	if r.question != nil {
		return
	}
	r.bill(reading)
	if r.question != nil {
		return
	}
	reading.Paid = r.paid()
	if r.f.moved != nil && r.f.moved.amount != nil {
		reading.Handed = []Transfer{*r.transfer()}
	}
}

// linesAsReceipt takes the sums of a message for a receipt where each is for something, and who had what is said: "beer 6,
// wine 9, I had the wine".
func (r *resolver) linesAsReceipt() {
	if r.message.Purchase != nil || len(r.f.lines) < 2 || !r.claimsItems() || len(r.f.leftover) == 0 || r.f.total != nil {
		return
	}
	total, err := money.Sum(r.f.leftover[0].Currency, r.f.leftover...)
	if err != nil {
		return
	}
	r.message.Purchase = &Purchase{Total: total, Items: r.f.lines}
	r.f.leftover = nil
}

// wantsReceipt reports that the message cannot be answered from itself.
func (r *resolver) wantsReceipt() bool {
	f := r.f
	return f.receipt && !f.hasSums() || f.byItems && len(f.fixed)+len(f.had) == 0 || f.receipt && r.claimsItems()
}

func (f facts) hasSums() bool {
	return f.total != nil || len(f.leftover) > 0 || f.paidSums() || f.perHead != nil
}

// claimsItems reports that who had what is told without prices.
func (r *resolver) claimsItems() bool {
	if len(r.f.fixed)+len(r.f.had) > 0 || len(r.f.parts)+len(r.f.weights) > 0 {
		return false
	}
	claimants := map[int]bool{}
	for _, claim := range r.f.claims {
		for _, p := range claim.people {
			claimants[p] = true
		}
	}
	return len(claimants) > 1 || len(claimants) == 1 && (r.f.receipt || r.f.byItems)
}

func (r *resolver) receiptTotal() *money.Money {
	if r.f.total != nil {
		return r.f.total
	}
	if len(r.f.leftover) == 1 {
		return &r.f.leftover[0]
	}
	return nil
}

// listOf joins names for reading.
func listOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
