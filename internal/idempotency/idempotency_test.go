package idempotency_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type testBundle struct {
	pool *pgxpool.Pool
	user uuid.UUID
	runs atomic.Int64
}

func setup(t *testing.T) *testBundle {
	t.Helper()
	b := &testBundle{pool: testkit.DB(t)}
	b.user = b.newUser(t)
	return b
}

func (b *testBundle) newUser(t *testing.T) uuid.UUID {
	t.Helper()
	id := uuid.New()
	_, err := b.pool.Exec(t.Context(), `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Alice', $2, $2, '', now(), '2026-11-01', now())`, id, id.String())
	require.NoError(t, err)
	return id
}

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// do makes an id under a key; it answers the id, and whether it was a repeat.
func (b *testBundle) do(ctx context.Context, key idempotency.Key) (id uuid.UUID, replayed bool, err error) {
	ctx = idempotency.WithKey(ctx, &key)
	id, err = idempotency.Do(ctx, b.pool, now,
		func(context.Context, pgx.Tx) (uuid.UUID, []uuid.UUID, error) {
			b.runs.Add(1)
			id := uuid.New()
			return id, []uuid.UUID{id}, nil
		},
		func(_ context.Context, ids []uuid.UUID) (uuid.UUID, error) { return ids[0], nil })
	return id, idempotency.Replayed(ctx), err
}

func (b *testBundle) key(name string) idempotency.Key {
	return idempotency.Key{UserID: b.user, Operation: "createThing", Key: name, Digest: []byte("digest of the request")}
}

func TestDo_WithoutAKeyDoesItEachTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 2 {
		_, err := idempotency.Do(t.Context(), b.pool, now,
			func(context.Context, pgx.Tx) (int, []uuid.UUID, error) { b.runs.Add(1); return 1, nil, nil },
			func(context.Context, []uuid.UUID) (int, error) { return 0, errors.New("never asked") })
		require.NoError(t, err)
	}
	require.Equal(t, int64(2), b.runs.Load())
	require.False(t, idempotency.Replayed(t.Context()))
}

func TestDo_ARepeatGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first, replayed, err := b.do(t.Context(), b.key("a"))
	require.NoError(t, err)
	require.False(t, replayed)
	for range 3 {
		again, replayed, err := b.do(t.Context(), b.key("a"))
		require.NoError(t, err)
		require.True(t, replayed)
		require.Equal(t, first, again)
	}
	require.Equal(t, int64(1), b.runs.Load())
}

func TestDo_KeysAreApartByUserOperationAndName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys := []idempotency.Key{b.key("a"), b.key("A"), b.key("a"), b.key("a")}
	keys[2].Operation = "createOther"
	keys[3].UserID = b.newUser(t)
	seen := map[uuid.UUID]bool{}
	for _, key := range keys {
		id, replayed, err := b.do(t.Context(), key)
		require.NoError(t, err)
		require.False(t, replayed)
		seen[id] = true
	}
	require.Len(t, seen, len(keys))
}

func TestDo_AnotherRequestUnderTheKeyIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, _, err := b.do(t.Context(), b.key("a"))
	require.NoError(t, err)
	other := b.key("a")
	other.Digest = []byte("digest of another")
	_, replayed, err := b.do(t.Context(), other)
	require.ErrorIs(t, err, idempotency.ErrKeyReused)
	require.False(t, replayed)
	require.Equal(t, int64(1), b.runs.Load())
}

// Why: what was refused or broke was not done, and is done when it is asked for again.
func TestDo_WhatFailedLeavesTheKeyFree(t *testing.T) {
	t.Parallel()
	b := setup(t)
	fault := errors.New("fault")
	key := b.key("a")
	_, err := idempotency.Do(idempotency.WithKey(t.Context(), &key), b.pool, now,
		func(context.Context, pgx.Tx) (int, []uuid.UUID, error) { return 0, nil, fault },
		func(context.Context, []uuid.UUID) (int, error) { return 0, nil })
	require.ErrorIs(t, err, fault)
	require.Panics(t, func() {
		key := b.key("a")
		_, _ = idempotency.Do(idempotency.WithKey(t.Context(), &key), b.pool, now,
			func(context.Context, pgx.Tx) (int, []uuid.UUID, error) { panic("fault") },
			func(context.Context, []uuid.UUID) (int, error) { return 0, nil })
	})
	_, replayed, err := b.do(t.Context(), b.key("a"))
	require.NoError(t, err)
	require.False(t, replayed)
}

func TestDo_ManyAtOnceAreOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := make([]uuid.UUID, 50)
	var repeats atomic.Int64
	var group errgroup.Group
	for i := range ids {
		group.Go(func() error {
			id, replayed, err := b.do(t.Context(), b.key("a"))
			ids[i] = id
			if replayed {
				repeats.Add(1)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, int64(1), b.runs.Load())
	require.Equal(t, int64(len(ids)-1), repeats.Load())
	for _, id := range ids {
		require.Equal(t, ids[0], id)
	}
}

// Why: only the wait for the first request is short; the work itself may wait for its locks.
func TestDo_WorkIsNotHurriedByTheKeysWait(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key := b.key("a")
	limit, err := idempotency.Do(idempotency.WithKey(t.Context(), &key), b.pool, now,
		func(ctx context.Context, tx pgx.Tx) (limit string, ids []uuid.UUID, err error) {
			err = tx.QueryRow(ctx, "SHOW lock_timeout").Scan(&limit)
			return limit, nil, err
		},
		func(context.Context, []uuid.UUID) (string, error) { return "", nil })
	require.NoError(t, err)
	require.Equal(t, "0", limit)
	require.NoError(t, b.pool.QueryRow(t.Context(), "SHOW lock_timeout").Scan(&limit))
	require.Equal(t, "0", limit, "nor does it outlive the transaction")
}

func TestDeleteExpired_ForgetsAfterADay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, age := range map[string]time.Duration{
		"young": idempotency.Lifetime - time.Second, "exact": idempotency.Lifetime, "old": idempotency.Lifetime + time.Microsecond, "older": 90 * 24 * time.Hour,
	} {
		_, err := b.pool.Exec(t.Context(), `INSERT INTO idempotency_keys (user_id, operation, key, request_hmac, result, created_at)
			VALUES ($1, 'createThing', $2, '', '[]', $3)`, b.user, name, now.Add(-age))
		require.NoError(t, err)
	}
	deleted, err := idempotency.DeleteExpired(t.Context(), b.pool, now)
	require.NoError(t, err)
	require.Equal(t, int64(2), deleted)
	rows, err := b.pool.Query(t.Context(), `SELECT key FROM idempotency_keys ORDER BY key`)
	require.NoError(t, err)
	left, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Equal(t, []string{"exact", "young"}, left)
}
