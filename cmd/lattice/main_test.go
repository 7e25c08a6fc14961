package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/testkit"
)

// Why: a crash, a power cut and the kernel's memory killer all look like this, and nobody is there to repair anything.
func TestServe_KilledInTheMiddle_LosesNothingAndNeedsNoHelp(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first, address := serve(t, settings{"DATA_DIR": dir})
	dana := signUp(t, address)
	answered := dana.createChat("Answered")
	status, _ := dana.ask(answered, "How much did I spend last month?")
	require.Equal(t, http.StatusCreated, status)
	conversation := dana.text("/api/chats/" + answered + "/messages")

	// Somebody is writing all the time; what was answered 201 is what must be there afterwards.
	var promised []string
	writing, enough := make(chan struct{}), atomic.Int64{}
	go func() {
		defer close(writing)
		for {
			body := map[string]string{"title": fmt.Sprintf("Chat %d", len(promised))}
			if status, _, err := dana.attempt(http.MethodPost, "/api/chats", body); err != nil || status != http.StatusCreated {
				return
			}
			promised = append(promised, body["title"])
			enough.Add(1)
		}
	}()

	// The reply is open for certain when the process dies: it cannot be made while the cards are held.
	_, socketDir := privateServer(t, dir)
	holdCards(t, connect(t, dir))
	open := dana.createChat("Open")
	status, said := dana.ask(open, question, "Prefer", "respond-async")
	require.Equal(t, http.StatusAccepted, status)
	require.Equal(t, "pending", said.AIMessage.Status)
	first.eventually("some chats are written", func() bool { return enough.Load() >= 10 })
	first.kill()
	<-writing

	second, address := serve(t, settings{"DATA_DIR": dir})
	dana.address = address // the token of before is good: the signing key was kept
	require.Equal(t, conversation, dana.text("/api/chats/"+answered+"/messages"))
	second.eventually("the open reply is made", func() bool {
		return dana.message(open, said.AIMessage.ID).Status == "completed"
	})
	require.Equal(t, "card", dana.message(open, said.AIMessage.ID).Action)

	kept := map[string]bool{}
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				Title string `json:"title"`
			} `json:"items"`
			NextCursor string `json:"nextCursor"`
		}
		require.Equal(t, http.StatusOK, dana.call(http.MethodGet, "/api/chats?limit=100"+cursor, nil, &page))
		for _, chat := range page.Items {
			kept[chat.Title] = true
		}
		if page.NextCursor == "" {
			break
		}
		cursor = "&cursor=" + page.NextCursor
	}
	for _, title := range promised {
		require.Contains(t, kept, title)
	}
	require.NoDirExists(t, socketDir, "the folder of the killed server's socket is tidied up")
}

// The three seconds are what a developer is promised who types `make run` again.
func TestServe_SecondStart_IsReadyInThreeSeconds(t *testing.T) {
	t.Parallel()
	with := settings{"DATA_DIR": dataDir(t), "SEED_DEMO": "true"}
	first, _ := serve(t, with)
	t.Logf("first start with demo data: ready after %s", time.Since(first.begun).Round(time.Millisecond))
	first.terminate()
	require.Zero(t, first.wait())

	var second *process
	var address string
	took := time.Hour
	for attempt := 0; attempt < 3 && took >= 3*time.Second; attempt++ { // other tests keep the machine busy: the best of three
		if second != nil {
			second.terminate()
			require.Zero(t, second.wait())
		}
		second, address = serve(t, with)
		took = time.Since(second.begun)
		t.Logf("second start: ready after %s", took.Round(time.Millisecond))
	}
	require.Less(t, took, 3*time.Second)
	require.Contains(t, second.stdout.String(), "alice@demo.com or bob@demo.com, password password123")

	alice := signIn(t, address, "alice@demo.com", "password123")
	status, said := alice.ask(alice.createChat("Groceries"), question)
	require.Equal(t, http.StatusCreated, status)
	require.Equal(t, "completed", said.AIMessage.Status)
	require.Contains(t, said.AIMessage.Content, "$5.16")
}

