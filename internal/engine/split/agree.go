package split

import (
	"errors"
	"regexp"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// assent is all that an answer to "Shall I take that?" may say, and politeness what is no answer alone.
var (
	assent = regexp.MustCompile(`^(?:(?:yes|yeah|yep|yup|ya|ok|okay|k|sure|fine|perfect|agreed|correct|absolutely|definitely|` +
		`go ahead|go for it|(?:do|take|use) (?:it|that|those|so)|(?:that )?works(?: for me)?|sounds good|that ?s fine|that is fine|you can|` +
		`si|claro|vale|dale|bueno|perfecto|de acuerdo|esta bien|hazlo|adelante|listo|` + polite + `)(?: |$))+$`)
	politeness = regexp.MustCompile(`^(?:(?:` + polite + `)(?: |$))+$`)
)

const polite = `thanks|thank you|gracias|please|pls|por favor|great|good|right`

// NamesPayer reports whether a message says nothing but who paid the bill of the message before it, of which that was not said.
func NamesPayer(message Message) bool {
	last := len(message.History) - 1
	if last < 0 {
		return false
	}
	t := talk{message: message, people: []Person{message.Asker}}
	before, _ := t.read(message.History[last])
	if !before.isBill() || len(before.payers) > 0 {
		return false
	}
	f, _ := t.read(message.Text)
	return onlyPaid.MatchString(f.text)
}

// onlyPaid is all that a message may say which names who paid.
var onlyPaid = pattern(`^(?:no |actually |sorry |it was )*P\d+ (?:has |already |actually )*` +
	`(?:paid|covered)(?: it| that| for it| the bill| everything)?(?: [.?])?$`)

var noLetter = regexp.MustCompile(`[^\pL ]+`)

// Agrees reports whether a message takes the parts that were proposed for the bill of the message before it, which did not
// add up.
func Agrees(message Message) bool {
	_, ok := agreedTo(message)
	return ok
}

// agreedTo is the bill of the message before with the parts that were proposed for it.
func agreedTo(message Message) (Reading, bool) {
	last := len(message.History) - 1
	if last < 0 || !assents(message.Text) {
		return Reading{}, false
	}
	before := message
	before.Text, before.History = message.History[last], message.History[:last]
	reading := Read(before)
	if reading.Ask != AskDivide || reading.Question != nil {
		return Reading{}, false
	}
	_, err := Divide(reading.Bill)
	mismatch, ok := errors.AsType[*MismatchError](err)
	if !ok {
		return Reading{}, false
	}
	reading.Bill.Claims = mismatch.SuggestedClaims(reading.Bill)
	reading.Agreed = before.Text
	return reading, true
}

func assents(text string) bool {
	const longest = 80 // bytes; whoever says more says something else too
	if len(text) > longest {
		return false
	}
	text = noLetter.ReplaceAllString(spending.Fold(mention.ReplaceAllString(text, " ")), " ")
	text = strings.Join(strings.Fields(text), " ")
	return assent.MatchString(text) && !politeness.MatchString(text)
}
