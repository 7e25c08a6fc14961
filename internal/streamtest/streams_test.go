package streamtest

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/testkit"
)

// soon is within a second, and what a machine that is busy with much else may add.
const soon = 20 * time.Second

// Why: the server's write deadline is for answers. A stream that died of it would reconnect for ever.
func TestStreamOutlivesTheServersWriteTimeout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	step := make(chan struct{})
	// Streams are watched where answers have a second; everything else is asked elsewhere, whatever time it takes.
	usual := w.start()
	hasty := w.start(func(s *setup) { s.writeTimeout, s.heartbeat = time.Second, 200*time.Millisecond })
	for _, s := range []*service{usual, hasty} { // either may be the one that works
		s.scripted.Follow(ai.Script{Count: 14, Step: step})
	}
	alice := usual.person("Alice")
	_, reply := alice.say(alice.openChat(), "hello")
	alice = alice.at(hasty)
	watched, hints := alice.watch(reply, 0), alice.hints()
	begin := time.Now()
	tick := time.NewTicker(220 * time.Millisecond)
	defer tick.Stop()
	go func() {
		for range 14 {
			<-tick.C
			step <- struct{}{}
		}
	}()
	events := watched.rest()
	require.Greater(t, time.Since(begin), 3*time.Second)
	require.Equal(t, "reply.completed", events[len(events)-1].Name)
	require.Contains(t, watched.Comments(), "ping")
	hints.until("reply.completed")
	require.GreaterOrEqual(t, len(hints.Comments()), 10)
}

// Why: a reader that is not let go shows an answer that is complete as if more of it were to come. The machine may be busy
// with much else: one of a few streams has to end within the second that is promised.
func TestStreamEndsWithTheReply(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	best := patience
	for attempt := 0; attempt < 10 && best >= time.Second; attempt++ {
		step := make(chan struct{})
		s.scripted.Follow(ai.Script{Count: 2, Step: step})
		_, reply := alice.say(chatID, "hello")
		watched := alice.watch(reply, 0)
		watched.next()
		close(step)
		watched.until("reply.completed")
		ended := time.Now()
		_, err := watched.Next()
		require.ErrorIs(t, err, io.EOF)
		best = min(best, time.Since(ended))
	}
	require.Less(t, best, time.Second)
}

func TestSilentStreamsHaveAHeartbeat(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start(func(s *setup) { s.heartbeat = 20 * time.Millisecond })
	s.scripted.Follow(ai.Script{StallAfter: -1})
	alice := s.person("Alice")
	chatID := alice.openChat()
	_, reply := alice.say(chatID, "hello")
	for _, path := range []string{messagePath(chatID, reply.ID) + "/stream", "/api/events"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		response, err := alice.open(ctx, http.MethodGet, path, nil)
		require.NoError(t, err)
		lines := bufio.NewScanner(response.Body)
		for pings := 0; pings < 5; {
			require.True(t, lines.Scan(), "%s: %v", path, lines.Err())
			if lines.Text() == ": ping" {
				pings++
			}
		}
		cancel()
		require.NoError(t, response.Body.Close())
	}
	alice.stopReply(reply)
}

// Why: a process that stops would wait for its streams for ever.
func TestStreamsAreToldToReconnectWhenTheProcessStops(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	s.scripted.Follow(ai.Script{StallAfter: -1})
	alice := s.person("Alice")
	_, reply := alice.say(alice.openChat(), "hello")
	watched, hints := alice.watch(reply, 0), alice.hints()
	watched.next()
	begin := time.Now()
	s.drain()
	for _, open := range []*stream{watched, hints} {
		event := open.until("stream.reconnect")
		require.Positive(t, as[api.StreamReconnect](t, answer{body: []byte(event.Data)}).RetryAfterMs)
		_, err := open.Next()
		require.ErrorIs(t, err, io.EOF)
	}
	require.Less(t, time.Since(begin), soon)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	require.NoError(t, s.server.Shutdown(ctx), "no handler is left")
}

