// Package accounts links merchant accounts through a vendor and keeps them with the orders they bring.
package accounts

import (
	"context"
	"crypto/subtle"
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
	"github.com/lattice-money/lattice/internal/idempotency"
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

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Queue queues work in the transaction that makes it necessary: the computing of a user's insights, and the reading of an
// account.
type Queue interface {
	EnqueueInsightsRefresh(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error
	EnqueueAccountSync(ctx context.Context, tx pgx.Tx, accountID uuid.UUID) error
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

// Service links and unlinks.
type Service struct {
	pool     *pgxpool.Pool
	q        *queries.Queries
	clock    clock.Clock
	linker   Linker
	auditor  Auditor
	queue    Queue
	notifier Notifier
	secrets  Secrets
	log      *slog.Logger
}

// New makes the service; every dependency is required.
func New(
	pool *pgxpool.Pool,
	clk clock.Clock,
	linker Linker,
	auditor Auditor,
	queue Queue,
	notifier Notifier,
	secrets Secrets,
	log *slog.Logger,
) (*Service, error) {
	if pool == nil || clk == nil || linker == nil || auditor == nil || queue == nil || notifier == nil || secrets == nil || log == nil {
		return nil, errors.New("accounts: New wants every dependency")
	}
	return &Service{
		pool:     pool,
		q:        queries.New(),
		clock:    clk,
		linker:   linker,
		auditor:  auditor,
		queue:    queue,
		notifier: notifier,
		secrets:  secrets,
		log:      log,
	}, nil
}

// ListParams selects a page of accounts.
type ListParams struct {
	UserID uuid.UUID
	Limit  int
	After  *Cursor
}

// List returns a user's accounts by institution.
func (s *Service) List(ctx context.Context, params ListParams) (paging.Page[Account, Cursor], error) {
	var after Cursor // sorts before every account
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.AccountListForUser(ctx, s.pool, queries.AccountListForUserParams{
		UserID:           params.UserID,
		AfterInstitution: after.Institution,
		AfterID:          after.ID,
		RowLimit:         int32(params.Limit + 1), //nolint:gosec // at most 101
	})
	if err != nil {
		return paging.Page[Account, Cursor]{}, fmt.Errorf("list accounts: %w", err)
	}
	page := paging.Cut(rows, params.Limit, func(row queries.AccountListForUserRow) Cursor {
		return Cursor{Institution: row.Institution, ID: row.LinkedAccount.ID}
	})
	return paging.Map(page, func(row queries.AccountListForUserRow) Account {
		return fromDBAccount(row.LinkedAccount, row.Institution)
	}), nil
}

// Unlink ends the link at the vendor, then deletes the account with its orders. Errors: ErrAccountNotFound.
func (s *Service) Unlink(ctx context.Context, userID, accountID uuid.UUID) error {
	row, err := s.q.AccountGet(ctx, s.pool, queries.AccountGetParams{ID: accountID, UserID: userID})
	if postgres.IsNoRows(err) {
		return ErrAccountNotFound
	}
	if err != nil {
		return fmt.Errorf("get account: %w", err)
	}
	// The vendor first: were it second and failed, it would go on collecting for an account nobody sees any more.
	if err := s.linker.Unlink(ctx, row.VendorUserRef, row.MerchantID); err != nil {
		return fmt.Errorf("unlink at the vendor: %w", err)
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := s.tellChange(ctx, tx, userID, accountID); err != nil {
			return err
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

// StartParams opens a link session. UserID is nil where nobody is signed in.
type StartParams struct {
	UserID  *uuid.UUID
	Product string
	CardID  *uuid.UUID
}

// Started is an open link session; ClaimToken is set once, for an anonymous one.
type Started struct {
	ID          uuid.UUID
	Environment string
	ClientID    string
	ExpiresAt   time.Time
	Mock        bool
	ClaimToken  *string
}

// Start opens a link session at the vendor. Errors: CodeInvalidRequest for a card that is not the
// caller's, and for none where one is to be put on file.
func (s *Service) Start(ctx context.Context, params StartParams) (Started, error) {
	if err := s.checkCard(ctx, params); err != nil {
		return Started{}, err
	}
	// The vendor knows a person by one name for ever; an anonymous one gets a name of their own.
	ref := uuid.Must(uuid.NewV7())
	var claim *string
	var claimHash []byte
	if params.UserID != nil {
		ref = *params.UserID
	} else {
		token, hash, err := s.secrets.NewClaimToken()
		if err != nil {
			return Started{}, fmt.Errorf("make claim token: %w", err)
		}
		claim, claimHash = &token, hash
	}
	session, err := s.linker.StartSession(ctx, ref.String(), params.Product, cardRef(params.CardID))
	if err != nil {
		return Started{}, fmt.Errorf("start link session: %w", err)
	}
	id, err := uuid.Parse(session.ID)
	if err != nil {
		return Started{}, fmt.Errorf("read link session id: %w", err)
	}
	started := Started{
		ID: id, Environment: session.Environment, ClientID: session.ClientID, ExpiresAt: session.ExpiresAt,
		Mock: session.Mock, ClaimToken: claim,
	}
	return idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (Started, []uuid.UUID, error) {
			err := s.q.OnboardingSessionInsert(ctx, tx, queries.OnboardingSessionInsertParams{
				ID: id, UserID: params.UserID, Product: params.Product, CardID: params.CardID, VendorUserRef: ref.String(),
				Mock: session.Mock, ClaimTokenHash: claimHash, CreatedAt: s.clock.Now(), ExpiresAt: session.ExpiresAt,
			})
			if err != nil {
				return Started{}, nil, fmt.Errorf("insert link session: %w", err)
			}
			return started, []uuid.UUID{id}, nil
		},
		// The session just opened at the vendor is left to expire; the first one is answered again, without its token.
		func(ctx context.Context, ids []uuid.UUID) (Started, error) {
			row, err := s.q.OnboardingSessionGet(ctx, s.pool, ids[0])
			if err != nil {
				return Started{}, fmt.Errorf("get link session: %w", err)
			}
			again := started
			again.ID, again.ExpiresAt, again.ClaimToken = row.ID, row.ExpiresAt, nil
			return again, nil
		})
}

// cardRef is what the vendor knows a card as: its id, never more.
func cardRef(cardID *uuid.UUID) string {
	if cardID == nil {
		return ""
	}
	return cardID.String()
}

func (s *Service) checkCard(ctx context.Context, params StartParams) error {
	if params.CardID == nil && params.Product == ProductCardSwitcher {
		return apperr.Invalid(apperr.Field{Pointer: "/cardId", Code: "required", Detail: "Say which card is to be put on file."})
	}
	if params.CardID == nil {
		return nil
	}
	unknown := apperr.Invalid(apperr.Field{Pointer: "/cardId", Code: "unknown", Detail: "You have no such card."})
	if params.UserID == nil {
		return unknown
	}
	exists, err := s.q.CardExists(ctx, s.pool, queries.CardExistsParams{ID: *params.CardID, UserID: *params.UserID})
	if err != nil {
		return fmt.Errorf("look for card: %w", err)
	}
	if !exists {
		return unknown
	}
	return nil
}

// CompleteParams names the session to complete.
type CompleteParams struct {
	UserID     uuid.UUID
	SessionID  uuid.UUID
	ClaimToken string
}

// Completed is what a completion led to.
type Completed struct {
	AccountsLinked   int
	OnboardingStatus string
}

// Complete reads the linked accounts and their orders back from the vendor and stores them. Nothing the browser says
// is believed. Completing again changes nothing. Errors: ErrOnboardingNotFound.
func (s *Service) Complete(ctx context.Context, params CompleteParams) (Completed, error) {
	session, err := s.q.OnboardingSessionGet(ctx, s.pool, params.SessionID)
	if postgres.IsNoRows(err) || (err == nil && !s.mayComplete(session, params)) {
		return Completed{}, ErrOnboardingNotFound
	}
	if err != nil {
		return Completed{}, fmt.Errorf("get link session: %w", err)
	}
	var linked []linkedAccount
	if session.CompletedAt == nil {
		if linked, err = s.readLinked(ctx, session.VendorUserRef); err != nil { // outside the transaction: it goes over the network
			return Completed{}, err
		}
	}
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (Completed, error) {
		locked, err := s.q.OnboardingSessionGetForUpdate(ctx, tx, params.SessionID)
		if postgres.IsNoRows(err) || (err == nil && !s.mayComplete(locked, params)) {
			return Completed{}, ErrOnboardingNotFound // another user claimed it in the meantime
		}
		if err != nil {
			return Completed{}, fmt.Errorf("lock link session: %w", err)
		}
		if locked.CompletedAt == nil {
			if err := s.storeLinked(ctx, tx, params.UserID, locked, linked); err != nil {
				return Completed{}, err
			}
		}
		return s.completed(ctx, tx, params.UserID)
	})
}

// mayComplete: one's own session, or an anonymous one whose claim token one holds; while it is open, or again.
func (s *Service) mayComplete(session queries.OnboardingSession, params CompleteParams) bool {
	if session.UserID == nil {
		held := subtle.ConstantTimeCompare(s.secrets.Hash(params.ClaimToken), session.ClaimTokenHash) == 1
		return held && session.ExpiresAt.After(s.clock.Now())
	}
	return *session.UserID == params.UserID && (session.CompletedAt != nil || session.ExpiresAt.After(s.clock.Now()))
}

func (s *Service) completed(ctx context.Context, tx pgx.Tx, userID uuid.UUID) (Completed, error) {
	count, err := s.q.AccountCount(ctx, tx, userID)
	if err != nil {
		return Completed{}, fmt.Errorf("count accounts: %w", err)
	}
	user, err := s.q.UserGet(ctx, tx, userID)
	if err != nil {
		return Completed{}, fmt.Errorf("get user: %w", err)
	}
	return Completed{AccountsLinked: int(count), OnboardingStatus: user.OnboardingStatus}, nil
}

func fromDBAccount(row queries.LinkedAccount, institution string) Account {
	return Account{
		ID: row.ID, Institution: institution, MerchantID: row.MerchantID, Name: row.AccountName,
		Status: row.Status, Reason: row.Reason, NextStep: nextStep(row.Status, institution),
		CanTransactions: row.CanTransactions, CanCards: row.CanCards, Mock: row.Mock, LastSyncedAt: row.LastSyncedAt,
	}
}
