package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/config"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/postgres/embedded"
	"github.com/lattice-money/lattice/internal/seed"
)

// The connections of a process: enough for its workers, few enough for a small server.
const (
	poolSize       = 40
	directPoolSize = 8
	// idleInTransaction is far beyond what a transaction of ours waits, none of which talks to anybody but the database.
	idleInTransaction = 10 * time.Second
)

// Database is the Postgres of a process: one that was given, or a private one that lives as long as the process.
type Database struct {
	Pool *pgxpool.Pool
	// Direct is a small pool without a transaction pooler between, for migrations and River; DirectURL opens another
	// such connection, for LISTEN.
	Direct    *pgxpool.Pool
	DirectURL string
	// Description says for the start block where it is; Notice is a sentence worth knowing, or empty.
	Description string
	Notice      string
	// DataDir is where the process keeps its own files.
	DataDir string

	cluster *embedded.Cluster
}

// OpenDatabase connects to DATABASE_URL, or starts the private cluster when none is set.
func OpenDatabase(ctx context.Context, cfg config.Config, log *slog.Logger) (*Database, error) {
	database := &Database{DataDir: cfg.DataDir, Description: "DATABASE_URL"}
	url := cfg.DatabaseURL.Reveal()
	if url == "" {
		cluster, err := embedded.Start(ctx, embedded.Options{
			DataDir: cfg.DataDir, DataDirIsDefault: cfg.DataDirIsDefault, BinDir: cfg.PostgresBinDir, Logger: log,
		})
		if err != nil {
			return nil, fmt.Errorf("start private Postgres: %w", err)
		}
		database.cluster, database.DataDir, database.Notice = cluster, cluster.DataDir(), cluster.Notice()
		database.Description = "private Postgres " + cluster.ServerVersion() + " in " + cluster.DataDir()
		url = cluster.URL()
	}
	database.DirectURL = cmp.Or(cfg.DatabaseDirectURL.Reveal(), url)
	var err error
	if database.Pool, err = postgres.Open(ctx, url, postgres.Options{MaxConns: poolSize, IdleInTransaction: idleInTransaction}); err != nil {
		database.Close(ctx, log)
		return nil, fmt.Errorf("open database: %w", err)
	}
	options := postgres.Options{MaxConns: directPoolSize, ApplicationName: "lattice-jobs"}
	if database.Direct, err = postgres.Open(ctx, database.DirectURL, options); err != nil {
		database.Close(ctx, log)
		return nil, fmt.Errorf("open direct database: %w", err)
	}
	return database, nil
}

// Private reports whether the database belongs to this process alone.
func (d *Database) Private() bool { return d.cluster != nil }

// Lost is closed when a private database has ended by itself.
func (d *Database) Lost() <-chan struct{} {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Done()
}

// Migrate brings schema and catalogue to this build's version.
func (d *Database) Migrate(ctx context.Context, log *slog.Logger) error {
	if err := postgres.Migrate(ctx, d.Direct, db.Migrations, log); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := seed.Reference(ctx, d.Pool, db.Seed); err != nil {
		return fmt.Errorf("load catalogue: %w", err)
	}
	return nil
}

// Prepare migrates when it may, and otherwise refuses a database that is older than this build.
func (d *Database) Prepare(ctx context.Context, autoMigrate bool, log *slog.Logger) error {
	if d.Private() || autoMigrate {
		return d.Migrate(ctx, log)
	}
	version, err := postgres.CheckVersion(ctx, d.Pool, db.Migrations)
	if err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	if version.Newer() {
		log.WarnContext(ctx, "the database is newer than this build", "database", version.Database, "build", version.Build)
	}
	return nil
}

// Close disconnects and stops a private database.
func (d *Database) Close(ctx context.Context, log *slog.Logger) {
	for _, pool := range []*pgxpool.Pool{d.Pool, d.Direct} {
		if pool != nil {
			pool.Close()
		}
	}
	if d.cluster == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := d.cluster.Stop(ctx); err != nil {
		log.ErrorContext(ctx, "private Postgres did not stop cleanly", "error", err)
	}
}
