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

// Calls are kept for ninety days, and what is older goes with the next cleaning.
func TestDeleteOldCalls_KeepsNinetyDays(t *testing.T) {
	t.Parallel()
	pool, began := testkit.DB(t), time.Date(2026, time.August, 25, 9, 0, 0, 0, time.UTC)
	clk := clock.NewFake(began)
	log, err := audit.New(clk)
	require.NoError(t, err)
	ctx := telemetry.WithRequestID(t.Context(), "request-1")
	call := audit.VendorCall{Vendor: "knot", Operation: "list_accounts", Subject: "u-1001", Outcome: "ok", Took: 1500 * time.Millisecond}
	require.NoError(t, log.RecordCall(ctx, pool, call))
	clk.Advance(time.Second)
	call.Operation, call.Subject, call.Outcome = "list_merchants", "", "failed"
	require.NoError(t, log.RecordCall(t.Context(), pool, call))

	type row struct {
		Vendor, Operation  string
		Subject            *string
		RequestID, Outcome string
		DurationMs         int64
		At                 time.Time
	}
	kept := func() []row {
		rows, err := pool.Query(t.Context(), "SELECT vendor, operation, subject, request_id, outcome, duration_ms, at FROM vendor_calls ORDER BY at")
		require.NoError(t, err)
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		require.NoError(t, err)
		return all
	}
	somebody := "u-1001"
	first := row{"knot", "list_accounts", &somebody, "request-1", "ok", 1500, began}
	second := row{"knot", "list_merchants", nil, "", "failed", 1500, began.Add(time.Second)}
	require.Equal(t, []row{first, second}, kept())

	clk.Advance(90*24*time.Hour - time.Second) // to the moment at which the first is ninety days old
	deleted, err := log.DeleteOldCalls(t.Context(), pool)
	require.NoError(t, err)
	require.Zero(t, deleted)
	clk.Advance(time.Millisecond)
	deleted, err = log.DeleteOldCalls(t.Context(), pool)
	require.NoError(t, err)
	require.EqualValues(t, 1, deleted)
	require.Equal(t, []row{second}, kept())
}
