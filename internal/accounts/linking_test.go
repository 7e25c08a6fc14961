package accounts_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
)

// stored is what is stored of the user's accounts and orders.
func (b *testBundle) stored(t *testing.T) string {
	t.Helper()
	return value[string](t, b, `SELECT coalesce((SELECT string_agg(CASE WHEN mock THEN 'mock ' ELSE 'real ' END || status, ',') FROM linked_accounts), 'nothing')
		|| ': ' || coalesce((SELECT string_agg(vendor_id, ' ' ORDER BY vendor_id) FROM transactions), 'no orders')`)
}

func (b *testBundle) complete(t *testing.T, session uuid.UUID) {
	t.Helper()
	_, err := b.Complete(t.Context(), accounts.CompleteParams{UserID: b.user, SessionID: session})
	require.NoError(t, err)
}

// What was read before somebody unlinked must not bring back what they unlinked.
func TestUnlinkWhileCompletingStaysUnlinked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.vendor.reading = func() {
		b.vendor.reading = nil
		require.NoError(t, b.Unlink(t.Context(), b.user, b.account))
	}
	b.complete(t, b.session(t))
	require.Equal(t, "nothing: no orders", b.stored(t))
	require.Equal(t, 1, value[int](t, b, "SELECT count(*) FROM onboarding_sessions WHERE completed_at IS NOT NULL"))

	// Linking it again is another thing.
	b.vendor.unlinked = false
	b.complete(t, b.session(t))
	require.Equal(t, "mock connected: A1", b.stored(t))
}

func TestUnlinkWhileALoginIsWorkedStaysUnlinked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.vendor.answered = func() {
		b.vendor.answered = nil
		require.NoError(t, b.Unlink(t.Context(), b.user, b.account))
	}
	b.hear(t, accounts.VendorEvent{Event: accounts.EventAuthenticated, SessionID: b.session(t).String()})
	require.Equal(t, "nothing: no orders", b.stored(t))
	require.Equal(t, "worked", value[string](t, b, "SELECT outcome FROM vendor_webhooks"))
}

// Somebody who unlinks again and again is asked to come back, with nothing stored.
func TestACompletionThatIsOvertakenForEverEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	session := b.session(t)
	readings := 0
	b.vendor.answered = func() {
		readings++
		b.exec(t, "INSERT INTO account_unlinks VALUES ($1, 1) ON CONFLICT (user_id) DO UPDATE SET unlinks = account_unlinks.unlinks + 1", b.user)
	}
	b.exec(t, "DELETE FROM linked_accounts")
	_, err := b.Complete(t.Context(), accounts.CompleteParams{UserID: b.user, SessionID: session})
	require.True(t, apperr.Is(err, apperr.CodeUnavailable))
	require.Equal(t, 4, readings)
	require.Equal(t, "nothing: no orders", b.stored(t))
	b.vendor.answered = nil
	b.complete(t, session)
	require.Equal(t, "mock connected: A1", b.stored(t))
}

// Linking is switched to the real vendor; the user links for real what was made up.
func TestTheRealAccountTakesThePlaceOfTheMocks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.vendor.live = true
	b.vendor.orders = []accounts.Order{order("REAL", accounts.OrderDelivered, 700)}
	b.complete(t, b.session(t))
	require.Equal(t, "real connected: REAL", b.stored(t))
	require.Contains(t, b.hints(), events.ChatUpdated, "a group was shown an order that is gone")
}

// The same where the account that is made up had lost its link, which linking again would have brought back.
func TestTheRealAccountKeepsNothingMadeUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "UPDATE linked_accounts SET status = 'disconnected'")
	b.vendor.live = true
	b.vendor.orders = []accounts.Order{order("REAL", accounts.OrderDelivered, 700)}
	b.complete(t, b.session(t))
	require.Equal(t, "real connected: REAL", b.stored(t))
}

