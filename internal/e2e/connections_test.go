package e2e

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func TestAddressesThatDoNotExist(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	for _, target := range []string{"/", "/api", "/api/", "/api/nothing", "/api/chats/", "/API/chats", "/api//chats", "/api/chats/../session", "/.env", "/%00", "/%ff", "/docs/nothing"} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			for _, c := range []*client{dana.in(t), s.anonymous(t)} {
				c.get(target).refused(404, api.ProblemCodeNotFound)
			}
		})
	}
}

func TestMethodsThatAnAddressDoesNotTake(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	for path, item := range contract.doc.Paths.Map() {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			dana := dana.in(t)
			declared := item.Operations()
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
				if declared[method] != nil || alsoTakes(path, method) {
					continue
				}
				answer := dana.call(method, operation{path: path}.somewhere(), nil)
				answer.refused(405, api.ProblemCodeMethodNotAllowed)
				allowed := strings.Split(answer.header.Get("Allow"), ", ")
				for known := range declared {
					require.Contains(t, allowed, known)
				}
				require.NotContains(t, allowed, method)
			}
		})
	}
}

// alsoTakes reports whether an address of the contract with a variable in place of a word of this one takes the method:
// it then answers in its stead.
func alsoTakes(path, method string) bool {
	words := strings.Split(path, "/")
	for other, item := range contract.doc.Paths.Map() {
		others := strings.Split(other, "/")
		if other == path || len(others) != len(words) || item.Operations()[method] == nil {
			continue
		}
		fits := true
		for i, word := range others {
			fits = fits && (word == words[i] || strings.HasPrefix(word, "{"))
		}
		if fits {
			return true
		}
	}
	return false
}

// A request id that is well formed is taken over, so that a caller can find their request in our log; anything else
// could forge lines of it.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	nobody := s.anonymous(t)
	require.Equal(t, "trace-4711", nobody.get("/health", "X-Request-Id", "trace-4711").want(200).header.Get("X-Request-Id"))
	problem := nobody.get("/api/session", "X-Request-Id", "trace-4712").refused(401, api.ProblemCodeUnauthorized)
	require.Equal(t, "trace-4712", problem.RequestID)
	require.Contains(t, s.log.String(), "request_id=trace-4712")
	for _, forged := range []string{"short", strings.Repeat("x", 129), "a b c d e f g h", "line\nlevel=INFO", "quote\"quote", "ümlaut-ümlaut"} {
		id := nobody.get("/health", "X-Request-Id", forged).want(200).header.Get("X-Request-Id")
		require.NoError(t, uuid.Validate(id), "one of ours in place of %q", forged)
	}
	require.NotContains(t, s.log.String(), "line\nlevel=INFO")
}

// What browsers send of themselves is kept with the session; it is theirs to make up.
func TestOddUserAgentsDoNotHinderSigningIn(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	for _, agent := range []string{
		"\xff\xfe/1.0", strings.Repeat("ä", 400), "x\x00y", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "",
		strings.Repeat("Mozilla/5.0 (", 5000),
	} {
		answer := decode[api.TokenAnswer](s.anonymous(t).post("/api/auth/login",
			object{"email": dana.email, "password": dana.password}, "User-Agent", agent).want(200))
		dana.holds(answer)
		device := decode[api.SessionAnswer](dana.get("/api/session").want(200)).Session.Device
		require.NotEmpty(t, device)
		require.Less(t, len(device), 200)
		if strings.Contains(agent, "Firefox") {
			require.Equal(t, "Firefox on Linux", device)
		}
	}
}

func TestAnswersAreNotForSharedCachesOrFrames(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	for _, answer := range []*response{dana.get("/api/session").want(200), dana.get("/api/nothing").want(404), s.anonymous(t).get("/api/session").want(401)} {
		require.Equal(t, "no-store", answer.header.Get("Cache-Control"))
		require.Equal(t, "nosniff", answer.header.Get("X-Content-Type-Options"))
	}
}

