//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// unprivilegedUsers are tried in this order when root starts the server.
var unprivilegedUsers = []string{"postgres", "nobody"}

// account is who the server runs as.
type account struct {
	name     string
	uid, gid int
	drop     bool // true when we are root and must become this account first
}

// accountFor gives ourselves, or when we are root the owner of the cluster that is already there (so that it stays
// theirs, whoever starts it), or else the first unprivileged user this system has.
func accountFor(clusterDir string) (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{name: userName(uid), uid: uid, gid: os.Getegid()}, nil
	}
	if uid, gid, err := owner(clusterDir); err == nil && uid != 0 {
		return account{name: userName(uid), uid: uid, gid: gid, drop: true}, nil
	}
	for _, name := range unprivilegedUsers {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return account{name: name, uid: uid, gid: gid, drop: true}, nil
		}
	}
	return account{}, errors.New("embedded postgres: Postgres refuses to run as root and this system has neither a user " +
		"postgres nor nobody: run as another user, or set DATABASE_URL")
}

func userName(uid int) string {
	if found, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return found.Username
	}
	return strconv.Itoa(uid)
}

// owner does not follow a link: whose the entry is counts, not whose it points at.
func owner(path string) (uid, gid int, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, fmt.Errorf("owner of %s is not known", path)
	}
	return int(stat.Uid), int(stat.Gid), nil
}

// command prepares a program that runs as the account, in dir, with an environment of its own: a PGDATA or PGPORT of
// the caller must not reach it. The program gets a process group of its own, so that Ctrl-C on the terminal reaches
// only us and we decide how it stops.
func (a account) command(ctx context.Context, program, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + filepath.Dir(program) + ":/usr/bin:/bin",
		"HOME=" + dir,
		"LC_ALL=" + serverLocale,
		"TZ=UTC",
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // ids fit
	}
	return cmd
}

// own hands one entry to the account when we are root; otherwise it is the account's already.
func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// ownTree hands over dir and everything below it: for a cluster that root copied into place.
func (a account) ownTree(dir string) error {
	if !a.drop {
		return nil
	}
	root, err := os.OpenRoot(dir) // whatever is swapped for a link meanwhile, nothing outside changes hands
	if err != nil {
		return err
	}
	err = fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(path, a.uid, a.gid)
	})
	return errors.Join(err, root.Close())
}

// canEnter asks the kernel whether the account may enter dir, by starting a harmless program there. Mode bits alone
// would miss access lists, mandatory access control and network file systems.
func (a account) canEnter(ctx context.Context, with installation, dir string) bool {
	return a.command(ctx, with.program("postgres"), dir, "--version").Run() == nil
}

// firstClosed names the outermost folder on the way to dir that the account cannot enter.
func (a account) firstClosed(ctx context.Context, with installation, dir string) string {
	if parent := filepath.Dir(dir); parent != dir && !a.canEnter(ctx, with, parent) {
		return a.firstClosed(ctx, with, parent)
	}
	return dir
}
