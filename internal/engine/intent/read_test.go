package intent_test

import (
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

func lexicon() spending.Lexicon {
	return spending.NewLexicon([]spending.Merchant{
		{Slug: "whole-foods", Name: "Whole Foods", Category: "groceries", Aliases: []string{"Whole Foods Market", "wholefoods"}},
		{Slug: "costco", Name: "Costco", Category: "wholesale_clubs"},
		{Slug: "uber", Name: "Uber", Category: "rideshare"},
		{Slug: "uber-eats", Name: "Uber Eats", Category: "delivery"},
		{Slug: "trader-joes", Name: "Trader Joe's", Category: "groceries"},
		{Slug: "target", Name: "Target", Category: "department_stores"},
		{Slug: "amazon", Name: "Amazon", Category: "online_retail"},
		{Slug: "delta", Name: "Delta Flights", Category: "flights"},
		{Slug: "pret", Name: "Prêt à Manger", Category: "dining", Aliases: []string{"pret"}},
	})
}

func usd(amount int64) *money.Money { return &money.Money{Amount: amount, Currency: "USD"} }

func TestReadUnderstandsTheExampleOfTheContract(t *testing.T) {
	t.Parallel()
	reading := intent.Read(intent.Message{Text: "Which card should I use for $86 of groceries at Whole Foods?", ChatType: "solo"}, lexicon())
	require.Equal(t, intent.Reading{
		Intent: intent.Card, Confidence: 0.99, Amount: usd(8600), Amounts: []money.Money{*usd(8600)},
		MerchantSlug: "whole-foods", MerchantName: "Whole Foods", Category: "groceries",
		Language: intent.English, Addressed: true, Why: intent.WhySolo,
	}, reading)
}

func TestReadIntents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want intent.Intent
		kind intent.Kind
	}{
		{"Which card should I use at Costco?", intent.Card, ""},
		{"what's the best card for gas", intent.Card, ""},
		{"Which of my cards earns most on dinner?", intent.Card, ""},
		{"Should I use my Amex card at Target?", intent.Card, ""},
		{"how much cash back would I get on $200 at Amazon", intent.Card, ""},
		{"What is the annual fee of my Gold?", intent.Card, ""},
		{"what would this do to my utilization", intent.Card, ""},
		{"best card for groceries?", intent.Card, ""},
		{"Split $90 three ways", intent.Split, ""},
		{"Split the $120 dinner between me, Bob and Carol", intent.Split, ""},
		{"Dinner was $86. Split it evenly.", intent.Split, ""},
		{"who owes whom?", intent.Split, ""},
		{"How much do I owe Bob", intent.Split, ""},
		{"can we split up the bill", intent.Split, ""},
		{"let's settle up", intent.Split, ""},
		{"Track the price of the Sony WH-1000XM5", intent.Tracker, ""},
		{"Is $299 a good price for AirPods?", intent.Tracker, ""},
		{"Should I buy the Switch now or wait?", intent.Tracker, ""},
		{"alert me when the headphones drop below $250", intent.Tracker, ""},
		{"how much is the Nintendo Switch", intent.Tracker, ""},
		{"price history of the Kindle", intent.Tracker, ""},
		{"How much did I spend on groceries last month?", intent.General, intent.KindSpending},
		{"what was my last order at Trader Joes", intent.General, intent.KindSpending},
		{"How much did I pay in delivery fees this year?", intent.General, intent.KindSpending},
		{"Hi!", intent.General, intent.KindGreeting},
		{"good morning lattice", intent.General, intent.KindGreeting},
		{"Thanks, that helps", intent.General, intent.KindThanks},
		{"What can you do?", intent.General, intent.KindHelp},
		{"help", intent.General, intent.KindHelp},
		{"Tell me a joke", intent.General, intent.KindOutOfScope},
		{"What's the weather tomorrow?", intent.General, intent.KindOutOfScope},
		{"write a python function that sorts a list", intent.General, intent.KindOutOfScope},
		{"I like turtles", intent.General, intent.KindOther},
		{"never mind", intent.General, intent.KindOther},
		{"hey, which card for dinner?", intent.Card, ""},
		{"thanks! and how much do I owe Bob?", intent.Split, ""},
		{"best banana split in town?", intent.General, intent.KindOther},
		{"what card games do you know", intent.General, intent.KindOther},
		{"¿Qué tarjeta uso en Costco?", intent.Card, ""},
		{"divide 90 entre Ana y yo", intent.Split, ""},
		{"avísame cuando baje de 200 euros", intent.Tracker, ""},
		{"¿cuánto gasté este mes?", intent.General, intent.KindSpending},
		{"¡Hola!", intent.General, intent.KindGreeting},
		{"muchas gracias", intent.General, intent.KindThanks},
		{"¿qué puedes hacer?", intent.General, intent.KindHelp},
		{"cuéntame un chiste", intent.General, intent.KindOutOfScope},
		{"me debes una explicación", intent.General, intent.KindOther},
		{"I bought a gift card for mom", intent.General, intent.KindOther},
		{"which greeting card should I send?", intent.General, intent.KindOther},
		{"My report card came back", intent.General, intent.KindOther},
		{"They split up last year", intent.General, intent.KindOther},
		{"we should split up and look for him", intent.General, intent.KindOther},
		{"He has a great track record", intent.General, intent.KindOther},
		{"I lost track of time", intent.General, intent.KindOther},
		{"can you track my package", intent.General, intent.KindOther},
		{"the soundtrack is great, wait a split second", intent.General, intent.KindOther},
		{"", intent.General, intent.KindOther},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			reading := intent.Read(intent.Message{Text: c.text, ChatType: "solo"}, lexicon())
			require.Equal(t, c.want, reading.Intent)
			require.Equal(t, c.kind, reading.Kind)
		})
	}
}

func TestReadAnswersInGroupsOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]intent.Intent{
		"see you at eight":                            intent.None,
		"how much did I spend on groceries?":          intent.None,
		"@lattice how much did I spend on groceries?": intent.General,
		"hey @Lattice, good morning":                  intent.General,
		"@lattice":                                    intent.General,
		"write to bob@lattice.com please":             intent.None,
		"@lattices are nice":                          intent.None,
		"mail me at @lattice.money":                   intent.None,
		"Which card should I use for dinner?":         intent.Card,
		"my new card arrived":                         intent.None,
		"Split $90 between us":                        intent.Split,
		"Dinner was $90, split it three ways":         intent.Split,
		"the price of gas is crazy":                   intent.None,
		"is that a good price for a tent?":            intent.Tracker,
		"i owe you one":                               intent.None,
		"thanks!":                                     intent.None,
		"they split up":                               intent.None,
		"@lattice the price of tents":                 intent.Tracker,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, intent.Read(intent.Message{Text: text, ChatType: "group"}, lexicon()).Intent)
		})
	}
}

func TestReadAmounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]*money.Money{
		"$86":                                 usd(8600),
		"it was $1,234.50 in all":             usd(123450),
		"86 dollars at the bar":               usd(8600),
		"5 bucks":                             usd(500),
		"57.80 €":                             {Amount: 5780, Currency: "EUR"},
		"57,80€ for lunch":                    {Amount: 5780, Currency: "EUR"},
		"1.234.567,89 EUR":                    {Amount: 123456789, Currency: "EUR"},
		"¥1200":                               {Amount: 1200, Currency: "JPY"},
		"¥1,200 for ramen":                    {Amount: 1200, Currency: "JPY"},
		"£12.5":                               {Amount: 1250, Currency: "GBP"},
		"KWD 1.250":                           {Amount: 1250, Currency: "KWD"},
		"US$40":                               usd(4000),
		"CHF 20 and then $5":                  {Amount: 2000, Currency: "CHF"},
		"split the 20 $30 tickets":            usd(3000),
		"$86.":                                usd(8600),
		"90":                                  nil,
		"4 people":                            nil,
		"$5k":                                 usd(500000),
		"$1.23456":                            nil,
		"¥12.50":                              nil,
		"$0":                                  usd(0),
		"all 20 of us try 5":                  nil,
		"CA$20":                               {Amount: 2000, Currency: "CAD"},
		"six bucks":                           usd(600),
		"a hundred and ten euros":             {Amount: 11000, Currency: "EUR"},
		"two grand":                           usd(200000),
		"split 90 by 4":                       usd(9000),
		"split 90 between 4 people, two cars": usd(9000),
		"which card for 86 at Costco":         usd(8600),
		"which card since 2024":               nil,
		"which card for my iPhone 17":         nil,
		"me 40, Bob 35, total 75, who owes":   usd(7500),
		"$99999999999999999999":               nil,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, intent.Read(intent.Message{Text: text, ChatType: "solo"}, lexicon()).Amount)
		})
	}
}

