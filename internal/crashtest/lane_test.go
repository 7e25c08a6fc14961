package crashtest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/postgres/embedded"
	"github.com/lattice-money/lattice/internal/testkit"
)

// lane is a database with the demo's people, on which one process after another lives and dies.
type lane struct {
	dataDir string
	url     string        // empty: the process has a private Postgres, which dies with it
	pool    *pgxpool.Pool // nil with a private Postgres

	token    string
	signedIn time.Time

	mu      sync.Mutex
	running *process
}

// newLane makes a lane on a database of its own, with the demo in it.
func newLane(t *testing.T) *lane {
	t.Helper()
	dataDir := t.TempDir()
	url := testkit.PreparedDatabaseURL(t, demoKind(t), func(ctx context.Context, pool *pgxpool.Pool) error {
		return (&lane{dataDir: dataDir, url: pool.Config().ConnString()}).seed(ctx)
	})
	return &lane{dataDir: dataDir, url: url, pool: testkit.Open(t, url)}
}

// demoKind changes with the binary that loads the demo, and with the day, from which the demo is dated.
func demoKind(t *testing.T) string {
	t.Helper()
	path, err := binary()
	require.NoError(t, err)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	sum := sha256.Sum256(content)
	return "demo_" + hex.EncodeToString(sum[:6]) + time.Now().UTC().Format("_20060102")
}

// newPrivateLane makes a lane whose processes keep their own Postgres, below a folder that an unprivileged server can enter,
// with the demo in it.
func newPrivateLane(t *testing.T) *lane {
	t.Helper()
	dir, err := os.MkdirTemp("", "lattice-crash-data-*")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	l := &lane{dataDir: dir}
	require.NoError(t, l.seed(t.Context()))
	return l
}

func (l *lane) settings() settings {
	return settings{"ENVIRONMENT": "test", "DATABASE_URL": l.url, "DATA_DIR": l.dataDir, "HTTP_ADDR": "127.0.0.1:0", "LOG_LEVEL": "warn", "JWT_SIGNING_KEY": signingKey}
}

// seed loads the demo.
func (l *lane) seed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	p, err := start(ctx, l.dataDir, l.settings(), "seed")
	if err != nil {
		return err
	}
	defer p.discard()
	if !p.command.ProcessState.Success() {
		return fmt.Errorf("seed: %s\n%s", p.command.ProcessState, p.log)
	}
	return nil
}

// start starts the service, which dies at a mark if there is one.
func (l *lane) start(ctx context.Context, at *death, k kill, manner ...string) (*process, client, error) {
	with := l.settings()
	with["LATTICE_TEST_WORDING"] = k.wording
	with["SHUTDOWN_TIMEOUT"] = "1500ms"
	if at != nil {
		with["LATTICE_CRASH_AT"] = strings.Join(append([]string{at.String()}, manner...), ":")
	}
	p, err := start(ctx, l.dataDir, with, "serve")
	if err != nil {
		return nil, client{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running = p
	return p, client{address: p.address}, nil
}

func (l *lane) current() *process {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.running
}

// tokenUse is how long a token is used before another sign-in.
const tokenUse = 10 * time.Minute

// signIn gives the client the token of the lane, which outlives processes.
func (l *lane) signIn(ctx context.Context, c *client) error {
	if l.token == "" || time.Since(l.signedIn) > tokenUse {
		token, err := c.signIn(ctx)
		if err != nil {
			return err
		}
		l.token, l.signedIn = token, time.Now()
	}
	c.token = l.token
	return nil
}

// checkWhileRunning waits until no job of a reply is left, and looks at the rows.
func (l *lane) checkWhileRunning(ctx context.Context, chats []uuid.UUID) error {
	if l.pool == nil {
		return nil
	}
	return checkRows(ctx, l.pool, chats)
}

// checkAtRest does the same in a private database, which another process can only look into when its own has ended.
func (l *lane) checkAtRest(ctx context.Context, chats []uuid.UUID) (err error) {
	if l.pool != nil {
		return nil
	}
	cluster, err := embedded.Start(ctx, embedded.Options{DataDir: l.dataDir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.WithoutCancel(ctx))) }()
	pool, err := postgres.Open(ctx, cluster.URL(), postgres.Options{ApplicationName: "crashtest"})
	if err != nil {
		return err
	}
	defer pool.Close()
	return checkRows(ctx, pool, chats)
}

// failedReplies are none where only processes died: that uses up no attempts.
const failedReplies = "replies that failed"

// leftovers must find nothing; each says what it looks for.
var leftovers = map[string]string{
	"replies that are open":               `SELECT count(*) FROM messages WHERE status IN ('pending', 'streaming')`,
	"events of replies that have ended":   `SELECT count(*) FROM reply_events`,
	"replies that are held or planned":    `SELECT count(*) FROM messages WHERE lease_until IS NOT NULL OR plan IS NOT NULL`,
	"jobs of replies that have ended":     `SELECT count(*) FROM river.river_job WHERE kind = 'reply' AND finalized_at IS NULL`,
	failedReplies:                         `SELECT count(*) FROM messages WHERE status = 'failed' OR attempts > 0`,
	"replies to nothing":                  `SELECT count(*) FROM messages WHERE chat_id = ANY($1) AND sender_type = 'ai' AND reply_to IS NULL`,
	"messages with no or several replies": `SELECT count(*) FROM messages said WHERE chat_id = ANY($1) AND sender_type = 'user' AND 1 <> (SELECT count(*) FROM messages reply WHERE reply.reply_to = said.id AND NOT reply.replaced)`,
	"messages with more than two tries":   `SELECT count(*) FROM messages said WHERE chat_id = ANY($1) AND sender_type = 'user' AND 2 < (SELECT count(*) FROM messages reply WHERE reply.reply_to = said.id)`,
	"chats that count wrongly":            `SELECT count(*) FROM chats WHERE id = ANY($1) AND last_position <> (SELECT max(position) FROM messages WHERE chat_id = chats.id)`,
}

// checkRows waits until nothing is left over: a job that found nothing to do ends a moment after its reply.
func checkRows(ctx context.Context, pool *pgxpool.Pool, chats []uuid.UUID, except ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var last error
	for {
		err := countLeftovers(ctx, pool, chats, except)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return errors.Join(last, ctx.Err())
		}
	}
}

func countLeftovers(ctx context.Context, pool *pgxpool.Pool, chats []uuid.UUID, except []string) error {
	var faults error
	for what, sql := range leftovers {
		if slices.Contains(except, what) {
			continue
		}
		args := []any{chats}
		if !strings.Contains(sql, "$1") {
			args = nil
		}
		var count int
		if err := pool.QueryRow(ctx, sql, args...).Scan(&count); err != nil {
			return err
		}
		if count > 0 {
			faults = errors.Join(faults, fmt.Errorf("%d %s", count, what))
		}
	}
	return faults
}
