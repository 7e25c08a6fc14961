package streamtest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
)

// Why: a chat whose answers overtake each other cannot be read.
func TestRepliesOfOneChatAreMadeInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.start(), w.start() // two processes that work side by side
	alice := here.person("Alice")
	chatID := alice.openChat()
	var replies []api.Message
	for i := range 10 {
		_, reply := alice.at([]*service{here, there}[i%2]).say(chatID, fmt.Sprintf("hello %d", i))
		replies = append(replies, reply)
	}
	var last time.Time
	for i, reply := range replies {
		ended := alice.ended(reply)
		require.Equal(t, api.MessageStatus("completed"), ended.Status)
		at := ended.CompletedAt.MustGet()
		require.False(t, at.Before(last), "reply %d ended before the one before it", i)
		last = at
		if i > 0 {
			require.Greater(t, ended.Position, replies[i-1].Position)
		}
	}
	// Each began, a minute before its deadline, only after the one before had ended: nothing is claimed out of turn.
	require.Equal(t, []int{len(replies), 0}, row[[]int](w, `SELECT ARRAY[count(*), count(*) FILTER (WHERE begun < before)] FROM (
		SELECT deadline_at - interval '60 seconds' AS begun, lag(completed_at) OVER (ORDER BY position) AS before
		FROM messages WHERE chat_id = $1 AND sender_type = 'ai') AS replies`, chatID))
	for _, s := range []*service{here, there} {
		require.NotContains(t, s.log.String(), "abandoned", "a reply was left to the sweeper")
	}
}

func TestChatsAreAnsweredSideBySide(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	s.scripted.Follow(ai.Script{StallAfter: -1})
	_, stalled := alice.say(alice.openChat(), "hello")
	eventually(t, "the provider was asked", func() bool { return len(s.scripted.Requests()) == 1 })
	s.scripted.Follow(ai.Script{Count: 1})
	for range 3 {
		_, reply := alice.ask(alice.openChat(), "hello")
		require.Equal(t, api.MessageStatus("completed"), reply.Status)
	}
	require.Equal(t, api.MessageStatus("streaming"), alice.message(stalled.ChatID, stalled.ID).Status)
	alice.stopReply(stalled)
}

// queuedAtOnce checks that a reply which may begin is begun by who let it, and not a second later by the sweeper.
func queuedAtOnce(t *testing.T, alice *person, reply api.Message) {
	t.Helper()
	require.Equal(t, api.MessageStatus("completed"), alice.ended(reply).Status)
	require.NotContains(t, alice.log.String(), "abandoned", "the reply was left to the sweeper")
}

