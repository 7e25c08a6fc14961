package events

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/testkit"
)

// patience bounds every wait; a test that needs it fails.
const patience = 20 * time.Second

// side is one process's share of the events.
type side struct {
	bell     *Bell
	hub      *Hub
	notifier *Notifier
}

func newSide(t *testing.T, pool *pgxpool.Pool) *side {
	t.Helper()
	s := &side{bell: NewBell(), hub: NewHub()}
	var err error
	s.notifier, err = NewNotifier(pool, s.bell, s.hub, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s
}

// listening lets the side send and hear until the test ends.
func (s *side) listening(t *testing.T, pool *pgxpool.Pool, url string) *side {
	t.Helper()
	listener, err := NewListener(url, pool, s.notifier, clock.System{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, listener.Start(t.Context()))
	t.Cleanup(listener.Stop)
	s.notifier.Start(t.Context())
	t.Cleanup(s.notifier.Stop)
	return s
}

func wait[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case value := <-from:
		return value
	case <-timer.C:
		require.FailNow(t, "in vain waited for "+what)
		panic("unreachable")
	}
}

func TestNotifier_TellsThisProcessAtOnceAndOthersSoon(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	pool := testkit.Open(t, url)
	here, there := newSide(t, pool).listening(t, pool, url), newSide(t, pool).listening(t, pool, url)
	alice, reply := uuid.New(), uuid.New()
	near, closeNear := here.hub.Subscribe(alice)
	defer closeNear()
	far, closeFar := there.hub.Subscribe(alice)
	defer closeFar()
	rings, stop := there.bell.Listen(reply)
	defer stop()

	hint := Hint{
		Type: ReplyCompleted, ChatID: uuid.New(), MessageID: reply, Status: "stopped", ChangedAt: time.Now().UTC().Truncate(time.Microsecond),
	}
	here.notifier.Notify(Notice{Wake: []uuid.UUID{reply}, Audience: []uuid.UUID{alice}, Hint: &hint})
	hints, _ := taken(near)
	require.Equal(t, []Hint{hint}, hints, "this process is told before Notify returns")
	wait(t, "the ring", rings)
	require.Equal(t, &hint, wait(t, "the hint", far.Hints()))
	// What a process told itself does not come back to it.
	there.notifier.Notify(Notice{Audience: []uuid.UUID{alice}, Hint: &Hint{Type: ChatUpdated}})
	require.Equal(t, ChatUpdated, wait(t, "the answer", near.Hints()).Type)
}

// Why: a NOTIFY holds a lock of the whole database while it commits, and more than 8000 bytes are refused.
func TestNotifier_SendsManyNoticesInFewNotifications(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	pool := testkit.Open(t, url)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) }()
	_, err = conn.Exec(t.Context(), "LISTEN "+channel)
	require.NoError(t, err)

	sender, receiver := newSide(t, pool), newSide(t, pool)
	const notices = 3000
	group := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	last := uuid.New()
	rings, stop := receiver.bell.Listen(last)
	defer stop()
	reader, closeReader := receiver.hub.Subscribe(group[2])
	defer closeReader()
	for range notices { // before it may send: all are there at once
		sender.notifier.Notify(Notice{Audience: group, Hint: &Hint{Type: MessageCreated, ChatID: uuid.New(), MessageID: uuid.New()}})
	}
	sender.notifier.Notify(Notice{Wake: []uuid.UUID{last}})
	sender.notifier.Start(t.Context())
	defer sender.notifier.Stop()

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	payloads, delivered := 0, 0
	for done := false; !done; payloads++ {
		notification, err := conn.WaitForNotification(ctx)
		require.NoError(t, err)
		require.Less(t, len(notification.Payload), 8000)
		require.NoError(t, receiver.notifier.receive(notification.Payload))
		hints, lost := taken(reader)
		require.False(t, lost)
		delivered += len(hints)
		done = rung(rings)
	}
	require.Equal(t, notices, delivered)
	require.Less(t, payloads, notices/10)
}

// Why: one notice that is too long for Postgres took all that were to be sent with it along.
func TestNotifier_ReachesVeryManyPeople(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	pool := testkit.Open(t, url)
	here, there := newSide(t, pool).listening(t, pool, url), newSide(t, pool).listening(t, pool, url)
	crowd := make([]uuid.UUID, 1000)
	readers := make([]*Subscription, len(crowd))
	for i := range crowd {
		crowd[i] = uuid.New()
		var closeReader func()
		readers[i], closeReader = there.hub.Subscribe(crowd[i])
		defer closeReader()
	}
	reply := uuid.New()
	rings, stop := there.bell.Listen(reply)
	defer stop()
	hint := Hint{Type: MessageCreated, ChatID: uuid.New(), MessageID: uuid.New()}
	here.notifier.Notify(Notice{Wake: []uuid.UUID{reply}, Audience: crowd, Hint: &hint})
	wait(t, "the ring", rings)
	for _, reader := range readers {
		require.Equal(t, &hint, wait(t, "the hint", reader.Hints()))
	}
}

