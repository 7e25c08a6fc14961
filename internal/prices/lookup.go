package prices

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
)

const (
	// reach is how far back prices are read for an answer: two years, what a forecast looks at.
	reach = 732 * 24 * time.Hour
	// candidates is how many products are looked at for one that is meant.
	candidates = 200
)

// Match returns the products that may be meant by the words (see engine.Words), best first. What the user bought is among
// them only where own is set.
func (s *Service) Match(ctx context.Context, userID uuid.UUID, words []string, own bool) ([]engine.Match, error) {
	if len(words) == 0 {
		return nil, nil
	}
	terms := make([]string, len(words))
	for i, word := range words {
		terms[i] = "'" + strings.ReplaceAll(word, "'", "") + "':*" // words are letters and digits: nothing to escape
	}
	rows, err := s.q.ProductMatch(ctx, s.Pool, queries.ProductMatchParams{
		UserID: userID, Own: own, Query: strings.Join(terms, " | "), RowLimit: candidates,
	})
	if err != nil {
		return nil, fmt.Errorf("match products: %w", err)
	}
	products := make([]engine.Product, len(rows))
	for i, row := range rows {
		products[i] = engine.Product{
			ID: row.ID.String(), Name: row.Name, MerchantName: row.MerchantName, MerchantSlug: row.MerchantSlug, Own: row.UserID != nil,
		}
	}
	return engine.Rank(words, products), nil
}

// mostTold is how many alerts are told in a sentence.
const mostTold = 10

// Waiting returns the newest of the user's alerts, newest first, by the names of their products.
func (s *Service) Waiting(ctx context.Context, userID uuid.UUID) ([]engine.Waiting, error) {
	page, err := s.Alerts(ctx, ListAlertsParams{UserID: userID, Limit: mostTold})
	if err != nil {
		return nil, err
	}
	waiting := make([]engine.Waiting, 0, len(page.Items))
	for _, alert := range page.Items {
		row, err := s.get(ctx, s.Pool, userID, alert.ProductID)
		if err != nil {
			return nil, err
		}
		waiting = append(waiting, engine.Waiting{
			Product: engine.Product{
				ID: alert.ProductID.String(), Name: row.Product.Name, MerchantName: row.MerchantName, MerchantSlug: row.MerchantSlug,
			},
			Direction: alert.Direction, Target: alert.Target, Phase: alert.Phase,
		})
	}
	return waiting, nil
}

// History returns what is known of a product's prices in the last two years: one observation for each day the feed told a
// price, and, where own is set, what the user paid. Errors: ErrProductNotFound.
func (s *Service) History(ctx context.Context, userID, productID uuid.UUID, own bool) (engine.History, error) {
	return s.history(ctx, s.Pool, userID, productID, own)
}

func (s *Service) history(ctx context.Context, on queries.DBTX, userID, productID uuid.UUID, own bool) (engine.History, error) {
	row, err := s.get(ctx, on, userID, productID)
	if err != nil {
		return engine.History{}, err
	}
	product := row.Product
	if product.UserID != nil && !own {
		return engine.History{}, ErrProductNotFound
	}
	since := s.Clock.Now().Add(-reach)
	runs, err := s.q.PriceListSince(ctx, on, queries.PriceListSinceParams{
		MerchantID: product.MerchantID, Sku: product.Sku, Since: since,
	})
	if err != nil {
		return engine.History{}, fmt.Errorf("list prices: %w", err)
	}
	history := engine.History{
		Product: engine.Product{
			ID: product.ID.String(), Name: product.Name, MerchantName: row.MerchantName, MerchantSlug: row.MerchantSlug,
			Own: product.UserID != nil,
		},
		Currency:     product.Currency,
		Observations: toObservations(runs, product.ID, row.MerchantSlug, product.Sku, since),
	}
	if product.URL != nil {
		history.Product.URL = *product.URL
	}
	if row.ReturnDays != nil {
		history.ReturnDays = int(*row.ReturnDays)
	}
	if own {
		err = s.addPurchases(ctx, on, userID, row, since, &history)
	}
	return history, err
}

// toObservations makes one observation of each day of each run.
func toObservations(runs []queries.PriceObservation, id uuid.UUID, merchant, sku string, since time.Time) []engine.Observation {
	var list []engine.Observation
	for _, run := range runs {
		add := func(at time.Time) {
			if at.Before(since) {
				return
			}
			list = append(list, engine.Observation{
				ID: id.String(), At: at, Price: money.Money{Amount: run.Amount, Currency: run.Currency},
				Merchant: merchant, SKU: sku, Source: engine.FromFeed,
			})
		}
		for at := run.At; at.Before(run.LastSeenAt); at = at.Add(24 * time.Hour) {
			add(at)
		}
		add(run.LastSeenAt)
	}
	return list
}

func (s *Service) addPurchases(
	ctx context.Context,
	on queries.DBTX,
	userID uuid.UUID,
	row queries.ProductGetRow,
	since time.Time,
	history *engine.History,
) error {
	purchases, err := s.q.ProductPurchaseList(ctx, on, queries.ProductPurchaseListParams{
		UserID: userID, MerchantID: row.Product.MerchantID, Sku: row.Product.Sku, Since: since,
	})
	if err != nil {
		return fmt.Errorf("list purchases: %w", err)
	}
	for _, p := range purchases {
		purchase := engine.Purchase{
			TransactionID: p.TransactionID.String(), At: p.PlacedAt, UnitPrice: money.Money{Amount: p.UnitPrice, Currency: p.Currency},
			Quantity: int(p.Quantity), Merchant: row.MerchantSlug, SKU: row.Product.Sku, Name: p.Name, Undone: p.Undone,
		}
		history.Purchases = append(history.Purchases, purchase)
		if !p.Void {
			history.Observations = append(history.Observations, engine.Observation{
				ID: purchase.TransactionID, At: purchase.At, Price: purchase.UnitPrice,
				Merchant: purchase.Merchant, SKU: purchase.SKU, Source: engine.FromOrder,
			})
		}
	}
	return nil
}
