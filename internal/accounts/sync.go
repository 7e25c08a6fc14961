package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/receipts"
)

// ErrRelinkNeeded means that an account cannot be read before the user links it again.
var ErrRelinkNeeded = apperr.New(apperr.CodeConflict, "This account has to be linked again first.")

// What an account says of a sync that did not work.
const (
	reasonLost   = "The merchant no longer lets us read this account."
	reasonFailed = "The merchant could not be read. We keep trying."
)

// RequestSync marks an account as syncing and queues the work; asking again meanwhile changes nothing. Errors:
// ErrAccountNotFound, ErrRelinkNeeded.
func (s *Service) RequestSync(ctx context.Context, userID, accountID uuid.UUID) (Account, error) {
	err := postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		row, err := s.q.AccountLockForUser(ctx, tx, queries.AccountLockForUserParams{ID: accountID, UserID: userID})
		if postgres.IsNoRows(err) {
			return ErrAccountNotFound
		}
		if err != nil {
			return fmt.Errorf("lock account: %w", err)
		}
		if needsUser(row.Status) {
			return ErrRelinkNeeded
		}
		if row.Status == StatusSyncing {
			return s.queue.EnqueueAccountSync(ctx, tx, accountID) // queued once, and once more where that was lost
		}
		if err := s.setStatus(ctx, tx, row, StatusSyncing, nil); err != nil {
			return err
		}
		if err := s.queue.EnqueueAccountSync(ctx, tx, accountID); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, userID, "account.sync", "account", accountID.String())
	})
	if err != nil {
		return Account{}, err
	}
	whole, err := s.q.AccountGetWhole(ctx, s.pool, queries.AccountGetWholeParams{ID: accountID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Account{}, ErrAccountNotFound // unlinked in the meantime
	}
	if err != nil {
		return Account{}, fmt.Errorf("get account: %w", err)
	}
	return fromDBAccount(whole.LinkedAccount, whole.Institution), nil
}

// errOvertaken means that another sync has written since this one read.
var errOvertaken = errors.New("accounts: another sync was faster")

// Sync reads what the merchant has of an account and stores what is new or changed: new orders are added, changed ones
// changed, and none is taken away, since the vendor looks back some months only. It may run twice and at once; finish is
// called in the transaction that writes how it ended. An account that is gone is no error.
func (s *Service) Sync(ctx context.Context, accountID uuid.UUID, finish func(ctx context.Context, tx pgx.Tx) error) error {
	row, err := s.q.AccountGetByID(ctx, s.pool, accountID)
	if postgres.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("get account: %w", err)
	}
	linked, err := s.readOne(ctx, row) // outside the transaction: it goes over the network
	if errors.Is(err, ErrNotLinked) {
		return s.endSync(ctx, row, StatusDisconnected, reasonLost, finish)
	}
	if err != nil { // not finished: it is tried again
		goesOn := func(context.Context, pgx.Tx) error { return nil }
		return errors.Join(fmt.Errorf("sync: %w", err), s.endSync(ctx, row, StatusConnected, reasonFailed, goesOn))
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		locked, err := s.q.AccountLockByID(ctx, tx, accountID)
		if postgres.IsNoRows(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("lock account: %w", err)
		}
		if locked.Syncs != row.Syncs {
			return errOvertaken
		}
		if err := s.storeSync(ctx, tx, locked, linked); err != nil {
			return err
		}
		return finish(ctx, tx)
	})
}

// readOne reads one account and its orders. Errors: ErrNotLinked.
func (s *Service) readOne(ctx context.Context, row queries.LinkedAccount) (linkedAccount, error) {
	all, err := s.linker.LinkedAccounts(ctx, row.VendorUserRef)
	if err != nil {
		return linkedAccount{}, fmt.Errorf("read linked accounts: %w", err)
	}
	at := slices.IndexFunc(all, func(a VendorAccount) bool { return a.MerchantID == row.MerchantID })
	if at < 0 {
		return linkedAccount{}, ErrNotLinked
	}
	linked := linkedAccount{VendorAccount: all[at]}
	if !linked.Transactions {
		return linked, nil
	}
	if linked.orders, err = s.readOrders(ctx, row.VendorUserRef, row.MerchantID); err != nil {
		return linkedAccount{}, fmt.Errorf("read orders of merchant %d: %w", row.MerchantID, err)
	}
	return linked, nil
}

// readOrders reads all there is.
func (s *Service) readOrders(ctx context.Context, ref string, merchantID int64) (all []Order, err error) {
	for cursor := ""; ; {
		page, err := s.linker.OrderPage(ctx, ref, merchantID, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Orders...)
		if page.Next == "" || page.Next == cursor {
			return all, nil
		}
		cursor = page.Next
	}
}

func (s *Service) storeSync(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount, linked linkedAccount) error {
	changed, err := s.storeOrders(ctx, tx, row.ID, row.UserID, row.MerchantID, linked.orders)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	err = s.q.AccountSynced(ctx, tx, queries.AccountSyncedParams{
		ID: row.ID, CanTransactions: linked.Transactions, CanCards: linked.Cards, Now: &now,
	})
	if err != nil {
		return fmt.Errorf("store sync: %w", err)
	}
	if !changed {
		s.tellOwner(ctx, row.UserID, row.ID)
		return nil
	}
	if err := s.queue.EnqueueInsightsRefresh(ctx, tx, row.UserID); err != nil {
		return fmt.Errorf("enqueue insights: %w", err)
	}
	return s.tellChange(ctx, tx, row.UserID, row.ID)
}

// endSync says how a sync ended that brought nothing.
func (s *Service) endSync(
	ctx context.Context,
	row queries.LinkedAccount,
	status, reason string,
	finish func(ctx context.Context, tx pgx.Tx) error,
) error {
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		locked, err := s.q.AccountLockByID(ctx, tx, row.ID)
		if postgres.IsNoRows(err) || (err == nil && locked.Syncs != row.Syncs) {
			return nil // unlinked, or another sync knows more
		}
		if err != nil {
			return fmt.Errorf("lock account: %w", err)
		}
		if err := s.setStatus(ctx, tx, locked, status, &reason); err != nil {
			return err
		}
		return finish(ctx, tx)
	})
}

func (s *Service) setStatus(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount, status string, reason *string) error {
	err := s.q.AccountSetStatus(ctx, tx, queries.AccountSetStatusParams{ID: row.ID, Status: status, Reason: reason})
	if err != nil {
		return fmt.Errorf("set status of account: %w", err)
	}
	s.tellOwner(ctx, row.UserID, row.ID)
	return nil
}

// tellOwner tells the owner of an account, once the transaction is committed, that it is another than before.
func (s *Service) tellOwner(ctx context.Context, userID, accountID uuid.UUID) {
	s.tell(ctx, events.Notice{
		Audience: []uuid.UUID{userID}, Hint: &events.Hint{Type: events.AccountUpdated, AccountID: accountID},
	})
}

// tellChange is tellOwner for a change of orders, of which the groups that are shown some hear too.
func (s *Service) tellChange(ctx context.Context, tx pgx.Tx, userID, accountID uuid.UUID) error {
	notices, err := receipts.NoticesOfAccount(ctx, tx, accountID)
	if err != nil {
		return err
	}
	s.tellOwner(ctx, userID, accountID)
	for _, notice := range notices {
		s.tell(ctx, notice)
	}
	return nil
}

func (s *Service) tell(ctx context.Context, notice events.Notice) {
	postgres.AfterCommit(ctx, func() { s.notifier.Notify(notice) })
}
