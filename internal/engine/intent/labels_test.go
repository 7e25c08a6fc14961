package intent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/engine/category"
)

// labelled is one message of testdata/*.yaml and what a good reader finds in it; the files explain the fields.
type labelled struct {
	Text      string   `yaml:"text"`
	Chat      string   `yaml:"chat"`
	History   []string `yaml:"history"`
	Lang      string   `yaml:"lang"`
	Intent    string   `yaml:"intent"`
	Addressed *bool    `yaml:"addressed"`

	Amounts  []labelledAmount  `yaml:"amounts"`
	Merchant string            `yaml:"merchant"`
	Category category.Category `yaml:"category"`
	People   []string          `yaml:"people"`
	Product  string            `yaml:"product"`
	Method   string            `yaml:"method"`
	Target   *labelledAmount   `yaml:"target"`
	Dates    string            `yaml:"dates"`
}

type labelledAmount struct {
	Amount   int64  `yaml:"amount"`
	Currency string `yaml:"currency"`
}

func labelledHalf(t testing.TB, name string) []labelled {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()

	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	var half []labelled
	require.NoError(t, decoder.Decode(&half))
	return half
}

// folded is what is left of a text when case, spaces and punctuation do not count.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

func TestLabelsAreValidAndBalanced(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, name := range []string{"test.yaml", "dev.yaml", "more.yaml"} {
		half := labelledHalf(t, name)
		require.GreaterOrEqual(t, len(half), 450, name)

		perIntent, spanish := map[string]int{}, 0
		for _, entry := range half {
			key := folded(entry.Text)
			require.NotEmpty(t, key, name)
			require.Empty(t, seen[key], "%q is in %s twice, or in another set", entry.Text, name)
			seen[key] = entry.Text

			requireValid(t, entry)
			perIntent[entry.Intent]++
			if entry.Lang == "es" {
				spanish++
			}
		}
		for _, intent := range []string{"card", "split", "tracker", "general"} {
			require.GreaterOrEqual(t, perIntent[intent]*100, len(half)*15, "%s in %s", intent, name)
		}
		if name != "more.yaml" {
			require.GreaterOrEqual(t, spanish*100, len(half)*12, "Spanish in %s", name)
		}
	}
}

func requireValid(t *testing.T, entry labelled) {
	t.Helper()
	require.Contains(t, []string{"solo", "group"}, entry.Chat, entry.Text)
	require.Contains(t, []string{"en", "es"}, entry.Lang, entry.Text)
	require.Contains(t, []string{"card", "split", "tracker", "general"}, entry.Intent, entry.Text)
	require.Equal(t, entry.Chat == "group", entry.Addressed != nil, "addressed belongs to groups: %s", entry.Text)
	require.Contains(t, []string{"", "equal", "shares", "percentages", "amounts", "items"}, entry.Method, entry.Text)
	require.True(t, entry.Category == "" || entry.Category.Valid(), entry.Text)

	sums := entry.Amounts
	if entry.Target != nil {
		sums = append(sums, *entry.Target)
	}
	for _, sum := range sums {
		require.Regexp(t, "^[A-Z]{3}$", sum.Currency, entry.Text)
		require.GreaterOrEqual(t, sum.Amount, int64(0), entry.Text)
	}
}
