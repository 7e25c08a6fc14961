// Package mail chooses how mails are sent: not at all, by package mock, which keeps them where a developer can read them,
// or through an SMTP server by package live. Both meet mail.Sender and pass the same conformance suite.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/lattice-money/lattice/internal/integrations/mail/live"
	"github.com/lattice-money/lattice/internal/integrations/mail/mock"
	"github.com/lattice-money/lattice/internal/mail"
)

// Config is what Select needs to know.
type Config struct {
	// Enabled sends mails through Server instead of keeping them.
	Enabled bool
	Server  live.Config
}

// Selection is who sends. Outbox is where the mock keeps its mails; nil when mails are really sent.
type Selection struct {
	Sender mail.Sender
	Outbox *mock.Outbox
}

// Select returns the sender the configuration asks for and logs which one.
func Select(ctx context.Context, config Config, log *slog.Logger) (Selection, error) {
	if log == nil {
		return Selection{}, errors.New("mail: Select wants every dependency")
	}
	if !config.Enabled {
		outbox := mock.New()
		log.InfoContext(ctx, "integration selected", slog.String("integration", "email"), slog.String("mode", "mock"))
		return Selection{Sender: outbox, Outbox: outbox}, nil
	}
	client, err := live.New(config.Server)
	if err != nil {
		return Selection{}, fmt.Errorf("mail: %w", err)
	}
	log.InfoContext(ctx, "integration selected", slog.String("integration", "email"), slog.String("mode", "live"))
	return Selection{Sender: client}, nil
}
