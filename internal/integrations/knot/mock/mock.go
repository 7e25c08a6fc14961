// Package mock links merchant accounts that do not exist. It answers what the live vendor would, from nothing but the
// user's reference, the catalogues under catalogue/ and the clock: the same question at the same time has the same
// answer in every process, and an order once answered never changes.
//
// All that a Linker remembers, it remembers until the process ends: which accounts were unlinked and who asked for the
// card switcher. What must outlive the process is in our own database.
package mock

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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

	faults *faults // nil: none

	mu        sync.Mutex
	unlinked  map[string]map[int64]bool // by userRef and merchant
	switching map[string]bool           // by userRef: has asked for the card switcher
	tasks     map[string]string         // by userRef: the card switch that waits for a card
	sessions  map[string]time.Time      // when each ends
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
	l := &Linker{
		clock: clk, personas: map[string]Persona{}, unlinked: map[string]map[int64]bool{}, switching: map[string]bool{},
		tasks: map[string]string{}, sessions: map[string]time.Time{},
	}
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

// Mock implements accounts.Links.
func (l *Linker) Mock() bool { return true }

// StartSession opens a session; what the user has unlinked can be linked again from here on. One for the card switcher
// begins a task at the first merchant of the user's that offers it, as if they had signed in there.
func (l *Linker) StartSession(ctx context.Context, userRef, product, cardID string) (accounts.LinkSession, error) {
	if err := l.check(ctx, userRef); err != nil {
		return accounts.LinkSession{}, err
	}
	if product != accounts.ProductTransactions && product != accounts.ProductCardSwitcher {
		return accounts.LinkSession{}, fmt.Errorf("mock: unknown product %q", product)
	}
	if product == accounts.ProductCardSwitcher && cardID == "" {
		return accounts.LinkSession{}, errors.New("mock: the card switcher wants a card")
	}
	session := accounts.LinkSession{
		ID:          uuid.NewString(), // the one thing that is drawn by lot: two processes must not give out the same
		Environment: "development",
		ClientID:    "lattice-mock",
		ExpiresAt:   l.clock.Now().Add(SessionLifetime),
		Mock:        true,
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.unlinked, userRef)
	l.sessions[session.ID] = session.ExpiresAt
	if product == accounts.ProductCardSwitcher {
		l.switching[userRef] = true
		l.tasks[userRef] = taskID(session.ID)
	}
	return session, nil
}

// taskID is a number, as the vendor's are, that belongs to one session.
func taskID(sessionID string) string {
	sum := sha256.Sum256([]byte(sessionID))
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(sum[:4])), 10)
}

