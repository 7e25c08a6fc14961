package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/money"
)

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

func anyMoney() *rapid.Generator[money.Money] {
	return rapid.Custom(func(t *rapid.T) money.Money {
		return money.Money{
			Amount:   rapid.Int64().Draw(t, "amount"),
			Currency: rapid.SampledFrom(money.Currencies()).Draw(t, "currency"),
		}
	})
}

func TestNewRefusesWhatIsNotACurrency(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "usd", "US", "EURO", "XXX", "XAU", "BTC", "HRK", "BGN", "ANG", "DEM"} {
		_, err := money.New(1, code)
		require.ErrorIs(t, err, money.ErrUnknownCurrency, code)
	}
	m, err := money.New(-320, "USD")
	require.NoError(t, err)
	require.Equal(t, usd(-320), m)
	require.Equal(t, -1, m.Sign())
	require.True(t, usd(0).IsZero())
}

func TestArithmeticRefusesMixedCurrencies(t *testing.T) {
	t.Parallel()
	eur := money.Money{Amount: 1, Currency: "EUR"}
	_, err := usd(1).Add(eur)
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	_, err = usd(1).Sub(eur)
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	_, err = usd(1).Cmp(eur)
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	_, err = money.Sum("USD", usd(1), eur)
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	_, err = money.Sum("usd")
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
}

func TestArithmeticRefusesOverflowAtTheEdge(t *testing.T) {
	t.Parallel()
	_, err := usd(math.MaxInt64).Add(usd(1))
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = usd(math.MinInt64).Add(usd(-1))
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = usd(0).Sub(usd(math.MinInt64))
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = usd(math.MinInt64).Neg()
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = usd(math.MinInt64).Abs()
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = usd(math.MaxInt64).Mul(2)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = usd(math.MaxInt64).MulBps(10_001)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = usd(1).MulRatio(1, 0)
	require.ErrorIs(t, err, money.ErrOverflow)

	same, err := usd(math.MaxInt64).MulBps(money.BpsPerWhole)
	require.NoError(t, err)
	require.Equal(t, usd(math.MaxInt64), same)
}

func TestMulBpsRoundsHalfAwayFromZero(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ amount, bps, want int64 }{
		{0, 600, 0},
		{100, 150, 2},
		{99, 150, 1},
		{-100, 150, -2},
		{-99, 150, -1},
		{100, -150, -2},
		{33, 150, 0},
		{34, 150, 1},
		{8600, 600, 516},
		{10_000, 270, 270},
		{1, 5_000, 1},
		{1, 4_999, 0},
		{-1, 5_000, -1},
	} {
		got, err := usd(c.amount).MulBps(c.bps)
		require.NoError(t, err)
		require.Equal(t, usd(c.want), got, "%d at %d bps", c.amount, c.bps)
	}
}

func TestArithmeticEqualsExactIntegersOrReportsOverflow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		bigA, bigB := big.NewInt(a), big.NewInt(b)
		for name, c := range map[string]struct {
			got  func() (money.Money, error)
			want *big.Int
		}{
			"add": {func() (money.Money, error) { return usd(a).Add(usd(b)) }, new(big.Int).Add(bigA, bigB)},
			"sub": {func() (money.Money, error) { return usd(a).Sub(usd(b)) }, new(big.Int).Sub(bigA, bigB)},
			"mul": {func() (money.Money, error) { return usd(a).Mul(b) }, new(big.Int).Mul(bigA, bigB)},
			"neg": {func() (money.Money, error) { return usd(a).Neg() }, new(big.Int).Neg(bigA)},
			"sum": {func() (money.Money, error) { return money.Sum("USD", usd(a), usd(b)) }, new(big.Int).Add(bigA, bigB)},
		} {
			got, err := c.got()
			if !c.want.IsInt64() {
				require.ErrorIs(t, err, money.ErrOverflow, name)
				continue
			}
			require.NoError(t, err, name)
			require.Equal(t, usd(c.want.Int64()), got, name)
		}
	})
}

func TestMulRatioIsTheNearestWholeNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(-1<<40, 1<<40).Draw(t, "amount")
		numerator := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "numerator")
		denominator := rapid.Int64Range(1, 1_000_000).Draw(t, "denominator")
		got, err := usd(amount).MulRatio(numerator, denominator)
		require.NoError(t, err)

		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), big.NewInt(numerator)), big.NewInt(denominator))
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(got.Amount), exact)
		distance := new(big.Rat).Abs(off)
		half := big.NewRat(1, 2)
		require.LessOrEqual(t, distance.Cmp(half), 0)
		if distance.Cmp(half) == 0 {
			require.Equal(t, exact.Sign(), off.Sign(), "a tie goes away from zero")
		}
	})
}

func TestCmpOrdersAmounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		got, err := usd(a).Cmp(usd(b))
		require.NoError(t, err)
		require.Equal(t, big.NewInt(a).Cmp(big.NewInt(b)), got)
	})
}
