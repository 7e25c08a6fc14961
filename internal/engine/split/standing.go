package split

import (
	"slices"
	"strings"
)

// standsForSomebody reports whether a word stands where a person would.
func (s *sentence) standsForSomebody(i int) bool {
	t, prev, next := s.tokens[i], s.at(i-1), s.at(i+1)
	if initial := t.capital && len(t.text) == 1 && t.text != "i"; initial {
		return s.standsInitial(i)
	}
	if nobody[t.text] || relations[t.text] || len(t.text) < 2 {
		return false
	}
	named := t.capital && !t.first
	switch {
	case prev.is("the", "a", "our", "an", "at"), prev.kind == somebody && prev.owner:
		return false
	case s.acts(i), t.capital && s.onlyNames():
		return true
	case t.owner && (t.capital || next.kind == word && ownings[next.text]), s.lostApostrophe(i):
		return !s.placeName(i)
	case prev.kind == word && beforeLists[prev.text], s.inList(i):
		return t.capital || s.listEnds(i)
	case t.capital && (next.isMark(",") || next.is("and")) && s.at(i+2).kind == somebody && !s.at(i+2).owner:
		return !s.placeName(i) && (named || s.startsClause(i))
	case named && prev.kind == word && beforeNames[prev.text], t.capital && (s.figure(i+1) || next.isMark(":") && s.figure(i+2)):
		return !s.placeName(i)
	case named && (prev.kind == percent || next.is("also", "too") || (prev.is("and") || prev.isMark(",")) && next.is("the", "a", "an")):
		return true
	case (prev.isMark(",") || prev.is("and")) && s.figure(i+1):
		return t.capital || s.figureBefore(i-1)
	case prev.isMark(":") && s.figure(i+1):
		return s.at(i+2).kind == mark || s.at(i+2).is("and")
	default:
		return s.owes(i)
	}
}

// onlyNames reports a sentence that does nothing but list people, "Tom, Ana and Luis": each word a name, two or more.
func (s *sentence) onlyNames() bool {
	names, joined := 0, false
	for i, t := range s.tokens {
		switch {
		case t.kind == somebody, t.kind == word && t.capital && !nobody[t.text] && !relations[t.text] && !s.placeName(i):
			names++
		case t.is("and"), t.isMark(","):
			joined = true
		case i == len(s.tokens)-1 && t.kind == mark:
		default:
			return false
		}
	}
	return joined && names > 1
}

// standsInitial reports whether a single capital stands for somebody: "we are A, B and C".
func (s *sentence) standsInitial(i int) bool {
	prev, next := s.at(i-1), s.at(i+1)
	ends := next.kind == mark || next.is("and") || next.kind == word && afterNames[next.text]
	return ends && (prev.is("are", "am", "between", "among", "with") || s.inList(i) || next.kind == word && afterNames[next.text])
}

// acts reports whether a word is followed by what only people do.
func (s *sentence) acts(i int) bool {
	t, next := s.tokens[i], s.at(i+1)
	switch {
	case next.kind == somebody && s.spanish: // Luis me debe
		return s.at(i+2).is("owes", "paid", "sent", "gave") || s.at(i+2).is("already")
	case next.kind != word:
		return false
	case afterNames[next.text]:
		return t.capital || s.startsClause(i)
	case next.text == "is" || next.text == "was" || next.text == "not":
		return t.capital && s.personal(i)
	default:
		return t.capital && afterCapitals[next.text]
	}
}

// owes reports whether a word stands where who owes or is owed stands.
func (s *sentence) owes(i int) bool {
	prev, next := s.at(i-1), s.at(i+1)
	return prev.is("owe", "owes", "owed") && s.listEnds(i) || next.is("owe", "owes") && prev.is("does", "do", "how", "much")
}

// lostApostrophe reports "viktors part".
func (s *sentence) lostApostrophe(i int) bool {
	next := s.at(i + 1)
	return strings.HasSuffix(s.tokens[i].text, "s") && next.is("part", "share", "half") && !s.at(i-1).is("equal", "in", "by")
}

func (t token) is(words ...string) bool { return t.kind == word && slices.Contains(words, t.text) }

func (t token) isMark(text string) bool { return t.kind == mark && t.text == text }

// personal reports a word before "is" or "was" that something personal follows, or that a "he" or "she" means: "Ravi is
// out", not "Pizza was $63".
func (s *sentence) personal(i int) bool {
	after := s.at(i + 2)
	if s.at(i+1).is("not") || after.is("not", "out", "in", "the") {
		return true
	}
	return after.kind == word && slices.ContainsFunc(s.tokens[i:], func(t token) bool { return t.is("he", "she", "him", "her") })
}

func (s *sentence) at(i int) token {
	if i < 0 || i >= len(s.tokens) {
		return token{kind: mark, text: "."}
	}
	return s.tokens[i]
}

func (s *sentence) figure(i int) bool {
	k := s.at(i).kind
	return k == amount || k == number || k == percent || k == ratio
}

// figureBefore reports that the part of a list that ends at i is somebody with a figure: "i do 40%, raj 35, beth 25".
func (s *sentence) figureBefore(i int) bool {
	figure := false
	for i--; i >= 0; i-- {
		switch t := s.tokens[i]; {
		case t.kind == somebody:
			return figure
		case s.figure(i):
			figure = true
		case t.kind == mark, t.is("and"):
			return false
		}
	}
	return false
}

func (s *sentence) startsClause(i int) bool {
	prev := s.at(i - 1)
	return prev.kind == mark || prev.kind == word && (prev.text == "and" || prev.text == "but" || prev.text == "if" || prev.text == "so" ||
		prev.text == "because" || prev.text == "while" || prev.text == "since")
}

// listEnds reports whether a word of a list can be its last, or is followed by the next.
func (s *sentence) listEnds(i int) bool {
	next := s.at(i + 1)
	if next.kind == mark || next.kind == somebody {
		return true
	}
	return next.kind == word && (next.text == "and" || afterLists[next.text])
}

// inList reports whether the word before is a person of the same list.
func (s *sentence) inList(i int) bool {
	prev := s.at(i - 1)
	if prev.kind == somebody && !prev.owner {
		next := s.at(i + 1) // between me tom and wei
		return next.kind == word && next.text == "and" && s.listedBefore(i-1)
	}
	joins := prev.kind == word && prev.text == "and" || prev.kind == mark && prev.text == ","
	before := s.at(i - 2)
	if joins && before.kind == mark && before.text == "," { // Oxford comma
		before = s.at(i - 3)
	}
	return joins && before.kind == somebody && !before.owner
}

// listedBefore reports that a person belongs to a list that was begun by a word for one.
func (s *sentence) listedBefore(i int) bool {
	for ; i >= 0; i-- {
		t := s.tokens[i]
		switch {
		case t.kind == word && beforeLists[t.text]:
			return true
		case t.kind == somebody, t.kind == word && t.text == "and", t.kind == mark && t.text == ",":
		default:
			return false
		}
	}
	return false
}

// placeName reports a capital behind a word of place: "at Hilltop", "in Lisbon".
func (s *sentence) placeName(i int) bool {
	return s.at(i-1).is("at", "in", "from", "the", "our", "near", "last")
}
