package ledger

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
)

// SetShareStatus marks one share of an expense paid, which records a confirmed settlement of what it still owes, or
// pending, which voids what was so recorded. Setting what is set changes nothing. Errors: ErrNotFound, also for somebody
// without a share, ErrNotPayer, ErrDeleted, and CodeInvalidRequest for a share that owes nobody and is to be pending.
func (s *Service) SetShareStatus(ctx context.Context, userID, groupID, expenseID, sharerID uuid.UUID, paid bool) (Expense, error) {
	return s.edit(ctx, userID, groupID, expenseID, func(ctx context.Context, tx pgx.Tx, g group, expense Expense) error {
		share, ok := expense.share(sharerID)
		switch {
		case !ok:
			return ErrNotFound
		case !expense.isPayer(userID):
			return ErrNotPayer
		case expense.DeletedAt != nil:
			return ErrDeleted
		case share.Paid == paid:
			return nil
		}
		linked, err := s.q.SettlementListOfExpense(ctx, tx, &expenseID)
		if err != nil {
			return fmt.Errorf("list payments of expense: %w", err)
		}
		// What was paid while the expense was in another currency is no part of what is owed now.
		linked = slices.DeleteFunc(linked, func(p queries.Settlement) bool { return p.Currency != expense.Total.Currency })
		if paid {
			err = s.payShare(ctx, tx, g, expense, sharerID, linked)
		} else {
			err = s.unpayShare(ctx, tx, g, expense, sharerID, linked)
		}
		if err != nil {
			return err
		}
		return s.noteShare(ctx, tx, g, expense, share, paid)
	})
}

func (s *Service) payShare(
	ctx context.Context, tx pgx.Tx, g group, expense Expense, sharerID uuid.UUID, linked []queries.Settlement,
) error {
	returned := make([]transfer, len(linked))
	for i, settlement := range linked {
		returned[i] = transfer{From: settlement.FromUser, To: settlement.ToUser, Amount: settlement.Amount}
	}
	debts, err := expense.allDebts()
	if err != nil {
		return err
	}
	for _, debt := range stillOpen(expense.debtsOf(sharerID, debts), returned) {
		err := s.q.SettlementInsert(ctx, tx, queries.SettlementInsertParams{
			ID: uuid.Must(uuid.NewV7()), GroupID: g.id, FromUser: debt.From, ToUser: debt.To, Currency: expense.Total.Currency,
			Amount: debt.Amount, Status: StatusConfirmed, ExpenseID: &expense.ID, CreatedBy: g.userID, CreatedAt: g.now, ConfirmedAt: &g.now,
		})
		if err != nil {
			return fmt.Errorf("record payment: %w", err)
		}
	}
	return nil
}

func (s *Service) unpayShare(
	ctx context.Context, tx pgx.Tx, g group, expense Expense, sharerID uuid.UUID, linked []queries.Settlement,
) error {
	all, err := expense.allDebts()
	if err != nil {
		return err
	}
	debts := expense.debtsOf(sharerID, all)
	if len(debts) == 0 {
		return apperr.Invalid(apperr.Field{Pointer: "/status", Code: "settled", Detail: "This share owes nobody, so it cannot be pending."})
	}
	for _, settlement := range linked {
		ofShare := slices.ContainsFunc(debts, func(t transfer) bool { return t.From == settlement.FromUser && t.To == settlement.ToUser })
		if !ofShare {
			continue
		}
		if err := s.q.SettlementVoid(ctx, tx, queries.SettlementVoidParams{ID: settlement.ID, At: &g.now}); err != nil {
			return fmt.Errorf("void payment: %w", err)
		}
	}
	return nil
}

// noteShare tells that a share was marked: what is shown of the expense has changed.
func (s *Service) noteShare(ctx context.Context, tx pgx.Tx, g group, expense Expense, share Share, paid bool) error {
	if err := s.touch(ctx, tx, g, expense); err != nil {
		return err
	}
	names, err := s.names(ctx, tx, []uuid.UUID{share.UserID})
	if err != nil {
		return err
	}
	words := map[bool]string{true: "paid", false: "pending"}
	was, is := names[share.UserID]+" "+words[!paid], names[share.UserID]+" "+words[paid]
	action := map[bool]string{true: ActionSharePaid, false: ActionSharePending}[paid]
	err = s.note(ctx, tx, g, expense.ID, expense.Version+1, action, []FieldChange{{Field: "shares", Before: &was, After: &is}})
	if err != nil {
		return err
	}
	return s.changed(ctx, tx, g, "expense."+action, "expense", expense.ID)
}

func (s *Service) touch(ctx context.Context, tx pgx.Tx, g group, expense Expense) error {
	err := s.q.ExpenseTouch(ctx, tx, queries.ExpenseTouchParams{ID: expense.ID, Version: expense.Version + 1, UpdatedAt: g.now})
	if err != nil {
		return fmt.Errorf("touch expense: %w", err)
	}
	return nil
}
