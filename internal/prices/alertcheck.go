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
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
)

// AlertTold is what an alert tells when it fires.
type AlertTold struct {
	// FiringID names this time and no other: whoever tells it on can tell a repeat by it.
	FiringID  uuid.UUID
	AlertID   uuid.UUID
	UserID    uuid.UUID
	ProductID uuid.UUID
	Product   string
	Merchant  string
	URL       string // empty where there is none
	Direction engine.Direction
	Price     money.Money
	Text      string // a sentence that says why
	SeenAt    time.Time
	FiredAt   time.Time
	Location  *time.Location // the user's
}

// Poster puts what an alert tells into the user's feed, in the transaction that fires it.
type Poster interface {
	PostAlert(ctx context.Context, tx pgx.Tx, told AlertTold) error
}

// Mailer queues the mail that tells it, in the same transaction; it is sent after that, if the user wants mails.
type Mailer interface {
	MailAlert(ctx context.Context, tx pgx.Tx, told AlertTold) error
}

// Notifier tells readers, here and in other processes, what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// alertPage is how many alerts are looked up at a time.
const alertPage = 500

// CheckAlerts looks at the price of every alert that waits. It may run twice, and in several processes at once: each alert
// is held by one of them, and what a step did commits with what it told. It returns how many fired.
func (s *Service) CheckAlerts(ctx context.Context) (int, error) {
	fired, checked, failed := 0, 0, 0
	after := uuid.Nil
	for {
		ids, err := s.q.PriceAlertListOpen(ctx, s.Pool, queries.PriceAlertListOpenParams{AfterID: after, RowLimit: alertPage})
		if err != nil {
			return fired, fmt.Errorf("list open alerts: %w", err)
		}
		for _, id := range ids {
			told, err := s.checkAlert(ctx, id)
			if ctx.Err() != nil {
				return fired, ctx.Err()
			}
			checked++
			if err != nil {
				failed++
				s.Logger.WarnContext(ctx, "price alert not checked", "alert_id", id, "error", err)
			}
			if told {
				fired++
			}
		}
		if len(ids) < alertPage {
			break
		}
		after = ids[len(ids)-1]
	}
	if failed > 0 && failed == checked {
		return fired, errors.New("prices: no alert could be checked")
	}
	return fired, nil
}

// checkAlert takes one step of an alert.
func (s *Service) checkAlert(ctx context.Context, id uuid.UUID) (fired bool, err error) {
	peek, err := s.q.PriceAlertPeek(ctx, s.Pool, id)
	if postgres.IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("peek at alert: %w", err)
	}
	newest, err := s.newestOf(ctx, s.Pool, peek.MerchantID, peek.Sku, &peek.UserID)
	if err != nil {
		return false, err
	}
	// Without news there is nothing to read: time alone may end quiet hours, or the alert.
	var history *engine.History
	if newest != nil && (peek.SeenAt == nil || newest.SeenAt.After(*peek.SeenAt)) {
		read, err := s.History(ctx, peek.UserID, peek.ProductID, true)
		if err != nil {
			return false, err
		}
		history = &read
	}
	return postgres.WithTxV(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) (bool, error) {
		row, err := s.q.PriceAlertClaim(ctx, tx, id)
		if postgres.IsNoRows(err) {
			return false, nil // gone, done, or held by another worker
		}
		if err != nil {
			return false, fmt.Errorf("claim alert: %w", err)
		}
		return s.step(ctx, tx, row, newest, history)
	})
}

func (s *Service) step(
	ctx context.Context,
	tx pgx.Tx,
	row queries.PriceAlertClaimRow,
	newest *queries.PriceNewestOfRow,
	history *engine.History,
) (bool, error) {
	now := s.Clock.Now()
	before, err := stateOf(row.PriceAlert)
	if err != nil {
		return false, err
	}
	rule := ruleOf(row.PriceAlert)
	rule.Quiet.Location = zone(row.TimeZone)
	reading := engine.Reading{At: now}
	if newest != nil {
		reading.Price, reading.SeenAt = &money.Money{Amount: newest.Amount, Currency: newest.Currency}, newest.SeenAt
	}
	after, _, firing := engine.Step(rule, before, reading)
	hint := row.PriceAlert.Hint
	if history != nil {
		hint = nil
		if word, ok := engine.NeverReached(rule, history.Observations, now); ok {
			hint = &word.Text
		}
	}
	if err := s.keep(ctx, tx, row.PriceAlert.ID, after, hint); err != nil || firing == nil {
		return false, err
	}
	return true, s.fire(ctx, tx, row, rule, *firing, now)
}

// zone is the user's time zone; UTC where it is not known to this machine.
func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return location
}

func (s *Service) keep(ctx context.Context, tx pgx.Tx, id uuid.UUID, state engine.State, hint *string) error {
	params := queries.PriceAlertStepParams{
		ID: id, Phase: string(state.Phase), Hint: hint, CheckedAt: orNil(state.At), SeenAt: orNil(state.SeenAt), FiredAt: orNil(state.FiredAt),
	}
	if state.Held != nil {
		held, err := json.Marshal(state.Held)
		if err != nil {
			return fmt.Errorf("write what an alert holds: %w", err)
		}
		params.Held = held
	}
	if err := s.q.PriceAlertStep(ctx, tx, params); err != nil {
		return fmt.Errorf("step alert: %w", err)
	}
	return nil
}

func orNil(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// fire tells of an alert: row, feed, mail and hint belong to one commit.
func (s *Service) fire(
	ctx context.Context,
	tx pgx.Tx,
	row queries.PriceAlertClaimRow,
	rule engine.Rule,
	firing engine.Firing,
	now time.Time,
) error {
	alert := row.PriceAlert
	told := AlertTold{
		FiringID: uuid.Must(uuid.NewV7()), AlertID: alert.ID, UserID: alert.UserID, ProductID: alert.ProductID, Product: row.ProductName,
		Merchant: row.MerchantName, Direction: rule.Direction, Price: firing.Price, Text: firing.Text(rule), SeenAt: firing.SeenAt,
		FiredAt: now, Location: rule.Quiet.Location,
	}
	if row.ProductURL != nil {
		told.URL = *row.ProductURL
	}
	err := s.q.PriceAlertFiringInsert(ctx, tx, queries.PriceAlertFiringInsertParams{
		ID: told.FiringID, AlertID: alert.ID, Cause: string(firing.Cause), Amount: firing.Price.Amount, Currency: firing.Price.Currency,
		Target: firing.Target.Amount, SeenAt: firing.SeenAt, FiredAt: now,
	})
	if err != nil {
		return fmt.Errorf("note firing: %w", err)
	}
	if err := s.Poster.PostAlert(ctx, tx, told); err != nil {
		return err
	}
	if err := s.Mailer.MailAlert(ctx, tx, told); err != nil {
		return err
	}
	notice := events.Notice{Audience: []uuid.UUID{alert.UserID}, Hint: &events.Hint{Type: events.AlertFired, AlertID: alert.ID}}
	postgres.AfterCommit(ctx, func() { s.Notifier.Notify(notice) })
	return nil
}
