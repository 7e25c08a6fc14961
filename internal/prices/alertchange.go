package prices

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
)

// UpdateAlertParams changes what is set. Threshold and PercentBps take each other's place.
type UpdateAlertParams struct {
	UserID     uuid.UUID
	AlertID    uuid.UUID
	Direction  *engine.Direction
	Threshold  *money.Money
	PercentBps *int64
	Rearm      *bool
	// SetQuiet and SetExpiry say that Quiet and ExpiresAt are meant, also where they are nil.
	SetQuiet, SetExpiry bool
	Quiet               *QuietHours
	ExpiresAt           *time.Time
	// Accepts says yes to the version the caller saw.
	Accepts func(version int64) bool
}

// UpdateAlert changes an alert. A new target, direction or expiry sets it anew. Errors: CodeInvalidRequest,
// ErrAlertNotFound, ErrAlertChanged, ErrAlertExists.
func (s *Service) UpdateAlert(ctx context.Context, params UpdateAlertParams) (Alert, error) {
	return postgres.WithTxV(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) (Alert, error) {
		row, err := s.q.PriceAlertGetForUpdate(ctx, tx, queries.PriceAlertGetForUpdateParams{ID: params.AlertID, UserID: params.UserID})
		if postgres.IsNoRows(err) {
			return Alert{}, ErrAlertNotFound
		}
		if err != nil {
			return Alert{}, fmt.Errorf("lock alert: %w", err)
		}
		if !params.Accepts(row.Version) {
			return Alert{}, ErrAlertChanged
		}
		if !params.changes() {
			return s.fromDBAlert(row), nil
		}
		if err := s.change(ctx, tx, params, &row); err != nil {
			return Alert{}, err
		}
		updated, err := s.q.PriceAlertUpdate(ctx, tx, queries.PriceAlertUpdateParams{
			ID: row.ID, Direction: row.Direction, Currency: row.Currency, Threshold: row.Threshold, PercentBps: row.PercentBps,
			Reference: row.Reference, Rearm: row.Rearm, QuietFrom: row.QuietFrom, QuietTo: row.QuietTo, ExpiresAt: row.ExpiresAt,
			Phase: row.Phase, CheckedAt: row.CheckedAt, SeenAt: row.SeenAt, Held: row.Held, Hint: row.Hint,
		})
		if postgres.IsUniqueViolation(err, "price_alerts_twin") {
			return Alert{}, ErrAlertExists
		}
		if err != nil {
			return Alert{}, fmt.Errorf("update alert: %w", err)
		}
		err = s.Auditor.Record(ctx, tx, params.UserID, "price_alert.update", "price_alert", row.ID.String())
		return s.fromDBAlert(updated), err
	})
}

func (p UpdateAlertParams) changes() bool { return p.setsAnew() || p.Rearm != nil || p.SetQuiet }

func (p UpdateAlertParams) setsAnew() bool {
	return p.Direction != nil || p.Threshold != nil || p.PercentBps != nil || p.SetExpiry
}

func (s *Service) change(ctx context.Context, tx pgx.Tx, params UpdateAlertParams, row *queries.PriceAlert) error {
	if params.SetQuiet {
		row.QuietFrom, row.QuietTo = toDBQuiet(params.Quiet)
	}
	if params.Rearm != nil {
		row.Rearm = *params.Rearm
		switch {
		case row.Rearm && row.Phase == string(engine.Done):
			row.Phase = string(engine.Resting)
		case !row.Rearm && row.Phase == string(engine.Resting):
			row.Phase = string(engine.Done)
		}
	}
	if !params.setsAnew() {
		return nil
	}
	now := s.Clock.Now()
	if params.Direction != nil {
		row.Direction = string(*params.Direction)
	}
	if params.SetExpiry {
		row.ExpiresAt = params.ExpiresAt
	}
	if err := s.retarget(ctx, tx, params, row); err != nil {
		return err
	}
	expiry := params.ExpiresAt // one that has passed and is not named stays as it is
	if !params.SetExpiry && row.ExpiresAt != nil && !row.ExpiresAt.After(now) {
		row.ExpiresAt = nil
	}
	rule := ruleOf(*row)
	if err := checkAlert(rule, expiry, now); err != nil {
		return err
	}
	row.Phase, row.CheckedAt, row.SeenAt, row.Held = string(engine.Armed), nil, nil, nil
	hint, err := s.hintFor(ctx, tx, row.UserID, row.ProductID, rule, now)
	row.Hint = hint
	return err
}

// retarget sets the target anew: a threshold as it is or as it was, a percentage from today's price.
func (s *Service) retarget(ctx context.Context, tx pgx.Tx, params UpdateAlertParams, row *queries.PriceAlert) error {
	threshold, percent := params.Threshold, params.PercentBps
	if threshold == nil && percent == nil {
		percent = row.PercentBps
		if row.Threshold != nil {
			threshold = &money.Money{Amount: *row.Threshold, Currency: row.Currency}
		}
	}
	product, err := s.get(ctx, tx, row.UserID, row.ProductID)
	if err != nil {
		return err
	}
	amount, err := s.target(ctx, tx, product, threshold, percent, &row.Reference)
	if err != nil {
		return err
	}
	row.Currency, row.Threshold, row.PercentBps = product.Product.Currency, amount, percent
	return nil
}
