package accounts_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// vendor is one whose only account has the orders a test gives it.
type vendor struct {
	accounts.Linker

	orders    []accounts.Order
	err       error
	live      bool
	forgotten []string // whom it has deleted
	unlinked  bool
	loginLost bool
	answered  func() // runs when it has said what is linked
	reading   func() // runs while the orders are read
}

func (v *vendor) LinkedAccounts(context.Context, string) ([]accounts.VendorAccount, error) {
	all := []accounts.VendorAccount{{MerchantID: 19, AccountName: "alice", Transactions: true, LoginLost: v.loginLost}}
	if v.unlinked {
		all = nil
	}
	if v.answered != nil {
		v.answered()
	}
	return all, v.err
}

func (v *vendor) Mock() bool { return !v.live }

func (v *vendor) Unlink(context.Context, string, int64) error {
	v.unlinked = true
	return nil
}

func (v *vendor) OrderPage(context.Context, string, int64, string) (accounts.OrderPage, error) {
	orders := v.orders
	if v.reading != nil {
		v.reading()
	}
	return accounts.OrderPage{Orders: orders}, nil
}

type testBundle struct {
	*accounts.Service
	accounts.Queue

	pool      *pgxpool.Pool
	vendor    *vendor
	clock     *clock.Fake
	user      uuid.UUID
	account   uuid.UUID
	group     uuid.UUID
	mu        sync.Mutex
	told      []events.Notice
	refreshs  int
	syncs     int
	deletions []string // references to be forgotten at the vendor
	audited   []string
	finished  int
}

func (b *testBundle) Record(_ context.Context, _ pgx.Tx, _ uuid.UUID, action, _, _ string) error {
	b.audited = append(b.audited, action)
	return nil
}

func (b *testBundle) EnqueueInsightsRefresh(context.Context, pgx.Tx, uuid.UUID) error {
	b.refreshs++
	return nil
}

func (b *testBundle) EnqueueAccountSync(context.Context, pgx.Tx, uuid.UUID) error {
	b.syncs++
	return nil
}

func (*testBundle) CancelAccountSync(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (b *testBundle) EnqueueVendorDeletion(_ context.Context, _ pgx.Tx, ref string) error {
	b.deletions = append(b.deletions, ref)
	return nil
}

func (*testBundle) EnqueueVendorWebhook(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (b *testBundle) Notify(notice events.Notice) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, notice)
}

func (*testBundle) NewClaimToken() (string, []byte, error) { return "", nil, nil }

func (*testBundle) Hash(string) []byte { return nil }

func (b *testBundle) finish(context.Context, pgx.Tx) error {
	b.finished++
	return nil
}

