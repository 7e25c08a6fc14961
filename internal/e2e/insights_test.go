package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/money"
)

// lastMonth is the month before today: it is over, so every account has orders in it.
const lastMonth = "2026-10"

// counts is what counts as spending, said a second time and in SQL.
const counts = "status NOT IN ('cancelled', 'refunded', 'returned', 'failed')"

// waitForInsights waits until what is kept was computed from what is there now.
func (c *client) waitForInsights() api.InsightList {
	c.t.Helper()
	var feed api.InsightList
	eventually(c.t, "the insights are fresh", func() bool {
		feed = decode[api.InsightList](c.get("/api/insights?limit=100").want(200))
		return !feed.Stale
	})
	return feed
}

func (c *client) summary(month string) api.Summary {
	c.t.Helper()
	target := "/api/insights/summary"
	if month != "" {
		target += "?month=" + month
	}
	return decode[api.Summary](c.get(target).want(200))
}

// spentLastMonth is what the orders in the database come to.
func (c *client) spentLastMonth() int64 {
	c.t.Helper()
	return value[int64](c.t, c.service, `SELECT coalesce(sum(total), 0) FROM transactions WHERE user_id = $1 AND `+counts+`
		AND placed_at >= '2026-10-01 00:00Z' AND placed_at < '2026-11-01 00:00Z'`, c.user.ID)
}

// oneOrder is an order of last month that counts.
func (c *client) oneOrder() uuid.UUID {
	c.t.Helper()
	return value[uuid.UUID](c.t, c.service, `SELECT id FROM transactions WHERE user_id = $1 AND `+counts+` AND total > 0
		AND placed_at >= '2026-10-02 00:00Z' AND placed_at < '2026-10-31 00:00Z' ORDER BY placed_at LIMIT 1`, c.user.ID)
}

func dollars(cents int64) string { return money.Money{Amount: cents, Currency: "USD"}.Format() }

// The figures in answers, summary and feed are those of one's own orders, and follow them.
func TestTwoPeopleGetTheirOwnFigures(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	const question = "How much did I spend in October?"
	replies, feeds, pairs := map[*client]api.Message{}, map[*client]api.InsightList{}, map[*client]uuid.UUID{}
	for i, person := range []*client{dana, bob} {
		person.link()
		pairs[person] = person.buyTwice(98765 + int64(i))
		feeds[person] = person.waitForInsights()
		require.NotEmpty(t, feeds[person].Items)
		spent := person.spentLastMonth()
		require.Positive(t, spent)
		summary := person.summary(lastMonth)
		require.Equal(t, api.Money{Amount: spent, Currency: "USD"}, summary.TotalSpend)
		require.Equal(t, s.count(t, `transactions WHERE user_id = $1 AND `+counts+`
			AND placed_at >= '2026-10-01 00:00Z' AND placed_at < '2026-11-01 00:00Z'`, person.user.ID), summary.OrderCount)
		var byCategory int64
		for _, row := range summary.ByCategory {
			byCategory += row.Amount.Amount
		}
		require.Equal(t, spent, byCategory)
		replies[person] = person.ask(person.personalChat(), question)
		require.Contains(t, replies[person].Content, dollars(spent))
		require.True(t, replies[person].Action.IsNull(), "a question about spending is general")
		require.NotEmpty(t, replies[person].Thinking)
		for _, source := range replies[person].Sources {
			require.Equal(t, api.SourceTypeTransaction, source.Type)
			require.Equal(t, 1, s.count(t, "transactions WHERE id = $1 AND user_id = $2", source.ID, person.user.ID))
		}
	}
	require.NotEqual(t, replies[dana].Content, replies[bob].Content)
	require.NotEqual(t, dana.summary(lastMonth), bob.summary(lastMonth))
	require.NotEqual(t, texts(feeds[dana]), texts(feeds[bob]))

	// One order changes, behind everybody's back, as a vendor's correction would.
	before, bobs := dana.spentLastMonth(), bob.summary(lastMonth)
	s.exec(t, "UPDATE transactions SET total = total + 123456 WHERE id = $1", dana.oneOrder())
	stale := decode[api.InsightList](dana.get("/api/insights").want(200))
	require.True(t, stale.Stale, "the feed says that it is not of now")
	require.Contains(t, dana.ask(dana.personalChat(), question).Content, dollars(before+123456), "an answer is always of now")
	dana.waitForInsights()
	require.Equal(t, before+123456, dana.summary(lastMonth).TotalSpend.Amount)
	require.Equal(t, bobs, bob.summary(lastMonth))

	// The feed follows as well: what looked like one order charged twice is two orders when the amounts differ.
	require.True(t, tells(feeds[dana], pairs[dana]))
	s.exec(t, "UPDATE transactions SET total = total + 500 WHERE id = $1", pairs[dana])
	require.NotEqual(t, texts(feeds[dana]), texts(dana.waitForInsights()))
	require.Equal(t, texts(feeds[bob]), texts(bob.waitForInsights()))
}

