package knot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
	"github.com/lattice-money/lattice/internal/testkit"
)

// Of a card the last four digits are kept, wherever a merchant puts its number.
func TestNoNameKeepsACardNumber(t *testing.T) {
	t.Parallel()
	const number = "4111 1111 1111 1111"
	for _, prefix := range []int{0, 480, 484, 488, 492, 496, 499} { // also where a name is cut
		order := read(t, oddHead+`"price":{"total":"5.00","adjustments":[{"type":"DISCOUNT","label":"Paid by `+number+`","amount":"-1.00"}]},
			"products":[{"name":"`+strings.Repeat("x", prefix)+` Gift card `+number+`","quantity":1,"price":{"total":"3.00"}},
				{"name":"Gift","quantity":"4111111111111111.5","price":{"total":"3.00"}},
				{"name":"Melon `+number+`","quantity":"0.5","price":{"total":"1.00"}}]}`)
		require.NoError(t, order.Validate())
		require.Equal(t, "Paid by •••• 1111", order.Adjustments[0].Label)
		for _, item := range order.Items {
			require.NotContains(t, item.Name, "4111")
			require.LessOrEqual(t, utf8.RuneCountInString(item.Name), 500)
			require.NotEmpty(t, item.Name)
		}
		require.Equal(t, "0.5 × Melon •••• 1111", order.Items[2].Name)
	}
	name := clientOf(t, always(`[{"merchant":{"id":19,"name":"Shop 4111111111111111"},"connection":{"status":"connected"}}]`), live.Patience{}, nil)
	linked, err := name.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, "Shop •••• 1111 account", linked[0].AccountName)
	// Ids are as long as card numbers and stay what they are.
	order := read(t, `{"id":"`+oddID+`","datetime":"2026-01-14","external_id":"4111111111111111","price":{"total":"3.00"},`+
		`"products":[{"external_id":"4111111111111111","name":"Tea","price":{"total":"3.00"}}]}`)
	require.Equal(t, "4111111111111111", order.ExternalID)
	require.Equal(t, "4111111111111111", order.Items[0].ProductID)
}

// A name is one line of text that stays in its place.
func TestNamesAreOneLineOfText(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{
		`Tea\r\nTotal: 0.00`: "Tea  Total: 0.00", `\u001b[31mred`: "[31mred", `Tea\u202eeert`: "Teaeert", `a\u0085b\u2028c`: "a b c",
		`👩‍🍳 Kit`: "👩‍🍳 Kit", `  Café\u0301 `: "Café\u0301", `\u0007`: "Item",
	} {
		order := read(t, oddHead+`"price":{"total":"3.00"},"products":[{"name":"`+told+`","price":{"total":"3.00"}}]}`)
		require.Equal(t, want, order.Items[0].Name, told)
	}
	long := read(t, oddHead+`"price":{"total":"3.00"},"products":[{"name":"`+strings.Repeat("é", 10_000)+`","price":{"total":"3.00"}}]}`)
	require.Equal(t, strings.Repeat("é", 500), long.Items[0].Name)
}

// An order of a year that cannot be is left out; it neither ends the sync nor stands before all others.
func TestAnOrderOfADayThatCannotBeIsLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	good := simulated.Made(w.ref, 19, w.clock.Now(), 0, 5)
	for i, day := range []string{"9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00+14:00", "2099-01-01T00:00:00+00:00", "2026-12-24T00:00:00+00:00"} {
		good[i].Datetime = day
	}
	w.vendor.Add(w.ref, 19, good...)
	require.NoError(t, w.sync())
	require.Equal(t, "connected", w.status())
	require.Equal(t, 1, one[int](w, "SELECT count(*) FROM transactions WHERE account_id = $1", w.account))
}
