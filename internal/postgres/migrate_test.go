package postgres_test

import (
	"context"
	"io/fs"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/testkit"
)

const (
	firstMigration  = "20260101000000_first.sql"
	secondMigration = "20260102000000_second.sql"
	thirdMigration  = "20260103000000_third.sql"
)

func migration(up string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("-- +goose Up\n" + up + ";\n-- +goose Down\nSELECT 1;\n")}
}

func twoMigrations() fstest.MapFS {
	return fstest.MapFS{
		firstMigration:  migration("CREATE TABLE first (id int)"),
		secondMigration: migration("CREATE TABLE second (id int)"),
	}
}

func migrated(t *testing.T, migrations fs.FS) *pgxpool.Pool {
	t.Helper()
	pool := testkit.Open(t, testkit.EmptyDatabaseURL(t))
	require.NoError(t, postgres.Migrate(t.Context(), pool, migrations, discard()))
	return pool
}

func tableExists(t *testing.T, pool *pgxpool.Pool, name string) (exists bool) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT to_regclass($1) IS NOT NULL", name).Scan(&exists))
	return exists
}

func TestMigrateMakesOurTablesAndTheQueues(t *testing.T) {
	t.Parallel()
	pool := migrated(t, twoMigrations())
	require.True(t, tableExists(t, pool, "second"))
	require.True(t, tableExists(t, pool, "river.river_job"))
	require.False(t, tableExists(t, pool, "public.river_job"))

	require.NoError(t, postgres.Migrate(t.Context(), pool, twoMigrations(), discard()), "a second time changes nothing")
	version, err := postgres.CheckVersion(t.Context(), pool, twoMigrations())
	require.NoError(t, err)
	require.Equal(t, postgres.SchemaVersion{Database: 20260102000000, Build: 20260102000000}, version)
	require.False(t, version.Newer())
}

func TestManyMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := testkit.EmptyDatabaseURL(t)
	errs := make([]error, 4)
	var group sync.WaitGroup
	for i := range errs {
		pool := testkit.Open(t, url) // as separate processes would
		group.Go(func() { errs[i] = postgres.Migrate(context.Background(), pool, twoMigrations(), discard()) })
	}
	group.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

func TestMigrateNeedsNoSecondConnectionOfThePool(t *testing.T) {
	t.Parallel()
	pool, err := postgres.Open(t.Context(), testkit.EmptyDatabaseURL(t), postgres.Options{MaxConns: 1})
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, postgres.Migrate(t.Context(), pool, twoMigrations(), discard()))
}

func TestMigrateWaitsForAnotherOnlyAsLongAsItsContextAllows(t *testing.T) {
	t.Parallel()
	url := testkit.EmptyDatabaseURL(t)
	pool := testkit.Open(t, url)
	other, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer other.Close(context.Background()) //nolint:errcheck // the database is dropped
	_, err = other.Exec(t.Context(), "SELECT pg_advisory_lock($1)", postgres.MigrateLockID)
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 3*postgres.MigrateLockPoll)
	defer cancel()
	err = postgres.Migrate(ctx, pool, twoMigrations(), discard())
	require.ErrorContains(t, err, "wait for another migration")
	require.False(t, tableExists(t, pool, "first"))

	_, err = other.Exec(t.Context(), "SELECT pg_advisory_unlock($1)", postgres.MigrateLockID)
	require.NoError(t, err)
	require.NoError(t, postgres.Migrate(t.Context(), pool, twoMigrations(), discard()))
}

func TestFailedMigrationKeepsTheOnesBeforeAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	pool := testkit.Open(t, testkit.EmptyDatabaseURL(t))
	broken := twoMigrations()
	broken[secondMigration] = migration("CREATE TABLE second (id int); SELECT 1/0")
	require.Error(t, postgres.Migrate(t.Context(), pool, broken, discard()))
	require.True(t, tableExists(t, pool, "first"))
	require.False(t, tableExists(t, pool, "second"))

	require.NoError(t, postgres.Migrate(t.Context(), pool, twoMigrations(), discard()))
	require.True(t, tableExists(t, pool, "second"))
}

