package events

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
)

const (
	pollInterval = time.Second
	// pollReach is how far back each poll looks: commits become visible a little after the time they carry.
	pollReach = 5 * time.Second
	pollPage  = 500

	reconnectFirst = 100 * time.Millisecond
	reconnectLast  = 5 * time.Second
)

// Listener brings in what other processes tell: one connection of its own, which must be a session (not one of a
// transaction pooler), and a look each second at the chats that changed, for what a process that died did not tell.
type Listener struct {
	directURL string
	pool      *pgxpool.Pool
	q         *queries.Queries
	notifier  *Notifier
	clock     clock.Clock
	log       *slog.Logger

	cancel context.CancelFunc
	done   chan struct{}
}

// NewListener makes a listener on directURL; Start connects it.
func NewListener(directURL string, pool *pgxpool.Pool, notifier *Notifier, clk clock.Clock, log *slog.Logger) (*Listener, error) {
	if directURL == "" || pool == nil || notifier == nil || clk == nil || log == nil {
		return nil, errors.New("events: NewListener wants every dependency")
	}
	return &Listener{directURL: directURL, pool: pool, q: queries.New(), notifier: notifier, clock: clk, log: log}, nil
}

// Start connects, then listens and polls until Stop. It fails when the first connection does.
func (l *Listener) Start(ctx context.Context) error {
	conn, err := l.connect(ctx)
	if err != nil {
		return err
	}
	ctx, l.cancel = context.WithCancel(context.WithoutCancel(ctx))
	l.done = make(chan struct{})
	polled := make(chan struct{})
	go func() {
		defer close(polled)
		l.poll(ctx)
	}()
	go func() {
		defer close(l.done)
		l.listen(ctx, conn)
		<-polled
	}()
	return nil
}

// Stop disconnects.
func (l *Listener) Stop() {
	if l.cancel != nil {
		l.cancel()
		<-l.done
	}
}

func (l *Listener) connect(ctx context.Context) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(l.directURL)
	if err != nil {
		return nil, fmt.Errorf("read direct database URL: %w", err)
	}
	config.RuntimeParams["application_name"] = "lattice-listener"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect listener: %w", err)
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		_ = conn.Close(ctx)
		return nil, fmt.Errorf("listen: %w", err)
	}
	return conn, nil
}

func (l *Listener) listen(ctx context.Context, conn *pgx.Conn) {
	pause := reconnectFirst
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		if conn != nil {
			err := l.receive(ctx, conn)
			_ = conn.Close(context.WithoutCancel(ctx))
			if ctx.Err() != nil {
				return
			}
			l.log.WarnContext(ctx, "listener disconnected", "error", err)
			conn, pause = nil, reconnectFirst
		}
		timer.Reset(pause)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		fresh, err := l.connect(ctx)
		if err != nil {
			pause = min(2*pause, reconnectLast)
			continue
		}
		conn = fresh
		// Whatever was told in between is lost.
		l.notifier.bell.RingAll()
		l.notifier.hub.ResyncAll()
	}
}

func (l *Listener) receive(ctx context.Context, conn *pgx.Conn) error {
	for {
		notification, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait for notification: %w", err)
		}
		if err := l.notifier.receive(notification.Payload); err != nil {
			l.log.WarnContext(ctx, "notification not understood", "error", err)
		}
	}
}

// poll tells of changed chats that no hint told of.
func (l *Listener) poll(ctx context.Context) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		hub := l.notifier.hub
		if hub.Idle() {
			continue
		}
		since := l.clock.Now().Add(-pollReach)
		rows, err := l.q.ChatListChangedSince(ctx, l.pool, queries.ChatListChangedSinceParams{Since: since, RowLimit: pollPage})
		if err != nil {
			continue // the database is away; the next look finds what this one missed
		}
		for _, row := range rows {
			if hub.Unseen(row.ID, row.UpdatedAt) {
				hub.Deliver(row.MemberIds, Hint{Type: ChatUpdated, ChatID: row.ID, ChangedAt: row.UpdatedAt})
			}
		}
		hub.Forget(since)
	}
}
