package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// TB is the part of testing.TB that a case needs. A case never holds a *testing.T,
// so that a suite's own tests can run it on a [Recorder], against stores that are
// meant to fail.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Skip(args ...any)
	Context() context.Context
}

// A Rule is a promise, quoted from a comment: the type, field or heading that it
// stands under, and its words.
type Rule struct{ Of, Says string }

func (r Rule) String() string { return r.Of + ": " + r.Says }

// Says lists promises that stand under one heading.
func Says(of string, texts ...string) []Rule {
	rules := make([]Rule, len(texts))
	for i, text := range texts {
		rules[i] = Rule{of, text}
	}
	return rules
}

// Scene is one case at work on one store.
type Scene struct {
	t        TB
	ctx      context.Context
	patience time.Duration

	mu     sync.Mutex
	failed bool
	over   bool // what a goroutine that is left behind still says is not heard
}

// Play plays a case: prepare opens its store, and returns what runs it, or why it
// does not apply. The case runs in a goroutine of its own, so that a store that
// waits for its caller is a failure of this case and no hanging test. Where it
// fails, the rules of the package are printed that the store breaks.
func Play(t TB, pkg string, rules []Rule, patience time.Duration, prepare func(*Scene) (run func(), skip string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if patience <= 0 {
		patience = time.Minute
	}
	s := &Scene{t: t, ctx: ctx, patience: patience}
	run, skip := prepare(s)
	if skip != "" {
		t.Skip(skip)
		return
	}
	s.inTime(run)
	if s.failed {
		var text strings.Builder
		for _, r := range rules {
			fmt.Fprintf(&text, "\n  %v", r)
		}
		t.Errorf("the store breaks a rule of package %s:%s", pkg, text.String())
	}
}

// inTime runs do in a goroutine and reports a panic, and an end that does not come.
func (s *Scene) inTime(do func()) {
	s.t.Helper()
	timeout, stop := context.WithTimeout(context.WithoutCancel(s.ctx), s.patience)
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				s.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		do()
	}()
	select {
	case <-done:
	case <-timeout.Done():
		s.Errorf("the case did not end within %v: something waits for its caller, or for ever", s.patience)
	}
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
}

// T is where the case reports.
func (s *Scene) T() TB { return s.t }

// Context is that of the case.
func (s *Scene) Context() context.Context { return s.ctx }

// Errorf reports a failure, and the case goes on.
func (s *Scene) Errorf(format string, args ...any) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.failed = true
		s.t.Errorf(format, args...)
	}
}

// Failed reports whether the case has failed: the end of a case that goes step by
// step.
func (s *Scene) Failed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// Same wants two values to be equal in the contract's sense; see [Dump].
func (s *Scene) Same(what string, have, want any) {
	s.t.Helper()
	if h, w := Dump(have), Dump(want); h != w {
		s.Errorf("%s: %s", what, Differ(h, w))
	}
}

// Fails wants an error of a kind.
func (s *Scene) Fails(what string, err, want error) {
	s.t.Helper()
	if !errors.Is(err, want) {
		s.Errorf("%s: %v, want %v", what, err, want)
	}
}

// Rows reads a listing to its end.
func Rows[T any](s *Scene, listing iter.Seq2[T, error]) (all []T) {
	s.t.Helper()
	for row, err := range listing {
		if err != nil {
			s.Errorf("listing, after %d rows: %v", len(all), err)
			break
		}
		all = append(all, row)
	}
	return all
}

// Ended reads a listing and returns its rows and the error that ended it; a row
// after an error, and an error with a row, break the contract.
func Ended[T any](s *Scene, listing iter.Seq2[T, error]) (all []T, end error) {
	s.t.Helper()
	var none T
	for row, err := range listing {
		switch {
		case end != nil:
			s.Errorf("a listing went on after the error %v", end)
			return all, end
		case err != nil:
			if end = err; Dump(row) != Dump(none) {
				s.Errorf("the error of a listing comes with a row, want a zero value")
			}
		default:
			all = append(all, row)
		}
	}
	return all, end
}

// EndsWithin cancels a listing in the loop body of its third row, and wants no
// fourth.
func EndsWithin[T any](s *Scene, what string, list func(ctx context.Context) iter.Seq2[T, error]) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	n := 0
	var end error
	for _, err := range list(ctx) {
		if end = err; err != nil {
			break
		}
		if n++; n == 3 {
			cancel()
		}
	}
	if s.Fails(what+", cancelled in the loop body", end, context.Canceled); n != 3 {
		s.Errorf("%s: %d rows, when the loop body of the third had ended the context", what, n)
	}
}

// Last reads a listing to its end and returns the error of its last pair.
func Last[T any](listing iter.Seq2[T, error]) (end error) {
	for _, err := range listing {
		end = err
	}
	return end
}

// Together runs n goroutines that start at one moment, and waits for them.
func Together(n int, do func(i int)) {
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	group.Wait()
}

// Recorder is a [TB] that keeps what is said.
type Recorder struct {
	ctx  context.Context
	mu   sync.Mutex
	said []string
}

// NewRecorder returns a recorder whose cases run under ctx.
func NewRecorder(ctx context.Context) *Recorder { return &Recorder{ctx: ctx} }

// Said is what a case complained about.
func (r *Recorder) Said() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said
}

// Helper implements [TB].
func (r *Recorder) Helper() {}

// Skip implements [TB].
func (r *Recorder) Skip(...any) {}

// Logf implements [Logger].
func (r *Recorder) Logf(string, ...any) {}

// Context implements [TB].
func (r *Recorder) Context() context.Context { return r.ctx }

// Errorf implements [TB].
func (r *Recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
