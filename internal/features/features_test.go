package features_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/features"
)

func TestList_TellsEachIntegrationInOrder(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	clk := clock.NewFake(began)
	service := features.New(clk, []string{"knot", "ai"}, map[string]string{"ai": features.ModeLive, "knot": features.ModeMock}, []string{"engine"})
	clk.Advance(time.Hour)

	integrations, providers := service.List()
	require.Equal(t, []features.Integration{
		{Name: "knot", Mode: features.ModeMock, Health: features.HealthOK, Since: began},
		{Name: "ai", Mode: features.ModeLive, Health: features.HealthOK, Since: began},
	}, integrations)
	require.Equal(t, []string{"engine"}, providers)

	integrations[0].Mode, providers[0] = "spoilt", "spoilt" // by a caller: the next one must not see it
	integrations, providers = service.List()
	require.Equal(t, features.ModeMock, integrations[0].Mode)
	require.Equal(t, []string{"engine"}, providers)
}
