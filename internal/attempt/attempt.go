// Package attempt repeats a command of a service, under the one key that it has,
// until there is an answer that no repetition changes.
package attempt

import (
	"context"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Command is what is repeated.
type Command interface {
	// Decide loads and decides, at an instant. Where it returns nil, Commit is called
	// next.
	Decide(now time.Time) error
	// Commit commits what was decided, under the key.
	Commit() error
	// Recall looks up what the commit with the key left: fault.ErrNotFound where there
	// was none, another of the domain's answers where it was another command's.
	Recall() error
	// Known reports whether an error is one of the domain's answers, and not an error
	// of the system.
	Known(err error) bool
	// Again is told of an attempt that is tried again.
	Again(n int, err error)
}

// Rules say how a command is repeated.
type Rules struct {
	// Attempts is how often it is tried in all, at least 1.
	Attempts int
	// Key is that of the commit, at least 1 byte. Given says that the caller chose it,
	// so that the command may have been applied before.
	Key   string
	Given bool
	// Clock says the instant of each attempt; where it has a method Wait it is also
	// asked to wait between them.
	Clock interface{ Now() time.Time }
}

// Repeat decides and commits until it is done. It returns how many attempts that
// took. After nil the last Commit is done, or Recall has found what an earlier one
// left.
func Repeat(ctx context.Context, rules Rules, c Command) (n int, err error) {
	uncertain := rules.Given // whether the command may have been applied already
	for n = 1; ; n++ {
		decided := c.Decide(rules.Clock.Now())
		if err = decided; err == nil {
			if err = c.Commit(); err == nil {
				return n, nil
			}
			uncertain = uncertain || !c.Known(err)
		}
		final := isFinal(c, err)
		// A refusal may be the trace that the command itself left the first time.
		if uncertain && final {
			switch found := c.Recall(); {
			case errors.Is(found, fault.ErrNotFound):
			case found == nil || c.Known(found):
				return n, found
			default:
				err, final = found, false
			}
		}
		if final || n >= rules.Attempts || ctx.Err() != nil {
			return n, err
		}
		c.Again(n, err)
		if rules.Pause(ctx, n) != nil {
			return n, err
		}
	}
}

// isFinal reports whether trying again cannot change the answer.
func isFinal(c Command, err error) bool {
	return c.Known(err) && !errors.Is(err, fault.ErrConflict) || errors.As(err, &ended{})
}

// Pause waits a little longer after each attempt, and not as long for every key, so
// that those who met once do not meet again.
func (r *Rules) Pause(ctx context.Context, n int) error {
	jitter := time.Duration(1 + r.Key[len(r.Key)-1]%8)
	d := min(time.Duration(n*n)*20*time.Microsecond*jitter, 50*time.Millisecond)
	if waiter, ok := r.Clock.(interface {
		Wait(ctx context.Context, d time.Duration) error
	}); ok {
		return waiter.Wait(ctx, d)
	}
	return clock.Wait(ctx, d)
}

// ended marks an error that trying again does not end, whatever it wraps: that of a
// host's own function, a conflict with the version that the caller has.
type ended struct{ error }

func (e ended) Unwrap() error { return e.error }

// Ended marks err as final, whatever it wraps.
func Ended(err error) error { return ended{err} }
