package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Maybe is a field of a merge patch: left as it is, cleared, or set.
type Maybe[T any] struct {
	Given bool
	Value *T // nil clears
}

// Patch is a change to an expense; what is nil or not given stays.
type Patch struct {
	Description   *string
	Category      Maybe[string]
	Note          Maybe[string]
	Date          *time.Time
	Total         *money.Money
	Method        *split.Method
	PaidBy        []PaymentDraft
	Shares        []ShareDraft
	Items         []ItemDraft
	TransactionID Maybe[uuid.UUID]
}

// UpdateExpense changes an expense if its version is one the caller may replace, and computes its shares anew. Errors:
// ErrNotFound, ErrDeleted, ErrChanged, CodeInvalidRequest with the fields, a MismatchError.
func (s *Service) UpdateExpense(
	ctx context.Context, userID, groupID, expenseID uuid.UUID, patch Patch, mayReplace func(version int64) bool,
) (Expense, error) {
	return s.edit(ctx, userID, groupID, expenseID, func(ctx context.Context, tx pgx.Tx, g group, expense Expense) error {
		switch {
		case !mayReplace(expense.Version):
			return ErrChanged
		case expense.DeletedAt != nil:
			return ErrDeleted
		}
		row, err := s.q.ExpenseGet(ctx, tx, queries.ExpenseGetParams{ID: expenseID, GroupID: groupID})
		if err != nil {
			return fmt.Errorf("get expense: %w", err)
		}
		draft := patch.apply(expense)
		seed := uint64(row.Expense.Seed) //nolint:gosec // bits are kept
		p, spare, err := s.prepare(ctx, tx, g, userID, &draft, expense, seed)
		if err != nil {
			return err
		}
		after := expense
		after.Description, after.Category, after.Note, after.Date = draft.Description, draft.Category, draft.Note, day(*draft.Date)
		after.Total, after.Method, after.TransactionID = draft.Total, draft.Method, draft.TransactionID
		after.PaidBy, after.Shares, after.Items = p.PaidBy, p.Shares, p.Items
		changes, err := s.compare(ctx, tx, expense, after)
		if err != nil || len(changes) == 0 {
			return err
		}
		if err := s.replace(ctx, tx, g, after, spare); err != nil {
			return err
		}
		turn, err := s.q.LedgerOddUnits(ctx, tx, groupID)
		if err != nil {
			return fmt.Errorf("read turn: %w", err)
		}
		if err := s.turn(ctx, tx, groupID, turn+spare-row.Expense.Spare); err != nil {
			return err
		}
		if err := s.note(ctx, tx, g, expenseID, expense.Version+1, ActionUpdated, changes); err != nil {
			return err
		}
		return s.changed(ctx, tx, g, "expense.update", "expense", expenseID)
	})
}

// edit runs one change of an expense under the lock of its group and returns the expense after it.
func (s *Service) edit(ctx context.Context, userID, groupID, expenseID uuid.UUID,
	change func(ctx context.Context, tx pgx.Tx, g group, expense Expense) error,
) (Expense, error) {
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (Expense, error) {
		g, err := s.lock(ctx, tx, groupID, userID)
		if err != nil {
			return Expense{}, err
		}
		expense, err := s.read(ctx, tx, groupID, expenseID)
		if err != nil {
			return Expense{}, err
		}
		if err := change(ctx, tx, g, expense); err != nil {
			return Expense{}, err
		}
		return s.read(ctx, tx, groupID, expenseID)
	})
}

func (s *Service) replace(ctx context.Context, tx pgx.Tx, g group, after Expense, spare int64) error {
	encoded, err := json.Marshal(parts{PaidBy: after.PaidBy, Shares: after.Shares, Items: after.Items})
	if err != nil {
		return fmt.Errorf("write parts: %w", err)
	}
	err = s.q.ExpenseUpdate(ctx, tx, queries.ExpenseUpdateParams{
		ID: after.ID, Description: after.Description, Category: after.Category, Note: after.Note, SpentOn: after.Date,
		Currency: after.Total.Currency, Total: after.Total.Amount, Method: string(after.Method), Parts: encoded,
		TransactionID: after.TransactionID, Spare: spare, Version: after.Version + 1, UpdatedAt: g.now,
	})
	if err != nil {
		return fmt.Errorf("update expense: %w", err)
	}
	return nil
}

// apply is what the expense would be written as after the patch.
func (p Patch) apply(e Expense) Draft {
	draft := e.draft()
	if p.Description != nil {
		draft.Description = *p.Description
	}
	if p.Category.Given {
		draft.Category = p.Category.Value
	}
	if p.Note.Given {
		draft.Note = p.Note.Value
	}
	if p.Date != nil {
		draft.Date = p.Date
	}
	if p.TransactionID.Given {
		draft.TransactionID = p.TransactionID.Value
	}
	if p.Total != nil {
		draft.setTotal(*p.Total, p.PaidBy == nil)
	}
	if p.PaidBy != nil {
		draft.PaidBy = p.PaidBy
	}
	if p.Method != nil && *p.Method != draft.Method {
		draft.setMethod(*p.Method)
	}
	if p.Shares != nil {
		draft.Shares = p.Shares
	}
	if p.Items != nil {
		draft.Items = p.Items
	}
	return draft
}

