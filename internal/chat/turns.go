package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/crashpoint"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
	"github.com/lattice-money/lattice/internal/redact"
)

// Errors of changing what was said.
var (
	// ErrNotNewest means that something was said after it.
	ErrNotNewest = apperr.New(apperr.CodeConflict, "Only the newest turn of a chat can be changed or asked again.")
	// ErrReplyOpen means that the reply is still being made.
	ErrReplyOpen = apperr.New(apperr.CodeConflict, "The reply is still being made. Stop it first, or wait for its end.")
	// ErrNotYourMessage means that somebody else wrote it.
	ErrNotYourMessage = apperr.New(apperr.CodeForbidden, "Only the person who wrote a message can change it.")
)

// allEvents is more than a reply can have.
const allEvents = 1 << 20

// Stop ends a reply with what was written so far; one that has ended is left as it is. Errors: ErrMessageNotFound.
func (s *Service) Stop(ctx context.Context, ref ReplyRef) (Message, error) {
	now := s.clock.Now()
	var notice *events.Notice
	err := postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := s.lockChat(ctx, tx, ref.ChatID, ref.UserID); err != nil {
			return err
		}
		reply, err := s.q.ReplyLockAny(ctx, tx, ref.ReplyID) // an attempt that is just writing commits first
		if postgres.IsNoRows(err) || (err == nil && (reply.ChatID != ref.ChatID || reply.SenderType != SenderAI)) {
			return ErrMessageNotFound
		}
		if err != nil {
			return fmt.Errorf("lock reply: %w", err)
		}
		crashpoint.Reach("stop.locked")
		if reply.Status != StatusPending && reply.Status != StatusStreaming {
			return nil
		}
		end, err := s.stopped(ctx, tx, reply)
		if err != nil {
			return err
		}
		_, told, err := end.write(ctx, tx, s.q, s.queue, reply, now)
		ended := end.notice(reply, told, now)
		notice = &ended
		crashpoint.Reach("stop.written")
		if err != nil {
			return err
		}
		return s.queue.CloseReply(ctx, tx, reply.ID) // nothing is left to do, whether it was begun or not
	})
	if err != nil {
		return Message{}, err
	}
	crashpoint.Reach("stop.committed")
	if notice != nil {
		s.notifier.Notify(*notice)
	}
	return s.Message(ctx, ref.UserID, ref.ChatID, ref.ReplyID)
}

// stopped is the end of a reply with exactly what its readers have been shown.
func (s *Service) stopped(ctx context.Context, tx pgx.Tx, reply queries.Message) (ending, error) {
	rows, err := s.q.ReplyEventListAfter(ctx, tx, queries.ReplyEventListAfterParams{ReplyID: reply.ID, RowLimit: allEvents})
	if err != nil {
		return ending{}, fmt.Errorf("list events: %w", err)
	}
	end := ending{status: StatusStopped, layout: fromDBEvents(rows)}
	if len(reply.Plan) == 0 {
		return end, nil
	}
	var plan Plan
	if err := json.Unmarshal(reply.Plan, &plan); err != nil {
		return ending{}, fmt.Errorf("read plan: %w", err)
	}
	end.action, end.drawer = reply.Action, reply.Drawer
	consents, err := plan.consents(ctx, tx, s.q, reply.ChatID)
	if consents {
		end.sources, end.proposal = plan.Sources, plan.Proposal
	}
	return end, err
}

