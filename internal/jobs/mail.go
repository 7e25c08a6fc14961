package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/lattice-money/lattice/internal/mail"
)

// MailArgs is the sending of one mail.
type MailArgs struct {
	MailID uuid.UUID `json:"mail_id"`
}

// Kind implements river.JobArgs.
func (MailArgs) Kind() string { return "mail" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (MailArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueMails, MaxAttempts: mail.MaxAttempts}
}

const (
	mailWorkers = 4
	// mailTimeout leaves an attempt time to note how it ended.
	mailTimeout = mail.SendTimeout + 10*time.Second
	// busyPause is how long a job waits that found another attempt at its mail under way.
	busyPause = mail.SendTimeout
)

// MailDeliverer sends a mail that is stored.
type MailDeliverer interface {
	Deliver(ctx context.Context, mailID uuid.UUID) error
}

type mailWorker struct {
	river.WorkerDefaults[MailArgs]

	mails MailDeliverer
}

// Timeout implements river.Worker.
func (w *mailWorker) Timeout(*river.Job[MailArgs]) time.Duration { return mailTimeout }

// Work implements river.Worker.
func (w *mailWorker) Work(ctx context.Context, job *river.Job[MailArgs]) error {
	err := w.mails.Deliver(ctx, job.Args.MailID)
	switch {
	case errors.Is(err, mail.ErrBusy):
		return river.JobSnooze(busyPause)
	case errors.Is(err, mail.ErrRefused):
		return river.JobCancel(err)
	default:
		return err
	}
}

// EnqueueMail queues the sending of a mail; it starts when tx commits.
func (q *Queue) EnqueueMail(ctx context.Context, tx pgx.Tx, mailID uuid.UUID) error {
	if _, err := q.client.InsertTx(ctx, tx, MailArgs{MailID: mailID}, nil); err != nil {
		return fmt.Errorf("insert mail job: %w", err)
	}
	return nil
}
