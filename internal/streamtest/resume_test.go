package streamtest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/testkit"
)

// cardQuestion needs every kind of event: stages, a drawer, figures.
const cardQuestion = "Which card should I use for $86 at Whole Foods?"

// manyPieces are 200 pieces of text, each of which becomes an event of its own: figures, letters of several bytes, and
// what JSON and event streams have to escape.
func manyPieces() []string {
	pieces := make([]string, 200)
	odd := []string{"{{f1}} ", "née ", "€ ", "😀 ", "line\nbreak ", "\r\n", "data: x\n\n", `"quoted" `, "<b> & ", "\u2028", "\\ ", "{{f2}}"}
	for i := range pieces {
		pieces[i] = fmt.Sprintf("piece %d, ", i)
		if i%9 == 4 {
			pieces[i] = odd[i/9%len(odd)]
		}
	}
	return pieces
}

// cuts are positions to cut a stream of that many events at: all of them, or both ends and a spread between.
func cuts(events int) []int {
	var positions []int
	for k := range events {
		if long() || k < 9 || k >= events-4 || k%16 == 0 {
			positions = append(positions, k+1)
		}
	}
	return positions
}

// Why: an answer lost on refresh is the loudest complaint about every AI chat. Whoever comes back gets what they missed,
// wherever they were cut off and whichever process they come back to.
func TestRunningReplyCutAnywhereAndResumedEqualsTheUncutStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	leisurely := func(s *setup) { s.timeout = "10m" } // for a machine on which all these readers take their time
	here, there := w.start(leisurely), w.start(leisurely)
	for _, s := range []*service{here, there} {
		s.scripted.Follow(ai.Script{Pieces: manyPieces(), Delay: 6 * time.Millisecond})
	}
	alice := here.person("Alice")
	alice.addCard()
	chatID := alice.openChat()
	// A first reply tells how many events there are to cut between.
	_, first := alice.say(chatID, cardQuestion)
	length := len(alice.watch(first, 0).rest())
	require.GreaterOrEqual(t, length, 200)

	ways := []struct {
		back    *person
		options []string
	}{
		{alice, []string{"last-event-id"}},
		{alice.at(there), nil},
		{alice, nil},
		{alice.at(there), []string{"last-event-id"}},
	}
	for positions := range slices.Chunk(cuts(length), 24) {
		_, reply := alice.say(chatID, cardQuestion)
		uncut := alice.watch(reply, 0)
		elsewhere := alice.at(there).watch(reply, 0)
		var group errgroup.Group
		resumed := make([][]testkit.Event, 0, 4*len(positions))
		for i, k := range positions {
			for j, way := range ways {
				if !long() && (i+j)%2 == 1 {
					continue
				}
				resumed = append(resumed, nil)
				into := &resumed[len(resumed)-1]
				group.Go(func() (err error) {
					*into, err = cutAndResume(t.Context(), alice, way.back, reply, k, way.options...)
					return err
				})
			}
		}
		want := uncut.rest()
		require.NoError(t, group.Wait())
		require.Len(t, want, length)
		require.Equal(t, want, elsewhere.rest())
		for _, got := range resumed {
			require.Equal(t, want, got)
		}
		stored := alice.message(chatID, reply.ID)
		require.Equal(t, stored.Content, shown(t, want))
		require.Equal(t, api.MessageStatus("completed"), stored.Status)
	}
}

