package testkit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/postgres/embedded"
)

const (
	// URLVariable names a server for all test binaries, with the right to create databases. Without it each binary
	// starts a throw-away cluster of its own, which costs more than a second each.
	URLVariable = "TEST_DATABASE_URL"

	adminPoolSize   = 4
	startTimeout    = time.Minute
	templateTimeout = 2 * time.Minute
	stopTimeout     = 10 * time.Second

	// templateLockID lets one test binary at a time make the template.
	templateLockID int64 = 0x6c61747465737431 // "lattest1"

	fileCopyVersion = 150000 // STRATEGY exists since Postgres 15
)

// server is the one Postgres of this test binary.
type server struct {
	adminURL      string
	admin         *pgxpool.Pool
	cloneStrategy string
	cluster       *embedded.Cluster // nil when the server was given

	mu        sync.Mutex
	templates map[string]*template // by what was done to them; "" is the migrated one
}

// template is a database that tests clone. It is made on first use and never changes afterwards.
type template struct {
	once sync.Once
	name string
	err  error
}

var (
	serverMutex  sync.Mutex
	sharedServer *server
	errServer    error
)

// Main runs a package's tests and then stops the throw-away cluster, if one was started:
//
//	func TestMain(m *testing.M) { testkit.Main(m) }
//
// Each check runs after tests that passed and fails the run with its error.
//
// Packages without it are safe as well: the kernel ends the cluster with the test binary (on Linux), and a later run
// deletes the folder it leaves below the system's temporary folder.
func Main(m *testing.M, checks ...func() error) {
	code := m.Run()
	for _, check := range checks {
		if code != 0 {
			break
		}
		if err := check(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if err := stopServer(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// theServer finds or starts the server on first use. A failure is final: every test of the run reports the same.
func theServer() (*server, error) {
	serverMutex.Lock()
	defer serverMutex.Unlock()
	if sharedServer == nil && errServer == nil {
		sharedServer, errServer = newServer()
	}
	return sharedServer, errServer
}

func stopServer() error {
	serverMutex.Lock()
	defer serverMutex.Unlock()
	if sharedServer == nil {
		return nil
	}
	stopped := sharedServer
	sharedServer, errServer = nil, errors.New("the test server was stopped")
	stopped.admin.Close()
	if stopped.cluster == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return stopped.cluster.Stop(ctx)
}

func newServer() (_ *server, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()

	s := &server{adminURL: os.Getenv(URLVariable)}
	if s.adminURL == "" {
		s.cluster, err = embedded.Start(ctx, embedded.Options{Throwaway: true, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return nil, err
		}
		s.adminURL = s.cluster.AdminURL()
	}
	s.admin, err = postgres.Open(ctx, s.adminURL, postgres.Options{ApplicationName: "testkit", MaxConns: adminPoolSize})
	if err == nil {
		s.cloneStrategy, err = cloneStrategy(ctx, s.admin)
	}
	if err != nil {
		s.discard()
		return nil, fmt.Errorf("test server: %w", err)
	}
	return s, nil
}

func (s *server) discard() {
	if s.admin != nil {
		s.admin.Close()
	}
	if s.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		_ = s.cluster.Stop(ctx) // the error that led here says more
	}
}

// cloneStrategy prefers copying files: the clone then holds a ready relation cache, which makes the first connection
// fast. It costs two checkpoints, which are cheap only on a server that syncs nothing.
func cloneStrategy(ctx context.Context, admin *pgxpool.Pool) (string, error) {
	var version, fsync string
	err := admin.QueryRow(ctx, "SELECT current_setting('server_version_num'), current_setting('fsync')").Scan(&version, &fsync)
	if err != nil {
		return "", err
	}
	if number, err := strconv.Atoi(version); err != nil || number < fileCopyVersion || fsync == "on" {
		return "", err
	}
	return " STRATEGY FILE_COPY", nil
}

// A createFunc makes a template of the given name; a fillFunc puts into one what is to be in it.
type (
	createFunc func(ctx context.Context, conn *pgx.Conn, name string) error
	fillFunc   func(ctx context.Context, pool *pgxpool.Pool) error
)

// template gives the name of the migrated database that tests clone, and makes it when no test binary has yet.
func (s *server) template(ctx context.Context) (string, error) {
	return s.templateOf(ctx, "", s.fillMigrated)
}

func (s *server) fillMigrated(ctx context.Context, conn *pgx.Conn, name string) error {
	return s.fillTemplate(ctx, conn, name, s.cloneStrategy, func(ctx context.Context, pool *pgxpool.Pool) error {
		return postgres.Migrate(ctx, pool, db.Migrations, slog.New(slog.DiscardHandler))
	})
}

// preparedTemplate is the migrated template with more in it.
func (s *server) preparedTemplate(ctx context.Context, kind string, prepare fillFunc) (string, error) {
	migrated, err := s.template(ctx)
	if err != nil {
		return "", err
	}
	return s.templateOf(ctx, kind, func(ctx context.Context, conn *pgx.Conn, name string) error {
		return s.fillTemplate(ctx, conn, name, " TEMPLATE "+pgx.Identifier{migrated}.Sanitize()+s.cloneStrategy, prepare)
	})
}

func (s *server) templateOf(ctx context.Context, kind string, create createFunc) (string, error) {
	s.mu.Lock()
	if s.templates == nil {
		s.templates = map[string]*template{}
	}
	if s.templates[kind] == nil {
		s.templates[kind] = &template{}
	}
	made := s.templates[kind]
	s.mu.Unlock()
	made.once.Do(func() {
		// Detached from the test that happened to be first: its end must not fail all the others.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), templateTimeout)
		defer cancel()
		made.name, made.err = s.makeTemplate(ctx, kind, create)
	})
	return made.name, made.err
}

func (s *server) makeTemplate(ctx context.Context, kind string, create createFunc) (string, error) {
	fingerprint, err := postgres.Fingerprint(db.Migrations)
	if err != nil {
		return "", fmt.Errorf("test template: %w", err)
	}
	name := templateName(fingerprint, kind)

	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return "", fmt.Errorf("test template: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLockID); err != nil {
		return "", fmt.Errorf("test template: %w", err)
	}
	defer func() {
		// On failure the session is closed, which unlocks as well.
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", templateLockID); err != nil {
			_ = conn.Conn().Close(context.WithoutCancel(ctx))
		}
	}()

	// Marked as template means finished; one without the mark is what a killed run left.
	var finished bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&finished)
	if err != nil {
		return "", fmt.Errorf("test template: %w", err)
	}
	if finished {
		return name, nil
	}
	if err := create(ctx, conn.Conn(), name); err != nil {
		return "", fmt.Errorf("test template: %w", err)
	}
	return name, nil
}

func (s *server) fillTemplate(ctx context.Context, conn *pgx.Conn, name, options string, fill fillFunc) error {
	quoted := pgx.Identifier{name}.Sanitize()
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+quoted+options); err != nil {
		return err
	}
	location, err := withDatabase(s.adminURL, name)
	if err != nil {
		return err
	}
	pool, err := postgres.Open(ctx, location, postgres.Options{ApplicationName: "testkit template"})
	if err != nil {
		return err
	}
	err = fill(ctx, pool)
	pool.Close() // before the first clone: a database somebody is connected to cannot be copied
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+quoted+" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")
	return err
}
