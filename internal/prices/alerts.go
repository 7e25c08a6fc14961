package prices

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

const (
	// hysteresisBps is how far the price has to go back for an alert to be armed again: what is less is flutter.
	hysteresisBps = 200
	// mostOpenAlerts is how many alerts a user may have that still wait.
	mostOpenAlerts = 100
)

// Direction is the side of its target an alert waits for.
type Direction = engine.Direction

// QuietHours are minutes of the day in the user's zone, from one up to and without the other; see engine.Quiet.
type QuietHours struct{ From, To int }

// DefaultQuietHours are those of an alert that names none: from ten at night to seven in the morning.
func DefaultQuietHours() *QuietHours { return &QuietHours{From: 22 * 60, To: 7 * 60} }

// Alert is what a user waits for. One of Threshold and PercentBps is set; Target is what either comes to.
type Alert struct {
	ID          uuid.UUID
	ProductID   uuid.UUID
	Direction   engine.Direction
	Threshold   *money.Money
	PercentBps  *int64
	Target      money.Money
	Rearm       bool
	Quiet       *QuietHours
	ExpiresAt   *time.Time
	Phase       engine.Phase
	LastFiredAt *time.Time
	Hint        *string
	Version     int64
	CreatedAt   time.Time
}

// AlertProposal is an alert as the co-pilot proposes it: what stands in the payload of a proposal.
type AlertProposal struct {
	ProductID  uuid.UUID        `json:"productId"`
	Direction  engine.Direction `json:"direction"`
	Threshold  *money.Money     `json:"threshold,omitempty"`
	PercentBps *int64           `json:"percentBps,omitempty"`
}

// Params is the alert the proposal stands for, told outside the usual quiet hours.
func (p AlertProposal) Params(userID uuid.UUID) CreateAlertParams {
	return CreateAlertParams{
		UserID: userID, ProductID: p.ProductID, Direction: p.Direction, Threshold: p.Threshold, PercentBps: p.PercentBps,
		Quiet: DefaultQuietHours(),
	}
}

// Errors of alerts.
var (
	// ErrAlertNotFound also stands for other people's alerts.
	ErrAlertNotFound = apperr.NotFound()
	// ErrAlertChanged means that the version the caller saw is not the current one.
	ErrAlertChanged = apperr.New(apperr.CodePreconditionFailed, "This was changed in the meantime. Read it again.")
	// ErrTooManyAlerts means that mostOpenAlerts wait already.
	ErrTooManyAlerts = apperr.New(apperr.CodeConflict, "You already wait for 100 prices. Delete an alert you no longer need first.")
	// ErrAlertExists means that the very same is waited for already: it would be told twice.
	ErrAlertExists = apperr.New(apperr.CodeConflict, "You are waiting for this price already.")
	// ErrAlertKept means that an alert cannot be taken back as it was set: it has been changed, has fired or is gone.
	ErrAlertKept = apperr.New(apperr.CodeConflict, "The alert has been changed, has fired or is gone since, so there is nothing to undo.")
)

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// AlertCursor is where a list of alerts goes on.
type AlertCursor struct {
	CreatedAt time.Time `json:"c"`
	ID        uuid.UUID `json:"i"`
}

// ListAlertsParams selects a page of alerts.
type ListAlertsParams struct {
	UserID uuid.UUID
	Limit  int
	Before *AlertCursor
}

// Alerts lists the user's alerts, newest first.
func (s *Service) Alerts(ctx context.Context, params ListAlertsParams) (paging.Page[Alert, AlertCursor], error) {
	before := AlertCursor{CreatedAt: paging.End()}
	if params.Before != nil {
		before = *params.Before
	}
	rows, err := s.q.PriceAlertList(ctx, s.Pool, queries.PriceAlertListParams{
		UserID: params.UserID, BeforeCreatedAt: before.CreatedAt, BeforeID: before.ID,
		RowLimit: paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Alert, AlertCursor]{}, fmt.Errorf("list alerts: %w", err)
	}
	alerts := make([]Alert, len(rows))
	for i, row := range rows {
		alerts[i] = s.fromDBAlert(row)
	}
	return paging.Cut(alerts, params.Limit, func(a Alert) AlertCursor { return AlertCursor{CreatedAt: a.CreatedAt, ID: a.ID} }), nil
}

