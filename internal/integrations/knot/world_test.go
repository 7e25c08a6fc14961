package knot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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

// tally counts what runs have met, so that a test can tell that they met everything they are about.
type tally struct {
	runs                   atomic.Int64 // that went through
	firstPages, laterPages atomic.Int64 // pages that went wrong, those at the beginning and those behind a cursor
	refused                atomic.Int64 // cursors
	single                 atomic.Int64 // orders asked for by their id, in vain
	busy                   atomic.Int64 // syncs that found another one at work
	overtaken              atomic.Int64 // syncs that took the account of one that was still at work
	meanwhile              atomic.Int64 // webhooks worked while a sync was
	lost, late, twice      atomic.Int64 // webhooks
}

// world is a service of accounts in front of a simulator, with nothing in the background: what is queued is noted, and the
// test works it.
type world struct {
	*accounts.Service

	t       *testing.T
	pool    *pgxpool.Pool
	clock   *clock.Fake
	vendor  *simulated.Simulator // none in front of the mock
	ref     string
	user    uuid.UUID
	account uuid.UUID
	tally   *tally

	mu         sync.Mutex
	hooks      []uuid.UUID // webhooks that wait
	queued     []uuid.UUID // accounts to be synced
	running    int         // syncs at work
	overtakeIn int         // the page at which another sync overtakes; zero for none
}

func (*world) Record(context.Context, pgx.Tx, uuid.UUID, string, string, string) error { return nil }
func (*world) Notify(events.Notice)                                                    {}
func (*world) NewClaimToken() (token string, hash []byte, err error)                   { return "t", []byte("h"), nil }

func (*world) Hash(string) []byte { return []byte("h") }

func (*world) EnqueueInsightsRefresh(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (*world) CancelAccountSync(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (*world) EnqueueVendorDeletion(context.Context, pgx.Tx, string) error { return nil }

func (*world) EnqueueMerchantsRefresh(context.Context, pgx.Tx) error { return nil }

func (w *world) EnqueueAccountSync(_ context.Context, _ pgx.Tx, id uuid.UUID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running == 0 { // as the queue: what is asked for meanwhile is for the one at work
		w.queued = append(w.queued, id)
	}
	return nil
}

// sync runs a sync as the queue does: it is at work until the commit that ends it.
func (w *world) sync() error {
	w.mu.Lock()
	w.running++
	w.mu.Unlock()
	stop := sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.running--
	})
	defer stop()
	return w.Sync(w.t.Context(), w.account, func(context.Context, pgx.Tx) error {
		stop()
		return nil
	})
}

func (w *world) EnqueueVendorWebhook(_ context.Context, _ pgx.Tx, id uuid.UUID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hooks = append(w.hooks, id)
	return nil
}

func newWorld(t *testing.T, pool *pgxpool.Pool, readings simulated.Readings, pageSize int) *world {
	t.Helper()
	w := emptyWorld(t, pool)
	w.vendor = newSimulator(t, w.clock, readings, func(c *simulated.Config) { c.PageSize = pageSize })
	w.vendor.Link(w.ref, 19)
	client, err := live.New(live.Config{
		BaseURL: "http://simulator.test", ClientID: clientID, Secret: secret, Environment: "development", Transport: w,
		Patience: live.Patience{Attempts: 1, BreakerDelay: time.Nanosecond},
	}, w.clock)
	require.NoError(t, err)
	w.link(client)
	return w
}

// emptyWorld has a user, and nobody to link accounts through.
func emptyWorld(t *testing.T, pool *pgxpool.Pool) *world {
	t.Helper()
	w := &world{
		t: t, pool: pool, clock: clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)), user: uuid.New(), tally: &tally{},
	}
	w.ref = w.user.String()
	w.exec(`INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Alice', $2, $2, '', '2026-01-01', '2026-01-01', '2026-01-01')`, w.user, w.ref)
	w.exec("INSERT INTO merchants (id, slug, name, category) VALUES (19, 'doordash', 'DoorDash', 'delivery') ON CONFLICT DO NOTHING")
	return w
}

