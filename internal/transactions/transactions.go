// Package transactions holds the orders that linked merchants reported.
package transactions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Service reads orders.
type Service struct {
	pool *pgxpool.Pool
	q    *queries.Queries
}

// New makes the service.
func New(pool *pgxpool.Pool) (*Service, error) {
	if pool == nil {
		return nil, errors.New("transactions: New wants a pool")
	}
	return &Service{pool: pool, q: queries.New()}, nil
}

// Since returns the user's orders placed at since or later, oldest first, with their items, adjustments and payments.
func (s *Service) Since(ctx context.Context, userID uuid.UUID, since time.Time) ([]insights.Order, error) {
	rows, err := s.q.TransactionListSince(ctx, s.pool, queries.TransactionListSinceParams{UserID: userID, Since: since})
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	orders := make([]insights.Order, len(rows))
	for i, row := range rows {
		if orders[i], err = fromDBOrder(row); err != nil {
			return nil, fmt.Errorf("read order %s: %w", row.Transaction.ID, err)
		}
	}
	return orders, nil
}

// fromDBOrder puts an order together; its parts come as JSON whose keys are the engine's field names.
func fromDBOrder(row queries.TransactionListSinceRow) (insights.Order, error) {
	order := row.Transaction
	result := insights.Order{
		ID: order.ID.String(), AccountID: order.AccountID.String(), MerchantID: order.MerchantID,
		MerchantName: row.MerchantName, MerchantSlug: row.MerchantSlug, Category: order.Category, PlacedAt: order.PlacedAt,
		Status: order.Status, Currency: order.Currency, Subtotal: order.Subtotal, Total: order.Total,
	}
	err := errors.Join(
		json.Unmarshal(row.Items, &result.Items),
		json.Unmarshal(row.Adjustments, &result.Adjustments),
		json.Unmarshal(row.Payments, &result.Payments))
	return result, err
}
