package insights_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	engine "github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// twice are two orders that look like one charged twice, placed some days ago.
func twice(name string, daysAgo int) []engine.Order {
	orders := make([]engine.Order, 2)
	for i := range orders {
		orders[i] = engine.Order{
			ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte{byte(i), byte(daysAgo), name[0]}).String(), MerchantName: name, MerchantSlug: name,
			Category: "groceries", PlacedAt: now.AddDate(0, 0, -daysAgo).Add(time.Duration(i) * time.Minute), Status: "delivered", Currency: "USD", Total: 8600,
		}
	}
	return orders
}

// has makes orders the user's only ones.
func (b *testBundle) has(orders ...[]engine.Order) {
	b.since = func() []engine.Order { return slices.Concat(orders...) }
}

func (b *testBundle) set(t *testing.T, preference string) {
	t.Helper()
	b.exec(t, "UPDATE settings SET "+preference)
}

func TestAlerts_AreDeliveredOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.has(twice("Costco", 2))
	b.refresh(t)
	require.Len(t, b.feed(t), 1)
	require.Len(t, b.letters, 1)
	letter := b.letters[0]
	require.Equal(t, b.user, letter.UserID)
	require.Equal(t, insights.KindSpendingAlert, letter.Kind)
	require.Equal(t, "Possible double charge at Costco", letter.Title)
	require.Equal(t, "2 orders at Costco within 24 hours cost $86.00 each, the last on 21 November.", letter.Text)
	require.Equal(t, "Check both receipts.", letter.Advice)
	require.Equal(t, []events.Hint{{Type: events.InsightCreated, InsightID: b.feed(t)[0].ID}}, b.hints)

	b.refresh(t)
	b.clock.Advance(time.Hour)
	b.refresh(t)
	require.Len(t, b.letters, 1, "it is the same finding")
	require.Len(t, b.hints, 1)

	// It goes, and comes back.
	b.has()
	b.refresh(t)
	require.Empty(t, b.feed(t))
	b.has(twice("Costco", 2))
	b.clock.Advance(10 * 24 * time.Hour)
	b.refresh(t)
	require.Len(t, b.feed(t), 1)
	require.Len(t, b.letters, 1, "what comes back within weeks was told")

	b.has(twice("Costco", 2), twice("Target", 1))
	b.refresh(t)
	require.Len(t, b.letters, 2)
	require.Equal(t, "Possible double charge at Target", b.letters[1].Title)
	require.NotEqual(t, b.letters[0].Once, b.letters[1].Once)
}

func TestAlerts_GoneForLong_AreToldAnew(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.has(twice("Costco", 2))
	b.refresh(t)
	b.has()
	b.clock.Advance(24 * time.Hour)
	b.refresh(t)
	b.exec(t, "UPDATE insight_deliveries SET last_found_at = last_found_at - interval '31 days'")
	b.has(twice("Costco", 2))
	b.refresh(t)
	require.Len(t, b.letters, 2)
	require.Len(t, b.hints, 2)
}

func TestAlerts_SeveralAtOnce_AreOneLetter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.has(twice("Costco", 2), twice("Target", 3), twice("Amazon", 40))
	b.refresh(t)
	require.Len(t, b.feed(t), 3)
	require.Len(t, b.hints, 3)
	require.Len(t, b.letters, 1)
	require.Equal(t, "2 spending alerts", b.letters[0].Title)
	require.Contains(t, b.letters[0].Text, "at Costco")
	require.Contains(t, b.letters[0].Text, "at Target")
	require.NotContains(t, b.letters[0].Text, "Amazon", "news of last month is in the feed alone")
	require.Empty(t, b.letters[0].Advice)
}

// Off means neither mail nor feed, for that kind alone.
func TestAlerts_FollowThePreference(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		preference string
		feed       int
		letters    int
	}{
		"AllOn":          {"spending_alerts = true", 1, 1},
		"SpendingOff":    {"spending_alerts = false", 0, 0},
		"RemindersOff":   {"reward_reminders = false", 1, 1},
		"MailOff":        {"notify_email = false", 1, 0},
		"EverythingsOff": {"spending_alerts = false, reward_reminders = false, notify_email = false", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.set(t, test.preference)
			b.has(twice("Costco", 2))
			b.refresh(t)
			require.Len(t, b.feed(t), test.feed)
			require.Len(t, b.hints, test.feed, "no hint of what cannot be seen")
			require.Len(t, b.letters, test.letters)
		})
	}
}