// tells reports whether a finding rests on an order.
func tells(feed api.InsightList, order uuid.UUID) bool {
	for _, insight := range feed.Items {
		for _, source := range insight.Sources {
			if source.ID == order.String() {
				return true
			}
		}
	}
	return false
}

// buyTwice adds two orders of this month to the client's first account, which look like one charged twice.
func (c *client) buyTwice(cents int64) (id uuid.UUID) {
	c.t.Helper()
	for i := range 2 {
		id = uuid.New()
		c.service.exec(c.t, `INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
			SELECT $1, user_id, id, merchant_id, $5::bigint || ' cents, ' || $3, $4, 'delivered', 'USD', $5::bigint, $5, 'groceries'
			FROM linked_accounts WHERE user_id = $2 ORDER BY merchant_id LIMIT 1`,
			id, c.user.ID, strconv.Itoa(i), c.service.clock.Now().AddDate(0, 0, -3).Add(time.Duration(i)*5*time.Minute), cents)
	}
	return id
}

func texts(feed api.InsightList) (all []string) {
	for _, insight := range feed.Items {
		all = append(all, fmt.Sprint(insight.Type, insight.Title, insight.Description, insight.Impact))
	}
	return all
}

func TestSummariesAreOfAMonth(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	empty := dana.summary("")
	require.Equal(t, "2026-11", empty.Month)
	require.Zero(t, empty.TotalSpend.Amount)
	require.Empty(t, empty.ByCategory)
	require.True(t, empty.TopCategory.IsNull())
	dana.link()
	dana.waitForInsights()
	require.Equal(t, dana.summary("2026-11"), dana.summary(""))
	require.Equal(t, "2026-11", dana.summary("").Month)
	for _, month := range []string{"2019-01", "2026-12", "2099-12", "2000-01"} { // long ago and not yet: nothing, which is no error
		target := "/api/insights/summary?month=" + month
		if month == "2019-01" {
			require.Equal(t, month, decode[api.Summary](dana.get(target).want(200)).Month)
		}
		require.Zero(t, decode[api.Summary](dana.get(target).want(200)).OrderCount)
	}
}

// What is counted in which currency and in which month is the user's to choose, so their choice makes it stale.
func TestFiguresFollowTheDisplaySettings(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	dana.waitForInsights()
	spent := dana.spentLastMonth()
	dana.patchSettings(object{"preferences": object{"display": object{"currency": "EUR"}}}).want(200)
	dana.waitForInsights()
	summary := dana.summary(lastMonth)
	require.Equal(t, api.Money{Amount: 0, Currency: "EUR"}, summary.TotalSpend)
	require.Equal(t, []api.Money{{Amount: spent, Currency: "USD"}}, summary.OtherTotals)

	// An order of the first minutes of October in UTC is one of September in New York.
	s.exec(t, "UPDATE transactions SET placed_at = '2026-10-01 00:30Z' WHERE id = $1", dana.oneOrder())
	dana.patchSettings(object{"preferences": object{"display": object{"currency": "USD"}}}).want(200)
	dana.waitForInsights()
	require.Equal(t, spent, dana.summary(lastMonth).TotalSpend.Amount)
	dana.patchSettings(object{"preferences": object{"display": object{"timeZone": "America/New_York"}}}).want(200)
	dana.waitForInsights()
	inNewYork := value[int64](t, s, `SELECT sum(total) FROM transactions WHERE `+counts+`
		AND placed_at >= '2026-10-01 00:00 America/New_York' AND placed_at < '2026-11-01 00:00 America/New_York'`)
	require.NotEqual(t, spent, inNewYork)
	require.Equal(t, inNewYork, dana.summary(lastMonth).TotalSpend.Amount)
}

