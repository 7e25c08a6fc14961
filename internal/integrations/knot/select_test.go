package knot_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
)

func TestSelect(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	personas := map[string]mock.Persona{"alice": {Merchants: []int64{165}, AccountName: "alice@demo.com"}}

	t.Run("the mock is what nobody asked for, and the log says so", func(t *testing.T) {
		t.Parallel()
		var log strings.Builder
		linker, err := knot.Select(t.Context(), knot.Config{Personas: personas}, clk, slog.New(slog.NewTextHandler(&log, nil)))
		require.NoError(t, err)
		require.Contains(t, log.String(), "integration=knot mode=mock")
		linked, err := linker.LinkedAccounts(t.Context(), "alice")
		require.NoError(t, err)
		require.Equal(t, []accounts.VendorAccount{{MerchantID: 165, AccountName: "alice@demo.com", Transactions: true}}, linked)
	})

	refused := []struct {
		name   string
		config knot.Config
		clock  clock.Clock
		log    *slog.Logger
		target error
	}{
		{"live is refused while there is none", knot.Config{Enabled: true}, clk, slog.New(slog.DiscardHandler), knot.ErrLiveUnbuilt},
		{"a persona that is not valid is refused", knot.Config{Personas: map[string]mock.Persona{"alice": {CadencePercent: -1}}}, clk, slog.New(slog.DiscardHandler), nil},
		{"a clock is required", knot.Config{}, nil, slog.New(slog.DiscardHandler), nil},
		{"a logger is required", knot.Config{}, clk, nil, nil},
	}
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			linker, err := knot.Select(t.Context(), tt.config, tt.clock, tt.log)
			require.Error(t, err)
			require.Nil(t, linker)
			if tt.target != nil {
				require.ErrorIs(t, err, tt.target)
			}
		})
	}
}
