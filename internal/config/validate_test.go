package config

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func validConfig(t *testing.T) Config {
	t.Helper()
	cfg, err := Load(Source{Dir: t.TempDir()})
	require.NoError(t, err)
	return cfg
}

func TestValidate_RefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"UnknownEnvironment": {func(c *Config) { c.Environment = "prod" }, `ENVIRONMENT: "prod" is unknown`},
		"AddrWithoutPort":    {func(c *Config) { c.HTTPAddr = "localhost" }, `HTTP_ADDR: "localhost" is not host:port`},
		"AddrNamedPort":      {func(c *Config) { c.HTTPAddr = "localhost:http" }, `HTTP_ADDR: "localhost:http" is not`},
		"AddrPortTooLarge":   {func(c *Config) { c.HTTPAddr = ":65536" }, `HTTP_ADDR: ":65536" is not`},
		"PublicURLPath":      {func(c *Config) { c.PublicURL = "https://a.example/x" }, "PUBLIC_URL:"},
		"PublicURLScheme":    {func(c *Config) { c.PublicURL = "a.example" }, "PUBLIC_URL:"},
		"OriginSlash":        {func(c *Config) { c.CORSOrigins = []string{"https://a.example/"} }, "CORS_ORIGINS:"},
		"OriginUser":         {func(c *Config) { c.CORSOrigins = []string{"https://u@a.example"} }, "CORS_ORIGINS:"},
		"OriginNull":         {func(c *Config) { c.CORSOrigins = []string{"null"} }, "CORS_ORIGINS:"},
		"ShutdownZero":       {func(c *Config) { c.ShutdownTimeout = 0 }, "SHUTDOWN_TIMEOUT: 0s is out of range"},
		"ReplyTimeoutZero":   {func(c *Config) { c.AIReplyTimeout = 0 }, "AI_REPLY_TIMEOUT: 0s is out of range"},
		"WaitNegative":       {func(c *Config) { c.SendMessageWait = -1 }, "SEND_MESSAGE_WAIT: -1ns is out of range"},
		"NoDataDir":          {func(c *Config) { c.DataDir = "" }, "DATA_DIR: must not be empty"},
		"LogFormat":          {func(c *Config) { c.LogFormat = "xml" }, `LOG_FORMAT: "xml" is unknown`},
		"DatabaseScheme":     {func(c *Config) { c.DatabaseURL = NewSecret("mysql://h/x?a=b") }, "DATABASE_URL: want postgres://"},
		"DatabaseWord":       {func(c *Config) { c.DatabaseURL = NewSecret("lattice") }, "DATABASE_URL: want postgres://"},
		"SigningKey":         {func(c *Config) { c.JWTSigningKey = NewSecret("x") }, "JWT_SIGNING_KEY: want an Ed25519"},
		"MailPort":           {func(c *Config) { c.SMTPPort = 0 }, "SMTP_PORT: want a port from 1 to 65535"},
		"MailPortTooLarge":   {func(c *Config) { c.SMTPPort = 65536 }, "SMTP_PORT: want a port from 1 to 65535"},
		"MailTLS":            {func(c *Config) { c.SMTPTLS = "ssl" }, `SMTP_TLS: "ssl" is unknown`},
		"MailFrom":           {func(c *Config) { c.MailFrom = "Lattice" }, `MAIL_FROM: "Lattice" is no address`},
		"MailUserAlone":      {func(c *Config) { c.SMTPUsername = "lattice" }, "SMTP_PASSWORD: must be set beside SMTP_USERNAME"},
		"MailPasswordAlone":  {func(c *Config) { c.SMTPPassword = NewSecret("x") }, "SMTP_USERNAME: must be set beside SMTP_PASSWORD"},
		"KnotEnvironment":    {func(c *Config) { c.KnotEnvironment = "staging" }, `KNOT_ENVIRONMENT: "staging" is unknown`},
		"KnotReconcile":      {func(c *Config) { c.KnotReconcile = time.Second }, "KNOT_RECONCILE: 1s is out of range"},
		"KnotFaults":         {func(c *Config) { c.KnotMockFaults = -1 }, "KNOT_MOCK_FAULTS: want a whole number"},
		"KnotAddress":        {func(c *Config) { c.KnotBaseURL = "knot.example" }, "KNOT_BASE_URL:"},
		"KnotInTheClear":     {func(c *Config) { c.KnotBaseURL = "http://knot.example" }, "KNOT_BASE_URL: http would send"},
		"KnotNoClient":       {func(c *Config) { c.FeatureKnot, c.KnotSecret = true, NewSecret("x") }, "KNOT_CLIENT_ID: must be set"},
		"KnotNoSecret":       {func(c *Config) { c.FeatureKnot, c.KnotClientID = true, "x" }, "KNOT_SECRET: must be set"},
		"KnotFaultsLive": {func(c *Config) {
			c.FeatureKnot, c.KnotClientID, c.KnotSecret, c.KnotMockFaults = true, "x", NewSecret("x"), 1
		}, "KNOT_MOCK_FAULTS: is for the mock"},
		"MailNoHost":   {func(c *Config) { c.FeatureEmail, c.MailFrom = true, "a@b.example" }, "SMTP_HOST: must be set for FEATURE_EMAIL"},
		"MailNoSender": {func(c *Config) { c.FeatureEmail, c.SMTPHost = true, "mail.example" }, "MAIL_FROM: must be set for FEATURE_EMAIL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := validConfig(t)
			test.change(&cfg)
			err := cfg.Validate()
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "1 problem\n")
		})
	}
}

