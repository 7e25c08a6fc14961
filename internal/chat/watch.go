package chat

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// pollInterval is how often a waiting reader looks without having been woken: a wake-up can be lost.
const pollInterval = time.Second

// eventPage is how many events are read at a time, so that a long reply does not fill memory.
const eventPage = 500

// ReplyRef names a reply and who reads it.
type ReplyRef struct {
	UserID  uuid.UUID
	ChatID  uuid.UUID
	ReplyID uuid.UUID
}

// EventsAfter returns the reply's next events after a number, and whether its end is among them or before them. It may
// return none. Errors: ErrMessageNotFound, also for a message that is not a reply.
func (s *Service) EventsAfter(ctx context.Context, ref ReplyRef, after int) (events []Event, ended bool, err error) {
	// The rows before the message: a reply that is open after its rows were read had them all, and the drawer with them.
	// The other way round it could end in between, and neither would tell of it.
	rows, err := s.q.ReplyEventListAfter(ctx, s.pool, queries.ReplyEventListAfterParams{
		ReplyID: ref.ReplyID, After: int32(min(after, 1<<30)), RowLimit: eventPage, //nolint:gosec // bounded
	})
	if err != nil {
		return nil, false, fmt.Errorf("list events: %w", err)
	}
	row, err := s.q.MessageGetForMember(
		ctx,
		s.pool,
		queries.MessageGetForMemberParams{ID: ref.ReplyID, ChatID: ref.ChatID, UserID: ref.UserID},
	)
	if postgres.IsNoRows(err) || (err == nil && row.Message.SenderType != SenderAI) {
		return nil, false, ErrMessageNotFound
	}
	if err != nil {
		return nil, false, fmt.Errorf("get reply: %w", err)
	}
	message, err := fromDBMessage(row.Message, nil)
	if err != nil {
		return nil, false, err
	}
	if message.Open() {
		return runningEvents(rows, message), false, nil
	}
	if message.Versions, err = s.versionsOf(ctx, row.Message); err != nil {
		return nil, false, err
	}
	all := rebuild(message, row.Message.Cuts)
	return all[min(after, len(all)):], true, nil
}

func runningEvents(rows []queries.ReplyEventListAfterRow, message Message) []Event {
	events := fromDBEvents(rows)
	for i := range events {
		if events[i].Kind == EventDrawer {
			events[i].Drawer = message.Drawer
		}
	}
	return events
}

// Listen returns a channel that gets a value when the reply may have moved on. Listen before reading.
func (s *Service) Listen(replyID uuid.UUID) (wake <-chan struct{}, stop func()) {
	return s.lookout.watch(replyID)
}

// Patience is how long a caller waits for a reply: at most Limit, and not on once Dismissed is closed, when the process
// is about to end. Limit zero does not wait.
type Patience struct {
	Limit     time.Duration
	Dismissed <-chan struct{}
}

// await returns the reply once it has ended, or as it stands when the time is up. Waiting is reading: whoever waits can
// leave without touching the reply. wake was listened to before the reply was stored.
func (s *Service) await(ctx context.Context, ref ReplyRef, wake <-chan struct{}, patience Patience) (Message, error) {
	deadline := time.NewTimer(patience.Limit)
	defer deadline.Stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for timeUp := false; ; {
		select {
		case <-wake:
		case <-poll.C:
		case <-deadline.C:
			timeUp = true
		case <-patience.Dismissed:
			timeUp = true
		case <-ctx.Done():
			return Message{}, fmt.Errorf("wait for reply: %w", ctx.Err())
		}
		current, err := s.Message(ctx, ref.UserID, ref.ChatID, ref.ReplyID)
		if err != nil || timeUp || !current.Open() {
			return current, err
		}
	}
}
