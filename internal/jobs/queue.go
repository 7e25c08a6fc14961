// Package jobs runs work in the background: River on Postgres, in its own schema, so that a job commits with the rows it
// is about. Jobs carry ids only, may run twice, and check the state of things first.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
)

// schema is where River keeps its tables.
const schema = "river"

// Queues. Replies have their own, so that nothing else ever stands before a person who waits.
const (
	queueReplies    = "replies"
	queueMails      = "mails"    // a mail server may be slow
	queueWebhooks   = "webhooks" // light, and some have seconds to live
	queueSyncs      = "syncs"    // a vendor may be slow
	queueBackground = river.QueueDefault
)

// Notifier tells the processes of a database what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Queue inserts jobs.
type Queue struct {
	client   *river.Client[pgx.Tx]
	notifier Notifier
}

// NewQueue makes a queue that only inserts.
func NewQueue(pool *pgxpool.Pool, notifier Notifier, log *slog.Logger) (*Queue, error) {
	if pool == nil || notifier == nil || log == nil {
		return nil, errors.New("jobs: NewQueue wants every dependency")
	}
	client, err := river.NewClient(silentDriver{riverpgxv5.New(pool)}, &river.Config{Schema: schema, Logger: quiet(log)})
	if err != nil {
		return nil, fmt.Errorf("make queue: %w", err)
	}
	return &Queue{client: client, notifier: notifier}, nil
}

// callWorkers has the workers look once tx is committed; those of this process at once, others with the next batch.
func (q *Queue) callWorkers(ctx context.Context) {
	postgres.AfterCommit(ctx, func() { q.notifier.Notify(events.Notice{Wake: []uuid.UUID{events.JobQueued}}) })
}

// EnqueueReply queues the work on a reply; it starts when tx commits.
func (q *Queue) EnqueueReply(ctx context.Context, tx pgx.Tx, replyID uuid.UUID) error {
	if _, err := q.client.InsertTx(ctx, tx, ReplyArgs{ReplyID: replyID}, nil); err != nil {
		return fmt.Errorf("insert reply job: %w", err)
	}
	q.callWorkers(ctx)
	return nil
}

// These statements are ours because River ends the job of another worker only by asking that worker, which the dead do not
// hear, and takes the job for running until its rescuer looks.
const (
	closeReplySQL = `UPDATE ` + schema + `.river_job SET state = 'cancelled', finalized_at = clock_timestamp()
WHERE kind = 'reply' AND args @> jsonb_build_object('reply_id', $1::text) AND finalized_at IS NULL`

	buryReplySQL = `WITH buried AS (UPDATE ` + schema + `.river_job SET state = 'cancelled', finalized_at = clock_timestamp()
    WHERE kind = 'reply' AND args @> jsonb_build_object('reply_id', $1::text) AND state = 'running')
SELECT EXISTS (SELECT FROM ` + schema + `.river_job
    WHERE kind = 'reply' AND args @> jsonb_build_object('reply_id', $1::text) AND state = 'available')`
)

// RequeueReply queues the work on a reply again whose worker has died, and ends that worker's job. A job that still waits
// for a worker keeps its place.
func (q *Queue) RequeueReply(ctx context.Context, tx pgx.Tx, replyID uuid.UUID) error {
	var waits bool
	if err := tx.QueryRow(ctx, buryReplySQL, replyID.String()).Scan(&waits); err != nil {
		return fmt.Errorf("end dead reply jobs: %w", err)
	}
	if waits {
		return nil
	}
	return q.EnqueueReply(ctx, tx, replyID)
}

// CloseReply ends the jobs of a reply that has ended by other means than one of them.
func (q *Queue) CloseReply(ctx context.Context, tx pgx.Tx, replyID uuid.UUID) error {
	if _, err := tx.Exec(ctx, closeReplySQL, replyID.String()); err != nil {
		return fmt.Errorf("close reply jobs: %w", err)
	}
	return nil
}

// complete ends a job in the transaction that writes what it led to. One that was taken for dead is done already, which
// does not matter: whether this attempt may still write is for what it works on to say.
func complete[T river.JobArgs](ctx context.Context, tx pgx.Tx, job *river.Job[T]) error {
	if _, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job); err != nil && !errors.Is(err, river.ErrNotFound) {
		return fmt.Errorf("complete %s job: %w", job.Kind, err)
	}
	return nil
}

// insightsQueuedSQL looks for a computing that has not begun, and holds it back until tx commits: one that begins before
// may not see what tx changes.
const insightsQueuedSQL = `SELECT id FROM ` + schema + `.river_job
WHERE kind = 'insights_refresh' AND args @> jsonb_build_object('user_id', $1::text) AND state = 'available' LIMIT 1 FOR UPDATE`

// cancelAccountSyncSQL takes back what has not begun; what has finds the account gone.
const cancelAccountSyncSQL = `UPDATE ` + schema + `.river_job SET state = 'cancelled', finalized_at = clock_timestamp()
WHERE kind = 'account_sync' AND args @> jsonb_build_object('account_id', $1::text)
    AND finalized_at IS NULL AND state <> 'running'`

// CancelAccountSync takes back the syncs of an account that have not begun.
func (q *Queue) CancelAccountSync(ctx context.Context, tx pgx.Tx, accountID uuid.UUID) error {
	if _, err := tx.Exec(ctx, cancelAccountSyncSQL, accountID.String()); err != nil {
		return fmt.Errorf("cancel account syncs: %w", err)
	}
	return nil
}

// EnqueueInsightsRefresh queues the computing of a user's insights, unless one waits already; it starts when tx commits.
func (q *Queue) EnqueueInsightsRefresh(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error {
	var waiting int64
	err := tx.QueryRow(ctx, insightsQueuedSQL, userID.String()).Scan(&waiting)
	if err == nil {
		return nil
	}
	if !postgres.IsNoRows(err) {
		return fmt.Errorf("look for insights job: %w", err)
	}
	if _, err := q.client.InsertTx(ctx, tx, InsightsRefreshArgs{UserID: userID}, nil); err != nil {
		return fmt.Errorf("insert insights job: %w", err)
	}
	return nil
}
