package audit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/audit"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/telemetry"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestNew_WantsAClock(t *testing.T) {
	t.Parallel()
	_, err := audit.New(nil)
	require.Error(t, err)
}

// An event without its change, or a change without its event, would make the log worthless.
func TestRecord_CommitsWithTheChangeOrNotAtAll(t *testing.T) {
	t.Parallel()
	pool, now := testkit.DB(t), time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	log, err := audit.New(clock.NewFake(now))
	require.NoError(t, err)
	ctx, user := telemetry.WithRequestID(t.Context(), "request-1"), uuid.New()
	errUndone := errors.New("undone")
	for action, outcome := range map[string]error{"group.create": nil, "group.delete": errUndone} {
		err := postgres.WithTx(ctx, pool, func(ctx context.Context, tx pgx.Tx) error {
			require.NoError(t, log.Record(ctx, tx, user, action, "group", "group-1"))
			return outcome
		})
		require.ErrorIs(t, err, outcome)
	}

	type event struct {
		UserID                                  uuid.UUID
		Action, TargetType, TargetID, RequestID string
		At                                      time.Time
	}
	rows, err := pool.Query(t.Context(), "SELECT user_id, action, target_type, target_id, request_id, at FROM audit_events")
	require.NoError(t, err)
	events, err := pgx.CollectRows(rows, pgx.RowToStructByPos[event])
	require.NoError(t, err)
	require.Equal(t, []event{{user, "group.create", "group", "group-1", "request-1", now}}, events)
}
