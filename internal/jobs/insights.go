package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"github.com/lattice-money/lattice/internal/postgres"
)

// InsightsRefreshArgs is the computing of one user's insights.
type InsightsRefreshArgs struct {
	UserID uuid.UUID `json:"user_id"`
}

// Kind implements river.JobArgs.
func (InsightsRefreshArgs) Kind() string { return "insights_refresh" }

// InsightsSweepArgs looks for users whose insights are stale.
type InsightsSweepArgs struct{}

// Kind implements river.JobArgs.
func (InsightsSweepArgs) Kind() string { return "insights_sweep" }

// insightsSweepInterval is how often stale insights are looked for.
const insightsSweepInterval = 15 * time.Minute

// sweepPage is how many stale users are queued per commit.
const sweepPage = 500

// InsightsRefresher computes insights.
type InsightsRefresher interface {
	RefreshIfStale(ctx context.Context, userID uuid.UUID) error
	Stale(ctx context.Context, after uuid.UUID, limit int) ([]uuid.UUID, error)
}

type insightsRefreshWorker struct {
	river.WorkerDefaults[InsightsRefreshArgs]

	insights InsightsRefresher
}

// Work implements river.Worker.
func (w *insightsRefreshWorker) Work(ctx context.Context, job *river.Job[InsightsRefreshArgs]) error {
	return w.insights.RefreshIfStale(ctx, job.Args.UserID)
}

type insightsSweepWorker struct {
	river.WorkerDefaults[InsightsSweepArgs]

	insights InsightsRefresher
	pool     *pgxpool.Pool
	queue    *Queue
}

// Work implements river.Worker.
func (w *insightsSweepWorker) Work(ctx context.Context, _ *river.Job[InsightsSweepArgs]) error {
	after := uuid.Nil
	for {
		users, err := w.insights.Stale(ctx, after, sweepPage)
		if err != nil {
			return fmt.Errorf("find stale insights: %w", err)
		}
		err = postgres.WithTx(ctx, w.pool, func(ctx context.Context, tx pgx.Tx) error {
			for _, user := range users {
				if err := w.queue.EnqueueInsightsRefresh(ctx, tx, user); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(users) < sweepPage {
			return nil
		}
		after = users[len(users)-1]
	}
}
