package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/cards"
)

// ListCardProducts implements the operation listCardProducts.
func (s *Server) ListCardProducts(
	ctx context.Context,
	request api.ListCardProductsRequestObject,
) (api.ListCardProductsResponseObject, error) {
	after, err := fromAPICursor[cards.ProductCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Cards.Products(
		ctx,
		cards.ProductsParams{Query: orEmpty(request.Params.Q), Limit: limitOf(request.Params.Limit), After: after},
	)
	if err != nil {
		return nil, err
	}
	return api.ListCardProducts200JSONResponse{Items: mapSlice(page.Items, toAPICardProduct), NextCursor: toAPICursor(page.Next)}, nil
}

// ListCards implements the operation listCards.
func (s *Server) ListCards(ctx context.Context, request api.ListCardsRequestObject) (api.ListCardsResponseObject, error) {
	after, err := fromAPICursor[cards.CardCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Cards.List(ctx, cards.ListParams{UserID: auth.UserID(ctx), Limit: limitOf(request.Params.Limit), After: after})
	if err != nil {
		return nil, err
	}
	return api.ListCards200JSONResponse{Items: mapSlice(page.Items, toAPICard), NextCursor: toAPICursor(page.Next)}, nil
}

// AddCard implements the operation addCard.
func (s *Server) AddCard(ctx context.Context, request api.AddCardRequestObject) (api.AddCardResponseObject, error) {
	params := cards.AddParams{
		UserID: auth.UserID(ctx), ProductID: request.Body.ProductID, Nickname: request.Body.Nickname,
		LastFour: request.Body.LastFour, Balance: fromAPIMoney(request.Body.Balance), Choices: orEmpty(request.Body.Choices),
	}
	if limit := request.Body.Limit; limit != nil {
		params.Limit = fromAPIMoney(&api.Money{Amount: limit.Amount, Currency: limit.Currency})
	}
	if value := request.Body.PointValue; value != nil {
		points := int64(*value)
		params.PointValue = &points
	}
	card, err := s.Cards.Add(ctx, params)
	if err != nil {
		return nil, err
	}
	return api.AddCard201JSONResponse{
		Body: toAPICard(card), Headers: api.AddCard201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}
