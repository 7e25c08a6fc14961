package events

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
)

// channel is the Postgres channel all processes of a database share.
const channel = "lattice_events"

const (
	// batchDelay is how long ids are collected before they are sent to the other processes.
	batchDelay = 10 * time.Millisecond
	// maxPayload is below the 8000 bytes Postgres takes.
	maxPayload = 7500
	// maxAudience is how many ids of people fit into a notice that is to fit into a payload with room for the rest.
	maxAudience = 150
	// sendTimeout bounds one notification; who misses it polls.
	sendTimeout = 5 * time.Second
)

// Notice is one thing to tell: ids to wake the listeners of, and a hint with its audience.
type Notice struct {
	Wake     []uuid.UUID `json:"w,omitempty"`
	Audience []uuid.UUID `json:"u,omitempty"`
	Hint     *Hint       `json:"h,omitempty"`
}

// parts cuts a notice for very many people into several that can be sent.
func (n Notice) parts() []Notice {
	if len(n.Audience) <= maxAudience {
		return []Notice{n}
	}
	var parts []Notice
	for audience := range slices.Chunk(n.Audience, maxAudience) {
		parts = append(parts, Notice{Audience: audience, Hint: n.Hint})
	}
	parts[0].Wake = n.Wake
	return parts
}

// envelope is what goes over the channel. Origin lets a process skip its own.
type envelope struct {
	Origin  uuid.UUID         `json:"o"`
	Notices []json.RawMessage `json:"n"`
}

// Notifier tells this process at once, and the others in batches after commit: a NOTIFY inside every transaction would
// make all of them commit one after another.
type Notifier struct {
	pool   *pgxpool.Pool
	q      *queries.Queries
	bell   *Bell
	hub    *Hub
	log    *slog.Logger
	origin uuid.UUID

	mu      sync.Mutex
	pending []json.RawMessage
	kick    chan struct{}

	cancel context.CancelFunc
	done   chan struct{}
}

// NewNotifier makes a notifier; Start lets it send.
func NewNotifier(pool *pgxpool.Pool, bell *Bell, hub *Hub, log *slog.Logger) (*Notifier, error) {
	if pool == nil || bell == nil || hub == nil || log == nil {
		return nil, errors.New("events: NewNotifier wants every dependency")
	}
	return &Notifier{
		pool: pool, q: queries.New(), bell: bell, hub: hub, log: log, origin: uuid.New(), kick: make(chan struct{}, 1),
	}, nil
}

// Notify tells a notice. Call it after the commit it tells of; it never waits.
func (n *Notifier) Notify(notice Notice) {
	n.deliver(notice)
	var texts []json.RawMessage
	for _, part := range notice.parts() {
		text, err := json.Marshal(part)
		if err != nil { // ids and times
			panic(err)
		}
		texts = append(texts, text)
	}
	n.mu.Lock()
	n.pending = append(n.pending, texts...)
	n.mu.Unlock()
	select {
	case n.kick <- struct{}{}:
	default:
	}
}

func (n *Notifier) deliver(notice Notice) {
	for _, id := range notice.Wake {
		n.bell.Ring(id)
	}
	if notice.Hint != nil {
		n.hub.Deliver(notice.Audience, *notice.Hint)
	}
}

// Start begins to send to the other processes.
func (n *Notifier) Start(ctx context.Context) {
	ctx, n.cancel = context.WithCancel(context.WithoutCancel(ctx))
	n.done = make(chan struct{})
	go n.run(ctx)
}

// Stop sends what is left and ends.
func (n *Notifier) Stop() {
	if n.cancel != nil {
		n.cancel()
		<-n.done
	}
}

func (n *Notifier) run(ctx context.Context) {
	defer close(n.done)
	timer := time.NewTimer(batchDelay)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			n.flush(context.WithoutCancel(ctx))
			return
		case <-n.kick:
		}
		timer.Reset(batchDelay)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		n.flush(context.WithoutCancel(ctx))
	}
}

func (n *Notifier) flush(ctx context.Context) {
	n.mu.Lock()
	pending := n.pending
	n.pending = nil
	n.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	for len(pending) > 0 {
		batch, size := 0, 100 // room for the envelope
		for batch < len(pending) && (batch == 0 || size+len(pending[batch])+1 <= maxPayload) {
			size += len(pending[batch]) + 1
			batch++
		}
		payload, err := json.Marshal(envelope{Origin: n.origin, Notices: pending[:batch]})
		if err == nil {
			err = n.q.EventNotify(ctx, n.pool, queries.EventNotifyParams{Channel: channel, Payload: string(payload)})
		}
		if err != nil {
			// Nothing is lost: readers of other processes poll.
			n.log.WarnContext(ctx, "other processes not notified", "error", err, "notices", len(pending))
			return
		}
		pending = pending[batch:]
	}
}

// receive handles what came over the channel.
func (n *Notifier) receive(payload string) error {
	var received envelope
	if err := json.Unmarshal([]byte(payload), &received); err != nil {
		return err
	}
	if received.Origin == n.origin {
		return nil
	}
	for _, text := range received.Notices {
		var notice Notice
		if err := json.Unmarshal(text, &notice); err != nil {
			return err
		}
		n.deliver(notice)
	}
	return nil
}
