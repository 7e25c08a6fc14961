package accounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
)

// linkedAccount is an account as the vendor tells of it, with its orders.
type linkedAccount struct {
	VendorAccount
	orders []Order
}

func (s *Service) readLinked(ctx context.Context, ref string) ([]linkedAccount, error) {
	vendorAccounts, err := s.linker.LinkedAccounts(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("read linked accounts: %w", err)
	}
	linked := make([]linkedAccount, len(vendorAccounts))
	for i, account := range vendorAccounts {
		linked[i].VendorAccount = account
		if !account.Transactions {
			continue
		}
		orders, err := s.linker.Orders(ctx, ref, account.MerchantID)
		if errors.Is(err, ErrNotLinked) {
			continue // unlinked between the two calls
		}
		if err != nil {
			return nil, fmt.Errorf("read orders of merchant %d: %w", account.MerchantID, err)
		}
		linked[i].orders = orders
	}
	return linked, nil
}

func (s *Service) storeLinked(
	ctx context.Context,
	tx pgx.Tx,
	userID uuid.UUID,
	session queries.OnboardingSession,
	linked []linkedAccount,
) error {
	now := s.clock.Now()
	for _, account := range linked {
		if err := s.StoreAccount(ctx, tx, userID, session.VendorUserRef, session.Mock, account.VendorAccount, account.orders); err != nil {
			return err
		}
	}
	if len(linked) > 0 {
		err := s.q.UserSetOnboardingStatus(ctx, tx, queries.UserSetOnboardingStatusParams{ID: userID, OnboardingStatus: "complete"})
		if err != nil {
			return fmt.Errorf("set onboarding status: %w", err)
		}
	}
	err := s.q.OnboardingSessionComplete(ctx, tx, queries.OnboardingSessionCompleteParams{ID: session.ID, UserID: &userID, Now: &now})
	if err != nil {
		return fmt.Errorf("complete link session: %w", err)
	}
	if err := s.refresh.EnqueueInsightsRefresh(ctx, tx, userID); err != nil {
		return fmt.Errorf("enqueue insights: %w", err)
	}
	return s.auditor.Record(ctx, tx, userID, "onboarding.complete", "onboarding_session", session.ID.String())
}

// StoreAccount stores a linked account with its orders; one that is already linked to this merchant is left as it is.
// An order whose figures do not agree is left out and told of in the log: a wrong sum is worse than a missing one.
func (s *Service) StoreAccount(
	ctx context.Context,
	tx pgx.Tx,
	userID uuid.UUID,
	ref string,
	mock bool,
	account VendorAccount,
	orders []Order,
) error {
	now := s.clock.Now()
	id := uuid.Must(uuid.NewV7())
	inserted, err := s.q.AccountInsert(ctx, tx, queries.AccountInsertParams{
		ID: id, UserID: userID, MerchantID: account.MerchantID, VendorUserRef: ref, AccountName: account.AccountName,
		Status: "connected", CanTransactions: account.Transactions, CanCards: account.Cards, Mock: mock,
		LastSyncedAt: &now, CreatedAt: now,
	})
	if err != nil {
		return fmt.Errorf("insert account: %w", err)
	}
	if inserted == 0 {
		return nil
	}
	category, err := s.q.MerchantCategory(ctx, tx, account.MerchantID)
	if err != nil {
		return fmt.Errorf("get category of merchant %d: %w", account.MerchantID, err)
	}
	var rows orderRows
	for _, order := range orders {
		if err := order.Validate(); err != nil {
			s.log.WarnContext(ctx, "order left out", "account_id", id, "merchant_id", account.MerchantID, "error", err)
			continue
		}
		rows.add(order, userID, id, account.MerchantID, category)
	}
	return rows.insert(ctx, tx, s.q)
}

// orderRows collects the rows of many orders, so that they go to the database in four statements.
type orderRows struct {
	orders      []queries.TransactionInsertParams
	items       []queries.TransactionItemInsertParams
	adjustments []queries.TransactionAdjustmentInsertParams
	payments    []queries.TransactionPaymentMethodInsertParams
}

func (r *orderRows) add(order Order, userID, accountID uuid.UUID, merchantID int64, category string) {
	id := uuid.Must(uuid.NewV7())
	r.orders = append(r.orders, queries.TransactionInsertParams{
		ID: id, UserID: userID, AccountID: accountID, MerchantID: merchantID, ExternalID: order.ExternalID,
		PlacedAt: order.PlacedAt, Status: order.Status, Currency: order.Currency, Subtotal: order.Subtotal, Total: order.Total,
		Category: category, URL: orNil(order.URL),
	})
	for i, item := range order.Items {
		r.items = append(r.items, queries.TransactionItemInsertParams{
			TransactionID: id, Ordinal: int32(i), Name: item.Name, ProductID: orNil(item.ProductID),
			Quantity: int32(item.Quantity), UnitPrice: item.UnitPrice, Total: item.Total, //nolint:gosec // Validate bounds it by the total
		})
	}
	for i, adjustment := range order.Adjustments {
		r.adjustments = append(r.adjustments, queries.TransactionAdjustmentInsertParams{
			TransactionID: id, Ordinal: int32(i), Type: adjustment.Type, Label: adjustment.Label, Amount: adjustment.Amount,
		})
	}
	for i, payment := range order.Payments {
		r.payments = append(r.payments, queries.TransactionPaymentMethodInsertParams{
			TransactionID: id,
			Ordinal:       int32(i),
			Type:          payment.Type,
			Brand:         orNil(payment.Brand),
			LastFour:      orNil(payment.LastFour),
			Amount:        payment.Amount,
		})
	}
}

func (r *orderRows) insert(ctx context.Context, tx pgx.Tx, q *queries.Queries) error {
	if _, err := q.TransactionInsert(ctx, tx, r.orders); err != nil {
		return fmt.Errorf("insert orders: %w", err)
	}
	if _, err := q.TransactionItemInsert(ctx, tx, r.items); err != nil {
		return fmt.Errorf("insert items: %w", err)
	}
	if _, err := q.TransactionAdjustmentInsert(ctx, tx, r.adjustments); err != nil {
		return fmt.Errorf("insert adjustments: %w", err)
	}
	if _, err := q.TransactionPaymentMethodInsert(ctx, tx, r.payments); err != nil {
		return fmt.Errorf("insert payments: %w", err)
	}
	return nil
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
