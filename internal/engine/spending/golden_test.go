package spending_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/days"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// goldenCase is one question of testdata/questions.yaml.
type goldenCase struct {
	Ask      string     `yaml:"ask"`
	After    []string   `yaml:"after"` // what the same person asked before, oldest first
	Today    string     `yaml:"today"` // local time; Monday, 23 November 2026, 15:00 when empty
	Zone     string     `yaml:"zone"`
	Currency string     `yaml:"currency"`
	Days     days.Style `yaml:"days"` // MM/DD/YYYY when empty
	Text     string     `yaml:"text"`
	Refusal  string     `yaml:"refusal"`

	About   filter                `yaml:"about"`   // the orders asked about
	Figures map[string]expression `yaml:"figures"` // every figure of the text, and how it comes about
	// Sources are the orders cited: those asked about when it is missing, which must then be all and nothing else.
	Sources *[]string `yaml:"sources"`
}

func (c goldenCase) setting(t *testing.T) spending.Setting {
	t.Helper()
	zone, today, currency := home, "2026-11-23 15:00", "USD"
	if c.Zone != "" {
		zone = c.Zone
	}
	if c.Today != "" {
		today = c.Today
	}
	if c.Currency != "" {
		currency = c.Currency
	}
	now, err := time.ParseInLocation("2006-01-02 15:04", today, zoneNamed(t, zone))
	require.NoError(t, err)
	lexicon := spending.NewLexicon([]spending.Merchant{
		{Slug: "whole-foods", Name: "Whole Foods", Category: "groceries", Aliases: []string{"Whole Foods Market", "wholefoods"}},
		{Slug: "doordash", Name: "DoorDash", Category: "delivery", Aliases: []string{"door dash"}},
		{Slug: "uber", Name: "Uber", Category: "rideshare"},
		{Slug: "uber-eats", Name: "Uber Eats", Category: "delivery"},
		{Slug: "amazon", Name: "Amazon", Category: "online_retail"},
		{Slug: "target", Name: "Target", Category: "department_stores"},
		{Slug: "netflix", Name: "Netflix", Category: "streaming"},
		{Slug: "united", Name: "United", Category: "flights"},
		{Slug: "shell", Name: "Shell", Category: "gas"},
		{Slug: "zara", Name: "Zara", Category: "other"},
		{Slug: "costco", Name: "Costco", Category: "wholesale_clubs"},
	})
	return spending.Setting{
		Now: now.UTC(), Location: zoneNamed(t, zone), Currency: currency, Days: cmp.Or(c.Days, days.MonthFirst),
		Lexicon: lexicon.WithCards([]spending.Card{{Name: "Blue Cash Preferred", LastFour: "1005"}, {Name: "Store Card"}}),
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	cases := readYAML[[]goldenCase](t, "questions.yaml")
	require.GreaterOrEqual(t, len(cases), 60)
	orders := goldenOrders(t)
	for _, c := range cases {
		t.Run(strings.Join(append(slices.Clone(c.After), c.Ask), " / "), func(t *testing.T) {
			t.Parallel()
			at := c.setting(t)
			result := spending.Respond(c.Ask, c.After, orders, at)
			require.Equal(t, c.Text, result.Text())
			require.Equal(t, c.Refusal, string(result.Refusal))

			r := reference{t: t, orders: orders, now: at.Now, zone: at.Location}
			for text, figure := range c.Figures {
				want := r.compute(figure, c.About).write(t)
				require.Equal(t, want, strings.TrimRight(text, " abcdefghijklmnopqrstuvwxyz"), "the reference of %q", text)
				require.Contains(t, c.Text, text)
			}
			for _, text := range figureForms.FindAllString(c.Text, -1) {
				_, known := c.Figures[text]
				require.True(t, known || c.Refusal != "", "%q has no reference", text)
			}
			require.Equal(t, r.sources(c), result.Sources)
		})
	}
}

// sources are the orders a case has to cite, newest first.
func (r reference) sources(c goldenCase) []string {
	if c.Sources != nil {
		return *c.Sources
	}
	if c.Refusal != "" {
		return nil
	}
	var ids []string
	for _, o := range slices.Backward(r.pick(c.About)) {
		if c.About.Of == "" || r.value(o, c.About) != 0 {
			ids = append(ids, o.ID)
		}
	}
	return ids
}
