// Command lattice is the backend of the money co-pilot.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/lattice-money/lattice/internal/app"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/config"
)

// version is set by the build of a release: -ldflags "-X main.version=1.2.3".
var version = "dev"

const usage = `Usage: lattice [--config FILE] COMMAND

Commands:
  serve     run the service (migrates first; see AUTO_MIGRATE)
  migrate   bring the database and its catalogue to this build's version
  seed      load the demo data, once per database
  doctor    look at settings, database and integrations, and say what to do about each problem
  version   print the version
  help      print this

Every setting is an environment variable or a line in .env; .env.example lists them all.
`

var errUsage = errors.New("usage")

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once; what it was at, the next start takes back
	err := command(ctx, args, stdout, stderr)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprint(stderr, usage)
		return 2
	case ctx.Err() != nil && errors.Is(err, context.Canceled): // what it was at is of no interest to whoever stopped it
		fmt.Fprintln(stderr, "lattice: interrupted")
		return 1
	default:
		fmt.Fprintln(stderr, "lattice:", err)
		return 1
	}
}

func command(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("lattice", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	configFile := flags.String("config", "", "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil || flags.NArg() != 1 {
		return errUsage
	}
	switch flags.Arg(0) {
	case "help":
		return flag.ErrHelp
	case "version":
		_, err := fmt.Fprintln(stdout, "lattice", buildVersion())
		return err
	}
	if flags.Arg(0) == "doctor" {
		return doctor(ctx, *configFile, stdout, stderr)
	}
	commands := map[string]func(context.Context, *process) error{"serve": serve, "migrate": migrate, "seed": seedDemo}
	work, known := commands[flags.Arg(0)]
	if !known {
		return errUsage
	}
	cfg, err := config.Load(config.Process(*configFile))
	if err != nil {
		return err
	}
	log := newLogger(cfg, stderr)
	database, err := app.OpenDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer database.Close(ctx, log)
	return work(ctx, &process{config: cfg, database: database, log: log, stdout: stdout})
}

// process is one run of a command.
type process struct {
	config   config.Config
	database *app.Database
	log      *slog.Logger
	stdout   io.Writer
}

func (p *process) build(ctx context.Context) (*app.App, error) {
	return app.Build(ctx, p.config, p.database.Pool, app.Options{
		Clock: clock.System{}, Logger: p.log, Version: buildVersion(), DataDir: p.database.DataDir,
		Direct: p.database.Direct, DirectURL: p.database.DirectURL, Wording: testWording(),
	})
}

var errDatabaseLost = errors.New("the private Postgres has ended by itself; its log lines above say why")

func serve(ctx context.Context, p *process) error {
	if err := p.database.Prepare(ctx, p.config.AutoMigrate, p.log); err != nil {
		return err
	}
	service, err := p.build(ctx)
	if err != nil {
		return err
	}
	if p.config.SeedDemo {
		if err := service.SeedDemo(ctx); err != nil {
			return err
		}
	}
	if err := service.Listen(ctx); err != nil {
		return err
	}
	if err := service.Announce(p.stdout, buildVersion(), p.database.Description, p.database.Notice); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-p.database.Lost():
			cancel(errDatabaseLost)
		case <-ctx.Done():
		}
	}()
	err = service.Serve(ctx)
	if errors.Is(context.Cause(ctx), errDatabaseLost) {
		return errDatabaseLost
	}
	return err
}

func migrate(ctx context.Context, p *process) error {
	if err := p.database.Migrate(ctx, p.log); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.stdout, "The database is at this build's version.")
	return err
}

func seedDemo(ctx context.Context, p *process) error {
	if p.config.IsProduction() {
		return errors.New("demo data is not for production")
	}
	if err := p.database.Prepare(ctx, p.config.AutoMigrate, p.log); err != nil {
		return err
	}
	p.config.SeedDemo = true
	service, err := p.build(ctx)
	if err != nil {
		return err
	}
	if err := service.SeedDemo(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "The demo data is loaded. Sign in as alice@demo.com or bob@demo.com with password123.")
	return err
}

var errUnwell = errors.New("something needs you; see the table")

// doctor changes nothing. It starts a private database for the look, if that is what is configured.
func doctor(ctx context.Context, configFile string, stdout, stderr io.Writer) error {
	cfg, err := config.Load(config.Process(configFile))
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	well, writeErr := app.WriteFindings(stdout, app.Examine(ctx, cfg, err, log))
	if writeErr != nil {
		return writeErr
	}
	if !well {
		return errUnwell
	}
	return nil
}

func newLogger(cfg config.Config, out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == config.LogFormatJSON {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}

func buildVersion() string {
	if version != "dev" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && len(setting.Value) >= 12 {
			return version + "+" + setting.Value[:12]
		}
	}
	return version
}