// setup makes somebody with one linked account that has one order, which is shown to a group.
func setup(t *testing.T) *testBundle {
	t.Helper()
	b := &testBundle{
		pool: testkit.DB(t), clock: clock.NewFake(now), user: uuid.New(), group: uuid.New(),
		vendor: &vendor{orders: []accounts.Order{order("A1", accounts.OrderShipped, 1200)}},
	}
	b.exec(t, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Alice', 'alice@example.com', 'alice@example.com', '', '2026-01-01', '2026-01-01', '2026-01-01')`, b.user)
	b.exec(t, "INSERT INTO merchants (id, slug, name, category) VALUES (19, 'doordash', 'DoorDash', 'delivery')")
	var err error
	b.Service, err = accounts.New(accounts.Config{
		Pool: b.pool, Clock: b.clock, Linker: b.vendor, Auditor: b, Queue: b, Notifier: b, Secrets: b, Logger: slog.New(slog.DiscardHandler),
		Reconcile: time.Hour,
	})
	require.NoError(t, err)
	require.NoError(t, postgres.WithTx(t.Context(), b.pool, func(ctx context.Context, tx pgx.Tx) error {
		return b.StoreAccount(ctx, tx, b.user, "ref", true, accounts.VendorAccount{MerchantID: 19, AccountName: "alice", Transactions: true}, b.vendor.orders)
	}))
	b.account = value[uuid.UUID](t, b, "SELECT id FROM linked_accounts")
	b.exec(t, "INSERT INTO chats (id, type, title, ai_policy, created_at, updated_at) VALUES ($1, 'group', 'Ski Trip', 'auto', now(), now())", b.group)
	b.exec(t, "INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES ($1, $2, 'owner', now())", b.group, b.user)
	b.exec(t, "INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at) SELECT $1, id, $2, now() FROM transactions", b.group, b.user)
	b.told, b.refreshs = nil, 0
	return b
}

func order(id, status string, cents int64) accounts.Order {
	return accounts.Order{
		VendorID: id, ExternalID: id, PlacedAt: now.Add(-time.Hour), Status: status, Currency: "USD", Subtotal: cents, Total: cents,
		Items:    []accounts.OrderItem{{Name: "Pad Thai", Quantity: 1, UnitPrice: cents, Total: cents}},
		Payments: []accounts.OrderPayment{{Type: accounts.PaymentCard, Brand: accounts.BrandVisa, LastFour: "1005", Amount: cents}},
	}
}

func (b *testBundle) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := b.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func value[T any](t *testing.T, b *testBundle, sql string, args ...any) (result T) {
	t.Helper()
	require.NoError(t, b.pool.QueryRow(t.Context(), sql, args...).Scan(&result))
	return result
}

// hints are the types of what was told since the last look.
func (b *testBundle) hints() (types []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, notice := range b.told {
		types = append(types, notice.Hint.Type)
	}
	b.told = nil
	return types
}

func (b *testBundle) state(t *testing.T) string {
	t.Helper()
	return value[string](t, b, "SELECT status || coalesce(': ' || reason, '') FROM linked_accounts")
}

func TestSync_ChangesWhatIsToldOtherwiseAndKeepsWhatIsTheUsers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "UPDATE transactions SET category = 'pets', category_chosen = true, note = 'For the cat'")
	changed := order("A1", accounts.OrderDelivered, 1500)
	changed.PlacedAt = now.Add(-2 * time.Hour)
	b.vendor.orders = []accounts.Order{changed, order("A2", accounts.OrderOrdered, 900)}
	b.clock.Advance(time.Hour)
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.Equal(t, "delivered 1500 pets For the cat 2", value[string](t, b, `SELECT concat_ws(' ', status, total, category, note, version) FROM transactions WHERE external_id = 'A1'`))
	require.Equal(t, now.Add(-time.Hour), value[time.Time](t, b, "SELECT placed_at FROM transactions WHERE external_id = 'A1'").UTC(), "pages rest on it")
	require.Equal(t, "ordered 900 delivery 1", value[string](t, b, `SELECT concat_ws(' ', status, total, category, note, version) FROM transactions WHERE external_id = 'A2'`))
	require.EqualValues(t, 2400, value[int64](t, b, "SELECT sum(total) FROM transaction_items"), "the parts are those of now")
	require.Equal(t, now.Add(time.Hour), value[time.Time](t, b, "SELECT last_synced_at FROM linked_accounts").UTC())
	require.Equal(t, "connected", b.state(t))
	require.Equal(t, []string{events.AccountUpdated, events.ChatUpdated, events.AccountUpdated}, b.hints(),
		"the owner, and the group that is shown an order; and the owner again of the end")
	require.Equal(t, 1, b.refreshs)
	require.Equal(t, 1, b.finished)

	// A category that is not the user's own follows the merchant's.
	b.exec(t, "UPDATE merchants SET category = 'dining'")
	b.vendor.orders = []accounts.Order{order("A1", accounts.OrderDelivered, 1600), order("A2", accounts.OrderBilled, 900)}
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.Equal(t, "pets dining", value[string](t, b, "SELECT string_agg(category, ' ' ORDER BY external_id) FROM transactions"))
}

func TestSync_WithoutNewsTellsTheOwnerAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.Equal(t, []string{events.AccountUpdated}, b.hints())
	require.Zero(t, b.refreshs)
	require.EqualValues(t, 1, value[int64](t, b, "SELECT version FROM transactions"))

	// What the vendor no longer answers has not been undone, and what does not add up is left out.
	wrong := order("A3", accounts.OrderOrdered, 700)
	wrong.Total = 1
	b.vendor.orders = []accounts.Order{wrong}
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.EqualValues(t, 1, value[int64](t, b, "SELECT count(*) FROM transactions"))
}

