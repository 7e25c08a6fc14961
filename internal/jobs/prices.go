package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

// PricesReadArgs asks the product feed for news.
type PricesReadArgs struct{}

// Kind implements river.JobArgs.
func (PricesReadArgs) Kind() string { return "prices_read" }

// InsertOpts implements river.JobArgsWithInsertOpts. The next look makes up for one that failed.
func (PricesReadArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 2} }

// pricesReadInterval is how often the feed is asked. It tells a price a day.
const pricesReadInterval = time.Hour

// PricesReader keeps what the product feed tells.
type PricesReader interface {
	ReadFeed(ctx context.Context) (stored int, err error)
}

type pricesReadWorker struct {
	river.WorkerDefaults[PricesReadArgs]

	prices PricesReader
}

// pricesReadTimeout is for the first look, which reads all that the feed remembers.
const pricesReadTimeout = 10 * time.Minute

// Timeout implements river.Worker.
func (w *pricesReadWorker) Timeout(*river.Job[PricesReadArgs]) time.Duration {
	return pricesReadTimeout
}

// Work implements river.Worker.
func (w *pricesReadWorker) Work(ctx context.Context, _ *river.Job[PricesReadArgs]) error {
	_, err := w.prices.ReadFeed(ctx)
	return err
}
