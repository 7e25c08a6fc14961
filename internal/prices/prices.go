// Package prices knows what products cost: what the product feed tells of its listings, which everybody may see, and what
// each person paid, which is theirs alone. It looks at the feed from time to time and keeps what changed.
package prices

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Availability of a product at its merchant.
const (
	InStock    = "in_stock"
	OutOfStock = "out_of_stock"
	Unknown    = "unknown"
)

// Product is an article of a merchant with its newest price. Source is engine.FromOrder where only the user's own orders
// tell of it.
type Product struct {
	ID           uuid.UUID
	Name         string
	Merchant     string
	MerchantSlug string
	URL          *string
	Current      money.Money
	SeenAt       time.Time
	Availability string
	Source       engine.Source
	Mock         bool
}

// Price is what a product cost from At on. The feed told it again until LastSeenAt; an order tells it once.
type Price struct {
	At            time.Time
	LastSeenAt    time.Time
	Price         money.Money
	Source        engine.Source
	TransactionID *uuid.UUID

	key string
}

// ErrProductNotFound also stands for what others bought.
var ErrProductNotFound = apperr.NotFound()

// ProductCursor is where a list of products goes on.
type ProductCursor struct {
	Name string    `json:"n"`
	ID   uuid.UUID `json:"i"`
}

// PriceCursor is where a list of prices goes on: before this time.
type PriceCursor struct {
	At  time.Time `json:"a"`
	Key string    `json:"k"`
}

// Config is what the service is made of; every field is required.
type Config struct {
	Pool     *pgxpool.Pool
	Clock    clock.Clock
	Feed     Feed
	Poster   Poster
	Mailer   Mailer
	Notifier Notifier
	Auditor  Auditor
	Logger   *slog.Logger
}

// Service reads and keeps prices, and watches them for whoever asks.
type Service struct {
	Config

	q *queries.Queries
}

// New makes the service.
func New(config Config) (*Service, error) {
	if config.Pool == nil || config.Clock == nil || config.Feed == nil || config.Poster == nil || config.Mailer == nil ||
		config.Notifier == nil || config.Auditor == nil || config.Logger == nil {
		return nil, errors.New("prices: New wants every dependency")
	}
	return &Service{Config: config, q: queries.New()}, nil
}

// ProductsParams selects a page of products. Every word of Query has to occur in the name or the merchant's.
type ProductsParams struct {
	UserID uuid.UUID
	Query  string
	Limit  int
	After  *ProductCursor
}

// Products lists what the feed lists and what the user bought, by name.
func (s *Service) Products(ctx context.Context, params ProductsParams) (paging.Page[Product, ProductCursor], error) {
	var after ProductCursor
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.ProductList(ctx, s.Pool, queries.ProductListParams{
		UserID: params.UserID, Words: strings.FieldsFunc(strings.ToLower(params.Query), unicode.IsSpace),
		AfterName: after.Name, AfterID: after.ID, RowLimit: paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Product, ProductCursor]{}, fmt.Errorf("list products: %w", err)
	}
	products := make([]Product, len(rows))
	for i, row := range rows {
		products[i] = fromDBProduct(row)
	}
	return paging.Cut(products, params.Limit, func(p Product) ProductCursor { return ProductCursor{Name: p.Name, ID: p.ID} }), nil
}

func fromDBProduct(row queries.ProductListRow) Product {
	product := Product{
		ID: row.Product.ID, Name: row.Product.Name, Merchant: row.MerchantName, MerchantSlug: row.MerchantSlug, URL: row.Product.URL,
		Current: money.Money{Amount: row.Amount, Currency: row.Product.Currency}, SeenAt: row.SeenAt,
		Availability: row.Product.Availability, Source: engine.FromFeed, Mock: row.Product.Mock,
	}
	if row.Product.UserID != nil {
		product.Source = engine.FromOrder
	}
	return product
}

// ListPricesParams selects a page of a product's prices.
type ListPricesParams struct {
	UserID    uuid.UUID
	ProductID uuid.UUID
	Limit     int
	Before    *PriceCursor
}

// Prices lists what the feed told of a product and what the user paid for it, newest first. Errors: ErrProductNotFound.
func (s *Service) Prices(ctx context.Context, params ListPricesParams) (paging.Page[Price, PriceCursor], error) {
	product, err := s.get(ctx, s.Pool, params.UserID, params.ProductID)
	if err != nil {
		return paging.Page[Price, PriceCursor]{}, err
	}
	before := PriceCursor{At: paging.End()}
	if params.Before != nil {
		before = *params.Before
	}
	rows, err := s.q.PriceList(ctx, s.Pool, queries.PriceListParams{
		UserID: params.UserID, MerchantID: product.Product.MerchantID, Sku: product.Product.Sku,
		BeforeAt: before.At, BeforeKey: before.Key, RowLimit: paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Price, PriceCursor]{}, fmt.Errorf("list prices: %w", err)
	}
	list := make([]Price, len(rows))
	for i, row := range rows {
		list[i] = Price{
			At: row.At, LastSeenAt: row.LastSeenAt, Price: money.Money{Amount: row.Amount, Currency: row.Currency},
			Source: engine.Source(row.Source), key: row.Key,
		}
		if id, _, ordered := strings.Cut(row.Key, "/"); ordered {
			order, err := uuid.Parse(id)
			if err != nil {
				return paging.Page[Price, PriceCursor]{}, fmt.Errorf("read key of a price: %w", err)
			}
			list[i].TransactionID = &order
		}
	}
	return paging.Cut(list, params.Limit, func(p Price) PriceCursor { return PriceCursor{At: p.At, Key: p.key} }), nil
}

func (s *Service) get(ctx context.Context, on queries.DBTX, userID, productID uuid.UUID) (queries.ProductGetRow, error) {
	product, err := s.q.ProductGet(ctx, on, queries.ProductGetParams{ID: productID, UserID: userID})
	if postgres.IsNoRows(err) {
		return queries.ProductGetRow{}, ErrProductNotFound
	}
	if err != nil {
		return queries.ProductGetRow{}, fmt.Errorf("get product: %w", err)
	}
	return product, nil
}
