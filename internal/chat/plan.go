package chat

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/engine/days"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/preferences"
)

// Plan is what a reply says before anybody words it: every figure is a fact, and the engine's own wording refers to
// facts by placeholder. What really was done stands in Thinking.
type Plan struct { //nolint:recvcheck // what adds to a plan takes a pointer, what makes another of it a value
	Action   *string         `json:"action"`
	Drawer   json.RawMessage `json:"drawer,omitempty"`
	Thinking []string        `json:"thinking"`
	Template string          `json:"template"`
	Facts    []spending.Fact `json:"facts"`
	Sources  []Source        `json:"sources"`
	Proposal *Proposal       `json:"proposal,omitempty"`
	// SharedBy is the member whose purchases this tells a group, by their consent alone; nil where it tells nobody's.
	SharedBy *uuid.UUID `json:"sharedBy,omitempty"`
	// Degraded says that something needed for a full answer could not be read; the text says what.
	Degraded bool `json:"degraded,omitempty"`
	// Withheld keeps the plan from whoever words replies: it is said in the engine's own wording.
	Withheld bool `json:"withheld,omitempty"`
}

// Proposal is what a reply offers to do. Payload is read by the domain that will write it.
type Proposal struct {
	AskerID uuid.UUID       `json:"askerId"`
	Payload json.RawMessage `json:"payload"`
}

// proposalLifetime is how long a proposal waits for a decision.
const proposalLifetime = 7 * 24 * time.Hour

// Text is the reply in the engine's own wording.
func (p *Plan) Text() string { return spending.Render(p.Template, p.Facts) }

// question is one message to be answered, with everything that is known around it.
type question struct { //nolint:recvcheck // only reading it changes it
	asker    uuid.UUID
	chosen   preferences.Preferences
	text     string
	history  []string // the asker's earlier messages, oldest first: billLength of them
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
	members []Sender // of the chat, the asker among them
	// groupCurrency is that of a group's amounts; empty in a solo chat.
	groupCurrency string
	turn          uint64
	// standings are who owes whom, where that is asked for.
	standings []Standing
	// networks are those a merchant takes, by slug.
	networks map[string][]string
	findings []Finding
	tracked  tracked
	trend    *Trend
	// missing are the parts that could not be read.
	missing map[string]bool

	reading intent.Reading
}

// read understands the question; whether to answer at all was decided on sending.
func (q *question) read() {
	q.text = q.inWords(q.text)
	q.history = slices.Clone(q.history)
	for i, text := range q.history {
		q.history[i] = q.inWords(text)
	}
	q.reading = q.readAs(withoutCardNames(q.text, q.lexicon, nil))
}

// readAs is what is understood of the message where it is put so.
func (q *question) readAs(text string) intent.Reading {
	names := make([]string, 0, len(q.members))
	for _, member := range q.members {
		names = append(names, member.Name)
	}
	history := make([]string, len(q.recent()))
	for i, earlier := range q.recent() {
		history[i] = withoutCardNames(earlier, q.lexicon, nil)
	}
	return intent.Read(intent.Message{
		Text: text, ChatType: intent.Solo, History: history, Names: names, Currency: q.currency, Now: q.now, Location: q.location,
	}, q.lexicon)
}

// inWords writes dates in figures in words, which all that reads the message knows. In what is about dividing something,
// and where nothing speaks of a date, figures with a stroke are parts or numbers.
func (q *question) inWords(text string) string {
	if parts.MatchString(text) || !dated.MatchString(text) {
		return text
	}
	text, _ = days.SpellOut(text, days.Style(q.chosen.DateFormat))
	return text
}

var (
	parts = regexp.MustCompile(`(?i)\b(?:split|splits|splitting|divide[sd]?|dividing|shares?|owes?|half|halves|percent|repart\w+|divid\w+)\b`)
	dated = regexp.MustCompile(`(?i)\b(?:on|from|since|between|before|after|until|till|through|up to|in|of|the|` +
		`del?|el|desde|entre|hasta|antes) \d{1,4}[/.-]\d|\d[/.-]\d{1,2}[/.-]\d|` +
		`^\W*(?:and |so |ok )?(?:how (?:much|many|often)|what|where|show|list|did i|have i|spen[dt]\w*|cu[aá]nt\w+|d[oó]nde|qu[eé])\b.*` +
		`\b(?:spen[dt]\w*|buy|bought|order\w*|purchas\w*|paid|pay|earn\w*|cash ?back|refund\w*|gast\w*|compr\w*)\b`)
)

// recent are the earlier messages that a follow-up may refer to.
func (q question) recent() []string { return q.history[max(0, len(q.history)-historyLength):] }

