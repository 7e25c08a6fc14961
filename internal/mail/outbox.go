package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Limits of sending.
const (
	// MaxAttempts is how often a mail is tried before it is given up, some seventeen hours after the first attempt.
	MaxAttempts = 12
	// SendTimeout bounds one attempt.
	SendTimeout = 30 * time.Second
	// lease outlasts an attempt.
	lease = 2 * SendTimeout
	// Retention is how long an ended mail is remembered, its text already gone. A mail about something that was told
	// before is recognized for so long.
	Retention = 180 * 24 * time.Hour
)

// States of a mail that has ended.
const (
	statusSent    = "sent"
	statusDropped = "dropped"
	statusFailed  = "failed"
)

// Queue queues the sending of a mail in the transaction that stores it.
type Queue interface {
	EnqueueMail(ctx context.Context, tx pgx.Tx, mailID uuid.UUID) error
}

// Sender hands a message to the world. Errors: ErrRefused where trying again is of no use. No error of it holds an
// address or a text: errors are logged.
type Sender interface {
	Send(ctx context.Context, message Message) error
}

// Invitations makes a token for an invitation that is about to be mailed; it is kept nowhere. live is false where the
// invitation cannot be accepted any more.
type Invitations interface {
	MailToken(ctx context.Context, inviteID uuid.UUID) (token string, live bool, err error)
}

// Config is what an outbox is made of; every field is required.
type Config struct {
	Pool        *pgxpool.Pool
	Clock       clock.Clock
	Queue       Queue
	Sender      Sender
	Invitations Invitations
	// BaseURL is where people reach the service, without a slash at its end; asked when a mail is sent.
	BaseURL func() string
	Logger  *slog.Logger
}

// Outbox holds the mails to send.
type Outbox struct {
	Config

	q *queries.Queries
}

// New makes an outbox.
func New(config Config) (*Outbox, error) {
	if config.Pool == nil || config.Clock == nil || config.Queue == nil || config.Sender == nil || config.Invitations == nil ||
		config.BaseURL == nil || config.Logger == nil {
		return nil, errors.New("mail: New wants every dependency")
	}
	return &Outbox{Config: config, q: queries.New()}, nil
}

// EnqueueMail stores a mail and the job that sends it; they exist when tx commits. A mail about something there was a mail
// about before is left out, which is no error.
func (o *Outbox) EnqueueMail(ctx context.Context, tx pgx.Tx, m Mail) error {
	if m.Content == nil || (m.To.userID == nil) == (m.To.address == nil) {
		return errors.New("mail: a mail has a recipient and a content")
	}
	data, err := json.Marshal(m.Content)
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	row := queries.MailInsertParams{
		ID: uuid.Must(uuid.NewV7()), Kind: m.Content.kind(), UserID: m.To.userID, Address: m.To.address, Data: data, CreatedAt: o.Clock.Now(),
	}
	if m.Once != "" {
		row.OnceKey = &m.Once
	}
	inserted, err := o.q.MailInsert(ctx, tx, row)
	if err != nil {
		return fmt.Errorf("insert mail: %w", err)
	}
	if inserted == 0 {
		return nil
	}
	return o.Queue.EnqueueMail(ctx, tx, row.ID)
}

// Deliver sends a mail, if it is still to be sent. Errors: ErrBusy while another attempt is at it, ErrRefused when it has
// ended without being sent; with any other error it is to be tried again.
func (o *Outbox) Deliver(ctx context.Context, mailID uuid.UUID) error {
	claimed, err := o.q.MailClaim(ctx, o.Pool, queries.MailClaimParams{ID: mailID, Lease: interval(lease)})
	if postgres.IsNoRows(err) {
		open, err := o.q.MailIsOpen(ctx, o.Pool, mailID)
		if err != nil {
			return fmt.Errorf("look for mail: %w", err)
		}
		if open {
			return ErrBusy
		}
		return nil // sent, or gone with its user
	}
	if err != nil {
		return fmt.Errorf("claim mail: %w", err)
	}
	message, wanted, err := o.compose(ctx, claimed)
	if err != nil {
		return errors.Join(err, o.giveBack(ctx, claimed))
	}
	if !wanted {
		return o.end(ctx, mailID, statusDropped)
	}
	sending, cancel := context.WithTimeout(ctx, SendTimeout)
	defer cancel()
	err = o.Sender.Send(sending, message)
	switch {
	case err == nil:
		// A process that dies here sends the mail again, under the same id.
		return o.end(ctx, mailID, statusSent)
	case errors.Is(err, ErrRefused):
		o.Logger.WarnContext(ctx, "mail refused", "mail_id", mailID, "error", err)
		return errors.Join(err, o.end(ctx, mailID, statusFailed))
	default:
		return errors.Join(fmt.Errorf("send mail: %w", err), o.giveBack(ctx, claimed))
	}
}

