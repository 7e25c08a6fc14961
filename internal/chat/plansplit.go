package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

// planSplit divides a bill, or says who owes whom. What cannot be told is asked.
func planSplit(q question) (Plan, error) {
	action := string(intent.Split)
	plan := Plan{Action: &action}
	message := q.splitMessage()
	reading := split.Read(message)
	switch reading.Ask {
	case split.AskBalances:
		plan.thinkf("Read the question: who owes whom")
		return planBalances(q, plan, reading, wording{})
	case split.AskRecord, split.AskMarkPaid:
		return planRecord(q, plan, reading)
	case split.AskDivide:
	}
	var receipt insights.Order
	if reading.Receipt || missingTotal(reading) && q.namesShop() {
		order, words, found := q.findReceipt(&plan, reading)
		if !found {
			return plan.worded(words), nil
		}
		receipt = order
		message.Purchase = toPurchase(order)
		reading = split.Read(message)
	}
	return planDivision(q, plan, reading, receipt)
}

func missingTotal(reading split.Reading) bool {
	return reading.Question != nil && reading.Question.Missing == split.MissingTotal
}

// splitMessage is the question as the engine reads it.
func (q question) splitMessage() split.Message {
	message := split.Message{
		Text: q.text, History: q.history, Currency: q.currency, Seed: q.turn,
		Asker: split.Person{ID: q.asker.String(), Name: q.askerName()},
	}
	if q.chatType == TypeGroup {
		message.Currency = q.groupCurrency
		for _, member := range q.members {
			message.Group = append(message.Group, split.Person{ID: member.ID.String(), Name: member.Name})
		}
	}
	return message
}

func (q question) askerName() string {
	for _, member := range q.members {
		if member.ID == q.asker {
			return member.Name
		}
	}
	return "You"
}

// asksForBalances reports that it takes the ledger to answer.
func (q question) asksForBalances() bool { return split.Read(q.splitMessage()).Ask != split.AskDivide }

// planDivision divides what was read.
func planDivision(q question, plan Plan, reading split.Reading, receipt insights.Order) (Plan, error) {
	var words wording
	if reading.Question != nil {
		plan.thinkf("Read the message: something to divide, and a question is open")
		words.say("%s", reading.Question.Text)
		return plan.worded(words), nil
	}
	d := divided{reading: reading, paid: reading.Paid, names: map[string]string{}, receipt: receipt}
	for _, person := range slices.Concat(reading.Others, reading.People) {
		d.names[person.ID] = person.Name
	}
	plan.thinkf("Read the message: %s between %s, %s", reading.Bill.Total.Format(), d.everybody(), howWords[reading.Bill.Method])
	result, err := split.Divide(reading.Bill)
	if mismatch, ok := errors.AsType[*split.MismatchError](err); ok {
		plan.thinkf("Added the parts up: they do not make the whole")
		d.sayMismatch(&words, mismatch)
		return plan.worded(words), nil
	}
	if err != nil {
		return Plan{}, fmt.Errorf("divide: %w", err)
	}
	d.result = result
	plan.thinkf("Divided it, and checked that the shares make %s", reading.Bill.Total.Format())
	presumed := len(d.paid) == 0 && q.chatType == TypeGroup
	if presumed && len(reading.Handed) > 0 { // to whom, if not to who paid?
		words.say("Who paid the %s? Then I can count what was handed over already.", reading.Bill.Total.Format())
		return plan.worded(words), nil
	}
	if presumed { // an expense has to be paid by somebody; that it was not said is told
		d.paid = []split.Part{{Person: q.asker.String(), Amount: reading.Bill.Total.Amount}}
		d.names[q.asker.String()] = q.askerName()
	}
	if err := d.settle(); err != nil {
		return Plan{}, err
	}
	if len(d.paid) > 0 {
		plan.thinkf("Worked out who owes whom: %s", insights.Count(len(d.transfers), "payment"))
	}
	d.say(&words, presumed)
	plan = plan.worded(words)
	if receipt.ID != "" {
		plan.Sources = append(plan.Sources, Source{Type: "transaction", ID: receipt.ID, AsOf: q.now})
	}
	if plan.Drawer, err = json.Marshal(d.drawer()); err != nil {
		return Plan{}, fmt.Errorf("write drawer: %w", err)
	}
	if q.chatType == TypeGroup && !reading.Bill.Total.IsZero() {
		plan.Proposal, err = q.proposeExpense(&d)
	}
	return plan, err
}

// settle works out who owes whom after the bill and what was handed over for it.
func (d *divided) settle() error {
	if len(d.paid) == 0 {
		return nil
	}
	expense := split.Expense{Currency: d.reading.Bill.Total.Currency, Paid: d.paid}
	for _, share := range d.result.Shares {
		expense.Shares = append(expense.Shares, split.Part{Person: share.Person, Amount: share.Amount.Amount})
	}
	balances, err := split.Balances([]split.Expense{expense}, d.reading.Handed)
	if err != nil {
		return fmt.Errorf("count debts: %w", err)
	}
	for _, balance := range balances {
		d.transfers = append(d.transfers, balance.Simplified...)
	}
	return nil
}

var howWords = map[split.Method]string{
	split.Equal: "equally", split.Shares: "by shares", split.Percentages: "by percentages", split.Amounts: "by amounts",
	split.Items: "by what each had",
}

