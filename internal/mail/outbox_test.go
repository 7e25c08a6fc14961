package mail_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/mail"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var now = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// world is everything around an outbox.
type world struct {
	pool   *pgxpool.Pool
	clock  *clock.Fake
	outbox *mail.Outbox
	log    *strings.Builder

	mu     sync.Mutex
	queued []uuid.UUID
	sent   []mail.Message
	fail   error // what sending answers
	during func()
	dead   bool // invitations let nobody in any more
	tokens int
}

func (w *world) EnqueueMail(_ context.Context, _ pgx.Tx, id uuid.UUID) error {
	w.queued = append(w.queued, id)
	return nil
}

func (w *world) Send(_ context.Context, message mail.Message) error {
	if w.during != nil {
		w.during()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		return w.fail
	}
	w.sent = append(w.sent, message)
	return nil
}

func (w *world) MailToken(context.Context, uuid.UUID) (string, bool, error) {
	w.tokens++
	return "i1_secret", !w.dead, nil
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{pool: testkit.DB(t), clock: clock.NewFake(now), log: &strings.Builder{}}
	var err error
	w.outbox, err = mail.New(mail.Config{
		Pool: w.pool, Clock: w.clock, Queue: w, Sender: w, Invitations: w, BaseURL: func() string { return "https://lattice.example/" },
		Logger: slog.New(slog.NewTextHandler(w.log, nil)),
	})
	require.NoError(t, err)
	return w
}

