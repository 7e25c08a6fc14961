//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/testkit"
)

// commandVariable makes this test binary be the command instead of testing it.
const commandVariable = "LATTICE_TEST_AS_TESTDB"

// await as first argument makes this test binary a command that waits to be terminated.
const await = "await"

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == await:
		os.Exit(awaitTermination(os.Args[2:]))
	case os.Getenv(commandVariable) != "":
		main()
	default:
		os.Exit(m.Run())
	}
}

// awaitTermination starts a command of its own when one is given, says where the server is once everybody listens for
// the signal, and ends when all of them got it.
func awaitTermination(arguments []string) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	if len(arguments) > 0 {
		child := exec.Command(os.Args[0], arguments...)
		output, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err == nil {
			_, err = bufio.NewReader(output).ReadString('\n')
		}
		if err != nil {
			return 1
		}
		defer child.Wait() //nolint:errcheck // that it ends is what counts
	}
	fmt.Println(os.Getenv(urlVariable))
	<-signals
	return 9
}

// testdb prepares the command; given is the server that is already there, empty for none.
func testdb(given string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], arguments...)
	cmd.Env = append(os.Environ(), commandVariable+"=1", urlVariable+"="+given)
	cmd.Stderr = os.Stderr
	return cmd
}

func socketDirOf(t *testing.T, url string) string {
	t.Helper()
	config, err := pgx.ParseConfig(strings.TrimSpace(url))
	require.NoError(t, err)
	return config.Host
}

func TestCommandGetsAServerAndItsExitCodeComesBack(t *testing.T) {
	t.Parallel()
	cmd := testdb("", "--", "sh", "-c", `echo "$TEST_DATABASE_URL"; exit 7`)
	output, err := cmd.Output()
	require.Error(t, err)
	require.Equal(t, 7, cmd.ProcessState.ExitCode())
	require.NotEmpty(t, socketDirOf(t, string(output)))
	require.NoDirExists(t, socketDirOf(t, string(output)), "the server is gone with the command")
}

func TestTerminationReachesTheCommandAndTheServerIsStopped(t *testing.T) {
	t.Parallel()
	cmd := testdb("", "--", os.Args[0], await, await)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	url, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	require.DirExists(t, socketDirOf(t, url))

	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.Error(t, cmd.Wait())
	require.Equal(t, 9, cmd.ProcessState.ExitCode())
	require.NoDirExists(t, socketDirOf(t, url))
}

func TestCommandEndedByASignalIsToldLikeAShellDoes(t *testing.T) {
	t.Parallel()
	cmd := testdb("postgres://given", "sh", "-c", "kill -KILL $$")
	require.Error(t, cmd.Run())
	require.Equal(t, exitSignal+int(syscall.SIGKILL), cmd.ProcessState.ExitCode())
}

func TestServerThatIsGivenIsUsed(t *testing.T) {
	t.Parallel()
	output, err := testdb("postgres://given", "sh", "-c", `echo "$TEST_DATABASE_URL"`).Output()
	require.NoError(t, err)
	require.Equal(t, "postgres://given\n", string(output))
}

func TestMissingCommandsAreRefused(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	for _, test := range []struct {
		arguments []string
		code      int
	}{
		{nil, exitUsage},
		{[]string{"--"}, exitUsage},
		{[]string{"--", "no-such-command-here"}, exitMissing},
	} {
		cmd := testdb("postgres://given", test.arguments...)
		cmd.Stderr = &said
		require.Error(t, cmd.Run())
		require.Equal(t, test.code, cmd.ProcessState.ExitCode(), test.arguments)
	}
	require.Contains(t, said.String(), "usage: testdb")
}

func TestVariableIsTheOneTestkitReads(t *testing.T) {
	t.Parallel()
	require.Equal(t, testkit.URLVariable, urlVariable)
}
