package accounts

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
)

// States of an account. Of the last three only the user can bring it back, by linking it again.
const (
	StatusConnected     = "connected"
	StatusSyncing       = "syncing"
	StatusLoginRequired = "login_required"
	StatusDisconnected  = "disconnected"
	StatusRevoked       = "revoked"
)

// needsUser reports whether an account in this state waits for the user.
func needsUser(status string) bool {
	return status == StatusLoginRequired || status == StatusDisconnected || status == StatusRevoked
}

// linkState is what an account says of its link.
type linkState struct {
	status string
	reason string // empty where there is nothing to say
}

// nextState is the state machine of a link: what an account that is in one state becomes when a look at the vendor found
// another. A look that failed (connected, for want of better news) does not bring back what only the user can, and takes
// syncing back to connected; what the vendor says of a link always counts; an unknown user is revoked until they link anew.
// A state that stays keeps its reason: it is the one the user can do something about.
func nextState(now, found linkState) linkState {
	switch {
	case found.status == StatusConnected && needsUser(now.status):
		return now
	case now.status == StatusRevoked && found.status != StatusConnected:
		return now
	default:
		return found
	}
}

func nextStep(status, institution string) *string {
	if !needsUser(status) {
		return nil
	}
	step := "Link " + institution + " again."
	return &step
}

// Overview is how all accounts of a user are.
type Overview struct {
	Accounts       []Account // by institution
	Mock           bool      // some of it is not real
	Connected      int
	Syncing        int
	NeedsAttention int
	LastSyncedAt   *time.Time // of any account
}

// Overview returns how the user's accounts are.
func (s *Service) Overview(ctx context.Context, userID uuid.UUID) (Overview, error) {
	// There are no more accounts than merchants to link.
	rows, err := s.q.AccountListForUser(ctx, s.pool, queries.AccountListForUserParams{UserID: userID, RowLimit: math.MaxInt32})
	if err != nil {
		return Overview{}, fmt.Errorf("list accounts: %w", err)
	}
	overview := Overview{Accounts: make([]Account, len(rows))}
	for i, row := range rows {
		account := fromDBAccount(row.LinkedAccount, row.Institution, nil)
		overview.Accounts[i] = account
		overview.Mock = overview.Mock || account.Mock
		switch {
		case account.Status == StatusSyncing:
			overview.Syncing++
		case needsUser(account.Status):
			overview.NeedsAttention++
		default:
			overview.Connected++
		}
		if at := account.LastSyncedAt; at != nil && (overview.LastSyncedAt == nil || at.After(*overview.LastSyncedAt)) {
			overview.LastSyncedAt = at
		}
	}
	return overview, nil
}
