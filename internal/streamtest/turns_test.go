package streamtest

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
)

// listed are the ids of a chat's messages as both lists show them, oldest first.
func (p *person) listed(chatID uuid.UUID) []uuid.UUID {
	p.t.Helper()
	list := as[struct {
		Items []api.Message `json:"items"`
	}](p.t, p.do(200, http.MethodGet, messagesPath(chatID), nil))
	slices.Reverse(list.Items)
	detail := as[api.ChatDetail](p.t, p.do(200, http.MethodGet, "/api/chats/"+chatID.String(), nil))
	require.Equal(p.t, ids(list.Items), ids(detail.Messages))
	require.Equal(p.t, detail.Messages[len(detail.Messages)-1].ID, detail.LastMessage.MustGet().ID)
	return ids(list.Items)
}

func ids(messages []api.Message) []uuid.UUID {
	list := make([]uuid.UUID, len(messages))
	for i, message := range messages {
		list[i] = message.ID
	}
	return list
}

func versionsOf(messages ...api.Message) []string {
	list := []string{}
	for _, message := range messages {
		list = append(list, message.ID.String()+" "+message.Content)
	}
	return list
}

func namedVersions(message api.Message) []string {
	list := []string{}
	for _, version := range message.Versions {
		list = append(list, version.MessageID.String()+" "+version.Content)
	}
	return list
}

func TestRegenerateTakesThePlaceAndKeepsTheEarlierAnswers(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	said, first := alice.ask(chatID, "hello")
	answers := []api.Message{first}
	streams := map[uuid.UUID]any{first.ID: alice.watch(first, 0).rest()}
	for _, text := range []string{"Another one.", "And one more.", "The last."} {
		s.scripted.Follow(ai.Script{Pieces: []string{text}})
		old := answers[len(answers)-1]
		fresh := as[api.Message](t, alice.do(201, http.MethodPost, messagePath(chatID, old.ID)+"/regenerate", nil))
		require.NotEqual(t, old.ID, fresh.ID)
		require.Equal(t, text, fresh.Content)
		require.Equal(t, said.ID, fresh.ReplyTo.MustGet())
		require.Greater(t, fresh.Position, old.Position)
		require.Equal(t, versionsOf(answers...), namedVersions(fresh))
		answers = append(answers, fresh)
		streams[fresh.ID] = alice.watch(fresh, 0).rest()
		require.Equal(t, []uuid.UUID{said.ID, fresh.ID}, alice.listed(chatID))
		refused := alice.do(409, http.MethodPost, messagePath(chatID, old.ID)+"/regenerate", nil)
		require.Equal(t, "conflict", refused.code(), "what was replaced is not the newest")
	}
	for i, old := range answers {
		// Each stays readable as it was, by its id and as a stream.
		require.Equal(t, versionsOf(answers[:i]...), namedVersions(alice.message(chatID, old.ID)))
		require.Equal(t, old.Content, alice.message(chatID, old.ID).Content)
		require.Equal(t, streams[old.ID], alice.watch(old, 0).rest())
	}
	// Of a turn that is not the newest nothing can be asked again.
	alice.ask(chatID, "thanks")
	alice.do(409, http.MethodPost, messagePath(chatID, answers[len(answers)-1].ID)+"/regenerate", nil)
}

func TestRegenerateWaitsForTheReplyToEndAndIsForMembers(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	step := make(chan struct{})
	s.scripted.Follow(ai.Script{Count: 1, Step: step})
	alice, mallory := s.person("Alice"), s.person("Mallory")
	chatID := alice.openChat()
	said, reply := alice.say(chatID, "hello")
	path := messagePath(chatID, reply.ID) + "/regenerate"
	require.Equal(t, "conflict", alice.do(409, http.MethodPost, path, nil).code())
	mallory.do(404, http.MethodPost, path, nil)
	alice.do(404, http.MethodPost, messagePath(chatID, said.ID)+"/regenerate", nil)
	alice.do(404, http.MethodPost, messagePath(chatID, uuid.New())+"/regenerate", nil)
	alice.stopReply(reply)

	// A stopped one can be asked again; the new one has a stream of its own from its first event.
	fresh := as[api.Message](t, alice.do(202, http.MethodPost, path, nil, async...))
	require.Equal(t, api.MessageStatus("pending"), fresh.Status)
	require.Equal(t, versionsOf(alice.message(chatID, reply.ID)), namedVersions(fresh))
	watched := alice.watch(fresh, 0)
	watched.until("reply.started")
	require.Equal(t, "conflict", alice.do(409, http.MethodPost, messagePath(chatID, fresh.ID)+"/regenerate", nil).code())
	close(step)
	require.Equal(t, "reply.completed", watched.until("reply.completed").Name)
}

