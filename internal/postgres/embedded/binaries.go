//go:build linux || darwin

package embedded

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// installation is one folder of Postgres binaries that the account can run.
type installation struct {
	binDir  string
	major   int
	version string // as the server prints it, such as 15.18
}

func (i installation) program(name string) string { return filepath.Join(i.binDir, name) }

// finder looks for installations; its fields are the places, so that tests can name their own.
type finder struct {
	binDir    string // the configured folder; when set, the only place
	lookPath  func(name string) (string, error)
	folders   []string // glob patterns of the usual system folders
	osRelease string   // the file that names the distribution
}

func systemFinder(binDir string) finder {
	return finder{
		binDir:   binDir,
		lookPath: exec.LookPath,
		folders: []string{
			"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
			"/usr/pgsql-*/bin",                   // Fedora, RHEL: postgresql.org packages
			"/usr/lib/postgresql*/bin",           // SUSE
			"/usr/libexec/postgresql*",           // Alpine
			"/usr/bin",                           // Fedora, RHEL, Arch: own packages
			"/usr/local/pgsql/bin",               // built from source
			"/opt/homebrew/opt/postgresql@*/bin", // Homebrew on Apple silicon
			"/usr/local/opt/postgresql@*/bin",    // Homebrew on Intel
			"/Applications/Postgres.app/Contents/Versions/*/bin",
		},
		osRelease: "/etc/os-release",
	}
}

// find lists the installations in the order they were looked for: the configured folder alone, else the one on PATH
// and then the system's, newest first. The list is never empty without an error.
func (f finder) find(ctx context.Context, who account) ([]installation, error) {
	if f.binDir != "" {
		found, err := inspect(ctx, who, f.binDir)
		if err != nil {
			return nil, f.misconfigured(err)
		}
		if found.major < MinimumMajor {
			return nil, f.misconfigured(fmt.Errorf("it has PostgreSQL %s, Lattice needs %d or newer", found.version, MinimumMajor))
		}
		return []installation{found}, nil
	}

	var all []installation
	var problems []string
	seen := map[string]bool{}
	consider := func(into *[]installation, folder string) {
		if seen[folder] {
			return
		}
		seen[folder] = true
		found, err := inspect(ctx, who, folder)
		switch {
		case err != nil:
			problems = append(problems, err.Error())
		case found.major < MinimumMajor:
			problems = append(problems, fmt.Sprintf("%s has PostgreSQL %s, which is too old", folder, found.version))
		default:
			*into = append(*into, found)
		}
	}
	if folder, ok := f.onPath(); ok {
		consider(&all, folder)
	}
	var system []installation
	for _, folder := range f.systemFolders() {
		consider(&system, folder)
	}
	slices.SortStableFunc(system, func(a, b installation) int { return cmp.Compare(b.major, a.major) })
	all = append(all, system...)

	if len(all) == 0 {
		return nil, f.missing(problems)
	}
	return all, nil
}

// onPath gives the folder that initdb on PATH really lies in: distributions link single programs into /usr/bin, and
// the two must come from one installation.
func (f finder) onPath() (string, bool) {
	program, err := f.lookPath("initdb")
	if err != nil {
		return "", false
	}
	if program, err = filepath.Abs(program); err != nil {
		return "", false
	}
	if resolved, err := filepath.EvalSymlinks(program); err == nil && hasPrograms(filepath.Dir(resolved)) {
		return filepath.Dir(resolved), true
	}
	return filepath.Dir(program), hasPrograms(filepath.Dir(program))
}

func (f finder) systemFolders() []string {
	var folders []string
	for _, pattern := range f.folders {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			continue // a malformed pattern names no folder
		}
		for _, match := range matches {
			if resolved, err := filepath.EvalSymlinks(match); err == nil && hasPrograms(resolved) {
				folders = append(folders, resolved)
			}
		}
	}
	return folders
}

