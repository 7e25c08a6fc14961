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
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
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
		require.Equal(t, []accounts.VendorAccount{{MerchantID: 165, AccountName: "alice@demo.com", MerchantName: "Costco", Transactions: true}}, linked)
	})

	t.Run("live is what was asked for, and the log says so", func(t *testing.T) {
		t.Parallel()
		var log strings.Builder
		config := knot.Config{Enabled: true, Live: live.Config{BaseURL: "https://example.com", ClientID: "c", Secret: "the-secret", Environment: "development"}}
		_, err := knot.Select(t.Context(), config, clk, slog.New(slog.NewTextHandler(&log, nil)))
		require.NoError(t, err)
		require.Contains(t, log.String(), "integration=knot mode=live")
		require.NotContains(t, log.String(), "the-secret")
	})

	refused := []struct {
		name   string
		config knot.Config
		clock  clock.Clock
		log    *slog.Logger
	}{
		{"live is refused without its keys", knot.Config{Enabled: true}, clk, slog.New(slog.DiscardHandler)},
		{"live is refused without a secret", knot.Config{Enabled: true, Live: live.Config{BaseURL: "https://example.com", ClientID: "c", Environment: "development"}}, clk, slog.New(slog.DiscardHandler)},
		{"live is refused without an address", knot.Config{Enabled: true, Live: live.Config{ClientID: "c", Secret: "s", Environment: "development"}}, clk, slog.New(slog.DiscardHandler)},
		{"live is refused in an environment there is none of", knot.Config{Enabled: true, Live: live.Config{BaseURL: "https://example.com", ClientID: "c", Secret: "s", Environment: "staging"}}, clk, slog.New(slog.DiscardHandler)},
		{"a persona that is not valid is refused", knot.Config{Personas: map[string]mock.Persona{"alice": {CadencePercent: -1}}}, clk, slog.New(slog.DiscardHandler)},
		{"a clock is required", knot.Config{}, nil, slog.New(slog.DiscardHandler)},
		{"a logger is required", knot.Config{}, clk, nil},
	}
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			linker, err := knot.Select(t.Context(), tt.config, tt.clock, tt.log)
			require.Error(t, err)
			require.Nil(t, linker)
		})
	}
}
