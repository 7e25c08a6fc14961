package seed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/seed"
)

var (
	// morning is a plain working day.
	morning = time.Date(2026, time.November, 23, 15, 0, 0, 0, time.UTC)

	alice = uuid.MustParse("01930000-0000-7000-a000-000000000001")
	bob   = uuid.MustParse("01930000-0000-7000-a000-000000000002")
)

// hasher is shared, and so is what it makes of the one password: hashing is what loading the demo would spend most on.
var (
	hasher  = sync.OnceValues(auth.NewHasher)
	demoKey = sync.OnceValues(func() (string, error) {
		h, err := hasher()
		if err != nil {
			return "", err
		}
		return h.Hash(context.Background(), "password123")
	})
)

// The demo is dated from the day it is loaded, and people load it at any hour of any day.
func TestDemo_LoadedAtAnyTime_TellsAStoryThatAddsUp(t *testing.T) {
	t.Parallel()
	for name, now := range map[string]time.Time{
		"WorkingDay":              morning,
		"NewDayInTheEastOnly":     time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC),
		"HourThatIsSkipped":       time.Date(2026, time.March, 8, 7, 30, 0, 0, time.UTC),
		"FirstSecondOfTheYear":    time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC),
		"LeapDay":                 time.Date(2028, time.February, 29, 12, 0, 0, 0, time.UTC),
		"LastDayAfterAShortMonth": time.Date(2027, time.March, 31, 22, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, now)
			b.load(t)
			b.requireNothingInTheFuture(t)
			b.requireTalkInOrder(t)
			b.requireOrders(t)
			b.requireFindings(t)
			b.requireUntouchedGroceryRule(t)
			b.requireCardAnswer(t)
		})
	}
}

func (b *testBundle) requireNothingInTheFuture(t *testing.T) {
	t.Helper()
	columns := values[string](t, b, `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND data_type = 'timestamp with time zone'
			AND column_name NOT IN ('expires_at', 'lease_until', 'data_changed_at') AND (table_name, column_name) <> ('products', 'created_at')
		ORDER BY 1`)
	require.Contains(t, columns, "transactions.placed_at")
	for _, column := range columns {
		table, name, _ := strings.Cut(column, ".")
		newest := value[*time.Time](t, b, fmt.Sprintf("SELECT max(%s) FROM %s", name, table))
		if newest != nil {
			require.Falsef(t, newest.After(b.clock.Now()), "%s is %s", column, newest)
		}
	}
}

func (b *testBundle) requireTalkInOrder(t *testing.T) {
	t.Helper()
	backwards := value[int](t, b, `SELECT count(*) FROM messages earlier JOIN messages later
		ON later.chat_id = earlier.chat_id AND later.position = earlier.position + 1 AND later.created_at <= earlier.created_at`)
	require.Zero(t, backwards, "what is said later is dated later")
	before := value[int](t, b, `SELECT count(*) FROM messages JOIN chats ON chats.id = messages.chat_id
		LEFT JOIN chat_members ON chat_members.chat_id = chats.id AND chat_members.user_id = messages.sender_id
		WHERE messages.created_at < chats.created_at OR messages.created_at < chat_members.joined_at
			OR (messages.sender_type = 'user' AND chat_members.user_id IS NULL)`)
	require.Zero(t, before, "only members speak, after they joined")
	require.Zero(t, value[int](t, b, `SELECT count(*) FROM chats WHERE last_position <> (SELECT count(*) FROM messages WHERE chat_id = chats.id)
		OR updated_at <> greatest(chats.created_at, (SELECT max(created_at) FROM messages WHERE chat_id = chats.id),
			(SELECT max(created_at) FROM expenses WHERE group_id = chats.id))`))
	require.GreaterOrEqual(t, value[int](t, b, "SELECT count(DISTINCT group_id) FROM expenses"), 2, "the groups of the demo owe each other")
	require.Zero(t, value[int](t, b, `SELECT count(*) FROM expenses JOIN chat_members m ON m.chat_id = group_id AND m.user_id = created_by
		WHERE expenses.created_at < m.joined_at OR expenses.created_at::date <> spent_on AND (expenses.created_at - interval '1 day')::date <> spent_on`))
}

