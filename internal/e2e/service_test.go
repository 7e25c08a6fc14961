package e2e

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/app"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/config"
	"github.com/lattice-money/lattice/internal/prices"
	"github.com/lattice-money/lattice/internal/seed"
	"github.com/lattice-money/lattice/internal/testkit"
)

// today is where the clock of a service stands unless a test says otherwise: late enough in a month for it to have
// orders, and a day on which nothing special happens.
var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// patience bounds every wait for something that happens in the background. It is generous: a test that needs it fails.
const patience = 20 * time.Second

// service is a whole Lattice on a database of its own.
type service struct {
	app   *app.App
	pool  *pgxpool.Pool
	clock *clock.Fake // nil for a service that lives in real time
	key   ed25519.PrivateKey
	log   *journal
	// working is true while jobs are worked.
	working bool
}

// setup is what a test may have otherwise than usual.
type setup struct {
	realTime bool
	now      time.Time // where the clock stands; today when zero
	idle     bool      // the workers are not started
	fails    bool      // errors in the log are what the test is about
	wording  chat.Wording
	feed     prices.Feed
	environ  []string
	before   func(pool *pgxpool.Pool) // runs on the database before the service is put together
}

func realTime(s *setup) { s.realTime = true }

// at makes the clock stand elsewhere than usual.
func at(now time.Time) func(*setup) { return func(s *setup) { s.now = now } }

func idle(s *setup) { s.idle = true }

func fails(s *setup) { s.fails = true }

func with(setting string) func(*setup) {
	return func(s *setup) { s.environ = append(s.environ, setting) }
}

// newService builds a service, starts its workers, and stops it with the test. By default nobody has to wait for the
// clock: it stands at today.
func newService(t *testing.T, changes ...func(*setup)) *service {
	t.Helper()
	wanted := setup{feed: prices.NoFeed{}, now: today}
	for _, change := range changes {
		change(&wanted)
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	require.NotEmpty(t, public)
	cfg, err := config.Load(config.Source{
		Dir: t.TempDir(),
		Environ: append([]string{
			"ENVIRONMENT=test", "JWT_SIGNING_KEY=" + base64.StdEncoding.EncodeToString(key.Seed()), "KNOT_SECRET=" + knotSecret,
		}, wanted.environ...),
	})
	require.NoError(t, err)

	url := testkit.PreparedDatabaseURL(t, catalogueKind(), loadCatalogue)
	s := &service{
		pool: testkit.Open(t, url),
		key:  key,
		log:  &journal{secrets: map[string]bool{}},
	}
	s.log.hide(cfg.JWTSigningKey.Reveal())
	s.log.hide(knotSecret)
	var clk clock.Clock = clock.System{}
	if !wanted.realTime {
		s.clock = clock.NewFake(wanted.now)
		clk = s.clock
	}
	logger := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if wanted.before != nil {
		wanted.before(s.pool)
	}
	s.app, err = app.Build(t.Context(), cfg, s.pool, app.Options{
		Clock: clk, Logger: logger, Version: "e2e", Direct: testkit.Open(t, url), DirectURL: url, Wording: wanted.wording, Feed: wanted.feed,
	})
	require.NoError(t, err)
	t.Cleanup(func() { s.log.check(t, wanted.fails) })
	if !wanted.idle {
		s.start(t)
	}
	return s
}

func (s *service) start(t *testing.T) {
	t.Helper()
	require.NoError(t, s.app.Start(t.Context()))
	s.working = true
	t.Cleanup(func() { s.stop(t) })
}

// stop ends all background work, so that nothing moves but what the test does.
func (s *service) stop(t *testing.T) {
	t.Helper()
	if !s.working {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	defer cancel()
	require.NoError(t, s.app.Stop(ctx))
	s.working = false
}

func loadCatalogue(ctx context.Context, pool *pgxpool.Pool) error {
	return seed.Reference(ctx, pool, db.Seed)
}

// catalogueKind changes with the files of the catalogue, and with what stores them only when the migrations do.
var catalogueKind = sync.OnceValue(func() string {
	sum := sha256.New()
	for _, name := range []string{"card_products.yaml", "merchants.yaml"} {
		content, err := fs.ReadFile(db.Seed, name)
		if err != nil {
			panic(err)
		}
		sum.Write(content)
	}
	return "catalogue_" + hex.EncodeToString(sum.Sum(nil)[:8])
})

// journal is the log of a service. It knows what must never stand in it: every password, token, e-mail and message that
// a client of the tests sends or gets.
type journal struct {
	mu      sync.Mutex
	text    bytes.Buffer
	secrets map[string]bool
}

// Write implements io.Writer.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) hide(secret string) {
	const leastSecret = 8 // anything shorter stands in a log by chance
	if len(secret) < leastSecret {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.secrets[secret] = true
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// ofTheQueue are lines the queue writes when it is stopped in the middle of its own beginning, as by a short test.
var ofTheQueue = regexp.MustCompile(`msg="(notifier\.Notifier|Client): `)

// check is what every test of this package ends with.
func (j *journal) check(t *testing.T, mayFail bool) {
	t.Helper()
	text := j.String()
	for secret := range j.secrets {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q, which no log may", secret)
		}
	}
	for line := range strings.Lines(text) {
		if !mayFail && strings.Contains(line, " level=ERROR ") && !ofTheQueue.MatchString(line) {
			t.Errorf("the log holds an error: %s", line)
		}
	}
}

// eventually waits until something in the background has happened.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !happened() {
		select {
		case <-look.C:
		case <-deadline.C:
			require.FailNow(t, "it never happened: "+what)
		case <-t.Context().Done():
			require.FailNow(t, "the test is over: "+what)
		}
	}
}

