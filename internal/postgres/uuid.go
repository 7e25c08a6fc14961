package postgres

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// uuidCodec reads and writes uuid.UUID as the sixteen bytes it is. The driver would take it for any type that knows
// database/sql, and go through text both ways, which every row pays for.
type uuidCodec struct{ pgtype.UUIDCodec }

// PlanScan implements pgtype.Codec.
func (c uuidCodec) PlanScan(types *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*uuid.UUID); ok && format == pgtype.BinaryFormatCode {
		return uuidPlan{}
	}
	return c.UUIDCodec.PlanScan(types, oid, format, target)
}

// PlanEncode implements pgtype.Codec.
func (c uuidCodec) PlanEncode(types *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(uuid.UUID); ok && format == pgtype.BinaryFormatCode {
		return uuidPlan{}
	}
	return c.UUIDCodec.PlanEncode(types, oid, format, value)
}

// uuidPlan is used only for what it was planned for.
type uuidPlan struct{}

// Scan implements pgtype.ScanPlan.
func (uuidPlan) Scan(source []byte, target any) error {
	into, ok := target.(*uuid.UUID)
	if ok && source == nil { // NULL, which the type itself passes over
		return nil
	}
	if !ok || len(source) != len(into) {
		return fmt.Errorf("cannot read %d bytes into %T", len(source), target)
	}
	copy(into[:], source)
	return nil
}

// Encode implements pgtype.EncodePlan.
func (uuidPlan) Encode(value any, buffer []byte) ([]byte, error) {
	id, ok := value.(uuid.UUID)
	if !ok {
		return nil, fmt.Errorf("cannot write %T as a uuid", value)
	}
	return append(buffer, id[:]...), nil
}
