package chat

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

var someFacts = []spending.Fact{{ID: "f1", Text: "$4.30"}, {ID: "f2", Text: "Everyday {{f1}}"}, {ID: "f3", Text: "née €"}, {ID: "f10", Text: ""}}

// filled is what a reader gets of a text that comes in these pieces.
func filled(facts []spending.Fact, pieces ...string) string {
	f := newFiller(facts)
	var text strings.Builder
	for _, piece := range pieces {
		text.WriteString(f.fill(piece))
	}
	return text.String() + f.rest()
}

// pieces cuts a text anywhere, inside letters and placeholders too.
func pieces(t *rapid.T, text string) []string {
	var list []string
	for text != "" {
		cut := rapid.IntRange(1, min(len(text), 6)).Draw(t, "cut")
		list = append(list, text[:cut])
		text = text[cut:]
		if rapid.IntRange(0, 9).Draw(t, "empty") == 0 {
			list = append(list, "")
		}
	}
	return list
}

// Why: a provider cuts its text where its network does. A figure must not depend on that.
func TestFiller_GivesTheSameTextWhereverItIsCut(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{
		"{{f1}}", "{{f2}}", "{{ f3 }}", "{{f10}}", "{{nope}}", "{{", "}}", "{", "}", "{{{", "{{f1", "f1}}", "word ", "é", "€", "😀", "\xff", "\xe2\x82", "\x00", "\n", "{{f\x001}}",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "words"), "")
		whole := filled(someFacts, text)
		require.Equal(t, whole, filled(someFacts, pieces(t, text)...))
		require.True(t, utf8.ValidString(whole))
		require.NotContains(t, whole, "\x00")
	})
}

// Why: the engine's own wording is what a reply falls back to, and the beginning of what the default provider says.
func TestFiller_OfATemplateIsTheEnginesText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		template := rapid.StringMatching(`([A-Za-zé€😀., \n]{0,10}(\{\{f(1|2|3|10)\}\})?){0,8}`).Draw(t, "template")
		plan := Plan{Template: template, Facts: someFacts}
		require.Equal(t, plan.Text(), filled(someFacts, pieces(t, template)...))
	})
}

func TestFiller_ShowsNoPlaceholder(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{{f1}}":               "$4.30",
		"{{ f1\t}}":            "$4.30",
		"{{f4}}":               "",
		"{{F1}}":               "",
		"{{the best card}}":    "",
		"{{}}":                 "",
		"a {{f1":               "a ",
		"a {{f1}":              "a ",
		"a {":                  "a {",
		"{f1}":                 "{f1}",
		"{{{f1}}}":             "{$4.30}",
		"{{f2}}":               "Everyday {{f1}}", // a fact is text, whatever it holds
		"{{f{{f1}}":            "{{f$4.30",
		strings.Repeat("{", 9): strings.Repeat("{", 7),
	} {
		require.Equal(t, want, filled(someFacts, text), "%q", text)
		require.Equal(t, want, filled(someFacts, strings.Split(text, "")...), "%q", text)
	}
	long := "{{" + strings.Repeat("x", 100) + "}}"
	require.Equal(t, long, filled(someFacts, long), "too long to be meant as one, and not kept back for ever")
}

func TestFiller_ShowsWhatCanBeShownAtOnce(t *testing.T) {
	t.Parallel()
	f := newFiller(someFacts)
	require.Equal(t, "You earn ", f.fill("You earn {{f"))
	require.Equal(t, "$4.30 on caf", f.fill("1}} on caf\xc3"))
	require.Equal(t, "é ", f.fill("\xa9 {"))
	require.Equal(t, "{x", f.fill("x"))
	require.Empty(t, f.rest())
}