func hasPrograms(folder string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// inspect runs the server's --version as the account the server will run as, which also shows that it can.
func inspect(ctx context.Context, who account, folder string) (installation, error) {
	if !hasPrograms(folder) {
		return installation{}, fmt.Errorf("%s does not hold both initdb and postgres", folder)
	}
	output, err := who.command(ctx, filepath.Join(folder, "postgres"), "/", "--version").Output()
	if err != nil {
		return installation{}, fmt.Errorf("user %s cannot run %s: %w", who.name, filepath.Join(folder, "postgres"), err)
	}
	match := versionPattern.FindStringSubmatch(string(output))
	if match == nil {
		return installation{}, fmt.Errorf("%s gives no version of PostgreSQL", filepath.Join(folder, "postgres"))
	}
	major, err := strconv.Atoi(match[2])
	if err != nil {
		return installation{}, fmt.Errorf("read version %q: %w", match[1], err)
	}
	return installation{binDir: folder, major: major, version: match[1]}, nil
}

// misconfigured says what is wrong with the one folder that was to be used, and the ways out.
func (f finder) misconfigured(problem error) error {
	return fmt.Errorf("%w in the configured folder %s: %w. Set POSTGRES_BIN_DIR to the folder of initdb, or leave it empty. "+
		"Install them with `%s`, or set DATABASE_URL to a server of your own",
		ErrBinariesMissing, f.binDir, problem, f.installCommand(os.Geteuid() == 0))
}

// missing says what to type, because that is all the reader wants to know.
func (f finder) missing(problems []string) error {
	text := "none on PATH or in the usual system folders"
	if len(problems) > 0 {
		text += " (" + strings.Join(problems, "; ") + ")"
	}
	return fmt.Errorf("%w: %s. Install them with `%s`, or set DATABASE_URL to a server of your own",
		ErrBinariesMissing, text, f.installCommand(os.Geteuid() == 0))
}

func (f finder) installCommand(isRoot bool) string {
	if runtime.GOOS == "darwin" {
		return "brew install postgresql@17"
	}
	command := "apt-get install -y postgresql"
	for _, name := range f.distributions() {
		known, ok := map[string]string{
			"debian": command,
			"ubuntu": command,
			"fedora": "dnf install -y postgresql-server",
			"rhel":   "dnf install -y postgresql-server",
			"centos": "dnf install -y postgresql-server",
			"suse":   "zypper install -y postgresql-server",
			"alpine": "apk add postgresql",
			"arch":   "pacman -S --noconfirm postgresql",
		}[name]
		if ok {
			command = known
			break
		}
	}
	if !isRoot {
		command = "sudo " + command
	}
	return command
}

// distributions reads ID and ID_LIKE, most particular first.
func (f finder) distributions() []string {
	file, err := os.Open(f.osRelease)
	if err != nil {
		return nil
	}
	defer file.Close() //nolint:errcheck // read only
	var id, like []string
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		key, value, _ := strings.Cut(scanner.Text(), "=")
		names := strings.Fields(strings.Trim(value, `"'`))
		switch key {
		case "ID":
			id = names
		case "ID_LIKE":
			like = names
		}
	}
	return append(id, like...)
}

// choose takes the installation for a cluster of the given major version, or the first when there is no cluster yet.
func choose(found []installation, clusterMajor int, clusterDir string) (installation, error) {
	if clusterMajor == 0 {
		return found[0], nil
	}
	var versions []string
	for _, each := range found {
		if each.major == clusterMajor {
			return each, nil
		}
		versions = append(versions, each.version)
	}
	return installation{}, fmt.Errorf("%w: %s was made by PostgreSQL %d, but only %s is installed. Install PostgreSQL %d again, "+
		"or choose another DATA_DIR for a fresh start; nothing was changed",
		ErrClusterIncompatible, clusterDir, clusterMajor, strings.Join(versions, ", "), clusterMajor)
}
