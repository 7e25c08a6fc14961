package intent

import (
	"slices"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// What decides.
const (
	enough     = 10 // so much evidence decides between a card, a split, a price and one's spending
	enoughTalk = 8  // and so much between the kinds of talk
	plain      = 12 // so much makes a request in a group plain
	inherited  = 7  // a follow-up takes so much from the question before it, for having the look of one
	related    = 4  // and so much for speaking of sums, places or people
	maxWords   = 14 // a follow-up is short
	maxHistory = 4  // so many earlier messages bear on one

	maxQuestion = 80 // more words than this are no question that package spending reads
)

// Read understands one message. What it leaves out is taken from the last few messages of its history.
func Read(message Message, lexicon spending.Lexicon) Reading {
	reading, _ := read(message, lexicon, nil)
	return reading
}

// Explain is Read with the evidence that decided, in the order in which it was found.
func Explain(message Message, lexicon spending.Lexicon) (Reading, []Finding) {
	var findings []Finding
	reading, _ := read(message, lexicon, func(f Finding) { findings = append(findings, f) })
	return reading, findings
}

// turn is an earlier message that asked for something of ours.
type turn struct {
	reading Reading
	side    int
}

func read(message Message, lexicon spending.Lexicon, note func(Finding)) (Reading, int) {
	r := newReader(message, lexicon)
	if r.words > maxWords {
		return r.read(nil, note) // too long to go on with something
	}
	var before *turn
	for _, text := range message.History[max(0, len(message.History)-maxHistory):] {
		earlier := message
		earlier.Text = text
		reading, side := newReader(earlier, lexicon).read(before, nil)
		if side >= 0 && side < forGreeting && (reading.Addressed || r.mentioned) {
			before = &turn{reading, side}
		}
	}
	return r.read(before, note)
}

// read returns what was understood and the side of the ballot that won, -1 when none did.
func (r *reader) read(before *turn, note func(Finding)) (Reading, int) {
	sums := data.intents.weigh(r.tokens, note)
	if r.words <= maxQuestion && spending.IsQuestion(r.text, r.lexicon) {
		sums[forSpending] += enough
		if note != nil {
			note(Finding{Side: intentSides[forSpending], Pattern: "a question that package spending reads", Weight: enough, Words: r.text})
		}
	}
	side, lead := decide(sums)
	follows := before != nil && r.follows(sums, before.side)
	if follows {
		side, lead = before.side, related
		r.alerted = before.reading.Direction != ""
	}
	reading := Reading{Language: English}
	if looksSpanish(r.tokens) {
		reading.Language = Spanish
	}
	reading.Intent, reading.Kind = intentOf(side)
	reading.Confidence = confidence(side, lead)
	if side == forSplit {
		r.markPersons()
	}
	r.fill(&reading, side)
	if follows {
		reading.Before = &before.reading
		carry(&reading)
	}
	r.address(&reading, sums)
	return reading, side
}

// decide is the side with enough weight, -1 when none has it, and by how much it leads.
func decide(sums scores) (side, lead int) {
	ours := sums[:forGreeting]
	side = slices.Index(ours, slices.Max(ours))
	if ours[side] < enough || ours[side] < sums[forOutOfScope] {
		kinds := sums[forGreeting:]
		side = forGreeting + slices.Index(kinds, slices.Max(kinds))
		if sums[side] < enoughTalk {
			return -1, 0
		}
	}
	lead = sums[side]
	for other, sum := range sums {
		if other != side {
			lead = min(lead, sums[side]-sum)
		}
	}
	return side, lead
}

func intentOf(side int) (Intent, Kind) {
	switch side {
	case forCard:
		return Card, ""
	case forSplit:
		return Split, ""
	case forTracker:
		return Tracker, ""
	case forSpending:
		return General, KindSpending
	case forGreeting:
		return General, KindGreeting
	case forThanks:
		return General, KindThanks
	case forHelp:
		return General, KindHelp
	case forOutOfScope:
		return General, KindOutOfScope
	default:
		return General, KindOther
	}
}

// confidence grows with the lead over the next side.
func confidence(side, lead int) float64 {
	const unsure, least, most, scale = 0.4, 0.5, 0.99, 40
	if side < 0 {
		return unsure
	}
	return min(least+float64(max(lead, 0))/scale, most)
}

// follows reports whether a message goes on with the question before it.
func (r *reader) follows(sums scores, before int) bool {
	if r.words == 0 {
		return false
	}
	marked, needed := data.phrases["follows"].in(r.tokens) || r.refers(), enough
	if marked {
		needed += related // it takes more to change the subject
	}
	if own := slices.Max(sums[:forGreeting]); own >= needed && sums[before] < own {
		return false
	}
	if !marked && sums[before] >= enough && r.namesPurchase(before) {
		return false // a question of its own: "which card for the dentist?" after one about a hotel
	}
	speaks := slices.ContainsFunc(r.tokens, func(t token) bool {
		return t.has(isAmount | isMerchant | isCategory | isName | isPercent | isRatio)
	})
	if !speaks && sums[before] < inherited && slices.Max(sums[forGreeting:]) >= enough {
		return false
	}
	weight := sums[before]
	if marked {
		weight += inherited
	}
	if speaks {
		weight += related
	}
	return weight >= inherited
}

// refers reports a word that points to what was said before; the "this" of "this month" does not.
func (r *reader) refers() bool {
	return slices.ContainsFunc(data.phrases["refers"].all(r.tokens), func(m match) bool { return !r.dated(m.named[0]) })
}

// namesPurchase reports that a message about a card or a price says of itself what is to be bought or where: "a card for a
// haircut".
func (r *reader) namesPurchase(side int) bool {
	switch side {
	case forTracker:
		var named Reading
		r.fillProduct(&named)
		return named.Product != ""
	case forCard:
	default:
		return false
	}
	for i, t := range r.tokens {
		if t.has(isMerchant|isCategory) && !t.masked {
			return true
		}
		at := i + 1
		if !purposes[r.word(i)] {
			continue
		}
		for at < len(r.tokens) && leading[r.word(at)] {
			at++
		}
		if r.namesThing(at) {
			return true
		}
	}
	return false
}

var (
	// purposes are words that what is bought, or where, stands behind.
	purposes = wordSet("for at on in to of para en por close cancel keep")
	leading  = wordSet("a an the my our some this that un una el la los las mi pay buy get rent")
)

// address says whether an answer is due.
func (r *reader) address(reading *Reading, sums scores) {
	ours := reading.Intent == Card || reading.Intent == Split || reading.Intent == Tracker
	switch {
	case r.message.ChatType != Group:
		reading.Addressed, reading.Why = true, WhySolo
		return
	case r.mentioned:
		reading.Addressed, reading.Why = true, WhyMentioned
		return
	case !ours && slices.Max(sums[:forSpending]) < enough:
		reading.Why = WhyPeopleTalk
	case !ours:
		reading.Why = WhyUnclear
	case !data.phrases["requests"].in(r.tokens):
		reading.Why = WhyNothingAsked
	case slices.Max(sums[:forSpending]) < plain && (reading.Before == nil || !data.phrases["follows"].in(r.tokens)):
		reading.Why = WhyUnclear
	default:
		reading.Addressed, reading.Why = true, WhyPlainIntent
		return
	}
	reading.Intent, reading.Kind = None, ""
}
