package accounts

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/postgres"
)

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
// caller's, and for none where one is to be put on file; CodeUnavailable while the vendor does not answer.
func (s *Service) Start(ctx context.Context, params StartParams) (Started, error) {
	if err := s.checkCard(ctx, params); err != nil {
		return Started{}, err
	}
	ref, err := s.vendorRef(ctx, params.UserID)
	if err != nil {
		return Started{}, err
	}
	var claim *string
	var claimHash []byte
	if params.UserID == nil {
		token, hash, err := s.secrets.NewClaimToken()
		if err != nil {
			return Started{}, fmt.Errorf("make claim token: %w", err)
		}
		claim, claimHash = &token, hash
	}
	session, err := s.linker.StartSession(ctx, ref, params.Product, cardRef(params.CardID))
	if err != nil {
		return Started{}, vendorAway(fmt.Errorf("start link session: %w", err))
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
				ID: id, UserID: params.UserID, Product: params.Product, CardID: params.CardID, VendorUserRef: ref,
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

// vendorRef is whom the vendor is to know a person as: as before, where they began without an account of ours too, so that
// what they link is one person's there. An anonymous person gets a name of their own.
func (s *Service) vendorRef(ctx context.Context, userID *uuid.UUID) (string, error) {
	if userID == nil {
		return uuid.Must(uuid.NewV7()).String(), nil
	}
	ref, err := s.q.VendorRefLatest(ctx, s.pool, queries.VendorRefLatestParams{UserID: *userID, Mock: s.linker.Mock()})
	if postgres.IsNoRows(err) {
		return userID.String(), nil
	}
	if err != nil {
		return "", fmt.Errorf("get reference at the vendor: %w", err)
	}
	return ref, nil
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

// CompleteParams names the session to complete, or to extend.
type CompleteParams struct {
	UserID     uuid.UUID // zero where nobody is signed in
	SessionID  uuid.UUID
	ClaimToken string
}

// Extend keeps an open session open longer, for who may complete it, and returns until when. Errors:
// ErrOnboardingNotFound; CodeUnavailable while the vendor does not answer.
func (s *Service) Extend(ctx context.Context, params CompleteParams) (expiresAt time.Time, err error) {
	session, err := s.q.OnboardingSessionGet(ctx, s.pool, params.SessionID)
	if postgres.IsNoRows(err) || (err == nil && (session.CompletedAt != nil || !s.mayComplete(session, params, s.clock.Now()))) {
		return time.Time{}, ErrOnboardingNotFound
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("get link session: %w", err)
	}
	expiresAt, err = s.linker.ExtendSession(ctx, session.VendorUserRef, session.ID.String())
	if errors.Is(err, ErrSessionOver) {
		return time.Time{}, ErrOnboardingNotFound
	}
	if err != nil {
		return time.Time{}, vendorAway(fmt.Errorf("extend link session: %w", err))
	}
	err = s.q.OnboardingSessionExtend(ctx, s.pool, queries.OnboardingSessionExtendParams{ID: session.ID, ExpiresAt: expiresAt})
	if err != nil {
		return time.Time{}, fmt.Errorf("store extension: %w", err)
	}
	return expiresAt, nil
}

// Completed is what a completion led to.
type Completed struct {
	AccountsLinked   int
	OnboardingStatus string
}

// Complete reads the linked accounts and their orders back from the vendor and stores them. Nothing the browser says
// is believed. Completing again changes nothing. Errors: ErrOnboardingNotFound; CodeUnavailable while the vendor does not
// answer.
func (s *Service) Complete(ctx context.Context, params CompleteParams) (Completed, error) {
	for range mostReadings {
		completed, err := s.complete(ctx, params)
		if !errors.Is(err, errUnlinkedMeanwhile) {
			return completed, err
		}
	}
	return Completed{}, vendorAway(errUnlinkedMeanwhile)
}

// mostReadings is how often it is read what is linked, because something was unlinked meanwhile.
const mostReadings = 4

func (s *Service) complete(ctx context.Context, params CompleteParams) (Completed, error) {
	asked := s.clock.Now() // what the vendor takes to answer is not held against who asked in time
	session, err := s.q.OnboardingSessionGet(ctx, s.pool, params.SessionID)
	if postgres.IsNoRows(err) || (err == nil && !s.mayComplete(session, params, asked)) {
		return Completed{}, ErrOnboardingNotFound
	}
	if err != nil {
		return Completed{}, fmt.Errorf("get link session: %w", err)
	}
	var found reading
	if session.CompletedAt == nil && session.Mock == s.linker.Mock() {
		// Outside the transaction: it goes over the network.
		if found, err = s.readLinked(ctx, params.UserID, session.VendorUserRef); err != nil {
			return Completed{}, vendorAway(err)
		}
		s.readAllOrders(ctx, session.VendorUserRef, found.linked)
		if err := ctx.Err(); err != nil {
			return Completed{}, vendorAway(fmt.Errorf("read orders: %w", err))
		}
	}
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (Completed, error) {
		locked, err := s.q.OnboardingSessionGetForUpdate(ctx, tx, params.SessionID)
		if postgres.IsNoRows(err) || (err == nil && !s.mayComplete(locked, params, asked)) {
			return Completed{}, ErrOnboardingNotFound // another user claimed it in the meantime
		}
		if err != nil {
			return Completed{}, fmt.Errorf("lock link session: %w", err)
		}
		if locked.CompletedAt == nil {
			if err := s.storeLinked(ctx, tx, params.UserID, locked, found); err != nil {
				return Completed{}, err
			}
		}
		return s.completed(ctx, tx, params.UserID)
	})
}

// mayComplete: one's own session, or an anonymous one whose claim token one holds; while it is open, or again.
func (s *Service) mayComplete(session queries.OnboardingSession, params CompleteParams, at time.Time) bool {
	if session.UserID == nil {
		held := subtle.ConstantTimeCompare(s.secrets.Hash(params.ClaimToken), session.ClaimTokenHash) == 1
		return held && session.ExpiresAt.After(at)
	}
	return *session.UserID == params.UserID && (session.CompletedAt != nil || session.ExpiresAt.After(at))
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
