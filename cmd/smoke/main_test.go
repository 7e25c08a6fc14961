package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeService answers as the contract says; override replaces the answer of single routes.
func fakeService(t *testing.T, override map[string]http.HandlerFunc) string {
	t.Helper()
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	signedIn := true
	routes := map[string]http.HandlerFunc{
		"GET /health":           answer(200, `{}`),
		"POST /api/auth/signup": answer(201, `{}`),
		"POST /api/auth/login":  answer(200, `{"access_token": "t"}`),
		"POST /api/chats":       answer(201, `{"id": "c"}`),
		"POST /api/chats/c/messages": answer(202,
			`{"aiMessage": {"id": "m", "senderType": "ai", "status": "pending", "content": ""}}`),
		"GET /api/chats/c/messages/m": answer(200,
			`{"id": "m", "senderType": "ai", "status": "completed", "content": "Each owes $30.00."}`),
		"GET /api/accounts": answer(200, `{"items": []}`),
		"POST /api/auth/logout": func(w http.ResponseWriter, _ *http.Request) {
			signedIn = false
			w.WriteHeader(http.StatusNoContent)
		},
		"GET /api/session": func(w http.ResponseWriter, r *http.Request) {
			if !signedIn || r.Header.Get("Authorization") != "Bearer t" {
				w.WriteHeader(http.StatusUnauthorized)
			}
		},
	}
	mux := http.NewServeMux()
	for pattern, handler := range routes {
		if override[pattern] != nil {
			handler = override[pattern]
		}
		mux.HandleFunc(pattern, handler)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestRun_PassesAServiceThatKeepsTheContract(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, run(t.Context(), fakeService(t, nil), &out))
	require.Contains(t, out.String(), "Each owes $30.00.")
	require.Contains(t, out.String(), "ok 401 is refused after that")
}

func TestRun_FailsAServiceThatBreaksIt(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for name, test := range map[string]struct {
		route   string
		handler http.HandlerFunc
		want    string
	}{
		"Unhealthy":      {"GET /health", answer(503, ""), "is up: GET /health answered 503"},
		"NoSignup":       {"POST /api/auth/signup", answer(500, "no"), "sign up: POST /api/auth/signup answered 500"},
		"NoToken":        {"POST /api/auth/login", answer(200, `{}`), "no access_token"},
		"FailedReply":    {"GET /api/chats/c/messages/m", answer(200, `{"senderType": "ai", "status": "failed"}`), "not a completed one"},
		"EmptyReply":     {"GET /api/chats/c/messages/m", answer(200, `{"senderType": "ai", "status": "completed"}`), "not a completed one"},
		"NoAIMessage":    {"POST /api/chats/c/messages", answer(201, `{"aiMessage": null}`), "not a completed one"},
		"NoItems":        {"GET /api/accounts", answer(200, `{}`), "no items"},
		"NoJSON":         {"GET /api/accounts", answer(200, `<html>`), "not the JSON expected"},
		"StillSignedIn":  {"POST /api/auth/logout", answer(204, ""), "is refused after that: GET /api/session answered 200"},
		"LogoutRejected": {"POST /api/auth/logout", answer(401, ""), "sign out: POST /api/auth/logout answered 401"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := fakeService(t, map[string]http.HandlerFunc{test.route: test.handler})
			require.ErrorContains(t, run(t.Context(), url, &strings.Builder{}), test.want)
		})
	}
}

func TestRun_GivesUpOnAReplyThatNeverEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, run(ctx, fakeService(t, nil), &strings.Builder{}), context.DeadlineExceeded)
}
