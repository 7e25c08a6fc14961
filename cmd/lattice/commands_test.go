package main_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/testkit"
)

func TestDatabaseURL_EachCommandDoesItsPart(t *testing.T) {
	t.Parallel()
	location := testkit.EmptyDatabaseURL(t)
	with := settings{
		"DATABASE_URL": location, "AUTO_MIGRATE": "false", "DATA_DIR": dataDir(t), "HTTP_ADDR": "127.0.0.1:0",
		"TZ": "Pacific/Kiritimati", // where it is tomorrow already
	}
	for _, command := range []string{"serve", "seed"} {
		code, stdout, stderr := run(t, with, command)
		require.Equal(t, 1, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "database schema is older than this build")
		require.Contains(t, stderr, "run `lattice migrate`")
	}
	pool := testkit.Open(t, location)
	var tables int
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'river')").Scan(&tables))
	require.Zero(t, tables, "a refused start changes nothing")

	for range 2 { // a second time finds nothing to do
		code, stdout, stderr := run(t, with, "migrate")
		require.Zero(t, code, stderr)
		require.Equal(t, "The database is at this build's version.\n", stdout)
	}
	for range 2 {
		code, stdout, stderr := run(t, with, "seed")
		require.Zero(t, code, stderr)
		require.Contains(t, stdout, "alice@demo.com or bob@demo.com with password123")
	}
	var ahead int
	err := pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM messages WHERE created_at > clock_timestamp())
		+ (SELECT count(*) FROM transactions WHERE placed_at > clock_timestamp())
		+ (SELECT count(*) FROM users WHERE created_at > clock_timestamp())`).Scan(&ahead)
	require.NoError(t, err)
	require.Zero(t, ahead, "nothing happens in the future, whatever the time zone of the machine")

	p, address := serve(t, with)
	require.NotContains(t, p.stdout.String(), "alice@demo.com", "demo sign-in is shown only where the demo was asked for")
	require.NotContains(t, p.stdout.String()+p.stderr.String(), location, "the URL holds a password")
	bob := signIn(t, address, "bob@demo.com", "password123")
	require.Contains(t, bob.text("/api/groups"), "Grocery Shopping Budget")
	p.terminate()
	require.Zero(t, p.wait())
}

// Why: behind a transaction pooler, what needs a session of its own works on the direct address alone, LISTEN above all.
func TestDatabaseDirectURL_IsWhereTheProcessListensAndMigrates(t *testing.T) {
	t.Parallel()
	location := testkit.EmptyDatabaseURL(t)
	named := func(name string) string {
		address, err := url.Parse(location)
		require.NoError(t, err)
		query := address.Query()
		query.Set("application_name", name)
		address.RawQuery = query.Encode()
		return address.String()
	}
	p, address := serve(t, settings{"DATABASE_URL": named("pooled"), "DATABASE_DIRECT_URL": named("direct"), "DATA_DIR": dataDir(t)})
	dana := signUp(t, address)
	status, said := dana.ask(dana.createChat("Groceries"), question)
	require.Equal(t, http.StatusCreated, status)
	require.Equal(t, "completed", said.AIMessage.Status)
	pool := testkit.Open(t, location)
	listening := func() (names []string) {
		rows, err := pool.Query(t.Context(), `SELECT application_name FROM pg_stat_activity
			WHERE datname = current_database() AND query ILIKE 'LISTEN %' ORDER BY 1`)
		require.NoError(t, err)
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return names
	}
	p.eventually("the queue and the process listen, once each", func() bool {
		return slices.Equal(listening(), []string{"direct", "lattice-listener"})
	})
	var pooled int
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'pooled'`).Scan(&pooled))
	require.Positive(t, pooled, "all else goes by DATABASE_URL")
}

func TestDatabaseURL_UnreachableServer_IsToldWithoutThePassword(t *testing.T) {
	t.Parallel()
	code, _, stderr := run(t, settings{"DATABASE_URL": "postgres://lattice:open-sesame@127.0.0.1:1/lattice", "DATA_DIR": dataDir(t)}, "migrate")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "open database")
	require.NotContains(t, stderr, "open-sesame")
}

func TestSettings_AllThatIsWrongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	unbuilt := settings{"FEATURE_X": "true", "REDIS_URL": "redis://localhost", "METRICS_ADDR": ":9090", "LIMIT_AUTH": "5/min", "FEATURE_KNTO": "true"}
	production := settings{"ENVIRONMENT": "production", "SEED_DEMO": "true"}
	for name, test := range map[string]struct {
		with settings
		want []string
	}{
		"NotBuiltYet": {unbuilt, []string{
			"configuration: 5 problems", "FEATURE_X (from the environment): live X is not built yet", "REDIS_URL (from the environment)",
			"METRICS_ADDR (from the environment)", "LIMIT_AUTH (from the environment)",
			"FEATURE_KNTO (from the environment): there is no such setting; did you mean FEATURE_KNOT?",
		}},
		"UnsafeInProduction": {production, []string{
			"configuration: 2 problems", "SEED_DEMO (from the environment): is refused in production", "JWT_SIGNING_KEY: must be set in production",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.with["DATA_DIR"] = filepath.Join(t.TempDir(), "data")
			for _, command := range []string{"serve", "migrate", "seed"} {
				code, stdout, stderr := run(t, test.with, command)
				require.Equal(t, 1, code)
				require.Empty(t, stdout)
				for _, want := range test.want {
					require.Contains(t, stderr, want)
				}
			}
			require.NoDirExists(t, test.with["DATA_DIR"], "a refused start changes nothing")
		})
	}
}

