package cards

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
)

// ProductsParams selects a page of the catalogue; Query is part of issuer or name.
type ProductsParams struct {
	Query string
	Limit int
	After *ProductCursor
}

// Products returns the catalogue by issuer and name. Errors: CodeInvalidRequest for a search that looks like a card number.
func (s *Service) Products(ctx context.Context, params ProductsParams) (paging.Page[Product, ProductCursor], error) {
	if fields := refuseNumber("q", params.Query); len(fields) > 0 {
		return paging.Page[Product, ProductCursor]{}, apperr.Invalid(fields...)
	}
	var after ProductCursor // sorts before every product
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.CardProductList(ctx, s.pool, queries.CardProductListParams{
		Q:           params.Query,
		AfterIssuer: after.Issuer,
		AfterName:   after.Name,
		AfterID:     after.ID,
		RowLimit:    paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Product, ProductCursor]{}, fmt.Errorf("list card products: %w", err)
	}
	page := paging.Cut(rows, params.Limit, func(p queries.CardProduct) ProductCursor {
		return ProductCursor{Issuer: p.Issuer, Name: p.Name, ID: p.ID}
	})
	products, err := s.withRules(ctx, s.pool, page.Items)
	if err != nil {
		return paging.Page[Product, ProductCursor]{}, err
	}
	return paging.Page[Product, ProductCursor]{Items: products, Next: page.Next}, nil
}

// heldProducts returns the products of cards by id: from memory where their terms are still those of the rows. (The words
// beside the terms are no part of the version; a change of those is seen from the next start on.) Products are shared, so
// nobody may change them.
func (s *Service) heldProducts(ctx context.Context, rows []queries.CardListActiveRow) (map[uuid.UUID]rewards.Product, error) {
	held := make(map[uuid.UUID]rewards.Product, len(rows))
	var missing []uuid.UUID
	s.mu.RLock()
	for _, row := range rows {
		id := row.Card.ProductID
		if product, found := s.known[id]; found && product.RuleVersion == row.RuleVersion {
			product.Catalogue = row.Catalogue // another product's terms may have changed
			held[id] = product
		} else {
			missing = append(missing, id)
		}
	}
	s.mu.RUnlock()
	if len(missing) == 0 {
		return held, nil
	}
	products, err := s.products(ctx, s.pool, missing)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, product := range products {
		id, err := uuid.Parse(product.ID)
		if err != nil {
			return nil, fmt.Errorf("read id of %s: %w", product.Slug, err)
		}
		held[id], s.known[id] = product, product
	}
	return held, nil
}

func (s *Service) products(ctx context.Context, db queries.DBTX, ids []uuid.UUID) ([]rewards.Product, error) {
	rows, err := s.q.CardProductListByID(ctx, db, ids)
	if err != nil {
		return nil, fmt.Errorf("get card products: %w", err)
	}
	return s.withRules(ctx, db, rows)
}

func (s *Service) withRules(ctx context.Context, db queries.DBTX, rows []queries.CardProduct) ([]rewards.Product, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	rules, err := s.q.RewardRuleListForProducts(ctx, db, ids)
	if err != nil {
		return nil, fmt.Errorf("list reward rules: %w", err)
	}
	products := make([]rewards.Product, len(rows))
	index := make(map[uuid.UUID]*rewards.Product, len(rows))
	for i, row := range rows {
		if products[i], err = fromDBProduct(row); err != nil {
			return nil, err
		}
		index[row.ID] = &products[i]
	}
	for _, row := range rules {
		product := index[row.ProductID]
		product.Rules = append(product.Rules, fromDBRule(row, product.Currency()))
	}
	return products, nil
}

func fromDBProduct(row queries.CardProduct) (rewards.Product, error) {
	product := rewards.Product{
		ID: row.ID.String(), Slug: row.Slug, Issuer: row.Issuer, Name: row.Name, Network: row.Network,
		AnnualFee: money.Money{Amount: row.AnnualFee, Currency: row.Currency}, ForeignFeeBps: row.ForeignFeeBps,
		Program: rewards.Program(row.Program), PointValue: row.PointValue, OnlyAt: row.OnlyAt, RuleVersion: row.RuleVersion,
		Catalogue: row.Catalogue,
		Source:    row.Source, AsOf: rewards.DateIn(row.AsOf, time.UTC), Illustrative: row.Illustrative, Note: row.Note,
	}
	if err := json.Unmarshal(row.ChoiceGroups, &product.ChoiceGroups); err != nil {
		return rewards.Product{}, fmt.Errorf("read choice groups of %s: %w", row.Slug, err)
	}
	return product, nil
}

func fromDBRule(row queries.RewardRule, currency string) rewards.Rule {
	rule := rewards.Rule{
		ID: row.ID.String(), Kind: rewards.Kind(row.Kind), Category: category.Category(row.Category), MerchantSlug: row.MerchantSlug,
		Label: row.Label, RateBps: row.RateBps, CapPeriod: rewards.Period(row.CapPeriod), SharedCapGroup: row.SharedCapGroup,
		ValidFrom: fromDBDate(row.ValidFrom), ValidTo: fromDBDate(row.ValidTo), Quarter: rewards.Quarter(row.Quarter),
		RequiresActivation: row.RequiresActivation, ChoiceGroup: row.ChoiceGroup, DomesticOnly: row.DomesticOnly,
		ExcludedMerchants: row.ExcludedMerchants, Source: row.Source, AsOf: rewards.DateIn(row.AsOf, time.UTC),
		Illustrative: row.Illustrative, Note: row.Note,
	}
	if row.CapAmount != nil {
		rule.Cap = &money.Money{Amount: *row.CapAmount, Currency: currency}
	}
	return rule
}

func fromDBDate(day *time.Time) rewards.Date {
	if day == nil {
		return rewards.Date{}
	}
	return rewards.DateIn(*day, time.UTC)
}
