// Package merchants knows the merchants: what they are called, what they sell, which cards they take. It is reference
// data that only a migration changes, and a vendor that knows more merchants, so it is read once a minute at most, and
// when one is missing.
package merchants

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/paging"
)

// Merchant is one merchant of the catalogue. AcceptedNetworks is empty where all are taken.
type Merchant struct {
	ID               int64
	Slug             string
	Name             string
	Category         string
	LogoURL          string // https, or empty
	Aliases          []string
	Products         []string // what can be linked there: transactions, card_switcher
	AcceptedNetworks []string
	Linkable         bool
}

// Service answers from memory while what was read is fresh.
type Service struct {
	pool  *pgxpool.Pool
	clock clock.Clock

	mu      sync.Mutex
	all     []Merchant
	lexicon spending.Lexicon
	readAt  time.Time
}

// lifetime is how long a merchant that another process, or an account that was linked, has added may be unknown here.
const lifetime = time.Minute

// New makes the service.
func New(pool *pgxpool.Pool, clk clock.Clock) (*Service, error) {
	if pool == nil || clk == nil {
		return nil, errors.New("merchants: New wants a pool and a clock")
	}
	return &Service{pool: pool, clock: clk}, nil
}

// List returns all merchants by id. The slice is shared: callers must not change it.
func (s *Service) List(ctx context.Context) ([]Merchant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if s.all != nil && now.Before(s.readAt.Add(lifetime)) {
		return s.all, nil
	}
	rows, err := queries.New().MerchantList(ctx, s.pool)
	if err != nil {
		return nil, fmt.Errorf("list merchants: %w", err)
	}
	all := make([]Merchant, len(rows))
	known := make([]spending.Merchant, len(rows))
	for i, row := range rows {
		all[i] = Merchant{
			ID: row.ID, Slug: row.Slug, Name: row.Name, Category: row.Category, LogoURL: row.LogoURL, Aliases: row.Aliases,
			Products: row.Products, AcceptedNetworks: row.AcceptedNetworks, Linkable: row.Linkable,
		}
		known[i] = spending.Merchant{Slug: row.Slug, Name: row.Name, Category: row.Category, Aliases: row.Aliases}
	}
	s.all, s.lexicon, s.readAt = all, spending.NewLexicon(known), now
	return all, nil
}

// Cursor is where a list of merchants goes on.
type Cursor struct {
	Name string `json:"n"`
	ID   int64  `json:"i"`
}

// LinkableParams selects a page of the merchants that can be linked; Query is part of a name.
type LinkableParams struct {
	Query string
	Limit int
	After *Cursor
}

// Linkable returns the merchants that can be linked, by name.
func (s *Service) Linkable(ctx context.Context, params LinkableParams) (paging.Page[Merchant, Cursor], error) {
	all, err := s.offered(ctx)
	if err != nil {
		return paging.Page[Merchant, Cursor]{}, err
	}
	cursorOf := func(m Merchant) Cursor { return Cursor{Name: m.Name, ID: m.ID} }
	compare := func(a, b Cursor) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }
	var found []Merchant
	for _, merchant := range all {
		named := strings.Contains(strings.ToLower(merchant.Name), strings.ToLower(params.Query))
		if merchant.Linkable && named && (params.After == nil || compare(cursorOf(merchant), *params.After) > 0) {
			found = append(found, merchant)
		}
	}
	slices.SortFunc(found, func(a, b Merchant) int { return compare(cursorOf(a), cursorOf(b)) })
	return paging.Cut(found, params.Limit, cursorOf), nil
}

// offered are the merchants with what can be linked there now: what the vendor offers where it was asked, else what the
// catalogue says.
func (s *Service) offered(ctx context.Context) ([]Merchant, error) {
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	offers, err := queries.New().MerchantOfferList(ctx, s.pool)
	if err != nil {
		return nil, fmt.Errorf("list offers: %w", err)
	}
	if len(offers) == 0 {
		return all, nil
	}
	products := map[int64][]string{}
	for _, offer := range offers {
		products[offer.MerchantID] = append(products[offer.MerchantID], offer.Product)
	}
	known := map[int64]bool{}
	var offered []Merchant
	for _, merchant := range all {
		known[merchant.ID] = true
		if merchant.Products = products[merchant.ID]; len(merchant.Products) > 0 {
			merchant.Linkable = true
			offered = append(offered, merchant)
		}
	}
	for id := range products {
		if !known[id] { // the vendor has a merchant more since the list was read
			s.forget()
			return s.offered(ctx)
		}
	}
	return offered, nil
}

// forget has the list read again.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = nil
}

// Lexicon finds the merchants in what people write.
func (s *Service) Lexicon(ctx context.Context) (spending.Lexicon, error) {
	if _, err := s.List(ctx); err != nil {
		return spending.Lexicon{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lexicon, nil
}

// AcceptedNetworks returns, by slug, the card networks of the merchants that do not take all of them.
func (s *Service) AcceptedNetworks(ctx context.Context) (map[string][]string, error) {
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	networks := map[string][]string{}
	for _, merchant := range all {
		if len(merchant.AcceptedNetworks) > 0 {
			networks[merchant.Slug] = merchant.AcceptedNetworks
		}
	}
	return networks, nil
}