// A setting that is off by name is no setting, so that a file can say what is not used.
func TestSettings_PartsThatAreOffMayBeNamed(t *testing.T) {
	t.Parallel()
	with := settings{
		"DATABASE_URL": testkit.DatabaseURL(t), "DATA_DIR": dataDir(t), "FEATURE_KNOT": "off", "REDIS_URL": "off", "METRICS_ADDR": "",
		"LIMIT_AUTH": "off",
	}
	code, _, stderr := run(t, with, "migrate")
	require.Zero(t, code, stderr)
}

func TestSeed_IsRefusedInProduction(t *testing.T) {
	t.Parallel()
	with := settings{
		"ENVIRONMENT": "production", "JWT_SIGNING_KEY": strings.Repeat("A", 43), "DATABASE_URL": testkit.DatabaseURL(t), "DATA_DIR": dataDir(t),
	}
	code, stdout, stderr := run(t, with, "seed")
	require.Equal(t, 1, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "demo data is not for production")
}

func TestPrivatePostgres_WithoutBinaries_NamesTheOneCommand(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	code, stdout, stderr := run(t, settings{"POSTGRES_BIN_DIR": empty, "DATA_DIR": dataDir(t)}, "serve")
	require.Equal(t, 1, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, empty)
	require.Contains(t, stderr, "Install them with `")
	require.Contains(t, stderr, "DATABASE_URL")
}

func TestUsage_IsToldToThoseWhoMistypeAndThoseWhoAsk(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{
		"Nothing": {}, "UnknownCommand": {"frobnicate"}, "UnknownFlag": {"--port", "serve"}, "TwoCommands": {"serve", "migrate"},
		"FlagWithoutValue": {"--config"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, nil, arguments...)
			require.Equal(t, 2, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, "Usage: lattice")
		})
	}
	for _, ask := range []string{"--help", "-h", "help"} {
		code, stdout, stderr := run(t, nil, ask)
		require.Zero(t, code)
		require.Contains(t, stdout, "Usage: lattice")
		require.Empty(t, stderr)
	}
}

func TestVersion_NeedsNothing(t *testing.T) {
	t.Parallel()
	code, stdout, _ := run(t, settings{"FEATURE_KNOT": "true"}, "version")
	require.Zero(t, code)
	require.Equal(t, "lattice 1.2.3\n", stdout)
}

// The doctor says what is wrong and what to do, and keeps secrets to itself.
func TestDoctor_SaysWhatToDo(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	code, stdout, stderr := run(t, settings{"DATABASE_URL": url, "DATA_DIR": dataDir(t)}, "doctor")
	require.Zero(t, code, stderr)
	for _, line := range []string{"configuration", "database", "migrations", "knot", "email", "ai", "snowflake", "x"} {
		require.Regexp(t, `(?m)^`+line+` +ok `, stdout)
	}
	unwell := settings{
		"DATABASE_URL": testkit.EmptyDatabaseURL(t), "DATA_DIR": dataDir(t), "FEATURE_KNOT": "true", "KNOT_BASE_URL": "http://127.0.0.1:1",
		"KNOT_CLIENT_ID": "client-1", "KNOT_SECRET": "open-sesame",
	}
	_, stdout, _ = run(t, unwell, "doctor")
	require.Regexp(t, `(?m)^migrations +ok .*lattice serve does it$`, stdout)
	unwell["AUTO_MIGRATE"] = "false"
	code, stdout, stderr = run(t, unwell, "doctor")
	require.Equal(t, 1, code)
	require.Regexp(t, `(?m)^migrations +PROBLEM .*run lattice migrate$`, stdout)
	require.Regexp(t, `(?m)^knot +PROBLEM .*can be reached from here$`, stdout)
	require.NotContains(t, stdout+stderr, "open-sesame")
	code, stdout, _ = run(t, settings{"FEATURE_KNOT": "true", "DATABASE_URL": url}, "doctor")
	require.Equal(t, 1, code)
	require.Regexp(t, `(?m)^configuration +PROBLEM +KNOT_CLIENT_ID`, stdout)
}

// Why: it is beside a running service that people look what is wrong.
func TestDoctor_LooksIntoThePrivateDatabaseOfTheServiceThatRuns(t *testing.T) {
	t.Parallel()
	with := settings{"DATA_DIR": dataDir(t)}
	service, address := serve(t, with)
	code, stdout, stderr := run(t, with, "doctor")
	require.Zero(t, code, stdout+stderr)
	require.Regexp(t, fmt.Sprintf(`(?m)^database +ok +private Postgres of process %d in `, service.command.Process.Pid), stdout)
	require.Regexp(t, `(?m)^migrations +ok +\d+`, stdout)
	require.Equal(t, http.StatusOK, get(address+"/ready"))
}
