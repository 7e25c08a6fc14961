package config

import (
	"fmt"
	"math"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// unbuiltPart is a setting whose part of the service does not exist yet.
type unbuiltPart struct{ key, detail string }

// unbuilt lists the settings that would be silently ignored today, so they are refused instead, except empty and off.
// Whoever builds a part deletes its line here.
var unbuilt = []unbuiltPart{
	{"METRICS_ADDR", "metrics are not built yet; leave it empty or off"},
	{"REDIS_URL", "Redis is not built yet; leave it empty or off to keep everything in the process"},
	{"FEATURE_AI", "live AI is not built yet; leave it off to use the mock"},
	{"FEATURE_DEDALUS", "live Dedalus is not built yet; leave it off to use the mock"},
	{"FEATURE_SNOWFLAKE", "live Snowflake is not built yet; leave it off to use the mock"},
	{"FEATURE_X", "live X is not built yet; leave it off to use the mock"},
}

// Validate reports everything that is wrong with the values, as an *Error, or nil.
func (c Config) Validate() error { return asError(c.problems(unbuilt)) }

// problems is Validate over a given list of unbuilt parts.
func (c Config) problems(unbuilt []unbuiltPart) []Problem {
	var p checker
	p.add("ENVIRONMENT", checkOneOf(c.Environment, Development, Test, Production))
	p.add("HTTP_ADDR", checkAddr(c.HTTPAddr))
	if c.PublicURL != "" {
		p.add("PUBLIC_URL", checkOrigin(c.PublicURL))
	}
	for _, origin := range c.CORSOrigins {
		if origin == "*" && !c.IsProduction() {
			continue
		}
		p.add("CORS_ORIGINS", checkOrigin(origin))
	}
	p.add("SHUTDOWN_TIMEOUT", checkBetween(c.ShutdownTimeout, time.Millisecond, 5*time.Minute))
	if c.DataDir == "" {
		p.add("DATA_DIR", "must not be empty")
	}
	p.add("DATABASE_URL", checkDatabaseURL(c.DatabaseURL))
	p.add("DATABASE_DIRECT_URL", checkDatabaseURL(c.DatabaseDirectURL))
	if c.DatabaseDirectURL.IsSet() && !c.DatabaseURL.IsSet() {
		p.add("DATABASE_DIRECT_URL", "means nothing without DATABASE_URL")
	}
	p.add("LOG_FORMAT", checkOneOf(c.LogFormat, LogFormatText, LogFormatJSON))
	if c.JWTSigningKey.IsSet() {
		if _, err := ParseSigningKey(c.JWTSigningKey); err != nil {
			p.add("JWT_SIGNING_KEY", err.Error())
		}
	}
	c.checkKnot(&p)
	c.checkMail(&p)
	p.add("AI_REPLY_TIMEOUT", checkBetween(c.AIReplyTimeout, time.Millisecond, 10*time.Minute))
	p.add("SEND_MESSAGE_WAIT", checkBetween(c.SendMessageWait, 0, 2*time.Minute))

	for _, part := range unbuilt {
		if c.isOn(part.key) {
			p.add(part.key, part.detail)
		}
	}
	if c.IsProduction() {
		c.checkProduction(&p)
	}
	return p.problems
}

// checkKnot wants the live Knot to be wholly configured, and keys to go over the network encrypted.
func (c Config) checkKnot(p *checker) {
	p.add("KNOT_ENVIRONMENT", checkOneOf(c.KnotEnvironment, KnotDevelopment, KnotProduction))
	p.add("KNOT_RECONCILE", checkBetween(c.KnotReconcile, time.Minute, 24*time.Hour))
	if c.KnotMockFaults < 0 {
		p.add("KNOT_MOCK_FAULTS", "want a whole number from 0 on; 0 behaves")
	}
	if c.FeatureKnot && c.KnotClientID == "" {
		p.add("KNOT_CLIENT_ID", "must be set for FEATURE_KNOT")
	}
	if c.FeatureKnot && !c.KnotSecret.IsSet() {
		p.add("KNOT_SECRET", "must be set for FEATURE_KNOT")
	}
	if c.FeatureKnot && c.KnotMockFaults != 0 {
		p.add("KNOT_MOCK_FAULTS", "is for the mock; take it away or switch FEATURE_KNOT off")
	}
	if c.KnotBaseURL == "" {
		return
	}
	if fault := checkOrigin(c.KnotBaseURL); fault != "" {
		p.add("KNOT_BASE_URL", fault)
	} else if base, err := url.Parse(c.KnotBaseURL); err == nil && base.Scheme == "http" && !isLoopback(base.Hostname()) {
		p.add("KNOT_BASE_URL", "http would send the secret in the clear; it is for a simulator on this machine")
	}
}

// checkMail wants the settings of mail to be whole before a mail is due.
func (c Config) checkMail(p *checker) {
	p.add("SMTP_TLS", checkOneOf(c.SMTPTLS, SMTPStartTLS, SMTPTLS, SMTPPlain))
	if c.SMTPPort < 1 || c.SMTPPort > math.MaxUint16 {
		p.add("SMTP_PORT", "want a port from 1 to 65535")
	}
	if c.MailFrom != "" {
		if _, err := mail.ParseAddress(c.MailFrom); err != nil {
			p.add("MAIL_FROM", fmt.Sprintf("%q is no address, such as Lattice <no-reply@example.com>", c.MailFrom))
		}
	}
	if c.SMTPUsername == "" && c.SMTPPassword.IsSet() {
		p.add("SMTP_USERNAME", "must be set beside SMTP_PASSWORD")
	}
	if c.SMTPUsername != "" && !c.SMTPPassword.IsSet() {
		p.add("SMTP_PASSWORD", "must be set beside SMTP_USERNAME")
	}
	if !c.FeatureEmail {
		return
	}
	if c.SMTPHost == "" {
		p.add("SMTP_HOST", "must be set for FEATURE_EMAIL")
	}
	if c.MailFrom == "" {
		p.add("MAIL_FROM", "must be set for FEATURE_EMAIL")
	}
	if c.IsProduction() && c.PublicURL == "" {
		p.add("PUBLIC_URL", "must be set for FEATURE_EMAIL in production: mails hold links")
	}
	if c.SMTPTLS == SMTPPlain && c.SMTPUsername != "" && !isLoopback(c.SMTPHost) {
		p.add("SMTP_TLS", "none would send the password in the clear; it is for a server on this machine, or without a password")
	}
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && address.IsLoopback())
}