// link makes the service and gives the user an account without orders.
func (w *world) link(linker accounts.Linker) {
	w.t.Helper()
	var err error
	w.Service, err = accounts.New(accounts.Config{
		Pool: w.pool, Clock: w.clock, Linker: linker, Auditor: w, Queue: w, Notifier: w, Secrets: w, Logger: slog.New(slog.DiscardHandler),
		Reconcile: time.Hour,
	})
	require.NoError(w.t, err)
	require.NoError(w.t, postgres.WithTx(w.t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error {
		account := accounts.VendorAccount{MerchantID: 19, AccountName: "alice", Transactions: true}
		return w.StoreAccount(ctx, tx, w.user, w.ref, linker.Mock(), account, nil)
	}))
	w.account = one[uuid.UUID](w, "SELECT id FROM linked_accounts WHERE user_id = $1", w.user)
}

// leave gives the database back as it was found, for the next world.
func (w *world) leave() {
	w.exec("DELETE FROM users WHERE id = $1", w.user)
	w.exec("DELETE FROM vendor_webhooks")
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

// RoundTrip implements http.RoundTripper. Whenever a page is asked for, the cursor must not be ahead of its rows.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	isPage := r.URL.Path == "/transactions/sync"
	var request struct {
		Cursor *string `json:"cursor"`
	}
	if isPage {
		w.cursorIsNotAhead()
		body, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(body, &request) != nil {
			return nil, errors.New("unreadable request")
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	response, err := direct{w.vendor}.RoundTrip(r)
	var answer []byte
	if err == nil {
		answer, err = io.ReadAll(response.Body)
		response.Body = io.NopCloser(bytes.NewReader(answer))
	}
	failed := err != nil || response.StatusCode >= http.StatusBadRequest || !json.Valid(answer)
	switch {
	case failed && isPage && request.Cursor == nil:
		w.tally.firstPages.Add(1)
	case failed && isPage && bytes.Contains(answer, []byte("INVALID_CURSOR_FORMAT")):
		w.tally.refused.Add(1)
	case failed && isPage:
		w.tally.laterPages.Add(1)
	case failed && strings.HasPrefix(r.URL.Path, "/transactions/"):
		w.tally.single.Add(1)
	}
	if isPage && !failed {
		w.overtake(answer)
	}
	return response, err
}

// overtake lets a sync give no sign of life for so long, with a page in its hands, that another one takes the account, and
// reads of it what has changed since. The page of the first one is out of date then.
func (w *world) overtake(page []byte) {
	var told struct {
		Transactions []simulated.Transaction `json:"transactions"`
	}
	if json.Unmarshal(page, &told) != nil || len(told.Transactions) == 0 {
		return
	}
	w.mu.Lock()
	due := w.overtakeIn == 1
	w.overtakeIn = max(0, w.overtakeIn-1)
	w.mu.Unlock()
	if !due {
		return
	}
	w.clock.Advance(3 * time.Minute)
	changed := told.Transactions[0]
	w.vendor.Change(w.ref, 19, changed.ID, func(x *simulated.Transaction) {
		x.OrderStatus = map[bool]string{true: "REFUNDED", false: "RETURNED"}[changed.OrderStatus == "RETURNED"]
	})
	if err := errors.Join(w.receive(w.vendor.EmitUpdated(w.ref, 19, changed.ID)), w.work()); err != nil {
		w.t.Error(err) // this is the goroutine of a sync
		return
	}
	if w.sync() == nil {
		w.tally.overtaken.Add(1)
	}
}

// receive takes a webhook as the service does, its signature first.
func (w *world) receive(delivery simulated.Delivery) error {
	headers := webhook.Headers{
		Signature: delivery.Header.Get("Knot-Signature"), ContentType: delivery.Header.Get("Content-Type"),
		EncryptionType: delivery.Header.Get("Encryption-Type"),
	}
	if !webhook.NewVerifier(secret).Verify(headers, delivery.Body) {
		return errors.New("the signature does not fit")
	}
	event, err := webhook.Parse(delivery.Body)
	if err != nil {
		return err
	}
	digest := uuid.NewSHA1(uuid.NameSpaceURL, delivery.Body)
	_, err = w.ReceiveWebhook(w.t.Context(), event, digest[:])
	return err
}

// work works the webhooks that wait.
func (w *world) work() error {
	w.mu.Lock()
	hooks := w.hooks
	w.hooks = nil
	w.mu.Unlock()
	for _, id := range hooks {
		if err := w.WorkWebhook(w.t.Context(), id); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) deliver(delivery simulated.Delivery) {
	w.t.Helper()
	require.NoError(w.t, w.receive(delivery))
}

func (w *world) workHooks() {
	w.t.Helper()
	require.NoError(w.t, w.work())
}

// syncs runs one or two syncs at once, and each again until it gets through, as the queue does.
func (w *world) syncs(atOnce int) {
	w.t.Helper()
	var last error
	for range 60 {
		failures := make([]error, atOnce)
		var group sync.WaitGroup
		for i := range failures {
			group.Go(func() { failures[i] = w.sync() })
		}
		group.Wait()
		w.cursorIsNotAhead()
		atOnce = 0
		for _, err := range failures {
			if err == nil {
				continue
			}
			atOnce++
			if errors.Is(err, accounts.ErrSyncBusy) {
				w.tally.busy.Add(1)
			} else {
				last = err
			}
		}
		if atOnce == 0 {
			return
		}
	}
	require.FailNow(w.t, "no sync got through", "%v", last)
}

// cursorIsNotAhead: everything the vendor has up to the cursor is stored. It may be called from any goroutine.
func (w *world) cursorIsNotAhead() {
	var at *string
	var ids []string
	err := w.pool.QueryRow(w.t.Context(), `SELECT sync_cursor, ARRAY(SELECT vendor_id FROM transactions WHERE account_id = linked_accounts.id)
		FROM linked_accounts WHERE id = $1`, w.account).Scan(&at, &ids)
	if err != nil {
		w.t.Error(err)
		return
	}
	if at == nil || w.vendor == nil {
		return
	}
	stored := make(map[string]bool, len(ids))
	for _, id := range ids {
		stored[id] = true
	}
	reached := simulated.CursorRow(*at)
	for _, transaction := range w.vendor.Transactions(w.ref, 19) {
		if !stored[transaction.ID] && w.vendor.RowOf(transaction.ID) <= reached {
			w.t.Errorf("the cursor is ahead of its rows: %s is not stored", transaction.ID)
		}
	}
}

// picture is what is stored of the orders, and model what the vendor has.
func (w *world) picture() string {
	w.t.Helper()
	return one[string](w, `SELECT coalesce(string_agg(concat_ws(' ', vendor_id, external_id, to_char(placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'),
		status, total,
		(SELECT count(*) || ' of ' || sum(total) FROM transaction_items WHERE transaction_id = transactions.id),
		(SELECT count(*) || ' of ' || sum(amount) FROM transaction_adjustments WHERE transaction_id = transactions.id),
		(SELECT count(*) || ' of ' || sum(amount) FROM transaction_payment_methods WHERE transaction_id = transactions.id)), E'\n' ORDER BY vendor_id), '')
		FROM transactions WHERE account_id = $1`, w.account)
}

func (w *world) model() string {
	var lines []string
	for _, x := range w.vendor.Transactions(w.ref, 19) {
		adjusted := 0
		for _, adjustment := range x.Price.Adjustments {
			adjusted += cents(adjustment.Amount)
		}
		total := cents(x.Price.Total)
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d %d of %d %d of %d %d of %d", x.ID, *x.ExternalID, x.Datetime[:len("2006-01-02T15:04:05")],
			strings.ToLower(x.OrderStatus), total, len(x.Products), cents(*x.Price.SubTotal), len(x.Price.Adjustments), adjusted,
			len(x.PaymentMethods), total))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// cents reads an amount of the simulator's, which always has two decimals.
func cents(text string) int {
	amount, err := strconv.Atoi(strings.Replace(text, ".", "", 1))
	if err != nil {
		panic(err)
	}
	return amount
}
