//go:build crashpoints

// Package crashpoint marks places where the crash tests kill the process. In a normal build a mark does nothing and no
// setting is read; the tag crashpoints makes a test build.
package crashpoint

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// Variable names the place to die at, and at which visit: "reply.flushed:3".
const Variable = "LATTICE_CRASH_AT"

var (
	place, visit = target()
	visits       atomic.Int64
)

func target() (string, int64) {
	name, count, found := strings.Cut(os.Getenv(Variable), ":")
	if !found {
		return name, 1
	}
	number, err := strconv.ParseInt(count, 10, 64)
	if err != nil {
		return name, 1
	}
	return name, number
}

// Reach marks a place; at the one that was chosen the process kills itself as kill -9 would.
func Reach(name string) {
	if name != place || visits.Add(1) != visit {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // until the signal arrives nothing more is done
}
