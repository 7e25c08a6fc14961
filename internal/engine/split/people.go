package split

import (
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// asker is the index of the asker among a sentence's people.
const asker = 0

// findPeople marks the words that mean somebody. In a group only its members can be meant; elsewhere people are those
// named before, the asker first, and whoever stands where a person would.
func (s *sentence) findPeople(group []Person, self Person, named []Person) {
	s.people = named
	roster := newRoster(group, named, self)
	s.unbracket()
	s.findAsker()
	s.findRelations()
	for i := range s.tokens {
		s.findKnown(i, roster)
	}
	for changed := true; changed; {
		changed = false
		for i := range s.tokens {
			if i < len(s.tokens) && s.tokens[i].kind == word && s.standsForSomebody(i) {
				s.findName(i, roster)
				changed = true
			}
		}
		s.findAgain()
	}
	s.findPronouns()
}

// unbracket takes the brackets off a figure that stands behind whom it is said of: Ana (50%).
func (s *sentence) unbracket() {
	for i := 0; i+2 < len(s.tokens); i++ {
		figure := s.tokens[i+1].kind == percent || s.tokens[i+1].kind == amount
		if s.tokens[i].isMark("(") && figure && s.tokens[i+2].isMark(")") {
			s.tokens = slices.Delete(s.tokens, i+2, i+3)
			s.tokens = slices.Delete(s.tokens, i, i+1)
		}
	}
}

// findAgain marks the names of people of this text wherever else they stand in it.
func (s *sentence) findAgain() {
	names := map[string]int{}
	for i, person := range s.people {
		if i != asker && strings.HasPrefix(person.ID, "name:") && !strings.Contains(person.Name, " ") {
			names[spending.Fold(person.Name)] = i
		}
	}
	for i := range s.tokens {
		t := &s.tokens[i]
		if index, ok := names[t.text]; ok && t.kind == word && (t.capital || !nobody[t.text] && !ordinary[t.text] && len(t.text) > 1) {
			t.kind, t.index = somebody, index
		}
	}
}

func (s *sentence) findAsker() {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind != word {
			continue
		}
		switch t.text {
		case "i", "me", "myself":
			t.kind, t.index = somebody, asker
		case "my":
			t.kind, t.index, t.owner = somebody, asker, true
		}
	}
}

// findRelations makes one person of "my wife".
func (s *sentence) findRelations() {
	for i := 0; i+1 < len(s.tokens); i++ {
		t, next := &s.tokens[i], &s.tokens[i+1]
		named := t.kind == word && t.capital && t.owner && !nobody[t.text]
		if next.kind == word && relations[next.text] && (named || t.is("his", "her", "their")) {
			name := t.text
			if t.owner {
				name = t.raw + "'s"
			}
			next.kind, next.index = somebody, s.person(Person{Name: name + " " + next.text})
			s.tokens = slices.Delete(s.tokens, i, i+1)
			continue
		}
		if t.kind != somebody || t.index != asker || !t.owner || next.kind != word || !relations[next.text] {
			continue
		}
		if i+2 < len(s.tokens) && s.tokens[i+2].kind == word && s.tokens[i+2].capital && !nobody[s.tokens[i+2].text] {
			*t = token{kind: word, text: "the"} // my brother Tom is Tom
			continue
		}
		next.kind, next.index = somebody, s.person(Person{Name: "your " + next.text})
		s.tokens = slices.Delete(s.tokens, i, i+1)
	}
}

// person is the index of somebody, who joins the people if need be.
func (s *sentence) person(p Person) int {
	for i, known := range s.people {
		if p.ID != "" && known.ID == p.ID || p.ID == "" && i != asker && spending.Fold(known.Name) == spending.Fold(p.Name) {
			return i
		}
	}
	if p.ID == "" {
		p.ID = "name:" + spending.Fold(p.Name)
	}
	s.people = append(s.people, p)
	return len(s.people) - 1
}

// roster finds members by name: the whole of it, the first or the last part.
type roster struct {
	closed bool // nobody else can be meant
	names  map[string][]Person
	whole  map[string]Person
}

