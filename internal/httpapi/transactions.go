package httpapi

import (
	"context"

	"github.com/oapi-codegen/nullable"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/transactions"
)

// ListTransactions implements the operation listTransactions.
func (s *Server) ListTransactions(
	ctx context.Context,
	request api.ListTransactionsRequestObject,
) (api.ListTransactionsResponseObject, error) {
	after, err := fromAPICursor[transactions.Cursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Transactions.List(ctx, transactions.ListParams{
		UserID: auth.UserID(ctx), MerchantID: request.Params.MerchantID, From: request.Params.From, To: request.Params.To,
		Limit: limitOf(request.Params.Limit), After: after,
	})
	if err != nil {
		return nil, err
	}
	return api.ListTransactions200JSONResponse{Items: mapSlice(page.Items, toAPITransaction), NextCursor: toAPICursor(page.Next)}, nil
}

// GetTransaction implements the operation getTransaction.
func (s *Server) GetTransaction(ctx context.Context, request api.GetTransactionRequestObject) (api.GetTransactionResponseObject, error) {
	order, err := s.Transactions.Get(ctx, auth.UserID(ctx), request.TransactionID)
	if err != nil {
		return nil, err
	}
	body := toAPITransaction(order)
	tag := versionTag(order.Version, body)
	if isUnchanged(request.Params.IfNoneMatch, tag) {
		return api.GetTransaction304Response{Headers: api.GetTransaction304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetTransaction200JSONResponse{Body: body, Headers: api.GetTransaction200ResponseHeaders{ETag: tag}}, nil
}

// UpdateTransaction implements the operation updateTransaction.
func (s *Server) UpdateTransaction(
	ctx context.Context,
	request api.UpdateTransactionRequestObject,
) (api.UpdateTransactionResponseObject, error) {
	order, err := s.Transactions.Update(ctx, transactions.UpdateParams{
		UserID: auth.UserID(ctx), ID: request.TransactionID,
		Category: fromAPIChange(request.Body.Category), Note: fromAPIChange(request.Body.Note),
		Accepts: ifMatch(request.Params.IfMatch),
	})
	if err != nil {
		return nil, err
	}
	body := toAPITransaction(order)
	return api.UpdateTransaction200JSONResponse{
		Body: body, Headers: api.UpdateTransaction200ResponseHeaders{ETag: versionTag(order.Version, body)},
	}, nil
}

// fromAPIChange reads one property of a merge patch.
func fromAPIChange(value nullable.Nullable[string]) transactions.Change {
	change := transactions.Change{Given: value.IsSpecified()}
	if text, err := value.Get(); err == nil {
		change.Value = &text
	}
	return change
}
