package mock_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/products/mock"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/prices"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newFeed(t *testing.T, at time.Time, shops ...mock.Article) *mock.Feed {
	t.Helper()
	feed, err := mock.New(clock.NewFake(at), shops)
	require.NoError(t, err)
	return feed
}

// Why: prices are stored, and read again from another process at another time: what was told once must stay true.
func TestPrices_AreTheSameWheneverAsked(t *testing.T) {
	t.Parallel()
	today, later := newFeed(t, now), newFeed(t, now.AddDate(0, 2, 0))
	listings, err := today.Listings(t.Context())
	require.NoError(t, err)
	for _, listing := range listings {
		first, err := today.Prices(t.Context(), listing.Ref, now.AddDate(0, -3, 0))
		require.NoError(t, err)
		again, err := later.Prices(t.Context(), listing.Ref, now.AddDate(0, -3, 0))
		require.NoError(t, err)
		require.Equal(t, first, again[:len(first)], listing.Name)
		require.Len(t, again, len(first)+61)
	}
}

func TestPrices_OneADayAfterTheMoment(t *testing.T) {
	t.Parallel()
	feed := newFeed(t, now)
	listings, err := feed.Listings(t.Context())
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(listings), 20)
	ref := listings[0].Ref
	all, err := feed.Prices(t.Context(), ref, time.Time{})
	require.NoError(t, err)
	require.Len(t, all, mock.HistoryDays+1)
	for i, told := range all {
		require.Positive(t, told.Price.Amount)
		require.Equal(t, "USD", told.Price.Currency)
		if i > 0 {
			require.Equal(t, 24*time.Hour, told.At.Sub(all[i-1].At))
		}
	}
	require.Equal(t, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), all[len(all)-1].At)
	none, err := feed.Prices(t.Context(), ref, all[len(all)-1].At)
	require.NoError(t, err)
	require.Empty(t, none)
	one, err := feed.Prices(t.Context(), ref, all[len(all)-1].At.Add(-time.Nanosecond))
	require.NoError(t, err)
	require.Equal(t, all[len(all)-1:], one)
	_, err = feed.Prices(t.Context(), prices.Ref{MerchantID: 44, SKU: "no such thing"}, time.Time{})
	require.ErrorIs(t, err, mock.ErrNotListed)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = feed.Prices(gone, ref, time.Time{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestListings_AreWholeAndSayThatTheyAreMock(t *testing.T) {
	t.Parallel()
	feed := newFeed(t, now, mock.Article{MerchantID: 44, SKU: "B0PRICE001", Name: "Given", PriceOn: func(time.Time) int64 { return 7 }})
	listings, err := feed.Listings(t.Context())
	require.NoError(t, err)
	seen := map[prices.Ref]bool{}
	for _, listing := range listings {
		require.True(t, listing.Mock)
		require.NotEmpty(t, listing.Name)
		require.False(t, seen[listing.Ref], listing.Name)
		seen[listing.Ref] = true
	}
	require.Equal(t, "Given", listings[0].Name, "a given article takes the place of one in the catalogue")
	told, err := feed.Prices(t.Context(), listings[0].Ref, now.AddDate(0, 0, -2))
	require.NoError(t, err)
	require.Equal(t, money.Money{Amount: 7, Currency: "USD"}, told[0].Price)
}

func TestPath_ALongerOneBeginsWithTheShorter(t *testing.T) {
	t.Parallel()
	for _, class := range mock.Classes() {
		short, whole := mock.Path(class, "x", 19900, 100, 100), mock.Path(class, "x", 19900, 100, 400)
		require.Equal(t, short, whole[:100], class)
		require.NotEqual(t, mock.Path(mock.Walk, "x", 19900, 1, 50), mock.Path(mock.Walk, "y", 19900, 1, 50))
		for _, price := range whole {
			require.EqualValues(t, 99, price%100)
		}
	}
	require.Empty(t, mock.Path(mock.Walk, "x", 1, 1, 0))
}

// What a class is called is what it does.
func TestPath_ClassesAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for i := range 20 {
		key := fmt.Sprint(i)
		trend := mock.Path(mock.Trending, key, 100_000, 1, 731)
		change := float64(trend[730])/float64(trend[0]) - 1
		require.True(t, change < -0.15 || change > 0.15, "two years of trend: %v", change)
		season := mock.Path(mock.Seasonal, key, 100_000, 1, 731)
		require.InDelta(t, season[100], season[465], 10_000, "the same time of the year")
		sales := 0
		cycle := mock.Path(mock.SaleCycle, key, 100_000, 1, 731)
		for day := 1; day < len(cycle); day++ {
			if cycle[day]*106 < cycle[day-1]*100 {
				sales++
			}
		}
		require.Greater(t, sales, 12)
		steps := 0
		step := mock.Path(mock.Step, key, 100_000, 1, 731)
		for day := 1; day < len(step); day++ {
			if step[day] != step[day-1] {
				steps++
			}
		}
		require.True(t, steps >= 4 && steps <= 24, steps)
	}
}
