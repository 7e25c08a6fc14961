package e2e

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
)

// stalling makes a service whose replies are begun and never finished.
func stalling(s *setup) { s.wording = ai.NewScripted(ai.Script{StallAfter: -1}) }

func messagesPath(chat string) string { return "/api/chats/" + chat + "/messages" }

// An open reply can be neither replaced nor judged; stopping ends it, once and for all.
func TestAnOpenReplyIsStoppedBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	s := newService(t, realTime, stalling)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	turn := decode[api.Turn](dana.post(messagesPath(chat), object{"content": "Hello there"}, "Prefer", "respond-async").want(202))
	said := messagesPath(chat) + "/" + turn.UserMessage.ID.String()
	reply := turn.AIMessage.MustGet()
	path := messagesPath(chat) + "/" + reply.ID.String()

	dana.post(path+"/regenerate", nil).refused(409, api.ProblemCodeConflict)
	dana.call(http.MethodPatch, said, object{"content": "Hello again"}).refused(409, api.ProblemCodeConflict)
	dana.call(http.MethodPut, path+"/feedback", object{"rating": "up"}).refused(409, api.ProblemCodeConflict)

	stopped := decode[api.Message](dana.post(path+"/stop", nil).want(200))
	require.Equal(t, api.MessageStatusStopped, stopped.Status)
	require.Equal(t, stopped, decode[api.Message](dana.post(path+"/stop", nil).want(200)), "stopping again changes nothing")
	stream := string(dana.get(path + "/stream?wait=0").want(200).body)
	require.Equal(t, 1, strings.Count(stream, "event: reply.stopped"))

	again := decode[api.Message](dana.post(path+"/regenerate", nil, "Prefer", "respond-async").want(202))
	require.Equal(t, 1, s.count(t, "messages WHERE replaces = $1", reply.ID))
	// A reply that is left open keeps the service from stopping for as long as replies may take.
	dana.post(messagesPath(chat)+"/"+again.ID.String()+"/stop", nil).want(200)
}

func TestChangingAnOpenTurnNeedNotBeWaitedFor(t *testing.T) {
	t.Parallel()
	s := newService(t, realTime, stalling)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	turn := decode[api.Turn](dana.post(messagesPath(chat), object{"content": "Hello there"}, "Prefer", "respond-async").want(202))
	reply := turn.AIMessage.MustGet()
	dana.post(messagesPath(chat)+"/"+reply.ID.String()+"/stop", nil).want(200)
	edited := dana.call(http.MethodPatch, messagesPath(chat)+"/"+turn.UserMessage.ID.String(), object{"content": "Hello again"}, "Prefer", "wait=0").want(202)
	fresh := decode[api.Turn](edited).AIMessage.MustGet()
	require.Equal(t, messagesPath(chat)+"/"+fresh.ID.String(), edited.header.Get("Location"))
	dana.post(messagesPath(chat)+"/"+fresh.ID.String()+"/stop", nil).want(200)
}

// The newest turn can be asked again and said differently; what was there before is kept as versions.
func TestTheNewestTurnCanBeChanged(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, eve := s.signUp(t, "Dana Kim"), s.signUp(t, "Eve Moss")
	chat := dana.newChat("Groceries")
	first := dana.say(chat, "Hello there")
	said := dana.say(chat, "How much did I spend this month?")
	old := said.AIMessage.MustGet()
	path := messagesPath(chat) + "/" + old.ID.String()

	again := decode[api.Message](dana.post(path+"/regenerate", nil).want(201))
	require.NotEqual(t, old.ID, again.ID)
	require.Equal(t, []api.MessageVersion{{MessageID: old.ID, Content: old.Content, At: old.CompletedAt.MustGet()}}, again.Versions)
	require.Equal(t, again.ID, dana.messages(chat)[0].ID, "it takes the old one's place")
	require.Len(t, dana.messages(chat), 4)
	dana.get(path).want(200)

	words := messagesPath(chat) + "/" + said.UserMessage.ID.String()
	changed := decode[api.Turn](dana.call(http.MethodPatch, words, object{"content": "How much did I spend last month?"}).want(200))
	require.Equal(t, said.UserMessage.ID, changed.UserMessage.ID)
	require.Equal(t, "How much did I spend this month?", changed.UserMessage.Versions[0].Content)
	require.Len(t, changed.AIMessage.MustGet().Versions, 2)

	dana.post(path+"/regenerate", nil).refused(409, api.ProblemCodeConflict)
	greeting := messagesPath(chat) + "/" + first.UserMessage.ID.String()
	dana.call(http.MethodPatch, greeting, object{"content": "Bye"}).refused(409, api.ProblemCodeConflict)
	dana.call(http.MethodPatch, path, object{"content": "I said this"}).refused(403, api.ProblemCodeForbidden)
	dana.call(http.MethodPatch, words, object{"content": "  "}).refused(422, api.ProblemCodeInvalidRequest, "/content")
	for _, stranger := range []*client{eve} {
		stranger.post(path+"/regenerate", nil).notFound()
		stranger.post(path+"/stop", nil).notFound()
		stranger.call(http.MethodPatch, words, object{"content": "Mine"}).notFound()
		stranger.call(http.MethodPut, path+"/feedback", object{"rating": "up"}).notFound()
		stranger.get(path + "/stream").notFound()
		stranger.post("/api/chats/"+chat+"/read", object{"position": 1}).notFound()
	}
}