// checkProduction holds what only matters once real people's data is at stake.
func (c Config) checkProduction(p *checker) {
	if !c.JWTSigningKey.IsSet() {
		p.add("JWT_SIGNING_KEY", "must be set in production: "+ErrSigningKeyInvalid.Error())
	}
	if c.SeedDemo {
		p.add("SEED_DEMO", "is refused in production: it creates accounts with known passwords")
	}
	for _, s := range settings {
		if strings.HasPrefix(s.key, "LIMIT_") && c.field(s).IsZero() {
			p.add(s.key, "off is refused in production")
		}
	}
}

// isOn reports whether a setting asks for something: set, and neither false nor off.
func (c Config) isOn(key string) bool {
	field := c.field(settingByKey[key])
	return !field.IsZero() && (field.Kind() != reflect.String || !isOff(field.String()))
}

func (c Config) field(s setting) reflect.Value { return reflect.ValueOf(c).FieldByIndex(s.index) }

// checker collects problems; an empty detail is no problem.
type checker struct{ problems []Problem }

func (p *checker) add(key, detail string) {
	if detail != "" {
		p.problems = append(p.problems, Problem{Key: key, Detail: detail})
	}
}

func checkOneOf[T ~string](value T, allowed ...T) string {
	if slices.Contains(allowed, value) {
		return ""
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	return fmt.Sprintf("%q is unknown; want one of %s", value, strings.Join(names, ", "))
}

func checkAddr(addr string) string {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Sprintf("%q is not host:port, such as 127.0.0.1:8080", addr)
	}
	return ""
}

// checkOrigin accepts what a browser sends as Origin: scheme and host, nothing behind.
func checkOrigin(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" ||
		origin != u.Scheme+"://"+u.Host {
		return fmt.Sprintf("%q is not an origin, such as https://app.example.com", origin)
	}
	return ""
}

// checkDatabaseURL looks at the form alone and repeats nothing, since the value holds a password.
func checkDatabaseURL(value Secret) string {
	text := value.Reveal()
	if text == "" {
		return ""
	}
	// In the keyword form a password may hold :// too, but then an = stands before it.
	if scheme, _, found := strings.Cut(text, "://"); found && !strings.Contains(scheme, "=") {
		if _, err := url.Parse(text); err == nil && (scheme == "postgres" || scheme == "postgresql") {
			return ""
		}
	} else if strings.Contains(text, "=") {
		return "" // the keyword form: host=... user=... dbname=...
	}
	return "want postgres://user:password@host:port/database; @ / # in a password are written %40 %2F %23"
}

func checkBetween(value, least, most time.Duration) string {
	if value < least || value > most {
		return fmt.Sprintf("%s is out of range; want %s to %s", value, least, most)
	}
	return ""
}
