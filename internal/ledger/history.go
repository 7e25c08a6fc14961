package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/money"
)

// compare says in words what differs between two versions of an expense.
func (s *Service) compare(ctx context.Context, db queries.DBTX, before, after Expense) ([]FieldChange, error) {
	names, err := s.names(ctx, db, append(before.people(), after.people()...))
	if err != nil {
		return nil, err
	}
	var changes []FieldChange
	field := func(name string, was, is *string) {
		if (was == nil) != (is == nil) || was != nil && *was != *is {
			changes = append(changes, FieldChange{Field: name, Before: was, After: is})
		}
	}
	text := func(name, was, is string) { field(name, &was, &is) }
	text("description", before.Description, after.Description)
	field("category", before.Category, after.Category)
	field("note", before.Note, after.Note)
	text("date", before.Date.Format(time.DateOnly), after.Date.Format(time.DateOnly))
	text("total", before.Total.Format(), after.Total.Format())
	text("method", string(before.Method), string(after.Method))
	text("paidBy", before.paymentsInWords(names), after.paymentsInWords(names))
	text("shares", before.sharesInWords(names), after.sharesInWords(names))
	text("items", before.itemsInWords(names), after.itemsInWords(names))
	field("transactionId", idText(before.TransactionID), idText(after.TransactionID))
	return changes, nil
}

func idText(id *uuid.UUID) *string {
	if id == nil {
		return nil
	}
	text := id.String()
	return &text
}

func (e Expense) paymentsInWords(names map[uuid.UUID]string) string {
	words := make([]string, len(e.PaidBy))
	for i, payment := range e.PaidBy {
		words[i] = names[payment.UserID] + " " + e.inWords(payment.Amount)
	}
	return inOrder(words)
}

func (e Expense) sharesInWords(names map[uuid.UUID]string) string {
	words := make([]string, len(e.Shares))
	for i, share := range e.Shares {
		words[i] = names[share.UserID] + " " + e.inWords(share.Amount)
	}
	return inOrder(words)
}

func (e Expense) itemsInWords(names map[uuid.UUID]string) string {
	words := make([]string, len(e.Items))
	for i, item := range e.Items {
		words[i] = item.Name + " " + e.inWords(item.Amount)
		if item.Refunded != 0 {
			words[i] += " less " + e.inWords(item.Refunded)
		}
		claimed := make([]string, len(item.ClaimedBy))
		for j, claim := range item.ClaimedBy {
			claimed[j] = names[claim.UserID]
		}
		if len(claimed) > 0 {
			words[i] += " (" + inOrder(claimed) + ")"
		}
	}
	return strings.Join(words, ", ")
}

func (e Expense) inWords(amount int64) string {
	return money.Money{Amount: amount, Currency: e.Total.Currency}.Format()
}

// inOrder makes lists that are the same read the same.
func inOrder(words []string) string {
	slices.Sort(words)
	return strings.Join(words, ", ")
}
