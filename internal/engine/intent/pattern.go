package intent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pattern is a phrase to look for, written in a small grammar of words:
//
//	which        this word, or this word with a possessive s
//	which|what   one of these words
//	divid*       a word that begins so
//	%card        a word of the class, as lexicon/classes.txt has it
//	<amount>     a token with that trait; may stand among alternatives
//	~3           up to three words or commas of any kind, within a sentence
//	the?         it may be missing
//	^ and $      the beginning and the end of a sentence or of a part set off by a mark
//	? , / :      the mark itself
//
// A word that is part of a masked phrase matches nothing but a gap.
type pattern struct {
	source   string
	elements []element
}

type element struct {
	words    map[string]bool
	prefixes []string
	traits   traits
	gap      int // up to so many of anything
	optional bool
	begin    bool
	end      bool
}

var traitNames = map[string]traits{
	"amount": isAmount, "currency": isCurrency, "number": isNumber, "percent": isPercent, "ratio": isRatio, "name": isName,
	"merchant": isMerchant, "category": isCategory, "year": isYear, "capital": isCapital,
}

// compile reads a pattern. Patterns are part of the program: a fault in one is found by the first test that runs.
func compile(source string, classes map[string][]string) (pattern, error) {
	p := pattern{source: source}
	for field := range strings.FieldsSeq(source) {
		e, err := compileElement(field, classes)
		if err != nil {
			return pattern{}, fmt.Errorf("%q: %w", source, err)
		}
		p.elements = append(p.elements, e)
	}
	opening := p.elements
	if len(opening) > 0 && opening[0].begin {
		opening = opening[1:]
	}
	if len(opening) == 0 || opening[0].gap > 0 || opening[0].optional || opening[0].begin || opening[0].end {
		return pattern{}, fmt.Errorf("%q: a pattern begins with something to find", source)
	}
	return p, nil
}

func compileElement(field string, classes map[string][]string) (element, error) {
	switch {
	case field == "^":
		return element{begin: true}, nil
	case field == "$":
		return element{end: true}, nil
	case strings.HasPrefix(field, "~"):
		gap, err := strconv.Atoi(field[1:])
		return element{gap: gap}, err
	}
	e := element{words: map[string]bool{}}
	if len(field) > 1 {
		field, e.optional = strings.CutSuffix(field, "?")
	}
	for part := range strings.SplitSeq(field, "|") {
		name, isTrait := strings.CutPrefix(part, "<")
		switch {
		case isTrait:
			found, ok := traitNames[strings.TrimSuffix(name, ">")]
			if !ok {
				return e, fmt.Errorf("no trait %s", part)
			}
			e.traits |= found
		case len(part) > 1 && part[0] == '%':
			members, ok := classes[part[1:]]
			if !ok {
				return e, fmt.Errorf("no class %s", part)
			}
			for _, member := range members {
				e.add(member)
			}
		default:
			e.add(part)
		}
	}
	return e, nil
}

func (e *element) add(word string) {
	if prefix, ok := strings.CutSuffix(word, "*"); ok {
		e.prefixes = append(e.prefixes, prefix)
		return
	}
	e.words[word] = true
}

func (e *element) matches(t *token) bool {
	if t.masked {
		return false
	}
	if t.has(e.traits) || e.words[t.text] || t.stem != t.text && e.words[t.stem] {
		return true
	}
	return len(e.prefixes) > 0 && slices.ContainsFunc(e.prefixes, func(prefix string) bool { return strings.HasPrefix(t.text, prefix) })
}

// match is where a pattern was found: tokens[from:to], and which of them a word of the pattern stood for.
type match struct {
	from, to int
	named    []int
}

// at matches the pattern from a token on.
func (p *pattern) at(tokens []token, from int) (match, bool) {
	first := &p.elements[0]
	if first.begin {
		first = &p.elements[1]
	}
	if from >= len(tokens) || !first.matches(&tokens[from]) {
		return match{}, false // most attempts end here
	}
	m := match{from: from}
	var try func(element, at int) bool
	try = func(index, at int) bool {
		if index == len(p.elements) {
			m.to = at
			return true
		}
		e := &p.elements[index]
		switch {
		case e.begin:
			return begins(tokens, at) && try(index+1, at)
		case e.end:
			return ends(tokens, at) && try(index+1, at)
		case e.gap > 0:
			for skipped := 0; skipped <= e.gap; skipped++ {
				if try(index+1, at+skipped) {
					return true
				}
				if at+skipped >= len(tokens) || tokens[at+skipped].has(isStop) {
					return false
				}
			}
			return false
		}
		if at < len(tokens) && e.matches(&tokens[at]) {
			m.named = append(m.named, at)
			if try(index+1, at+1) {
				return true
			}
			m.named = m.named[:len(m.named)-1]
		}
		return e.optional && try(index+1, at)
	}
	return m, try(0, from)
}

// begins reports that a part of a sentence begins with a token: nothing before it, or a mark.
func begins(tokens []token, at int) bool { return at == 0 || at <= len(tokens) && !tokens[at-1].word() }

func ends(tokens []token, at int) bool { return at >= len(tokens) || !tokens[at].word() }

// book is a set of patterns that are looked for together, found by the words they may begin with.
type book struct {
	byWord map[string][]int
	others []int // begin with a prefix or a trait
}

func newBook(patterns []*pattern) book {
	b := book{byWord: map[string][]int{}}
	for i, p := range patterns {
		first := &p.elements[0]
		if first.begin {
			first = &p.elements[1]
		}
		if len(first.prefixes) > 0 || first.traits != 0 || len(first.words) == 0 {
			b.others = append(b.others, i)
			continue
		}
		for word := range first.words {
			b.byWord[word] = append(b.byWord[word], i)
		}
	}
	return b
}

// each calls found for every place where a pattern may begin.
func (b *book) each(tokens []token, found func(index, at int)) {
	for at := range tokens {
		for _, index := range b.byWord[tokens[at].text] {
			found(index, at)
		}
		if stem := tokens[at].stem; stem != tokens[at].text {
			for _, index := range b.byWord[stem] {
				found(index, at)
			}
		}
		for _, index := range b.others {
			found(index, at)
		}
	}
}

// finder looks for any of several patterns.
type finder struct {
	patterns []pattern
	book     book
}

// all returns every match, in the order of the text.
func (f *finder) all(tokens []token) []match {
	var found []match
	f.book.each(tokens, func(index, at int) {
		if m, ok := f.patterns[index].at(tokens, at); ok {
			found = append(found, m)
		}
	})
	return found
}

func (f *finder) in(tokens []token) bool { return len(f.all(tokens)) > 0 }
