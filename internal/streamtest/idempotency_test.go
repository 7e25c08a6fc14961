package streamtest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
)

const idempotencyHeader = "Idempotency-Key"

// creation is one operation that takes an Idempotency-Key.
type creation struct {
	name    string
	prepare func(p *person) (path string)
	body    raw
	same    raw // the same body, written otherwise
	another raw
	id      func(t *testing.T, got answer) string
	count   string // how many were made for the user
	made    int    // how many there are when it was done once
}

func idAt(path ...string) func(t *testing.T, got answer) string {
	return func(t *testing.T, got answer) string {
		t.Helper()
		value := as[any](t, got)
		ids := ""
		for _, key := range path {
			inner := value.(map[string]any)[key]
			if object, ok := inner.(map[string]any); ok {
				inner = object["id"]
			}
			ids += inner.(string)
		}
		return ids
	}
}

func creations() []creation {
	const product = "%PRODUCT%"
	return []creation{
		{
			name:    "sendMessage",
			prepare: func(p *person) string { return messagesPath(p.openChat()) },
			body:    `{"content":"hello"}`, same: "{ \"content\" :\t\"h\\u0065llo\" }", another: `{"content":"thanks"}`,
			id:    idAt("userMessage", "aiMessage"),
			count: `SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id WHERE created_by = $1`, made: 2,
		},
		{
			name:    "createChat",
			prepare: func(*person) string { return "/api/chats" },
			body:    `{"title":"Groceries"}`, same: `{ "title": "Groceries"}`, another: `{"title":"Rent"}`,
			id: idAt("id"), count: `SELECT count(*) FROM chats WHERE created_by = $1`, made: 1,
		},
		{
			name:    "createGroup",
			prepare: func(*person) string { return "/api/groups" },
			body:    `{"name":"Trip","members":["bob@example.com"]}`, same: `{"members" : ["bob@example.com"], "name":"Trip"}`,
			another: `{"name":"Trip","members":["carol@example.com"]}`,
			id:      idAt("id"), count: `SELECT count(*) FROM chats WHERE created_by = $1`, made: 1,
		},
		{
			name:    "addCard",
			prepare: func(*person) string { return "/api/cards" },
			body:    `{"productId":"` + product + `","nickname":"A","lastFour":"1005"}`, same: `{"lastFour":"1005", "nickname":"A", "productId":"` + product + `"}`,
			another: `{"productId":"` + product + `","nickname":"A","lastFour":"1006"}`,
			id:      idAt("id"), count: `SELECT count(*) FROM cards WHERE user_id = $1`, made: 1,
		},
		{
			name: "regenerateReply",
			prepare: func(p *person) string {
				chatID := p.openChat()
				_, reply := p.ask(chatID, "hello")
				return messagePath(chatID, reply.ID) + "/regenerate"
			},
			id: idAt("id"), count: `SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id WHERE created_by = $1`, made: 3,
		},
		{
			name: "startOnboarding",
			prepare: func(p *person) string { // with a card, so that it can be another request
				p.do(201, http.MethodPost, "/api/cards", creation{}.bodyFor(p, `{"productId":"`+product+`","lastFour":"1005"}`))
				return "/api/onboarding/start"
			},
			body: `{"product":"transactions"}`, same: "{\n\"product\" : \"transactions\"}", another: `{"product":"card_switcher","cardId":"%CARD%"}`,
			id: idAt("sessionId"), count: `SELECT count(*) FROM onboarding_sessions WHERE user_id = $1`, made: 1,
		},
	}
}

func (c creation) bodyFor(p *person, body raw) any {
	if body == "" {
		return nil
	}
	product := row[uuid.UUID](p.world, `SELECT id FROM card_products ORDER BY slug LIMIT 1`).String()
	card := row[string](p.world, `SELECT coalesce((SELECT id::text FROM cards WHERE user_id = $1 LIMIT 1), '')`, p.id)
	return raw(strings.NewReplacer("%PRODUCT%", product, "%CARD%", card).Replace(string(body)))
}

