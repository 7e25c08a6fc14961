package prefilter

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var expressions = []string{
	`split`, `a`, `(?i)split`, `split|divide`, `split|x`, `(?:^| )(?:split|share)(?: |$)`, `(split )?the bill`, `(?:the )*bill`, `(?:the )+bill`,
	`(?:the ){2}bill`, `(?:the ){0,2}bill`, `\bspl(?:it|its) (\w+) with (me|us)\b`, `bill$`, `^the`, ``, `[sx]plit`, `s.lit`, `(?:split|share) (?:the|a) bill`,
}

// What is left out by its words is only what would not have matched.
func TestRegexp_IsTheExpressionItself(t *testing.T) {
	t.Parallel()
	words := rapid.SliceOf(rapid.SampledFrom([]string{"split", "Split", "divide", "the", "bill", "with", "me", "us", "a", "share", "splits", "x", " ", " ", "s"}))
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.SampledFrom(expressions).Draw(t, "expression")
		text := ""
		for _, word := range words.Draw(t, "words") {
			text += word + rapid.SampledFrom([]string{"", " "}).Draw(t, "space")
		}
		plain, filtered := regexp.MustCompile(source), MustCompile(source)
		require.Equal(t, plain.MatchString(text), filtered.MatchString(text))
		require.Equal(t, plain.FindString(text), filtered.FindString(text))
		require.Equal(t, plain.FindStringIndex(text), filtered.FindStringIndex(text))
		require.Equal(t, plain.FindStringSubmatch(text), filtered.FindStringSubmatch(text))
		require.Equal(t, plain.FindStringSubmatchIndex(text), filtered.FindStringSubmatchIndex(text))
		require.Equal(t, plain.FindAllStringSubmatch(text, -1), filtered.FindAllStringSubmatch(text, -1))
		require.Equal(t, plain.ReplaceAllString(text, "<$0>"), filtered.ReplaceAllString(text, "<$0>"))
	})
}

// Why: a filter that knows nothing is right and useless.
func TestMustCompile_KnowsWhatAMatchNeeds(t *testing.T) {
	t.Parallel()
	for source, needs := range map[string][]string{
		`split`:                               {"split"},
		`split|divide`:                        {"split", "divide"},
		`split|x`:                             nil,
		`(?i)split`:                           nil,
		`(?:^| )(?:share|tips)(?: |$)`:        {"share", "tips"},
		`(?:the )?bill`:                       {"bill"},
		`(?:the ){2}bill`:                     {"the "},
		`(?:split|share) (?:to|a) restaurant`: {" restaurant"},
	} {
		require.Equal(t, needs, MustCompile(source).needs, source)
	}
}
