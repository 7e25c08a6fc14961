package insights_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	engine "github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/preferences"
	"github.com/lattice-money/lattice/internal/testkit"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// surroundings are a user without cards whose orders are what since says, and who hears and gets letters.
type surroundings struct {
	since func() []engine.Order

	mu      sync.Mutex
	letters []insights.Letter
	hints   []events.Hint
	queued  int
	broken  error // of the mailer
}

func (s *surroundings) Since(context.Context, uuid.UUID, time.Time) ([]engine.Order, error) {
	return s.since(), nil
}

func (*surroundings) Wallet(context.Context, uuid.UUID) ([]rewards.Card, error) { return nil, nil }

func (*surroundings) AcceptedNetworks(context.Context) (map[string][]string, error) { return nil, nil } //nolint:nilnil // takes all

func (*surroundings) Preferences(context.Context, uuid.UUID) (preferences.Preferences, error) {
	return preferences.Preferences{Currency: "USD", TimeZone: "UTC"}, nil
}

func (s *surroundings) EnqueueInsightsRefresh(context.Context, pgx.Tx, uuid.UUID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queued++
	return nil
}

func (s *surroundings) Notify(notice events.Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hints = append(s.hints, *notice.Hint)
}

func (s *surroundings) EnqueueLetter(_ context.Context, _ pgx.Tx, letter insights.Letter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	s.letters = append(s.letters, letter)
	return nil
}

// testBundle is a database with one user, and the service as of a moment.
type testBundle struct {
	*surroundings

	pool    *pgxpool.Pool
	clock   *clock.Fake
	user    uuid.UUID
	service *insights.Service
}

func setup(t *testing.T) *testBundle {
	t.Helper()
	b := &testBundle{
		surroundings: &surroundings{since: func() []engine.Order { return nil }}, pool: testkit.DB(t), clock: clock.NewFake(now), user: uuid.New(),
	}
	b.exec(t, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Dana', 'dana@example.com', 'dana@example.com', '', $2, $2, $2)`, b.user, now.AddDate(0, -1, 0))
	b.exec(t, `INSERT INTO settings (user_id, time_zone, updated_at) VALUES ($1, 'UTC', $2)`, b.user, now)
	b.service = b.with(t, b.surroundings)
	return b
}

// with is the service in other surroundings, on the same database.
func (b *testBundle) with(t *testing.T, s *surroundings) *insights.Service {
	t.Helper()
	service, err := insights.New(insights.Config{
		Pool: b.pool, Clock: b.clock, Orders: s, Cards: s, Merchants: s, Preferences: s, Queue: s, Notifier: s, Mailer: s,
	})
	require.NoError(t, err)
	return service
}

func (b *testBundle) exec(t *testing.T, statement string, arguments ...any) {
	t.Helper()
	_, err := b.pool.Exec(t.Context(), statement, arguments...)
	require.NoError(t, err)
}

func (b *testBundle) refresh(t *testing.T) {
	t.Helper()
	require.NoError(t, b.service.Refresh(t.Context(), b.user))
}

func (b *testBundle) feed(t *testing.T) []insights.Insight {
	t.Helper()
	feed, err := b.service.List(t.Context(), insights.ListParams{UserID: b.user, Limit: 100})
	require.NoError(t, err)
	return feed.Items
}

func TestNew_WantsEveryDependency(t *testing.T) {
	t.Parallel()
	_, err := insights.New(insights.Config{})
	require.Error(t, err)
}

// A computation reads the orders, an order is deleted, a second computation runs and ends; then the first one ends. What
// it would write is of yesterday, and nobody would compute again soon.
func TestRefresh_SlowOneDoesNotTakeThePlaceOfANewerOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	reading, goOn := make(chan struct{}), make(chan struct{})
	slow := b.with(t, &surroundings{since: func() []engine.Order {
		close(reading)
		<-goOn
		return []engine.Order{{ID: uuid.NewString(), PlacedAt: now.Add(-time.Hour), Status: "delivered", Currency: "USD", Total: 8600}}
	}})
	first := make(chan error)
	go func() { first <- slow.Refresh(t.Context(), b.user) }()
	<-reading
	b.exec(t, "UPDATE users SET data_changed_at = clock_timestamp()")
	b.refresh(t)
	close(goOn)
	require.NoError(t, <-first)

	summary, err := b.service.Summary(t.Context(), b.user, "")
	require.NoError(t, err)
	require.Zero(t, summary.TotalSpend.Amount)
	require.False(t, summary.Stale)
}

// Why: a reader must never wait for a computation, nor bring one about by looking; the age of what they get says what it is.
func TestReaders_GetWhatIsKeptAndItsAge(t *testing.T) {
	t.Parallel()
	b := setup(t)
	orders := b.since
	b.since = func() []engine.Order { panic("a reader computes") }
	read := func() (asOf time.Time, stale bool) {
		feed, err := b.service.List(t.Context(), insights.ListParams{UserID: b.user, Limit: 10})
		require.NoError(t, err)
		summary, err := b.service.Summary(t.Context(), b.user, "")
		require.NoError(t, err)
		require.Equal(t, feed.AsOf, summary.AsOf)
		require.Equal(t, feed.Stale, summary.Stale)
		return feed.AsOf, feed.Stale
	}
	asOf, stale := read()
	require.Equal(t, now.AddDate(0, -1, 0), asOf, "nothing is what there was at sign-up")
	require.False(t, stale)
	require.Zero(t, b.queued)

	b.exec(t, "UPDATE users SET data_changed_at = $1", now)
	_, stale = read()
	require.True(t, stale)
	require.Equal(t, 2, b.queued, "whoever sees that it is stale asks for a new one")

	b.since = orders
	b.refresh(t)
	asOf, stale = read()
	require.Equal(t, now, asOf)
	require.False(t, stale)

	ids, err := b.service.Stale(t.Context(), uuid.Nil, 10)
	require.NoError(t, err)
	require.Empty(t, ids)
	b.exec(t, "UPDATE users SET data_changed_at = clock_timestamp()")
	ids, err = b.service.Stale(t.Context(), uuid.Nil, 10)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{b.user}, ids)
}
