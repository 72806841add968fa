package loyaltytest

import (
	"context"
	"errors"
	"iter"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// ErrInjected is what a [Faulty] returns, wrapped, where a system fails.
var ErrInjected = errors.New("loyaltytest: injected failure of the system")

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

// Faulty is a [loyalty.Store] that fails as systems do, for tests of services: of the
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
	faults *storetest.Faulty[loyalty.Store, loyalty.Commit]
}

// NewFaulty returns a store that injects faults in front of another. The store is
// empty, and is changed through the Faulty and its forks only: stale reads are
// played back from what they saw.
func NewFaulty(store loyalty.Store, seed uint64, rates Rates) *Faulty {
	return &Faulty{storetest.NewFaulty(storetest.Domain[loyalty.Store, loyalty.Commit]{
		Contract: contract,
		Commit:   loyalty.Store.Commit,
		Batch:    batch,
		Memory:   func() loyalty.Store { return new(loyalty.Memory) },
		Neutral:  func(s loyalty.Store) storetest.Store { return neutral{s} },
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

// Borrowed implements [loyalty.Borrowed] for a store that is.
func (f *Faulty) Borrowed() bool {
	b, ok := f.faults.Store().(loyalty.Borrowed)
	return ok && b.Borrowed()
}

// clone copies what a caller may change in a write after Commit has returned.
func clone(write any) any {
	switch w := write.(type) {
	case loyalty.PutAccount:
		put := loyalty.PutAccount{Standing: w.Standing.Clone(), State: w.State.Clone()}
		for _, e := range w.Entries {
			put.Entries = append(put.Entries, e.Clone())
		}
		return put
	case loyalty.PutRecord:
		return loyalty.PutRecord{Record: w.Record.Clone()}
	case loyalty.Append:
		return loyalty.Append{Entry: w.Entry.Clone()}
	case loyalty.Emit:
		return loyalty.Emit{Event: w.Event.Clone()}
	}
	return write
}

// Commit implements [loyalty.Store].
func (f *Faulty) Commit(ctx context.Context, commit loyalty.Commit) error {
	return f.faults.Commit(ctx, commit)
}

// CommitBatch implements [loyalty.BatchCommitter], one by one over a store that
// does not. A fault of the system befalls all that were not refused, of which some
// may have been applied; a storm refuses all.
func (f *Faulty) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	return f.faults.CommitBatch(ctx, commits)
}

// batch commits many, where need be one by one.
func batch(ctx context.Context, store loyalty.Store, commits []loyalty.Commit) []error {
	if b, ok := store.(loyalty.BatchCommitter); ok {
		return b.CommitBatch(ctx, commits)
	}
	errs := make([]error, len(commits))
	for i := range commits {
		errs[i] = store.Commit(ctx, commits[i])
	}
	return errs
}

// Account implements [loyalty.Store].
func (f *Faulty) Account(ctx context.Context, id string) (loyalty.Account, error) {
	return storetest.Read(ctx, f.faults, loyalty.Store.Account, id)
}

// Accounts implements [loyalty.Store].
func (f *Faulty) Accounts(ctx context.Context, filter loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	return storetest.Listing(ctx, f.faults, loyalty.Store.Accounts, filter)
}

// Postings implements [loyalty.Store].
func (f *Faulty) Postings(ctx context.Context, filter loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error] {
	return storetest.Listing(ctx, f.faults, loyalty.Store.Postings, filter)
}

// Record implements [loyalty.Store].
func (f *Faulty) Record(ctx context.Context, s loyalty.Subject) (loyalty.Record, error) {
	return storetest.Read(ctx, f.faults, loyalty.Store.Record, s)
}

// Records implements [loyalty.Store].
func (f *Faulty) Records(ctx context.Context, filter loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
	return storetest.Listing(ctx, f.faults, loyalty.Store.Records, filter)
}

// Head implements [loyalty.Store].
func (f *Faulty) Head(ctx context.Context, s loyalty.Subject) (loyalty.Head, error) {
	return storetest.Read(ctx, f.faults, loyalty.Store.Head, s)
}

// Entries implements [loyalty.Store].
func (f *Faulty) Entries(ctx context.Context, filter loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
	return storetest.Listing(ctx, f.faults, loyalty.Store.Entries, filter)
}

// Holder implements [loyalty.Store].
func (f *Faulty) Holder(ctx context.Context, space, key string) (loyalty.Subject, error) {
	return storetest.ReadKey(ctx, f.faults, loyalty.Store.Holder, space, key)
}

// Receipt implements [loyalty.Store].
func (f *Faulty) Receipt(ctx context.Context, scope, key string) (loyalty.Receipt, error) {
	return storetest.ReadFresh(ctx, f.faults, loyalty.Store.Receipt, scope, key)
}
