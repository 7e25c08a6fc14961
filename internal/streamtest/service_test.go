package streamtest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/app"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/config"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/prices"
	"github.com/lattice-money/lattice/internal/seed"
	"github.com/lattice-money/lattice/internal/testkit"
)

// patience bounds every wait for something that is to happen. It is generous, for machines that are busy with much else: a
// test that needs it fails.
const patience = 2 * time.Minute

// signingKey is that of every service here, so that all take each other's tokens.
var signingKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// world is a database with the services on it and the people in it.
type world struct {
	t        *testing.T
	database string        // its address
	pool     *pgxpool.Pool // the test's own
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, database: testkit.PreparedDatabaseURL(t, catalogueKind(), func(ctx context.Context, pool *pgxpool.Pool) error {
		return seed.Reference(ctx, pool, db.Seed)
	})}
	w.pool = testkit.Open(t, w.database)
	return w
}

// catalogueKind changes with the files of the catalogue.
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

// exec changes rows behind the back of the services.
func (w *world) exec(sql string, args ...any) int64 {
	w.t.Helper()
	tag, err := w.pool.Exec(w.t.Context(), sql, args...)
	require.NoError(w.t, err)
	return tag.RowsAffected()
}

// row reads one value.
func row[T any](w *world, sql string, args ...any) T {
	w.t.Helper()
	var value T
	require.NoError(w.t, w.pool.QueryRow(w.t.Context(), sql, args...).Scan(&value))
	return value
}

// setup is how a service differs from the usual.
type setup struct {
	wording   chat.Wording
	timeout   string
	wait      string
	heartbeat time.Duration
	idle      bool // has no workers
	clock     clock.Clock
	pooled    string // what DATABASE_URL has at its end
	// writeTimeout is that of the server; longer than any answer takes when zero.
	writeTimeout time.Duration
}

// service is a whole Lattice behind a listener of its own.
type service struct {
	*world

	app      *app.App
	url      string
	client   *http.Client
	scripted *ai.Scripted // nil when the test brought its own wording
	log      *journal
	server   *http.Server
	stop     func(ctx context.Context) error // workers and listener, once
	close    func()                          // everything, once
}

// start builds a service and runs it until the test ends, or until closed.
func (w *world) start(changes ...func(*setup)) *service {
	w.t.Helper()
	wanted := setup{timeout: "60s", wait: "25s", clock: clock.System{}}
	for _, change := range changes {
		change(&wanted)
	}
	s := &service{world: w, log: &journal{}, client: client}
	if wanted.wording == nil {
		s.scripted = ai.NewScripted(ai.Script{Count: 1})
		wanted.wording = s.scripted
	}
	cfg, err := config.Load(config.Source{Dir: w.t.TempDir(), Environ: []string{
		"ENVIRONMENT=test", "JWT_SIGNING_KEY=" + base64.StdEncoding.EncodeToString(signingKey.Seed()),
		"AI_REPLY_TIMEOUT=" + wanted.timeout, "SEND_MESSAGE_WAIT=" + wanted.wait,
	}})
	require.NoError(w.t, err)
	ctx := context.WithoutCancel(w.t.Context())
	pool, err := postgres.Open(ctx, w.database+wanted.pooled, postgres.Options{MaxConns: 20})
	require.NoError(w.t, err)
	direct, err := postgres.Open(ctx, w.database, postgres.Options{MaxConns: 6, ApplicationName: "lattice-jobs"})
	require.NoError(w.t, err)
	s.app, err = app.Build(ctx, cfg, pool, app.Options{
		Clock: wanted.clock, Logger: slog.New(slog.NewTextHandler(s.log, nil)), Version: "streamtest",
		Direct: direct, DirectURL: w.database, Feed: prices.NoFeed{}, Wording: wanted.wording, Heartbeat: wanted.heartbeat,
	})
	require.NoError(w.t, err)
	s.stop = func(context.Context) error { return nil }
	if !wanted.idle {
		require.NoError(w.t, s.app.Start(ctx))
		var once sync.Once
		s.stop = func(ctx context.Context) (err error) {
			once.Do(func() { err = s.app.Stop(ctx) })
			return err
		}
	}
	closeServer := s.listen(wanted)
	s.close = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		closeServer()
		if err := s.stop(ctx); err != nil {
			w.t.Errorf("stop service: %v", err)
		}
		direct.Close()
		pool.Close()
		if w.t.Failed() {
			w.t.Logf("log of the service:\n%s", s.log)
		}
	})
	w.t.Cleanup(s.close)
	return s
}

