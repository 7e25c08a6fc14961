package config_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/config"
)

// testBundle is a working directory of its own, so that no test sees the machine's environment or files.
type testBundle struct{ dir string }

func setup(t *testing.T) *testBundle {
	t.Helper()
	return &testBundle{dir: t.TempDir()}
}

func (b *testBundle) write(t *testing.T, name, content string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(b.dir, name), []byte(content), 0o600))
	return name
}

func (b *testBundle) load(environ ...string) (config.Config, error) {
	return config.Load(config.Source{Environ: environ, Dir: b.dir})
}

// problems are the keys and texts of what Load refused.
func problems(t *testing.T, err error) []config.Problem {
	t.Helper()
	var all *config.Error
	require.ErrorAs(t, err, &all)
	return all.Problems
}

func TestLoad_DefaultsMakeADevelopmentServer(t *testing.T) {
	t.Parallel()
	b := setup(t)

	cfg, err := b.load("PATH=/usr/bin", "HOME=/home/dana")

	require.NoError(t, err)
	require.Equal(t, config.Config{
		Environment:      config.Development,
		HTTPAddr:         "127.0.0.1:8080",
		ShutdownTimeout:  12 * time.Second,
		DataDir:          filepath.Join(b.dir, ".lattice"),
		DataDirIsDefault: true,
		AutoMigrate:      true,
		LogLevel:         slog.LevelInfo,
		LogFormat:        config.LogFormatText,
		KnotEnvironment:  config.KnotDevelopment,
		KnotReconcile:    time.Hour,
		SMTPPort:         587,
		SMTPTLS:          config.SMTPStartTLS,
		LimitAuth:        config.Rate{Count: 60, Period: time.Minute},
		LimitAI:          config.Rate{Count: 60, Period: time.Minute},
		LimitWrites:      config.Rate{Count: 300, Period: time.Minute},
		LimitReads:       config.Rate{Count: 1200, Period: time.Minute},
		LimitStreams:     32,
		AIReplyTimeout:   time.Minute,
		SendMessageWait:  25 * time.Second,
	}, cfg)
	require.NoError(t, cfg.Validate())
	require.False(t, cfg.IsProduction())
}

func TestLoad_EverySettingCanBeSet(t *testing.T) {
	t.Parallel()
	b := setup(t)

	cfg, err := b.load(
		"ENVIRONMENT=test", "HTTP_ADDR=0.0.0.0:0", "PUBLIC_URL=https://lattice.example/",
		"CORS_ORIGINS=https://a.example, http://localhost:3000 ,", "SHUTDOWN_TIMEOUT=3s", "DATA_DIR=/srv/lattice",
		"DATABASE_URL=postgres://u:p@db:5432/lattice", "POSTGRES_BIN_DIR=/opt/pg/bin", "AUTO_MIGRATE=off",
		"SEED_DEMO=Yes", "LOG_LEVEL=WARN", "LOG_FORMAT=json", "JWT_SIGNING_KEY="+seedBase64,
		"AI_REPLY_TIMEOUT=90s", "SEND_MESSAGE_WAIT=0s", "FEATURE_KNOT=true",
		"KNOT_BASE_URL=http://127.0.0.1:8090/", "KNOT_CLIENT_ID=client-1", "KNOT_SECRET=knot-secret", "KNOT_ENVIRONMENT=production", "KNOT_RECONCILE=5m",
		"FEATURE_EMAIL=true", "SMTP_HOST=mail.example", "SMTP_PORT=465", "SMTP_TLS=tls", "SMTP_USERNAME=lattice", "SMTP_PASSWORD=s3cret",
		"MAIL_FROM=Lattice <no-reply@lattice.example>",
	)

	require.NoError(t, err)
	require.Equal(t, config.Config{
		Environment:     config.Test,
		HTTPAddr:        "0.0.0.0:0",
		PublicURL:       "https://lattice.example",
		CORSOrigins:     []string{"https://a.example", "http://localhost:3000"},
		ShutdownTimeout: 3 * time.Second,
		DataDir:         "/srv/lattice",
		DatabaseURL:     config.NewSecret("postgres://u:p@db:5432/lattice"),
		PostgresBinDir:  "/opt/pg/bin",
		SeedDemo:        true,
		LogLevel:        slog.LevelWarn,
		LogFormat:       config.LogFormatJSON,
		JWTSigningKey:   config.NewSecret(seedBase64),
		FeatureKnot:     true,
		KnotBaseURL:     "http://127.0.0.1:8090",
		KnotClientID:    "client-1",
		KnotSecret:      config.NewSecret("knot-secret"),
		KnotEnvironment: config.KnotProduction,
		KnotReconcile:   5 * time.Minute,
		FeatureEmail:    true,
		SMTPHost:        "mail.example",
		SMTPPort:        465,
		SMTPTLS:         config.SMTPTLS,
		SMTPUsername:    "lattice",
		SMTPPassword:    config.NewSecret("s3cret"),
		MailFrom:        "Lattice <no-reply@lattice.example>",
		AIReplyTimeout:  90 * time.Second,
	}, cfg)
}