func liveMail(t *testing.T) Config {
	t.Helper()
	cfg := validConfig(t)
	cfg.FeatureEmail, cfg.SMTPHost, cfg.MailFrom = true, "mail.example", "Lattice <no-reply@lattice.example>"
	return cfg
}

// A password that crosses a network in the clear is everybody's.
func TestValidate_AMailPasswordIsNeverSentInTheClear(t *testing.T) {
	t.Parallel()
	cfg := liveMail(t)
	require.NoError(t, cfg.Validate())
	cfg.SMTPUsername, cfg.SMTPPassword = "lattice", NewSecret("s3cret")
	for _, encrypted := range []string{SMTPStartTLS, SMTPTLS} {
		cfg.SMTPTLS = encrypted
		require.NoError(t, cfg.Validate())
	}
	cfg.SMTPTLS = SMTPPlain
	require.ErrorContains(t, cfg.Validate(), "SMTP_TLS: none would send the password in the clear")
	for _, here := range []string{"localhost", "127.0.0.1", "::1"} {
		cfg.SMTPHost = here
		require.NoError(t, cfg.Validate())
	}
	cfg.SMTPHost, cfg.SMTPUsername, cfg.SMTPPassword = "mail.example", "", Secret{}
	require.NoError(t, cfg.Validate(), "a relay in the same network that knows its clients")
}

func TestValidate_MailsInProductionLeadSomewhere(t *testing.T) {
	t.Parallel()
	cfg := liveMail(t)
	cfg.Environment, cfg.JWTSigningKey = Production, NewSecret(strings.Repeat("A", 43))
	require.EqualError(t, cfg.Validate(), "configuration: 1 problem\n  PUBLIC_URL: must be set for FEATURE_EMAIL in production: mails hold links")
	cfg.PublicURL = "https://lattice.example"
	require.NoError(t, cfg.Validate())
}

func TestValidate_AcceptsEveryFormOfDatabaseURL(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"postgres://u:p@db:5432/lattice", "postgresql://db/lattice?sslmode=require",
		"postgres://app@/lattice?host=/tmp/pg-1", "host=/tmp/pg-1 user=app dbname=lattice", "host=db password=a://b",
	} {
		cfg := validConfig(t)
		cfg.DatabaseURL = NewSecret(text)
		require.NoError(t, cfg.Validate(), text)
	}
}

func TestValidate_ProductionRefusesWhatIsUnsafe(t *testing.T) {
	t.Parallel()
	cfg := validConfig(t)
	cfg.SeedDemo = true
	cfg.CORSOrigins = []string{"*"}
	require.NoError(t, cfg.Validate(), "all of it is fine in development")

	cfg.Environment = Production

	err := cfg.Validate()
	require.ErrorContains(t, err, "3 problems")
	require.ErrorContains(t, err, `CORS_ORIGINS: "*" is not an origin`)
	require.ErrorContains(t, err, "JWT_SIGNING_KEY: must be set in production")
	require.ErrorContains(t, err, "SEED_DEMO: is refused in production")
}

