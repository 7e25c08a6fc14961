package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"github.com/lattice-money/lattice/internal/clock"
)

// MemoryKeys is how many callers a limiter in memory remembers: some 20 MB when full. Whoever was idle longest is
// forgotten first, and begins anew.
const MemoryKeys = 1 << 16

// patience is how often a count is tried again while others count under the same key. Each failure means that another
// got through, so it only has to be more than can be at it at once.
const patience = 1 << 20

// Memory is a Limiter of this process.
type Memory struct {
	gcra *throttled.GCRARateLimiterCtx
}

var _ Limiter = (*Memory)(nil)

// NewMemory makes a limiter that remembers at most keys callers.
func NewMemory(rate Rate, keys int, clk clock.Clock) (*Memory, error) {
	if clk == nil || keys < 1 {
		return nil, errors.New("ratelimit: NewMemory wants a clock and room")
	}
	if rate.Count < 1 || rate.Period/time.Duration(rate.Count) < 1 {
		return nil, fmt.Errorf("ratelimit: %d per %s is no rate", rate.Count, rate.Period)
	}
	store, err := memstore.New(keys)
	if err != nil {
		return nil, fmt.Errorf("ratelimit: make store: %w", err)
	}
	store.SetTimeNow(clk.Now)
	gcra, err := throttled.NewGCRARateLimiterCtx(throttled.WrapStoreWithContext(store), throttled.RateQuota{
		MaxRate: throttled.PerDuration(rate.Count, rate.Period), MaxBurst: rate.Count - 1,
	})
	if err != nil {
		return nil, fmt.Errorf("ratelimit: make limiter: %w", err)
	}
	gcra.SetMaxCASAttemptsLimit(patience)
	return &Memory{gcra: gcra}, nil
}

// Take implements Limiter.
func (m *Memory) Take(ctx context.Context, key string) (State, error) { return m.count(ctx, key, 1) }

// Peek implements Limiter.
func (m *Memory) Peek(ctx context.Context, key string) (State, error) { return m.count(ctx, key, 0) }

func (m *Memory) count(ctx context.Context, key string, events int) (State, error) {
	limited, result, err := m.gcra.RateLimitCtx(ctx, key, events)
	if err != nil {
		return State{}, fmt.Errorf("ratelimit: count: %w", err)
	}
	return State{
		Limited: limited, Remaining: result.Remaining, ResetAfter: result.ResetAfter, RetryAfter: max(0, result.RetryAfter),
	}, nil
}

// MemorySlots are Slots of this process.
type MemorySlots struct {
	most int

	mu    sync.Mutex
	taken map[string]int
}

var _ Slots = (*MemorySlots)(nil)

// NewMemorySlots makes slots, most of them for each key.
func NewMemorySlots(most int) (*MemorySlots, error) {
	if most < 1 {
		return nil, fmt.Errorf("ratelimit: %d is no number of slots", most)
	}
	return &MemorySlots{most: most, taken: map[string]int{}}, nil
}

// Enter implements Slots.
func (s *MemorySlots) Enter(_ context.Context, key string) (free int, entered bool, leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[key] >= s.most {
		return 0, false, func() {}, nil
	}
	s.taken[key]++
	return s.most - s.taken[key], true, sync.OnceFunc(func() { s.leave(key) }), nil
}

func (s *MemorySlots) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken[key]--
	if s.taken[key] == 0 {
		delete(s.taken, key)
	}
}

// Keys is how many callers are inside.
func (s *MemorySlots) Keys() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.taken)
}
