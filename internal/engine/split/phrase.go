package split

import (
	"strings"

	"github.com/lattice-money/lattice/internal/engine/prefilter"
)

// phrase is a pattern over a written sentence.
type phrase = prefilter.Regexp

// pattern makes a phrase. <P> stands for a person, <L> for a list of people, <A> for a sum, <N> for a count, <Q> for a
// percentage, each of them captured, and <W> for a word.
func pattern(text string) phrase {
	return prefilter.MustCompile(strings.NewReplacer("<P>", "("+aPerson+")", "<L>", "("+aList+")", "<A>", "("+anSum+")",
		"<N>", `(N\d+)`, "<Q>", `(Q\d+)`, "<W>", few).Replace(`(?:^| )(?:` + text + `)(?: |$)`))
}
