package groups

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/mail"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Limits of invitations.
const (
	// InviteLifetime is how long an invitation can be accepted where nothing else was said.
	InviteLifetime = 14 * 24 * time.Hour
	// MaxInviteLifetime is the longest that can be asked for.
	MaxInviteLifetime = 90 * 24 * time.Hour
	// maxOpenInvites is how many invitations of a group may be open at a time.
	maxOpenInvites = 100
)

// States of an invitation.
const (
	InviteOpen    = "open"
	InviteSpent   = "spent"
	InviteExpired = "expired"
	InviteRevoked = "revoked"
)

// Invite is an invitation into a group.
type Invite struct {
	ID uuid.UUID
	// Email is whose it is; nil for a link, which is for whoever has the token.
	Email     *string
	Role      string
	MaxUses   int
	Uses      int
	CreatedAt time.Time
	ExpiresAt time.Time
	Status    string
	// Token is known only to the answer to its making.
	Token string
}

// InviteCursor is where a list of invitations goes on.
type InviteCursor struct {
	CreatedAt time.Time `json:"c"`
	ID        uuid.UUID `json:"i"`
}

// CreateInviteParams is a new invitation.
type CreateInviteParams struct {
	By      Person
	GroupID uuid.UUID
	// Email binds the invitation to an address, and has it mailed there; nil makes a link.
	Email     *string
	Role      string     // admin or member; member when empty
	MaxUses   int        // 1 for an address; 1 when zero
	ExpiresAt *time.Time // nil is after InviteLifetime
}

