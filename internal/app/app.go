// Package app is the composition root: the only package that knows all the others. Build puts a service together from
// its settings; Run serves until told to stop and then takes things down in reverse order.
package app

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/audit"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/cards"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/config"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/features"
	"github.com/lattice-money/lattice/internal/groups"
	"github.com/lattice-money/lattice/internal/httpapi"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/integrations/knot"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
	"github.com/lattice-money/lattice/internal/integrations/knot/webhook"
	"github.com/lattice-money/lattice/internal/integrations/x"
	"github.com/lattice-money/lattice/internal/jobs"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/mail"
	"github.com/lattice-money/lattice/internal/merchants"
	"github.com/lattice-money/lattice/internal/prices"
	"github.com/lattice-money/lattice/internal/proposals"
	"github.com/lattice-money/lattice/internal/seed"
	"github.com/lattice-money/lattice/internal/settings"
	"github.com/lattice-money/lattice/internal/transactions"
)

// Options are what a process is given besides its settings.
type Options struct {
	Clock   clock.Clock
	Logger  *slog.Logger
	Version string
	// Direct and DirectURL reach the database without a transaction pooler between; see Database.
	Direct    *pgxpool.Pool
	DirectURL string
	// Wording words replies in place of the configured provider, for tests.
	Wording chat.Wording
	// Feed tells prices in place of the configured one, for tests.
	Feed prices.Feed
	// Heartbeat of streams; 15 s when zero.
	Heartbeat time.Duration
	// DataDir is where the made signing key is kept: that of the database when it had to be put elsewhere.
	DataDir string
}

// App is a service put together.
type App struct {
	config config.Config
	log    *slog.Logger
	pool   *pgxpool.Pool

	jobs     *jobs.Client
	notifier *events.Notifier
	listener *events.Listener
	server   *httpapi.Server
	demo     seed.DemoConfig
	features *features.Service

	socket net.Listener
}

// Build puts the service together on a migrated database. It starts nothing.
func Build(ctx context.Context, cfg config.Config, pool *pgxpool.Pool, options Options) (*App, error) {
	if pool == nil || options.Direct == nil || options.DirectURL == "" || options.Clock == nil || options.Logger == nil {
		return nil, errors.New("app: Build wants every dependency")
	}
	app := &App{config: cfg, log: options.Logger, pool: pool}
	key, err := signingKey(cfg, options.DataDir)
	if err != nil {
		return nil, err
	}
	return app, app.assemble(ctx, key, options)
}

// signingKey is the one set, or outside production one that is made once and kept.
func signingKey(cfg config.Config, dataDir string) (ed25519.PrivateKey, error) {
	if cfg.JWTSigningKey.IsSet() {
		return config.ParseSigningKey(cfg.JWTSigningKey)
	}
	return auth.KeptSigningKey(filepath.Join(dataDir, "signing-key.pem"))
}

