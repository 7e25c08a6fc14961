package products_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/products"
	"github.com/lattice-money/lattice/internal/integrations/products/mock"
)

func TestSelect(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	_, err := products.Select(t.Context(), products.Config{}, nil, log)
	require.Error(t, err)
	_, err = products.Select(t.Context(), products.Config{}, clock.System{}, nil)
	require.Error(t, err)
	shop := mock.Article{MerchantID: 1, SKU: "1", Name: "One", PriceOn: func(time.Time) int64 { return 1 }}
	feed, err := products.Select(t.Context(), products.Config{Shops: []mock.Article{shop}}, clock.System{}, log)
	require.NoError(t, err)
	listings, err := feed.Listings(t.Context())
	require.NoError(t, err)
	require.Equal(t, "One", listings[0].Name)
}