func (p CreateInviteParams) validate(now time.Time) error {
	var fields []apperr.Field
	if p.Email != nil && p.MaxUses != 1 {
		fields = append(fields, apperr.Field{Pointer: "/maxUses", Code: "maximum", Detail: "An invitation to one address can be used once."})
	}
	if p.ExpiresAt != nil && (!p.ExpiresAt.After(now) || p.ExpiresAt.After(now.Add(MaxInviteLifetime))) {
		fields = append(fields, apperr.Field{Pointer: "/expiresAt", Code: "range", Detail: "An invitation ends in the future, within 90 days."})
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// CreateInvite makes an invitation, for owners and admins. One to an address takes the place of an earlier one to it.
// Errors: ErrGroupNotFound, ErrNotAllowed, ErrMemberAlready, ErrTooManyInvites, CodeInvalidRequest, and those of package
// idempotency.
func (s *Service) CreateInvite(ctx context.Context, params CreateInviteParams) (Invite, error) {
	now := s.Clock.Now()
	params.Role, params.MaxUses = cmp.Or(params.Role, members.RoleMember), cmp.Or(params.MaxUses, 1)
	if err := params.validate(now); err != nil {
		return Invite{}, err
	}
	return idempotency.Do(ctx, s.Pool, now,
		func(ctx context.Context, tx pgx.Tx) (Invite, []uuid.UUID, error) {
			invite, err := s.createInvite(ctx, tx, params, now)
			return invite, []uuid.UUID{invite.ID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Invite, error) {
			if err := s.mayInvite(ctx, params.GroupID, params.By.ID); err != nil {
				return Invite{}, err
			}
			row, err := s.q.InviteGet(ctx, s.Pool, queries.InviteGetParams{ID: ids[0], ChatID: params.GroupID})
			return s.fromDBInvite(row), err
		})
}

func (s *Service) createInvite(ctx context.Context, tx pgx.Tx, params CreateInviteParams, now time.Time) (Invite, error) {
	group, err := s.lockForAdmin(ctx, tx, params.GroupID, params.By.ID)
	if err != nil {
		return Invite{}, err
	}
	planned := invitation{
		group: params.GroupID, groupName: group.chat.Title, by: params.By, role: params.Role, maxUses: params.MaxUses,
		expiresAt: now.Add(InviteLifetime),
	}
	if params.ExpiresAt != nil {
		planned.expiresAt = params.ExpiresAt.UTC().Truncate(time.Microsecond)
	}
	if params.Email != nil {
		planned.email = *params.Email
		if err := s.makeRoom(ctx, tx, params.GroupID, planned.email); err != nil {
			return Invite{}, err
		}
	}
	open, err := s.q.InviteCountOpen(ctx, tx, queries.InviteCountOpenParams{ChatID: params.GroupID, Now: now})
	if err != nil {
		return Invite{}, fmt.Errorf("count invitations: %w", err)
	}
	if open >= maxOpenInvites {
		return Invite{}, ErrTooManyInvites
	}
	row, err := s.invite(ctx, tx, planned)
	if err != nil {
		return Invite{}, err
	}
	invite := s.fromDBInvite(row)
	if invite.Token, err = s.newToken(ctx, tx, row.ID); err != nil {
		return Invite{}, err
	}
	if err := s.touch(ctx, tx, group); err != nil {
		return Invite{}, err
	}
	return invite, s.Auditor.Record(ctx, tx, params.By.ID, "invite.create", "invite", row.ID.String())
}

// makeRoom ends earlier invitations to an address. Errors: ErrMemberAlready.
func (s *Service) makeRoom(ctx context.Context, tx pgx.Tx, groupID uuid.UUID, email string) error {
	now, key := s.Clock.Now(), emailKey(email)
	people, err := s.q.ChatMemberList(ctx, tx, []uuid.UUID{groupID})
	if err != nil {
		return fmt.Errorf("list members: %w", err)
	}
	for _, person := range people {
		if emailKey(person.Email) == key {
			return ErrMemberAlready
		}
	}
	err = s.q.InviteRevokeAddress(ctx, tx, queries.InviteRevokeAddressParams{ChatID: groupID, EmailKey: &key, Now: &now})
	if err != nil {
		return fmt.Errorf("revoke earlier invitation: %w", err)
	}
	return nil
}

// invitation is one to be stored; without an email it is a link.
type invitation struct {
	group     uuid.UUID
	groupName string
	by        Person
	email     string
	role      string
	maxUses   int
	expiresAt time.Time
}

// invite stores an invitation and, where it has an address, the mail to it. The mail carries a token of its own.
func (s *Service) invite(ctx context.Context, tx pgx.Tx, planned invitation) (queries.GroupInvite, error) {
	row := queries.GroupInvite{
		ID: uuid.Must(uuid.NewV7()), ChatID: planned.group, Role: planned.role, InvitedBy: &planned.by.ID,
		CreatedAt: s.Clock.Now(), ExpiresAt: planned.expiresAt, MaxUses: int32(planned.maxUses), //nolint:gosec // bounded by the contract
	}
	if planned.email != "" {
		key := emailKey(planned.email)
		row.Email, row.EmailKey = &planned.email, &key
	}
	err := s.q.InviteInsert(ctx, tx, queries.InviteInsertParams{
		ID: row.ID, ChatID: row.ChatID, Email: row.Email, EmailKey: row.EmailKey, Role: row.Role, MaxUses: row.MaxUses,
		InvitedBy: row.InvitedBy, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt,
	})
	if err != nil {
		return row, fmt.Errorf("insert invitation: %w", err)
	}
	if planned.email == "" {
		return row, nil
	}
	return row, s.Mailer.EnqueueMail(ctx, tx, mail.Mail{
		To: mail.ToAddress(planned.email), Once: "invite:" + row.ID.String(),
		Content: mail.Invite{InviteID: row.ID, Group: planned.groupName, InvitedBy: planned.by.Name, ExpiresAt: planned.expiresAt},
	})
}

func (s *Service) newToken(ctx context.Context, db queries.DBTX, inviteID uuid.UUID) (string, error) {
	token, hash, err := s.Tokens.NewInviteToken()
	if err != nil {
		return "", err
	}
	if err := s.q.InviteTokenInsert(ctx, db, queries.InviteTokenInsertParams{TokenHash: hash, InviteID: inviteID}); err != nil {
		return "", fmt.Errorf("insert token: %w", err)
	}
	return token, nil
}

// ListInvitesParams selects a page of invitations.
type ListInvitesParams struct {
	UserID  uuid.UUID
	GroupID uuid.UUID
	Limit   int
	After   *InviteCursor
}

// ListInvites returns a group's invitations, open or not, newest first, for owners and admins. Errors: ErrGroupNotFound,
// ErrNotAllowed.
func (s *Service) ListInvites(ctx context.Context, params ListInvitesParams) (paging.Page[Invite, InviteCursor], error) {
	if err := s.mayInvite(ctx, params.GroupID, params.UserID); err != nil {
		return paging.Page[Invite, InviteCursor]{}, err
	}
	after := InviteCursor{CreatedAt: paging.End(), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.InviteList(ctx, s.Pool, queries.InviteListParams{
		ChatID: params.GroupID, BeforeCreatedAt: after.CreatedAt, BeforeID: after.ID,
		RowLimit: paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Invite, InviteCursor]{}, fmt.Errorf("list invitations: %w", err)
	}
	invites := make([]Invite, len(rows))
	for i, row := range rows {
		invites[i] = s.fromDBInvite(row)
	}
	return paging.Cut(invites, params.Limit, func(i Invite) InviteCursor { return InviteCursor{CreatedAt: i.CreatedAt, ID: i.ID} }), nil
}

// mayInvite asks for the role without locking. Errors: ErrGroupNotFound, ErrNotAllowed.
func (s *Service) mayInvite(ctx context.Context, groupID, userID uuid.UUID) error {
	row, err := s.q.ChatGetForMember(ctx, s.Pool, queries.ChatGetForMemberParams{ID: groupID, UserID: userID})
	if postgres.IsNoRows(err) || (err == nil && row.Chat.Type != kindGroup) {
		return ErrGroupNotFound
	}
	if err != nil {
		return fmt.Errorf("get role: %w", err)
	}
	if row.Role == members.RoleMember {
		return ErrNotAllowed
	}
	return nil
}

// RevokeInvite ends an invitation, for owners and admins. Who has joined by it stays. Errors: ErrGroupNotFound,
// ErrInviteNotFound, ErrNotAllowed.
func (s *Service) RevokeInvite(ctx context.Context, userID, groupID, inviteID uuid.UUID) error {
	return postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		group, err := s.lockForAdmin(ctx, tx, groupID, userID)
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		revoked, err := s.q.InviteRevoke(ctx, tx, queries.InviteRevokeParams{ID: inviteID, ChatID: groupID, Now: &now})
		if err != nil {
			return fmt.Errorf("revoke invitation: %w", err)
		}
		if revoked == 0 {
			return ErrInviteNotFound
		}
		if err := s.touch(ctx, tx, group); err != nil {
			return err
		}
		return s.Auditor.Record(ctx, tx, userID, "invite.revoke", "invite", inviteID.String())
	})
}

func (s *Service) fromDBInvite(row queries.GroupInvite) Invite {
	invite := Invite{
		ID: row.ID, Email: row.Email, Role: row.Role, MaxUses: int(row.MaxUses), Uses: int(row.Uses),
		CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, Status: InviteOpen,
	}
	switch {
	case row.Uses >= row.MaxUses:
		invite.Status = InviteSpent
	case row.RevokedAt != nil:
		invite.Status = InviteRevoked
	case !row.ExpiresAt.After(s.Clock.Now()):
		invite.Status = InviteExpired
	}
	return invite
}

// emailKey is what two addresses are compared by: case does not make another person.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
