package figuretest

import (
	"fmt"
	"math/big"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
)

// listing is a row of products.
type listing struct {
	ID         uuid.UUID
	MerchantID int64
	SKU        string
	Name       string
	Currency   string
	ReturnDays *int32
}

func readListings(t *testing.T, p *person, e *evidence, ids []uuid.UUID) {
	t.Helper()
	e.listings = collect[listing](t, p.world, `SELECT products.id, merchant_id, sku, products.name, currency, return_days
		FROM products JOIN merchants ON merchants.id = merchant_id
		WHERE products.id = ANY($1) AND (user_id IS NULL OR user_id = $2)`, ids, p.id)
	require.Len(t, e.listings, len(ids), "a product cited is neither listed nor %s's own", p.email)
}

// waitForPrices asks until the feed of listed prices has been read to its end: it is kept product by product.
func (w *world) waitForPrices(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		return w.count(t, "river.river_job WHERE kind = 'prices_read' AND state = 'completed'") > 0
	}, stopTimeout, pollInterval, "the feed is read")
}

const pollInterval = 20 * time.Millisecond

// seenPrice is what a product cost on a day.
type seenPrice struct {
	At     time.Time
	Amount int64
}

// days are the prices of a listing, one for each day (UTC) it is known, oldest first: what the feed told last, else what
// the person paid in one of the orders cited. The feed tells runs of days on which nothing changed.
func (c *check) days(of listing) []seenPrice {
	c.Helper()
	cited := make([]uuid.UUID, 0, len(c.evidence.orders))
	for _, order := range c.evidence.orders {
		cited = append(cited, order.ID)
	}
	return collect[seenPrice](c.T, c.person.world, `WITH seen AS (
			SELECT at, amount, 1 AS rank FROM (
				SELECT generate_series(o.at, o.last_seen_at, '24 hours') AS at, o.amount, o.product_id FROM price_observations o
				UNION ALL SELECT last_seen_at, amount, product_id FROM price_observations
			) told JOIN products ON products.id = told.product_id AND products.user_id IS NULL
			WHERE merchant_id = $1 AND sku = $2
			UNION ALL SELECT placed_at, unit_price, 0 FROM transactions JOIN transaction_items ON transaction_id = id
			WHERE merchant_id = $1 AND product_id = $2 AND id = ANY($3) AND status NOT IN ('cancelled', 'failed')
		)
		SELECT DISTINCT ON (date_trunc('day', at, 'UTC')) at, amount FROM seen
		WHERE at <= $4 AND at >= $4 - interval '732 days'
		ORDER BY date_trunc('day', at, 'UTC'), rank DESC, at DESC, amount`, of.MerchantID, of.SKU, cited, c.person.now)
}

const yearOfDays = 365 * 24 * time.Hour

// checkTracker works out what a product costs and has cost from the prices of what is cited.
func checkTracker(c *check) {
	drawer, ok := c.drawer().(map[string]any)
	require.True(c, ok, c.message.Content)
	shown := drawer["product"].(map[string]any)
	var chosen listing
	for i, of := range c.evidence.listings {
		days := c.days(of)
		c.money(days[len(days)-1].Amount, of.Currency) // what it costs there
		if of.ID.String() == shown["id"] {
			chosen = c.evidence.listings[i]
		}
	}
	require.Equal(c, shown["name"], chosen.Name, "the product shown is cited")

	all := c.days(chosen)
	year := all
	for year[0].At.Before(c.person.now.Add(-yearOfDays)) && len(year) > 1 {
		year = year[1:]
	}
	current, low, high := year[len(year)-1].Amount, year[0].Amount, year[0].Amount
	var sum, cheaper, alike, point int64
	for i, day := range year {
		low, high, sum = min(low, day.Amount), max(high, day.Amount), sum+day.Amount
		switch {
		case day.Amount < current:
			cheaper++
		case day.Amount == current:
			alike++
		}
		if i == 0 || i == len(year)-1 || day.Amount != year[i-1].Amount {
			c.claim(fmt.Sprintf("/history/%d/price/amount", point), day.Amount)
			point++
		}
	}
	average := divide(sum, int64(len(year)))
	for pointer, amount := range map[string]int64{"/current/amount": current, "/lowest/amount": low, "/highest/amount": high, "/average/amount": average} {
		c.claim(pointer, amount)
		c.money(amount, chosen.Currency)
	}
	c.claimPercent("/percentile", (2*cheaper+alike)*10_000/(2*int64(len(year))))
	c.percent(abs(divide((current-average)*10_000, average)))
	if c.question.Orders.In != "" {
		c.during(chosen, all)
	}
	c.foreseen(chosen, all, drawer)
	c.wanted(chosen, current, drawer)
	c.paid(chosen, current)
}

