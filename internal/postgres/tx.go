package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// rollbackTimeout bounds the one statement that still runs after the caller's context is gone.
const rollbackTimeout = 5 * time.Second

// Beginner starts transactions: a pool, a connection, or a transaction (which then makes a savepoint).
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// WithTx runs fn inside one transaction, committed when fn returns nil and rolled back when it returns an error or
// panics. fn's error comes back as it is; errors of beginning and committing are wrapped. When the context ends while
// the commit is on its way the outcome is unknown: what fn does must be safe to find done.
func WithTx(ctx context.Context, db Beginner, fn func(ctx context.Context, tx pgx.Tx) error) error {
	_, err := WithTxV(ctx, db, func(ctx context.Context, tx pgx.Tx) (struct{}, error) {
		return struct{}{}, fn(ctx, tx)
	})
	return err
}

// WithTxV is WithTx for a function with a result. The result is the zero value unless the commit went through.
func WithTxV[T any](ctx context.Context, db Beginner, fn func(ctx context.Context, tx pgx.Tx) (T, error)) (T, error) {
	var zero T
	tx, err := db.Begin(ctx)
	if err != nil {
		return zero, fmt.Errorf("begin transaction: %w", err)
	}
	// Deferred, so that a panic gives the connection back as well. After a commit it does nothing.
	defer rollback(ctx, tx)

	then := &afterCommit{}
	value, err := fn(context.WithValue(ctx, afterCommitKey{}, then), tx)
	if err != nil {
		return zero, err
	}
	if err := tx.Commit(ctx); err != nil {
		return zero, fmt.Errorf("commit transaction: %w", err)
	}
	if _, savepoint := db.(pgx.Tx); savepoint && AfterCommit(ctx, then.run) {
		return value, nil // nothing is committed before the outermost is
	}
	then.run()
	return value, nil
}

// afterCommit is what to do once a transaction is committed.
type afterCommit struct{ calls []func() }

type afterCommitKey struct{}

func (a *afterCommit) run() {
	for _, call := range a.calls {
		call()
	}
}

// AfterCommit has call run once the transaction that ctx belongs to is committed, as the context that WithTx hands to its
// function does; not if it is rolled back. It reports whether there is such a transaction. A process may die between the
// commit and the call, so that call must only ever hurry what happens anyway.
func AfterCommit(ctx context.Context, call func()) bool {
	then, ok := ctx.Value(afterCommitKey{}).(*afterCommit)
	if ok {
		then.calls = append(then.calls, call)
	}
	return ok
}

// rollback ends tx although ctx may already be cancelled. Its error is dropped on purpose: after a commit it is
// ErrTxClosed, and when the connection is broken the pool throws it away and the server rolls back by itself.
func rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_ = tx.Rollback(ctx)
}
