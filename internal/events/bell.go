// Package events tells readers that something they watch has changed. What is told is an id, never data: readers read
// the rows again, so a lost or doubled ring does no harm.
package events

import (
	"sync"

	"github.com/google/uuid"
)

// JobQueued is rung when a job was queued, so that workers look at once.
var JobQueued = uuid.MustParse("5f0c3f4e-6a0b-4d0e-9a51-6c6174746a71")

// Bell wakes the listeners of an id within this process. The zero value is not usable; see NewBell.
type Bell struct {
	mu        sync.Mutex
	listeners map[uuid.UUID]map[chan struct{}]struct{}
}

// NewBell makes a bell nobody listens to yet.
func NewBell() *Bell {
	return &Bell{listeners: map[uuid.UUID]map[chan struct{}]struct{}{}}
}

// Listen returns a channel that holds at most one pending wake-up for id, and how to stop listening. Listen before
// reading the rows, else a change between the two is missed.
func (b *Bell) Listen(id uuid.UUID) (wake <-chan struct{}, stop func()) {
	channel := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners[id] == nil {
		b.listeners[id] = map[chan struct{}]struct{}{}
	}
	b.listeners[id][channel] = struct{}{}
	return channel, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners[id], channel)
		if len(b.listeners[id]) == 0 {
			delete(b.listeners, id)
		}
	}
}

// Ring wakes every listener of id. It never waits: a listener that has not looked since the last ring needs no second one.
func (b *Bell) Ring(id uuid.UUID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for channel := range b.listeners[id] {
		select {
		case channel <- struct{}{}:
		default:
		}
	}
}

// RingAll wakes everybody: something may have been missed.
func (b *Bell) RingAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, listeners := range b.listeners {
		for channel := range listeners {
			select {
			case channel <- struct{}{}:
			default:
			}
		}
	}
}
