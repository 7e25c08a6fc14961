package figuretest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/app"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/config"
	"github.com/lattice-money/lattice/internal/seed"
	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const stopTimeout = 30 * time.Second

// world is a whole service with the demo in it, at a moment.
type world struct {
	t    *testing.T
	pool *pgxpool.Pool
	app  *app.App
	now  time.Time
}

func newWorld(t *testing.T, now time.Time) *world {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	cfg, err := config.Load(config.Source{Dir: t.TempDir(), Environ: []string{
		"ENVIRONMENT=test", "SEED_DEMO=true", "LIMIT_AUTH=off", "LIMIT_AI=off", "LIMIT_WRITES=off", "LIMIT_READS=off", "JWT_SIGNING_KEY=" + base64.StdEncoding.EncodeToString(key.Seed()),
	}})
	require.NoError(t, err)
	url := testkit.DatabaseURL(t)
	w := &world{t: t, pool: testkit.Open(t, url), now: now}
	require.NoError(t, seed.Reference(t.Context(), w.pool, db.Seed))
	w.app, err = app.Build(t.Context(), cfg, w.pool, app.Options{
		Clock: clock.NewFake(now), Logger: slog.New(slog.DiscardHandler), Version: "figuretest", Direct: testkit.Open(t, url), DirectURL: url,
	})
	require.NoError(t, err)
	require.NoError(t, w.app.SeedDemo(t.Context()))
	require.NoError(t, w.app.Start(t.Context()))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), stopTimeout)
		defer cancel()
		require.NoError(t, w.app.Stop(ctx))
	})
	return w
}

// person is one of the demo people, signed in, with a chat of their own.
type person struct {
	*world

	id    uuid.UUID
	name  string
	email string
	zone  *time.Location
	token string
	chat  uuid.UUID
	own   []order // all of them, read once
}

// all are the orders of the person, oldest first.
func (p *person) all(t *testing.T) []order {
	t.Helper()
	if p.own == nil {
		p.own = p.orders(t, "true")
	}
	return p.own
}

func (w *world) signIn(t *testing.T, email string) *person {
	t.Helper()
	p := &person{world: w, email: email}
	answer := as[api.TokenAnswer](t, p.do(t, http.MethodPost, "/api/auth/login", map[string]string{"email": email, "password": "password123"}, 200))
	p.token, p.id, p.name = answer.AccessToken, answer.User.ID, answer.User.Name
	var zone string
	require.NoError(t, w.pool.QueryRow(t.Context(), "SELECT time_zone FROM settings WHERE user_id = $1", p.id).Scan(&zone))
	var err error
	p.zone, err = time.LoadLocation(zone)
	require.NoError(t, err)
	p.newChat(t)
	return p
}

// newChat begins a talk without a history.
func (p *person) newChat(t *testing.T) {
	t.Helper()
	p.chat = as[api.Chat](t, p.do(t, http.MethodPost, "/api/chats", map[string]string{"title": "Figures"}, 201)).ID
}

// ask says something and waits for the answer.
func (p *person) ask(t *testing.T, text string) api.Message {
	t.Helper()
	turn := as[api.Turn](t, p.do(t, http.MethodPost, "/api/chats/"+p.chat.String()+"/messages", map[string]string{"content": text}, 201))
	require.False(t, turn.AIMessage.IsNull())
	message := turn.AIMessage.MustGet()
	require.Equal(t, api.MessageStatusCompleted, message.Status)
	require.False(t, message.Degraded)
	return message
}

func (p *person) do(t *testing.T, method, path string, body any, status int) []byte {
	t.Helper()
	content, err := json.Marshal(body)
	require.NoError(t, err)
	request := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(content))
	request.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	recorder := httptest.NewRecorder()
	p.app.Server().ServeHTTP(recorder, request)
	require.Equal(t, status, recorder.Code, "%s %s: %s", method, path, recorder.Body)
	return recorder.Body.Bytes()
}

func as[T any](t *testing.T, content []byte) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal(content, &value), "%s", content)
	return value
}