// Regenerate asks for another reply to the newest message. The new reply takes the old one's place in the lists.
// Errors: ErrMessageNotFound, ErrNotNewest, ErrReplyOpen, ErrAssistantOff, and those of package idempotency.
func (s *Service) Regenerate(ctx context.Context, ref ReplyRef, wait Patience) (Message, error) {
	replyID := newID()
	wake, stop := s.bell.Listen(endKey(replyID))
	defer stop()
	var audience []uuid.UUID
	turn, err := idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (turn Turn, ids []uuid.UUID, err error) {
			turn, audience, err = s.replaceReply(ctx, tx, ref, replyID)
			crashpoint.Reach("regenerate.stored")
			return turn, []uuid.UUID{replyID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Turn, error) {
			reply, err := s.Message(ctx, ref.UserID, ref.ChatID, ids[0])
			return Turn{AIMessage: &reply}, err
		})
	if err != nil {
		return Message{}, err
	}
	crashpoint.Reach("regenerate.committed")
	s.announceChange(ctx, ref.ChatID, audience, turn.AIMessage.CreatedAt)
	turn, err = s.finishTurn(ctx, ref.UserID, turn, wake, wait)
	if err != nil {
		return Message{}, err
	}
	return *turn.AIMessage, nil
}

func (s *Service) replaceReply(ctx context.Context, tx pgx.Tx, ref ReplyRef, replyID uuid.UUID) (Turn, []uuid.UUID, error) {
	locked, err := s.lockChat(ctx, tx, ref.ChatID, ref.UserID)
	if err != nil {
		return Turn{}, nil, err
	}
	old, err := s.q.MessageGet(ctx, tx, queries.MessageGetParams{ID: ref.ReplyID, ChatID: ref.ChatID})
	if postgres.IsNoRows(err) || (err == nil && old.SenderType != SenderAI) {
		return Turn{}, nil, ErrMessageNotFound
	}
	if err != nil {
		return Turn{}, nil, fmt.Errorf("get reply: %w", err)
	}
	newest, err := s.q.MessageNewestSaid(ctx, tx, ref.ChatID)
	if postgres.IsNoRows(err) || (err == nil && (old.Replaced || old.ReplyTo == nil || *old.ReplyTo != newest.ID)) {
		return Turn{}, nil, ErrNotNewest
	}
	if err != nil {
		return Turn{}, nil, fmt.Errorf("find newest message: %w", err)
	}
	if old.Status == StatusPending || old.Status == StatusStreaming {
		return Turn{}, nil, ErrReplyOpen
	}
	if err := s.checkAssistant(ctx, tx, ref.UserID, newest.SenderID); err != nil {
		return Turn{}, nil, err
	}
	said, err := fromDBMessage(newest, nil)
	if err != nil {
		return Turn{}, nil, err
	}
	reply, err := s.answerAgain(ctx, tx, locked, said, &old, replyID)
	return Turn{AIMessage: &reply}, locked.MemberIds, err
}

// answerAgain stores a new reply in the place of old, which may be nil.
func (s *Service) answerAgain(
	ctx context.Context,
	tx pgx.Tx,
	locked queries.ChatLockForMemberRow,
	said Message,
	old *queries.Message,
	replyID uuid.UUID,
) (Message, error) {
	now := s.clock.Now()
	reply := pendingReply(replyID, said, locked.Chat.LastPosition+1, now)
	var replaces *uuid.UUID
	if old != nil {
		replaces = &old.ID
		if err := s.q.MessageSetReplaced(ctx, tx, old.ID); err != nil {
			return Message{}, fmt.Errorf("replace reply: %w", err)
		}
		versions, err := s.q.MessageVersionList(ctx, tx, []uuid.UUID{old.ID})
		if err != nil {
			return Message{}, fmt.Errorf("list versions: %w", err)
		}
		for _, row := range versions {
			reply.Versions = append(reply.Versions, Version{MessageID: row.MessageID, Content: row.Content, At: row.At})
		}
		reply.Versions = append(reply.Versions, Version{MessageID: old.ID, Content: old.Content, At: *old.CompletedAt})
	}
	if err := s.insertReply(ctx, tx, reply, replaces); err != nil {
		return Message{}, err
	}
	err := s.q.ChatAdvance(ctx, tx, queries.ChatAdvanceParams{ID: reply.ChatID, LastPosition: reply.Position, UpdatedAt: now})
	if err != nil {
		return Message{}, fmt.Errorf("advance chat: %w", err)
	}
	return reply, nil
}

