package postgres_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/testkit"
)

// notes gives a pool on a database with one table. One of its constraints is checked at commit.
func notes(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := testkit.Open(t, testkit.EmptyDatabaseURL(t))
	_, err := pool.Exec(t.Context(), `CREATE TABLE note (
		id int CONSTRAINT note_pkey PRIMARY KEY,
		parent_id int CONSTRAINT note_parent_fkey REFERENCES note DEFERRABLE INITIALLY DEFERRED,
		body text CONSTRAINT note_body_check CHECK (body <> '')
	)`)
	require.NoError(t, err)
	return pool
}

func count(t *testing.T, pool *pgxpool.Pool) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM note").Scan(&n))
	require.Zero(t, pool.Stat().AcquiredConns(), "every connection is back")
	return n
}

func insert(ctx context.Context, tx pgx.Tx, id int) error {
	_, err := tx.Exec(ctx, "INSERT INTO note (id) VALUES ($1)", id)
	return err
}

func TestWithTxCommits(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	value, err := postgres.WithTxV(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) (string, error) {
		return "done", insert(ctx, tx, 1)
	})
	require.NoError(t, err)
	require.Equal(t, "done", value)
	require.Equal(t, 1, count(t, pool))
}

func TestWithTxRollsBackOnError(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	cause := errors.New("not today")
	value, err := postgres.WithTxV(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) (string, error) {
		return "half", errors.Join(insert(ctx, tx, 1), cause)
	})
	require.ErrorIs(t, err, cause)
	require.Empty(t, value)
	require.Zero(t, count(t, pool))
}

func TestWithTxRollsBackOnPanicAndLetsItPass(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	require.PanicsWithValue(t, "bug", func() {
		_ = postgres.WithTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
			require.NoError(t, insert(ctx, tx, 1))
			panic("bug")
		})
	})
	require.Zero(t, count(t, pool))
}

// Rolling back on the caller's context would fail at once and cost the connection.
func TestWithTxRollsBackAfterTheContextEnded(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	ctx, cancel := context.WithCancel(t.Context())
	var backend uint32
	err := postgres.WithTx(ctx, pool, func(ctx context.Context, tx pgx.Tx) error {
		require.NoError(t, insert(ctx, tx, 1))
		backend = tx.Conn().PgConn().PID()
		cancel()
		return ctx.Err()
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, count(t, pool))

	var reused uint32
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&reused))
	require.Equal(t, backend, reused, "the connection is kept")
}

func TestWithTxWrapsBeginAndCommitErrors(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := postgres.WithTx(ctx, pool, func(context.Context, pgx.Tx) error { return nil })
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "begin transaction")

	err = postgres.WithTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO note (id, parent_id) VALUES (1, 99)")
		return err
	})
	require.ErrorContains(t, err, "commit transaction")
	name, ok := postgres.ConstraintName(err)
	require.True(t, ok, "the cause stays readable")
	require.Equal(t, "note_parent_fkey", name)
	require.Zero(t, count(t, pool))
}

func TestWithTxInsideATransactionIsASavepoint(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	err := postgres.WithTx(t.Context(), pool, func(ctx context.Context, outer pgx.Tx) error {
		require.NoError(t, insert(ctx, outer, 1))
		err := postgres.WithTx(ctx, outer, func(ctx context.Context, inner pgx.Tx) error {
			require.NoError(t, insert(ctx, inner, 2))
			return insert(ctx, inner, 1)
		})
		require.True(t, postgres.IsUniqueViolation(err, "note_pkey"))
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, count(t, pool))
}

func TestErrorsAreToldApartByConstraintName(t *testing.T) {
	t.Parallel()
	pool := notes(t)

	var id int
	err := pool.QueryRow(t.Context(), "SELECT id FROM note").Scan(&id)
	require.True(t, postgres.IsNoRows(err))
	_, ok := postgres.ConstraintName(err)
	require.False(t, ok)
	require.False(t, postgres.IsNoRows(nil))

	_, err = pool.Exec(t.Context(), "INSERT INTO note (id) VALUES (1), (1)")
	require.True(t, postgres.IsUniqueViolation(err, "note_pkey"))
	require.False(t, postgres.IsUniqueViolation(err, "note_body_check"))
	require.False(t, postgres.IsNoRows(err))

	_, err = pool.Exec(t.Context(), "INSERT INTO note (id, body) VALUES (1, '')")
	name, ok := postgres.ConstraintName(err)
	require.True(t, ok)
	require.Equal(t, "note_body_check", name)
	require.False(t, postgres.IsUniqueViolation(err, "note_body_check"), "a check is no unique constraint")

	_, ok = postgres.ConstraintName(errors.New("something else"))
	require.False(t, ok)
	require.False(t, postgres.IsUniqueViolation(nil, ""))
}

func TestAfterCommit_RunsOnceWhatWasDoneIsThere(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	var seen []int
	err := postgres.WithTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		require.True(t, postgres.AfterCommit(ctx, func() { seen = append(seen, count(t, pool)) }))
		require.Empty(t, seen)
		return insert(ctx, tx, 1)
	})
	require.NoError(t, err)
	require.Equal(t, []int{1}, seen)
}

func TestAfterCommit_RolledBack_NeverRuns(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	err := postgres.WithTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		require.True(t, postgres.AfterCommit(ctx, func() { t.Error("ran after a rollback") }))
		_, err := tx.Exec(ctx, "INSERT INTO note (id, parent_id) VALUES (1, 2)") // refused by the commit
		return err
	})
	require.Error(t, err)
}

// Why: a savepoint that is released is not committed yet.
func TestAfterCommit_InSavepoint_WaitsForTheOutermostCommit(t *testing.T) {
	t.Parallel()
	pool := notes(t)
	var ran int
	err := postgres.WithTx(t.Context(), pool, func(ctx context.Context, tx pgx.Tx) error {
		err := postgres.WithTx(ctx, tx, func(ctx context.Context, _ pgx.Tx) error {
			require.True(t, postgres.AfterCommit(ctx, func() { ran++ }))
			return nil
		})
		require.Zero(t, ran)
		return err
	})
	require.NoError(t, err)
	require.Equal(t, 1, ran)
}

func TestAfterCommit_OutsideATransaction_SaysSo(t *testing.T) {
	t.Parallel()
	require.False(t, postgres.AfterCommit(t.Context(), func() { t.Error("ran without a transaction") }))
}
