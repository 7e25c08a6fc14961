package streamtest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/testkit"
)

// Why: two writers race for the one end of a reply. Whoever loses must leave no trace, and a stop that comes late must
// not reach the reply that has begun since.
func TestStopAgainstCompletion(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	s.scripted.Follow(ai.Script{Count: 6, Delay: 2 * time.Millisecond})
	const racers = 4
	ends := make(chan string, rounds(60, 1000))
	var group errgroup.Group
	for racer := range racers {
		alice := s.person(fmt.Sprintf("Alice%d", racer))
		alice.addCard()
		chatID := alice.openChat()
		group.Go(func() error {
			var before *api.Message
			for round := range cap(ends) / racers {
				// The stop comes after another event each round, from before the first to after the last.
				ended, err := race(t.Context(), alice, chatID.String(), round%14, before)
				if err != nil {
					return fmt.Errorf("racer %d, round %d: %w", racer, round, err)
				}
				before = ended
				ends <- string(ended.Status)
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	close(ends)
	count := map[string]int{}
	for end := range ends {
		count[end]++
	}
	t.Logf("%d stops raced with the end of their replies: %v", cap(ends), count)
	require.Equal(t, cap(ends), count["stopped"]+count["completed"])
	require.Positive(t, count["stopped"])
	require.Positive(t, count["completed"])
	require.Zero(t, row[int](s.world, `SELECT count(*) FROM reply_events`))
	require.Zero(t, row[int](s.world, `SELECT count(*) FROM messages WHERE status IN ('pending', 'streaming')`))
}

// race sends a message, stops its reply once its reader has seen so many events, and checks that all agree on the end.
// In every other round nobody stops it, but somebody stops the one before once more.
func race(ctx context.Context, alice *person, chatID string, after int, before *api.Message) (*api.Message, error) {
	got, err := alice.call(ctx, http.MethodPost, "/api/chats/"+chatID+"/messages", object{"content": cardQuestion}, async...)
	if err != nil || (got.status != 202 && got.status != 201) {
		return nil, fmt.Errorf("send: %d %s %w", got.status, got.body, err)
	}
	sent := as[turn](alice.t, got)
	reply := *sent.AIMessage
	watched, err := alice.watching(ctx, reply, 0)
	if err != nil {
		return nil, err
	}
	defer watched.close()
	var events []testkit.Event
	for len(events) < after {
		event, err := watched.Next()
		if err == io.EOF { //nolint:errorlint // io.ErrUnexpectedEOF is a fault
			break
		}
		if err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	if before != nil {
		again, err := stopped(ctx, alice, *before)
		if err != nil {
			return nil, err
		}
		if again.Status != before.Status || again.Content != before.Content || again.ID != before.ID {
			return nil, fmt.Errorf("a late stop changed %v to %v", before, again)
		}
	}
	spared := after%2 == 1 && before != nil
	var answered api.Message
	if !spared {
		if answered, err = stopped(ctx, alice, reply); err != nil {
			return nil, err
		}
	}
	rest, err := watched.All()
	if err != nil {
		return nil, err
	}
	events = append(events, rest...)
	return agree(ctx, alice, reply, events, answered, spared)
}

// agree checks that stream, stored message, the stop's answer and a later stream tell of the same end.
func agree(ctx context.Context, alice *person, reply api.Message, events []testkit.Event, answered api.Message, spared bool) (*api.Message, error) {
	got, err := alice.call(ctx, http.MethodGet, messagePath(reply.ChatID, reply.ID), nil)
	if err != nil {
		return nil, err
	}
	stored := as[api.Message](alice.t, got)
	last := events[len(events)-1]
	switch {
	case last.Name != "reply."+string(stored.Status):
		return nil, fmt.Errorf("the stream ends with %s, stored is %s", last.Name, stored.Status)
	case last.Data != fmt.Sprintf(`{"message":%s,"type":"%s"}`, got.body[:len(got.body)-1], last.Name):
		return nil, fmt.Errorf("the stream ends with %s, stored is %s", last.Data, got.body)
	case spared && stored.Status != "completed":
		return nil, fmt.Errorf("%s although nobody stopped it", stored.Status)
	case !spared && (answered.Status != stored.Status || answered.Content != stored.Content):
		return nil, fmt.Errorf("the stop answered %v, stored is %v", answered, stored)
	case shown(alice.t, events) != stored.Content:
		return nil, fmt.Errorf("shown was %q, stored is %q", shown(alice.t, events), stored.Content)
	}
	later, err := alice.watching(ctx, reply, 0)
	if err != nil {
		return nil, err
	}
	defer later.close()
	again, err := later.All()
	if err == nil && fmt.Sprint(again) != fmt.Sprint(events) {
		err = fmt.Errorf("live the events were %v, later %v", events, again)
	}
	return &stored, err
}

func stopped(ctx context.Context, by *person, reply api.Message) (api.Message, error) {
	got, err := by.call(ctx, http.MethodPost, messagePath(reply.ChatID, reply.ID)+"/stop", nil)
	if err != nil || got.status != 200 {
		return api.Message{}, fmt.Errorf("stop: %d %s %w", got.status, got.body, err)
	}
	return as[api.Message](by.t, got), nil
}

func TestStopKeepsWhatWasShownAndCancelsTheProvider(t *testing.T) {
	t.Parallel()
	for name, elsewhere := range map[string]bool{"SameProcess": false, "AnotherProcess": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := w.start()
			by := s
			if elsewhere {
				by = w.start() // either of the two may be the one that works
			}
			script := ai.Script{Pieces: []string{"one ", "two ", "three "}, StallAfter: 2}
			s.scripted.Follow(script)
			by.scripted.Follow(script)
			alice := s.person("Alice")
			chatID := alice.openChat()
			_, reply := alice.say(chatID, "hello")
			watched := alice.watch(reply, 0)
			for shown(t, watched.seen) != "one two " {
				watched.next()
			}
			answered := alice.at(by).stopReply(reply)
			require.Equal(t, api.MessageStatus("stopped"), answered.Status)
			require.Equal(t, "one two ", answered.Content)
			require.False(t, answered.Degraded)
			select {
			case <-s.scripted.Cancelled():
			case <-by.scripted.Cancelled():
			case <-time.After(patience):
				t.Fatal("the provider was not cancelled")
			}
			events := watched.rest()
			require.Equal(t, "reply.stopped", events[len(events)-1].Name)
			require.Equal(t, "one two ", shown(t, events))
			require.Equal(t, answered, alice.message(chatID, reply.ID))
			require.Equal(t, answered, alice.at(by).stopReply(reply), "to stop again changes nothing")
			require.Equal(t, events, alice.watch(reply, 0).rest())
		})
	}
}

func TestStopOfAQueuedReplyTouchesNoOther(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 1, Step: step})
	alice := s.person("Alice")
	chatID := alice.openChat()
	_, running := alice.say(chatID, "hello")
	alice.watch(running, 0).next()
	_, queued := alice.say(chatID, "thanks")
	_, last := alice.say(chatID, "help")

	waiting := alice.watch(queued, 0)
	answered := alice.stopReply(queued)
	require.Equal(t, api.MessageStatus("stopped"), answered.Status)
	require.Empty(t, answered.Content)
	require.Equal(t, []string{"reply.started", "reply.stopped"}, names(waiting.rest()), "a reply that was never begun has a beginning and an end all the same")
	require.Equal(t, api.MessageStatus("streaming"), alice.message(chatID, running.ID).Status)
	require.Equal(t, api.MessageStatus("pending"), alice.message(chatID, last.ID).Status)

	close(step)
	require.Equal(t, api.MessageStatus("completed"), alice.ended(running).Status)
	require.Equal(t, api.MessageStatus("completed"), alice.ended(last).Status)
	require.Equal(t, answered, alice.message(chatID, queued.ID))
	require.Len(t, s.scripted.Requests(), 2)
}

func TestStopLetsTheNextReplyBegin(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	s.scripted.Follow(ai.Script{StallAfter: -1})
	alice := s.person("Alice")
	chatID := alice.openChat()
	_, running := alice.say(chatID, "hello")
	_, next := alice.say(chatID, "thanks")
	alice.watch(running, 0).next()
	eventually(t, "the provider was asked", func() bool { return len(s.scripted.Requests()) == 1 })
	s.scripted.Follow(ai.Script{Count: 1})
	alice.stopReply(running)
	require.Equal(t, api.MessageStatus("completed"), alice.ended(next).Status)
	require.NotContains(t, s.log.String(), "abandoned", "the next reply was left to the sweeper")
}

// Why: phones lose their network all the time. The answer is there when they come back.
func TestLeavingStopsNothing(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 4, Step: step})
	alice := s.person("Alice")
	chatID := alice.openChat()

	// The one who sent it waits for the answer and goes away.
	ctx, leave := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := alice.call(ctx, http.MethodPost, messagesPath(chatID), object{"content": "hello"})
		gone <- err
	}()
	eventually(t, "the provider was asked", func() bool { return len(s.scripted.Requests()) == 1 })
	var reply api.Message
	for _, message := range as[api.ChatDetail](t, alice.do(200, http.MethodGet, "/api/chats/"+chatID.String(), nil)).Messages {
		if message.SenderType == "ai" {
			reply = message
		}
	}
	leave()
	require.ErrorIs(t, receive(t, "the caller to go", gone), context.Canceled)

	// So do some who watch.
	for range 5 {
		watched := alice.watch(reply, 0)
		watched.next()
		watched.close()
	}
	select {
	case <-s.scripted.Cancelled():
		t.Fatal("the provider was cancelled")
	default:
	}
	close(step)
	ended := alice.ended(reply)
	require.Equal(t, api.MessageStatus("completed"), ended.Status)
	require.False(t, ended.Degraded)
}

func TestStopIsForMembers(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 1, Step: step})
	alice, bob, mallory := s.person("Alice"), s.person("Bob"), s.person("Mallory")
	chatID := alice.openGroup("always", bob)
	otherID := mallory.openGroup("always")
	said, reply := alice.say(chatID, "hello")
	path := messagePath(chatID, reply.ID) + "/stop"

	mallory.do(404, http.MethodPost, path, nil)
	mallory.do(404, http.MethodPost, messagePath(otherID, reply.ID)+"/stop", nil)
	alice.do(404, http.MethodPost, messagePath(chatID, said.ID)+"/stop", nil)
	require.Contains(t, []api.MessageStatus{"pending", "streaming"}, alice.message(chatID, reply.ID).Status)
	require.Equal(t, api.MessageStatus("stopped"), bob.stopReply(reply).Status, "every member may")
	close(step)
}
