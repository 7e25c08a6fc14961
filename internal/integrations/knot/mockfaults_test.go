package knot_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/integrations/knot"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
	"github.com/lattice-money/lattice/internal/testkit"
)

// The mock misbehaves by a seed where the configuration has one, and what is stored ends up as what it has all the same.
func TestOrdersSurviveAMisbehavingMock(t *testing.T) {
	t.Parallel()
	pool := testkit.DB(t)
	met := map[string]int{}
	for seed := uint64(1); seed <= 2; seed++ {
		w := emptyWorld(t, pool)
		w.ref = "u-1001" // whose orders are the same every time, and so what a seed makes of them
		persona := mock.Persona{Merchants: []int64{19}, CadencePercent: 200}
		config := knot.Config{Faults: seed, Personas: map[string]mock.Persona{w.ref: persona}}
		linker, err := knot.Select(t.Context(), config, w.clock, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		w.link(linker)
		for range 3 {
			w.clock.Advance(5 * 24 * time.Hour)
			w.syncs(1)
		}
		want := mock.Orders(w.ref, persona, 19, w.clock.Now())
		require.Greater(t, len(want), 100, "more than a page")
		require.Subset(t, strings.Split(one[string](w, `SELECT string_agg(concat_ws(' ', vendor_id, status, total), E'\n') FROM transactions
			WHERE account_id = $1`, w.account), "\n"), told(want), "older months may have gone since")
		w.leave()

		cursor := ""
		for range 24 {
			page, err := linker.OrderPage(t.Context(), w.ref, 19, cursor)
			switch {
			case errors.Is(err, accounts.ErrCursorRefused):
				met["cursor refused"]++
			case err != nil:
				met["failed"]++
			case len(page.Orders) > 1 && page.Orders[len(page.Orders)-1].VendorID == page.Orders[0].VendorID:
				met["repeated"]++
			default:
				met["went right"]++
			}
			if err == nil && cursor == "" {
				cursor = page.Next
			}
		}
		for _, call := range []func() error{
			func() error { _, err := linker.CardKey(t.Context()); return err },
			func() error { _, err := linker.Merchants(t.Context(), accounts.ProductTransactions); return err },
			func() error { _, err := linker.LinkedAccounts(t.Context(), w.ref); return err },
		} {
			failures := 0
			for range 60 {
				if call() != nil {
					failures++
				}
			}
			require.Positive(t, failures)
			require.Less(t, failures, 30)
		}
	}
	for _, way := range []string{"cursor refused", "failed", "repeated", "went right"} {
		require.Positive(t, met[way], way)
	}
}

func told(orders []accounts.Order) (lines []string) {
	for _, order := range orders {
		lines = append(lines, fmt.Sprintf("%s %s %d", order.VendorID, order.Status, order.Total))
	}
	return lines
}
