package accounts

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

func (s *Service) storeLinked(
	ctx context.Context,
	tx pgx.Tx,
	userID uuid.UUID,
	session queries.OnboardingSession,
	found reading,
) error {
	now := s.clock.Now()
	if err := s.storeAccounts(ctx, tx, userID, session, found); err != nil {
		return err
	}
	err := s.q.OnboardingSessionComplete(ctx, tx, queries.OnboardingSessionCompleteParams{ID: session.ID, UserID: &userID, Now: &now})
	if err != nil {
		return fmt.Errorf("complete link session: %w", err)
	}
	return s.auditor.Record(ctx, tx, userID, "onboarding.complete", "onboarding_session", session.ID.String())
}

// storeAccounts stores what a session has linked. Errors: errUnlinkedMeanwhile.
func (s *Service) storeAccounts(
	ctx context.Context,
	tx pgx.Tx,
	userID uuid.UUID,
	session queries.OnboardingSession,
	found reading,
) error {
	unlinks, err := s.q.UnlinkLock(ctx, tx, userID)
	if err != nil {
		return fmt.Errorf("lock unlinks: %w", err)
	}
	if unlinks != found.unlinks && len(found.linked) > 0 {
		return errUnlinkedMeanwhile
	}
	for _, account := range found.linked {
		if err := s.storeAccount(ctx, tx, userID, session.VendorUserRef, session.Mock, account); err != nil {
			return err
		}
		if err := s.requestedHere(ctx, tx, userID, session, account.VendorAccount); err != nil {
			return err
		}
	}
	if len(found.linked) > 0 {
		err := s.q.UserSetOnboardingStatus(ctx, tx, queries.UserSetOnboardingStatusParams{ID: userID, OnboardingStatus: "complete"})
		if err != nil {
			return fmt.Errorf("set onboarding status: %w", err)
		}
	}
	if err := s.queue.EnqueueInsightsRefresh(ctx, tx, userID); err != nil {
		return fmt.Errorf("enqueue insights: %w", err)
	}
	return nil
}

// StoreAccount stores a linked account with all its orders. One that is already linked to this merchant is left as it is,
// unless its link was lost; one that is made up makes way for a real one. An order whose figures do not agree is left out and
// told of in the log: a wrong sum is worse than a missing one.
func (s *Service) StoreAccount(
	ctx context.Context,
	tx pgx.Tx,
	userID uuid.UUID,
	ref string,
	mock bool,
	account VendorAccount,
	orders []Order,
) error {
	return s.storeAccount(ctx, tx, userID, ref, mock, linkedAccount{VendorAccount: account, orders: orders, read: true})
}

func (s *Service) storeAccount(
	ctx context.Context,
	tx pgx.Tx,
	userID uuid.UUID,
	ref string,
	mock bool,
	account linkedAccount,
) error {
	now := s.clock.Now()
	id := uuid.Must(uuid.NewV7())
	status, readAt := StatusConnected, &now
	switch {
	case account.LoginLost:
		status, readAt = StatusLoginRequired, nil
	case !account.read:
		status, readAt = StatusSyncing, nil
	}
	if err := s.knowMerchant(ctx, tx, account.VendorAccount); err != nil {
		return err
	}
	if !mock {
		if err := s.dropMadeUp(ctx, tx, userID, account.MerchantID); err != nil {
			return err
		}
	}
	inserted, err := s.q.AccountInsert(ctx, tx, queries.AccountInsertParams{
		ID: id, UserID: userID, MerchantID: account.MerchantID, VendorUserRef: ref, AccountName: account.AccountName,
		Status: status, CanTransactions: account.Transactions, CanCards: account.Cards, Mock: mock,
		LastSyncedAt: readAt, CreatedAt: now, SyncCursor: orNil(account.cursor),
	})
	if err != nil {
		return fmt.Errorf("insert account: %w", err)
	}
	if inserted == 0 {
		if account.LoginLost {
			return s.lookAgain(ctx, tx, ref, account.MerchantID)
		}
		id, err = s.q.AccountRelink(ctx, tx, queries.AccountRelinkParams{
			UserID: userID, MerchantID: account.MerchantID, VendorUserRef: ref, AccountName: account.AccountName, Status: status,
			CanTransactions: account.Transactions, CanCards: account.Cards, Mock: mock, Now: readAt, SyncCursor: orNil(account.cursor),
		})
		if postgres.IsNoRows(err) { // a sync that is just learning that the link was lost is to look again
			return s.lookAgain(ctx, tx, ref, account.MerchantID)
		}
		if err != nil {
			return fmt.Errorf("link account again: %w", err)
		}
	}
	if _, err := s.storeOrders(ctx, tx, id, userID, account.MerchantID, account.orders); err != nil {
		return err
	}
	// An account that was linked before is looked at once more: what the vendor told of it after it was read for this, and
	// before this commit, was worked on the row as it was, and is undone here.
	if status == StatusSyncing || inserted == 0 {
		if _, err := s.askSync(ctx, tx, id); err != nil {
			return err
		}
	}
	return s.tellChange(ctx, tx, userID, id)
}

