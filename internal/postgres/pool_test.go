package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/testkit"
)

// The test database lives in Asia/Kathmandu, and so would what the driver reads there without the codec.
func TestTimesAreReadAsUTC(t *testing.T) {
	t.Parallel()
	pool := testkit.Open(t, testkit.EmptyDatabaseURL(t))
	want := time.Date(2026, 3, 1, 12, 30, 0, 123456000, time.UTC)

	var single time.Time
	var list []time.Time
	var nullable *time.Time
	var span pgtype.Range[time.Time]
	err := pool.QueryRow(t.Context(), "SELECT $1::timestamptz, ARRAY[$1::timestamptz], NULL::timestamptz, tstzrange($1, NULL)", want).
		Scan(&single, &list, &nullable, &span)
	require.NoError(t, err)
	require.Equal(t, want, single, "equal in location as well")
	require.Equal(t, []time.Time{want}, list)
	require.Nil(t, nullable)
	require.Equal(t, want, span.Lower)
}

func TestIDsAreReadAndWrittenAsTheyAre(t *testing.T) {
	t.Parallel()
	pool := testkit.Open(t, testkit.EmptyDatabaseURL(t))
	want, none := uuid.MustParse("0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001"), (*uuid.UUID)(nil)
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		var single, zero uuid.UUID
		var nullable, null *uuid.UUID
		var list []uuid.UUID
		var text string
		err := pool.QueryRow(t.Context(), "SELECT $1::uuid, $1::uuid, $2::uuid, $3::uuid[], $1::uuid::text, $4::uuid", mode,
			want, none, []uuid.UUID{want, uuid.Nil}, uuid.Nil).Scan(&single, &nullable, &null, &list, &text, &zero)
		require.NoError(t, err)
		require.Equal(t, want, single)
		require.Equal(t, &want, nullable)
		require.Nil(t, null)
		require.Equal(t, []uuid.UUID{want, uuid.Nil}, list)
		require.Equal(t, want.String(), text)
		require.Equal(t, uuid.Nil, zero)
	}
}

// keywords writes the other form of connection string.
func keywords(config *pgx.ConnConfig) string {
	return fmt.Sprintf("host=%s port=%d user=%s password='%s' dbname=%s", config.Host, config.Port, config.User,
		config.Password, config.Database)
}

func TestOpenTakesAURLAndKeywords(t *testing.T) {
	t.Parallel()
	url := testkit.EmptyDatabaseURL(t)
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)

	for _, location := range []string{url, keywords(config)} {
		pool, err := postgres.Open(t.Context(), location, postgres.Options{MaxConns: 3})
		require.NoError(t, err)
		var name string
		require.NoError(t, pool.QueryRow(t.Context(), "SELECT current_setting('application_name')").Scan(&name))
		require.Equal(t, "lattice", name)
		require.EqualValues(t, 3, pool.Config().MaxConns)
		pool.Close()
	}
}

func TestApplicationNameOfTheURLWins(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig(testkit.EmptyDatabaseURL(t))
	require.NoError(t, err)
	pool, err := postgres.Open(t.Context(), keywords(config)+" application_name=theirs", postgres.Options{ApplicationName: "ours"})
	require.NoError(t, err)
	defer pool.Close()
	var name string
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT current_setting('application_name')").Scan(&name))
	require.Equal(t, "theirs", name)
}

func TestOpenFailsWithoutTellingThePassword(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		"postgres://ada:hunter2@localhost:not-a-port/lattice",
		"host=/nowhere user=ada password=hunter2 dbname=lattice",
		"postgres://ada:hunter2@/lattice?host=%2Fnowhere",
	} {
		pool, err := postgres.Open(t.Context(), location, postgres.Options{})
		require.Error(t, err)
		require.Nil(t, pool)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
