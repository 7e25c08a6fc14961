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
	"github.com/lattice-money/lattice/internal/crashpoint"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
	"github.com/lattice-money/lattice/internal/redact"
)

// SendParams is one thing a member says, and how long its reply may be waited for.
type SendParams struct {
	UserID   uuid.UUID
	UserName string
	ChatID   uuid.UUID
	Content  string
	Wait     Patience
}

// Turn is a message and its reply; AIMessage is nil where the co-pilot stays silent.
type Turn struct {
	UserMessage Message
	AIMessage   *Message
}

// Send stores the message and its pending reply, then waits for the reply to end, as long as params.Wait allows. Whatever
// happens to the caller afterwards, the reply is made. Errors: ErrChatNotFound, CodeInvalidRequest, and those of
// package idempotency.
func (s *Service) Send(ctx context.Context, params SendParams) (Turn, error) {
	content, err := cleanContent(params.Content)
	if err != nil {
		return Turn{}, err
	}
	params.Content = content
	lexicon, err := s.merchants.Lexicon(ctx)
	if err != nil {
		return Turn{}, err
	}
	chosen, err := s.choices.Preferences(ctx, params.UserID)
	if err != nil {
		return Turn{}, err
	}
	replyID := newID()
	wake, stop := s.bell.Listen(endKey(replyID)) // before the reply exists, so that its end cannot be missed
	defer stop()
	crashpoint.Reach("send.received")
	var audience []uuid.UUID
	turn, err := idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (turn Turn, ids []uuid.UUID, err error) {
			turn, audience, err = s.store(ctx, tx, params, replyID, lexicon, chosen)
			crashpoint.Reach("send.stored")
			return turn, turn.ids(), err
		},
		func(ctx context.Context, ids []uuid.UUID) (Turn, error) {
			return s.readTurn(ctx, params.UserID, params.ChatID, ids)
		})
	if err != nil {
		return Turn{}, err
	}
	crashpoint.Reach("send.committed")
	if len(audience) > 0 && !idempotency.Replayed(ctx) {
		said := turn.UserMessage
		s.notifier.Notify(events.Notice{Audience: audience, Hint: &events.Hint{
			Type: events.MessageCreated, ChatID: said.ChatID, MessageID: said.ID, ChangedAt: said.CreatedAt,
		}})
	}
	return s.finishTurn(ctx, params.UserID, turn, wake, params.Wait)
}

// finishTurn waits for the reply of a turn. The turn may repeat an earlier one, whose reply has another id.
func (s *Service) finishTurn(ctx context.Context, userID uuid.UUID, turn Turn, wake <-chan struct{}, wait Patience) (Turn, error) {
	if turn.AIMessage == nil || wait.Limit <= 0 || !turn.AIMessage.Open() {
		return turn, nil
	}
	ref := ReplyRef{UserID: userID, ChatID: turn.AIMessage.ChatID, ReplyID: turn.AIMessage.ID}
	if idempotency.Replayed(ctx) {
		listened, stop := s.bell.Listen(endKey(ref.ReplyID))
		defer stop()
		s.bell.Ring(endKey(ref.ReplyID)) // it may have ended since it was read
		wake = listened
	}
	reply, err := s.await(ctx, ref, wake, wait)
	turn.AIMessage = &reply
	return turn, err
}

// cleanContent trims a text and masks what looks like a card number in it: nothing of that kind is ever stored.
func cleanContent(content string) (string, error) {
	content = strings.TrimSpace(content)
	if content == "" {
		return "", apperr.Invalid(apperr.Field{Pointer: "/content", Code: "min_length", Detail: "Say something."})
	}
	if strings.ContainsRune(content, 0) {
		return "", apperr.Invalid(apperr.Field{Pointer: "/content", Code: "format", Detail: "A text cannot hold a NUL character."})
	}
	content, _ = redact.CardNumbers(content)
	return content, nil
}

func (t Turn) ids() []uuid.UUID {
	ids := []uuid.UUID{t.UserMessage.ID}
	if t.AIMessage != nil {
		ids = append(ids, t.AIMessage.ID)
	}
	return ids
}

func (s *Service) readTurn(ctx context.Context, userID, chatID uuid.UUID, ids []uuid.UUID) (Turn, error) {
	said, err := s.Message(ctx, userID, chatID, ids[0])
	if err != nil {
		return Turn{}, err
	}
	turn := Turn{UserMessage: said}
	if len(ids) > 1 {
		reply, err := s.Message(ctx, userID, chatID, ids[1])
		if err != nil {
			return Turn{}, err
		}
		turn.AIMessage = &reply
	}
	return turn, nil
}

