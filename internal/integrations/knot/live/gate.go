package live

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/lattice-money/lattice/internal/clock"
)

const (
	breakerFailures = 8
	breakerDelay    = 5 * time.Second
	// mostPause is the longest that the vendor is left alone because it asked for it.
	mostPause = time.Hour
)

// NotAskedError means that nobody was called: the vendor did not answer well just now, or wished to be left alone.
type NotAskedError struct {
	Operation string
	Until     time.Time // when the pause ends that the vendor asked for; zero where it is one of ours
}

// Error implements error.
func (e *NotAskedError) Error() string {
	if e.Until.IsZero() {
		return fmt.Sprintf("knot: %s: not asked, since it did not answer well just now", e.Operation)
	}
	return fmt.Sprintf("knot: %s: not asked, since it wished to be left alone until %s", e.Operation, e.Until.Format(time.RFC3339))
}

func notAsked(err error) bool {
	_, is := errors.AsType[*NotAskedError](err)
	return is
}

// gate decides whether the vendor is asked at all. It is the breaker by hand rather than as a policy, since a policy counts
// every call as good or bad, and one whose caller left is neither.
type gate struct {
	clock   clock.Clock
	breaker circuitbreaker.CircuitBreaker[[]byte]

	mu        sync.Mutex // held while a permit is taken or given back
	notBefore time.Time  // guarded by mu
}

// newGate makes an open gate. After its pause the breaker lets one call through, whose end decides.
func newGate(clk clock.Clock, patience Patience) *gate {
	return &gate{clock: clk, breaker: circuitbreaker.NewBuilder[[]byte]().
		WithFailureThreshold(breakerFailures).
		WithSuccessThreshold(1).
		WithDelay(cmp.Or(patience.BreakerDelay, breakerDelay)).
		Build()}
}

// enter asks for leave to call. It reports whether the call is the one that tries whether the vendor is well again. Who got
// leave must call leave. Errors: *NotAskedError.
func (g *gate) enter(operation string) (trial bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.clock.Now().Before(g.notBefore) {
		return false, &NotAskedError{Operation: operation, Until: g.notBefore}
	}
	if !g.breaker.TryAcquirePermit() {
		return false, &NotAskedError{Operation: operation}
	}
	return g.breaker.IsHalfOpen(), nil
}

// leave notes how a call ended. One whose caller left tells nothing; was it the trial, the next one is.
func (g *gate) leave(trial, callerLeft bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case err != nil && callerLeft:
		if trial && g.breaker.IsHalfOpen() { // there is no other way to give its permit back
			g.breaker.Open()
			g.breaker.HalfOpen()
		}
	case err != nil && ill(err):
		g.breaker.RecordFailure()
	default:
		g.breaker.RecordSuccess()
	}
	if refusal, ok := errors.AsType[*Error](err); ok && refusal.RetryAfter > mostRetryAfter {
		until := g.clock.Now().Add(min(refusal.RetryAfter, mostPause))
		if until.After(g.notBefore) {
			g.notBefore = until
		}
	}
}
