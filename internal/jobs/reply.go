package jobs

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/lattice-money/lattice/internal/crashpoint"
)

// ReplyArgs is the work on one reply.
type ReplyArgs struct {
	ReplyID uuid.UUID `json:"reply_id"`
}

// Kind implements river.JobArgs.
func (ReplyArgs) Kind() string { return "reply" }

// InsertOpts implements river.JobArgsWithInsertOpts. A failed attempt is not retried by River: the sweeper queues a new
// job for as long as the reply is open, and how often is counted on the reply.
func (ReplyArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueReplies, MaxAttempts: 1}
}

// Answerer makes a reply. finish is called in the transaction that ends it.
type Answerer interface {
	Answer(ctx context.Context, replyID uuid.UUID, finish func(ctx context.Context, tx pgx.Tx) error) error
}

type replyWorker struct {
	river.WorkerDefaults[ReplyArgs]

	answerer Answerer
	timeout  time.Duration
}

// replyMargin is what a reply's job gets beyond the time of the reply, which bounds itself.
const replyMargin = 10 * time.Second

// Timeout implements river.Worker.
func (w *replyWorker) Timeout(*river.Job[ReplyArgs]) time.Duration { return w.timeout + replyMargin }

// Work implements river.Worker. The job is done in the same commit as the reply. Where it was taken for dead it is done
// already, which does not matter: whether this attempt may still write is for the reply to say.
func (w *replyWorker) Work(ctx context.Context, job *river.Job[ReplyArgs]) error {
	return w.answerer.Answer(ctx, job.Args.ReplyID, func(ctx context.Context, tx pgx.Tx) error {
		if err := complete(ctx, tx, job); err != nil {
			return err
		}
		crashpoint.Reach("reply.closed")
		return nil
	})
}
