package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// RiverSchema is where the job queue's tables live, apart from ours so that generators and people see only ours.
const RiverSchema = "river"

const (
	// migrateLockID is the advisory lock that one Migrate holds from the first step to the last.
	migrateLockID int64 = 0x6c617474696365 // "lattice"

	// migrateLockPoll is how often a waiting Migrate asks again. It polls, because a session that waits inside
	// pg_advisory_lock holds a snapshot, which a CREATE INDEX CONCURRENTLY of the working one would wait for in turn.
	migrateLockPoll = 100 * time.Millisecond

	// gooseLockPollSeconds and gooseLockAttempts only matter when somebody runs goose by hand at the same moment.
	gooseLockPollSeconds = 1
	gooseLockAttempts    = 300
)

// Migrate brings the database to this build's schema: first the goose migrations found at the root of migrations,
// then the job queue's own in RiverSchema. Several processes may call it at once; one works, the others wait (as long
// as ctx allows) and find nothing left to do. A database that is already newer is left as it is.
//
// Locks belong to a session, so pool must reach the server directly and not through a transaction pooler. A failed
// migration is rolled back by itself and the ones before it stay; fix it and call again.
func Migrate(ctx context.Context, pool *pgxpool.Pool, migrations fs.FS, logger *slog.Logger) error {
	if pool == nil || migrations == nil || logger == nil {
		return errors.New("migrate: pool, migrations and logger are required")
	}
	// A connection of its own, so that a pool of one still has a connection left to migrate with.
	conn, err := pgx.ConnectConfig(ctx, pool.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("migrate: connect: %w", err)
	}
	defer closeConn(ctx, conn) // ends the session and with it the lock

	if err := waitForMigrateLock(ctx, conn, logger); err != nil {
		return fmt.Errorf("migrate: wait for another migration: %w", err)
	}
	if err := migrateOwn(ctx, pool, migrations, logger); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := migrateRiver(ctx, pool, logger); err != nil {
		return fmt.Errorf("migrate job queue: %w", err)
	}
	return nil
}

func waitForMigrateLock(ctx context.Context, conn *pgx.Conn, logger *slog.Logger) error {
	ticker := time.NewTicker(migrateLockPoll)
	defer ticker.Stop()
	for waited := false; ; waited = true {
		var locked bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", migrateLockID).Scan(&locked); err != nil {
			return err
		}
		if locked {
			return nil
		}
		if !waited {
			logger.InfoContext(ctx, "another process is migrating the database, waiting for it")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func migrateOwn(ctx context.Context, pool *pgxpool.Pool, migrations fs.FS, logger *slog.Logger) (err error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(gooseLockPollSeconds, gooseLockAttempts))
	if err != nil {
		return err
	}
	db := stdlib.OpenDBFromPool(pool)
	defer func() { err = errors.Join(err, db.Close()) }() // closes the wrapper, not the pool

	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations,
		goose.WithSessionLocker(locker),
		goose.WithDisableGlobalRegistry(true),
		goose.WithSlog(logger),
	)
	if err != nil {
		return err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return err
	}
	for _, result := range results {
		logger.InfoContext(ctx, "migration applied", slog.Int64("version", result.Source.Version),
			slog.Duration("duration", result.Duration))
	}
	return nil
}

func migrateRiver(ctx context.Context, pool *pgxpool.Pool, logger *slog.Logger) error {
	// Asked first, because CREATE SCHEMA IF NOT EXISTS needs the right to create even when there is nothing to create.
	var exists bool
	err := pool.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", RiverSchema).Scan(&exists)
	if err != nil {
		return err
	}
	if !exists {
		if _, err := pool.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{RiverSchema}.Sanitize()); err != nil {
			return fmt.Errorf("create schema: %w", err)
		}
	}
	migrator, err := riverMigrator(pool, logger)
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// riverMigrator accepts a nil pool when only the list of migrations is wanted.
func riverMigrator(pool *pgxpool.Pool, logger *slog.Logger) (*rivermigrate.Migrator[pgx.Tx], error) {
	return rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: RiverSchema, Logger: logger})
}

func closeConn(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_ = conn.Close(ctx) // nothing depends on it: the server ends the session when the socket closes
}
