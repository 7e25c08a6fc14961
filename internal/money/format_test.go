package money_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/money"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount   int64
		currency string
		want     string
	}{
		{8600, "USD", "$86.00"},
		{-320, "USD", "-$3.20"},
		{0, "USD", "$0.00"},
		{5, "USD", "$0.05"},
		{-5, "USD", "-$0.05"},
		{123_456_789, "USD", "$1,234,567.89"},
		{100_000, "USD", "$1,000.00"},
		{99_999, "USD", "$999.99"},
		{1200, "JPY", "¥1,200"},
		{-7, "JPY", "-¥7"},
		{5780, "EUR", "57.80 EUR"},
		{-5780, "EUR", "-57.80 EUR"},
		{250, "GBP", "£2.50"},
		{1_234_567, "KWD", "1,234.567 KWD"},
		{5, "KWD", "0.005 KWD"},
		{1500, "KRW", "1,500 KRW"},
		{10_001, "CLF", "1.0001 CLF"},
		{100, "CAD", "1.00 CAD"},
		{7, "ZZZ", "7 minor units of ZZZ"},
		{math.MaxInt64, "USD", "$92,233,720,368,547,758.07"},
		{math.MinInt64, "USD", "-$92,233,720,368,547,758.08"},
	} {
		m := money.Money{Amount: c.amount, Currency: c.currency}
		require.Equal(t, c.want, m.Format())
		require.Equal(t, c.want, fmt.Sprint(m))
	}
}

func TestFormatBps(t *testing.T) {
	t.Parallel()
	for bps, want := range map[int64]string{
		0: "0%", 600: "6%", 150: "1.5%", 5: "0.05%", 270: "2.7%", -270: "-2.7%", 10_000: "100%", 1: "0.01%", 2505: "25.05%",
		math.MinInt64: "-92233720368547758.08%",
	} {
		require.Equal(t, want, money.FormatBps(bps))
	}
}

// Whatever the amount, the digits shown are the digits stored: nothing is rounded away or invented.
func TestFormatShowsEveryDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		exponent, _ := money.Exponent(m.Currency)
		text := m.Format()
		require.Equal(t, m.Amount < 0, strings.HasPrefix(text, "-"))

		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, text)
		got, ok := new(big.Int).SetString(digits, 10)
		require.True(t, ok)
		require.Equal(t, new(big.Int).Abs(big.NewInt(m.Amount)).String(), got.String())

		_, decimals, found := strings.Cut(text, ".")
		require.Equal(t, exponent > 0, found)
		if found {
			require.Len(t, strings.TrimSuffix(decimals, " "+m.Currency), exponent)
		}
	})
}

func TestPercentsAreWrittenExactly(t *testing.T) {
	t.Parallel()
	for bps, want := range map[int64]string{0: "0", 5: "0.05", 302: "3.02", 600: "6", 1_250: "12.5", -170: "-1.7", 10_000: "100"} {
		content, err := json.Marshal(money.Percent(bps))
		require.NoError(t, err)
		require.Equal(t, want, string(content))
	}
}
