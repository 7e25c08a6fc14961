package cards

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/postgres"
)

// ErrRuleVersionUnknown means that no catalogue of that version was ever loaded here.
var ErrRuleVersionUnknown = apperr.Invalid(apperr.Field{
	Pointer: "/ruleVersion", Code: "unknown", Detail: "There are no rules of this version.",
})

// WalletUnder returns the cards a user holds with the products and rules of an earlier version of the catalogue, so that
// an answer that names it can be computed again. Cards of products that did not exist then are left out. Errors:
// ErrRuleVersionUnknown.
func (s *Service) WalletUnder(ctx context.Context, userID uuid.UUID, version string) ([]rewards.Card, error) {
	products, err := s.catalogueOf(ctx, version)
	if err != nil {
		return nil, err
	}
	current, err := s.Wallet(ctx, userID)
	if err != nil {
		return nil, err
	}
	wallet := make([]rewards.Card, 0, len(current))
	for _, card := range current {
		if product, existed := products[card.Product.ID]; existed {
			card.Product = product
			wallet = append(wallet, card)
		}
	}
	return wallet, nil
}

// catalogueOf reads a version of the catalogue as it was kept, by product.
func (s *Service) catalogueOf(ctx context.Context, version string) (map[string]rewards.Product, error) {
	content, err := s.q.RuleVersionGet(ctx, s.pool, version)
	if postgres.IsNoRows(err) {
		return nil, ErrRuleVersionUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("get rule version: %w", err)
	}
	var products []rewards.Product
	if err := json.Unmarshal(content, &products); err != nil {
		return nil, fmt.Errorf("read rule version %s: %w", version, err)
	}
	byID := make(map[string]rewards.Product, len(products))
	for _, product := range products {
		// Computed with terms that lost something on the way, an old answer would come out wrong without a sign.
		if rewards.VersionOf(product) != product.RuleVersion {
			return nil, fmt.Errorf("rule version %s: %s is not as it was kept", version, product.Slug)
		}
		byID[product.ID] = product
	}
	return byID, nil
}
