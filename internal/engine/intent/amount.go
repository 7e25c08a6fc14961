package intent

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lattice-money/lattice/internal/money"
)

// signs are the currencies of signs and words; a bare $ is taken as US dollars, a ¥ as yen.
var signs = map[string]string{
	"$": "USD", "us$": "USD", "usd": "USD", "eur": "EUR", "gbp": "GBP", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW",
	"dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD", "euro": "EUR", "euros": "EUR",
	"pound": "GBP", "pounds": "GBP", "quid": "GBP", "yen": "JPY", "rupees": "INR",
}

const number = `(\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)`

var (
	signFirst = regexp.MustCompile(`(?i)(?:^|[^\w$])(us\$|[$€£¥₹₩]|[a-z]{3} )\s?` + number + `\b`)
	signLast  = regexp.MustCompile(`(?i)(?:^|[^\w.,$€£¥₹₩])` + number + `\s?([€£¥₹₩$]|[a-z]+)(?:\D|$)`)
)

// findAmount is the first amount in the text that names its currency: "$1,234.50", "86 dollars", "57.80 €", "¥1200",
// "KWD 1.250". Nil when there is none; a bare number is not an amount.
func findAmount(text string) *money.Money {
	type hit struct {
		at    int
		value money.Money
	}
	var hits []hit
	for _, form := range []struct {
		pattern         *regexp.Regexp
		sign, magnitude int
	}{{signFirst, 1, 2}, {signLast, 2, 1}} {
		for _, m := range form.pattern.FindAllStringSubmatchIndex(text, -1) {
			part := func(group int) string { return text[m[2*group]:m[2*group+1]] }
			if value, ok := toMoney(part(form.magnitude), strings.TrimSpace(part(form.sign))); ok {
				hits = append(hits, hit{m[2*form.magnitude], value})
			}
		}
	}
	if len(hits) == 0 {
		return nil
	}
	first := slices.MinFunc(hits, func(a, b hit) int { return a.at - b.at })
	return &first.value
}

// toMoney reads digits with either kind of separators. The last one is the decimal one when what follows it is not
// three digits, or is as many digits as a currency of three decimals has; more decimals than it has are refused.
func toMoney(digits, sign string) (money.Money, bool) {
	currency, ok := signs[strings.ToLower(sign)]
	if !ok {
		currency = sign // a code is written in capitals: "all 20" and "try 5" are no lek and no lira
	}
	exponent, known := money.Exponent(currency)
	if !known {
		return money.Money{}, false
	}
	whole, decimals := digits, ""
	if at := strings.LastIndexAny(digits, ".,"); at >= 0 {
		tail := digits[at+1:]
		thousands := len(tail) == 3 && digits[0] != '0' && (exponent != 3 || digits[at] == ',')
		if !thousands {
			whole, decimals = digits[:at], tail
		}
	}
	if len(decimals) > exponent {
		return money.Money{}, false
	}
	whole = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, whole)
	amount, err := strconv.ParseInt(whole+decimals+strings.Repeat("0", exponent-len(decimals)), 10, 64)
	return money.Money{Amount: amount, Currency: currency}, err == nil && amount > 0
}