// EditParams is a new text for a message of one's own.
type EditParams struct {
	UserID    uuid.UUID
	ChatID    uuid.UUID
	MessageID uuid.UUID
	Content   string
	Wait      Patience
}

// Edit changes the newest message and asks for a new reply. Errors: ErrMessageNotFound, ErrNotYourMessage, ErrNotNewest,
// ErrReplyOpen, CodeInvalidRequest.
func (s *Service) Edit(ctx context.Context, params EditParams) (Turn, error) {
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
	wake, stop := s.bell.Listen(endKey(replyID))
	defer stop()
	var audience []uuid.UUID
	reply, err := postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (reply *Message, err error) {
		reply, audience, err = s.edit(ctx, tx, params, replyID, lexicon, chosen)
		crashpoint.Reach("edit.stored")
		return reply, err
	})
	if err != nil {
		return Turn{}, err
	}
	crashpoint.Reach("edit.committed")
	s.announceChange(ctx, params.ChatID, audience, s.clock.Now())
	said, err := s.Message(ctx, params.UserID, params.ChatID, params.MessageID)
	if err != nil {
		return Turn{}, err
	}
	return s.finishTurn(ctx, params.UserID, Turn{UserMessage: said, AIMessage: reply}, wake, params.Wait)
}

func (s *Service) edit(
	ctx context.Context,
	tx pgx.Tx,
	params EditParams,
	replyID uuid.UUID,
	lexicon spending.Lexicon,
	chosen preferences.Preferences,
) (*Message, []uuid.UUID, error) {
	locked, err := s.lockChat(ctx, tx, params.ChatID, params.UserID)
	if err != nil {
		return nil, nil, err
	}
	row, err := s.q.MessageGet(ctx, tx, queries.MessageGetParams{ID: params.MessageID, ChatID: params.ChatID})
	if postgres.IsNoRows(err) {
		return nil, nil, ErrMessageNotFound
	}
	if err != nil {
		return nil, nil, fmt.Errorf("get message: %w", err)
	}
	if row.SenderID == nil || *row.SenderID != params.UserID {
		return nil, nil, ErrNotYourMessage
	}
	newest, err := s.q.MessageNewestSaid(ctx, tx, params.ChatID)
	if err != nil {
		return nil, nil, fmt.Errorf("find newest message: %w", err)
	}
	if newest.ID != row.ID {
		return nil, nil, ErrNotNewest
	}
	old, err := s.standingReply(ctx, tx, row.ID)
	if err != nil {
		return nil, nil, err
	}
	history, err := s.history(ctx, tx, locked.Chat.AiPolicy, params.Content, queries.MessageHistoryParams{
		ChatID: row.ChatID, SenderID: row.SenderID, BeforePosition: row.Position,
	})
	if err != nil {
		return nil, nil, err
	}
	answers, why := decideFor(chosen, locked.Chat.AiPolicy, params.Content, history, lexicon)
	if err := s.rewrite(ctx, tx, row, params.Content, why); err != nil {
		return nil, nil, err
	}
	said, err := fromDBMessage(row, nil)
	if err != nil {
		return nil, nil, err
	}
	if answers {
		reply, err := s.answerAgain(ctx, tx, locked, said, old, replyID)
		return &reply, locked.MemberIds, err
	}
	return nil, locked.MemberIds, s.silence(ctx, tx, locked, old)
}

// standingReply is the reply listed for a message, nil where there is none. Errors: ErrReplyOpen.
func (s *Service) standingReply(ctx context.Context, tx pgx.Tx, messageID uuid.UUID) (*queries.Message, error) {
	old, err := s.q.MessageReplyTo(ctx, tx, &messageID)
	if postgres.IsNoRows(err) {
		return nil, nil //nolint:nilnil // people were left to talk
	}
	if err != nil {
		return nil, fmt.Errorf("find reply: %w", err)
	}
	if old.Status == StatusPending || old.Status == StatusStreaming {
		return nil, ErrReplyOpen
	}
	return &old, nil
}