func TestFeedbackAndReadingAreEachOnesOwn(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	reply := dana.ask(chat, "Hello there")
	path := messagesPath(chat) + "/" + reply.ID.String()
	require.Equal(t, api.RatingUp, decode[api.Feedback](dana.call(http.MethodPut, path+"/feedback", object{"rating": "up"}).want(200)).Rating)
	dana.call(http.MethodPut, path+"/feedback", object{"rating": "down", "comment": "Too short, 4111 1111 1111 1111"}).want(200)
	kept := decode[api.Message](dana.get(path).want(200)).Feedback.MustGet()
	require.Equal(t, api.RatingDown, kept.Rating)
	require.NotContains(t, kept.Comment.MustGet(), "4111 1111")
	require.Equal(t, 1, s.count(t, "message_feedback"))

	require.EqualValues(t, 1, decode[api.ChatDetail](dana.get("/api/chats/"+chat).want(200)).UnreadCount)
	state := decode[api.ReadState](dana.post("/api/chats/"+chat+"/read", object{"position": 99}).want(200))
	require.Equal(t, api.ReadState{Position: 2, UnreadCount: 0}, state, "never past the end")
	require.Equal(t, state, decode[api.ReadState](dana.post("/api/chats/"+chat+"/read", object{"position": 1}).want(200)), "never back")
}

// A stream of what has ended is the same for ever, and every one of its events keeps the contract.
func TestStreamsTellWhatThereIs(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	chat := dana.newChat("Groceries")
	turn := dana.say(chat, "Which card should I use for $86 of groceries at Whole Foods?")
	reply := turn.AIMessage.MustGet()
	path := messagesPath(chat) + "/" + reply.ID.String() + "/stream"
	whole := string(dana.get(path).want(200).body)
	for _, kind := range []string{"reply.started", "reply.thinking", "reply.drawer", "reply.delta", "reply.completed"} {
		require.Contains(t, whole, "event: "+kind+"\n")
	}
	require.Equal(t, whole, string(dana.get(path+"?wait=0&after=0").want(200).body))
	last := strconv.Itoa(strings.Count(whole, "\nid: "))
	require.Contains(t, whole, "id: "+last+"\nevent: reply.completed\n")
	require.True(t, strings.HasSuffix(whole, "\n\n: end\n\n"))
	// Who has everything is told that nothing comes any more; else it would take the end for a cut, and come back for ever.
	require.Equal(t, ": open\n\n: end\n\n", string(dana.get(path, "Last-Event-ID", last).want(200).body))
	require.Equal(t, ": open\n\n: end\n\n", string(dana.get(path+"?wait=0&after=1000000").want(200).body))
	dana.get(path+"?after=-1").refused(422, api.ProblemCodeInvalidRequest, "after")
	dana.get(path, "Last-Event-ID", "abc").refused(422, api.ProblemCodeInvalidRequest, "Last-Event-ID")
	dana.get(messagesPath(chat) + "/" + turn.UserMessage.ID.String() + "/stream").notFound()
	require.Contains(t, string(dana.get("/api/events?wait=0").want(200).body), "event: stream.resync\n")
	dana.get("/api/events?wait=1").refused(422, api.ProblemCodeInvalidRequest, "wait")
}

// A key that is being used by another transaction is waited for, but not for ever.
func TestAKeyInUseIsAConflict(t *testing.T) {
	t.Parallel()
	s := newService(t, realTime)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	product := decode[api.CardProductList](dana.get("/api/card-products?limit=1").want(200)).Items[0].ID
	chat := dana.newChat("Groceries")
	reply := dana.ask(chat, "Hello there")
	trip := dana.newGroup("Ledger").ID.String()
	for name, request := range map[string]struct {
		operation, path string
		body            any
	}{
		"createChat":      {"createChat", "/api/chats", object{"title": "Twice"}},
		"createGroup":     {"createGroup", "/api/groups", object{"name": "Twice", "members": []string{}}},
		"addCard":         {"addCard", "/api/cards", object{"productId": product}},
		"sendMessage":     {"sendMessage", messagesPath(chat), object{"content": "Twice"}},
		"startOnboarding": {"startOnboarding", "/api/onboarding/start", object{}},
		"createInvite":    {"createInvite", groupPath(dana.newGroup("Trip")) + "/invites", object{}},
		"createExpense": {"createExpense", expensesPath(trip), object{
			"description": "Twice", "total": usd(100), "method": "equal", "paidBy": paid(dana.user.ID, 100),
		}},
		"restoreExpense":    {"restoreExpense", expensesPath(trip) + "/" + chat + "/restore", nil},
		"createSettlement":  {"createSettlement", settlementsPath(trip), object{"to": dana.user.ID, "amount": usd(100)}},
		"confirmSettlement": {"confirmSettlement", settlementsPath(trip) + "/" + chat + "/confirm", nil},
		"voidSettlement":    {"voidSettlement", settlementsPath(trip) + "/" + chat + "/void", nil},
		"acceptInvite":      {"acceptInvite", "/api/invites/accept", object{"token": "i1_unknown"}},
		"regenerateReply":   {"regenerateReply", messagesPath(chat) + "/" + reply.ID.String() + "/regenerate", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held, err := s.pool.Begin(t.Context())
			require.NoError(t, err)
			_, err = held.Exec(t.Context(), `INSERT INTO idempotency_keys (user_id, operation, key, request_hmac, result, created_at)
				VALUES ($1, $2, 'held', '', '[]', now())`, dana.user.ID, request.operation)
			require.NoError(t, err)
			dana.in(t).post(request.path, request.body, "Idempotency-Key", "held").refused(409, api.ProblemCodeRequestInProgress)
			require.NoError(t, held.Rollback(t.Context()))
		})
	}
}
