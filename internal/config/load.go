package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

const (
	// FileKey names the configuration file when no --config flag does.
	FileKey = "LATTICE_CONFIG"

	dotenvName      = ".env"
	environmentName = "the environment"
)

// Source is where settings come from. The strongest first: Environ, Dir/.env, the configuration file, the defaults.
type Source struct {
	// Environ holds NAME=value pairs as os.Environ gives them.
	Environ []string
	// Dir is where .env lies and what relative paths start from.
	Dir string
	// File is the configuration file, in YAML, JSON, TOML or as an .env file by its ending. Empty takes FileKey from
	// Environ or .env, and no file where neither names one.
	File string
}

// Process is the source of the running process; configFile is the value of its --config flag or empty.
func Process(configFile string) Source {
	return Source{Environ: os.Environ(), Dir: ".", File: configFile}
}

// Load reads and checks every setting. Its error is an *Error that lists all that is wrong.
func Load(source Source) (Config, error) {
	l := &loader{origin: map[string]string{}, failed: map[string]bool{}}
	environment := l.readEnvironment(source.Environ)
	dotenv := l.readDotenv(source.Dir)
	file := l.readFile(source.Dir, cmp.Or(source.File, environment[FileKey], dotenv[FileKey]))

	// Viper merges and decodes; it is handed the environment instead of reading it, so that a Load depends on its
	// argument alone.
	v := viper.New()
	for _, s := range settings {
		if s.fallback != "" {
			v.SetDefault(s.key, s.fallback)
		}
	}
	l.merge(v, file, dotenv, environment) // each later one overrides
	environmentDefaults(v)

	cfg := l.decode(v)
	l.finish(&cfg, source.Dir)
	for _, p := range cfg.problems(unbuilt) {
		if !l.failed[p.Key] { // one complaint about a value is enough
			l.report(p.Key, l.origin[p.Key], p.Detail)
		}
	}
	if err := asError(l.sorted()); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// environmentDefaults are the defaults that depend on the kind of installation. Automatic tests do in a second what
// people do in an hour, so nothing holds them back unless they ask for it.
func environmentDefaults(v *viper.Viper) {
	environment := Environment(v.GetString("ENVIRONMENT"))
	v.SetDefault("AUTO_MIGRATE", environment != Production)
	if environment != Test {
		return
	}
	for _, s := range settings {
		if strings.HasPrefix(s.key, "LIMIT_") {
			v.SetDefault(s.key, "off")
		}
	}
}

// loader collects problems on the way.
type loader struct {
	problems []Problem
	origin   map[string]string // where each setting's value came from
	failed   map[string]bool   // settings whose value could not be read
}

// values are the settings one source has, by name, never empty ones.
type values map[string]string

func (l *loader) report(key, source, detail string) {
	l.problems = append(l.problems, Problem{Key: key, Source: source, Detail: detail})
}

// readEnvironment picks our settings from all that is in the environment, most of which is other programs'.
func (l *loader) readEnvironment(environ []string) values {
	found := values{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		value = strings.TrimSpace(value)
		if isKnown(name) || name == FileKey {
			l.keep(found, environmentName, name, value)
		} else if detail, misspelt := suspicious(name, value); misspelt {
			l.report(name, environmentName, detail)
		}
	}
	return found
}

// readDotenv reads Dir/.env, in which every name must be ours.
func (l *loader) readDotenv(dir string) values {
	content, err := os.ReadFile(filepath.Join(dir, dotenvName))
	if errors.Is(err, fs.ErrNotExist) {
		return values{}
	}
	if err != nil {
		l.report("", dotenvName, "cannot be read: "+err.Error())
		return values{}
	}
	return l.parse(dotenvName, "env", content, FileKey)
}

// readFile reads the configuration file; that it is missing is an error, since somebody named it.
func (l *loader) readFile(dir, path string) values {
	if path == "" {
		return values{}
	}
	kind := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	if !slices.Contains([]string{"yaml", "yml", "json", "toml", "env"}, kind) {
		l.report("", path, "want a file that ends in .yaml, .yml, .json, .toml or .env")
		return values{}
	}
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(dir, path)
	}
	content, err := os.ReadFile(full)
	if err != nil {
		l.report("", path, "cannot be read: "+err.Error())
		return values{}
	}
	return l.parse(path, kind, content)
}

