//go:build linux || darwin

package embedded

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/clock"
)

// closedDir is a folder like a 0700 home: root's own, and nobody else gets in.
func closedDir(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root drops to another user")
	}
	home := filepath.Join(openDir(t), "home")
	require.NoError(t, os.Mkdir(home, 0o700))
	return home
}

func TestRootFallsBackWhenTheUserCannotReachTheDefault(t *testing.T) {
	t.Parallel()
	home := closedDir(t)
	fallback := filepath.Join(openDir(t), "lattice")
	wanted := filepath.Join(home, "clone", ".lattice")
	require.NoError(t, os.Mkdir(filepath.Dir(wanted), 0o755))

	cluster := start(t, Options{DataDir: wanted, DataDirIsDefault: true, FallbackDir: fallback})
	require.Equal(t, fallback, cluster.DataDir())
	require.Contains(t, cluster.Notice(), "Data lives in "+fallback)
	message := refuse(t, Options{DataDir: wanted, DataDirIsDefault: true, FallbackDir: fallback}, ErrDataDirInUse)
	require.Contains(t, message, cluster.Notice(), "nobody asked for that folder by name")
	require.Contains(t, cluster.Notice(), "cannot enter "+home+" on the way to "+wanted)
	require.NoDirExists(t, wanted, "nothing is created where it is of no use")
	require.Equal(t, "1", query(t, cluster.URL(), "SELECT '1'"))

	// The server's user gets the cluster and the passage to it; all else stays root's.
	uid, _, err := owner(filepath.Join(fallback, clusterFolder))
	require.NoError(t, err)
	require.NotZero(t, uid)
	uid, _, err = owner(fallback)
	require.NoError(t, err)
	require.Zero(t, uid)
	for path, mode := range map[string]fs.FileMode{"": 0o711, lockFile: 0o600, clusterFolder: 0o700} {
		info, err := os.Stat(filepath.Join(fallback, path))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), path)
	}
}

func TestRootRefusesAChosenFolderThatTheUserCannotReach(t *testing.T) {
	t.Parallel()
	home := closedDir(t)
	wanted := filepath.Join(home, "data")
	fallback := filepath.Join(openDir(t), "lattice")

	message := refuse(t, Options{DataDir: wanted, FallbackDir: fallback}, ErrDataDirUnusable)
	require.Contains(t, message, "cannot enter "+home+" on the way to "+wanted)
	require.NoDirExists(t, wanted)
	require.NoDirExists(t, fallback, "a chosen folder is never replaced")
}

func TestRootOpensItsOwnDataDirectoryForPassageOnly(t *testing.T) {
	t.Parallel()
	dir := closedDir(t) // 0700, but here it is the data directory itself
	secret := filepath.Join(dir, "jwt.key")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))

	start(t, Options{DataDir: dir})
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o711), info.Mode().Perm())
	uid, _, err := owner(secret)
	require.NoError(t, err)
	require.Zero(t, uid)
	require.Error(t, self(t).command(t.Context(), "/bin/cat", "/", secret).Run(), "the server's user cannot read it")
	require.Error(t, self(t).command(t.Context(), "/bin/ls", "/", dir).Run(), "nor see that it is there")
}

func TestClusterThatRootCopiedIntoPlaceIsHandedOver(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	dir := openDir(t)
	require.NoError(t, start(t, Options{DataDir: dir}).Stop(context.Background()))
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, clusterFolder), func(path string, _ fs.DirEntry, err error) error {
		require.NoError(t, err)
		return os.Lchown(path, 0, 0)
	}))
	start(t, Options{DataDir: dir})
}

func TestHalfMadeClusterIsMadeAnew(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	unfinished := filepath.Join(dir, clusterFolder+".init-123")
	require.NoError(t, os.MkdirAll(filepath.Join(unfinished, "base"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(unfinished, "PG_VERSION"), []byte("15\n"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, clusterFolder), 0o700))

	start(t, Options{DataDir: dir})
	require.NoDirExists(t, unfinished)
}

func TestFailingInitdbLeavesNothingAndIsQuoted(t *testing.T) {
	t.Parallel()
	found, err := systemFinder("").find(t.Context(), self(t))
	require.NoError(t, err)
	bin := openDir(t)
	require.NoError(t, os.Symlink(found[0].program("postgres"), filepath.Join(bin, "postgres")))
	script := "#!/bin/sh\necho 'no space for you'\nexit 1\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "initdb"), []byte(script), 0o755))

	dir := openDir(t)
	_, err = Start(t.Context(), Options{DataDir: dir, BinDir: bin, Logger: discard()})
	require.ErrorContains(t, err, "no space for you")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, lockFile, entries[0].Name())
}

func TestFolderThatIsNoClusterIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	precious := filepath.Join(dir, clusterFolder, "thesis.txt")
	require.NoError(t, os.Mkdir(filepath.Dir(precious), 0o755))
	require.NoError(t, os.WriteFile(precious, []byte("years of work"), 0o600))

	message := refuse(t, Options{DataDir: dir}, ErrDataDirUnusable)
	require.Contains(t, message, "not a Postgres cluster")
	require.FileExists(t, precious)
}

func TestClusterOfAnotherMajorVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	version := filepath.Join(dir, clusterFolder, "PG_VERSION")
	require.NoError(t, os.Mkdir(filepath.Dir(version), 0o700))
	require.NoError(t, os.WriteFile(version, []byte("9\n"), 0o600))

	message := refuse(t, Options{DataDir: dir}, ErrClusterIncompatible)
	require.Contains(t, message, "was made by PostgreSQL 9")
	require.Contains(t, message, "nothing was changed")

	require.NoError(t, os.WriteFile(version, []byte("nonsense\n"), 0o600))
	require.Contains(t, refuse(t, Options{DataDir: dir}, ErrClusterIncompatible), "nonsense")
}

func TestFileInPlaceOfTheDataDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(openDir(t), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.Contains(t, refuse(t, Options{DataDir: path}, ErrDataDirUnusable), "not a folder")
}

func TestOnlyAbandonedThrowawayFoldersAreRemoved(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	longAgo := clock.System{}.Now().Add(-time.Hour)
	folder := func(name string, modified time.Time) string {
		dir := filepath.Join(root, throwawayPrefix+name)
		require.NoError(t, os.Mkdir(dir, 0o700))
		lock := filepath.Join(dir, lockFile)
		require.NoError(t, os.WriteFile(lock, []byte("1\n\n"), 0o600))
		require.NoError(t, os.Chtimes(lock, modified, modified))
		return dir
	}
	abandoned := folder("abandoned", longAgo)
	young := folder("young", clock.System{}.Now())
	owned := folder("owned", longAgo)
	held, err := os.Open(filepath.Join(owned, lockFile))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, held.Close()) })
	require.NoError(t, syscall.Flock(int(held.Fd()), syscall.LOCK_EX))

	removeAbandoned(root)
	require.NoDirExists(t, abandoned)
	require.DirExists(t, young)
	require.DirExists(t, owned)
}
