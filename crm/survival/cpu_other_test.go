//go:build !unix

package survival

import "time"

var processStart = time.Now()

// cpuTime stands in for the processor time where it is not to be had.
func cpuTime() time.Duration { return time.Since(processStart) }
