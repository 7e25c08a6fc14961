package prices

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Feed is what this domain needs of a vendor that knows prices. Both methods honour ctx and may be called from several
// goroutines.
type Feed interface {
	// Listings answers all articles the feed lists.
	Listings(ctx context.Context) ([]Listing, error)
	// Prices answers what an article cost at moments after a given one, oldest first; at most a few years of them. That it
	// cannot tell is an error: no price is ever made of it.
	Prices(ctx context.Context, ref Ref, after time.Time) ([]Told, error)
}

// Ref names an article: the merchant, by the number it has with us, and the merchant's own number of the article.
type Ref struct {
	MerchantID int64
	SKU        string
}

// Listing is an article the feed lists.
type Listing struct {
	Ref

	Name         string
	URL          string // empty where there is none
	Currency     string // ISO 4217
	Availability string // InStock, OutOfStock or Unknown
	Mock         bool   // its prices are made up
}

// Told is a price as the feed tells it, of one unit.
type Told struct {
	At    time.Time
	Price money.Money
}

// NoFeed lists nothing: prices are then known from orders alone.
type NoFeed struct{}

var _ Feed = NoFeed{}

// Listings implements Feed.
func (NoFeed) Listings(context.Context) ([]Listing, error) { return nil, nil }

// Prices implements Feed.
func (NoFeed) Prices(context.Context, Ref, time.Time) ([]Told, error) { return nil, nil }

// sameRun is how long the feed may be silent for a price that is told again to count as one that never changed.
const sameRun = 49 * time.Hour

// ReadFeed asks the feed for news of everything it lists and keeps them. What cannot be read of one article keeps the
// others from nothing, and changes nothing of its own. It may run twice, and in two processes at once. It returns how many
// prices were new.
func (s *Service) ReadFeed(ctx context.Context) (int, error) {
	listings, err := s.Feed.Listings(ctx)
	if err != nil {
		return 0, fmt.Errorf("read listings: %w", err)
	}
	stored, failed := 0, 0
	for _, listing := range listings {
		count, err := s.readListing(ctx, listing)
		stored += count
		if ctx.Err() != nil {
			return stored, ctx.Err()
		}
		if err != nil {
			failed++
			s.Logger.WarnContext(ctx, "prices of a product not read", "merchant_id", listing.MerchantID, "sku", listing.SKU, "error", err)
		}
	}
	if failed > 0 && failed == len(listings) {
		return stored, errors.New("prices: no product could be read")
	}
	return stored, nil
}

func (s *Service) readListing(ctx context.Context, listing Listing) (int, error) {
	if _, known := money.Exponent(listing.Currency); !known || listing.SKU == "" || listing.Name == "" {
		return 0, errors.New("prices: a listing without a name, a number or a known currency")
	}
	row := queries.ListingUpsertParams{
		ID: uuid.Must(uuid.NewV7()), MerchantID: listing.MerchantID, Sku: listing.SKU, Name: listing.Name, Currency: listing.Currency,
		Availability: listing.Availability, Mock: listing.Mock, CreatedAt: s.Clock.Now(),
	}
	if listing.URL != "" {
		row.URL = &listing.URL
	}
	id, err := s.q.ListingUpsert(ctx, s.Pool, row)
	if err != nil {
		return 0, fmt.Errorf("store listing: %w", err)
	}
	newest, err := s.newest(ctx, s.Pool, id)
	if err != nil {
		return 0, err
	}
	told, err := s.Feed.Prices(ctx, listing.Ref, newest.LastSeenAt)
	if err != nil || len(told) == 0 {
		return 0, err
	}
	return postgres.WithTxV(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) (int, error) { return s.store(ctx, tx, id, told) })
}

// newest is the last price known of a product, the zero one where there is none.
func (s *Service) newest(ctx context.Context, on queries.DBTX, id uuid.UUID) (queries.PriceObservation, error) {
	newest, err := s.q.PriceNewest(ctx, on, id)
	if err != nil && !postgres.IsNoRows(err) {
		return queries.PriceObservation{}, fmt.Errorf("get newest price: %w", err)
	}
	return newest, nil
}

// store keeps prices as runs: a price that is told again only moves the end of its run.
func (s *Service) store(ctx context.Context, tx pgx.Tx, id uuid.UUID, told []Told) (int, error) {
	if _, err := s.q.ProductGetForUpdate(ctx, tx, id); err != nil {
		return 0, fmt.Errorf("lock product: %w", err)
	}
	last, err := s.newest(ctx, tx, id) // again, since another process may have been here
	if err != nil {
		return 0, err
	}
	lastID, seen := last.At, last.LastSeenAt
	count := 0
	var runs []queries.PriceInsertParams
	for _, price := range told {
		if !price.At.After(last.LastSeenAt) || price.Price.Amount <= 0 {
			continue
		}
		count++
		same := price.Price.Amount == last.Amount && price.Price.Currency == last.Currency && price.At.Sub(last.LastSeenAt) <= sameRun
		switch {
		case !same:
			runs = append(runs, queries.PriceInsertParams{
				ProductID: id, At: price.At, LastSeenAt: price.At, Amount: price.Price.Amount, Currency: price.Price.Currency,
			})
		case len(runs) > 0:
			runs[len(runs)-1].LastSeenAt = price.At
		default:
			seen = price.At
		}
		last.Amount, last.Currency, last.LastSeenAt = price.Price.Amount, price.Price.Currency, price.At
	}
	if count == 0 {
		return 0, nil
	}
	if !lastID.IsZero() {
		if err := s.q.PriceSeenAgain(ctx, tx, queries.PriceSeenAgainParams{ProductID: id, At: lastID, LastSeenAt: seen}); err != nil {
			return 0, fmt.Errorf("extend price: %w", err)
		}
	}
	if _, err := s.q.PriceInsert(ctx, tx, runs); err != nil {
		return 0, fmt.Errorf("insert prices: %w", err)
	}
	return count, nil
}