// blocked waits until a query of the services waits for a lock.
func (w *world) blocked(query string) {
	w.t.Helper()
	eventually(w.t, "somebody waits for the lock", func() bool {
		return row[int](w, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
			AND query LIKE '-- name: ' || $1 || ' %'`, query) > 0
	})
}

// Why: a statement that waits for a lock goes on with what it saw before it waited. Whether another reply of the chat is
// open has to be asked after the chat is locked.
func TestMessageSentWhileAReplyEndsIsAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	s.scripted.Follow(ai.Script{StallAfter: -1})
	alice := s.person("Alice")
	chatID := alice.openChat()
	_, ending := alice.say(chatID, "hello")
	eventually(t, "the provider was asked", func() bool { return len(s.scripted.Requests()) == 1 })
	s.scripted.Follow(ai.Script{Count: 1})

	// The first reply ends here, by hand: its end is written, and not committed while the next message comes.
	end, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = end.Rollback(context.WithoutCancel(t.Context())) }()
	for _, sql := range []string{
		`SELECT 1 FROM chats WHERE id = (SELECT chat_id FROM messages WHERE id = $1) FOR NO KEY UPDATE`,
		`UPDATE messages SET status = 'stopped', cuts = '{}', completed_at = now(), lease_until = NULL WHERE id = $1`,
		`DELETE FROM reply_events WHERE reply_id = $1`,
		`UPDATE chats SET updated_at = now() WHERE id = (SELECT chat_id FROM messages WHERE id = $1)`,
	} {
		_, err := end.Exec(t.Context(), sql, ending.ID)
		require.NoError(t, err)
	}
	sent := make(chan answer, 1)
	go func() {
		sent <- alice.do(202, http.MethodPost, messagesPath(chatID), object{"content": "thanks"}, async...)
	}()
	s.blocked("ChatLockForMember")
	require.NoError(t, end.Commit(t.Context()))
	queuedAtOnce(t, alice, *as[turn](t, receive(t, "the answer", sent)).AIMessage)
}

func TestReplyThatEndsWhileAMessageIsSentQueuesIt(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 1, Step: step})
	alice := s.person("Alice")
	chatID := alice.openChat()
	_, ending := alice.say(chatID, "hello")
	eventually(t, "the provider was asked", func() bool { return len(s.scripted.Requests()) == 1 })

	// The next message is sent here, by hand: it is stored, and not committed while the first reply ends.
	send, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = send.Rollback(context.WithoutCancel(t.Context())) }()
	saidID, reply := uuid.Must(uuid.NewV7()), api.Message{ChatID: chatID, ID: uuid.Must(uuid.NewV7())}
	_, err = send.Exec(t.Context(), `SELECT 1 FROM chats WHERE id = $1 FOR NO KEY UPDATE`, chatID)
	require.NoError(t, err)
	_, err = send.Exec(t.Context(), `INSERT INTO messages (id, chat_id, position, sender_type, sender_id, content, status, created_at, completed_at)
		VALUES ($1, $2, 3, 'user', $3, 'thanks', 'completed', now(), now())`, saidID, chatID, alice.id)
	require.NoError(t, err)
	_, err = send.Exec(t.Context(), `INSERT INTO messages (id, chat_id, position, sender_type, content, status, reply_to, created_at)
		VALUES ($1, $2, 4, 'ai', '', 'pending', $3, now())`, reply.ID, chatID, saidID)
	require.NoError(t, err)
	_, err = send.Exec(t.Context(), `UPDATE chats SET last_position = 4, updated_at = now() WHERE id = $1`, chatID)
	require.NoError(t, err)
	close(step)
	s.blocked("ChatLock")
	require.NoError(t, send.Commit(t.Context()))
	require.Equal(t, api.MessageStatus("completed"), alice.ended(ending).Status)
	queuedAtOnce(t, alice, reply)
}

// Why: an attempt that was taken for dead may only have been slow. Once another has the reply, what it still writes would
// take back what readers were shown.
func TestAttemptThatLostItsReplyCannotWrite(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Pieces: []string{"slow one ", "and slow two"}, Step: step})
	alice := s.person("Alice")
	chatID := alice.openChat()
	_, reply := alice.say(chatID, "hello")
	watched := alice.watch(reply, 0)
	step <- struct{}{}
	watched.until("reply.delta")
	before := len(watched.seen)

	// Its lease runs out while it is stalled; it may be renewed once in between.
	fence := row[int64](s.world, `SELECT fence FROM messages WHERE id = $1`, reply.ID)
	eventually(t, "another attempt has the reply", func() bool {
		s.exec(`UPDATE messages SET lease_until = now() - interval '1 minute' WHERE id = $1 AND fence = $2`, reply.ID, fence)
		return row[int64](s.world, `SELECT fence FROM messages WHERE id = $1`, reply.ID) > fence
	})
	close(step) // the slow one goes on now
	events := watched.rest()
	ended := alice.message(chatID, reply.ID)
	require.Equal(t, api.MessageStatus("completed"), ended.Status)
	require.True(t, ended.Degraded)
	require.Equal(t, ended.Content, shown(t, events))
	require.NotContains(t, ended.Content, "slow two", "the attempt that had lost the reply wrote on")
	require.Contains(t, ended.Content, "slow one \n\nHello!")
	require.Greater(t, len(events), before)
	require.Equal(t, events, alice.watch(reply, 0).rest())
	require.NotContains(t, s.log.String(), "level=ERROR", "to have lost a reply is no fault")
	require.Equal(t, int32(0), row[int32](s.world, `SELECT attempts FROM messages WHERE id = $1`, reply.ID), "dying is not failing")
}

// Why: every deployment stops processes while people wait for their answers.
func TestReplyOfAProcessThatStopsIsFinishedByAnother(t *testing.T) {
	t.Parallel()
	for name, alreadyThere := range map[string]bool{"AlreadyRunning": true, "StartedLater": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			first := w.start()
			alice := first.person("Alice")
			alice.addCard()
			own := ownWording(alice)
			chatID := alice.openChat()
			first.scripted.Follow(ai.Script{Count: 20, StallAfter: 7})
			_, reply := alice.say(chatID, cardQuestion)
			watched := alice.watch(reply, 0)
			for len(shown(t, watched.seen)) < 12 {
				watched.next()
			}
			_, waiting := alice.say(chatID, "hello")
			var second *service
			if alreadyThere {
				second = w.start()
			}
			first.drain()
			soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			require.NoError(t, first.stop(soon), "a reply that cannot finish in time is no failure to stop")
			require.Equal(t, "stream.reconnect", lastOf(t, watched))
			first.close()
			if !alreadyThere {
				second = w.start()
			}
			before := watched.seen
			alice = alice.at(second)
			resumed := alice.watch(reply, len(before), "last-event-id")
			events := slices.Concat(before, resumed.rest())
			require.Equal(t, alice.watch(reply, 0).rest(), events)
			ended := alice.message(chatID, reply.ID)
			require.Equal(t, api.MessageStatus("completed"), ended.Status)
			require.Equal(t, own.Content, ended.Content)
			require.Equal(t, figures(t, own), figures(t, ended))
			require.Equal(t, int32(0), row[int32](w, `SELECT attempts FROM messages WHERE id = $1`, reply.ID), "stopping is not failing")
			require.Equal(t, api.MessageStatus("completed"), alice.ended(waiting).Status)
		})
	}
}

// lastOf reads a stream to its end, whatever it is, keeps the numbered events in seen and returns the name of the last.
func lastOf(t *testing.T, s *stream) string {
	t.Helper()
	events, err := s.All()
	require.NoError(t, err)
	require.NotEmpty(t, events)
	for _, event := range events {
		if event.ID > 0 {
			s.seen = append(s.seen, event)
		}
	}
	return events[len(events)-1].Name
}

// Why: a caller who waits gets the reply if there is time for it, and must not keep the process from stopping otherwise,
// nor be left without an answer.
func TestCallerWhoWaitsIsAnsweredWhenTheProcessStops(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	s.scripted.Follow(ai.Script{StallAfter: -1})
	alice := s.person("Alice")
	chats := []uuid.UUID{alice.openChat(), alice.openChat()}
	answers := make([]chan answer, len(chats))
	replies := make([]api.Message, len(chats))
	for i, chatID := range chats {
		answers[i] = make(chan answer, 1)
		go func() {
			got, err := alice.call(t.Context(), http.MethodPost, messagesPath(chatID), object{"content": "hello"})
			if err != nil {
				t.Error(err)
			}
			answers[i] <- got
		}()
		eventually(t, "the provider was asked", func() bool { return len(s.scripted.Requests()) == i+1 })
		replies[i] = as[struct{ Items []api.Message }](t, alice.do(200, http.MethodGet, messagesPath(chatID), nil)).Items[0]
	}
	s.drain()
	alice.stopReply(replies[0])
	finished := receive(t, "the answer with the reply", answers[0])
	require.Equal(t, 201, finished.status, "%s", finished.body)
	require.Equal(t, api.MessageStatus("stopped"), as[turn](t, finished).AIMessage.Status)

	s.app.Server().Dismiss()
	waited := receive(t, "the answer without", answers[1])
	require.Equal(t, 202, waited.status, "%s", waited.body)
	require.Equal(t, api.MessageStatus("streaming"), as[turn](t, waited).AIMessage.Status)
	require.Equal(t, messagePath(chats[1], replies[1].ID), waited.header.Get("Location"))
	alice.stopReply(replies[1])
}
