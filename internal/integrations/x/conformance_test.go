package x_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/x"
)

var discard = slog.New(slog.DiscardHandler)

func at(day string) clock.Clock {
	moment, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return clock.NewFake(moment.Add(9 * time.Hour))
}

// conforms is what every source of trends has to do, the mock and the live one.
func conforms(t *testing.T, source func(t *testing.T, day string) chat.Trends) {
	t.Helper()
	t.Run("CountsTwoWeeks", func(t *testing.T) {
		t.Parallel()
		trend, found, err := source(t, "2026-11-26").About(t.Context(), "Nintendo Switch")
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, "Nintendo Switch", trend.Subject)
		require.GreaterOrEqual(t, trend.Posts, int64(0))
		require.GreaterOrEqual(t, trend.Before, int64(0))
		require.False(t, trend.AsOf.After(time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)))
	})
	t.Run("KnowsNothingOfNothing", func(t *testing.T) {
		t.Parallel()
		_, found, err := source(t, "2026-11-26").About(t.Context(), "  ")
		require.NoError(t, err)
		require.False(t, found)
	})
	t.Run("EndsWithItsContext", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := source(t, "2026-11-26").About(ctx, "groceries")
		require.ErrorIs(t, err, context.Canceled)
	})
}

func mocked(t *testing.T, day string) chat.Trends {
	t.Helper()
	source, err := x.Select(t.Context(), x.Config{}, at(day), discard)
	require.NoError(t, err)
	return source
}

func TestMock_Conforms(t *testing.T) {
	t.Parallel()
	conforms(t, mocked)
}

func TestMock_SaysThatItIsMadeUpAndIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	ask := func(day, subject string) chat.Trend {
		trend, _, err := mocked(t, day).About(t.Context(), subject)
		require.NoError(t, err)
		require.True(t, trend.Mock)
		return trend
	}
	first := ask("2026-11-26", "coffee")
	require.Equal(t, first, ask("2026-11-26", "coffee"))
	require.NotEqual(t, ask("2026-11-26", "coffee").Posts, ask("2026-11-26", "tea").Posts)
	require.Equal(t, ask("2026-11-19", "coffee").Posts, ask("2026-11-26", "coffee").Before, "last week is next week's week before")
}

// Why: invented figures must never be taken for real ones by a service that asked for the real ones.
func TestSelect_RefusesLive(t *testing.T) {
	t.Parallel()
	_, err := x.Select(t.Context(), x.Config{Enabled: true}, at("2026-11-26"), discard)
	require.ErrorIs(t, err, x.ErrLiveUnbuilt)
	_, err = x.Select(t.Context(), x.Config{}, nil, discard)
	require.Error(t, err)
}