// assemble makes every part, each from those before it.
func (a *App) assemble(ctx context.Context, key ed25519.PrivateKey, options Options) (err error) { //nolint:funlen // one list of all parts
	defer recoverWiring(&err)
	clk, log, pool := options.Clock, options.Logger, a.pool
	personas := map[string]mock.Persona{}
	if a.config.SeedDemo {
		personas = must(seed.Personas(db.Seed))
	}
	trends := must(x.Select(ctx, x.Config{Enabled: a.config.FeatureX}, clk, log))
	wording, providers := a.wording(options)
	a.features = features.New(clk, integrationNames, a.modes(), providers)
	wording = watchedWording{Wording: wording, features: a.features}
	auditLog := must(audit.New(clk))
	linker := watchedLinker{
		linker: must(knot.Select(ctx, a.knot(personas), clk, log)), features: a.features, calls: vendorCalls{pool, auditLog, clk, log},
	}
	bell, hub := events.NewBell(), events.NewHub()
	a.notifier = must(events.NewNotifier(pool, bell, hub, log))
	queue := must(jobs.NewQueue(pool, a.notifier, log))
	a.listener = must(events.NewListener(options.DirectURL, pool, a.notifier, clk, log))
	merchantService := must(merchants.New(pool, clk))
	orderService := must(transactions.New(pool, auditLog, queue, a.notifier))
	settingsService := must(settings.New(pool, clk))
	cardService := must(cards.New(pool, clk, auditLog))
	advisor := must(cards.NewAdvisor(cardService, orderService, merchantService, settingsService, clk))
	mailing := must(a.mailing(ctx, log))
	outbox := must(mail.New(mail.Config{
		Pool: pool, Clock: clk, Queue: queue, Sender: mailing.Sender, Invitations: must(groups.NewInvitations(pool, clk, inviteTokens{})),
		BaseURL: a.URL, Logger: log,
	}))
	ledgerService := must(ledger.New(pool, clk, auditLog, a.notifier, settingsService))
	groupService := must(groups.New(groups.Config{
		Pool: pool, Clock: clk, Auditor: auditLog, Notifier: a.notifier, Mailer: outbox, Tokens: inviteTokens{},
		Ledger: groupLedger{ledgerService},
	}))
	chatService := must(chat.New(pool, clk, queue, bell, a.notifier, merchantService, groupService, auditLog, settingsService))
	accountService := must(accounts.New(accounts.Config{
		Pool: pool, Clock: clk, Linker: linker, Auditor: auditLog, Queue: queue, Notifier: a.notifier, Secrets: claimTokens{}, Logger: log,
		Reconcile: a.config.KnotReconcile,
	}))
	insightService := must(insights.New(insights.Config{
		Pool: pool, Clock: clk, Orders: orderService, Cards: cardService, Merchants: merchantService, Preferences: settingsService, Queue: queue,
		Notifier: a.notifier, Mailer: letters{outbox},
	}))
	priceService := must(prices.New(prices.Config{
		Pool: pool, Clock: clk, Feed: feed(ctx, options), Poster: firedAlerts{insightService, outbox},
		Mailer: firedAlerts{insightService, outbox}, Notifier: a.notifier, Auditor: auditLog, Logger: log,
	}))
	hasher := must(auth.NewHasher())
	tokens := must(auth.NewTokens(key, clk))
	authService := must(auth.New(pool, clk, hasher, tokens, chatService, auditLog, log))
	orchestrator := must(chat.NewOrchestrator(chat.OrchestratorConfig{
		Pool:        pool,
		Clock:       clk,
		Queue:       queue,
		Bell:        bell,
		Notifier:    a.notifier,
		Orders:      orderService,
		Cards:       cardService,
		Merchants:   merchantService,
		Preferences: settingsService,
		Findings:    findings{insightService},
		Trends:      trends,
		Prices:      priceService,
		Ledger:      standings{ledgerService},
		Wording:     wording,
		Timeout:     a.config.AIReplyTimeout,
		Logger:      log,
	}))
	proposalService := must(proposals.New(pool, clk, auditLog, a.notifier, map[string]proposals.Writer{
		proposals.KindCard: cardChoices{cardService}, proposals.KindTracker: priceAlerts{priceService},
		proposals.KindSplit: expenses{ledgerService},
	}))
	a.jobs = must(jobs.NewClient(jobs.Config{
		Pool:       pool,
		ListenPool: options.Direct,
		Clock:      clk,
		Queue:      queue,
		Bell:       bell,
		Answerer:   orchestrator,
		Sweeper:    orchestrator,
		Insights:   insightService,
		Prices:     priceService,
		Mails:      outbox,
		Cleaners: []jobs.Cleaner{
			outbox.DeleteOld, groupService.Purge, accountService.DeleteOldWebhooks, accountService.ForgetUnclaimed, accountService.AskDeletionsAgain,
			func(ctx context.Context) (int64, error) { return auditLog.DeleteOldCalls(ctx, pool) },
		},
		Accounts:     accountService,
		ReplyTimeout: a.config.AIReplyTimeout,
		Logger:       log,
	}))
	a.server = must(httpapi.New(httpapi.Config{
		Accounts:     accountService,
		Webhooks:     knotWebhooks{webhook.NewVerifier(a.config.KnotSecret.Reveal()), accountService},
		Advisor:      advisor,
		Auth:         authService,
		Cards:        cardService,
		Chat:         chatService,
		Features:     a.features,
		Groups:       groupService,
		Insights:     insightService,
		Ledger:       ledgerService,
		Merchants:    merchantService,
		Prices:       priceService,
		Proposals:    proposalService,
		Settings:     settingsService,
		Transactions: orderService,
		Clock:        clk,
		Logger:       log,
		Version:      options.Version,
		Checks:       a.checks(),
		SendWait:     a.config.SendMessageWait,
		DigestKey:    digestKey(key),
		Streams:      httpapi.StreamConfig{Hub: hub, Heartbeat: options.Heartbeat},
		Limits:       must(a.limits(clk)),
		CORSOrigins:  a.config.CORSOrigins,
		DevOutbox:    a.devOutbox(mailing),
	}))
	a.demo = seed.DemoConfig{
		Pool: pool, Clock: clk, Files: db.Seed, Hasher: hasher, Accounts: accountService, Composer: orchestrator,
		Insights: insightService, Ledger: ledgerService, Logger: log,
	}
	return nil
}