// during works out what the price was in the stretch that is asked about.
func (c *check) during(of listing, all []seenPrice) {
	from, to := c.person.span(c.question.Orders.In)
	var low, high, sum, known int64
	for _, day := range all {
		if day.At.Before(from) || !day.At.Before(to) {
			continue
		}
		if known == 0 {
			low, high = day.Amount, day.Amount
		}
		low, high, sum, known = min(low, day.Amount), max(high, day.Amount), sum+day.Amount, known+1
	}
	require.NotZero(c, known)
	in := func(amount int64) string { return c.money(amount, of.Currency) }
	require.Contains(c, c.message.Content, " it was between "+in(low)+" and "+in(high)+", on average "+in(divide(sum, known))+".")
}

// foreseen claims the forecast. There is one way to make it, the engine's, whose quality its own tests measure; here it is
// made again, from the prices read above.
func (c *check) foreseen(of listing, all []seenPrice, drawer map[string]any) {
	observations := make([]engine.Observation, len(all))
	for i, day := range all {
		observations[i] = engine.Observation{At: day.At, Price: money.Money{Amount: day.Amount, Currency: of.Currency}, Source: engine.FromFeed}
	}
	outlook, err := engine.Analyze(observations, of.Currency, c.person.now)
	require.NoError(c, err)
	require.EqualValues(c, outlook.Advice, drawer["advice"])
	for _, signal := range outlook.Signals {
		c.explain(figureForms.FindAllString(signal.Text, -1)...)
	}
	if outlook.Drop == nil {
		require.Nil(c, drawer["predictedDrop"])
		return
	}
	c.claimPercent("/predictedDrop/percent", outlook.Drop.PercentBps)
	sure, ok := new(big.Rat).SetString(strconv.FormatFloat(outlook.Drop.Confidence, 'g', -1, 64))
	require.True(c, ok)
	c.claims["/predictedDrop/confidence"] = sure
	c.percent(outlook.Drop.PercentBps)
	c.explain(strconv.Itoa(int(outlook.Drop.Confidence*100+0.5)) + "%")
	// A drop of so many percent comes to this price, which is where an alert waits.
	target := divide(outlook.Current.Price.Amount*(10_000-outlook.Drop.PercentBps), 10_000)
	require.InDelta(c, target, outlook.Drop.Price.Amount, 1)
	c.money(outlook.Drop.Price.Amount, of.Currency)
}

// wanted explains the price that is asked about or waited for: the question's own, else a tenth less than now.
func (c *check) wanted(of listing, current int64, drawer map[string]any) {
	if asked := c.question.Target; asked != 0 {
		c.money(asked, of.Currency)
		var cheaper, alike, known int64
		for _, day := range c.days(of) {
			if day.At.Before(c.person.now.Add(-yearOfDays)) {
				continue
			}
			known++
			switch {
			case day.Amount < asked:
				cheaper++
			case day.Amount == asked:
				alike++
			}
		}
		c.percent((2*cheaper + alike) * 10_000 / (2 * known))
	}
	if drawer["advice"] != string(engine.Wait) {
		c.money(current*9/10, of.Currency) // rounded down: not a cent above what was said
	}
}

// paid explains what the person paid for it, how that compares, and what could be asked back.
func (c *check) paid(of listing, current int64) {
	type purchase struct {
		Amount   int64
		Quantity int32
	}
	cited := make([]uuid.UUID, 0, len(c.evidence.orders))
	for _, order := range c.evidence.orders {
		cited = append(cited, order.ID)
	}
	bought := collect[purchase](c.T, c.person.world, `SELECT unit_price, quantity FROM transactions JOIN transaction_items ON transaction_id = id
		WHERE id = ANY($1) AND merchant_id = $2 AND product_id = $3 AND status NOT IN ('cancelled', 'failed') ORDER BY placed_at, id, ordinal`,
		cited, of.MerchantID, of.SKU)
	if len(bought) == 0 {
		return
	}
	first, last := bought[0].Amount, bought[len(bought)-1].Amount
	c.percent(abs(divide((last-first)*10_000, first)))
	c.percent(abs(divide((current-last)*10_000, last)))
	for _, one := range bought {
		c.money(one.Amount, of.Currency)
		c.money((one.Amount-current)*int64(one.Quantity), of.Currency)
	}
}

func abs(value int64) int64 { return max(value, -value) }
