package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
)

// Sweeper takes back replies whose attempt has died.
type Sweeper interface {
	Sweep(ctx context.Context) (queued int, err error)
}

// Bell rings for what commits changed.
type Bell interface {
	Listen(id uuid.UUID) (wake <-chan struct{}, stop func())
}

// Config is what the workers work with; every field is required.
type Config struct {
	Pool *pgxpool.Pool
	// ListenPool connects without a transaction pooler between, for River's own LISTEN; it may be Pool.
	ListenPool   *pgxpool.Pool
	Queue        *Queue
	Bell         Bell
	Answerer     Answerer
	Sweeper      Sweeper
	Insights     InsightsRefresher
	Prices       Prices
	Mails        MailDeliverer
	Cleaners     []Cleaner // what the housekeeping does besides its own
	Accounts     Vendors
	Clock        clock.Clock
	ReplyTimeout time.Duration
	Logger       *slog.Logger
}

// Client works the queues of this process.
type Client struct {
	river   *river.Client[pgx.Tx]
	sweeper Sweeper
	log     *slog.Logger

	started      atomic.Bool
	stopSweeping context.CancelFunc
	swept        chan struct{}
}

// How the queues are worked. A reply waits mostly for others (the database, later a model), so there are many at once.
const (
	replyWorkers      = 50
	backgroundWorkers = 4
	syncWorkers       = 4
	// fetchCooldown is the pause between two looks for jobs. River's 100 ms would be most of a reply's time.
	fetchCooldown = 2 * time.Millisecond
	// replyPollInterval is how often replies are looked for without a call, which is lost with a process that dies between
	// its commit and the call.
	replyPollInterval = 200 * time.Millisecond
	sweepInterval     = time.Second
	// jobTimeout is how long a job of any other kind may run.
	jobTimeout = time.Minute
)