func TestServe_SigningKeyIsMadeOnceAndKeptSecret(t *testing.T) {
	t.Parallel()
	// With a database of its own to go to, the data directory is not there yet.
	with := settings{"DATA_DIR": filepath.Join(dataDir(t), "new"), "DATABASE_URL": testkit.DatabaseURL(t)}
	first, address := serve(t, with)
	dana := signUp(t, address)
	path := filepath.Join(with["DATA_DIR"], "signing-key.pem")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	key, err := os.ReadFile(path)
	require.NoError(t, err)
	first.terminate()
	require.Zero(t, first.wait())

	_, dana.address = serve(t, with)
	require.Equal(t, http.StatusOK, dana.call(http.MethodGet, "/api/session", nil, nil))
	again, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, key, again)
	entries, err := os.ReadDir(with["DATA_DIR"])
	require.NoError(t, err)
	require.Len(t, entries, 1, "the key and nothing left over from making it")
}

func TestServe_SecondProcessOnOneDataDir_IsRefused(t *testing.T) {
	t.Parallel()
	with := settings{"DATA_DIR": dataDir(t), "HTTP_ADDR": "127.0.0.1:0"}
	first, address := serve(t, with)
	for _, command := range []string{"serve", "migrate", "seed"} {
		code, stdout, stderr := run(t, with, command)
		require.Equal(t, 1, code)
		require.Empty(t, stdout)
		require.Contains(t, stderr, fmt.Sprintf("process %d already runs on %s", first.command.Process.Pid, with["DATA_DIR"]))
		require.Contains(t, stderr, "DATA_DIR")
	}
	require.Equal(t, http.StatusOK, get(address+"/ready"))
}

// Somebody waits for a reply when the stop comes. They get it, newcomers are turned away, and nothing is left running.
func TestServe_Terminated_FinishesWhatItBeganAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, address := serve(t, settings{"DATA_DIR": dir, "SHUTDOWN_TIMEOUT": "5m"}) // it has all the time there is
	server, socketDir := privateServer(t, dir)
	dana := signUp(t, address)
	chat := dana.createChat("Last words")

	watcher := connect(t, dir)
	release := holdCards(t, connect(t, dir))
	answer := dana.asks(chat, question)
	p.eventually("the reply is begun", func() bool { return streaming(watcher) == 1 })

	host := strings.TrimPrefix(address, "http://")
	began := time.Now()
	p.terminate()
	p.eventually("the door is closed", func() bool {
		late, err := net.Dial("tcp", host)
		if err == nil {
			_ = late.Close()
		}
		return err != nil
	})
	release()
	got := <-answer
	require.NoError(t, got.err)
	require.Equalf(t, http.StatusCreated, got.status, "%s", got.body)
	require.Equal(t, "completed", got.turn(t).AIMessage.Status)
	require.Zero(t, p.wait())
	t.Logf("stopped after %s", time.Since(began).Round(time.Millisecond))
	require.False(t, exists(server), "the private Postgres is gone")
	require.NoDirExists(t, socketDir)
	require.NoFileExists(t, filepath.Join(dir, "postgres", "postmaster.pid"))
}

// Leaving stops no reply, and is nothing that should wake an operator.
func TestServe_CallerLeavesWhileWaiting_GetsTheReplyLater(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, address := serve(t, settings{"DATA_DIR": dir})
	dana := signUp(t, address)
	chat := dana.createChat("Impatient")
	release := holdCards(t, connect(t, dir))
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, _, err := (&person{t: t, address: address, token: dana.token, context: impatient}).
			attempt(http.MethodPost, "/api/chats/"+chat+"/messages", map[string]string{"content": question})
		left <- err
	}()
	var page struct {
		Items []message `json:"items"`
	}
	p.eventually("the question is stored", func() bool {
		dana.call(http.MethodGet, "/api/chats/"+chat+"/messages", nil, &page)
		return len(page.Items) == 2
	})
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	p.says(p.stderr, regexp.MustCompile(`operation=sendMessage status=499`))
	release()
	p.eventually("the reply is made", func() bool { return dana.message(chat, page.Items[0].ID).Status == "completed" })
	require.NotContains(t, p.stderr.String(), "level=ERROR")
}

