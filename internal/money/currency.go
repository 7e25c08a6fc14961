package money

import "slices"

// exponents maps every active ISO 4217 currency and fund code to its number of decimals, from "List one" of the
// standard as maintained by SIX, with the amendments up to the start of 2026:
//
//   - 176 (2025-03-31): XCG instead of ANG
//   - 177 (2024-09): ZWG instead of ZWL
//   - 178 (2025): CUC withdrawn
//   - 2025: XAD, the Arab accounting dinar, added
//   - 2026-01-01: BGN withdrawn, Bulgaria pays in EUR
//
// Codes without a minor unit (XDR, XSU, XUA, the metals XAU, XAG, XPT, XPD, the bond units XBA to XBD, XTS and XXX)
// are left out: no purchase is priced in them.
//
// golang.org/x/text/currency is not the source on purpose. Its tables are CLDR 32 (2017): they miss VES, MRU,
// SLE, VED, UYW, XAD, XCG and ZWG, and their digits are the customary ones, not the standard's (IDR, IQD, LBP and 19
// others have 0 there and 2 or 3 here). A test pins the whole difference.
var exponents = func() map[string]int {
	byExponent := map[int][]string{
		0: {
			"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
			"XAF", "XOF", "XPF",
		},
		2: {
			"AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BMD", "BND",
			"BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CNY",
			"COP", "COU", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD",
			"FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS",
			"INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
			"MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR",
			"MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR",
			"RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP",
			"STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD",
			"USN", "UYU", "UZS", "VED", "VES", "WST", "XAD", "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG",
		},
		3: {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"},
		4: {"CLF", "UYW"},
	}
	table := make(map[string]int, 180)
	for exponent, codes := range byExponent {
		for _, code := range codes {
			table[code] = exponent
		}
	}
	return table
}()

// symbols are written before the amount. Only currencies whose symbol means that currency to an American reader are
// listed; "$" is never used for another dollar, and the euro sign's place differs by country, so EUR is written as a
// code after the amount.
var symbols = map[string]string{"USD": "$", "GBP": "£", "JPY": "¥"}

// Exponent is the number of decimals of an active ISO 4217 currency: JPY 0, USD 2, KWD 3, CLF 4. ok is false for
// anything else, also for a code in lower case.
func Exponent(currency string) (exponent int, ok bool) {
	exponent, ok = exponents[currency]
	return exponent, ok
}

// Symbol is the sign written before amounts of currency; ok is false for those written with their code instead.
func Symbol(currency string) (symbol string, ok bool) {
	symbol, ok = symbols[currency]
	return symbol, ok
}

// Currencies lists every accepted code in alphabetical order.
func Currencies() []string {
	codes := make([]string, 0, len(exponents))
	for code := range exponents {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}
