// Package receipts knows which groups are shown an order. Whoever changes orders tells them.
package receipts

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/events"
)

// NoticesOfTransaction are what to tell, after the commit, the groups that are shown an order.
func NoticesOfTransaction(ctx context.Context, db queries.DBTX, transactionID uuid.UUID) ([]events.Notice, error) {
	rows, err := queries.New().ReceiptAudienceOfTransaction(ctx, db, transactionID)
	if err != nil {
		return nil, fmt.Errorf("list groups shown an order: %w", err)
	}
	notices := make([]events.Notice, len(rows))
	for i, row := range rows {
		notices[i] = notice(row.ChatID, row.MemberIds)
	}
	return notices, nil
}

// NoticesOfAccount are the same for all orders of an account.
func NoticesOfAccount(ctx context.Context, db queries.DBTX, accountID uuid.UUID) ([]events.Notice, error) {
	rows, err := queries.New().ReceiptAudienceOfAccount(ctx, db, accountID)
	if err != nil {
		return nil, fmt.Errorf("list groups shown orders: %w", err)
	}
	notices := make([]events.Notice, len(rows))
	for i, row := range rows {
		notices[i] = notice(row.ChatID, row.MemberIds)
	}
	return notices, nil
}

func notice(chatID uuid.UUID, memberIDs []uuid.UUID) events.Notice {
	return events.Notice{Audience: memberIDs, Hint: &events.Hint{Type: events.ChatUpdated, ChatID: chatID}}
}
