package chat_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/preferences"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// patience bounds every wait; a test that needs it fails.
const patience = 20 * time.Second

// world is everything a reply is made from, as a test wants it to be.
type world struct {
	mu     sync.Mutex
	wallet func() ([]rewards.Card, error)
	zone   func() error // asked with the time zone, without which there is no answer
	queued []uuid.UUID
	told   []events.Notice
}

func (w *world) Since(context.Context, uuid.UUID, time.Time) ([]insights.Order, error) {
	return nil, nil
}

func (w *world) Wallet(context.Context, uuid.UUID) ([]rewards.Card, error) {
	if w.wallet == nil {
		return nil, nil
	}
	return w.wallet()
}

func (w *world) Lexicon(context.Context) (spending.Lexicon, error) { return spending.Lexicon{}, nil }

func (w *world) AcceptedNetworks(context.Context) (map[string][]string, error) {
	return map[string][]string{}, nil
}

func (w *world) Waiting(context.Context, uuid.UUID) ([]prices.Waiting, error) { return nil, nil }

func (w *world) Match(context.Context, uuid.UUID, []string, bool) ([]prices.Match, error) {
	return nil, nil
}

func (w *world) History(context.Context, uuid.UUID, uuid.UUID, bool) (prices.History, error) {
	return prices.History{}, nil
}

func (w *world) Preferences(context.Context, uuid.UUID) (preferences.Preferences, error) {
	chosen := preferences.Preferences{
		Currency: "USD", TimeZone: "UTC", ShareSpendingData: true, AIEnabled: true, AutoSuggestions: true, ShowThinking: true,
	}
	if w.zone == nil {
		return chosen, nil
	}
	return chosen, w.zone()
}

func (w *world) Newest(context.Context, uuid.UUID, int) ([]chat.Finding, error) { return nil, nil }

func (w *world) About(context.Context, string) (chat.Trend, bool, error) {
	return chat.Trend{}, false, nil
}

func (w *world) Standings(context.Context, uuid.UUID, *uuid.UUID) ([]chat.Standing, error) {
	return nil, nil
}

func (w *world) EnqueueReply(_ context.Context, _ pgx.Tx, replyID uuid.UUID) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queued = append(w.queued, replyID)
	return nil
}

func (w *world) RequeueReply(ctx context.Context, tx pgx.Tx, replyID uuid.UUID) error {
	return w.EnqueueReply(ctx, tx, replyID)
}

func (w *world) CloseReply(context.Context, pgx.Tx, uuid.UUID) error { return nil }

func (w *world) Notify(notice events.Notice) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, notice)
}

type testBundle struct {
	*world

	pool     *pgxpool.Pool
	user     uuid.UUID
	chat     uuid.UUID
	position int64
}

func setup(t *testing.T) *testBundle {
	t.Helper()
	b := &testBundle{world: &world{}, pool: testkit.DB(t), user: uuid.New(), chat: uuid.New()}
	b.exec(t, `INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Alice', 'alice@example.com', 'alice@example.com', '', '2026-01-01', '2026-01-01', '2026-01-01')`, b.user)
	b.exec(t, `INSERT INTO chats (id, type, title, ai_policy, created_at, updated_at) VALUES ($1, 'solo', 'Talk', 'always', '2026-01-01', '2026-01-01')`, b.chat)
	b.exec(t, `INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES ($1, $2, 'owner', now())`, b.chat, b.user)
	return b
}

func (b *testBundle) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	_, err := b.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

// asked stores a question with its pending reply.
func (b *testBundle) asked(t *testing.T, text string) (replyID uuid.UUID) {
	t.Helper()
	questionID, replyID := uuid.New(), uuid.New()
	b.exec(t, `INSERT INTO messages (id, chat_id, position, sender_type, sender_id, content, status, created_at, completed_at)
		VALUES ($1, $2, $3, 'user', $4, $5, 'completed', now(), now())`, questionID, b.chat, b.position+1, b.user, text)
	b.exec(t, `INSERT INTO messages (id, chat_id, position, sender_type, content, status, reply_to, created_at)
		VALUES ($1, $2, $3, 'ai', '', 'pending', $4, now())`, replyID, b.chat, b.position+2, questionID)
	b.position += 2
	return replyID
}