func TestLoad_StrongerSourcesWin(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write(t, ".env", "LOG_FORMAT=text\nSHUTDOWN_TIMEOUT=2s\nHTTP_ADDR=127.0.0.1:2\n")
	file := b.write(t, "lattice.yaml", "http_addr: 127.0.0.1:1\nshutdown_timeout: 1s\nlog_level: debug\nSEED_DEMO: true\n")

	cfg, err := config.Load(config.Source{Environ: []string{"HTTP_ADDR=127.0.0.1:3"}, Dir: b.dir, File: file})

	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:3", cfg.HTTPAddr, "the environment beats .env and the file")
	require.Equal(t, 2*time.Second, cfg.ShutdownTimeout, ".env beats the file")
	require.Equal(t, slog.LevelDebug, cfg.LogLevel, "the file beats the default")
	require.True(t, cfg.SeedDemo)
}

func TestLoad_AnEmptyValueIsNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write(t, ".env", "HTTP_ADDR=127.0.0.1:2\nLOG_FORMAT=\nDATA_DIR=''\n")

	cfg, err := b.load("HTTP_ADDR=", "REDIS_URL=  ", "LIMIT_AUTH=", "FEATURE_KNOT=", "JWT_SIGNING_KEY=")

	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:2", cfg.HTTPAddr)
	require.Equal(t, config.LogFormatText, cfg.LogFormat)
	require.True(t, cfg.DataDirIsDefault)
}

func TestLoad_TheFileIsFoundByFlagThenEnvironmentThenDotenv(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write(t, "flag.yaml", "HTTP_ADDR: 127.0.0.1:1")
	b.write(t, "environment.json", `{"HTTP_ADDR": "127.0.0.1:2"}`)
	b.write(t, "dotenv.toml", `HTTP_ADDR = "127.0.0.1:3"`)
	b.write(t, ".env", "LATTICE_CONFIG=dotenv.toml")
	environ := []string{"LATTICE_CONFIG=" + filepath.Join(b.dir, "environment.json")}

	for name, test := range map[string]struct {
		source config.Source
		want   string
	}{
		"Flag":        {config.Source{Environ: environ, Dir: b.dir, File: "flag.yaml"}, "127.0.0.1:1"},
		"Environment": {config.Source{Environ: environ, Dir: b.dir}, "127.0.0.1:2"},
		"Dotenv":      {config.Source{Dir: b.dir}, "127.0.0.1:3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(test.source)
			require.NoError(t, err)
			require.Equal(t, test.want, cfg.HTTPAddr)
		})
	}
}

