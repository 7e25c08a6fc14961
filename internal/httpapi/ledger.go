package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/ledger"
)

// ListExpenses implements the operation listExpenses.
func (s *Server) ListExpenses(ctx context.Context, request api.ListExpensesRequestObject) (api.ListExpensesResponseObject, error) {
	after, err := fromAPICursor[ledger.ExpenseCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Ledger.ListExpenses(ctx, ledger.ListExpensesParams{
		UserID: auth.UserID(ctx), GroupID: request.GroupID, Limit: limitOf(request.Params.Limit), After: after,
		Deleted: orEmpty(request.Params.Status) == api.ListExpensesParamsStatusDeleted,
	})
	if err != nil {
		return nil, err
	}
	return api.ListExpenses200JSONResponse{Items: mapSlice(page.Items, toAPIExpense), NextCursor: toAPICursor(page.Next)}, nil
}

// CreateExpense implements the operation createExpense.
func (s *Server) CreateExpense(ctx context.Context, request api.CreateExpenseRequestObject) (api.CreateExpenseResponseObject, error) {
	draft, err := fromAPIExpense(*request.Body)
	if err != nil {
		return nil, err
	}
	expense, err := s.Ledger.CreateExpense(ctx, auth.UserID(ctx), request.GroupID, draft)
	if err != nil {
		return nil, err
	}
	body, tag := toAPIExpenseDetail(expense)
	return api.CreateExpense201JSONResponse{
		Body: body, Headers: api.CreateExpense201ResponseHeaders{ETag: tag, IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// GetExpense implements the operation getExpense.
func (s *Server) GetExpense(ctx context.Context, request api.GetExpenseRequestObject) (api.GetExpenseResponseObject, error) {
	expense, err := s.Ledger.GetExpense(ctx, auth.UserID(ctx), request.GroupID, request.ExpenseID)
	if err != nil {
		return nil, err
	}
	body, tag := toAPIExpenseDetail(expense)
	if isUnchanged(request.Params.IfNoneMatch, tag) {
		return api.GetExpense304Response{Headers: api.GetExpense304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetExpense200JSONResponse{Body: body, Headers: api.GetExpense200ResponseHeaders{ETag: tag}}, nil
}

// UpdateExpense implements the operation updateExpense.
func (s *Server) UpdateExpense(ctx context.Context, request api.UpdateExpenseRequestObject) (api.UpdateExpenseResponseObject, error) {
	patch, err := fromAPIExpensePatch(*request.Body)
	if err != nil {
		return nil, err
	}
	expense, err := s.Ledger.UpdateExpense(
		ctx, auth.UserID(ctx), request.GroupID, request.ExpenseID, patch, ifMatch(request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	body, tag := toAPIExpenseDetail(expense)
	return api.UpdateExpense200JSONResponse{Body: body, Headers: api.UpdateExpense200ResponseHeaders{ETag: tag}}, nil
}

// DeleteExpense implements the operation deleteExpense.
func (s *Server) DeleteExpense(ctx context.Context, request api.DeleteExpenseRequestObject) (api.DeleteExpenseResponseObject, error) {
	err := s.Ledger.DeleteExpense(ctx, auth.UserID(ctx), request.GroupID, request.ExpenseID, ifMatch(request.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return api.DeleteExpense204Response{}, nil
}

// RestoreExpense implements the operation restoreExpense.
func (s *Server) RestoreExpense(ctx context.Context, request api.RestoreExpenseRequestObject) (api.RestoreExpenseResponseObject, error) {
	expense, err := s.Ledger.RestoreExpense(ctx, auth.UserID(ctx), request.GroupID, request.ExpenseID)
	if err != nil {
		return nil, err
	}
	body, tag := toAPIExpenseDetail(expense)
	return api.RestoreExpense200JSONResponse{
		Body: body, Headers: api.RestoreExpense200ResponseHeaders{ETag: tag, IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// SetShareStatus implements the operation setShareStatus.
func (s *Server) SetShareStatus(ctx context.Context, request api.SetShareStatusRequestObject) (api.SetShareStatusResponseObject, error) {
	paid := request.Body.Status == api.ShareStatusPaid
	expense, err := s.Ledger.SetShareStatus(ctx, auth.UserID(ctx), request.GroupID, request.ExpenseID, request.UserID, paid)
	if err != nil {
		return nil, err
	}
	body, tag := toAPIExpenseDetail(expense)
	return api.SetShareStatus200JSONResponse{Body: body, Headers: api.SetShareStatus200ResponseHeaders{ETag: tag}}, nil
}

// GetBalances implements the operation getBalances.
func (s *Server) GetBalances(ctx context.Context, request api.GetBalancesRequestObject) (api.GetBalancesResponseObject, error) {
	standing, err := s.Ledger.Balances(ctx, auth.UserID(ctx), request.GroupID)
	if err != nil {
		return nil, err
	}
	return api.GetBalances200JSONResponse(toAPIBalances(standing)), nil
}

// ListSettlements implements the operation listSettlements.
func (s *Server) ListSettlements(ctx context.Context, request api.ListSettlementsRequestObject) (api.ListSettlementsResponseObject, error) {
	after, err := fromAPICursor[ledger.SettlementCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Ledger.ListSettlements(ctx, ledger.ListSettlementsParams{
		UserID: auth.UserID(ctx), GroupID: request.GroupID, Limit: limitOf(request.Params.Limit), After: after,
	})
	if err != nil {
		return nil, err
	}
	return api.ListSettlements200JSONResponse{Items: mapSlice(page.Items, toAPISettlement), NextCursor: toAPICursor(page.Next)}, nil
}

// CreateSettlement implements the operation createSettlement.
func (s *Server) CreateSettlement(
	ctx context.Context, request api.CreateSettlementRequestObject,
) (api.CreateSettlementResponseObject, error) {
	settlement, err := s.Ledger.CreateSettlement(ctx, auth.UserID(ctx), request.GroupID, fromAPISettlement(*request.Body))
	if err != nil {
		return nil, err
	}
	return api.CreateSettlement201JSONResponse{
		Body: toAPISettlement(settlement), Headers: api.CreateSettlement201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// ConfirmSettlement implements the operation confirmSettlement.
func (s *Server) ConfirmSettlement(
	ctx context.Context, request api.ConfirmSettlementRequestObject,
) (api.ConfirmSettlementResponseObject, error) {
	settlement, err := s.Ledger.ConfirmSettlement(ctx, auth.UserID(ctx), request.GroupID, request.SettlementID)
	if err != nil {
		return nil, err
	}
	return api.ConfirmSettlement200JSONResponse{
		Body: toAPISettlement(settlement), Headers: api.ConfirmSettlement200ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// VoidSettlement implements the operation voidSettlement.
func (s *Server) VoidSettlement(ctx context.Context, request api.VoidSettlementRequestObject) (api.VoidSettlementResponseObject, error) {
	settlement, err := s.Ledger.VoidSettlement(ctx, auth.UserID(ctx), request.GroupID, request.SettlementID)
	if err != nil {
		return nil, err
	}
	return api.VoidSettlement200JSONResponse{
		Body: toAPISettlement(settlement), Headers: api.VoidSettlement200ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}
