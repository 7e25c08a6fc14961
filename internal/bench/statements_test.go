package bench

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// What a turn may cost: the goals, and what it costs today. Whoever needs one more statement says so here.
const (
	statementsGoal, commitsGoal = 20, 3
	statementsToday             = 17
)

// Why: what a turn costs the database is what limits how many people can ask at once, and a statement more here or there
// is seen by nobody. Not counted are the look-up of the session and the queue's own fetching, which serves many turns, as
// do the notifications of other processes; begin and commit show in the number of commits.
func TestTurn_TakesFewStatementsAndCommits(t *testing.T) {
	t.Parallel()
	alice, seen := counted(t)
	chatID := alice.openChat()
	// A turn whose worker is held up tells its beginning apart from its end, and one that takes a second is looked for: what
	// a turn costs shows when nothing is in its way.
	deadline := time.Now().Add(patience)
	for best := cost(nil); ; {
		seen.take()
		var got turn
		alice.post(messagesPath(chatID), question, 201, &got)
		require.Equal(t, "completed", got.AIMessage.Status)
		took := seen.take().ofTurn()
		if best == nil || len(took.statements()) < len(best.statements()) {
			best = took
		}
		if len(best.statements()) <= statementsToday && best.commits() <= commitsGoal {
			require.LessOrEqual(t, statementsToday, statementsGoal)
			t.Logf("%d statements and %d commits: %s", len(best.statements()), best.commits(), strings.Join(best.statements(), ", "))
			return
		}
		require.Truef(t, time.Now().Before(deadline), "a turn takes %d statements and %d commits:\n%s",
			len(best.statements()), best.commits(), strings.Join(best.statements(), "\n"))
	}
}

// statement is a query by its name, or its text where it has none.
type statement struct {
	conn   *pgx.Conn
	name   string
	writes bool
}

// statements is what goes over the connections of a pool.
type statements struct {
	mu   sync.Mutex
	seen cost
}

var _ pgx.QueryTracer = (*statements)(nil)

var (
	queryName = regexp.MustCompile(`^-- name: (\w+)`)
	writes    = regexp.MustCompile(`INSERT INTO|DELETE FROM|UPDATE .* SET `)
)

// TraceQueryStart implements pgx.QueryTracer.
func (s *statements) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	text := strings.Join(strings.Fields(data.SQL), " ")
	one := statement{conn: conn, name: text, writes: writes.MatchString(text)}
	if match := queryName.FindStringSubmatch(text); match != nil {
		one.name = match[1]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, one)
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// take returns what there was since the last time.
func (s *statements) take() cost {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.seen
	s.seen = nil
	return taken
}

// cost is what something took, in order.
type cost []statement

// notCounted are the statements that are not a turn's own.
var notCounted = []string{
	"SessionGetLive",       // every request's
	"EventNotify",          // of all that happened in ten milliseconds
	"ReplySweep",           // each second, and so are the next two
	"ReplyListProgress",    // of all replies that are watched
	"ChatListChangedSince", // of all chats
}

// ofTurn leaves out what is not a turn's own, with the transactions it stands in.
func (c cost) ofTurn() (own cost) {
	open := map[*pgx.Conn]cost{}
	for _, one := range c {
		switch {
		case one.name == "begin":
			open[one.conn] = cost{one}
		case one.name == "commit":
			if transaction := open[one.conn]; slices.ContainsFunc(transaction, statement.counts) {
				own = append(append(own, transaction...), one)
			}
			delete(open, one.conn)
		case open[one.conn] != nil:
			open[one.conn] = append(open[one.conn], one)
		case one.counts():
			own = append(own, one)
		}
	}
	return own
}

// counts reports whether a statement is a turn's own.
func (s statement) counts() bool { return s.name != "begin" && !slices.Contains(notCounted, s.name) }

func (c cost) statements() (names []string) {
	for _, one := range c {
		if one.name != "begin" && one.name != "commit" {
			names = append(names, one.name)
		}
	}
	return names
}

// commits counts transactions, and writes that are one by themselves.
func (c cost) commits() (count int) {
	open := map[*pgx.Conn]bool{}
	for _, one := range c {
		switch {
		case one.name == "begin":
			open[one.conn] = true
		case one.name == "commit":
			open[one.conn] = false
			count++
		case one.writes && !open[one.conn]:
			count++
		}
	}
	return count
}
