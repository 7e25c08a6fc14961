package intent_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/money"
)

func read(text string, history ...string) intent.Reading {
	return intent.Read(intent.Message{Text: text, History: history, Now: noon}, lexicon())
}

func TestReadSplits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		people []string
		me     bool
		parts  int
		method string
		amount *money.Money
	}{
		{"Split $90 three ways", nil, true, 3, intent.MethodEqual, usd(9000)},
		{"Split the $120 dinner between me, Bob and Carol", []string{"Bob", "Carol"}, true, 0, intent.MethodEqual, usd(12000)},
		{"Split $120 between Bob and Carol", []string{"Bob", "Carol"}, false, 0, intent.MethodEqual, usd(12000)},
		{"split 60 with emily and dan", []string{"emily", "dan"}, true, 0, intent.MethodEqual, usd(6000)},
		{"split $80 between Ngozi, Zuzu and me", []string{"Ngozi", "Zuzu"}, true, 0, intent.MethodEqual, usd(8000)},
		{"lunch was 135.60 / 5 friends", nil, true, 5, intent.MethodEqual, usd(13560)},
		{"what does each of the six of us pay of 186?", nil, true, 6, intent.MethodEqual, usd(18600)},
		{"Ana 60%, Bob 40% of $200", []string{"Ana", "Bob"}, true, 0, intent.MethodPercentages, usd(20000)},
		{"split rent 60/40 with Priya, it's 2,000", []string{"Priya"}, true, 0, intent.MethodPercentages, usd(200000)},
		{"Lucy pays $30, Omar pays $25, I pay the rest of $100", []string{"Lucy", "Omar"}, true, 0, intent.MethodAmounts, usd(10000)},
		{"Dan gets a double portion, 4 of us, 75 total", []string{"Dan"}, true, 4, intent.MethodShares, usd(7500)},
		{"Tom had the steak and I had pasta, bill was 50", []string{"Tom"}, true, 0, intent.MethodItems, usd(5000)},
		{"add 18% tip and split 64 by five", nil, true, 5, intent.MethodEqual, usd(6400)},
		{"who owes whom?", nil, true, 0, "", nil},
		{"How much do I owe Bob", []string{"Bob"}, true, 0, "", nil},
		{"divide 60 entre Ana, Luis y yo", []string{"Ana", "Luis"}, true, 0, intent.MethodEqual, usd(6000)},
		{"reparte 90 euros entre 3", nil, true, 3, intent.MethodEqual, &money.Money{Amount: 9000, Currency: "EUR"}},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			reading := read(c.text)
			require.Equal(t, intent.Split, reading.Intent)
			require.Equal(t, c.people, reading.People)
			require.Equal(t, c.me, reading.IncludesMe)
			require.Equal(t, c.parts, reading.Parts)
			require.Equal(t, c.method, reading.Method)
			require.Equal(t, c.amount, reading.Amount)
		})
	}
}

// Why: the contract lets people in a solo chat say who they are, the speaker among them.
func TestReadKnowsTheSpeakerByName(t *testing.T) {
	t.Parallel()
	reading := read("We are Ana, Beth and Cleo; I am Cleo. Ana paid $90, split it.")
	require.Equal(t, "Cleo", reading.Speaker)
	require.Equal(t, []string{"Ana", "Beth"}, reading.People)
	require.True(t, reading.IncludesMe)

	reading = read("We are A, B and C. B paid $90. Split it three ways.")
	require.Equal(t, []string{"A", "B", "C"}, reading.People)
}

// Why: in a group the members' names are known, whatever they are and however they are typed.
func TestReadTakesTheNamesOfMembers(t *testing.T) {
	t.Parallel()
	message := intent.Message{Text: "split 40 with xochitl", Names: []string{"Xóchitl Pérez"}}
	require.Equal(t, []string{"xochitl"}, intent.Read(message, lexicon()).People)
	message.Names = nil
	require.Empty(t, intent.Read(message, lexicon()).People)
}