func (s *service) listen(wanted setup) (closeFunc func()) {
	listener, err := new(net.ListenConfig).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(s.t, err)
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: s.app.Server(), WriteTimeout: cmp.Or(wanted.writeTimeout, 2*patience), ReadHeaderTimeout: patience, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = s.server.Serve(listener) // always ends with an error
	}()
	return func() {
		_ = s.server.Close()
		<-served
	}
}

// drain begins to stop as the program does: streams are told to go elsewhere.
func (s *service) drain() { s.app.Server().Drain() }

// journal is the log of a service.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var kept []string
	for line := range strings.Lines(j.text.String()) {
		if !strings.Contains(line, "msg=request") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// person is somebody signed in; at which service they ask is theirs to choose.
type person struct {
	*service

	id    uuid.UUID
	name  string
	token string
}

// person makes somebody with an account and a session. Signing up over HTTP would spend most of a test on hashing.
func (s *service) person(name string) *person {
	s.t.Helper()
	p := &person{service: s, id: uuid.Must(uuid.NewV7()), name: name}
	session := uuid.Must(uuid.NewV7())
	s.exec(`INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, $2, $3, $3, '', now(), '2026-11-01', now())`, p.id, name, p.email())
	s.exec(`INSERT INTO settings (user_id, updated_at) VALUES ($1, now())`, p.id)
	s.exec(`INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES ($1, $2, '', now(), now() + interval '1 day')`, session, p.id)
	tokens, err := auth.NewTokens(signingKey, clock.System{})
	require.NoError(s.t, err)
	p.token, err = tokens.Sign(p.id, session)
	require.NoError(s.t, err)
	return p
}

func (p *person) email() string {
	return strings.ToLower(p.name) + "." + p.id.String() + "@example.com"
}

// at is the same person at another service.
func (p *person) at(s *service) *person {
	other := *p
	other.service = s
	return &other
}

// object is a JSON body; raw is one sent as it is.
type (
	object map[string]any
	raw    string
)

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// client opens a connection per stream and keeps none: what a test leaves open would hold up the server's end.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second}}

// call makes a request; headers are names and values in turn. It may be called from any goroutine.
func (p *person) call(ctx context.Context, method, path string, body any, headers ...string) (answer, error) {
	response, err := p.open(ctx, method, path, body, headers...)
	if err != nil {
		return answer{}, err
	}
	content, err := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, header: response.Header, body: content}, errors.Join(err, response.Body.Close())
}

func (p *person) open(ctx context.Context, method, path string, body any, headers ...string) (*http.Response, error) {
	var content io.Reader = http.NoBody
	switch body := body.(type) {
	case nil:
	case raw:
		content = strings.NewReader(string(body))
	default:
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.url+path, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return p.client.Do(request)
}

// do makes a request that has to be answered with a status.
func (p *person) do(status int, method, path string, body any, headers ...string) answer {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	got, err := p.call(ctx, method, path, body, headers...)
	require.NoError(p.t, err)
	require.Equal(p.t, status, got.status, "%s %s answered %s", method, path, got.body)
	return got
}

// as reads the body of an answer.
func as[T any](t *testing.T, got answer) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal(got.body, &value), "%s", got.body)
	return value
}

// code is the problem code of an answer.
func (a answer) code() string {
	var problem api.Problem
	_ = json.Unmarshal(a.body, &problem)
	return string(problem.Code)
}

// replayed reports whether the answer repeats an earlier one.
func (a answer) replayed() bool { return a.header.Get("Idempotency-Replayed") == "true" }

// eventually waits until something in the background has come about, looking often.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !happened() {
		select {
		case <-look.C:
		case <-deadline.C:
			require.FailNow(t, "in vain waited until "+what)
		}
	}
}

// receive waits for a value.
func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	select {
	case value := <-from:
		return value
	case <-deadline.C:
		require.FailNow(t, "in vain waited for "+what)
		panic("unreachable")
	}
}
