//go:build linux || darwin

package embedded

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func absent(string) (string, error) { return "", exec.ErrNotFound }

// fakePrograms makes a folder whose postgres gives the version.
func fakePrograms(t *testing.T, version string) string {
	t.Helper()
	dir := filepath.Join(openDir(t), "bin")
	require.NoError(t, os.Mkdir(dir, 0o755))
	for _, name := range []string{"initdb", "postgres"} {
		script := "#!/bin/sh\necho '" + name + " (PostgreSQL) " + version + " (Some Linux)'\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
	}
	return dir
}

func TestMissingBinariesNameTheOneCommandToType(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other systems have one command")
	}
	for name, test := range map[string]struct{ release, command string }{
		"debian":   {"ID=debian\n", "apt-get install -y postgresql"},
		"mint":     {"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "apt-get install -y postgresql"},
		"fedora":   {"NAME=Fedora\nID=fedora\n", "dnf install -y postgresql-server"},
		"rocky":    {"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "dnf install -y postgresql-server"},
		"alpine":   {"ID=alpine\n", "apk add postgresql"},
		"arch":     {"ID=arch\n", "pacman -S --noconfirm postgresql"},
		"leap":     {"ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "zypper install -y postgresql-server"},
		"nameless": {"", "apt-get install -y postgresql"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			release := filepath.Join(t.TempDir(), "os-release")
			require.NoError(t, os.WriteFile(release, []byte(test.release), 0o600))
			places := finder{lookPath: absent, osRelease: release}

			_, err := places.find(t.Context(), self(t))
			require.ErrorIs(t, err, ErrBinariesMissing)
			require.Contains(t, err.Error(), test.command+"`")
			require.Contains(t, err.Error(), "DATABASE_URL")

			require.Equal(t, test.command, places.installCommand(true))
			require.Equal(t, "sudo "+test.command, places.installCommand(false))
		})
	}
}

func TestConfiguredFolderIsUsedOrRefused(t *testing.T) {
	t.Parallel()
	empty := openDir(t)
	message := refuse(t, Options{DataDir: openDir(t), BinDir: empty}, ErrBinariesMissing)
	require.Contains(t, message, empty)

	old := fakePrograms(t, "13.4")
	message = refuse(t, Options{DataDir: openDir(t), BinDir: old}, ErrBinariesMissing)
	require.Contains(t, message, "PostgreSQL 13.4")
	require.Contains(t, message, "14 or newer")
}

func TestPathComesFirstThenTheNewestOfTheSystem(t *testing.T) {
	t.Parallel()
	onPath, older, newer, ancient := fakePrograms(t, "15.1"), fakePrograms(t, "14.9"), fakePrograms(t, "17beta2"), fakePrograms(t, "9.6.24")
	places := finder{
		lookPath: func(name string) (string, error) { return filepath.Join(onPath, name), nil },
		folders:  []string{older, ancient, newer, onPath, filepath.Join(older, "*", "none")},
	}
	found, err := places.find(t.Context(), self(t))
	require.NoError(t, err)
	var versions []string
	for _, each := range found {
		versions = append(versions, each.version)
	}
	require.Equal(t, []string{"15.1", "17beta2", "14.9"}, versions)

	// An existing cluster decides, so that installing a newer Postgres beside the old one breaks nothing.
	for major, version := range map[int]string{0: "15.1", 14: "14.9", 17: "17beta2"} {
		chosen, err := choose(found, major, "/data/postgres")
		require.NoError(t, err)
		require.Equal(t, version, chosen.version)
	}
	_, err = choose(found, 16, "/data/postgres")
	require.ErrorIs(t, err, ErrClusterIncompatible)
}

// Distributions link initdb alone into /usr/bin; its server lies beside the real file.
func TestLinkOnPathIsFollowed(t *testing.T) {
	t.Parallel()
	installed := fakePrograms(t, "16.2")
	links := openDir(t)
	require.NoError(t, os.Symlink(filepath.Join(installed, "initdb"), filepath.Join(links, "initdb")))
	places := finder{lookPath: func(name string) (string, error) { return filepath.Join(links, name), nil }}

	found, err := places.find(t.Context(), self(t))
	require.NoError(t, err)
	require.Equal(t, installed, found[0].binDir)
}

func TestTooOldBinariesAreNamedWhenNothingElseIsThere(t *testing.T) {
	t.Parallel()
	places := finder{lookPath: absent, folders: []string{fakePrograms(t, "12.3")}}
	_, err := places.find(t.Context(), self(t))
	require.ErrorIs(t, err, ErrBinariesMissing)
	require.Contains(t, err.Error(), "PostgreSQL 12.3, which is too old")
}