// ExtendSession keeps a session of this process open longer.
func (l *Linker) ExtendSession(ctx context.Context, _, sessionID string) (time.Time, error) {
	if err := l.begin(ctx); err != nil {
		return time.Time{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if !l.sessions[sessionID].After(now) {
		return time.Time{}, accounts.ErrSessionOver
	}
	l.sessions[sessionID] = now.Add(SessionLifetime)
	return l.sessions[sessionID], nil
}

// Merchants answers those of the catalogues.
func (l *Linker) Merchants(ctx context.Context, product string) ([]accounts.VendorMerchant, error) {
	if err := l.begin(ctx); err != nil {
		return nil, err
	}
	if product != accounts.ProductTransactions && product != accounts.ProductCardSwitcher {
		return nil, fmt.Errorf("mock: unknown product %q", product)
	}
	listed := []accounts.VendorMerchant{}
	for _, m := range catalogue() {
		if slices.Contains(m.Products, product) {
			listed = append(listed, accounts.VendorMerchant{ID: m.ID, Name: m.Name})
		}
	}
	return listed, nil
}

// LinkedAccounts answers the merchants of the user's persona without those unlinked in this process. Cards may be
// changed only after a session for the card switcher, where the merchant offers it.
func (l *Linker) LinkedAccounts(ctx context.Context, userRef string) ([]accounts.VendorAccount, error) {
	if err := l.check(ctx, userRef); err != nil {
		return nil, err
	}
	persona := l.personas[userRef]
	l.mu.Lock()
	defer l.mu.Unlock()
	linked := []accounts.VendorAccount{}
	task := l.tasks[userRef]
	for _, m := range persona.merchants(userRef) {
		if l.unlinked[userRef][m.ID] {
			continue
		}
		name := persona.AccountName
		if name == "" {
			name = m.Name + " account"
		}
		account := accounts.VendorAccount{
			MerchantID: m.ID, MerchantName: m.Name, AccountName: name, Transactions: true, Cards: l.switching[userRef] && m.switchesCards(),
		}
		if account.Cards {
			account.CardTask, task = task, ""
		}
		linked = append(linked, account)
	}
	return linked, nil
}

// pageSize is how many orders there are on a page, the vendor's most.
const pageSize = 100

// OrderPage answers the orders of a linked account up to now, a page at a time. See the function Orders.
func (l *Linker) OrderPage(ctx context.Context, userRef string, merchantID int64, cursor string) (accounts.OrderPage, error) {
	if err := l.check(ctx, userRef); err != nil {
		return accounts.OrderPage{}, err
	}
	orders, err := l.orders(userRef, merchantID)
	if err != nil {
		return accounts.OrderPage{}, err
	}
	begin := 0
	if cursor != "" {
		at, id, ok := parseCursor(cursor)
		if !ok || l.faults.refusesCursor() {
			return accounts.OrderPage{}, accounts.ErrCursorRefused
		}
		begin, _ = slices.BinarySearchFunc(orders, struct{}{}, func(order accounts.Order, _ struct{}) int {
			if cmp.Or(order.PlacedAt.Compare(at), cmp.Compare(order.VendorID, id)) <= 0 {
				return -1
			}
			return 1
		})
	}
	page := accounts.OrderPage{Orders: orders[begin:min(begin+pageSize, len(orders))]}
	if begin+pageSize < len(orders) {
		page.Next = cursorAfter(page.Orders[pageSize-1])
	}
	page.Orders = l.faults.repeat(page.Orders)
	return page, nil
}

// Order answers one of those orders.
func (l *Linker) Order(ctx context.Context, userRef string, merchantID int64, vendorID string) (accounts.Order, error) {
	if err := l.check(ctx, userRef); err != nil {
		return accounts.Order{}, err
	}
	orders, err := l.orders(userRef, merchantID)
	if err != nil {
		return accounts.Order{}, err
	}
	at := slices.IndexFunc(orders, func(order accounts.Order) bool { return order.VendorID == vendorID })
	if at < 0 {
		return accounts.Order{}, accounts.ErrOrderUnknown
	}
	return orders[at], nil
}

func (l *Linker) orders(userRef string, merchantID int64) ([]accounts.Order, error) {
	persona := l.personas[userRef]
	if !persona.uses(userRef, merchantID) || l.isUnlinked(userRef, merchantID) {
		return nil, accounts.ErrNotLinked
	}
	return Orders(userRef, persona, merchantID, l.clock.Now()), nil
}

// A cursor names the last order before the page it begins.
func cursorAfter(order accounts.Order) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", order.PlacedAt.UnixNano(), order.VendorID))
}

func parseCursor(cursor string) (at time.Time, id string, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	nanoseconds, id, found := strings.Cut(string(text), " ")
	number, numberErr := strconv.ParseInt(nanoseconds, 10, 64)
	return time.Unix(0, number), id, err == nil && numberErr == nil && found
}

// Unlink forgets an account until the user's next session.
func (l *Linker) Unlink(ctx context.Context, userRef string, merchantID int64) error {
	if err := l.check(ctx, userRef); err != nil {
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

// DeleteUser forgets a user.
func (l *Linker) DeleteUser(ctx context.Context, userRef string) error {
	if err := l.check(ctx, userRef); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.switching, userRef)
	delete(l.tasks, userRef)
	gone := map[int64]bool{}
	for _, m := range l.personas[userRef].merchants(userRef) {
		gone[m.ID] = true
	}
	l.unlinked[userRef] = gone
	return nil
}

// begin is the beginning of every call, and its end where it fails.
func (l *Linker) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return l.faults.fail()
}

// check is begin for calls that are about somebody.
func (l *Linker) check(ctx context.Context, userRef string) error {
	if userRef == "" {
		return cmp.Or(ctx.Err(), errNoUserRef)
	}
	return l.begin(ctx)
}
