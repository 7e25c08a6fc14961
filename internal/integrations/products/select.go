// Package products chooses where prices come from: the deterministic mock in package mock, or, once it exists, a live feed.
// Both meet prices.Feed. The mock is what runs without keys; every listing says that it is one.
package products

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/products/mock"
	"github.com/lattice-money/lattice/internal/prices"
)

// Config is what Select needs to know.
type Config struct {
	// Shops are articles the mock lists beside its own.
	Shops []mock.Article
}

// Select returns the feed and logs which one.
func Select(ctx context.Context, config Config, clk clock.Clock, log *slog.Logger) (prices.Feed, error) {
	if clk == nil || log == nil {
		return nil, errors.New("products: Select wants every dependency")
	}
	feed, err := mock.New(clk, config.Shops)
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	log.InfoContext(ctx, "integration selected", slog.String("integration", "products"), slog.String("mode", "mock"))
	return feed, nil
}
