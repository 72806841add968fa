// Package clock is the one place of the library that asks the machine what time it
// is, and that waits.
package clock

import (
	"context"
	"time"
)

// System is the machine's clock.
type System struct{}

// Now returns the present instant.
func (System) Now() time.Time { return time.Now() }

// Wait returns after d, or with the context's error as soon as it is done.
func Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Stopwatch starts now and returns a function that says how long ago that was.
func Stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
