//go:build linux || darwin

package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// ownerVariable makes this test binary own a cluster in the named folder instead of running tests.
const ownerVariable = "LATTICE_TEST_CLUSTER_OWNER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerVariable); dir != "" {
		os.Exit(runOwner(dir))
	}
	os.Exit(m.Run())
}

// runOwner starts a cluster, commits a row, says where it listens, and stays until its input closes or it is killed.
func runOwner(dir string) int {
	ctx := context.Background()
	cluster, err := Start(ctx, Options{DataDir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	conn, err := pgx.Connect(ctx, cluster.URL())
	if err == nil {
		_, err = conn.Exec(ctx, "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("ready", cluster.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := cluster.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

type ownerProcess struct {
	cmd   *exec.Cmd
	input io.Closer
	url   string
}

func startOwner(t *testing.T, dir string) *ownerProcess {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerVariable+"="+dir)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe() // never written: its closing, by us or by our end, ends the owner
	require.NoError(t, err)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	owner := &ownerProcess{cmd: cmd, input: input}
	t.Cleanup(func() {
		_ = owner.input.Close()
		_ = owner.cmd.Wait()
	})

	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	ready, url, _ := strings.Cut(strings.TrimSpace(line), " ")
	require.Equal(t, "ready", ready)
	owner.url = url
	return owner
}

// kill ends the owner as a crash would: it gets no chance to stop its server.
func (o *ownerProcess) kill() {
	_ = o.cmd.Process.Signal(syscall.SIGKILL)
	_ = o.cmd.Wait()
}

// openDir makes a folder that the unprivileged user can reach, which t.TempDir is not when root runs the tests.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lattice-test-*")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

// start starts a durable cluster and stops it with the test.
func start(t *testing.T, options Options) *Cluster {
	t.Helper()
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	cluster, err := Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = cluster.Stop(context.Background()) })
	return cluster
}

func refuse(t *testing.T, options Options, want error) string {
	t.Helper()
	options.Logger = slog.New(slog.DiscardHandler)
	cluster, err := Start(t.Context(), options)
	require.ErrorIs(t, err, want)
	require.Nil(t, cluster)
	return err.Error()
}

func execute(t *testing.T, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), statement)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}

func query(t *testing.T, url, statement string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	var value string
	require.NoError(t, conn.QueryRow(t.Context(), statement).Scan(&value))
	require.NoError(t, conn.Close(t.Context()))
	return value
}

func self(t *testing.T) account {
	t.Helper()
	who, err := accountFor("")
	require.NoError(t, err)
	return who
}

func socketDirOf(t *testing.T, url string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	return config.Host
}
