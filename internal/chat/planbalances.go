package chat

import (
	"slices"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/engine/split"
)

// planBalances says who owes whom after the words so far, as the ledger of the group (in a solo chat: of all groups) has it.
func planBalances(q question, plan Plan, reading split.Reading, words wording) (Plan, error) {
	if reading.Question != nil {
		words.say("%s", reading.Question.Text)
		return plan.worded(words), nil
	}
	if q.missing[partBalances] {
		plan.Degraded = true
		words.say("I could not read who owes whom just now. Please ask again in a moment.")
		return plan.worded(words), nil
	}
	told := 0
	for _, standing := range q.standings {
		ledger := owed{q: q, standing: standing, simplify: reading.Simplify, names: map[string]string{}}
		for _, person := range standing.People {
			ledger.names[person.ID] = person.Name
		}
		if ledger.say(&words, reading.About, told > 0) {
			told++
			plan.Sources = append(plan.Sources, Source{Type: "group", ID: standing.GroupID.String(), AsOf: q.now})
		}
	}
	plan.thinkf("Added up the expenses and payments of %s", insights.Count(len(q.standings), "group"))
	switch {
	case told > 0:
	case len(reading.About) > 0:
		words.say("As far as is recorded, nothing is open with %s.", insights.List(namesOf(reading.About)))
	case q.chatType == TypeGroup:
		words.say("Nobody here owes anybody anything, as far as is recorded.")
	default:
		words.say("Nothing is open in any of your groups, as far as is recorded.")
	}
	return plan.worded(words), nil
}

func namesOf(people []split.Person) []string {
	names := make([]string, len(people))
	for i, person := range people {
		names[i] = person.Name
	}
	return names
}

// owed tells the debts of one group.
type owed struct {
	q        question
	standing Standing
	simplify bool
	names    map[string]string
}

// say tells the debts that concern the people asked about, or all of them. In a solo chat only the asker's own are told.
// It reports whether there was anything to tell.
func (o owed) say(words *wording, about []split.Person, more bool) bool {
	var concerned []split.Transfer
	for _, balance := range o.standing.Balances {
		transfers := balance.AsIs
		if o.simplify {
			transfers = balance.Simplified
		}
		for _, transfer := range transfers {
			if o.concerns(transfer, about) {
				concerned = append(concerned, transfer)
			}
		}
	}
	if len(concerned) == 0 {
		return false
	}
	if more {
		words.say(" ")
	}
	if o.q.chatType == TypeSolo {
		words.say("In %s: ", o.standing.GroupName)
	}
	for i, transfer := range concerned {
		if i > 0 {
			words.say(" ")
		}
		words.say("%s owes %s %s.", o.names[transfer.From], o.names[transfer.To], transfer.Amount.Format())
	}
	return true
}

func (o owed) concerns(transfer split.Transfer, about []split.Person) bool {
	me := o.q.asker.String()
	mine := transfer.From == me || transfer.To == me
	if len(about) == 0 {
		return o.q.chatType == TypeGroup || mine
	}
	named := slices.ContainsFunc(about, func(person split.Person) bool {
		return o.isPerson(transfer.From, person) || o.isPerson(transfer.To, person)
	})
	return named && (o.q.chatType == TypeGroup || mine)
}

// isPerson reports whether somebody of the group is meant: by id in the group itself, by first or whole name elsewhere.
func (o owed) isPerson(id string, person split.Person) bool {
	if id == person.ID {
		return true
	}
	name, asked := spending.Fold(o.names[id]), spending.Fold(person.Name)
	return o.q.chatType == TypeSolo && asked != "" && (name == asked || len(name) > len(asked) && name[:len(asked)+1] == asked+" ")
}

// planRecord says how a payment is recorded: an answer changes nothing by itself.
func planRecord(q question, plan Plan, reading split.Reading) (Plan, error) {
	var words wording
	plan.thinkf("Read the message: a payment between people")
	switch {
	case reading.Question != nil:
		words.say("%s", reading.Question.Text)
		return plan.worded(words), nil
	case q.chatType == TypeSolo:
		words.say("I record payments in the group whose debts they settle. ")
	default:
		words.say("I change nothing by myself: record it with “Settle now”, or mark the share as paid, and it counts. ")
	}
	if reading.Transfer != nil && reading.Transfer.Amount.Amount > 0 {
		names := map[string]string{q.asker.String(): q.askerName()}
		for _, person := range reading.About {
			names[person.ID] = person.Name
		}
		transfer := *reading.Transfer
		words.say("What I read: %s gave %s %s. ", names[transfer.From], names[transfer.To], transfer.Amount.Format())
	}
	return planBalances(q, plan, reading, words)
}
