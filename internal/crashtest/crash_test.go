package crashtest_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// laneCount is how many trials run side by side: a trial mostly waits for a lease to run out.
const laneCount = 6

// manyDeaths is how often the long tier dies.
const manyDeaths = 200

// outcome is how a trial went.
type outcome struct {
	kill      kill
	recovered time.Duration
	cut       int // readers that were cut off in the middle of a reply
	err       error
}

// The promise of the whole: after a death nothing is lost, doubled, stuck or told otherwise than before.
func TestService_ComesBackFromDyingAnywhere(t *testing.T) {
	t.Parallel()
	kills := inHaste()
	if long() {
		kills = plan(manyDeaths)
	}
	free := make([]*lane, laneCount)
	for i := range free {
		free[i] = newLane(t)
	}
	begun := time.Now()
	outcomes := runAll(t.Context(), free, kills)
	cut := report(t, outcomes, time.Since(begun))
	require.Greater(t, cut, len(kills)/4, "hardly a reader was there when the process died: what it would have seen is not known")
	for _, one := range outcomes {
		t.Run(one.kill.String(), func(t *testing.T) {
			t.Parallel()
			require.NoError(t, one.err)
			t.Logf("recovered in %.1f s", one.recovered.Seconds())
		})
	}
}

// With a private Postgres both die at once, and what was promised to be stored is on the disk.
func TestService_ComesBackWithItsPrivatePostgres(t *testing.T) {
	t.Parallel()
	l := newPrivateLane(t)
	kills := []kill{{course: ask, wording: foreign, deaths: []death{at("reply.flushed", 2)}}}
	if long() {
		kills = append(kills,
			kill{course: queue, wording: foreign, deaths: []death{at("reply.flushed", 2), at("reply.closed", 1)}},
			kill{course: wait, wording: quick, deaths: []death{at("send.committed", 1)}},
			kill{course: ask, wording: steady, deaths: []death{at("reply.flushed", 17)}},
			kill{course: queue, wording: quick, deaths: []death{at("reply.claimed", 2), at("sweep.committed", 1)}},
			kill{course: repeat, wording: quick, deaths: []death{at("regenerate.committed", 1)}},
		)
	}
	begun := time.Now()
	outcomes := runAll(t.Context(), []*lane{l}, kills)
	report(t, outcomes, time.Since(begun))
	for _, one := range outcomes {
		require.NoError(t, one.err, one.kill)
	}
}

// runAll gives the trials to the lanes, which take them as they get free.
func runAll(ctx context.Context, free []*lane, kills []kill) []outcome {
	waiting := make(chan int, len(kills))
	for i := range kills {
		waiting <- i
	}
	close(waiting)
	outcomes := make([]outcome, len(kills))
	var group sync.WaitGroup
	for _, l := range free {
		group.Go(func() {
			for i := range waiting {
				t := &trial{kill: kills[i], lane: l, tapes: map[uuid.UUID]*tape{}}
				recovered, err := t.run(ctx)
				outcomes[i] = outcome{kill: kills[i], recovered: recovered, cut: t.cut, err: err}
			}
		})
	}
	group.Wait()
	return outcomes
}

func report(t *testing.T, outcomes []outcome, took time.Duration) (cut int) {
	t.Helper()
	deaths, faults, slowest := 0, 0, time.Duration(0)
	points := map[string]bool{}
	for _, one := range outcomes {
		if one.err != nil {
			faults++
		}
		for _, d := range one.kill.deaths {
			deaths++
			points[d.point] = true
		}
		slowest = max(slowest, one.recovered)
		cut += one.cut
	}
	t.Logf("crash: %d kills at %d marks in %d trials, %d failed, %d readers cut off in the middle, %.1f s in all, slowest recovery %.1f s",
		deaths, len(points), len(outcomes), faults, cut, took.Seconds(), slowest.Seconds())
	return cut
}