func (d *divided) everybody() string {
	names := make([]string, len(d.reading.People))
	for i, person := range d.reading.People {
		names[i] = d.names[person.ID]
	}
	return insights.List(names)
}

// say tells the shares, and who owes whom where it is known who paid.
func (d *divided) say(words *wording, presumed bool) {
	shares := d.result.Shares
	same := !slices.ContainsFunc(shares, func(s split.Share) bool { return s.Amount != shares[0].Amount })
	switch {
	case len(shares) == 1:
		words.say("%s carries all of the %s.", d.names[shares[0].Person], d.reading.Bill.Total.Format())
	case same:
		words.say("Divided between %s, %s makes %s each.", d.everybody(), d.reading.Bill.Total.Format(), shares[0].Amount.Format())
	default:
		parts := make([]string, len(shares))
		for i, share := range shares {
			parts[i] = d.names[share.Person] + " " + share.Amount.Format()
		}
		words.say("Of %s: %s.", d.reading.Bill.Total.Format(), insights.List(parts))
	}
	for _, note := range d.reading.Notes {
		words.say(" %s", note)
	}
	if len(d.reading.Unclaimed) > 0 {
		words.say(" Nobody was said to have had %s: I divided that between all of you.", insights.List(d.reading.Unclaimed))
	}
	for _, transfer := range d.transfers {
		words.say(" %s owes %s %s.", d.names[transfer.From], d.names[transfer.To], transfer.Amount.Format())
	}
	switch {
	case presumed:
		words.say(" I took it that %s paid. Tell me if somebody else did.", d.names[d.paid[0].Person])
	case len(d.paid) == 0:
		words.say(" Tell me who paid, and I can say who owes whom.")
	}
}

// sayMismatch tells by how much the parts miss the whole, and what would do.
func (d *divided) sayMismatch(words *wording, mismatch *split.MismatchError) {
	write := func(figure int64) string {
		if mismatch.Method == split.Percentages {
			return money.FormatBps(figure)
		}
		return money.Money{Amount: figure, Currency: d.reading.Bill.Total.Currency}.Format()
	}
	verdict, gap := "is missing", mismatch.Difference
	if (gap < 0) != (mismatch.Want < 0) {
		verdict, gap = "is too much", -gap
	}
	words.say("These parts make %s instead of %s: %s "+verdict+".", write(mismatch.Sum), write(mismatch.Want), write(gap))
	parts := make([]string, len(mismatch.Suggested))
	for i, claim := range d.reading.Bill.Claims {
		parts[i] = d.names[claim.Person] + " " + write(mismatch.Suggested[i])
	}
	words.say(" The nearest that adds up: %s. Shall I take that?", insights.List(parts))
}

// namesShop reports that the question speaks of a shop, so that one of its orders may be meant.
func (q question) namesShop() bool {
	_, ok := q.lexicon.Find(q.text)
	return ok
}

// lately are words by which the newest order is meant.
var lately = []string{"last", "latest", "newest", "recent", "recently", "ultimo", "ultima", "reciente"}

// findReceipt finds the asker's own order that is meant. In a group only what the asker lets it see can be.
func (q question) findReceipt(plan *Plan, reading split.Reading) (receipt insights.Order, words wording, found bool) {
	if q.missing[partOrders] {
		plan.thinkf("Could not read your orders in time")
		plan.Degraded = true
		words.say("I could not read your orders just now. Please ask again in a moment, or tell me the total.")
		return insights.Order{}, words, false
	}
	shop, named := q.lexicon.Find(q.text)
	asked := "the newest receipt"
	if named {
		asked = "a receipt of " + shop.Name
	}
	plan.thinkf("Read the message: %s to divide", asked)
	if !q.private {
		plan.thinkf("Checked whether you share purchases with this group: you do not")
		words.say("Your purchases are not shared with this group, so I look at none of them here. " +
			"Share them with the group, or tell me the total and who was there.")
		return insights.Order{}, words, false
	}
	if !named && !q.meansNewest() && reading.ReceiptTotal == nil {
		words.say("Which receipt do you mean? Name the shop, or say that it is the last one.")
		return insights.Order{}, words, false
	}
	meant := slices.DeleteFunc(insights.Spending(q.orders), func(order *insights.Order) bool {
		return named && order.MerchantSlug != shop.Slug || reading.ReceiptTotal != nil && order.Paid() != *reading.ReceiptTotal
	})
	plan.thinkf("Looked through your orders: %s", insights.Count(len(meant), "match"))
	if len(meant) == 0 {
		words.say("I find no such order of yours. Tell me the total and who was there, and I can divide it all the same.")
		return insights.Order{}, words, false
	}
	receipt = *meant[len(meant)-1]
	plan.thinkf("Took the order of %s at %s: %s for %s", receipt.PlacedAt.In(q.location).Format("2 January"), receipt.MerchantName,
		insights.Count(len(receipt.Items), "item"), receipt.Paid().Format())
	return receipt, words, true
}

// toPurchase is an order as a receipt to divide.
func toPurchase(order insights.Order) *split.Purchase {
	purchase := &split.Purchase{Total: order.Paid()}
	for _, item := range order.Items {
		purchase.Items = append(purchase.Items, split.Item{Name: item.Name, Amount: item.Total})
	}
	return purchase
}
