//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	superuser     = "lattice"
	adminDatabase = "postgres"

	// startTimeout covers a recovery after a crash, which reads back up to a gigabyte of log.
	startTimeout = 2 * time.Minute
	readyPoll    = 5 * time.Millisecond

	fastStop      = 20 * time.Second // open transactions are rolled back, everything is written
	immediateStop = 10 * time.Second // everything is dropped, the next start recovers
	killStop      = 5 * time.Second
	outputDelay   = 2 * time.Second // for the last words of the server's children
)

// Cluster is a running private server. Its methods are safe for concurrent use.
type Cluster struct {
	placed    placement
	with      installation
	lease     *lease
	socketDir string
	throwaway bool
	removable string // a throw-away folder that Stop deletes
	logger    *slog.Logger
	output    *serverOutput

	process  *os.Process
	ended    chan struct{}
	exitErr  error // how the process ended; written before ended is closed
	endErr   error // why it ended although nobody asked; written before ended is closed
	stopping atomic.Bool
	stopOnce sync.Once
	stopErr  error
}

// Start takes the data directory, makes a cluster in it when there is none, starts the server and returns when it
// answers and the database DatabaseName is there. ctx bounds the start alone; the server runs until Stop.
//
// Call Stop before the process ends. A process that dies without it loses nothing: the next start recovers.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	if err := options.validate(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()

	c := &Cluster{throwaway: options.Throwaway, logger: options.Logger, ended: make(chan struct{})}
	if err := c.start(ctx, options); err != nil {
		c.abandon()
		return nil, err
	}
	c.logger.InfoContext(ctx, "private postgres started", slog.String("data_dir", c.placed.dataDir),
		slog.String("version", c.with.version), slog.String("user", c.placed.who.name))
	return c, nil
}

