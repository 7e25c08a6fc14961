package chat

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
)

// Why: what asks for no product at all is asked which one it means, and no product is called so.
func TestProductWordsOfNoProduct(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"did I overpay for anything?", "set an alert"} {
		q := asked(text)
		q.read()
		require.Empty(t, productWords(text, q.reading), text)
	}
}

// Why: a number of a product's name read as a price would be judged, and could become a target.
func TestNamedPriceIsNoNumberOfTheName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]*money.Money{
		"Should I buy the Garmin Forerunner 265 now?":            nil,
		"Is the Garmin Forerunner 265 going to get cheaper?":     nil,
		"Is $229 a good price for the Garmin Forerunner 265?":    new(usd(22_900)),
		"Is $265 a good price for the Garmin Forerunner?":        new(usd(26_500)),
		"Is 265 a good price for the Garmin Forerunner 265?":     new(usd(26_500)),
		"Is the Garmin Forerunner 265 worth 300 dollars to wait": new(usd(30_000)),
	} {
		q := asked(text)
		q.read()
		require.Equal(t, want, namedPrice(text, q.reading, "Garmin Forerunner 265"), text)
	}
}

// Why: of two merchants that were named one was looked at, and where it sold none, all others were offered.
func TestAtMerchantsKeepsThoseThatAreNamed(t *testing.T) {
	t.Parallel()
	q := asked("is whole milk cheaper at Target or Amazon?")
	q.lexicon = shops()
	q.read()
	matches := []prices.Match{
		{Product: prices.Product{ID: "1", MerchantSlug: "costco"}},
		{Product: prices.Product{ID: "2", MerchantSlug: "amazon"}},
		{Product: prices.Product{ID: "3", MerchantSlug: "target"}},
	}
	named := q.merchantsNamed(q.text, q.reading)
	require.Equal(t, []string{"target", "amazon"}, named)
	require.Equal(t, matches[1:], atMerchants(matches, named))
	require.Equal(t, matches[:1], atMerchants(matches[:1], named), "elsewhere is better than nowhere")
}

// Why: the average of half a year was answered with that of a whole one.
func TestSayTracker_TellsOfTheTimeThatIsAskedAbout(t *testing.T) {
	t.Parallel()
	q := asked("what was the average price of the kettle in October?")
	history := prices.History{Product: prices.Product{ID: "k", Name: "Kettle", MerchantName: "Target"}, Currency: "USD"}
	for days := range 60 {
		at := q.now.AddDate(0, 0, days-59)
		price := int64(3_000)
		if at.Month() == time.October {
			price = int64(2_000 + 100*(at.Day()%2))
		}
		history.Observations = append(history.Observations, prices.Observation{At: at, Price: usd(price)})
	}
	outlook, err := prices.Analyze(history.Observations, "USD", q.now)
	require.NoError(t, err)
	q.tracked = tracked{asked: "kettle", words: []string{"kettle"}, meant: []meant{{history, outlook}}}
	text := textOf(t, q)
	require.Contains(t, text, " From 1 October to 31 October it was between $20.00 and $21.00, on average $20.52. In the last 60 days it was")
	q.text = "alert me when the kettle is below $15 in October"
	require.NotContains(t, textOf(t, q), "From 1 October")
}

// Why: “cancel my alerts” was taken for a product called cancel.
func TestPlanAlerts_TellsWhatOneWaitsFor(t *testing.T) {
	t.Parallel()
	kettle := prices.Waiting{
		Product: prices.Product{ID: "k", Name: "Kettle", MerchantName: "Target"}, Direction: prices.Below, Target: usd(2_500), Phase: prices.Armed,
	}
	eggs := prices.Waiting{
		Product: prices.Product{ID: "e", Name: "Eggs", MerchantName: "Costco"}, Direction: prices.Above, Target: usd(900), Phase: prices.Done,
	}
	for text, want := range map[string]string{
		"what alerts do I have?": "You wait for: Kettle at Target at $25.00 or below; Eggs at Costco at $9.00 or above (it has been there: I told you).",
		"¿qué alertas tengo?":    "You wait for: Kettle at Target at $25.00 or below; Eggs at Costco at $9.00 or above (it has been there: I told you).",
		"cancel my alerts": "You wait for: Kettle at Target at $25.00 or below; Eggs at Costco at $9.00 or above (it has been there: I told you). " +
			"I change nothing from here: remove the ones you no longer need in your price alerts.",
	} {
		q := asked(text)
		q.tracked = tracked{waiting: []prices.Waiting{kettle, eggs}}
		q.read()
		plan, err := q.plan()
		require.NoError(t, err)
		require.Equal(t, want, plan.Text(), text)
		require.Equal(t, []Source{{Type: "product", ID: "k", AsOf: q.now}, {Type: "product", ID: "e", AsOf: q.now}}, plan.Sources)
		q.chatType = TypeGroup
		plan, err = q.plan()
		require.NoError(t, err)
		require.Equal(t, "I tell nobody's alerts in a group. Ask me in a chat of your own.", plan.Text())
	}
	require.Equal(t, "You have set no price alerts. Name a product and a price, and I will propose one.", textOf(t, asked("list my alerts")))
	for _, text := range []string{"set an alert for the kettle at $20", "alert me when the kettle drops below $20", "what alert should I set for the kettle?"} {
		require.False(t, asked(text).asksOwnAlerts(), text)
	}
}
