package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// knotSecret signs the webhooks of every service here.
const knotSecret = "knot-webhook-secret"

const webhookPath = "/api/webhooks/knot"

// client is a person, or nobody, in front of a service. Every answer it gets is held to the contract.
type client struct {
	t        *testing.T
	service  *service
	token    string // the access token; empty for nobody
	refresh  string
	user     api.User
	email    string
	password string
}

// anonymous is a client nobody has signed in on.
func (s *service) anonymous(t *testing.T) *client {
	t.Helper()
	return &client{t: t, service: s}
}

var people atomic.Int64

// signUp makes a new user.
func (s *service) signUp(t *testing.T, name string) *client {
	t.Helper()
	c := s.anonymous(t)
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	c.email, c.password = fmt.Sprintf("%s.%d@example.com", first, people.Add(1)), rand.Text()
	answer := decode[api.TokenAnswer](c.post("/api/auth/signup", object{"name": name, "email": c.email, "password": c.password}).want(201))
	c.holds(answer)
	return c
}

// holds makes the client use the tokens of an answer.
func (c *client) holds(answer api.TokenAnswer) {
	c.token, c.refresh, c.user = answer.AccessToken, answer.RefreshToken, answer.User
}

// renew trades the refresh token for new tokens.
func (c *client) renew() {
	c.t.Helper()
	c.holds(decode[api.TokenAnswer](c.service.anonymous(c.t).post("/api/auth/refresh", object{"refresh_token": c.refresh}).want(200)))
}

// signIn opens a new session, as after a long time.
func (c *client) signIn() {
	c.t.Helper()
	c.holds(decode[api.TokenAnswer](c.service.anonymous(c.t).post("/api/auth/login", object{"email": c.email, "password": c.password}).want(200)))
}

// in is the same person in a subtest.
func (c *client) in(t *testing.T) *client {
	t.Helper()
	same := *c
	same.t = t
	return &same
}

// object is a JSON body.
type object map[string]any

// raw is a body sent as it is.
type raw string

func (c *client) get(target string, headers ...string) *response {
	c.t.Helper()
	return c.call(http.MethodGet, target, nil, headers...)
}

func (c *client) post(target string, body any, headers ...string) *response {
	c.t.Helper()
	return c.call(http.MethodPost, target, body, headers...)
}

func (c *client) patchSettings(body any, headers ...string) *response {
	c.t.Helper()
	return c.call(http.MethodPatch, "/api/settings", body, headers...)
}

func (c *client) patch(target string, body any, headers ...string) *response {
	c.t.Helper()
	return c.call(http.MethodPatch, target, body, headers...)
}

func (c *client) delete(target string) *response {
	c.t.Helper()
	return c.call(http.MethodDelete, target, nil)
}

// call makes a request; headers are names and values in turn, an empty value takes a header away.
func (c *client) call(method, target string, body any, headers ...string) *response {
	c.t.Helper()
	content, media := encode(c.t, body)
	request := httptest.NewRequestWithContext(c.t.Context(), method, target, bytes.NewReader(content))
	if body == nil {
		request.Body = http.NoBody
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if strings.HasPrefix(target, webhookPath) { // as the vendor would
		request.Header.Set("Knot-Signature", simulated.Sign(knotSecret, content, "application/json"))
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Del(headers[i])
		if headers[i+1] != "" {
			request.Header.Set(headers[i], headers[i+1])
		}
	}
	c.service.log.hide(c.token)
	c.hideSecrets(content)
	return c.send(request)
}

// send makes a request as it is and holds the answer to the contract.
func (c *client) send(request *http.Request) *response {
	c.t.Helper()
	recorder := httptest.NewRecorder()
	c.service.app.Server().ServeHTTP(recorder, request)
	result := recorder.Result()
	body := recorder.Body.Bytes()
	c.hideSecrets(body)
	operation, err := contract.conform(c.t.Context(), request, result.StatusCode, result.Header, body)
	require.NoError(c.t, err, "%s %s answered %d: %.2000s", request.Method, request.URL.Path, result.StatusCode, body)
	if operation != "" {
		seen.note(operation, result.StatusCode, c.t.Name())
	}
	return &response{t: c.t, asked: request.Method + " " + request.URL.Path, status: result.StatusCode, header: result.Header, body: body}
}

func encode(t *testing.T, body any) (content []byte, media string) {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return nil, ""
	case raw:
		return []byte(body), "application/json"
	case url.Values:
		return []byte(body.Encode()), "application/x-www-form-urlencoded"
	default:
		content, err := json.Marshal(body)
		require.NoError(t, err)
		return content, "application/json"
	}
}

// hideSecrets notes what of a body must not get into the log.
func (c *client) hideSecrets(body []byte) {
	var tree any
	if json.Unmarshal(body, &tree) == nil {
		c.hideIn("", tree)
	}
}

func (c *client) hideIn(name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			c.hideIn(key, inner)
		}
	case []any:
		for _, inner := range value {
			c.hideIn(name, inner)
		}
	case string:
		address, err := mail.ParseAddress(value)
		isMail := err == nil && address.Address == value
		switch name {
		case "password", "jwe", "access_token", "refresh_token", "claimToken", "token", "content":
			c.service.log.hide(value)
		default:
			if isMail {
				c.service.log.hide(value)
			}
		}
	}
}

// response is an answer that keeps the contract.
type response struct {
	t      *testing.T
	asked  string
	status int
	header http.Header
	body   []byte
}

// want fails the test unless the answer has the status.
func (r *response) want(status int) *response {
	r.t.Helper()
	require.Equal(r.t, status, r.status, "%s answered %s", r.asked, r.body)
	return r
}

// refused fails the test unless the answer is the problem with that code, and names exactly those fields.
func (r *response) refused(status int, code api.ProblemCode, pointers ...string) api.Problem {
	r.t.Helper()
	r.want(status)
	problem := decode[api.Problem](r)
	require.Equal(r.t, code, problem.Code, "%s answered %s", r.asked, r.body)
	require.NotEmpty(r.t, problem.Detail)
	var named []string
	for _, field := range problem.Errors {
		named = append(named, field.Pointer)
		require.NotEmpty(r.t, field.Code)
		require.NotEmpty(r.t, field.Detail)
	}
	require.Equal(r.t, pointers, named, "%s answered %s", r.asked, r.body)
	return problem
}

// notFound fails the test unless the answer is the one that does not tell whether the thing exists.
func (r *response) notFound() {
	r.t.Helper()
	problem := r.refused(404, api.ProblemCodeNotFound)
	require.Equal(r.t, "There is nothing here, or it is not yours.", problem.Detail)
}

func decode[T any](r *response) T {
	r.t.Helper()
	var value T
	require.NoError(r.t, json.Unmarshal(r.body, &value), "%s answered %s", r.asked, r.body)
	return value
}
