package app

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
)

// A call that was not made is not told as one that failed, and one whose caller ran out of time says nothing of the vendor.
func TestCallsToTheVendorAreToldByHowTheyEnded(t *testing.T) {
	t.Parallel()
	hurried, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for _, test := range []struct {
		ctx     context.Context
		err     error
		outcome string
		fault   bool
	}{
		{t.Context(), nil, "ok", false},
		{hurried, nil, "ok", false},
		{t.Context(), fmt.Errorf("read: %w", accounts.ErrNotLinked), "not_linked", false},
		{t.Context(), &live.Error{Operation: "getAccounts", Status: 503}, "failed", true},
		{t.Context(), fmt.Errorf("%w: syncTransactions", live.ErrMisfit), "unreadable", false},
		{t.Context(), fmt.Errorf("%w: %w", accounts.ErrOrderUnknown, live.ErrMisfit), "order_unknown", false},
		{t.Context(), errors.New("connection lost"), "failed", true},
		{t.Context(), fmt.Errorf("read: %w", context.DeadlineExceeded), "failed", true}, // it took its time, and not ours
		{t.Context(), fmt.Errorf("read: %w", &live.NotAskedError{Operation: "getAccounts"}), "not_asked", true},
		{t.Context(), fmt.Errorf("read: %w", context.Canceled), "cancelled", false},
		{hurried, fmt.Errorf("read: %w", context.DeadlineExceeded), "cancelled", false},
	} {
		outcome, fault := outcomeOf(test.ctx, test.err)
		require.Equal(t, test.outcome, outcome, "%v", test.err)
		require.Equal(t, test.fault, fault, "%v", test.err)
	}
}