// orchestrator is one process's; each has a bell of its own, so that none hears of the others but by the rows.
func (b *testBundle) orchestrator(t *testing.T, wording chat.Wording) *chat.Orchestrator {
	t.Helper()
	return newOrchestrator(t, b.pool, b, wording)
}

func newOrchestrator(t *testing.T, pool *pgxpool.Pool, from parts, wording chat.Wording) *chat.Orchestrator {
	t.Helper()
	if pool == nil {
		pool = &pgxpool.Pool{} // nothing is to be read from it
	}
	o, err := chat.NewOrchestrator(chat.OrchestratorConfig{
		Pool: pool, Clock: clock.System{}, Queue: from, Bell: events.NewBell(), Notifier: from, Orders: from, Cards: from,
		Merchants: from, Preferences: from, Findings: from, Trends: from, Prices: from, Ledger: from, Wording: wording, Timeout: time.Minute,
		Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return o
}

func finishes(context.Context, pgx.Tx) error { return nil }

// reply is what is stored of one.
type reply struct {
	Status   string
	Content  string
	Degraded bool
	Attempts int32
	Fence    int64
}

func (b *testBundle) reply(t *testing.T, replyID uuid.UUID) reply {
	t.Helper()
	rows, err := b.pool.Query(t.Context(), `SELECT status, content, degraded, attempts, fence FROM messages WHERE id = $1`, replyID)
	require.NoError(t, err)
	got, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[reply])
	require.NoError(t, err)
	return got
}

// Why: a panic in one reply must leave the replies of everybody else alone, wherever it happens: the time zone is loaded
// in a goroutine of their own, where nobody up the stack can recover.
func TestAnswer_SurvivesAPanicInPlanning(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.zone = func() error { panic("a fault of ours") }
	o := b.orchestrator(t, ai.Engine{})
	replyID, next := b.asked(t, "Which card should I use for $86?"), b.asked(t, "hello")
	for attempt := range 3 {
		require.Equal(t, int32(attempt), b.reply(t, replyID).Attempts)
		require.NoError(t, o.Answer(t.Context(), replyID, finishes))
	}
	failed := b.reply(t, replyID)
	require.Equal(t, "failed", failed.Status)
	require.NotEmpty(t, failed.Content)
	require.Equal(t, []uuid.UUID{next}, b.queued, "the next reply of the chat is queued with the end of this one")
	b.zone = nil
	require.NoError(t, o.Answer(t.Context(), next, finishes))
	require.Equal(t, "completed", b.reply(t, next).Status)
}

func TestAnswer_AttemptsThatFailAreFollowedByOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	faults := 2
	b.zone = func() error {
		if faults--; faults >= 0 {
			return errors.New("the database is away")
		}
		return nil
	}
	o := b.orchestrator(t, ai.Engine{})
	replyID := b.asked(t, "hello")
	for range 2 {
		require.NoError(t, o.Answer(t.Context(), replyID, finishes))
		require.Equal(t, "pending", b.reply(t, replyID).Status)
		count, err := o.Sweep(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, count)
	}
	require.NoError(t, o.Answer(t.Context(), replyID, finishes))
	require.Equal(t, "completed", b.reply(t, replyID).Status)
	require.False(t, b.reply(t, replyID).Degraded)
}

