package split

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// phrase is a pattern over a written sentence. Most patterns do not match most sentences; a phrase looks for the words
// it cannot do without before it tries.
type phrase struct {
	*regexp.Regexp

	needs []string // one of them must be there; empty where nothing can be said
}

// pattern makes a phrase. <P> stands for a person, <L> for a list of people, <A> for a sum, <N> for a count, <Q> for a
// percentage, each of them captured, and <W> for a word.
func pattern(text string) phrase {
	expression := strings.NewReplacer("<P>", "("+aPerson+")", "<L>", "("+aList+")", "<A>", "("+anSum+")",
		"<N>", `(N\d+)`, "<Q>", `(Q\d+)`, "<W>", few).Replace(`(?:^| )(?:` + text + `)(?: |$)`)
	compiled := phrase{Regexp: regexp.MustCompile(expression)}
	if tree, err := syntax.Parse(expression, syntax.Perl); err == nil {
		compiled.needs = needed(tree)
	}
	return compiled
}

// needed finds texts of which every match holds at least one.
func needed(tree *syntax.Regexp) []string {
	switch tree.Op { //nolint:exhaustive // nothing is needed by the others
	case syntax.OpLiteral:
		return []string{string(tree.Rune)}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(tree.Sub[0])
	case syntax.OpRepeat:
		if tree.Min > 0 {
			return needed(tree.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, part := range tree.Sub {
			if found := needed(part); shortest(found) > shortest(best) {
				best = found
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, part := range tree.Sub {
			found := needed(part)
			if len(found) == 0 {
				return nil
			}
			all = append(all, found...)
		}
		return all
	}
	return nil
}

func shortest(texts []string) int {
	least := 0
	for i, text := range texts {
		if i == 0 || len(text) < least {
			least = len(text)
		}
	}
	return least
}

func (p phrase) mayMatch(text string) bool {
	for _, need := range p.needs {
		if strings.Contains(text, need) {
			return true
		}
	}
	return len(p.needs) == 0
}

func (p phrase) MatchString(text string) bool { return p.mayMatch(text) && p.Regexp.MatchString(text) }

func (p phrase) FindString(text string) string {
	if !p.mayMatch(text) {
		return ""
	}
	return p.Regexp.FindString(text)
}

func (p phrase) FindStringIndex(text string) []int {
	if !p.mayMatch(text) {
		return nil
	}
	return p.Regexp.FindStringIndex(text)
}

func (p phrase) FindStringSubmatch(text string) []string {
	if !p.mayMatch(text) {
		return nil
	}
	return p.Regexp.FindStringSubmatch(text)
}

func (p phrase) FindStringSubmatchIndex(text string) []int {
	if !p.mayMatch(text) {
		return nil
	}
	return p.Regexp.FindStringSubmatchIndex(text)
}

func (p phrase) FindAllStringSubmatch(text string, n int) [][]string {
	if !p.mayMatch(text) {
		return nil
	}
	return p.Regexp.FindAllStringSubmatch(text, n)
}
