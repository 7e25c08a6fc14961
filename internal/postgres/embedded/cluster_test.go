//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestRowsSurviveStopAndStart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), "data")

	first := start(t, Options{DataDir: dir})
	execute(t, first.URL(), "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")
	require.Equal(t, dir, first.DataDir())
	require.Empty(t, first.Notice())
	require.NotEmpty(t, first.ServerVersion())
	require.NoError(t, first.Err())

	for name, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
		"TimeZone": "UTC", "listen_addresses": "", "server_encoding": "UTF8", "max_connections": "200",
	} {
		require.Equal(t, want, query(t, first.URL(), "SELECT current_setting('"+name+"')"), name)
	}
	// Only who can enter the socket's folder can connect, since the server asks for no password.
	socketDir := socketDirOf(t, first.URL())
	info, err := os.Stat(socketDir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	require.NoError(t, first.Stop(context.Background()))
	require.NoError(t, first.Stop(context.Background()), "a second stop is harmless")
	require.NoError(t, first.Err(), "a stop that was asked for is no failure")
	require.NoDirExists(t, socketDir)
	select {
	case <-first.Done():
	default:
		require.Fail(t, "Done must be closed after Stop")
	}

	second := start(t, Options{DataDir: dir})
	require.Equal(t, "kept", query(t, second.URL(), "SELECT text FROM note"))
}

