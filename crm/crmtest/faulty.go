package crmtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"

	"github.com/guanxi-go/guanxi/crm"
)

// ErrInjected is what a [Faulty] returns, wrapped, where a system fails.
var ErrInjected = errors.New("crmtest: injected failure of the system")

// Rates are the probabilities of faults, each from 0 to 1 and drawn at each call
// that it can hit. The zero value injects nothing.
type Rates struct {
	ErrRead   float64 // a read fails; a listing perhaps after some rows
	ErrBefore float64 // Commit fails and has applied nothing
	ErrAfter  float64 // Commit fails although everything was applied: the ambiguous error
	Conflict  float64 // Commit begins a storm: this one, and up to three more, are refused with ErrConflict
	Cancelled float64 // a call ends with context.Canceled; a Commit before or after it was applied
	StaleRead float64 // the reads up to the next Commit begin with what was so some commits ago
}

// Injected counts the faults that were injected.
type Injected struct{ ErrRead, ErrBefore, ErrAfter, Conflict, Cancelled, StaleRead int }

func (i *Injected) add(o Injected) {
	i.ErrRead += o.ErrRead
	i.ErrBefore += o.ErrBefore
	i.ErrAfter += o.ErrAfter
	i.Conflict += o.Conflict
	i.Cancelled += o.Cancelled
	i.StaleRead += o.StaleRead
}

// Faulty is a [crm.Store] that fails as systems do, for tests of services: of the
// library's own and of a host's. What it does follows from its seed and the order
// of the calls alone, so that a run in one goroutine, or under [Interleave], can be
// repeated.
//
// It keeps the contract but for what Rates name, and each of those can befall a
// service over a good store, too. Stale reads are what a service sees whose reads
// came before the commits of others: between two commits they all come from one
// earlier moment, or from a later one as they go on, so a head is never older or
// newer than its record; the journal, the claims and the listings agree with both.
// In one way they are ruder than any store may be: they may miss the service's own
// last commit. What a service then returns may be old; what it commits may not be
// wrong. Receipt is never stale, and a storm never refuses a key that was
// committed.
//
// A Faulty may be used by many goroutines. What belongs to a stretch of reads is
// kept for each [Faulty.Fork] apart.
type Faulty struct {
	core   *faultyCore
	past   *crm.Memory // the store as it was when applied commits had been made
	at     int         // so many of the history are in past
	begun  bool        // the first read since the last commit was made
	behind bool        // reads come from past
}

// faultyCore is what all forks share.
type faultyCore struct {
	store crm.Store
	rates Rates

	mu       sync.Mutex
	random   *rand.Rand
	storm    int          // commits to be refused
	history  []crm.Commit // what was applied, in order
	blurred  bool         // the history is not known: there are no stale reads
	injected Injected
}

// NewFaulty returns a store that injects faults in front of another. The store is
// empty, and is changed through the Faulty and its forks only: stale reads are
// played back from what they saw.
func NewFaulty(store crm.Store, seed uint64, rates Rates) *Faulty {
	return (&Faulty{core: &faultyCore{store: store, rates: rates, random: rand.New(rand.NewPCG(seed, 3))}}).Fork()
}

// Fork returns a Faulty on the same store with the same seed, whose stale reads
// are its own: one for each goroutine, so that no reader goes back in time within
// one decision because another has committed.
func (f *Faulty) Fork() *Faulty { return &Faulty{core: f.core, past: new(crm.Memory)} }

// Injected returns what was injected so far, by all forks together.
func (f *Faulty) Injected() Injected {
	f.core.mu.Lock()
	defer f.core.mu.Unlock()
	return f.core.injected
}

// Borrowed implements [crm.Borrowed] for a store that is.
func (f *Faulty) Borrowed() bool {
	b, ok := f.core.store.(crm.Borrowed)
	return ok && b.Borrowed()
}

// hit draws whether a fault happens, and counts it.
func (c *faultyCore) hit(rate float64, count *int) bool {
	if rate <= 0 || c.random.Float64() >= rate {
		return false
	}
	*count++
	return true
}

// Commit implements [crm.Store].
func (f *Faulty) Commit(ctx context.Context, commit crm.Commit) error {
	c := f.core
	c.mu.Lock()
	defer c.mu.Unlock()
	f.begun, f.behind = false, false
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.hit(c.rates.ErrBefore, &c.injected.ErrBefore) {
		return fmt.Errorf("before the commit: %w", ErrInjected)
	}
	cancelled := c.hit(c.rates.Cancelled, &c.injected.Cancelled)
	if cancelled && c.random.IntN(2) == 0 {
		return context.Canceled
	}
	if err := c.conflict(ctx, commit); err != nil {
		return err
	}
	if err := c.apply(ctx, commit); err != nil {
		return err
	}
	if cancelled {
		return context.Canceled
	}
	if c.hit(c.rates.ErrAfter, &c.injected.ErrAfter) {
		return fmt.Errorf("after the commit: %w", ErrInjected)
	}
	return nil
}

// conflict refuses a commit in a storm, where the store itself might: its key is
// new, and a subject is expected at some version.
func (c *faultyCore) conflict(ctx context.Context, commit crm.Commit) error {
	if c.storm == 0 && c.hit(c.rates.Conflict, &c.injected.Conflict) {
		c.storm = 1 + c.random.IntN(4)
	}
	if c.storm == 0 || commit.Validate() != nil || len(commit.Require)+len(commit.Changes) == 0 {
		return nil
	}
	if commit.Key != "" {
		if _, err := c.store.Receipt(ctx, commit.Scope, commit.Key); !errors.Is(err, crm.ErrNotFound) {
			return nil
		}
	}
	c.storm--
	var subject crm.Subject
	if n := len(commit.Changes); n > 0 {
		subject = commit.Changes[c.random.IntN(n)].Subject
	} else {
		subject = commit.Require[0].Subject
	}
	return &crm.Error{Subject: subject, Reason: "moved, as crmtest pretends", Err: crm.ErrConflict}
}

