package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/prices"
)

// SearchProducts implements the operation searchProducts.
func (s *Server) SearchProducts(ctx context.Context, request api.SearchProductsRequestObject) (api.SearchProductsResponseObject, error) {
	after, err := fromAPICursor[prices.ProductCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Prices.Products(ctx, prices.ProductsParams{
		UserID: auth.UserID(ctx), Query: orEmpty(request.Params.Q), Limit: limitOf(request.Params.Limit), After: after,
	})
	if err != nil {
		return nil, err
	}
	return api.SearchProducts200JSONResponse{Items: mapSlice(page.Items, toAPIProduct), NextCursor: toAPICursor(page.Next)}, nil
}

// GetProductPrices implements the operation getProductPrices.
func (s *Server) GetProductPrices(
	ctx context.Context,
	request api.GetProductPricesRequestObject,
) (api.GetProductPricesResponseObject, error) {
	before, err := fromAPICursor[prices.PriceCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Prices.Prices(ctx, prices.ListPricesParams{
		UserID: auth.UserID(ctx), ProductID: request.ProductID, Limit: limitOf(request.Params.Limit), Before: before,
	})
	if err != nil {
		return nil, err
	}
	return api.GetProductPrices200JSONResponse{Items: mapSlice(page.Items, toAPIPrice), NextCursor: toAPICursor(page.Next)}, nil
}
