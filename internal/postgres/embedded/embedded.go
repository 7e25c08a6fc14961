// Package embedded runs a private Postgres for a machine where no server was given: it finds real Postgres binaries,
// keeps one cluster below a data directory, serves it on a Unix socket that nobody else can reach, and takes it down
// with the process. The SQL is that of any other server; only starting and stopping differ.
//
// What holds, whatever happens:
//   - One process owns a data directory at a time, by a lock the kernel drops when the process dies.
//   - The server never outlives its owner (on Linux even after SIGKILL; elsewhere the next start ends it first).
//   - A cluster folder is complete or absent: it is made beside its place and then renamed.
//   - Started by root, the server runs as an unprivileged user, who gets the cluster folder and nothing else.
package embedded

import (
	"errors"
	"fmt"
	"log/slog"
)

const (
	// DefaultDataDir is where data lives when nobody chose a place.
	DefaultDataDir = ".lattice"
	// DefaultFallbackDir replaces DefaultDataDir when the unprivileged user cannot reach it.
	DefaultFallbackDir = "/var/lib/lattice"
	// DatabaseName is the database that Cluster.URL names.
	DatabaseName = "lattice"
	// MinimumMajor is the oldest Postgres that serves.
	MinimumMajor = 14
)

// What Start refuses. The messages around them are written for the person who typed the command.
var (
	// ErrBinariesMissing means no usable Postgres is installed; the message names the command that installs one.
	ErrBinariesMissing = errors.New("embedded postgres: no usable PostgreSQL binaries")
	// ErrDataDirInUse means another process owns the data directory.
	ErrDataDirInUse = errors.New("embedded postgres: data directory is in use")
	// ErrDataDirUnusable means the data directory cannot be made, entered or trusted by the user the server runs as.
	ErrDataDirUnusable = errors.New("embedded postgres: data directory cannot be used")
	// ErrClusterIncompatible means the cluster was made by a major version that is not installed. Data is untouched.
	ErrClusterIncompatible = errors.New("embedded postgres: cluster was made by another PostgreSQL version")
	// ErrServerEnded means the server stopped although nobody asked it to. Data is safe; the next start recovers it.
	ErrServerEnded = errors.New("embedded postgres: server ended unexpectedly")
	// ErrPlatformUnsupported means this operating system has no private cluster; use a server of your own.
	ErrPlatformUnsupported = errors.New("embedded postgres: not available on this operating system, set DATABASE_URL")
)

// InUseError is the ErrDataDirInUse of a data directory whose owner lives.
type InUseError struct {
	PID     string // of the owner; "unknown" where it could not be read
	DataDir string
	URL     string // of the owner's server, for those its socket lets in; empty while it starts
}

// Error implements error.
func (e *InUseError) Error() string {
	return fmt.Sprintf("%v: process %s already runs on %s. Stop it first, or set another DATA_DIR, or give both a DATABASE_URL",
		ErrDataDirInUse, e.PID, e.DataDir)
}

// Unwrap makes it an ErrDataDirInUse.
func (e *InUseError) Unwrap() error { return ErrDataDirInUse }

// Options says where the cluster lives and how it runs.
type Options struct {
	// DataDir holds the cluster (in its folder postgres), the lock, and whatever else the process keeps there.
	// Required, except for a throw-away cluster, which then gets a folder below the system's temporary one.
	DataDir string
	// DataDirIsDefault says that nobody chose DataDir, so Start may use FallbackDir when a server that must not run as
	// root cannot reach it. A chosen place is used or refused, never replaced.
	DataDirIsDefault bool
	// FallbackDir is DefaultFallbackDir when empty.
	FallbackDir string
	// BinDir is the folder of initdb and postgres. When empty, PATH and then the usual system folders are searched.
	BinDir string
	// Logger gets the server's warnings; required.
	Logger *slog.Logger
	// Throwaway trades safety for speed: nothing is synced to disk and a stop does not wait. For tests only. A folder
	// that Start chose itself is deleted by Stop, or by a later throw-away start when the process was killed.
	Throwaway bool
}

func (o Options) validate() error {
	if o.Logger == nil {
		return errors.New("embedded postgres: logger is required")
	}
	if o.DataDir == "" && !o.Throwaway {
		return errors.New("embedded postgres: data directory is required")
	}
	return nil
}
