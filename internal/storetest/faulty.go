package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Rates are the probabilities of faults, each from 0 to 1 and drawn at each call
// that it can hit.
type Rates struct {
	ErrRead, ErrBefore, ErrAfter, Conflict, Cancelled, StaleRead float64
}

// Injected counts the faults that were injected.
type Injected struct{ ErrRead, ErrBefore, ErrAfter, Conflict, Cancelled, StaleRead int }

// Add counts the faults of another run, too.
func (i *Injected) Add(o Injected) {
	i.ErrRead += o.ErrRead
	i.ErrBefore += o.ErrBefore
	i.ErrAfter += o.ErrAfter
	i.Conflict += o.Conflict
	i.Cancelled += o.Cancelled
	i.StaleRead += o.StaleRead
}

// Every reports whether each kind of fault was injected more than n times.
func (i Injected) Every(n int) bool {
	return min(i.ErrRead, i.ErrBefore, i.ErrAfter, i.Conflict, i.Cancelled, i.StaleRead) > n
}

// Domain is what a [Faulty] has to know of stores S and commits C.
type Domain[S, C any] struct {
	Contract
	// Commit applies a commit to a store.
	Commit func(store S, ctx context.Context, commit C) error
	// Batch applies many; nil where the domain has no such thing.
	Batch func(ctx context.Context, store S, commits []C) []error
	// Memory returns an empty store that keeps the contract.
	Memory func() S
	// Neutral and Form are the neutral form of a store and of a commit.
	Neutral func(S) Store
	Form    func(C) Commit
	// Clone copies what a caller may change in a write of the domain's type after
	// Commit has returned.
	Clone func(write any) any
	// Injected is what a fault of the system wraps.
	Injected error
}

// Faulty decides where a store fails, and where its reads come from: the store, or
// its past. See crmtest.Faulty for what it promises to services.
type Faulty[S, C any] struct {
	core   *faultyCore[S, C]
	pause  func() // before each call, and before each row of a listing
	past   S      // the store as it was when applied commits had been made
	at     int    // so many of the history are in past
	begun  bool   // the first read since the last commit was made
	behind bool   // reads come from past
}

// faultyCore is what all forks share.
type faultyCore[S, C any] struct {
	Domain[S, C]
	store S
	rates Rates

	mu       sync.Mutex
	random   *rand.Rand
	storm    int      // commits to be refused
	history  []Commit // what was applied, in order
	blurred  bool     // the history is not known: there are no stale reads
	injected Injected
}

// NewFaulty returns what injects faults in front of an empty store.
func NewFaulty[S, C any](d Domain[S, C], store S, seed uint64, rates Rates) *Faulty[S, C] {
	return (&Faulty[S, C]{core: &faultyCore[S, C]{Domain: d, store: store, rates: rates, random: rand.New(rand.NewPCG(seed, 3))}}).Fork()
}

// Fork returns a Faulty on the same store with the same seed, whose stale reads
// are its own.
func (f *Faulty[S, C]) Fork() *Faulty[S, C] {
	return &Faulty[S, C]{core: f.core, pause: func() {}, past: f.core.Memory()}
}

// Store is the store behind it.
func (f *Faulty[S, C]) Store() S { return f.core.store }

// Injected returns what was injected so far, by all forks together.
func (f *Faulty[S, C]) Injected() Injected {
	f.core.mu.Lock()
	defer f.core.mu.Unlock()
	return f.core.injected
}

// hit draws whether a fault happens, and counts it.
func (c *faultyCore[S, C]) hit(rate float64, count *int) bool {
	if rate <= 0 || c.random.Float64() >= rate {
		return false
	}
	*count++
	return true
}

// Commit applies a commit, or fails.
func (f *Faulty[S, C]) Commit(ctx context.Context, commit C) error {
	f.pause()
	c := f.core
	c.mu.Lock()
	defer c.mu.Unlock()
	cancelled, err := f.before(ctx)
	if err != nil {
		return err
	}
	if c.storming() {
		if err := c.conflict(ctx, commit); err != nil {
			c.storm--
			return err
		}
	}
	err = c.Domain.Commit(c.store, ctx, commit)
	c.note(commit, err)
	if err != nil {
		return err
	}
	return c.after(cancelled)
}

