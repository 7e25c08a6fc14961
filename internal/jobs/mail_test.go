package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/mail"
)

// deliverer answers what it is told to.
type deliverer struct {
	asked  uuid.UUID
	answer error
}

func (d *deliverer) Deliver(_ context.Context, mailID uuid.UUID) error {
	d.asked = mailID
	return d.answer
}

func TestMailWorker_TellsTheQueueWhatToDo(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	work := func(answer error) error {
		mails := &deliverer{answer: answer}
		err := (&mailWorker{mails: mails}).Work(t.Context(), &river.Job[MailArgs]{JobRow: &rivertype.JobRow{}, Args: MailArgs{MailID: id}})
		require.Equal(t, id, mails.asked)
		return err
	}
	require.NoError(t, work(nil))

	var snooze *rivertype.JobSnoozeError
	require.ErrorAs(t, work(mail.ErrBusy), &snooze)
	require.Equal(t, busyPause, snooze.Duration)

	var cancel *rivertype.JobCancelError
	require.ErrorAs(t, work(fmt.Errorf("550: %w", mail.ErrRefused)), &cancel)

	again := errors.New("450 busy")
	require.Equal(t, again, work(again), "tried again")
}

// A job lies open in the database: it names the mail and says nothing of it.
func TestMailArgs_HoldAnIDOnly(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	text, err := json.Marshal(MailArgs{MailID: id})
	require.NoError(t, err)
	require.JSONEq(t, `{"mail_id": "`+id.String()+`"}`, string(text))
	require.Equal(t, mail.MaxAttempts, MailArgs{}.InsertOpts().MaxAttempts)
}
