package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// How a sync is held.
const (
	// syncLease is how long an account is one sync's alone without a sign of life; it outlasts a call to the vendor.
	syncLease = 2 * time.Minute
	// mostPages is more than anybody has ever bought.
	mostPages = 10_000
	// mostRestarts is how often a sync begins anew because its cursor is refused.
	mostRestarts = 3
	// mostRounds is how often a sync goes on because it was asked for meanwhile; the next job does the rest.
	mostRounds = 5
)

var (
	// errOvertaken means that another sync has taken the account since, since this one gave no sign of life.
	errOvertaken = errors.New("accounts: another sync was faster")
	// errEndless means that the vendor's pages lead nowhere.
	errEndless = errors.New("accounts: the pages of orders do not end")
	// errMore means that there is still something to read.
	errMore = errors.New("accounts: more was asked for meanwhile")
)

// syncRun is one sync, which alone may write what it reads.
type syncRun struct {
	*Service

	row    queries.LinkedAccount
	fence  int64 // syncs, as this run left it when it took the account
	asked  int64 // the reasons to sync that this run answers
	cursor string
	// since is when the reading from the beginning began that this run is a part of; nil where it is none.
	since   *time.Time
	fresh   bool // everything was read after what this round answers was asked
	account VendorAccount
}

// Sync reads what the merchant has of an account and stores what is new or changed, page by page: new orders are added,
// changed ones changed, and none is taken away, since the vendor looks back some months only. It goes on where the last one
// ended, and begins at the beginning when it was long ago that somebody did. One sync works at a time; finish is called in the transaction
// that writes how it ended. An account that is gone is no error. Errors: ErrSyncBusy, or what kept the vendor from
// answering; then it is to be tried again. ErrSyncUnfinished where ctx ended: the next one goes on from there.
func (s *Service) Sync(ctx context.Context, accountID uuid.UUID, finish func(ctx context.Context, tx pgx.Tx) error) error {
	run, err := s.claimSync(ctx, accountID)
	if errors.Is(err, ErrAccountNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if run.row.Mock != s.linker.Mock() {
		return run.end(ctx, linkState{status: StatusConnected}, ending{finish: finish, last: true}) // of another time: there is nobody to ask
	}
	for round := 1; ; round++ {
		err := run.read(ctx)
		rest := ending{finish: finish, last: round == mostRounds}
		switch {
		case err == nil:
			err = run.finish(ctx, rest)
		case errors.Is(err, ErrLoginRequired):
			err = run.end(ctx, linkState{StatusLoginRequired, reasonLogin}, rest)
		case errors.Is(err, ErrNotLinked):
			err = run.end(ctx, linkState{StatusDisconnected, reasonLost}, rest)
		case errors.Is(err, ErrUserUnknown):
			err = run.end(ctx, linkState{StatusRevoked, reasonRevoked}, rest)
		case errors.Is(err, errOvertaken), errors.Is(err, ErrAccountNotFound):
		default: // it is tried again
			err = run.giveUp(ctx, err)
		}
		switch {
		case errors.Is(err, ErrAccountNotFound): // unlinked in the meantime
			return nil
		case !errors.Is(err, errMore):
			return err
		}
	}
}

// claimSync takes an account. Errors: ErrAccountNotFound, ErrSyncBusy.
func (s *Service) claimSync(ctx context.Context, accountID uuid.UUID) (*syncRun, error) {
	now := s.clock.Now()
	until := now.Add(syncLease)
	row, err := s.q.AccountClaimSync(ctx, s.pool, queries.AccountClaimSyncParams{ID: accountID, Now: &now, Until: &until})
	if postgres.IsNoRows(err) {
		if _, err := s.q.AccountGetByID(ctx, s.pool, accountID); postgres.IsNoRows(err) {
			return nil, ErrAccountNotFound
		}
		return nil, ErrSyncBusy
	}
	if err != nil {
		return nil, fmt.Errorf("take account: %w", err)
	}
	run := &syncRun{Service: s, row: row, fence: row.Syncs, asked: row.SyncAsked}
	switch {
	case row.SyncCursor != nil && row.ReadWholeSince != nil: // somebody began at the beginning, and came this far
		run.cursor, run.since = *row.SyncCursor, row.ReadWholeSince
	case row.SyncCursor == nil || row.ReadWholeAt == nil || now.Sub(*row.ReadWholeAt) >= s.reconcile:
		run.since, run.fresh = &now, true
	default:
		run.cursor = *row.SyncCursor
	}
	return run, nil
}

// read reads the state of the account, then its orders from the cursor on, then those that are said to have changed.
// Errors: ErrLoginRequired, ErrNotLinked, ErrUserUnknown.
func (r *syncRun) read(ctx context.Context) error {
	all, err := r.linker.LinkedAccounts(ctx, r.row.VendorUserRef)
	if err != nil {
		return fmt.Errorf("read linked accounts: %w", err)
	}
	at := slices.IndexFunc(all, func(a VendorAccount) bool { return a.MerchantID == r.row.MerchantID })
	if at < 0 {
		return ErrNotLinked
	}
	r.account = all[at]
	if r.account.LoginLost {
		return ErrLoginRequired
	}
	if !r.account.Transactions {
		return nil
	}
	if err := r.readPages(ctx); err != nil {
		if errors.Is(err, ErrNoAccess) {
			r.account.Transactions = false
			return nil
		}
		return err
	}
	return r.reread(ctx)
}

func (r *syncRun) readPages(ctx context.Context) error {
	restarts := 0
	for range mostPages {
		page, err := r.linker.OrderPage(ctx, r.row.VendorUserRef, r.row.MerchantID, r.cursor)
		if errors.Is(err, ErrCursorRefused) && r.cursor != "" && restarts < mostRestarts {
			restarts++
			if err := r.restart(ctx); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("read orders of merchant %d: %w", r.row.MerchantID, err)
		}
		if page.Next == r.cursor { // it leads nowhere
			page.Next = ""
		}
		if err := r.storePage(ctx, page); err != nil {
			return err
		}
		if page.Next == "" {
			return nil
		}
		r.cursor = page.Next
	}
	return errEndless
}

// restart begins anew, from the beginning: the whole of what a refused cursor stood for is read again.
func (r *syncRun) restart(ctx context.Context) error {
	now := r.clock.Now()
	r.cursor, r.since, r.fresh = "", &now, true
	return r.write(ctx, func(ctx context.Context, tx pgx.Tx, _ queries.LinkedAccount) error {
		return r.q.AccountForgetCursor(ctx, tx, r.row.ID)
	})
}

// write runs a step on the account while it is still this run's. Errors: errOvertaken, and ErrAccountNotFound.
func (r *syncRun) write(ctx context.Context, step func(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount) error) error {
	return postgres.WithTx(ctx, r.pool, func(ctx context.Context, tx pgx.Tx) error {
		row, err := r.q.AccountLockByID(ctx, tx, r.row.ID)
		if postgres.IsNoRows(err) {
			return ErrAccountNotFound
		}
		if err != nil {
			return fmt.Errorf("lock account: %w", err)
		}
		if row.Syncs != r.fence {
			return errOvertaken
		}
		return step(ctx, tx, row)
	})
}

// storePage stores a page with the cursor behind it, in one commit: a cursor is never ahead of its rows.
func (r *syncRun) storePage(ctx context.Context, page OrderPage) error {
	return r.write(ctx, func(ctx context.Context, tx pgx.Tx, _ queries.LinkedAccount) error {
		if err := r.storeRead(ctx, tx, page.Orders); err != nil {
			return err
		}
		until := r.clock.Now().Add(syncLease)
		err := r.q.AccountPageStored(ctx, tx, queries.AccountPageStoredParams{
			ID: r.row.ID, SyncCursor: orNil(page.Next), WholeSince: r.since, Until: &until,
		})
		if err != nil {
			return fmt.Errorf("store cursor: %w", err)
		}
		return nil
	})
}

func (r *syncRun) storeRead(ctx context.Context, tx pgx.Tx, orders []Order) error {
	changed, err := r.storeOrders(ctx, tx, r.row.ID, r.row.UserID, r.row.MerchantID, orders)
	if err != nil || !changed {
		return err
	}
	if err := r.queue.EnqueueInsightsRefresh(ctx, tx, r.row.UserID); err != nil {
		return fmt.Errorf("enqueue insights: %w", err)
	}
	return r.tellChange(ctx, tx, r.row.UserID, r.row.ID)
}

// reread asks for the orders that are said to have changed, which the pages do not tell of. Those that are not this
// account's are not asked for: the vendor would answer with somebody else's.
func (r *syncRun) reread(ctx context.Context) error {
	wanted, err := r.q.RereadList(ctx, r.pool, queries.RereadListParams{AccountID: r.row.ID, Asked: r.asked})
	if err != nil {
		return fmt.Errorf("list orders to read again: %w", err)
	}
	for _, one := range wanted {
		var orders []Order
		if one.Known {
			order, err := r.linker.Order(ctx, r.row.VendorUserRef, r.row.MerchantID, one.VendorID)
			switch {
			case err == nil:
				orders = []Order{order}
			case errors.Is(err, ErrOrderUnknown):
			case r.fresh && ctx.Err() == nil: // one order that never comes must not keep an account from being read for ever
				r.log.WarnContext(ctx, "order not read again", "account_id", r.row.ID, "error", err)
			default:
				return fmt.Errorf("read order again: %w", err)
			}
		}
		err := r.write(ctx, func(ctx context.Context, tx pgx.Tx, _ queries.LinkedAccount) error {
			if err := r.storeRead(ctx, tx, orders); err != nil {
				return err
			}
			until := r.clock.Now().Add(syncLease)
			if err := r.q.AccountPageStored(ctx, tx, queries.AccountPageStoredParams{ID: r.row.ID, Until: &until}); err != nil {
				return fmt.Errorf("keep account: %w", err)
			}
			return r.q.RereadDelete(ctx, tx, queries.RereadDeleteParams{AccountID: r.row.ID, VendorID: one.VendorID, Asked: r.asked})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ending is how a round of a sync ends.
type ending struct {
	finish func(ctx context.Context, tx pgx.Tx) error
	last   bool // what was asked for meanwhile is for the next job
}

// close ends a sync unless it was asked for again meanwhile: what it has found may be no longer so. Errors: errMore.
func (r *syncRun) close(ctx context.Context, e ending, store func(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount) error) error {
	more := false
	err := r.write(ctx, func(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount) error {
		asked := row.SyncAsked != r.asked
		if more = asked && !e.last; more {
			r.asked, r.fresh = row.SyncAsked, false
			return nil
		}
		if err := store(ctx, tx, row); err != nil {
			return err
		}
		if err := e.finish(ctx, tx); err != nil || !asked {
			return err
		}
		return r.queue.EnqueueAccountSync(ctx, tx, r.row.ID)
	})
	if err == nil && more {
		return errMore
	}
	return err
}

// finish ends a sync that read all there is. Errors: errMore.
func (r *syncRun) finish(ctx context.Context, e ending) error {
	return r.close(ctx, e, func(ctx context.Context, tx pgx.Tx, _ queries.LinkedAccount) error {
		now := r.clock.Now()
		err := r.q.AccountSynced(ctx, tx, queries.AccountSyncedParams{
			ID: r.row.ID, CanTransactions: r.account.Transactions, CanCards: r.account.Cards, Now: &now, WholeSince: r.since,
		})
		if err != nil {
			return fmt.Errorf("store sync: %w", err)
		}
		r.tellOwner(ctx, r.row.UserID, r.row.ID)
		return nil
	})
}

// end ends a sync that found the account in a state in which not all there is can be read. Errors: errMore.
func (r *syncRun) end(ctx context.Context, found linkState, e ending) error {
	return r.close(ctx, e, func(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount) error {
		return r.release(ctx, tx, row, found)
	})
}

// giveUp gives the account back after a failure that another attempt may not meet, and returns it. A job that ran out of
// time has not failed, nor has one whose process stops: the next goes on at the cursor.
func (r *syncRun) giveUp(ctx context.Context, cause error) error {
	found := linkState{StatusConnected, reasonFailed}
	if ctx.Err() != nil {
		cause, found = ErrSyncUnfinished, linkState{status: r.row.Status, reason: orEmpty(r.row.Reason)}
	}
	err := r.write(context.WithoutCancel(ctx), func(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount) error {
		return r.release(ctx, tx, row, found)
	})
	return errors.Join(fmt.Errorf("sync: %w", cause), err)
}

func (r *syncRun) release(ctx context.Context, tx pgx.Tx, row queries.LinkedAccount, found linkState) error {
	now := r.clock.Now()
	if err := r.q.AccountReleaseSync(ctx, tx, queries.AccountReleaseSyncParams{ID: r.row.ID, Now: &now}); err != nil {
		return fmt.Errorf("give account back: %w", err)
	}
	was := linkState{row.Status, orEmpty(row.Reason)}
	next := nextState(was, found)
	if next == was {
		return nil
	}
	return r.setStatus(ctx, tx, row, next.status, orNil(next.reason))
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
