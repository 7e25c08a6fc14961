package ratelimit_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/ratelimit"
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// limiters are the implementations, each made for a rate on a clock. Another store is one more line.
var limiters = map[string]func(t require.TestingT, rate ratelimit.Rate, clk clock.Clock) ratelimit.Limiter{
	"Memory": func(t require.TestingT, rate ratelimit.Rate, clk clock.Clock) ratelimit.Limiter {
		limiter, err := ratelimit.NewMemory(rate, 1000, clk)
		require.NoError(t, err)
		return limiter
	},
}

var slots = map[string]func(t require.TestingT, most int) ratelimit.Slots{
	"Memory": func(t require.TestingT, most int) ratelimit.Slots {
		made, err := ratelimit.NewMemorySlots(most)
		require.NoError(t, err)
		return made
	},
}

func eachLimiter(t *testing.T, check func(t *testing.T, build func(t require.TestingT, rate ratelimit.Rate, clk clock.Clock) ratelimit.Limiter)) {
	t.Helper()
	for name, limiter := range limiters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, limiter)
		})
	}
}

func take(t require.TestingT, limiter ratelimit.Limiter, key string) ratelimit.State {
	state, err := limiter.Take(context.Background(), key)
	require.NoError(t, err)
	return state
}

func TestLimiter_TheQuotaIsSpentAtOnceAndComesBackEvenly(t *testing.T) {
	t.Parallel()
	eachLimiter(t, func(t *testing.T, build func(require.TestingT, ratelimit.Rate, clock.Clock) ratelimit.Limiter) {
		now := clock.NewFake(start)
		limiter := build(t, ratelimit.Rate{Count: 3, Period: time.Minute}, now)
		for left := 2; left >= 0; left-- {
			state := take(t, limiter, "dana")
			require.False(t, state.Limited)
			require.Equal(t, left, state.Remaining)
			require.Equal(t, time.Duration(3-left)*20*time.Second, state.ResetAfter)
			require.Zero(t, state.RetryAfter)
		}
		refused := ratelimit.State{Limited: true, ResetAfter: time.Minute, RetryAfter: 20 * time.Second}
		require.Equal(t, refused, take(t, limiter, "dana"))
		require.Equal(t, refused, take(t, limiter, "dana"), "a refusal costs nothing")
		require.False(t, take(t, limiter, "bob").Limited, "everybody has a quota of their own")

		now.Advance(refused.RetryAfter - time.Nanosecond)
		require.True(t, take(t, limiter, "dana").Limited)
		now.Advance(time.Nanosecond)
		require.False(t, take(t, limiter, "dana").Limited, "after what was told, the next one passes")
		require.True(t, take(t, limiter, "dana").Limited)
		now.Advance(time.Minute)
		require.Equal(t, 2, take(t, limiter, "dana").Remaining)
		now.Advance(24 * time.Hour)
		require.Equal(t, 2, take(t, limiter, "dana").Remaining, "no more than one quota is saved up")
	})
}

func TestLimiter_LookingCostsNothing(t *testing.T) {
	t.Parallel()
	eachLimiter(t, func(t *testing.T, build func(require.TestingT, ratelimit.Rate, clock.Clock) ratelimit.Limiter) {
		limiter := build(t, ratelimit.Rate{Count: 2, Period: time.Minute}, clock.NewFake(start))
		look := func() ratelimit.State {
			state, err := limiter.Peek(t.Context(), "dana")
			require.NoError(t, err)
			return state
		}
		for range 5 {
			require.Equal(t, ratelimit.State{Remaining: 2}, look())
		}
		take(t, limiter, "dana")
		require.Equal(t, ratelimit.State{Remaining: 1, ResetAfter: 30 * time.Second}, look())
		take(t, limiter, "dana")
		for range 5 {
			require.Equal(t, ratelimit.State{ResetAfter: time.Minute, RetryAfter: 30 * time.Second}, look())
		}
	})
}

// Whatever the rhythm, in any stretch of one period at most twice the count passes, of which one is what was saved up, and
// never more at once than the count.
func TestLimiter_KeepsTheRateForEveryRhythm(t *testing.T) {
	t.Parallel()
	eachLimiter(t, func(t *testing.T, build func(require.TestingT, ratelimit.Rate, clock.Clock) ratelimit.Limiter) {
		rapid.Check(t, func(t *rapid.T) {
			rate := ratelimit.Rate{
				Count:  rapid.IntRange(1, 20).Draw(t, "count"),
				Period: time.Duration(rapid.IntRange(1, 120).Draw(t, "seconds")) * time.Second,
			}
			now := clock.NewFake(start)
			limiter := build(t, rate, now)
			var passed []time.Time
			for _, pause := range rapid.SliceOfN(rapid.IntRange(0, 20_000), 1, 80).Draw(t, "pauses") {
				now.Advance(time.Duration(pause) * time.Millisecond)
				state := take(t, limiter, "dana")
				if !state.Limited {
					passed = append(passed, now.Now())
					continue
				}
				require.Positive(t, state.RetryAfter)
				require.LessOrEqual(t, state.RetryAfter, rate.Period/time.Duration(rate.Count)+time.Nanosecond)
			}
			for i, first := range passed {
				within := 0
				for _, other := range passed[i:] {
					if other.Sub(first) < rate.Period {
						within++
					}
				}
				require.LessOrEqual(t, within, 2*rate.Count)
			}
			// Over all of it: what was there at first, and what came back since.
			span := now.Now().Sub(start)
			earned := int(span/(rate.Period/time.Duration(rate.Count))) + 1
			require.LessOrEqual(t, len(passed), rate.Count+earned)
		})
	})
}

