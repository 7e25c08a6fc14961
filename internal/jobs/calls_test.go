package jobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/stretchr/testify/require"
)

// fakeListener tells what is sent to it, or fails when its context ends, as the real one does.
type fakeListener struct {
	riverdriver.Listener

	told chan *riverdriver.Notification
}

func (l *fakeListener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case notification := <-l.told:
		return notification, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type callsBundle struct {
	told     chan *riverdriver.Notification
	calls    chan struct{}
	listener *callableListener
}

func setupCalls() *callsBundle {
	b := &callsBundle{told: make(chan *riverdriver.Notification, 1), calls: make(chan struct{}, 1)}
	b.listener = &callableListener{Listener: &fakeListener{told: b.told}, calls: b.calls}
	return b
}

func TestWaitForNotification_Called_TellsThatAJobIsThere(t *testing.T) {
	t.Parallel()
	b := setupCalls()
	b.calls <- struct{}{}
	got, err := b.listener.WaitForNotification(t.Context())
	require.NoError(t, err)
	require.Equal(t, jobInserted, *got)

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = b.listener.WaitForNotification(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded, "one call is told once")
}

func TestWaitForNotification_ToldByPostgres_PassesItOn(t *testing.T) {
	t.Parallel()
	b := setupCalls()
	want := &riverdriver.Notification{Topic: "river_leadership", Payload: "{}"}
	b.told <- want
	got, err := b.listener.WaitForNotification(t.Context())
	require.NoError(t, err)
	require.Same(t, want, got)
}

// Why: a call that is lost costs the person who waits the time until the next look.
func TestWaitForNotification_CalledAndToldAtOnce_TellsBoth(t *testing.T) {
	t.Parallel()
	for range 200 {
		b := setupCalls()
		b.calls <- struct{}{}
		b.told <- &riverdriver.Notification{Topic: "river_control"}
		topics := map[string]bool{}
		for range 2 {
			got, err := b.listener.WaitForNotification(t.Context())
			require.NoError(t, err)
			topics[got.Topic] = true
		}
		require.Equal(t, map[string]bool{"river_insert": true, "river_control": true}, topics)
	}
}

// Why: River cancels the wait to change what it listens to, and waits again.
func TestWaitForNotification_Cancelled_KeepsACallForTheNextWait(t *testing.T) {
	t.Parallel()
	for range 200 {
		b := setupCalls()
		ctx, cancel := context.WithCancel(t.Context())
		b.calls <- struct{}{}
		cancel()
		got, err := b.listener.WaitForNotification(ctx)
		if errors.Is(err, context.Canceled) {
			got, err = b.listener.WaitForNotification(t.Context())
		}
		require.NoError(t, err)
		require.Equal(t, jobInserted, *got)
	}
}
