package seed_test

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/audit"
	"github.com/lattice-money/lattice/internal/cards"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
	"github.com/lattice-money/lattice/internal/jobs"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/merchants"
	"github.com/lattice-money/lattice/internal/seed"
	"github.com/lattice-money/lattice/internal/settings"
	"github.com/lattice-money/lattice/internal/testkit"
	"github.com/lattice-money/lattice/internal/transactions"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// testBundle is a database with its catalogue and what the demo is loaded with.
type testBundle struct {
	pool   *pgxpool.Pool
	clock  *clock.Fake
	config seed.DemoConfig
	orders *transactions.Service
	cards  *cards.Service
}

func setup(t *testing.T, now time.Time) *testBundle {
	t.Helper()
	pool, clk, log := testkit.DB(t), clock.NewFake(now), slog.New(slog.DiscardHandler)
	require.NoError(t, seed.Reference(t.Context(), pool, db.Seed))
	personas, err := seed.Personas(db.Seed)
	require.NoError(t, err)
	linker, err := mock.New(clk, mock.WithPersonas(personas))
	require.NoError(t, err)
	auditLog, err := audit.New(clk)
	require.NoError(t, err)
	bell := events.NewBell()
	notifier, err := events.NewNotifier(pool, bell, events.NewHub(), log)
	require.NoError(t, err)
	queue, err := jobs.NewQueue(pool, notifier, log)
	require.NoError(t, err)
	merchantService, err := merchants.New(pool, clk)
	require.NoError(t, err)
	orderService, err := transactions.New(pool, auditLog, queue, notifier)
	require.NoError(t, err)
	settingsService, err := settings.New(pool, clk)
	require.NoError(t, err)
	ledgerService, err := ledger.New(pool, clk, auditLog, notifier, settingsService)
	require.NoError(t, err)
	cardService, err := cards.New(pool, clk, auditLog)
	require.NoError(t, err)
	accountService, err := accounts.New(accounts.Config{
		Pool: pool, Clock: clk, Linker: linker, Auditor: auditLog, Queue: queue, Notifier: notifier, Secrets: noSecrets{}, Logger: log,
		Reconcile: time.Hour,
	})
	require.NoError(t, err)
	insightService, err := insights.New(insights.Config{
		Pool: pool, Clock: clk, Orders: orderService, Cards: cardService, Merchants: merchantService, Preferences: settingsService, Queue: queue,
		Notifier: notifier,
	})
	require.NoError(t, err)
	composer, err := chat.NewOrchestrator(chat.OrchestratorConfig{
		Pool: pool, Clock: clk, Queue: queue, Bell: bell, Notifier: notifier, Orders: orderService, Cards: cardService,
		Merchants: merchantService, Preferences: settingsService, Findings: nothing{}, Trends: nothing{}, Prices: nothing{}, Ledger: nothing{}, Wording: ai.Engine{}, Timeout: time.Minute, Logger: log,
	})
	require.NoError(t, err)
	return &testBundle{
		pool: pool, clock: clk, orders: orderService, cards: cardService,
		config: seed.DemoConfig{
			Pool: pool, Clock: clk, Files: db.Seed, Hasher: oneHash{}, Accounts: accountService, Composer: composer, Insights: insightService,
			Ledger: ledgerService, Logger: log,
		},
	}
}

type oneHash struct{}

var errPassword = errors.New("the demo has one password")

func (oneHash) Hash(_ context.Context, password string) (string, error) {
	if password != "password123" {
		return "", errPassword
	}
	return demoKey()
}

// noSecrets is never asked: the demo opens no session at the vendor.
type noSecrets struct{ accounts.Secrets }

func (b *testBundle) load(t *testing.T) {
	t.Helper()
	require.NoError(t, seed.Demo(t.Context(), b.config))
}

// value reads one value.
func value[T any](t *testing.T, b *testBundle, query string, arguments ...any) T {
	t.Helper()
	return values[T](t, b, query, arguments...)[0]
}

func values[T any](t *testing.T, b *testBundle, query string, arguments ...any) []T {
	t.Helper()
	rows, err := b.pool.Query(t.Context(), query, arguments...)
	require.NoError(t, err)
	read, err := pgx.CollectRows(rows, pgx.RowTo[T])
	require.NoError(t, err)
	require.NotEmpty(t, read, query)
	return read
}

func (b *testBundle) execute(t *testing.T, statement string, arguments ...any) {
	t.Helper()
	tag, err := b.pool.Exec(t.Context(), statement, arguments...)
	require.NoError(t, err)
	require.NotZero(t, tag.RowsAffected(), statement)
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// content is every row of every table as text, in no order that ids or the physical place of a row would decide. Ids
// that are made anew each time, the salted hashes of passwords and the database's own clock are masked.
func (b *testBundle) content(t *testing.T) []string {
	t.Helper()
	var lines []string
	for _, table := range values[string](t, b, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version'") {
		masked := []string{"password_hash", "data_changed_at"}
		if table == "products" { // what somebody bought, which a trigger writes
			masked = append(masked, "created_at")
		}
		rows, err := b.pool.Query(t.Context(), "SELECT (to_jsonb(t) - $1::text[])::text FROM "+pgx.Identifier{table}.Sanitize()+" t", masked)
		require.NoError(t, err)
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		for _, text := range texts {
			lines = append(lines, table+" "+anyID.ReplaceAllStringFunc(text, func(id string) string {
				if strings.HasPrefix(id, "01930000-") || strings.HasPrefix(id, "01a205b3-d000-") { // fixed in the files
					return id
				}
				return "<id>"
			}))
		}
	}
	slices.Sort(lines)
	return lines
}

// nothing was found before, and nothing is talked about.
type nothing struct{}

func (nothing) Standings(context.Context, uuid.UUID, *uuid.UUID) ([]chat.Standing, error) {
	return nil, nil
}

func (nothing) Newest(context.Context, uuid.UUID, int) ([]chat.Finding, error) { return nil, nil }

func (nothing) Waiting(context.Context, uuid.UUID) ([]prices.Waiting, error) { return nil, nil }

func (nothing) Match(context.Context, uuid.UUID, []string, bool) ([]prices.Match, error) {
	return nil, nil
}

func (nothing) History(context.Context, uuid.UUID, uuid.UUID, bool) (prices.History, error) {
	return prices.History{}, nil
}

func (nothing) About(context.Context, string) (chat.Trend, bool, error) {
	return chat.Trend{}, false, nil
}
