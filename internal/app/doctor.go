package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/lattice-money/lattice/db"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/config"
	"github.com/lattice-money/lattice/internal/integrations/knot"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/postgres/embedded"
)

// Finding is one line of what doctor tells. Remedy says what to do, and is empty where there is nothing to do.
type Finding struct {
	Name, State, Remedy string
	OK                  bool
}

// examineTimeout bounds each look.
const examineTimeout = 15 * time.Second

// Examine looks at the configuration, the database, its version and every integration, changes nothing, and says what to do
// about each problem. configErr is why the configuration could not be loaded, or nil.
func Examine(ctx context.Context, cfg config.Config, configErr error, log *slog.Logger) []Finding {
	findings := examineConfig(cfg, configErr)
	if configErr != nil {
		return findings // the rest depends on it
	}
	findings = append(findings, examineDatabase(ctx, cfg, log)...)
	return append(findings, examineIntegrations(ctx, cfg, log)...)
}

func examineConfig(cfg config.Config, configErr error) []Finding {
	problems, ok := errors.AsType[*config.Error](configErr)
	if !ok && configErr != nil {
		return []Finding{{Name: "configuration", State: configErr.Error(), Remedy: "see .env.example"}}
	}
	if configErr == nil {
		return []Finding{{Name: "configuration", State: string(cfg.Environment), OK: true}}
	}
	var findings []Finding
	for _, problem := range problems.Problems {
		findings = append(findings, Finding{Name: "configuration", State: problem.String(), Remedy: "see .env.example"})
	}
	return findings
}

func examineDatabase(ctx context.Context, cfg config.Config, log *slog.Logger) []Finding {
	ctx, cancel := context.WithTimeout(ctx, 2*examineTimeout) // a private one has to be started first
	defer cancel()
	database, err := OpenDatabase(ctx, cfg, log)
	running := ""
	if inUse, ok := errors.AsType[*embedded.InUseError](err); ok && inUse.URL != "" { // the service runs: look into its server
		running = fmt.Sprintf("private Postgres of process %s in %s", inUse.PID, inUse.DataDir)
		cfg.DatabaseURL = config.NewSecret(inUse.URL)
		database, err = OpenDatabase(ctx, cfg, log)
	}
	if err != nil {
		return []Finding{
			{Name: "database", State: err.Error(), Remedy: "check DATABASE_URL, and that the server runs and lets us in"},
			{Name: "migrations", State: "unknown", Remedy: "get the database going first"},
		}
	}
	defer database.Close(ctx, log)
	findings := []Finding{{Name: "database", State: cmp.Or(running, database.Description), OK: true}}
	version, err := postgres.CheckVersion(ctx, database.Pool, db.Migrations)
	switch {
	case errors.Is(err, postgres.ErrSchemaOutdated):
		finding := Finding{
			Name: "migrations", State: fmt.Sprintf("at %d, wanted %d", version.Database, version.Build), Remedy: "run lattice migrate",
		}
		if database.Private() || cfg.AutoMigrate {
			finding.OK, finding.Remedy = true, "nothing: lattice serve does it"
		}
		return append(findings, finding)
	case err != nil:
		return append(findings, Finding{Name: "migrations", State: err.Error(), Remedy: "run lattice migrate"})
	case version.Newer():
		return append(findings, Finding{Name: "migrations", State: "newer than this build", OK: true, Remedy: "replace this build soon"})
	}
	return append(findings, Finding{Name: "migrations", State: strconv.FormatInt(version.Database, 10), OK: true})
}

func examineIntegrations(ctx context.Context, cfg config.Config, log *slog.Logger) []Finding {
	findings := []Finding{examineKnot(ctx, cfg, log), examineMail(ctx, cfg)}
	for _, integration := range []struct {
		name string
		live bool
	}{{"ai", cfg.FeatureAI}, {"dedalus", cfg.FeatureDedalus}, {"snowflake", cfg.FeatureSnowflake}, {"x", cfg.FeatureX}} {
		finding := Finding{Name: integration.name, State: "mock", OK: true}
		if integration.live {
			finding = Finding{Name: integration.name, State: "live, and not built", Remedy: "switch its flag off"}
		}
		findings = append(findings, finding)
	}
	return findings
}

// examineKnot asks the live vendor something harmless.
func examineKnot(ctx context.Context, cfg config.Config, log *slog.Logger) Finding {
	finding := Finding{Name: "knot", State: "mock", OK: true}
	if !cfg.FeatureKnot {
		return finding
	}
	ctx, cancel := context.WithTimeout(ctx, examineTimeout)
	defer cancel()
	app := &App{config: cfg}
	linker, err := knot.Select(ctx, app.knot(nil), clock.System{}, log)
	if err == nil {
		var merchants []accounts.VendorMerchant
		merchants, err = linker.Merchants(ctx, accounts.ProductTransactions)
		finding.State = fmt.Sprintf("live at %s, %d merchants", cfg.KnotURL(), len(merchants))
	}
	if err == nil {
		return finding
	}
	finding = Finding{Name: "knot", State: "live: " + err.Error(), Remedy: "check that " + cfg.KnotURL() + " can be reached from here"}
	if refusal, ok := errors.AsType[*live.Error](err); ok {
		finding.Remedy = "ask Knot, or see their status page"
		switch refusal.Code {
		case "INVALID_API_KEYS":
			finding.Remedy = "set KNOT_CLIENT_ID and KNOT_SECRET of the environment KNOT_ENVIRONMENT names"
		case "NO_ACCESS", "PRODUCT_NOT_ENABLED":
			finding.Remedy = "ask Knot to switch TransactionLink on for this client"
		}
	}
	return finding
}

// examineMail connects to the mail server and says nothing to it.
func examineMail(ctx context.Context, cfg config.Config) Finding {
	if !cfg.FeatureEmail {
		return Finding{Name: "email", State: "mock", OK: true}
	}
	ctx, cancel := context.WithTimeout(ctx, examineTimeout)
	defer cancel()
	address := net.JoinHostPort(cfg.SMTPHost, strconv.Itoa(cfg.SMTPPort))
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return Finding{
			Name: "email", State: "live: " + err.Error(),
			Remedy: "check SMTP_HOST and SMTP_PORT, and that " + address + " can be reached from here",
		}
	}
	_ = connection.Close()
	return Finding{Name: "email", State: "live at " + address, OK: true}
}

// WriteFindings writes them as a table and reports whether all is well.
func WriteFindings(out io.Writer, findings []Finding) (well bool, err error) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	well = true
	for _, finding := range findings {
		mark := "ok"
		if !finding.OK {
			mark, well = "PROBLEM", false
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", finding.Name, mark, finding.State, finding.Remedy)
	}
	return well, table.Flush()
}
