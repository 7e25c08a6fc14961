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
const laneCount = 8

// manyDeaths is how often the long tier dies.
const manyDeaths = 200

// outcome is how a trial went.
type outcome struct {
	kill      kill
	recovered time.Duration
	err       error
}

// The promise of the whole: after a death nothing is lost, doubled, stuck or told otherwise than before.
func TestService_ComesBackFromDyingAnywhere(t *testing.T) {
	t.Parallel()
	kills := plan(0)
	if long() {
		kills = plan(manyDeaths)
	}
	_, err := binary()
	require.NoError(t, err)
	free := make([]*lane, laneCount)
	for i := range free {
		free[i] = newLane(t)
	}
	begun := time.Now()
	outcomes := runAll(t.Context(), free, kills)
	report(t, outcomes, time.Since(begun))
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
	_, err := binary()
	require.NoError(t, err)
	l := newPrivateLane(t)
	kills := []kill{{course: queue, wording: foreign, deaths: []death{at("reply.flushed", 2), at("reply.closed", 1)}}}
	if long() {
		kills = append(kills,
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
			prepared := l.prepare(ctx)
			for i := range waiting {
				t := &trial{kill: kills[i], lane: l, tapes: map[uuid.UUID]*tape{}}
				recovered, err := time.Duration(0), prepared
				if err == nil {
					recovered, err = t.run(ctx)
				}
				outcomes[i] = outcome{kill: kills[i], recovered: recovered, err: err}
			}
		})
	}
	group.Wait()
	return outcomes
}

func report(t *testing.T, outcomes []outcome, took time.Duration) {
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
	}
	t.Logf("crash: %d kills at %d marks in %d trials, %d failed, %.1f s in all, slowest recovery %.1f s",
		deaths, len(points), len(outcomes), faults, took.Seconds(), slowest.Seconds())
}
