// Package accounts links merchant accounts through a vendor and keeps them with the orders they bring.
package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Account is a linked merchant account.
type Account struct {
	ID              uuid.UUID
	Institution     string
	MerchantID      int64
	Name            string
	Status          string
	Reason          *string
	NextStep        *string // what the user can do about the status
	CanTransactions bool
	CanCards        bool
	Mock            bool
	LastSyncedAt    *time.Time
	CardSwitch      *CardSwitch // the newest attempt to put a card on file; nil where there was none
}

// Cursor is where a list of accounts goes on.
type Cursor struct {
	Institution string    `json:"n"`
	ID          uuid.UUID `json:"i"`
}

// Errors of this package.
var (
	// ErrAccountNotFound also stands for other people's accounts.
	ErrAccountNotFound = apperr.NotFound()
	// ErrOnboardingNotFound also stands for sessions of others, expired ones and wrong claim tokens.
	ErrOnboardingNotFound = apperr.NotFound()
)

// vendorAway is what the user gets of a call to the vendor that failed while they waited; nothing was changed.
func vendorAway(cause error) error {
	return apperr.Wrap(cause, apperr.CodeUnavailable,
		"The service that links accounts does not answer at the moment. Nothing was changed; try again in a minute.")
}

// errSwitchedOff means that a real account cannot be unlinked while nothing real can be: the vendor would go on collecting.
var errSwitchedOff = apperr.New(apperr.CodeUnavailable,
	"Linking of accounts is switched off at the moment, so this one cannot be unlinked. Nothing was changed; try again later.")

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Queue queues work in the transaction that makes it necessary.
type Queue interface {
	EnqueueInsightsRefresh(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error
	EnqueueAccountSync(ctx context.Context, tx pgx.Tx, accountID uuid.UUID) error
	// CancelAccountSync takes back the syncs of an account that have not begun.
	CancelAccountSync(ctx context.Context, tx pgx.Tx, accountID uuid.UUID) error
	EnqueueVendorWebhook(ctx context.Context, tx pgx.Tx, webhookID uuid.UUID) error
	EnqueueVendorDeletion(ctx context.Context, tx pgx.Tx, userRef string) error
	EnqueueMerchantsRefresh(ctx context.Context, tx pgx.Tx) error
}

// Notifier tells readers what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Secrets makes claim tokens; what is stored of one is its hash.
type Secrets interface {
	NewClaimToken() (token string, hash []byte, err error)
	Hash(token string) []byte
}

// Config is what the service is made of; every field is required.
type Config struct {
	Pool     *pgxpool.Pool
	Clock    clock.Clock
	Linker   Linker
	Auditor  Auditor
	Queue    Queue
	Notifier Notifier
	Secrets  Secrets
	Logger   *slog.Logger
	// Reconcile is how often an account is read from the beginning, in case webhooks were lost.
	Reconcile time.Duration
}

// Service links and unlinks.
type Service struct {
	pool      *pgxpool.Pool
	q         *queries.Queries
	clock     clock.Clock
	linker    Linker
	auditor   Auditor
	queue     Queue
	notifier  Notifier
	secrets   Secrets
	log       *slog.Logger
	reconcile time.Duration
	keys      keyCache
}

// New makes the service.
func New(config Config) (*Service, error) {
	if config.Pool == nil || config.Clock == nil || config.Linker == nil || config.Auditor == nil || config.Queue == nil ||
		config.Notifier == nil || config.Secrets == nil || config.Logger == nil || config.Reconcile <= 0 {
		return nil, errors.New("accounts: New wants every dependency")
	}
	return &Service{
		pool: config.Pool, q: queries.New(), clock: config.Clock, linker: config.Linker, auditor: config.Auditor, queue: config.Queue,
		notifier: config.Notifier, secrets: config.Secrets, log: config.Logger, reconcile: config.Reconcile,
	}, nil
}

// ListParams selects a page of accounts.
type ListParams struct {
	UserID uuid.UUID
	Limit  int
	After  *Cursor
}

// List returns a user's accounts by institution, as they are stored, and has those read in the background that have not
// been for a while.
func (s *Service) List(ctx context.Context, params ListParams) (paging.Page[Account, Cursor], error) {
	var after Cursor // sorts before every account
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.AccountListForUser(ctx, s.pool, queries.AccountListForUserParams{
		UserID:           params.UserID,
		AfterInstitution: after.Institution,
		AfterID:          after.ID,
		RowLimit:         paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Account, Cursor]{}, fmt.Errorf("list accounts: %w", err)
	}
	page := paging.Cut(rows, params.Limit, func(row queries.AccountListForUserRow) Cursor {
		return Cursor{Institution: row.Institution, ID: row.LinkedAccount.ID}
	})
	ids := make([]uuid.UUID, len(page.Items))
	for i, row := range page.Items {
		ids[i] = row.LinkedAccount.ID
	}
	switches, err := s.latestSwitches(ctx, ids)
	if err != nil {
		return paging.Page[Account, Cursor]{}, err
	}
	s.refreshStale(ctx, page.Items)
	return paging.Map(page, func(row queries.AccountListForUserRow) Account {
		return fromDBAccount(row.LinkedAccount, row.Institution, switches[row.LinkedAccount.ID])
	}), nil
}

// staleAfter is how old what is stored of an account may be before whoever looks at it has it read.
const staleAfter = 15 * time.Minute

// triedPause is how long nobody who looks has an account read that could not be: that it is tried again is seen to.
const triedPause = 5 * time.Minute

// refreshStale has accounts read that are stale. Nobody waits for it, and what it cannot do now the next look does.
func (s *Service) refreshStale(ctx context.Context, rows []queries.AccountListForUserRow) {
	var stale []uuid.UUID
	for _, row := range rows {
		account := row.LinkedAccount
		now := s.clock.Now()
		old := account.LastSyncedAt == nil || now.Sub(*account.LastSyncedAt) > staleAfter
		old = old && (account.SyncTriedAt == nil || now.Sub(*account.SyncTriedAt) >= triedPause)
		if old && account.Status == StatusConnected && account.Mock == s.linker.Mock() {
			stale = append(stale, account.ID)
		}
	}
	if len(stale) == 0 {
		return
	}
	err := postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		for _, id := range stale {
			if err := s.queue.EnqueueAccountSync(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "stale accounts not queued", "error", err)
	}
}

// Unlink ends the link at the vendor, then deletes the account with its orders. Errors: ErrAccountNotFound, and
// CodeUnavailable while the vendor does not answer or, for a real account, is switched off, after which all is as it was.
func (s *Service) Unlink(ctx context.Context, userID, accountID uuid.UUID) error {
	row, err := s.q.AccountGet(ctx, s.pool, queries.AccountGetParams{ID: accountID, UserID: userID})
	if postgres.IsNoRows(err) {
		return ErrAccountNotFound
	}
	if err != nil {
		return fmt.Errorf("get account: %w", err)
	}
	// The vendor first: were it second and failed, it would go on collecting for an account nobody sees any more.
	if err := s.unlinkAtVendor(ctx, row); err != nil {
		return err
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := s.q.UnlinkAdd(ctx, tx, userID); err != nil { // first: it is what others wait for
			return fmt.Errorf("count unlink: %w", err)
		}
		if err := s.tellChange(ctx, tx, userID, accountID); err != nil {
			return err
		}
		if err := s.queue.CancelAccountSync(ctx, tx, accountID); err != nil {
			return fmt.Errorf("cancel syncs: %w", err)
		}
		deleted, err := s.q.AccountDelete(ctx, tx, queries.AccountDeleteParams{ID: accountID, UserID: userID})
		if err != nil {
			return fmt.Errorf("delete account: %w", err)
		}
		if deleted == 0 {
			return ErrAccountNotFound // somebody else unlinked it in the meantime
		}
		if err := s.queue.EnqueueInsightsRefresh(ctx, tx, userID); err != nil {
			return fmt.Errorf("enqueue insights: %w", err)
		}
		return s.auditor.Record(ctx, tx, userID, "account.unlink", "account", accountID.String())
	})
}

