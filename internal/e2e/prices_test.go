package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/clock"
	listed "github.com/lattice-money/lattice/internal/integrations/products/mock"
)

// coffee is an article of the merchant mock's Walmart as the feed lists it.
const coffeeSKU = "10898720"

// withProducts gives the service the mock feed, and in it the coffee people buy at Walmart.
func withProducts(s *setup) {
	coffee := listed.Article{MerchantID: 45, SKU: coffeeSKU, Name: "Ground Coffee, 24 oz", PriceOn: func(at time.Time) int64 {
		return 1100 + int64(at.YearDay()%30) // cheaper than what was paid below
	}}
	feed, err := listed.New(clock.NewFake(today), []listed.Article{coffee})
	if err != nil {
		panic(err)
	}
	s.feed = feed
}

// waitForProducts waits until the job has read the feed.
func (c *client) waitForProducts() []api.Product {
	c.t.Helper()
	var list []api.Product
	eventually(c.t, "the feed is read", func() bool {
		if value[int](c.t, c.service, "SELECT count(*)::int FROM river.river_job WHERE kind = 'prices_read' AND state = 'completed'") == 0 {
			return false
		}
		list = decode[api.ProductList](c.get("/api/products?limit=100").want(200)).Items
		return true
	})
	require.NotEmpty(c.t, list)
	return list
}

// buysCoffee stores an order of somebody who has linked accounts.
func (c *client) buysCoffee(sku, name string, cents int64, quantity int, at time.Time) uuid.UUID {
	c.t.Helper()
	id := uuid.New()
	c.service.exec(c.t, `INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, created_at)
		VALUES ($1, $2, 45, 'x', 'x', 'connected', true, false, true, now()) ON CONFLICT DO NOTHING`, uuid.New(), c.user.ID)
	c.service.exec(c.t, `INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
		SELECT $1::uuid, user_id, id, merchant_id, $1::uuid::text, $3::timestamptz, 'delivered', 'USD', $4::bigint, $4::bigint, 'groceries'
		FROM linked_accounts WHERE user_id = $2 AND merchant_id = 45`, id, c.user.ID, at, cents*int64(quantity))
	c.service.exec(c.t, `INSERT INTO transaction_items (transaction_id, ordinal, name, product_id, quantity, unit_price, total)
		VALUES ($1, 0, $2, $3, $4::int, $5::bigint, $6::bigint)`, id, name, sku, quantity, cents, cents*int64(quantity))
	return id
}

func trackerOf(t *testing.T, message api.Message) api.TrackerDrawer {
	t.Helper()
	require.False(t, message.DrawerData.IsNull(), "the reply has a drawer: %s", message.Content)
	data := message.DrawerData.MustGet()
	drawer, err := data.AsTrackerDrawer()
	require.NoError(t, err)
	require.Equal(t, api.TrackerDrawerKindTracker, drawer.Kind)
	return drawer
}

func TestProductsAreFoundByTheirWords(t *testing.T) {
	t.Parallel()
	s := newService(t, withProducts)
	dana := s.signUp(t, "Dana Kim")
	all := dana.waitForProducts()
	require.True(t, slices.IsSortedFunc(all, func(a, b api.Product) int { return strings.Compare(a.Name, b.Name) }))
	found := decode[api.ProductList](dana.get("/api/products?q=AIRPODS%20pro").want(200)).Items
	require.Len(t, found, 2)
	for _, product := range found {
		require.Equal(t, "AirPods Pro 3", product.Name)
		require.Positive(t, product.Current.Amount)
		require.Equal(t, api.PriceSourceFeed, product.Source)
		require.Equal(t, api.ProductAvailabilityInStock, product.Availability)
		require.Equal(t, time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), product.SeenAt)
		require.True(t, product.Mock)
	}
	require.Len(t, decode[api.ProductList](dana.get("/api/products?q=airpods%20pro%20target").want(200)).Items, 1)
	require.Empty(t, decode[api.ProductList](dana.get("/api/products?q=%25").want(200)).Items, "no wildcards")
	require.Len(t, dana.walk("/api/products", 3), len(all))
	dana.get("/api/products?q=").refused(422, api.ProblemCodeInvalidRequest, "q")
	dana.get("/api/products?cursor=made-up").refused(422, api.ProblemCodeInvalidRequest, "cursor")
	one := "/api/products/" + found[0].ID.String() + "/prices"
	newest := decode[api.ProductPriceList](dana.get(one + "?limit=1").want(200))
	require.Equal(t, found[0].Current, newest.Items[0].Price)
	require.Len(t, dana.pricesOf(found[0].ID, 7), s.count(t, "price_observations WHERE product_id = $1", found[0].ID))
	require.Equal(t, dana.pricesOf(found[0].ID, 100), dana.pricesOf(found[0].ID, 7))
	dana.get("/api/products/x/prices").refused(422, api.ProblemCodeInvalidRequest, "productId")
	dana.get("/api/products/" + uuid.NewString() + "/prices").notFound()
}