// lookAgain has an account read that is linked and was seen to be otherwise than it was known; the sync says what it is.
func (s *Service) lookAgain(ctx context.Context, tx pgx.Tx, ref string, merchantID int64) error {
	row, err := s.q.AccountGetByVendor(ctx, tx, queries.AccountGetByVendorParams{VendorUserRef: ref, MerchantID: merchantID})
	if postgres.IsNoRows(err) {
		return nil // linked before, under another reference
	}
	if err != nil {
		return fmt.Errorf("get account: %w", err)
	}
	_, err = s.askSync(ctx, tx, row.ID)
	return err
}

// dropMadeUp deletes the account that the vendor's stand-in linked at a merchant, with the orders it invented.
func (s *Service) dropMadeUp(ctx context.Context, tx pgx.Tx, userID uuid.UUID, merchantID int64) error {
	id, err := s.q.AccountGetMadeUp(ctx, tx, queries.AccountGetMadeUpParams{UserID: userID, MerchantID: merchantID})
	if postgres.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for account that is made up: %w", err)
	}
	if err := s.tellChange(ctx, tx, userID, id); err != nil { // while it is there: the groups that are shown its orders
		return err
	}
	if err := s.queue.CancelAccountSync(ctx, tx, id); err != nil {
		return fmt.Errorf("cancel syncs: %w", err)
	}
	if _, err := s.q.AccountDelete(ctx, tx, queries.AccountDeleteParams{ID: id, UserID: userID}); err != nil {
		return fmt.Errorf("delete account that is made up: %w", err)
	}
	return nil
}

// knowMerchant stores a merchant the catalogue does not have, so that an account there has one.
func (s *Service) knowMerchant(ctx context.Context, tx pgx.Tx, account VendorAccount) error {
	name := cmp.Or(account.MerchantName, fmt.Sprintf("Merchant %d", account.MerchantID)) // the catalogue's counts where it has one
	err := s.q.MerchantInsertUnknown(ctx, tx, queries.MerchantInsertUnknownParams{ID: account.MerchantID, Name: name})
	if err != nil {
		return fmt.Errorf("store merchant %d: %w", account.MerchantID, err)
	}
	return nil
}

// storeOrders adds the orders that are new and changes those the vendor tells otherwise than before; it reports whether
// there were any.
func (s *Service) storeOrders(
	ctx context.Context,
	tx pgx.Tx,
	accountID, userID uuid.UUID,
	merchantID int64,
	orders []Order,
) (changed bool, err error) {
	category, err := s.q.MerchantCategory(ctx, tx, merchantID)
	if err != nil {
		return false, fmt.Errorf("get category of merchant %d: %w", merchantID, err)
	}
	told := make(map[string]Order, len(orders)) // of one that comes twice the last counts
	ids := make([]string, 0, len(orders))
	for _, order := range orders {
		if err := s.checkOrder(order); err != nil {
			s.log.WarnContext(ctx, "order left out", "account_id", accountID, "merchant_id", merchantID, "error", err)
			continue
		}
		if _, again := told[order.VendorID]; !again {
			ids = append(ids, order.VendorID)
		}
		told[order.VendorID] = order
	}
	stored, err := s.q.TransactionDigests(ctx, tx, queries.TransactionDigestsParams{AccountID: accountID, VendorIds: ids})
	if err != nil {
		return false, fmt.Errorf("list stored orders: %w", err)
	}
	known := make(map[string]queries.TransactionDigestsRow, len(stored))
	for _, row := range stored {
		known[row.VendorID] = row
	}
	var rows orderRows
	for _, id := range ids {
		order := told[id]
		digest := order.digest()
		before, isKnown := known[id]
		switch {
		case !isKnown:
			rows.add(order, digest, userID, accountID, merchantID, category)
		case !bytes.Equal(before.Digest, digest):
			rows.change(before.ID, order, digest, category)
		}
	}
	return !rows.empty(), rows.write(ctx, tx, s.q)
}

