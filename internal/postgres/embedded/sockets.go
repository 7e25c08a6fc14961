//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/lattice-money/lattice/internal/clock"
)

const (
	socketPrefix    = "lattice-pg-"
	throwawayPrefix = "lattice-throwaway-"
	port            = "5432" // only part of the socket's name: nothing listens on the network

	// socketPathLimit is the shortest sun_path of the systems we run on, less its closing zero.
	socketPathLimit = 103

	// abandonedAge keeps a throw-away folder safe from others until its owner has surely locked it.
	abandonedAge = time.Minute
)

// temporaryRoot is the folder for sockets and throw-away clusters: the system's temporary folder, or /tmp when that
// one is closed to the account or its name too long for a socket.
func temporaryRoot(ctx context.Context, who account, with installation) (string, error) {
	candidates := slices.Compact([]string{os.TempDir(), "/tmp"})
	for _, candidate := range candidates {
		root, err := filepath.EvalSymlinks(candidate)
		if err != nil {
			continue
		}
		longest := filepath.Join(root, socketPrefix+strings.Repeat("0", 10), ".s.PGSQL."+port)
		if len(longest) <= socketPathLimit && who.canEnter(ctx, with, root) {
			return root, nil
		}
	}
	return "", fmt.Errorf("embedded postgres: user %s can enter none of %s for the server's socket",
		who.name, strings.Join(candidates, ", "))
}

// makeSocketDir makes the private folder whose only entry is the server's socket: who cannot enter it cannot connect.
func makeSocketDir(root string, who account) (string, error) {
	dir, err := os.MkdirTemp(root, socketPrefix+"*")
	if err != nil {
		return "", fmt.Errorf("make socket folder: %w", err)
	}
	if err := who.own(dir); err != nil {
		return "", errors.Join(fmt.Errorf("give socket folder to user %s: %w", who.name, err), os.Remove(dir))
	}
	return dir, nil
}

// removeSocketDir deletes only what the server puts there, and only in a folder by our name: the path of a former
// owner comes from a file.
func removeSocketDir(dir string) {
	if !strings.HasPrefix(filepath.Base(dir), socketPrefix) {
		return
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return
	}
	_ = os.Remove(filepath.Join(dir, ".s.PGSQL."+port))
	_ = os.Remove(filepath.Join(dir, ".s.PGSQL."+port+".lock"))
	_ = os.Remove(dir)
}

// removeAbandoned deletes throw-away clusters below root whose owner was killed: their lock is free. Failing is
// harmless, the next one tries again.
func removeAbandoned(root string) {
	folders, err := filepath.Glob(filepath.Join(root, throwawayPrefix+"*"))
	if err != nil {
		return
	}
	oldest := clock.System{}.Now().Add(-abandonedAge)
	for _, folder := range folders {
		path := filepath.Join(folder, lockFile)
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() || info.ModTime().After(oldest) {
			continue
		}
		if uid, _, err := owner(path); err != nil || uid != os.Geteuid() {
			continue
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			if len(serverProcesses(filepath.Join(folder, clusterFolder))) == 0 {
				_, socketDir := readLock(path)
				removeSocketDir(socketDir)
				_ = os.RemoveAll(folder)
			}
		}
		_ = file.Close()
	}
}
