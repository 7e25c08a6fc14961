package insights

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/engine/earnings"
	engine "github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/postgres"
)

// keptMonths is how many months, the current one included, are computed: a year and what it is compared with.
const keptMonths = 13

// maxAge is when a computation is too old even if nothing changed: days pass, and "the last month" moves with them.
const maxAge = 12 * time.Hour

// RefreshIfStale computes anew unless what is kept is fresh. It may run twice.
func (s *Service) RefreshIfStale(ctx context.Context, userID uuid.UUID) error {
	run, err := s.q.InsightRunGet(ctx, s.Pool, userID)
	if postgres.IsNoRows(err) {
		return nil // the user is gone
	}
	if err != nil {
		return fmt.Errorf("get insight run: %w", err)
	}
	fresh := run.AsOf != nil && run.DataChangedAt != nil && run.DataChangedAt.Equal(run.UserDataChangedAt) &&
		s.Clock.Now().Sub(*run.AsOf) < maxAge
	if fresh {
		return nil
	}
	return s.Refresh(ctx, userID)
}

// Stale lists users to refresh, at most limit, by id after the given one.
func (s *Service) Stale(ctx context.Context, after uuid.UUID, limit int) ([]uuid.UUID, error) {
	ids, err := s.q.InsightRunListStale(ctx, s.Pool, queries.InsightRunListStaleParams{
		AfterID: after, OlderThan: s.Clock.Now().Add(-maxAge), RowLimit: int32(limit), //nolint:gosec // a page size
	})
	if err != nil {
		return nil, fmt.Errorf("list stale users: %w", err)
	}
	return ids, nil
}

// Refresh computes a user's insights and monthly summaries, keeps them in place of the former ones, and delivers what of
// them is new.
func (s *Service) Refresh(ctx context.Context, userID uuid.UUID) error {
	// Read before the orders: a change in between then shows as stale, and is computed again.
	run, err := s.q.InsightRunGet(ctx, s.Pool, userID)
	if err != nil {
		return fmt.Errorf("get insight run: %w", err)
	}
	now := s.Clock.Now()
	rows, summaries, err := s.compute(ctx, userID, now)
	if err != nil {
		return err
	}
	return postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		// First, because it locks: of two computations at once one replaces the other as a whole.
		kept, err := s.q.InsightRunUpsert(ctx, tx, queries.InsightRunUpsertParams{
			UserID: userID, AsOf: now, DataChangedAt: run.UserDataChangedAt,
		})
		if err != nil {
			return fmt.Errorf("keep insight run: %w", err)
		}
		if kept == 0 {
			return nil // what is kept saw more than this computation
		}
		added, err := s.replace(ctx, tx, userID, rows, summaries)
		if err != nil {
			return err
		}
		return s.deliver(ctx, tx, userID, added, now)
	})
}

// compute reads what there is to know and has the engine work on it.
func (s *Service) compute(
	ctx context.Context, userID uuid.UUID, now time.Time,
) ([]queries.InsightInsertParams, []queries.InsightSummaryInsertParams, error) {
	chosen, err := s.Preferences.Preferences(ctx, userID)
	if err != nil {
		return nil, nil, err
	}
	location, currency := chosen.Location(), chosen.Currency
	first := engine.MonthOf(now, location).Add(1 - keptMonths)
	// What was bought in a year counts against the caps of that year, and the first month is compared with the one before.
	since := engine.Month{Year: first.Year, Month: time.January}
	if first == since {
		since = first.Add(-1)
	}
	orders, err := s.Orders.Since(ctx, userID, since.Start(location))
	if err != nil {
		return nil, nil, err
	}
	wallet, err := s.Cards.Wallet(ctx, userID)
	if err != nil {
		return nil, nil, err
	}
	networks, err := s.Merchants.AcceptedNetworks(ctx)
	if err != nil {
		return nil, nil, err
	}
	earned, err := earnings.Replay(orders, wallet, networks, location, now.In(location).AddDate(-1, 0, 0))
	if err != nil {
		return nil, nil, fmt.Errorf("replay rewards: %w", err)
	}
	earned.Reminders = earnings.Reminders(wallet, now, location)
	var rows []queries.InsightInsertParams
	for _, finding := range engine.Compute(orders, now, location, currency, earned) {
		row, err := toDBInsight(finding, userID)
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, row)
	}
	summaries := make([]queries.InsightSummaryInsertParams, 0, keptMonths)
	for i := range keptMonths {
		month := first.Add(i)
		payload, err := json.Marshal(engine.Summarize(orders, month, now, location, currency, earned))
		if err != nil {
			return nil, nil, fmt.Errorf("write summary: %w", err)
		}
		summaries = append(summaries, queries.InsightSummaryInsertParams{UserID: userID, Month: month.String(), Summary: payload})
	}
	return rows, summaries, nil
}

// replace puts a computation in place of the former one and answers the findings that were not in that.
func (s *Service) replace(
	ctx context.Context,
	tx pgx.Tx,
	userID uuid.UUID,
	rows []queries.InsightInsertParams,
	summaries []queries.InsightSummaryInsertParams,
) (added []queries.InsightInsertParams, err error) {
	former, err := s.q.InsightDeleteComputed(ctx, tx, userID)
	if err != nil {
		return nil, fmt.Errorf("delete insights: %w", err)
	}
	// The same finding keeps its id from one computation to the next.
	ids := make(map[string]uuid.UUID, len(former))
	for _, row := range former {
		ids[row.Key] = row.ID
	}
	for i := range rows {
		if id, known := ids[rows[i].Key]; known {
			rows[i].ID = id
		} else {
			added = append(added, rows[i])
		}
	}
	if _, err := s.q.InsightInsert(ctx, tx, rows); err != nil {
		return nil, fmt.Errorf("insert insights: %w", err)
	}
	if err := s.q.InsightSummaryDeleteForUser(ctx, tx, userID); err != nil {
		return nil, fmt.Errorf("delete summaries: %w", err)
	}
	if _, err := s.q.InsightSummaryInsert(ctx, tx, summaries); err != nil {
		return nil, fmt.Errorf("insert summaries: %w", err)
	}
	return added, nil
}

func toDBInsight(finding engine.Insight, userID uuid.UUID) (queries.InsightInsertParams, error) {
	sources := finding.Sources
	if sources == nil {
		sources = []engine.Source{}
	}
	encoded, err := json.Marshal(sources)
	if err != nil {
		return queries.InsightInsertParams{}, fmt.Errorf("write sources: %w", err)
	}
	row := queries.InsightInsertParams{
		ID: uuid.Must(uuid.NewV7()), UserID: userID, Key: finding.Key,
		Type: string(finding.Type), Title: finding.Title, Description: finding.Description, Impact: finding.Impact,
		Date: finding.Date, Sources: encoded, AsOf: finding.AsOf,
	}
	if finding.Amount != nil {
		row.Amount, row.Currency = &finding.Amount.Amount, &finding.Amount.Currency
	}
	if finding.Action != "" {
		row.Action = &finding.Action
	}
	return row, nil
}
