// Package intent reads what a message wants: a card, a split, a price, or something general, and what it says about it.
// It is pure and keeps no state: the same message always reads the same. Nothing is learned and nothing is guessed from
// numbers that nobody can read: all it knows stands in lexicon/, as words and small patterns with a weight each.
//
// How a message is read: it is cut into tokens, sums of money, counts, percentages, merchants, names, categories and dates
// are marked (token.go, reader.go), and phrases that only sound like ours, a greeting card or a banana split, are masked
// (idioms.txt). Then every pattern that is found speaks for its side with its weight, once, and the side with enough of it
// wins (evidence.go); Explain tells which did. A short message that goes on with an earlier question takes its side and what
// it leaves out from there. Slots are read last, knowing what is asked.
//
// To change how it reads, write the message into testdata/more.yaml, run make eval, and change lexicon/. The test half,
// testdata/test.yaml, is not to be looked at while doing so.
package intent

import (
	"time"

	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// Intent is what a message asks for.
type Intent string

// The intents. None means that people talk among themselves and no answer is due; only groups have it.
const (
	Card    Intent = "card"    // which card, earning, caps, fees, utilization
	Split   Intent = "split"   // dividing, owing, settling
	Tracker Intent = "tracker" // a price over time, a past or fair price, alerts
	General Intent = "general" // everything else, spending questions included
	None    Intent = "none"
)

// Kind tells general messages apart.
type Kind string

// The kinds. Any other intent than General has the empty kind.
const (
	KindGreeting   Kind = "greeting"
	KindHelp       Kind = "help"
	KindThanks     Kind = "thanks"
	KindSpending   Kind = "spending"     // about one's own orders: spending.ParseTurn reads it
	KindOutOfScope Kind = "out_of_scope" // weather, jokes, code and whatever else is no matter of money
	KindOther      Kind = "other"
)

// The chat types.
const (
	Solo  = "solo"
	Group = "group" // an answer is only due when it is asked for
)

// The ways to divide, as a split's drawer has them.
const (
	MethodEqual       = "equal"
	MethodShares      = "shares"
	MethodPercentages = "percentages"
	MethodAmounts     = "amounts"
	MethodItems       = "items"
)

// The directions of a price alert.
const (
	Below = "below"
	Above = "above"
)

// The languages.
const (
	English = "en"
	Spanish = "es"
)

// Why a message is or is not addressed. The codes are stable: they may be stored.
const (
	WhySolo         = "solo"           // everything said in a chat of one's own is
	WhyMentioned    = "mentioned"      // @lattice
	WhyPlainIntent  = "plain_intent"   // a card, a split or a price was plainly asked for
	WhyUnclear      = "unclear"        // it may be meant, and may not: people are left to talk
	WhyPeopleTalk   = "people_talking" // nothing of ours
	WhyNothingAsked = "nothing_asked"  // about our matters, but nobody is asked or told to do anything
)

// Message is one message with what bears on reading it.
type Message struct {
	Text     string
	ChatType string   // Solo or Group; empty is Solo
	History  []string // earlier messages of the same person in the same chat, oldest first; the last few are enough
	// Currency is the person's own: numbers without one are in it. Empty means US dollars.
	Currency string
	// Names are those of the chat's other members, which makes them known as people's; they may be left out.
	Names []string
	// Now is the moment of the question, in the person's Location (nil: UTC). A zero Now leaves Period empty.
	Now      time.Time
	Location *time.Location
}

// Reading is what was understood of one message. A slot that is empty was not said, or not understood.
type Reading struct {
	Intent     Intent
	Kind       Kind
	Confidence float64 // 0 to 1; a score, not a probability

	// Amount is the one the question is about: the purchase of a card, the total of a split, the price of a tracker.
	// Amounts are all, in text order, but for Target. Money as package money reads it; a bare number counts only where
	// it can be nothing but an amount.
	Amount  *money.Money
	Amounts []money.Money

	MerchantSlug string
	MerchantName string
	Category     string // from words, else the merchant's; empty when neither says

	People     []string // the names as typed, in order, each once, without the speaker's
	Speaker    string   // the name the speaker says is theirs: "I'm Ben"
	IncludesMe bool     // the speaker takes part in the split
	Parts      int      // into how many parts: "three ways" and "4 people" say so; 0 unknown
	Method     string   // how to divide; a plain "split it" is equal

	Product          string       // the words of the thing whose price is asked
	Target           *money.Money // the price wanted
	TargetPercentBps int64        // "drops 20%", in basis points, never negative
	Direction        string       // Below or Above; which way an alert looks

	Dates  string          // the words that say when
	Period spending.Period // what they mean, where that has begun: the future holds no orders

	// Before is the question that this message goes on with, "and for gas?", nil when it stands by itself. What a card, a
	// price and a spending question leave out is taken over from it already: amount, place, category and product.
	Before *Reading

	Language  string // English or Spanish
	Addressed bool   // an answer is due; always so in a chat of one's own
	Why       string // one of the Why codes
}