func (s *Service) rewrite(ctx context.Context, tx pgx.Tx, row queries.Message, content, why string) error {
	now := s.clock.Now()
	err := s.q.MessageVersionInsert(ctx, tx, queries.MessageVersionInsertParams{MessageID: row.ID, Content: row.Content, At: now})
	if err != nil {
		return fmt.Errorf("keep former text: %w", err)
	}
	if err := s.q.MessageEdit(ctx, tx, queries.MessageEditParams{ID: row.ID, Content: content, AiDecision: why}); err != nil {
		return fmt.Errorf("edit message: %w", err)
	}
	return nil
}

// silence takes the old reply out of the lists of a message that is no longer answered.
func (s *Service) silence(ctx context.Context, tx pgx.Tx, locked queries.ChatLockForMemberRow, old *queries.Message) error {
	last := locked.Chat.LastPosition
	if old != nil {
		if err := s.q.MessageSetReplaced(ctx, tx, old.ID); err != nil {
			return fmt.Errorf("replace reply: %w", err)
		}
	}
	err := s.q.ChatAdvance(ctx, tx, queries.ChatAdvanceParams{ID: locked.Chat.ID, LastPosition: last, UpdatedAt: s.clock.Now()})
	if err != nil {
		return fmt.Errorf("touch chat: %w", err)
	}
	return nil
}

func (s *Service) announceChange(ctx context.Context, chatID uuid.UUID, audience []uuid.UUID, at time.Time) {
	if !idempotency.Replayed(ctx) {
		s.notifier.Notify(events.Notice{Audience: audience, Hint: &events.Hint{Type: events.ChatUpdated, ChatID: chatID, ChangedAt: at}})
	}
}

// SetFeedback keeps what a member thinks of an ended reply, in place of what they thought before. Errors:
// ErrMessageNotFound, ErrReplyOpen.
func (s *Service) SetFeedback(ctx context.Context, ref ReplyRef, rating string, comment *string) (Feedback, error) {
	message, err := s.Message(ctx, ref.UserID, ref.ChatID, ref.ReplyID)
	if err != nil {
		return Feedback{}, err
	}
	if message.SenderType != SenderAI {
		return Feedback{}, ErrMessageNotFound
	}
	if message.Open() {
		return Feedback{}, ErrReplyOpen
	}
	if comment != nil {
		masked, _ := redact.CardNumbers(*comment)
		comment = &masked
	}
	row, err := s.q.FeedbackUpsert(ctx, s.pool, queries.FeedbackUpsertParams{
		MessageID: ref.ReplyID, UserID: ref.UserID, Rating: rating, Comment: comment, At: s.clock.Now(),
	})
	if err != nil {
		return Feedback{}, fmt.Errorf("keep feedback: %w", err)
	}
	return Feedback{Rating: row.Rating, Comment: row.Comment, At: row.At}, nil
}

// ReadState is how far a member has read a chat.
type ReadState struct {
	Position int64
	Unread   int64
}

// MarkRead moves forward how far a member has read. Errors: ErrChatNotFound.
func (s *Service) MarkRead(ctx context.Context, userID, chatID uuid.UUID, position int64) (ReadState, error) {
	read, err := s.q.ChatMarkRead(ctx, s.pool, queries.ChatMarkReadParams{ChatID: chatID, UserID: userID, Position: position})
	if postgres.IsNoRows(err) {
		return ReadState{}, ErrChatNotFound
	}
	if err != nil {
		return ReadState{}, fmt.Errorf("mark read: %w", err)
	}
	unread, err := s.q.ChatUnread(ctx, s.pool, queries.ChatUnreadParams{ChatID: chatID, Position: read, UserID: &userID})
	if err != nil {
		return ReadState{}, fmt.Errorf("count unread: %w", err)
	}
	return ReadState{Position: read, Unread: unread}, nil
}
