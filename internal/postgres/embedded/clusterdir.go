//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	stagingPattern = clusterFolder + ".init-*"
	pidFile        = "postmaster.pid"

	orphanPoll = 20 * time.Millisecond
	// orphanLimit bounds the wait for a former server once it was told to stop.
	orphanLimit = 30 * time.Second
)

// clusterMajor reads which major version made the cluster; 0 means there is none yet.
func clusterMajor(clusterDir string) (int, error) {
	content, err := os.ReadFile(filepath.Join(clusterDir, "PG_VERSION"))
	if err == nil {
		major, err := strconv.Atoi(strings.TrimSpace(string(content)))
		if err != nil || major <= 0 {
			return 0, fmt.Errorf("%w: %s/PG_VERSION holds %q, which is no version", ErrClusterIncompatible, clusterDir,
				strings.TrimSpace(string(content)))
		}
		return major, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return 0, fmt.Errorf("%w: %s belongs to another user: run as that user, or set another DATA_DIR", ErrDataDirUnusable, clusterDir)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	// A cluster is renamed into place when complete, so what is here and not a cluster was put here by somebody else.
	// Removing works only on an empty folder.
	if err := os.Remove(clusterDir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%w: %s is there, but it is not a Postgres cluster: move it away, or set another DATA_DIR",
			ErrDataDirUnusable, clusterDir)
	}
	return 0, nil
}

// initialise makes a cluster beside its place and renames it when complete and, unless throw-away, on disk. A crash
// on the way leaves a staging folder, which the next call removes.
func initialise(ctx context.Context, placed placement, with installation, throwaway bool) error {
	leftovers, err := filepath.Glob(filepath.Join(placed.dataDir, stagingPattern))
	if err != nil {
		return fmt.Errorf("look for unfinished clusters: %w", err)
	}
	for _, leftover := range leftovers {
		if err := os.RemoveAll(leftover); err != nil {
			return fmt.Errorf("remove unfinished cluster: %w", err)
		}
	}

	staging, err := os.MkdirTemp(placed.dataDir, stagingPattern) // closed to others, and a name nobody else writes to
	if err != nil {
		return fmt.Errorf("make cluster: %w", err)
	}
	if err := runInitdb(ctx, placed.who, with, staging, throwaway); err != nil {
		return errors.Join(err, os.RemoveAll(staging))
	}
	if err := os.Rename(staging, placed.clusterDir); err != nil {
		return errors.Join(fmt.Errorf("move cluster into place: %w", err), os.RemoveAll(staging))
	}
	if throwaway {
		return nil
	}
	return syncDir(placed.dataDir)
}

func runInitdb(ctx context.Context, who account, with installation, staging string, throwaway bool) error {
	if err := who.own(staging); err != nil {
		return fmt.Errorf("give cluster to user %s: %w", who.name, err)
	}
	arguments := []string{
		"--pgdata=" + staging, "--username=" + superuser, "--auth=trust", "--encoding=UTF8",
		"--locale=" + serverLocale, "--no-instructions",
	}
	if throwaway {
		arguments = append(arguments, "--no-sync")
	} else {
		arguments = append(arguments, "--data-checksums")
	}
	cmd := who.command(ctx, with.program("initdb"), staging, arguments...)
	dieWithParent(cmd.SysProcAttr, syscall.SIGKILL)

	runtime.LockOSThread() // see dieWithParent
	defer runtime.UnlockOSThread()
	if output, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("make cluster: %w", ctx.Err())
		}
		return fmt.Errorf("make cluster with %s: %w: %s", cmd.Path, err, strings.TrimSpace(string(output)))
	}
	return nil
}