// NewClient makes a client; Start sets it to work.
func NewClient(config Config) (*Client, error) {
	if config.Pool == nil || config.ListenPool == nil || config.Queue == nil || config.Bell == nil ||
		config.Answerer == nil || config.Sweeper == nil || config.Insights == nil || config.Prices == nil || config.Mails == nil ||
		config.Accounts == nil || config.Clock == nil || config.ReplyTimeout <= 0 ||
		config.Logger == nil {
		return nil, errors.New("jobs: NewClient wants every dependency")
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &replyWorker{answerer: config.Answerer, timeout: config.ReplyTimeout})
	river.AddWorker(workers, &insightsRefreshWorker{insights: config.Insights})
	river.AddWorker(workers, &insightsSweepWorker{insights: config.Insights, pool: config.Pool, queue: config.Queue})
	river.AddWorker(workers, &pricesReadWorker{prices: config.Prices})
	river.AddWorker(workers, &priceAlertsWorker{prices: config.Prices})
	river.AddWorker(workers, &housekeepingWorker{pool: config.Pool, clock: config.Clock, cleaners: config.Cleaners})
	river.AddWorker(workers, &mailWorker{mails: config.Mails})
	river.AddWorker(workers, &accountSyncWorker{accounts: config.Accounts})
	river.AddWorker(workers, &vendorWebhookWorker{webhooks: config.Accounts})
	river.AddWorker(workers, &vendorDeletionWorker{vendors: config.Accounts})
	river.AddWorker(workers, &accountsReconcileWorker{vendors: config.Accounts})
	river.AddWorker(workers, &merchantsRefreshWorker{vendors: config.Accounts})
	calls, _ := config.Bell.Listen(events.JobQueued) // as long as the bell hangs
	client, err := river.NewClient(callableDriver{Driver: riverpgxv5.New(config.ListenPool), calls: calls}, &river.Config{
		Schema: schema,
		Logger: quiet(config.Logger),
		Queues: map[string]river.QueueConfig{
			queueReplies:    {MaxWorkers: replyWorkers, FetchPollInterval: replyPollInterval},
			queueMails:      {MaxWorkers: mailWorkers},
			queueWebhooks:   {MaxWorkers: webhookWorkers, FetchCooldown: webhookFetchCooldown, FetchPollInterval: webhookPollInterval},
			queueSyncs:      {MaxWorkers: syncWorkers},
			queueBackground: {MaxWorkers: backgroundWorkers},
		},
		Workers:       workers,
		FetchCooldown: fetchCooldown,
		JobTimeout:    jobTimeout,
		// River's rescuer is the last net for what a dead process left running. Its hour is for jobs without a timeout.
		RescueStuckJobsAfter: max(jobTimeout, config.ReplyTimeout+replyMargin),
		PeriodicJobs: []*river.PeriodicJob{
			river.NewPeriodicJob(river.PeriodicInterval(insightsSweepInterval),
				func() (river.JobArgs, *river.InsertOpts) { return InsightsSweepArgs{}, nil },
				&river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(pricesReadInterval),
				func() (river.JobArgs, *river.InsertOpts) { return PricesReadArgs{}, nil },
				&river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(priceAlertsInterval),
				func() (river.JobArgs, *river.InsertOpts) { return PriceAlertsArgs{}, nil }, nil),
			river.NewPeriodicJob(river.PeriodicInterval(reconcileInterval),
				func() (river.JobArgs, *river.InsertOpts) { return AccountsReconcileArgs{}, nil }, nil),
			river.NewPeriodicJob(river.PeriodicInterval(merchantsInterval),
				func() (river.JobArgs, *river.InsertOpts) { return MerchantsRefreshArgs{}, nil },
				&river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(housekeepingInterval),
				func() (river.JobArgs, *river.InsertOpts) { return HousekeepingArgs{}, nil }, nil),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("make job client: %w", err)
	}
	return &Client{river: client, sweeper: config.Sweeper, log: config.Logger}, nil
}

// Start begins to work, and first of all takes back what a process that died has left open.
func (c *Client) Start(ctx context.Context) error {
	if err := c.sweep(ctx); err != nil {
		return err
	}
	// Not the caller's cancellation: stopping is Stop's business, in its own order.
	working := context.WithoutCancel(ctx)
	if err := c.river.Start(working); err != nil {
		return fmt.Errorf("start workers: %w", err)
	}
	sweeping, stop := context.WithCancel(working)
	c.stopSweeping, c.swept = stop, make(chan struct{})
	c.started.Store(true)
	go c.keepSweeping(sweeping)
	return nil
}

// Stop lets running jobs finish until ctx ends, then cancels them; what they were at is taken back by the next sweep.
func (c *Client) Stop(ctx context.Context) error {
	if c.stopSweeping == nil {
		return nil
	}
	c.stopSweeping()
	<-c.swept
	err := c.river.Stop(ctx)
	if err != nil && ctx.Err() != nil {
		cancelled, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		err = c.river.StopAndCancel(cancelled)
	}
	if err != nil {
		return fmt.Errorf("stop workers: %w", err)
	}
	return nil
}

func (c *Client) keepSweeping(ctx context.Context) {
	defer close(c.swept)
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := c.sweep(ctx); err != nil && ctx.Err() == nil {
				c.log.ErrorContext(ctx, "sweep failed", "error", err)
			}
		}
	}
}

func (c *Client) sweep(ctx context.Context) error {
	queued, err := c.sweeper.Sweep(ctx)
	if err != nil {
		return fmt.Errorf("sweep replies: %w", err)
	}
	if queued > 0 {
		c.log.WarnContext(ctx, "abandoned replies queued again", "count", queued)
	}
	return nil
}

var errNotRunning = errors.New("jobs: workers do not run")

// Running is nil while the workers run.
func (c *Client) Running() error {
	select {
	case <-c.river.Stopped():
		return errNotRunning
	default:
	}
	if !c.started.Load() {
		return errNotRunning
	}
	return nil
}