func (c *Cluster) start(ctx context.Context, options Options) (err error) {
	if options.DataDir == "" {
		if options.DataDir, err = c.makeThrowawayDir(ctx, options); err != nil {
			return err
		}
	}
	if c.placed, err = place(ctx, options); err != nil {
		return err
	}
	if c.lease, err = acquire(c.placed.dataDir); err != nil {
		if c.placed.notice != "" { // it was not asked for by this name
			return fmt.Errorf("%w. %s", err, c.placed.notice)
		}
		return err
	}
	if err = c.prepareCluster(ctx); err != nil {
		return err
	}
	root, err := temporaryRoot(ctx, c.placed.who, c.with)
	if err != nil {
		return err
	}
	if c.socketDir, err = makeSocketDir(root, c.placed.who); err != nil {
		return err
	}
	if err = c.lease.record(c.socketDir); err != nil {
		return fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	if err = c.launch(); err != nil {
		return err
	}
	return c.waitUntilReady(ctx)
}

func (c *Cluster) makeThrowawayDir(ctx context.Context, options Options) (string, error) {
	who, err := accountFor("")
	if err != nil {
		return "", err
	}
	found, err := systemFinder(options.BinDir).find(ctx, who)
	if err != nil {
		return "", err
	}
	root, err := temporaryRoot(ctx, who, found[0])
	if err != nil {
		return "", err
	}
	removeAbandoned(root)
	if c.removable, err = os.MkdirTemp(root, throwawayPrefix+"*"); err != nil {
		return "", fmt.Errorf("make throw-away folder: %w", err)
	}
	return c.removable, nil
}

// prepareCluster picks the binaries and leaves a complete cluster in its place that no server works in.
func (c *Cluster) prepareCluster(ctx context.Context) error {
	major, err := clusterMajor(c.placed.clusterDir)
	if err != nil {
		return err
	}
	if c.with, err = choose(c.placed.found, major, c.placed.clusterDir); err != nil {
		return err
	}
	if major == 0 {
		removeSocketDir(c.lease.previousSocketDir)
		return initialise(ctx, c.placed, c.with, c.throwaway)
	}
	if err := takeOver(ctx, c.placed, c.lease.previousSocketDir, c.logger); err != nil {
		return err
	}
	return removeStalePIDFile(c.placed.clusterDir)
}

// launch starts the server on a thread that stays with it: the kernel's promise to end the server with its parent is
// tied to the thread that forked it.
func (c *Cluster) launch() error {
	// The server outlives the context of the start; Stop ends it.
	cmd := c.placed.who.command(context.Background(), c.with.program("postgres"), c.placed.clusterDir,
		serverArguments(c.placed.clusterDir, c.socketDir, c.throwaway)...)
	dieWithParent(cmd.SysProcAttr, syscall.SIGQUIT)
	c.output = newServerOutput(c.logger)
	cmd.Stdout, cmd.Stderr = c.output, c.output
	cmd.WaitDelay = outputDelay

	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := cmd.Start()
		started <- err
		if err == nil {
			c.finish(cmd.Wait())
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start %s as user %s: %w", cmd.Path, c.placed.who.name, err)
	}
	c.process = cmd.Process
	return nil
}

// finish records the end of the server process.
func (c *Cluster) finish(waitErr error) {
	if errors.Is(waitErr, exec.ErrWaitDelay) { // a child of the server kept the output open; the server itself is gone
		waitErr = nil
	}
	if !c.stopping.Load() {
		reason := "exit status 0"
		if waitErr != nil {
			reason = waitErr.Error()
		}
		c.endErr = fmt.Errorf("%w (%s)%s", ErrServerEnded, reason, c.output.tail())
		c.logger.ErrorContext(context.Background(), "private postgres ended unexpectedly", slog.String("reason", reason))
	}
	c.exitErr = waitErr
	close(c.ended)
}

// waitUntilReady watches the server's pid file, as pg_ctl does, and connects when that says ready: asking by
// connecting would fill the log, and the end of it that error messages quote, during a long recovery.
func (c *Cluster) waitUntilReady(ctx context.Context) error {
	poll := time.NewTicker(readyPoll)
	defer poll.Stop()
	lastErr := errors.New("not ready")
	for {
		if isReady(c.placed.clusterDir, c.process.Pid) {
			conn, err := pgx.Connect(ctx, c.AdminURL())
			if err == nil {
				return errors.Join(ensureDatabase(ctx, conn), conn.Close(ctx))
			}
			lastErr = err
		}
		select {
		case <-c.ended:
			return fmt.Errorf("start private postgres: %w", c.endErr)
		case <-ctx.Done():
			return fmt.Errorf("private postgres does not answer: %w (last: %w)%s", ctx.Err(), lastErr, c.output.tail())
		case <-poll.C:
		}
	}
}

func ensureDatabase(ctx context.Context, conn *pgx.Conn) error {
	var exists bool
	err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", DatabaseName).Scan(&exists)
	if err == nil && !exists {
		_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{DatabaseName}.Sanitize())
	}
	if err != nil {
		return fmt.Errorf("create database %s: %w", DatabaseName, err)
	}
	return nil
}

// URL connects to the database DatabaseName.
func (c *Cluster) URL() string { return c.urlFor(DatabaseName) }

// AdminURL connects as superuser to the maintenance database, for creating and dropping others.
func (c *Cluster) AdminURL() string { return c.urlFor(adminDatabase) }

func (c *Cluster) urlFor(database string) string { return urlAt(c.socketDir, database) }

// urlAt is a database of the server whose socket is in a folder.
func urlAt(socketDir, database string) string {
	query := url.Values{"host": {socketDir}, "port": {port}, "sslmode": {"disable"}}
	location := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database, RawQuery: query.Encode()}
	return location.String()
}

// DataDir is the absolute path of the data directory in use, which is the fallback when Notice says so.
func (c *Cluster) DataDir() string { return c.placed.dataDir }

// Notice is a sentence for the person at the terminal when the data is not where they would look; otherwise empty.
func (c *Cluster) Notice() string { return c.placed.notice }

// ServerVersion is the version of the server, such as 15.18.
func (c *Cluster) ServerVersion() string { return c.with.version }

