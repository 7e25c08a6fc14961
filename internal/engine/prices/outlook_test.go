package prices_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/integrations/products/mock"
	"github.com/lattice-money/lattice/internal/money"
)

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

// seen makes observations of the feed, one a day, the last at the returned moment.
func seen(amounts ...int64) ([]prices.Observation, time.Time) {
	list := observed(amounts)
	return list, list[len(list)-1].At
}

func TestAnalyze_FiguresAreThoseOfTheDays(t *testing.T) {
	t.Parallel()
	days, now := seen(300, 200, 400, 200, 250)
	o, err := prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	require.Equal(t, usd(250), o.Current.Price)
	require.Equal(t, usd(200), o.Lowest.Price)
	require.Equal(t, days[3], o.Lowest, "the latest of equally low ones")
	require.Equal(t, usd(400), o.Highest.Price)
	require.Equal(t, usd(270), o.Average)
	require.EqualValues(t, 50_00, o.PercentileBps, "two of five were cheaper, and half of the one alike")
	require.Empty(t, o.Forecast.Next)
	require.Nil(t, o.Drop)
	require.Equal(t, prices.Unsure, o.Advice, "five prices are too few")
}

func TestDuring_IsOfTheDaysAskedAbout(t *testing.T) {
	t.Parallel()
	days, now := seen(300, 200, 400, 200, 250)
	o, err := prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	stretch, ok := o.During(days[1].At, days[4].At)
	require.True(t, ok)
	require.Equal(t, prices.Stretch{First: days[1], Last: days[3], Lowest: days[3], Highest: days[2], Average: usd(267)}, stretch)
	_, ok = o.During(days[4].At, now.AddDate(0, 0, 1))
	require.False(t, ok, "one day is no stretch")
	_, ok = o.During(now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0))
	require.False(t, ok)
}

func TestAnalyze_LeavesOutWhatCannotBeCompared(t *testing.T) {
	t.Parallel()
	days, now := seen(300, 200, 250)
	odd := append([]prices.Observation{}, days...)
	for _, price := range []money.Money{{Amount: 1, Currency: "EUR"}, {Amount: 0, Currency: "USD"}, {Amount: -5, Currency: "USD"}, {Amount: 1 << 60, Currency: "USD"}} {
		odd = append(odd, prices.Observation{At: now, Price: price})
	}
	odd = append(odd, prices.Observation{At: now.Add(time.Second), Price: usd(1)})
	o, err := prices.Analyze(odd, "USD", now)
	require.NoError(t, err)
	require.Equal(t, 5, o.Skipped)
	require.Equal(t, days, o.History)
	_, err = prices.Analyze(odd, "JPY", now)
	require.ErrorIs(t, err, prices.ErrNoPrice)
	_, err = prices.Analyze(nil, "USD", now)
	require.ErrorIs(t, err, prices.ErrNoPrice)
}

// Why: what one person paid with a coupon of theirs must not hide what the shop asks today.
func TestDaily_TheFeedWinsItsDay(t *testing.T) {
	t.Parallel()
	morning := firstDay
	feed := prices.Observation{ID: "product", At: morning, Price: usd(300), Source: prices.FromFeed}
	order := prices.Observation{ID: "order", At: morning.Add(3 * time.Hour), Price: usd(250), Source: prices.FromOrder}
	before := prices.Observation{ID: "order", At: morning.Add(-48 * time.Hour), Price: usd(260), Source: prices.FromOrder}
	days, skipped := prices.Daily([]prices.Observation{order, feed, before}, "USD", morning.Add(24*time.Hour))
	require.Equal(t, []prices.Observation{before, feed}, days)
	require.Zero(t, skipped)
}

func TestAnalyze_OrderOfObservationsMakesNoDifference(t *testing.T) {
	t.Parallel()
	days, now := seen(mock.Path(mock.SaleCycle, "order", 19900, 100, 400)...)
	want, err := prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rapid.Permutation(days).Draw(t, "days")
		got, err := prices.Analyze(shuffled, "USD", now)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// Every figure stays where figures of that kind can be, whatever the prices do.
func TestAnalyze_FiguresStayInBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(1, 1_000_000), 1, 500).Draw(t, "amounts")
		days, now := seen(amounts...)
		o, err := prices.Analyze(days, "USD", now)
		require.NoError(t, err)
		require.True(t, o.Lowest.Price.Amount <= o.Average.Amount && o.Average.Amount <= o.Highest.Price.Amount)
		require.True(t, o.Lowest.Price.Amount <= o.Current.Price.Amount && o.Current.Price.Amount <= o.Highest.Price.Amount)
		require.True(t, 0 <= o.PercentileBps && o.PercentileBps <= money.BpsPerWhole)
		if o.Drop != nil {
			require.True(t, 0 < o.Drop.Confidence && o.Drop.Confidence < 1)
			require.True(t, 0 < o.Drop.PercentBps && o.Drop.PercentBps < money.BpsPerWhole)
			require.True(t, o.Drop.By.After(now) && o.Drop.CameTrue <= o.Drop.Claims)
		}
		if o.Best != nil {
			require.False(t, o.Best.To.Before(o.Best.From))
		}
		if o.Advice == prices.Wait {
			require.NotNil(t, o.Drop)
		}
	})
}

