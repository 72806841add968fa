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

// Loop is a command on its way to a commit.
type Loop[R any] struct {
	// Attempts is how often it is tried in all, at least 1.
	Attempts int
	// Key is that of the commit, at least 1 byte. Given says that the caller chose it,
	// so that the command may have been applied before.
	Key   string
	Given bool
	// Clock says the instant of each attempt; where it has a method Wait it is also
	// asked to wait between them.
	Clock interface{ Now() time.Time }
	// Decide loads and decides. The commit it returns is made next.
	Decide func(now time.Time) (R, func() error, error)
	// Recall returns what the commit with the key left: fault.ErrNotFound where there
	// was none, another of the domain's answers where it was another command's.
	Recall func() (R, error)
	// Known reports whether an error is one of the domain's answers, and not an error
	// of the system.
	Known func(error) bool
	// Again is told of an attempt that is tried again; nil for nobody.
	Again func(n int, err error)
}

// Run decides and commits until it is done. It returns how many attempts that took.
func Run[R any](ctx context.Context, l *Loop[R]) (result R, n int, err error) {
	var none R
	uncertain := l.Given // whether the command may have been applied already
	for n = 1; ; n++ {
		var commit func() error
		result, commit, err = l.Decide(l.Clock.Now())
		final := l.final(err)
		if err == nil {
			if err = commit(); err == nil {
				return result, n, nil
			}
			uncertain = uncertain || !l.Known(err)
			final = l.final(err)
		}
		// A refusal may be the trace that the command itself left the first time.
		if uncertain && final {
			switch r, found := l.Recall(); {
			case errors.Is(found, fault.ErrNotFound):
			case found == nil || l.Known(found):
				return r, n, found
			default:
				err, final = found, false
			}
		}
		if final || n >= l.Attempts || ctx.Err() != nil {
			return none, n, err
		}
		if l.Again != nil {
			l.Again(n, err)
		}
		if l.pause(ctx, n) != nil {
			return none, n, err
		}
	}
}

// final reports whether trying again cannot change the answer.
func (l *Loop[R]) final(err error) bool {
	return err != nil && (l.Known(err) && !errors.Is(err, fault.ErrConflict) || errors.As(err, &ended{}))
}

// pause waits a little longer after each attempt, and not as long for every key, so
// that those who met once do not meet again.
func (l *Loop[R]) pause(ctx context.Context, n int) error {
	jitter := time.Duration(1 + l.Key[len(l.Key)-1]%8)
	d := min(time.Duration(n*n)*20*time.Microsecond*jitter, 50*time.Millisecond)
	if waiter, ok := l.Clock.(interface {
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
