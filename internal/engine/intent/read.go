package intent

import (
	"slices"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// What decides.
const (
	enough     = 10 // so much evidence decides
	inherited  = 7  // what a follow-up takes over from the question before it, for having the look of one
	related    = 4  // and for speaking of the same things
	maxWords   = 14 // a follow-up is short
	plainOurs  = 12 // so much evidence makes a request in a group plain
	maxHistory = 4
)

// Read understands one message.
func Read(message Message, lexicon spending.Lexicon) Reading {
	r := newReader(message, lexicon)
	reading, _ := r.read(nil)
	return reading
}

// Explain is Read with the evidence that decided, in the order in which it was found.
func Explain(message Message, lexicon spending.Lexicon) (Reading, []Finding) {
	var findings []Finding
	reading, _ := newReader(message, lexicon).read(func(f Finding) { findings = append(findings, f) })
	return reading, findings
}

// read returns what was understood and the side of the ballot that won, -1 when none did.
func (r *reader) read(note func(Finding)) (Reading, int) {
	sums := data.intents.weigh(r.tokens, note)
	if spending.IsQuestion(r.text, r.lexicon) {
		sums[forSpending] += enough
	}
	side, lead := decide(sums)
	before, earlier := r.before()
	follows := before != nil && r.follows(sums, earlier)
	if follows {
		side, lead = earlier, related
		r.alerted = before.Target != nil || before.Direction != ""
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
		reading.Before = before
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
		if sums[side] < 8 {
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
	if side < 0 {
		return 0.4
	}
	return min(0.5+float64(max(lead, 0))/40, 0.99)
}

// before reads the latest earlier message that asked for something of ours; nil when none did.
func (r *reader) before() (reading *Reading, side int) {
	history := r.message.History
	history = history[max(0, len(history)-maxHistory):]
	for i, text := range slices.Backward(history) {
		earlier := r.message
		earlier.Text, earlier.History, earlier.ChatType = text, history[:i], Solo
		if reading, side := newReader(earlier, r.lexicon).read(nil); side >= 0 && side < forGreeting {
			return &reading, side
		}
	}
	return nil, -1
}

// follows reports whether a message goes on with the question before it.
func (r *reader) follows(sums scores, before int) bool {
	words := 0
	for _, t := range r.tokens {
		if t.word() {
			words++
		}
	}
	if words == 0 || words > maxWords {
		return false
	}
	marked, needed := data.phrases["follows"].in(r.tokens), enough
	if marked {
		needed += related // it takes more to change the subject
	}
	if own := slices.Max(sums[:forGreeting]); own >= needed && sums[before] < own {
		return false
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
	case slices.Max(sums[:forSpending]) < plainOurs && reading.Before == nil:
		reading.Why = WhyUnclear
	default:
		reading.Addressed, reading.Why = true, WhyPlainIntent
		return
	}
	reading.Intent, reading.Kind = None, ""
}
