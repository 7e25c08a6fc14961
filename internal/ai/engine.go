package ai

import (
	"context"
	"io"
	"regexp"

	"github.com/lattice-money/lattice/internal/chat"
)

// Engine is the default provider: the engine's own wording, sentence by sentence, as fast as it is asked for.
type Engine struct{}

// Name implements Provider.
func (Engine) Name() string { return "engine" }

var sentence = regexp.MustCompile(`(?s).+?(?:[.!?:]\s+|$)`)

// Word implements Provider.
func (Engine) Word(ctx context.Context, request chat.WordingRequest) (chat.WordingStream, error) {
	return &pieces{ctx: ctx, left: sentence.FindAllString(request.Template, -1)}, nil
}

// pieces hands out texts one by one.
type pieces struct {
	ctx  context.Context //nolint:containedctx // the life of a stream is that of the call that opened it
	left []string
}

// Next implements chat.WordingStream.
func (p *pieces) Next() (string, error) {
	if err := p.ctx.Err(); err != nil {
		return "", err
	}
	if len(p.left) == 0 {
		return "", io.EOF
	}
	piece := p.left[0]
	p.left = p.left[1:]
	return piece, nil
}
