package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/httpapi"
	"github.com/lattice-money/lattice/internal/testkit"
)

// once is every limit at one an hour.
func once(s *setup) {
	for _, class := range []string{"AUTH", "AI", "WRITES", "READS"} {
		s.environ = append(s.environ, "LIMIT_"+class+"=1/1h")
	}
	s.environ = append(s.environ, "LIMIT_STREAMS=1")
}

// limited fails the test unless the answer is a refusal for coming too often, and returns how long to wait.
func (r *response) limited(policy string) time.Duration {
	r.t.Helper()
	r.refused(429, api.ProblemCodeRateLimited)
	require.Contains(r.t, r.header.Get("RateLimit-Policy"), fmt.Sprintf("%q;q=", policy))
	require.Contains(r.t, r.header.Get("RateLimit"), fmt.Sprintf("%q;r=0", policy))
	seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
	require.NoError(r.t, err)
	require.Positive(r.t, seconds)
	return time.Duration(seconds) * time.Second
}

// getFrom makes the request come over a connection from another address.
func (c *client) getFrom(address, target string, headers ...string) *response {
	c.t.Helper()
	request := httptest.NewRequestWithContext(c.t.Context(), http.MethodGet, target, http.NoBody)
	request.RemoteAddr = address
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	return c.send(request)
}

// Which limit an operation counts against comes from the contract, so an operation that is added is limited, and says so,
// from its first day.
func TestEveryOperationIsLimited(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, once)
	dana := s.signUp(t, "Dana Kim") // the one sign-up of this address
	dana.get("/api/session").want(200)
	dana.patchSettings(object{}).want(200)
	dana.post("/api/chats/"+dana.user.ID.String()+"/messages", object{"content": "Hello"}).notFound()
	s.staysAsItIs(t)
	known, err := httpapi.LoadContract()
	require.NoError(t, err)
	eachOperation(t, anyOperation, func(t *testing.T, o operation) {
		class := known.Operations[o.OperationID].Limit
		if class == httpapi.LimitNone {
			require.Nil(t, o.Responses.Status(429), "what is never refused does not declare it")
			return
		}
		require.NotNil(t, o.Responses.Status(429), "the operation declares 429")
		dana.in(t).call(o.method, o.somewhere(), raw("{")).limited(string(class))
		dana.in(t).call(o.method, o.somewhere()+"?surprise=1", raw("{")).limited(string(class)) // before anything is read
	})
}

func TestLimitsOfOperations(t *testing.T) {
	t.Parallel()
	known, err := httpapi.LoadContract()
	require.NoError(t, err)
	for id, class := range map[string]httpapi.LimitClass{
		"login": httpapi.LimitAuth, "signup": httpapi.LimitAuth, "refreshToken": httpapi.LimitAuth, "logout": httpapi.LimitWrites,
		"getSession": httpapi.LimitReads, "sendMessage": httpapi.LimitAI, "editMessage": httpapi.LimitAI, "regenerateReply": httpapi.LimitAI,
		"stopReply": httpapi.LimitWrites, "startOnboarding": httpapi.LimitWrites, "listChats": httpapi.LimitReads,
		"streamEvents": httpapi.LimitReads, "getHealth": httpapi.LimitNone, "getReadiness": httpapi.LimitNone,
	} {
		require.Equal(t, class, known.Operations[id].Limit, id)
	}
	for id, o := range known.Operations {
		require.Equal(t, strings.HasPrefix(id, "stream"), o.Streams, id)
	}
}

