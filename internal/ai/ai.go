// Package ai words replies. What a reply says is decided by the engines; a provider only puts it into words, with
// placeholders where figures go. The server fills the placeholders, so a provider cannot get a figure wrong.
package ai

import (
	"context"
	"errors"
	"fmt"

	"github.com/lattice-money/lattice/internal/chat"
)

// Provider words replies: a language model, or the engine's own wording.
type Provider interface {
	// Name is shown by getFeatures.
	Name() string
	// Word begins to word a reply. Cancelling ctx ends the stream.
	Word(ctx context.Context, request chat.WordingRequest) (chat.WordingStream, error)
}

// Broker chooses who words a reply.
type Broker struct {
	providers []Provider
}

// NewBroker takes the providers in the order they are asked.
func NewBroker(providers ...Provider) (*Broker, error) {
	if len(providers) == 0 {
		return nil, errors.New("ai: NewBroker wants a provider")
	}
	return &Broker{providers: providers}, nil
}

// Names lists the providers in the order they are asked.
func (b *Broker) Names() []string {
	names := make([]string, len(b.providers))
	for i, provider := range b.providers {
		names[i] = provider.Name()
	}
	return names
}

// Word asks one provider after another until one begins. The error joins those of all.
func (b *Broker) Word(ctx context.Context, request chat.WordingRequest) (chat.WordingStream, error) {
	var errs []error
	for _, provider := range b.providers {
		stream, err := provider.Word(ctx, request)
		if err == nil {
			return stream, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", provider.Name(), err))
	}
	return nil, errors.Join(errs...)
}
