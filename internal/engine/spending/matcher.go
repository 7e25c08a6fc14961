package spending

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// matcher is a regular expression that is run only on texts which hold one of the words that every match of it has. Most
// of the many patterns a question is read by have nothing to do with it, and looking for a word costs a fraction.
type matcher struct {
	expression *regexp.Regexp
	words      []string // any match contains one of these; none means nothing is known
}

// match compiles an expression; like regexp.MustCompile it is for expressions that are constants.
func match(source string) *matcher {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		panic(err)
	}
	return &matcher{expression: regexp.MustCompile(source), words: needed(parsed.Simplify())}
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
	for _, m := range a {
		if m.MatchString(text) {
			return true
		}
	}
	return false
}

// needed are texts of which every match of an expression contains one; nil when there are none.
func needed(expression *syntax.Regexp) []string {
	const shortest = 2
	switch expression.Op {
	case syntax.OpLiteral:
		if text := string(expression.Rune); len(text) >= shortest && expression.Flags&syntax.FoldCase == 0 {
			return []string{text}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(expression.Sub[0])
	case syntax.OpRepeat:
		if expression.Min > 0 {
			return needed(expression.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, part := range expression.Sub {
			if words := needed(part); words != nil && (best == nil || len(words) < len(best)) {
				best = words
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, alternative := range expression.Sub {
			words := needed(alternative)
			if words == nil {
				return nil
			}
			all = append(all, words...)
		}
		return all
	default:
	}
	return nil
}

func (m *matcher) may(text string) bool {
	if len(m.words) == 0 {
		return true
	}
	for _, word := range m.words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// MatchString reports whether the text holds a match.
func (m *matcher) MatchString(text string) bool { return m.may(text) && m.expression.MatchString(text) }

// FindStringIndex is where the first match stands; nil when there is none.
func (m *matcher) FindStringIndex(text string) []int {
	if !m.may(text) {
		return nil
	}
	return m.expression.FindStringIndex(text)
}

// FindStringSubmatch is the first match with its groups; nil when there is none.
func (m *matcher) FindStringSubmatch(text string) []string {
	if !m.may(text) {
		return nil
	}
	return m.expression.FindStringSubmatch(text)
}

// FindStringSubmatchIndex is where the first match and its groups stand; nil when there is none.
func (m *matcher) FindStringSubmatchIndex(text string) []int {
	if !m.may(text) {
		return nil
	}
	return m.expression.FindStringSubmatchIndex(text)
}

// ReplaceAllString replaces every match.
func (m *matcher) ReplaceAllString(text, replacement string) string {
	if !m.may(text) {
		return text
	}
	return m.expression.ReplaceAllString(text, replacement)
}
