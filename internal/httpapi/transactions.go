package httpapi

import (
	"context"
	"fmt"

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
	tag := versionTag(order.Version)
	if request.Params.IfNoneMatch != nil && tagMatches(*request.Params.IfNoneMatch, func(other string) bool { return other == tag }) {
		return api.GetTransaction304Response{Headers: api.GetTransaction304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetTransaction200JSONResponse{Body: toAPITransaction(order), Headers: api.GetTransaction200ResponseHeaders{ETag: tag}}, nil
}

// UpdateTransaction implements the operation updateTransaction.
func (s *Server) UpdateTransaction(
	ctx context.Context,
	request api.UpdateTransactionRequestObject,
) (api.UpdateTransactionResponseObject, error) {
	order, err := s.Transactions.Update(ctx, transactions.UpdateParams{
		UserID: auth.UserID(ctx), ID: request.TransactionID,
		Category: fromAPIChange(request.Body.Category), Note: fromAPIChange(request.Body.Note),
		Accepts: func(version int64) bool {
			return request.Params.IfMatch == nil ||
				tagMatches(*request.Params.IfMatch, func(tag string) bool { return tag == versionTag(version) })
		},
	})
	if err != nil {
		return nil, err
	}
	return api.UpdateTransaction200JSONResponse{
		Body: toAPITransaction(order), Headers: api.UpdateTransaction200ResponseHeaders{ETag: versionTag(order.Version)},
	}, nil
}

// versionTag is the ETag of what has nothing but a version.
func versionTag(version int64) string { return fmt.Sprintf("\"%d\"", version) }

// fromAPIChange reads one property of a merge patch.
func fromAPIChange(value nullable.Nullable[string]) transactions.Change {
	change := transactions.Change{Given: value.IsSpecified()}
	if text, err := value.Get(); err == nil {
		change.Value = &text
	}
	return change
}
