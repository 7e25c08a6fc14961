package embedded

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// serverLocale orders text by code point and knows the letters of every language; the C library always has it.
	serverLocale = "C.UTF-8"

	// orphanPatience is how long a server whose owner died may take to end by itself: here the kernel has told it to.
	orphanPatience = 10 * time.Second
)

// dieWithParent asks the kernel to send signal to the child when the thread that started it ends. The caller must
// start the child and wait for it on one locked thread.
func dieWithParent(attr *syscall.SysProcAttr, signal syscall.Signal) { attr.Pdeathsig = signal }

// serverProcesses lists the processes that work in clusterDir: the server changes into it and stays there, so this
// finds postmaster and backends even when the pid file is gone, and is not fooled by a pid that was given out again.
func serverProcesses(clusterDir string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		folder, err := os.Readlink(filepath.Join("/proc", entry.Name(), "cwd"))
		if err != nil || folder != clusterDir {
			continue
		}
		name, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "comm"))
		if err == nil && isServerName(strings.TrimSpace(string(name))) {
			pids = append(pids, pid)
		}
	}
	return pids
}
