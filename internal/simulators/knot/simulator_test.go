package knot_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/integrations/knot/contract"
	"github.com/lattice-money/lattice/internal/simulators/knot"
)

// What the simulator answers is held by the conformance suite of package integrations/knot; here is how it misbehaves.

const secret = "example-secret"

// receiver takes webhooks and answers what it is told to.
type receiver struct {
	server *httptest.Server
	took   chan taken
	answer chan int
}

type taken struct {
	header http.Header
	body   string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{took: make(chan taken, 64), answer: make(chan int, 64)}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.took <- taken{request.Header, string(body)}
		select {
		case status := <-r.answer:
			w.WriteHeader(status)
		default:
		}
	}))
	t.Cleanup(r.server.Close)
	return r
}

// next are the users the next webhooks name, one letter each.
func (r *receiver) next(t *testing.T, count int) (users string) {
	t.Helper()
	for range count {
		select {
		case one := <-r.took:
			var told struct {
				User string `json:"external_user_id"`
			}
			require.NoError(t, json.Unmarshal([]byte(one.body), &told))
			users += told.User
			require.Equal(t, knot.Sign(secret, []byte(one.body), "application/json"), one.header.Get("Knot-Signature"))
			require.Equal(t, "HMAC-SHA256", one.header.Get("Encryption-Type"))
		case <-time.After(20 * time.Second):
			require.FailNow(t, "no webhook came", "after %q", users)
		}
	}
	return users
}

func setup(t *testing.T, webhooks string) *knot.Simulator {
	t.Helper()
	simulator, err := knot.New(knot.Config{
		Contract: contract.Document, ClientID: "c", Secret: secret, WebhookURL: webhooks, WebhookPause: time.Millisecond,
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
	})
	require.NoError(t, err)
	t.Cleanup(simulator.Close)
	return simulator
}

func TestWebhooksAreSentSignedUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	s := setup(t, r.server.URL)
	s.EmitNew("a", 19)
	require.Equal(t, "a", r.next(t, 1))
	// Exactly 200 takes one; without it there are three attempts and no more.
	for _, status := range []int{500, 204, 302} {
		r.answer <- status
	}
	s.EmitNew("b", 19)
	require.Equal(t, "bbb", r.next(t, 3))
	r.answer <- 401
	s.EmitNew("c", 19)
	require.Equal(t, "cc", r.next(t, 2))
	s.EmitNew("d", 19)
	require.Equal(t, "d", r.next(t, 1))
	require.Empty(t, r.took)
}

func TestWebhooksAreLostDoubledAndHeldBackOnDemand(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	s := setup(t, r.server.URL)
	s.Hold(2)
	for _, user := range []string{"a", "b", "c"} {
		s.EmitNew(user, 19)
	}
	require.Equal(t, "cab", r.next(t, 3), "the two behind the third")
	s.Double(1)
	s.EmitNew("d", 19)
	require.Equal(t, "dd", r.next(t, 2))
	s.Lose(1)
	s.EmitNew("e", 19)
	s.EmitNew("f", 19)
	require.Equal(t, "f", r.next(t, 1))
	s.Lose(-1)
	for range 5 {
		s.EmitNew("g", 19)
	}
	s.Lose(0)
	s.EmitNew("h", 19)
	require.Equal(t, "h", r.next(t, 1))
	require.Len(t, s.Sent(), 12, "lost ones are told of here")
}

// What was said of webhooks can be taken back, as an outage can.
func TestWebhooksHealOnDemand(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	s := setup(t, r.server.URL)
	do := func(order string) {
		t.Helper()
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/_control/do", strings.NewReader(order)))
		require.Equal(t, 200, answer.Code, answer.Body)
	}
	do(`{"lose":-1}`)
	s.EmitNew("a", 19)
	do(`{"heal":true}`)
	s.EmitNew("b", 19)
	require.Equal(t, "b", r.next(t, 1))
	do(`{"hold":5}`)
	s.EmitNew("c", 19)
	s.EmitNew("d", 19)
	do(`{"heal":true,"double":1}`)
	require.Equal(t, "cd", r.next(t, 2), "what was held back is sent")
	s.EmitNew("e", 19)
	require.Equal(t, "ee", r.next(t, 2))
	do(`{"heal":true}`)
	require.Empty(t, r.took)
}

