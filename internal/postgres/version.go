package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"
)

// ErrSchemaOutdated means the database lacks migrations that this build needs. Run `lattice migrate`, then start again.
var ErrSchemaOutdated = errors.New("postgres: database schema is older than this build")

// SchemaVersion compares a database with a build. Both numbers are the version of a goose migration file, 0 for none.
type SchemaVersion struct {
	Database int64 // the newest migration the database has
	Build    int64 // the newest migration this build carries
}

// Newer reports that the database was migrated by a later build than this one.
func (v SchemaVersion) Newer() bool { return v.Database > v.Build }

// CheckVersion compares the database with the migrations of this build and changes nothing. A database that lacks any
// of them, or any of the job queue's, gives ErrSchemaOutdated: a server must not start on it.
//
// A newer database is accepted, so that the old build keeps serving while a deployment migrates first and replaces the
// processes after (migrations therefore only add; what an old build still reads is removed one release later). The
// caller sees it by Newer and should log it.
func CheckVersion(ctx context.Context, pool *pgxpool.Pool, migrations fs.FS) (SchemaVersion, error) {
	wanted, err := migrationVersions(migrations)
	if err != nil {
		return SchemaVersion{}, fmt.Errorf("check schema version: %w", err)
	}
	applied, err := appliedVersions(ctx, pool)
	if err != nil {
		return SchemaVersion{}, fmt.Errorf("check schema version: %w", err)
	}
	version := SchemaVersion{Database: newest(applied), Build: newest(wanted)}

	missing := slices.DeleteFunc(wanted, func(v int64) bool { return slices.Contains(applied, v) })
	if len(missing) > 0 {
		return version, fmt.Errorf("%w: it is at version %d, this build needs %d (%d missing, the first is %d); run `lattice migrate`",
			ErrSchemaOutdated, version.Database, version.Build, len(missing), missing[0])
	}
	if err := checkRiver(ctx, pool); err != nil {
		return version, err
	}
	return version, nil
}

func checkRiver(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := riverMigrator(pool, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("check job queue version: %w", err)
	}
	result, err := migrator.Validate(ctx, nil)
	if err != nil {
		return fmt.Errorf("check job queue version: %w", err)
	}
	if !result.OK {
		return fmt.Errorf("%w: job queue: %s; run `lattice migrate`", ErrSchemaOutdated, strings.Join(result.Messages, "; "))
	}
	return nil
}

// appliedVersions reads goose's table itself, because asking goose would create the table.
func appliedVersions(ctx context.Context, pool *pgxpool.Pool) ([]int64, error) {
	var exists bool
	err := pool.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", goose.DefaultTablename).Scan(&exists)
	if err != nil || !exists {
		return nil, err
	}
	rows, err := pool.Query(ctx, "SELECT version_id FROM "+goose.DefaultTablename+" WHERE is_applied AND version_id > 0")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// migrationVersions lists the versions of the migration files in ascending order.
func migrationVersions(migrations fs.FS) ([]int64, error) {
	names, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, goose.ErrNoMigrations
	}
	versions := make([]int64, 0, len(names))
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("migration file %s: %w", name, err)
		}
		versions = append(versions, version)
	}
	slices.Sort(versions)
	return versions, nil
}

func newest(versions []int64) int64 {
	if len(versions) == 0 {
		return 0
	}
	return slices.Max(versions)
}

// Fingerprint names the schema that Migrate would make: two builds with equal fingerprints make the same tables, ours
// and the job queue's. Test databases are cached under it.
func Fingerprint(migrations fs.FS) (string, error) {
	hash := sha256.New()
	names, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		return "", fmt.Errorf("fingerprint: %w", err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(migrations, name)
		if err != nil {
			return "", fmt.Errorf("fingerprint: %w", err)
		}
		fmt.Fprintf(hash, "%s\x00%d\x00%s", name, len(content), content)
	}
	migrator, err := riverMigrator(nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", fmt.Errorf("fingerprint: %w", err)
	}
	for _, migration := range migrator.AllVersions() {
		fmt.Fprintf(hash, "%d\x00%d\x00%s", migration.Version, len(migration.SQLUp), migration.SQLUp)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
