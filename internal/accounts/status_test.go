package accounts_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/postgres"
)

// What an account says of its link.
const (
	told       = "As it was."
	login      = "The merchant wants you to sign in again."
	lost       = "The merchant no longer lets us read this account."
	revoked    = "You are no longer known to the service that links accounts."
	failed     = "The merchant could not be read. We keep trying."
	again      = "Link DoorDash again."
	connected  = accounts.StatusConnected
	syncing    = accounts.StatusSyncing
	loginWant  = accounts.StatusLoginRequired
	disconnect = accounts.StatusDisconnected
	revokedNow = accounts.StatusRevoked
)

// link is what of an account the state machine is about. An account in state told "As it was." before.
type link struct{ status, reason, next string }

// happening is something that can happen to a link, and what it leads to from each state.
type happening struct {
	name string
	do   func(t *testing.T, b *testBundle)
	to   map[string]link
}

// look has the account read by a vendor that is as change makes it.
func look(change func(v *vendor)) func(t *testing.T, b *testBundle) {
	return func(t *testing.T, b *testBundle) {
		t.Helper()
		change(b.vendor)
		err := b.Sync(t.Context(), b.account, b.finish)
		if b.vendor.err != nil && !errors.Is(b.vendor.err, accounts.ErrUserUnknown) {
			require.ErrorIs(t, err, b.vendor.err)
			return
		}
		require.NoError(t, err)
	}
}

// tell has the vendor send an event of the account, and works it with what that leads to; the vendor is as change makes it.
func tell(event accounts.VendorEvent, change func(v *vendor)) func(t *testing.T, b *testBundle) {
	return func(t *testing.T, b *testBundle) {
		t.Helper()
		change(b.vendor)
		b.hear(t, event)
		b.workSyncs(t)
	}
}

// hear stores and works a webhook as if it were new.
func (b *testBundle) hear(t *testing.T, event accounts.VendorEvent) {
	t.Helper()
	event.UserRef, event.MerchantID = "ref", 19
	digest := sha256.Sum256([]byte(uuid.NewString()))
	fresh, err := b.ReceiveWebhook(t.Context(), event, digest[:])
	require.NoError(t, err)
	require.True(t, fresh)
	require.NoError(t, b.WorkWebhook(t.Context(), value[uuid.UUID](t, b, "SELECT id FROM vendor_webhooks WHERE digest = $1", digest[:])))
}

// workSyncs works the syncs that are queued.
func (b *testBundle) workSyncs(t *testing.T) {
	t.Helper()
	for ; b.syncs > 0; b.syncs-- {
		require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	}
}

func well(*vendor)        {}
func loginLost(v *vendor) { v.loginLost = true }
func unlinked(v *vendor)  { v.unlinked = true }
func unknown(v *vendor)   { v.err = accounts.ErrUserUnknown }
func away(v *vendor)      { v.err = errors.New("no route to host") }