// onDay cuts a path so that it ends some days before the next sale begins.
func beforeSale(t *testing.T, path []int64, days int) []int64 {
	t.Helper()
	for day := 500; day < len(path); day++ {
		if path[day-1] > path[day]*105/100 {
			return path[:day-days]
		}
	}
	t.Fatal("no sale")
	return nil
}

func TestAnalyze_ASaleIsForeseenAndWaitedFor(t *testing.T) {
	t.Parallel()
	path := mock.Path(mock.SaleCycle, "foreseen", 19900, 100, 700)
	days, now := seen(beforeSale(t, path, 6)...)
	o, err := prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	require.Equal(t, prices.Sales, o.Forecast.Method)
	require.Equal(t, prices.Wait, o.Advice)
	require.Less(t, o.Forecast.MissedBps, o.Forecast.UnchangedBps)
	require.NotNil(t, o.Drop)
	require.LessOrEqual(t, o.Drop.By.Sub(now), 12*24*time.Hour)
	require.False(t, o.Best.From.Before(now.Truncate(24*time.Hour)))
	require.Contains(t, codes(o), prices.SignalSaleRhythm)

	// In the middle of the sale there is nothing to wait for, and an end to it.
	days, now = seen(path[:len(beforeSale(t, path, 6))+7]...)
	o, err = prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	require.Equal(t, prices.BuyNow, o.Advice)
	require.NotNil(t, o.Best)
	require.Contains(t, codes(o), prices.SignalOnSale)
}

func codes(o prices.Outlook) []prices.SignalCode {
	list := make([]prices.SignalCode, len(o.Signals))
	for i, signal := range o.Signals {
		list[i] = signal.Code
	}
	return list
}

func TestAnalyze_OldPricesForeseeNothing(t *testing.T) {
	t.Parallel()
	days, now := seen(mock.Path(mock.SaleCycle, "old", 19900, 100, 400)...)
	o, err := prices.Analyze(days, "USD", now.AddDate(0, 0, 9))
	require.NoError(t, err)
	require.Empty(t, o.Forecast.Next)
	require.Nil(t, o.Drop)
	require.Contains(t, codes(o), prices.SignalStale)
}

func TestAnalyze_LooksAYearBack(t *testing.T) {
	t.Parallel()
	path := make([]int64, 500)
	for i := range path {
		path[i] = 300
	}
	path[0], path[400] = 1, 200
	days, now := seen(path...)
	o, err := prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	require.Equal(t, usd(200), o.Lowest.Price, "the price of 500 days ago is not in the window")
	require.Len(t, o.History, 366)
}

func TestRate(t *testing.T) {
	t.Parallel()
	days, now := seen(200, 210, 220, 230, 240, 250, 260, 270, 280, 290)
	o, err := prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	for _, test := range []struct {
		amount     int64
		verdict    prices.Verdict
		percentile int64
	}{
		{199, prices.Good, 0},
		{200, prices.Good, 500},
		{220, prices.Good, 2500},
		{221, prices.Fair, 3000},
		{245, prices.Fair, 5000},
		{270, prices.High, 7500},
		{291, prices.High, 10000},
	} {
		rating, ok := o.Rate(usd(test.amount))
		require.True(t, ok)
		require.Equal(t, test.verdict, rating.Verdict, test.amount)
		require.Equal(t, test.percentile, rating.PercentileBps, test.amount)
	}
	_, ok := o.Rate(money.Money{Amount: 200, Currency: "EUR"})
	require.False(t, ok, "no rate is known")
	days, now = seen(500, 500)
	o, err = prices.Analyze(days, "USD", now)
	require.NoError(t, err)
	rating, _ := o.Rate(usd(500))
	require.Equal(t, prices.Fair, rating.Verdict)
}

func BenchmarkAnalyze(b *testing.B) {
	for _, class := range mock.Classes() {
		days := observed(mock.Path(class, "benchmark", 24900, 1, 731))
		now := days[len(days)-1].At
		b.Run(string(class), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := prices.Analyze(days, "USD", now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
