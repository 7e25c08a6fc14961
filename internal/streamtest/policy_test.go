package streamtest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// Why: a co-pilot that talks into every conversation of a group is thrown out of it; one that stays silent when it is
// asked is of no use. Why it did or did not is kept, so that it can be explained.
func TestCopilotAnswersByTheChatsPolicy(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, bob := s.person("Alice"), s.person("Bob")
	const (
		talk    = "See you at eight, I bring the wine"
		plain   = "Which card should we use for $60 at Costco?"
		mention = "@lattice what do you think?"
		hearsay = "I wrote to someone@lattice.example about it"
	)
	for policy, expected := range map[string]map[string]string{
		"always":  {talk: "always", plain: "always", mention: "always", hearsay: "always"},
		"auto":    {talk: "people_talking", plain: "plain_intent", mention: "mentioned", hearsay: "people_talking"},
		"mention": {talk: "not_mentioned", plain: "not_mentioned", mention: "mentioned", hearsay: "not_mentioned"},
		"off":     {talk: "policy_off", plain: "policy_off", mention: "policy_off", hearsay: "policy_off"},
	} {
		chatID := alice.openGroup(policy, bob)
		for content, why := range expected {
			got := as[turn](t, bob.do(201, http.MethodPost, messagesPath(chatID), object{"content": content}))
			require.Equal(t, why, row[string](s.world, `SELECT ai_decision FROM messages WHERE id = $1`, got.UserMessage.ID), "%s: %s", policy, content)
			answers := why == "always" || why == "mentioned" || why == "plain_intent"
			require.Equal(t, answers, got.AIMessage != nil, "%s: %s", policy, content)
		}
	}
	// A chat of one's own is always answered.
	_, reply := alice.ask(alice.openChat(), talk)
	require.Equal(t, "completed", string(reply.Status))
}

// Why: who was answered a moment ago goes on without saying the name again; and who was not, is not answered for a word that
// would go on with something.
func TestFollowUpInAGroupIsAnswered(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice, bob := s.person("Alice"), s.person("Bob")
	chatID := alice.openGroup("auto", bob)
	answered := func(p *person, content string) bool {
		return as[turn](t, p.do(201, http.MethodPost, messagesPath(chatID), object{"content": content})).AIMessage != nil
	}
	require.False(t, answered(bob, "and for gas?"), "nothing was asked before")
	require.True(t, answered(alice, "@lattice which card for $60 at Costco?"))
	require.False(t, answered(bob, "and for gas?"), "somebody else asked before")
	require.True(t, answered(alice, "and for gas?"))
	require.False(t, answered(alice, "see you at eight"))
}

func TestEditedMessageIsDecidedAnew(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openGroup("auto")
	got := as[turn](t, alice.do(201, http.MethodPost, messagesPath(chatID), object{"content": "see you at eight"}))
	require.Nil(t, got.AIMessage)
	path := messagePath(chatID, got.UserMessage.ID)
	decision := func() string {
		return row[string](s.world, `SELECT ai_decision FROM messages WHERE id = $1`, got.UserMessage.ID)
	}
	require.Equal(t, "people_talking", decision())
	require.NotNil(t, as[turn](t, alice.do(200, http.MethodPatch, path, object{"content": "@lattice hello"})).AIMessage)
	require.Equal(t, "mentioned", decision())
	require.Nil(t, as[turn](t, alice.do(200, http.MethodPatch, path, object{"content": "see you at nine"})).AIMessage)
	require.Equal(t, "people_talking", decision())
}
