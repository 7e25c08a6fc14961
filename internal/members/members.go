// Package members knows who belongs to a chat, solo or group, and who is invited.
package members

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
)

// Roles and states of a member.
const (
	RoleOwner  = "owner"
	RoleAdmin  = "admin"
	RoleMember = "member"

	StatusActive  = "active"
	StatusInvited = "invited"
)

// Member is one person of a chat. An invited one has neither user nor name nor time of joining, whether or not the
// address has an account.
type Member struct {
	UserID          *uuid.UUID
	Name            *string
	Email           string
	Role            string
	Status          string
	SharesPurchases bool
	JoinedAt        *time.Time
}

// List returns the members of each chat, active ones first by time of joining, then those who are invited by address and
// can still accept.
func List(ctx context.Context, db queries.DBTX, chatIDs []uuid.UUID, now time.Time) (map[uuid.UUID][]Member, error) {
	q := queries.New()
	active, err := q.ChatMemberList(ctx, db, chatIDs)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	invited, err := q.InviteListOpen(ctx, db, queries.InviteListOpenParams{ChatIds: chatIDs, Now: now})
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	result := make(map[uuid.UUID][]Member, len(chatIDs))
	for _, row := range active {
		result[row.ChatID] = append(result[row.ChatID], Member{
			UserID: &row.UserID, Name: &row.Name, Email: row.Email, Role: row.Role, Status: StatusActive,
			SharesPurchases: row.SharesPurchases, JoinedAt: &row.JoinedAt,
		})
	}
	for _, row := range invited {
		result[row.ChatID] = append(result[row.ChatID], Member{Email: *row.Email, Role: row.Role, Status: StatusInvited})
	}
	return result, nil
}