func TestLoad_AFileMayHoldListsAndNativeTypes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	want := []string{"https://a.example", "https://b.example"}

	for name, content := range map[string]string{
		"c.yaml": "cors_origins:\n  - https://a.example\n  - https://b.example\nauto_migrate: false\nhttp_addr:\n",
		"c.yml":  "CORS_ORIGINS: https://a.example,https://b.example\nAUTO_MIGRATE: off\n",
		"c.json": `{"cors_origins": ["https://a.example", "https://b.example"], "auto_migrate": false}`,
		"c.toml": "cors_origins = ['https://a.example', 'https://b.example']\nauto_migrate = false\n",
		"c.env":  "export CORS_ORIGINS=\"https://a.example,https://b.example\"\nAUTO_MIGRATE=0 # never\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(config.Source{Dir: b.dir, File: b.write(t, name, content)})
			require.NoError(t, err)
			require.Equal(t, want, cfg.CORSOrigins)
			require.False(t, cfg.AutoMigrate)
			require.Equal(t, "127.0.0.1:8080", cfg.HTTPAddr)
		})
	}
}

func TestLoad_ASigningKeyOfSeveralLinesSurvivesEverySource(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write(t, ".env", "JWT_SIGNING_KEY=\""+pemKey+"\"\nLOG_LEVEL=debug\n")

	cfg, err := b.load()

	require.NoError(t, err)
	require.Equal(t, slog.LevelDebug, cfg.LogLevel)
	key, err := config.ParseSigningKey(cfg.JWTSigningKey)
	require.NoError(t, err)
	require.True(t, key.Equal(signingKey))
}

func TestLoad_AutoMigrateIsOffInProductionUnlessAsked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	production := []string{"ENVIRONMENT=production", "JWT_SIGNING_KEY=" + seedBase64}

	cfg, err := b.load(production...)
	require.NoError(t, err)
	require.True(t, cfg.IsProduction())
	require.False(t, cfg.AutoMigrate)

	cfg, err = b.load(append(production, "AUTO_MIGRATE=true")...)
	require.NoError(t, err)
	require.True(t, cfg.AutoMigrate)
}

func TestLoad_ChoosingTheDefaultDataDirIsAChoice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cfg, err := b.load("DATA_DIR=.lattice")
	require.NoError(t, err)
	require.False(t, cfg.DataDirIsDefault)
	require.Equal(t, filepath.Join(b.dir, ".lattice"), cfg.DataDir)
}

func TestLoad_OffSwitchesAnOptionalPartOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write(t, ".env", "REDIS_URL=redis://cache:6379\nMETRICS_ADDR=127.0.0.1:9090\nLIMIT_AUTH=10/1m\nFEATURE_KNOT=true\n")

	cfg, err := b.load("REDIS_URL=off", "METRICS_ADDR=OFF", "LIMIT_AUTH=off", "FEATURE_KNOT=off")

	require.NoError(t, err)
	require.False(t, cfg.RedisURL.IsSet())
	require.Empty(t, cfg.MetricsAddr)
	require.False(t, cfg.FeatureKnot)
}

