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
		ledger := owed{q: q, standing: standing, reading: reading, names: map[string]string{}}
		for _, person := range standing.People {
			ledger.names[person.ID] = person.Name
		}
		if ledger.say(&words, told > 0) {
			told++
			plan.Sources = append(plan.Sources, Source{Type: "group", ID: standing.GroupID.String(), AsOf: q.now})
		}
	}
	plan.thinkf("Added up the expenses and payments of %s", insights.Count(len(q.standings), "group"))
	switch {
	case told > 0:
	case len(reading.About) == 0 && reading.Owing == split.OwingToAsker:
		words.say("Nobody owes you anything, as far as is recorded.")
	case len(reading.About) == 0 && reading.Owing == split.OwingByAsker:
		words.say("You owe nobody anything, as far as is recorded.")
	case len(reading.About) == 0 && reading.Owing == split.OwingOwn:
		words.say("Nothing of yours is open, as far as is recorded.")
	case reading.Between:
		words.say("As far as is recorded, nothing is open between you and %s.", insights.List(namesOf(reading.About)))
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
	reading  split.Reading
	names    map[string]string
}

// say tells the debts that are asked about, of the people asked about or of all of them. In a solo chat only the asker's
// own are told. It reports whether there was anything to tell.
func (o owed) say(words *wording, more bool) bool {
	var concerned []split.Transfer
	for _, balance := range o.standing.Balances {
		transfers := balance.AsIs
		if o.reading.Simplify {
			transfers = balance.Simplified
		}
		for _, transfer := range transfers {
			if o.concerns(transfer) {
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

func (o owed) concerns(transfer split.Transfer) bool {
	me, about := o.q.asker.String(), o.reading.About
	mine := transfer.From == me || transfer.To == me
	if len(about) == 0 {
		switch o.reading.Owing {
		case split.OwingToAsker:
			return transfer.To == me
		case split.OwingByAsker:
			return transfer.From == me
		case split.OwingOwn:
			return mine
		case split.OwingAll:
		}
		return o.q.chatType == TypeGroup || mine
	}
	named := slices.ContainsFunc(about, func(person split.Person) bool {
		return o.isPerson(transfer.From, person) || o.isPerson(transfer.To, person)
	})
	return named && (o.q.chatType == TypeGroup && !o.reading.Between || mine)
}

// isPerson reports whether somebody of the group is meant: by id in the group itself, by first or whole name elsewhere.
func (o owed) isPerson(id string, person split.Person) bool {
	if id == person.ID {
		return true
	}
	name, asked := spending.Fold(o.names[id]), spending.Fold(person.Name)
	return o.q.chatType == TypeSolo && asked != "" && (name == asked || len(name) > len(asked) && name[:len(asked)+1] == asked+" ")
}

// sayHowToRecord says what can really be done: who paid proposes a settlement and who got the money confirms it, and
// who paid an expense can mark a share of it as paid.
func (q question) sayHowToRecord(words *wording, reading split.Reading) {
	names := map[string]string{}
	for _, person := range reading.About {
		names[person.ID] = person.Name
	}
	me, transfer := q.asker.String(), reading.Transfer
	words.say("I change nothing by myself. ")
	switch {
	case reading.Ask == split.AskMarkPaid || transfer == nil:
		words.say("Whoever paid the expense can mark a share of it as paid, and then it counts. ")
	case transfer.From == me:
		words.say("Record it with “Settle now”: it counts once %s confirms it. ", names[transfer.To])
	case transfer.To == me:
		words.say("%s records it with “Settle now”, and it counts once you confirm it. Or, if it was for an expense that you paid, "+
			"mark that share as paid. ", names[transfer.From])
	default:
		words.say("%s records it with “Settle now”, and it counts once %s confirms it. ", names[transfer.From], names[transfer.To])
	}
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
		q.sayHowToRecord(&words, reading)
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
