package streamtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/testkit"
)

// async asks for the answer before the reply is made.
var async = []string{"Prefer", "respond-async"}

// turn is a message and its reply.
type turn struct {
	UserMessage api.Message  `json:"userMessage"`
	AIMessage   *api.Message `json:"aiMessage"`
}

// openChat makes a solo chat.
func (p *person) openChat() uuid.UUID {
	p.t.Helper()
	return as[api.Chat](p.t, p.do(201, http.MethodPost, "/api/chats", object{"title": "Talk"})).ID
}

// openGroup makes a group of this person and others.
func (p *person) openGroup(policy string, others ...*person) uuid.UUID {
	p.t.Helper()
	id := as[api.Group](p.t, p.do(201, http.MethodPost, "/api/groups", object{"name": "Trip", "members": []string{"nobody@example.com"}})).ID
	group := "/api/groups/" + id.String()
	p.do(200, http.MethodPatch, group, object{"aiPolicy": policy})
	for _, other := range others {
		invite := as[api.Invite](p.t, p.do(201, http.MethodPost, group+"/invites", object{}))
		other.do(200, http.MethodPost, "/api/invites/accept", object{"token": *invite.Token})
	}
	return id
}

// addCard gives the person a card, so that a question about cards has figures and a drawer.
func (p *person) addCard() {
	p.t.Helper()
	p.do(201, http.MethodPost, "/api/cards", object{
		"productId": row[uuid.UUID](p.world, `SELECT id FROM card_products ORDER BY slug LIMIT 1`), "nickname": "Everyday", "lastFour": "1005",
	})
}

func messagesPath(chatID uuid.UUID) string { return fmt.Sprintf("/api/chats/%s/messages", chatID) }

func messagePath(chatID, messageID uuid.UUID) string {
	return messagesPath(chatID) + "/" + messageID.String()
}

// say sends a message and does not wait for its reply, which there has to be.
func (p *person) say(chatID uuid.UUID, content string) (said, reply api.Message) {
	p.t.Helper()
	got := as[turn](p.t, p.do(202, http.MethodPost, messagesPath(chatID), object{"content": content}, async...))
	require.NotNil(p.t, got.AIMessage)
	return got.UserMessage, *got.AIMessage
}

// ask sends a message and waits for its reply.
func (p *person) ask(chatID uuid.UUID, content string) (said, reply api.Message) {
	p.t.Helper()
	got := as[turn](p.t, p.do(201, http.MethodPost, messagesPath(chatID), object{"content": content}))
	require.NotNil(p.t, got.AIMessage)
	return got.UserMessage, *got.AIMessage
}

// message reads one message.
func (p *person) message(chatID, messageID uuid.UUID) api.Message {
	p.t.Helper()
	return as[api.Message](p.t, p.do(200, http.MethodGet, messagePath(chatID, messageID), nil))
}

// ended waits until a reply has ended, by watching it.
func (p *person) ended(reply api.Message) api.Message {
	p.t.Helper()
	p.watch(reply, 0).rest()
	return p.message(reply.ChatID, reply.ID)
}

// stopReply stops a reply.
func (p *person) stopReply(reply api.Message) api.Message {
	p.t.Helper()
	return as[api.Message](p.t, p.do(200, http.MethodPost, messagePath(reply.ChatID, reply.ID)+"/stop", nil))
}

// stream is an open stream of events.
type stream struct {
	*testkit.EventReader

	t     *testing.T
	close context.CancelFunc
	seen  []testkit.Event
}

// errUnwatched is the end of a stream that could not be opened or ended in a way it must not.
var errUnwatched = errors.New("not watched")

// watching opens the events of a reply after a number; options are query=value pairs, of which last-event-id goes into
// the header. It may be called from any goroutine.
func (p *person) watching(ctx context.Context, reply api.Message, after int, options ...string) (*stream, error) {
	path := messagePath(reply.ChatID, reply.ID) + "/stream"
	var headers []string
	separator := "?"
	for _, option := range options {
		if option == "last-event-id" {
			headers = append(headers, "Last-Event-ID", fmt.Sprint(after))
			continue
		}
		path, separator = path+separator+option, "&"
	}
	if after > 0 && headers == nil {
		path += separator + fmt.Sprintf("after=%d", after)
	}
	return p.openStream(ctx, path, func(response *http.Response) *testkit.EventReader {
		return testkit.NewReplyReader(response.Body, after)
	}, headers...)
}

func (p *person) openStream(ctx context.Context, path string, reader func(*http.Response) *testkit.EventReader, headers ...string) (*stream, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	response, err := p.open(ctx, http.MethodGet, path, nil, headers...)
	if err != nil {
		cancel()
		return nil, err
	}
	media := response.Header.Get("Content-Type")
	if response.StatusCode != http.StatusOK || media != "text/event-stream" {
		_ = response.Body.Close()
		cancel()
		return nil, fmt.Errorf("%w: %s answered %d %s", errUnwatched, path, response.StatusCode, media)
	}
	s := &stream{EventReader: reader(response), t: p.t}
	s.close = func() {
		cancel()
		_ = response.Body.Close()
	}
	return s, nil
}

// watch opens the events of a reply and closes them with the test.
func (p *person) watch(reply api.Message, after int, options ...string) *stream {
	p.t.Helper()
	s, err := p.watching(p.t.Context(), reply, after, options...)
	require.NoError(p.t, err)
	p.t.Cleanup(s.close)
	return s
}

// hints opens the person's stream of hints and waits until it has begun.
func (p *person) hints() *stream {
	p.t.Helper()
	s, err := p.openStream(p.t.Context(), "/api/events", func(response *http.Response) *testkit.EventReader {
		return testkit.NewHintReader(response.Body)
	})
	require.NoError(p.t, err)
	p.t.Cleanup(s.close)
	require.Equal(p.t, "stream.resync", s.next().Name)
	return s
}

// next waits for the next event.
func (s *stream) next() testkit.Event {
	s.t.Helper()
	event, err := s.Next()
	require.NoError(s.t, err)
	s.seen = append(s.seen, event)
	return event
}

// until waits for an event by its name.
func (s *stream) until(name string) testkit.Event {
	s.t.Helper()
	for {
		if event := s.next(); event.Name == name {
			return event
		}
	}
}

// rest reads to the end, which has to be that of the reply.
func (s *stream) rest() []testkit.Event {
	s.t.Helper()
	events, err := s.All()
	require.NoError(s.t, err)
	s.seen = append(s.seen, events...)
	require.NotEmpty(s.t, s.seen)
	require.True(s.t, s.seen[len(s.seen)-1].Terminal(), "the stream ended without the reply's end: %v", s.seen)
	return s.seen
}

// shown is the deltas of a stream joined.
func shown(t *testing.T, events []testkit.Event) string {
	t.Helper()
	var text strings.Builder
	for _, event := range events {
		if event.Name == "reply.delta" {
			text.WriteString(as[api.ReplyDelta](t, answer{body: []byte(event.Data)}).Text)
		}
	}
	return text.String()
}

// names are the kinds of events, in order.
func names(events []testkit.Event) []string {
	list := make([]string, len(events))
	for i, event := range events {
		list[i] = event.Name
	}
	return list
}
