// Package prefilter runs regular expressions only on texts that can match. Engines read a sentence by hundreds of patterns,
// of which most have nothing to do with it, and to look for a word costs a fraction of running an expression.
package prefilter

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Regexp is a regular expression that is run only on texts which hold one of the texts that each of its matches has. What
// it does not filter itself is that of the expression.
type Regexp struct {
	*regexp.Regexp

	needs []string // every match contains one of these; none means nothing is known
}

// MustCompile is regexp.MustCompile: for expressions that are constants.
func MustCompile(source string) Regexp {
	compiled := Regexp{Regexp: regexp.MustCompile(source)}
	if tree, err := syntax.Parse(source, syntax.Perl); err == nil {
		compiled.needs = needed(tree.Simplify())
	}
	return compiled
}

// needed are texts of which every match of an expression contains one; nil where there are none.
func needed(tree *syntax.Regexp) []string {
	switch tree.Op { //nolint:exhaustive // nothing is needed by the others
	case syntax.OpLiteral:
		const least = 2 // one letter is in nearly every sentence
		if text := string(tree.Rune); len(text) >= least && tree.Flags&syntax.FoldCase == 0 {
			return []string{text}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(tree.Sub[0])
	case syntax.OpRepeat:
		if tree.Min > 0 {
			return needed(tree.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, part := range tree.Sub {
			if found := needed(part); shortest(found) > shortest(best) || shortest(found) == shortest(best) && len(found) < len(best) {
				best = found
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, part := range tree.Sub {
			found := needed(part)
			if found == nil {
				return nil
			}
			all = append(all, found...)
		}
		return all
	}
	return nil
}

// shortest is the length of the shortest text: the longer, the rarer it is in what people write.
func shortest(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	return len(slices.MinFunc(texts, func(a, b string) int { return len(a) - len(b) }))
}

func (r Regexp) may(text string) bool {
	return len(r.needs) == 0 || slices.ContainsFunc(r.needs, func(need string) bool { return strings.Contains(text, need) })
}

// MatchString reports whether the text holds a match.
func (r Regexp) MatchString(text string) bool { return r.may(text) && r.Regexp.MatchString(text) }

// FindString is the first match; empty where there is none.
func (r Regexp) FindString(text string) string {
	if !r.may(text) {
		return ""
	}
	return r.Regexp.FindString(text)
}

// FindStringIndex is where the first match stands; nil where there is none.
func (r Regexp) FindStringIndex(text string) []int {
	if !r.may(text) {
		return nil
	}
	return r.Regexp.FindStringIndex(text)
}

// FindStringSubmatch is the first match with its groups; nil where there is none.
func (r Regexp) FindStringSubmatch(text string) []string {
	if !r.may(text) {
		return nil
	}
	return r.Regexp.FindStringSubmatch(text)
}

// FindStringSubmatchIndex is where the first match and its groups stand; nil where there is none.
func (r Regexp) FindStringSubmatchIndex(text string) []int {
	if !r.may(text) {
		return nil
	}
	return r.Regexp.FindStringSubmatchIndex(text)
}

// FindAllStringSubmatch are the first n matches with their groups, all of them where n is below zero; nil where there are none.
func (r Regexp) FindAllStringSubmatch(text string, n int) [][]string {
	if !r.may(text) {
		return nil
	}
	return r.Regexp.FindAllStringSubmatch(text, n)
}

// ReplaceAllString replaces every match.
func (r Regexp) ReplaceAllString(text, replacement string) string {
	if !r.may(text) {
		return text
	}
	return r.Regexp.ReplaceAllString(text, replacement)
}
