package crashtest_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// Why: a process that only stalls is taken for dead and then goes on. It must not write over whoever took its place, and
// what it holds locked while it stands still must not keep the reply from being rescued.
func TestService_TakesOverFromProcessesThatStall(t *testing.T) {
	t.Parallel()
	stalls := []death{at("reply.flushing", 2)}
	if long() {
		stalls = append(stalls, at("reply.flushed", 3),
			at("reply.claimed", 1), at("reply.claiming", 1), at("reply.asked", 1), at("reply.heard", 7), at("reply.saving", 1),
			at("reply.worded", 1), at("reply.finished", 1), at("reply.closed", 1), at("reply.ended", 1))
	}
	for i, stall := range stalls {
		t.Run(stall.String(), func(t *testing.T) {
			t.Parallel()
			l := newLane(t)
			k := kill{number: i, course: ask, wording: foreign, deaths: []death{stall}}
			trial := &trial{kill: k, lane: l, tapes: map[uuid.UUID]*tape{}}
			recovered, err := trial.stall(t.Context())
			require.NoError(t, err)
			t.Logf("taken over after %.1f s", recovered.Seconds())
		})
	}
}

// stall lets one process stand still at its mark, another take its work over, and the first one go on.
func (t *trial) stall(ctx context.Context) (recovered time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	stalled, c, err := t.lane.start(ctx, &t.kill.deaths[0], t.kill, "freeze")
	if err != nil {
		return 0, err
	}
	defer stalled.discard()
	reading, cut := context.WithCancel(ctx)
	defer cut()
	var group errgroup.Group
	group.Go(func() error { return t.begin(reading, c) })
	if err := stalled.awaitStill(ctx); err != nil {
		return 0, err
	}
	stood := time.Now()
	cut() // the readers of a process that says nothing lose patience
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return 0, err
	}
	p, c, err := t.lane.start(ctx, nil, t.kill)
	if err != nil {
		return 0, err
	}
	defer p.discard()
	if err := t.lane.signIn(ctx, &c); err != nil {
		return 0, err
	}
	fresh, err := t.settle(ctx, c)
	if err != nil {
		return 0, fmt.Errorf("settle: %w\n%s", err, p.log)
	}
	recovered = time.Since(stood)
	if err := stalled.command.Process.Signal(syscall.SIGCONT); err != nil {
		return 0, err
	}
	stalled.terminate() // it ends what it is at, and finds that it is no longer its own
	select {
	case <-stalled.ended:
	case <-ctx.Done():
		return 0, fmt.Errorf("%w on SIGTERM\n%s", errLives, stalled.log)
	}
	if !stalled.command.ProcessState.Success() {
		return 0, fmt.Errorf("the stalled process ended with trouble: %s\n%s", stalled.command.ProcessState, stalled.log)
	}
	if err := t.compare(ctx, c, fresh); err != nil {
		return 0, err
	}
	if err := t.lane.checkWhileRunning(ctx, t.chats()); err != nil {
		return 0, err
	}
	return recovered, p.end(ctx)
}

// awaitStill waits until the process stands still.
func (p *process) awaitStill(ctx context.Context) error {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		state, err := exec.CommandContext(ctx, "ps", "-o", "state=", "-p", strconv.Itoa(p.command.Process.Pid)).Output()
		if err == nil && strings.HasPrefix(strings.TrimSpace(string(state)), "T") {
			return nil
		}
		select {
		case <-ticker.C:
		case <-p.ended:
			return fmt.Errorf("%w\n%s", errNoCrash, p.log)
		case <-ctx.Done():
			return p.notReached()
		}
	}
}