func TestAlerts_SwitchedOnLater_TellWhatIsStillThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.set(t, "spending_alerts = false")
	b.has(twice("Costco", 2))
	b.refresh(t)
	require.Empty(t, b.feed(t))
	b.set(t, "spending_alerts = true")
	require.Len(t, b.feed(t), 1, "it is in the feed at once")
	require.Empty(t, b.letters)
	b.refresh(t)
	require.Len(t, b.letters, 1)
	b.set(t, "spending_alerts = false")
	require.Empty(t, b.feed(t), "and out of it at once")
}

// Rewards are reminders: another switch.
func TestReminders_FollowTheirOwnPreference(t *testing.T) {
	t.Parallel()
	b := setup(t)
	finding := func(id, kind string) {
		b.exec(t, `INSERT INTO insights (id, user_id, key, type, title, description, impact, date, sources, as_of)
			VALUES ($1, $2, $3, $3, 'T', 'D.', '1', $4::timestamptz::date, '[]', $4)`, id, b.user, kind, now)
	}
	for i, kind := range []string{"rewards", "warning", "spending", "optimization", "success"} {
		finding(uuid.NewSHA1(uuid.NameSpaceOID, []byte{byte(i)}).String(), kind)
	}
	types := func() (all []string) {
		for _, insight := range b.feed(t) {
			all = append(all, insight.Type)
		}
		slices.Sort(all)
		return all
	}
	require.Equal(t, []string{"optimization", "rewards", "spending", "success", "warning"}, types())
	b.set(t, "reward_reminders = false")
	require.Equal(t, []string{"optimization", "spending", "success", "warning"}, types())
	b.set(t, "reward_reminders = true, spending_alerts = false")
	require.Equal(t, []string{"optimization", "rewards", "success"}, types())
}

// Why: what is noted as told and not told would be silence for ever.
func TestAlerts_LetterThatCannotBeQueued_IsNotNoted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.has(twice("Costco", 2))
	b.broken = errors.New("the outbox is full")
	require.ErrorIs(t, b.service.Refresh(t.Context(), b.user), b.broken)
	require.Empty(t, b.feed(t))
	require.Empty(t, b.hints)
	b.broken = nil
	b.refresh(t)
	require.Len(t, b.feed(t), 1)
	require.Len(t, b.letters, 1)
}

func TestAlerts_ComputedByManyAtOnce_AreOneLetter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.has(twice("Costco", 2))
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			if err := b.service.Refresh(t.Context(), b.user); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	require.Len(t, b.letters, 1)
	require.Len(t, b.hints, 1)
}

func TestWithoutAMailer_AlertsReachTheFeed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.surroundings
	service, err := insights.New(insights.Config{
		Pool: b.pool, Clock: b.clock, Orders: s, Cards: s, Merchants: s, Preferences: s, Queue: s, Notifier: s,
	})
	require.NoError(t, err)
	b.has(twice("Costco", 2))
	require.NoError(t, service.Refresh(t.Context(), b.user))
	require.Len(t, b.feed(t), 1)
	require.Empty(t, b.letters)
}

func TestPost_IsOncePerKeyAndOutlivesComputations(t *testing.T) {
	t.Parallel()
	b := setup(t)
	posting := insights.Posting{Key: "price_alert:1:2026-11-23", Insight: insights.Insight{
		Type: "success", Title: "Headphones are below $90.00", Description: "They cost $84.00 at Best Buy now.", Impact: "$84.00",
		Amount: &money.Money{Amount: 8400, Currency: "USD"}, Date: now.Truncate(24 * time.Hour), Sources: []insights.Source{{Type: "product", ID: "p1"}}, AsOf: now,
	}}
	post := func() (posted bool) {
		err := postgres.WithTx(t.Context(), b.pool, func(ctx context.Context, tx pgx.Tx) (err error) {
			posted, err = b.service.Post(ctx, tx, b.user, posting)
			return err
		})
		require.NoError(t, err)
		return posted
	}
	require.True(t, post())
	require.False(t, post())
	require.Len(t, b.hints, 1)
	b.has(twice("Costco", 2))
	b.refresh(t)
	b.set(t, "spending_alerts = false, reward_reminders = false")
	feed := b.feed(t)
	require.Len(t, feed, 1)
	require.Equal(t, posting.Title, feed[0].Title)
	require.Equal(t, posting.Amount, feed[0].Amount)
	require.Equal(t, posting.Sources, feed[0].Sources)
	require.Equal(t, feed[0].ID, b.hints[0].InsightID)
}