func (s *Service) store(
	ctx context.Context,
	tx pgx.Tx,
	params SendParams,
	replyID uuid.UUID,
	lexicon spending.Lexicon,
	chosen preferences.Preferences,
) (Turn, []uuid.UUID, error) {
	locked, err := s.lockChat(ctx, tx, params.ChatID, params.UserID)
	if err != nil {
		return Turn{}, nil, err
	}
	crashpoint.Reach("send.locked")
	now := s.clock.Now()
	said := Message{
		ID: newID(), ChatID: params.ChatID, Position: locked.Chat.LastPosition + 1, SenderType: SenderUser,
		Sender: &Sender{ID: params.UserID, Name: params.UserName}, Content: params.Content,
		Thinking: []string{}, Status: StatusCompleted, Sources: []Source{}, CreatedAt: now, CompletedAt: &now,
	}
	history, err := s.history(ctx, tx, locked.Chat.AiPolicy, params.Content, queries.MessageHistoryParams{
		ChatID: said.ChatID, SenderID: &params.UserID, BeforePosition: said.Position,
	})
	if err != nil {
		return Turn{}, nil, err
	}
	answers, why := decideFor(chosen, locked.Chat.AiPolicy, params.Content, history, lexicon)
	err = s.q.MessageInsertSaid(ctx, tx, queries.MessageInsertSaidParams{
		ID:         said.ID,
		ChatID:     said.ChatID,
		Position:   said.Position,
		SenderID:   &params.UserID,
		Content:    said.Content,
		CreatedAt:  now,
		AiDecision: why,
	})
	if err != nil {
		return Turn{}, nil, fmt.Errorf("insert message: %w", err)
	}
	turn, last := Turn{UserMessage: said}, said.Position
	if answers {
		reply := pendingReply(replyID, said, said.Position+1, now)
		if err := s.insertReply(ctx, tx, reply, nil); err != nil {
			return Turn{}, nil, err
		}
		turn.AIMessage, last = &reply, reply.Position
	}
	err = s.q.ChatAdvanceRead(ctx, tx, queries.ChatAdvanceReadParams{
		ID: params.ChatID, LastPosition: last, UpdatedAt: now, UserID: params.UserID, ReadPosition: said.Position,
	})
	if err != nil {
		return Turn{}, nil, fmt.Errorf("advance chat: %w", err)
	}
	return turn, locked.MemberIds, nil
}

func (s *Service) lockChat(ctx context.Context, tx pgx.Tx, chatID, userID uuid.UUID) (queries.ChatLockForMemberRow, error) {
	locked, err := s.q.ChatLockForMember(ctx, tx, queries.ChatLockForMemberParams{ID: chatID, UserID: userID})
	if postgres.IsNoRows(err) {
		return locked, ErrChatNotFound
	}
	if err != nil {
		return locked, fmt.Errorf("lock chat: %w", err)
	}
	return locked, nil
}

func pendingReply(id uuid.UUID, to Message, position int64, now time.Time) Message {
	return Message{
		ID: id, ChatID: to.ChatID, Position: position, SenderType: SenderAI, Thinking: []string{}, Status: StatusPending,
		ReplyTo: &to.ID, Sources: []Source{}, CreatedAt: now,
	}
}

// insertReply stores a pending reply, and queues the work on it unless another reply of the chat is open: replies are
// made one at a time, and whoever ends one queues the next.
func (s *Service) insertReply(ctx context.Context, tx pgx.Tx, reply Message, replaces *uuid.UUID) error {
	toQueue, err := s.q.ReplyInsert(ctx, tx, queries.ReplyInsertParams{
		ID: reply.ID, ChatID: reply.ChatID, Position: reply.Position, ReplyTo: reply.ReplyTo, Replaces: replaces, CreatedAt: reply.CreatedAt,
		Grace: interval(leaseLength),
	})
	if err != nil {
		return fmt.Errorf("insert reply: %w", err)
	}
	if !toQueue {
		return nil
	}
	if err := s.queue.EnqueueReply(ctx, tx, reply.ID); err != nil {
		return fmt.Errorf("enqueue reply: %w", err)
	}
	return nil
}

// Why the co-pilot answers a message, or does not; kept with the message.
const (
	decisionAlways    = "always"        // the chat wants every message answered
	decisionMentioned = "mentioned"     // addressed by name
	decisionPlain     = "plain_intent"  // a card, a split or a price was plainly asked for
	decisionOff       = "policy_off"    // the chat wants no answers
	decisionUnnamed   = "not_mentioned" // the chat wants answers only when it is addressed, and it is not
	decisionTalk      = "people_talking"
)

// history is what the sender of a message said before it, oldest first, where the decision to answer it depends on that.
func (s *Service) history(
	ctx context.Context, tx pgx.Tx, policy, content string, before queries.MessageHistoryParams,
) ([]string, error) {
	if policy != PolicyAuto || intent.Mentioned(content) {
		return nil, nil
	}
	before.RowLimit = historyLength
	history, err := s.q.MessageHistory(ctx, tx, before)
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	return history, nil
}

// decide says whether the co-pilot speaks, and why. history is what the same person said before, oldest first.
func decide(policy, content string, history []string, lexicon spending.Lexicon) (answers bool, why string) {
	switch {
	case policy == PolicyAlways:
		return true, decisionAlways
	case policy == PolicyOff:
		return false, decisionOff
	case intent.Mentioned(content):
		return true, decisionMentioned
	case policy == PolicyMention:
		return false, decisionUnnamed
	// In whatever currency, the parts make the whole or do not.
	case split.Agrees(split.Message{Text: content, History: history, Currency: "USD"}):
		return true, decisionPlain
	case answersWhoPaid(content, history, lexicon):
		return true, decisionPlain
	case intent.Read(intent.Message{Text: content, ChatType: intent.Group, History: history}, lexicon).Addressed:
		return true, decisionPlain
	default:
		return false, decisionTalk
	}
}

// answersWhoPaid reports that a message names who paid the bill that the same person had divided just before: the answer to
// that one asked for it.
func answersWhoPaid(content string, history []string, lexicon spending.Lexicon) bool {
	last := len(history) - 1
	return split.NamesPayer(split.Message{Text: content, History: history, Currency: "USD"}) &&
		intent.Read(intent.Message{Text: history[last], ChatType: intent.Group, History: history[:last]}, lexicon).Addressed
}
