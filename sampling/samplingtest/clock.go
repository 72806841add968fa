package samplingtest

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Clock is a clock as services see it on machines that are set, suspended and
// corrected: it mostly moves ahead by up to a second with each reading, and now
// and then jumps forwards or backwards. Its times follow from the seed and the
// number of readings. It may be read from any goroutine.
type Clock struct{ clock *storetest.Clock }

// NewClock returns a clock that starts at an instant and jumps, at one reading in
// eight, by up to jump in either direction; 0 for a clock that only moves ahead.
func NewClock(seed uint64, start time.Time, jump time.Duration) *Clock {
	return &Clock{storetest.NewClock(seed, start, jump)}
}

// Now reads the clock: nanoseconds and the zone of start included, as time.Now
// has them.
func (c *Clock) Now() time.Time { return c.clock.Now() }

// Wait does not wait: what a service does between two attempts takes no time here.
func (c *Clock) Wait(ctx context.Context, _ time.Duration) error { return ctx.Err() }