// happenings are the events of the state machine. What is not in a table leaves everything as it is.
var happenings = []happening{
	{"a look finds it well", look(well), map[string]link{
		connected: {connected, "", ""}, syncing: {connected, "", ""}, loginWant: {connected, "", ""}, disconnect: {connected, "", ""},
		revokedNow: {connected, "", ""},
	}},
	{"a look fails", look(away), map[string]link{
		connected: {connected, failed, ""}, syncing: {connected, failed, ""}, // the rest only the user can bring back
	}},
	{"a look finds that a login is wanted", look(loginLost), map[string]link{
		connected: {loginWant, login, again}, syncing: {loginWant, login, again}, loginWant: {loginWant, login, again},
		disconnect: {loginWant, login, again},
	}},
	{"a look finds no account", look(unlinked), map[string]link{
		connected: {disconnect, lost, again}, syncing: {disconnect, lost, again}, loginWant: {disconnect, lost, again},
		disconnect: {disconnect, lost, again},
	}},
	{"a look finds nobody", look(unknown), map[string]link{
		connected: {revokedNow, revoked, again}, syncing: {revokedNow, revoked, again}, loginWant: {revokedNow, revoked, again},
		disconnect: {revokedNow, revoked, again},
	}},
	{"the user has it read", func(t *testing.T, b *testBundle) {
		t.Helper()
		before := b.link(t)
		_, err := b.RequestSync(t.Context(), b.user, b.account)
		if before.next == "" {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, accounts.ErrRelinkNeeded)
		}
	}, map[string]link{
		connected: {syncing, "", ""},
	}},
	{"it is linked again and read at once", relink(accounts.VendorAccount{Transactions: true}), map[string]link{
		loginWant: {connected, "", ""}, disconnect: {connected, "", ""}, revokedNow: {connected, "", ""},
	}},
	{"it is linked again, and a login is wanted still", relink(accounts.VendorAccount{Transactions: true, LoginLost: true}), nil},
	{"the vendor tells that a login is wanted, which is so", tell(accounts.VendorEvent{Event: accounts.EventLoginRequired}, loginLost), map[string]link{
		connected: {loginWant, login, again}, syncing: {loginWant, login, again}, loginWant: {loginWant, login, again},
		disconnect: {loginWant, login, again},
	}},
	// Older than what is so by now: it is looked, not believed.
	{"the vendor tells that a login is wanted, which was so", tell(accounts.VendorEvent{Event: accounts.EventLoginRequired}, well), map[string]link{
		connected: {connected, "", ""}, syncing: {connected, "", ""}, loginWant: {connected, "", ""}, disconnect: {connected, "", ""},
		revokedNow: {connected, "", ""},
	}},
	{"the vendor tells of orders, and the login is lost by now", tell(accounts.VendorEvent{Event: accounts.EventNewTransactions}, loginLost), map[string]link{
		connected: {loginWant, login, again}, syncing: {loginWant, login, again}, loginWant: {loginWant, login, again},
		disconnect: {loginWant, login, again},
	}},
	{"the vendor tells of a login that is lost by now", func(t *testing.T, b *testBundle) {
		t.Helper()
		tell(accounts.VendorEvent{Event: accounts.EventAuthenticated, SessionID: b.session(t).String()}, loginLost)(t, b)
	}, map[string]link{
		connected: {loginWant, login, again}, syncing: {loginWant, login, again}, loginWant: {loginWant, login, again},
		disconnect: {loginWant, login, again},
	}},
	{"the vendor tells of a login", func(t *testing.T, b *testBundle) {
		t.Helper()
		tell(accounts.VendorEvent{Event: accounts.EventAuthenticated, SessionID: b.session(t).String()}, well)(t, b)
	}, map[string]link{
		connected: {connected, "", ""}, syncing: {connected, "", ""}, loginWant: {connected, "", ""}, disconnect: {connected, "", ""},
		revokedNow: {connected, "", ""},
	}},
	{"the vendor tells of a card", tell(accounts.VendorEvent{Event: accounts.EventCardFailed, TaskID: "7"}, loginLost), nil},
	{"the vendor tells of something new", tell(accounts.VendorEvent{Event: "NEW_THING"}, loginLost), nil},
}

// relink stores the account as the end of a link session does.
func relink(found accounts.VendorAccount) func(t *testing.T, b *testBundle) {
	return func(t *testing.T, b *testBundle) {
		t.Helper()
		found.MerchantID, found.AccountName = 19, "alice"
		require.NoError(t, postgres.WithTx(t.Context(), b.pool, func(ctx context.Context, tx pgx.Tx) error {
			return b.StoreAccount(ctx, tx, b.user, "ref", true, found, b.vendor.orders)
		}))
	}
}

