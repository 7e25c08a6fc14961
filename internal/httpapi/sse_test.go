package httpapi

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/events"
)

// Why: an event ends at an empty line; a text with line breaks of its own must stay inside it.
func TestSSE_WritesOneLinePerField(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	stream, err := openSSE(recorder)
	require.NoError(t, err)
	require.NoError(t, stream.event(7, "reply.delta", api.ReplyDelta{Type: api.ReplyDeltaTypeReplyDelta, Text: "a\r\n\n: b\u2028<c> \"é\""}))
	require.NoError(t, stream.resync())
	stream.comment("ping")
	before := recorder.Body.Len()
	require.NoError(t, stream.flush())
	require.Equal(t, ": open\n\n", recorder.Body.String()[:before], "nothing goes out before the flush")
	require.Equal(t, "id: 7\nevent: reply.delta\ndata: {\"text\":\"a\\r\\n\\n: b\\u2028\\u003cc\\u003e \\\"é\\\"\",\"type\":\"reply.delta\"}\n\n"+
		"event: stream.resync\ndata: {\"type\":\"stream.resync\"}\n\n: ping\n\n", recorder.Body.String()[before:])
	require.True(t, recorder.Flushed)
	require.Equal(t, "text/event-stream", recorder.Header().Get("Content-Type"))
	require.Equal(t, "no", recorder.Header().Get("X-Accel-Buffering"))
	require.NoError(t, stream.flush(), "with nothing to send")
	require.NoError(t, stream.reconnect())
	require.True(t, strings.HasSuffix(recorder.Body.String(), "event: stream.reconnect\ndata: {\"retryAfterMs\":500,\"type\":\"stream.reconnect\"}\n\n"))
	require.Error(t, stream.event(1, "x", func() {}))
}

// portions keeps apart what is written apart.
type portions struct {
	*httptest.ResponseRecorder

	sizes []int
}

// Write implements http.ResponseWriter.
func (p *portions) Write(text []byte) (int, error) {
	p.sizes = append(p.sizes, len(text))
	return p.ResponseRecorder.Write(text)
}

// Why: a long reply that is read again is not put together in memory before it is sent.
func TestSSE_SendsMuchInPortions(t *testing.T) {
	t.Parallel()
	writer := &portions{ResponseRecorder: httptest.NewRecorder()}
	stream, err := openSSE(writer)
	require.NoError(t, err)
	const events, size = 400, 1000
	for i := range events {
		require.NoError(t, stream.event(i+1, "reply.delta", api.ReplyDelta{Type: api.ReplyDeltaTypeReplyDelta, Text: strings.Repeat("x", size)}))
	}
	require.NoError(t, stream.flush())
	require.Equal(t, events, strings.Count(writer.Body.String(), "event: reply.delta\n"))
	for _, portion := range writer.sizes {
		require.Less(t, portion, chunk+2*size)
	}
	require.LessOrEqual(t, len(writer.sizes), 2+events*(size+100)/chunk, "nor is each event sent by itself")
	require.LessOrEqual(t, cap(stream.buffer), keptBuffer, "a stream that waits keeps little")
}

// Why: a newer process may tell of what this one's contract has no event for.
func TestSSE_PassesOverHintsItDoesNotKnow(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	stream, err := openSSE(recorder)
	require.NoError(t, err)
	before := recorder.Body.Len()
	require.NoError(t, writeHint(stream, &events.Hint{Type: "of.a.newer.process", ChatID: uuid.New()}))
	require.NoError(t, stream.flush())
	require.Equal(t, before, recorder.Body.Len())
}

func TestResumeAfter_TheHeaderGoesBeforeTheParameter(t *testing.T) {
	t.Parallel()
	text := func(value string) *string { return &value }
	number := func(value int) *int { return &value }
	require.Zero(t, resumeAfter(nil, nil))
	require.Equal(t, 3, resumeAfter(nil, number(3)))
	require.Equal(t, 5, resumeAfter(text("5"), number(3)))
	require.Equal(t, 0, resumeAfter(text("0"), number(3)))
	require.Equal(t, 7, resumeAfter(text("007"), nil))
}

func TestWaitFrom_TakesWhatItKnowsOfPrefer(t *testing.T) {
	t.Parallel()
	const limit = 25 * time.Second
	for header, want := range map[string]time.Duration{
		"":                         limit,
		"respond-async":            0,
		"Respond-Async":            0,
		"wait=3":                   3 * time.Second,
		"WAIT = 3":                 3 * time.Second,
		`wait="3"`:                 3 * time.Second,
		"wait=0":                   0,
		"wait=25":                  limit,
		"wait=3600":                limit,
		"wait=-1":                  limit,
		"wait=soon":                limit,
		"wait=99999999999999999":   limit,
		"wait":                     limit,
		"return=minimal":           limit,
		"return=minimal, wait=2":   2 * time.Second,
		"wait=9, respond-async":    0,
		"respond-async; x=1":       0,
		"wait=4; x=1, handling=no": 4 * time.Second,
	} {
		require.Equal(t, want, waitFrom(&header, limit), "%q", header)
	}
	require.Equal(t, limit, waitFrom(nil, limit))
	header := "wait=9"
	require.Zero(t, waitFrom(&header, 0), "a server that never waits does not wait")
}
