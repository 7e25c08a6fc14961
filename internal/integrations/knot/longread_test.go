package knot_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
	"github.com/lattice-money/lattice/internal/testkit"
)

// timed is a context whose time is up when the test says so, however fast the machine is.
type timed struct {
	context.Context //nolint:containedctx // it is one

	up chan struct{}
}

// Done implements context.Context.
func (c timed) Done() <-chan struct{} { return c.up }

// Err implements context.Context.
func (c timed) Err() error {
	select {
	case <-c.up:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// A history that takes longer to read than a job has is read on where the last job was, first and again on the timer: one
// that began anew each time would never come to its end.
func TestAHistoryLongerThanAJobIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	const pageSize, pages, pagesPerJob = 10, 9, 4
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, pageSize)
	asked, up := 0, make(chan struct{})
	w.through(func(r *http.Request) (*http.Response, error) {
		response, err := w.RoundTrip(r)
		if r.URL.Path == "/transactions/sync" {
			if asked++; asked%pagesPerJob == 0 {
				close(up) // once this page is stored
			}
		}
		return response, err
	})
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, pageSize*pages)...)
	w.exec("UPDATE linked_accounts SET read_whole_at = NULL, last_synced_at = NULL, status = 'syncing' WHERE id = $1", w.account)
	for _, reason := range []string{"the first time", "on the timer"} {
		asked = 0
		var err error
		for range 2*pages/pagesPerJob + 2 {
			up = make(chan struct{})
			err = w.Sync(timed{Context: t.Context(), up: up}, w.account, nothing)
			if !errors.Is(err, accounts.ErrSyncUnfinished) {
				break
			}
		}
		require.NoError(t, err, reason)
		require.Equal(t, w.model(), w.picture(), reason)
		require.Equal(t, "connected", w.status())
		w.vendor.Change(w.ref, 19, w.vendor.Transactions(w.ref, 19)[0].ID, func(x *simulated.Transaction) { x.OrderStatus = "REFUNDED" })
		w.clock.Advance(time.Hour)
	}
}