// The other tests call the router; this one goes over a socket, where the size of a body is not known beforehand and
// connections are kept.
func TestOverARealConnection(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	server := httptest.NewServer(s.app.Server())
	t.Cleanup(server.Close)
	send := func(method, path string, body io.Reader) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, body)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+dana.token)
		request.Header.Set("Content-Type", "application/json")
		answer, err := server.Client().Do(request)
		require.NoError(t, err)
		t.Cleanup(func() { _ = answer.Body.Close() })
		return answer
	}
	require.Equal(t, 200, send("GET", "/ready", http.NoBody).StatusCode)
	require.Equal(t, 201, send("POST", "/api/chats", strings.NewReader(`{"title": "Groceries"}`)).StatusCode)
	endless := io.MultiReader(strings.NewReader(`{"title": "`), neverEnding('x'))
	answer := send("POST", "/api/chats", endless)
	require.Equal(t, 413, answer.StatusCode)
	require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
	require.Equal(t, 405, send("HEAD", "/api/session", http.NoBody).StatusCode)
	require.Equal(t, 404, send("GET", "/api/nothing", http.NoBody).StatusCode)
}

// neverEnding is a body without end; the server has to stop reading.
type neverEnding byte

func (n neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(n)
	}
	return len(p), nil
}

// Whoever leaves while a reply is made loses nothing: it is there when they come back.
func TestLeavingDoesNotStopTheReply(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	server := httptest.NewServer(s.app.Server())
	t.Cleanup(server.Close)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/api/chats/"+chat+"/messages", strings.NewReader(`{"content": "Hello there"}`))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+dana.token)
	request.Header.Set("Content-Type", "application/json")
	left := make(chan error, 1)
	go func() {
		_, err := server.Client().Do(request)
		left <- err
	}()
	eventually(t, "the message is stored", func() bool { return s.count(t, "messages WHERE chat_id = $1", chat) == 2 })
	leave() // nobody works yet, so the request waits
	require.ErrorIs(t, <-left, context.Canceled)
	s.start(t)
	eventually(t, "the reply is completed", func() bool {
		return s.count(t, "messages WHERE chat_id = $1 AND sender_type = 'ai' AND status = 'completed'", chat) == 1
	})
}

// Pages of other origins get an answer they may read only where the operator named their origin.
func TestOtherOrigins(t *testing.T) {
	t.Parallel()
	const ours, theirs = "https://app.example.com", "https://mallory.example"
	closed, open := newService(t, idle), newService(t, idle, with("CORS_ORIGINS="+ours))
	ask := []string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}
	preflight := func(s *service, origin string) *response {
		return s.anonymous(t).call(http.MethodOptions, "/api/chats", nil, append(ask, "Origin", origin)...)
	}
	granted := preflight(open, ours).want(204)
	require.Equal(t, ours, granted.header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, granted.header.Get("Access-Control-Allow-Methods"), "POST")
	require.Contains(t, granted.header.Get("Access-Control-Allow-Headers"), "Authorization")
	require.Empty(t, granted.header.Get("Access-Control-Allow-Credentials"), "there are no cookies")
	for _, refused := range []*response{preflight(open, theirs), preflight(closed, ours), closed.anonymous(t).get("/health", "Origin", ours)} {
		require.Empty(t, refused.header.Get("Access-Control-Allow-Origin"))
		require.Less(t, refused.status, 300)
	}
	read := open.anonymous(t).get("/api/session", "Origin", ours)
	read.refused(401, api.ProblemCodeUnauthorized)
	require.Equal(t, ours, read.header.Get("Access-Control-Allow-Origin"), "also an error can be read")
	require.Contains(t, read.header.Get("Access-Control-Expose-Headers"), "X-Request-Id")
}

// What a refused method is told to use instead, and what OPTIONS says, are the operations of that very address.
func TestOptionsNamesTheMethodsOfTheAddress(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	nobody := s.anonymous(t)
	for path, item := range contract.doc.Paths.Map() {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			declared := append(slices.Collect(maps.Keys(item.Operations())), "OPTIONS")
			answer := nobody.in(t).call("OPTIONS", operation{path: path}.somewhere(), nil).want(204)
			require.ElementsMatch(t, declared, strings.Split(answer.header.Get("Allow"), ", "))
		})
	}
}
