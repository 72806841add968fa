package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
)

func TestNowMovesOn(t *testing.T) {
	elapsed := clock.Stopwatch()
	before := clock.System{}.Now()
	if err := clock.Wait(t.Context(), time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if d := clock.System.Now(clock.System{}).Sub(before); d < time.Millisecond {
		t.Errorf("waited %v", d)
	}
	if elapsed() < time.Millisecond {
		t.Error("the stopwatch stands still")
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	elapsed := clock.Stopwatch()
	if err := clock.Wait(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if elapsed() > time.Minute {
		t.Error("waited for the hour")
	}
	if err := clock.Wait(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a done context: got %v", err)
	}
}