// giveBack leaves a mail to the next attempt, or gives it up when there were too many.
func (o *Outbox) giveBack(ctx context.Context, row queries.Mail) error {
	if row.Attempts >= MaxAttempts {
		o.Logger.ErrorContext(ctx, "mail given up", "mail_id", row.ID, "attempts", row.Attempts)
		return o.end(ctx, row.ID, statusFailed)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), SendTimeout)
	defer cancel()
	if err := o.q.MailRelease(ctx, o.Pool, row.ID); err != nil {
		return fmt.Errorf("give mail back: %w", err)
	}
	return nil
}

func (o *Outbox) end(ctx context.Context, mailID uuid.UUID, status string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), SendTimeout)
	defer cancel()
	now := o.Clock.Now()
	if err := o.q.MailEnd(ctx, o.Pool, queries.MailEndParams{ID: mailID, Status: status, EndedAt: &now}); err != nil {
		return fmt.Errorf("end mail: %w", err)
	}
	return nil
}

// compose writes the message. wanted is false where there is nobody to send it to, or they do not want it.
func (o *Outbox) compose(ctx context.Context, row queries.Mail) (message Message, wanted bool, err error) {
	newContent, known := contents[row.Kind]
	if !known {
		return Message{}, false, fmt.Errorf("mail %s: %q is no kind of this build", row.ID, row.Kind)
	}
	content := newContent()
	if err := json.Unmarshal(row.Data, content); err != nil {
		return Message{}, false, fmt.Errorf("read mail %s: %w", row.ID, err)
	}
	to, wanted, err := o.recipient(ctx, row, content)
	if err != nil || !wanted {
		return Message{}, false, err
	}
	d := delivery{name: to.Name, baseURL: strings.TrimSuffix(o.BaseURL(), "/")}
	if invite, ok := content.(*Invite); ok {
		d.token, wanted, err = o.Invitations.MailToken(ctx, invite.InviteID)
		if err != nil || !wanted {
			return Message{}, false, err
		}
	}
	subject, text := content.write(d)
	return Message{ID: row.ID, To: to, Subject: shorten(oneLine(subject), subjectLimit), Text: text, At: o.Clock.Now()}, true, nil
}

func (o *Outbox) recipient(ctx context.Context, row queries.Mail, content Content) (to Address, wanted bool, err error) {
	if row.UserID == nil {
		to.Email = *row.Address
	} else {
		user, err := o.q.MailRecipient(ctx, o.Pool, *row.UserID)
		if postgres.IsNoRows(err) {
			return Address{}, false, nil
		}
		if err != nil {
			return Address{}, false, fmt.Errorf("find recipient: %w", err)
		}
		if !content.wanted(Wishes{Email: user.NotifyEmail, SpendingAlerts: user.SpendingAlerts, RewardReminders: user.RewardReminders}) {
			return Address{}, false, nil
		}
		to = Address{Name: oneLine(user.Name), Email: user.Email}
	}
	// Addresses were checked when they were taken; whatever else got in here must not become a header.
	parsed, err := mail.ParseAddress(to.Email)
	if err != nil || parsed.Address != to.Email {
		return Address{}, false, nil //nolint:nilerr // nobody to send it to
	}
	return to, true, nil
}

// DeleteOld forgets mails that ended long ago and returns how many.
func (o *Outbox) DeleteOld(ctx context.Context) (int64, error) {
	before := o.Clock.Now().Add(-Retention)
	deleted, err := o.q.MailDeleteEnded(ctx, o.Pool, &before)
	if err != nil {
		return 0, fmt.Errorf("delete old mails: %w", err)
	}
	return deleted, nil
}

func interval(d time.Duration) pgtype.Interval {
	return pgtype.Interval{Microseconds: d.Microseconds(), Valid: true}
}
