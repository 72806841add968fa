package storetest

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestClock holds that the times of a domain's Clock follow from its seed, that they
// go back only where it jumps, and that nobody waits.
func (k Kit) TestClock(t *testing.T) {
	start := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	clock, again, steady := k.Clock(7, start, time.Hour), k.Clock(7, start, time.Hour), k.Clock(7, start, 0)
	back, ahead, last, calm := 0, 0, start, start
	for range 1000 {
		now, next := clock.Now(), steady.Now()
		step := now.Sub(last)
		switch {
		case step < 0:
			back++
		case step >= time.Second:
			ahead++
		}
		if other := again.Now(); other != now || step.Abs() > time.Hour || next.Before(calm) {
			t.Fatalf("%v after %v, then %v; without jumps %v after %v", now, last, other, next, calm)
		}
		last, calm = now, next
	}
	if back <= 20 || ahead <= 20 {
		t.Fatalf("%d jumps back, %d ahead", back, ahead)
	}
	done, end := context.WithCancel(t.Context())
	if err := clock.Wait(done, time.Hour); err != nil {
		t.Fatal(err)
	}
	if end(); !errors.Is(clock.Wait(done, 0), context.Canceled) {
		t.Fatal("a wait under a context that is done")
	}
}
