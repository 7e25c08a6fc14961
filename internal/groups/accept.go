package groups

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Accept makes a member of whoever has the token of an invitation that is still good. An invitation to an address is good
// for the user with that address alone: a mail that was forwarded lets nobody else in. Accepting where one is a member
// already changes nothing and uses nothing up. Errors: ErrInviteNotFound, and those of package idempotency.
func (s *Service) Accept(ctx context.Context, person Person, token string) (Group, error) {
	groupID, err := idempotency.Do(ctx, s.Pool, s.Clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (uuid.UUID, []uuid.UUID, error) {
			groupID, err := s.accept(ctx, tx, person, token)
			return groupID, []uuid.UUID{groupID}, err
		},
		func(_ context.Context, ids []uuid.UUID) (uuid.UUID, error) { return ids[0], nil })
	if err != nil {
		return Group{}, err
	}
	return s.Get(ctx, person.ID, groupID)
}

// accept makes the same statements for every token that lets nobody in, whatever is the matter with it: how long a refusal
// takes tells as little as what it says.
func (s *Service) accept(ctx context.Context, tx pgx.Tx, person Person, token string) (uuid.UUID, error) {
	found, err := s.q.InviteFind(ctx, tx, s.Tokens.HashInviteToken(token))
	if err != nil && !postgres.IsNoRows(err) { // the nil ids of no invitation are nobody's
		return uuid.Nil, fmt.Errorf("find invitation: %w", err)
	}
	// Whoever changes a group locks its chat first. Of those who accept at the same time one after another looks.
	if _, err := s.q.ChatLock(ctx, tx, found.ChatID); err != nil && !postgres.IsNoRows(err) {
		return uuid.Nil, fmt.Errorf("lock group: %w", err)
	}
	key := emailKey(person.Email)
	taken, err := s.q.InviteTake(ctx, tx, queries.InviteTakeParams{ID: found.ID, Now: s.Clock.Now(), EmailKey: &key, UserID: person.ID})
	if err != nil && !postgres.IsNoRows(err) {
		return uuid.Nil, fmt.Errorf("take invitation: %w", err)
	}
	refused := err != nil
	people, err := s.q.ChatMemberRoles(ctx, tx, found.ChatID)
	if err != nil {
		return uuid.Nil, fmt.Errorf("list roles: %w", err)
	}
	audience := []uuid.UUID{person.ID}
	for _, member := range people {
		if member.UserID == person.ID {
			return found.ChatID, nil // a member already: there is nothing to take
		}
		audience = append(audience, member.UserID)
	}
	if refused {
		return uuid.Nil, ErrInviteNotFound
	}
	return found.ChatID, s.join(ctx, tx, person.ID, taken, audience)
}

func (s *Service) join(ctx context.Context, tx pgx.Tx, userID uuid.UUID, invite queries.GroupInvite, audience []uuid.UUID) error {
	now := s.Clock.Now()
	err := s.q.ChatMemberInsert(ctx, tx, queries.ChatMemberInsertParams{
		ChatID: invite.ChatID, UserID: userID, Role: invite.Role, SharesPurchases: false, JoinedAt: now,
	})
	if err != nil {
		return fmt.Errorf("insert member: %w", err)
	}
	if err := s.q.ChatTouch(ctx, tx, queries.ChatTouchParams{ID: invite.ChatID, UpdatedAt: now}); err != nil {
		return fmt.Errorf("touch group: %w", err)
	}
	postgres.AfterCommit(ctx, func() {
		s.Notifier.Notify(events.Notice{Audience: audience, Hint: &events.Hint{
			Type: events.MemberJoined, ChatID: invite.ChatID, UserID: userID, ChangedAt: now,
		}})
	})
	s.tell(ctx, invite.ChatID, audience, now)
	return s.Auditor.Record(ctx, tx, userID, "invite.accept", "invite", invite.ID.String())
}

// Invitations makes the tokens that are mailed.
type Invitations struct {
	pool   *pgxpool.Pool
	clock  clock.Clock
	tokens Tokens
	q      *queries.Queries
}

// NewInvitations makes it; every dependency is required. It is apart from the service, which needs mails to be sent.
func NewInvitations(pool *pgxpool.Pool, clk clock.Clock, tokens Tokens) (*Invitations, error) {
	if pool == nil || clk == nil || tokens == nil {
		return nil, errors.New("groups: NewInvitations wants every dependency")
	}
	return &Invitations{pool: pool, clock: clk, tokens: tokens, q: queries.New()}, nil
}

// MailToken makes another token for an invitation, to stand in a mail and nowhere else; only its hash is kept. A mail that
// is tried again carries a new one, and one that arrived after all stays good. live is false where the invitation lets
// nobody in any more.
func (i *Invitations) MailToken(ctx context.Context, inviteID uuid.UUID) (token string, live bool, err error) {
	live, err = i.q.InviteMailable(ctx, i.pool, queries.InviteMailableParams{ID: inviteID, Now: i.clock.Now()})
	if err != nil || !live {
		return "", false, err
	}
	token, hash, err := i.tokens.NewInviteToken()
	if err != nil {
		return "", false, err
	}
	if err := i.q.InviteTokenInsert(ctx, i.pool, queries.InviteTokenInsertParams{TokenHash: hash, InviteID: inviteID}); err != nil {
		return "", false, fmt.Errorf("insert token: %w", err)
	}
	return token, true, nil
}
