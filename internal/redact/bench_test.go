package redact_test

import (
	"strings"
	"testing"

	"github.com/lattice-money/lattice/internal/redact"
)

// Runs on every chat message: an ordinary one must cost next to nothing, a hostile one must stay linear.
func BenchmarkCardNumbers(b *testing.B) {
	for name, text := range map[string]string{
		"ordinary":     "Split the $86.00 dinner from 2026-11-23 between Alice, Bob and me; order 112-4837291-9938412.",
		"one card":     "please use 4111 1111 1111 1111, cvv 123, for the tickets",
		"64 kB digits": strings.Repeat("4", 64<<10),
		"64 kB spaced": strings.Repeat("4 ", 32<<10),
		"64 kB cards":  strings.Repeat("4111111111111111 ", 4<<10),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				redact.CardNumbers(text)
			}
		})
	}
}