// Every answer says what is allowed and what is left, also one that refuses for another reason and one of an address that
// does not exist.
func TestEveryAnswerSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, fails, with("LIMIT_AUTH=5/1m"), with("LIMIT_READS=6/1m"), with("LIMIT_WRITES=4/2m"), with("LIMIT_AI=3/1m"), with("LIMIT_STREAMS=7"))
	nobody := s.anonymous(t)
	dana := s.signUp(t, "Dana Kim")
	says := func(r *response, policy, limit string) {
		t.Helper()
		require.Equal(t, policy, r.header.Get("RateLimit-Policy"), r.asked)
		require.Equal(t, limit, r.header.Get("RateLimit"), r.asked)
		require.Equal(t, r.status == http.StatusTooManyRequests, r.header.Get("Retry-After") != "")
	}
	says(nobody.post("/api/auth/login", object{"email": dana.email, "password": "not the password"}).want(401), `"auth";q=5;w=60`, `"auth";r=3;t=24`)
	says(dana.get("/api/session").want(200), `"reads";q=6;w=60`, `"reads";r=5;t=10`)
	says(dana.get("/api/chats/mine").want(422), `"reads";q=6;w=60`, `"reads";r=4;t=20`)
	says(dana.get("/api/settings", "If-None-Match", "*").want(304), `"reads";q=6;w=60`, `"reads";r=3;t=30`)
	says(dana.get("/api/events?wait=0").want(200),
		`"reads";q=6;w=60, "streams";q=7;qu="concurrent-requests"`, `"reads";r=2;t=40, "streams";r=6`)
	says(dana.delete("/api/accounts/"+dana.user.ID.String()).want(404), `"writes";q=4;w=120`, `"writes";r=3;t=30`)
	says(dana.post(messagesPath(dana.personalChat()), object{"content": ""}).want(422), `"ai";q=3;w=60`, `"ai";r=2;t=20`)
	// Nobody is signed in here, whatever the token: these count for the address.
	says(dana.get("/api/nothing").want(404), `"reads";q=6;w=60`, `"reads";r=5;t=10`)
	says(dana.get("/docs/").want(200), `"reads";q=6;w=60`, `"reads";r=4;t=20`)
	says(dana.get("/openapi.json").want(200), `"reads";q=6;w=60`, `"reads";r=3;t=30`)
	says(dana.call("PUT", "/api/session", nil).want(405), `"reads";q=6;w=60`, `"reads";r=2;t=40`)
	says(nobody.get("/api/session").want(401), `"reads";q=6;w=60`, `"reads";r=1;t=50`)
	for range 10 { // looked at, not counted
		says(nobody.get("/health").want(200), `"reads";q=6;w=60`, `"reads";r=1;t=50`)
	}
	says(nobody.get("/api/nothing").want(404), `"reads";q=6;w=60`, `"reads";r=0;t=60`)
	says(nobody.get("/api/nothing").want(429), `"reads";q=6;w=60`, `"reads";r=0;t=60`)
	nobody.get("/health").want(200)
	nobody.get("/ready").want(503) // idle, but asked
}

func TestAServiceWithoutLimitsSaysNothingOfThem(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	for _, r := range []*response{dana.get("/api/session"), dana.get("/api/nothing"), dana.get("/api/events?wait=0"), dana.patchSettings(object{})} {
		require.Empty(t, r.header.Get("RateLimit-Policy"))
		require.Empty(t, r.header.Get("RateLimit"))
	}
}

// A quota is each person's own, and comes back as time passes.
func TestWhoIsSignedInIsCountedAsThatPerson(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, with("LIMIT_READS=2/1m"))
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	dana.get("/api/session").want(200)
	dana.getFrom("198.51.100.1:1", "/api/session").want(200)
	wait := dana.getFrom("198.51.100.2:1", "/api/session").limited("reads") // wherever they are
	require.Equal(t, 30*time.Second, wait)
	bob.get("/api/session").want(200) // one address, another person
	dana.patchSettings(object{}).want(200)
	s.clock.Advance(wait - time.Second)
	dana.get("/api/session").limited("reads")
	s.clock.Advance(time.Second)
	dana.get("/api/session").want(200)
	dana.get("/api/session").limited("reads")

	// Signing in anew is not a new person.
	dana.in(t).holds(decode[api.TokenAnswer](s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": dana.password}).want(200)))
	dana.get("/api/session").limited("reads")
}

// Trying tokens is counted by address, and does not take from those who hold a good one there.
func TestBadTokensAreCountedByAddress(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, with("LIMIT_READS=3/1m"))
	dana := s.signUp(t, "Dana Kim")
	thief := s.anonymous(t)
	for range 3 {
		thief.get("/api/session", "Authorization", "Bearer guessed").refused(401, api.ProblemCodeUnauthorized)
	}
	thief.get("/api/session", "Authorization", "Bearer guessed").limited("reads")
	thief.get("/api/session").limited("reads")
	dana.get("/api/session").want(200)
	thief.getFrom("198.51.100.1:1", "/api/session", "Authorization", "Bearer guessed").want(401)
}

// Guessing passwords is what the limit on signing in is for.
func TestSigningInIsLimitedByAddress(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, with("LIMIT_AUTH=4/1m"))
	dana := s.signUp(t, "Dana Kim")
	guess := func() *response {
		return s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": "not the password"})
	}
	for range 3 {
		guess().refused(401, api.ProblemCodeInvalidCredentials)
	}
	guess().limited("auth")
	s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": dana.password}).limited("auth")
	dana.get("/api/session").want(200)
	dana.post("/api/auth/logout", nil).want(204)
}