// CreateAlertParams is an alert to set.
type CreateAlertParams struct {
	UserID     uuid.UUID
	ProductID  uuid.UUID
	Direction  engine.Direction
	Threshold  *money.Money
	PercentBps *int64
	Rearm      bool
	Quiet      *QuietHours
	ExpiresAt  *time.Time
}

// CreateAlert sets an alert. Errors: CodeInvalidRequest, ErrTooManyAlerts, ErrAlertExists and those of package
// idempotency.
func (s *Service) CreateAlert(ctx context.Context, params CreateAlertParams) (Alert, error) {
	return idempotency.Do(ctx, s.Pool, s.Clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (Alert, []uuid.UUID, error) {
			alert, err := s.SetAlert(ctx, tx, params)
			return alert, []uuid.UUID{alert.ID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Alert, error) {
			row, err := s.q.PriceAlertGet(ctx, s.Pool, queries.PriceAlertGetParams{ID: ids[0], UserID: params.UserID})
			if postgres.IsNoRows(err) {
				return Alert{}, idempotency.Gone(ctx, ErrAlertNotFound)
			}
			if err != nil {
				return Alert{}, fmt.Errorf("get alert: %w", err)
			}
			return s.fromDBAlert(row), nil
		})
}

// SetAlert is CreateAlert in a transaction of the caller's.
func (s *Service) SetAlert(ctx context.Context, tx pgx.Tx, params CreateAlertParams) (Alert, error) {
	now := s.Clock.Now()
	product, err := s.get(ctx, tx, params.UserID, params.ProductID)
	if errors.Is(err, ErrProductNotFound) {
		return Alert{}, apperr.Invalid(apperr.Field{Pointer: "/productId", Code: "unknown", Detail: "There is no such product."})
	}
	if err != nil {
		return Alert{}, err
	}
	open, err := s.q.PriceAlertCountOpen(ctx, tx, params.UserID)
	if err != nil {
		return Alert{}, fmt.Errorf("count alerts: %w", err)
	}
	if open >= mostOpenAlerts {
		return Alert{}, ErrTooManyAlerts
	}
	row := queries.PriceAlertInsertParams{
		ID: uuid.Must(uuid.NewV7()), UserID: params.UserID, ProductID: params.ProductID, Direction: string(params.Direction),
		Currency: product.Product.Currency, PercentBps: params.PercentBps, Rearm: params.Rearm, HysteresisBps: hysteresisBps,
		ExpiresAt: params.ExpiresAt, CreatedAt: now,
	}
	row.QuietFrom, row.QuietTo = toDBQuiet(params.Quiet)
	row.Threshold, err = s.target(ctx, tx, product, params.Threshold, params.PercentBps, &row.Reference)
	if err == nil {
		err = checkAlert(ruleOf(alertRow(row)), params.ExpiresAt, now)
	}
	if err != nil {
		return Alert{}, err
	}
	if row.Hint, err = s.hintFor(ctx, tx, params.UserID, params.ProductID, ruleOf(alertRow(row)), now); err != nil {
		return Alert{}, err
	}
	inserted, err := s.q.PriceAlertInsert(ctx, tx, row)
	if postgres.IsNoRows(err) {
		return Alert{}, ErrAlertExists
	}
	if err != nil {
		return Alert{}, fmt.Errorf("insert alert: %w", err)
	}
	err = s.Auditor.Record(ctx, tx, params.UserID, "price_alert.create", "price_alert", row.ID.String())
	return s.fromDBAlert(inserted), err
}

// target checks what is waited for against the product and takes note of its price, from which a percentage counts.
func (s *Service) target(
	ctx context.Context,
	on queries.DBTX,
	product queries.ProductGetRow,
	threshold *money.Money,
	percentBps *int64,
	reference *int64,
) (*int64, error) {
	if (threshold == nil) == (percentBps == nil) {
		return nil, apperr.Invalid(apperr.Field{Pointer: "/threshold", Code: "one_of", Detail: "Give either a threshold or a percent."})
	}
	if threshold != nil && threshold.Currency != product.Product.Currency {
		return nil, apperr.Invalid(apperr.Field{
			Pointer: "/threshold/currency", Code: "currency", Detail: "This product is priced in " + product.Product.Currency + ".",
		})
	}
	newest, err := s.newestOf(ctx, on, product.Product.MerchantID, product.Product.Sku, product.Product.UserID)
	if err != nil {
		return nil, err
	}
	if newest == nil || newest.Currency != product.Product.Currency {
		return nil, apperr.Invalid(apperr.Field{Pointer: "/productId", Code: "no_price", Detail: "No price of this product is known."})
	}
	*reference = newest.Amount
	if threshold == nil {
		return nil, nil //nolint:nilnil // the percentage is the target
	}
	return &threshold.Amount, nil
}

// newestOf is what an article costs now; nil where nobody knows.
func (s *Service) newestOf(
	ctx context.Context,
	on queries.DBTX,
	merchantID int64,
	sku string,
	userID *uuid.UUID,
) (*queries.PriceNewestOfRow, error) {
	params := queries.PriceNewestOfParams{MerchantID: merchantID, Sku: sku}
	if userID != nil {
		params.UserID = *userID
	}
	newest, err := s.q.PriceNewestOf(ctx, on, params)
	if postgres.IsNoRows(err) {
		return nil, nil //nolint:nilnil // that nobody knows is no error
	}
	if err != nil {
		return nil, fmt.Errorf("get newest price: %w", err)
	}
	return &newest, nil
}

// mostYears is how long an alert waits at most.
const mostYears = 10

// checkAlert collects what is wrong with a rule.
func checkAlert(rule engine.Rule, expiresAt *time.Time, now time.Time) error {
	var fields []apperr.Field
	if err := rule.Validate(); err != nil {
		field := apperr.Field{Pointer: "/threshold/amount", Code: "minimum", Detail: "A price is more than nothing."}
		if rule.Threshold == nil {
			field = apperr.Field{Pointer: "/percent", Code: "maximum", Detail: "A price cannot fall by all of itself."}
		}
		fields = append(fields, field)
	}
	if expiresAt != nil && !expiresAt.After(now) {
		fields = append(fields, apperr.Field{Pointer: "/expiresAt", Code: "past", Detail: "This is in the past."})
	}
	if expiresAt != nil && expiresAt.After(now.AddDate(mostYears, 0, 0)) {
		fields = append(fields, apperr.Field{Pointer: "/expiresAt", Code: "maximum", Detail: "An alert waits for ten years at most."})
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// hintFor is a word on a target; nil where there is nothing to say.
func (s *Service) hintFor(
	ctx context.Context,
	on queries.DBTX,
	userID, productID uuid.UUID,
	rule engine.Rule,
	now time.Time,
) (*string, error) {
	history, err := s.history(ctx, on, userID, productID, true)
	if err != nil {
		return nil, err
	}
	hint, ok := engine.NeverReached(rule, history.Observations, now)
	if !ok {
		return nil, nil //nolint:nilnil // nothing to say is no error
	}
	return &hint.Text, nil
}

// DeleteAlert deletes an alert. Errors: ErrAlertNotFound.
func (s *Service) DeleteAlert(ctx context.Context, userID, alertID uuid.UUID) error {
	return postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		deleted, err := s.q.PriceAlertDelete(ctx, tx, queries.PriceAlertDeleteParams{ID: alertID, UserID: userID})
		if err != nil {
			return fmt.Errorf("delete alert: %w", err)
		}
		if deleted == 0 {
			return ErrAlertNotFound
		}
		return s.Auditor.Record(ctx, tx, userID, "price_alert.delete", "price_alert", alertID.String())
	})
}

// UnsetAlert takes back an alert that is still as SetAlert left it. Errors: ErrAlertKept, also where it is
// gone.
func (s *Service) UnsetAlert(ctx context.Context, tx pgx.Tx, userID, alertID uuid.UUID) error {
	row, err := s.q.PriceAlertGetForUpdate(ctx, tx, queries.PriceAlertGetForUpdateParams{ID: alertID, UserID: userID})
	if postgres.IsNoRows(err) { // deleted by hand
		return ErrAlertKept
	}
	if err != nil {
		return fmt.Errorf("lock alert: %w", err)
	}
	if row.Version != 1 || row.FiredAt != nil {
		return ErrAlertKept
	}
	if _, err := s.q.PriceAlertDelete(ctx, tx, queries.PriceAlertDeleteParams{ID: alertID, UserID: userID}); err != nil {
		return fmt.Errorf("delete alert: %w", err)
	}
	return s.Auditor.Record(ctx, tx, userID, "price_alert.delete", "price_alert", alertID.String())
}

// alertRow is what of an alert its rule is made of.
func alertRow(p queries.PriceAlertInsertParams) queries.PriceAlert {
	return queries.PriceAlert{
		Direction: p.Direction, Currency: p.Currency, Threshold: p.Threshold, PercentBps: p.PercentBps, Reference: p.Reference,
		Rearm: p.Rearm, HysteresisBps: p.HysteresisBps, QuietFrom: p.QuietFrom, QuietTo: p.QuietTo, ExpiresAt: p.ExpiresAt,
	}
}

// ruleOf is the engine's rule of an alert, without the zone of its quiet hours.
func ruleOf(row queries.PriceAlert) engine.Rule {
	rule := engine.Rule{
		Direction: engine.Direction(row.Direction), Reference: money.Money{Amount: row.Reference, Currency: row.Currency},
		Rearm: row.Rearm, HysteresisBps: row.HysteresisBps,
	}
	if row.Threshold != nil {
		rule.Threshold = &money.Money{Amount: *row.Threshold, Currency: row.Currency}
	}
	if row.PercentBps != nil {
		rule.PercentBps = *row.PercentBps
	}
	if row.ExpiresAt != nil {
		rule.ExpiresAt = *row.ExpiresAt
	}
	if row.QuietFrom != nil && row.QuietTo != nil {
		rule.Quiet = engine.Quiet{From: int(*row.QuietFrom), To: int(*row.QuietTo)}
	}
	return rule
}

func stateOf(row queries.PriceAlert) (engine.State, error) {
	state := engine.State{Phase: engine.Phase(row.Phase)}
	if row.CheckedAt != nil {
		state.At = *row.CheckedAt
	}
	if row.SeenAt != nil {
		state.SeenAt = *row.SeenAt
	}
	if row.FiredAt != nil {
		state.FiredAt = *row.FiredAt
	}
	if len(row.Held) > 0 {
		state.Held = &engine.Firing{}
		if err := json.Unmarshal(row.Held, state.Held); err != nil {
			return engine.State{}, fmt.Errorf("read what alert %s holds: %w", row.ID, err)
		}
	}
	return state, nil
}

func toDBQuiet(quiet *QuietHours) (from, to *int32) {
	if quiet == nil {
		return nil, nil
	}
	start, end := int32(quiet.From), int32(quiet.To) //nolint:gosec // minutes of a day
	return &start, &end
}

func (s *Service) fromDBAlert(row queries.PriceAlert) Alert {
	rule := ruleOf(row)
	alert := Alert{
		ID: row.ID, ProductID: row.ProductID, Direction: rule.Direction, Threshold: rule.Threshold, PercentBps: row.PercentBps,
		Target: rule.Target(), Rearm: row.Rearm, ExpiresAt: row.ExpiresAt, Phase: engine.Phase(row.Phase), LastFiredAt: row.FiredAt,
		Hint: row.Hint, Version: row.Version, CreatedAt: row.CreatedAt,
	}
	if row.QuietFrom != nil && row.QuietTo != nil {
		alert.Quiet = &QuietHours{From: int(*row.QuietFrom), To: int(*row.QuietTo)}
	}
	over := row.ExpiresAt != nil && !s.Clock.Now().Before(*row.ExpiresAt) && len(row.Held) == 0
	if over && (alert.Phase == engine.Armed || alert.Phase == engine.Resting) {
		alert.Phase = engine.Expired // nobody has looked since
	}
	return alert
}
