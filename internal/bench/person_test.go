package bench

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
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

var signingKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// person is somebody signed in at a Lattice of their own, which is in this process, with a card.
type person struct {
	t     testing.TB
	pool  *pgxpool.Pool // that of the service
	url   string
	id    uuid.UUID
	token string
}

// counted is a person at a service on a test database, whose statements are counted.
func counted(t *testing.T) (*person, *statements) {
	t.Helper()
	location := testkit.PreparedDatabaseURL(t, "bench_catalogue", func(ctx context.Context, pool *pgxpool.Pool) error {
		return seed.Reference(ctx, pool, db.Seed)
	})
	seen := &statements{}
	ctx := context.WithoutCancel(t.Context())
	pool, err := postgres.Open(ctx, location, postgres.Options{MaxConns: 20, Tracer: seen})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	direct, err := postgres.Open(ctx, location, postgres.Options{MaxConns: 6, ApplicationName: "lattice-jobs"})
	require.NoError(t, err)
	t.Cleanup(direct.Close)
	return start(t, settings(t), app.Options{Direct: direct, DirectURL: location, Feed: prices.NoFeed{}}, pool), seen
}

// measured is a person at a service as the program runs it, on a private Postgres that keeps what it is told. Without a
// script it is in mock mode.
func measured(b *testing.B, scripted *ai.Scripted) *person {
	b.Helper()
	dir, err := os.MkdirTemp("", "lattice-bench-")
	require.NoError(b, err)
	require.NoError(b, os.Chmod(dir, 0o755)) // started by root, the server runs as somebody else
	b.Cleanup(func() { require.NoError(b, os.RemoveAll(dir)) })
	cfg, log, ctx := settings(b, "DATA_DIR="+dir), slog.New(slog.DiscardHandler), context.WithoutCancel(b.Context())
	database, err := app.OpenDatabase(ctx, cfg, log)
	require.NoError(b, err)
	b.Cleanup(func() { database.Close(ctx, log) })
	require.NoError(b, database.Prepare(ctx, true, log))
	options := app.Options{Direct: database.Direct, DirectURL: database.DirectURL, DataDir: database.DataDir, Feed: prices.NoFeed{}}
	if scripted != nil {
		options.Wording = chat.Wording(scripted)
	}
	p := start(b, cfg, options, database.Pool)
	p.link()
	return p
}

func settings(t testing.TB, more ...string) config.Config {
	t.Helper()
	cfg, err := config.Load(config.Source{Dir: t.TempDir(), Environ: append(more,
		"ENVIRONMENT=test", "KNOT_SECRET="+webhookSecret, "JWT_SIGNING_KEY="+base64.StdEncoding.EncodeToString(signingKey.Seed()))})
	require.NoError(t, err)
	return cfg
}

// start runs a service until the test ends, and signs somebody up.
func start(t testing.TB, cfg config.Config, options app.Options, pool *pgxpool.Pool) *person {
	t.Helper()
	options.Clock, options.Logger, options.Version = clock.System{}, slog.New(slog.DiscardHandler), "bench"
	ctx := context.WithoutCancel(t.Context())
	service, err := app.Build(ctx, cfg, pool, options)
	require.NoError(t, err)
	require.NoError(t, service.Start(ctx))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		require.NoError(t, service.Stop(ctx))
	})
	p := &person{t: t, pool: pool, url: serve(t, service.Server()), id: uuid.Must(uuid.NewV7())}
	p.signUp()
	return p
}

// serve answers on a free port of this machine until the test ends.
func serve(t testing.TB, handler http.Handler) (url string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: patience, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // always ends with an error
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return "http://" + listener.Addr().String()
}

// signUp makes the person, their session and a card. Signing up over HTTP would spend most of its time on hashing.
func (p *person) signUp() {
	session := uuid.Must(uuid.NewV7())
	p.exec(`INSERT INTO users (id, name, email, email_key, password_hash, password_changed_at, created_at, data_changed_at)
		VALUES ($1, 'Alice', 'alice@example.com', 'alice@example.com', '', now(), '2026-11-01', now())`, p.id)
	p.exec(`INSERT INTO settings (user_id, updated_at) VALUES ($1, now())`, p.id)
	p.exec(`INSERT INTO sessions (id, user_id, device, created_at, expires_at) VALUES ($1, $2, '', now(), now() + interval '1 day')`, session, p.id)
	tokens, err := auth.NewTokens(signingKey, clock.System{})
	require.NoError(p.t, err)
	p.token, err = tokens.Sign(p.id, session)
	require.NoError(p.t, err)
	var product string
	require.NoError(p.t, p.pool.QueryRow(p.t.Context(), `SELECT id::text FROM card_products ORDER BY slug LIMIT 1`).Scan(&product))
	p.post("/api/cards", object{"productId": product, "nickname": "Everyday", "lastFour": "1005"}, 201, nil)
}

// link gives the person the orders of the mock, which answers have to look through.
func (p *person) link() {
	var session struct{ SessionID string }
	p.post("/api/onboarding/start", object{}, 201, &session)
	p.post("/api/onboarding/complete", object{"sessionId": session.SessionID}, 200, nil)
	var orders int
	require.NoError(p.t, p.pool.QueryRow(p.t.Context(), `SELECT count(*) FROM transactions`).Scan(&orders))
	require.Positive(p.t, orders)
}

func (p *person) exec(sql string, args ...any) {
	p.t.Helper()
	_, err := p.pool.Exec(p.t.Context(), sql, args...)
	require.NoError(p.t, err)
}

// client keeps as many connections as anything here uses at once.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}

// object is a JSON body.
type object map[string]any

// open makes a request of the person.
func (p *person) open(ctx context.Context, method, url string, body object, headers ...string) (*http.Response, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return client.Do(request)
}

// success is any status that is one.
const success = 0

// call makes a request that has to be answered with a status, and reads the answer into a value where one is given.
func (p *person) call(method, url string, body object, status int, into any, headers ...string) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	response, err := p.open(ctx, method, url, body, headers...)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != status && (status != success || response.StatusCode/100 != 2) {
		return fmt.Errorf("%s %s answered %s: %s", method, url, response.Status, content)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(content, into)
}

// post is call for a POST that the test depends on.
func (p *person) post(path string, body object, status int, into any, headers ...string) {
	p.t.Helper()
	require.NoError(p.t, p.call(http.MethodPost, p.url+path, body, status, into, headers...))
}

// openChat makes a solo chat.
func (p *person) openChat() uuid.UUID {
	p.t.Helper()
	var chat struct{ ID uuid.UUID }
	p.post("/api/chats", object{"title": "Talk"}, 201, &chat)
	return chat.ID
}

func messagesPath(chatID uuid.UUID) string { return "/api/chats/" + chatID.String() + "/messages" }

// question takes stages, a drawer and figures to answer.
var question = object{"content": "Which card should I use for $86 at Whole Foods?"}

// turn is a message and its reply.
type turn struct {
	AIMessage struct {
		ID     uuid.UUID
		Status string
	}
}