// historyLength is how many of the asker's earlier messages a follow-up may refer to.
const historyLength = 3

// billLength is how many of them may tell of one bill, which people do bit by bit: the sum, who was there, who paid.
const billLength = 7

// ordersReach is how far back orders are read: a year to compare with, and the month it began in.
const ordersReach = 14 * 31 * 24 * time.Hour

// plan computes the answer.
func (q question) plan() (Plan, error) {
	plan, err := q.answer()
	if err != nil {
		return Plan{}, err
	}
	if q.chatType == TypeGroup && q.looksAtPurchases() {
		plan.SharedBy = &q.asker
	}
	return q.addTrend(plan), nil
}

func (q question) answer() (Plan, error) {
	reading := q.reading
	if split.Agrees(q.splitMessage()) { // yes, take the parts that add up
		return planSplit(q)
	}
	if wanted := q.wantsWarnings(); len(wanted) > 0 && reading.Intent != intent.Split && q.private && !q.missing[partOrders] {
		return q.planWarnings(wanted), nil
	}
	if plan, ok, err := q.planHindsight(); ok || err != nil {
		return plan, err
	}
	if q.wantsRewards() && q.private && !q.missing[partOrders] && !q.missing[partCards] {
		return q.planRewards()
	}
	switch reading.Intent {
	case intent.Card:
		return planCard(q, reading)
	case intent.Split:
		return planSplit(q)
	case intent.Tracker:
		return planTracker(q, reading)
	case intent.General, intent.None:
	}
	return planGeneral(q, reading), nil
}

// planGeneral answers about the asker's own spending, or says what can be asked.
func planGeneral(q question, reading intent.Reading) Plan {
	if text := intent.Reply(reading.Kind, reading.Language); text != "" {
		return Plan{Template: text, Thinking: []string{"Read the message: " + string(reading.Kind)}}
	}
	at := q.setting()
	if refused, ok := spending.Refuse(q.text, q.recent(), at); ok { // for which no order is looked at
		if refused.Refusal == spending.RefusalNotAsked && (q.trend != nil || q.missing[partTrends]) {
			return Plan{Thinking: []string{"Read the question: what people talk about"}} // addTrend answers it
		}
		return fromResult(refused, q.now)
	}
	if !q.private {
		return Plan{
			Template: "Your purchases are not shared with this group, so I do not tell them here. Ask me in a chat of your own.",
			Thinking: []string{"Read the question: your own spending", "Checked whether you share purchases with this group: you do not"},
		}
	}
	if q.missing[partOrders] {
		return Plan{
			Template: "I could not read your orders just now, so I cannot tell. Please ask again in a moment.",
			Thinking: []string{"Read the question: your own spending", "Could not read your orders in time"}, Degraded: true,
		}
	}
	result := spending.Respond(q.text, q.recent(), q.orders, at)
	plan := fromResult(result, q.now)
	if result.Kind == spending.KindMonth {
		plan = plan.pointingTo(q.findings).without(q, partFindings)
	}
	return plan.without(q, partCards)
}

// setting is what questions about one's own spending are read and answered by.
func (q question) setting() spending.Setting {
	cards := make([]spending.Card, len(q.wallet))
	for i, card := range q.wallet {
		cards[i] = spending.Card{Name: card.Name(), LastFour: card.LastFour}
	}
	return spending.Setting{
		Now: q.now, Location: q.location, Currency: q.currency, Days: days.Style(q.chosen.DateFormat), Lexicon: q.lexicon.WithCards(cards),
	}
}

// pointingTo adds the newest things found in the asker's orders.
func (p Plan) pointingTo(findings []Finding) Plan {
	if len(findings) == 0 {
		return p
	}
	words := wording{template: p.Template, facts: p.Facts}
	words.say(" Worth a look: %s.", strings.TrimSuffix(findings[0].Title, "."))
	p = p.worded(words)
	p.thinkf("Looked at %s", insights.Count(len(findings), "recent finding"))
	p.Sources = append(p.Sources, Source{Type: sourceInsight, ID: findings[0].ID, AsOf: findings[0].AsOf})
	return p
}

// addTrend adds what people talk about, where the question asked for that.
func (q question) addTrend(plan Plan) Plan {
	if q.trend == nil {
		return plan.without(q, partTrends)
	}
	words := wording{template: plan.Template, facts: plan.Facts}
	words.sayTrend(*q.trend)
	words.template = strings.TrimSpace(words.template)
	plan = plan.worded(words)
	plan.thinkf("Asked what people say about %s", q.trend.Subject)
	plan.Sources = append(plan.Sources, Source{Type: sourceTrend, ID: q.trend.Subject, AsOf: q.trend.AsOf})
	return plan
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
