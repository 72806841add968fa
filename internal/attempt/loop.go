package attempt

import (
	"context"
	"time"
)

// Loop is a [Command] made of functions.
type Loop[R any] struct {
	// Attempts, Key, Given and Clock are those of [Rules].
	Attempts int
	Key      string
	Given    bool
	Clock    interface{ Now() time.Time }
	// Decide loads and decides. The commit it returns is made next.
	Decide func(now time.Time) (R, func() error, error)
	// Recall, Known and Again are those of [Command]. Again may be nil.
	Recall func() (R, error)
	Known  func(error) bool
	Again  func(n int, err error)
}

// Run decides and commits until it is done. It returns how many attempts that took.
func Run[R any](ctx context.Context, l *Loop[R]) (result R, n int, err error) {
	run := looped[R]{loop: l}
	n, err = Repeat(ctx, Rules{l.Attempts, l.Key, l.Given, l.Clock}, &run)
	if err == nil {
		result = run.result
	}
	return result, n, err
}

type looped[R any] struct {
	loop   *Loop[R]
	result R
	commit func() error
}

func (r *looped[R]) Decide(now time.Time) (err error) {
	r.result, r.commit, err = r.loop.Decide(now)
	return err
}

func (r *looped[R]) Commit() error { return r.commit() }

func (r *looped[R]) Recall() error {
	found, err := r.loop.Recall()
	r.result = found
	return err
}

func (r *looped[R]) Known(err error) bool { return r.loop.Known(err) }

func (r *looped[R]) Again(n int, err error) {
	if r.loop.Again != nil {
		r.loop.Again(n, err)
	}
}
