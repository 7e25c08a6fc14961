package mock

import (
	"errors"
	"math/rand/v2"
	"sync"

	"github.com/lattice-money/lattice/internal/accounts"
)

// errMadeUp is a failure of a vendor that is not well.
var errMadeUp = errors.New("mock: a made-up failure")

// WithFaults makes the linker misbehave as the vendor may: calls fail, cursors are refused, orders come twice. The same seed
// misbehaves the same way on the same calls; zero behaves.
func WithFaults(seed uint64) Option {
	return func(l *Linker) {
		if seed != 0 {
			l.faults = &faults{draw: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // it is to be the same every time
		}
	}
}

// faults decides which calls go wrong; a nil one decides for none.
type faults struct {
	mu   sync.Mutex
	draw *rand.Rand
}

func (f *faults) oneIn(chance int) bool {
	if f == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.draw.IntN(chance) == 0
}

func (f *faults) fail() error {
	if f.oneIn(8) {
		return errMadeUp
	}
	return nil
}

func (f *faults) refusesCursor() bool { return f.oneIn(16) }

func (f *faults) repeat(orders []accounts.Order) []accounts.Order {
	if len(orders) == 0 || !f.oneIn(4) {
		return orders
	}
	return append(append([]accounts.Order{}, orders...), orders[0])
}
