package money

import (
	"fmt"
	"strconv"
	"strings"
)

// Format writes the amount for people: "$86.00", "-$3.20", "¥1,200", and "57.80 EUR" where no symbol is well known.
// Thousands are grouped by commas and the decimals are always complete. It never fails: an amount of an unknown
// currency is written as what it is, "5780 minor units of XXX".
func (m Money) Format() string {
	exponent, ok := Exponent(m.Currency)
	if !ok {
		return fmt.Sprintf("%d minor units of %s", m.Amount, m.Currency)
	}
	sign, digits := "", strconv.FormatInt(m.Amount, 10)
	if m.Amount < 0 {
		sign, digits = "-", digits[1:]
	}
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, decimals := digits[:len(digits)-exponent], digits[len(digits)-exponent:]
	text := groupThousands(whole)
	if exponent > 0 {
		text += "." + decimals
	}
	if symbol, ok := Symbol(m.Currency); ok {
		return sign + symbol + text
	}
	return sign + text + " " + m.Currency
}

// String is Format, so that amounts read well in logs and test failures.
func (m Money) String() string { return m.Format() }

// FormatBps writes basis points as a percentage with no more decimals than needed: 600 is "6%", 150 is "1.5%",
// 5 is "0.05%", -270 is "-2.7%".
func FormatBps(bps int64) string {
	sign, digits := "", strconv.FormatInt(bps, 10)
	if bps < 0 {
		sign, digits = "-", digits[1:]
	}
	if missing := 3 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, decimals := digits[:len(digits)-2], strings.TrimRight(digits[len(digits)-2:], "0")
	if decimals != "" {
		whole += "." + decimals
	}
	return sign + whole + "%"
}

// Percent is basis points that JSON writes as a percentage, a number with at most two decimals that never passes
// through a float: 600 is 6, 150 is 1.5.
type Percent int64

// MarshalJSON implements json.Marshaler.
func (p Percent) MarshalJSON() ([]byte, error) {
	return []byte(strings.TrimSuffix(FormatBps(int64(p)), "%")), nil
}

func groupThousands(digits string) string {
	const size = 3
	head := len(digits) % size
	if head == 0 {
		head = size
	}
	var b strings.Builder
	b.WriteString(digits[:min(head, len(digits))])
	for i := head; i < len(digits); i += size {
		b.WriteByte(',')
		b.WriteString(digits[i : i+size])
	}
	return b.String()
}
