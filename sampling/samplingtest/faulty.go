package samplingtest

import (
	"context"
	"errors"
	"iter"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// ErrInjected is what a [Faulty] returns, wrapped, where a system fails.
var ErrInjected = errors.New("samplingtest: injected failure of the system")

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

// Faulty is a [sampling.Store] that fails as systems do, for tests of services: of the
// library's own and of a host's. What it does follows from its seed and the order
// of the calls alone, so that a run in one goroutine, or under [Interleave], can be
// repeated.
//
// It keeps the contract but for what Rates name, and each of those can befall a
// service over a good store, too. Stale reads are what a service sees whose reads
// came before the commits of others: between two commits they all come from one
// earlier moment, or from a later one as they go on, so a head is never older or
// newer than its record; the journal and the listings agree with both.
// In one way they are ruder than any store may be: they may miss the service's own
// last commit. What a service then returns may be old; what it commits may not be
// wrong. Receipt is never stale, and a storm never refuses a key that was
// committed.
//
// A Faulty may be used by many goroutines. What belongs to a stretch of reads is
// kept for each [Faulty.Fork] apart.
type Faulty struct {
	faults *storetest.Faulty[sampling.Store, sampling.Commit]
}

// NewFaulty returns a store that injects faults in front of another. The store is
// empty, and is changed through the Faulty and its forks only: stale reads are
// played back from what they saw.
func NewFaulty(store sampling.Store, seed uint64, rates Rates) *Faulty {
	return &Faulty{storetest.NewFaulty(storetest.Domain[sampling.Store, sampling.Commit]{
		Contract: contract,
		Commit:   sampling.Store.Commit,
		Memory:   func() sampling.Store { return new(sampling.Memory) },
		Neutral:  func(s sampling.Store) storetest.Store { return neutral{s} },
		Form:     neutralCommit,
		Clone:    clone,
		Injected: ErrInjected,
	}, store, seed, storetest.Rates(rates))}
}

// Fork returns a Faulty on the same store with the same seed, whose stale reads
// are its own: one for each goroutine, so that no reader goes back in time within
// one decision because another has committed.
func (f *Faulty) Fork() *Faulty { return &Faulty{f.faults.Fork()} }

// Injected returns what was injected so far, by all forks together.
func (f *Faulty) Injected() Injected { return Injected(f.faults.Injected()) }

// Borrowed implements [sampling.Borrowed] for a store that is.
func (f *Faulty) Borrowed() bool {
	b, ok := f.faults.Store().(sampling.Borrowed)
	return ok && b.Borrowed()
}

// clone copies what a caller may change in a write after Commit has returned.
func clone(write any) any {
	switch w := write.(type) {
	case sampling.PutRecord:
		return sampling.PutRecord{Record: w.Record.Clone()}
	case sampling.Append:
		return sampling.Append{Entry: w.Entry.Clone()}
	case sampling.Emit:
		return sampling.Emit{Event: w.Event.Clone()}
	}
	return write
}

// Commit implements [sampling.Store].
func (f *Faulty) Commit(ctx context.Context, commit sampling.Commit) error {
	return f.faults.Commit(ctx, commit)
}

// Record implements [sampling.Store].
func (f *Faulty) Record(ctx context.Context, s sampling.Subject) (sampling.Record, error) {
	return storetest.Read(ctx, f.faults, sampling.Store.Record, s)
}

// Records implements [sampling.Store].
func (f *Faulty) Records(ctx context.Context, filter sampling.RecordFilter) iter.Seq2[sampling.Record, error] {
	return storetest.Listing(ctx, f.faults, sampling.Store.Records, filter)
}

// Head implements [sampling.Store].
func (f *Faulty) Head(ctx context.Context, s sampling.Subject) (sampling.Head, error) {
	return storetest.Read(ctx, f.faults, sampling.Store.Head, s)
}

// Entries implements [sampling.Store].
func (f *Faulty) Entries(ctx context.Context, filter sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
	return storetest.Listing(ctx, f.faults, sampling.Store.Entries, filter)
}

// Receipt implements [sampling.Store].
func (f *Faulty) Receipt(ctx context.Context, scope, key string) (sampling.Receipt, error) {
	return storetest.ReadFresh(ctx, f.faults, sampling.Store.Receipt, scope, key)
}
