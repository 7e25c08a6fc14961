package transactions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/testkit"
	"github.com/lattice-money/lattice/internal/transactions"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	often  = 19 // the merchant of most orders
	seldom = 45 // that of one order in five hundred
)

// newest is when the newest order was placed; each is half an hour after the one before.
var newest = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// history is somebody with very many orders.
type history struct {
	*transactions.Service

	user  uuid.UUID
	count int
	pool  *pgxpool.Pool
	asked []asked // what the service asked of the database, when it is watched
}

// asked is one statement.
type asked struct {
	sql  string
	args []any
}

// TraceQueryStart implements pgx.QueryTracer.
func (h *history) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	h.asked = append(h.asked, asked{data.SQL, data.Args})
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*history) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

type nothing struct{}

func (nothing) Record(context.Context, pgx.Tx, uuid.UUID, string, string, string) error { return nil }

func (nothing) EnqueueInsightsRefresh(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (nothing) Notify(events.Notice) {}

// newHistory fills a database with orders of one item each. watched keeps what the service asks.
func newHistory(t testing.TB, count int, watched bool) *history {
	t.Helper()
	h := &history{user: uuid.New(), count: count}
	config, err := pgxpool.ParseConfig(testkit.DatabaseURL(t))
	require.NoError(t, err)
	if watched {
		config.ConnConfig.Tracer = h
	}
	h.pool, err = pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(h.pool.Close)
	h.Service, err = transactions.New(h.pool, nothing{}, nothing{}, nothing{})
	require.NoError(t, err)
	for _, statement := range []string{
		fmt.Sprintf(`INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
			VALUES ('%s', 'Alice', 'alice@example.com', 'alice@example.com', '', '2026-01-01', '2026-01-01', '2026-01-01')`, h.user),
		fmt.Sprintf("INSERT INTO merchants (id, slug, name, category) VALUES (%d, 'doordash', 'DoorDash', 'delivery'), (%d, 'walmart', 'Walmart', 'groceries')", often, seldom),
		fmt.Sprintf(`INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, created_at)
			SELECT gen_random_uuid(), '%s', id, 'ref', 'alice', 'connected', true, false, true, '2026-01-01' FROM merchants`, h.user),
		fmt.Sprintf(`INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
			SELECT gen_random_uuid(), a.user_id, a.id, a.merchant_id, n::text, '%s'::timestamptz - n * interval '30 minutes', 'delivered', 'USD', 1200, 1200, 'delivery'
			FROM generate_series(0, %d) n JOIN linked_accounts a ON a.merchant_id = CASE WHEN n %% 500 = 250 THEN %d ELSE %d END`,
			newest.Format(time.RFC3339), count-1, seldom, often),
		`INSERT INTO transaction_items (transaction_id, ordinal, name, quantity, unit_price, total) SELECT id, 0, 'Pad Thai', 1, 1200, 1200 FROM transactions`,
		`VACUUM ANALYZE`,
	} {
		_, err := h.pool.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	h.asked = nil
	return h
}

// requests are what people ask for, all over their history.
func (h *history) requests() []transactions.ListParams {
	at := func(part float64) time.Time {
		return newest.Add(-time.Duration(part*float64(h.count)) * 30 * time.Minute)
	}
	rare := int64(seldom)
	common := int64(often)
	requests := []transactions.ListParams{{}, {MerchantID: &rare}, {MerchantID: &common}}
	for _, part := range []float64{0.1, 0.45, 0.8} {
		from, to := at(part+0.15), at(part)
		after := &transactions.Cursor{PlacedAt: to, ID: uuid.Max}
		requests = append(requests,
			transactions.ListParams{After: after},
			transactions.ListParams{From: &from, To: &to},
			transactions.ListParams{MerchantID: &common, After: after},
			transactions.ListParams{MerchantID: &common, From: &from, To: &to},
			transactions.ListParams{MerchantID: &rare, To: &to},
		)
	}
	for i := range requests {
		requests[i].UserID, requests[i].Limit = h.user, 20
	}
	return requests
}

// blocks is how many blocks the database has to look at for a request: what it costs, however fast the machine is.
func (h *history) blocks(t *testing.T, request transactions.ListParams) (blocks int) {
	t.Helper()
	h.asked = nil
	_, err := h.List(t.Context(), request)
	require.NoError(t, err)
	statements := slices.Clone(h.asked)
	require.Len(t, statements, 1)
	for _, statement := range statements {
		var text []byte
		err := h.pool.QueryRow(t.Context(), "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "+statement.sql, statement.args...).Scan(&text)
		require.NoError(t, err)
		var plans []struct {
			Plan struct {
				Hit  int `json:"Shared Hit Blocks"`
				Read int `json:"Shared Read Blocks"`
			} `json:"Plan"`
		}
		require.NoError(t, json.Unmarshal(text, &plans))
		blocks += plans[0].Plan.Hit + plans[0].Plan.Read
	}
	return blocks
}

// mostBlocks is what a page may cost: for each of its orders the way down an index of a million rows and the row itself, for
// the order and for its one part, and some to find the page.
const mostBlocks = 21*(4+1) + 40

// Why: somebody's tenth year must open as fast as their first. The clock of a shared machine would tell little, so this
// counts what the database reads; the benchmark below takes the time.
func TestList_APageCostsTheSameHoweverMuchThereIs(t *testing.T) {
	t.Parallel()
	count := 30_000
	if os.Getenv("LATTICE_TEST_TIER") == "long" {
		count = 1_000_000
	}
	h := newHistory(t, count, true)
	everything := value[int](t, h, "SELECT sum(relpages) FROM pg_class WHERE relname IN ('transactions', 'transaction_items')")
	require.Greater(t, everything, 4*mostBlocks, "else reading all of it would go unnoticed")
	for i, request := range h.requests() {
		require.LessOrEqual(t, h.blocks(t, request), mostBlocks, "request %d", i)
	}
}

func value[T any](t *testing.T, h *history, sql string) (result T) {
	t.Helper()
	require.NoError(t, h.pool.QueryRow(t.Context(), sql).Scan(&result))
	return result
}

func TestList_EveryRequestFindsItsPage(t *testing.T) {
	t.Parallel()
	h := newHistory(t, 2_000, false)
	for i, request := range h.requests() {
		page, err := h.List(t.Context(), request)
		require.NoError(t, err)
		require.NotEmpty(t, page.Items, "request %d", i)
		for _, order := range page.Items {
			require.Len(t, order.Items, 1)
			require.True(t, request.MerchantID == nil || *request.MerchantID == order.MerchantID)
			require.True(t, request.From == nil || !order.PlacedAt.Before(*request.From))
			require.True(t, request.To == nil || order.PlacedAt.Before(*request.To))
			require.True(t, request.After == nil || !order.PlacedAt.After(request.After.PlacedAt))
		}
	}
}

// BenchmarkList takes the time of pages all over a history of 10,000 orders and of one of a million, in turn, so that what
// else the machine does hits both. p99 of the second must stay within 1.5 times of the first.
func BenchmarkList(b *testing.B) {
	small, large := newHistory(b, 10_000, false), newHistory(b, 1_000_000, false)
	ofSmall, ofLarge := small.requests(), large.requests()
	took := func(h *history, request transactions.ListParams) time.Duration {
		start := time.Now()
		if _, err := h.List(b.Context(), request); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	for i := range ofSmall { // plans and caches
		for range 8 {
			took(small, ofSmall[i])
			took(large, ofLarge[i])
		}
	}
	var few, many []time.Duration
	for i := 0; b.Loop(); i++ {
		at := i % len(ofSmall)
		few, many = append(few, took(small, ofSmall[at])), append(many, took(large, ofLarge[at]))
	}
	p99 := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)*99/100].Microseconds())
	}
	ratio := p99(many) / p99(few)
	b.ReportMetric(p99(few), "p99-10k-µs")
	b.ReportMetric(p99(many), "p99-1M-µs")
	b.ReportMetric(ratio, "p99-ratio")
	if len(few) >= 2000 && ratio > 1.5 {
		b.Fatalf("p99 is %.2f times that of 10,000 orders", ratio)
	}
}