func TestLimiter_OfManyAtOnceExactlyTheQuotaPasses(t *testing.T) {
	t.Parallel()
	eachLimiter(t, func(t *testing.T, build func(require.TestingT, ratelimit.Rate, clock.Clock) ratelimit.Limiter) {
		limiter := build(t, ratelimit.Rate{Count: 100, Period: time.Hour}, clock.NewFake(start))
		var passed atomic.Int64
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				for range 50 {
					state, err := limiter.Take(context.Background(), "dana")
					if err != nil {
						t.Error(err)
					}
					if !state.Limited {
						passed.Add(1)
					}
				}
			})
		}
		group.Wait()
		require.EqualValues(t, 100, passed.Load())
	})
}

func TestLimiter_WhoIsRememberedIsBounded(t *testing.T) {
	t.Parallel()
	limiter, err := ratelimit.NewMemory(ratelimit.Rate{Count: 1, Period: time.Hour}, 100, clock.NewFake(start))
	require.NoError(t, err)
	require.False(t, take(t, limiter, "dana").Limited)
	for i := range 99 {
		take(t, limiter, fmt.Sprint("stranger ", i))
	}
	require.True(t, take(t, limiter, "dana").Limited, "there is room for a hundred")
	for i := range 100 {
		take(t, limiter, fmt.Sprint("crowd ", i))
	}
	require.False(t, take(t, limiter, "dana").Limited, "who was idle longest is forgotten, and nothing grows")
}

func TestNewMemory_RefusesWhatIsNoRate(t *testing.T) {
	t.Parallel()
	for _, rate := range []ratelimit.Rate{{}, {Count: 0, Period: time.Minute}, {Count: -1, Period: time.Minute}, {Count: 1}, {Count: 10, Period: 9}} {
		_, err := ratelimit.NewMemory(rate, 10, clock.NewFake(start))
		require.Error(t, err, rate)
	}
	_, err := ratelimit.NewMemory(ratelimit.Rate{Count: 1, Period: time.Minute}, 0, clock.NewFake(start))
	require.Error(t, err)
	_, err = ratelimit.NewMemory(ratelimit.Rate{Count: 1, Period: time.Minute}, 10, nil)
	require.Error(t, err)
	_, err = ratelimit.NewMemorySlots(0)
	require.Error(t, err)
}

func TestSlots_AreTakenAndGivenBack(t *testing.T) {
	t.Parallel()
	for name, build := range slots {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slots := build(t, 2)
			enter := func(key string) (int, bool, func()) {
				free, entered, leave, err := slots.Enter(t.Context(), key)
				require.NoError(t, err)
				require.NotNil(t, leave)
				return free, entered, leave
			}
			free, entered, leaveFirst := enter("dana")
			require.True(t, entered)
			require.Equal(t, 1, free)
			free, entered, leaveSecond := enter("dana")
			require.True(t, entered)
			require.Zero(t, free)
			free, entered, leaveNothing := enter("dana")
			require.False(t, entered)
			require.Zero(t, free)
			leaveNothing()
			_, entered, _ = enter("dana")
			require.False(t, entered, "who did not enter gives nothing back")
			_, entered, leaveBob := enter("bob")
			require.True(t, entered, "everybody has slots of their own")

			leaveFirst()
			leaveFirst()
			_, entered, leaveThird := enter("dana")
			require.True(t, entered)
			_, entered, _ = enter("dana")
			require.False(t, entered, "a slot is given back once")
			for _, leave := range []func(){leaveSecond, leaveThird, leaveBob} {
				leave()
			}
			free, entered, leave := enter("dana")
			require.True(t, entered)
			require.Equal(t, 1, free)
			leave()
		})
	}
}

func TestSlots_ManyAtOnceNeverHoldMoreThanThereAre(t *testing.T) {
	t.Parallel()
	for name, build := range slots {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slots := build(t, 5)
			var inside atomic.Int64
			var mu sync.Mutex
			var most int64
			var group sync.WaitGroup
			for range 20 {
				group.Go(func() {
					for range 100 {
						_, entered, leave, err := slots.Enter(context.Background(), "dana")
						if err != nil {
							t.Error(err)
						}
						if entered {
							now := inside.Add(1)
							mu.Lock()
							most = max(most, now)
							mu.Unlock()
							inside.Add(-1)
						}
						leave()
					}
				})
			}
			group.Wait()
			require.LessOrEqual(t, most, int64(5))
			require.Positive(t, most)
		})
	}
}

func TestMemorySlots_RememberNobodyWhoLeft(t *testing.T) {
	t.Parallel()
	slots, err := ratelimit.NewMemorySlots(2)
	require.NoError(t, err)
	var leaves []func()
	for i := range 100 {
		_, _, leave, err := slots.Enter(t.Context(), fmt.Sprint(i))
		require.NoError(t, err)
		leaves = append(leaves, leave)
	}
	require.Equal(t, 100, slots.Keys())
	for _, leave := range leaves {
		leave()
	}
	require.Zero(t, slots.Keys())
}

func BenchmarkMemory_Take(b *testing.B) {
	limiter, err := ratelimit.NewMemory(ratelimit.Rate{Count: 1000, Period: time.Minute}, ratelimit.MemoryKeys, clock.System{})
	require.NoError(b, err)
	keys := make([]string, 1024)
	for i := range keys {
		keys[i] = fmt.Sprint("user ", i)
	}
	for i := 0; b.Loop(); i++ {
		if _, err := limiter.Take(b.Context(), keys[i%len(keys)]); err != nil {
			b.Fatal(err)
		}
	}
}
