package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/insights"
)

// ListInsights implements the operation listInsights.
func (s *Server) ListInsights(ctx context.Context, request api.ListInsightsRequestObject) (api.ListInsightsResponseObject, error) {
	after, err := fromAPICursor[insights.Cursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	feed, err := s.Insights.List(ctx, insights.ListParams{UserID: auth.UserID(ctx), Limit: limitOf(request.Params.Limit), After: after})
	if err != nil {
		return nil, err
	}
	return api.ListInsights200JSONResponse{
		Items: mapSlice(feed.Items, toAPIInsight), NextCursor: toAPICursor(feed.Next), AsOf: feed.AsOf, Stale: feed.Stale,
	}, nil
}

// GetInsightsSummary implements the operation getInsightsSummary.
func (s *Server) GetInsightsSummary(
	ctx context.Context,
	request api.GetInsightsSummaryRequestObject,
) (api.GetInsightsSummaryResponseObject, error) {
	summary, err := s.Insights.Summary(ctx, auth.UserID(ctx), orEmpty(request.Params.Month))
	if err != nil {
		return nil, err
	}
	return api.GetInsightsSummary200JSONResponse(toAPISummary(summary)), nil
}
