package accounts

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
)

// States of a card switch. It goes from requested to sent when the browser has encrypted a card, and ends in updated or
// failed.
const (
	SwitchRequested = "requested"
	SwitchSent      = "sent"
	SwitchUpdated   = "updated"
	SwitchFailed    = "failed"
)

// CardSwitch is an attempt to put a card on file at a merchant.
type CardSwitch struct {
	Status    string
	TaskID    string
	ExpiresAt time.Time // for the card to be sent
	Reason    *string
}

// cardWindow is how long a task waits for its card: the vendor's fifteen seconds, from when we heard of it.
const cardWindow = 15 * time.Second

// Errors of a card switch.
var (
	ErrSwitchOver      = apperr.New(apperr.CodeConflict, "This is no longer open. Link the merchant again to try once more.")
	ErrCardUnconfirmed = apperr.New(apperr.CodeConflict, "Confirm first that you want to use this card there.")
	errCardRefused     = apperr.Invalid(apperr.Field{
		Pointer: "/jwe", Code: "card_refused", Detail: "The card could not be taken as it was sent.",
	})
)

// outcomeWindow is how long a card that was sent is waited for. The vendor tells in minutes and repeats itself for some
// more; it cannot be asked.
const outcomeWindow = time.Hour

const (
	reasonLate    = "The card was not sent in time."
	reasonUnheard = "We have not heard whether the merchant took the card. Look there."
)

// fromDBSwitch ends, for the reader, what waits for nothing any more. The row stays as it is: what comes after all counts.
func (s *Service) fromDBSwitch(row queries.CardSwitch) *CardSwitch {
	told := &CardSwitch{Status: row.Status, TaskID: row.TaskID, ExpiresAt: row.ExpiresAt, Reason: row.Reason}
	over := ""
	switch waited := s.clock.Now().Sub(row.ExpiresAt); {
	case row.Status == SwitchRequested && waited >= 0:
		over = reasonLate
	case row.Status == SwitchSent && waited >= outcomeWindow:
		over = reasonUnheard
	}
	if over != "" {
		told.Status, told.Reason = SwitchFailed, &over
	}
	return told
}

func (s *Service) latestSwitches(ctx context.Context, accountIDs []uuid.UUID) (map[uuid.UUID]*CardSwitch, error) {
	rows, err := s.q.CardSwitchLatest(ctx, s.pool, accountIDs)
	if err != nil {
		return nil, fmt.Errorf("list card switches: %w", err)
	}
	latest := make(map[uuid.UUID]*CardSwitch, len(rows))
	for _, row := range rows {
		latest[row.AccountID] = s.fromDBSwitch(row)
	}
	return latest, nil
}

// keyCache keeps the vendor's key for a while; a card that is refused may mean that there is a new one.
type keyCache struct {
	mu    sync.Mutex
	key   CardKey
	until time.Time
}

const keyLifetime = 10 * time.Minute

func (c *keyCache) get(now time.Time) (CardKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.key, now.Before(c.until)
}

func (c *keyCache) put(key CardKey, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key, c.until = key, until
}

// CardKey returns the key a browser encrypts a card with. Errors: CodeUnavailable while the vendor does not answer.
func (s *Service) CardKey(ctx context.Context) (CardKey, error) {
	if key, fresh := s.keys.get(s.clock.Now()); fresh {
		return key, nil
	}
	key, err := s.linker.CardKey(ctx)
	if err != nil {
		return CardKey{}, vendorAway(fmt.Errorf("get card key: %w", err))
	}
	s.keys.put(key, s.clock.Now().Add(keyLifetime))
	return key, nil
}

// SwitchCardParams is an encrypted card for a task. JWE is opaque here and is not kept.
type SwitchCardParams struct {
	UserID    uuid.UUID
	AccountID uuid.UUID
	TaskID    string
	JWE       string
}

