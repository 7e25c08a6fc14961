package money_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/money"
)

func of(amount int64, currency string) money.Money {
	return money.Money{Amount: amount, Currency: currency}
}

func TestParseReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, own string
		want      money.Money
	}{
		{"$86", "USD", usd(8_600)},
		{"$1,234.50", "USD", usd(123_450)},
		{"$ 12", "USD", usd(1_200)},
		{"12$", "USD", usd(1_200)},
		{"$.50", "USD", usd(50)},
		{"$5.5", "USD", usd(550)},
		{"US$40", "EUR", usd(4_000)},
		{"20 USD", "EUR", usd(2_000)},
		{"usd 20", "EUR", usd(2_000)},
		{"USD20", "EUR", usd(2_000)},
		{"86 bucks", "USD", usd(8_600)},
		{"86 dollars", "EUR", usd(8_600)},
		{"86 dólares", "EUR", usd(8_600)},
		{"86 do\u0301lares", "EUR", usd(8_600)},
		{"86bucks", "USD", usd(8_600)},
		{"5 dollars and 20 cents", "USD", usd(520)},
		{"$5 and 5 cents", "USD", usd(505)},
		{"99 cents", "USD", usd(99)},
		{"99¢", "USD", usd(99)},
		{"50 cents", "EUR", of(50, "EUR")},
		{"50p", "GBP", money.Money{}}, // p is not known
		{"50 pence", "USD", of(50, "GBP")},
		{"57,80 €", "USD", of(5_780, "EUR")},
		{"57,80€", "USD", of(5_780, "EUR")},
		{"57.80 EUR", "USD", of(5_780, "EUR")},
		{"1.234,50 €", "USD", of(123_450, "EUR")},
		{"1.234 €", "USD", of(123_400, "EUR")},
		{"1,234 €", "USD", of(123_400, "EUR")},
		{"€1'234.50", "USD", of(123_450, "EUR")},
		{"1\u202f234,50\u00a0€", "USD", of(123_450, "EUR")},
		{"5 euros con 20", "USD", of(520, "EUR")},
		{"5 euros con 5 céntimos", "USD", of(505, "EUR")},
		{"5 euros y 50 centimos", "USD", of(550, "EUR")},
		{"¥1200", "USD", of(1_200, "JPY")},
		{"¥1,200", "USD", of(1_200, "JPY")},
		{"¥1.200", "USD", of(1_200, "JPY")},
		{"¥88", "CNY", of(8_800, "CNY")},
		{"1200 yen", "USD", of(1_200, "JPY")},
		{"£20", "USD", of(2_000, "GBP")},
		{"20 quid", "USD", of(2_000, "GBP")},
		{"20 pounds", "USD", of(2_000, "GBP")},
		{"MXN 300", "USD", of(30_000, "MXN")},
		{"300 mxn", "USD", of(30_000, "MXN")},
		{"$300 MXN", "USD", of(30_000, "MXN")},
		{"MX$300", "USD", of(30_000, "MXN")},
		{"300 pesos", "MXN", of(30_000, "MXN")},
		{"$300", "MXN", of(30_000, "MXN")},
		{"$300", "EUR", usd(30_000)},
		{"$1.234", "CLP", of(1_234, "CLP")},
		{"$1.234", "ARS", of(123_400, "ARS")},
		{"20 dollars", "CAD", of(2_000, "CAD")},
		{"CA$20", "USD", of(2_000, "CAD")},
		{"R$ 20", "USD", of(2_000, "BRL")},
		{"S/ 20", "USD", of(2_000, "PEN")},
		{"CHF 20", "USD", of(2_000, "CHF")},
		{"300 TRY", "USD", of(30_000, "TRY")},
		{"KWD 1.250", "USD", of(1_250, "KWD")},
		{"KWD 1.25", "USD", of(1_250, "KWD")},
		{"1,234.567 KWD", "USD", of(1_234_567, "KWD")},
		{"KWD 0,500", "USD", of(500, "KWD")},
		{"5k", "USD", usd(500_000)},
		{"1.5k", "USD", usd(150_000)},
		{"$1.5k", "USD", usd(150_000)},
		{"2,5k €", "USD", of(250_000, "EUR")},
		{"$5m", "USD", usd(500_000_000)},
		{"2 grand", "USD", usd(200_000)},
		{"5 thousand dollars", "USD", usd(500_000)},
		{"5 mil pesos", "MXN", of(500_000, "MXN")},
		{"2 millones de pesos", "COP", of(200_000_000, "COP")},
		{"$2 million", "USD", usd(200_000_000)},
		{"86", "USD", usd(8_600)},
		{"86", "JPY", of(86, "JPY")},
		{"1,234", "USD", usd(123_400)},
		{"1,23", "USD", usd(123)},
		{"1.234,5", "USD", usd(123_450)},
		{"1.234", "EUR", of(123_400, "EUR")},
		{"-3.20", "USD", usd(-320)},
		{"-$3.20", "USD", usd(-320)},
		{"$-3.20", "USD", usd(-320)},
		{"−57,80 €", "USD", of(-5_780, "EUR")},
		{"0", "USD", usd(0)},
		{"  $5  ", "USD", usd(500)},
	} {
		t.Run(c.text+" "+c.own, func(t *testing.T) {
			t.Parallel()
			got, err := money.Parse(c.text, c.own)
			if c.want == (money.Money{}) {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestParseRefusesWhatCannotBeTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, own string
		want      error
	}{
		{"$1.234", "USD", money.ErrAmbiguous},
		{"1.234", "USD", money.ErrAmbiguous},
		{"1,250 KWD", "USD", money.ErrAmbiguous},
		{"1 234,50 €", "USD", money.ErrAmbiguous},
		{"300 pesos", "USD", money.ErrAmbiguous},
		{"20 kr", "USD", money.ErrAmbiguous},
		{"5 mil", "USD", money.ErrAmbiguous},
		{"$1.250k", "USD", money.ErrAmbiguous},
		{"$20 EUR", "USD", money.ErrAmbiguous},
		{"$1,23,456", "USD", money.ErrAmbiguous},
		{"50 cents", "JPY", money.ErrAmbiguous},
		{"X$20", "USD", money.ErrNotAmount},
		{"$10-15", "USD", money.ErrNotAmount},
		{"$3.4599", "USD", money.ErrTooPrecise},
		{"¥12.50", "USD", money.ErrTooPrecise},
		{"1.2345k", "JPY", money.ErrNotAmount}, // bare
		{"¥1.2345k", "USD", money.ErrTooPrecise},
		{"$99999999999999999999", "USD", money.ErrOverflow},
		{"$5 $6", "USD", money.ErrNotAmount},
		{"about $5", "USD", money.ErrNotAmount},
		{"", "USD", money.ErrNotAmount},
		{"five", "USD", money.ErrNotAmount},
		{"$", "USD", money.ErrNotAmount},
		{"86", "", money.ErrNotAmount},
		{"86", "usd", money.ErrNotAmount},
		{"20%", "USD", money.ErrNotAmount},
		{"20 percent", "USD", money.ErrNotAmount},
		{"12:30", "USD", money.ErrNotAmount},
		{"1/3", "USD", money.ErrNotAmount},
		{"10-15", "USD", money.ErrNotAmount},
		{"2026-11-23", "USD", money.ErrNotAmount},
		{"23.11.2026", "USD", money.ErrNotAmount},
		{"4th", "USD", money.ErrNotAmount},
		{"5m", "USD", money.ErrNotAmount},
		{"WH-1000XM5", "USD", money.ErrNotAmount},
		{"#12", "USD", money.ErrNotAmount},
		{"₿20", "USD", money.ErrNotAmount},
		{"$5½", "USD", money.ErrNotAmount},
	} {
		t.Run(c.text+" "+c.own, func(t *testing.T) {
			t.Parallel()
			_, err := money.Parse(c.text, c.own)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestFindTellsWhereAmountsStand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string // what was read and what it is; a doubt with a question mark
	}{
		{"split the 20 $30 tickets", []string{"20 = $20.00 bare", "$30 = $30.00"}},
		{"it was $1,234.50 in all, tip 20%.", []string{"$1,234.50 = $1,234.50"}},
		{"Divide 60 entre Ana, Luis y yo", []string{"60 = $60.00 bare"}},
		{"Ana 20, Ben 30,50 and I:7", []string{"20 = $20.00 bare", "30,50 = $30.50 bare", "7 = $7.00 bare"}},
		{"between 10 EUR 20 people", []string{"10 EUR = 10.00 EUR", "20 = $20.00 bare"}},
		{"20$ and €30", []string{"20$ = $20.00", "€30 = 30.00 EUR"}},
		{"$10-$15 each", []string{"$10 = $10.00", "$15 = $15.00"}},
		{"$120/4 = $30", []string{"$120 = $120.00", "$30 = $30.00"}},
		{"paid 300 pesos and $5", []string{"300 pesos ?", "$5 = $5.00"}},
		{"gas was $3.459 a gallon", []string{"$3.459 ?"}},
		{"20 pounds of beef", nil},
		{"all 20 of us try 5", []string{"20 = $20.00 bare", "5 = $5.00 bare"}},
		{"ALL 20 OF US", []string{"20 = $20.00 bare"}},
		{"on 11/23/2026 at 12:30 in room 4b", nil},
		{"the iPhone15 and the 4th WH-1000XM5", nil},
		{"$86.", []string{"$86 = $86.00"}},
		{"(€5)", []string{"€5 = 5.00 EUR"}},
		{"5 euros con 20 amigos", []string{"5 euros = 5.00 EUR", "20 = $20.00 bare"}},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			amounts, doubts := money.Find(c.text, "USD")
			var got []string
			for _, a := range amounts {
				line := c.text[a.Start:a.End] + " = " + a.Money.Format()
				if a.Bare {
					line += " bare"
				}
				got = append(got, line)
			}
			for _, d := range doubts {
				got = append(got, c.text[d.Start:d.End]+" ?")
			}
			require.ElementsMatch(t, c.want, got)
		})
	}
}

func TestFormatFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount      money.Money
		style, want string
	}{
		{usd(123_450), "", "$1,234.50"},
		{usd(123_450), "1,234.50", "$1,234.50"},
		{usd(123_450), "1.234,50", "1.234,50\u00a0$"},
		{of(-5_780, "EUR"), "1.234,50", "-57,80\u00a0€"},
		{of(1_200, "JPY"), "1.234,50", "1.200\u00a0¥"},
		{of(1_234_567, "KWD"), "1.234,50", "1.234,567\u00a0KWD"},
		{of(7, "ZZZ"), "1.234,50", "7 minor units of ZZZ"},
	} {
		require.Equal(t, c.want, money.FormatFor(c.amount, money.Style(c.style)))
	}
}

