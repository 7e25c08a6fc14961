package spending

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Fact is one value an answer states, formatted for people.
type Fact struct {
	ID   string `json:"id"` // f1, f2 and so on, in the order of the template
	Text string `json:"text"`
}

// Result is an answer. Outside its placeholders the template holds no figure, date or name.
type Result struct {
	Kind     Kind
	Refusal  Refusal // why there are no figures; only for KindRefused
	Template string  // sentences with placeholders such as {{f1}}
	Facts    []Fact
	Thinking []string // what was really done, in order, with counts
	Sources  []string // ids of the orders the facts rest on, newest first
	Found    bool     // some order matched
}

// Text is the template with its facts filled in.
func (r Result) Text() string { return Render(r.Template, r.Facts) }

var placeholder = regexp.MustCompile(`\{\{f\d+\}\}`)

// Render fills facts into a template in one pass: what a fact contains is never read as a placeholder. A placeholder
// without a fact is left as it stands.
func Render(template string, facts []Fact) string {
	values := make(map[string]string, len(facts))
	for _, fact := range facts {
		values["{{"+fact.ID+"}}"] = fact.Text
	}
	return placeholder.ReplaceAllStringFunc(template, func(name string) string {
		if value, ok := values[name]; ok {
			return value
		}
		return name
	})
}

// draft is a Result being written.
type draft struct {
	Result

	words []string
	ids   map[string]string
	cited []*insights.Order
	now   time.Time
	loc   *time.Location
}

func newDraft(kind Kind, c calendar) *draft {
	return &draft{Result: Result{Kind: kind}, ids: map[string]string{}, now: c.now, loc: c.loc}
}

// say adds text. Every %s in it is a value and becomes a fact; the rest must be constant words of this package.
func (d *draft) say(format string, values ...string) {
	placeholders := make([]any, len(values))
	for i, value := range values {
		placeholders[i] = d.fact(value)
	}
	d.words = append(d.words, fmt.Sprintf(format, placeholders...))
}

// fact returns the placeholder for a value, the same one for the same value. An empty value needs none.
func (d *draft) fact(value string) string {
	if value == "" {
		return ""
	}
	id, known := d.ids[value]
	if !known {
		id = fmt.Sprintf("f%d", len(d.Facts)+1)
		d.ids[value] = id
		d.Facts = append(d.Facts, Fact{ID: id, Text: value})
	}
	return "{{" + id + "}}"
}

// cite names orders that the figures rest on.
func (d *draft) cite(orders ...*insights.Order) { d.cited = append(d.cited, orders...) }

func (d *draft) thinkf(format string, values ...any) {
	d.Thinking = append(d.Thinking, fmt.Sprintf(format, values...))
}

func (d *draft) day(t time.Time) string { return insights.DayName(t, d.now, d.loc) }

// stretch is "from 1 November to 23 November" or "on 3 November", in plain words.
func (d *draft) stretch(p Period) string {
	first, last := d.day(p.From), d.day(p.To.Add(-1))
	if first == last {
		return "on " + first
	}
	return "from " + first + " to " + last
}

func (d *draft) result(sources []*insights.Order) Result {
	d.Template = strings.Join(d.words, "")
	d.Sources = insights.Sources(sources)
	d.Found = len(sources) > 0
	return d.Result
}
