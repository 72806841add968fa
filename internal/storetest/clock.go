package storetest

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Clock mostly moves ahead by up to a second with each reading, and now and then
// jumps forwards or backwards. Its times follow from the seed and the number of
// readings. It may be read from any goroutine.
type Clock struct {
	mu     sync.Mutex
	random *rand.Rand
	now    time.Time
	jump   time.Duration
}

// NewClock returns a clock that starts at an instant and jumps, at one reading in
// eight, by up to jump in either direction; 0 for a clock that only moves ahead.
func NewClock(seed uint64, start time.Time, jump time.Duration) *Clock {
	return &Clock{random: rand.New(rand.NewPCG(seed, 4)), now: start, jump: jump}
}

// Now reads the clock: nanoseconds and the zone of start included, as time.Now
// has them.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	step := time.Duration(c.random.Int64N(int64(time.Second)))
	if c.jump > 0 && c.random.IntN(8) == 0 {
		step = time.Duration(c.random.Int64N(2*int64(c.jump)+1)) - c.jump
	}
	c.now = c.now.Add(step)
	return c.now
}
