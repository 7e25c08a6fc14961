package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/telemetry"
)

// VendorCall is one call to a vendor. It holds nothing of what was said.
type VendorCall struct {
	Vendor    string
	Operation string
	Subject   string // whom the vendor knows the person as; empty where it is about nobody
	Outcome   string // ok, failed, the name of a refusal, cancelled where the caller left, or not_asked where nobody was called
	Took      time.Duration
}

// RecordCall adds a call. It has no transaction to belong to: a call that was made was made, whatever becomes of the rest.
func (l *Log) RecordCall(ctx context.Context, pool *pgxpool.Pool, call VendorCall) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id of call: %w", err)
	}
	var subject *string
	if call.Subject != "" {
		subject = &call.Subject
	}
	err = l.q.VendorCallInsert(ctx, pool, queries.VendorCallInsertParams{
		ID: id, Vendor: call.Vendor, Operation: call.Operation, Subject: subject, RequestID: telemetry.RequestID(ctx),
		Outcome: call.Outcome, DurationMs: call.Took.Milliseconds(), At: l.clock.Now(),
	})
	if err != nil {
		return fmt.Errorf("record call: %w", err)
	}
	return nil
}

// keptCalls is how long calls to vendors are kept.
const keptCalls = 90 * 24 * time.Hour

// DeleteOldCalls deletes the calls that are older than that.
func (l *Log) DeleteOldCalls(ctx context.Context, pool *pgxpool.Pool) (deleted int64, err error) {
	deleted, err = l.q.VendorCallDeleteOld(ctx, pool, l.clock.Now().Add(-keptCalls))
	if err != nil {
		return 0, fmt.Errorf("delete old calls: %w", err)
	}
	return deleted, nil
}
