// Package knot chooses how merchant accounts are linked: through the deterministic mock in package mock, or, once it
// exists, through the live Knot API. Both meet accounts.Linker and pass the same conformance suite.
//
// The mock is what runs without keys; it never reaches for the network. Asking for live while there is none is an
// error at the start, not a silent mock: nobody shall take invented orders for real ones.
package knot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
)

// ErrLiveUnbuilt means that the configuration asks for the live API, which this build does not have.
var ErrLiveUnbuilt = errors.New("knot: live Knot is not built yet; leave it off to use the mock")

// Config is what Select needs to know.
type Config struct {
	// Enabled asks for the live API instead of the mock.
	Enabled bool
	// Personas say how certain users shop, by userRef; for the mock only, see mock.WithPersonas.
	Personas map[string]mock.Persona
}

// Select returns the linker the configuration asks for and logs which one. Errors: ErrLiveUnbuilt.
func Select(ctx context.Context, config Config, clk clock.Clock, log *slog.Logger) (accounts.Linker, error) {
	if clk == nil || log == nil {
		return nil, errors.New("knot: Select wants every dependency")
	}
	if config.Enabled {
		return nil, ErrLiveUnbuilt
	}
	linker, err := mock.New(clk, mock.WithPersonas(config.Personas))
	if err != nil {
		return nil, fmt.Errorf("knot: %w", err)
	}
	log.InfoContext(ctx, "integration selected", slog.String("integration", "knot"), slog.String("mode", "mock"))
	return linker, nil
}