// value reads one value from the database.
func value[T any](t *testing.T, s *service, query string, arguments ...any) T {
	t.Helper()
	var result T
	require.NoError(t, s.pool.QueryRow(context.WithoutCancel(t.Context()), query, arguments...).Scan(&result))
	return result
}

func (s *service) count(t *testing.T, from string, arguments ...any) int {
	t.Helper()
	return value[int](t, s, "SELECT count(*) FROM "+from, arguments...)
}

func (s *service) exec(t *testing.T, statement string, arguments ...any) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), statement, arguments...)
	require.NoError(t, err)
}

// staysAsItIs fails the test when, at its end, a row was added, changed or removed since now. A refused request writes
// nothing; the workers, who might, are stopped.
func (s *service) staysAsItIs(t *testing.T) {
	t.Helper()
	eventually(t, "the jobs that are due have ended", func() bool {
		return !s.working || s.count(t, "river.river_job WHERE state IN ('available', 'running', 'retryable')") == 0
	})
	s.stop(t)
	before := s.rows(t)
	t.Cleanup(func() { require.Equal(t, before, s.rows(t), "nothing was to be written") })
}

// rows is a picture of all tables. What the workers keep for themselves is left out, their jobs are not.
func (s *service) rows(t *testing.T) map[string]string {
	t.Helper()
	rows, err := s.pool.Query(context.WithoutCancel(t.Context()), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
		WHERE schemaname = 'public' OR (schemaname = 'river' AND tablename = 'river_job')`)
	require.NoError(t, err)
	var tables []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	require.NoError(t, rows.Err())
	picture := make(map[string]string, len(tables))
	for _, table := range tables {
		picture[table] = value[string](t, s, "SELECT count(*) || ' ' || coalesce(md5(string_agg(r::text, ' ' ORDER BY r::text)), '') FROM "+table+" r")
	}
	require.Greater(t, len(picture), 15)
	return picture
}

// whole is all text of a database, to search for what must not be there.
func (s *service) whole(t *testing.T) string {
	t.Helper()
	rows, err := s.pool.Query(t.Context(), "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'river')")
	require.NoError(t, err)
	var tables []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	require.NoError(t, rows.Err())
	var text strings.Builder
	for _, table := range tables {
		text.WriteString(value[string](t, s, "SELECT coalesce(string_agg(r::text, E'\n'), '') FROM "+table+" r"))
	}
	return text.String()
}
