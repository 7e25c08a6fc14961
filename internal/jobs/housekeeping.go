package jobs

import (
	"context"
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

	pool  *pgxpool.Pool
	clock clock.Clock
}

// Work implements river.Worker.
func (w *housekeepingWorker) Work(ctx context.Context, _ *river.Job[HousekeepingArgs]) error {
	_, err := idempotency.DeleteExpired(ctx, w.pool, w.clock.Now())
	return err
}
