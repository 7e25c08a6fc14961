package intent

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed lexicon/*.txt
var files embed.FS

// data is what the files of lexicon/ say. They are part of the program: a fault in one stops it at the start, and every
// test with it.
var data = load()

type lexiconData struct {
	spellings  map[string]string  // a word to read in the place of another
	joints     map[string][]joint // by their first word, longest first
	numbers    map[string]int
	categories map[string][]joint // by their first word, longest first
	names      map[string]bool    // folded first names
	doubtful   map[string]bool    // names that are words or places too
	idioms     []idiom
	idiomBook  book
	intents    ballot
	methods    ballot
	phrases    map[string]*finder // the books that are only looked for: requests, dates, parts
	stops      map[string]bool    // words that are never part of a thing's name
	when       whenWords
	spanish    map[string]bool // words that only one of the languages has
	english    map[string]bool
}

// joint is a phrase that is read as one word.
type joint struct {
	words []string
	as    string
}

func (j joint) at(tokens []token) bool {
	for i, word := range j.words {
		if t := tokens[i]; t.masked || t.text != word && t.stem != word {
			return false
		}
	}
	return true
}

func load() lexiconData {
	d := lexiconData{
		spellings: map[string]string{}, joints: map[string][]joint{}, numbers: map[string]int{},
		categories: map[string][]joint{}, names: map[string]bool{}, doubtful: map[string]bool{},
	}
	eachPair("spellings", func(word, others string) {
		for other := range strings.SplitSeq(others, ",") {
			if parts := strings.Fields(other); len(parts) > 1 {
				d.joints[parts[0]] = append(d.joints[parts[0]], joint{parts, word})
			} else {
				d.spellings[parts[0]] = word
			}
		}
	})
	eachPair("categories", func(category, phrases string) {
		for phrase := range strings.SplitSeq(phrases, ",") {
			parts := strings.Fields(phrase)
			d.categories[parts[0]] = append(d.categories[parts[0]], joint{parts, category})
		}
	})
	for _, index := range []map[string][]joint{d.joints, d.categories} {
		for _, list := range index {
			slices.SortStableFunc(list, func(a, b joint) int { return len(b.words) - len(a.words) })
		}
	}
	eachPair("numbers", func(number, words string) {
		value := must(strconv.Atoi(number))
		for word := range strings.FieldsSeq(words) {
			d.numbers[word] = value
		}
	})
	eachLine("names", func(line string) {
		target := d.names
		if rest, ok := strings.CutPrefix(line, "~"); ok {
			target, line = d.doubtful, rest
		}
		for name := range strings.FieldsSeq(line) {
			target[name] = true
		}
	})
	d.loadPatterns()
	return d
}

// The sides of the ballot of intents, in the order in which equal weights decide.
const (
	forCard = iota
	forSplit
	forTracker
	forSpending
	forGreeting
	forThanks
	forHelp
	forOutOfScope
	forTalk
)

var intentSides = []string{"card", "split", "tracker", "spending", "greeting", "thanks", "help", "out_of_scope", "talk"}

// finders are the files of patterns that are only looked for.
var finders = []string{
	"requests", "follows", "refers", "dates", "parts", "counts", "totals", "alerts", "rises", "lists", "selves", "excludes", "persons",
	"debts", "others",
}

var methodSides = []string{MethodEqual, MethodShares, MethodPercentages, MethodAmounts, MethodItems}

func (d *lexiconData) loadPatterns() {
	classes := map[string][]string{}
	eachPair("classes", func(name, words string) { classes[name] = strings.Fields(words) })
	eachLine("idioms", func(line string) {
		sign, source, _ := strings.Cut(line, " ")
		d.idioms = append(d.idioms, idiom{must(compile(source, classes)), sign == "+"})
	})
	d.idiomBook = bookOf(d.idioms, func(i *idiom) *pattern { return &i.pattern })
	d.intents = ballot{sides: intentSides}
	for side, name := range intentSides[:forGreeting] {
		eachLine(name, func(line string) { d.intents.add(side, line, classes) })
	}
	for name, b := range map[string]*ballot{"kinds": &d.intents, "methods": &d.methods} {
		if name == "methods" {
			b.sides = methodSides
		}
		eachLine(name, func(line string) {
			side, line, _ := strings.Cut(line, " ")
			b.add(slices.Index(b.sides, side), line, classes)
		})
		b.book = bookOf(b.evidence, func(e *evidence) *pattern { return &e.pattern })
	}
	d.phrases = map[string]*finder{}
	for _, name := range finders {
		f := &finder{}
		eachLine(name, func(line string) { f.patterns = append(f.patterns, must(compile(line, classes))) })
		f.book = bookOf(f.patterns, func(p *pattern) *pattern { return p })
		d.phrases[name] = f
	}
	d.spanish, d.english = map[string]bool{}, map[string]bool{}
	eachPair("languages", func(language, words string) {
		target := map[string]map[string]bool{Spanish: d.spanish, English: d.english}[language]
		for word := range strings.FieldsSeq(words) {
			target[word] = true
		}
	})
	eachPair("when", func(kind, words string) {
		target := map[string]*map[string]bool{
			"point": &d.when.point, "core": &d.when.core, "unit": &d.when.unit, "season": &d.when.season, "which": &d.when.which,
			"before": &d.when.before, "after": &d.when.after, "link": &d.when.link,
		}[strings.TrimSpace(kind)]
		*target = wordSet(words)
	})
	d.stops = map[string]bool{}
	eachLine("stops", func(line string) {
		for word := range strings.FieldsSeq(line) {
			if class, ok := strings.CutPrefix(word, "%"); ok {
				for _, member := range classes[class] {
					d.stops[member] = true
				}
				continue
			}
			d.stops[word] = true
		}
	})
}

func (b *ballot) add(side int, line string, classes map[string][]string) {
	weight, source, _ := strings.Cut(line, " ")
	weight, supports := strings.CutPrefix(weight, "+")
	b.evidence = append(b.evidence, evidence{must(compile(source, classes)), side, must(strconv.Atoi(weight)), supports})
}

func bookOf[T any](list []T, part func(*T) *pattern) book {
	patterns := make([]*pattern, len(list))
	for i := range list {
		patterns[i] = part(&list[i])
	}
	return newBook(patterns)
}

// eachLine calls found for every line of a file that says something; what follows a # is a note.
func eachLine(name string, found func(line string)) {
	text := must(files.ReadFile("lexicon/" + name + ".txt"))
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			found(line)
		}
	}
}

func eachPair(name string, found func(left, right string)) {
	eachLine(name, func(line string) {
		left, right, ok := strings.Cut(line, " = ")
		if !ok {
			panic(fmt.Sprintf("lexicon/%s.txt: %q has no =", name, line))
		}
		found(left, right)
	})
}

func must[T any](value T, err error) T {
	if err != nil {
		panic("lexicon: " + err.Error())
	}
	return value
}