// CommitBatch applies commits, or fails. A fault of the system befalls the whole
// batch, of which a part may have been applied; a storm refuses all of it.
func (f *Faulty[S, C]) CommitBatch(ctx context.Context, commits []C) []error {
	f.pause()
	c := f.core
	c.mu.Lock()
	defer c.mu.Unlock()
	errs := make([]error, len(commits))
	all := func(err error) []error {
		for i := range errs {
			if !refusal(errs[i]) {
				errs[i] = err
			}
		}
		return errs
	}
	cancelled, err := f.before(ctx)
	if err != nil {
		return all(err)
	}
	if len(commits) > 0 && c.storming() {
		c.storm--
		for i := range commits {
			errs[i] = c.conflict(ctx, commits[i])
		}
	}
	err = c.after(cancelled)
	send, at := make([]C, 0, len(commits)), make([]int, 0, len(commits))
	for i := range commits {
		if errs[i] == nil {
			send, at = append(send, commits[i]), append(at, i)
		}
	}
	if err != nil {
		send = send[:c.random.IntN(len(send)+1)] // what was not sent is not known to the caller
	}
	for i, e := range c.Batch(ctx, c.store, send) {
		errs[at[i]] = e
		c.note(send[i], e)
	}
	if err != nil {
		return all(err)
	}
	return errs
}

// before draws the faults that come before anything is applied, and whether the
// call ends with context.Canceled afterwards.
func (f *Faulty[S, C]) before(ctx context.Context) (cancelled bool, err error) {
	c := f.core
	f.begun, f.behind = false, false
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if c.hit(c.rates.ErrBefore, &c.injected.ErrBefore) {
		return false, fmt.Errorf("before the commit: %w", c.Domain.Injected)
	}
	if c.hit(c.rates.Cancelled, &c.injected.Cancelled) {
		if c.random.IntN(2) == 0 {
			return false, context.Canceled
		}
		return true, nil
	}
	return false, nil
}

// after is the error that comes although everything was applied.
func (c *faultyCore[S, C]) after(cancelled bool) error {
	if cancelled {
		return context.Canceled
	}
	if c.hit(c.rates.ErrAfter, &c.injected.ErrAfter) {
		return fmt.Errorf("after the commit: %w", c.Domain.Injected)
	}
	return nil
}

// storming reports whether the next commit is to be refused, if it can be.
func (c *faultyCore[S, C]) storming() bool {
	if c.storm == 0 && c.hit(c.rates.Conflict, &c.injected.Conflict) {
		c.storm = 1 + c.random.IntN(4)
	}
	return c.storm > 0
}

// conflict is the ErrConflict with which the store itself might refuse a commit: its
// key is new, and a subject is expected at some version. It is nil for any other.
func (c *faultyCore[S, C]) conflict(ctx context.Context, commit C) error {
	n := c.Form(commit)
	if c.Validate(n) != nil || len(n.Require)+len(n.Changes) == 0 {
		return nil
	}
	if n.Key != "" {
		if _, err := c.Neutral(c.store).Receipt(ctx, n.Scope, n.Key); !errors.Is(err, fault.ErrNotFound) {
			return nil
		}
	}
	var moved Subject
	if len(n.Changes) > 0 {
		moved = n.Changes[c.random.IntN(len(n.Changes))].Subject
	} else {
		moved = n.Require[0].Subject
	}
	return c.Error(Error{Subject: moved, Reason: "moved, as " + c.Package + "test pretends"}, fault.ErrConflict)
}

// note writes the history.
func (c *faultyCore[S, C]) note(commit C, err error) {
	switch {
	case err == nil:
		if c.rates.StaleRead > 0 {
			c.history = append(c.history, c.copied(commit))
		}
	case !refusal(err):
		c.blurred = true
	}
}