// wording is who words replies, and their names as they are shown.
func (a *App) wording(options Options) (wording chat.Wording, names []string) {
	if options.Wording != nil {
		return options.Wording, []string{"test"}
	}
	broker := must(ai.NewBroker(ai.Engine{}))
	return broker, broker.Names()
}

// digestKey is the secret under which idempotent requests are told apart, derived from the one secret there is.
func digestKey(key ed25519.PrivateKey) []byte {
	sum := sha256.Sum256(append([]byte("lattice idempotency digest\n"), key.Seed()...))
	return sum[:]
}

// wiringError carries the error of a constructor out of assemble, so that its thirty calls can be read.
type wiringError struct{ cause error }

func must[T any](value T, err error) T {
	if err != nil {
		panic(wiringError{cause: err})
	}
	return value
}

func recoverWiring(err *error) {
	switch cause := recover().(type) {
	case nil:
	case wiringError:
		*err = cause.cause
	default:
		panic(cause)
	}
}

// Server is the HTTP handler, for tests that need no listener.
func (a *App) Server() *httpapi.Server { return a.server }

// Start begins the background work: telling and hearing of changes, and the workers.
func (a *App) Start(ctx context.Context) error {
	if err := a.listener.Start(ctx); err != nil {
		return err
	}
	a.notifier.Start(ctx)
	if err := a.jobs.Start(ctx); err != nil {
		a.notifier.Stop()
		a.listener.Stop()
		return err
	}
	return nil
}

// Stop ends the background work: running replies finish or go back to the queue until ctx ends.
func (a *App) Stop(ctx context.Context) error {
	err := a.jobs.Stop(ctx)
	a.notifier.Stop()
	a.listener.Stop()
	return err
}

// SeedDemo loads the demo; once per database.
func (a *App) SeedDemo(ctx context.Context) error { return seed.Demo(ctx, a.demo) }

func (a *App) checks() []httpapi.Check {
	return []httpapi.Check{
		{Name: "database", OK: a.pool.Ping},
		{Name: "workers", OK: func(context.Context) error { return a.jobs.Running() }},
	}
}

// integrationNames are in the order they are shown.
var integrationNames = []string{"knot", "ai", "dedalus", "snowflake", "x", "email"} //nolint:gochecknoglobals // a constant list

func (a *App) modes() map[string]string {
	flags := map[string]bool{
		"knot": a.config.FeatureKnot, "ai": a.config.FeatureAI, "dedalus": a.config.FeatureDedalus,
		"snowflake": a.config.FeatureSnowflake, "x": a.config.FeatureX, "email": a.config.FeatureEmail,
	}
	modes := make(map[string]string, len(flags))
	for name, live := range flags {
		modes[name] = features.ModeMock
		if live {
			modes[name] = features.ModeLive
		}
	}
	return modes
}

// claimTokens makes the tokens by which an anonymous onboarding session is claimed.
type claimTokens struct{}

func (claimTokens) NewClaimToken() (token string, hash []byte, err error) {
	return auth.NewSecret("c1_")
}

func (claimTokens) Hash(token string) []byte { return auth.HashSecret(token) }

// Listen opens the listener, so that the address is known before anything is served.
func (a *App) Listen(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.HTTPAddr)
	if err != nil {
		return fmt.Errorf("listen on %s (HTTP_ADDR): %w", a.config.HTTPAddr, err)
	}
	a.socket = listener
	return nil
}