// parallelPosts sends one request so many times at once, in turn at each of the services. Who is told that the first is
// still worked on, as happens on a machine that is busy with much else, tries again as told.
func parallelPosts(t *testing.T, count int, people []*person, path string, body any, headers ...string) []answer {
	t.Helper()
	answers := make([]answer, count)
	var group errgroup.Group
	for i := range answers {
		group.Go(func() (err error) {
			for err == nil && (answers[i].status == 0 || answers[i].code() == "request_in_progress") {
				answers[i], err = people[i%len(people)].call(t.Context(), http.MethodPost, path, body, headers...)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	return answers
}

// Why: a phone that got no answer sends again, and so does every proxy and retry button on the way; what costs money or
// speaks to others must happen once.
func TestFiftyEqualRequestsWithOneKeyAreOne(t *testing.T) {
	t.Parallel()
	for _, c := range creations() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			here, there := w.start(), w.start()
			alice, bob := here.person("Alice"), here.person("Bob")
			path := c.prepare(alice)
			body := c.bodyFor(alice, c.body)
			const key = "key-1"

			answers := parallelPosts(t, 50, []*person{alice, alice.at(there)}, path, body, idempotencyHeader, key)
			repeats := 0
			for _, got := range answers {
				require.Contains(t, []int{201, 202}, got.status, "%s", got.body)
				require.Equal(t, c.id(t, answers[0]), c.id(t, got))
				if got.replayed() {
					repeats++
				}
			}
			require.Equal(t, len(answers)-1, repeats)
			require.Equal(t, c.made, row[int](w, c.count, alice.id))
			require.Equal(t, 1, row[int](w, `SELECT count(*) FROM idempotency_keys`))

			if c.same != "" {
				again := alice.do(201, http.MethodPost, path, c.bodyFor(alice, c.same), idempotencyHeader, key)
				require.True(t, again.replayed(), "spaces and the order of keys make no other request")
				require.Equal(t, c.id(t, answers[0]), c.id(t, again))
				refused := alice.do(422, http.MethodPost, path, c.bodyFor(alice, c.another), idempotencyHeader, key)
				require.Equal(t, "idempotency_key_reused", refused.code())
			}
			require.Equal(t, c.made, row[int](w, c.count, alice.id))

			// The key is the user's own.
			theirs := bob.do(201, http.MethodPost, c.prepare(bob), body, idempotencyHeader, key)
			require.False(t, theirs.replayed())
			require.NotEqual(t, c.id(t, answers[0]), c.id(t, theirs))
			require.Equal(t, c.made, row[int](w, c.count, bob.id))
			require.Equal(t, c.made, row[int](w, c.count, alice.id))

			// After a restart of everything it is still known.
			here.close()
			there.close()
			again := alice.at(w.start()).do(201, http.MethodPost, path, body, idempotencyHeader, key)
			require.True(t, again.replayed())
			require.Equal(t, c.id(t, answers[0]), c.id(t, again))
			require.Equal(t, c.made, row[int](w, c.count, alice.id))
		})
	}
}

// Why: the process that took the request may be gone when it is repeated; whoever asks for the same gets what the first
// made, whether they were cut off, come later, or never noticed.
func TestFiftyEqualRequestsOverARestartAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	first.scripted.Follow(ai.Script{Pieces: []string{"Hello! "}, StallAfter: 1})
	alice := first.person("Alice")
	chatID := alice.openChat()
	restarted := make(chan *person, 50)
	var group errgroup.Group
	answers, cut := make([]answer, 50), atomic.Int64{}
	for i := range answers {
		group.Go(func() error {
			for at := alice; ; {
				got, err := at.call(t.Context(), http.MethodPost, messagesPath(chatID), object{"content": "hello"}, idempotencyHeader, "key-2")
				if err == nil && got.code() == "request_in_progress" {
					continue
				}
				if err == nil {
					answers[i] = got
					return nil
				}
				if at != alice {
					return err
				}
				cut.Add(1)
				at = <-restarted
			}
		})
	}
	eventually(t, "all wait for the one reply", func() bool {
		return row[int](w, `SELECT count(*) FROM messages WHERE chat_id = $1`, chatID) == 2 && len(first.scripted.Requests()) == 1
	})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_ = first.server.Close()                  // who waits is cut off
	require.NoError(t, first.stop(cancelled)) // without patience: the reply goes back to the queue
	first.close()

	second := w.start()
	for range answers {
		restarted <- alice.at(second)
	}
	require.NoError(t, group.Wait())
	require.Positive(t, cut.Load(), "nobody was there when the process ended")
	sent := as[turn](t, answers[0])
	for _, got := range answers {
		require.Equal(t, 201, got.status, "%s", got.body)
		again := as[turn](t, got)
		require.Equal(t, sent.UserMessage.ID, again.UserMessage.ID)
		require.Equal(t, sent.AIMessage.ID, again.AIMessage.ID)
		require.Equal(t, api.MessageStatus("completed"), again.AIMessage.Status)
	}
	require.Equal(t, 2, row[int](w, `SELECT count(*) FROM messages WHERE chat_id = $1`, chatID))
	require.Equal(t, 1, row[int](w, `SELECT count(*) FROM idempotency_keys`))
	refused := alice.at(second).do(422, http.MethodPost, messagesPath(chatID), object{"content": "thanks"}, idempotencyHeader, "key-2")
	require.Equal(t, "idempotency_key_reused", refused.code())
}

// Why: a key that nobody gives a result yet is not to be waited for until a proxy gives up.
func TestRepeatWhileTheFirstIsHeldUpIsToldSo(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	// A first request that does not get on: its key is taken, and not committed.
	held, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = held.Exec(t.Context(), `INSERT INTO idempotency_keys (user_id, operation, key, request_hmac, result, created_at)
		VALUES ($1, 'sendMessage', 'key-3', '', '{}', now())`, alice.id)
	require.NoError(t, err)

	body := object{"content": "hello"}
	refused := alice.do(409, http.MethodPost, messagesPath(chatID), body, idempotencyHeader, "key-3")
	require.Equal(t, "request_in_progress", refused.code())
	alice.do(201, http.MethodPost, messagesPath(chatID), body, idempotencyHeader, "key-4")
	require.NoError(t, held.Rollback(t.Context()))
	got := alice.do(201, http.MethodPost, messagesPath(chatID), body, idempotencyHeader, "key-3")
	require.False(t, got.replayed(), "what was rolled back was never done")
}

