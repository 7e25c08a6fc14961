// Package postgres is the way to the database: the pool, transactions, the errors the driver makes, and the schema's
// version. It is the only package that names the driver's no-rows error and the only one that knows which schema the
// job queue lives in. The private cluster for machines without a server is in the package embedded below it.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	minimumServerVersion = 140000 // as in server_version_num: Postgres 14
	connectTimeout       = 10 * time.Second
	maxConnIdleTime      = 5 * time.Minute
	maxConnLifetime      = time.Hour
	// Connections opened together must not all be replaced together.
	maxConnLifetimeJitter = 10 * time.Minute
)

// ErrServerUnsupported means the server is older than Postgres 14. Nothing was changed; use a newer server.
var ErrServerUnsupported = errors.New("postgres: server version is not supported")

// Options tunes a pool. The zero value is usable.
type Options struct {
	// ApplicationName is what pg_stat_activity shows, unless the URL names another. Default "lattice".
	ApplicationName string
	// MaxConns bounds the pool when it is positive. Otherwise pool_max_conns of the URL counts, else the driver's
	// default (the number of processors, at least 4).
	MaxConns int32
	// IdleInTransaction bounds how long a transaction may wait for its next statement when it is positive. A process that
	// stalls, or whose machine is lost without a word, then holds its locks no longer than that.
	IdleInTransaction time.Duration
	// Tracer sees every query when set.
	Tracer pgx.QueryTracer
}

// Open connects to url, a postgres:// URL or a keyword/value string, and answers only when a server was reached that
// is new enough. Close the pool when done. Errors never hold the password.
//
// Times are read as UTC whatever the machine's zone is; the session's own zone is left alone, so SQL that depends on
// it must name a zone. The statement cache stays at the driver's default; behind a transaction pooler add
// default_query_exec_mode=exec (or cache_describe) to the URL.
func Open(ctx context.Context, url string, options Options) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("parse database url: %w", err)
	}
	configure(config, options)

	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("create pool: %w", err)
	}
	if err := checkServer(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

func configure(config *pgxpool.Config, options Options) {
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		RegisterTypes(conn.TypeMap())
		if options.IdleInTransaction <= 0 {
			return nil
		}
		// Not a parameter of the connection: transaction poolers refuse those they do not know.
		_, err := conn.Exec(ctx, fmt.Sprintf("SET idle_in_transaction_session_timeout = %d", options.IdleInTransaction.Milliseconds()))
		if err != nil {
			return fmt.Errorf("limit idle transactions: %w", err)
		}
		return nil
	}
	if options.MaxConns > 0 {
		config.MaxConns = options.MaxConns
	}
	config.MaxConnIdleTime = maxConnIdleTime
	config.MaxConnLifetime = maxConnLifetime
	config.MaxConnLifetimeJitter = maxConnLifetimeJitter

	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if options.Tracer != nil {
		config.ConnConfig.Tracer = options.Tracer
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		name := options.ApplicationName
		if name == "" {
			name = "lattice"
		}
		config.ConnConfig.RuntimeParams["application_name"] = name
	}
}

// RegisterTypes makes a connection read timestamptz, alone and inside arrays and ranges, as UTC, and uuid without a detour.
// Open does it for every connection of its pool; a connection made by hand (one that listens, say) needs the call as well.
func RegisterTypes(types *pgtype.Map) {
	id := &pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: uuidCodec{}}
	types.RegisterType(id)
	types.RegisterType(&pgtype.Type{Name: "_uuid", OID: pgtype.UUIDArrayOID, Codec: &pgtype.ArrayCodec{ElementType: id}})
	// For the modes that do not ask the server what a parameter is, which transaction poolers need.
	types.RegisterDefaultPgType(uuid.UUID{}, "uuid")
	types.RegisterDefaultPgType([]uuid.UUID{}, "_uuid")
	timestamptz := &pgtype.Type{
		Name:  "timestamptz",
		OID:   pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	}
	tstzrange := &pgtype.Type{
		Name:  "tstzrange",
		OID:   pgtype.TstzrangeOID,
		Codec: &pgtype.RangeCodec{ElementType: timestamptz},
	}
	// The container types hold on to the element they were built with, so each is built anew.
	types.RegisterType(timestamptz)
	types.RegisterType(tstzrange)
	types.RegisterType(&pgtype.Type{
		Name: "_timestamptz", OID: pgtype.TimestamptzArrayOID, Codec: &pgtype.ArrayCodec{ElementType: timestamptz},
	})
	types.RegisterType(&pgtype.Type{
		Name: "_tstzrange", OID: pgtype.TstzrangeArrayOID, Codec: &pgtype.ArrayCodec{ElementType: tstzrange},
	})
	types.RegisterType(&pgtype.Type{
		Name: "tstzmultirange", OID: pgtype.TstzmultirangeOID, Codec: &pgtype.MultirangeCodec{ElementType: tstzrange},
	})
}

func checkServer(ctx context.Context, pool *pgxpool.Pool) error {
	var number, name string
	err := pool.QueryRow(ctx, "SELECT current_setting('server_version_num'), current_setting('server_version')").
		Scan(&number, &name)
	if err != nil {
		return fmt.Errorf("connect to database: %w", err)
	}
	return supported(number, name)
}

func supported(number, name string) error {
	version, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("read server version %q: %w", number, err)
	}
	if version < minimumServerVersion {
		return fmt.Errorf("%w: this server is PostgreSQL %s, Lattice needs %d or newer",
			ErrServerUnsupported, name, minimumServerVersion/10000)
	}
	return nil
}
