package app

import (
	"context"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/insights"
)

// findings gives replies what was found in a user's orders before.
type findings struct{ insights *insights.Service }

// Newest implements chat.Findings.
func (f findings) Newest(ctx context.Context, userID uuid.UUID, limit int) ([]chat.Finding, error) {
	feed, err := f.insights.List(ctx, insights.ListParams{UserID: userID, Limit: limit})
	if err != nil {
		return nil, err
	}
	newest := make([]chat.Finding, len(feed.Items))
	for i, insight := range feed.Items {
		newest[i] = chat.Finding{ID: insight.ID.String(), Title: insight.Title, AsOf: insight.AsOf}
	}
	return newest, nil
}
