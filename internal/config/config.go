// Package config reads the settings of a process, once, at the start: from environment variables, a `.env` file and an
// optional configuration file, through viper. It is the only package that reads the environment.
//
// Every setting has one name (HTTP_ADDR), the same in all sources, and one field of Config. A name nobody knows, a
// value that cannot be read and a combination that makes no sense are errors, and all of them are reported together.
package config

import (
	"log/slog"
	"net/netip"
	"reflect"
	"time"
)

// Environment says what kind of installation this is.
type Environment string

// The environments there are.
const (
	Development Environment = "development" // a developer's machine: comfort first
	Test        Environment = "test"        // automatic tests: as development
	Production  Environment = "production"  // real people's data: no demo, no defaults that are unsafe
)

// The values of LOG_FORMAT.
const (
	LogFormatText = "text"
	LogFormatJSON = "json"
)

// The values of SMTP_TLS.
const (
	SMTPStartTLS = "starttls"
	SMTPTLS      = "tls"
	SMTPPlain    = "none"
)

// The values of KNOT_ENVIRONMENT, and where Knot answers in each.
const (
	KnotDevelopment = "development"
	KnotProduction  = "production"

	knotDevelopmentURL = "https://development.knotapi.com"
	knotProductionURL  = "https://production.knotapi.com"
)

// Config holds every setting. The tags give each its name and its default; .env.example explains them to the operator
// and a test holds the two together.
//
// An empty value is the same as none. Durations are written as Go writes them: 250ms, 25s, 2m.
type Config struct {
	// Environment is development, test or production.
	Environment Environment `default:"development" mapstructure:"ENVIRONMENT"`

	// HTTPAddr is the host:port the API listens on; port 0 takes a free one.
	HTTPAddr string `default:"127.0.0.1:8080" mapstructure:"HTTP_ADDR"`
	// PublicURL is the address people reach the service at, for links in mails; empty means the address listened on.
	PublicURL string `mapstructure:"PUBLIC_URL"`
	// CORSOrigins are the browser origins that may call the API; none means only the service's own pages.
	CORSOrigins []string `mapstructure:"CORS_ORIGINS"`
	// TrustedProxies are the addresses whose X-Forwarded-For says who the caller is; none takes the address of the
	// connection.
	TrustedProxies []netip.Prefix `mapstructure:"TRUSTED_PROXIES"`
	// MetricsAddr is the host:port that serves /metrics; empty serves none.
	MetricsAddr string `mapstructure:"METRICS_ADDR"`
	// ShutdownTimeout bounds how long an orderly stop may take before the rest is cut off.
	ShutdownTimeout time.Duration `default:"12s" mapstructure:"SHUTDOWN_TIMEOUT"`

	// DataDir is where the private database and the made signing key live, always absolute after Load.
	DataDir string `default:".lattice" mapstructure:"DATA_DIR"`
	// DataDirIsDefault is true when nobody chose DataDir, so that another place may be taken where it cannot be used.
	DataDirIsDefault bool `mapstructure:"-"`
	// DatabaseURL is the Postgres to use; empty starts a private one in DataDir.
	DatabaseURL Secret `mapstructure:"DATABASE_URL"`
	// DatabaseDirectURL is the same Postgres without a transaction pooler between, for LISTEN and migrations, which need
	// a session; empty means DatabaseURL is direct.
	DatabaseDirectURL Secret `mapstructure:"DATABASE_DIRECT_URL"`
	// PostgresBinDir holds initdb and postgres for the private database; empty looks in the usual places.
	PostgresBinDir string `mapstructure:"POSTGRES_BIN_DIR"`
	// AutoMigrate brings the database to this build's version at start. Default: true, but false in production.
	AutoMigrate bool `mapstructure:"AUTO_MIGRATE"`
	// SeedDemo loads the demo people, chats and cards at start; refused in production.
	SeedDemo bool `default:"false" mapstructure:"SEED_DEMO"`
	// RedisURL moves limits and caches out of the process; empty keeps them inside.
	RedisURL Secret `mapstructure:"REDIS_URL"`

	// LogLevel is the least important level that is written: debug, info, warn or error.
	LogLevel slog.Level `default:"info" mapstructure:"LOG_LEVEL"`
	// LogFormat is text or json.
	LogFormat string `default:"text" mapstructure:"LOG_FORMAT"`

	// JWTSigningKey is an Ed25519 private key (see ParseSigningKey). Empty outside production makes one and keeps it
	// in DataDir; production needs it set, or every restart on a fresh disk would sign everybody out.
	JWTSigningKey Secret `mapstructure:"JWT_SIGNING_KEY"`

	// FeatureKnot asks the live Knot API instead of the mock.
	FeatureKnot bool `default:"false" mapstructure:"FEATURE_KNOT"`
	// FeatureAI asks live language models instead of the mock.
	FeatureAI bool `default:"false" mapstructure:"FEATURE_AI"`
	// FeatureDedalus asks the live Dedalus agents instead of the mock.
	FeatureDedalus bool `default:"false" mapstructure:"FEATURE_DEDALUS"`
	// FeatureSnowflake asks the live Snowflake instead of the mock.
	FeatureSnowflake bool `default:"false" mapstructure:"FEATURE_SNOWFLAKE"`
	// FeatureX asks the live X API instead of the mock.
	FeatureX bool `default:"false" mapstructure:"FEATURE_X"`
	// FeatureEmail sends real mail instead of keeping it in the mock's outbox.
	FeatureEmail bool `default:"false" mapstructure:"FEATURE_EMAIL"`

	// KnotBaseURL is where Knot's API answers; empty takes Knot's own host for KnotEnvironment.
	KnotBaseURL string `mapstructure:"KNOT_BASE_URL"`
	// KnotClientID and KnotSecret are the keys of that environment; the secret signs Knot's webhooks too.
	KnotClientID string `mapstructure:"KNOT_CLIENT_ID"`
	KnotSecret   Secret `mapstructure:"KNOT_SECRET"`
	// KnotEnvironment is development or production.
	KnotEnvironment string `default:"development" mapstructure:"KNOT_ENVIRONMENT"`
	// KnotReconcile is how often everything is read again, in case webhooks were lost.
	KnotReconcile time.Duration `default:"1h" mapstructure:"KNOT_RECONCILE"`
	// KnotMockFaults seeds how the mock misbehaves; 0 behaves.
	KnotMockFaults int `default:"0" mapstructure:"KNOT_MOCK_FAULTS"`

	// SMTPHost and SMTPPort are the mail server that FeatureEmail sends through.
	SMTPHost string `mapstructure:"SMTP_HOST"`
	SMTPPort int    `default:"587" mapstructure:"SMTP_PORT"`
	// SMTPTLS is starttls, tls (from the first byte) or none.
	SMTPTLS string `default:"starttls" mapstructure:"SMTP_TLS"`
	// SMTPUsername and SMTPPassword sign in at the mail server; both empty sends without.
	SMTPUsername string `mapstructure:"SMTP_USERNAME"`
	SMTPPassword Secret `mapstructure:"SMTP_PASSWORD"`
	// MailFrom is who mails come from: an address, or Name <address>.
	MailFrom string `mapstructure:"MAIL_FROM"`

	// LimitAuth, LimitAI, LimitWrites and LimitReads are how often one caller may sign in or up, ask the co-pilot, change
	// and read; zero is no limit. In the environment test they are off unless set.
	LimitAuth   Rate `default:"60/1m"   mapstructure:"LIMIT_AUTH"`
	LimitAI     Rate `default:"60/1m"   mapstructure:"LIMIT_AI"`
	LimitWrites Rate `default:"300/1m"  mapstructure:"LIMIT_WRITES"`
	LimitReads  Rate `default:"1200/1m" mapstructure:"LIMIT_READS"`
	// LimitStreams is how many streams one person may have open at a time; zero is no limit. Off in the environment test
	// unless set.
	LimitStreams Count `default:"32" mapstructure:"LIMIT_STREAMS"`

	// AIReplyTimeout bounds the making of one reply, from claim to final text.
	AIReplyTimeout time.Duration `default:"60s" mapstructure:"AI_REPLY_TIMEOUT"`
	// SendMessageWait is how long sendMessage waits for the reply before it answers 202; 0s never waits.
	SendMessageWait time.Duration `default:"25s" mapstructure:"SEND_MESSAGE_WAIT"`
}

