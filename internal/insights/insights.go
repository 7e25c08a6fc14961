// Package insights keeps what the engine computed from each person's orders and cards, and delivers what they want to be
// told. The computing is a job; readers get what is kept, with its age.
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
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
)

// Insight is one finding.
type Insight struct {
	ID          uuid.UUID
	Type        string
	Title       string
	Description string
	Impact      string
	Amount      *money.Money
	Action      *string
	Date        time.Time // a calendar day, as midnight UTC
	Sources     []Source
	AsOf        time.Time
}

// Source is what figures rest on: an order, a card, a reward rule; for what was posted also others.
type Source = engine.Source

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

// Notifier tells the processes of a database what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Config is what the service works with; Mailer may be missing, every other field is required.
type Config struct {
	Pool        *pgxpool.Pool
	Clock       clock.Clock
	Orders      Orders
	Cards       Cards
	Merchants   Merchants
	Preferences preferences.Reader
	Queue       RefreshQueue
	Notifier    Notifier
	// Mailer sends alerts and reminders; without one they reach the feed alone.
	Mailer Mailer
}

// Service computes, keeps, delivers and reads insights.
type Service struct {
	Config

	q *queries.Queries
}

// New makes the service.
func New(config Config) (*Service, error) {
	if config.Pool == nil || config.Clock == nil || config.Orders == nil || config.Cards == nil || config.Merchants == nil ||
		config.Preferences == nil || config.Queue == nil || config.Notifier == nil {
		return nil, errors.New("insights: New wants every dependency")
	}
	return &Service{Config: config, q: queries.New()}, nil
}

// ListParams selects a page of the feed.
type ListParams struct {
	UserID uuid.UUID
	Limit  int
	After  *Cursor
}

// List returns the feed, newest day first, as it was computed last: nothing is computed here. Kinds of alerts that the
// user has switched off are left out.
func (s *Service) List(ctx context.Context, params ListParams) (Feed, error) {
	asOf, stale, err := s.freshness(ctx, params.UserID)
	if err != nil {
		return Feed{}, err
	}
	after := Cursor{Date: paging.End(), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.InsightList(ctx, s.Pool, queries.InsightListParams{
		UserID: params.UserID, BeforeDate: after.Date, BeforeID: after.ID, RowLimit: paging.Rows(params.Limit),
	})
	if err != nil {
		return Feed{}, fmt.Errorf("list insights: %w", err)
	}
	chosen, err := s.Preferences.Preferences(ctx, params.UserID)
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

// Summary returns one month, written 2026-11, as it was computed last; empty means the current one in the user's time
// zone. A month without orders, or of which nothing is kept, is an empty summary.
func (s *Service) Summary(ctx context.Context, userID uuid.UUID, month string) (Summary, error) {
	asOf, stale, err := s.freshness(ctx, userID)
	if err != nil {
		return Summary{}, err
	}
	chosen, err := s.Preferences.Preferences(ctx, userID)
	if err != nil {
		return Summary{}, err
	}
	location := chosen.Location()
	wanted := engine.MonthOf(s.Clock.Now(), location)
	if month != "" {
		if wanted, err = engine.ParseMonth(month); err != nil {
			return Summary{}, fmt.Errorf("read month: %w", err)
		}
	}
	kept, err := s.q.InsightSummaryGet(ctx, s.Pool, queries.InsightSummaryGetParams{UserID: userID, Month: wanted.String()})
	if postgres.IsNoRows(err) {
		empty := engine.Summarize(nil, wanted, s.Clock.Now(), location, chosen.Currency, engine.Rewards{})
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

// freshness says how old what is kept is, and asks for a new computation where orders or cards changed since. Of somebody
// for whom nothing was computed yet, nothing is what there was when they signed up.
func (s *Service) freshness(ctx context.Context, userID uuid.UUID) (asOf time.Time, stale bool, err error) {
	run, err := s.q.InsightRunGet(ctx, s.Pool, userID)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("get insight run: %w", err)
	}
	asOf, seen := run.UserCreatedAt, run.UserCreatedAt
	if run.AsOf != nil && run.DataChangedAt != nil {
		asOf, seen = *run.AsOf, *run.DataChangedAt
	}
	if seen.Equal(run.UserDataChangedAt) {
		return asOf, false, nil
	}
	err = postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		return s.Queue.EnqueueInsightsRefresh(ctx, tx, userID)
	})
	return asOf, true, err
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
