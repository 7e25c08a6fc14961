package knot_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

func answerOf(status int) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`[]`))}
}

// holding is a vendor that fails at first, and then holds each request until the test answers it or its caller leaves.
type holding struct {
	held    atomic.Bool
	entered chan struct{}
	answers chan int // statuses
}

// RoundTrip implements http.RoundTripper.
func (h *holding) RoundTrip(r *http.Request) (*http.Response, error) {
	if !h.held.Load() {
		return answerOf(http.StatusServiceUnavailable), nil
	}
	h.entered <- struct{}{}
	select {
	case status := <-h.answers:
		return answerOf(status), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func requireNotAsked(t *testing.T, err error) {
	t.Helper()
	_, is := errors.AsType[*live.NotAskedError](err)
	require.True(t, is, "%v", err)
	var refusal interface{ Refused() bool }
	require.ErrorAs(t, err, &refusal)
	require.True(t, refusal.Refused(), "who was not asked has surely done nothing, a card was not taken")
}

// After its pause a vendor that was away is tried with one call, and until that has ended nobody else waits for it. A caller
// who leaves meanwhile says nothing of it: the next one tries.
func TestAfterThePauseItIsAskedOnce(t *testing.T) {
	t.Parallel()
	vendor := &holding{entered: make(chan struct{}, 100), answers: make(chan int)}
	client := clientOf(t, vendor, live.Patience{Attempts: 1, BreakerDelay: time.Nanosecond}, nil)
	for range 8 {
		_, err := client.LinkedAccounts(t.Context(), "u-1")
		require.Error(t, err)
	}
	vendor.held.Store(true)
	ended := make(chan error)
	try := func() context.CancelFunc {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := client.LinkedAccounts(ctx, "u-1")
			ended <- err
		}()
		<-vendor.entered
		for range 3 {
			impatient, stop := context.WithTimeout(t.Context(), 2*time.Second) // should it be asked after all
			_, err := client.LinkedAccounts(impatient, "u-2")
			stop()
			requireNotAsked(t, err)
		}
		return cancel
	}
	leave := try()
	leave()
	require.ErrorIs(t, <-ended, context.Canceled)
	defer try()()
	vendor.answers <- http.StatusServiceUnavailable
	require.Error(t, <-ended)
	defer try()()
	vendor.answers <- http.StatusOK
	require.NoError(t, <-ended)
	for range 3 { // it is well, and everybody asks
		go func() {
			_, err := client.LinkedAccounts(t.Context(), "u-1")
			ended <- err
		}()
		<-vendor.entered
	}
	for range 3 {
		vendor.answers <- http.StatusOK
		require.NoError(t, <-ended)
	}
}

// That our own caller had little time, or left, says nothing of the vendor.
func TestOurOwnHasteDoesNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	vendor := &holding{entered: make(chan struct{}, 100), answers: make(chan int, 1)}
	vendor.held.Store(true)
	client := clientOf(t, vendor, live.Patience{}, nil)
	for len(vendor.entered) < 10 { // enough to open it
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		_, err := client.LinkedAccounts(ctx, "u-1")
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
		_, err = client.SendCard(ctx, "u-1", "90412", "a.b.c.d.e")
		cancel()
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	vendor.answers <- http.StatusOK
	_, err := client.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
}

// The vendor asks for an hour: nobody asks it anything before, and everybody may again then.
func TestALongRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	v.Link("u-1", 19)
	for _, fault := range []simulated.Fault{{Status: 429, RetryAfter: 3600}, {Status: 503, RetryAfter: 24 * 3600}} { // a day is too much
		v.Fail(fault)
		_, err := v.client.LinkedAccounts(t.Context(), "u-1")
		refusal, ok := errors.AsType[*live.Error](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, fault.Status, refusal.Status)
		asked := v.Calls("getAccounts")
		until := v.clock.Now().Add(time.Hour)
		for range 6 {
			v.clock.Advance(599 * time.Second)
			_, err = v.client.LinkedAccounts(t.Context(), "u-2")
			refused, is := errors.AsType[*live.NotAskedError](err)
			require.True(t, is, "%v", err)
			require.Equal(t, until, refused.Until)
			_, err = v.client.SendCard(t.Context(), "u-1", "90412", "a.b.c.d.e")
			requireNotAsked(t, err)
		}
		require.Equal(t, asked, v.Calls("getAccounts"))
		require.Zero(t, v.Calls("sendCard"))
		v.clock.Advance(6 * time.Second)
		_, err = v.client.LinkedAccounts(t.Context(), "u-1")
		require.NoError(t, err)
	}
}

// Who was called before the vendor was left alone is told how that went, not that nobody was called.
func TestACallThatWasMadeIsToldAsOne(t *testing.T) {
	t.Parallel()
	client := clientOf(t, watched(func(*http.Request) (*http.Response, error) {
		return answerOf(http.StatusServiceUnavailable), nil
	}), live.Patience{BreakerDelay: time.Hour, Attempts: 3}, nil)
	for range 3 { // the eighth of these nine attempts opens the breaker
		_, err := client.LinkedAccounts(t.Context(), "u-1")
		refusal, ok := errors.AsType[*live.Error](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, http.StatusServiceUnavailable, refusal.Status)
	}
	_, err := client.LinkedAccounts(t.Context(), "u-1")
	requireNotAsked(t, err)
}
