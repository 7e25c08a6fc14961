package testkit

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

func TestMain(m *testing.M) { Main(m) }

func TestDatabaseIsMigratedToThisBuild(t *testing.T) {
	t.Parallel()
	pool := DB(t)
	version, err := postgres.CheckVersion(t.Context(), pool, db.Migrations)
	require.NoError(t, err)
	require.Equal(t, version.Build, version.Database)
}

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	first, second := DB(t), DB(t)
	_, err := first.Exec(t.Context(), "CREATE TABLE only_here ()")
	require.NoError(t, err)
	_, err = second.Exec(t.Context(), "SELECT FROM only_here")
	require.Error(t, err)
}

func TestDatabaseLivesInAnOddTimeZone(t *testing.T) {
	t.Parallel()
	pool := DB(t)
	var zone string
	var at time.Time
	err := pool.QueryRow(t.Context(), "SELECT current_setting('TimeZone'), '2026-01-01 00:00+00'::timestamptz").Scan(&zone, &at)
	require.NoError(t, err)
	require.Equal(t, oddTimeZone, zone)
	require.Equal(t, time.UTC, at.Location())
}

func TestDatabaseIsDroppedWithTheTest(t *testing.T) { //nolint:tparallel // the inner test must end before the outer one looks
	t.Parallel()
	var name string
	t.Run("inner", func(t *testing.T) {
		pool := DB(t)
		require.NoError(t, pool.QueryRow(t.Context(), "SELECT current_database()").Scan(&name))
	})
	require.NotEmpty(t, name)
	server, err := theServer()
	require.NoError(t, err)
	var exists bool
	err = server.admin.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	require.NoError(t, err)
	require.False(t, exists)
}

func TestPreparedDatabasesAreCopiesOfWhatWasPreparedOnce(t *testing.T) {
	t.Parallel()
	times := 0
	prepare := func(ctx context.Context, pool *pgxpool.Pool) error {
		times++
		_, err := pool.Exec(ctx, "CREATE TABLE prepared AS SELECT 7 AS value")
		return err
	}
	kind := "test_" + randomName()
	t.Cleanup(func() { dropTemplate(t, kind) })
	for range 2 {
		pool := Open(t, PreparedDatabaseURL(t, kind, prepare))
		var value int
		require.NoError(t, pool.QueryRow(t.Context(), "UPDATE prepared SET value = value + 1 RETURNING value").Scan(&value))
		require.Equal(t, 8, value)
		version, err := postgres.CheckVersion(t.Context(), pool, db.Migrations)
		require.NoError(t, err)
		require.Equal(t, version.Build, version.Database, "it is migrated too")
	}
	require.Equal(t, 1, times)
}

func dropTemplate(t *testing.T, kind string) {
	t.Helper()
	server, err := theServer()
	require.NoError(t, err)
	fingerprint, err := postgres.Fingerprint(db.Migrations)
	require.NoError(t, err)
	quoted := pgx.Identifier{templateName(fingerprint, kind)}.Sanitize()
	_, err = server.admin.Exec(context.Background(), "ALTER DATABASE "+quoted+" WITH IS_TEMPLATE false")
	require.NoError(t, err)
	_, err = server.admin.Exec(context.Background(), "DROP DATABASE "+quoted)
	require.NoError(t, err)
}

func TestEmptyDatabaseHasNoTables(t *testing.T) {
	t.Parallel()
	pool := Open(t, EmptyDatabaseURL(t))
	var tables int
	err := pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')").Scan(&tables)
	require.NoError(t, err)
	require.Zero(t, tables)
}

// Several test binaries that share one server meet here; each is played by a server value of its own.
func TestTemplateIsMadeOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	shared, err := theServer()
	require.NoError(t, err)
	var group sync.WaitGroup
	names := make([]string, 4)
	errs := make([]error, len(names))
	for i := range names {
		group.Go(func() {
			one := &server{adminURL: shared.adminURL, admin: shared.admin, cloneStrategy: shared.cloneStrategy}
			names[i], errs[i] = one.template(context.Background())
		})
	}
	group.Wait()
	for i := range names {
		require.NoError(t, errs[i])
		require.Equal(t, names[0], names[i])
	}
}

// A run killed while it filled the template leaves a database without the mark, perhaps half migrated.
func TestUnfinishedTemplateIsMadeAnew(t *testing.T) {
	t.Parallel()
	shared, err := theServer()
	require.NoError(t, err)
	name := "lattice_template_unfinished_" + randomName()
	quoted := pgx.Identifier{name}.Sanitize()
	_, err = shared.admin.Exec(t.Context(), "CREATE DATABASE "+quoted)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := context.Background()
		_, err := shared.admin.Exec(ctx, "ALTER DATABASE "+quoted+" WITH IS_TEMPLATE false")
		require.NoError(t, err)
		_, err = shared.admin.Exec(ctx, "DROP DATABASE "+quoted)
		require.NoError(t, err)
	})
	conn, err := shared.admin.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	require.NoError(t, shared.fillMigrated(t.Context(), conn.Conn(), name))
}

func TestWithDatabaseKeepsEverythingElse(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"postgres://u:p@db:6543/postgres?sslmode=require": "postgres://u:p@db:6543/mine?sslmode=require",
		"postgresql://u@/postgres?host=%2Ftmp%2Fx":        "postgresql://u@/mine?host=%2Ftmp%2Fx",
		"postgres://u@db/?dbname=other":                   "postgres://u@db/mine",
		"host=db user=u dbname=postgres":                  "host=db user=u dbname=postgres dbname=mine",
	} {
		location, err := withDatabase(from, "mine")
		require.NoError(t, err)
		require.Equal(t, want, location)
		config, err := pgx.ParseConfig(location)
		require.NoError(t, err)
		require.Equal(t, "mine", config.Database)
	}
	_, err := withDatabase("postgres://u:secret@db:port/x", "mine")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
}