// unlinkAtVendor ends the link under every reference the vendor knows the user by: they may have linked the merchant under
// several, and any would bring the account back.
func (s *Service) unlinkAtVendor(ctx context.Context, row queries.LinkedAccount) error {
	if row.Mock && !s.linker.Mock() {
		return nil // nobody holds anything of it
	}
	if row.Mock != s.linker.Mock() {
		return errSwitchedOff
	}
	refs, err := s.q.VendorRefsOfUser(ctx, s.pool, queries.VendorRefsOfUserParams{UserID: row.UserID, Mock: row.Mock})
	if err != nil {
		return fmt.Errorf("list references at the vendor: %w", err)
	}
	for _, ref := range refs {
		if err := s.linker.Unlink(ctx, ref, row.MerchantID); err != nil {
			return vendorAway(fmt.Errorf("unlink at the vendor: %w", err))
		}
	}
	return nil
}

func fromDBAccount(row queries.LinkedAccount, institution string, latest *CardSwitch) Account {
	return Account{
		ID: row.ID, Institution: institution, MerchantID: row.MerchantID, Name: row.AccountName,
		Status: row.Status, Reason: row.Reason, NextStep: nextStep(row.Status, institution),
		CanTransactions: row.CanTransactions, CanCards: row.CanCards, Mock: row.Mock, LastSyncedAt: row.LastSyncedAt, CardSwitch: latest,
	}
}