func TestEditKeepsTheMessageAndAnswersAnew(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	said, first := alice.ask(chatID, "hello")
	texts := []string{"hello"}
	replies := []api.Message{first}
	for _, text := range []string{"thanks", "help", "hello again"} {
		edited := as[turn](t, alice.do(200, http.MethodPatch, messagePath(chatID, said.ID), object{"content": text}))
		require.Equal(t, said.ID, edited.UserMessage.ID)
		require.Equal(t, said.Position, edited.UserMessage.Position)
		require.Equal(t, text, edited.UserMessage.Content)
		former := []string{}
		for _, text := range texts {
			former = append(former, said.ID.String()+" "+text)
		}
		require.Equal(t, former, namedVersions(edited.UserMessage))
		require.Equal(t, edited.UserMessage, alice.message(chatID, said.ID))
		require.Equal(t, versionsOf(replies...), namedVersions(*edited.AIMessage))
		require.Equal(t, api.MessageStatus("completed"), edited.AIMessage.Status)
		require.Equal(t, []uuid.UUID{said.ID, edited.AIMessage.ID}, alice.listed(chatID))
		texts, replies = append(texts, text), append(replies, *edited.AIMessage)
	}
	require.NotEqual(t, replies[0].Content, replies[1].Content, "the new text is what was answered")
	for _, old := range replies {
		require.Equal(t, old.Content, shown(t, alice.watch(old, 0).rest()))
	}
}

func TestEditIsRefused(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, bob, mallory := s.person("Alice"), s.person("Bob"), s.person("Mallory")
	chatID := alice.openGroup("always", bob)
	said, reply := alice.ask(chatID, "hello")
	path := messagePath(chatID, said.ID)
	body := object{"content": "thanks"}
	require.Equal(t, "forbidden", bob.do(403, http.MethodPatch, path, body).code(), "the words of another")
	mallory.do(404, http.MethodPatch, path, body)
	require.Equal(t, "forbidden", alice.do(403, http.MethodPatch, messagePath(chatID, reply.ID), body).code(), "the words of the co-pilot")
	alice.do(404, http.MethodPatch, messagePath(chatID, uuid.New()), body)
	for _, bad := range []any{object{"content": ""}, object{"content": "   "}, object{}, object{"content": "x", "more": 1}} {
		alice.do(422, http.MethodPatch, path, bad)
	}
	s.scripted.Follow(ai.Script{StallAfter: -1})
	newest, open := bob.say(chatID, "help")
	require.Equal(t, "conflict", alice.do(409, http.MethodPatch, path, body).code(), "not the newest")
	require.Equal(t, "conflict", bob.do(409, http.MethodPatch, messagePath(chatID, newest.ID), body).code(), "the reply is open")
	require.Equal(t, "hello", alice.message(chatID, said.ID).Content)
	require.Empty(t, alice.message(chatID, said.ID).Versions)
	bob.stopReply(open)
}

// Why: whoever takes back that they asked the co-pilot does not want its answer to stand there.
func TestEditThatAddressesNobodyTakesTheAnswerOutOfTheList(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, bob := s.person("Alice"), s.person("Bob")
	chatID := alice.openGroup("mention", bob)
	said, reply := alice.ask(chatID, "@lattice hello")
	require.Equal(t, []uuid.UUID{said.ID, reply.ID}, alice.listed(chatID))

	silent := as[turn](t, alice.do(200, http.MethodPatch, messagePath(chatID, said.ID), object{"content": "hello everybody"}))
	require.Nil(t, silent.AIMessage)
	require.Equal(t, []uuid.UUID{said.ID}, alice.listed(chatID))
	require.Equal(t, []uuid.UUID{said.ID}, bob.listed(chatID))
	require.Equal(t, reply.Content, bob.message(chatID, reply.ID).Content, "readable by its id")
	alice.do(409, http.MethodPost, messagePath(chatID, reply.ID)+"/regenerate", nil)

	again := as[turn](t, alice.do(200, http.MethodPatch, messagePath(chatID, said.ID), object{"content": "@lattice thanks"}))
	require.NotNil(t, again.AIMessage)
	require.Equal(t, []uuid.UUID{said.ID, again.AIMessage.ID}, alice.listed(chatID))
	require.Len(t, again.UserMessage.Versions, 2)
}