func TestReadMerchantsAndCategories(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, slug, category string }{
		{"which card at uber eats", "uber-eats", "delivery"},
		{"which card for an uber", "uber", "rideshare"},
		{"which card at WHOLE FOODS MARKET's", "whole-foods", "groceries"},
		{"which card at trader joe’s", "trader-joes", "groceries"},
		{"which card for pret a manger", "pret", "dining"},
		{"which card at Prét", "pret", "dining"},
		{"which card for a flight", "", "flights"},
		{"which card for delta flights", "delta", "flights"},
		{"which card for dinner with Amazon folks", "amazon", "dining"},
		{"what target price should I set", "", ""},
		{"which card at target", "target", "department_stores"},
		{"which card at amazonia", "", ""},
		{"which card for petrol", "", "gas"},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			reading := intent.Read(intent.Message{Text: c.text, ChatType: "solo"}, lexicon())
			require.Equal(t, c.slug, reading.MerchantSlug)
			require.Equal(t, c.category, reading.Category)
		})
	}
}

func TestReadCompletesAFollowUp(t *testing.T) {
	t.Parallel()
	history := []string{"hello", "Which card should I use for $86 of groceries at Whole Foods?", "thanks"}

	reading := intent.Read(intent.Message{Text: "and at Costco?", History: history}, lexicon())
	require.Equal(t, intent.Card, reading.Intent)
	require.Equal(t, "costco", reading.MerchantSlug)
	require.Equal(t, "wholesale_clubs", reading.Category)
	require.Equal(t, usd(8600), reading.Amount)

	reading = intent.Read(intent.Message{Text: "what about $200?", History: history}, lexicon())
	require.Equal(t, intent.Card, reading.Intent)
	require.Equal(t, "whole-foods", reading.MerchantSlug)
	require.Equal(t, usd(20000), reading.Amount)

	reading = intent.Read(intent.Message{Text: "and last month?", History: []string{"how much did I spend at Costco?"}}, lexicon())
	require.Equal(t, intent.KindSpending, reading.Kind)

	require.Equal(t, intent.KindOther, intent.Read(intent.Message{Text: "and at Costco?", ChatType: "solo"}, lexicon()).Kind)
}

// Why: who asks in Spanish is answered in Spanish, and no figure is ever written into these answers.
func TestReplyAnswersSmallTalkInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, kind := range []intent.Kind{intent.KindGreeting, intent.KindHelp, intent.KindThanks, intent.KindOutOfScope} {
		english, spanish := intent.Reply(kind, intent.English), intent.Reply(kind, intent.Spanish)
		require.NotEmpty(t, english, kind)
		require.NotEmpty(t, spanish, kind)
		require.NotEqual(t, english, spanish, kind)
		require.NotRegexp(t, `\d`, english+spanish)
	}
	for _, kind := range []intent.Kind{intent.KindSpending, intent.KindOther, ""} {
		require.Empty(t, intent.Reply(kind, intent.English), kind)
		require.Empty(t, intent.Reply(kind, intent.Spanish), kind)
	}
}