// Of two that read at once, the one that read first must not write last: it would bring back what is out of date.
func TestSync_OneAtATimeAndWhoReadFirstDoesNotWriteLast(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.vendor.reading = func() {
		b.vendor.reading = nil
		require.ErrorIs(t, b.Sync(t.Context(), b.account, b.finish), accounts.ErrSyncBusy)
		b.clock.Advance(time.Hour) // the first gave no sign of life: it may well be dead
		b.vendor.orders = []accounts.Order{order("A1", accounts.OrderDelivered, 1300)}
		require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	}
	require.ErrorContains(t, b.Sync(t.Context(), b.account, b.finish), "faster")
	require.Equal(t, "delivered", value[string](t, b, "SELECT status FROM transactions"))
	require.Equal(t, 1, b.finished, "the slower one is tried again")
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.Equal(t, "delivered", value[string](t, b, "SELECT status FROM transactions"))
}

// What is asked for while a sync works, the same sync does.
func TestSync_GoesOnWhenItIsAskedForMeanwhile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.vendor.reading = func() {
		b.vendor.reading = nil
		_, err := b.RequestSync(t.Context(), b.user, b.account)
		require.NoError(t, err)
		b.vendor.orders = append(b.vendor.orders, order("A2", accounts.OrderOrdered, 900))
	}
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.EqualValues(t, 2, value[int64](t, b, "SELECT count(*) FROM transactions"))
	require.Equal(t, "connected", b.state(t))
	require.Equal(t, 1, b.finished)
}

func TestSync_AFailureIsToldAndTriedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.RequestSync(t.Context(), b.user, b.account)
	require.NoError(t, err)
	require.Equal(t, "syncing", b.state(t))
	require.Equal(t, []string{events.AccountUpdated}, b.hints())
	b.vendor.err = errors.New("no route to host")
	require.ErrorContains(t, b.Sync(t.Context(), b.account, b.finish), "no route")
	require.Equal(t, "connected: The merchant could not be read. We keep trying.", b.state(t))
	require.Equal(t, []string{events.AccountUpdated}, b.hints())
	require.Zero(t, b.finished)
	b.vendor.err = nil
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.Equal(t, "connected", b.state(t))
	require.Equal(t, 1, b.finished)
}

// A process that stops in the middle of a sync tells nobody that the merchant could not be read.
func TestSync_AProcessThatStopsIsNoFailureOfTheMerchants(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.RequestSync(t.Context(), b.user, b.account)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	b.vendor.reading = stop
	require.ErrorIs(t, b.Sync(ctx, b.account, b.finish), accounts.ErrSyncUnfinished)
	require.Equal(t, "syncing", b.state(t))
	b.vendor.reading = nil
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish), "nobody holds it")
	require.Equal(t, "connected", b.state(t))
}

func TestSync_ALostLinkWaitsForTheUser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.vendor.unlinked = true
	require.NoError(t, b.Sync(t.Context(), b.account, b.finish))
	require.Contains(t, b.state(t), "disconnected: ")
	require.Equal(t, 1, b.finished)
	_, err := b.RequestSync(t.Context(), b.user, b.account)
	require.ErrorIs(t, err, accounts.ErrRelinkNeeded)
	require.Zero(t, b.syncs)
	require.NoError(t, b.Sync(t.Context(), uuid.New(), b.finish), "an account that is gone is no error")
}

func TestRequestSync_IsTheOwners(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 2 {
		account, err := b.RequestSync(t.Context(), b.user, b.account)
		require.NoError(t, err)
		require.Equal(t, accounts.StatusSyncing, account.Status)
	}
	require.Equal(t, []string{"account.sync"}, b.audited)
	for _, ids := range [][2]uuid.UUID{{uuid.New(), b.account}, {b.user, uuid.New()}} {
		_, err := b.RequestSync(t.Context(), ids[0], ids[1])
		require.True(t, apperr.Is(err, apperr.CodeNotFound))
	}
}
