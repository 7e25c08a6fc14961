// Package x chooses where trends come from: the deterministic mock in package mock, or, once it exists, the API of X. The
// mock is what runs without keys, never reaches for the network, and says of each figure that it is made up.
package x

import (
	"context"
	"errors"
	"log/slog"

	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/x/mock"
)

// ErrLiveUnbuilt means that the configuration asks for the live API, which this build does not have.
var ErrLiveUnbuilt = errors.New("x: live X is not built yet; leave it off to use the mock")

// Config is what Select needs to know.
type Config struct {
	// Enabled asks for the live API instead of the mock.
	Enabled bool
}

// Select returns the source of trends the configuration asks for and logs which one. Errors: ErrLiveUnbuilt.
func Select(ctx context.Context, config Config, clk clock.Clock, log *slog.Logger) (chat.Trends, error) {
	if clk == nil || log == nil {
		return nil, errors.New("x: Select wants every dependency")
	}
	if config.Enabled {
		return nil, ErrLiveUnbuilt
	}
	log.InfoContext(ctx, "integration selected", slog.String("integration", "x"), slog.String("mode", "mock"))
	return mock.New(clk), nil
}