func TestCommittedRowsSurviveTheKillOfTheOwner(t *testing.T) {
	t.Parallel()
	dir := openDir(t)

	owner := startOwner(t, dir)
	conn, err := pgx.Connect(t.Context(), owner.url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	owner.kill()

	// Started at once, while the former server may still be going down.
	cluster := start(t, Options{DataDir: dir})
	require.Equal(t, "kept", query(t, cluster.URL(), "SELECT text FROM note"))
	require.Error(t, conn.Ping(t.Context()), "the former server must not live on")
	require.NoDirExists(t, socketDirOf(t, owner.url), "the former socket folder is tidied up")
}

func TestSecondProcessIsRefusedWithThePidOfTheFirst(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	owner := startOwner(t, dir)

	message := refuse(t, Options{DataDir: dir}, ErrDataDirInUse)
	require.Contains(t, message, fmt.Sprintf("process %d already runs on %s", owner.cmd.Process.Pid, dir))
	require.Equal(t, "kept", query(t, owner.url, "SELECT text FROM note"), "the first is not disturbed")

	_, err := Start(t.Context(), Options{DataDir: dir, Logger: slog.New(slog.DiscardHandler)})
	inUse, ok := errors.AsType[*InUseError](err)
	require.True(t, ok)
	require.Equal(t, owner.url, inUse.URL, "who may only look can")
}

func TestStopUnderACancelledContextStillEndsTheServer(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	cluster := start(t, Options{DataDir: dir})
	execute(t, cluster.URL(), "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_ = cluster.Stop(cancelled) // clean or not depends on which of the two signals the server saw first
	<-cluster.Done()

	again := start(t, Options{DataDir: dir})
	require.Equal(t, "kept", query(t, again.URL(), "SELECT text FROM note"))
}

func TestServerThatEndsByItselfIsReportedAndRecovered(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	cluster := start(t, Options{DataDir: dir})
	execute(t, cluster.URL(), "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")

	require.NoError(t, cluster.process.Signal(syscall.SIGKILL))
	<-cluster.Done()
	require.ErrorIs(t, cluster.Err(), ErrServerEnded)
	require.NoError(t, cluster.Stop(context.Background()), "stopping what is gone only tidies up")
	require.ErrorIs(t, cluster.Err(), ErrServerEnded)

	again := start(t, Options{DataDir: dir})
	require.Equal(t, "kept", query(t, again.URL(), "SELECT text FROM note"))
}

// A container that is started again gives out the same few process ids, so the pid of a crashed server may by now be
// that of a stranger. Postgres itself would refuse to start.
func TestPidFileNamingAStrangerDoesNotPreventTheStart(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	require.NoError(t, start(t, Options{DataDir: dir}).Stop(context.Background()))

	sleep, err := exec.LookPath("sleep")
	require.NoError(t, err)
	stranger := self(t).command(t.Context(), sleep, "/", "600")
	require.NoError(t, stranger.Start())
	t.Cleanup(func() { _ = stranger.Wait() }) // killed by the end of the test's context
	path := filepath.Join(dir, clusterFolder, pidFile)
	require.NoError(t, os.WriteFile(path, []byte(strconv.Itoa(stranger.Process.Pid)+"\n"), 0o600))
	require.NoError(t, self(t).own(path))

	start(t, Options{DataDir: dir})
}

// A server whose owner died and which nothing told so: what happens after a kill where the kernel does not pass it on.
func TestFormerServerOfOursIsStoppedWhenItDoesNotEnd(t *testing.T) {
	t.Parallel()
	cluster := start(t, Options{DataDir: openDir(t)})
	pid, socketDir, ok := readPIDFile(cluster.placed.clusterDir)
	require.True(t, ok)
	require.Equal(t, cluster.process.Pid, pid)
	require.Equal(t, cluster.socketDir, socketDir)

	err := waitForFormerServer(t.Context(), cluster.placed.clusterDir, cluster.socketDir, time.Millisecond, discard())
	require.NoError(t, err)
	<-cluster.Done()
	require.Empty(t, serverProcesses(cluster.placed.clusterDir))
}

// Somebody may run the cluster by hand to look into it; that server is not ours to stop.
func TestServerStartedByHandIsNotTouched(t *testing.T) {
	t.Parallel()
	cluster := start(t, Options{DataDir: openDir(t)})

	err := waitForFormerServer(t.Context(), cluster.placed.clusterDir, "/tmp/elsewhere", time.Millisecond, discard())
	require.ErrorIs(t, err, ErrDataDirInUse)
	require.ErrorContains(t, err, "that Lattice did not start")
	require.Equal(t, "1", query(t, cluster.URL(), "SELECT '1'"))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = waitForFormerServer(ctx, cluster.placed.clusterDir, cluster.socketDir, time.Hour, discard())
	require.ErrorIs(t, err, context.Canceled, "before that it waits as long as the context allows")
}

func TestThrowawayClusterLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	cluster := start(t, Options{Throwaway: true})
	require.Equal(t, "off", query(t, cluster.AdminURL(), "SELECT current_setting('fsync')"))
	require.DirExists(t, cluster.DataDir())

	require.NoError(t, cluster.Stop(context.Background()))
	require.NoDirExists(t, cluster.DataDir())
	require.NoDirExists(t, cluster.socketDir)
}

func TestFailedStartLeavesTheDataDirectoryFree(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Start(cancelled, Options{DataDir: dir, Logger: slog.New(slog.DiscardHandler)})
	require.Error(t, err)

	held, err := acquire(dir)
	require.NoError(t, err)
	held.release()
}

func TestStartWantsALoggerAndAFolder(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Options{DataDir: t.TempDir()})
	require.ErrorContains(t, err, "logger")
	_, err = Start(t.Context(), Options{Logger: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "data directory")
}

func TestServerLogKeepsStatementsOfPeopleOut(t *testing.T) {
	t.Parallel()
	cluster := start(t, Options{Throwaway: true})
	conn, err := pgx.Connect(t.Context(), cluster.URL())
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE TABLE person (email text UNIQUE); INSERT INTO person VALUES ('ada@example.com')")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "INSERT INTO person VALUES ('ada@example.com')")
	require.Error(t, err)
	require.NoError(t, conn.Close(t.Context()))
	require.NoError(t, cluster.Stop(context.Background()))
	require.Contains(t, cluster.output.tail(), "person_email_key", "the failure itself is logged")
	require.NotContains(t, cluster.output.tail(), "ada@example.com")
}

func TestLevelOfServerLines(t *testing.T) {
	t.Parallel()
	require.Equal(t, slog.LevelDebug, levelOf("LOG:  database system is ready to accept connections"))
	require.Equal(t, slog.LevelDebug, levelOf("FATAL:  the database system is starting up"))
	require.Equal(t, slog.LevelWarn, levelOf("WARNING:  out of something"))
	require.Equal(t, slog.LevelError, levelOf("PANIC:  could not write"))
}

func TestServerOutputKeepsTheLastLinesWhole(t *testing.T) {
	t.Parallel()
	output := newServerOutput(slog.New(slog.DiscardHandler))
	require.Empty(t, output.tail())
	for i := range keptLines + 5 {
		_, err := fmt.Fprintf(output, "LOG:  line")
		require.NoError(t, err)
		_, err = fmt.Fprintf(output, " %d\n", i)
		require.NoError(t, err)
	}
	require.Len(t, output.lines, keptLines)
	require.Equal(t, "LOG:  line 24", output.lines[keptLines-1])
}

func TestErrorsTellThemselvesApart(t *testing.T) {
	t.Parallel()
	err := error(&unreachableError{dataDir: "/root/x/.lattice", closed: "/root", who: account{name: "postgres"}})
	require.ErrorIs(t, err, ErrDataDirUnusable)
	require.NotErrorIs(t, err, ErrDataDirInUse)
	require.Contains(t, err.Error(), "cannot enter /root on the way to /root/x/.lattice")
}