// copied is a commit of which nothing is the caller's.
func (c *faultyCore[S, C]) copied(commit C) Commit {
	n := c.Form(commit)
	n.Receipt = slices.Clone(n.Receipt)
	for _, change := range n.Changes {
		for i, w := range change.Writes {
			if own, ok := w.(Own); ok {
				change.Writes[i] = Own{c.Clone(own.Write)}
			}
		}
	}
	return n
}

// refusal reports whether an error says that nothing was applied.
func refusal(err error) bool {
	for _, known := range []error{fault.ErrInvalid, fault.ErrUnsupported, fault.ErrDuplicate, fault.ErrConflict, fault.ErrTaken} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// catchUp replays the history into past up to a commit.
func (f *Faulty[S, C]) catchUp(to int) {
	for ; f.at < to; f.at++ {
		if err := f.core.Neutral(f.past).Commit(context.Background(), f.core.history[f.at]); err != nil {
			f.core.blurred = true // the store was not empty, or others changed it
			return
		}
	}
}

// source says where a read comes from, or how it fails.
func (f *Faulty[S, C]) source(ctx context.Context) (from S, err error) {
	c := f.core
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return c.store, err
	}
	if c.hit(c.rates.ErrRead, &c.injected.ErrRead) {
		return c.store, fmt.Errorf("reading: %w", c.Domain.Injected)
	}
	if c.hit(c.rates.Cancelled, &c.injected.Cancelled) {
		return c.store, context.Canceled
	}
	behind := len(c.history) - f.at
	switch {
	case !f.begun:
		f.begun = true
		if behind > 0 && c.hit(c.rates.StaleRead, &c.injected.StaleRead) {
			f.behind = true
			f.catchUp(len(c.history) - 1 - min(behind-1, c.random.IntN(4)))
		}
	case f.behind && behind > 0 && c.random.IntN(4) == 0:
		f.catchUp(f.at + 1 + c.random.IntN(behind))
	}
	if f.behind = f.behind && f.at < len(c.history) && !c.blurred; f.behind {
		return f.past, nil
	}
	return c.store, nil
}

// Read is a read of one thing with a method of the store.
func Read[S, C, A, T any](ctx context.Context, f *Faulty[S, C], read func(store S, ctx context.Context, of A) (T, error), of A) (T, error) {
	f.pause()
	from, err := f.source(ctx)
	if err != nil {
		return *new(T), err
	}
	return read(from, ctx, of)
}

// ReadKey is a read by space and key.
func ReadKey[S, C, T any](ctx context.Context, f *Faulty[S, C], read func(store S, ctx context.Context, space, key string) (T, error), space, key string) (T, error) {
	return Read(ctx, f, func(from S, ctx context.Context, key string) (T, error) { return read(from, ctx, space, key) }, key)
}

// ReadFresh is ReadKey of what is never stale.
func ReadFresh[S, C, T any](ctx context.Context, f *Faulty[S, C], read func(store S, ctx context.Context, scope, key string) (T, error), scope, key string) (T, error) {
	return Read(ctx, f, func(_ S, ctx context.Context, key string) (T, error) { return read(f.core.store, ctx, scope, key) }, key)
}

// Listing is a read of many with a method of the store. It comes from one moment, and
// where it fails, it fails after some rows.
func Listing[S, C, A, T any](ctx context.Context, f *Faulty[S, C], list func(store S, ctx context.Context, filter A) iter.Seq2[T, error], filter A) iter.Seq2[T, error] {
	return pausing(f.pause, func(yield func(T, error) bool) {
		from, failure := f.source(ctx)
		left := 0
		if failure != nil {
			f.core.mu.Lock()
			left = f.core.random.IntN(4)
			f.core.mu.Unlock()
		}
		for row, err := range list(from, ctx, filter) {
			if failure != nil && left == 0 {
				break
			}
			left--
			if !yield(row, err) || err != nil {
				return
			}
		}
		if failure != nil {
			yield(*new(T), failure)
		}
	})
}