// Why: that a product exists tells that somebody bought it.
func TestWhatOneBuysNobodyElseSees(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	dana.buysCoffee("secret-1", "Surprise Present", 4321, 1, today.AddDate(0, 0, -3))
	mine := decode[api.ProductList](dana.get("/api/products?q=surprise").want(200)).Items
	require.Len(t, mine, 1)
	require.Equal(t, api.PriceSourceOrder, mine[0].Source)
	require.EqualValues(t, 4321, mine[0].Current.Amount)
	path := "/api/products/" + mine[0].ID.String() + "/prices"
	require.Len(t, decode[api.ProductPriceList](dana.get(path).want(200)).Items, 1)
	require.Empty(t, mallory.walk("/api/products", 100))
	mallory.get(path).notFound()
	const question = "How much is the surprise present?"
	require.Contains(t, dana.ask(dana.newChat("Prices"), question).Content, "$43.21")
	answer := mallory.ask(mallory.newChat("Prices"), question)
	require.True(t, answer.DrawerData.IsNull())
	require.NotContains(t, answer.Content, "43")
}

// pricesOf reads all pages of a product's prices.
func (c *client) pricesOf(product uuid.UUID, limit int) []api.ProductPrice {
	c.t.Helper()
	var list []api.ProductPrice
	cursor := ""
	for {
		page := decode[api.ProductPriceList](c.get(fmt.Sprintf("/api/products/%s/prices?limit=%d%s", product, limit, cursor)).want(200))
		list = append(list, page.Items...)
		if page.NextCursor.IsNull() {
			return list
		}
		cursor = "&cursor=" + page.NextCursor.MustGet()
	}
}

// expanded is what a product cost on each day the prices tell of, newest price of a day, oldest first, within a year.
func (c *client) expanded(product uuid.UUID) []int64 {
	c.t.Helper()
	byDay := map[string]int64{}
	for _, price := range c.pricesOf(product, 100) {
		for at := price.At; !at.After(price.LastSeenAt); at = at.Add(24 * time.Hour) {
			if day := at.Format(time.DateOnly); !at.Before(today.AddDate(0, 0, -365)) && byDay[day] == 0 {
				byDay[day] = price.Price.Amount
			}
		}
	}
	days := make([]string, 0, len(byDay))
	for day := range byDay {
		days = append(days, day)
	}
	slices.Sort(days)
	list := make([]int64, len(days))
	for i, day := range days {
		list[i] = byDay[day]
	}
	return list
}

// Every number of the drawer comes from the prices of the product it names: whoever reads those gets the same.
func TestTrackerFiguresCanBeRecomputed(t *testing.T) {
	t.Parallel()
	s := newService(t, withProducts)
	dana := s.signUp(t, "Dana Kim")
	dana.waitForProducts()
	chat := dana.newChat("Prices")
	for _, question := range []string{
		"Is $249 a good price for AirPods Pro at Amazon?", "Should I buy the Kindle Paperwhite now or wait?", "How much is the Dyson vacuum?",
		"Is $449 a fair price for the Garmin Forerunner?", "Should I buy the crib mattress now or wait?", "What is the price of the patio heater?",
	} {
		reply := dana.ask(chat, question)
		drawer := trackerOf(t, reply)
		id := uuid.MustParse(drawer.Product.ID)
		require.Contains(t, reply.Sources, api.Source{Type: api.SourceTypeProduct, ID: drawer.Product.ID, AsOf: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)})
		days := dana.expanded(id)
		var sum, cheaper, alike int64
		current := days[len(days)-1]
		for _, amount := range days {
			sum += amount
			if amount < current {
				cheaper++
			} else if amount == current {
				alike++
			}
		}
		n := int64(len(days))
		require.Equal(t, current, drawer.Current.Amount, question)
		require.Equal(t, slices.Min(days), drawer.Lowest.Amount)
		require.Equal(t, slices.Max(days), drawer.Highest.Amount)
		require.Equal(t, (2*sum+n)/(2*n), drawer.Average.Amount)
		require.InDelta(t, float64((2*cheaper+alike)*10_000/(2*n))/100, drawer.Percentile, 0.001)
		require.Equal(t, current, drawer.History[len(drawer.History)-1].Price.Amount)
		require.NotEmpty(t, drawer.Signals)
		require.GreaterOrEqual(t, len(reply.Thinking), 4)
		if !drawer.PredictedDrop.IsNull() {
			drop := drawer.PredictedDrop.MustGet()
			require.True(t, drop.Confidence > 0 && drop.Confidence < 1)
			require.False(t, drop.By.Before(today.Truncate(24*time.Hour)))
		}
		if drawer.Advice == api.TrackerDrawerAdviceWait {
			require.False(t, drawer.PredictedDrop.IsNull())
			require.False(t, drawer.BestTimeToBuy.IsNull())
		}
	}
}

