package bench

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// request is one that both sides answer.
type request struct {
	name   string
	method string
	path   string
	body   object
	status int
	rounds int
}

// requests are the ones measured, of a person with more chats than a page holds; the first has more than fifty messages.
func (p *person) requests() []request {
	p.t.Helper()
	chats := make([]uuid.UUID, 24)
	for i := range chats {
		chats[i] = p.openChat()
		p.post(messagesPath(chats[i]), question, 201, nil)
	}
	for range 25 {
		p.post(messagesPath(chats[0]), question, 201, nil)
	}
	return []request{
		{"getSession", http.MethodGet, "/api/session", nil, 200, 400},
		{"listChats", http.MethodGet, "/api/chats", nil, 200, 400},
		{"getChat, 50 messages", http.MethodGet, "/api/chats/" + chats[0].String(), nil, 200, 300},
		{"sendMessage", http.MethodPost, messagesPath(chats[1]), question, 201, 200},
	}
}

// answered is a reply as it is stored, for the other side to say.
func (p *person) answered() queries.Message {
	p.t.Helper()
	chatID := p.openChat()
	var said turn
	p.post(messagesPath(chatID), question, 201, &said)
	reply, err := queries.New().MessageGet(p.t.Context(), p.pool, queries.MessageGetParams{ID: said.AIMessage.ID, ChatID: chatID})
	require.NoError(p.t, err)
	require.NotEmpty(p.t, reply.Drawer)
	return reply
}

// Why: a comparison with something that does less is none.
func TestMinimal_MakesTheSameStatements(t *testing.T) {
	t.Parallel()
	alice, ours := counted(t)
	theirs := &statements{}
	pool, err := postgres.Open(t.Context(), alice.pool.Config().ConnString(), postgres.Options{Tracer: theirs})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	beside := serve(t, newMinimal(pool, alice.answered()))
	for _, one := range alice.requests() {
		deadline := time.Now().Add(patience)
		for {
			ours.take()
			theirs.take()
			require.NoError(t, alice.call(one.method, alice.url+one.path, one.body, one.status, nil))
			require.NoError(t, alice.call(one.method, beside+one.path, one.body, one.status, nil))
			got, want := theirs.take().ofTurn().sorted(), ours.take().ofTurn().sorted()
			if slices.Equal(got, want) {
				break
			}
			// A turn that was held up has told its beginning apart from its end, and work in the background was in between.
			require.Truef(t, time.Now().Before(deadline), "%s makes %v, the service %v", one.name, got, want)
		}
	}
}

// sorted are the statements by name, those of the queue under one.
func (c cost) sorted() []string {
	names := c.statements()
	for i, name := range names {
		if strings.HasPrefix(name, "Job") {
			names[i] = "Job"
		}
	}
	slices.Sort(names)
	return names
}

// BenchmarkRequests answers the same requests in turn on both sides, so that what else the machine does hits both.
func BenchmarkRequests(b *testing.B) {
	alice := measured(b, nil)
	pool, err := postgres.Open(b.Context(), alice.pool.Config().ConnString(), postgres.Options{MaxConns: alice.pool.Config().MaxConns})
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	beside := serve(b, newMinimal(pool, alice.answered()))
	requests := alice.requests()
	for b.Loop() {
		tellf("\nOne request after another, in milliseconds, beside net/http and pgx with the same SQL\n")
		tellf("%-24s %9s %9s %9s %9s %9s", "", "p50", "beside", "factor", "p99", "beside")
		for _, one := range requests {
			var ours, theirs times
			for range one.rounds {
				ours = append(ours, alice.timed(one, alice.url))
				theirs = append(theirs, alice.timed(one, beside))
			}
			ours, theirs = ours[one.rounds/8:], theirs[one.rounds/8:] // what comes first is made ready by it
			factor := ours.at(50) / theirs.at(50)
			tellf("%-24s %9.2f %9.2f %9.2f %9.2f %9.2f", one.name, ours.at(50), theirs.at(50), factor, ours.at(99), theirs.at(99))
			name, _, _ := strings.Cut(one.name, ",")
			b.ReportMetric(ours.at(50), name+"-p50-ms")
			b.ReportMetric(factor, name+"-factor")
		}
	}
}

func (p *person) timed(one request, url string) time.Duration {
	begun := time.Now()
	require.NoError(p.t, p.call(one.method, url+one.path, one.body, one.status, nil))
	return time.Since(begun)
}