func TestMigrateRefusesWhatItCannotWorkWith(t *testing.T) {
	t.Parallel()
	pool := testkit.Open(t, testkit.EmptyDatabaseURL(t))
	require.Error(t, postgres.Migrate(t.Context(), nil, twoMigrations(), discard()))
	require.Error(t, postgres.Migrate(t.Context(), pool, nil, discard()))
	require.Error(t, postgres.Migrate(t.Context(), pool, twoMigrations(), nil))
	require.Error(t, postgres.Migrate(t.Context(), pool, fstest.MapFS{}, discard()))
}

func TestOlderDatabasesAreRefused(t *testing.T) {
	t.Parallel()
	pool := testkit.Open(t, testkit.EmptyDatabaseURL(t))
	version, err := postgres.CheckVersion(t.Context(), pool, twoMigrations())
	require.ErrorIs(t, err, postgres.ErrSchemaOutdated)
	require.ErrorContains(t, err, "run `lattice migrate`")
	require.Zero(t, version.Database)
	require.False(t, tableExists(t, pool, "goose_db_version"), "checking changes nothing")

	require.NoError(t, postgres.Migrate(t.Context(), pool, twoMigrations(), discard()))
	later := twoMigrations()
	later[thirdMigration] = migration("CREATE TABLE third (id int)")
	_, err = postgres.CheckVersion(t.Context(), pool, later)
	require.ErrorIs(t, err, postgres.ErrSchemaOutdated)
	require.ErrorContains(t, err, "at version 20260102000000, this build needs 20260103000000 (1 missing, the first is 20260103000000)")
}

// A branch merged late can carry a migration older than the newest one applied.
func TestDatabaseThatLacksOneInTheMiddleIsRefused(t *testing.T) {
	t.Parallel()
	without := twoMigrations()
	delete(without, firstMigration)
	pool := migrated(t, without)
	_, err := postgres.CheckVersion(t.Context(), pool, twoMigrations())
	require.ErrorIs(t, err, postgres.ErrSchemaOutdated)
	require.ErrorContains(t, err, "the first is 20260101000000")
}

func TestDatabaseWithAnOlderQueueIsRefused(t *testing.T) {
	t.Parallel()
	pool := migrated(t, twoMigrations())
	_, err := pool.Exec(t.Context(), "DELETE FROM river.river_migration WHERE version = (SELECT max(version) FROM river.river_migration)")
	require.NoError(t, err)
	_, err = postgres.CheckVersion(t.Context(), pool, twoMigrations())
	require.ErrorIs(t, err, postgres.ErrSchemaOutdated)
	require.ErrorContains(t, err, "job queue")

	_, err = pool.Exec(t.Context(), "DROP SCHEMA river CASCADE")
	require.NoError(t, err)
	_, err = postgres.CheckVersion(t.Context(), pool, twoMigrations())
	require.ErrorIs(t, err, postgres.ErrSchemaOutdated)
}

// While a deployment rolls out, processes of the old build run on the schema of the new one.
func TestNewerDatabasesAreAcceptedAndTold(t *testing.T) {
	t.Parallel()
	later := twoMigrations()
	later[thirdMigration] = migration("CREATE TABLE third (id int)")
	pool := migrated(t, later)

	version, err := postgres.CheckVersion(t.Context(), pool, twoMigrations())
	require.NoError(t, err)
	require.True(t, version.Newer())
	require.NoError(t, postgres.Migrate(t.Context(), pool, twoMigrations(), discard()), "migrating leaves it as it is")
	require.True(t, tableExists(t, pool, "third"))
}

func TestFingerprintFollowsTheMigrations(t *testing.T) {
	t.Parallel()
	one, err := postgres.Fingerprint(twoMigrations())
	require.NoError(t, err)
	same, err := postgres.Fingerprint(twoMigrations())
	require.NoError(t, err)
	require.Equal(t, one, same)

	edited := twoMigrations()
	edited[secondMigration] = migration("CREATE TABLE second (id bigint)")
	other, err := postgres.Fingerprint(edited)
	require.NoError(t, err)
	require.NotEqual(t, one, other)
}
