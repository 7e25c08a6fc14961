package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// ErrSyncBusy means that somebody else syncs the account; what was asked for is done by them or after them.
var ErrSyncBusy = errors.New("accounts: another sync is under way")

// ErrSyncUnfinished means that there is more to read than there was time for.
var ErrSyncUnfinished = errors.New("accounts: more to read than there was time for")

// What an account says of a sync that did not work.
const (
	reasonLogin   = "The merchant wants you to sign in again."
	reasonLost    = "The merchant no longer lets us read this account."
	reasonRevoked = "You are no longer known to the service that links accounts."
	reasonFailed  = "The merchant could not be read. We keep trying."
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
		if _, err := s.askSync(ctx, tx, accountID); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, userID, "account.sync", "account", accountID.String())
	})
	if err != nil {
		return Account{}, err
	}
	return s.account(ctx, userID, accountID)
}

// askSync queues a sync that sees all that was before this commit, also where one is under way. It answers how often that
// was asked for, this time included. Errors: ErrAccountNotFound.
func (s *Service) askSync(ctx context.Context, tx pgx.Tx, accountID uuid.UUID) (asked int64, err error) {
	asked, err = s.q.AccountAskSync(ctx, tx, accountID)
	if postgres.IsNoRows(err) {
		return 0, ErrAccountNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("ask for sync: %w", err)
	}
	if err := s.queue.EnqueueAccountSync(ctx, tx, accountID); err != nil {
		return 0, fmt.Errorf("enqueue sync: %w", err)
	}
	return asked, nil
}

// reconcilePage is how many accounts are queued per commit.
const reconcilePage = 200

// Reconcile queues the reading, from the beginning, of all accounts for which that is due: what a lost webhook told of is
// found then, and what sessions that were never completed have linked. It returns how many.
func (s *Service) Reconcile(ctx context.Context) (queued int, err error) {
	before := s.clock.Now().Add(-s.reconcile)
	if queued, err = s.queueDue(ctx, before); err != nil {
		return queued, err
	}
	return queued, s.lookAtAbandoned(ctx, before) // last: it asks the vendor, who may take all the time there is
}

func (s *Service) queueDue(ctx context.Context, before time.Time) (queued int, err error) {
	for after := uuid.Nil; ; {
		due, err := s.q.AccountsToReconcile(ctx, s.pool, queries.AccountsToReconcileParams{
			Mock: s.linker.Mock(), AfterID: after, Before: &before, RowLimit: reconcilePage,
		})
		if err != nil {
			return queued, fmt.Errorf("list accounts to reconcile: %w", err)
		}
		err = postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
			for _, id := range due {
				if err := s.queue.EnqueueAccountSync(ctx, tx, id); err != nil {
					return fmt.Errorf("enqueue sync: %w", err)
				}
			}
			return nil
		})
		if err != nil {
			return queued, err
		}
		queued += len(due)
		if len(due) < reconcilePage {
			return queued, nil
		}
		after = due[len(due)-1]
	}
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
