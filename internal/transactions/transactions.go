// Package transactions holds the orders that linked merchants reported, with what their owner made of them.
package transactions

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/events"
)

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// RefreshQueue queues the computing of a user's insights in the transaction that changed their orders.
type RefreshQueue interface {
	EnqueueInsightsRefresh(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error
}

// Notifier tells readers what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Service reads orders, and keeps what their owners change.
type Service struct {
	pool     *pgxpool.Pool
	q        *queries.Queries
	auditor  Auditor
	refresh  RefreshQueue
	notifier Notifier
}

// New makes the service; every dependency is required.
func New(pool *pgxpool.Pool, auditor Auditor, refresh RefreshQueue, notifier Notifier) (*Service, error) {
	if pool == nil || auditor == nil || refresh == nil || notifier == nil {
		return nil, errors.New("transactions: New wants every dependency")
	}
	return &Service{pool: pool, q: queries.New(), auditor: auditor, refresh: refresh, notifier: notifier}, nil
}

// Since returns the user's orders placed at since or later, oldest first, with their items, adjustments and payments.
func (s *Service) Since(ctx context.Context, userID uuid.UUID, since time.Time) ([]insights.Order, error) {
	rows, err := s.q.TransactionListSince(ctx, s.pool, queries.TransactionListSinceParams{UserID: userID, Since: since})
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	return fromDBOrders(rows), nil
}

// What a row of TransactionListSince is.
const (
	partOrder int32 = iota
	partItem
	partAdjustment
	partPayment
)

// fromDBOrders puts orders together from their rows, which come in no order.
func fromDBOrders(rows []queries.TransactionListSinceRow) []insights.Order {
	orders := []insights.Order{}
	for _, at := range inOrder(rows) {
		row := &rows[at]
		if row.Part == partOrder { // its parts follow
			orders = append(orders, insights.Order{
				ID: row.ID.String(), AccountID: row.AccountID.String(), MerchantID: row.MerchantID, MerchantName: row.Name, MerchantSlug: row.Code,
				Category: row.Brand, PlacedAt: row.PlacedAt, Status: row.Kind, Currency: row.Currency, Subtotal: row.Amount, Total: row.Total,
			})
			continue
		}
		order := &orders[len(orders)-1]
		switch row.Part {
		case partItem:
			order.Items = append(order.Items, insights.Item{
				Name: row.Name, ProductID: row.Code, Quantity: int(row.Quantity), UnitPrice: row.Amount, Total: row.Total,
			})
		case partAdjustment:
			order.Adjustments = append(order.Adjustments, insights.Adjustment{Type: row.Kind, Label: row.Name, Amount: row.Amount})
		case partPayment:
			order.Payments = append(order.Payments, insights.Payment{Type: row.Kind, Brand: row.Brand, LastFour: row.Code, Amount: row.Amount})
		}
	}
	return orders
}

// inOrder returns where the rows stand in the order they are put together: by time, each order before its parts. What is
// sorted is small; the rows are wide, and moving them took longer than reading them.
func inOrder(rows []queries.TransactionListSinceRow) []int {
	var orders []int
	for i := range rows {
		if rows[i].Part == partOrder {
			orders = append(orders, i)
		}
	}
	slices.SortFunc(orders, func(a, b int) int {
		return cmp.Or(rows[a].PlacedAt.Compare(rows[b].PlacedAt), bytes.Compare(rows[a].ID[:], rows[b].ID[:]))
	})
	rank := make(map[uuid.UUID]int, len(orders))
	for i, at := range orders {
		rank[rows[at].ID] = i
	}
	type place struct{ order, part, ordinal, row int }
	places := make([]place, len(rows))
	for i := range rows {
		places[i] = place{order: rank[rows[i].ID], part: int(rows[i].Part), ordinal: int(rows[i].Ordinal), row: i}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(a.order-b.order, a.part-b.part, a.ordinal-b.ordinal)
	})
	sorted := make([]int, len(places))
	for i := range places {
		sorted[i] = places[i].row
	}
	return sorted
}