func TestReadPrices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, product, direction string
		target, amount           *money.Money
		bps                      int64
	}{
		{"Track the price of the Sony WH-1000XM5", "Sony WH-1000XM5", "", nil, nil, 0},
		{"Is $299 a good price for AirPods Pro?", "AirPods Pro", "", nil, usd(29900), 0},
		{"alert me when the headphones drop below $250", "headphones", intent.Below, usd(25000), nil, 0},
		{"tell me if the kettle falls 15%", "kettle", intent.Below, nil, nil, 1500},
		{"ping me when infant formula goes above 40 dollars", "infant formula", intent.Above, usd(4000), nil, 0},
		{"has the xbox series s ever dropped below 250?", "xbox series s", "", nil, usd(25000), 0},
		{"how much is the Nintendo Switch", "Nintendo Switch", "", nil, nil, 0},
		{"any point waiting on the iPhone 17", "iPhone 17", "", nil, nil, 0},
		{"rtx 5080 prices still falling?", "rtx 5080", "", nil, nil, 0},
		{"avísame cuando las entradas bajen de 60 euros", "entradas", intent.Below, &money.Money{Amount: 6000, Currency: "EUR"}, nil, 0},
		{"show me my price alerts", "", intent.Below, nil, nil, 0},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			reading := read(c.text)
			require.Equal(t, intent.Tracker, reading.Intent)
			require.Equal(t, c.product, reading.Product)
			require.Equal(t, c.target, reading.Target)
			require.Equal(t, c.amount, reading.Amount)
			require.Equal(t, c.bps, reading.TargetPercentBps)
			require.Equal(t, c.direction, reading.Direction)
		})
	}
}

func TestReadDates(t *testing.T) {
	t.Parallel()
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct {
		text, words string
		from        time.Time
	}{
		{"how much did I spend last month", "last month", day(2026, 10, 1)},
		{"What did eggs cost in May?", "in May", day(2026, 5, 1)},
		{"may I ask what eggs cost", "", time.Time{}},
		{"what did I spend in the last 90 days?", "in the last 90 days", day(2026, 8, 26)},
		{"rewards earned so far in 2026?", "so far in 2026", day(2026, 1, 1)},
		{"did it get cheaper over the past two weeks?", "over the past two weeks", day(2026, 11, 10)},
		{"price of tents at the end of the month", "at the end of the month", time.Time{}},
		{"split yesterday's lunch, $58", "yesterday", day(2026, 11, 22)},
		{"best card for next week's trip", "for next week", time.Time{}},
		{"¿cuánto gasté el mes pasado?", "el mes pasado", day(2026, 10, 1)},
		{"¿cuánto ha cambiado el precio desde enero?", "desde enero", day(2026, 1, 1)},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			reading := read(c.text)
			require.Equal(t, c.words, reading.Dates)
			require.Equal(t, c.from, reading.Period.From)
		})
	}
}

func TestReadTakesOverWhatAFollowUpLeavesOut(t *testing.T) {
	t.Parallel()
	reading := read("and for gas?", "which card for $40 of groceries at Costco?")
	require.Equal(t, intent.Card, reading.Intent)
	require.Equal(t, "gas", reading.Category)
	require.Empty(t, reading.MerchantSlug, "gas is not bought at the place of before")
	require.Equal(t, usd(4000), reading.Amount)
	require.Empty(t, reading.Amounts, "what was said before is not said again")
	require.NotNil(t, reading.Before)
	require.Equal(t, "costco", reading.Before.MerchantSlug)

	reading = read("make that 175 instead", "Alert me when the Shark vacuum is under 150")
	require.Equal(t, intent.Tracker, reading.Intent)
	require.Equal(t, usd(17500), reading.Target)
	require.Equal(t, "Shark vacuum", reading.Product)

	reading = read("without Zoe", "divide 84 between Zoe, Ben and me equally")
	require.Equal(t, intent.Split, reading.Intent)
	require.Equal(t, []string{"Zoe"}, reading.People)
	require.Equal(t, []string{"Zoe", "Ben"}, reading.Before.People)

	require.Equal(t, intent.Split, read("I paid", "split $62 with Tom").Intent, "that was asked for")
	require.Equal(t, intent.Split, read("pagué yo", "divide 62 entre Tom y yo").Intent)

	reading = read("and in June?", "how much was the Weber grill in May", "and in April?")
	require.Equal(t, intent.Tracker, reading.Intent, "a follow-up may go on with another one")
	require.Equal(t, "Weber grill", reading.Product)

	require.Nil(t, read("and for the Kindle?", "is $250 a good price for the AirPods").Amount, "that was the price of another thing")
	require.Nil(t, read("thanks!", "which card for gas").Before)
	require.Equal(t, intent.Split, read("split 90 with Bob", "which card for gas").Intent, "who changes the subject, changes it")
}

