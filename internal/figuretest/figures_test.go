package figuretest

import (
	"bytes"
	"math/big"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// questionCase is one question of testdata/questions.yaml.
type questionCase struct {
	Ask     string     `yaml:"ask"`
	After   []string   `yaml:"after"` // what is asked before, in the same chat
	Action  string     `yaml:"action"`
	Orders  selection  `yaml:"orders"`
	Against *selection `yaml:"against"`
	Cites   string     `yaml:"cites"` // last or first: that order alone
	Says    string     `yaml:"says"`  // how the answer begins, with the figures left out
	Refused bool       `yaml:"refused"`
	// Purchase is what a card is asked for.
	Purchase *struct {
		Amount   int64  `yaml:"amount"`
		Category string `yaml:"category"`
		Slug     string `yaml:"slug"`
	} `yaml:"purchase"`
	Terms  bool     `yaml:"terms"`  // what cards cost and how far they are used is asked
	Earned string   `yaml:"earned"` // what cards earned in a stretch is asked
	Bill   *bill    `yaml:"bill"`   // what a split is asked of
	Target int64    `yaml:"target"` // the price that is asked about or waited for
	Only   []string `yaml:"only"`   // the people to ask; all when empty
}

var people = []string{"alice@demo.com", "bob@demo.com", "carol@demo.com", "dev@demo.com"}

func readQuestions(t *testing.T) []questionCase {
	t.Helper()
	content, err := os.ReadFile("testdata/questions.yaml")
	require.NoError(t, err)
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	var questions []questionCase
	require.NoError(t, decoder.Decode(&questions))
	return questions
}

// moments are when the demo is loaded and asked: an ordinary day; in the long tier also the first hours of a year and the
// last of a short month.
func moments() []time.Time {
	list := []time.Time{time.Date(2026, time.November, 23, 15, 0, 0, 0, time.UTC)}
	if os.Getenv("LATTICE_TEST_TIER") == "long" {
		list = append(list, time.Date(2027, time.January, 1, 6, 30, 0, 0, time.UTC), time.Date(2027, time.February, 28, 23, 0, 0, 0, time.UTC))
	}
	return list
}

// Every number in an answer, and in its drawer, can be worked out again from what the answer cites: for every person of
// the demo and every question.
func TestEveryFigureFollowsFromWhatIsCited(t *testing.T) {
	t.Parallel()
	questions := readQuestions(t)
	for _, now := range moments() {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, now)
			w.waitForPrices(t)
			for _, email := range people {
				p := w.signIn(t, email)
				t.Run(email, func(t *testing.T) {
					t.Parallel()
					for _, q := range questions {
						if len(q.Only) == 0 || slices.Contains(q.Only, email) {
							t.Run(q.Ask, func(t *testing.T) { p.checkAnswer(t, q) }) //nolint:paralleltest // one talks about one thing at a time
						}
					}
				})
			}
		})
	}
}

func (p *person) checkAnswer(t *testing.T, q questionCase) {
	t.Helper()
	if len(q.After) > 0 {
		p.newChat(t)
		for _, text := range q.After {
			p.ask(t, text)
		}
	}
	message := p.ask(t, q.Ask)
	if len(q.After) > 0 {
		p.newChat(t)
	}
	action := ""
	if !message.Action.IsNull() {
		action = string(message.Action.MustGet())
	}
	require.Equal(t, q.Action, action, message.Content)
	if action == "card" && len(p.cards(t, "true")) == 0 {
		require.True(t, message.DrawerData.IsNull())
		require.Empty(t, message.Sources)
		return
	}
	work, known := checkers[action]
	require.True(t, known, "no checker works out answers about a %s", action)
	c := &check{
		T: t, person: p, question: q, message: message, evidence: p.read(t, message.Sources),
		explained: map[string]bool{}, claims: map[string]*big.Rat{},
	}
	work(c)
	c.verdict()
}
