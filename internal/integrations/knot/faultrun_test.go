package knot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	"github.com/lattice-money/lattice/internal/integrations/knot/webhook"
	"github.com/lattice-money/lattice/internal/postgres"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// Runs of TestOrdersSurviveEveryFault.
const (
	faultRuns     = 25
	longFaultRuns = 5000
	faultWorkers  = 4
)

// direct lets a client ask a simulator without a socket between.
type direct struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (d direct) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if cause := recover(); cause == http.ErrAbortHandler { //nolint:errorlint,err113 // net/http compares it the same way
			response, err = nil, errors.New("connection lost")
		} else if cause != nil {
			panic(cause)
		}
	}()
	if r.Body == nil { // as a server sees it
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	d.handler.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// world is a service of accounts in front of a simulator, with nothing in the background: what is queued is noted, and the
// test works it.
type world struct {
	*accounts.Service

	t       *testing.T
	pool    *pgxpool.Pool
	clock   *clock.Fake
	vendor  *simulated.Simulator
	ref     string
	user    uuid.UUID
	account uuid.UUID

	mu    sync.Mutex
	hooks []uuid.UUID // webhooks that wait
}

func (*world) Record(context.Context, pgx.Tx, uuid.UUID, string, string, string) error { return nil }
func (*world) Notify(events.Notice)                                                    {}
func (*world) NewClaimToken() (token string, hash []byte, err error)                   { return "t", []byte("h"), nil }

func (*world) Hash(string) []byte { return []byte("h") }

func (*world) EnqueueInsightsRefresh(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (*world) EnqueueAccountSync(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (*world) CancelAccountSync(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (*world) EnqueueVendorDeletion(context.Context, pgx.Tx, string) error { return nil }

func (*world) EnqueueMerchantsRefresh(context.Context, pgx.Tx) error { return nil }

func (w *world) EnqueueVendorWebhook(_ context.Context, _ pgx.Tx, id uuid.UUID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hooks = append(w.hooks, id)
	return nil
}

func newWorld(t *testing.T, pool *pgxpool.Pool, readings simulated.Readings, pageSize int) *world {
	t.Helper()
	w := &world{t: t, pool: pool, clock: clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)), user: uuid.New()}
	w.ref = w.user.String()
	w.vendor = newSimulator(t, w.clock, readings, func(c *simulated.Config) { c.PageSize = pageSize })
	client, err := live.New(live.Config{
		BaseURL: "http://simulator.test", ClientID: clientID, Secret: secret, Environment: "development", Transport: direct{w.vendor},
		Patience: live.Patience{Attempts: 1, BreakerDelay: time.Nanosecond},
	}, w.clock)
	require.NoError(t, err)
	w.Service, err = accounts.New(accounts.Config{
		Pool: pool, Clock: w.clock, Linker: client, Auditor: w, Queue: w, Notifier: w, Secrets: w, Logger: slog.New(slog.DiscardHandler),
		Reconcile: time.Hour,
	})
	require.NoError(t, err)
	w.exec(`INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Alice', $2, $2, '', '2026-01-01', '2026-01-01', '2026-01-01')`, w.user, w.ref)
	w.exec("INSERT INTO merchants (id, slug, name, category) VALUES (19, 'doordash', 'DoorDash', 'delivery') ON CONFLICT DO NOTHING")
	w.vendor.Link(w.ref, 19)
	require.NoError(t, postgres.WithTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		return w.StoreAccount(ctx, tx, w.user, w.ref, false, accounts.VendorAccount{MerchantID: 19, AccountName: "alice", Transactions: true}, nil)
	}))
	w.account = one[uuid.UUID](w, "SELECT id FROM linked_accounts WHERE user_id = $1", w.user)
	return w
}

func (w *world) exec(statement string, arguments ...any) {
	w.t.Helper()
	_, err := w.pool.Exec(w.t.Context(), statement, arguments...)
	require.NoError(w.t, err)
}

func one[T any](w *world, query string, arguments ...any) (result T) {
	w.t.Helper()
	require.NoError(w.t, w.pool.QueryRow(w.t.Context(), query, arguments...).Scan(&result))
	return result
}

func nothing(context.Context, pgx.Tx) error { return nil }

// deliver receives a webhook as the service does, after its signature was checked.
func (w *world) deliver(delivery simulated.Delivery) {
	w.t.Helper()
	headers := webhook.Headers{Signature: delivery.Header.Get("Knot-Signature"), ContentType: delivery.Header.Get("Content-Type")}
	require.True(w.t, webhook.NewVerifier(secret).Verify(headers, delivery.Body))
	event, err := webhook.Parse(delivery.Body)
	require.NoError(w.t, err)
	digest := uuid.NewSHA1(uuid.NameSpaceURL, delivery.Body)
	_, err = w.ReceiveWebhook(w.t.Context(), event, digest[:])
	require.NoError(w.t, err)
}

func (w *world) workHooks() {
	w.t.Helper()
	w.mu.Lock()
	hooks := w.hooks
	w.hooks = nil
	w.mu.Unlock()
	for _, id := range hooks {
		require.NoError(w.t, w.WorkWebhook(w.t.Context(), id, nothing))
	}
}

