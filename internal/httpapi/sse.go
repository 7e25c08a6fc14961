package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
)

// StreamConfig is what streams are made of.
type StreamConfig struct {
	Hub *events.Hub
	// Heartbeat is how often a silent stream sends a comment; 15 s when zero.
	Heartbeat time.Duration
}

const (
	defaultHeartbeat = 15 * time.Second
	// writeTimeout is how long one write to a reader may take before the connection is given up. Nobody waits for a slow
	// reader, and one that comes back goes on where it was.
	writeTimeout = 15 * time.Second
	// keptBuffer is how many bytes a stream keeps between events, chunk after how many it sends what it has of them.
	keptBuffer = 512
	chunk      = 32 << 10
	// retryAfter is when clients shall reconnect after the server has stopped.
	retryAfter = 500 * time.Millisecond
)

func (c StreamConfig) heartbeat() time.Duration {
	if c.Heartbeat <= 0 {
		return defaultHeartbeat
	}
	return c.Heartbeat
}

// sseStream writes server-sent events (WHATWG HTML, section 9.2), one flush per batch.
type sseStream struct {
	writer     http.ResponseWriter
	controller *http.ResponseController
	buffer     []byte
}

// openSSE sends the headers at once. The server's write deadline would cut the stream, so each write gets its own.
func openSSE(w http.ResponseWriter) (*sseStream, error) {
	stream := &sseStream{writer: w, controller: http.NewResponseController(w)}
	header := w.Header()
	header.Set(echo.HeaderContentType, "text/event-stream")
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx must not collect events
	w.WriteHeader(http.StatusOK)
	stream.comment("open")
	return stream, stream.flush()
}

// event adds an event; seq 0 has no id, so that a reader resumes after the last numbered one.
func (s *sseStream) event(seq int, name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write event %s: %w", name, err)
	}
	if seq > 0 {
		s.buffer = append(s.buffer, "id: "...)
		s.buffer = strconv.AppendInt(s.buffer, int64(seq), 10)
		s.buffer = append(s.buffer, '\n')
	}
	s.buffer = append(s.buffer, "event: "...)
	s.buffer = append(s.buffer, name...)
	s.buffer = append(s.buffer, "\ndata: "...)
	s.buffer = append(s.buffer, text...)
	s.buffer = append(s.buffer, "\n\n"...)
	if len(s.buffer) >= chunk { // a long reply is not held in memory a second time
		return s.flush()
	}
	return nil
}

func (s *sseStream) comment(text string) {
	s.buffer = append(s.buffer, ": "...)
	s.buffer = append(s.buffer, text...)
	s.buffer = append(s.buffer, "\n\n"...)
}

// flush sends what was added.
func (s *sseStream) flush() error {
	if len(s.buffer) == 0 {
		return nil
	}
	err := s.controller.SetWriteDeadline(clock.System{}.Now().Add(writeTimeout))
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // not every writer has a deadline
		return fmt.Errorf("set write deadline: %w", err)
	}
	_, err = s.writer.Write(s.buffer)
	s.buffer = s.buffer[:0]
	if cap(s.buffer) > keptBuffer {
		s.buffer = nil // a stream that waits holds little memory
	}
	if err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	if err := s.controller.Flush(); err != nil {
		return fmt.Errorf("flush events: %w", err)
	}
	return nil
}

func (s *sseStream) reconnect() error {
	name := string(api.StreamReconnectTypeStreamReconnect)
	err := s.event(
		0,
		name,
		api.StreamReconnect{Type: api.StreamReconnectTypeStreamReconnect, RetryAfterMs: int(retryAfter / time.Millisecond)},
	)
	if err != nil {
		return err
	}
	return s.flush()
}

func (s *sseStream) resync() error {
	name := string(api.StreamResyncTypeStreamResync)
	return s.event(0, name, api.StreamResync{Type: api.StreamResyncTypeStreamResync})
}
