package knot_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/integrations/knot/webhook"
	"github.com/lattice-money/lattice/internal/postgres"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
	"github.com/lattice-money/lattice/internal/testkit"
)

// Checks of openQuestions that want the whole service of accounts.

// deliverAll delivers what was sent from a number on, works it, and returns what there is now.
func (w *world) deliverAll(from int) int {
	w.t.Helper()
	sent := w.vendor.Sent()
	for _, delivery := range sent[from:] {
		w.deliver(delivery)
	}
	w.workHooks()
	return len(sent)
}

func laterSyncsGoOn(t *testing.T, readings simulated.Readings) {
	for _, pageSize := range []int{4, 100} {
		w := newWorld(t, testkit.DB(t), readings, pageSize)
		made := 0
		for _, count := range []int{0, 6, 3, 0, 4, 150, 1} {
			w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), made, count)...)
			made += count
			w.clock.Advance(time.Minute)
			w.syncs(1)
			require.Equal(t, w.model(), w.picture())
		}
		require.Equal(t, made, one[int](w, "SELECT count(*) FROM transactions"))
	}
}

func emptyIsEmpty(t *testing.T, readings simulated.Readings) {
	w := newWorld(t, testkit.DB(t), readings, 100)
	w.syncs(1)
	require.Equal(t, "connected true", one[string](w, "SELECT status || ' ' || (reason IS NULL) FROM linked_accounts"))
	require.Zero(t, one[int](w, "SELECT count(*) FROM transactions"))
	status, _ := ask(t, w.vendor, http.MethodPost, "/transactions/sync", `{"external_user_id":"`+w.ref+`","merchant_id":19}`)
	require.Equal(t, readings.EmptyIsAnError, status == http.StatusBadRequest)
}

func lostLoginsAreSeen(t *testing.T, readings simulated.Readings) {
	w := newWorld(t, testkit.DB(t), readings, 100)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 3)...)
	w.syncs(1)
	w.vendor.Disconnect(w.ref, 19)
	w.syncs(1)
	require.Equal(t, "login_required", one[string](w, "SELECT status FROM linked_accounts"))
	require.Equal(t, w.model(), w.picture(), "what is stored stays")
	// A login that is lost between the two calls of a sync is seen with the second, or with the next sync.
	v := newVendor(t, readings)
	v.Add("u-1", 19, simulated.Made("u-1", 19, v.clock.Now(), 0, 3)...)
	v.Disconnect("u-1", 19)
	page, err := v.client.OrderPage(t.Context(), "u-1", 19, "")
	if readings.DisconnectedSync {
		require.ErrorIs(t, err, accounts.ErrLoginRequired)
		return
	}
	require.NoError(t, err)
	require.Len(t, page.Orders, 3)
}

func developmentLinksLeadNowhere(t *testing.T, readings simulated.Readings) {
	w := newWorld(t, testkit.DB(t), readings, 100)
	status, _ := ask(t, w.vendor, http.MethodPost, "/development/accounts/link",
		`{"external_user_id":"`+w.ref+`","merchant_id":19,"transactions":{"new":true,"updated":true}}`)
	require.Equal(t, http.StatusOK, status)
	authenticated, err := webhook.Parse(w.vendor.Sent()[0].Body)
	require.NoError(t, err)
	require.Equal(t, accounts.EventAuthenticated, authenticated.Event)
	require.Equal(t, readings.NullDevSession, authenticated.SessionID == "")
	require.Equal(t, 3, w.deliverAll(0))
	require.Equal(t, "AUTHENTICATED ignored", one[string](w, "SELECT event || ' ' || outcome FROM vendor_webhooks WHERE event = 'AUTHENTICATED'"))
	w.syncs(1)
	require.Equal(t, w.model(), w.picture())
	require.Equal(t, 205, one[int](w, "SELECT count(*) FROM transactions"))
	require.Equal(t, 1, one[int](w, "SELECT count(*) FROM linked_accounts"))
}

func noCardIsWanted(t *testing.T, readings simulated.Readings) {
	w := newWorld(t, testkit.DB(t), readings, 100)
	started, err := w.Start(t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductTransactions})
	require.NoError(t, err)
	require.NoError(t, w.vendor.Login(t.Context(), started.ID.String(), 45))
	require.Equal(t, 2, w.deliverAll(0))
	require.NotContains(t, string(w.vendor.Sent()[0].Body), map[bool]string{true: "send_card", false: `"card_id":""`}[readings.BareData])
	require.Equal(t, "syncing", one[string](w, "SELECT status FROM linked_accounts WHERE merchant_id = 45"), "its orders are read by a sync")
	require.Zero(t, one[int](w, "SELECT count(*) FROM card_switches"))
}

func timestampsAreNotRead(t *testing.T, readings simulated.Readings) {
	w := newWorld(t, testkit.DB(t), readings, 100)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 2)...)
	w.vendor.EmitNew(w.ref, 19)
	at := w.deliverAll(0)
	w.syncs(1)
	require.Equal(t, w.model(), w.picture())
	// Another within the same second is another webhook where milliseconds are told, and the same where seconds are.
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 2, 2)...)
	w.clock.Advance(400 * time.Millisecond)
	w.queued = nil
	w.vendor.EmitNew(w.ref, 19)
	w.deliverAll(at)
	require.Equal(t, readings.Seconds, len(w.queued) == 0)
	if readings.Seconds {
		w.clock.Advance(time.Hour)
		queued, err := w.Reconcile(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, queued)
	}
	w.syncs(1)
	require.Equal(t, w.model(), w.picture())
}

