package ledger

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

// ExpenseCursor is where a list of expenses goes on: after this one.
type ExpenseCursor struct {
	Day time.Time `json:"d"`
	ID  uuid.UUID `json:"i"`
}

// ListExpensesParams selects a page of expenses.
type ListExpensesParams struct {
	UserID  uuid.UUID
	GroupID uuid.UUID
	Deleted bool // those that can be restored, instead of those that stand
	Limit   int
	After   *ExpenseCursor
}

// ListExpenses returns what a group spent, newest day first, without histories. Errors: ErrNotFound.
func (s *Service) ListExpenses(ctx context.Context, params ListExpensesParams) (paging.Page[Expense, ExpenseCursor], error) {
	var none paging.Page[Expense, ExpenseCursor]
	if _, err := s.open(ctx, s.pool, params.GroupID, params.UserID); err != nil {
		return none, err
	}
	after := ExpenseCursor{Day: paging.End(), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.ExpenseList(ctx, s.pool, queries.ExpenseListParams{
		GroupID: params.GroupID, Deleted: params.Deleted, BeforeDay: after.Day, BeforeID: after.ID,
		RowLimit: paging.Rows(params.Limit),
	})
	if err != nil {
		return none, fmt.Errorf("list expenses: %w", err)
	}
	expenses := make([]Expense, len(rows))
	for i, row := range rows {
		if expenses[i], err = fromDBExpense(row.Expense, row.PaidBack); err != nil {
			return none, err
		}
	}
	return paging.Cut(expenses, params.Limit, func(e Expense) ExpenseCursor { return ExpenseCursor{Day: e.Date, ID: e.ID} }), nil
}

// GetExpense returns one expense with its history, also a deleted one. Errors: ErrNotFound.
func (s *Service) GetExpense(ctx context.Context, userID, groupID, expenseID uuid.UUID) (Expense, error) {
	if _, err := s.open(ctx, s.pool, groupID, userID); err != nil {
		return Expense{}, err
	}
	return s.read(ctx, s.pool, groupID, expenseID)
}

// read is an expense with its history.
func (s *Service) read(ctx context.Context, db queries.DBTX, groupID, expenseID uuid.UUID) (Expense, error) {
	row, err := s.q.ExpenseGet(ctx, db, queries.ExpenseGetParams{ID: expenseID, GroupID: groupID})
	if postgres.IsNoRows(err) {
		return Expense{}, ErrNotFound
	}
	if err != nil {
		return Expense{}, fmt.Errorf("get expense: %w", err)
	}
	expense, err := fromDBExpense(row.Expense, row.PaidBack)
	if err != nil {
		return Expense{}, err
	}
	changes, err := s.q.ExpenseChangeList(ctx, db, expenseID)
	if err != nil {
		return Expense{}, fmt.Errorf("list changes: %w", err)
	}
	expense.History = make([]Change, 0, len(changes))
	for _, change := range changes {
		if change.Version > expense.Version {
			continue // made after the expense was read
		}
		entry := Change{Version: change.Version, Action: change.Action, UserID: change.UserID, Name: change.UserName, At: change.At}
		if err := json.Unmarshal(change.Changes, &entry.Fields); err != nil {
			return Expense{}, fmt.Errorf("read change: %w", err)
		}
		expense.History = append(expense.History, entry)
	}
	return expense, nil
}

// CreateExpense writes an expense. Errors: ErrNotFound, CodeInvalidRequest with the fields, a MismatchError.
func (s *Service) CreateExpense(ctx context.Context, userID, groupID uuid.UUID, draft Draft) (Expense, error) {
	today, err := s.today(ctx, userID)
	if err != nil {
		return Expense{}, err
	}
	// The answer is read back in both cases, so that a repeat gets the very same.
	id, err := idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (uuid.UUID, []uuid.UUID, error) {
			id, err := s.insert(ctx, tx, writer{userID: userID, ownerID: userID}, groupID, draft, today)
			return id, []uuid.UUID{id}, err
		},
		func(_ context.Context, ids []uuid.UUID) (uuid.UUID, error) { return ids[0], nil })
	if err != nil {
		return Expense{}, err
	}
	return s.GetExpense(ctx, userID, groupID, id)
}

// today is the day it is for a user.
func (s *Service) today(ctx context.Context, userID uuid.UUID) (time.Time, error) {
	chosen, err := s.choices.Preferences(ctx, userID)
	if err != nil {
		return time.Time{}, fmt.Errorf("read time zone: %w", err)
	}
	return day(s.clock.Now().In(chosen.Location())), nil
}

