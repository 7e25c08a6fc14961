package redact_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/redact"
)

func TestCardNumbersMasksAllButTheLastFour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"plain", "my card is 4111111111111111.", "my card is •••• 1111."},
		{"spaces", "4111 1111 1111 1111", "•••• 1111"},
		{"dashes", "5500-0000-0000-0004", "•••• 0004"},
		{"dots", "3782.822463.10005", "•••• 0005"},
		{"no-break spaces", "4111\u00a01111\u00a01111\u00a01111", "•••• 1111"},
		{"thin spaces and en dashes", "4111\u20091111–1111\u20111111", "•••• 1111"},
		{"minus sign", "4111\u22121111\u22121111\u22121111", "•••• 1111"},
		{"zero width characters", "4\u200b111\u200d1111\ufeff1111\u00ad1111", "•••• 1111"},
		{"tab", "4111\t1111\t1111\t1111", "•••• 1111"},
		{"full width", "４１１１１１１１１１１１１１１１", "•••• 1111"},
		{"Arabic-Indic", "٤١١١ ١١١١ ١١١١ ١١١١", "•••• 1111"},
		{"Devanagari", "४१११११११११११११११", "•••• 1111"},
		{"mathematical digits", "𝟜𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙𝟙", "•••• 1111"},
		{"keycap emoji", strings.Join(strings.Split("4111111111111111", ""), "\ufe0f\u20e3") + "\ufe0f\u20e3", "•••• 1111\ufe0f\u20e3"},
		{"one digit at a time", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "•••• 1111"},
		{"spaced dashes", "4111 - 1111 - 1111 - 1111", "•••• 1111"},
		{"odd grouping", "41111 11 111-111.111", "•••• 1111"},
		{"slashes", "4111/1111/1111/1111", "•••• 1111"},
		{"underscores", "4111_1111_1111_1111", "•••• 1111"},
		{"lines", "4111|1111|1111|1111", "•••• 1111"},
		{"stars", "4111*1111*1111*1111", "•••• 1111"},
		{"commas and colons without a space", "4111,1111:1111,1111", "•••• 1111"},
		{"brackets", "(4111)(1111)(1111)(1111)", "(•••• 1111)"},
		{"five spaces", "4111     1111     1111     1111", "•••• 1111"},
		{"circled", "④①①①①①①①①①①①①①①①", "•••• 1111"},
		{"raised", "⁴¹¹¹¹¹¹¹¹¹¹¹¹¹¹¹", "•••• 1111"},
		{"accents", "4111\u03011111\u03011111\u03011111", "•••• 1111"},
		{"13 digits", "4222222222222", "•••• 2222"},
		{"14 digits", "30569309025904", "•••• 5904"},
		{"19 digits", "6221260000000000001", "•••• 0001"},
		{"glued to letters", "ccn4111111111111111x", "ccn•••• 1111x"},
		{"two cards", "4111111111111111 and 5500 0000 0000 0004", "•••• 1111 and •••• 0004"},
		{"two cards, a space apart", "4111111111111111 5500000000000004", "•••• 1111 •••• 0004"},
		{"after an order number", "order 1234 4111 1111 1111 1111", "order 1234 •••• 1111"},
		{"after a date", "2026-11-23 4111 1111 1111 1111", "2026-11-23 •••• 1111"},
		{"after an amount", "12.50 4111 1111 1111 1111", "12.50 •••• 1111"},
		{"after a plus sign", "+4111 1111 1111 1111", "+•••• 1111"},
		{"in an unbroken longer number", "0004111111111111111000000", "000•••• 1111000000"},
		{"with the expiry date glued on", "41111111111111111227", "•••• 11111227"},
		{"over line ends", "pay with\n4111 1111 1111 1111\nthanks", "pay with\n•••• 1111\nthanks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.True(t, redact.ContainsCardNumber(c.text))
			masked, found := redact.CardNumbers(c.text)
			require.True(t, found)
			require.Equal(t, c.want, masked)
			require.False(t, redact.ContainsCardNumber(masked))
		})
	}
}

func TestCardNumbersLeavesOtherNumbersAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "no digits at all", "4111111111111112", "order 112-4837291-9938412", "orders 112-4837291-9938412 and 113-0000000-0000000", "order #1234567890123457",
		"call +1 (415) 555-2671", "415-555-2671 415-555-2672 415-555-2673", "1-415-555-2671 1-415-555-2672",
		"+49 1512 3456789", "+44 20 7946 0958", "+5511912345675",
		"$86.00", "12.50 13.99 8.75 100.00", "12.50 13.99 8.75 100.01 7.25", "1,234,567.89", "total 4111.11 and 1111.11",
		"2026-11-23 2026-11-24 2026-11-25", "23.11.2026 24.11.2026", "2026-11-23T10:15:30Z", "20261123101530", "20261123101539",
		"019ada2c-4f6e-7000-8000-000000000000", "41111111-1111-4111-8111-111111111111", "550e8400-e29b-41d4-a716-446655440000",
		"12 eggs, 3 people, 2026", "0123456789", "4111 1111 1111", "4111 1111\n1111 1111", "room 101, 102, 103, 104, 105, 106",
		"•••• 1111", "version 1.2.3.4.5.6", "4539, 1488, 0343, 6467", "10/01/2026 10/15/2026", "split 4500/3000 and 2000/1500", "192.168.100.200", "cvv 123", "the security code is 482913", "zip 94107-1234",
	} {
		masked, found := redact.CardNumbers(text)
		require.False(t, found, text)
		require.Equal(t, text, masked)
		require.False(t, redact.ContainsCardNumber(text), text)
	}
}

func TestCardNumbersMasksTheSecurityCodeNearACard(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"4111 1111 1111 1111 cvv 123", "•••• 1111 cvv •••"},
		{"4111111111111111, CVC: 1234", "•••• 1111, CVC: •••"},
		{"cvv2=123 for 4111111111111111", "cvv2=••• for •••• 1111"},
		{"4111111111111111 exp 12/27 security code is 123", "•••• 1111 exp 12/27 security code is •••"},
		{"4111111111111111. The security code number is: 123!", "•••• 1111. The security code number is: •••!"},
		{"card verification value 987, 4111111111111111", "card verification value •••, •••• 1111"},
		{"4111111111111111 and 123 on the back", "•••• 1111 and ••• on the back"},
		{"4111111111111111 (1234 is on the front)", "•••• 1111 (••• is on the front)"},
		{"4111111111111111, on the back it says 123.", "•••• 1111, on the back it says •••."},
		{"4111111111111111 12/27 123", "•••• 1111 12/27 •••"},
		{"4111 1111 1111 1111, exp. 12/2027, 123 thanks", "•••• 1111, exp. 12/2027, ••• thanks"},
		{"4111 1111 1111 1111 123", "•••• 1111 •••"},
		{"4111 1111 1111 1111 123.\nnext line", "•••• 1111 •••.\nnext line"},
		{"cvv ١٢٣ 4111111111111111", "cvv ••• •••• 1111"},
		// not security codes
		{"4111111111111111 for 250 dollars", "•••• 1111 for 250 dollars"},
		{"4111111111111111 is 1111 on the back", "•••• 1111 is ••• on the back"},
		{"4111111111111111 on the back", "•••• 1111 on the back"},
		{"4111111111111111 cvv 12345", "•••• 1111 cvv 12345"},
		{"4111111111111111" + strings.Repeat(" far away", 30) + " cvv 123", "•••• 1111" + strings.Repeat(" far away", 30) + " cvv 123"},
	} {
		masked, found := redact.CardNumbers(c.text)
		require.True(t, found)
		require.Equal(t, c.want, masked)
	}
}

func TestContainsSecurityCodeWantsTheWordsBesideTheDigits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"cvv 123": true, "My card, CVC: 1234": true, "security code is 987": true, "123 on the back": true, "the back: 123": true,
		"card verification value = 123": true, "cvv ١٢٣": true,
		"": false, "Groceries card": false, "Visa 1234": false, "cvv": false, "cvv 12": false, "cvv 12345": false, "room 123": false,
		"Discount code 123": false,
	} {
		require.Equal(t, want, redact.ContainsSecurityCode(text), text)
	}
}

// A card that was masked before still has its code masked when it follows later.
func TestCardNumbersMasksTheCodeOfAMaskedCard(t *testing.T) {
	t.Parallel()
	masked, found := redact.CardNumbers("use •••• 1111, cvv 123")
	require.True(t, found)
	require.Equal(t, "use •••• 1111, cvv •••", masked)
}

// Every script's digits must be read at their value: an assumption about Unicode's tables, checked against them.
func TestDigitsOfEveryScriptAreUnderstood(t *testing.T) {
	t.Parallel()
	check := func(low, high rune, stride int) {
		require.Equal(t, 1, stride)
		require.Zero(t, (high-low+1)%10)
		for zero := low; zero <= high; zero += 10 {
			text := strings.Map(func(r rune) rune { return zero + r - '0' }, "4111111111111111")
			masked, found := redact.CardNumbers(text)
			require.True(t, found, "%U", zero)
			require.Equal(t, "•••• 1111", masked)
		}
	}
	for _, r := range unicode.Nd.R16 {
		check(rune(r.Lo), rune(r.Hi), int(r.Stride))
	}
	for _, r := range unicode.Nd.R32 {
		check(rune(r.Lo), rune(r.Hi), int(r.Stride))
	}
}

