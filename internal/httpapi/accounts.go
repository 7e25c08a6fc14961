package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/merchants"
)

// StartOnboarding implements the operation startOnboarding.
func (s *Server) StartOnboarding(ctx context.Context, request api.StartOnboardingRequestObject) (api.StartOnboardingResponseObject, error) {
	params := accounts.StartParams{Product: accounts.ProductTransactions}
	if principal, ok := auth.PrincipalFrom(ctx); ok {
		params.UserID = &principal.User.ID
	}
	if request.Body != nil {
		params.CardID = request.Body.CardID
		if request.Body.Product != nil {
			params.Product = string(*request.Body.Product)
		}
	}
	started, err := s.Accounts.Start(ctx, params)
	if err != nil {
		return nil, err
	}
	return api.StartOnboarding201JSONResponse{
		Body: toAPIOnboardingSession(started), Headers: api.StartOnboarding201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// CompleteOnboarding implements the operation completeOnboarding.
func (s *Server) CompleteOnboarding(
	ctx context.Context,
	request api.CompleteOnboardingRequestObject,
) (api.CompleteOnboardingResponseObject, error) {
	done, err := s.Accounts.Complete(ctx, accounts.CompleteParams{
		UserID: auth.UserID(ctx), SessionID: request.Body.SessionID, ClaimToken: orEmpty(request.Body.ClaimToken),
	})
	if err != nil {
		return nil, err
	}
	return api.CompleteOnboarding200JSONResponse{
		AccountsLinked: done.AccountsLinked, OnboardingStatus: api.OnboardingStatus(done.OnboardingStatus),
	}, nil
}

// ListAccounts implements the operation listAccounts.
func (s *Server) ListAccounts(ctx context.Context, request api.ListAccountsRequestObject) (api.ListAccountsResponseObject, error) {
	after, err := fromAPICursor[accounts.Cursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Accounts.List(ctx, accounts.ListParams{UserID: auth.UserID(ctx), Limit: limitOf(request.Params.Limit), After: after})
	if err != nil {
		return nil, err
	}
	return api.ListAccounts200JSONResponse{Items: mapSlice(page.Items, toAPIAccount), NextCursor: toAPICursor(page.Next)}, nil
}

// UnlinkAccount implements the operation unlinkAccount.
func (s *Server) UnlinkAccount(ctx context.Context, request api.UnlinkAccountRequestObject) (api.UnlinkAccountResponseObject, error) {
	if err := s.Accounts.Unlink(ctx, auth.UserID(ctx), request.AccountID); err != nil {
		return nil, err
	}
	return api.UnlinkAccount204Response{}, nil
}

// GetAccountsStatus implements the operation getAccountsStatus.
func (s *Server) GetAccountsStatus(ctx context.Context, _ api.GetAccountsStatusRequestObject) (api.GetAccountsStatusResponseObject, error) {
	overview, err := s.Accounts.Overview(ctx, auth.UserID(ctx))
	if err != nil {
		return nil, err
	}
	return api.GetAccountsStatus200JSONResponse(toAPIAccountsStatus(overview)), nil
}

// SyncAccount implements the operation syncAccount.
func (s *Server) SyncAccount(ctx context.Context, request api.SyncAccountRequestObject) (api.SyncAccountResponseObject, error) {
	account, err := s.Accounts.RequestSync(ctx, auth.UserID(ctx), request.AccountID)
	if err != nil {
		return nil, err
	}
	return api.SyncAccount202JSONResponse(toAPIAccount(account)), nil
}

// ListMerchants implements the operation listMerchants.
func (s *Server) ListMerchants(ctx context.Context, request api.ListMerchantsRequestObject) (api.ListMerchantsResponseObject, error) {
	after, err := fromAPICursor[merchants.Cursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Merchants.Linkable(
		ctx,
		merchants.LinkableParams{Query: orEmpty(request.Params.Q), Limit: limitOf(request.Params.Limit), After: after},
	)
	if err != nil {
		return nil, err
	}
	return api.ListMerchants200JSONResponse{Items: mapSlice(page.Items, toAPIMerchant), NextCursor: toAPICursor(page.Next)}, nil
}

// ExtendOnboarding implements the operation extendOnboarding.
func (s *Server) ExtendOnboarding(
	ctx context.Context,
	request api.ExtendOnboardingRequestObject,
) (api.ExtendOnboardingResponseObject, error) {
	params := accounts.CompleteParams{SessionID: request.Body.SessionID, ClaimToken: orEmpty(request.Body.ClaimToken)}
	if principal, ok := auth.PrincipalFrom(ctx); ok {
		params.UserID = principal.User.ID
	}
	until, err := s.Accounts.Extend(ctx, params)
	if err != nil {
		return nil, err
	}
	return api.ExtendOnboarding200JSONResponse{SessionID: request.Body.SessionID, ExpiresAt: until}, nil
}

// GetCardKey implements the operation getCardKey.
func (s *Server) GetCardKey(ctx context.Context, _ api.GetCardKeyRequestObject) (api.GetCardKeyResponseObject, error) {
	key, err := s.Accounts.CardKey(ctx)
	if err != nil {
		return nil, err
	}
	return api.GetCardKey200JSONResponse(toAPICardKey(key)), nil
}

// SwitchCard implements the operation switchCard.
func (s *Server) SwitchCard(ctx context.Context, request api.SwitchCardRequestObject) (api.SwitchCardResponseObject, error) {
	account, err := s.Accounts.SwitchCard(ctx, accounts.SwitchCardParams{
		UserID: auth.UserID(ctx), AccountID: request.AccountID, TaskID: request.Body.TaskID, JWE: request.Body.Jwe,
	})
	if err != nil {
		return nil, err
	}
	return api.SwitchCard202JSONResponse(toAPIAccount(account)), nil
}
