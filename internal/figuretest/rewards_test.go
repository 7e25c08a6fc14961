package figuretest

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// finding is a row of insights.
type finding struct {
	ID          uuid.UUID
	Key         string
	Title       string
	Description string
	Amount      *int64
	Currency    *string
	Sources     []byte
	AsOf        time.Time
}

// What the cards earned, missed and would have earned is the hardest to work out of all that is found: it rests on every
// order that used a cap. For every person of the demo it comes out again from the rows that the finding cites.
func TestRewardsFollowFromWhatIsCited(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, now)
			kinds := map[string]int{}
			for _, email := range people {
				p := w.signIn(t, email)
				p.waitForInsights(t)
				for _, found := range collect[finding](t, w, `SELECT id, key, title, description, amount, currency, sources, as_of
					FROM insights WHERE user_id = $1 AND origin = 'computed' ORDER BY key`, p.id) {
					kind, rest, _ := strings.Cut(found.Key, ":")
					work, known := map[string]func(*walk, string) (int64, int64, []order){
						"rewards": (*walk).earned, "rewards-missed": (*walk).missed, "card": (*walk).instead,
					}[kind]
					if !known {
						continue
					}
					kinds[kind]++
					t.Run(email+" "+found.Key, func(t *testing.T) { p.checkRewards(t, found, work, rest) }) //nolint:paralleltest // they count kinds
				}
				t.Run(email+" month", p.checkMonth) //nolint:paralleltest // as above
			}
			require.NotZero(t, kinds["rewards"], "no demo person has earned anything")
			require.NotZero(t, kinds["card"], "no demo person has a better card")
		})
	}
}

// waitForInsights waits for the job that works them out.
func (p *person) waitForInsights(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		return p.count(t, `insight_runs r JOIN users u ON u.id = r.user_id
			WHERE r.user_id = $1 AND r.as_of IS NOT NULL AND r.data_changed_at = u.data_changed_at`, p.id) == 1
	}, time.Minute, 50*time.Millisecond)
}

// evidenceCheck is a check of a text with the rows it cites.
func (p *person) evidenceCheck(t *testing.T, text string, sources []api.Source) *check {
	t.Helper()
	return &check{
		T: t, person: p, message: api.Message{Content: text, DrawerData: nullable.NewNullNullable[api.DrawerData]()},
		evidence: p.read(t, sources), explained: map[string]bool{}, claims: map[string]*big.Rat{},
	}
}

func (p *person) checkRewards(t *testing.T, found finding, work func(*walk, string) (int64, int64, []order), rest string) {
	t.Helper()
	var sources []api.Source
	require.NoError(t, json.Unmarshal(found.Sources, &sources))
	for i := range sources {
		sources[i].AsOf = found.AsOf
	}
	c := p.evidenceCheck(t, found.Title+" "+found.Description, sources)
	w := newWalk(c)
	earned, possible, orders := work(w, rest)
	var spent int64
	for i := range orders {
		spent += orders[i].Total
	}
	for _, amount := range []int64{spent, earned, possible, possible - earned} {
		c.money(amount, "USD")
	}
	c.counted(len(orders), "order")
	want := possible - earned
	if found.Key == "rewards" {
		month, _, monthly := newWalk(c).earnedSince(w.monthAgo())
		c.money(month, "USD")
		c.counted(len(monthly), "order")
		c.explain("12 months")
		if want = month; month <= 0 {
			want = earned
		}
	}
	c.explain("12 months")
	c.verdict()
	require.Equal(t, want, *found.Amount)
	require.Equal(t, "USD", *found.Currency)
}

// checkMonth works out the rewards of the running month from what its summary cites.
func (p *person) checkMonth(t *testing.T) {
	month := p.now.In(p.zone).Format("2006-01")
	summary := as[api.Summary](t, p.do(t, "GET", "/api/insights/summary?month="+month, nil, 200))
	c := p.evidenceCheck(t, "", summary.Sources)
	from, _ := p.span("this month")
	earned, _, _ := newWalk(c).earnedSince(from)
	require.Equal(t, earned, summary.RewardsEarned.Amount)
	var spent int64
	orders := c.selected(c.evidence.orders, selection{In: "this month"})
	for i := range orders {
		spent += orders[i].Total
	}
	require.Equal(t, spent, summary.TotalSpend.Amount)
	require.Len(t, orders, summary.OrderCount)
}

// walk goes through the orders cited, oldest first, with the cards cited.
type walk struct {
	*check

	used  spent
	taken map[string][]string // the networks a merchant takes, by slug
}

func newWalk(c *check) *walk {
	w := &walk{check: c, used: spent{}, taken: map[string][]string{}}
	type merchant struct {
		Slug     string
		Networks []string
	}
	for _, m := range collect[merchant](c.T, c.person.world, "SELECT slug, accepted_networks FROM merchants WHERE accepted_networks <> '{}'") {
		w.taken[m.Slug] = m.Networks
	}
	return w
}