func TestRefusedRequestLeavesItsKeyFree(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	alice.do(404, http.MethodPost, messagesPath(uuid.New()), object{"content": "hello"}, idempotencyHeader, "key-5")
	require.Zero(t, row[int](s.world, `SELECT count(*) FROM idempotency_keys`))
	require.False(t, alice.do(201, http.MethodPost, messagesPath(chatID), object{"content": "hello"}, idempotencyHeader, "key-5").replayed())
	// The address belongs to what was asked.
	other := alice.openChat()
	refused := alice.do(422, http.MethodPost, messagesPath(other), object{"content": "hello"}, idempotencyHeader, "key-5")
	require.Equal(t, "idempotency_key_reused", refused.code())
	for _, bad := range []string{"a b", "é", fmt.Sprintf("%0256d", 1)} {
		alice.do(422, http.MethodPost, messagesPath(chatID), object{"content": "hello"}, idempotencyHeader, bad)
	}
}

// Why: the token that claims an anonymous session is told once. A key without a user would be anybody's, so it is none.
func TestStartOnboardingKeepsItsTokenToItself(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	nobody := &person{service: s}
	const path = "/api/onboarding/start"
	first := nobody.do(201, http.MethodPost, path, nil, idempotencyHeader, "key-6")
	second := nobody.do(201, http.MethodPost, path, nil, idempotencyHeader, "key-6")
	for _, got := range []answer{first, second} {
		require.False(t, got.replayed())
		require.False(t, as[api.OnboardingSession](t, got).ClaimToken.IsNull())
	}
	require.NotEqual(t, idAt("sessionId")(t, first), idAt("sessionId")(t, second))
	require.Zero(t, row[int](s.world, `SELECT count(*) FROM idempotency_keys`))

	alice := s.person("Alice")
	for range 2 {
		got := alice.do(201, http.MethodPost, path, nil, idempotencyHeader, "key-6")
		require.True(t, as[api.OnboardingSession](t, got).ClaimToken.IsNull())
	}
}

func TestKeysAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	body := object{"title": "Groceries"}
	old := as[api.Chat](t, alice.do(201, http.MethodPost, "/api/chats", body, idempotencyHeader, "old"))
	young := as[api.Chat](t, alice.do(201, http.MethodPost, "/api/chats", body, idempotencyHeader, "young"))
	s.exec(`UPDATE idempotency_keys SET created_at = now() - CASE key WHEN 'old' THEN interval '24 hours 1 minute' ELSE interval '23 hours 59 minutes' END`)
	// The hourly housekeeping, now.
	s.exec(`INSERT INTO river.river_job (kind, queue, args, state, max_attempts, scheduled_at, priority)
		VALUES ('housekeeping', 'default', '{}', 'available', 1, now(), 1)`)
	eventually(t, "the old key is gone", func() bool { return row[int](s.world, `SELECT count(*) FROM idempotency_keys`) == 1 })

	again := alice.do(201, http.MethodPost, "/api/chats", body, idempotencyHeader, "young")
	require.True(t, again.replayed())
	require.Equal(t, young.ID, as[api.Chat](t, again).ID)
	anew := alice.do(201, http.MethodPost, "/api/chats", body, idempotencyHeader, "old")
	require.False(t, anew.replayed())
	require.NotEqual(t, old.ID, as[api.Chat](t, anew).ID)
}

// Why: two waits must not add up: a repeat that waited for the first request still answers within the caller's time.
func TestRepeatOfARequestWhoseReplyIsStillMadeWaitsForIt(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 1, Step: step})
	alice := s.person("Alice")
	chatID := alice.openChat()
	headers := append([]string{idempotencyHeader, "key-7"}, async...)
	sent := as[turn](t, alice.do(202, http.MethodPost, messagesPath(chatID), object{"content": "hello"}, headers...))
	repeated := alice.do(202, http.MethodPost, messagesPath(chatID), object{"content": "hello"}, headers...)
	require.True(t, repeated.replayed())
	require.Equal(t, messagePath(chatID, sent.AIMessage.ID), repeated.header.Get("Location"))
	got := make(chan answer, 1)
	go func() {
		got <- alice.do(201, http.MethodPost, messagesPath(chatID), object{"content": "hello"}, idempotencyHeader, "key-7")
	}()
	timer := time.AfterFunc(50*time.Millisecond, func() { close(step) })
	defer timer.Stop()
	waited := as[turn](t, receive(t, "the repeat", got))
	require.Equal(t, sent.AIMessage.ID, waited.AIMessage.ID)
	require.Equal(t, api.MessageStatus("completed"), waited.AIMessage.Status)
}
