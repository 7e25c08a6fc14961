package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lines lets a test wait for what a program says.
type lines struct {
	mu    sync.Mutex
	text  bytes.Buffer
	wrote chan struct{}
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.wrote <- struct{}{}:
	default:
	}
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestItAnswersAndCanBeTold(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out := &lines{wrote: make(chan struct{}, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, []string{"-addr", "127.0.0.1:0", "-knot-client-id", "c", "-knot-secret", "s", "-auto-login", "19"}, out, io.Discard)
	}()
	select {
	case <-out.wrote:
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(20 * time.Second):
		require.FailNow(t, "it does not start")
	}
	base := regexp.MustCompile(`http://\S+`).FindString(out.String())
	post := func(path, body string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, strings.NewReader(body))
		require.NoError(t, err)
		request.SetBasicAuth("c", "s")
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(answer)
	}
	status, answer := post("/session/create", `{"type":"transaction_link","external_user_id":"u-1"}`)
	require.Equal(t, 200, status, answer)
	status, answer = post("/transactions/sync", `{"merchant_id":19,"external_user_id":"u-1","limit":5}`)
	require.Equal(t, 200, status)
	require.Contains(t, answer, `"limit":5`)
	for order, want := range map[string]int{
		`{"bought":{"userRef":"u-1","merchantId":19,"count":2}}`: 200, `{"lost":{"userRef":"u-1","merchantId":19}}`: 200,
		`{"down":45,"double":1,"hold":1,"lose":1}`: 200, `{"login":{"sessionId":"x","merchantId":19}}`: 400, `{"unheard":1}`: 400,
	} {
		status, answer = post("/_control/do", order)
		require.Equal(t, want, status, answer)
	}
	_, _ = post("/_control/do", `{"faults":[{"operation":"getKey","status":503},{"operation":"syncTransactions","status":429,"retryAfter":7}]}`)
	status, _ = post("/transactions/sync", `{"merchant_id":19,"external_user_id":"u-1"}`)
	require.Equal(t, 429, status)
	status, _ = post("/transactions/sync", `{"merchant_id":19,"external_user_id":"u-1"}`)
	require.Equal(t, 200, status)
	stop()
	require.NoError(t, <-ended)
	require.ErrorIs(t, serve(t.Context(), []string{"-auto-login", "x"}, out, io.Discard), errMerchants)
}
