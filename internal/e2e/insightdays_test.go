package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// shopper is a client whose orders a test writes itself.
type shopper struct {
	*client

	accounts map[string]uuid.UUID // by the merchant's slug
	orders   int
	batch    *pgx.Batch // statements to be sent together; nil sends each at once
}

// shops links the client to merchants without orders.
func (c *client) shops(slugs ...string) *shopper {
	c.t.Helper()
	s := &shopper{client: c, accounts: map[string]uuid.UUID{}}
	for _, slug := range slugs {
		id := uuid.New()
		c.service.exec(c.t, `INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, created_at)
			SELECT $1, $2, id, $2::uuid::text, 'mine', 'connected', true, false, true, $4 FROM merchants WHERE slug = $3`, id, c.user.ID, slug, c.service.clock.Now())
		s.accounts[slug] = id
	}
	return s
}

func (s *shopper) exec(statement string, arguments ...any) {
	s.t.Helper()
	if s.batch != nil {
		s.batch.Queue(statement, arguments...)
		return
	}
	s.service.exec(s.t, statement, arguments...)
}

// buys writes an order, with one item where it has a price.
func (s *shopper) buys(slug, category string, at time.Time, cents int64, item string, price int64) {
	s.t.Helper()
	s.orders++
	id := uuid.New()
	s.exec(`INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
		SELECT $1, user_id, id, merchant_id, $5, $3, 'delivered', 'USD', $4::bigint, $4, $6 FROM linked_accounts WHERE id = $2`,
		id, s.accounts[slug], at, cents, fmt.Sprint("order ", s.orders), category)
	if price > 0 {
		s.exec(`INSERT INTO transaction_items (transaction_id, ordinal, name, product_id, quantity, unit_price, total)
			VALUES ($1, 0, $2, $2::text, 1, $3::bigint, $3)`, id, item, price)
	}
}

// livesSteadily writes 13 months in which nothing happens but habits: weekly groceries, food every fifth day, paper towels
// every ninth, and a monthly errand on the fifth.
func (s *shopper) livesSteadily(now time.Time) {
	s.t.Helper()
	s.batch = &pgx.Batch{}
	back := func(days int) time.Time { return now.AddDate(0, 0, -days).Add(-3 * time.Hour) }
	for days := 1; days < 395; days++ {
		day := back(days)
		if days%7 == 1 {
			s.buys("instacart", "groceries", day, 6000, "", 0)
		}
		if days%5 == 2 {
			s.buys("doordash", "delivery", day, 2500, "", 0)
		}
		if days%9 == 3 {
			s.buys("amazon", "online_retail", day, 4000, "Paper Towels", 1200)
		}
		if day.Day() == 5 {
			s.buys("target", "department_stores", day, 8000, "", 0)
		}
	}
	require.NoError(s.t, s.service.pool.SendBatch(s.t.Context(), s.batch).Close())
	s.batch = nil
}

func titles(c *client) (all []string) {
	for _, insight := range c.waitForInsights().Items {
		all = append(all, insight.Title)
	}
	slices.Sort(all)
	return all
}

// Why: findings that were there on some days of the month only made tests fail on others, and told people different things
// about the same habits.
func TestFindingsAreTheSameOnAnyDay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ now, zone string }{
		{"2026-11-01T05:10:00Z", "America/New_York"}, // the clock goes back this night
		{"2026-11-30T23:50:00Z", "UTC"},
		{"2027-01-01T00:00:00Z", "UTC"},
		{"2026-02-28T12:00:00Z", "Pacific/Auckland"},
		{"2028-02-29T09:00:00Z", "UTC"},
		{"2026-03-31T21:00:00Z", "America/Los_Angeles"},
		{"2026-07-06T15:00:00Z", "Asia/Kathmandu"},
		{"2026-12-31T23:59:59Z", "UTC"},
	} {
		t.Run(test.now, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, test.now)
			require.NoError(t, err)
			s := newService(t, at(now))
			dana := s.signUp(t, "Dana Kim").shops("instacart", "doordash", "amazon", "target")
			dana.patchSettings(object{"preferences": object{"display": object{"timeZone": test.zone}}}).want(200)
			dana.livesSteadily(now)
			require.Empty(t, titles(dana.client), "nothing happened")

			ago := func(days int) time.Time { return now.AddDate(0, 0, -days).Add(-time.Hour) }
			dana.buys("doordash", "delivery", ago(4), 613, "", 0)
			dana.buys("doordash", "delivery", ago(4).Add(15*time.Minute), 613, "", 0)
			require.Equal(t, []string{"Possible double charge at DoorDash"}, titles(dana.client))

			dana.buys("amazon", "online_retail", ago(1), 4000, "Paper Towels", 1500)
			dana.buys("target", "department_stores", ago(3), 40000, "", 0)
			for week := range 3 {
				dana.buys("instacart", "groceries", ago(2+7*week), 7000, "", 0)
				dana.buys("instacart", "groceries", ago(5+7*week), 7100, "", 0)
			}
			require.Equal(t, []string{
				"Paper Towels costs more than before", "Possible double charge at DoorDash", "Unusually large order at Target",
				"You spend more on groceries than usual",
			}, titles(dana.client))
		})
	}
}