// yearAgo and monthAgo are the first moments of the last 12 months and of the last one.
func (w *walk) yearAgo() time.Time { return w.person.now.In(w.person.zone).AddDate(-1, 0, 0) }

func (w *walk) monthAgo() time.Time {
	today := w.person.now.In(w.person.zone)
	last := time.Date(today.Year(), today.Month(), 0, 0, 0, 0, 0, w.person.zone).Day()
	return time.Date(today.Year(), today.Month()-1, min(today.Day(), last)+1, 0, 0, 0, 0, w.person.zone)
}

// payer is the card that paid all of an order, if that is known.
func (w *walk) payer(o *order) *card {
	if len(o.payments) != 1 || o.payments[0].Amount != o.Total || o.Total <= 0 || o.Currency != "USD" {
		return nil
	}
	at := slices.IndexFunc(w.evidence.cards, func(c card) bool { return c.LastFour != nil && *c.LastFour == o.payments[0].LastFour })
	if at < 0 {
		return nil
	}
	return &w.evidence.cards[at]
}

func (w *walk) purchase(o *order, amount int64) purchase {
	return purchase{slug: o.Slug, category: o.Category, amount: amount, at: o.PlacedAt.In(w.person.zone)}
}

// spend counts what cards paid of an order.
func (w *walk) spend(o *order, cards []card) {
	for _, paid := range o.payments {
		for i := range cards {
			if c := &cards[i]; c.LastFour != nil && *c.LastFour == paid.LastFour && c.Currency == o.Currency {
				c.count(w.purchase(o, paid.Amount), w.used)
			}
		}
	}
}

func (w *walk) takes(o *order, c *card) bool {
	networks := w.taken[o.Slug]
	return len(networks) == 0 || slices.Contains(networks, c.Network)
}

func (w *walk) earned(string) (earned, possible int64, orders []order) {
	return w.earnedSince(w.yearAgo())
}

func (w *walk) earnedSince(since time.Time) (earned, possible int64, orders []order) {
	for i := range w.evidence.orders {
		o := &w.evidence.orders[i]
		if !o.counts() || o.PlacedAt.After(w.person.now) {
			continue
		}
		if c := w.payer(o); c != nil && !o.PlacedAt.Before(since) {
			earned += c.earns(w.purchase(o, o.Total), w.used).reward
			orders = append(orders, *o)
		}
		w.spend(o, w.evidence.cards)
	}
	return earned, 0, orders
}

// missed puts each order of the year on the card that earns most just then.
func (w *walk) missed(string) (earned, possible int64, orders []order) {
	earned, _, orders = w.earned("")
	w.used = spent{}
	for i := range w.evidence.orders {
		o := &w.evidence.orders[i]
		best := w.payer(o)
		if !o.counts() || o.PlacedAt.After(w.person.now) || best == nil || o.PlacedAt.Before(w.yearAgo()) {
			if o.counts() {
				w.spend(o, w.evidence.cards)
			}
			continue
		}
		most := best.earns(w.purchase(o, o.Total), w.used).reward
		for j := range w.evidence.cards {
			c := &w.evidence.cards[j]
			if got := c.earns(w.purchase(o, o.Total), w.used).reward; got > most && w.takes(o, c) {
				best, most = c, got
			}
		}
		best.count(w.purchase(o, o.Total), w.used)
		possible += most
	}
	return earned, possible, orders
}

// instead puts the orders of a category on one card wherever that earns more; what else that card paid stays with it.
func (w *walk) instead(key string) (earned, possible int64, orders []order) {
	parts := strings.Split(key, ":")
	better := w.cardOf(parts[len(parts)-1])
	really := map[uuid.UUID]int64{}
	for i := range w.evidence.orders {
		if o := &w.evidence.orders[i]; o.counts() {
			if c := w.payer(o); c != nil {
				really[o.ID] = c.earns(w.purchase(o, o.Total), w.used).reward
			}
			w.spend(o, w.evidence.cards)
		}
	}
	w.used = spent{}
	for i := range w.evidence.orders {
		o := &w.evidence.orders[i]
		if !o.counts() || o.PlacedAt.After(w.person.now) {
			continue
		}
		paid := w.payer(o)
		if paid != nil && paid.ID != better.ID && o.Category == parts[0] && !o.PlacedAt.Before(w.yearAgo()) && w.takes(o, better) {
			if got := better.earns(w.purchase(o, o.Total), w.used).reward; got > really[o.ID] {
				better.count(w.purchase(o, o.Total), w.used)
				earned += really[o.ID]
				possible += got
				orders = append(orders, *o)
				continue
			}
		}
		w.spend(o, []card{*better})
	}
	return earned, possible, orders
}
