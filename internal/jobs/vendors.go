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
	"github.com/lattice-money/lattice/internal/postgres"
)

// Vendors is what the jobs about linked accounts work with.
type Vendors interface {
	AccountSyncer
	WebhookWorker
	VendorForgetter
	Reconcile(ctx context.Context) (queued int, err error)
	RefreshMerchants(ctx context.Context) error
}

// VendorWebhookArgs is the work on one webhook.
type VendorWebhookArgs struct {
	WebhookID uuid.UUID `json:"webhook_id"`
}

// Kind implements river.JobArgs.
func (VendorWebhookArgs) Kind() string { return "vendor_webhook" }

const (
	// webhookAttempts are over some hours; what is lost then, reconciliation finds.
	webhookAttempts = 8
	webhookWorkers  = 8
	// webhookPollInterval is how long a card switch, which has seconds to live, may wait for its worker.
	webhookPollInterval = 200 * time.Millisecond
	// webhookFetchCooldown lets a burst be fetched some at a time: one by one, fetching would cost the database as much as
	// the work, and the answers to the rest of the burst their time.
	webhookFetchCooldown = 20 * time.Millisecond
	// earlyPause is before the second look at a webhook that came before its link session was completed; a session can be
	// open for half an hour, and the longer one has waited the less often it is looked at.
	earlyPause = 2 * time.Second
)

// InsertOpts implements river.JobArgsWithInsertOpts.
func (VendorWebhookArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueWebhooks, MaxAttempts: webhookAttempts}
}

// WebhookWorker looks at what a webhook hinted at.
type WebhookWorker interface {
	WorkWebhook(ctx context.Context, id uuid.UUID) error
}

type vendorWebhookWorker struct {
	river.WorkerDefaults[VendorWebhookArgs]

	webhooks WebhookWorker
}

// Work implements river.Worker. The job is done after the work: River ends many of a burst at once, and one that is worked
// again finds its webhook worked.
func (w *vendorWebhookWorker) Work(ctx context.Context, job *river.Job[VendorWebhookArgs]) error {
	err := w.webhooks.WorkWebhook(ctx, job.Args.WebhookID)
	if errors.Is(err, accounts.ErrTooEarly) {
		return river.JobSnooze(max(earlyPause, job.AttemptedAt.Sub(job.CreatedAt)/8))
	}
	return err
}

// EnqueueVendorWebhook queues the work on a webhook; it starts when tx commits.
func (q *Queue) EnqueueVendorWebhook(ctx context.Context, tx pgx.Tx, webhookID uuid.UUID) error {
	if _, err := q.client.InsertTx(ctx, tx, VendorWebhookArgs{WebhookID: webhookID}, nil); err != nil {
		return fmt.Errorf("insert webhook job: %w", err)
	}
	return nil
}

// VendorDeletionArgs is the deletion of a person at a vendor.
type VendorDeletionArgs struct {
	UserRef string `json:"user_ref"` // an id of ours, which is all the vendor knows them by
}

// Kind implements river.JobArgs.
func (VendorDeletionArgs) Kind() string { return "vendor_deletion" }

// deletionAttempts are over three weeks: a vendor that is away does not keep anybody's data for that.
const deletionAttempts = 25

// InsertOpts implements river.JobArgsWithInsertOpts.
func (VendorDeletionArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		MaxAttempts: deletionAttempts,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateScheduled,
			rivertype.JobStateRetryable,
		}},
	}
}

// VendorForgetter has a vendor delete a person. finish is called in the transaction that writes that it has.
type VendorForgetter interface {
	ForgetAtVendor(ctx context.Context, ref string, finish func(ctx context.Context, tx pgx.Tx) error) error
}

type vendorDeletionWorker struct {
	river.WorkerDefaults[VendorDeletionArgs]

	vendors VendorForgetter
}

// Work implements river.Worker.
func (w *vendorDeletionWorker) Work(ctx context.Context, job *river.Job[VendorDeletionArgs]) error {
	return w.vendors.ForgetAtVendor(ctx, job.Args.UserRef, func(ctx context.Context, tx pgx.Tx) error { return complete(ctx, tx, job) })
}

// EnqueueVendorDeletion queues a deletion; it starts when tx commits.
func (q *Queue) EnqueueVendorDeletion(ctx context.Context, tx pgx.Tx, userRef string) error {
	if _, err := q.client.InsertTx(ctx, tx, VendorDeletionArgs{UserRef: userRef}, nil); err != nil {
		return fmt.Errorf("insert deletion job: %w", err)
	}
	return nil
}

// AccountsReconcileArgs looks for accounts nobody has read from the beginning for a while.
type AccountsReconcileArgs struct{}

// Kind implements river.JobArgs.
func (AccountsReconcileArgs) Kind() string { return "accounts_reconcile" }

// InsertOpts implements river.JobArgsWithInsertOpts. The next look makes up for one that failed.
func (AccountsReconcileArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 2} }

// reconcileInterval is how often such accounts are looked for: well within the least period there may be.
const reconcileInterval = time.Minute

type accountsReconcileWorker struct {
	river.WorkerDefaults[AccountsReconcileArgs]

	vendors Vendors
}

// Work implements river.Worker.
func (w *accountsReconcileWorker) Work(ctx context.Context, _ *river.Job[AccountsReconcileArgs]) error {
	_, err := w.vendors.Reconcile(ctx)
	return err
}

// MerchantsRefreshArgs reads which merchants can be linked.
type MerchantsRefreshArgs struct{}

// Kind implements river.JobArgs.
func (MerchantsRefreshArgs) Kind() string { return "merchants_refresh" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (MerchantsRefreshArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 5} }

const merchantsInterval = 24 * time.Hour

type merchantsRefreshWorker struct {
	river.WorkerDefaults[MerchantsRefreshArgs]

	vendors Vendors
}

// Work implements river.Worker.
func (w *merchantsRefreshWorker) Work(ctx context.Context, _ *river.Job[MerchantsRefreshArgs]) error {
	return w.vendors.RefreshMerchants(ctx)
}

// merchantsQueuedSQL looks for a look that has not begun, and holds it back until tx commits.
const merchantsQueuedSQL = `SELECT id FROM ` + schema + `.river_job
WHERE kind = 'merchants_refresh' AND state = 'available' LIMIT 1 FOR UPDATE`

// EnqueueMerchantsRefresh queues the reading of the merchants, unless one waits already; it starts when tx commits. One that
// has begun does not count: it may have read what is no longer so.
func (q *Queue) EnqueueMerchantsRefresh(ctx context.Context, tx pgx.Tx) error {
	var waiting int64
	err := tx.QueryRow(ctx, merchantsQueuedSQL).Scan(&waiting)
	if err == nil {
		return nil
	}
	if !postgres.IsNoRows(err) {
		return fmt.Errorf("look for merchants job: %w", err)
	}
	if _, err := q.client.InsertTx(ctx, tx, MerchantsRefreshArgs{}, nil); err != nil {
		return fmt.Errorf("insert merchants job: %w", err)
	}
	return nil
}
