package groups

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/postgres"
)

// locked is a group whose members, settings and invitations nobody else changes until the transaction ends.
type locked struct {
	chat     queries.Chat
	me       queries.ChatMemberRolesRow
	people   map[uuid.UUID]queries.ChatMemberRolesRow
	audience []uuid.UUID // everybody, to be told of the change
}

// lock takes the group for one of its members. Errors: ErrGroupNotFound.
func (s *Service) lock(ctx context.Context, tx pgx.Tx, groupID, userID uuid.UUID) (locked, error) {
	row, err := s.q.ChatLockForMember(ctx, tx, queries.ChatLockForMemberParams{ID: groupID, UserID: userID})
	if postgres.IsNoRows(err) || (err == nil && row.Chat.Type != kindGroup) {
		return locked{}, ErrGroupNotFound
	}
	if err != nil {
		return locked{}, fmt.Errorf("lock group: %w", err)
	}
	// A statement that waited for the lock saw the members as they were before.
	rows, err := s.q.ChatMemberRoles(ctx, tx, groupID)
	if err != nil {
		return locked{}, fmt.Errorf("list roles: %w", err)
	}
	group := locked{chat: row.Chat, people: make(map[uuid.UUID]queries.ChatMemberRolesRow, len(rows))}
	for _, person := range rows {
		group.people[person.UserID] = person
		group.audience = append(group.audience, person.UserID)
	}
	me, stillThere := group.people[userID]
	if !stillThere {
		return locked{}, ErrGroupNotFound
	}
	group.me = me
	return group, nil
}

// lockForAdmin is lock for an owner or admin. Errors: ErrGroupNotFound, ErrNotAllowed.
func (s *Service) lockForAdmin(ctx context.Context, tx pgx.Tx, groupID, userID uuid.UUID) (locked, error) {
	group, err := s.lock(ctx, tx, groupID, userID)
	if err == nil && !group.iAmAdmin() {
		return locked{}, ErrNotAllowed
	}
	return group, err
}

func (g locked) iAmOwner() bool { return g.me.Role == members.RoleOwner }

func (g locked) iAmAdmin() bool { return g.iAmOwner() || g.me.Role == members.RoleAdmin }

// touch notes that the group has changed now, and has everybody told, once tx is committed, who was in it when it was
// locked: who has just been taken out too.
func (s *Service) touch(ctx context.Context, tx pgx.Tx, group locked) error {
	now := s.Clock.Now()
	if err := s.q.ChatTouch(ctx, tx, queries.ChatTouchParams{ID: group.chat.ID, UpdatedAt: now}); err != nil {
		return fmt.Errorf("touch group: %w", err)
	}
	s.tell(ctx, group.chat.ID, group.audience, now)
	return nil
}

// tell has people told that a group has changed, once the transaction of ctx is committed.
func (s *Service) tell(ctx context.Context, groupID uuid.UUID, audience []uuid.UUID, at time.Time) {
	postgres.AfterCommit(ctx, func() {
		s.Notifier.Notify(events.Notice{Audience: audience, Hint: &events.Hint{Type: events.ChatUpdated, ChatID: groupID, ChangedAt: at}})
	})
}

// memberID names a membership in the audit log.
func memberID(groupID, userID uuid.UUID) string { return groupID.String() + "/" + userID.String() }
