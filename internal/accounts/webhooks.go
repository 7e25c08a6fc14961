package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// vendorName names the one vendor of linked accounts in tables that may have several.
const vendorName = "knot"

// How a webhook ended.
const (
	outcomeWorked  = "worked"
	outcomeIgnored = "ignored" // it leads to nothing, or to nothing we have
)

// ErrTooEarly means that a webhook is about accounts which somebody is about to complete; it is to be worked later.
var ErrTooEarly = errors.New("accounts: the link session is not completed yet")

// ReceiveWebhook keeps what the vendor told and queues the work on it, in one commit; digest is the SHA-256 of the body,
// and the same body again is nothing new. It reports whether it was new.
func (s *Service) ReceiveWebhook(ctx context.Context, event VendorEvent, digest []byte) (fresh bool, err error) {
	hint, err := json.Marshal(event) //nolint:musttag // read back by WorkWebhook alone
	if err != nil {
		return false, fmt.Errorf("keep webhook: %w", err)
	}
	id := uuid.Must(uuid.NewV7())
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (bool, error) {
		inserted, err := s.q.WebhookInsert(ctx, tx, queries.WebhookInsertParams{
			ID: id, Vendor: vendorName, Digest: digest, Event: event.Event, Hint: hint, ReceivedAt: s.clock.Now(),
		})
		if err != nil {
			return false, fmt.Errorf("insert webhook: %w", err)
		}
		if inserted == 0 {
			return false, nil
		}
		return true, s.queue.EnqueueVendorWebhook(ctx, tx, id)
	})
}

// WorkWebhook looks at what a webhook hinted at. Once worked, it is not worked again. Errors: ErrTooEarly.
func (s *Service) WorkWebhook(ctx context.Context, id uuid.UUID) error {
	row, err := s.q.WebhookGet(ctx, s.pool, id)
	if postgres.IsNoRows(err) || (err == nil && row.WorkedAt != nil) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("get webhook: %w", err)
	}
	var event VendorEvent
	if err := json.Unmarshal(row.Hint, &event); err != nil { //nolint:musttag // as it was written
		return fmt.Errorf("read webhook: %w", err)
	}
	for range mostReadings {
		if err = s.workEvent(ctx, id, event, row.ReceivedAt); !errors.Is(err, errUnlinkedMeanwhile) {
			return err
		}
	}
	return err
}

func (s *Service) workEvent(ctx context.Context, id uuid.UUID, event VendorEvent, at time.Time) error {
	work, err := s.prepare(ctx, event, at)
	if err != nil {
		return err
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		outcome, err := work(ctx, tx)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		if err := s.q.WebhookWorked(ctx, tx, queries.WebhookWorkedParams{ID: id, Now: &now, Outcome: &outcome}); err != nil {
			return fmt.Errorf("mark webhook: %w", err)
		}
		return nil
	})
}

// work is what an event leads to, in a transaction.
type work func(ctx context.Context, tx pgx.Tx) (outcome string, err error)

// prepare does what an event needs of the network, outside of a transaction, and answers the rest.
func (s *Service) prepare(ctx context.Context, event VendorEvent, at time.Time) (work, error) {
	switch event.Event {
	case EventNewTransactions, EventUpdatedTransactions, EventLoginRequired:
		return s.onAccount(event, at), nil
	case EventAuthenticated:
		return s.onAuthenticated(ctx, event, at)
	case EventMerchantStatus:
		return func(ctx context.Context, tx pgx.Tx) (string, error) {
			return outcomeWorked, s.queue.EnqueueMerchantsRefresh(ctx, tx)
		}, nil
	case EventCardUpdated, EventCardFailed:
		return s.onCard(event), nil
	default:
		return func(context.Context, pgx.Tx) (string, error) { return outcomeIgnored, nil }, nil
	}
}

// onAccount has the account read. What is said to have changed is asked for by the sync, which knows what is the account's.
func (s *Service) onAccount(event VendorEvent, at time.Time) work {
	return func(ctx context.Context, tx pgx.Tx) (string, error) {
		row, err := s.q.AccountGetByVendor(ctx, tx, queries.AccountGetByVendorParams{
			VendorUserRef: event.UserRef, MerchantID: event.MerchantID,
		})
		if postgres.IsNoRows(err) {
			return s.nobodysYet(ctx, tx, event, at)
		}
		if err != nil {
			return "", fmt.Errorf("get account: %w", err)
		}
		asked, err := s.askSync(ctx, tx, row.ID)
		if err != nil {
			return "", err
		}
		if len(event.Updated) == 0 {
			return outcomeWorked, nil
		}
		err = s.q.RereadInsert(ctx, tx, queries.RereadInsertParams{
			AccountID: row.ID, VendorIds: slices.Compact(slices.Sorted(slices.Values(event.Updated))), Asked: asked,
		})
		if err != nil {
			return "", fmt.Errorf("note orders to read again: %w", err)
		}
		return outcomeWorked, nil
	}
}

