// Package knot chooses how merchant accounts are linked: through the deterministic mock in package mock, or through the
// Knot API in package live. Both meet accounts.Linker and pass the same conformance suite.
//
// The mock is what runs without keys; it never reaches for the network. Asking for live without its keys is an error at the
// start, not a silent mock: nobody shall take invented orders for real ones.
package knot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
)

// Config is what Select needs to know.
type Config struct {
	// Enabled asks for the live API instead of the mock.
	Enabled bool
	// Live says where the live API is and who we are there; for Enabled only.
	Live live.Config
	// Personas say how certain users shop, by userRef; for the mock only, see mock.WithPersonas.
	Personas map[string]mock.Persona
	// Faults seeds how the mock misbehaves; for the mock only, see mock.WithFaults.
	Faults uint64
}

// Select returns the linker the configuration asks for and logs which one. A configuration that is not whole is an error.
func Select(ctx context.Context, config Config, clk clock.Clock, log *slog.Logger) (accounts.Linker, error) {
	if clk == nil || log == nil {
		return nil, errors.New("knot: Select wants every dependency")
	}
	linker, mode, err := choose(config, clk, log)
	if err != nil {
		return nil, fmt.Errorf("knot: %w", err)
	}
	log.InfoContext(ctx, "integration selected", slog.String("integration", "knot"), slog.String("mode", mode))
	return linker, nil
}

func choose(config Config, clk clock.Clock, log *slog.Logger) (linker accounts.Linker, mode string, err error) {
	if config.Enabled {
		config.Live.Logger = log
		linker, err = live.New(config.Live, clk)
		return linker, "live", err
	}
	linker, err = mock.New(clk, mock.WithPersonas(config.Personas), mock.WithFaults(config.Faults))
	return linker, "mock", err
}