func (b *testBundle) requireOrders(t *testing.T) {
	t.Helper()
	halfYear := b.clock.Now().AddDate(0, -6, 0)
	for _, person := range []uuid.UUID{alice, bob} {
		linked := values[int64](t, b, "SELECT merchant_id FROM linked_accounts WHERE user_id = $1 AND status = 'connected' AND mock", person)
		require.Len(t, linked, 4)
		for _, merchant := range linked {
			oldest := value[time.Time](t, b, "SELECT min(placed_at) FROM transactions WHERE user_id = $1 AND merchant_id = $2", person, merchant)
			require.Truef(t, oldest.Before(halfYear), "orders at %d begin %s", merchant, oldest)
		}
	}
	for what, query := range map[string]string{
		"without items":             "SELECT count(*) FROM transactions t WHERE NOT EXISTS (SELECT FROM transaction_items WHERE transaction_id = t.id)",
		"whose items do not add up": "SELECT count(*) FROM transactions t WHERE subtotal <> (SELECT sum(total) FROM transaction_items WHERE transaction_id = t.id)",
		"whose total is not the sum": `SELECT count(*) FROM transactions t
			WHERE total <> subtotal + (SELECT coalesce(sum(amount), 0) FROM transaction_adjustments WHERE transaction_id = t.id)`,
		"whose payments differ from the total": `SELECT count(*) FROM transactions t
			WHERE total <> (SELECT coalesce(sum(amount), 0) FROM transaction_payment_methods WHERE transaction_id = t.id)`,
	} {
		require.Zero(t, value[int](t, b, query), "orders "+what)
	}
	for _, kind := range []string{"tax", "tip", "fee", "discount", "refund"} {
		require.NotZero(t, value[int](t, b, "SELECT count(*) FROM transaction_adjustments WHERE type = $1 AND amount <> 0", kind), kind)
	}
	require.Subset(t, values[string](t, b, "SELECT DISTINCT last_four FROM transaction_payment_methods WHERE last_four IS NOT NULL"),
		[]string{"2210", "4417", "7302", "3009"}, "people pay with the cards they hold")
}

func (b *testBundle) requireFindings(t *testing.T) {
	t.Helper()
	for _, person := range []uuid.UUID{alice, bob} {
		require.NotZero(t, value[int](t, b, "SELECT count(*) FROM insights WHERE user_id = $1 AND description <> ''", person))
		require.NotZero(t, value[int](t, b, "SELECT count(*) FROM insight_summaries WHERE user_id = $1", person))
	}
	shared := value[int](t, b, "SELECT count(*) FROM insights a JOIN insights b ON a.description = b.description WHERE a.user_id = $1 AND b.user_id = $2", alice, bob)
	require.Zero(t, shared, "findings are computed from each person's own orders")
	require.Zero(t, value[int](t, b, "SELECT count(*) FROM insights WHERE date > $1", b.clock.Now().AddDate(0, 0, 1)))
}

// The first answer everybody is shown rests on this: a card whose grocery rule has all of its room left.
func (b *testBundle) requireUntouchedGroceryRule(t *testing.T) {
	t.Helper()
	orders, err := b.orders.Since(t.Context(), alice, b.clock.Now().AddDate(-2, 0, 0))
	require.NoError(t, err)
	wallet, err := b.cards.Wallet(t.Context(), alice)
	require.NoError(t, err)
	held := slices.IndexFunc(wallet, func(c rewards.Card) bool { return c.Product.Name == "Blue Cash Preferred" })
	require.GreaterOrEqual(t, held, 0)
	newYork, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	use, err := rewards.UseCaps(wallet, earnings.Spends(orders), b.clock.Now(), newYork)
	require.NoError(t, err)
	for key, used := range use {
		require.False(t, key.CardID == wallet[held].ID && !used.IsZero(), "%+v is used: %s", key, used)
	}
}

func (b *testBundle) requireCardAnswer(t *testing.T) {
	t.Helper()
	require.Equal(t, int64(516), value[int64](t, b, `SELECT (reply.drawer #>> '{recommended,reward,amount}')::bigint
		FROM messages reply JOIN messages question ON question.id = reply.reply_to
		WHERE question.sender_id = $1 AND question.content LIKE '%$86 of groceries%' AND reply.action = 'card' AND reply.status = 'completed'
			AND cardinality(reply.thinking) >= 3`, alice))
	silent := value[int](t, b, `SELECT count(*) FROM messages question JOIN chats ON chats.id = question.chat_id
		WHERE question.sender_type = 'user' AND chats.type = 'solo' AND NOT EXISTS (SELECT FROM messages WHERE reply_to = question.id)`)
	require.Zero(t, silent, "alone with the co-pilot every question is answered")
	require.NotZero(t, value[int](t, b, "SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id WHERE type = 'group' AND action = 'card'"))
}

