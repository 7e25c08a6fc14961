package spending_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

func TestZZ(t *testing.T) {
	content, err := os.ReadFile("/tmp/questions.txt")
	if err != nil {
		t.Skip()
	}
	at := setting()
	at.Lexicon = at.Lexicon.WithCards([]spending.Card{{Name: "Double Cash", LastFour: "2210"}})
	for line := range strings.Lines(string(content)) {
		parts := strings.Split(strings.TrimSpace(line), " || ")
		q := parts[len(parts)-1]
		r := spending.Respond(q, parts[:len(parts)-1], autumn(), at)
		fmt.Printf("Q: %s\n   [%s %s] %s\n", line[:len(line)-1], r.Kind, r.Refusal, r.Text())
	}
}
