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

// PriceAlertsArgs looks at the prices people wait for.
type PriceAlertsArgs struct{}

// Kind implements river.JobArgs.
func (PriceAlertsArgs) Kind() string { return "price_alerts" }

// InsertOpts implements river.JobArgsWithInsertOpts. The next look makes up for one that failed.
func (PriceAlertsArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 2} }

// priceAlertsInterval is how often alerts are looked at beside when the feed was read: quiet hours end, and orders tell
// prices too.
const priceAlertsInterval = 5 * time.Minute

// Prices keeps what the product feed tells, and watches prices.
type Prices interface {
	ReadFeed(ctx context.Context) (stored int, err error)
	CheckAlerts(ctx context.Context) (fired int, err error)
}

type pricesReadWorker struct {
	river.WorkerDefaults[PricesReadArgs]

	prices Prices
}

// pricesReadTimeout is for the first look, which reads all that the feed remembers.
const pricesReadTimeout = 10 * time.Minute

// Timeout implements river.Worker.
func (w *pricesReadWorker) Timeout(*river.Job[PricesReadArgs]) time.Duration {
	return pricesReadTimeout
}

// Work implements river.Worker.
func (w *pricesReadWorker) Work(ctx context.Context, _ *river.Job[PricesReadArgs]) error {
	if _, err := w.prices.ReadFeed(ctx); err != nil {
		return err
	}
	_, err := w.prices.CheckAlerts(ctx)
	return err
}

type priceAlertsWorker struct {
	river.WorkerDefaults[PriceAlertsArgs]

	prices Prices
}

// Timeout implements river.Worker.
func (w *priceAlertsWorker) Timeout(*river.Job[PriceAlertsArgs]) time.Duration {
	return priceAlertsInterval
}

// Work implements river.Worker.
func (w *priceAlertsWorker) Work(ctx context.Context, _ *river.Job[PriceAlertsArgs]) error {
	_, err := w.prices.CheckAlerts(ctx)
	return err
}
