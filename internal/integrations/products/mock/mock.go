// Package mock tells prices that are made up. It answers what a live feed would, from nothing but its catalogue, the
// articles it is given and the clock: the same question at the same time has the same answer in every process, and a price
// once told never changes. Each article has one price a day, told in the morning.
package mock

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/prices"
)

const (
	currency = "USD"
	// toldAt is when the price of a day is told, after midnight UTC.
	toldAt = 6 * time.Hour
	// HistoryDays is how far back prices are told: a year and a half, enough to know a season.
	HistoryDays = 548
	day         = 24 * time.Hour
)

// Article is something a shop sells, at a price everybody pays.
type Article struct {
	MerchantID int64
	SKU        string
	Name       string
	URL        string
	PriceOn    func(at time.Time) int64 // cents
}

// Feed implements prices.Feed. It is safe for concurrent use.
type Feed struct {
	clock    clock.Clock
	articles []Article
	index    map[prices.Ref]int
}

var _ prices.Feed = (*Feed)(nil)

//go:embed catalogue.yaml
var catalogueFile embed.FS

type entry struct {
	Merchant int64  `yaml:"merchant"`
	SKU      string `yaml:"sku"`
	Name     string `yaml:"name"`
	Class    Class  `yaml:"class"`
	Price    int64  `yaml:"price"`
	Ending   int64  `yaml:"ending"`
}

// New makes a feed for which it is now what clk says. It lists its catalogue and the given articles of other shops; where
// both have one, the given.
func New(clk clock.Clock, shops []Article) (*Feed, error) {
	if clk == nil {
		return nil, errors.New("mock: New wants a clock")
	}
	entries, err := readCatalogue()
	if err != nil {
		return nil, err
	}
	feed := &Feed{clock: clk, index: map[prices.Ref]int{}}
	for _, article := range shops {
		feed.add(article)
	}
	for _, e := range entries {
		feed.add(Article{
			MerchantID: e.Merchant, SKU: e.SKU, Name: e.Name, URL: fmt.Sprintf("https://shop.example/%d/%s", e.Merchant, e.SKU),
			PriceOn: e.priceOn(),
		})
	}
	return feed, nil
}

func readCatalogue() ([]entry, error) {
	content, err := catalogueFile.ReadFile("catalogue.yaml")
	if err != nil {
		return nil, fmt.Errorf("mock: read catalogue: %w", err)
	}
	var entries []entry
	if err := yaml.Unmarshal(content, &entries); err != nil {
		return nil, fmt.Errorf("mock: read catalogue: %w", err)
	}
	return entries, nil
}

// priceOn computes the path once, as far as it is asked for.
func (e entry) priceOn() func(at time.Time) int64 {
	var mu sync.Mutex
	var path []int64
	return func(at time.Time) int64 {
		mu.Lock()
		defer mu.Unlock()
		wanted := max(0, dayNumber(at))
		if wanted >= len(path) {
			path = Path(e.Class, e.SKU, e.Price, e.Ending, wanted+HistoryDays)
		}
		return path[wanted]
	}
}

func (f *Feed) add(article Article) {
	ref := prices.Ref{MerchantID: article.MerchantID, SKU: article.SKU}
	if _, known := f.index[ref]; known {
		return
	}
	f.index[ref] = len(f.articles)
	f.articles = append(f.articles, article)
}

// Listings answers every article, all in stock.
func (f *Feed) Listings(ctx context.Context) ([]prices.Listing, error) {
	listings := make([]prices.Listing, len(f.articles))
	for i, article := range f.articles {
		listings[i] = prices.Listing{
			Ref: prices.Ref{MerchantID: article.MerchantID, SKU: article.SKU}, Name: article.Name, URL: article.URL,
			Currency: currency, Availability: prices.InStock, Mock: true,
		}
	}
	return listings, ctx.Err()
}

// ErrNotListed means that the feed does not know the article.
var ErrNotListed = errors.New("mock: this article is not listed")

// Prices answers the price of each day after the given moment, from HistoryDays ago on. Errors: ErrNotListed.
func (f *Feed) Prices(ctx context.Context, ref prices.Ref, after time.Time) ([]prices.Told, error) {
	i, known := f.index[ref]
	if !known {
		return nil, ErrNotListed
	}
	now := f.clock.Now().UTC()
	first := now.Truncate(day).AddDate(0, 0, -HistoryDays)
	if after.After(first) {
		first = after.UTC().Truncate(day)
	}
	var told []prices.Told
	for morning := first.Add(toldAt); !morning.After(now); morning = morning.Add(day) {
		if morning.After(after) {
			told = append(told, prices.Told{At: morning, Price: money.Money{Amount: f.articles[i].PriceOn(morning), Currency: currency}})
		}
	}
	return told, ctx.Err()
}
