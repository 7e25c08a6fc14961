package crashtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/testkit"
)

// tape records a reply's stream over any number of connections: every numbered event, byte for byte. What was cut inside an
// event is not on it, as a browser would not have it either.
type tape struct {
	chatID, replyID uuid.UUID

	mu       sync.Mutex
	raw      []byte
	last     int
	text     strings.Builder // the deltas joined
	deltas   int
	ended    bool
	awaiting []awaited
}

type awaited struct {
	deltas int
	seen   chan struct{}
}

func newTape(chatID, replyID uuid.UUID) *tape { return &tape{chatID: chatID, replyID: replyID} }

// seen returns a channel that is closed when that many deltas have come.
func (t *tape) seen(deltas int) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	channel := make(chan struct{})
	if t.deltas >= deltas {
		close(channel)
	} else {
		t.awaiting = append(t.awaiting, awaited{deltas: deltas, seen: channel})
	}
	return channel
}

func (t *tape) state() (last int, ended bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last, t.ended
}

// record goes on after the last event it has until the connection breaks or the reply ends, which are no errors. Errors are
// faults of the stream.
func (t *tape) record(ctx context.Context, c client) error {
	last, ended := t.state()
	if ended {
		return nil
	}
	body, err := c.stream(ctx, t.chatID, t.replyID, last)
	if errors.Is(err, errCut) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	source := &source{from: body}
	reader := testkit.NewReplyReader(source, last)
	numbered := 0
	for {
		event, err := reader.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && (source.err == nil || !errors.Is(err, source.err)) {
				return fmt.Errorf("stream of %s: %w", t.replyID, err)
			}
			break
		}
		if event.ID > 0 {
			numbered++
			if err := t.take(event); err != nil {
				return err
			}
		}
	}
	raw, events := numberedBlocks(source.read.Bytes())
	if events != numbered {
		return fmt.Errorf("stream of %s: %d numbered events, but %d in the bytes", t.replyID, numbered, events)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.raw = append(t.raw, raw...)
	return nil
}

func (t *tape) take(event testkit.Event) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last, t.ended = event.ID, event.Terminal()
	if event.Name != "reply.delta" {
		return nil
	}
	var delta struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal([]byte(event.Data), &delta); err != nil {
		return err
	}
	t.text.WriteString(delta.Text)
	t.deltas++
	for _, one := range t.awaiting {
		if one.deltas == t.deltas {
			close(one.seen)
		}
	}
	return nil
}

// recordToEnd reconnects until the reply has ended.
func (t *tape) recordToEnd(ctx context.Context, c client) error {
	for {
		if err := t.record(ctx, c); err != nil {
			return err
		}
		last, ended := t.state()
		if ended {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("reply %s has not ended after event %d: %w", t.replyID, last, ctx.Err())
		}
	}
}

// source remembers what was read and how reading ended.
type source struct {
	from io.Reader
	read bytes.Buffer
	err  error
}

func (s *source) Read(into []byte) (int, error) {
	n, err := s.from.Read(into)
	s.read.Write(into[:n])
	s.err = err
	return n, err
}

// numberedBlocks are the whole events that have a number, as they came over the wire.
func numberedBlocks(stream []byte) (raw []byte, count int) {
	for {
		end := bytes.Index(stream, []byte("\n\n"))
		if end < 0 {
			return raw, count
		}
		block := stream[:end+2]
		stream = stream[end+2:]
		if bytes.HasPrefix(block, []byte("id: ")) {
			raw = append(raw, block...)
			count++
		}
	}
}