func TestPriceQuestionsThatNameTooLittle(t *testing.T) {
	t.Parallel()
	s := newService(t, withProducts)
	dana := s.signUp(t, "Dana Kim")
	dana.waitForProducts()
	chat := dana.newChat("Prices")
	which := dana.ask(chat, "Should I buy the Nintendo Switch now or wait?")
	require.True(t, which.DrawerData.IsNull())
	require.Equal(t, api.ActionTracker, which.Action.MustGet())
	require.Contains(t, which.Content, "Nintendo Switch 2 at Target")
	require.Contains(t, which.Content, "Nintendo Switch OLED at Walmart")
	// A part of a name is not the name.
	part := dana.ask(chat, "Is $600 a good price for a Shark vacuum?")
	require.True(t, part.DrawerData.IsNull() && part.ProposalID.IsNull())
	require.Contains(t, part.Content, "no price of \"Shark vacuum\"")
	// A price that was asked about is not that of the next product.
	next := dana.ask(chat, "Should I buy the Switch OLED now or wait?")
	require.Equal(t, "Nintendo Switch OLED", trackerOf(t, next).Product.Name)
	require.NotContains(t, next.Content, "$600")
	unknown := dana.ask(chat, "Is $12 a good price for a hovercraft?")
	require.True(t, unknown.DrawerData.IsNull())
	require.Contains(t, unknown.Content, "hovercraft")
	nothing := dana.ask(dana.newChat("More"), "Is that a good price?")
	require.True(t, nothing.DrawerData.IsNull())
	require.Contains(t, nothing.Content, "Which product")
	// Both are AirPods; the price that is named tells which.
	named := trackerOf(t, dana.ask(chat, "Is $249 a good price for AirPods?"))
	require.Equal(t, "AirPods Pro 3", named.Product.Name)
}

func TestWhatOneBoughtIsComparedWithToday(t *testing.T) {
	t.Parallel()
	s := newService(t, withProducts)
	dana := s.signUp(t, "Dana Kim")
	dana.waitForProducts()
	first := dana.buysCoffee(coffeeSKU, "Ground Coffee, 24 oz", 1200, 1, today.AddDate(0, 0, -90))
	last := dana.buysCoffee(coffeeSKU, "Ground Coffee, 24 oz", 1500, 2, today.AddDate(0, 0, -10))
	reply := dana.ask(dana.newChat("Prices"), "Did the price of the coffee I buy go up?")
	drawer := trackerOf(t, reply)
	require.Equal(t, "Ground Coffee, 24 oz", drawer.Product.Name)
	require.Equal(t, "Walmart", drawer.Product.Merchant)
	require.Contains(t, reply.Content, "$12.00")
	require.Contains(t, reply.Content, "25% more")
	for _, order := range []uuid.UUID{first, last} {
		require.Contains(t, reply.Sources, api.Source{Type: api.SourceTypeTransaction, ID: order.String(), AsOf: today})
	}
	// 30 days of return at Walmart: two of them, each cheaper now.
	difference := 2 * (1500 - drawer.Current.Amount)
	require.Contains(t, reply.Content, dollars(difference)+" cheaper now")
	s.exec(t, "UPDATE transactions SET status = 'refunded' WHERE id = $1", last)
	refunded := dana.ask(dana.newChat("More"), "Did the price of the coffee I buy go up?")
	require.NotContains(t, refunded.Content, "cheaper now", "what was refunded cannot be returned")
}

// Why: a purchase reaches a group only by the consent of who made it.
func TestPricesPaidReachAGroupByConsentOnly(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.buysCoffee("secret-1", "Surprise Present", 4321, 1, today.AddDate(0, 0, -3))
	group := dana.newGroup("Ski Trip").ID.String()
	const question = "@lattice how much is the surprise present?"
	quiet := dana.ask(group, question)
	require.True(t, quiet.DrawerData.IsNull())
	require.NotContains(t, quiet.Content, "43.21")
	s.exec(t, "UPDATE chat_members SET shares_purchases = true")
	require.EqualValues(t, 4321, trackerOf(t, dana.ask(group, question)).Current.Amount)
}