func newRoster(group, named []Person, self Person) roster {
	r := roster{closed: len(group) > 0, names: map[string][]Person{}, whole: map[string]Person{}}
	known := group
	if !r.closed {
		known = named[1:]
	}
	for _, person := range known {
		parts := strings.Fields(spending.Fold(person.Name))
		if len(parts) == 0 || len(parts) > 1 && relations[parts[len(parts)-1]] { // your brother, Tom's brother
			continue
		}
		r.whole[strings.Join(parts, " ")] = person
		for _, part := range slices.Compact([]string{parts[0], parts[len(parts)-1]}) {
			r.names[part] = append(r.names[part], person)
		}
	}
	if !r.closed { // who says their own name means themselves
		if parts := strings.Fields(spending.Fold(self.Name)); len(parts) > 0 {
			r.names[parts[0]] = []Person{self}
			r.whole[strings.Join(parts, " ")] = self
		}
	}
	return r
}

// findKnown marks a member's name. Names that are plain words too count with a capital that the sentence does not ask
// for, or before what only people do.
func (s *sentence) findKnown(i int, roster roster) {
	if i >= len(s.tokens) || s.tokens[i].kind != word {
		return
	}
	t := &s.tokens[i]
	if bare := strings.TrimSuffix(t.text, "s"); len(roster.names[t.text]) == 0 && len(roster.names[bare]) > 0 && s.lostApostrophe(i) {
		t.text, t.owner = bare, true
	}
	if i+1 < len(s.tokens) && s.tokens[i+1].kind == word {
		if person, ok := roster.whole[t.text+" "+s.tokens[i+1].text]; ok {
			owner := s.tokens[i+1].owner
			t.kind, t.index, t.owner = somebody, s.known(person), owner
			s.tokens = slices.Delete(s.tokens, i+1, i+2)
			return
		}
	}
	people := roster.names[t.text]
	if len(people) == 0 || ordinary[t.text] && (!t.capital || t.first && !afterNames[s.at(i+1).text]) {
		return
	}
	if len(people) > 1 {
		s.unclear = append(s.unclear, titled(t.text))
		return
	}
	t.kind, t.index = somebody, s.known(people[0])
}

func (s *sentence) known(person Person) int {
	if person.ID == s.people[asker].ID {
		return asker
	}
	return s.person(person)
}

// findName makes a person of a word that stands where one would, with the other parts of the name.
func (s *sentence) findName(i int, roster roster) {
	if s.lostApostrophe(i) && !s.tokens[i].owner {
		t := &s.tokens[i]
		t.text, t.raw, t.owner = strings.TrimSuffix(t.text, "s"), strings.TrimSuffix(t.raw, "s"), true
	}
	namePart := func(t token) bool { return t.kind == word && t.capital && !nobody[t.text] && !relations[t.text] }
	for namePart(s.tokens[i]) && namePart(s.at(i-1)) && !s.at(i-1).owner {
		i--
	}
	t := &s.tokens[i]
	parts := []string{titled(t.raw)}
	for namePart(*t) && namePart(s.at(i+1)) && !t.owner {
		parts = append(parts, s.tokens[i+1].raw)
		t.owner = s.tokens[i+1].owner
		s.tokens = slices.Delete(s.tokens, i+1, i+2)
	}
	name := strings.Join(parts, " ")
	t.kind = somebody
	switch {
	case !roster.closed:
		t.index = s.person(Person{Name: name})
	case len(roster.names[t.text]) > 1:
		t.kind, t.text = mark, "?" // told already
	default:
		if !slices.Contains(s.unknown, name) {
			s.unknown = append(s.unknown, name)
		}
		t.kind, t.text = mark, "?"
	}
}

func titled(name string) string {
	letters := []rune(name)
	if len(letters) > 0 {
		letters[0] = []rune(strings.ToUpper(string(letters[0])))[0]
	}
	return string(letters)
}

// findPronouns gives he, she, him and her to the only other person named before.
func (s *sentence) findPronouns() {
	last := -1
	for i := range s.tokens {
		t := &s.tokens[i]
		switch {
		case t.kind == somebody && t.index != asker:
			last = t.index
		case t.kind == word && last > 0 && (t.text == "he" || t.text == "she" || t.text == "him"):
			t.kind, t.index = somebody, last
		case t.kind == word && last > 0 && t.text == "her" && s.at(i+1).kind != word:
			t.kind, t.index = somebody, last
		case t.kind == word && last > 0 && (t.text == "his" || t.text == "her") && ownings[s.at(i+1).text]:
			t.kind, t.index, t.owner = somebody, last, true
		}
	}
}
