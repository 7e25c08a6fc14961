//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	clusterFolder = "postgres" // below the data directory; the rest of it belongs to our process
	lockFile      = "lock"
	ownerOnly     = 0o700
	// passage added to it lets the unprivileged user through to its cluster, but neither list nor read anything else.
	passage = 0o011
)

// placement is a data directory that was found fit, and who will work in it.
type placement struct {
	dataDir    string
	clusterDir string
	who        account
	found      []installation
	notice     string
}

// unreachableError is the one reason for which a default data directory is replaced.
type unreachableError struct {
	dataDir, closed string
	who             account
}

func (e *unreachableError) Error() string {
	return fmt.Sprintf("%v: Postgres refuses to run as root, so it runs as user %s, who cannot enter %s on the way to %s. "+
		"Set DATA_DIR to a folder that user can reach, such as %s, or set DATABASE_URL",
		ErrDataDirUnusable, e.who.name, e.closed, e.dataDir, DefaultFallbackDir)
}

func (e *unreachableError) Unwrap() error { return ErrDataDirUnusable }

// place settles on the data directory, which then exists.
func place(ctx context.Context, options Options) (placement, error) {
	placed, err := placeAt(ctx, options, options.DataDir)
	var unreachable *unreachableError
	if !options.DataDirIsDefault || !errors.As(err, &unreachable) {
		return placed, err
	}
	fallback := options.FallbackDir
	if fallback == "" {
		fallback = DefaultFallbackDir
	}
	placed, err = placeAt(ctx, options, fallback)
	if err != nil {
		return placement{}, err
	}
	placed.notice = fmt.Sprintf("Data lives in %s: Postgres runs as user %s here, who cannot enter %s on the way to %s.",
		placed.dataDir, placed.who.name, unreachable.closed, unreachable.dataDir)
	return placed, nil
}

func placeAt(ctx context.Context, options Options, dir string) (placement, error) {
	dataDir, err := filepath.Abs(dir)
	if err != nil {
		return placement{}, fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	who, err := accountFor(filepath.Join(dataDir, clusterFolder))
	if err != nil {
		return placement{}, err
	}
	found, err := systemFinder(options.BinDir).find(ctx, who)
	if err != nil {
		return placement{}, err
	}
	if err := makeDataDir(ctx, who, found[0], dataDir); err != nil {
		return placement{}, err
	}
	// Without links, because the server's own idea of where it works is compared with this path.
	if dataDir, err = filepath.EvalSymlinks(dataDir); err != nil {
		return placement{}, fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	return placement{dataDir: dataDir, clusterDir: filepath.Join(dataDir, clusterFolder), who: who, found: found}, nil
}

// makeDataDir creates dir when it is missing and sees to it that the account can pass through it. When the account
// cannot even get near, nothing is created.
func makeDataDir(ctx context.Context, who account, with installation, dir string) error {
	reach := func(path string) error {
		if !who.drop || who.canEnter(ctx, with, path) {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &unreachableError{dataDir: dir, closed: who.firstClosed(ctx, with, path), who: who}
	}
	parent := filepath.Dir(dir)
	existing := parent
	for !isDir(existing) && existing != filepath.Dir(existing) {
		existing = filepath.Dir(existing)
	}
	if err := reach(existing); err != nil {
		return err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil { //nolint:gosec // folders on the way are not ours to close
		return fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	if err := os.Mkdir(dir, ownerOnly); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	if err := openForPassage(who, dir); err != nil {
		return fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	return reach(dir)
}

// openForPassage adds only the right to pass through, and only to a folder of root's own.
func openForPassage(who account, dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	if !who.drop {
		return nil
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Uid != 0 {
		return nil
	}
	if wanted := info.Mode() | passage; wanted != info.Mode() {
		return os.Chmod(dir, wanted)
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// lease is the exclusive hold on a data directory. The kernel ends it with the process, however that dies.
type lease struct {
	file *os.File
	// previousSocketDir is where the last owner's server listened; it is left over when that owner was killed.
	previousSocketDir string
}

// acquire takes the lease or says who has it.
func acquire(dataDir string) (*lease, error) {
	path := filepath.Join(dataDir, lockFile)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("%w: %s belongs to another user: run as that user, or set another DATA_DIR (%w)",
				ErrDataDirUnusable, dataDir, err)
		}
		return nil, fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, socketDir := readLock(path)
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			inUse := &InUseError{PID: holder, DataDir: dataDir}
			if socketDir != "" {
				inUse.URL = urlAt(socketDir, DatabaseName)
			}
			return nil, inUse
		}
		return nil, fmt.Errorf("%w: lock %s: %w", ErrDataDirUnusable, path, err)
	}
	_, previous := readLock(path)
	held := &lease{file: file, previousSocketDir: previous}
	if err := held.record(""); err != nil {
		held.release()
		return nil, fmt.Errorf("%w: %w", ErrDataDirUnusable, err)
	}
	return held, nil
}

// record notes our process and where its server listens, for the refusal of others and for the next owner to tidy up.
func (l *lease) record(socketDir string) error {
	text := strconv.Itoa(os.Getpid()) + "\n" + socketDir + "\n"
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(text), 0)
	return err
}

// release unlocks before closing: a child forked by another goroutine may hold a copy of the descriptor for a moment,
// and closing ours alone would leave the lock in place until that child has started its program.
func (l *lease) release() {
	_ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN)
	_ = l.file.Close()
}

func readLock(path string) (pid, socketDir string) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "unknown", ""
	}
	pid, rest, _ := strings.Cut(string(content), "\n")
	if pid == "" {
		pid = "unknown"
	}
	socketDir, _, _ = strings.Cut(rest, "\n")
	return pid, socketDir
}
