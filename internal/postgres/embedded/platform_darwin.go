package embedded

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// serverLocale is the one every macOS has that knows the letters of every language.
	serverLocale = "en_US.UTF-8"

	// orphanPatience is short: nothing told the server that its owner died, so we have to.
	orphanPatience = 500 * time.Millisecond
)

// dieWithParent does nothing: this system has no such request. The next start ends a server left behind.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}

// serverProcesses gives the process of the pid file when it is alive and a Postgres.
func serverProcesses(clusterDir string) []int {
	pid, _, ok := readPIDFile(clusterDir)
	if !ok || syscall.Kill(pid, 0) != nil {
		return nil
	}
	name, err := exec.CommandContext(context.Background(), "ps", "-p", strconv.Itoa(pid), "-o", "comm=").Output()
	if err != nil || !isServerName(filepath.Base(strings.TrimSpace(string(name)))) {
		return nil
	}
	return []int{pid}
}