// hint waits until a hint of the type about the chat comes and returns it.
func (s *stream) hint(t *testing.T, kind string, chatID uuid.UUID) map[string]string {
	t.Helper()
	for {
		event := s.next()
		hint := as[map[string]string](t, answer{body: []byte(event.Data)})
		if event.Name == kind && hint["chatId"] == chatID.String() {
			return hint
		}
	}
}

// messageHint waits until the stream tells of a message.
func (s *stream) messageHint(t *testing.T, chatID, messageID uuid.UUID) {
	t.Helper()
	for found := false; !found; {
		found = s.hint(t, "message.created", chatID)["messageId"] == messageID.String()
	}
}

// Why: the chat list of everybody in a chat is up to date without asking, and tells nobody else what goes on.
func TestHintsReachEveryMemberAndNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.start(), w.start()
	alice, bob, mallory := here.person("Alice"), here.person("Bob"), here.person("Mallory")
	chatID := alice.openGroup("always", bob)
	private := mallory.openChat()
	listeners := map[string]*stream{
		"the sender": alice.hints(), "a member": bob.hints(), "a member at another process": bob.at(there).hints(),
		"the sender on a second device": alice.at(there).hints(),
	}
	outside := []*stream{mallory.hints(), mallory.at(there).hints()}

	said, reply := alice.say(chatID, "hello")
	for who, listener := range listeners {
		require.Equal(t, said.ID.String(), listener.hint(t, "message.created", chatID)["messageId"], who)
		require.Equal(t, reply.ID.String(), listener.hint(t, "reply.started", chatID)["messageId"], who)
		ended := listener.hint(t, "reply.completed", chatID)
		require.Equal(t, reply.ID.String(), ended["messageId"], who)
		require.Equal(t, "completed", ended["status"], who)
	}

	alice.do(200, http.MethodPatch, messagePath(chatID, said.ID), object{"content": "thanks"})
	for _, listener := range listeners {
		listener.hint(t, "chat.updated", chatID)
		listener.hint(t, "reply.completed", chatID)
	}
	// What the others hear first is of their own chat.
	mallory.ask(private, "hello")
	for _, listener := range outside {
		hint := as[map[string]string](t, answer{body: []byte(listener.next().Data)})
		require.Equal(t, private.String(), hint["chatId"])
	}
}

// Why: who joins, leaves or renames a group is seen by everybody in it without asking, at every process.
func TestHintsOfAGroupReachItsMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.start(), w.start()
	alice, bob, carol := here.person("Alice"), here.person("Bob"), here.person("Carol")
	groupID := alice.openGroup("auto", bob)
	group := "/api/groups/" + groupID.String()
	invite := as[api.Invite](t, alice.do(201, http.MethodPost, group+"/invites", object{}))
	listeners := []*stream{alice.hints(), bob.at(there).hints(), carol.at(there).hints()}

	begin := time.Now()
	carol.do(200, http.MethodPost, "/api/invites/accept", object{"token": *invite.Token})
	for _, listener := range listeners {
		require.Equal(t, carol.id.String(), listener.hint(t, "member.joined", groupID)["userId"])
		listener.hint(t, "chat.updated", groupID)
	}
	for _, change := range []struct {
		status       int
		method, path string
		body         any
	}{
		{200, http.MethodPatch, group, object{"name": "Sun Trip"}},
		{200, http.MethodPatch, "/api/chats/" + groupID.String(), object{"title": "Snow Trip"}},
		{200, http.MethodPatch, group + "/members/" + carol.id.String(), object{"role": "admin"}},
		{200, http.MethodPatch, group + "/members/" + alice.id.String(), object{"sharesPurchases": true}},
		{201, http.MethodPost, group + "/invites", object{"email": "dave@example.com"}},
		{204, http.MethodDelete, group + "/members/" + carol.id.String(), nil},
	} {
		alice.do(change.status, change.method, change.path, change.body)
		for _, listener := range listeners {
			listener.hint(t, "chat.updated", groupID)
		}
	}
	alice.do(204, http.MethodDelete, group, nil)
	for _, listener := range listeners[:2] {
		listener.hint(t, "chat.updated", groupID)
	}
	require.Less(t, time.Since(begin), 8*soon, "each within a second, eight of them")
}

