package app

import (
	"context"
	"errors"
	"io"

	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/features"
)

type watchedWording struct {
	chat.Wording

	features *features.Service
}

// Word implements chat.Wording.
func (w watchedWording) Word(ctx context.Context, request chat.WordingRequest) (chat.WordingStream, error) {
	stream, err := w.Wording.Word(ctx, request)
	if err != nil {
		w.report(ctx, err)
		return nil, err //nolint:wrapcheck // the provider's own
	}
	return &watchedStream{WordingStream: stream, ctx: ctx, watched: w}, nil
}

func (w watchedWording) report(ctx context.Context, err error) {
	if !errors.Is(ctx.Err(), context.Canceled) { // a reply that was stopped; one that took too long counts
		w.features.Report("ai", err)
	}
}

// watchedStream reports the end of a text.
type watchedStream struct {
	chat.WordingStream

	ctx     context.Context //nolint:containedctx // the life of a stream is that of the call that opened it
	watched watchedWording
}

// Next implements chat.WordingStream.
func (s *watchedStream) Next() (string, error) {
	piece, err := s.WordingStream.Next()
	switch {
	case errors.Is(err, io.EOF):
		s.watched.report(s.ctx, nil)
	case err != nil:
		s.watched.report(s.ctx, err)
	}
	return piece, err //nolint:wrapcheck // the provider's own
}