func TestLoad_AMisspeltNameIsAnErrorWithTheRightOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environ, dotenv, file string
		want                  config.Problem
	}{
		"OwnPrefixInEnvironment": {
			environ: "FEATURE_KNOTT=false",
			want:    config.Problem{Key: "FEATURE_KNOTT", Source: "the environment", Detail: "there is no such setting; did you mean FEATURE_KNOT?"},
		},
		"OwnPrefixUnlikeAnything": {
			environ: "LIMIT_SOMETHING_ELSE_ENTIRELY=1",
			want:    config.Problem{Key: "LIMIT_SOMETHING_ELSE_ENTIRELY", Source: "the environment", Detail: "there is no such setting; .env.example lists them all"},
		},
		"SwappedLettersInEnvironment": {
			environ: "DATABASE_ULR=postgres://db/x",
			want:    config.Problem{Key: "DATABASE_ULR", Source: "the environment", Detail: "there is no such setting; did you mean DATABASE_URL?"},
		},
		"LowerCaseInEnvironment": {
			environ: "http_addr=127.0.0.1:1",
			want:    config.Problem{Key: "http_addr", Source: "the environment", Detail: "there is no such setting; did you mean HTTP_ADDR?"},
		},
		"TheFileKey": {
			environ: "LATICE_CONFIG=x.yaml",
			want:    config.Problem{Key: "LATICE_CONFIG", Source: "the environment", Detail: "there is no such setting; did you mean LATTICE_CONFIG?"},
		},
		"Dotenv": {
			dotenv: "HTTP_ADRESS=127.0.0.1:1",
			want:   config.Problem{Key: "HTTP_ADRESS", Source: ".env", Detail: "there is no such setting; did you mean HTTP_ADDR?"},
		},
		"DotenvForeignName": {
			dotenv: "GREETING=hello",
			want:   config.Problem{Key: "GREETING", Source: ".env", Detail: "there is no such setting; .env.example lists them all"},
		},
		"File": {
			file: "log_levle: debug",
			want: config.Problem{Key: "log_levle", Source: "lattice.yaml", Detail: "there is no such setting; did you mean LOG_LEVEL?"},
		},
		"FileWithoutValue": {
			file: "log_levle:",
			want: config.Problem{Key: "log_levle", Source: "lattice.yaml", Detail: "there is no such setting; did you mean LOG_LEVEL?"},
		},
		"FileNested": {
			file: "http:\n  addr: 127.0.0.1:1",
			want: config.Problem{Key: "http", Source: "lattice.yaml", Detail: "there is no such setting; .env.example lists them all"},
		},
		"FileMayNotNameAFile": {
			file: "lattice_config: other.yaml",
			want: config.Problem{Key: "lattice_config", Source: "lattice.yaml", Detail: "there is no such setting; did you mean LATTICE_CONFIG?"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			source := config.Source{Dir: b.dir, Environ: []string{test.environ}}
			if test.dotenv != "" {
				b.write(t, ".env", test.dotenv)
			}
			if test.file != "" {
				source.File = b.write(t, "lattice.yaml", test.file)
			}
			_, err := config.Load(source)
			require.Equal(t, []config.Problem{test.want}, problems(t, err))
		})
	}
}

// The environment is full of other programs' variables: none of these may stop the service.
func TestLoad_OtherProgramsVariablesAreLeftAlone(t *testing.T) {
	t.Parallel()
	_, err := setup(t).load(
		"HTTP_PROXY=http://proxy:3128", "HTTPS_PROXY=x", "LOGNAME=dana", "LOG_DIR=/var/log", "DATABASE_HOST=db",
		"POSTGRES_PASSWORD=x", "POSTGRES_DB=x", "REDIS_PORT=tcp://10.0.0.1:6379", "METRICS_PORT=tcp://10.0.0.2:9090",
		"METRICS_SERVICE_HOST=10.0.0.2", "METRICS_SERVICE_PORT_HTTP=80", "METRICS_PORT_9090_TCP_ADDR=10.0.0.2",
		"AI_SERVICE_HOST=10.0.0.3", "TEST_DATABASE_URL=x", "LATTICE_TEST_TIER=long", "DATA=1", "_=/usr/bin/env", "=C:=C:",
		"PUBLIC_KEY=x", "NO_VALUE",
	)
	require.NoError(t, err)
}