// setTotal sets another total. One single payer goes on having paid all of it.
func (d *Draft) setTotal(total money.Money, payerFollows bool) {
	if payerFollows && len(d.PaidBy) == 1 && d.PaidBy[0].Amount == d.Total {
		d.PaidBy[0].Amount = total
	}
	d.Total = total
}

// setMethod keeps the people and drops what the former method asked of them.
func (d *Draft) setMethod(method split.Method) {
	d.Method = method
	for i := range d.Shares {
		d.Shares[i] = ShareDraft{UserID: d.Shares[i].UserID}
	}
	if method != split.Items {
		d.Items = nil
	}
}

// draft is an expense as it would be written.
func (e Expense) draft() Draft {
	draft := Draft{
		Description: e.Description, Category: e.Category, Note: e.Note, Date: &e.Date, Total: e.Total, Method: e.Method,
		TransactionID: e.TransactionID,
	}
	in := func(amount int64) money.Money { return money.Money{Amount: amount, Currency: e.Total.Currency} }
	for _, payment := range e.PaidBy {
		draft.PaidBy = append(draft.PaidBy, PaymentDraft{UserID: payment.UserID, Amount: in(payment.Amount)})
	}
	for _, share := range e.Shares {
		kept := ShareDraft{UserID: share.UserID, Weight: share.Weight, Bps: share.Bps}
		if e.Method == split.Amounts {
			amount := in(share.Amount)
			kept.Amount = &amount
		}
		draft.Shares = append(draft.Shares, kept)
	}
	for _, item := range e.Items {
		refunded := in(item.Refunded)
		draft.Items = append(draft.Items, ItemDraft{Name: item.Name, Amount: in(item.Amount), Refunded: &refunded, ClaimedBy: item.ClaimedBy})
	}
	return draft
}

// DeleteExpense takes an expense out of the balances, with the payments that marked its shares. Deleting again changes
// nothing. Errors: ErrNotFound, ErrChanged.
func (s *Service) DeleteExpense(ctx context.Context, userID, groupID, expenseID uuid.UUID, mayReplace func(version int64) bool) error {
	_, err := s.edit(ctx, userID, groupID, expenseID, func(ctx context.Context, tx pgx.Tx, g group, expense Expense) error {
		switch {
		case expense.DeletedAt != nil:
			return nil
		case !mayReplace(expense.Version):
			return ErrChanged
		}
		err := s.q.SettlementVoidWithExpense(ctx, tx, queries.SettlementVoidWithExpenseParams{ExpenseID: &expenseID, At: &g.now})
		if err != nil {
			return fmt.Errorf("void payments: %w", err)
		}
		return s.setDeleted(ctx, tx, g, expense, &g.now, ActionDeleted)
	})
	return err
}

// RestoreExpense lets a deleted expense count again, with the payments that were voided with it. Restoring again changes
// nothing. Errors: ErrNotFound.
func (s *Service) RestoreExpense(ctx context.Context, userID, groupID, expenseID uuid.UUID) (Expense, error) {
	return idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (Expense, []uuid.UUID, error) {
			expense, err := s.restore(ctx, tx, userID, groupID, expenseID)
			return expense, []uuid.UUID{expenseID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Expense, error) {
			return s.GetExpense(ctx, userID, groupID, ids[0])
		})
}

func (s *Service) restore(ctx context.Context, tx pgx.Tx, userID, groupID, expenseID uuid.UUID) (Expense, error) {
	g, err := s.lock(ctx, tx, groupID, userID)
	if err != nil {
		return Expense{}, err
	}
	expense, err := s.read(ctx, tx, groupID, expenseID)
	if err != nil || expense.DeletedAt == nil {
		return expense, err
	}
	if err := s.q.SettlementRestoreWithExpense(ctx, tx, &expenseID); err != nil {
		return Expense{}, fmt.Errorf("restore payments: %w", err)
	}
	if err := s.setDeleted(ctx, tx, g, expense, nil, ActionRestored); err != nil {
		return Expense{}, err
	}
	return s.read(ctx, tx, groupID, expenseID)
}

func (s *Service) setDeleted(ctx context.Context, tx pgx.Tx, g group, expense Expense, deletedAt *time.Time, action string) error {
	err := s.q.ExpenseSetDeleted(ctx, tx, queries.ExpenseSetDeletedParams{
		ID: expense.ID, DeletedAt: deletedAt, Version: expense.Version + 1, UpdatedAt: g.now,
	})
	if err != nil {
		return fmt.Errorf("mark expense deleted: %w", err)
	}
	if err := s.note(ctx, tx, g, expense.ID, expense.Version+1, action, nil); err != nil {
		return err
	}
	return s.changed(ctx, tx, g, "expense."+verbs[action], "expense", expense.ID)
}

// verbs name actions in the audit log.
var verbs = map[string]string{ActionDeleted: "delete", ActionRestored: "restore"}