// Done closes when the server has ended, by Stop or by itself; Err tells which.
func (c *Cluster) Done() <-chan struct{} { return c.ended }

// Err is nil while the server runs and after Stop, and ErrServerEnded with the server's last words otherwise.
func (c *Cluster) Err() error {
	select {
	case <-c.ended:
		return c.endErr
	default:
		return nil
	}
}

// Stop ends the server and gives the data directory free. It lets the server finish cleanly for as long as ctx allows
// (give it a context of its own, not one the shutdown already cancelled), then ends it the hard way, from which the
// next start recovers. Only the first call works, further ones wait for it and give the same answer.
func (c *Cluster) Stop(ctx context.Context) error {
	c.stopOnce.Do(func() {
		c.stopping.Store(true)
		c.stopErr = c.end(ctx)
		c.tidy()
	})
	return c.stopErr
}

// abandon undoes an unfinished start, however far it came.
func (c *Cluster) abandon() {
	c.stopOnce.Do(func() {
		c.stopping.Store(true)
		if c.process != nil && !c.endBy(context.Background(), syscall.SIGQUIT, immediateStop) {
			c.endBy(context.Background(), syscall.SIGKILL, killStop)
		}
		c.tidy()
	})
}

// end says whether everything was written. A server that had ended before is Err's story, not this one's.
func (c *Cluster) end(ctx context.Context) error {
	if !c.throwaway && c.endBy(ctx, syscall.SIGINT, fastStop) {
		if c.endErr == nil && c.exitErr != nil {
			return fmt.Errorf("embedded postgres: server stopped uncleanly (%w), the next start recovers", c.exitErr)
		}
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	switch {
	case !c.endBy(ctx, syscall.SIGQUIT, immediateStop) && !c.endBy(ctx, syscall.SIGKILL, killStop):
		return fmt.Errorf("embedded postgres: server process %d cannot be stopped", c.process.Pid)
	case !c.throwaway:
		return errors.New("embedded postgres: server did not stop in time and was ended, the next start recovers")
	default:
		return nil
	}
}

// endBy sends signal unless the server is gone, waits for its end, and reports whether it came.
func (c *Cluster) endBy(ctx context.Context, signal syscall.Signal, limit time.Duration) bool {
	select {
	case <-c.ended:
		return true
	default:
	}
	_ = c.process.Signal(signal) // gone already is as good
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-c.ended:
		return true
	case <-ctx.Done():
	case <-timer.C:
	}
	return false
}

func (c *Cluster) tidy() {
	if c.socketDir != "" {
		removeSocketDir(c.socketDir)
	}
	if c.lease != nil {
		_ = c.lease.record("")
		c.lease.release()
	}
	if c.removable != "" {
		_ = os.RemoveAll(c.removable)
	}
}

// serverArguments are given at each start, so that a new build's settings reach an old cluster.
func serverArguments(clusterDir, socketDir string, throwaway bool) []string {
	settings := []string{
		"listen_addresses=",
		"unix_socket_directories=\"" + filepath.Clean(socketDir) + "\"",
		"unix_socket_permissions=0700",
		"port=" + port,
		"cluster_name=lattice",
		"timezone=UTC",
		"log_timezone=UTC",
		"shared_buffers=128MB",
		"jit=off", // short statements only; compiling them costs more than it gives
		"logging_collector=off",
		"log_destination=stderr",
		"log_line_prefix=",
		"log_checkpoints=off",
		// Statements and their values are people's data and stay out of the log.
		"log_min_error_statement=panic",
		"log_error_verbosity=terse",
	}
	if throwaway {
		settings = append(settings, "max_connections=500", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"wal_level=minimal", "max_wal_senders=0", "checkpoint_timeout=1h")
	} else {
		settings = append(settings, "max_connections=200", "fsync=on", "synchronous_commit=on", "full_page_writes=on")
	}
	arguments := []string{"-D", clusterDir}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	return arguments
}