// A card switch that gets no card fails by itself once its window has passed, and not before.
func TestACardSwitchWithoutACardFailsByItself(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	simulator, err := knot.New(knot.Config{
		Contract: contract.Document, ClientID: "c", Secret: secret, WebhookURL: r.server.URL, Now: time.Now,
		CardWindow: 50 * time.Millisecond,
	})
	require.NoError(t, err)
	t.Cleanup(simulator.Close)
	server := httptest.NewServer(simulator)
	t.Cleanup(server.Close)
	begun := time.Now()
	_, answer, err := posted(t, server, `{"type":"card_switcher","external_user_id":"u","card_id":"card-7"}`, "")
	require.NoError(t, err)
	var opened struct {
		Session string `json:"session"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &opened))
	require.NoError(t, simulator.Login(t.Context(), opened.Session, 19))
	require.Equal(t, "uu", r.next(t, 2))
	require.GreaterOrEqual(t, time.Since(begun), 50*time.Millisecond)
	sent := simulator.Sent()
	require.Contains(t, string(sent[0].Body), `"AUTHENTICATED"`)
	require.Contains(t, string(sent[1].Body), `"CARD_FAILED"`)
	require.Contains(t, string(sent[1].Body), `"did not receive payment method information"`)
}

// called makes a call the simulator knows, and returns its status and answer; what was lost or cut off is an error.
func called(t *testing.T, server *httptest.Server, header string) (status int, answer string, err error) {
	t.Helper()
	return posted(t, server, `{"type":"transaction_link","external_user_id":"u-1"}`, header)
}

// posted opens a session.
func posted(t *testing.T, server *httptest.Server, body, header string) (status int, answer string, err error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/session/create", strings.NewReader(body))
	require.NoError(t, err)
	request.SetBasicAuth("c", secret)
	request.Header.Set("Content-Type", "application/json")
	if header != "" {
		request.Header.Set("Simulate-Fault", header)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return response.StatusCode, string(content), err
}

func TestCallsGoWrongOnDemand(t *testing.T) {
	t.Parallel()
	s := setup(t, "")
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	well := func() {
		t.Helper()
		status, answer, err := called(t, server, "")
		require.NoError(t, err)
		require.Equal(t, 200, status)
		require.True(t, json.Valid([]byte(answer)))
	}
	well()
	s.Fail(knot.Fault{Operation: "createSession", Skip: 1, Times: 2, Status: 503}, knot.Fault{Operation: "getKey", Status: 500},
		knot.Fault{Status: 400, Code: "SOMETHING_NEW"})
	well()
	for _, want := range []int{503, 503, 400} {
		status, _, err := called(t, server, "")
		require.NoError(t, err)
		require.Equal(t, want, status)
	}
	well()
	s.Fail(knot.Fault{Body: knot.BodyMalformed}, knot.Fault{Body: knot.BodyHalf}, knot.Fault{Body: knot.BodyLost})
	_, answer, err := called(t, server, "")
	require.NoError(t, err)
	require.False(t, json.Valid([]byte(answer)))
	for range 2 {
		_, _, err = called(t, server, "")
		require.Error(t, err)
	}
	well()
	s.Fail(knot.Fault{Status: 500, Times: 1000})
	s.Heal()
	well()
	// A request may bring its own.
	status, _, err := called(t, server, `{"status":429,"retryAfter":7}`)
	require.NoError(t, err)
	require.Equal(t, 429, status)
	begun := time.Now()
	status, _, err = called(t, server, `{"delay":30000000}`)
	require.NoError(t, err)
	require.Equal(t, 200, status)
	require.GreaterOrEqual(t, time.Since(begun), 30*time.Millisecond)
	well()
	require.Empty(t, s.Violations())
	require.Equal(t, 14, s.Calls("createSession"))
}

func TestNewRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	whole := knot.Config{Contract: contract.Document, ClientID: "c", Secret: secret, Now: time.Now}
	for name, change := range map[string]func(c *knot.Config){
		"no contract": func(c *knot.Config) { c.Contract = nil },
		"no OpenAPI":  func(c *knot.Config) { c.Contract = []byte("paths: 7") },
		"no clock":    func(c *knot.Config) { c.Now = nil },
		"no secret":   func(c *knot.Config) { c.Secret = "" },
	} {
		config := whole
		change(&config)
		_, err := knot.New(config)
		require.Error(t, err, name)
	}
	_, err := knot.New(whole)
	require.NoError(t, err)
}
