package chat

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
)

// lookTimeout bounds one look; who is not looked for now is looked for next time.
const lookTimeout = 5 * time.Second

// lookout looks each second which of the replies that are watched in this process have moved on, and rings for those: a
// wake-up can be lost. One statement serves all watchers, however many there are, and none is made while nobody watches.
type lookout struct {
	pool *pgxpool.Pool
	q    *queries.Queries
	bell Bell

	mu      sync.Mutex
	watched map[uuid.UUID]*watchedReply
	looking bool
}

type watchedReply struct {
	watchers int
	looked   bool
	seen     queries.ReplyListProgressRow // zero where the reply is gone
}

func newLookout(pool *pgxpool.Pool, q *queries.Queries, bell Bell) *lookout {
	return &lookout{pool: pool, q: q, bell: bell, watched: map[uuid.UUID]*watchedReply{}}
}

// watch returns a channel that gets a value when the reply may have moved on. Watch before reading.
func (l *lookout) watch(replyID uuid.UUID) (wake <-chan struct{}, stop func()) {
	wake, unlisten := l.bell.Listen(replyID)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.watched[replyID] == nil {
		l.watched[replyID] = &watchedReply{}
	}
	l.watched[replyID].watchers++
	if !l.looking {
		l.looking = true
		go l.look()
	}
	return wake, func() {
		unlisten()
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.watched[replyID].watchers--; l.watched[replyID].watchers == 0 {
			delete(l.watched, replyID)
		}
	}
}

// look runs while anybody watches.
func (l *lookout) look() {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for range ticker.C {
		ids := l.ids()
		if len(ids) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), lookTimeout) // nobody's request
		rows, err := l.q.ReplyListProgress(ctx, l.pool, ids)
		cancel()
		if err == nil { // otherwise the database is away, and the next look finds what this one missed
			l.ring(ids, rows)
		}
	}
}

// ids are the replies to look for. When there are none, the looking has ended with this call.
func (l *lookout) ids() []uuid.UUID {
	l.mu.Lock()
	defer l.mu.Unlock()
	ids := make([]uuid.UUID, 0, len(l.watched))
	for id := range l.watched {
		ids = append(ids, id)
	}
	l.looking = len(ids) > 0
	return ids
}

// ring wakes the watchers of replies that are not as they were, and of those looked for the first time, which may have
// moved on since they were read.
func (l *lookout) ring(ids []uuid.UUID, rows []queries.ReplyListProgressRow) {
	found := make(map[uuid.UUID]queries.ReplyListProgressRow, len(rows))
	for _, row := range rows {
		found[row.ID] = row
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		reply := l.watched[id]
		if reply == nil || (reply.looked && reply.seen == found[id]) {
			continue
		}
		reply.looked, reply.seen = true, found[id]
		l.bell.Ring(id)
	}
}
