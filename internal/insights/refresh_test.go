package insights_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	engine "github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/preferences"
	"github.com/lattice-money/lattice/internal/testkit"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// surroundings are a user without cards whose orders are what since says.
type surroundings struct {
	since func() []engine.Order
}

func (s surroundings) Since(context.Context, uuid.UUID, time.Time) ([]engine.Order, error) {
	return s.since(), nil
}

func (surroundings) Wallet(context.Context, uuid.UUID) ([]rewards.Card, error) { return nil, nil }

func (surroundings) AcceptedNetworks(context.Context) (map[string][]string, error) { return nil, nil } //nolint:nilnil // takes all

func (surroundings) Preferences(context.Context, uuid.UUID) (preferences.Preferences, error) {
	return preferences.Preferences{Currency: "USD", TimeZone: "UTC"}, nil
}

func (surroundings) EnqueueInsightsRefresh(context.Context, pgx.Tx, uuid.UUID) error { return nil }

// A computation reads the orders, an order is deleted, a second computation runs and ends; then the first one ends. What
// it would write is of yesterday, and nobody would compute again soon.
func TestRefresh_SlowOneDoesNotTakeThePlaceOfANewerOne(t *testing.T) {
	t.Parallel()
	pool := testkit.DB(t)
	user := uuid.New()
	_, err := pool.Exec(t.Context(), `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Dana', 'dana@example.com', 'dana@example.com', '', $2, $2, $2)`, user, now)
	require.NoError(t, err)

	reading, goOn := make(chan struct{}), make(chan struct{})
	fake := surroundings{since: func() []engine.Order { return nil }}
	slow := surroundings{since: func() []engine.Order {
		close(reading)
		<-goOn
		return []engine.Order{{ID: uuid.NewString(), PlacedAt: now.Add(-time.Hour), Status: "delivered", Currency: "USD", Total: 8600}}
	}}
	service := func(s surroundings) *insights.Service {
		service, err := insights.New(pool, clock.NewFake(now), s, s, s, s, s)
		require.NoError(t, err)
		return service
	}
	first := make(chan error)
	go func() {
		_, err := service(slow).Refresh(t.Context(), user)
		first <- err
	}()
	<-reading
	_, err = pool.Exec(t.Context(), "UPDATE users SET data_changed_at = clock_timestamp()")
	require.NoError(t, err)
	_, err = service(fake).Refresh(t.Context(), user)
	require.NoError(t, err)
	close(goOn)
	require.NoError(t, <-first)

	summary, err := service(fake).Summary(t.Context(), user, "")
	require.NoError(t, err)
	require.Zero(t, summary.TotalSpend.Amount)
	require.False(t, summary.Stale)
}