// Why: feedback is each member's own, and what a reader once got must stay what everybody gets.
func TestFeedbackIsEachMembersOwnAndChangesNoEvent(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, bob, mallory := s.person("Alice"), s.person("Bob"), s.person("Mallory")
	chatID := alice.openGroup("always", bob)
	said, reply := alice.ask(chatID, "hello")
	before := alice.watch(reply, 0).rest()
	path := messagePath(chatID, reply.ID) + "/feedback"

	first := as[api.Feedback](t, alice.do(200, http.MethodPut, path, object{"rating": "down", "comment": "my card 4111 1111 1111 1111"}))
	require.Equal(t, api.Rating("down"), first.Rating)
	require.NotContains(t, first.Comment.MustGet(), "4111 1111", "card numbers are masked here as well")
	second := as[api.Feedback](t, alice.do(200, http.MethodPut, path, object{"rating": "up"}))
	require.Equal(t, api.Rating("up"), second.Rating)
	require.True(t, second.Comment.IsNull(), "the second takes the place of the first")
	require.Equal(t, second, alice.message(chatID, reply.ID).Feedback.MustGet())
	require.True(t, bob.message(chatID, reply.ID).Feedback.IsNull(), "mine is not for others")
	bob.do(200, http.MethodPut, path, object{"rating": "down", "comment": nil})
	require.Equal(t, api.Rating("up"), alice.message(chatID, reply.ID).Feedback.MustGet().Rating)
	require.Equal(t, api.Rating("down"), bob.message(chatID, reply.ID).Feedback.MustGet().Rating)
	require.Equal(t, 2, row[int](s.world, `SELECT count(*) FROM message_feedback`))

	alice.do(201, http.MethodPost, messagePath(chatID, reply.ID)+"/regenerate", nil)
	for _, reader := range []*person{alice, bob} {
		require.Equal(t, before, reader.watch(reply, 0).rest(), "later feedback and versions are in no event")
	}
	mallory.do(404, http.MethodPut, path, object{"rating": "up"})
	alice.do(404, http.MethodPut, messagePath(chatID, said.ID)+"/feedback", object{"rating": "up"})
	alice.do(422, http.MethodPut, path, object{"rating": "sideways"})
	s.scripted.Follow(ai.Script{StallAfter: -1})
	_, open := alice.say(chatID, "hello")
	require.Equal(t, "conflict", alice.do(409, http.MethodPut, messagePath(chatID, open.ID)+"/feedback", object{"rating": "up"}).code())
	alice.stopReply(open)
	alice.do(200, http.MethodPut, messagePath(chatID, open.ID)+"/feedback", object{"rating": "down"})
}

// unread is the count in the person's list of chats.
func (p *person) unread(chatID uuid.UUID) int64 {
	p.t.Helper()
	detail := as[api.ChatDetail](p.t, p.do(200, http.MethodGet, "/api/chats/"+chatID.String(), nil))
	list := as[struct {
		Items []api.Chat `json:"items"`
	}](p.t, p.do(200, http.MethodGet, "/api/chats", nil))
	for _, chat := range list.Items {
		if chat.ID == chatID {
			require.Equal(p.t, detail.UnreadCount, chat.UnreadCount)
		}
	}
	return detail.UnreadCount
}

func (p *person) read(chatID uuid.UUID, position int64) api.ReadState {
	p.t.Helper()
	return as[api.ReadState](p.t, p.do(200, http.MethodPost, "/api/chats/"+chatID.String()+"/read", object{"position": position}))
}

func TestReadingMovesForwardOnly(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, bob, mallory := s.person("Alice"), s.person("Bob"), s.person("Mallory")
	chatID := alice.openGroup("mention", bob)
	require.Zero(t, alice.unread(chatID))
	for range 3 {
		alice.do(201, http.MethodPost, messagesPath(chatID), object{"content": "so I said"})
	}
	require.Zero(t, alice.unread(chatID), "one's own words are read")
	require.Equal(t, int64(3), bob.unread(chatID))
	require.Equal(t, api.ReadState{Position: 2, UnreadCount: 1}, bob.read(chatID, 2))
	require.Equal(t, api.ReadState{Position: 2, UnreadCount: 1}, bob.read(chatID, 1), "never back")
	require.Equal(t, api.ReadState{Position: 2, UnreadCount: 1}, bob.read(chatID, 0))
	require.Equal(t, api.ReadState{Position: 3, UnreadCount: 0}, bob.read(chatID, 1_000_000), "past the end is the end")
	require.Zero(t, bob.unread(chatID))

	_, reply := alice.ask(chatID, "@lattice hello")
	require.Equal(t, int64(2), bob.unread(chatID))
	require.Equal(t, int64(1), alice.unread(chatID), "the answer is new to who asked")
	// An answer that takes the place of another is not one more to read.
	fresh := as[api.Message](t, alice.do(201, http.MethodPost, messagePath(chatID, reply.ID)+"/regenerate", nil))
	require.Equal(t, int64(2), bob.unread(chatID))
	require.Equal(t, api.ReadState{Position: fresh.Position, UnreadCount: 0}, alice.read(chatID, fresh.Position))
	bob.do(201, http.MethodPost, messagesPath(chatID), object{"content": "I see"})
	require.Zero(t, bob.unread(chatID), "who writes has read what came before")
	require.Equal(t, int64(1), alice.unread(chatID))

	mallory.do(404, http.MethodPost, "/api/chats/"+chatID.String()+"/read", object{"position": 1})
	alice.do(422, http.MethodPost, "/api/chats/"+chatID.String()+"/read", object{"position": -1})
}
