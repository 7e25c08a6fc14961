package split

import (
	"maps"
	"math/big"
	"regexp"
	"strings"
)

//nolint:lll // a pattern is read in one piece
var (
	clauseEnds   = regexp.MustCompile(`\s[,;.:()]\s|\s(?:and|but|then|while|plus)\s|\s[,;.:()]$`)
	percentWords = pattern(`(?:percent|percents|percentage|percentages)`)
	shareWords   = pattern(`(?:by|for) (?:the |number of )?(?:nights?|days?|bedrooms?|rooms?|shares?|parts?|headcount|heads|slices|hours?|weeks?|seats|weight|people)|(?:N\d+|one|a|single|double|equal) (?:shares?|parts?|portions?)|counts? (?:as|for)|a share|shares for`)
	oneEach      = regexp.MustCompile(`\b(?:one|single)\b`)
	bareFigures  = regexp.MustCompile(`N\d+(?: (?:, |and |/ )*N\d+)+`)
	moreTimes    = pattern(`<P> (?:<W>{0,4}?)(double|twice|triple|thrice|half as much|half of what|half a share|a half share|half (?:share|portion|price)|half a portion|a quarter of what|quarter of what|a third of what|third of what|<N> times)`)
	timesFor     = pattern(`(double|twice|triple|half a share|half share) (?:share |portion |as much )?for <P>`)
	comparedTo   = regexp.MustCompile(`^(?: (?:as|much|than|of|what|the))* (P\d+)`)
)

var factors = map[string]*big.Rat{
	"double": big.NewRat(2, 1), "twice": big.NewRat(2, 1), "triple": big.NewRat(3, 1), "thrice": big.NewRat(3, 1),
	"half": big.NewRat(1, 2), "a half": big.NewRat(1, 2), "a quarter": big.NewRat(1, 4), "quarter": big.NewRat(1, 4),
	"a third": big.NewRat(1, 3), "third": big.NewRat(1, 3),
}

// partsOfAWhole finds percentages, proportions and weights.
func (r *reader) partsOfAWhole() {
	fractions := r.fractions()
	r.ratios()
	r.f.percent = r.f.percent || percentWords.MatchString(r.f.text)
	r.percentages()
	maps.Copy(r.f.parts, fractions)
	if len(r.f.parts) > 0 {
		r.f.percent = true
	}
	if r.f.percent {
		if len(fractions) > 0 && moreTimes.MatchString(r.f.text) { // half for one, and double for another
			r.f.missing = append(r.f.missing, MissingParts)
		}
		return
	}
	r.each(moreTimes, func(m []string) bool {
		_, rest, _ := strings.Cut(r.f.text, m[0])
		if than := comparedTo.FindStringSubmatch(rest); than != nil {
			r.f.compared = unique(append(r.f.compared, refOfPerson(m[1]), refOfPerson(than[1])))
		}
		return r.weigh(m[1], m[2])
	})
	r.each(timesFor, func(m []string) bool { return r.weigh(m[2], m[1]) })
	if shareWords.MatchString(r.f.text) {
		r.weights()
	}
}

func (r *reader) weigh(person, times string) bool {
	factor, ok := (*big.Rat)(nil), false
	for name, known := range factors {
		if strings.HasPrefix(times, name) && (factor == nil || len(name) > 4) {
			factor, ok = known, true
		}
	}
	if m := figures.FindString(times); m != "" {
		factor, ok = new(big.Rat).SetInt64(r.count(m)), r.count(m) > 0
	}
	if !ok {
		return false
	}
	r.f.weights[refOfPerson(person)] = factor
	return true
}

// ratios takes proportions: 60/40 is a hundred, 2:1:1 are shares. 50/50 is what equal means.
func (r *reader) ratios() {
	for _, values := range r.s.ratios {
		if values == nil { // it was somebody's fraction
			continue
		}
		var all int64
		same := true
		for _, value := range values {
			all += value
			same = same && value == values[0]
		}
		const nearly = 15 // what still looks like percentages that were meant to make a hundred
		switch {
		case same && all == 100:
			r.f.equal = true
			r.f.ways = max(r.f.ways, int64(len(values)))
		default:
			r.f.ratio = values
			r.f.percent = all >= 100-nearly && all <= 100+nearly
		}
	}
}