// parse reads one file. alsoKnown are names that are no settings but may stand in it.
func (l *loader) parse(source, kind string, content []byte, alsoKnown ...string) values {
	entries := map[string]any{}
	decoder, err := viper.NewCodecRegistry().Decoder(kind)
	if err == nil {
		err = decoder.Decode(content, entries)
	}
	if err != nil {
		// The parser's own text is not repeated: it quotes the line, which may hold a secret.
		l.report("", source, "cannot be parsed; "+hint(kind))
		return values{}
	}
	found := values{}
	seen := map[string]bool{}
	for written, raw := range entries {
		name := strings.ToUpper(written)
		if seen[name] {
			l.report(name, source, "stands there twice, in upper and lower case")
			continue
		}
		seen[name] = true
		if !isKnown(name) && !slices.Contains(alsoKnown, name) {
			l.report(written, source, unknown(name))
			continue
		}
		text, ok := flatten(raw)
		if !ok {
			l.failed[name] = true
			l.report(name, source, "want one value or a list of values")
			continue
		}
		l.keep(found, source, name, text)
	}
	return found
}

func hint(kind string) string {
	if kind == "env" {
		return "every line must be NAME=value or start with #"
	}
	return "it must be valid " + strings.ToUpper(strings.Replace(kind, "yml", "yaml", 1)) + " with one entry per setting"
}

// keep stores a value; an empty one is the same as none.
func (l *loader) keep(into values, source, name, value string) {
	if value == "" {
		return
	}
	into[name] = value
	// Sources are read strongest first, so the first to name a setting is where its value comes from.
	if _, taken := l.origin[name]; !taken {
		l.origin[name] = source
	}
}

// flatten makes text of what a file may hold, so that every source is read by the same rules.
func flatten(raw any) (string, bool) {
	switch raw := raw.(type) {
	case nil:
		return "", true
	case string:
		return strings.TrimSpace(raw), true
	case bool, int, int64, uint64, float64:
		return fmt.Sprint(raw), true
	case []any:
		parts := make([]string, 0, len(raw))
		for _, item := range raw {
			text, ok := item.(string)
			if !ok {
				return "", false
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, ","), true
	default:
		return "", false
	}
}

func (l *loader) merge(v *viper.Viper, layers ...values) {
	for _, layer := range layers {
		merged := make(map[string]any, len(layer))
		for key, value := range layer {
			if key != FileKey {
				merged[key] = value
			}
		}
		if err := v.MergeConfigMap(merged); err != nil {
			l.report("", "viper", err.Error())
		}
	}
}

// decode fills a Config; a value that cannot be read is reported and its field stays zero.
func (l *loader) decode(v *viper.Viper) Config {
	var cfg Config
	err := v.UnmarshalExact(&cfg, viper.DecodeHook(decodeText))
	found := faults(err)
	for _, fault := range found {
		l.failed[fault.Name()] = true
		l.report(fault.Name(), l.origin[fault.Name()], fault.Unwrap().Error())
	}
	if err != nil && len(found) == 0 {
		l.report("", "viper", err.Error())
	}
	return cfg
}

// faults takes the tree of errors that mapstructure makes apart: one fault per field, and one for leftover keys.
func faults(err error) []*mapstructure.DecodeError {
	switch err := err.(type) { //nolint:errorlint // walks the tree itself; only the outermost fault carries the name
	case nil:
		return nil
	case *mapstructure.DecodeError:
		return []*mapstructure.DecodeError{err}
	case interface{ Unwrap() []error }:
		var found []*mapstructure.DecodeError
		for _, one := range err.Unwrap() {
			found = append(found, faults(one)...)
		}
		return found
	default:
		return faults(errors.Unwrap(err))
	}
}

// finish derives what does not stand in a source.
func (l *loader) finish(cfg *Config, dir string) {
	_, chosen := l.origin["DATA_DIR"]
	cfg.DataDirIsDefault = !chosen
	if !filepath.IsAbs(cfg.DataDir) {
		absolute, err := filepath.Abs(filepath.Join(dir, cfg.DataDir))
		if err != nil {
			l.report("DATA_DIR", l.origin["DATA_DIR"], "cannot be made absolute: "+err.Error())
		}
		cfg.DataDir = absolute
	}
	cfg.PublicURL = strings.TrimSuffix(cfg.PublicURL, "/")
	cfg.KnotBaseURL = strings.TrimSuffix(cfg.KnotBaseURL, "/")
	if isOff(cfg.MetricsAddr) {
		cfg.MetricsAddr = ""
	}
	if isOff(cfg.RedisURL.Reveal()) {
		cfg.RedisURL = Secret{}
	}
}

// sorted puts unknown names first, then the settings in the order of Config.
func (l *loader) sorted() []Problem {
	rank := func(p Problem) int {
		return slices.IndexFunc(settings, func(s setting) bool { return s.key == p.Key })
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Key, b.Key))
	})
	return l.problems
}
