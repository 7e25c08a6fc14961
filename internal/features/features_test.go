package features_test

import (
	"errors"
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

func TestService_HealthFollowsHowTheCallsWent(t *testing.T) {
	t.Parallel()
	now := clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	service := features.New(now, []string{"knot", "ai"}, map[string]string{"knot": features.ModeMock, "ai": features.ModeLive}, nil)
	began := now.Now()
	health := func() (string, time.Time) {
		all, _ := service.List()
		require.Equal(t, features.HealthOK, all[1].Health, "each for itself")
		require.Equal(t, features.ModeMock, all[0].Mode)
		return all[0].Health, all[0].Since
	}
	expect := func(want string, since time.Time) {
		t.Helper()
		got, at := health()
		require.Equal(t, want, got)
		require.Equal(t, since, at)
	}
	failure := errors.New("no route to host")
	service.Report("knot", nil)
	expect(features.HealthOK, began)
	now.Advance(time.Minute)
	first := now.Now()
	service.Report("knot", failure)
	expect(features.HealthDegraded, first)
	now.Advance(time.Minute)
	service.Report("knot", failure)
	expect(features.HealthDegraded, first)
	third := now.Now()
	service.Report("knot", failure)
	expect(features.HealthDown, third)
	now.Advance(time.Minute)
	service.Report("knot", failure)
	expect(features.HealthDown, third)
	service.Report("knot", nil)
	expect(features.HealthOK, now.Now())
	service.Report("nobody", failure)
}
