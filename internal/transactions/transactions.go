// Package transactions holds the orders that linked merchants reported.
package transactions

import (
	"context"
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
	index := make(map[uuid.UUID]*insights.Order, len(rows))
	for i, row := range rows {
		order := row.Transaction
		orders[i] = insights.Order{
			ID: order.ID.String(), AccountID: order.AccountID.String(), MerchantID: order.MerchantID,
			MerchantName: row.MerchantName, MerchantSlug: row.MerchantSlug, Category: order.Category, PlacedAt: order.PlacedAt,
			Status: order.Status, Currency: order.Currency, Subtotal: order.Subtotal, Total: order.Total,
		}
		index[order.ID] = &orders[i]
	}
	return orders, s.fill(ctx, userID, since, index)
}

// fill adds the parts. The parts are read after the orders and so may hold those of an order that came in between;
// they are left out.
func (s *Service) fill(ctx context.Context, userID uuid.UUID, since time.Time, orders map[uuid.UUID]*insights.Order) error {
	items, err := s.q.TransactionItemListSince(ctx, s.pool, queries.TransactionItemListSinceParams{UserID: userID, Since: since})
	if err != nil {
		return fmt.Errorf("list items: %w", err)
	}
	for _, row := range items {
		if order := orders[row.TransactionID]; order != nil {
			item := insights.Item{Name: row.Name, Quantity: int(row.Quantity), UnitPrice: row.UnitPrice, Total: row.Total}
			if row.ProductID != nil {
				item.ProductID = *row.ProductID
			}
			order.Items = append(order.Items, item)
		}
	}
	adjustments, err := s.q.TransactionAdjustmentListSince(ctx, s.pool, queries.TransactionAdjustmentListSinceParams{UserID: userID, Since: since})
	if err != nil {
		return fmt.Errorf("list adjustments: %w", err)
	}
	for _, row := range adjustments {
		if order := orders[row.TransactionID]; order != nil {
			order.Adjustments = append(order.Adjustments, insights.Adjustment{Type: row.Type, Label: row.Label, Amount: row.Amount})
		}
	}
	payments, err := s.q.TransactionPaymentMethodListSince(ctx, s.pool, queries.TransactionPaymentMethodListSinceParams{UserID: userID, Since: since})
	if err != nil {
		return fmt.Errorf("list payments: %w", err)
	}
	for _, row := range payments {
		if order := orders[row.TransactionID]; order != nil {
			payment := insights.Payment{Type: row.Type, Amount: row.Amount}
			if row.Brand != nil {
				payment.Brand = *row.Brand
			}
			if row.LastFour != nil {
				payment.LastFour = *row.LastFour
			}
			order.Payments = append(order.Payments, payment)
		}
	}
	return nil
}
