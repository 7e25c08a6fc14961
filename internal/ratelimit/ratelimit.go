// Package ratelimit counts how often callers do things and how many things they do at a time. What counts is small and
// the same for every store, so that one that several processes share can take the place of the one in memory; all pass
// one conformance suite.
//
// Rates are the generic cell rate algorithm: a quota that is spent at once comes back evenly over the period, without the
// double burst at the seam of two fixed windows.
package ratelimit

import (
	"context"
	"time"
)

// Rate is how often something may happen: Count times at once, and again as Period passes.
type Rate struct {
	Count  int
	Period time.Duration
}

// State is where a caller stands after being counted.
type State struct {
	// Limited means that the event was one too many, and was not counted.
	Limited bool
	// Remaining is how many more would pass right now.
	Remaining int
	// ResetAfter is how long it takes until the whole quota is there again.
	ResetAfter time.Duration
	// RetryAfter is how long it takes until the next event passes; zero unless nothing remains.
	RetryAfter time.Duration
}

// Limiter counts events by key against one rate. It may be used from several goroutines; of many events at once exactly
// as many pass as the rate allows. What it remembers is bounded: a store that is full forgets who was idle longest.
type Limiter interface {
	// Take counts one event under key.
	Take(ctx context.Context, key string) (State, error)
	// Peek tells where key stands and counts nothing.
	Peek(ctx context.Context, key string) (State, error)
}

// Slots counts what goes on at a time by key. It may be used from several goroutines and remembers a key only as long as
// something goes on under it.
type Slots interface {
	// Enter takes a slot of key; entered is false where all are taken. free is how many are left. leave gives the slot
	// back; it is never nil, and calling it again does nothing.
	Enter(ctx context.Context, key string) (free int, entered bool, leave func(), err error)
}
