package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
)

func wantsToken(o operation) bool {
	return o.access != "public" && o.access != "optional" && o.access != "signature"
}

// Made from the contract, so that an operation that is added and left open fails here on its first day.
func TestNobodyGetsInWhereATokenIsWanted(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	s.staysAsItIs(t)
	eachOperation(t, wantsToken, func(t *testing.T, o operation) {
		nobody := s.anonymous(t)
		nobody.call(o.method, o.somewhere(), o.example()).refused(401, api.ProblemCodeUnauthorized)
		for _, header := range []string{"Bearer", "Bearer ", "Basic ZGFuYTpzZWNyZXQ=", "Token abc", "abc", "bearer\tabc", ",Bearer abc"} {
			nobody.call(o.method, o.somewhere(), o.example(), "Authorization", header).refused(401, api.ProblemCodeUnauthorized)
		}
	})
}

// Who is not let in is not told what else is wrong with the request: that would describe the inside to strangers, and
// reading their bodies would cost us.
func TestWhoIsAskedBeforeWhat(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	eachOperation(t, wantsToken, func(t *testing.T, o operation) {
		nobody := s.anonymous(t)
		nobody.call(o.method, o.somewhere()+"?surprise=1", raw("{")).refused(401, api.ProblemCodeUnauthorized)
		nobody.call(o.method, o.somewhere(), raw(strings.Repeat(" ", 2*mebibyte)), "Content-Type", "text/plain").refused(401, api.ProblemCodeUnauthorized)
		bad := regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(o.path, "x")
		nobody.call(o.method, bad, nil).refused(401, api.ProblemCodeUnauthorized)
	})
}

// A token that is there must be good, also where none is needed: answering as nobody would hide the mistake.
func TestBadTokensAreRefusedWhereATokenIsOptional(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	s.staysAsItIs(t)
	optional := func(o operation) bool { return o.access == "optional" }
	eachOperation(t, optional, func(t *testing.T, o operation) {
		for _, bad := range []string{"Bearer abc", "Basic ZGFuYTpzZWNyZXQ="} {
			s.anonymous(t).call(o.method, o.somewhere(), o.example(), "Authorization", bad).refused(401, api.ProblemCodeUnauthorized)
		}
	})
}

// belongings are what one user has and others must not get at.
type belongings struct {
	chat, message, group, invite, user, account, order, onboarding, card string
}

func (c *client) gatherBelongings() belongings {
	c.t.Helper()
	account := c.link()[0].ID.String()
	order := c.buyTwice(98765).String()
	chat := c.newChat("Groceries")
	turn := c.say(chat, "Hello")
	session := decode[api.OnboardingSession](c.post("/api/onboarding/start", nil).want(201))
	group := c.newGroup("Ski Trip")
	return belongings{
		chat: chat, message: turn.UserMessage.ID.String(), group: group.ID.String(), account: account,
		invite: c.invite(group, object{}).ID.String(), user: c.user.ID.String(), order: order,
		onboarding: session.SessionID.String(), card: c.addCard("Savor").ID.String(),
	}
}