// lateAttemptsChangeNothing delivers a webhook again after a while, with the same body or with a new one.
func lateAttemptsChangeNothing(t *testing.T, after time.Duration, anew bool) {
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 4)...)
	first := w.vendor.EmitUpdated(w.ref, 19, w.vendor.Transactions(w.ref, 19)[1].ID)
	w.deliverAll(0)
	w.syncs(1)
	before := w.picture() + one[string](w, "SELECT string_agg(id || ' ' || version, ',' ORDER BY id) FROM transactions")
	w.clock.Advance(after)
	if after > 7*24*time.Hour { // as long as webhooks are kept
		deleted, err := w.DeleteOldWebhooks(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, deleted)
	} else if anew {
		first = w.vendor.EmitUpdated(w.ref, 19, w.vendor.Transactions(w.ref, 19)[1].ID)
	}
	w.queued = nil
	for range 2 { // the vendor makes three attempts in all
		w.deliver(first)
		w.workHooks()
	}
	require.Len(t, w.queued, map[bool]int{false: 0, true: 1}[anew], "the same body is nothing new")
	w.syncs(1)
	require.Equal(t, before, w.picture()+one[string](w, "SELECT string_agg(id || ' ' || version, ',' ORDER BY id) FROM transactions"))
}

// lateSwitchesEnd sends a card while we think there is time, and the vendor does not. However the vendor says so, the owner
// is told that it was too late.
func lateSwitchesEnd(t *testing.T, readings simulated.Readings) {
	w := newWorld(t, testkit.DB(t), readings, 100)
	require.NoError(t, w.vendor.Login(t.Context(), w.switches().String(), 19))
	w.clock.Advance(10 * time.Second) // the webhook takes a while
	at := w.deliverAll(0)
	w.clock.Advance(10 * time.Second)
	key, err := w.CardKey(t.Context())
	require.NoError(t, err)
	latest := func() *accounts.CardSwitch {
		page, err := w.List(t.Context(), accounts.ListParams{UserID: w.user, Limit: 10})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		return page.Items[0].CardSwitch
	}
	require.Equal(t, accounts.SwitchRequested, latest().Status)
	params := accounts.SwitchCardParams{UserID: w.user, AccountID: w.account, TaskID: latest().TaskID, JWE: seal(t, key)}
	_, err = w.SwitchCard(t.Context(), params)
	if readings.LateTask400 {
		require.ErrorIs(t, err, accounts.ErrSwitchOver)
	} else {
		require.NoError(t, err)
		require.Equal(t, accounts.SwitchSent, latest().Status)
		require.Equal(t, at+1, w.deliverAll(at))
	}
	require.Equal(t, accounts.SwitchFailed, latest().Status)
	require.Equal(t, "The card was not sent in time.", *latest().Reason)
	_, err = w.SwitchCard(t.Context(), params)
	require.ErrorIs(t, err, accounts.ErrSwitchOver)
}

func goneIsGone(t *testing.T, readings simulated.Readings) {
	told := map[bool]int{false: 0, true: 1}[readings.TellUnlinks]
	w := newWorld(t, testkit.DB(t), readings, 100)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 2)...)
	w.syncs(1)
	require.NoError(t, w.Unlink(t.Context(), w.user, w.account))
	w.queued = nil
	require.Equal(t, told, w.deliverAll(0))
	require.Empty(t, w.queued)
	require.Zero(t, one[int](w, "SELECT count(*) FROM linked_accounts"))
	require.Equal(t, told, one[int](w, "SELECT count(*) FROM vendor_webhooks WHERE outcome = 'ignored'"))

	// A person the vendor has deleted: the account says so with its next sync, whoever asks for that.
	w = newWorld(t, testkit.DB(t), readings, 100)
	require.NoError(t, postgres.WithTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error { return w.ForgetUser(ctx, tx, w.user) }))
	require.NoError(t, w.ForgetAtVendor(t.Context(), w.ref, nothing))
	w.queued = nil
	require.Equal(t, told, w.deliverAll(0))
	require.Len(t, w.queued, told)
	w.syncs(1)
	require.Equal(t, "revoked", one[string](w, "SELECT status FROM linked_accounts"))
}

// everyOrderIsTold has the vendor tell of every single order by a webhook of its own.
func everyOrderIsTold(t *testing.T) {
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	for number := range 30 {
		w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), number, 1)...)
		w.vendor.EmitNew(w.ref, 19)
		w.clock.Advance(time.Second)
	}
	require.Equal(t, 30, w.deliverAll(0))
	require.Len(t, w.queued, 30, "which the queue makes one of")
	calls := w.vendor.Calls("syncTransactions")
	w.syncs(1)
	require.Equal(t, calls+1, w.vendor.Calls("syncTransactions"), "one look is enough for all of them")
	require.Equal(t, w.model(), w.picture())
}