// mostAhead is how far ahead of our clock an order may be placed: times without an offset are taken for UTC.
const mostAhead = 48 * time.Hour

var errAhead = errors.New("accounts: order of a day that has not come")

// checkOrder is Validate, and that an order is of the past: one of a day to come would stand before all real ones until then.
func (s *Service) checkOrder(order Order) error {
	if order.PlacedAt.After(s.clock.Now().Add(mostAhead)) {
		return errAhead
	}
	return order.Validate()
}

// digest is equal for two orders that are told alike.
func (o Order) digest() []byte {
	o.PlacedAt = o.PlacedAt.UTC()
	text, err := json.Marshal(o) //nolint:musttag // nobody reads it back
	if err != nil {              // a plain struct of texts, numbers and a time
		panic(err)
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// orderRows collects the rows of many orders, so that they go to the database in few statements.
type orderRows struct {
	orders      []queries.TransactionInsertParams
	changes     []queries.TransactionResyncParams
	items       []queries.TransactionItemInsertParams
	adjustments []queries.TransactionAdjustmentInsertParams
	payments    []queries.TransactionPaymentMethodInsertParams
}

func (r *orderRows) empty() bool { return len(r.orders) == 0 && len(r.changes) == 0 }

func (r *orderRows) add(order Order, digest []byte, userID, accountID uuid.UUID, merchantID int64, category string) {
	id := uuid.Must(uuid.NewV7())
	r.orders = append(r.orders, queries.TransactionInsertParams{
		ID: id, UserID: userID, AccountID: accountID, MerchantID: merchantID, VendorID: order.VendorID,
		ExternalID: order.ExternalID,
		PlacedAt:   order.PlacedAt, Status: order.Status, Currency: order.Currency, Subtotal: order.Subtotal, Total: order.Total,
		Category: category, URL: orNil(order.URL), Digest: digest,
	})
	r.addParts(id, order)
}

func (r *orderRows) change(id uuid.UUID, order Order, digest []byte, category string) {
	r.changes = append(r.changes, queries.TransactionResyncParams{
		ID: id, Status: order.Status, Currency: order.Currency, Subtotal: order.Subtotal, Total: order.Total,
		URL: orNil(order.URL), Digest: digest, Category: category,
	})
	r.addParts(id, order)
}

func (r *orderRows) addParts(id uuid.UUID, order Order) {
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

func (r *orderRows) write(ctx context.Context, tx pgx.Tx, q *queries.Queries) error {
	if r.empty() {
		return nil // most reads find nothing new, and copying nothing takes as long as copying little
	}
	if err := r.writeChanges(ctx, tx, q); err != nil {
		return err
	}
	if len(r.orders) > 0 {
		if _, err := q.TransactionInsert(ctx, tx, r.orders); err != nil {
			return fmt.Errorf("insert orders: %w", err)
		}
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

func (r *orderRows) writeChanges(ctx context.Context, tx pgx.Tx, q *queries.Queries) error {
	if len(r.changes) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(r.changes))
	for i, change := range r.changes {
		ids[i] = change.ID
		if err := q.TransactionResync(ctx, tx, change); err != nil {
			return fmt.Errorf("change order: %w", err)
		}
	}
	if err := q.TransactionPartsDelete(ctx, tx, ids); err != nil {
		return fmt.Errorf("delete parts of changed orders: %w", err)
	}
	return nil
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
