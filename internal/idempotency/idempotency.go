// Package idempotency makes a repeated request harmless: the key commits in the same transaction as what the request
// did, and a repeat gets the answer rebuilt from the rows.
package idempotency

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Lifetime is how long a key is kept.
const Lifetime = 24 * time.Hour

// lockWait is how long a repeat waits for the first request to commit.
const lockWait = "5s"

// Errors of this package.
var (
	// ErrKeyReused means that the key was used with another body.
	ErrKeyReused = apperr.New(apperr.CodeIdempotencyKeyReused, "This Idempotency-Key was used for another request.")
	// ErrInProgress means that the first request with this key has not committed yet.
	ErrInProgress = apperr.New(apperr.CodeRequestInProgress, "The same request is still being worked on. Try again in a moment.")
	// ErrGone means that what the first request made is not there any more.
	ErrGone = apperr.New(apperr.CodeConflict, "What this Idempotency-Key made has been deleted since. Use another key to make it anew.")
)

// Key is the Idempotency-Key of one request. Digest is an HMAC over what was asked, so that two requests are told apart
// without keeping either.
type Key struct {
	UserID    uuid.UUID
	Operation string
	Key       string
	Digest    []byte

	replayed bool
}

type contextKey struct{}

// WithKey puts the request's key into ctx.
func WithKey(ctx context.Context, key *Key) context.Context {
	return context.WithValue(ctx, contextKey{}, key)
}

// Replayed reports whether the request turned out to repeat an earlier one.
func Replayed(ctx context.Context) bool {
	key, ok := ctx.Value(contextKey{}).(*Key)
	return ok && key.replayed
}

// Gone is for operations that make something out of nothing, which have no 404: a repeat whose thing was deleted
// meanwhile gets ErrGone. Any other error, and that of a first request, stays as it is.
func Gone(ctx context.Context, err error) error {
	if Replayed(ctx) && apperr.Is(err, apperr.CodeNotFound) {
		return ErrGone
	}
	return err
}

// Do runs work in a transaction; what it returns beside its value are the ids of what it made. Where the request
// carries a key that was used before, nothing is done and again rebuilds the value from those ids. Errors:
// ErrKeyReused, ErrInProgress, and those of work and again.
func Do[T any](ctx context.Context, pool *pgxpool.Pool, now time.Time,
	work func(ctx context.Context, tx pgx.Tx) (T, []uuid.UUID, error),
	again func(ctx context.Context, ids []uuid.UUID) (T, error),
) (T, error) {
	key, keyed := ctx.Value(contextKey{}).(*Key)
	var known []uuid.UUID
	value, err := postgres.WithTxV(ctx, pool, func(ctx context.Context, tx pgx.Tx) (T, error) {
		var none T
		if keyed {
			ids, err := key.take(ctx, tx, now)
			if err != nil || key.replayed {
				known = ids
				return none, err
			}
		}
		value, ids, err := work(ctx, tx)
		if err != nil || !keyed {
			return value, err
		}
		return value, key.keep(ctx, tx, ids)
	})
	if err == nil && keyed && key.replayed {
		return again(ctx, known)
	}
	return value, err
}

// take claims the key, or finds what it stands for.
func (k *Key) take(ctx context.Context, tx pgx.Tx, now time.Time) ([]uuid.UUID, error) {
	q := queries.New()
	if err := q.LockTimeoutSet(ctx, tx, lockWait); err != nil {
		return nil, fmt.Errorf("limit wait: %w", err)
	}
	inserted, err := q.IdempotencyKeyInsert(ctx, tx, queries.IdempotencyKeyInsertParams{
		UserID: k.UserID, Operation: k.Operation, Key: k.Key, RequestHmac: k.Digest, CreatedAt: now,
	})
	if postgres.IsLockTimeout(err) {
		return nil, ErrInProgress
	}
	if err != nil {
		return nil, fmt.Errorf("take idempotency key: %w", err)
	}
	if inserted > 0 {
		return nil, q.LockTimeoutSet(ctx, tx, "0")
	}
	row, err := q.IdempotencyKeyGet(ctx, tx, queries.IdempotencyKeyGetParams{UserID: k.UserID, Operation: k.Operation, Key: k.Key})
	if err != nil {
		return nil, fmt.Errorf("get idempotency key: %w", err)
	}
	if !hmac.Equal(row.RequestHmac, k.Digest) {
		return nil, ErrKeyReused
	}
	var ids []uuid.UUID
	if err := json.Unmarshal(row.Result, &ids); err != nil {
		return nil, fmt.Errorf("read idempotency key: %w", err)
	}
	k.replayed = true
	return ids, nil
}

func (k *Key) keep(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) error {
	result, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("write idempotency key: %w", err)
	}
	err = queries.New().IdempotencyKeySetResult(ctx, tx, queries.IdempotencyKeySetResultParams{
		UserID: k.UserID, Operation: k.Operation, Key: k.Key, Result: result,
	})
	if err != nil {
		return fmt.Errorf("keep idempotency key: %w", err)
	}
	return nil
}

// DeleteExpired forgets keys older than Lifetime and returns how many.
func DeleteExpired(ctx context.Context, pool *pgxpool.Pool, now time.Time) (int64, error) {
	deleted, err := queries.New().IdempotencyKeyDeleteOlder(ctx, pool, now.Add(-Lifetime))
	if err != nil {
		return 0, fmt.Errorf("delete idempotency keys: %w", err)
	}
	return deleted, nil
}
