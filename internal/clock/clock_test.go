package clock_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
)

// A time that is stored and read back must be the same time, or versions and cursors made of it do not match.
func TestSystem_TellsWhatPostgresKeeps(t *testing.T) {
	t.Parallel()
	before := time.Now()
	now := clock.System{}.Now()
	require.Equal(t, time.UTC, now.Location())
	require.Equal(t, now.Truncate(time.Microsecond), now)
	require.WithinDuration(t, before, now, time.Minute)
	require.Equal(t, now.Round(0), now, "no monotonic reading, which would make equal times differ")
}

func TestFake_MovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, time.November, 23, 9, 0, 0, 123_456_789, time.FixedZone("", 3600))
	fake := clock.NewFake(begin)
	want := time.Date(2026, time.November, 23, 8, 0, 0, 123_456_000, time.UTC)
	require.Equal(t, want, fake.Now())
	require.Equal(t, want, fake.Now())
	fake.Advance(-time.Hour)
	require.Equal(t, want.Add(-time.Hour), fake.Now())
}

func TestFake_MovedByManyAtOnce_LosesNothing(t *testing.T) {
	t.Parallel()
	var fake clock.Fake
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			fake.Advance(time.Second)
			_ = fake.Now()
		})
	}
	group.Wait()
	require.Equal(t, time.Time{}.Add(100*time.Second), fake.Now())
}
