package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/prices"
)

// ListPriceAlerts implements the operation listPriceAlerts.
func (s *Server) ListPriceAlerts(ctx context.Context, request api.ListPriceAlertsRequestObject) (api.ListPriceAlertsResponseObject, error) {
	before, err := fromAPICursor[prices.AlertCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Prices.Alerts(ctx, prices.ListAlertsParams{
		UserID: auth.UserID(ctx), Limit: limitOf(request.Params.Limit), Before: before,
	})
	if err != nil {
		return nil, err
	}
	return api.ListPriceAlerts200JSONResponse{Items: mapSlice(page.Items, toAPIPriceAlert), NextCursor: toAPICursor(page.Next)}, nil
}

// CreatePriceAlert implements the operation createPriceAlert.
func (s *Server) CreatePriceAlert(
	ctx context.Context,
	request api.CreatePriceAlertRequestObject,
) (api.CreatePriceAlertResponseObject, error) {
	params, err := fromAPICreatePriceAlert(auth.UserID(ctx), request.Body)
	if err != nil {
		return nil, err
	}
	alert, err := s.Prices.CreateAlert(ctx, params)
	if err != nil {
		return nil, err
	}
	body := toAPIPriceAlert(alert)
	return api.CreatePriceAlert201JSONResponse{Body: body, Headers: api.CreatePriceAlert201ResponseHeaders{
		ETag: versionTag(alert.Version, body), IdempotencyReplayed: replayed(ctx),
	}}, nil
}

// UpdatePriceAlert implements the operation updatePriceAlert.
func (s *Server) UpdatePriceAlert(
	ctx context.Context,
	request api.UpdatePriceAlertRequestObject,
) (api.UpdatePriceAlertResponseObject, error) {
	params, err := fromAPIUpdatePriceAlert(auth.UserID(ctx), request)
	if err != nil {
		return nil, err
	}
	alert, err := s.Prices.UpdateAlert(ctx, params)
	if err != nil {
		return nil, err
	}
	body := toAPIPriceAlert(alert)
	return api.UpdatePriceAlert200JSONResponse{
		Body: body, Headers: api.UpdatePriceAlert200ResponseHeaders{ETag: versionTag(alert.Version, body)},
	}, nil
}

// DeletePriceAlert implements the operation deletePriceAlert.
func (s *Server) DeletePriceAlert(
	ctx context.Context,
	request api.DeletePriceAlertRequestObject,
) (api.DeletePriceAlertResponseObject, error) {
	if err := s.Prices.DeleteAlert(ctx, auth.UserID(ctx), request.AlertID); err != nil {
		return nil, err
	}
	return api.DeletePriceAlert204Response{}, nil
}