// SwitchCard forwards an encrypted card for an open task of an account. Errors: ErrAccountNotFound, also for a task that is
// not the account's; ErrSwitchOver; ErrCardUnconfirmed; CodeInvalidRequest for what is no card, after which it may be sent
// again while there is time.
func (s *Service) SwitchCard(ctx context.Context, params SwitchCardParams) (Account, error) {
	row, open, err := s.takeSwitch(ctx, params)
	if err != nil {
		return Account{}, err
	}
	outcome, sendErr := s.linker.SendCard(ctx, open.ref, params.TaskID, params.JWE) // outside of a transaction
	ctx = context.WithoutCancel(ctx)                                                // what became of the card is stored, whoever left
	switch {
	case errors.Is(sendErr, ErrCardRefused):
		s.keys.put(CardKey{}, time.Time{})
		if err := s.setSwitch(ctx, row, open.ID, SwitchRequested, nil); err != nil {
			return Account{}, err
		}
		return Account{}, errCardRefused
	case errors.Is(sendErr, ErrTaskOver):
		reason := reasonLate
		if err := s.setSwitch(ctx, row, open.ID, SwitchFailed, &reason); err != nil {
			return Account{}, err
		}
		return Account{}, ErrSwitchOver
	case wasRefused(sendErr):
		s.log.WarnContext(ctx, "card not sent", "account_id", row.ID, "error", sendErr)
		reason := "The card could not be handed over."
		err = s.setSwitch(ctx, row, open.ID, SwitchFailed, &reason)
	case sendErr != nil:
		// Whether the vendor has the card is not known. If it has, it says what became of it; outcomeWindow ends the rest.
		s.log.WarnContext(ctx, "no answer to a card", "account_id", row.ID, "error", sendErr)
	case outcome != "":
		err = s.setSwitch(ctx, row, open.ID, outcome, nil)
	}
	if err != nil {
		return Account{}, err
	}
	return s.account(ctx, params.UserID, params.AccountID)
}

// wasRefused reports whether the vendor has said itself that it did not take what it was sent.
func wasRefused(err error) bool {
	var refusal interface{ Refused() bool }
	return errors.As(err, &refusal) && refusal.Refused()
}

// openSwitch is a card switch with whom the vendor knows its owner as; the account may be linked under another reference.
type openSwitch struct {
	queries.CardSwitch

	ref string
}

// takeSwitch marks a task as sent, so that of two cards one is forwarded.
func (s *Service) takeSwitch(ctx context.Context, params SwitchCardParams) (row queries.LinkedAccount, open openSwitch, err error) {
	err = postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		row, err = s.q.AccountLockForUser(ctx, tx, queries.AccountLockForUserParams{ID: params.AccountID, UserID: params.UserID})
		if postgres.IsNoRows(err) {
			return ErrAccountNotFound
		}
		if err != nil {
			return fmt.Errorf("lock account: %w", err)
		}
		open.CardSwitch, err = s.q.CardSwitchGetForUpdate(ctx, tx, queries.CardSwitchGetForUpdateParams{AccountID: row.ID, TaskID: params.TaskID})
		if postgres.IsNoRows(err) {
			return ErrAccountNotFound
		}
		if err != nil {
			return fmt.Errorf("lock card switch: %w", err)
		}
		if open.Status != SwitchRequested || !open.ExpiresAt.After(s.clock.Now()) {
			return ErrSwitchOver
		}
		if open.CardID == nil {
			return ErrCardUnconfirmed // removed since
		}
		chosen, err := s.q.CardChosenFor(ctx, tx, queries.CardChosenForParams{
			MerchantID: row.MerchantID, UserID: params.UserID, CardID: *open.CardID,
		})
		if err != nil {
			return fmt.Errorf("look for card choice: %w", err)
		}
		if !chosen {
			return ErrCardUnconfirmed
		}
		session, err := s.q.OnboardingSessionGet(ctx, tx, open.SessionID)
		if err != nil {
			return fmt.Errorf("get link session: %w", err)
		}
		open.ref = session.VendorUserRef
		if err := s.q.CardSwitchSet(ctx, tx, queries.CardSwitchSetParams{ID: open.ID, Status: SwitchSent}); err != nil {
			return fmt.Errorf("mark card switch: %w", err)
		}
		s.tellOwner(ctx, row.UserID, row.ID)
		return s.auditor.Record(ctx, tx, params.UserID, "card.switch", "account", row.ID.String())
	})
	return row, open, err
}

