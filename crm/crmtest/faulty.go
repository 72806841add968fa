package crmtest

import (
	"context"
	"errors"
	"iter"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
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
	faults *storetest.Faulty[crm.Store, crm.Commit]
}

// NewFaulty returns a store that injects faults in front of another. The store is
// empty, and is changed through the Faulty and its forks only: stale reads are
// played back from what they saw.
func NewFaulty(store crm.Store, seed uint64, rates Rates) *Faulty {
	return &Faulty{storetest.NewFaulty(storetest.Domain[crm.Store, crm.Commit]{
		Contract: contract,
		Commit:   crm.Store.Commit,
		Memory:   func() crm.Store { return new(crm.Memory) },
		Neutral:  func(s crm.Store) storetest.Store { return neutral{s} },
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

// Borrowed implements [crm.Borrowed] for a store that is.
func (f *Faulty) Borrowed() bool {
	b, ok := f.faults.Store().(crm.Borrowed)
	return ok && b.Borrowed()
}

// clone copies what a caller may change in a write after Commit has returned.
func clone(write any) any {
	switch w := write.(type) {
	case crm.PutProfile:
		return crm.PutProfile{Profile: w.Profile.Clone()}
	case crm.PutStanding:
		return crm.PutStanding{Standing: w.Standing.Clone()}
	case crm.PutRecord:
		return crm.PutRecord{Record: w.Record.Clone()}
	case crm.Append:
		return crm.Append{Entry: w.Entry.Clone()}
	case crm.Emit:
		return crm.Emit{Event: w.Event.Clone()}
	}
	return write
}

// Commit implements [crm.Store].
func (f *Faulty) Commit(ctx context.Context, commit crm.Commit) error {
	return f.faults.Commit(ctx, commit)
}

// Customer implements [crm.Store].
func (f *Faulty) Customer(ctx context.Context, id string) (crm.Customer, error) {
	return storetest.Read(ctx, f.faults, crm.Store.Customer, id)
}

// Customers implements [crm.Store].
func (f *Faulty) Customers(ctx context.Context, filter crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	return storetest.Listing(ctx, f.faults, crm.Store.Customers, filter)
}

// Record implements [crm.Store].
func (f *Faulty) Record(ctx context.Context, s crm.Subject) (crm.Record, error) {
	return storetest.Read(ctx, f.faults, crm.Store.Record, s)
}

// Records implements [crm.Store].
func (f *Faulty) Records(ctx context.Context, filter crm.RecordFilter) iter.Seq2[crm.Record, error] {
	return storetest.Listing(ctx, f.faults, crm.Store.Records, filter)
}

// Head implements [crm.Store].
func (f *Faulty) Head(ctx context.Context, s crm.Subject) (crm.Head, error) {
	return storetest.Read(ctx, f.faults, crm.Store.Head, s)
}

// Entries implements [crm.Store].
func (f *Faulty) Entries(ctx context.Context, filter crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	return storetest.Listing(ctx, f.faults, crm.Store.Entries, filter)
}

// Holder implements [crm.Store].
func (f *Faulty) Holder(ctx context.Context, space, key string) (crm.Subject, error) {
	return storetest.ReadKey(ctx, f.faults, crm.Store.Holder, space, key)
}

// Receipt implements [crm.Store].
func (f *Faulty) Receipt(ctx context.Context, scope, key string) (crm.Receipt, error) {
	return storetest.ReadFresh(ctx, f.faults, crm.Store.Receipt, scope, key)
}