func syncDir(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync data directory: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// takeOver prepares an existing cluster for a new server: the former one, if its owner was killed, is waited for, and
// what it left is removed. We hold the lease, so no living process of ours can own that server.
func takeOver(ctx context.Context, placed placement, previousSocketDir string, logger *slog.Logger) error {
	if err := waitForFormerServer(ctx, placed.clusterDir, previousSocketDir, orphanPatience, logger); err != nil {
		return err
	}
	removeSocketDir(previousSocketDir)

	uid, _, err := owner(placed.clusterDir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	if placed.who.drop && uid == 0 { // root copied it here; Postgres insists on owning its files
		if err := placed.who.ownTree(placed.clusterDir); err != nil {
			return fmt.Errorf("give cluster to user %s: %w", placed.who.name, err)
		}
	}
	if uid != placed.who.uid && !placed.who.drop {
		return fmt.Errorf("%w: %s belongs to user %s: run as that user or as root, or set another DATA_DIR",
			ErrDataDirUnusable, placed.clusterDir, userName(uid))
	}
	return nil
}

// waitForFormerServer returns once no server works in clusterDir. One that does not end by itself within patience is
// told to stop when it is ours, that is, when it listens where the last owner of the data directory said; one that
// somebody started by hand is theirs, and refused.
func waitForFormerServer(
	ctx context.Context, clusterDir, previousSocketDir string, patience time.Duration, logger *slog.Logger,
) error {
	overdue := time.NewTimer(patience)
	defer overdue.Stop()
	limit := time.NewTimer(patience + orphanLimit)
	defer limit.Stop()
	poll := time.NewTicker(orphanPoll)
	defer poll.Stop()

	for waited := false; ; waited = true {
		pids := serverProcesses(clusterDir)
		if len(pids) == 0 {
			return nil
		}
		if !waited {
			logger.InfoContext(ctx, "waiting for the former server to finish", slog.Any("pids", pids))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the former server %v: %w", pids, ctx.Err())
		case <-limit.C:
			return fmt.Errorf("%w: a Postgres server (process %v) still works in %s and does not stop", ErrDataDirInUse, pids, clusterDir)
		case <-overdue.C:
			pid, socketDir, ok := readPIDFile(clusterDir)
			if !ok || previousSocketDir == "" || socketDir != previousSocketDir {
				return fmt.Errorf("%w: a Postgres server (process %v) that Lattice did not start works in %s. Stop it first",
					ErrDataDirInUse, pids, clusterDir)
			}
			logger.WarnContext(ctx, "stopping the former server", slog.Int("pid", pid))
			_ = syscall.Kill(pid, syscall.SIGINT) // gone already is as good
		case <-poll.C:
		}
	}
}

// removeStalePIDFile deletes the file once no server works in the cluster. Postgres would mostly do so itself, but
// takes the file for a living server when its process id was given out again, as containers do at each start.
func removeStalePIDFile(clusterDir string) error {
	if runtime.GOOS != "linux" { // only there serverProcesses is proof
		return nil
	}
	if err := os.Remove(filepath.Join(clusterDir, pidFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove stale pid file: %w", err)
	}
	return nil
}

// Lines of the server's pid file that we read, counted from 0.
const (
	pidLine       = 0
	socketDirLine = 4
	statusLine    = 7
)

// readPIDFile gives the server's process id and the folder of its socket.
func readPIDFile(clusterDir string) (pid int, socketDir string, ok bool) {
	lines := pidFileLines(clusterDir)
	pid, err := strconv.Atoi(lines[pidLine])
	if err != nil || pid <= 1 {
		return 0, "", false
	}
	return pid, lines[socketDirLine], true
}

// isReady reports that the server process pid says it takes connections.
func isReady(clusterDir string, pid int) bool {
	lines := pidFileLines(clusterDir)
	return lines[pidLine] == strconv.Itoa(pid) && lines[statusLine] == "ready"
}

// pidFileLines always gives enough lines; what is not there yet is empty.
func pidFileLines(clusterDir string) []string {
	lines := make([]string, statusLine+1)
	content, err := os.ReadFile(filepath.Join(clusterDir, pidFile))
	if err != nil {
		return lines
	}
	for i, line := range strings.SplitN(string(content), "\n", len(lines)+1) {
		if i < len(lines) {
			lines[i] = strings.TrimSpace(line)
		}
	}
	return lines
}

func isServerName(name string) bool { return name == "postgres" || name == "postmaster" }
