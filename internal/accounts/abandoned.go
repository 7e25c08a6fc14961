package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

const (
	// abandonedAtOnce is how many sessions one look is for.
	abandonedAtOnce = 50
	// abandonedFor is how long a session is looked at that cannot be read.
	abandonedFor = 24 * time.Hour
)

// lookAtAbandoned reads what sessions of users have linked that were begun before a moment and never completed: a browser was
// closed, and the webhook that would have told of it was lost. Each is looked at until it is over.
func (s *Service) lookAtAbandoned(ctx context.Context, before time.Time) error {
	sessions, err := s.q.OnboardingSessionListAbandoned(ctx, s.pool, queries.OnboardingSessionListAbandonedParams{
		Mock: s.linker.Mock(), Before: before, Since: s.clock.Now().Add(-abandonedFor), RowLimit: abandonedAtOnce,
	})
	if err != nil {
		return fmt.Errorf("list abandoned link sessions: %w", err)
	}
	for _, session := range sessions {
		err := s.storeAbandoned(ctx, session)
		if err != nil && !errors.Is(err, errUnlinkedMeanwhile) {
			s.log.WarnContext(ctx, "abandoned link session not read", "session_id", session.ID, "error", err)
		}
	}
	return nil
}

func (s *Service) storeAbandoned(ctx context.Context, session queries.OnboardingSession) error {
	found, err := s.readLinked(ctx, *session.UserID, session.VendorUserRef)
	if err != nil {
		return err
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		now := s.clock.Now()
		if err := s.q.OnboardingSessionLooked(ctx, tx, queries.OnboardingSessionLookedParams{ID: session.ID, Now: &now}); err != nil {
			return fmt.Errorf("mark link session: %w", err)
		}
		if len(found.linked) == 0 {
			return nil
		}
		return s.storeAccounts(ctx, tx, *session.UserID, session, found)
	})
}
