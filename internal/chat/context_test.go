package chat_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/preferences"
)

// slow is a world one of whose parts does not answer until it is given up on.
type slow struct {
	*world

	part string
}

func (s slow) wait(ctx context.Context, part string) error {
	if s.part != part {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func (s slow) Wallet(ctx context.Context, _ uuid.UUID) ([]rewards.Card, error) {
	return nil, s.wait(ctx, "cards")
}

func (s slow) Since(ctx context.Context, _ uuid.UUID, _ time.Time) ([]insights.Order, error) {
	return nil, s.wait(ctx, "orders")
}

func (s slow) Newest(ctx context.Context, _ uuid.UUID, _ int) ([]chat.Finding, error) {
	return []chat.Finding{{ID: "i1", Title: "Coffee costs more."}}, s.wait(ctx, "insights")
}

func (s slow) About(ctx context.Context, subject string) (chat.Trend, bool, error) {
	return chat.Trend{Subject: subject, Posts: 1200, Before: 1000, Mock: true}, true, s.wait(ctx, "trends")
}

func (s slow) Match(ctx context.Context, _ uuid.UUID, _ []string, _ bool) ([]prices.Match, error) {
	return nil, s.wait(ctx, "prices")
}

// Why: one part that hangs must cost its own few seconds and a plain word, never the answer.
func TestCompose_DoesWithoutWhatCannotBeReadAndSaysSo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ part, text, says, silent string }{
		{"", "Which card should I use for $86 at Costco?", "I know none of your cards yet", "could not read"},
		{"cards", "Which card should I use for $86 at Costco?", "I could not read your cards just now", "none of your cards"},
		{"orders", "How much did I spend on groceries last month?", "I could not read your orders just now", "You spent"},
		{"prices", "Is $249 a good price for AirPods?", "I could not read the prices just now", "no price of"},
		{"", "Is $249 a good price for AirPods?", "I know no price of", "could not read"},
		{"insights", "Give me an overview of this month", "I could not read your insights just now", "Coffee"},
		{"", "Give me an overview of this month", "Worth a look: Coffee costs more.", "could not read"},
		{"trends", "Are groceries trending?", "I could not read what people talk about just now", "posts"},
		{"", "Are groceries trending?", "People wrote 1,200 posts about groceries in the last week, 20% more than the week before. These are sample figures", "outside"},
	} {
		t.Run(test.part+" "+test.text, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := compose(t, slow{&world{}, test.part})
				began := time.Now()
				plan, err := o.Compose(t.Context(), chat.Ask{UserID: uuid.New(), ChatType: chat.TypeSolo, Text: test.text, At: began})
				require.NoError(t, err)
				require.Less(t, time.Since(began), 6*time.Second)
				require.Contains(t, plan.Text(), test.says)
				require.NotContains(t, plan.Text(), test.silent)
				require.Equal(t, test.part != "", plan.Degraded)
				require.NotEmpty(t, plan.Thinking)
			})
		})
	}
}

// A panic in one part is a part that is missing, too; but the end of the whole is the end.
func TestCompose_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	o := compose(t, &world{wallet: func() ([]rewards.Card, error) { panic("a fault of ours") }})
	ask := chat.Ask{UserID: uuid.New(), ChatType: chat.TypeSolo, Text: "Which card should I use for $86 at Costco?", At: time.Now()}
	plan, err := o.Compose(t.Context(), ask)
	require.NoError(t, err)
	require.True(t, plan.Degraded)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = compose(t, slow{&world{}, "cards"}).Compose(ctx, ask)
	require.ErrorIs(t, err, context.Canceled)
	_, err = compose(t, &world{zone: func() error { return errors.New("away") }}).Compose(t.Context(), ask)
	require.Error(t, err, "without the time zone every figure may be wrong")
}

// parts is everything a reply is made from.
type parts interface {
	chat.ReplyQueue
	chat.Notifier
	chat.Orders
	chat.Cards
	chat.Merchants
	preferences.Reader
	chat.Findings
	chat.Trends
	chat.Prices
	chat.Ledger
}

func compose(t *testing.T, from parts) *chat.Orchestrator {
	t.Helper()
	return newOrchestrator(t, nil, from, ai.Engine{})
}
