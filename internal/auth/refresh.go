package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Refresh trades a refresh token for new tokens. A token that is used once more than it should be ends its session: one
// of the two holders is not the user. Errors: ErrSignedOut.
func (s *Service) Refresh(ctx context.Context, refreshToken string) (Grant, error) {
	type outcome struct {
		grant  Grant
		reused bool
	}
	result, err := postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (outcome, error) {
		now := s.clock.Now()
		token, err := s.q.RefreshTokenGetForUpdate(ctx, tx, HashSecret(refreshToken))
		if postgres.IsNoRows(err) {
			return outcome{}, ErrSignedOut
		}
		if err != nil {
			return outcome{}, fmt.Errorf("find refresh token: %w", err)
		}
		live, err := s.q.SessionGetLive(ctx, tx, queries.SessionGetLiveParams{ID: token.SessionID, Now: now})
		if postgres.IsNoRows(err) || (err == nil && !token.ExpiresAt.After(now)) {
			return outcome{}, ErrSignedOut
		}
		if err != nil {
			return outcome{}, fmt.Errorf("find session: %w", err)
		}
		spent, err := s.spend(ctx, tx, token, now)
		if err != nil {
			return outcome{}, err
		}
		if !spent {
			// Committed, not rolled back: the end of the session must stick.
			err := s.q.SessionRevoke(ctx, tx, queries.SessionRevokeParams{ID: token.SessionID, Now: &now})
			return outcome{reused: true}, err
		}
		grant, err := s.grant(ctx, tx, fromDBUser(live.User), fromDBSession(live.Session), &token.ID)
		return outcome{grant: grant}, err
	})
	if err != nil {
		return Grant{}, err
	}
	if result.reused {
		s.log.WarnContext(ctx, "refresh token used twice, session ended")
		return Grant{}, ErrSignedOut
	}
	return result.grant, nil
}

// spend uses a token up, and says whether that was possible. An answer may be lost on its way: the token it was lost for
// can be used again for RefreshOverlap, as long as nobody used the one that was answered. That one is then worth nothing,
// so that there is one token at any time that can be used, and whoever else holds one ends the session by using it.
func (s *Service) spend(ctx context.Context, tx pgx.Tx, token queries.RefreshToken, now time.Time) (bool, error) {
	switch {
	case token.ReplacedAt != nil:
		return false, nil
	case token.UsedAt == nil:
		if err := s.q.RefreshTokenUse(ctx, tx, queries.RefreshTokenUseParams{ID: token.ID, Now: &now}); err != nil {
			return false, fmt.Errorf("spend refresh token: %w", err)
		}
		return true, nil
	case !now.Before(token.UsedAt.Add(RefreshOverlap)):
		return false, nil
	}
	err := s.q.RefreshTokenReplaceSuccessor(ctx, tx, queries.RefreshTokenReplaceSuccessorParams{ParentID: &token.ID, Now: &now})
	if err != nil {
		return false, fmt.Errorf("replace successor: %w", err)
	}
	used, err := s.q.RefreshTokenSuccessorUsed(ctx, tx, &token.ID)
	if err != nil {
		return false, fmt.Errorf("look at successor: %w", err)
	}
	return !used, nil
}
