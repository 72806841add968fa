//go:build unix

package cputime

import (
	"syscall"
	"time"
)

// Now returns the processor time used so far, of all threads, in the program and
// in the kernel for it. It is zero where the system does not say.
func Now() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
