package chat

import (
	"context"
	"regexp"
	"strings"

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

// filler replaces placeholders by facts in a text that comes in pieces. A piece may end inside a placeholder, which is
// kept back until it is whole.
type filler struct {
	values map[string]string
	kept   string
}

func newFiller(facts []spending.Fact) *filler {
	values := make(map[string]string, len(facts))
	for _, fact := range facts {
		values["{{"+fact.ID+"}}"] = fact.Text
	}
	return &filler{values: values}
}

var (
	wholePlaceholder = regexp.MustCompile(`\{\{[A-Za-z0-9_]{1,16}\}\}`)
	// openPlaceholder is the end of a text that may yet become a placeholder.
	openPlaceholder = regexp.MustCompile(`\{(?:\{(?:[A-Za-z0-9_]{0,16}\}?)?)?$`)
)

// fill returns what of the text so far can be shown.
func (f *filler) fill(piece string) string {
	text := f.kept + piece
	f.kept = ""
	if open := openPlaceholder.FindStringIndex(text); open != nil {
		text, f.kept = text[:open[0]], text[open[0]:]
	}
	return f.replace(text)
}

// rest returns what was kept back when no more comes.
func (f *filler) rest() string {
	text := f.kept
	f.kept = ""
	return f.replace(text)
}

// replace fills in facts. A placeholder that names none shows nothing: what a model made up is not shown as text.
func (f *filler) replace(text string) string {
	return wholePlaceholder.ReplaceAllStringFunc(text, func(name string) string { return f.values[name] })
}

// validUTF8 keeps a piece storable; a provider may send anything.
func validUTF8(piece string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(piece, "\uFFFD"), "\x00", "")
}
