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

// relations are people who are named by what they are to the asker.
var relations = set("wife husband partner girlfriend boyfriend roommate flatmate housemate brother sister mom mum mother dad father son " +
	"daughter friend neighbor neighbour boss colleague coworker cousin ex uncle aunt buddy fiance fiancee spouse grandma grandpa " +
	"hermano hermana esposa esposo marido mujer novio novia amigo amiga primo prima padre madre vecino vecina jefe companero companera")

// findRelations makes one person of "my wife".
func (s *sentence) findRelations() {
	for i := 0; i+1 < len(s.tokens); i++ {
		t, next := &s.tokens[i], &s.tokens[i+1]
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
		if len(parts) == 0 || strings.HasPrefix(person.Name, "your ") {
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
	name := titled(t.raw)
	for namePart(*t) && namePart(s.at(i+1)) && !t.owner {
		name += " " + s.tokens[i+1].raw
		t.owner = s.tokens[i+1].owner
		s.tokens = slices.Delete(s.tokens, i+1, i+2)
	}
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

// ordinary are names that are plain words of such sentences as well.
var ordinary = set("will mark bill may grace rose art pat rob sue max dean drew rich tab penny buck faith hope joy sol luz paz mar flor")

// before are words a person stands behind; in a list with them any word may be a name.
var (
	beforeLists = set("between among with except excluding without minus skip skipping exclude")
	beforeNames = set("owe owes owed paid pay pays to by for from not but add remove drop count leave take is am include including of square " +
		"up lent gave sent did does was are covered treated spotted")
	// afterNames are what people do. Only a capital tells "Lena left" from "what left".
	afterNames = set("paid pays owes covered ordered ate drank bought booked fronted takes puts gets gave sent lent picked had got took spent " +
		"chips handed joined venmoed")
	afterCapitals = set("pay owe put should would did does only left takes has have still already just counts count " +
		"skipped bailed wants came")
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
	case s.acts(i):
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
	return k == amount || k == number || k == percent
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

var afterLists = set("evenly equally equal please pls plz split so or who for in on at because since he she they as fairly only again too though " +
	"back anything me and")

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

// ownings are what belongs to people in a bill; a name without a capital is one before them.
var ownings = set("share part card half portion cut s order drink drinks beer")

// placeName reports a capital behind a word of place: "at Hilltop", "in Lisbon".
func (s *sentence) placeName(i int) bool {
	return s.at(i-1).is("at", "in", "from", "the", "our", "near", "last")
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

// nobody are words that stand where a person would and are none.
var nobody = set("i me my we us our ours you your they them their he she it his her him who whom what which that this these those there here " +
	"the a an and or but so if then than as of to in on at for from by with without between among except not no yes please pls plz thanks " +
	"everyone everybody anyone anybody someone somebody nobody all both each every other others another rest half halves double twice " +
	"triple people person persons friend friends folks guys family families couple roommates flatmates housemates siblings parents kids cousins " +
	"colleagues coworkers team group party room rooms bedrooms nights days ways way shares share parts part percent percentage percentages equal equally " +
	"evenly fairly split splitting divide dividing divvy share sharing total subtotal bill check tab receipt order purchase tip tax gratuity fee fees " +
	"service delivery discount refund dinner lunch breakfast brunch drinks drink food pizza sushi tacos wine beer beers cocktails coffee groceries gas fuel taxi cab uber " +
	"lyft rent hotel airbnb cabin house car van boat trip tickets ticket concert movie movies netflix spotify internet electric water utilities " +
	"parking snacks dessert appetizer burger ramen soda salad steak cake gift card cards cash money dollars bucks euros pounds quid yen pesos " +
	"today tonight yesterday tomorrow weekend week month year monday tuesday wednesday thursday friday saturday sunday january february march april " +
	"june july august september october november december whole foods costco instacart walmart target amazon doordash ubereats starbucks safeway " +
	"trader joe joes kroger aldi ikea venmo paypal zelle cashapp visa mastercard amex discover usd eur gbp jpy mxn cad kwd bhd " +
	"just only also too now actually sorry ok okay hey hi hello hmm well still already again maybe really very more less most much many some any " +
	"is are was were be been am do does did have has had will would can could should shall may might must let make made made made get got go went " +
	"pay pays paid owe owes owed take takes took put puts give gave sent send cover covers covered buy bought spend spent book booked cost costs " +
	"how why when where out off up down over per plus minus times three two one four five six seven eight nine ten first last next same " +
	"dinero plata simplify settle settled settling balance balances debt debts calculate compute figure sort tell show add remove count leave skip drop redo " +
	"equal even evenly fair tax taxes them themselves anything nothing something everything else stuff things thing mine yours later before after " +
	"lattice money half three-way dutch because since while until about around into onto s")
