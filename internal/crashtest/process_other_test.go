//go:build !linux

package crashtest_test

import "syscall"

func withUs() *syscall.SysProcAttr { return nil }