// IsProduction reports whether real people's data is at stake.
func (c Config) IsProduction() bool { return c.Environment == Production }

// KnotURL is where Knot's API answers.
func (c Config) KnotURL() string {
	switch {
	case c.KnotBaseURL != "":
		return c.KnotBaseURL
	case c.KnotEnvironment == KnotProduction:
		return knotProductionURL
	default:
		return knotDevelopmentURL
	}
}

// LogValue lists every setting under its own name, secrets redacted, so that a Config may be logged as it is.
func (c Config) LogValue() slog.Value {
	values := reflect.ValueOf(c)
	attributes := make([]slog.Attr, 0, len(settings))
	for _, s := range settings {
		attributes = append(attributes, slog.Any(s.key, values.FieldByIndex(s.index).Interface()))
	}
	return slog.GroupValue(attributes...)
}

// setting describes one field of Config.
type setting struct {
	key      string
	fallback string
	index    []int
	secret   bool
}

// settings are all fields that can be set, in the order of the struct; settingByKey finds one by name.
var settings, settingByKey = describe()

func describe() ([]setting, map[string]setting) {
	var list []setting
	byKey := map[string]setting{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		key := field.Tag.Get("mapstructure")
		if key == "" || key == "-" {
			continue
		}
		s := setting{
			key:      key,
			fallback: field.Tag.Get("default"),
			index:    field.Index,
			secret:   field.Type == reflect.TypeFor[Secret](),
		}
		list = append(list, s)
		byKey[key] = s
	}
	return list, byKey
}