// cutAndResume watches a reply up to event k, is cut off, and comes back for the rest.
func cutAndResume(ctx context.Context, first, back *person, reply api.Message, k int, options ...string) ([]testkit.Event, error) {
	before, err := first.watching(ctx, reply, 0)
	if err != nil {
		return nil, err
	}
	defer before.close()
	var events []testkit.Event
	for len(events) < k {
		event, err := before.Next()
		if err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	before.close()
	after, err := back.watching(ctx, reply, k, options...)
	if err != nil {
		return nil, err
	}
	defer after.close()
	rest, err := after.All()
	return append(events, rest...), err
}

// Why: a finished reply is rebuilt from its text and its cuts; whoever reads it years later gets the numbers and bytes
// of those who watched it live, also from a process that was not there.
func TestEndedReplyResumedAnywhereEqualsTheLiveStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here := w.start()
	here.scripted.Follow(ai.Script{Pieces: manyPieces(), Delay: time.Millisecond})
	alice := here.person("Alice")
	alice.addCard()
	chatID := alice.openChat()
	_, reply := alice.say(chatID, cardQuestion)
	live := alice.watch(reply, 0).rest()
	require.Equal(t, alice.message(chatID, reply.ID).Content, shown(t, live))

	check := func(where string, reader *person) {
		ways := [][]string{nil, {"last-event-id"}, {"wait=0"}, {"wait=0", "last-event-id"}}
		for i, k := range append([]int{0}, cuts(len(live))...) {
			for _, options := range ways[i%2*2:][:2] {
				s, err := reader.watching(t.Context(), reply, k, options...)
				require.NoError(t, err)
				got, err := s.All()
				s.close()
				require.NoError(t, err, "%s after %d", where, k)
				require.Equal(t, live[k:], append([]testkit.Event{}, got...), "%s after %d", where, k)
			}
		}
		for _, beyond := range []int{len(live) + 1, 1_000_000} {
			s := reader.watch(reply, beyond)
			got, err := s.All()
			require.NoError(t, err)
			require.Empty(t, got, "%s after %d, which is past the end", where, beyond)
		}
	}
	check("the same process", alice)
	other := w.start()
	check("another process", alice.at(other))
	here.close()
	other.close()
	check("a process started later", alice.at(w.start()))
}

// Why: a client that cannot hold a stream open polls; what it pieces together is the same, and no answer is empty while
// there is something to tell.
func TestPollingWithWaitZeroGivesTheSameEvents(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	s.scripted.Follow(ai.Script{Count: 60, Delay: 2 * time.Millisecond})
	alice := s.person("Alice")
	alice.addCard()
	chatID := alice.openChat()
	for range rounds(6, 60) {
		_, reply := alice.say(chatID, cardQuestion)
		watched := alice.watch(reply, 0)
		first := watched.next()
		var polled []testkit.Event
		for len(polled) == 0 || !polled[len(polled)-1].Terminal() {
			polled = append(polled, poll(t, alice, reply, len(polled))...)
			require.NotEmpty(t, polled, "nothing, although the reply has begun")
			require.Equal(t, first, polled[0])
			whole := poll(t, alice, reply, 0)
			require.GreaterOrEqual(t, len(whole), len(polled), "less than was there before")
		}
		require.Equal(t, watched.rest(), polled)
	}
}

func poll(t *testing.T, reader *person, reply api.Message, after int) []testkit.Event {
	t.Helper()
	s, err := reader.watching(t.Context(), reply, after, "wait=0")
	require.NoError(t, err)
	defer s.close()
	events, err := s.All()
	require.NoError(t, err)
	return events
}

func TestWatchingFromPastTheEndOfARunningReplyEndsWithIt(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 3, Step: step})
	alice := s.person("Alice")
	_, reply := alice.say(alice.openChat(), "hello")
	watched := alice.watch(reply, 0)
	watched.next()
	beyond := alice.watch(reply, 500)
	close(step)
	watched.rest()
	_, err := beyond.Next()
	require.ErrorIs(t, err, io.EOF)
	require.NotErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestStreamReplyRefusesWhatItCannotAnswer(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, mallory := s.person("Alice"), s.person("Mallory")
	chatID, otherID := alice.openChat(), alice.openChat()
	said, reply := alice.ask(chatID, "hello")
	path := messagePath(chatID, reply.ID) + "/stream"

	alice.do(404, http.MethodGet, messagePath(chatID, said.ID)+"/stream", nil)
	alice.do(404, http.MethodGet, messagePath(otherID, reply.ID)+"/stream", nil)
	mallory.do(404, http.MethodGet, path, nil)
	mallory.token = ""
	mallory.do(401, http.MethodGet, path, nil)
	for _, query := range []string{"after=-1", "after=x", "after=1000001", "wait=1", "wait=", "unknown=1"} {
		alice.do(422, http.MethodGet, path+"?"+query, nil)
	}
	for _, header := range []string{"x", "-1", "12345678", "1.5"} {
		alice.do(422, http.MethodGet, path, nil, "Last-Event-ID", header)
	}
	// The header is where the reader really is; the address is what the browser was first given.
	got := alice.do(200, http.MethodGet, path+"?after=0", nil, "Last-Event-ID", "2")
	require.NotContains(t, string(got.body), "id: 2\n")
	require.Contains(t, string(got.body), "id: 3\n")
	require.Equal(t, "no", got.header.Get("X-Accel-Buffering"))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.True(t, strings.HasPrefix(string(got.body), ":"), "the headers go out with a comment, at once")
}
