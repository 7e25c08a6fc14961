package knot_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
	"github.com/lattice-money/lattice/internal/testkit"
)

// timed is a context whose time is up when the test says so, however fast the machine is.
type timed struct {
	context.Context

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

// One order the vendor never answers for is no reason not to read an account: once it was read from the beginning, what the
// vendor had to say of that order was read with the others.
func TestAnOrderThatIsNeverAnsweredDoesNotKeepAnAccountFromBeingRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 2)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 5)...)
	require.NoError(t, w.sync())
	changed := w.vendor.Transactions(w.ref, 19)[1].ID
	w.vendor.Change(w.ref, 19, changed, func(x *simulated.Transaction) { x.OrderStatus = "REFUNDED" })
	w.vendor.Fail(simulated.Fault{Operation: "getTransaction", Status: 500, Times: 1000})
	w.deliver(w.vendor.EmitUpdated(w.ref, 19, changed))
	w.workHooks()
	require.Error(t, w.sync(), "it is asked for again")
	w.clock.Advance(time.Hour)
	require.NoError(t, w.sync())
	require.Equal(t, "connected", w.status())
	require.Equal(t, w.model(), w.picture())
	require.Zero(t, one[int](w, "SELECT count(*) FROM account_rereads"))
}

// A vendor that takes all the time there is to tell of sessions nobody completed does not keep accounts from being read.
func TestAccountsAreQueuedBeforeTheVendorIsAskedForAnything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	ctx, cancel := context.WithCancel(t.Context())
	w.through(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/accounts/get" {
			cancel()
		}
		return w.RoundTrip(r)
	})
	_, err := w.Start(t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductTransactions})
	require.NoError(t, err)
	w.clock.Advance(time.Hour)
	queued, _ := w.Reconcile(ctx)
	require.Error(t, ctx.Err(), "the vendor was asked")
	require.Equal(t, 1, queued)
	require.Equal(t, w.account, w.queued[len(w.queued)-1])
}

// An order of an id that the vendor refuses, or has no path for, is none; what is wrong otherwise is asked for again.
func TestAnOrderOfAnIDTheVendorRefusesIsNone(t *testing.T) {
	t.Parallel()
	answers := func(status int, body string) watched {
		return func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		}
	}
	const invalid = `{"error_type":"INVALID_REQUEST","error_code":"INVALID_FIELD","error_message":"The id is invalid."}`
	for name, test := range map[string]struct {
		status int
		body   string
		none   bool
	}{
		"refused": {400, invalid, true}, "no path": {404, "Not Found", true}, "our keys": {401, `{"error_code":"INVALID_API_KEYS"}`, false},
		"ill": {500, `{"message":"Server Error"}`, false}, "too much": {429, "", false},
	} {
		_, err := clientOf(t, answers(test.status, test.body), live.Patience{Attempts: 1}, nil).Order(t.Context(), "u-1", 19, oddID)
		require.Error(t, err)
		require.Equal(t, test.none, errors.Is(err, accounts.ErrOrderUnknown), name)
	}
}

// A merchant that is listed twice is linked where one of the two is, in whatever order they come.
func TestAMerchantListedTwiceIsLinkedWhereOneIs(t *testing.T) {
	t.Parallel()
	const dead, alive = `{"merchant":{"id":19},"connection":{"status":"disconnected"}}`, `{"merchant":{"id":19},"connection":{"status":"connected"}}`
	for _, body := range []string{`[` + dead + `,` + alive + `]`, `[` + alive + `,` + dead + `]`} {
		got, err := clientOf(t, always(body), live.Patience{}, nil).LinkedAccounts(t.Context(), "u-1")
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.False(t, got[0].LoginLost, body)
	}
}
