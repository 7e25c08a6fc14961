package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// uniqueViolation is the SQLSTATE of a row that breaks a unique constraint or index.
const uniqueViolation = "23505"

// IsNoRows reports whether a query for one row found none.
func IsNoRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }

// ConstraintName tells which constraint a statement broke; false when err is about something else. Compare names,
// never message texts: those change with the server's language and version.
func ConstraintName(err error) (string, bool) {
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) || pgErr.ConstraintName == "" {
		return "", false
	}
	return pgErr.ConstraintName, true
}

// IsUniqueViolation reports whether err says that a row with this unique constraint or index is already there.
func IsUniqueViolation(err error, constraint string) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && pgErr.Code == uniqueViolation && pgErr.ConstraintName == constraint
}

// lockNotAvailable is the SQLSTATE of a wait that took longer than lock_timeout.
const lockNotAvailable = "55P03"

// IsLockTimeout reports whether a statement gave up waiting for a lock.
func IsLockTimeout(err error) bool {
	var pgError *pgconn.PgError
	return errors.As(err, &pgError) && pgError.Code == lockNotAvailable
}