// What is not yours and what is not there give the same answer: ids cannot be probed.
func TestWhatBelongsToOthersIsNotThere(t *testing.T) {
	t.Parallel()
	s := newService(t)
	owner, stranger := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	theirs := owner.gatherBelongings()
	own := stranger.gatherBelongings()
	s.stop(t)
	say := object{"content": "Which card should I use for $86 of groceries at Whole Foods?"}
	s.staysAsItIs(t)
	for _, attempt := range []struct {
		name, method, path, theirs string
		body                       func(id string) any
	}{
		{"getChat", "GET", "/api/chats/%s", theirs.chat, nil},
		{"getChatOfAGroup", "GET", "/api/chats/%s", theirs.group, nil},
		{"listMessages", "GET", "/api/chats/%s/messages", theirs.chat, nil},
		{"listMessagesOfAGroup", "GET", "/api/chats/%s/messages", theirs.group, nil},
		{"sendMessage", "POST", "/api/chats/%s/messages", theirs.chat, func(string) any { return say }},
		{"sendMessageToAGroup", "POST", "/api/chats/%s/messages", theirs.group, func(string) any { return say }},
		{"getMessage", "GET", "/api/chats/" + theirs.chat + "/messages/%s", theirs.message, nil},
		{"getMessageThroughOwnChat", "GET", "/api/chats/" + own.chat + "/messages/%s", theirs.message, nil},
		{"getGroup", "GET", "/api/groups/%s", theirs.group, nil},
		{"updateChat", "PATCH", "/api/chats/%s", theirs.chat, func(string) any { return object{"title": "Mine"} }},
		{"updateChatOfAGroup", "PATCH", "/api/chats/%s", theirs.group, func(string) any { return object{"title": "Mine"} }},
		{"deleteChat", "DELETE", "/api/chats/%s", theirs.chat, nil},
		{"deleteChatOfAGroup", "DELETE", "/api/chats/%s", theirs.group, nil},
		{"updateGroup", "PATCH", "/api/groups/%s", theirs.group, func(string) any { return object{"name": "Mine"} }},
		{"restoreGroup", "PATCH", "/api/groups/%s", theirs.group, func(string) any { return object{"deletedAt": nil} }},
		{"deleteGroup", "DELETE", "/api/groups/%s", theirs.group, nil},
		{"updateMember", "PATCH", "/api/groups/%s/members/" + theirs.user, theirs.group, func(string) any { return object{"role": "member"} }},
		{"updateMemberOfOwnGroup", "PATCH", "/api/groups/" + own.group + "/members/%s", theirs.user, func(string) any { return object{"role": "admin"} }},
		{"removeMember", "DELETE", "/api/groups/%s/members/" + theirs.user, theirs.group, nil},
		{"removeMemberOfOwnGroup", "DELETE", "/api/groups/" + own.group + "/members/%s", theirs.user, nil},
		{"listInvites", "GET", "/api/groups/%s/invites", theirs.group, nil},
		{"createInvite", "POST", "/api/groups/%s/invites", theirs.group, func(string) any { return object{} }},
		{"revokeInvite", "DELETE", "/api/groups/%s/invites/" + theirs.invite, theirs.group, nil},
		{"revokeInviteThroughOwnGroup", "DELETE", "/api/groups/" + own.group + "/invites/%s", theirs.invite, nil},
		{"getGroupThatIsAChat", "GET", "/api/groups/%s", own.chat, nil},
		{"unlinkAccount", "DELETE", "/api/accounts/%s", theirs.account, nil},
		{"syncAccount", "POST", "/api/accounts/%s/sync", theirs.account, nil},
		{"getTransaction", "GET", "/api/transactions/%s", theirs.order, nil},
		{"updateTransaction", "PATCH", "/api/transactions/%s", theirs.order, func(string) any { return object{"note": "Mine"} }},
		{"switchCard", "POST", "/api/accounts/%s/card", theirs.account, func(string) any { return object{"taskId": "1", "jwe": "a.b.c.d.e"} }},
		{"extendOnboarding", "POST", "/api/onboarding/extend", theirs.onboarding, func(id string) any { return object{"sessionId": id} }},
		{"updateCard", "PATCH", "/api/cards/%s", theirs.card, func(string) any { return object{"nickname": "Mine"} }},
		{"removeCard", "DELETE", "/api/cards/%s", theirs.card, nil},
		{"completeOnboarding", "POST", "/api/onboarding/complete", theirs.onboarding, func(id string) any { return object{"sessionId": id} }},
		{"completeOnboardingWithAToken", "POST", "/api/onboarding/complete", theirs.onboarding, func(id string) any {
			return object{"sessionId": id, "claimToken": "c1_guessed"}
		}},
	} {
		t.Run(attempt.name, func(t *testing.T) {
			t.Parallel()
			stranger := stranger.in(t)
			answer := func(id string) api.Problem {
				path, body := attempt.path, any(nil)
				if strings.Contains(path, "%s") {
					path = fmt.Sprintf(path, id)
				}
				if attempt.body != nil {
					body = attempt.body(id)
				}
				r := stranger.call(attempt.method, path, body)
				r.notFound()
				problem := decode[api.Problem](r)
				problem.RequestID, problem.Instance = "", strings.ReplaceAll(problem.Instance, id, "")
				return problem
			}
			require.Equal(t, answer(uuid.NewString()), answer(attempt.theirs))
		})
	}
}

