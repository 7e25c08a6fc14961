package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/internal/apperr"
	found "github.com/lattice-money/lattice/internal/engine/insights"
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
	"github.com/lattice-money/lattice/internal/integrations/products"
	listed "github.com/lattice-money/lattice/internal/integrations/products/mock"
	"github.com/lattice-money/lattice/internal/mail"
	"github.com/lattice-money/lattice/internal/prices"
	"github.com/lattice-money/lattice/internal/proposals"
)

// feed is who tells prices.
func feed(ctx context.Context, options Options) prices.Feed {
	if options.Feed != nil {
		return options.Feed
	}
	return must(products.Select(ctx, products.Config{Shops: shops()}, options.Clock, options.Logger))
}

// shops are what the merchant mock sells, at the prices it rings up: what people buy there has a price today too.
func shops() []listed.Article {
	sold := mock.Articles()
	articles := make([]listed.Article, len(sold))
	for i, article := range sold {
		articles[i] = listed.Article{MerchantID: article.MerchantID, SKU: article.SKU, Name: article.Name, PriceOn: article.PriceOn}
	}
	return articles
}

// firedAlerts tells of price alerts that fired, in the feed and by mail.
type firedAlerts struct {
	insights *insights.Service
	outbox   *mail.Outbox
}

// PostAlert implements prices.Poster.
func (f firedAlerts) PostAlert(ctx context.Context, tx pgx.Tx, told prices.AlertTold) error {
	kind, moved, advice := found.TypeSuccess, "is down to", "Look at it now"
	if told.Direction == engine.Above {
		kind, moved = found.TypeWarning, "is up to"
	}
	local := told.FiredAt.In(told.Location)
	_, err := f.insights.Post(ctx, tx, told.UserID, insights.Posting{
		Key: "price_alert:" + told.FiringID.String(),
		Insight: insights.Insight{
			Type: string(kind), Description: told.Text,
			Title:  fmt.Sprintf("%s at %s %s %s", told.Product, told.Merchant, moved, told.Price.Format()),
			Impact: told.Price.Format(), Amount: &told.Price, Action: &advice, AsOf: told.SeenAt,
			Date:    time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC),
			Sources: []insights.Source{{Type: "product", ID: told.ProductID.String()}},
		},
	})
	return err
}

// MailAlert implements prices.Mailer.
func (f firedAlerts) MailAlert(ctx context.Context, tx pgx.Tx, told prices.AlertTold) error {
	return f.outbox.EnqueueMail(ctx, tx, mail.Mail{
		To: mail.ToUser(told.UserID), Once: "price_alert:" + told.FiringID.String(),
		Content: mail.PriceAlert{Product: told.Product, Merchant: told.Merchant, URL: told.URL, Price: told.Price, Reason: told.Text},
	})
}

// errUnwatchable means that what was proposed is not there any more.
var errUnwatchable = apperr.New(apperr.CodeConflict, "The price of this product can no longer be watched. Ask again for what can be.")

// priceAlerts writes what a confirmed price proposal says: tell me when it gets there.
type priceAlerts struct{ prices *prices.Service }

// Write implements proposals.Writer.
func (p priceAlerts) Write(
	ctx context.Context,
	tx pgx.Tx,
	decision proposals.Decision,
	payload json.RawMessage,
) (proposals.Written, error) {
	var wanted prices.AlertProposal
	if err := json.Unmarshal(payload, &wanted); err != nil {
		return proposals.Written{}, fmt.Errorf("read price proposal: %w", err)
	}
	alert, err := p.prices.SetAlert(ctx, tx, wanted.Params(decision.AskerID))
	if apperr.Is(err, apperr.CodeInvalidRequest) {
		return proposals.Written{}, errUnwatchable // there is no field to point to: nobody typed it
	}
	return proposals.Written{Type: "price_alert", ID: alert.ID.String()}, err
}

// Undo implements proposals.Writer.
func (p priceAlerts) Undo(ctx context.Context, tx pgx.Tx, decision proposals.Decision, written proposals.Written) error {
	id, err := uuid.Parse(written.ID)
	if err != nil {
		return fmt.Errorf("read price alert to undo: %w", err)
	}
	return p.prices.UnsetAlert(ctx, tx, decision.AskerID, id)
}