func TestHintsOfEveryEnd(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	hints := alice.hints()
	failed := alice.sayInVain(chatID)
	hints.hint(t, "reply.started", chatID)
	require.Equal(t, "stopped", hints.hint(t, "reply.completed", chatID)["status"])
	ended := hints.hint(t, "reply.completed", chatID)
	require.Equal(t, "failed", ended["status"])
	require.Equal(t, failed.ID.String(), ended["messageId"])
	_, reply := alice.say(chatID, "hello")
	ended = hints.hint(t, "reply.completed", chatID)
	require.Equal(t, "completed", ended["status"])
	require.Equal(t, reply.ID.String(), ended["messageId"])
}

// Why: a connection that only listens dies unnoticed now and then. What was told meanwhile is lost; that it is lost is not.
func TestLostNotificationsLeadToAResync(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.start(), w.start()
	alice := here.person("Alice")
	chatID := alice.openChat()
	far := alice.at(there).hints()
	cut := w.exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'lattice-listener' AND datname = current_database()`)
	require.Equal(t, int64(2), cut)
	alice.ask(chatID, "hello")
	begin := time.Now()
	far.until("stream.resync")
	require.Less(t, time.Since(begin), soon)
	// From then on it hears again.
	said, _ := alice.say(chatID, "thanks")
	far.messageHint(t, chatID, said.ID)
}

// Why: a process may die between its commit and telling of it.
func TestChangeNobodyToldOfIsFoundByLooking(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, mallory := s.person("Alice"), s.person("Mallory")
	chatID, private := alice.openChat(), mallory.openChat()
	hints, outside := alice.hints(), mallory.hints()
	begin := time.Now()
	s.exec(`UPDATE chats SET updated_at = now() WHERE id = $1`, chatID)
	hints.hint(t, "chat.updated", chatID)
	require.Less(t, time.Since(begin), time.Second+soon)
	mallory.ask(private, "hello")
	require.Equal(t, private.String(), as[map[string]string](t, answer{body: []byte(outside.next().Data)})["chatId"])
}

// Why: a wake-up can be lost, a reader must not be.
func TestReplyIsWatchedWithoutNotifications(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here := w.start()
	deaf := w.start(func(s *setup) { s.idle = true }) // neither listens nor works
	step := make(chan struct{})
	here.scripted.Follow(ai.Script{Count: 3, Step: step})
	alice := here.person("Alice")
	chatID := alice.openChat()
	_, reply := alice.say(chatID, "hello")
	watched := alice.at(deaf).watch(reply, 0)
	watched.until("reply.started")
	close(step)
	begin := time.Now()
	require.Equal(t, alice.watch(reply, 0).rest(), watched.rest())
	require.Less(t, time.Since(begin), time.Second+soon)
	_, second := alice.at(deaf).ask(chatID, "thanks")
	require.Equal(t, api.MessageStatus("completed"), second.Status)
}

func TestEventsWithWaitZeroAndWithoutAUser(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	got := alice.do(200, http.MethodGet, "/api/events?wait=0", nil)
	reader := testkit.NewHintReader(strings.NewReader(string(got.body)))
	all, err := reader.All()
	require.NoError(t, err)
	require.Equal(t, []string{"stream.resync"}, names(all))
	alice.do(422, http.MethodGet, "/api/events?wait=5", nil)
	alice.token = ""
	alice.do(401, http.MethodGet, "/api/events", nil)
}
