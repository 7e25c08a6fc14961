package rewards_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

func spend(at time.Time, c category.Category, amount int64) rewards.Spend {
	return rewards.Spend{CardLastFour: "1111", Category: c, Amount: usd(amount), At: at}
}

func day(month time.Month, d int) time.Time {
	return time.Date(2026, month, d, 12, 0, 0, 0, time.UTC)
}

func capUse(t *testing.T, cards []rewards.Card, at time.Time, spends ...rewards.Spend) rewards.CapUse {
	t.Helper()
	use, err := rewards.UseCaps(cards, spends, at, nil)
	require.NoError(t, err)
	return use
}

func TestUseCapsCountsTheYearsEligibleSpending(t *testing.T) {
	t.Parallel()
	c := card(blueCash())
	other := spend(day(time.March, 1), category.Groceries, 99_999)
	other.CardLastFour = "2222"
	atWalmart := spend(day(time.March, 1), category.Groceries, 5_000)
	atWalmart.MerchantSlug = "walmart"
	abroad := spend(day(time.March, 1), category.Groceries, 6_000)
	abroad.Foreign = true
	inEuro := spend(day(time.March, 1), category.Groceries, 7_000)
	inEuro.Amount.Currency = "EUR"
	use := capUse(t, []rewards.Card{c}, november,
		spend(time.Date(2025, time.December, 31, 23, 59, 59, 0, time.UTC), category.Groceries, 1_000), // last year
		spend(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC), category.Groceries, 2_000),
		spend(november, category.Groceries, 3_000),                  // at the very moment
		spend(november.Add(time.Second), category.Groceries, 4_000), // later
		spend(day(time.May, 1), category.Dining, 8_000),             // earns the base rate, uses no cap
		spend(day(time.May, 1), "mystery", 8_000),
		other, atWalmart, abroad, inEuro,
	)
	require.Equal(t, used(c, "groceries", 5_000), use)
}

func TestUseCapsStartsTheYearInTheUsersZone(t *testing.T) {
	t.Parallel()
	c := card(blueCash())
	newYear := time.Date(2026, time.January, 1, 3, 0, 0, 0, time.UTC) // still 2025 in New York
	spends := []rewards.Spend{spend(newYear, category.Groceries, 1_000)}
	use, err := rewards.UseCaps([]rewards.Card{c}, spends, november, zone(t, "America/New_York"))
	require.NoError(t, err)
	require.Empty(t, use)
	require.Equal(t, used(c, "groceries", 1_000), capUse(t, []rewards.Card{c}, november, spends...))
}

func TestUseCapsResetsWithEachPeriod(t *testing.T) {
	t.Parallel()
	monthly := groceryRule()
	monthly.CapPeriod = rewards.PeriodMonth
	c := card(product("monthly", base(100), monthly))
	spends := []rewards.Spend{spend(day(time.October, 31), category.Groceries, 1_000), spend(day(time.November, 1), category.Groceries, 2_000)}
	require.Equal(t, used(c, "groceries", 2_000), capUse(t, []rewards.Card{c}, november, spends...))
	require.Equal(t, used(c, "groceries", 1_000), capUse(t, []rewards.Card{c}, day(time.October, 31), spends...))
	require.Empty(t, capUse(t, []rewards.Card{c}, day(time.December, 1), spends...))
}

func TestUseCapsDrawsSharedCapsTogether(t *testing.T) {
	t.Parallel()
	c := card(rotating())
	c.Activations = []string{"2026-Q3", "2026-Q4"}
	spends := []rewards.Spend{
		spend(day(time.September, 30), category.Gas, 70_000), // the quarter before
		spend(day(time.October, 1), category.Drugstores, 10_000),
		spend(day(time.October, 2), category.OnlineRetail, 20_000),
		spend(day(time.October, 3), category.Gas, 40_000), // not a category of this quarter
	}
	require.Equal(t, used(c, "rotating", 30_000), capUse(t, []rewards.Card{c}, november, spends...))
	c.Activations = nil
	require.Empty(t, capUse(t, []rewards.Card{c}, november, spends...))
}

func TestUseCapsGivesRefundsBack(t *testing.T) {
	t.Parallel()
	c := card(blueCash())
	for _, tc := range []struct {
		name    string
		amounts []int64
		want    int64
	}{
		{"partly", []int64{10_000, -4_000}, 6_000},
		{"never below nothing", []int64{10_000, -40_000}, 0},
		{"before anything was bought", []int64{-4_000, 10_000}, 10_000},
		{"spending beyond the cap is refunded first", []int64{610_000, -10_000}, 600_000},
		{"and opens the cap again", []int64{610_000, -20_000}, 590_000},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var spends []rewards.Spend
			for i, amount := range tc.amounts {
				spends = append(spends, spend(day(time.March, i+1), category.Groceries, amount))
			}
			require.Equal(t, used(c, "groceries", tc.want), capUse(t, []rewards.Card{c}, november, spends...))
		})
	}
}