// The lists of one user hold nothing of another.
func TestListsHoldOnesOwnOnly(t *testing.T) {
	t.Parallel()
	s := newService(t)
	owner, stranger := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	theirs := owner.gatherBelongings()
	owner.waitForInsights()
	for _, list := range []string{"/api/groups", "/api/cards", "/api/accounts", "/api/transactions", "/api/insights"} {
		require.NotEmpty(t, owner.walk(list, 100), list)
		require.Empty(t, stranger.walk(list, 100), list)
	}
	require.Contains(t, owner.walk("/api/chats", 100), theirs.chat)
	require.Equal(t, []string{stranger.personalChat()}, stranger.walk("/api/chats", 100))
	// The cursor of somebody else's list only says where to go on in one's own.
	cursor := *cursorOf(owner.get("/api/chats?limit=1"))
	require.Empty(t, decode[page](stranger.get("/api/chats?cursor="+cursor).want(200)).NextCursor)
	require.NotContains(t, stranger.get("/api/chats?cursor="+cursor).want(200).body, theirs.chat)
}

// A failure of ours says always the same; what happened stands in the log, under the id the answer carries.
func TestOurFailuresSayNothing(t *testing.T) {
	t.Parallel()
	internal := func(t *testing.T, r *response) {
		t.Helper()
		problem := r.refused(500, api.ProblemCodeInternal)
		require.Equal(t, "Something went wrong on our side.", problem.Detail)
	}
	declares500 := func(o operation) bool { return o.Responses.Status(500) != nil }

	t.Run("NoDatabase", func(t *testing.T) {
		t.Parallel()
		s := newService(t, idle, fails)
		dana := s.signUp(t, "Dana Kim")
		s.pool.Close()
		eachOperation(t, declares500, func(t *testing.T, o operation) {
			dana := dana.in(t)
			r := dana.call(o.method, o.somewhere(), o.example())
			internal(t, r)
			requireLogged(t, s, r, "closed pool")
		})
		dana.get("/health").want(200)
	})

	// Here the guard can do its work, and the operation itself fails in the middle of its own.
	t.Run("BrokenDatabase", func(t *testing.T) {
		t.Parallel()
		s := newService(t, idle, fails)
		dana := s.signUp(t, "Dana Kim")
		for _, table := range []string{
			"audit_events", "card_products", "cards", "chats", "insight_runs", "linked_accounts", "merchants", "messages",
			"onboarding_sessions", "price_alerts", "refresh_tokens", "settings", "transactions", "vendor_calls", "vendor_webhooks",
		} {
			s.exec(t, "ALTER TABLE "+table+" RENAME TO broken_"+table)
		}
		s.staysAsItIs(t)
		works := map[string]bool{"getSession": true, "getFeatures": true, "getCardKey": true, "streamEvents": true} // they ask nothing the guard has not asked
		eachOperation(t, declares500, func(t *testing.T, o operation) {
			dana := dana.in(t)
			body := o.example()
			if o.OperationID == "login" {
				body = object{"email": dana.email, "password": dana.password}
			}
			target := o.somewhere()
			if o.OperationID == "streamEvents" {
				target += "?wait=0" // else it goes on for ever
			}
			r := dana.call(o.method, target, body)
			if works[o.OperationID] {
				r.want(200)
				return
			}
			internal(t, r)
			requireLogged(t, s, r, "does not exist")
		})
	})
}

func requireLogged(t *testing.T, s *service, r *response, cause string) {
	t.Helper()
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, r.header.Get("X-Request-Id")) && strings.Contains(line, "level=ERROR") {
			require.Contains(t, line, cause)
			return
		}
	}
	require.FailNow(t, "the log does not say what happened")
}