// A finding keeps its id from one computation to the next, so that a page read in between goes on where it was.
func TestFindingsKeepTheirIDs(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	dana.buyTwice(98765)
	dana.waitForInsights()
	before := dana.walk("/api/insights", 100)
	require.NotEmpty(t, before)
	s.exec(t, "UPDATE transactions SET note = 'looked at' WHERE id = $1", dana.oneOrder())
	dana.waitForInsights()
	require.ElementsMatch(t, before, dana.walk("/api/insights", 100))
}

// Days pass: what was the last month is too old half a day later, though no order changed. Whoever has no orders is left
// alone: nothing of theirs moves.
func TestInsightsAreComputedAnewAfterHalfADay(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, erin := s.signUp(t, "Dana Kim"), s.signUp(t, "Erin Bo")
	dana.link()
	s.exec(t, "INSERT INTO insight_runs (user_id, as_of, data_changed_at) SELECT id, $1, data_changed_at FROM users", today)
	require.False(t, decode[api.InsightList](dana.get("/api/insights").want(200)).Stale)
	s.clock.Advance(12*time.Hour + time.Second)
	s.start(t) // the sweep runs at the start
	computed := func(c *client) time.Time {
		return value[time.Time](t, s, "SELECT as_of FROM insight_runs WHERE user_id = $1", c.user.ID)
	}
	eventually(t, "they are computed anew", func() bool { return computed(dana).Equal(s.clock.Now()) })
	require.Equal(t, today, computed(erin))
}

// Why: a first look must neither wait for a computation nor bring one about; it says that there is more to come.
func TestTheFeedIsReadFromWhatIsKept(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	empty := decode[api.InsightList](dana.get("/api/insights").want(200))
	require.Equal(t, api.InsightList{Items: []api.Insight{}, NextCursor: empty.NextCursor, AsOf: dana.user.CreatedAt, Stale: false}, empty)
	dana.link()
	for range 3 {
		feed := decode[api.InsightList](dana.get("/api/insights").want(200))
		require.Empty(t, feed.Items)
		require.Equal(t, dana.user.CreatedAt, feed.AsOf)
		require.True(t, feed.Stale)
		require.True(t, dana.summary("").Stale)
	}
	require.Zero(t, s.count(t, "insight_runs"))
	require.Equal(t, 1, s.count(t, "river.river_job WHERE kind = 'insights_refresh'"), "one computation is asked for, however many look")
	dana.buyTwice(98765) // so that there is something to say, whatever else was bought
	s.start(t)
	require.NotEmpty(t, dana.waitForInsights().Items)
	require.NotEmpty(t, dana.summary("").Sources)
}

// Off is off at once, for that kind alone, and on again it is all there.
func TestAlertsFollowTheSettings(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	dana.addCard("Blue Cash Preferred")
	s.exec(t, `UPDATE cards SET last_four = (SELECT last_four FROM transaction_payment_methods WHERE last_four IS NOT NULL
		GROUP BY last_four ORDER BY count(*) DESC LIMIT 1)`)
	dana.buyTwice(98765)
	all := dana.waitForInsights()
	kinds := func() map[api.InsightType]int {
		found := map[api.InsightType]int{}
		for _, insight := range decode[api.InsightList](dana.get("/api/insights?limit=100").want(200)).Items {
			found[insight.Type]++
		}
		return found
	}
	require.Positive(t, kinds()[api.InsightTypeWarning])
	require.Positive(t, kinds()[api.InsightTypeRewards])
	dana.patchSettings(object{"preferences": object{"notifications": object{"spendingAlerts": false}}}).want(200)
	require.Zero(t, kinds()[api.InsightTypeWarning])
	require.Zero(t, kinds()[api.InsightTypeSpending])
	dana.patchSettings(object{"preferences": object{"notifications": object{"rewardReminders": false, "spendingAlerts": true}}}).want(200)
	require.Zero(t, kinds()[api.InsightTypeRewards])
	require.Positive(t, kinds()[api.InsightTypeWarning])
	dana.patchSettings(object{"preferences": object{"notifications": object{"rewardReminders": true}}}).want(200)
	require.Equal(t, texts(all), texts(decode[api.InsightList](dana.get("/api/insights?limit=100").want(200))))
	require.Equal(t, s.count(t, "insights WHERE user_id = $1 AND type IN ('warning', 'spending', 'rewards')", dana.user.ID),
		s.count(t, "insight_deliveries WHERE user_id = $1", dana.user.ID))
}
