// Package httpapi is the HTTP edge: it maps requests in, makes one service call, and maps results out. Every route comes
// from the contract; who may call it and what it takes is checked from the contract before a handler runs.
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/lattice-money/lattice"
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/cards"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/features"
	"github.com/lattice-money/lattice/internal/groups"
	"github.com/lattice-money/lattice/internal/httpapi/devmail"
	"github.com/lattice-money/lattice/internal/httpapi/docsui"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/merchants"
	"github.com/lattice-money/lattice/internal/prices"
	"github.com/lattice-money/lattice/internal/proposals"
	"github.com/lattice-money/lattice/internal/settings"
	"github.com/lattice-money/lattice/internal/transactions"
)

// Check is one condition of readiness.
type Check struct {
	Name string
	OK   func(ctx context.Context) error
}

// Config is what the server is made of; every field but Limits, CORSOrigins and DevOutbox is required.
type Config struct {
	Accounts     *accounts.Service
	Advisor      *cards.Advisor
	Auth         *auth.Service
	Cards        *cards.Service
	Chat         *chat.Service
	Features     *features.Service
	Groups       *groups.Service
	Insights     *insights.Service
	Ledger       *ledger.Service
	Merchants    *merchants.Service
	Prices       *prices.Service
	Proposals    *proposals.Service
	Settings     *settings.Service
	Transactions *transactions.Service
	Webhooks     Webhooks

	Clock       clock.Clock
	Logger      *slog.Logger
	Version     string
	Checks      []Check
	SendWait    time.Duration // how long sendMessage waits for its reply
	DigestKey   []byte        // secret under which idempotent requests are told apart
	Streams     StreamConfig
	Limits      LimitConfig
	CORSOrigins []string
	DevOutbox   devmail.Outbox // mails that were not sent, shown at /dev/mail; nil where they are nobody's business
}

// Server answers HTTP. Its handlers are spread over one file per tag of the contract.
type Server struct {
	Config

	handler  http.Handler
	draining atomic.Bool
	dismiss  sync.Once
	// stopping is closed when the streams have to end, dismissed when nobody may wait for a reply any longer.
	stopping, dismissed chan struct{}
}

var _ api.StrictServerInterface = (*Server)(nil)

// New builds the router from the contract. It fails when the contract and this build do not fit.
func New(config Config) (*Server, error) {
	if config.Accounts == nil || config.Advisor == nil || config.Auth == nil || config.Cards == nil || config.Chat == nil ||
		config.Features == nil || config.Groups == nil || config.Insights == nil || config.Ledger == nil || config.Merchants == nil ||
		config.Prices == nil || config.Proposals == nil || config.Settings == nil || config.Transactions == nil || config.Webhooks == nil ||
		config.Streams.Hub == nil ||
		len(config.DigestKey) == 0 || config.Clock == nil || config.Logger == nil {
		return nil, errors.New("httpapi: New wants every dependency")
	}
	contract, err := LoadContract()
	if err != nil {
		return nil, err
	}
	server := &Server{Config: config, stopping: make(chan struct{}), dismissed: make(chan struct{})}
	router := echo.New()
	router.Binder = binder{}
	router.HTTPErrorHandler = errorHandler(config.Logger)
	router.IPExtractor = config.Limits.addressOf()
	limits := &limits{LimitConfig: config.Limits, log: config.Logger}
	router.Use(requestID, apiVersion(contract.Version), requestLog(config.Logger, config.Clock), recoverPanic, safeHeaders, bodyLimit, device)
	if len(config.CORSOrigins) > 0 {
		router.Use(middleware.CORSWithConfig(corsConfig(config.CORSOrigins)))
	}
	router.Use(limits.strays(contract.Operations))
	api.RegisterHandlersWithOptions(router, api.NewStrictHandler(server, nil), api.RegisterHandlersOptions{
		OperationMiddlewares: newGate(config.Auth, config.Webhooks, limits, config.DigestKey).guards(contract.Operations),
	})
	closeShadows(router, contract.Operations)
	serveContract(router)
	for _, path := range docsui.Paths() {
		router.GET(path, echo.WrapHandler(docsui.Handler()))
	}
	if config.DevOutbox != nil {
		router.GET(devmail.Path, echo.WrapHandler(devmail.Handler(config.DevOutbox)))
	}
	server.handler = router
	return server, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Drain makes the readiness check say no, so that load balancers look elsewhere before the listener closes, and tells
// every stream to reconnect: a shutdown would wait for them for ever.
func (s *Server) Drain() {
	if !s.draining.Swap(true) {
		close(s.stopping)
	}
}

// Dismiss answers those who still wait for a reply with what there is of it: it is made by whoever comes next.
func (s *Server) Dismiss() { s.dismiss.Do(func() { close(s.dismissed) }) }

func serveContract(router *echo.Echo) {
	serve := func(path, media string, content []byte) {
		router.GET(path, func(c echo.Context) error { return c.Blob(http.StatusOK, media, content) })
	}
	serve("/openapi.yaml", "application/yaml", lattice.Contract)
	serve("/openapi.json", echo.MIMEApplicationJSON, lattice.ContractJSON)
	serve("/openapi-3.1.json", echo.MIMEApplicationJSON, lattice.Contract31)
}

func corsConfig(origins []string) middleware.CORSConfig {
	return middleware.CORSConfig{
		AllowOrigins: origins,
		AllowMethods: []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowHeaders: []string{
			echo.HeaderAuthorization,
			echo.HeaderContentType,
			echo.HeaderXRequestID,
			"If-Match",
			"If-None-Match",
			"Prefer",
			"Idempotency-Key",
			"Last-Event-ID",
		},
		ExposeHeaders: []string{
			echo.HeaderXRequestID,
			headerAPIVersion,
			headerDeprecation,
			headerSunset,
			"ETag",
			"Idempotency-Replayed",
			echo.HeaderLocation,
			echo.HeaderRetryAfter,
			headerPolicy,
			headerLimit,
		},
		MaxAge: 600,
	}
}
