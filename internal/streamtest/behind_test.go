package streamtest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/testkit"
)

// slowReader takes what a handler writes as slowly as the test wants: no write returns before it was read. It stands in
// the place of a connection, whose buffers would hide from the server how slow a reader is.
type slowReader struct {
	header http.Header
	to     *io.PipeWriter
	status int
}

// Header implements http.ResponseWriter.
func (r *slowReader) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *slowReader) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *slowReader) Write(text []byte) (int, error) { return r.to.Write(text) }

// Flush implements http.Flusher.
func (r *slowReader) Flush() {}

// reading calls the handler of the service, without a network between, and returns what reads from it.
func (p *person) reading(path string, reader func(io.Reader) *testkit.EventReader) *stream {
	p.t.Helper()
	ctx, leave := context.WithCancel(p.t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	require.NoError(p.t, err)
	request.Header.Set("Authorization", "Bearer "+p.token)
	from, to := io.Pipe()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		p.app.Server().ServeHTTP(&slowReader{header: http.Header{}, to: to}, request)
		_ = to.Close()
	}()
	closeAll := sync.OnceFunc(func() {
		leave()
		_ = from.Close()
		<-answered
	})
	p.t.Cleanup(closeAll)
	return &stream{EventReader: reader(from), t: p.t, close: closeAll}
}

// Why: a reader that does not keep up must neither hold up the others nor fill the memory, and has to know that what it
// shows is out of date.
func TestReaderOfHintsThatFallsBehindIsToldToResync(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	slow, quick := alice.reading("/api/events", testkit.NewHintReader), alice.hints()
	require.Equal(t, "stream.resync", slow.next().Name)

	// Far more happens than is kept for anybody; the other reader misses none of it.
	var said []api.Message
	for range 30 {
		message, _ := alice.ask(chatID, "hello")
		said = append(said, message)
	}
	for _, message := range said {
		quick.messageHint(t, chatID, message.ID)
	}
	for _, event := range quick.seen[1:] {
		require.NotEqual(t, "stream.resync", event.Name, "a reader that keeps up has lost nothing")
	}

	slow.until("stream.resync")
	require.Less(t, len(slow.seen), 3*len(said)-10, "of three hints for each message some were not kept")
	// From then on it hears again, after what was kept from before.
	message, _ := alice.ask(chatID, "thanks")
	slow.messageHint(t, chatID, message.ID)
}

// Why: a reply is read from the rows, so that its slow reader misses nothing, however far behind.
func TestReaderOfAReplyThatFallsBehindMissesNothing(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 8, Step: step})
	alice := s.person("Alice")
	alice.addCard()
	chatID := alice.openChat()
	_, reply := alice.say(chatID, cardQuestion)
	slow := alice.reading(messagePath(chatID, reply.ID)+"/stream", func(from io.Reader) *testkit.EventReader {
		return testkit.NewReplyReader(from, 0)
	})
	slow.next()
	close(step)
	whole := alice.watch(reply, 0).rest() // who keeps up is long done
	require.Equal(t, whole, slow.rest())
}

// Why: a reply can have any number of events. They are read and sent in portions, without one being left out between.
func TestReplyOfMoreEventsThanAreReadAtOnce(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	s.scripted.Follow(ai.Script{Pieces: []string{"one "}, StallAfter: 1})
	alice := s.person("Alice")
	chatID := alice.openChat()
	_, reply := alice.say(chatID, "hello")
	watched := alice.watch(reply, 0)
	last := watched.until("reply.delta").ID
	const more = 1200
	s.exec(`INSERT INTO reply_events (reply_id, seq, kind, text) SELECT $1, $2::int + i, 'delta', 'more ' FROM generate_series(1, $3) i`, reply.ID, last, more)

	require.Len(t, poll(t, alice, reply, 0), last+more)
	require.Len(t, poll(t, alice, reply, last), more)
	for len(watched.seen) < last+more {
		watched.next()
	}
	stopped := alice.stopReply(reply)
	require.Equal(t, "one "+strings.Repeat("more ", more), stopped.Content)
	events := watched.rest()
	require.Equal(t, "reply.stopped", events[len(events)-1].Name)
	require.Equal(t, stopped.Content, shown(t, events))
	require.Equal(t, events, alice.watch(reply, 0).rest())
}
