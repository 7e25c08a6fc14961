package transactions

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/receipts"
	"github.com/lattice-money/lattice/internal/redact"
)

// ErrChanged means that the version the caller saw is not the current one.
var ErrChanged = apperr.New(apperr.CodePreconditionFailed, "This was changed in the meantime. Read it again.")

// Change is what a merge patch says of one property: nothing, unless Given; else its new value, or that it is to have none.
type Change struct {
	Given bool
	Value *string
}

// UpdateParams is what the owner of an order changes. Without a category of their own it has the merchant's. Accepts says
// whether the version may be changed.
type UpdateParams struct {
	UserID   uuid.UUID
	ID       uuid.UUID
	Category Change
	Note     Change
	Accepts  func(version int64) bool
}

// Validate collects every fault that the contract's types cannot express.
func (p UpdateParams) Validate() error {
	var fields []apperr.Field
	if p.Category.Value != nil {
		if _, known := category.Parse(*p.Category.Value); !known {
			fields = append(fields, apperr.Field{Pointer: "/category", Code: "unknown", Detail: "There is no such category."})
		}
	}
	if note := p.Note.Value; note != nil {
		switch {
		case redact.ContainsCardNumber(*note):
			fields = append(fields, apperr.Field{
				Pointer: "/note", Code: "card_number", Detail: "This looks like a card number. Lattice never takes one.",
			})
		case redact.ContainsSecurityCode(*note):
			fields = append(fields, apperr.Field{
				Pointer: "/note", Code: "security_code", Detail: "This looks like the security code of a card. Lattice never takes one.",
			})
		case strings.TrimSpace(*note) == "": // the contract knows lengths only
			fields = append(fields, apperr.Field{Pointer: "/note", Code: "min_length", Detail: "A note has visible characters."})
		}
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// Update changes category and note of an order. Changing nothing makes no new version. Errors: CodeInvalidRequest,
// ErrTransactionNotFound, ErrChanged.
func (s *Service) Update(ctx context.Context, params UpdateParams) (Transaction, error) {
	if err := params.Validate(); err != nil {
		return Transaction{}, err
	}
	notices, err := postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) ([]events.Notice, error) {
		row, err := s.q.TransactionGetForUpdate(ctx, tx, queries.TransactionGetForUpdateParams{ID: params.ID, UserID: params.UserID})
		if postgres.IsNoRows(err) {
			return nil, ErrTransactionNotFound
		}
		if err != nil {
			return nil, fmt.Errorf("lock order: %w", err)
		}
		if !params.Accepts(row.Transaction.Version) {
			return nil, ErrChanged
		}
		return s.change(ctx, tx, params, row)
	})
	if err != nil {
		return Transaction{}, err
	}
	for _, notice := range notices {
		s.notifier.Notify(notice)
	}
	return s.Get(ctx, params.UserID, params.ID)
}

// change writes what is different; it returns what to tell afterwards.
func (s *Service) change(
	ctx context.Context,
	tx pgx.Tx,
	params UpdateParams,
	row queries.TransactionGetForUpdateRow,
) ([]events.Notice, error) {
	before := row.Transaction
	after := queries.TransactionUpdateParams{
		ID: before.ID, Category: before.Category, CategoryChosen: before.CategoryChosen, Note: before.Note,
	}
	if params.Category.Given {
		after.Category, after.CategoryChosen = row.MerchantCategory, false
		if params.Category.Value != nil {
			after.Category, after.CategoryChosen = *params.Category.Value, true
		}
	}
	if params.Note.Given {
		after.Note = nil
		if params.Note.Value != nil {
			trimmed := strings.TrimSpace(*params.Note.Value)
			after.Note = &trimmed
		}
	}
	sameNote := (before.Note == nil) == (after.Note == nil) && (before.Note == nil || *before.Note == *after.Note)
	if sameNote && before.Category == after.Category && before.CategoryChosen == after.CategoryChosen {
		return nil, nil
	}
	if err := s.q.TransactionUpdate(ctx, tx, after); err != nil {
		return nil, fmt.Errorf("update order: %w", err)
	}
	if err := s.auditor.Record(ctx, tx, params.UserID, "transaction.update", "transaction", before.ID.String()); err != nil {
		return nil, err
	}
	if before.Category == after.Category {
		return nil, nil // what others see is as it was
	}
	if err := s.refresh.EnqueueInsightsRefresh(ctx, tx, params.UserID); err != nil {
		return nil, fmt.Errorf("enqueue insights: %w", err)
	}
	return receipts.NoticesOfTransaction(ctx, tx, before.ID)
}
