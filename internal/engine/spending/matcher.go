package spending

import (
	"slices"

	"github.com/lattice-money/lattice/internal/engine/prefilter"
)

// matcher is an expression that questions are read by.
type matcher = prefilter.Regexp

func match(source string) *matcher {
	compiled := prefilter.MustCompile(source)
	return &compiled
}

// anyOf matches where one of several does. Apart they are found not to match sooner than as one large expression.
type anyOf []*matcher

func either(patterns ...string) anyOf {
	list := make(anyOf, len(patterns))
	for i, pattern := range patterns {
		list[i] = match(pattern)
	}
	return list
}

// MatchString reports whether the text holds a match of any.
func (a anyOf) MatchString(text string) bool {
	return slices.ContainsFunc(a, func(m *matcher) bool { return m.MatchString(text) })
}