func TestNotifier_StopSendsWhatIsLeft(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	pool := testkit.Open(t, url)
	here, there := newSide(t, pool), newSide(t, pool).listening(t, pool, url)
	reply := uuid.New()
	rings, stop := there.bell.Listen(reply)
	defer stop()
	here.notifier.Start(t.Context())
	here.notifier.Notify(Notice{Wake: []uuid.UUID{reply}})
	here.notifier.Stop()
	wait(t, "the ring", rings)
	newSide(t, pool).notifier.Stop() // one that was never started
}

func TestNotifier_NeverWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	pool := testkit.DB(t)
	here := newSide(t, pool)
	here.notifier.Start(t.Context())
	defer here.notifier.Stop()
	// Every connection of the pool is taken, so that nothing can be sent.
	var conns []*pgxpool.Conn
	for range pool.Config().MaxConns {
		conn, err := pool.Acquire(t.Context())
		require.NoError(t, err)
		conns = append(conns, conn)
	}
	rings, stop := here.bell.Listen(uuid.Nil)
	defer stop()
	for range 10_000 {
		here.notifier.Notify(Notice{Wake: []uuid.UUID{uuid.Nil}})
	}
	require.True(t, rung(rings))
	for _, conn := range conns {
		conn.Release()
	}
}

func TestListener_DoesNotStartWithoutItsConnection(t *testing.T) {
	t.Parallel()
	pool := testkit.DB(t)
	listener, err := NewListener("postgres://nobody@127.0.0.1:1/nothing", pool, newSide(t, pool).notifier, clock.System{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Error(t, listener.Start(t.Context()))
	listener.Stop()
}

// Why: connections that only listen are the first that firewalls forget.
func TestListener_ComesBackAndTellsThatSomethingMayBeLost(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	pool := testkit.Open(t, url)
	here, there := newSide(t, pool).listening(t, pool, url), newSide(t, pool).listening(t, pool, url)
	reader, closeReader := there.hub.Subscribe(uuid.New())
	defer closeReader()
	rings, stop := there.bell.Listen(uuid.New())
	defer stop()
	for range 3 {
		_, err := pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE application_name = 'lattice-listener' AND datname = current_database()`)
		require.NoError(t, err)
		wait(t, "the resync", reader.Lost())
		wait(t, "the ring of all", rings)
	}
	reply := uuid.New()
	heard, stopHearing := there.bell.Listen(reply)
	defer stopHearing()
	here.notifier.Notify(Notice{Wake: []uuid.UUID{reply}})
	wait(t, "the ring", heard)
}

// Why: whoever can write to the channel can write nonsense, and so may a newer process.
func TestListener_PassesOverWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	pool := testkit.Open(t, url)
	here, there := newSide(t, pool).listening(t, pool, url), newSide(t, pool).listening(t, pool, url)
	reply := uuid.New()
	rings, stop := there.bell.Listen(reply)
	defer stop()
	for _, payload := range []string{"", "nonsense", `{"o":1}`, `{"n":["x",{"w":"y"}]}`, `{"o":"00000000-0000-0000-0000-000000000000","n":[{"new":1}]}`} {
		_, err := pool.Exec(t.Context(), "SELECT pg_notify($1, $2)", channel, payload)
		require.NoError(t, err)
	}
	here.notifier.Notify(Notice{Wake: []uuid.UUID{reply}})
	wait(t, "the ring", rings)
}

func TestListener_FindsChangesNobodyToldOf(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	pool := testkit.Open(t, url)
	here := newSide(t, pool).listening(t, pool, url)
	alice, chat := uuid.New(), uuid.New()
	for _, sql := range []string{
		`INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
			SELECT $1::uuid, 'Alice', 'a@example.com', 'a@example.com', '', now(), '2026-11-01', now() WHERE $2::uuid IS NOT NULL`,
		`INSERT INTO chats (id, type, title, ai_policy, created_by, created_at, updated_at) VALUES ($2, 'solo', 'Talk', 'always', $1, now(), now())`,
		`INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES ($2, $1, 'owner', now())`,
	} {
		_, err := pool.Exec(t.Context(), sql, alice, chat)
		require.NoError(t, err)
	}
	reader, closeReader := here.hub.Subscribe(alice)
	defer closeReader()
	var changed time.Time
	require.NoError(t, pool.QueryRow(t.Context(), `UPDATE chats SET updated_at = now() RETURNING updated_at`).Scan(&changed))
	found := wait(t, "the change", reader.Hints())
	require.Equal(t, &Hint{Type: ChatUpdated, ChatID: chat, ChangedAt: found.ChangedAt}, found)
	require.False(t, found.ChangedAt.After(changed.UTC()))
}