// nobodysYet: an account nobody has completed is read when they do. What the vendor tells between that reading and its
// commit would be lost, so it waits until the session is over.
func (s *Service) nobodysYet(ctx context.Context, tx pgx.Tx, event VendorEvent, at time.Time) (string, error) {
	open, err := s.q.OnboardingSessionOpen(ctx, tx, queries.OnboardingSessionOpenParams{VendorUserRef: event.UserRef, Now: s.clock.Now()})
	if err != nil {
		return "", fmt.Errorf("look for open link session: %w", err)
	}
	if open {
		return "", ErrTooEarly
	}
	return s.nobodys(ctx, tx, event, at)
}

// nobodys: of somebody who was to be forgotten the vendor should have nothing to tell. They signed in at a merchant, in a
// window that was still open, after they were deleted; so they are deleted once more.
func (s *Service) nobodys(ctx context.Context, tx pgx.Tx, event VendorEvent, at time.Time) (string, error) {
	reopened, err := s.q.VendorDeletionReopen(ctx, tx, queries.VendorDeletionReopenParams{
		Vendor: vendorName, VendorUserRef: event.UserRef, Mock: s.linker.Mock(), Now: s.clock.Now(), ToldAt: &at,
	})
	if err != nil {
		return "", fmt.Errorf("look for deletion: %w", err)
	}
	if reopened == 0 {
		return outcomeIgnored, nil
	}
	if err := s.queue.EnqueueVendorDeletion(ctx, tx, event.UserRef); err != nil {
		return "", fmt.Errorf("enqueue deletion at the vendor: %w", err)
	}
	return outcomeWorked, nil
}

// onAuthenticated stores what a session of somebody signed in has linked, without waiting for their browser, and opens the
// card switch the vendor waits for. What was linked is read from the vendor; of the event only the session, which is
// signed, and the task are used. An anonymous session waits for its owner.
func (s *Service) onAuthenticated(ctx context.Context, event VendorEvent, at time.Time) (work, error) {
	ignored := func(context.Context, pgx.Tx) (string, error) { return outcomeIgnored, nil }
	id, err := uuid.Parse(event.SessionID)
	if err != nil {
		return ignored, nil //nolint:nilerr // U11: an event without a session of ours leads nowhere
	}
	session, err := s.q.OnboardingSessionGet(ctx, s.pool, id)
	if postgres.IsNoRows(err) {
		return func(ctx context.Context, tx pgx.Tx) (string, error) { return s.nobodys(ctx, tx, event, at) }, nil
	}
	if err != nil {
		return nil, fmt.Errorf("get link session: %w", err)
	}
	if session.VendorUserRef != event.UserRef || session.UserID == nil || session.Mock != s.linker.Mock() {
		return ignored, nil
	}
	if !session.ExpiresAt.After(at) {
		return ignored, nil // nobody can have signed in: it was seen before
	}
	// The orders are left to a sync: the task has seconds to live.
	found, err := s.readLinked(ctx, *session.UserID, session.VendorUserRef)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx pgx.Tx) (string, error) {
		if err := s.storeAccounts(ctx, tx, *session.UserID, session, found); err != nil {
			return "", err
		}
		if !event.SendCard || event.TaskID == "" || session.Product != ProductCardSwitcher {
			return outcomeWorked, nil
		}
		row, err := s.q.AccountGetAtMerchant(ctx, tx, queries.AccountGetAtMerchantParams{
			UserID: *session.UserID, MerchantID: event.MerchantID, Mock: session.Mock,
		})
		if postgres.IsNoRows(err) {
			return outcomeIgnored, nil
		}
		if err != nil {
			return "", fmt.Errorf("get account: %w", err)
		}
		return outcomeWorked, s.requestCard(ctx, tx, row, session, event.TaskID, at)
	}, nil
}

// onCard ends a card switch. Nothing can be asked here, so everything the event names must fit: the signed session, the
// task, the person, the merchant, and that the task is open.
func (s *Service) onCard(event VendorEvent) work {
	status, reason := SwitchUpdated, (*string)(nil)
	if event.Event == EventCardFailed {
		told := reasonOf(event.Reason)
		status, reason = SwitchFailed, &told
	}
	return func(ctx context.Context, tx pgx.Tx) (string, error) {
		session, err := uuid.Parse(event.SessionID)
		if err != nil {
			return outcomeIgnored, nil //nolint:nilerr // of no session of ours
		}
		row, err := s.q.CardSwitchEnd(ctx, tx, queries.CardSwitchEndParams{
			Status: status, Reason: reason, VendorUserRef: event.UserRef, MerchantID: event.MerchantID, TaskID: event.TaskID, SessionID: session,
		})
		if postgres.IsNoRows(err) {
			return outcomeIgnored, nil
		}
		if err != nil {
			return "", fmt.Errorf("end card switch: %w", err)
		}
		s.tellOwner(ctx, row.UserID, row.ID)
		return outcomeWorked, nil
	}
}

// keptWebhooks is how long webhooks are kept, and the same body taken for the same webhook.
const keptWebhooks = 7 * 24 * time.Hour

// DeleteOldWebhooks deletes those that are older.
func (s *Service) DeleteOldWebhooks(ctx context.Context) (deleted int64, err error) {
	deleted, err = s.q.WebhookDeleteOld(ctx, s.pool, s.clock.Now().Add(-keptWebhooks))
	if err != nil {
		return 0, fmt.Errorf("delete old webhooks: %w", err)
	}
	return deleted, nil
}
