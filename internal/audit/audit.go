// Package audit records who did what to what: never amounts, never content. An event commits with the change it tells of.
package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/telemetry"
)

// Log writes audit events.
type Log struct {
	q     *queries.Queries
	clock clock.Clock
}

// New makes a log.
func New(clk clock.Clock) (*Log, error) {
	if clk == nil {
		return nil, errors.New("audit: New wants a clock")
	}
	return &Log{q: queries.New(), clock: clk}, nil
}

// Record adds one event in tx. action is noun.verb such as "group.create"; targetID is an id, never a value.
func (l *Log) Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make audit id: %w", err)
	}
	err = l.q.AuditEventInsert(ctx, tx, queries.AuditEventInsertParams{
		ID: id, UserID: &userID, Action: action, TargetType: targetType, TargetID: targetID,
		RequestID: telemetry.RequestID(ctx), At: l.clock.Now(),
	})
	if err != nil {
		return fmt.Errorf("record %s: %w", action, err)
	}
	return nil
}