// session opens a link session of the user's.
func (b *testBundle) session(t *testing.T) uuid.UUID {
	t.Helper()
	id := uuid.New()
	b.exec(t, `INSERT INTO onboarding_sessions (id, user_id, product, vendor_user_ref, mock, created_at, expires_at)
		VALUES ($1, $2, 'transactions', 'ref', $5, $3, $4)`, id, b.user, now, now.Add(30*time.Minute), b.vendor.Mock())
	return id
}

// link is the account as its owner sees it.
func (b *testBundle) link(t *testing.T) link {
	t.Helper()
	overview, err := b.Overview(t.Context(), b.user)
	require.NoError(t, err)
	require.Len(t, overview.Accounts, 1)
	account := overview.Accounts[0]
	return link{account.Status, orEmpty(account.Reason), orEmpty(account.NextStep)}
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// Every state and everything that can happen to it.
func TestTheLinkStateMachine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, one := range happenings {
		for _, from := range []string{connected, syncing, loginWant, disconnect, revokedNow} {
			b.vendor.loginLost, b.vendor.unlinked, b.vendor.err, b.syncs = false, false, nil, 0
			b.exec(t, "UPDATE linked_accounts SET status = $1, reason = $2, sync_until = NULL", from, told)
			before := b.link(t)
			want, moves := one.to[from]
			if !moves {
				want = before
			}
			one.do(t, b)
			name := fmt.Sprintf("%s: %s", from, one.name)
			require.Equal(t, want, b.link(t), name)
			require.Equal(t, want.next != "", want.status == loginWant || want.status == disconnect || want.status == revokedNow, name)
			require.EqualValues(t, 1, value[int64](t, b, "SELECT count(*) FROM transactions"), "the orders stay")
		}
	}
}

// However late and in whatever order the vendor's events come, and whatever of them comes again, the link is what it is at
// the vendor in the end.
func TestEventsOutOfOrderDoNotMoveTheLinkBackwards(t *testing.T) {
	t.Parallel()
	b := setup(t)
	events := []accounts.VendorEvent{
		{Event: accounts.EventAuthenticated, SessionID: b.session(t).String()},
		{Event: accounts.EventLoginRequired},
		{Event: accounts.EventNewTransactions},
		{Event: accounts.EventLoginRequired},
	}
	for _, truth := range []struct {
		change func(*vendor)
		want   string
	}{{well, connected}, {loginLost, loginWant}} {
		for _, order := range orders(len(events)) {
			for _, from := range []string{connected, loginWant} {
				b.vendor.loginLost, b.syncs = false, 0
				truth.change(b.vendor)
				b.exec(t, "UPDATE linked_accounts SET status = $1, reason = NULL, sync_until = NULL", from)
				for _, i := range order {
					b.hear(t, events[i])
				}
				b.workSyncs(t)
				require.Equal(t, truth.want, b.link(t).status, "from %s in order %v", from, order)
			}
		}
	}
}

// orders are all orders of so many things.
func orders(count int) [][]int {
	if count == 0 {
		return [][]int{{}}
	}
	var all [][]int
	for _, rest := range orders(count - 1) {
		for at := range count {
			all = append(all, append(append(append([]int{}, rest[:at]...), count-1), rest[at:]...))
		}
	}
	return all
}

// Why: between the vendor's answer and the commit that links the account again lies a moment in which it can be lost again.
func TestALoginLostWhileItIsLinkedAgainIsSeen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "UPDATE linked_accounts SET status = 'login_required'")
	session := b.session(t)
	b.vendor.answered = func() { // that all is well, and nothing is stored yet
		b.vendor.answered, b.vendor.loginLost = nil, true
		b.hear(t, accounts.VendorEvent{Event: accounts.EventLoginRequired})
		b.workSyncs(t)
		require.Equal(t, loginWant, b.link(t).status)
	}
	b.hear(t, accounts.VendorEvent{Event: accounts.EventAuthenticated, SessionID: session.String()})
	b.workSyncs(t)
	require.Equal(t, link{loginWant, login, again}, b.link(t))
}
