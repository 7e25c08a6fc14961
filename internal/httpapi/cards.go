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
	card, err := s.Cards.Add(ctx, cards.AddParams{UserID: auth.UserID(ctx), Details: fromAPICard(*request.Body)})
	if err != nil {
		return nil, err
	}
	return api.AddCard201JSONResponse{
		Body: toAPICard(card), Headers: api.AddCard201ResponseHeaders{ETag: cardTag(card.Version), IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// UpdateCard implements the operation updateCard.
func (s *Server) UpdateCard(ctx context.Context, request api.UpdateCardRequestObject) (api.UpdateCardResponseObject, error) {
	card, err := s.Cards.Update(ctx, cards.UpdateParams{
		UserID: auth.UserID(ctx), CardID: request.CardID, Patch: fromAPICardPatch(*request.Body),
		Accepts: acceptsCard(request.Params.IfMatch),
	})
	if err != nil {
		return nil, err
	}
	return api.UpdateCard200JSONResponse{
		Body: toAPICard(card), Headers: api.UpdateCard200ResponseHeaders{ETag: cardTag(card.Version)},
	}, nil
}

// RemoveCard implements the operation removeCard.
func (s *Server) RemoveCard(ctx context.Context, request api.RemoveCardRequestObject) (api.RemoveCardResponseObject, error) {
	if err := s.Cards.Remove(ctx, auth.UserID(ctx), request.CardID, acceptsCard(request.Params.IfMatch)); err != nil {
		return nil, err
	}
	return api.RemoveCard204Response{}, nil
}

// RecommendCard implements the operation recommendCard.
func (s *Server) RecommendCard(ctx context.Context, request api.RecommendCardRequestObject) (api.RecommendCardResponseObject, error) {
	answer, err := s.Advisor.Recommend(ctx, fromAPIRecommendation(auth.UserID(ctx), *request.Body))
	if err != nil {
		return nil, err
	}
	drawer, err := toAPICardDrawer(answer)
	if err != nil {
		return nil, err
	}
	return api.RecommendCard200JSONResponse(drawer), nil
}