func TestValidate_RefusesEverySettingWhosePartIsNotBuilt(t *testing.T) {
	t.Parallel()
	for _, part := range unbuilt {
		t.Run(part.key, func(t *testing.T) {
			t.Parallel()
			text := "something"
			if strings.HasPrefix(part.key, "FEATURE_") {
				text = "true"
			}
			_, err := Load(Source{Environ: []string{part.key + "=" + text}, Dir: t.TempDir()})
			require.EqualError(t, err, "configuration: 1 problem\n  "+part.key+" (from the environment): "+part.detail)

			for _, off := range []string{"off", "OFF", ""} {
				_, err = Load(Source{Environ: []string{part.key + "=" + off}, Dir: t.TempDir()})
				require.NoError(t, err)
			}
		})
	}
}

func TestValidate_ProductionInsistsOnLimits(t *testing.T) {
	t.Parallel()
	production := []string{"ENVIRONMENT=production", "JWT_SIGNING_KEY=" + strings.Repeat("A", 43)}
	_, err := Load(Source{Environ: production, Dir: t.TempDir()})
	require.NoError(t, err, "without a word about them there are limits")

	_, err = Load(Source{Environ: append(production, "LIMIT_AUTH=off", "LIMIT_STREAMS=OFF"), Dir: t.TempDir()})
	require.EqualError(t, err, "configuration: 2 problems\n"+
		"  LIMIT_AUTH (from the environment): off is refused in production\n"+
		"  LIMIT_STREAMS (from the environment): off is refused in production")
}

func TestUnbuilt_NamesSettingsOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, part := range unbuilt {
		require.True(t, isKnown(part.key), part.key)
		require.False(t, seen[part.key], part.key)
		seen[part.key] = true
	}
}

// .env.example is the operator's manual: every setting in the struct's order, its default, and words about it.
func TestEnvExample_ListsEverySettingWithItsDefault(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../.env.example")
	require.NoError(t, err)

	assignment := regexp.MustCompile(`^# ([A-Z][A-Z0-9_]*)=(.*)$`)
	var listed, want [][2]string
	described := false
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSuffix(line, "\n")
		require.LessOrEqual(t, len(line), 120, line)
		if line != "" {
			require.True(t, strings.HasPrefix(line, "#"), "an untouched copy must change nothing: %s", line)
		}
		if match := assignment.FindStringSubmatch(line); match != nil {
			listed = append(listed, [2]string{match[1], match[2]})
			require.True(t, described, "%s has no comment", match[1])
		} else {
			described = strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "# ---")
		}
	}
	for _, s := range settings {
		want = append(want, [2]string{s.key, s.fallback})
	}
	require.Equal(t, want, listed)
}

// With the # taken away the file still has to load, to exactly the defaults.
func TestEnvExample_LoadsToTheDefaults(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../.env.example")
	require.NoError(t, err)
	dir := t.TempDir()
	live := regexp.MustCompile(`(?m)^# ([A-Z][A-Z0-9_]*=)`).ReplaceAll(content, []byte("$1"))
	require.NoError(t, os.WriteFile(dir+"/.env", live, 0o600))

	fromExample, err := Load(Source{Dir: dir})
	require.NoError(t, err)
	fromDefaults, err := Load(Source{Dir: t.TempDir()})
	require.NoError(t, err)

	require.False(t, fromExample.DataDirIsDefault)
	fromExample.DataDir, fromExample.DataDirIsDefault = fromDefaults.DataDir, true
	require.Equal(t, fromDefaults, fromExample)
}

func TestConfig_EveryFieldIsASettingOfATypeThatIsRead(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if field.Name == "DataDirIsDefault" {
			continue
		}
		key := field.Tag.Get("mapstructure")
		require.Regexp(t, `^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`, key, field.Name)
		sensitive := regexp.MustCompile(`KEY|SECRET|PASSWORD|TOKEN|(DATABASE|DATABASE_DIRECT|REDIS)_URL`).MatchString(key)
		require.Equal(t, sensitive, field.Type == reflect.TypeFor[Secret](), "%s must be a Secret exactly if it may hold one", key)
	}
}

func TestSlipsBetween_CountsLettersAndSwaps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "acb", 1},
		{"abc", "ab", 1},
		{"LOG_LEVLE", "LOG_LEVEL", 1},
		{"kitten", "sitting", 3},
	} {
		require.Equal(t, test.want, slipsBetween(test.a, test.b), "%s %s", test.a, test.b)
	}
}
