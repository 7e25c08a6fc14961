// Command testdb runs another command with a throw-away Postgres server beside it, whose address is in
// TEST_DATABASE_URL, and ends with that command's exit code:
//
//	testdb -- go test ./...
//
// All test binaries then share one server instead of starting one each. When TEST_DATABASE_URL is already set, that
// server is used and none is started. An interrupt or a termination is passed on to the command and everything it
// started; the server is stopped when the command has ended, and by the kernel when testdb itself is killed.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/lattice-money/lattice/internal/postgres/embedded"
)

// urlVariable is testkit.URLVariable, repeated so that this command builds without what tests need.
const urlVariable = "TEST_DATABASE_URL"

const (
	exitUsage   = 2
	exitFailure = 125 // ours, not the command's
	exitMissing = 127
	exitSignal  = 128 // plus the signal's number, as shells do

	stopTimeout = 10 * time.Second
)

func main() { os.Exit(run(os.Args[1:])) }

func run(arguments []string) int {
	if len(arguments) > 0 && arguments[0] == "--" {
		arguments = arguments[1:]
	}
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, "usage: testdb -- command [argument ...]")
		return exitUsage
	}
	// From here on a signal must not end us before the server is stopped.
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)

	if os.Getenv(urlVariable) != "" {
		return runCommand(arguments, os.Environ(), signals, nil)
	}
	cluster, err := start(signals)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		return exitFailure
	}
	code := runCommand(arguments, append(os.Environ(), urlVariable+"="+cluster.AdminURL()), signals, cluster)

	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := cluster.Stop(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		return max(code, 1)
	}
	return code
}

// start gives up when a signal comes before the server is there.
func start(signals chan os.Signal) (*embedded.Cluster, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	finished := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case received := <-signals:
			cancel(fmt.Errorf("stopped by %s", received))
		case <-finished:
		}
	}()
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	cluster, err := embedded.Start(ctx, embedded.Options{Throwaway: true, Logger: logger})
	close(finished)
	<-watched
	if cause := context.Cause(ctx); cause != nil {
		if cluster != nil {
			err = cluster.Stop(context.Background())
		}
		return nil, errors.Join(cause, err)
	}
	return cluster, err
}

// runCommand waits for the command. It runs in a process group of its own, so that a signal reaches the programs it
// started (go test's binaries, say) exactly once, whether it came from the terminal or from another process.
func runCommand(arguments, environment []string, signals <-chan os.Signal, cluster *embedded.Cluster) int {
	cmd := exec.CommandContext(context.Background(), arguments[0], arguments[1:]...) //nolint:gosec // running it is the purpose
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = environment
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		return exitMissing
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	var serverEnded <-chan struct{}
	if cluster != nil {
		serverEnded = cluster.Done()
	}
	for {
		select {
		case received := <-signals:
			signalGroup(cmd, received)
		case <-serverEnded:
			fmt.Fprintln(os.Stderr, "testdb:", cluster.Err())
			serverEnded = nil // the command fails by itself, with what it was doing
		case err := <-ended:
			return exitCode(cmd, err)
		}
	}
}

func exitCode(cmd *exec.Cmd, err error) int {
	if cmd.ProcessState == nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		return exitFailure
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	return cmd.ProcessState.ExitCode()
}
