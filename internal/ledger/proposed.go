package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// WriteProposed writes an expense that was proposed, in tx, and returns its id. userID confirms it and has to be a member;
// the order it was paid with is ownerID's, who has to share purchases with the group still unless they confirm it themselves.
// Errors: those of CreateExpense, ErrNotShared.
func (s *Service) WriteProposed(ctx context.Context, tx pgx.Tx, userID, ownerID, groupID uuid.UUID, draft Draft) (uuid.UUID, error) {
	id, err := s.insert(ctx, tx, writer{userID: userID, ownerID: ownerID}, groupID, draft, day(s.clock.Now()))
	if err != nil || draft.TransactionID == nil || userID == ownerID {
		return id, err
	}
	shares, err := s.q.ReplyConsent(ctx, tx, queries.ReplyConsentParams{ChatID: groupID, UserID: ownerID})
	if postgres.IsNoRows(err) || err == nil && !shares { // who has left shares nothing either
		return uuid.Nil, ErrNotShared
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("read consent: %w", err)
	}
	return id, nil
}

// WriteAt writes an expense of the past in tx, as userID did at that moment, and returns its id. Errors: those of
// CreateExpense.
func (s *Service) WriteAt(ctx context.Context, tx pgx.Tx, at time.Time, userID, groupID uuid.UUID, draft Draft) (uuid.UUID, error) {
	then := *s
	then.clock = moment(at)
	return then.insert(ctx, tx, writer{userID: userID, ownerID: userID}, groupID, draft, day(at))
}

// moment is a clock that stands.
type moment time.Time

// Now implements clock.Clock.
func (m moment) Now() time.Time { return time.Time(m) }

// UndoProposed takes an expense that was proposed out again, as if it had never been written. Errors: ErrUsed where it was
// changed or a share of it was paid since.
func (s *Service) UndoProposed(ctx context.Context, tx pgx.Tx, userID, groupID, expenseID uuid.UUID) error {
	g, err := s.lock(ctx, tx, groupID, userID)
	if err != nil {
		return err
	}
	row, err := s.q.ExpenseGet(ctx, tx, queries.ExpenseGetParams{ID: expenseID, GroupID: groupID})
	if postgres.IsNoRows(err) || err == nil && row.Expense.Version > 1 {
		return ErrUsed
	}
	if err != nil {
		return fmt.Errorf("get expense: %w", err)
	}
	if err := s.q.ExpenseErase(ctx, tx, expenseID); err != nil {
		return fmt.Errorf("erase expense: %w", err)
	}
	turn, err := s.q.LedgerOddUnits(ctx, tx, groupID)
	if err != nil {
		return fmt.Errorf("read turn: %w", err)
	}
	if err := s.turn(ctx, tx, groupID, turn-row.Expense.Spare); err != nil {
		return err
	}
	return s.changed(ctx, tx, g, "expense.undo", "expense", expenseID)
}
