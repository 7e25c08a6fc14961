package chat

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/redact"
)

// SendParams is one thing a member says. Wait is how long the reply may be waited for; zero does not wait.
type SendParams struct {
	UserID   uuid.UUID
	UserName string
	ChatID   uuid.UUID
	Content  string
	Wait     time.Duration
}

// Turn is a message and its reply; AIMessage is nil where the co-pilot stays silent.
type Turn struct {
	UserMessage Message
	AIMessage   *Message
}

// Send stores the message and its pending reply, then waits for the reply to end, at most params.Wait. Whatever
// happens to the caller afterwards, the reply is made. Errors: ErrChatNotFound, CodeInvalidRequest.
func (s *Service) Send(ctx context.Context, params SendParams) (Turn, error) {
	content := strings.TrimSpace(params.Content)
	if content == "" {
		return Turn{}, apperr.Invalid(apperr.Field{Pointer: "/content", Code: "min_length", Detail: "Say something."})
	}
	// Before the first insert: nothing that looks like a card number is ever stored.
	params.Content, _ = redact.CardNumbers(content)
	lexicon, err := s.merchants.Lexicon(ctx)
	if err != nil {
		return Turn{}, err
	}
	turn, err := postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (Turn, error) {
		return s.store(ctx, tx, params, lexicon)
	})
	if err != nil || turn.AIMessage == nil || params.Wait <= 0 {
		return turn, err
	}
	reply, err := s.await(ctx, params.UserID, *turn.AIMessage, params.Wait)
	if err != nil {
		return Turn{}, err
	}
	turn.AIMessage = &reply
	return turn, nil
}

func (s *Service) store(ctx context.Context, tx pgx.Tx, params SendParams, lexicon spending.Lexicon) (Turn, error) {
	chat, err := s.q.ChatLockForMember(ctx, tx, queries.ChatLockForMemberParams{ID: params.ChatID, UserID: params.UserID})
	if postgres.IsNoRows(err) {
		return Turn{}, ErrChatNotFound
	}
	if err != nil {
		return Turn{}, fmt.Errorf("lock chat: %w", err)
	}
	now := s.clock.Now()
	said := Message{
		ID: newID(), ChatID: chat.ID, Position: chat.LastPosition + 1, SenderType: SenderUser,
		Sender: &Sender{ID: params.UserID, Name: params.UserName}, Content: params.Content,
		Thinking: []string{}, Status: StatusCompleted, Sources: []Source{}, CreatedAt: now, CompletedAt: &now,
	}
	if err := s.insert(ctx, tx, said); err != nil {
		return Turn{}, err
	}
	turn := Turn{UserMessage: said}
	last := said.Position
	if answers(chat.AiPolicy, params.Content, lexicon) {
		reply := Message{
			ID: newID(), ChatID: chat.ID, Position: said.Position + 1, SenderType: SenderAI,
			Thinking: []string{}, Status: StatusPending, ReplyTo: &said.ID, Sources: []Source{}, CreatedAt: now,
		}
		// One reply of a chat at a time: a later one is queued when the one before it ends.
		busy, err := s.q.ReplyHasOpen(ctx, tx, chat.ID)
		if err != nil {
			return Turn{}, fmt.Errorf("look for an open reply: %w", err)
		}
		if err := s.insert(ctx, tx, reply); err != nil {
			return Turn{}, err
		}
		if !busy {
			if err := enqueue(ctx, tx, s.q, s.queue, reply.ID); err != nil {
				return Turn{}, fmt.Errorf("enqueue reply: %w", err)
			}
		}
		turn.AIMessage = &reply
		last = reply.Position
	}
	if err := s.q.ChatAdvance(ctx, tx, queries.ChatAdvanceParams{ID: chat.ID, LastPosition: last, UpdatedAt: now}); err != nil {
		return Turn{}, fmt.Errorf("advance chat: %w", err)
	}
	err = s.q.ChatMarkRead(ctx, tx, queries.ChatMarkReadParams{ChatID: chat.ID, UserID: params.UserID, Position: said.Position})
	if err != nil {
		return Turn{}, fmt.Errorf("mark read: %w", err)
	}
	return turn, nil
}

func (s *Service) insert(ctx context.Context, tx pgx.Tx, m Message) error {
	row := queries.MessageInsertParams{
		ID: m.ID, ChatID: m.ChatID, Position: m.Position, SenderType: m.SenderType, Content: m.Content, Thinking: m.Thinking,
		Status: m.Status, ReplyTo: m.ReplyTo, Sources: []byte("[]"), CreatedAt: m.CreatedAt, CompletedAt: m.CompletedAt,
	}
	if m.Sender != nil {
		row.SenderID = &m.Sender.ID
	}
	if err := s.q.MessageInsert(ctx, tx, row); err != nil {
		return fmt.Errorf("insert %s message: %w", m.SenderType, err)
	}
	return nil
}

// answers decides whether the co-pilot speaks: in auto mode when addressed by name, or when a card, a split or a price
// is plainly asked for; otherwise people are left to talk.
func answers(policy, content string, lexicon spending.Lexicon) bool {
	switch policy {
	case PolicyAlways:
		return true
	case PolicyMention:
		return intent.Mentioned(content)
	case PolicyAuto:
		return intent.Read(content, TypeGroup, nil, lexicon).Intent != intent.None
	default:
		return false
	}
}

// await returns the reply once it has ended, or as it stands when the time is up. Waiting is reading: whoever waits can
// leave without touching the reply.
func (s *Service) await(ctx context.Context, userID uuid.UUID, reply Message, limit time.Duration) (Message, error) {
	wake, stop := s.bell.Listen(reply.ID)
	defer stop()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	// A ring can be lost (another process works on the reply, a connection drops): look once a second all the same.
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for {
		current, err := s.Message(ctx, userID, reply.ChatID, reply.ID)
		if err != nil {
			return Message{}, err
		}
		if !current.Open() {
			return current, nil
		}
		select {
		case <-wake:
		case <-poll.C:
		case <-deadline.C:
			return current, nil
		case <-ctx.Done():
			return Message{}, fmt.Errorf("wait for reply: %w", ctx.Err())
		}
	}
}
