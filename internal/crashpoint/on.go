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

// Variable names the place to die at, and at which visit: "reply.flushed:3". With "reply.flushed:3:freeze" the process only
// stands still there until it is told to continue, as one does whose machine stalls.
const Variable = "LATTICE_CRASH_AT"

var (
	place, visit, fate = target()
	visits             atomic.Int64
)

func target() (name string, visit int64, fate syscall.Signal) {
	name, rest, _ := strings.Cut(os.Getenv(Variable), ":")
	count, manner, _ := strings.Cut(rest, ":")
	visit, err := strconv.ParseInt(count, 10, 64)
	if err != nil {
		visit = 1
	}
	if manner == "freeze" {
		return name, visit, syscall.SIGSTOP
	}
	return name, visit, syscall.SIGKILL
}

// Reach marks a place; at the one that was chosen the process ends as kill -9 would end it.
func Reach(name string) {
	if name != place || visits.Add(1) != visit {
		return
	}
	_ = syscall.Kill(os.Getpid(), fate)
	if fate == syscall.SIGKILL {
		select {} // until the signal arrives nothing more is done
	}
}
