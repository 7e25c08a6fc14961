//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func signalGroup(cmd *exec.Cmd, received os.Signal) {
	if number, ok := received.(syscall.Signal); ok {
		_ = syscall.Kill(-cmd.Process.Pid, number) // gone already is as good
	}
}
