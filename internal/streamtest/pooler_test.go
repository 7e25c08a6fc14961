package streamtest

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// Why: a transaction pooler gives every transaction another connection, so that a statement prepared on one is unknown to
// the next. Without prepared statements every parameter goes to the server in another form.
func TestServiceWorksWithoutPreparedStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	usual := w.start()
	address, err := url.Parse(w.database)
	require.NoError(t, err)
	plain := w.start(func(s *setup) {
		s.pooled = "?default_query_exec_mode=exec"
		if address.RawQuery != "" {
			s.pooled = "&default_query_exec_mode=exec"
		}
	})
	alice := usual.person("Alice")
	pooled := alice.at(plain)
	pooled.addCard()
	chatID := pooled.openChat()
	said, reply := pooled.ask(chatID, cardQuestion)
	require.Equal(t, api.MessageStatus("completed"), reply.Status)
	edited := as[turn](t, pooled.do(200, http.MethodPatch, messagePath(chatID, said.ID), object{"content": "hello"}))
	again := as[api.Message](t, pooled.do(201, http.MethodPost, messagePath(chatID, edited.AIMessage.ID)+"/regenerate", nil, idempotencyHeader, "key"))
	pooled.do(200, http.MethodPut, messagePath(chatID, again.ID)+"/feedback", object{"rating": "up"})
	require.Equal(t, []uuid.UUID{said.ID, again.ID}, pooled.listed(chatID))
	require.Zero(t, pooled.read(chatID, again.Position).UnreadCount)
	for _, path := range []string{"/api/chats", "/api/chats/" + chatID.String(), messagesPath(chatID), "/api/cards"} {
		require.JSONEq(t, string(alice.do(200, http.MethodGet, path, nil).body), string(pooled.do(200, http.MethodGet, path, nil).body))
	}
	for _, one := range []api.Message{reply, *edited.AIMessage, again} {
		require.Equal(t, alice.watch(one, 0).rest(), pooled.watch(one, 0).rest())
	}
}
