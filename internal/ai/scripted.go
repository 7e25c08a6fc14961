package ai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/lattice-money/lattice/internal/chat"
)

// Script is how the scripted provider behaves. The zero value words nothing.
type Script struct {
	// Pieces are handed out in order; they may hold placeholders. Nil takes Opening and the template, cut into Count pieces.
	Pieces  []string
	Opening string
	Count   int
	// Delay passes before each piece; a Step, when given, is waited for instead.
	Delay time.Duration
	Step  <-chan struct{}
	// StallAfter stops handing out after that many pieces, for ever; FailAfter fails there. 0 is never, -1 at once.
	StallAfter int
	FailAfter  int
}

// ErrScripted is the failure of a script.
var ErrScripted = errors.New("ai: the script fails here")

// Scripted is the provider of tests: it does what its script says and records what it was asked.
type Scripted struct {
	mu       sync.Mutex
	script   Script
	requests []chat.WordingRequest
	ended    chan struct{} // gets a value for every stream whose context ended before the stream did
}

// NewScripted makes a provider that follows script.
func NewScripted(script Script) *Scripted {
	return &Scripted{script: script, ended: make(chan struct{}, 1024)}
}

// Name implements Provider.
func (s *Scripted) Name() string { return "scripted" }

// Follow changes the script for the streams to come.
func (s *Scripted) Follow(script Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script
}

// Requests returns what was asked so far.
func (s *Scripted) Requests() []chat.WordingRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]chat.WordingRequest(nil), s.requests...)
}

// Cancelled gets a value whenever a stream was cancelled.
func (s *Scripted) Cancelled() <-chan struct{} { return s.ended }

// Word implements Provider.
func (s *Scripted) Word(ctx context.Context, request chat.WordingRequest) (chat.WordingStream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, request)
	script := s.script
	if script.FailAfter < 0 {
		return nil, ErrScripted
	}
	if script.Pieces == nil {
		script.Pieces = cut(script.Opening+request.Template, script.Count)
	}
	return &scriptedStream{ctx: ctx, script: script, cancelled: s.ended}, nil
}

type scriptedStream struct {
	ctx       context.Context //nolint:containedctx // the life of a stream is that of the call that opened it
	script    Script
	given     int
	cancelled chan<- struct{}
}

// Next implements chat.WordingStream.
func (s *scriptedStream) Next() (string, error) {
	if s.script.FailAfter > 0 && s.given >= s.script.FailAfter {
		return "", fmt.Errorf("after %d pieces: %w", s.given, ErrScripted)
	}
	if s.script.StallAfter < 0 || (s.script.StallAfter > 0 && s.given >= s.script.StallAfter) {
		<-s.ctx.Done()
		return s.cancel()
	}
	if s.given >= len(s.script.Pieces) {
		return "", io.EOF
	}
	if err := s.pause(); err != nil {
		return s.cancel()
	}
	s.given++
	return s.script.Pieces[s.given-1], nil
}

func (s *scriptedStream) pause() error {
	if s.script.Step != nil {
		select {
		case <-s.script.Step:
			return nil
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	}
	timer := time.NewTimer(s.script.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

func (s *scriptedStream) cancel() (string, error) {
	select {
	case s.cancelled <- struct{}{}:
	default:
	}
	return "", s.ctx.Err()
}

// cut makes count pieces of a text (fewer when it is shorter), wherever the cuts may fall, placeholders included.
func cut(text string, count int) []string {
	runes := []rune(text)
	count = max(1, min(count, len(runes)))
	pieces := make([]string, 0, count)
	for i := range count {
		from, to := i*len(runes)/count, (i+1)*len(runes)/count
		pieces = append(pieces, string(runes[from:to]))
	}
	if strings.Join(pieces, "") == "" {
		return nil
	}
	return pieces
}