func TestExplainNamesTheEvidence(t *testing.T) {
	t.Parallel()
	message := intent.Message{Text: "Which card should I use for $86?"}
	reading, findings := intent.Explain(message, lexicon())
	require.Equal(t, intent.Read(message, lexicon()), reading)
	require.Contains(t, findings, intent.Finding{Side: "card", Pattern: "%which ~3 %card", Weight: 12, Words: "which card"})
}

// Whatever people type, reading it ends, gives one of the intents, and gives the same one again.
func TestReadIsTotalAndDeterministic(t *testing.T) {
	t.Parallel()
	words := rapid.SampledFrom([]string{
		"card", "which", "split", "up", "price", "track", "@lattice", "$86", "at", "Whole", "Foods", "gift", "what", "I", "spend",
		"how much", "?", "and", "last", "month", "é", "…", "1,2", "€", "20%", "60/40", "Bob", "between", "by", "4", "people", "if",
		"drops", "below", "tell me", "tarjeta", "entre", "hace", "mes", "is", "fair", "owes", "Ana", ",", "2026", "six bucks",
	})
	rapid.Check(t, func(t *rapid.T) {
		var text string
		for _, word := range rapid.SliceOfN(words, 0, 12).Draw(t, "words") {
			text += word + " "
		}
		requireSound(t, intent.Message{
			Text:     text + rapid.StringN(0, 20, -1).Draw(t, "tail"),
			ChatType: rapid.SampledFrom([]string{intent.Solo, intent.Group, ""}).Draw(t, "type"),
			History:  []string{"Which card at Costco?", rapid.StringN(0, 20, -1).Draw(t, "history")},
			Currency: rapid.SampledFrom([]string{"", "USD", "JPY", "KWD"}).Draw(t, "currency"),
			Now:      rapid.SampledFrom([]time.Time{{}, noon}).Draw(t, "now"),
		})
	})
}

var shops = lexicon()

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// requireSound holds a reading to what its fields promise.
func requireSound(t require.TestingT, message intent.Message) {
	reading := intent.Read(message, shops)
	require.Contains(t, []intent.Intent{intent.Card, intent.Split, intent.Tracker, intent.General, intent.None}, reading.Intent)
	require.Equal(t, reading.Intent == intent.General, reading.Kind != "")
	require.Equal(t, reading.Intent != intent.None, reading.Addressed)
	require.GreaterOrEqual(t, reading.Confidence, 0.0)
	require.LessOrEqual(t, reading.Confidence, 1.0)
	require.NotEmpty(t, reading.Why)
	require.Contains(t, []string{intent.English, intent.Spanish}, reading.Language)
	if message.ChatType != intent.Group || intent.Mentioned(message.Text) {
		require.True(t, reading.Addressed)
	}
	for _, sum := range append(slices.Clone(reading.Amounts), pointed(reading.Amount, reading.Target)...) {
		require.NoError(t, sum.Validate())
	}
	if reading.Amount != nil && reading.Before == nil {
		require.Contains(t, reading.Amounts, *reading.Amount)
	}
	require.Contains(t, []string{
		"", intent.MethodEqual, intent.MethodShares, intent.MethodPercentages, intent.MethodAmounts, intent.MethodItems,
	}, reading.Method)
	require.Contains(t, []string{"", intent.Below, intent.Above}, reading.Direction)
	require.GreaterOrEqual(t, reading.Parts, 0)
	require.GreaterOrEqual(t, reading.TargetPercentBps, int64(0))
	for i, name := range reading.People {
		require.NotEmpty(t, name)
		require.NotContains(t, reading.People[:i], name)
	}
	if message.Now.IsZero() {
		require.Zero(t, reading.Period)
	}
	require.False(t, reading.Period.From.After(message.Now) && !message.Now.IsZero())
	for _, text := range append(reading.People, reading.Product, reading.Dates, reading.Speaker) {
		require.True(t, utf8.ValidString(text))
	}
	require.Equal(t, reading, intent.Read(message, shops))
}

func pointed(sums ...*money.Money) (list []money.Money) {
	for _, sum := range sums {
		if sum != nil {
			list = append(list, *sum)
		}
	}
	return list
}
