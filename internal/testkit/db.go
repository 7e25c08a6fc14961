// Package testkit gives tests what they share: above all a database of their own. Only tests import it.
package testkit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/postgres"
)

const (
	// oddTimeZone is no whole hour from UTC, so that code which leaves the zone to the session fails its test.
	oddTimeZone = "Asia/Kathmandu"

	// poolSize is small because many tests run at once against one server.
	poolSize = 8

	cleanupTimeout = 30 * time.Second
	// releaseTimeout is how long a test's pool may wait for connections that the test did not give back.
	releaseTimeout = 10 * time.Second
)

// DB gives the test a pool on a database of its own, migrated and empty, which is dropped when the test ends. Tests
// may call it in parallel. A server that cannot be had fails the test: there is no run without a database.
func DB(t testing.TB) *pgxpool.Pool {
	t.Helper()
	return Open(t, DatabaseURL(t))
}

// DatabaseURL is DB for tests that connect themselves, such as those of a whole server.
func DatabaseURL(t testing.TB) string {
	t.Helper()
	return create(t, func(ctx context.Context, server *server) (string, error) {
		template, err := server.template(ctx)
		if err != nil {
			return "", err
		}
		return " TEMPLATE " + pgx.Identifier{template}.Sanitize() + server.cloneStrategy, nil
	})
}

// PreparedDatabaseURL is DatabaseURL for tests that all need the same more than tables: prepare fills the database once,
// and each test gets a copy. kind names what prepare does, in a few letters that change whenever what it does changes.
func PreparedDatabaseURL(t testing.TB, kind string, prepare func(ctx context.Context, pool *pgxpool.Pool) error) string {
	t.Helper()
	require.Regexp(t, `^[a-z0-9_]{1,28}$`, kind)
	return create(t, func(ctx context.Context, server *server) (string, error) {
		template, err := server.preparedTemplate(ctx, kind, prepare)
		if err != nil {
			return "", err
		}
		return " TEMPLATE " + pgx.Identifier{template}.Sanitize() + server.cloneStrategy, nil
	})
}

// EmptyDatabaseURL gives a database without any table, for tests of the migrations themselves.
func EmptyDatabaseURL(t testing.TB) string {
	t.Helper()
	return create(t, func(_ context.Context, server *server) (string, error) { return server.cloneStrategy, nil })
}

// Open opens a pool as the program does and closes it with the test. A test that keeps a connection or a transaction
// open beyond its end fails here instead of hanging.
func Open(t testing.TB, databaseURL string) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(t.Context(), databaseURL, postgres.Options{ApplicationName: t.Name(), MaxConns: poolSize})
	require.NoError(t, err)
	t.Cleanup(func() {
		closed := make(chan struct{})
		go func() {
			pool.Close()
			close(closed)
		}()
		timer := time.NewTimer(releaseTimeout)
		defer timer.Stop()
		select {
		case <-closed:
		case <-timer.C:
			t.Errorf("the test ended with %d connections not given back to its pool", pool.Stat().AcquiredConns())
		}
	})
	return pool
}

func create(t testing.TB, options func(ctx context.Context, server *server) (string, error)) string {
	t.Helper()
	server, err := theServer()
	require.NoError(t, err, "tests need a Postgres server")
	suffix, err := options(t.Context(), server)
	require.NoError(t, err)

	name := "lattice_test_" + randomName()
	quoted := pgx.Identifier{name}.Sanitize()
	// Registered first: a test that is cut short between the two statements must not leave its database.
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), cleanupTimeout)
		defer cancel()
		_, err := server.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted+" WITH (FORCE)")
		require.NoError(t, err)
	})
	_, err = server.admin.Exec(t.Context(), "CREATE DATABASE "+quoted+suffix)
	require.NoError(t, err)
	_, err = server.admin.Exec(t.Context(), "ALTER DATABASE "+quoted+" SET timezone = '"+oddTimeZone+"'")
	require.NoError(t, err)

	location, err := withDatabase(server.adminURL, name)
	require.NoError(t, err)
	return location
}

func randomName() string {
	var bytes [8]byte
	_, _ = rand.Read(bytes[:]) // never fails
	return hex.EncodeToString(bytes[:])
}

// withDatabase points a URL or a keyword/value string at another database of the same server.
func withDatabase(location, database string) (string, error) {
	if !strings.HasPrefix(location, "postgres://") && !strings.HasPrefix(location, "postgresql://") {
		return strings.TrimSpace(location + " dbname=" + database), nil // the last one counts
	}
	parsed, err := url.Parse(location)
	if err != nil {
		return "", errors.New("TEST_DATABASE_URL is not a valid URL") // without the cause, which holds the password
	}
	parsed.Path = "/" + database
	parsed.RawPath = ""
	query := parsed.Query()
	query.Del("dbname")
	query.Del("database")
	parsed.RawQuery = query.Encode()
	return parsed.String(), nil
}

// templateName carries the fingerprint, so that a server which outlives one run never gives out yesterday's tables.
func templateName(fingerprint, kind string) string {
	name := fmt.Sprintf("lattice_template_%.16s", fingerprint)
	if kind != "" {
		name += "_" + kind
	}
	return name
}