// What is shown can be typed back, whoever reads it.
func TestParseReadsBackWhatFormatWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		for _, own := range []string{m.Currency, "USD", "EUR", ""} {
			back, err := money.Parse(m.Format(), own)
			require.NoError(t, err, m.Format())
			require.Equal(t, m, back)
		}
		exponent, _ := money.Exponent(m.Currency)
		if exponent == 3 {
			return // "1,250 KWD" is a doubt
		}
		text := money.FormatFor(m, money.StyleComma)
		back, err := money.Parse(text, m.Currency)
		require.NoError(t, err, text)
		require.Equal(t, m, back)
	})
}

// FuzzParse: whatever the text, reading it ends, every amount is made of the digits that stand where it says, and what
// is read can be written and read again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"$1,234.50", "86 bucks", "57,80 €", "¥1200", "1.234,50 €", "MXN 300", "5k", "1.5k", "5 euros con 20", "-$3.20", "20 30 $40",
		"1 234,50 €", "$10-15 12:30 1/3 4th", "99¢ and 5 dollars and 5 cents", "2 millones de pesos", "ALL 20 TRY 5", "R$ 20 S/ 5", "\xff$5\u0301",
	} {
		f.Add(text, "USD")
	}
	f.Add("1.234 300 pesos", "MXN")
	f.Add("1,250", "KWD")
	f.Fuzz(func(t *testing.T, text, own string) {
		amounts, doubts := money.Find(text, own)
		last := 0
		for _, a := range amounts {
			require.NoError(t, a.Money.Validate())
			require.True(t, last <= a.Start && a.Start < a.End && a.End <= len(text), "amounts overlap or leave the text")
			last = a.End
			part := text[a.Start:a.End]
			if utf8.ValidString(text) {
				require.True(t, utf8.ValidString(part), "cut inside a letter")
			}
			require.Equal(t, significant(part), significant(a.Money.Format()), "digits that are not in %q", part)
			for _, d := range doubts {
				require.True(t, d.End <= a.Start || a.End <= d.Start, "an amount and a doubt in one place")
			}
			again, err := money.Parse(a.Money.Format(), a.Money.Currency)
			if a.Money.Currency != own || strings.HasSuffix(a.Money.Format(), own) {
				require.NoError(t, err)
				require.Equal(t, a.Money, again)
			}
		}
		_, _ = money.Parse(text, own)
	})
}

// significant is the digits of a text without zeros, which scales and missing decimals add.
func significant(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '1' && r <= '9' {
			return r
		}
		return -1
	}, text)
}
