package chat

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/events"
)

// quietLookout never looks by itself: tests say what it sees.
func quietLookout() *lookout {
	l := newLookout(nil, nil, events.NewBell())
	l.looking = true
	return l
}

func rung(wake <-chan struct{}) bool {
	select {
	case <-wake:
		return true
	default:
		return false
	}
}

func TestLookout_RingsForTheRepliesThatMovedOn(t *testing.T) {
	t.Parallel()
	l, moving, resting := quietLookout(), uuid.New(), uuid.New()
	wakeMoving, stopMoving := l.watch(moving)
	defer stopMoving()
	wakeResting, stopResting := l.watch(resting)
	defer stopResting()
	see := func(seq int32, status string) {
		l.ring(l.ids(), []queries.ReplyListProgressRow{{ID: moving, Status: status, LastSeq: seq}, {ID: resting, Status: "streaming", LastSeq: 1}})
	}

	see(1, "streaming")
	require.True(t, rung(wakeMoving), "it may have moved on since it was read")
	require.True(t, rung(wakeResting))
	see(1, "streaming")
	require.False(t, rung(wakeMoving))
	see(2, "streaming")
	require.True(t, rung(wakeMoving))
	see(0, "completed")
	require.True(t, rung(wakeMoving))
	see(0, "completed")
	require.False(t, rung(wakeMoving))
	require.False(t, rung(wakeResting))
}

// Why: who watches a reply that is deleted would otherwise watch for ever.
func TestLookout_RingsForAReplyThatIsGone(t *testing.T) {
	t.Parallel()
	l, id := quietLookout(), uuid.New()
	wake, stop := l.watch(id)
	defer stop()
	l.ring(l.ids(), []queries.ReplyListProgressRow{{ID: id, Status: "streaming", LastSeq: 1}})
	require.True(t, rung(wake))
	l.ring(l.ids(), nil)
	require.True(t, rung(wake))
	l.ring(l.ids(), nil)
	require.False(t, rung(wake))
}

func TestLookout_EndsWithTheLastWatcher(t *testing.T) {
	t.Parallel()
	l, id := quietLookout(), uuid.New()
	_, stopFirst := l.watch(id)
	_, stopSecond := l.watch(id)
	stopFirst()
	require.Equal(t, []uuid.UUID{id}, l.ids())
	stopSecond()
	require.Empty(t, l.ids())
	require.False(t, l.looking, "and begins anew with the next")
}
