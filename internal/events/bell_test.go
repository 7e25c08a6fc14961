package events

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func rung(wake <-chan struct{}) bool {
	select {
	case <-wake:
		return true
	default:
		return false
	}
}

func TestBell_WakesEveryListenerOfTheIDAndNobodyElse(t *testing.T) {
	t.Parallel()
	bell, id := NewBell(), uuid.New()
	first, stopFirst := bell.Listen(id)
	defer stopFirst()
	second, stopSecond := bell.Listen(id)
	defer stopSecond()
	other, stopOther := bell.Listen(uuid.New())
	defer stopOther()

	bell.Ring(id)
	require.True(t, rung(first))
	require.True(t, rung(second))
	require.False(t, rung(other))
	require.False(t, rung(first), "one ring wakes once")
}

// Why: a reply that ends between looking at it and waiting for it must not be waited for in vain.
func TestBell_RingBeforeTheWait_IsNotMissed(t *testing.T) {
	t.Parallel()
	bell, id := NewBell(), uuid.New()
	wake, stop := bell.Listen(id)
	defer stop()
	for range 1000 { // nobody looks: it must not block, and is one wake-up in the end
		bell.Ring(id)
	}
	require.True(t, rung(wake))
	require.False(t, rung(wake))
}

func TestBell_AfterTheLastStop_KeepsNothing(t *testing.T) {
	t.Parallel()
	bell, id := NewBell(), uuid.New()
	wake, stop := bell.Listen(id)
	_, stopOther := bell.Listen(id)
	stop()
	stop() // as deferred calls happen to do
	bell.Ring(id)
	require.False(t, rung(wake))
	require.Len(t, bell.listeners, 1)
	stopOther()
	require.Empty(t, bell.listeners, "an id nobody listens to would be kept for ever")
	bell.Ring(id)
}

func TestBell_RungListenedToAndLeftAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // a waiter that is never woken is a deadlock, which fails the test at once
		bell, id := NewBell(), uuid.New()
		var waiters, ringers sync.WaitGroup
		listening := make(chan struct{}, 50)
		for range cap(listening) {
			waiters.Go(func() {
				wake, stop := bell.Listen(id)
				defer stop()
				listening <- struct{}{}
				<-wake
			})
		}
		for range cap(listening) {
			<-listening
		}
		for range 8 {
			ringers.Go(func() { bell.Ring(id) })
		}
		ringers.Wait()
		waiters.Wait()
		require.Empty(t, bell.listeners)
	})
}