// Why: an attempt that was only slow must not take back what readers were shown since, nor count as a fault.
func TestAnswer_AttemptThatLostItsReplyWritesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	step := make(chan struct{})
	slow, quick := b.orchestrator(t, ai.NewScripted(ai.Script{Pieces: []string{"slow one ", "slow two"}, Step: step})), b.orchestrator(t, ai.Engine{})
	replyID := b.asked(t, "hello")
	done := make(chan error, 1)
	go func() {
		done <- slow.Answer(t.Context(), replyID, func(context.Context, pgx.Tx) error {
			return errors.New("the attempt that lost the reply ended it")
		})
	}()
	select {
	case step <- struct{}{}:
	case <-time.After(patience):
		t.Fatal("the provider was not asked")
	}
	require.Eventually(t, func() bool {
		var shown int
		require.NoError(t, b.pool.QueryRow(t.Context(), `SELECT count(*) FROM reply_events WHERE kind = 'delta'`).Scan(&shown))
		return shown == 1
	}, patience, time.Millisecond)
	// Taken for dead.
	require.Eventually(t, func() bool {
		b.exec(t, `UPDATE messages SET lease_until = now() - interval '1 second' WHERE id = $1 AND fence = 1`, replyID)
		count, err := quick.Sweep(t.Context())
		require.NoError(t, err)
		return count == 1
	}, patience, time.Millisecond)
	require.NoError(t, quick.Answer(t.Context(), replyID, finishes))
	ended := b.reply(t, replyID)
	close(step) // now it would go on
	select {
	case err := <-done:
		require.NoError(t, err, "it ends quietly")
	case <-time.After(patience):
		t.Fatal("the slow attempt did not end")
	}
	require.Equal(t, ended, b.reply(t, replyID))
	require.Equal(t, "completed", ended.Status)
	require.True(t, ended.Degraded)
	require.Regexp(t, "^slow one \n\nHello!", ended.Content)
	require.NotContains(t, ended.Content, "slow two")
	require.Zero(t, ended.Attempts)
}

func TestAnswer_LeavesAloneWhatIsNotItsTurn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	o := b.orchestrator(t, ai.Engine{})
	first, second := b.asked(t, "hello"), b.asked(t, "thanks")
	require.NoError(t, o.Answer(t.Context(), second, finishes), "it waits for the first")
	require.Equal(t, "pending", b.reply(t, second).Status)
	require.NoError(t, o.Answer(t.Context(), uuid.New(), finishes), "it is gone")
	require.NoError(t, o.Answer(t.Context(), first, finishes))
	before := b.reply(t, first)
	require.NoError(t, o.Answer(t.Context(), first, finishes), "it has ended")
	require.Equal(t, before, b.reply(t, first))
	require.Equal(t, []uuid.UUID{second}, b.queued)
	require.NoError(t, o.Answer(t.Context(), second, finishes))
	require.Equal(t, "completed", b.reply(t, second).Status)
}

// Why: the job is done with the reply, in one commit; where that fails neither is.
func TestAnswer_EndsNothingWhenItsJobCannotBeDone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	o := b.orchestrator(t, ai.Engine{})
	replyID := b.asked(t, "hello")
	require.NoError(t, o.Answer(t.Context(), replyID, func(context.Context, pgx.Tx) error { return errors.New("the queue is away") }))
	got := b.reply(t, replyID)
	require.Equal(t, "pending", got.Status)
	require.Equal(t, int32(1), got.Attempts)
	require.NoError(t, o.Answer(t.Context(), replyID, finishes))
	require.Equal(t, "completed", b.reply(t, replyID).Status)
}

func TestSweep_TakesBackOnlyWhatIsAbandonedAndFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	o := b.orchestrator(t, ai.Engine{})
	first, second := b.asked(t, "hello"), b.asked(t, "thanks")
	for name, test := range map[string]struct {
		status, lease string
		want          int
	}{
		"Alive":       {"streaming", "now() + interval '5 seconds'", 0},
		"Dead":        {"streaming", "now() - interval '1 second'", 1},
		"JustQueued":  {"pending", "now() + interval '5 seconds'", 0},
		"NeverBegun":  {"pending", "now() - interval '1 second'", 1},
		"NeverQueued": {"pending", "NULL", 1},
	} {
		b.queued = nil
		b.exec(t, `UPDATE messages SET status = '`+test.status+`', lease_until = `+test.lease+` WHERE id = $1`, first)
		count, err := o.Sweep(t.Context())
		require.NoError(t, err)
		require.Equal(t, test.want, count, name)
		require.NotContains(t, b.queued, second, name)
		count, err = o.Sweep(t.Context())
		require.NoError(t, err)
		require.Zero(t, count, "%s: what was taken back has its time to be begun", name)
	}
}