func TestReadinessFollowsDatabaseAndWorkers(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, fails)
	nobody := s.anonymous(t)
	require.Equal(t, api.Health{Status: api.HealthStatusOk, Version: "e2e"}, decode[api.Health](nobody.get("/health").want(200)))
	require.Contains(t, nobody.get("/ready").refused(503, api.ProblemCodeUnavailable).Detail, "workers")
	s.start(t)
	ready := decode[api.Readiness](nobody.get("/ready").want(200))
	require.Equal(t, []api.ReadinessCheck{{Name: "database", Ok: true}, {Name: "workers", Ok: true}}, ready.Checks)
	s.app.Server().Drain()
	require.Contains(t, nobody.get("/ready").refused(503, api.ProblemCodeUnavailable).Detail, "stopping")
	nobody.get("/health").want(200)

	lost := newService(t, idle, fails)
	lost.pool.Close()
	require.Contains(t, lost.anonymous(t).get("/ready").refused(503, api.ProblemCodeUnavailable).Detail, "database")
	lost.anonymous(t).get("/health").want(200)
}

func TestFeaturesSayWhatIsMock(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	features := decode[api.Features](dana.get("/api/features").want(200))
	var names []string
	for _, integration := range features.Integrations {
		names = append(names, string(integration.Name))
		require.Equal(t, api.IntegrationModeMock, integration.Mode)
		require.Equal(t, api.IntegrationHealthOk, integration.Health)
	}
	require.Equal(t, []string{"knot", "ai", "dedalus", "snowflake", "x", "email"}, names)
	session := decode[api.SessionAnswer](dana.get("/api/session").want(200))
	require.Equal(t, features, session.Features)
}

// The health of an integration is that of the calls that were really made.
func TestFeaturesSayHowIntegrationsAre(t *testing.T) {
	t.Parallel()
	provider := ai.NewScripted(ai.Script{FailAfter: -1})
	s := newService(t, func(s *setup) { s.wording = provider })
	dana := s.signUp(t, "Dana Kim")
	health := func() api.IntegrationHealth {
		features := decode[api.Features](dana.get("/api/features").want(200))
		require.Equal(t, api.IntegrationHealthOk, features.Integrations[0].Health)
		return features.Integrations[1].Health
	}
	chat := dana.personalChat()
	for _, want := range []api.IntegrationHealth{api.IntegrationHealthDegraded, api.IntegrationHealthDegraded, api.IntegrationHealthDown} {
		require.True(t, dana.ask(chat, "Hello there").Degraded)
		require.Equal(t, want, health())
	}
	provider.Follow(ai.Script{})
	require.False(t, dana.ask(chat, "Hello there").Degraded)
	require.Equal(t, api.IntegrationHealthOk, health())
	provider.Follow(ai.Script{Pieces: []string{"a", "b"}, FailAfter: 1}) // in the middle of a text
	dana.ask(chat, "Hello there")
	require.Equal(t, api.IntegrationHealthDegraded, health())
}

// Every line about a request names its operation, so that the absence of secrets in the log is not that of a log.
func TestEveryRequestIsLogged(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.gatherBelongings()
	dana.addCard("Blue Cash Preferred")
	s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": "not the password"}).want(401)
	dana.post("/api/chats/"+dana.personalChat()+"/messages", object{"content": "My card is 4111 1111 1111 1111, cvv 123"}).want(201)
	log := s.log.String()
	for _, operation := range []string{"signup", "login", "sendMessage", "addCard", "completeOnboarding", "createGroup"} {
		require.Contains(t, log, "operation="+operation)
	}
	for _, secret := range []string{dana.email, dana.password, dana.token, dana.refresh, "not the password", "4111", "Groceries", "Ski Trip", "Dana Kim"} {
		require.NotContains(t, log, secret)
	}
	require.Contains(t, log, "user_id="+dana.user.ID.String())
	require.Greater(t, len(s.log.secrets), 8, "the harness knows what to look for")
}
