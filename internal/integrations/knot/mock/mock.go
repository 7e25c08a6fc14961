// Package mock links merchant accounts that do not exist. It answers what the live vendor would, from nothing but the
// user's reference, the catalogues under catalogue/ and the clock: the same question at the same time has the same
// answer in every process, and an order once answered never changes.
//
// All that a Linker remembers, it remembers until the process ends: which accounts were unlinked and who asked for the
// card switcher. What must outlive the process is in our own database.
package mock

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
)

// SessionLifetime is how long a session stays open, as long as the vendor's.
const SessionLifetime = 30 * time.Minute

var errNoUserRef = errors.New("mock: userRef is empty")

// Linker implements accounts.Linker. It is safe for concurrent use.
type Linker struct {
	clock    clock.Clock
	personas map[string]Persona

	mu        sync.Mutex
	unlinked  map[string]map[int64]bool // by userRef and merchant
	switching map[string]bool           // by userRef: has asked for the card switcher
}

var _ accounts.Linker = (*Linker)(nil)

// Option changes what New makes.
type Option func(*Linker)

// WithPersonas makes certain users, by userRef, shop as given instead of as their reference decides. People whose orders
// were seeded with a persona need it here too, or their next sync would not find the orders they have.
func WithPersonas(personas map[string]Persona) Option {
	return func(l *Linker) { maps.Copy(l.personas, personas) }
}

// New makes a linker for which it is now what clk says.
func New(clk clock.Clock, options ...Option) (*Linker, error) {
	if clk == nil {
		return nil, errors.New("mock: New wants a clock")
	}
	l := &Linker{clock: clk, personas: map[string]Persona{}, unlinked: map[string]map[int64]bool{}, switching: map[string]bool{}}
	for _, option := range options {
		option(l)
	}
	for userRef, persona := range l.personas {
		if userRef == "" {
			return nil, errNoUserRef
		}
		if err := persona.Validate(); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// StartSession opens a session; what the user has unlinked can be linked again from here on.
func (l *Linker) StartSession(ctx context.Context, userRef, product string) (accounts.LinkSession, error) {
	if err := check(ctx, userRef); err != nil {
		return accounts.LinkSession{}, err
	}
	if product != accounts.ProductTransactions && product != accounts.ProductCardSwitcher {
		return accounts.LinkSession{}, fmt.Errorf("mock: unknown product %q", product)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.unlinked, userRef)
	if product == accounts.ProductCardSwitcher {
		l.switching[userRef] = true
	}
	return accounts.LinkSession{
		ID:          uuid.NewString(), // the one thing that is drawn by lot: two processes must not give out the same
		Environment: "development",
		ClientID:    "lattice-mock",
		ExpiresAt:   l.clock.Now().Add(SessionLifetime),
		Mock:        true,
	}, nil
}

// LinkedAccounts answers the merchants of the user's persona without those unlinked in this process. Cards may be
// changed only after a session for the card switcher, where the merchant offers it.
func (l *Linker) LinkedAccounts(ctx context.Context, userRef string) ([]accounts.VendorAccount, error) {
	if err := check(ctx, userRef); err != nil {
		return nil, err
	}
	persona := l.personas[userRef]
	l.mu.Lock()
	defer l.mu.Unlock()
	linked := []accounts.VendorAccount{}
	for _, m := range persona.merchants(userRef) {
		if l.unlinked[userRef][m.ID] {
			continue
		}
		name := persona.AccountName
		if name == "" {
			name = m.Name + " account"
		}
		linked = append(linked, accounts.VendorAccount{
			MerchantID: m.ID, AccountName: name, Transactions: true, Cards: l.switching[userRef] && m.switchesCards(),
		})
	}
	return linked, nil
}

// Orders answers the orders of a linked account up to now. See the function Orders.
func (l *Linker) Orders(ctx context.Context, userRef string, merchantID int64) ([]accounts.Order, error) {
	if err := check(ctx, userRef); err != nil {
		return nil, err
	}
	persona := l.personas[userRef]
	if !persona.uses(userRef, merchantID) || l.isUnlinked(userRef, merchantID) {
		return nil, accounts.ErrNotLinked
	}
	return Orders(userRef, persona, merchantID, l.clock.Now()), nil
}

// Unlink forgets an account until the user's next session.
func (l *Linker) Unlink(ctx context.Context, userRef string, merchantID int64) error {
	if err := check(ctx, userRef); err != nil {
		return err
	}
	if !l.personas[userRef].uses(userRef, merchantID) {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unlinked[userRef] == nil {
		l.unlinked[userRef] = map[int64]bool{}
	}
	l.unlinked[userRef][merchantID] = true
	return nil
}

func (l *Linker) isUnlinked(userRef string, merchantID int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.unlinked[userRef][merchantID]
}

func check(ctx context.Context, userRef string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if userRef == "" {
		return errNoUserRef
	}
	return nil
}
