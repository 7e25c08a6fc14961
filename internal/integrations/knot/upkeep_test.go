package knot_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
	"github.com/lattice-money/lattice/internal/testkit"
)

// between does something between a request and what becomes of its answer.
type between func(r *http.Request) (*http.Response, error)

func (b between) RoundTrip(r *http.Request) (*http.Response, error) { return b(r) }

// through has the world's account read by a client whose requests pass by something.
func (w *world) through(pass between) {
	w.t.Helper()
	client, err := live.New(live.Config{
		BaseURL: "http://simulator.test", ClientID: clientID, Secret: secret, Environment: "development", Transport: pass,
	}, w.clock)
	require.NoError(w.t, err)
	w.exec("DELETE FROM linked_accounts WHERE id = $1", w.account)
	w.link(client)
}

func (w *world) status() string {
	w.t.Helper()
	return one[string](w, "SELECT status || coalesce(': ' || reason, '') FROM linked_accounts WHERE id = $1", w.account)
}

// However often a sync is asked for while it works, the account was read, and the rest is for the next one.
func TestManyReasonsToSyncAreNoFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.through(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/transactions/sync" {
			w.exec("UPDATE linked_accounts SET sync_asked = sync_asked + 1 WHERE id = $1", w.account)
		}
		return w.RoundTrip(r)
	})
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 3)...)
	require.NoError(t, w.sync())
	require.Equal(t, "connected", w.status())
	require.NotNil(t, one[*time.Time](w, "SELECT last_synced_at FROM linked_accounts WHERE id = $1", w.account))
	require.NotEmpty(t, w.queued, "the rest is asked for")
}

// An account that waits for its user, or cannot be read, is looked at once a period, not with every look for such accounts.
func TestAnAccountThatCannotBeReadIsTriedOncePerPeriod(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(w *world){
		"Dead": func(w *world) { w.vendor.Disconnect(w.ref, 19) },
		"Down": func(w *world) { w.vendor.Fail(simulated.Fault{Status: 503, Times: 1000}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
			spoil(w)
			w.clock.Advance(time.Hour)
			total := 0
			for range 5 {
				queued, err := w.Reconcile(t.Context())
				require.NoError(t, err)
				total += queued
				_ = w.sync() // fails where the vendor is down
				w.clock.Advance(time.Minute)
			}
			require.NotEqual(t, "connected", w.status())
			require.Equal(t, 1, total)
			w.clock.Advance(time.Hour)
			queued, err := w.Reconcile(t.Context())
			require.NoError(t, err)
			require.Equal(t, 1, queued)
		})
	}
}

// A sync learns that a link is lost while its user links it anew: what the user did counts.
func TestARelinkDuringASyncIsNotUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	relinks := false
	w.through(func(r *http.Request) (*http.Response, error) {
		response, err := w.RoundTrip(r)
		if relinks && r.URL.Path == "/accounts/get" {
			relinks = false
			w.vendor.Link(w.ref, 19)
			started, err := w.Start(t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductTransactions})
			require.NoError(t, err)
			_, err = w.Complete(t.Context(), accounts.CompleteParams{UserID: w.user, SessionID: started.ID})
			require.NoError(t, err)
		}
		return response, err
	})
	w.vendor.Disconnect(w.ref, 19)
	relinks = true
	require.NoError(t, w.sync())
	require.Equal(t, "connected", w.status())
}

// Who completes a session in time has it completed, also where the vendor's answers come after its end.
func TestACompletionInTimeCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	slow := false
	w.through(func(r *http.Request) (*http.Response, error) {
		if slow && r.URL.Path == "/accounts/get" {
			w.clock.Advance(time.Second)
		}
		return w.RoundTrip(r)
	})
	started, err := w.Start(t.Context(), accounts.StartParams{Product: accounts.ProductTransactions})
	require.NoError(t, err)
	ref := one[string](w, "SELECT vendor_user_ref FROM onboarding_sessions WHERE id = $1", started.ID)
	w.vendor.Link(ref, 45)
	w.clock.Advance(started.ExpiresAt.Sub(w.clock.Now()) - time.Millisecond)
	slow = true
	_, err = w.Complete(t.Context(), accounts.CompleteParams{UserID: w.user, SessionID: started.ID, ClaimToken: "t"})
	require.NoError(t, err)
	require.Equal(t, 1, one[int](w, "SELECT count(*) FROM linked_accounts WHERE merchant_id = 45"))
	_, err = w.Complete(t.Context(), accounts.CompleteParams{UserID: uuid.New(), SessionID: started.ID, ClaimToken: "t"})
	require.ErrorIs(t, err, accounts.ErrOnboardingNotFound)
}

