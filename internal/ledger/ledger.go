// Package ledger is what a group spends together: expenses and who carries them, payments between members, and who owes
// whom. Everything is counted by package split; here it is stored, and changed by one member at a time.
//
// Balances derive from expenses and confirmed settlements alone, and each expense adds up, so that the nets of a group
// make zero in every currency, whatever happens at once.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
)

// Errors of the ledger.
var (
	// ErrNotFound also stands for what belongs to a group of other people.
	ErrNotFound = apperr.NotFound()
	// ErrChanged means that the version the caller has seen is no longer the newest.
	ErrChanged = apperr.New(apperr.CodePreconditionFailed, "This was changed by someone else in the meantime. Read it again.")
	// ErrDeleted means that an expense has to be restored before it can be changed.
	ErrDeleted = apperr.New(apperr.CodeConflict, "This expense is deleted. Restore it first.")
	// ErrNotPayer means that somebody who paid nothing of an expense cannot say who has paid them back.
	ErrNotPayer = apperr.New(apperr.CodeForbidden, "Only those who paid this expense can mark its shares.")
	// ErrNotReceiver means that the money went to somebody else.
	ErrNotReceiver = apperr.New(apperr.CodeForbidden, "Only the person who got the money can confirm it.")
	// ErrNotParty means that a settlement is between two others.
	ErrNotParty = apperr.New(apperr.CodeForbidden, "Only the two people of a settlement can take it back.")
	// ErrNotSelf means that nobody can say what others have paid.
	ErrNotSelf = apperr.New(apperr.CodeForbidden, "You can only record what you paid yourself.")
	// ErrVoided means that a settlement was taken back before.
	ErrVoided = apperr.New(apperr.CodeConflict, "This settlement was taken back. Record a new one.")
	// ErrNotShared means that the owner of an order does not share purchases with the group any more.
	ErrNotShared = apperr.New(apperr.CodeConflict, "Whose order this is does not share purchases with this group any more.")
	// ErrUsed means that what was proposed has been changed since, and cannot simply be undone.
	ErrUsed = apperr.New(apperr.CodeProposalClosed, "This expense was changed since. Change or delete it instead.")
)

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Notifier tells readers, here and in other processes, what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Service reads and writes the ledgers of groups.
type Service struct {
	pool     *pgxpool.Pool
	q        *queries.Queries
	clock    clock.Clock
	auditor  Auditor
	notifier Notifier
	choices  preferences.Reader
}

// New makes the service; every dependency is required.
func New(pool *pgxpool.Pool, clk clock.Clock, auditor Auditor, notifier Notifier, choices preferences.Reader) (*Service, error) {
	if pool == nil || clk == nil || auditor == nil || notifier == nil || choices == nil {
		return nil, errors.New("ledger: New wants every dependency")
	}
	return &Service{pool: pool, q: queries.New(), clock: clk, auditor: auditor, notifier: notifier, choices: choices}, nil
}

// group is one whose ledger somebody reads or writes.
type group struct {
	id      uuid.UUID
	userID  uuid.UUID // who does
	members []queries.LedgerMembersRow
	now     time.Time
}

func (g group) ids() []uuid.UUID {
	ids := make([]uuid.UUID, len(g.members))
	for i, member := range g.members {
		ids[i] = member.UserID
	}
	return ids
}

// name is how a member is called.
func (g group) name(userID uuid.UUID) (string, bool) {
	for _, member := range g.members {
		if member.UserID == userID {
			return member.Name, true
		}
	}
	return "", false
}

// open reads who is in a group, for one of them. Errors: ErrNotFound.
func (s *Service) open(ctx context.Context, db queries.DBTX, groupID, userID uuid.UUID) (group, error) {
	members, err := s.q.LedgerMembers(ctx, db, []uuid.UUID{groupID})
	if err != nil {
		return group{}, fmt.Errorf("list members: %w", err)
	}
	g := group{id: groupID, userID: userID, members: members, now: s.clock.Now()}
	if _, ok := g.name(userID); !ok {
		return group{}, ErrNotFound
	}
	return g, nil
}

// lock is open for writing: what belongs to one group is written under the lock of its chat, one after another, so that
// nobody leaves while an expense with them is written, and a version is compared with what it will replace.
func (s *Service) lock(ctx context.Context, tx pgx.Tx, groupID, userID uuid.UUID) (group, error) {
	_, err := s.q.ChatLockForMember(ctx, tx, queries.ChatLockForMemberParams{ID: groupID, UserID: userID})
	if postgres.IsNoRows(err) {
		return group{}, ErrNotFound
	}
	if err != nil {
		return group{}, fmt.Errorf("lock group: %w", err)
	}
	return s.open(ctx, tx, groupID, userID)
}

// changed notes in tx what was done, and has the members told once it is committed.
func (s *Service) changed(ctx context.Context, tx pgx.Tx, g group, action, targetType string, targetID uuid.UUID) error {
	if err := s.q.LedgerTouchChat(ctx, tx, queries.LedgerTouchChatParams{GroupID: g.id, UpdatedAt: g.now}); err != nil {
		return fmt.Errorf("touch group: %w", err)
	}
	if err := s.auditor.Record(ctx, tx, g.userID, action, targetType, targetID.String()); err != nil {
		return err
	}
	postgres.AfterCommit(ctx, func() {
		s.notifier.Notify(events.Notice{
			Audience: g.ids(), Hint: &events.Hint{Type: events.ChatUpdated, ChatID: g.id, ChangedAt: g.now},
		})
	})
	return nil
}

// names are how people are called, those who have left included; who has no account any more is a former member.
func (s *Service) names(ctx context.Context, db queries.DBTX, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	rows, err := s.q.LedgerNames(ctx, db, ids)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	names := make(map[uuid.UUID]string, len(ids))
	for _, id := range ids {
		names[id] = "Former member"
	}
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names, nil
}
