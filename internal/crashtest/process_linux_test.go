package crashtest_test

import "syscall"

// withUs makes a child die when the thread that started it does, so that a test run that is cut short leaves none behind.
func withUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
