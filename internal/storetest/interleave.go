package storetest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
)

// Interleave runs tasks that each call a Faulty of their own, a fork of f that pauses
// before each call and before each row of a listing; made wraps one as the domain's
// store.
func (f *Faulty[S, C]) Interleave(seed uint64, made func(*Faulty[S, C]) S, tasks []func(S)) {
	turns := make([]func(pause func()), len(tasks))
	for i, task := range tasks {
		own := f.Fork()
		turns[i] = func(pause func()) {
			own.pause = pause
			task(made(own))
		}
	}
	interleave(f.core.Package+"test", seed, turns)
}

// Pause lets other tasks go on.
func (f *Faulty[S, C]) Pause() { f.pause() }

// Within returns a Fork that pauses in the turn of another.
func (f *Faulty[S, C]) Within(turn *Faulty[S, C]) *Faulty[S, C] {
	own := f.Fork()
	own.pause = turn.pause
	return own
}

// interleave runs tasks so that exactly one runs at a time, and switches between
// them where a task calls its pause. Which task goes on, and how long tasks go on in
// this run, is drawn from the seed alone. It returns when all tasks have ended; a
// panic in one, and the end of its goroutine by t.FailNow, become those of the
// caller. Pkg is the suite in whose name it panics.
func interleave(pkg string, seed uint64, tasks []func(pause func())) {
	random := rand.New(rand.NewPCG(seed, 5))
	parked := make(chan bool) // from the task that ran: whether it has ended
	turns := make([]chan struct{}, len(tasks))
	ends := make([]taskEnd, len(tasks))
	waiting := make([]int, len(tasks))
	for i, task := range tasks {
		turns[i], waiting[i] = make(chan struct{}), i
		go func() {
			<-turns[i]
			defer func() {
				if ends[i].reason = recover(); ends[i].reason != nil {
					ends[i].stack = debug.Stack()
				}
				parked <- true
			}()
			task(func() {
				parked <- false
				<-turns[i]
			})
			ends[i].normal = true
		}()
	}
	stay := [...]float64{0, 0.5, 0.9, 0.98}[random.IntN(4)] // that the same task goes on
	n := 0
	for len(waiting) > 0 {
		if n >= len(waiting) || random.Float64() >= stay {
			n = random.IntN(len(waiting))
		}
		turns[waiting[n]] <- struct{}{}
		if <-parked {
			waiting, n = append(waiting[:n], waiting[n+1:]...), len(waiting)
		}
	}
	for i, end := range ends {
		switch {
		case end.reason != nil:
			panic(fmt.Sprintf("%s: task %d, seed %d: %v\n\n%s", pkg, i, seed, end.reason, end.stack))
		case !end.normal:
			runtime.Goexit()
		}
	}
}

// taskEnd is how a task ended: normally, with a panic, or else by runtime.Goexit.
type taskEnd struct {
	normal bool
	reason any
	stack  []byte
}

// pausing is a listing that pauses before each row.
func pausing[T any](pause func(), rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		pause()
		for row, err := range rows {
			if !yield(row, err) {
				return
			}
			pause()
		}
	}
}
