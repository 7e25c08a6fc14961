package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/lattice-money/lattice/internal/accounts"
)

// AccountSyncArgs is the reading of one linked account.
type AccountSyncArgs struct {
	AccountID uuid.UUID `json:"account_id"`
}

// Kind implements river.JobArgs.
func (AccountSyncArgs) Kind() string { return "account_sync" }

// accountSyncAttempts is how often an account is read before the next one who asks has to: over some minutes.
const accountSyncAttempts = 5

// InsertOpts implements river.JobArgsWithInsertOpts. An account that waits to be read is not queued again; one whose
// reading failed is, so that whoever asks now does not wait for the next attempt.
func (AccountSyncArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue:       queueSyncs,
		MaxAttempts: accountSyncAttempts,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}},
	}
}

// AccountSyncer reads an account. finish is called in the transaction that writes how it ended.
type AccountSyncer interface {
	Sync(ctx context.Context, accountID uuid.UUID, finish func(ctx context.Context, tx pgx.Tx) error) error
}

type accountSyncWorker struct {
	river.WorkerDefaults[AccountSyncArgs]

	accounts AccountSyncer
}

// Work implements river.Worker. The job is done in the same commit as the sync: whoever asks for another one right after
// is not told that one is under way.
func (w *accountSyncWorker) Work(ctx context.Context, job *river.Job[AccountSyncArgs]) error {
	err := w.accounts.Sync(ctx, job.Args.AccountID, func(ctx context.Context, tx pgx.Tx) error { return complete(ctx, tx, job) })
	switch {
	case errors.Is(err, accounts.ErrSyncBusy):
		return river.JobSnooze(syncPause)
	case errors.Is(err, accounts.ErrSyncUnfinished):
		return river.JobSnooze(0)
	}
	return err
}

const (
	// syncPause is between two looks at an account that somebody else syncs.
	syncPause = 2 * time.Second
	// syncTimeout lets others have their turn, and says when River takes a job whose process died for stuck. A first look that
	// takes longer goes on where it was.
	syncTimeout = 2 * time.Minute
)

// Timeout implements river.Worker.
func (w *accountSyncWorker) Timeout(*river.Job[AccountSyncArgs]) time.Duration { return syncTimeout }

// EnqueueAccountSync queues the reading of an account; it starts when tx commits.
func (q *Queue) EnqueueAccountSync(ctx context.Context, tx pgx.Tx, accountID uuid.UUID) error {
	if _, err := q.client.InsertTx(ctx, tx, AccountSyncArgs{AccountID: accountID}, nil); err != nil {
		return fmt.Errorf("insert account sync job: %w", err)
	}
	q.callWorkers(ctx)
	return nil
}
