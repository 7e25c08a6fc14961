package chat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/money"
)

// Why: what asks for no product at all is asked which one it means, and no product is called so.
func TestProductWordsOfNoProduct(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"did I overpay for anything?", "set an alert"} {
		q := asked(text)
		q.read()
		require.Empty(t, productWords(text, q.reading), text)
	}
}

// Why: a number of a product's name read as a price would be judged, and could become a target.
func TestNamedPriceIsNoNumberOfTheName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]*money.Money{
		"Should I buy the Garmin Forerunner 265 now?":            nil,
		"Is the Garmin Forerunner 265 going to get cheaper?":     nil,
		"Is $229 a good price for the Garmin Forerunner 265?":    new(usd(22_900)),
		"Is $265 a good price for the Garmin Forerunner?":        new(usd(26_500)),
		"Is 265 a good price for the Garmin Forerunner 265?":     new(usd(26_500)),
		"Is the Garmin Forerunner 265 worth 300 dollars to wait": new(usd(30_000)),
	} {
		q := asked(text)
		q.read()
		require.Equal(t, want, namedPrice(text, q.reading, "Garmin Forerunner 265"), text)
	}
}
