package crashtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// Why: dying uses up no attempts, so that a reply nobody is to blame for is made in the end. One that kills whoever makes
// it would otherwise do so for ever, and take the replies of all others with it.
func TestService_GivesUpAReplyThatKillsEveryProcess(t *testing.T) {
	t.Parallel()
	l := newLane(t)
	ctx, cancel := context.WithTimeout(t.Context(), recovery)
	defer cancel()
	trial := &trial{kill: kill{course: ask, wording: quick, deaths: []death{at("reply.flushed", 2)}}, lane: l, tapes: map[uuid.UUID]*tape{}}
	_, err := trial.die(ctx, 0)
	require.NoError(t, err)
	changed, err := l.pool.Exec(ctx, "UPDATE messages SET fence = 51 WHERE status = 'streaming'") // as after many deaths
	require.NoError(t, err)
	require.EqualValues(t, 1, changed.RowsAffected())

	p, c, err := l.start(ctx, nil, trial.kill)
	require.NoError(t, err)
	defer p.discard()
	require.NoError(t, l.signIn(ctx, &c))
	reply := trial.allTapes()[0]
	require.NoError(t, reply.recordToEnd(ctx, c))
	require.Contains(t, string(reply.raw), "event: reply.failed\n")
	stored, err := c.message(ctx, reply.chatID, reply.replyID)
	require.NoError(t, err)
	require.Equal(t, "failed", stored.Status)
	require.Equal(t, stored.Content, reply.text.String())
	require.NoError(t, checkRows(ctx, l.pool, trial.chats(), failedReplies))
}

// Why: a database that restarts cuts every connection, of transactions, of the queue and of those who listen. The process
// that used them must go on by itself.
func TestService_OutlivesItsConnections(t *testing.T) {
	t.Parallel()
	l := newLane(t)
	ctx, cancel := context.WithTimeout(t.Context(), recovery)
	defer cancel()
	trial := &trial{kill: kill{course: queue, wording: steady, deaths: []death{{}}}, lane: l, tapes: map[uuid.UUID]*tape{}}
	p, c, err := l.start(ctx, nil, trial.kill)
	require.NoError(t, err)
	defer p.discard()
	var group errgroup.Group
	group.Go(func() error { return trial.begin(ctx, c) })
	require.NoError(t, l.cutAll(ctx, trial))
	if err := group.Wait(); !errors.Is(err, errTrouble) {
		require.NoError(t, err)
	}

	c.token = l.token
	fresh, err := trial.settle(ctx, c)
	for errors.Is(err, errTrouble) && ctx.Err() == nil { // each of the connections that were cut may answer once
		fresh, err = trial.settle(ctx, c)
	}
	require.NoError(t, err, p.log)
	require.NoError(t, trial.compare(ctx, c, fresh))
	require.NoError(t, checkRows(ctx, l.pool, trial.chats(), failedReplies))
	p.terminate()
	<-p.ended
	require.True(t, p.command.ProcessState.Success(), p.log)
}

// cutAll waits until a reply is being told, and then ends every connection to the database but the caller's.
func (l *lane) cutAll(ctx context.Context, t *trial) error {
	told := make(chan struct{})
	go func() {
		defer close(told)
		for len(t.allTapes()) == 0 && ctx.Err() == nil {
			_ = l.pool.Ping(ctx)
		}
		for _, one := range t.allTapes() {
			select {
			case <-one.seen(3):
				return
			case <-ctx.Done():
			}
		}
	}()
	<-told
	_, err := l.pool.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'lattice%'`)
	if err != nil {
		return fmt.Errorf("cut connections: %w", err)
	}
	return nil
}