// Anybody can write X-Forwarded-For; it counts only from a proxy the operator named.
func TestForwardedAddressesAreBelievedFromKnownProxiesAlone(t *testing.T) {
	t.Parallel()
	const proxy = "10.1.2.3:4711"
	ask := func(s *service, connection string, forwarded ...string) int {
		var headers []string
		for _, value := range forwarded {
			headers = append(headers, "X-Forwarded-For", value)
		}
		return s.anonymous(t).getFrom(connection, "/api/nothing", append(headers, "X-Real-Ip", forwarded[0], "Forwarded", "for="+forwarded[0])...).status
	}
	open := newService(t, idle, with("LIMIT_READS=1/1h"))
	require.Equal(t, 404, ask(open, proxy, "198.51.100.1"))
	require.Equal(t, 429, ask(open, proxy, "198.51.100.2"), "nobody was named: the connection counts")

	behind := newService(t, idle, with("LIMIT_READS=1/1h"), with("TRUSTED_PROXIES=10.1.0.0/16,2001:db8:1::/48"))
	require.Equal(t, 404, ask(behind, proxy, "198.51.100.1"))
	require.Equal(t, 429, ask(behind, proxy, "198.51.100.1"))
	require.Equal(t, 429, ask(behind, "10.1.9.9:1", "198.51.100.1"), "through another proxy")
	require.Equal(t, 404, ask(behind, proxy, "198.51.100.2"))
	require.Equal(t, 429, ask(behind, proxy, "192.0.2.99, 198.51.100.2"), "what the caller put before is not believed")
	require.Equal(t, 429, ask(behind, proxy, "192.0.2.98", "198.51.100.2"), "in a header of its own neither")
	require.Equal(t, 429, ask(behind, proxy, "198.51.100.2, 10.1.7.7"), "a chain of proxies")
	require.Equal(t, 404, ask(behind, "203.0.113.5:1", "198.51.100.3"))
	require.Equal(t, 429, ask(behind, "203.0.113.5:1", "198.51.100.4"), "a stranger is no proxy")
	require.Equal(t, 404, ask(behind, "127.0.0.1:1", "198.51.100.5"))
	require.Equal(t, 429, ask(behind, "127.0.0.1:1", "198.51.100.6"), "nearness is no reason to believe")
	require.Equal(t, 404, ask(behind, proxy, "not an address"))
	require.Equal(t, 429, ask(behind, proxy, "neither is this"), "one that cannot be read is that of the proxy")
	require.Equal(t, 404, ask(behind, "[2001:db8:1::1]:1", "198.51.100.7"))

	// Whoever has an IPv6 network has all its addresses.
	require.Equal(t, 404, ask(behind, proxy, "2001:db8:aa:1::1"))
	require.Equal(t, 429, ask(behind, proxy, "2001:db8:aa:1:ffff::2"))
	require.Equal(t, 404, ask(behind, proxy, "2001:db8:aa:2::1"))
	require.Equal(t, 429, ask(behind, proxy, "::ffff:198.51.100.1"), "another spelling is the same address")
}

// Streams are counted while they are open; the end of one makes room for the next.
func TestOpenStreamsAreLimited(t *testing.T) {
	t.Parallel()
	s := newService(t, with("LIMIT_STREAMS=2"))
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	server := httptest.NewServer(s.app.Server())
	t.Cleanup(server.Close)
	open := func(c *client) (end func()) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/events", http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+c.token)
		answer, err := server.Client().Do(request)
		require.NoError(t, err)
		t.Cleanup(func() { _ = answer.Body.Close() })
		require.Equal(t, 200, answer.StatusCode)
		first, err := testkit.NewHintReader(answer.Body).Next()
		require.NoError(t, err)
		require.Equal(t, "stream.resync", first.Name)
		return func() { _ = answer.Body.Close() }
	}
	endFirst := open(dana)
	open(dana)
	refused := dana.get("/api/events")
	require.Equal(t, 5*time.Second, refused.limited("streams"))
	require.Equal(t, `"streams";q=2;qu="concurrent-requests"`, refused.header.Get("RateLimit-Policy"))
	chat := dana.personalChat()
	greeting := dana.messages(chat)[0]
	dana.get(messagesPath(chat) + "/" + greeting.ID.String() + "/stream").limited("streams") // of every kind
	dana.get("/api/session").want(200)
	open(bob)
	endFirst()
	eventually(t, "there is room again", func() bool { return dana.get("/api/events?wait=0").status == http.StatusOK })
	open(dana)
	dana.get("/api/events").limited("streams")
}