// The same clock makes the same demo, in any database, and whatever happens while it is loaded.
func TestDemo_HoweverItIsLoaded_IsTheSame(t *testing.T) {
	t.Parallel()
	plain := setup(t, morning)
	plain.load(t)
	want := plain.content(t)
	for name, load := range map[string]func(t *testing.T, b *testBundle){
		"Elsewhere": func(t *testing.T, b *testBundle) { b.load(t) },
		"ByTwoProcessesAtOnce": func(t *testing.T, b *testBundle) {
			results := make(chan error, 2)
			for range cap(results) {
				go func() { results <- seed.Demo(t.Context(), b.config) }()
			}
			for range cap(results) {
				require.NoError(t, <-results)
			}
		},
		"StoppedBetweenItsSteps": func(t *testing.T, b *testBundle) {
			broken := b.config
			broken.Composer = brokenComposer{}
			require.ErrorIs(t, seed.Demo(t.Context(), broken), errBroken)
			require.Equal(t, 4, value[int](t, b, "SELECT count(*) FROM users"))
			require.Zero(t, value[int](t, b, "SELECT count(*) FROM chats"))
			b.execute(t, "UPDATE users SET name = 'Dee' WHERE name = 'Dev Okafor'")
			b.load(t)
			b.execute(t, "UPDATE users SET name = 'Dev Okafor' WHERE name = 'Dee'") // still: the first step was not repeated
		},
		"StoppedBeforeItsInsights": func(t *testing.T, b *testBundle) {
			broken := b.config
			broken.Insights = brokenRefresher{}
			require.ErrorIs(t, seed.Demo(t.Context(), broken), errBroken)
			b.load(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, morning)
			load(t, b)
			require.Equal(t, want, b.content(t))
		})
	}
}

func TestDemo_PeopleAndGroupsAreThoseOfTheScreens(t *testing.T) {
	t.Parallel()
	b := setup(t, morning)
	b.load(t)
	h, err := hasher()
	require.NoError(t, err)
	for _, email := range []string{"alice@demo.com", "bob@demo.com"} {
		match, outdated, err := h.Check(t.Context(), "password123", value[string](t, b, "SELECT password_hash FROM users WHERE email_key = $1", email))
		require.NoError(t, err)
		require.True(t, match)
		require.False(t, outdated)
	}
	require.Equal(t, 1, value[int](t, b, "SELECT count(DISTINCT password_hash) FROM users"), "one hash for all, or the first start takes long")
	require.Zero(t, value[int](t, b, "SELECT count(*) FROM users LEFT JOIN settings ON settings.user_id = users.id WHERE settings.user_id IS NULL"))

	require.Equal(t, []string{"Grocery Shopping Budget", "Weekend Trip Planning"}, values[string](t, b, "SELECT title FROM chats WHERE type = 'group' ORDER BY title"))
	for _, person := range []uuid.UUID{alice, bob} {
		require.Equal(t, 2, value[int](t, b, "SELECT count(*) FROM chat_members JOIN chats ON id = chat_id WHERE type = 'group' AND user_id = $1", person))
		require.NotZero(t, value[int](t, b, "SELECT count(*) FROM chat_members JOIN chats ON id = chat_id WHERE type = 'solo' AND user_id = $1", person))
	}
	require.Zero(t, value[int](t, b, `SELECT count(*) FROM group_receipts JOIN chat_members USING (chat_id)
		WHERE user_id = shared_by AND NOT shares_purchases`), "only those who share purchases have receipts in a group")
	for _, title := range []string{"Grocery Shopping Budget", "Weekend Trip Planning"} {
		require.NotZero(t, value[int](t, b, "SELECT count(*) FROM group_receipts JOIN chats ON id = chat_id WHERE title = $1", title))
	}
}

// Why: people play with the demo and come back the next day; what they did must be as they left it.
func TestDemo_LoadedAgain_AddsNothingAndRevivesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, morning)
	b.load(t)
	loaded := b.content(t)
	b.load(t)
	require.Equal(t, loaded, b.content(t))

	b.execute(t, "DELETE FROM chats WHERE title = 'Shopping'")
	b.execute(t, "DELETE FROM chats WHERE title = 'Weekend Trip Planning'")
	b.execute(t, "DELETE FROM linked_accounts WHERE user_id = $1 AND merchant_id = 44", alice)
	b.execute(t, "UPDATE cards SET status = 'removed' WHERE user_id = $1 AND last_four = '1005'", alice)
	b.execute(t, "UPDATE users SET name = 'Roberta', password_hash = 'another' WHERE id = $1", bob)
	b.execute(t, "DELETE FROM users WHERE email_key = 'dev@demo.com'")
	removed := b.content(t)
	b.clock.Advance(72 * time.Hour)
	b.load(t)
	require.Equal(t, removed, b.content(t))
}

// composer fails where the demo's second step begins.
type brokenComposer struct{ seed.Composer }

var errBroken = errors.New("out of order")

func (brokenComposer) Answers(context.Context, string, string) (bool, error) { return false, errBroken }

// brokenRefresher fails after everything was written.
type brokenRefresher struct{}

func (brokenRefresher) RefreshIfStale(context.Context, uuid.UUID) error { return errBroken }

func TestDemo_WantsEveryDependency(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, seed.Demo(t.Context(), seed.DemoConfig{}), "every dependency")
}