// What strangers began and nobody claimed is deleted, here and at the vendor, and asked for until the vendor has done it.
func TestWhatNobodyClaimedIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	started, err := w.Start(t.Context(), accounts.StartParams{Product: accounts.ProductTransactions})
	require.NoError(t, err)
	ref := one[string](w, "SELECT vendor_user_ref FROM onboarding_sessions WHERE id = $1", started.ID)
	w.vendor.Link(ref, 45)
	count := func(found int64, err error) int {
		t.Helper()
		require.NoError(t, err)
		return int(found)
	}
	require.Zero(t, count(w.ForgetUnclaimed(t.Context())), "it may still be claimed")
	w.clock.Advance(2 * time.Hour)
	require.Equal(t, 1, count(w.ForgetUnclaimed(t.Context())))
	require.Zero(t, count(w.ForgetUnclaimed(t.Context())))
	require.Zero(t, one[int](w, "SELECT count(*) FROM onboarding_sessions WHERE id = $1", started.ID))
	require.Zero(t, count(w.AskDeletionsAgain(t.Context())), "it was asked for just now")
	w.clock.Advance(2 * time.Hour)
	require.Equal(t, 1, count(w.AskDeletionsAgain(t.Context())))
	require.NoError(t, w.ForgetAtVendor(t.Context(), ref, nothing))
	require.Zero(t, count(w.AskDeletionsAgain(t.Context())))
	require.Equal(t, 1, w.vendor.Calls("deleteUser"))
}

// Whoever signs in at a merchant after they were deleted, in a window that was still open, is deleted once more; a webhook
// that was sent before says nothing new.
func TestWhoIsKnownAgainAfterTheirDeletionIsDeletedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	started, err := w.Start(t.Context(), accounts.StartParams{Product: accounts.ProductTransactions})
	require.NoError(t, err)
	ref := one[string](w, "SELECT vendor_user_ref FROM onboarding_sessions WHERE id = $1", started.ID)
	w.exec("UPDATE onboarding_sessions SET expires_at = created_at WHERE id = $1", started.ID) // the vendor's stays open
	w.clock.Advance(2 * time.Hour)
	_, err = w.ForgetUnclaimed(t.Context())
	require.NoError(t, err)
	early := w.vendor.EmitNew(ref, 45)
	w.deliver(early)
	require.NoError(t, w.ForgetAtVendor(t.Context(), ref, nothing))
	w.workHooks()
	open := func() int { return one[int](w, "SELECT count(*) FROM vendor_deletions WHERE done_at IS NULL") }
	require.Zero(t, open(), "it came before")
	for i, tells := range []func() simulated.Delivery{
		func() simulated.Delivery {
			return w.vendor.Emit(simulated.Webhook{Event: "AUTHENTICATED", SessionID: new(started.ID.String()), ExternalUserID: ref})
		},
		func() simulated.Delivery { return w.vendor.EmitNew(ref, 45) },
	} {
		w.vendor.Link(ref, 45)
		w.clock.Advance(time.Minute)
		w.deliver(tells())
		w.workHooks()
		require.Equal(t, 1, open())
		require.NoError(t, w.ForgetAtVendor(t.Context(), ref, nothing))
		require.Zero(t, open())
		require.Equal(t, 2+i, w.vendor.Calls("deleteUser"))
	}
	w.deliver(w.vendor.EmitNew("somebody else", 45))
	w.workHooks()
	require.Zero(t, open())
}

// With every webhook lost and the browser closed before the end, what was linked is found within a period.
func TestWhatAnAbandonedSessionLinkedIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	reconciles := func() {
		t.Helper()
		_, err := w.Reconcile(t.Context())
		require.NoError(t, err)
	}
	linked := func() int { return one[int](w, "SELECT count(*) FROM linked_accounts WHERE merchant_id = 45") }
	_, err := w.Start(t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductTransactions})
	require.NoError(t, err)
	w.vendor.Link(w.ref, 45)
	reconciles()
	require.Zero(t, linked(), "its browser may still complete it")
	w.clock.Advance(time.Hour)
	w.vendor.Fail(simulated.Fault{Operation: "getAccounts", Status: 503})
	reconciles()
	require.Zero(t, linked())
	reconciles()
	require.Equal(t, 1, linked())
	calls := w.vendor.Calls("getAccounts")
	w.clock.Advance(time.Minute)
	reconciles()
	require.Equal(t, calls, w.vendor.Calls("getAccounts"), "it is over")
}