// Why: a purchase that was spoken of before is not the one asked about now, and an answer for its amount or its shop is wrong.
func TestReadTakesNothingOverForAQuestionOfItsOwn(t *testing.T) {
	t.Parallel()
	before := "how much cash back would I get on a $200 order at Walmart?"
	for _, text := range []string{
		"card for a haircut?", "which card at the airport", "should I close my Double Cash card?", "best card at Trader Joe's",
		"what card should I use to buy a MacBook?", "¿qué tarjeta uso para cenar?",
	} {
		reading := read(text, before)
		require.Equal(t, intent.Card, reading.Intent, text)
		require.Nil(t, reading.Before, text)
		require.Nil(t, reading.Amount, text)
		require.NotEqual(t, "walmart", reading.MerchantSlug, text)
	}
	require.Equal(t, intent.KindSpending, read("how am I doing this month?", "split $40 with Bob").Kind, "this month is none of before")
	require.Equal(t, intent.Card, read("and if I spend $500?", "which card for groceries").Intent)
	for _, text := range []string{"which card is best?", "and for gas?", "which one wins?", "should I use the Freedom for it?"} {
		require.NotNil(t, read(text, before).Before, text)
	}
}

func TestReadSaysWhyAGroupIsAnswered(t *testing.T) {
	t.Parallel()
	for text, why := range map[string]string{
		"@lattice hi":                         intent.WhyMentioned,
		"which card should I use for dinner?": intent.WhyPlainIntent,
		"see you at eight":                    intent.WhyPeopleTalk,
		"they split up":                       intent.WhyPeopleTalk,
		"I maxed out my card lol":             intent.WhyNothingAsked,
		"how much did I spend on groceries?":  intent.WhyPeopleTalk,
	} {
		reading := intent.Read(intent.Message{Text: text, ChatType: intent.Group}, lexicon())
		require.Equal(t, why, reading.Why, text)
		require.Equal(t, why == intent.WhyMentioned || why == intent.WhyPlainIntent, reading.Addressed, text)
	}
}

// Why: the price of one is not what is paid, and the last digits of a card are no price at all.
func TestReadCardAmounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]*money.Money{
		"which card for two tickets at $45.50 each?":                     usd(9100),
		"which card for a hotel, 2 nights at $150 a night?":              usd(30000),
		"best card for 3 nights at 150 per night":                        usd(45000),
		"which card for 12 shirts at $20 apiece":                         usd(24000),
		"which card for 2 adults, 3 nights at $150 a night":              usd(45000),
		"which card for 2 shirts and 3 hats at $20 each":                 nil,
		"which card for tickets at $45.50 each?":                         usd(4550),
		"¿qué tarjeta uso para 2 boletos de $45 cada uno?":               usd(9000),
		"which card for $50 groceries":                                   usd(5000),
		"my card number is •••• 1111 which card should I use?":           nil,
		"my card number is •••• 1111 12/27 which card should I use?":     nil,
		"my card is **** 1111, which card should I use for $50 of gas?":  usd(5000),
		"my card ends in •••• 1111, which card for 50 dollars at Target": usd(5000),
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			reading := read(text)
			require.Equal(t, intent.Card, reading.Intent)
			require.Equal(t, want, reading.Amount)
		})
	}
}

// Why: cards pay by what the merchant is, not by what the purchase is for.
func TestReadCategoryOfAMerchant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Best card for Whole Foods if I want travel points?": "groceries",
		"which card for $50 at Whole Foods on my trip":       "groceries",
		"which card for groceries at Target?":                "department_stores",
		"which card for gas at Costco?":                      "gas",
		"which card for dinner on my trip?":                  "dining",
	} {
		require.Equal(t, want, read(text).Category, text)
	}
}

// Why: what one paid oneself is no bill to be divided.
func TestReadSpendingThatSoundsLikeABill(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"How much tax did I pay this year?", "how much did I tip on DoorDash?", "how much per week on average on groceries?",
		"who paid the most", "how much tip did we pay last month?",
	} {
		require.Equal(t, intent.General, read(text).Intent, text)
	}
	for _, text := range []string{"who paid for dinner?", "how much tip for a 60 dollar bill split by 3?"} {
		require.Equal(t, intent.Split, read(text).Intent, text)
	}
}

func TestReadAlertThatFollowsAPrice(t *testing.T) {
	t.Parallel()
	reading := read("set an alert at $230", "Is $250 a good price for the Garmin watch?")
	require.Equal(t, intent.Tracker, reading.Intent)
	require.Equal(t, "Garmin", reading.Product)
	require.Equal(t, usd(23000), reading.Target)
	require.Equal(t, "knife set", read("price of a knife set").Product)
	require.Equal(t, "LEGO set", read("Is the LEGO set going to get cheaper?").Product)
	require.Empty(t, read("did I overpay for anything?").Product)
}