// syncs runs one or two syncs at once until one got through, as the queue does; it checks the cursor after each try.
func (w *world) syncs(atOnce int) {
	w.t.Helper()
	var last error
	for range 60 {
		failures := make([]error, atOnce)
		var group sync.WaitGroup
		for i := range failures {
			group.Go(func() { failures[i] = w.Sync(w.t.Context(), w.account, nothing) })
		}
		group.Wait()
		w.cursorIsNotAhead()
		for _, err := range failures {
			if err == nil {
				return
			}
			last = err
		}
	}
	require.FailNow(w.t, "no sync got through", "%v", last)
}

// cursorIsNotAhead: everything the vendor has up to the cursor is stored.
func (w *world) cursorIsNotAhead() {
	w.t.Helper()
	at := one[*string](w, "SELECT sync_cursor FROM linked_accounts WHERE id = $1", w.account)
	if at == nil {
		return
	}
	row := simulated.CursorRow(*at)
	stored := map[string]bool{}
	for id := range strings.SplitSeq(one[string](w, "SELECT coalesce(string_agg(vendor_id, ','), '') FROM transactions WHERE account_id = $1", w.account), ",") {
		stored[id] = true
	}
	for _, transaction := range w.vendor.Transactions(w.ref, 19) {
		if w.vendor.RowOf(transaction.ID) <= row {
			require.True(w.t, stored[transaction.ID], "the cursor is ahead of its rows")
		}
	}
}

// picture is all that is stored of the orders, and model what the vendor has.
func (w *world) picture() string {
	w.t.Helper()
	return one[string](w, `SELECT coalesce(string_agg(concat_ws(' ', vendor_id, external_id, status, total,
		(SELECT count(*) FROM transaction_items WHERE transaction_id = transactions.id)), E'\n' ORDER BY vendor_id), '')
		FROM transactions WHERE account_id = $1`, w.account)
}

func (w *world) model() string {
	var lines []string
	for _, x := range w.vendor.Transactions(w.ref, 19) {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d", x.ID, *x.ExternalID, strings.ToLower(x.OrderStatus), strings.ReplaceAll(x.Price.Total, ".", ""), len(x.Products)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// play lets a seed decide what the vendor does, what goes wrong, and what comes twice, out of order or never. In the end,
// after one reconciliation, what is stored is what the vendor has.
func (w *world) play(seed uint64) {
	w.t.Helper()
	draw := rand.New(rand.NewPCG(seed, 99))
	chance := func(one int) bool { return draw.IntN(one) == 0 }
	made, edited := 0, ""
	var held []simulated.Delivery
	tell := func(delivery simulated.Delivery) {
		switch draw.IntN(8) {
		case 0, 1: // lost
		case 2:
			held = append(held, delivery)
		default:
			w.deliver(delivery)
			if chance(3) {
				w.deliver(delivery)
			}
			for _, late := range held {
				w.deliver(late)
			}
			held = nil
		}
	}
	for range 3 + draw.IntN(3) {
		count := draw.IntN(8)
		w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), made, count)...)
		made += count
		if count > 0 {
			tell(w.vendor.EmitNew(w.ref, 19))
		}
		if all := w.vendor.Transactions(w.ref, 19); len(all) > 0 && chance(2) {
			changed := all[draw.IntN(len(all))].ID
			w.vendor.Change(w.ref, 19, changed, func(x *simulated.Transaction) {
				x.OrderStatus = []string{"SHIPPED", "RETURNED", "REFUNDED", "CANCELLED"}[draw.IntN(4)]
			})
			tell(w.vendor.EmitUpdated(w.ref, 19, changed, uuid.NewString()))
		}
		w.spoil(draw)
		w.workHooks()
		w.syncs(1 + draw.IntN(2))
		if edited == "" && made > 0 {
			w.exec("UPDATE transactions SET category = 'pets', category_chosen = true, note = 'Mine' WHERE vendor_id = (SELECT min(vendor_id) FROM transactions WHERE account_id = $1)", w.account)
			edited = one[string](w, "SELECT coalesce(min(vendor_id), '') FROM transactions WHERE account_id = $1", w.account)
		}
		w.clock.Advance(time.Duration(draw.IntN(10)) * time.Minute)
	}
	// What was lost is found within one period.
	w.clock.Advance(time.Hour)
	queued, err := w.Reconcile(w.t.Context())
	require.NoError(w.t, err)
	require.Positive(w.t, queued)
	w.spoil(draw)
	w.syncs(1 + draw.IntN(2))
	require.Equal(w.t, w.model(), w.picture(), "seed %d", seed)
	if edited != "" {
		require.Equal(w.t, "pets Mine", one[string](w, "SELECT category || ' ' || note FROM transactions WHERE account_id = $1 AND vendor_id = $2", w.account, edited))
	}
	require.Empty(w.t, w.vendor.Violations())
}

