package chat

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/redact"
)

// Groups deletes a group, which is more than its chat.
type Groups interface {
	Delete(ctx context.Context, userID, groupID uuid.UUID) error
}

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Errors of changing a chat.
var (
	// ErrNotAllowed means that the member's role in the group does not allow this.
	ErrNotAllowed = apperr.New(apperr.CodeForbidden, "Only the owner or an admin of the group can do this.")
	// ErrChanged means that the version the caller saw is not the current one.
	ErrChanged = apperr.New(apperr.CodePreconditionFailed, "This was changed by someone else in the meantime. Read it again.")
)

// UpdateParams changes what is not nil.
type UpdateParams struct {
	UserID   uuid.UUID
	ChatID   uuid.UUID
	Title    *string
	AIPolicy *string
	// Accepts says whether a version is the one the caller saw.
	Accepts func(version int64) bool
}

// Update changes title and policy of a chat: of a solo chat by its user, of a group's by owner and admins. Errors:
// ErrChatNotFound, ErrNotAllowed, ErrChanged, CodeInvalidRequest for a title of nothing but space.
func (s *Service) Update(ctx context.Context, params UpdateParams) (Chat, error) {
	if params.Title != nil && strings.TrimSpace(*params.Title) == "" { // the contract's pattern knows the spaces of ASCII only
		return Chat{}, apperr.Invalid(apperr.Field{Pointer: "/title", Code: "min_length", Detail: "A title has visible characters."})
	}
	err := postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		locked, err := s.lockChat(ctx, tx, params.ChatID, params.UserID)
		if err != nil {
			return err
		}
		if err := s.mayChange(ctx, tx, locked.Chat, params.UserID); err != nil {
			return err
		}
		if !params.Accepts(locked.Chat.Version) {
			return ErrChanged
		}
		return s.change(ctx, tx, locked, params)
	})
	if err != nil {
		return Chat{}, err
	}
	detail, err := s.Get(ctx, params.UserID, params.ChatID)
	return detail.Chat, err
}

// mayChange reads the role after the lock, when it no longer changes. Errors: ErrChatNotFound, ErrNotAllowed.
func (s *Service) mayChange(ctx context.Context, tx pgx.Tx, chat queries.Chat, userID uuid.UUID) error {
	rows, err := s.q.ChatMemberRoles(ctx, tx, chat.ID)
	if err != nil {
		return fmt.Errorf("list roles: %w", err)
	}
	for _, member := range rows {
		if member.UserID != userID {
			continue
		}
		if chat.Type == TypeGroup && member.Role == members.RoleMember {
			return ErrNotAllowed
		}
		return nil
	}
	return ErrChatNotFound // left in between
}

// change writes what differs; a patch that changes nothing writes nothing.
func (s *Service) change(ctx context.Context, tx pgx.Tx, locked queries.ChatLockForMemberRow, params UpdateParams) error {
	chat := locked.Chat
	row := queries.ChatUpdateParams{ID: chat.ID, Title: chat.Title, AiPolicy: chat.AiPolicy, UpdatedAt: s.clock.Now()}
	if params.Title != nil {
		row.Title, _ = redact.CardNumbers(strings.TrimSpace(*params.Title))
	}
	if params.AIPolicy != nil {
		row.AiPolicy = *params.AIPolicy
	}
	if row.Title == chat.Title && row.AiPolicy == chat.AiPolicy {
		return nil
	}
	if _, err := s.q.ChatUpdate(ctx, tx, row); err != nil {
		return fmt.Errorf("update chat: %w", err)
	}
	postgres.AfterCommit(ctx, func() { s.announceChange(ctx, chat.ID, locked.MemberIds, row.UpdatedAt) })
	return s.auditor.Record(ctx, tx, params.UserID, "chat.update", "chat", chat.ID.String())
}

// Delete deletes a solo chat at once and for good. The chat of a group goes with the group, as Groups.Delete does it.
// Errors: ErrChatNotFound, and those of Groups.Delete.
func (s *Service) Delete(ctx context.Context, userID, chatID uuid.UUID) error {
	row, err := s.q.ChatGetForMember(ctx, s.pool, queries.ChatGetForMemberParams{ID: chatID, UserID: userID})
	if postgres.IsNoRows(err) {
		return ErrChatNotFound
	}
	if err != nil {
		return fmt.Errorf("get chat: %w", err)
	}
	if row.Chat.Type == TypeGroup {
		return s.groups.Delete(ctx, userID, chatID)
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := s.lockChat(ctx, tx, chatID, userID); err != nil {
			return err
		}
		open, err := s.q.ChatOpenReplies(ctx, tx, chatID)
		if err != nil {
			return fmt.Errorf("find open replies: %w", err)
		}
		wake := make([]uuid.UUID, 0, 2*len(open))
		for _, replyID := range open {
			if err := s.queue.CloseReply(ctx, tx, replyID); err != nil {
				return err
			}
			wake = append(wake, replyID, endKey(replyID))
		}
		if err := s.q.ChatDelete(ctx, tx, chatID); err != nil {
			return fmt.Errorf("delete chat: %w", err)
		}
		postgres.AfterCommit(ctx, func() {
			s.notifier.Notify(events.Notice{Wake: wake, Audience: []uuid.UUID{userID}, Hint: &events.Hint{Type: events.ChatUpdated, ChatID: chatID}})
		})
		return s.auditor.Record(ctx, tx, userID, "chat.delete", "chat", chatID.String())
	})
}