// day is the midnight UTC of a moment's date.
func day(at time.Time) time.Time {
	year, month, date := at.Date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

// writer is who writes an expense, and whose order it may be paid with.
type writer struct{ userID, ownerID uuid.UUID }

func (s *Service) insert(ctx context.Context, tx pgx.Tx, by writer, groupID uuid.UUID, draft Draft, today time.Time) (uuid.UUID, error) {
	g, err := s.lock(ctx, tx, groupID, by.userID)
	if err != nil {
		return uuid.Nil, err
	}
	turn, err := s.q.LedgerOddUnits(ctx, tx, groupID)
	if err != nil {
		return uuid.Nil, fmt.Errorf("read turn: %w", err)
	}
	seed := uint64(turn) //nolint:gosec // the table holds it not below zero
	if draft.Seed != nil {
		seed = *draft.Seed
	}
	draft.Date = cmp.Or(draft.Date, &today)
	p, spare, err := s.prepare(ctx, tx, g, by.ownerID, &draft, Expense{}, seed)
	if err != nil {
		return uuid.Nil, err
	}
	encoded, err := json.Marshal(p)
	if err != nil {
		return uuid.Nil, fmt.Errorf("write parts: %w", err)
	}
	id := uuid.Must(uuid.NewV7())
	err = s.q.ExpenseInsert(ctx, tx, queries.ExpenseInsertParams{
		ID: id, GroupID: groupID, Description: draft.Description, Category: draft.Category, Note: draft.Note, SpentOn: day(*draft.Date),
		Currency: draft.Total.Currency, Total: draft.Total.Amount, Method: string(draft.Method), Parts: encoded,
		TransactionID: draft.TransactionID, Spare: spare, CreatedBy: by.userID, CreatedAt: g.now,
		Seed: int64(seed), //nolint:gosec // bits are kept
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("insert expense: %w", err)
	}
	if err := s.turn(ctx, tx, groupID, turn+spare); err != nil {
		return uuid.Nil, err
	}
	if err := s.note(ctx, tx, g, id, 1, ActionCreated, nil); err != nil {
		return uuid.Nil, err
	}
	return id, s.changed(ctx, tx, g, "expense.create", "expense", id)
}

// prepare checks a draft and divides it; an order it names has to be ownerID's. before is the expense it replaces: whoever
// was in it may stay, and its order may.
func (s *Service) prepare(
	ctx context.Context, tx pgx.Tx, g group, ownerID uuid.UUID, draft *Draft, before Expense, seed uint64,
) (parts, int64, error) {
	draft.clean()
	if err := draft.validate(append(g.ids(), before.people()...)); err != nil {
		return parts{}, 0, err
	}
	if id := draft.TransactionID; id != nil && (before.TransactionID == nil || *before.TransactionID != *id) {
		owned, err := s.q.LedgerOwnsTransaction(ctx, tx, queries.LedgerOwnsTransactionParams{ID: *id, UserID: ownerID})
		if err != nil {
			return parts{}, 0, fmt.Errorf("look for transaction: %w", err)
		}
		if !owned {
			return parts{}, 0, apperr.Invalid(apperr.Field{Pointer: "/transactionId", Code: "unknown", Detail: "You have no such order."})
		}
	}
	return draft.divide(g.ids(), seed)
}

// turn keeps how many odd units the group has handed out.
func (s *Service) turn(ctx context.Context, tx pgx.Tx, groupID uuid.UUID, units int64) error {
	err := s.q.LedgerSetOddUnits(ctx, tx, queries.LedgerSetOddUnitsParams{GroupID: groupID, OddUnits: max(0, units)})
	if err != nil {
		return fmt.Errorf("keep turn: %w", err)
	}
	return nil
}

// note writes one entry of an expense's history.
func (s *Service) note(ctx context.Context, tx pgx.Tx, g group, id uuid.UUID, version int64, action string, fields []FieldChange) error {
	if fields == nil {
		fields = []FieldChange{}
	}
	encoded, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("write changes: %w", err)
	}
	name, _ := g.name(g.userID)
	err = s.q.ExpenseChangeInsert(ctx, tx, queries.ExpenseChangeInsertParams{
		ExpenseID: id, Version: version, Action: action, UserID: g.userID, UserName: name, At: g.now, Changes: encoded,
	})
	if err != nil {
		return fmt.Errorf("insert change: %w", err)
	}
	return nil
}
