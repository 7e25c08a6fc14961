package chat

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

// WordingRequest is what a reply has to say. Whoever words it refers to facts by placeholder ({{f3}}) and never writes a
// figure; Template is the engine's own wording.
type WordingRequest struct {
	Question string
	Action   string // card, split or tracker; empty for a general question
	Template string
	Facts    []spending.Fact
}

// WordingStream hands out a text with placeholders piece by piece.
type WordingStream interface {
	// Next returns the next piece, io.EOF after the last. It returns when the context of Word ends.
	Next() (string, error)
}

// Wording words replies. Errors of Word and of its stream make the reply end in the engine's own wording.
type Wording interface {
	Word(ctx context.Context, request WordingRequest) (WordingStream, error)
}

// filler replaces placeholders by facts in a text that comes in pieces, and keeps it storable. A piece may end inside a
// placeholder or inside a letter, which are kept back until they are whole: where the cuts fall makes no difference.
type filler struct {
	values map[string]string
	kept   string
}

func newFiller(facts []spending.Fact) *filler {
	values := make(map[string]string, len(facts))
	for _, fact := range facts {
		values[fact.ID] = fact.Text
	}
	return &filler{values: values}
}

var (
	// wholePlaceholder also takes what no fact is called: a model writes {{ f3 }} or {{the best card}} too.
	wholePlaceholder = regexp.MustCompile(`\{\{[^{}]{0,64}\}\}`)
	// openPlaceholder is the end of a text that may yet become a placeholder.
	openPlaceholder = regexp.MustCompile(`\{(?:\{[^{}]{0,64}\}?)?$`)
)

// fill returns what of the text so far can be shown.
func (f *filler) fill(piece string) string {
	text := f.kept + piece
	text, half := cutHalfLetter(text)
	text = storable(text)
	f.kept = half
	if open := openPlaceholder.FindStringIndex(text); open != nil {
		f.kept = text[open[0]:] + half
		text = text[:open[0]]
	}
	return f.replace(text)
}

// rest returns what of the text kept back can be shown when no more comes. A placeholder without an end is none.
func (f *filler) rest() string {
	text := storable(f.kept)
	f.kept = ""
	if strings.HasPrefix(text, "{{") {
		return ""
	}
	return text
}

// replace fills in facts. A placeholder that names none shows nothing: what a model made up is not shown as text.
func (f *filler) replace(text string) string {
	return wholePlaceholder.ReplaceAllStringFunc(text, func(name string) string {
		return f.values[strings.TrimSpace(name[len("{{"):len(name)-len("}}")])]
	})
}

// cutHalfLetter takes the first bytes of a letter off the end of a text whose other bytes have not come yet.
func cutHalfLetter(text string) (whole, half string) {
	for i := len(text) - 1; i >= 0 && i > len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRuneInString(text[i:]) {
				return text[:i], text[i:]
			}
			break
		}
	}
	return text, ""
}

// storable replaces bytes that are no letters and leaves out NUL; a provider may send anything.
func storable(text string) string {
	return strings.ReplaceAll(string([]rune(text)), "\x00", "")
}
