package seed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/money"
)

// insertExpenses writes what the members of a group paid for each other, and says when the last of it was.
func (d *demo) insertExpenses(ctx context.Context, tx pgx.Tx, talk conversation) (last time.Time, err error) {
	last = talk.created
	for _, expense := range talk.group.Expenses {
		payer := d.people[expense.By]
		at, err := d.moment(talk.owner, payer, expense.DaysAgo, expense.At)
		if err != nil {
			return last, err
		}
		draft := ledger.Draft{
			Description: expense.Description, Category: &expense.Category, Date: &at, Method: split.Equal,
			Total:  money.Money{Amount: expense.Total, Currency: talk.group.Currency},
			PaidBy: []ledger.PaymentDraft{{UserID: payer.ID, Amount: money.Money{Amount: expense.Total, Currency: talk.group.Currency}}},
		}
		if len(expense.Shares) > 0 {
			draft.Method = split.Shares
			for _, email := range slices.Sorted(maps.Keys(expense.Shares)) {
				draft.Shares = append(draft.Shares, ledger.ShareDraft{UserID: d.people[email].ID, Weight: new(expense.Shares[email])})
			}
		}
		if _, err := d.Ledger.WriteAt(ctx, tx, at, payer.ID, talk.id, draft); err != nil {
			return last, fmt.Errorf("write expense %q: %w", expense.Description, err)
		}
		last = later(last, at)
	}
	return last, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