// clauses are the pieces of the sentence between marks and the words that join.
func (r *reader) clauses() []string {
	var list []string
	rest := " " + r.f.text + " "
	for {
		loc := clauseEnds.FindStringIndex(rest)
		if loc == nil {
			return append(list, rest)
		}
		list = append(list, rest[:loc[0]+1])
		rest = rest[loc[1]-1:]
	}
}

var (
	percentRef = regexp.MustCompile(`Q\d+`)
	numberRef  = regexp.MustCompile(`\bN\d+\b`)
	extraWords = regexp.MustCompile(`\b(?:tip|gratuity|tax|vat|service|fee|fees|discount|off|coupon)\b`)
)

// percentages gives each clause's percentage to its one person.
func (r *reader) percentages() {
	clauses := r.clauses()
	for _, clause := range clauses {
		people, refs := peopleOf(clause), percentRef.FindAllString(clause, -1)
		if len(people) == 1 && len(refs) == 1 && !extraWords.MatchString(clause) {
			r.f.parts[people[0]] = new(big.Rat).Set(r.s.percents[refOf(refs[0])])
			r.f.text = strings.Replace(r.f.text, refs[0], strings.ToLower(refs[0]), 1)
		}
	}
	loose := r.loosePercentages()
	if len(r.f.parts) == 0 && !r.f.percent && len(loose) < 2 {
		return
	}
	for _, clause := range clauses {
		people, refs := peopleOf(clause), numberRef.FindAllString(clause, -1)
		if len(people) != 1 || len(refs) != 1 || r.count(refs[0]) == 0 {
			continue
		}
		if _, ok := r.f.parts[people[0]]; !ok {
			r.f.parts[people[0]] = new(big.Rat).SetInt64(r.count(refs[0]) * 100)
			r.take(refs[0])
		}
	}
	if m := bareFigures.FindString(r.f.text); m != "" && len(r.f.parts) == 0 {
		r.f.ratio = nil
		for _, ref := range numberRef.FindAllString(m, -1) {
			r.f.ratio = append(r.f.ratio, r.count(ref))
			r.take(ref)
		}
	}
	if len(loose) < 2 || len(r.f.parts) > 0 || r.f.ratio != nil {
		return
	}
	for _, part := range loose {
		whole := new(big.Rat).Quo(part, bpsPerPercent)
		if !whole.IsInt() { // 33.3% and 66.7%
			r.f.missing = append(r.f.missing, MissingParts)
			return
		}
		r.f.ratio, r.f.percent = append(r.f.ratio, whole.Num().Int64()), true
	}
}

// loosePercentages are those that are said of nobody and of no tip or tax.
func (r *reader) loosePercentages() []*big.Rat {
	var loose []*big.Rat
	for _, clause := range r.clauses() {
		if extraWords.MatchString(clause) {
			continue
		}
		for _, ref := range percentRef.FindAllString(clause, -1) {
			loose = append(loose, r.s.percents[refOf(ref)])
		}
	}
	return loose
}

// take marks a figure as understood.
func (r *reader) take(ref string) {
	r.f.text = regexp.MustCompile(`\b`+ref+`\b`).ReplaceAllString(r.f.text, strings.ToLower(ref))
}

// weights gives each clause's number to its one person, where shares are spoken of.
func (r *reader) weights() {
	found := map[int]*big.Rat{}
	for _, clause := range r.clauses() {
		people, refs := peopleOf(clause), numberRef.FindAllString(clause, -1)
		if len(people) == 0 && speaker.MatchString(clause) {
			people = []int{asker}
		}
		if len(people) != 1 || len(refs) > 1 {
			continue
		}
		if len(refs) == 1 && r.count(refs[0]) > 0 {
			found[people[0]] = new(big.Rat).SetInt64(r.count(refs[0]))
			defer r.take(refs[0])
		} else if len(refs) == 0 && oneEach.MatchString(clause) {
			found[people[0]] = big.NewRat(1, 1)
		}
	}
	if len(found) == 0 || len(found) == 1 && len(r.f.weights) > 0 {
		return
	}
	maps.Copy(r.f.weights, found)
	r.f.shares = len(found) > 1
}