func (w *world) user(t *testing.T, name, email string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	w.exec(t, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, $2, $3, lower($3), 'x', $4, $4, $4)`, id, name, email, now)
	w.exec(t, "INSERT INTO settings (user_id, updated_at) VALUES ($1, $2)", id, now)
	return id
}

func (w *world) exec(t *testing.T, statement string, arguments ...any) {
	t.Helper()
	_, err := w.pool.Exec(t.Context(), statement, arguments...)
	require.NoError(t, err)
}

func (w *world) enqueue(t *testing.T, m mail.Mail) uuid.UUID {
	t.Helper()
	before := len(w.queued)
	require.NoError(t, postgres.WithTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error {
		return w.outbox.EnqueueMail(ctx, tx, m)
	}))
	require.Len(t, w.queued, before+1)
	return w.queued[before]
}

func (w *world) state(t *testing.T, id uuid.UUID) (status, data string, attempts int) {
	t.Helper()
	require.NoError(t, w.pool.QueryRow(t.Context(), "SELECT status, data::text, attempts FROM mails WHERE id = $1", id).Scan(&status, &data, &attempts))
	return status, data, attempts
}

func alertTo(to mail.Recipient) mail.Mail {
	return mail.Mail{To: to, Content: mail.SpendingAlert{Title: "Delivery is up", Text: "You spent more."}}
}

func TestOutbox_SendsOnceAndForgetsTheText(t *testing.T) {
	t.Parallel()
	w := setup(t)
	dana := w.user(t, "Dana Kim", "Dana@example.com")
	id := w.enqueue(t, alertTo(mail.ToUser(dana)))

	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	require.NoError(t, w.outbox.Deliver(t.Context(), id), "a job may run twice")

	require.Len(t, w.sent, 1)
	require.Equal(t, mail.Message{
		ID: id, To: mail.Address{Name: "Dana Kim", Email: "Dana@example.com"}, Subject: "Delivery is up", At: now, Text: w.sent[0].Text,
	}, w.sent[0])
	require.Contains(t, w.sent[0].Text, "Hello Dana Kim,\n\nYou spent more.\n")
	status, data, _ := w.state(t, id)
	require.Equal(t, "sent", status)
	require.Equal(t, "{}", data)
}

// Row and job commit together, or neither does.
func TestOutbox_ARolledBackMailIsNone(t *testing.T) {
	t.Parallel()
	w := setup(t)
	err := postgres.WithTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error {
		require.NoError(t, w.outbox.EnqueueMail(ctx, tx, alertTo(mail.ToAddress("bob@example.com"))))
		return errors.New("the rest failed")
	})
	require.Error(t, err)
	require.NoError(t, w.outbox.Deliver(t.Context(), w.queued[0]))
	require.Empty(t, w.sent)
}

func TestOutbox_OneMailAboutOneThing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	dana := w.user(t, "Dana Kim", "dana@example.com")
	about := alertTo(mail.ToUser(dana))
	about.Once = "spending_alert:delivery:2026-11"
	id := w.enqueue(t, about)
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	w.clock.Advance(30 * 24 * time.Hour)
	for range 2 {
		require.NoError(t, postgres.WithTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error {
			return w.outbox.EnqueueMail(ctx, tx, about)
		}))
	}
	require.Len(t, w.queued, 1, "neither row nor job")
	about.Once = "spending_alert:delivery:2026-12"
	w.enqueue(t, about)
}

func TestOutbox_RespectsTheWishesOfTheMomentItSends(t *testing.T) {
	t.Parallel()
	w := setup(t)
	dana := w.user(t, "Dana Kim", "dana@example.com")
	id := w.enqueue(t, alertTo(mail.ToUser(dana)))
	w.exec(t, "UPDATE settings SET spending_alerts = false")
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	status, data, _ := w.state(t, id)
	require.Equal(t, []string{"dropped", "{}"}, []string{status, data})

	w.exec(t, "UPDATE settings SET spending_alerts = true")
	w.exec(t, "UPDATE users SET email = 'new@example.com'")
	id = w.enqueue(t, alertTo(mail.ToUser(dana)))
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	require.Equal(t, "new@example.com", w.sent[0].To.Email)

	id = w.enqueue(t, alertTo(mail.ToUser(dana)))
	w.exec(t, "DELETE FROM users")
	require.NoError(t, w.outbox.Deliver(t.Context(), id), "gone with its user")
	require.Len(t, w.sent, 1)
}

func TestOutbox_TriesAgainUntilItGivesUp(t *testing.T) {
	t.Parallel()
	w := setup(t)
	id := w.enqueue(t, alertTo(mail.ToAddress("bob@example.com")))
	w.fail = errors.New("450 busy")
	for attempt := 1; attempt < mail.MaxAttempts; attempt++ {
		require.ErrorIs(t, w.outbox.Deliver(t.Context(), id), w.fail)
		status, data, attempts := w.state(t, id)
		require.Equal(t, "pending", status)
		require.NotEqual(t, "{}", data)
		require.Equal(t, attempt, attempts)
	}
	require.ErrorIs(t, w.outbox.Deliver(t.Context(), id), w.fail)
	status, data, _ := w.state(t, id)
	require.Equal(t, []string{"failed", "{}"}, []string{status, data})
	require.Contains(t, w.log.String(), "mail given up")
	require.NotContains(t, w.log.String(), "bob@example.com", "a log holds no address")
	w.fail = nil
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	require.Empty(t, w.sent)
}

func TestOutbox_WhatIsRefusedForGoodIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	w := setup(t)
	id := w.enqueue(t, alertTo(mail.ToAddress("bob@example.com")))
	w.fail = mail.ErrRefused
	require.ErrorIs(t, w.outbox.Deliver(t.Context(), id), mail.ErrRefused)
	status, _, attempts := w.state(t, id)
	require.Equal(t, "failed", status)
	require.Equal(t, 1, attempts)
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
}

// Two jobs at one mail, as after a process that was taken for dead: the second waits instead of sending it again.
func TestOutbox_OneAttemptAtATime(t *testing.T) {
	t.Parallel()
	w := setup(t)
	id := w.enqueue(t, alertTo(mail.ToAddress("bob@example.com")))
	w.during = func() { require.ErrorIs(t, w.outbox.Deliver(t.Context(), id), mail.ErrBusy) }
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	require.Len(t, w.sent, 1)

	// An attempt that has died is waited for only so long.
	w.during = nil
	id = w.enqueue(t, alertTo(mail.ToAddress("bob@example.com")))
	w.exec(t, "UPDATE mails SET status = 'sending', lease_until = clock_timestamp() - interval '1 second' WHERE id = $1", id)
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	require.Len(t, w.sent, 2)
}

// Whoever reads the database must not be able to join a group by it: the token exists in the mail alone.
func TestOutbox_TheTokenOfAnInvitationIsNeverStored(t *testing.T) {
	t.Parallel()
	w := setup(t)
	invite := mail.Mail{To: mail.ToAddress("bob@example.com"), Content: mail.Invite{InviteID: uuid.New(), Group: "Ski Trip", InvitedBy: "Dana Kim"}}
	id := w.enqueue(t, invite)
	_, data, _ := w.state(t, id)
	require.NotContains(t, data, "i1_")
	w.fail = errors.New("450 busy")
	require.Error(t, w.outbox.Deliver(t.Context(), id))
	_, data, _ = w.state(t, id)
	require.NotContains(t, data, "i1_")
	w.fail = nil
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	require.Contains(t, w.sent[0].Text, "https://lattice.example/invites/accept#i1_secret\n")
	require.Equal(t, 2, w.tokens)
	require.NotContains(t, w.log.String(), "i1_")

	w.dead = true // revoked before the mail went out
	id = w.enqueue(t, invite)
	require.NoError(t, w.outbox.Deliver(t.Context(), id))
	status, _, _ := w.state(t, id)
	require.Equal(t, "dropped", status)
	require.Len(t, w.sent, 1)
}

func TestOutbox_SendsToAddressesOnly(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, address := range []string{"bob", "bob@example.com\r\nBcc: all@example.com", "Bob <bob@example.com>", ""} {
		id := w.enqueue(t, alertTo(mail.ToAddress(address)))
		require.NoError(t, w.outbox.Deliver(t.Context(), id))
		status, _, _ := w.state(t, id)
		require.Equal(t, "dropped", status, "%q", address)
	}
	require.Empty(t, w.sent)
}

func TestOutbox_AMailHasARecipientAndAContent(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, m := range []mail.Mail{{}, {To: mail.ToUser(uuid.New())}, {Content: mail.SpendingAlert{}}} {
		require.Error(t, postgres.WithTx(t.Context(), w.pool, func(ctx context.Context, tx pgx.Tx) error { return w.outbox.EnqueueMail(ctx, tx, m) }))
	}
	require.Empty(t, w.queued)
	_, err := mail.New(mail.Config{})
	require.Error(t, err)
}

func TestOutbox_ForgetsWhatEndedLongAgo(t *testing.T) {
	t.Parallel()
	w := setup(t)
	old := w.enqueue(t, alertTo(mail.ToAddress("bob@example.com")))
	require.NoError(t, w.outbox.Deliver(t.Context(), old))
	w.clock.Advance(mail.Retention)
	waiting := w.enqueue(t, alertTo(mail.ToAddress("bob@example.com")))
	recent := w.enqueue(t, alertTo(mail.ToAddress("bob@example.com")))
	require.NoError(t, w.outbox.Deliver(t.Context(), recent))
	w.clock.Advance(time.Second)
	deleted, err := w.outbox.DeleteOld(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, deleted)
	w.state(t, waiting)
	w.state(t, recent)
}
