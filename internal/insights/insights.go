// Package insights keeps what the engine computed from each person's orders and cards. The computing is a job; readers
// get what is kept, with its age.
package insights

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	engine "github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
)

// Insight is one finding. Sources are the ids of the orders it rests on.
type Insight struct {
	ID          uuid.UUID
	Type        string
	Title       string
	Description string
	Impact      string
	Amount      *money.Money
	Action      *string
	Date        time.Time // a calendar day, as midnight UTC
	Sources     []string
	AsOf        time.Time
}

// Feed is a page of findings; Stale means that orders or cards changed since AsOf.
type Feed struct {
	paging.Page[Insight, Cursor]
	AsOf  time.Time
	Stale bool
}

// Summary is a month in words and figures.
type Summary struct {
	engine.Summary
	AsOf  time.Time
	Stale bool
}

// Cursor is where the feed goes on.
type Cursor struct {
	Date time.Time `json:"d"`
	ID   uuid.UUID `json:"i"`
}

// Orders reads a user's orders.
type Orders interface {
	Since(ctx context.Context, userID uuid.UUID, since time.Time) ([]engine.Order, error)
}

// Cards reads a user's cards.
type Cards interface {
	Wallet(ctx context.Context, userID uuid.UUID) ([]rewards.Card, error)
}

// Merchants knows which card networks a merchant takes, by slug; one that is missing takes all.
type Merchants interface {
	AcceptedNetworks(ctx context.Context) (map[string][]string, error)
}

// RefreshQueue queues the computing of a user's insights.
type RefreshQueue interface {
	EnqueueInsightsRefresh(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error
}

// Service computes, keeps and reads insights.
type Service struct {
	pool    *pgxpool.Pool
	q       *queries.Queries
	clock   clock.Clock
	orders  Orders
	cards   Cards
	choices preferences.Reader
	queue   RefreshQueue

	merchants Merchants
}

// New makes the service; every dependency is required.
func New(
	pool *pgxpool.Pool,
	clk clock.Clock,
	orders Orders,
	cards Cards,
	merchants Merchants,
	choices preferences.Reader,
	queue RefreshQueue,
) (*Service, error) {
	if pool == nil || clk == nil || orders == nil || cards == nil || merchants == nil || choices == nil || queue == nil {
		return nil, errors.New("insights: New wants every dependency")
	}
	return &Service{
		pool:      pool,
		q:         queries.New(),
		clock:     clk,
		orders:    orders,
		cards:     cards,
		merchants: merchants,
		choices:   choices,
		queue:     queue,
	}, nil
}

// ListParams selects a page of the feed.
type ListParams struct {
	UserID uuid.UUID
	Limit  int
	After  *Cursor
}

// List returns the feed, newest day first.
func (s *Service) List(ctx context.Context, params ListParams) (Feed, error) {
	asOf, stale, err := s.freshness(ctx, params.UserID)
	if err != nil {
		return Feed{}, err
	}
	after := Cursor{Date: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.InsightList(ctx, s.pool, queries.InsightListParams{
		UserID: params.UserID, BeforeDate: after.Date, BeforeID: after.ID, RowLimit: int32(params.Limit + 1), //nolint:gosec // at most 101
	})
	if err != nil {
		return Feed{}, fmt.Errorf("list insights: %w", err)
	}
	chosen, err := s.choices.Preferences(ctx, params.UserID)
	if err != nil {
		return Feed{}, err
	}
	insights := make([]Insight, len(rows))
	for i, row := range rows {
		if insights[i], err = fromDBInsight(row); err != nil {
			return Feed{}, err
		}
		insights[i].writeDays(chosen)
	}
	page := paging.Cut(insights, params.Limit, func(i Insight) Cursor { return Cursor{Date: i.Date, ID: i.ID} })
	return Feed{Page: page, AsOf: asOf, Stale: stale}, nil
}

// Summary returns one month, written 2026-11; empty means the current one in the user's time zone. A month without
// orders is an empty summary.
func (s *Service) Summary(ctx context.Context, userID uuid.UUID, month string) (Summary, error) {
	asOf, stale, err := s.freshness(ctx, userID)
	if err != nil {
		return Summary{}, err
	}
	chosen, err := s.choices.Preferences(ctx, userID)
	if err != nil {
		return Summary{}, err
	}
	location := chosen.Location()
	wanted := engine.MonthOf(s.clock.Now(), location)
	if month != "" {
		if wanted, err = engine.ParseMonth(month); err != nil {
			return Summary{}, fmt.Errorf("read month: %w", err)
		}
	}
	kept, err := s.q.InsightSummaryGet(ctx, s.pool, queries.InsightSummaryGetParams{UserID: userID, Month: wanted.String()})
	if postgres.IsNoRows(err) {
		empty := engine.Summarize(nil, wanted, s.clock.Now(), location, chosen.Currency, nil)
		return Summary{Summary: empty, AsOf: asOf, Stale: stale}, nil
	}
	if err != nil {
		return Summary{}, fmt.Errorf("get summary: %w", err)
	}
	summary := Summary{AsOf: asOf, Stale: stale}
	if err := json.Unmarshal(kept, &summary.Summary); err != nil {
		return Summary{}, fmt.Errorf("read summary: %w", err)
	}
	summary.Text = chosen.WriteDays(summary.Text, asOf)
	return summary, nil
}

// freshness says how old what is kept is. Where nothing is kept yet it computes now, so that nobody's first look is
// empty; where it is stale it asks for a new computation and serves what there is.
func (s *Service) freshness(ctx context.Context, userID uuid.UUID) (asOf time.Time, stale bool, err error) {
	run, err := s.q.InsightRunGet(ctx, s.pool, userID)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("get insight run: %w", err)
	}
	if run.AsOf == nil || run.DataChangedAt == nil {
		asOf, err := s.Refresh(ctx, userID)
		return asOf, false, err
	}
	if run.DataChangedAt.Equal(run.UserDataChangedAt) {
		return *run.AsOf, false, nil
	}
	err = postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		return s.queue.EnqueueInsightsRefresh(ctx, tx, userID)
	})
	return *run.AsOf, true, err
}

// writeDays writes the days in the texts as the reader wants them; they are kept as the engine wrote them.
func (i *Insight) writeDays(chosen preferences.Preferences) {
	for _, text := range []*string{&i.Title, &i.Description, &i.Impact, i.Action} {
		if text != nil {
			*text = chosen.WriteDays(*text, i.AsOf)
		}
	}
}

func fromDBInsight(row queries.Insight) (Insight, error) {
	insight := Insight{
		ID: row.ID, Type: row.Type, Title: row.Title, Description: row.Description, Impact: row.Impact,
		Action: row.Action, Date: row.Date, AsOf: row.AsOf,
	}
	if row.Amount != nil && row.Currency != nil {
		insight.Amount = &money.Money{Amount: *row.Amount, Currency: *row.Currency}
	}
	if err := json.Unmarshal(row.Sources, &insight.Sources); err != nil {
		return Insight{}, fmt.Errorf("read sources of insight %s: %w", row.ID, err)
	}
	return insight, nil
}