// setSwitch says how a card switch goes on, unless a webhook has said so already.
func (s *Service) setSwitch(ctx context.Context, row queries.LinkedAccount, id uuid.UUID, status string, reason *string) error {
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		set, err := s.q.CardSwitchSetSent(ctx, tx, queries.CardSwitchSetSentParams{ID: id, Status: status, Reason: reason})
		if err != nil {
			return fmt.Errorf("set card switch: %w", err)
		}
		if set > 0 {
			s.tellOwner(ctx, row.UserID, row.ID)
		}
		return nil
	})
}

// requestCard opens a card switch for a task of an account and tells its owner's browsers. A task is opened once.
func (s *Service) requestCard(
	ctx context.Context,
	tx pgx.Tx,
	row queries.LinkedAccount,
	session queries.OnboardingSession,
	taskID string,
	at time.Time,
) error {
	expires := at.Add(cardWindow)
	inserted, err := s.q.CardSwitchInsert(ctx, tx, queries.CardSwitchInsertParams{
		ID: uuid.Must(uuid.NewV7()), AccountID: row.ID, SessionID: session.ID, TaskID: taskID, CardID: session.CardID,
		RequestedAt: at, ExpiresAt: expires,
	})
	if err != nil {
		return fmt.Errorf("insert card switch: %w", err)
	}
	if inserted == 0 {
		return nil
	}
	s.tell(ctx, events.Notice{Audience: []uuid.UUID{row.UserID}, Hint: &events.Hint{
		Type: events.CardSwitchRequested, AccountID: row.ID, TaskID: taskID, ExpiresAt: expires,
	}})
	s.tellOwner(ctx, row.UserID, row.ID)
	return nil
}

// requestedHere opens the card switch of an account whose vendor tells of it with the account.
func (s *Service) requestedHere(
	ctx context.Context, tx pgx.Tx, userID uuid.UUID, session queries.OnboardingSession, account VendorAccount,
) error {
	if account.CardTask == "" || session.Product != ProductCardSwitcher {
		return nil
	}
	row, err := s.q.AccountGetAtMerchant(ctx, tx, queries.AccountGetAtMerchantParams{
		UserID: userID, MerchantID: account.MerchantID, Mock: session.Mock,
	})
	if postgres.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("get account: %w", err)
	}
	return s.requestCard(ctx, tx, row, session, account.CardTask, s.clock.Now())
}

// reasons are what the vendor says when a card was not taken, in our words: its own are not for people.
var reasons = map[string]string{
	"card expired":       "The card has expired.",
	"card":               "The merchant did not take the card.",
	"card in use":        "The card is on file there already.",
	"insufficient funds": "The card has too little money on it.",
	"account":            "The merchant did not let us into the account.",
	"credentials":        "The merchant did not let us into the account.",
	"otp":                "The code was not right.",
	"too many attempts":  "There were too many attempts. Try again tomorrow.",
	"did not receive payment method information": reasonLate,
}

func reasonOf(told string) string {
	if reason, known := reasons[told]; known {
		return reason
	}
	return "The merchant did not take the card."
}

// account reads one account as it is now.
func (s *Service) account(ctx context.Context, userID, accountID uuid.UUID) (Account, error) {
	whole, err := s.q.AccountGetWhole(ctx, s.pool, queries.AccountGetWholeParams{ID: accountID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Account{}, ErrAccountNotFound // unlinked in the meantime
	}
	if err != nil {
		return Account{}, fmt.Errorf("get account: %w", err)
	}
	switches, err := s.latestSwitches(ctx, []uuid.UUID{accountID})
	if err != nil {
		return Account{}, err
	}
	return fromDBAccount(whole.LinkedAccount, whole.Institution, switches[accountID]), nil
}