func TestLoad_EveryProblemIsReportedAtOnceInTheOrderOfTheSettings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.write(t, ".env", "SHUTDOWN_TIMEOUT=12\nSEED_DEMO=perhaps\nSMTP_PORT=smtp\n")
	file := b.write(t, "lattice.yaml", "log_level: loud\nHTTP_ADR: x\nlog_format: [1, 2]\n")

	_, err := config.Load(config.Source{
		Environ: []string{"ENVIRONMENT=staging", "HTTP_ADDR=8080", "FEATURE_KNOT=true", "FEATURE_AI=maybe", "LIMIT_FOO=1"},
		Dir:     b.dir, File: file,
	})

	require.EqualError(t, err, `configuration: 12 problems
  HTTP_ADR (from lattice.yaml): there is no such setting; did you mean HTTP_ADDR?
  LIMIT_FOO (from the environment): there is no such setting; did you mean LIMIT_AI?
  ENVIRONMENT (from the environment): "staging" is unknown; want one of development, test, production
  HTTP_ADDR (from the environment): "8080" is not host:port, such as 127.0.0.1:8080
  SHUTDOWN_TIMEOUT (from .env): "12" is no duration; write it like 250ms, 25s or 2m
  SEED_DEMO (from .env): "perhaps" is neither true nor false
  LOG_LEVEL (from lattice.yaml): "loud" is no level; want debug, info, warn or error
  LOG_FORMAT (from lattice.yaml): want one value or a list of values
  FEATURE_AI (from the environment): "maybe" is neither true nor false
  KNOT_CLIENT_ID: must be set for FEATURE_KNOT
  KNOT_SECRET: must be set for FEATURE_KNOT`+
		"\n"+`  SMTP_PORT (from .env): "smtp" is no whole number`)
}

func TestLoad_AnUnreadableSourceIsAnError(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, os.Mkdir(filepath.Join(b.dir, "folder.yaml"), 0o700))
	b.write(t, "broken.yaml", "a: [")
	b.write(t, "list.yaml", "- a")
	b.write(t, "twice.yaml", "http_addr: 127.0.0.1:1\nHTTP_ADDR: 127.0.0.1:2")

	for file, want := range map[string]string{
		"missing.yaml": "missing.yaml: cannot be read: ",
		"folder.yaml":  "folder.yaml: cannot be read: ",
		"lattice.ini":  "lattice.ini: want a file that ends in .yaml, .yml, .json, .toml or .env",
		"broken.yaml":  "broken.yaml: cannot be parsed; it must be valid YAML with one entry per setting",
		"list.yaml":    "list.yaml: cannot be parsed; it must be valid YAML with one entry per setting",
		"twice.yaml":   "HTTP_ADDR (from twice.yaml): stands there twice, in upper and lower case",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(config.Source{Dir: b.dir, File: file})
			require.ErrorContains(t, err, want)
			require.Len(t, problems(t, err), 1)
		})
	}
}

// A start-up error lands in logs and tickets, so it must not repeat what might be a password.
func TestLoad_ErrorsNeverRepeatASecret(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ environ, dotenv, file string }{
		"DatabaseURL":    {environ: "DATABASE_URL=mysql://u:hunter2@db/x"},
		"DatabaseEscape": {environ: "DATABASE_URL=postgres://u:hunter2%zz@db/x"},
		"SigningKey":     {environ: "JWT_SIGNING_KEY=hunter2"},
		"Redis":          {environ: "REDIS_URL=redis://:hunter2@cache"},
		"DotenvLine":     {dotenv: "DATABASE_URL postgres hunter2"},
		"DotenvQuotes":   {dotenv: "DATABASE_URL='hunter2"},
		"DotenvList":     {dotenv: "export hunter2"},
		"FileScalar":     {file: "hunter2"},
		"FileList":       {file: "database_url: {password: hunter2}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.write(t, ".env", test.dotenv)
			source := config.Source{Dir: b.dir, Environ: []string{test.environ}}
			if test.file != "" {
				source.File = b.write(t, "lattice.yaml", test.file)
			}
			_, err := config.Load(source)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestProcess_ReadsThisProcess(t *testing.T) {
	t.Setenv("LATTICE_TEST_PROBE", "here")
	source := config.Process("lattice.yaml")
	require.Contains(t, source.Environ, "LATTICE_TEST_PROBE=here")
	require.Equal(t, "lattice.yaml", source.File)
	require.Equal(t, ".", source.Dir)
}