// A receipt shows four digits only: when two cards share them, neither may be promised the room the other used.
func TestUseCapsChargesEveryCardWithThoseDigits(t *testing.T) {
	t.Parallel()
	a, b := card(blueCash()), card(blueCash())
	b.ID = "other"
	noDigits := card(blueCash())
	noDigits.ID, noDigits.LastFour = "unknown", ""
	anonymous := spend(day(time.March, 1), category.Groceries, 500)
	anonymous.CardLastFour = ""
	use := capUse(t, []rewards.Card{a, b, noDigits}, november, spend(day(time.March, 1), category.Groceries, 1_000), anonymous)
	require.Equal(t, rewards.CapUse{
		{CardID: a.ID, Cap: "groceries"}: usd(1_000), {CardID: "other", Cap: "groceries"}: usd(1_000),
	}, use)
}

func TestUseCapsReportsBrokenInput(t *testing.T) {
	t.Parallel()
	_, err := rewards.UseCaps([]rewards.Card{{ID: "x"}}, nil, november, nil)
	require.ErrorIs(t, err, rewards.ErrInvalidCard)
	c := card(blueCash())
	_, err = rewards.UseCaps([]rewards.Card{c}, []rewards.Spend{
		spend(day(time.March, 1), category.Groceries, math.MaxInt64), spend(day(time.March, 2), category.Groceries, 1),
	}, november, nil)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = rewards.UseCaps([]rewards.Card{c}, []rewards.Spend{spend(day(time.March, 1), category.Groceries, math.MinInt64)}, november, nil)
	require.ErrorIs(t, err, money.ErrOverflow)
}

// Paying one amount in any number of parts earns, in exact terms, the same: the cap neither leaks nor eats anything.
func TestUseCapsAndRankAgreeOverASequenceOfPurchases(t *testing.T) {
	t.Parallel()
	c := card(blueCash())
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(1, 3_000), 1, 12).Draw(t, "hundreds")
		var spends []rewards.Spend
		var within, total int64
		for i, hundreds := range amounts {
			amount := hundreds * 100 // whole dollars earn whole cents, so rounding cannot hide a difference
			at := time.Date(2026, time.June, 1+i, 0, 0, 0, 0, time.UTC)
			use, err := rewards.UseCaps([]rewards.Card{c}, spends, at, nil)
			require.NoError(t, err)
			purchase := groceries(amount)
			purchase.At = at
			result, err := rewards.Rank(purchase, []rewards.Card{c}, use)
			require.NoError(t, err)
			within += result.Ranked[0].WithinCap.Amount
			total += amount
			spends = append(spends, spend(at, category.Groceries, amount))
		}
		require.Equal(t, min(total, 600_000), within)

		use, err := rewards.UseCaps([]rewards.Card{c}, rapid.Permutation(spends).Draw(t, "order"), november, nil)
		require.NoError(t, err)
		require.Equal(t, used(c, "groceries", total), use)
	})
}

// On arbitrary wallets the replay must not depend on the order in which spending is listed.
func TestUseCapsIgnoresTheOrderOfSpends(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cards := []rewards.Card{genCard("USD", "A").Draw(t, "a"), genCard("USD", "B").Draw(t, "b")}
		spends := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rewards.Spend {
			return rewards.Spend{
				CardLastFour: rapid.SampledFrom([]string{"1111", "2222", ""}).Draw(t, "last"),
				MerchantSlug: rapid.SampledFrom(someMerchants).Draw(t, "slug"), Category: rapid.SampledFrom(someCategories).Draw(t, "category"),
				Amount: usd(rapid.Int64Range(-3_000, 6_000).Draw(t, "amount")), At: genMoment(t), Foreign: rapid.Bool().Draw(t, "abroad"),
			}
		}), 0, 20).Draw(t, "spends")
		at := genMoment(t)
		want, err := rewards.UseCaps(cards, spends, at, nil)
		require.NoError(t, err)
		got, err := rewards.UseCaps(cards, rapid.Permutation(spends).Draw(t, "order"), at, nil)
		require.NoError(t, err)
		require.Equal(t, want, got)
		for _, amount := range want {
			require.GreaterOrEqual(t, amount.Amount, int64(0))
		}
	})
}
