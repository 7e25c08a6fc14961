package money_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/money"
)

// FuzzFind looks for texts that break the reader of typed amounts or a promise of its answers (make fuzz runs it for a
// while).
func FuzzFind(f *testing.F) {
	for _, text := range []string{
		"", "$86", "$1,234.50", "57,80 €", "¥1200", "MXN 300", "1.5k", "86 dólares", "86 do\u0301lares", "5 euros con 20",
		"5 dollars and 20 cents", "KWD 1.250", "1 234 €", "1'234.50", "1\u202f234,50\u00a0€", "-$3.20", "−57,80 €", "$.50", "2 millones de pesos",
		"10-15", "3.14159", "$99999999999999999999", "50%", "1/2", "$300 MXN", "US$ 5 dollars", "R$", "$-", "kr 5 kr", "$0", "00,00",
		"we were 4 people and paid $86, 57.80 EUR and 20 bucks each", "\xff5\xfe$", "١٢٣ €", "²³", "5\u0301 $",
	} {
		f.Add(text, "USD")
		f.Add(text, "")
	}
	f.Add("300 pesos", "MXN")
	f.Add("1.234", "EUR")
	f.Add("¥88", "CNY")
	f.Add("86", "XXX")
	f.Fuzz(func(t *testing.T, text, currency string) {
		amounts, doubts := money.Find(text, currency)
		end := 0
		for _, amount := range amounts {
			require.NoError(t, amount.Money.Validate())
			requireSpan(t, text, amount.Start, amount.End)
			require.GreaterOrEqual(t, amount.Start, end, "amounts stand in order and apart")
			end = amount.End
			require.False(t, amount.Bare && currency == "", "a bare number has no currency but the reader's")
			if amount.Bare {
				require.Equal(t, currency, amount.Money.Currency)
			}
		}
		end = 0
		for _, doubt := range doubts {
			require.Error(t, doubt.Err)
			requireSpan(t, text, doubt.Start, doubt.End)
			require.GreaterOrEqual(t, doubt.Start, end, "doubts stand in order and apart")
			end = doubt.End
		}
		for _, amount := range amounts {
			for _, doubt := range doubts {
				require.True(t, amount.End <= doubt.Start || doubt.End <= amount.Start, "what is read is no doubt")
			}
		}

		parsed, err := money.Parse(text, currency)
		if err != nil {
			require.Zero(t, parsed)
			return
		}
		require.Len(t, amounts, 1)
		require.Equal(t, amounts[0].Money, parsed)
		// Written for people it reads the same again, but for a comma before three decimals, which Find tells.
		if exponent, _ := money.Exponent(parsed.Currency); exponent < 3 {
			again, err := money.Parse(parsed.Format(), parsed.Currency)
			require.NoError(t, err, "%s", parsed.Format())
			require.Equal(t, parsed, again)
		}
	})
}

// requireSpan holds a span to be a part of the text that has a digit in it.
func requireSpan(t *testing.T, text string, start, end int) {
	t.Helper()
	require.GreaterOrEqual(t, start, 0)
	require.Less(t, start, end)
	require.LessOrEqual(t, end, len(text))
	require.Regexp(t, `\d`, text[start:end])
}