// spoil has some of the next calls go wrong, a fault at every page and more.
func (w *world) spoil(draw *rand.Rand) {
	for range draw.IntN(6) {
		w.vendor.Fail([]simulated.Fault{
			{Operation: "syncTransactions", Status: 500},
			{Operation: "syncTransactions", Status: 429, RetryAfter: 1},
			{Operation: "syncTransactions", Body: simulated.BodyMalformed},
			{Operation: "syncTransactions", Body: simulated.BodyLost},
			{Operation: "syncTransactions", Status: 400, Code: "INVALID_CURSOR_FORMAT"},
			{Operation: "getTransaction", Status: 503},
			{Operation: "getTransaction", Body: simulated.BodyHalf},
			{Operation: "getAccounts", Status: 502},
		}[draw.IntN(8)])
	}
}

// Whatever goes wrong on the way, what is stored ends up as what the vendor has, nothing comes twice, what is the user's own
// stays, and the cursor is never ahead of the rows.
//
//nolint:paralleltest // the runs of a worker are one after another: each has the database to itself for its part
func TestOrdersSurviveEveryFault(t *testing.T) {
	t.Parallel()
	runs := faultRuns
	if os.Getenv("LATTICE_TEST_TIER") == "long" {
		runs = longFaultRuns
	}
	pool := testkit.DB(t)
	seeds := make(chan uint64)
	var group sync.WaitGroup
	for range faultWorkers {
		group.Go(func() {
			for seed := range seeds {
				t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
					readings := simulated.Readings{
						FinalCursor: seed%2 == 1, StaleCursors: seed%3 == 1, EmptyIsAnError: seed%5 == 1, NotFoundIs404: seed%7 < 3, NoOffset: seed%4 == 1,
						StrangerFields: seed%2 == 0,
					}
					newWorld(t, pool, readings, 1+int(seed%4)).play(seed)
				})
			}
		})
	}
	for seed := range uint64(runs) {
		seeds <- seed
	}
	close(seeds)
	group.Wait()
}

// With every webhook lost, everything is right after one period.
func TestWithEveryWebhookLostReconciliationIsEnough(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 205)...)
	w.clock.Advance(time.Hour)
	for _, changed := range []int{0, 204} {
		queued, err := w.Reconcile(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, queued)
		w.syncs(1)
		require.Equal(t, w.model(), w.picture())
		queued, err = w.Reconcile(t.Context())
		require.NoError(t, err)
		require.Zero(t, queued, "it is not due again")
		w.vendor.Change(w.ref, 19, w.vendor.Transactions(w.ref, 19)[changed].ID, func(x *simulated.Transaction) { x.OrderStatus = "REFUNDED" })
		w.clock.Advance(time.Hour)
	}
	_, err := w.Reconcile(t.Context())
	require.NoError(t, err)
	w.syncs(1)
	require.Equal(t, w.model(), w.picture())
}

// A webhook may name orders of other people; they are not asked for.
func TestOrdersOfOthersAreNotAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.vendor.Add("somebody else", 19, simulated.Made("somebody else", 19, w.clock.Now(), 0, 1)...)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 1)...)
	theirs := w.vendor.Transactions("somebody else", 19)[0].ID
	w.deliver(w.vendor.EmitUpdated(w.ref, 19, theirs, w.vendor.Transactions(w.ref, 19)[0].ID))
	w.workHooks()
	w.syncs(1)
	require.Equal(t, 1, w.vendor.Calls("getTransaction"), "their own alone")
	require.Equal(t, w.model(), w.picture())
	require.Zero(t, one[int](w, "SELECT count(*) FROM account_rereads"))
}

// A person is deleted at the vendor by a job that may run twice and outlives a vendor that is away.
func TestAPersonIsDeletedAtTheVendor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	require.NoError(t, postgres.WithTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error { return w.ForgetUser(ctx, tx, w.user) }))
	require.NoError(t, postgres.WithTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error { return w.ForgetUser(ctx, tx, w.user) }))
	require.Equal(t, 1, one[int](w, "SELECT count(*) FROM vendor_deletions WHERE vendor_user_ref = $1 AND done_at IS NULL", w.ref))
	w.vendor.Fail(simulated.Fault{Operation: "deleteUser", Status: 503})
	require.Error(t, w.ForgetAtVendor(t.Context(), w.ref, nothing))
	require.Equal(t, 1, one[int](w, "SELECT count(*) FROM vendor_deletions WHERE done_at IS NULL"))
	w.vendor.Fail(simulated.Fault{Operation: "deleteUser", Body: simulated.BodyLost}) // it was done, and nobody heard
	require.Error(t, w.ForgetAtVendor(t.Context(), w.ref, nothing))
	require.NoError(t, w.ForgetAtVendor(t.Context(), w.ref, nothing))
	require.NoError(t, w.ForgetAtVendor(t.Context(), w.ref, nothing))
	require.Equal(t, 1, one[int](w, "SELECT count(*) FROM vendor_deletions WHERE done_at IS NOT NULL"))
	require.Equal(t, 3, w.vendor.Calls("deleteUser"))
	// The account learns of it with its next sync.
	w.syncs(1)
	require.Equal(t, "revoked", one[string](w, "SELECT status FROM linked_accounts WHERE id = $1", w.account))
}
