package chat

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// Plan is what a reply says before anybody words it: every figure is a fact, and the engine's own wording refers to
// facts by placeholder. What really was done stands in Thinking.
type Plan struct {
	Action   *string         `json:"action"`
	Drawer   json.RawMessage `json:"drawer,omitempty"`
	Thinking []string        `json:"thinking"`
	Template string          `json:"template"`
	Facts    []spending.Fact `json:"facts"`
	Sources  []Source        `json:"sources"`
	// Withheld keeps the plan from whoever words replies: it is said in the engine's own wording.
	Withheld bool `json:"withheld,omitempty"`
}

// Text is the reply in the engine's own wording.
func (p *Plan) Text() string { return spending.Render(p.Template, p.Facts) }

// question is one message to be answered, with everything that is known around it.
type question struct {
	text     string
	history  []string // the asker's earlier messages, oldest first
	chatType string
	now      time.Time
	location *time.Location
	currency string
	lexicon  spending.Lexicon

	// private is false in a group whose members the asker does not let see their purchases: then neither orders nor
	// what follows from them may be told.
	private bool
	orders  []insights.Order
	wallet  []rewards.Card
	// networks are those a merchant takes, by slug.
	networks map[string][]string
}

// historyLength is how many of the asker's earlier messages a follow-up may refer to.
const historyLength = 3

// ordersReach is how far back orders are read: a year to compare with, and the month it began in.
const ordersReach = 14 * 31 * 24 * time.Hour

// plan reads the question and computes the answer.
func (q question) plan() (Plan, error) {
	reading := intent.Read(q.text, TypeSolo, q.history, q.lexicon) // whether to answer at all was decided on sending
	switch reading.Intent {
	case intent.Card:
		return planCard(q, reading)
	case intent.Split:
		return planUnbuilt(q, intent.Split, "I cannot divide a bill in chat yet, so I will not guess at anybody's share."), nil
	case intent.Tracker:
		return planUnbuilt(q, intent.Tracker, "I cannot follow prices in chat yet, so I will not guess at one."), nil
	case intent.General, intent.None:
	}
	return planGeneral(q, reading), nil
}

// planUnbuilt says what cannot be done yet, and what is known all the same.
func planUnbuilt(q question, action intent.Intent, sorry string) Plan {
	known := spending.Overview(q.orders, q.now, q.location, q.currency)
	plan := fromResult(known, q.now)
	name := string(action)
	plan.Action = &name
	plan.Template = sorry + " " + plan.Template
	if !q.private {
		plan = Plan{Action: &name, Template: sorry, Thinking: []string{"Read the question: " + name}}
	}
	return plan
}

// planGeneral answers about the asker's own spending, or says what can be asked.
func planGeneral(q question, reading intent.Reading) Plan {
	if text := intent.Reply(reading.Kind); text != "" {
		return Plan{Template: text, Thinking: []string{"Read the message: " + string(reading.Kind)}}
	}
	if !q.private {
		return Plan{
			Template: "Your purchases are not shared with this group, so I do not tell them here. Ask me in a chat of your own.",
			Thinking: []string{"Read the question: your own spending", "Checked whether you share purchases with this group: you do not"},
		}
	}
	query, ok := spending.ParseTurn(q.text, q.history, q.now, q.location, q.lexicon)
	if !ok {
		return fromResult(spending.Overview(q.orders, q.now, q.location, q.currency), q.now)
	}
	return fromResult(spending.Answer(query, q.orders, q.now, q.location, q.currency), q.now)
}

func fromResult(result spending.Result, asOf time.Time) Plan {
	plan := Plan{Thinking: result.Thinking, Template: result.Template, Facts: result.Facts}
	for _, id := range result.Sources {
		plan.Sources = append(plan.Sources, Source{Type: "transaction", ID: id, AsOf: asOf})
	}
	return plan
}

// wording collects sentences whose every value is a fact.
type wording struct {
	template string
	facts    []spending.Fact
}

// say adds text; each %s in it is a value.
func (w *wording) say(format string, values ...string) {
	placeholders := make([]any, len(values))
	for i, value := range values {
		w.facts = append(w.facts, spending.Fact{ID: fmt.Sprintf("f%d", len(w.facts)+1), Text: value})
		placeholders[i] = "{{" + w.facts[len(w.facts)-1].ID + "}}"
	}
	w.template += fmt.Sprintf(format, placeholders...)
}
