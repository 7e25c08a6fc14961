package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/idempotency"
)

// HousekeepingArgs deletes what has expired.
type HousekeepingArgs struct{}

// Kind implements river.JobArgs.
func (HousekeepingArgs) Kind() string { return "housekeeping" }

const housekeepingInterval = time.Hour

type housekeepingWorker struct {
	river.WorkerDefaults[HousekeepingArgs]

	pool     *pgxpool.Pool
	clock    clock.Clock
	cleaners []Cleaner
}

// A Cleaner tidies one domain up and returns how much there was.
type Cleaner func(ctx context.Context) (count int64, err error)

// Work implements river.Worker.
func (w *housekeepingWorker) Work(ctx context.Context, _ *river.Job[HousekeepingArgs]) error {
	_, err := idempotency.DeleteExpired(ctx, w.pool, w.clock.Now())
	for _, clean := range w.cleaners { // that one fails must not keep the others from their work
		_, failed := clean(ctx)
		err = errors.Join(err, failed)
	}
	return err
}