// withCheckDigit completes digits to a number that passes the Luhn check, computed here the long way.
func withCheckDigit(digits string) string {
	sum := 0
	for i := range len(digits) {
		value := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			value *= 2
		}
		sum += value/10 + value%10
	}
	return digits + string(rune('0'+(10-sum%10)%10))
}

func asciiDigits(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsDigit(r) {
			for zero := r; ; zero-- { // walk down to the zero of the script
				if !unicode.IsDigit(zero-1) || r-zero == 9 {
					b.WriteRune('0' + r - zero)
					break
				}
			}
		}
	}
	return b.String()
}

func genCardText() *rapid.Generator[[2]string] {
	return rapid.Custom(func(t *rapid.T) [2]string {
		size := rapid.IntRange(13, 19).Draw(t, "size")
		number := withCheckDigit(rapid.StringMatching(`[3-9][0-9]{`+string(rune('0'+(size-2)/10))+string(rune('0'+(size-2)%10))+`}`).Draw(t, "number"))
		zero := rapid.SampledFrom([]rune{'0', '0', '0', '\uff10', '\u0660', '\u06f0'}).Draw(t, "script")
		separators := []string{"", "", "", " ", "-", ".", "\u00a0", "–", "—", "\u2009", "\u200b", " - ", "·", "\u2212"}
		var b strings.Builder
		for i, r := range number {
			if i > 0 {
				b.WriteString(rapid.SampledFrom(separators).Draw(t, "separator"))
			}
			b.WriteRune(zero + r - '0')
		}
		return [2]string{number, b.String()}
	}).Filter(func(card [2]string) bool { return !otherShape.MatchString(card[1]) })
}

// otherShape is what a card number may look like by accident when its separators are drawn at random: a date, an order
// number, nothing but amounts. Those are left readable on purpose.
var otherShape = regexp.MustCompile(
	`(?:19|20)\d\d[-.]\d\d[-.]\d\d|\d\d[-.]\d\d[-.](?:19|20)\d\d|\d{3}-\d{7}-\d{7}|^(?:\d+\.\d\d[\s\x{2009}\x{00a0}]*)+$`)

// The guarantee: whatever the separators and the script, 13 digits of a card number never come out in order.
func TestCardNumbersNeverLetsThirteenDigitsThrough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		card := genCardText().Draw(t, "card")
		before := rapid.SampledFrom([]string{"", "pay with ", "card: ", "x", "\n", "#", "12 eggs, ", "café "}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", " please", ".", " cvv 123", "\n", ", exp 12/27"}).Draw(t, "after")
		text := before + card[1] + after
		masked, found := redact.CardNumbers(text)
		require.True(t, found, text)
		require.True(t, redact.ContainsCardNumber(text))
		require.False(t, redact.ContainsCardNumber(masked))

		digits := asciiDigits(masked)
		for i := 0; i+13 <= len(card[0]); i++ {
			require.NotContains(t, digits, card[0][i:i+13], "from %q", text)
		}
		again, _ := redact.CardNumbers(masked)
		require.Equal(t, masked, again)
	})
}

// Numbers that fail the check are not cards: a 16 digit order id stays readable.
func TestCardNumbersKeepsOrderNumbersThatFailTheCheck(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		valid := withCheckDigit(rapid.StringMatching(`[0-9]{15}`).Draw(t, "number"))
		last := byte('0') + (valid[15]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "off")))%10
		text := "order " + valid[:15] + string(last)
		masked, found := redact.CardNumbers(text)
		// A card of another length may sit inside by accident: then, and only then, something is masked.
		require.Equal(t, redact.ContainsCardNumber(text), found)
		if !found {
			require.Equal(t, text, masked)
		}
	})
}

func FuzzCardNumbers(f *testing.F) {
	for _, seed := range []string{
		"4111 1111 1111 1111 cvv 123", "2026-11-23 4111-1111-1111-1111", "٤١١١ ١١١١ ١١١١ ١١١١", "\xff4111111111111111\xfe", "+4111111111111111",
		"019ada2c-4f6e-7000-8000-000000000000", "0000000000000000000000000000", "•••• 1111 2222 3333 4444", "12.50 13.99 8.75 100.00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked, found := redact.CardNumbers(text)
		if !found && masked != text {
			t.Fatalf("changed without saying so: %q became %q", text, masked)
		}
		if redact.ContainsCardNumber(masked) {
			t.Fatalf("a card number is left in %q (from %q)", masked, text)
		}
		if redact.ContainsCardNumber(text) && !found {
			t.Fatalf("not masked: %q", text)
		}
		if again, _ := redact.CardNumbers(masked); again != masked {
			t.Fatalf("masking twice changes %q to %q", masked, again)
		}
	})
}
