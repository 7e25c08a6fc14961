package chat

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// holder asks with two cards: an Amex of which a third is used, and a Visa whose limit is not known.
func holder(text string, history ...string) question {
	q := asked(text, history...)
	q.lexicon, q.wallet = shops(), walletOfTwo()
	q.wallet[0].Product.Name, q.wallet[0].Product.Issuer, q.wallet[0].Product.Network = "Gold", "American Express", "amex"
	q.wallet[0].Limit, q.wallet[0].Balance = new(usd(300_000)), new(usd(100_000))
	q.members = []Sender{alice, carol}
	return q
}

func textOf(t *testing.T, q question) string {
	t.Helper()
	q.read()
	plan, err := q.plan()
	require.NoError(t, err)
	return plan.Text()
}

// Why: a question about the cards themselves was answered with "How much is the purchase?".
func TestPlanCard_AnswersAboutTheCardsThemselves(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"how many points do I have?": "I do not know how many points you have: their issuers keep that. I can tell what your orders earned; ask me, " +
			"for example, “How much cash back did I earn last month?”.",
		"Should I get a new card?": "I compare the cards you hold, and I do not know your credit well enough to say whether to get another. Ask me " +
			"which of yours earns most on a purchase.",
		"what is my Amex limit": "The limit of Gold is $3,000.00.",
		"which card is closest to its limit": "Closest to its limit is Gold: $1,000.00 of $3,000.00 are used (33.33%). I do not know limit and " +
			"balance of Flat; add them to the card, and I can tell.",
		"what are the limits of my cards?":               "The limit of Gold is $3,000.00. I do not know the limit of Flat; add them to the card, and I can tell.",
		"What is Carol's best card for groceries?":       "I only know your own cards, not those of Carol. Ask me about yours.",
		"which card should my wife use for $50 of gas?":  "I only know your own cards, not those of your wife. Ask me about yours.",
		"which is my wife's best card for $50?":          "I only know your own cards, not those of your wife. Ask me about yours.",
		"which card should Carol use for $50 groceries?": "I only know your own cards, not those of Carol. Ask me about yours.",
		"What's my best card for $50 of groceries?":      "Use Gold: it earns $3.00 on $50.00 (6%). 6% back on groceries. Next is Flat with $1.00, $2.00 less.",
		"¿cuánto me devolvieron las tarjetas este mes?":  "From 1 November to 20 November I see no order of yours that one of your cards paid.",
	} {
		require.Equal(t, want, textOf(t, holder(text)), text)
	}
	q := holder("what is my Amex limit")
	q.chatType = TypeGroup
	require.Equal(t, "I tell no limits in a group. Ask me in a chat of your own.", textOf(t, q))
}

// Why: an amount of an earlier message made every question after it one about that purchase.
func TestPlanCard_TakesAnAmountOfBeforeForAPurchaseOnly(t *testing.T) {
	t.Parallel()
	before := "which card for $50 at Target?"
	require.Equal(t, "None of your cards charges anything a year: Gold and Flat.", textOf(t, holder("What's the annual fee of my cards?", before)))
	require.Contains(t, textOf(t, holder("What's my utilization?", before)), "Of your limits you use: Gold 33.33%")
	require.Contains(t, textOf(t, holder("and at Amazon?", before)), "on $50.00 at Amazon")
	require.NotContains(t, textOf(t, holder("and at Amazon?", before)), "no new amount")
}

// Why: an amount without a currency is what is charged, and cards are charged in their own.
func TestPlanCard_ReadsAnAmountInTheCurrencyOfTheCards(t *testing.T) {
	t.Parallel()
	q := holder("which card for 50 at Target?")
	q.currency = "EUR"
	require.Equal(t, "Use Flat: it earns $1.00 on $50.00 at Target (2%). 2% back on everything. Next is Gold with $0.50, $0.50 less. "+
		"I took the amount in USD, the currency of your cards.", textOf(t, q))
	q = holder("which card at Target?")
	q.currency = "EUR"
	require.Contains(t, textOf(t, q), "You named no amount, so this is for $100.00.")
	q = holder("which card for €50 at Target?")
	q.currency = "EUR"
	require.Equal(t, "I know no rates of exchange, so I compare your cards on $100.00 paid abroad instead of 50.00 EUR. Use Gold: it earns $1.00 "+
		"on $100.00 at Target (1%). 1% back on the rest. Next is Flat with -$1.00, $2.00 less.", textOf(t, q))
	q = holder("and at Amazon?", "which card for ¥15,000 at Target?")
	q.wallet[1].Product.AnnualFee = money.Money{Currency: "JPY"}
	require.Contains(t, textOf(t, q), "You named no new amount, so this is still for ¥15,000.")
}

func TestPlanCard_SaysItPlainly(t *testing.T) {
	t.Parallel()
	q := holder("which card should I use?")
	require.Contains(t, textOf(t, q), "which of your 2 cards earns most")
	q.wallet = q.wallet[1:]
	require.Equal(t, "How much is the purchase? With the amount I can tell what your card earns.", textOf(t, q))
	q = holder("which card for $50 at Target?")
	q.wallet[0].Product.Rules = []rewards.Rule{{ID: "base-1", Kind: rewards.KindBase, Label: "the rest", RateBps: 200}}
	require.Contains(t, textOf(t, q), " Gold leaves as much.")
	require.NotContains(t, textOf(t, q), "$0.00 less")
}

// Why: only days as the engines write them are written in the asker's form.
func TestDaysOfAForecastAreWrittenAsOthersAre(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.December, 20, 12, 0, 0, 0, time.UTC)
	day := func(month time.Month, day, year int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	require.Equal(t, "27 December", dates(prices.DateRange{From: day(12, 27, 2026), To: day(12, 27, 2026)}, now))
	q := asked("x")
	q.chosen.DateFormat = "DD/MM/YYYY"
	require.Equal(t, "27/12/2026 to 05/01/2027", q.chosen.WriteDays(dates(prices.DateRange{From: day(12, 27, 2026), To: day(1, 5, 2027)}, now), now))
}