// The other way round nothing is replaced: the vendor still holds the real one.
func TestTheMocksAccountDoesNotTakeThePlaceOfARealOne(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"connected", "disconnected"} {
		b := setup(t)
		b.exec(t, "UPDATE linked_accounts SET mock = false, status = $1", status)
		b.vendor.orders = []accounts.Order{order("MADE-UP", accounts.OrderDelivered, 700)}
		b.complete(t, b.session(t))
		require.Equal(t, "real "+status+": A1", b.stored(t))
	}
}

// A merchant neither the catalogue nor the vendor names has a name of ours.
func TestAnAccountAtAMerchantNobodyNamesIsStored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, postgres.WithTx(t.Context(), b.pool, func(ctx context.Context, tx pgx.Tx) error {
		for _, account := range []accounts.VendorAccount{{MerchantID: 4711}, {MerchantID: 4712, MerchantName: "Corner Shop"}} {
			if err := b.StoreAccount(ctx, tx, b.user, "ref", true, account, nil); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Equal(t, "Corner Shop, DoorDash, Merchant 4711", value[string](t, b, "SELECT string_agg(name, ', ' ORDER BY name) FROM merchants"))
}

// While linking is switched off the vendor cannot be told, and goes on collecting.
func TestARealAccountIsNotUnlinkedWhileLinkingIsSwitchedOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "UPDATE linked_accounts SET mock = false")
	err := b.Unlink(t.Context(), b.user, b.account)
	require.True(t, apperr.Is(err, apperr.CodeUnavailable))
	require.ErrorContains(t, err, "switched off")
	require.Equal(t, "real connected: A1", b.stored(t))
	b.vendor.live = true
	require.NoError(t, b.Unlink(t.Context(), b.user, b.account))
	require.True(t, b.vendor.unlinked)
	require.Equal(t, "nothing: no orders", b.stored(t))
}

// What is made up is gone without anybody being told.
func TestAMadeUpAccountIsUnlinkedHere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.vendor.live = true
	require.NoError(t, b.Unlink(t.Context(), b.user, b.account))
	require.False(t, b.vendor.unlinked)
	require.Equal(t, "nothing: no orders", b.stored(t))
}

func (v *vendor) DeleteUser(_ context.Context, ref string) error {
	v.forgotten = append(v.forgotten, ref)
	return nil
}

func (v *vendor) Merchants(context.Context, string) ([]accounts.VendorMerchant, error) {
	return nil, nil
}

// Whoever is deleted while linking is switched off is deleted at the vendor when it is back.
func TestADeletionWaitsWhileLinkingIsSwitchedOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "UPDATE linked_accounts SET mock = false")
	forget := func() {
		require.NoError(t, postgres.WithTx(t.Context(), b.pool, func(ctx context.Context, tx pgx.Tx) error { return b.ForgetUser(ctx, tx, b.user) }))
	}
	again := func() {
		b.clock.Advance(2 * time.Hour)
		_, err := b.AskDeletionsAgain(t.Context())
		require.NoError(t, err)
	}
	forget()
	require.Empty(t, b.deletions, "nobody would be told")
	again()
	require.Empty(t, b.deletions)
	b.vendor.live = true
	again()
	require.Equal(t, []string{"ref"}, b.deletions)
	// Switched off once more, before the job runs.
	b.vendor.live = false
	require.NoError(t, b.ForgetAtVendor(t.Context(), "ref", b.finish))
	require.Empty(t, b.vendor.forgotten)
	b.vendor.live = true
	again()
	require.Equal(t, []string{"ref", "ref"}, b.deletions)
	require.NoError(t, b.ForgetAtVendor(t.Context(), "ref", b.finish))
	require.Equal(t, []string{"ref"}, b.vendor.forgotten)
	require.Equal(t, 1, value[int](t, b, "SELECT count(*) FROM vendor_deletions WHERE done_at IS NOT NULL"))
	again()
	forget()
	require.Len(t, b.deletions, 2, "done is done")
}
