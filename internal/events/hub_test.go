package events

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// taken empties what a reader has got so far.
func taken(s *Subscription) (hints []Hint, lost bool) {
	for {
		select {
		case hint := <-s.Hints():
			hints = append(hints, *hint)
		default:
			select {
			case <-s.Lost():
				lost = true
			default:
			}
			return hints, lost
		}
	}
}

func TestHub_DeliversToEveryReaderOfTheAudienceInOrder(t *testing.T) {
	t.Parallel()
	hub, alice, bob, mallory := NewHub(), uuid.New(), uuid.New(), uuid.New()
	phone, closePhone := hub.Subscribe(alice)
	defer closePhone()
	laptop, closeLaptop := hub.Subscribe(alice)
	defer closeLaptop()
	other, closeOther := hub.Subscribe(bob)
	defer closeOther()
	outsider, closeOutsider := hub.Subscribe(mallory)
	defer closeOutsider()

	first, second := Hint{Type: MessageCreated, ChatID: uuid.New()}, Hint{Type: ReplyStarted, ChatID: uuid.New()}
	hub.Deliver([]uuid.UUID{alice, bob, uuid.New()}, first)
	hub.Deliver([]uuid.UUID{alice}, second)
	for _, reader := range []*Subscription{phone, laptop} {
		hints, lost := taken(reader)
		require.Equal(t, []Hint{first, second}, hints)
		require.False(t, lost)
	}
	hints, _ := taken(other)
	require.Equal(t, []Hint{first}, hints)
	hints, lost := taken(outsider)
	require.Empty(t, hints)
	require.False(t, lost)
}

// Why: nobody waits for a reader that does not read, and it learns that it has missed something.
func TestHub_ReaderThatFallsBehindIsTold(t *testing.T) {
	t.Parallel()
	hub, alice, bob := NewHub(), uuid.New(), uuid.New()
	slow, closeSlow := hub.Subscribe(alice)
	defer closeSlow()
	quick, closeQuick := hub.Subscribe(bob)
	defer closeQuick()
	delivered := 0
	for range 3*hintBuffer + 1 {
		hub.Deliver([]uuid.UUID{alice, bob}, Hint{Type: MessageCreated, ChatID: uuid.New()})
		hints, lost := taken(quick)
		require.False(t, lost)
		delivered += len(hints)
	}
	require.Equal(t, 3*hintBuffer+1, delivered)
	hints, lost := taken(slow)
	require.Len(t, hints, hintBuffer)
	require.True(t, lost)
	_, lost = taken(slow)
	require.False(t, lost, "told once")
	last := Hint{Type: ChatUpdated, ChatID: uuid.New()}
	hub.Deliver([]uuid.UUID{alice}, last)
	hints, _ = taken(slow)
	require.Equal(t, []Hint{last}, hints, "and gets what comes next")
}

func TestHub_ResyncAllTellsEveryReader(t *testing.T) {
	t.Parallel()
	hub := NewHub()
	var readers []*Subscription
	for range 3 {
		reader, closeReader := hub.Subscribe(uuid.New())
		defer closeReader()
		readers = append(readers, reader)
	}
	hub.ResyncAll()
	hub.ResyncAll()
	for _, reader := range readers {
		_, lost := taken(reader)
		require.True(t, lost)
	}
}

func TestHub_ForgetsReadersThatHaveLeft(t *testing.T) {
	t.Parallel()
	hub, alice := NewHub(), uuid.New()
	require.True(t, hub.Idle())
	_, closeFirst := hub.Subscribe(alice)
	second, closeSecond := hub.Subscribe(alice)
	closeFirst()
	closeFirst()
	require.False(t, hub.Idle())
	hub.Deliver([]uuid.UUID{alice}, Hint{Type: ChatUpdated})
	hints, _ := taken(second)
	require.Len(t, hints, 1)
	closeSecond()
	require.True(t, hub.Idle())
	require.Empty(t, hub.readers)
	hub.Deliver([]uuid.UUID{alice}, Hint{Type: ChatUpdated})
}

// Why: the poll looks back a few seconds, and must not tell again what a hint has told.
func TestHub_KnowsWhichChangesWereTold(t *testing.T) {
	t.Parallel()
	hub, chat, at := NewHub(), uuid.New(), time.Now()
	require.True(t, hub.Unseen(chat, at))
	hub.Deliver(nil, Hint{Type: ChatUpdated, ChatID: chat, ChangedAt: at})
	require.True(t, hub.Unseen(chat, at), "while nobody reads nothing is kept")
	_, closeReader := hub.Subscribe(uuid.New())
	defer closeReader()
	hub.Deliver(nil, Hint{Type: ChatUpdated, ChatID: chat, ChangedAt: at})
	hub.Deliver(nil, Hint{Type: ReplyStarted, ChatID: chat})
	hub.Deliver(nil, Hint{Type: ChatUpdated, ChatID: chat, ChangedAt: at.Add(-time.Second)})
	require.False(t, hub.Unseen(chat, at))
	require.False(t, hub.Unseen(chat, at.Add(-time.Second)))
	require.True(t, hub.Unseen(chat, at.Add(time.Microsecond)))
	require.True(t, hub.Unseen(uuid.New(), at))
	hub.Forget(at)
	require.False(t, hub.Unseen(chat, at))
	hub.Forget(at.Add(time.Second))
	require.Empty(t, hub.seen)
}