// apply commits and writes the history.
func (c *faultyCore) apply(ctx context.Context, commit crm.Commit) error {
	err := c.store.Commit(ctx, commit)
	switch {
	case err == nil:
		if c.rates.StaleRead > 0 {
			c.history = append(c.history, clone(commit))
		}
	case !refusal(err):
		c.blurred = true
	}
	return err
}

// refusal reports whether an error says that nothing was applied.
func refusal(err error) bool {
	for _, known := range []error{crm.ErrInvalid, crm.ErrUnsupported, crm.ErrDuplicate, crm.ErrConflict, crm.ErrTaken} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// clone copies what a caller may change after Commit has returned.
func clone(commit crm.Commit) crm.Commit {
	commit.Changes = append([]crm.Change(nil), commit.Changes...)
	for i := range commit.Changes {
		writes := append([]crm.Write(nil), commit.Changes[i].Writes...)
		for j, w := range writes {
			switch w := w.(type) {
			case crm.PutProfile:
				writes[j] = crm.PutProfile{Profile: w.Profile.Clone()}
			case crm.PutStanding:
				writes[j] = crm.PutStanding{Standing: w.Standing.Clone()}
			case crm.PutRecord:
				writes[j] = crm.PutRecord{Record: w.Record.Clone()}
			case crm.Append:
				writes[j] = crm.Append{Entry: w.Entry.Clone()}
			case crm.Emit:
				writes[j] = crm.Emit{Event: w.Event.Clone()}
			}
		}
		commit.Changes[i].Writes = writes
	}
	commit.Require = append([]crm.Expect(nil), commit.Require...)
	commit.Receipt = append([]byte(nil), commit.Receipt...)
	return commit
}

// catchUp replays the history into past up to a commit.
func (f *Faulty) catchUp(to int) {
	for ; f.at < to; f.at++ {
		if err := f.past.Commit(context.Background(), f.core.history[f.at]); err != nil {
			f.core.blurred = true // the store was not empty, or others changed it
			return
		}
	}
}

// source says where a read comes from, or how it fails.
func (f *Faulty) source(ctx context.Context) (crm.Store, error) {
	c := f.core
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.hit(c.rates.ErrRead, &c.injected.ErrRead) {
		return nil, fmt.Errorf("reading: %w", ErrInjected)
	}
	if c.hit(c.rates.Cancelled, &c.injected.Cancelled) {
		return nil, context.Canceled
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

// Customer implements [crm.Store].
func (f *Faulty) Customer(ctx context.Context, id string) (crm.Customer, error) {
	from, err := f.source(ctx)
	if err != nil {
		return crm.Customer{}, err
	}
	return from.Customer(ctx, id)
}

// Customers implements [crm.Store].
func (f *Faulty) Customers(ctx context.Context, filter crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	return faultyRows(f, ctx, func(from crm.Store) iter.Seq2[crm.Customer, error] { return from.Customers(ctx, filter) })
}

// Record implements [crm.Store].
func (f *Faulty) Record(ctx context.Context, s crm.Subject) (crm.Record, error) {
	from, err := f.source(ctx)
	if err != nil {
		return crm.Record{}, err
	}
	return from.Record(ctx, s)
}

// Records implements [crm.Store].
func (f *Faulty) Records(ctx context.Context, filter crm.RecordFilter) iter.Seq2[crm.Record, error] {
	return faultyRows(f, ctx, func(from crm.Store) iter.Seq2[crm.Record, error] { return from.Records(ctx, filter) })
}

// Head implements [crm.Store].
func (f *Faulty) Head(ctx context.Context, s crm.Subject) (crm.Head, error) {
	from, err := f.source(ctx)
	if err != nil {
		return crm.Head{}, err
	}
	return from.Head(ctx, s)
}

// Entries implements [crm.Store].
func (f *Faulty) Entries(ctx context.Context, filter crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	return faultyRows(f, ctx, func(from crm.Store) iter.Seq2[crm.Entry, error] { return from.Entries(ctx, filter) })
}

// Holder implements [crm.Store].
func (f *Faulty) Holder(ctx context.Context, space, key string) (crm.Subject, error) {
	from, err := f.source(ctx)
	if err != nil {
		return crm.Subject{}, err
	}
	return from.Holder(ctx, space, key)
}

// Receipt implements [crm.Store].
func (f *Faulty) Receipt(ctx context.Context, scope, key string) (crm.Receipt, error) {
	if _, err := f.source(ctx); err != nil {
		return crm.Receipt{}, err
	}
	return f.core.store.Receipt(ctx, scope, key)
}

// faultyRows is a listing. It comes from one moment, and where it fails, it fails
// after some rows.
func faultyRows[T any](f *Faulty, ctx context.Context, list func(crm.Store) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		from, fault := f.source(ctx)
		left := 0
		if fault != nil {
			from = f.core.store
			f.core.mu.Lock()
			left = f.core.random.IntN(4)
			f.core.mu.Unlock()
		}
		var none T
		for row, err := range list(from) {
			if fault != nil && left == 0 {
				break
			}
			left--
			if !yield(row, err) || err != nil {
				return
			}
		}
		if fault != nil {
			yield(none, fault)
		}
	}
}