// What cannot be finished in time goes back, and is finished by the next start: who waits for it is told where it will
// be, who watches it is told to come again. Fifteen seconds are what orchestrators give as a rule, and less than most do.
func TestServe_TerminatedWithWorkThatHangs_StopsInTime(t *testing.T) {
	t.Parallel()
	// Shorter than an answer waits for the cards before it does without them.
	with := settings{"DATA_DIR": dataDir(t), "SHUTDOWN_TIMEOUT": "2s"}
	p, address := serve(t, with)
	dana := signUp(t, address)
	watcher := connect(t, with["DATA_DIR"])
	holdCards(t, connect(t, with["DATA_DIR"]))
	waitedFor, watched := dana.createChat("Waited for"), dana.createChat("Watched")
	answer := dana.asks(waitedFor, question)
	status, said := dana.ask(watched, question, "Prefer", "respond-async")
	require.Equal(t, http.StatusAccepted, status)
	p.eventually("the replies are begun", func() bool { return streaming(watcher) == 2 })
	stream := dana.watches(watched, said.AIMessage.ID)

	began := time.Now()
	p.terminate()
	shown := <-stream
	require.NoError(t, shown.err)
	events, err := testkit.NewReplyReader(bytes.NewReader(shown.body), 0).All()
	require.NoError(t, err)
	require.Equal(t, "stream.reconnect", events[len(events)-1].Name)
	got := <-answer
	require.NoError(t, got.err)
	require.Equalf(t, http.StatusAccepted, got.status, "%s", got.body)
	require.Zero(t, p.wait())
	require.Less(t, time.Since(began), 15*time.Second)

	second, address := serve(t, with)
	dana.address = address
	for chat, id := range map[string]string{waitedFor: got.turn(t).AIMessage.ID, watched: said.AIMessage.ID} {
		second.eventually("the reply is made", func() bool { return dana.message(chat, id).Status == "completed" })
	}
}

func TestServe_InterruptedTwice_EndsAtOnce(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, address := serve(t, settings{"DATA_DIR": dir, "SHUTDOWN_TIMEOUT": "5m"})
	server, socketDir := privateServer(t, dir)
	t.Cleanup(func() { _ = os.RemoveAll(socketDir) }) // the next start on the folder would; here is none
	dana := signUp(t, address)
	holdCards(t, connect(t, dir))
	status, _ := dana.ask(dana.createChat("Hangs"), question, "Prefer", "respond-async")
	require.Equal(t, http.StatusAccepted, status)
	require.NoError(t, p.command.Process.Signal(os.Interrupt))
	p.eventually("it stops", func() bool { return strings.Contains(p.stderr.String(), "stopping") })
	p.eventually("it ends at the second signal", func() bool {
		return errors.Is(p.command.Process.Signal(os.Interrupt), os.ErrProcessDone)
	})
	require.NotZero(t, p.wait())
	p.eventually("its Postgres is gone", func() bool { return !exists(server) })
}

func TestSeed_InterruptedAtItsFirstStart_SaysSoAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	with := settings{"DATA_DIR": dataDir(t)}
	p := start(t, with, "seed")
	p.eventually("it has begun", func() bool {
		_, err := os.Stat(filepath.Join(with["DATA_DIR"], "lock"))
		return err == nil
	})
	p.terminate()
	require.Equal(t, 1, p.wait())
	require.Equal(t, "lattice: interrupted\n", p.stderr.String())
	code, _, stderr := run(t, with, "seed")
	require.Zero(t, code, stderr)
}

func TestServe_PrivatePostgresLost_EndsAndSaysSo(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p, _ := serve(t, settings{"DATA_DIR": dir})
	server, _ := privateServer(t, dir)
	require.NoError(t, syscall.Kill(server, syscall.SIGKILL))
	require.Equal(t, 1, p.wait())
	require.Contains(t, p.stderr.String(), "the private Postgres has ended by itself")
}

func TestServe_AddressTaken_SaysWhich(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	taken := listener.Addr().String()
	code, stdout, stderr := run(t, settings{"DATA_DIR": dataDir(t), "DATABASE_URL": testkit.DatabaseURL(t), "HTTP_ADDR": taken}, "serve")
	require.Equal(t, 1, code)
	require.NotContains(t, stdout, "is ready")
	require.Contains(t, stderr, "listen on "+taken+" (HTTP_ADDR)")
}

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
