package money_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/currency"

	"github.com/lattice-money/lattice/internal/money"
)

func TestExponentFollowsISO4217(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{
		"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "KWD": 3, "TND": 3, "CLF": 4, "UYW": 4,
		"HUF": 2, "IDR": 2, "IQD": 3, "TWD": 2, "CZK": 2, "XCG": 2, "ZWG": 2, "SLE": 2, "VED": 2, "XAD": 2,
	} {
		got, ok := money.Exponent(code)
		require.True(t, ok, code)
		require.Equal(t, want, got, code)
	}
}

func TestCurrenciesAreSortedCodesWithoutDuplicates(t *testing.T) {
	t.Parallel()
	codes := money.Currencies()
	// 17 without decimals, 139 with 2, 7 with 3, 2 with 4: a code listed twice would shrink the table.
	require.Len(t, codes, 165)
	for i, code := range codes {
		require.Regexp(t, `^[A-Z]{3}$`, code)
		if i > 0 {
			require.Less(t, codes[i-1], code)
		}
	}
}

// The customary digits of CLDR are not the decimals of the standard. This pins exactly where golang.org/x/text
// differs, so that nobody replaces the table by it, and so that an upgrade of either side is looked at.
func TestExponentDiffersFromCLDROnlyWhereKnown(t *testing.T) {
	t.Parallel()
	unknown := strings.Fields("UYW VED XAD XCG ZWG SLE MRU VES")
	customary := map[string]int{
		"AFN": 0, "ALL": 0, "AMD": 0, "COP": 0, "GYD": 0, "IDR": 0, "IQD": 0, "IRR": 0, "KPW": 0,
		"LAK": 0, "LBP": 0, "MGA": 0, "MMK": 0, "MNT": 0, "MUR": 0, "PKR": 0, "RSD": 0, "SOS": 0, "SYP": 0, "TZS": 0,
		"UZS": 0, "YER": 0,
	}
	var gotUnknown []string
	for _, code := range money.Currencies() {
		unit, err := currency.ParseISO(code)
		if err != nil {
			gotUnknown = append(gotUnknown, code)
			continue
		}
		want, listed := customary[code]
		if !listed {
			want, _ = money.Exponent(code)
		}
		digits, _ := currency.Standard.Rounding(unit)
		require.Equal(t, want, digits, "%s: CLDR digits against the documented expectation", code)
	}
	require.ElementsMatch(t, unknown, gotUnknown)
}
