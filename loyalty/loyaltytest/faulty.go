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

func (i *Injected) add(o Injected) {
	i.ErrRead += o.ErrRead
	i.ErrBefore += o.ErrBefore
	i.ErrAfter += o.ErrAfter
	i.Conflict += o.Conflict
	i.Cancelled += o.Cancelled
	i.StaleRead += o.StaleRead
}

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
		Commit:   func(ctx context.Context, s loyalty.Store, c loyalty.Commit) error { return s.Commit(ctx, c) },
		Batch:    batch,
		Memory:   func() loyalty.Store { return new(loyalty.Memory) },
		Clone:    clone,
		Conflict: conflict,
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

// conflict is what a storm refuses a commit with.
func conflict(ctx context.Context, store loyalty.Store, commit loyalty.Commit, pick func(n int) int) error {
	if commit.Validate() != nil || len(commit.Require)+len(commit.Changes) == 0 {
		return nil
	}
	if commit.Key != "" {
		if _, err := store.Receipt(ctx, commit.Scope, commit.Key); !errors.Is(err, loyalty.ErrNotFound) {
			return nil
		}
	}
	var subject loyalty.Subject
	if n := len(commit.Changes); n > 0 {
		subject = commit.Changes[pick(n)].Subject
	} else {
		subject = commit.Require[0].Subject
	}
	return &loyalty.Error{Subject: subject, Reason: "moved, as loyaltytest pretends", Err: loyalty.ErrConflict}
}

// clone copies what a caller may change after Commit has returned.
func clone(commit loyalty.Commit) loyalty.Commit {
	commit.Changes = append([]loyalty.Change(nil), commit.Changes...)
	for i := range commit.Changes {
		writes := append([]loyalty.Write(nil), commit.Changes[i].Writes...)
		for j, w := range writes {
			switch w := w.(type) {
			case loyalty.PutAccount:
				put := loyalty.PutAccount{Standing: w.Standing.Clone(), State: w.State.Clone()}
				for _, e := range w.Entries {
					put.Entries = append(put.Entries, e.Clone())
				}
				writes[j] = put
			case loyalty.PutRecord:
				writes[j] = loyalty.PutRecord{Record: w.Record.Clone()}
			case loyalty.Append:
				writes[j] = loyalty.Append{Entry: w.Entry.Clone()}
			case loyalty.Emit:
				writes[j] = loyalty.Emit{Event: w.Event.Clone()}
			}
		}
		commit.Changes[i].Writes = writes
	}
	commit.Require = append([]loyalty.Expect(nil), commit.Require...)
	commit.Receipt = append([]byte(nil), commit.Receipt...)
	return commit
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
	return storetest.Read(ctx, f.faults, func(from loyalty.Store) (loyalty.Account, error) { return from.Account(ctx, id) })
}

// Accounts implements [loyalty.Store].
func (f *Faulty) Accounts(ctx context.Context, filter loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	return storetest.Listing(ctx, f.faults, func(from loyalty.Store) iter.Seq2[loyalty.Account, error] { return from.Accounts(ctx, filter) })
}

// Postings implements [loyalty.Store].
func (f *Faulty) Postings(ctx context.Context, filter loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error] {
	return storetest.Listing(ctx, f.faults, func(from loyalty.Store) iter.Seq2[loyalty.Posting, error] { return from.Postings(ctx, filter) })
}

// Record implements [loyalty.Store].
func (f *Faulty) Record(ctx context.Context, s loyalty.Subject) (loyalty.Record, error) {
	return storetest.Read(ctx, f.faults, func(from loyalty.Store) (loyalty.Record, error) { return from.Record(ctx, s) })
}

// Records implements [loyalty.Store].
func (f *Faulty) Records(ctx context.Context, filter loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
	return storetest.Listing(ctx, f.faults, func(from loyalty.Store) iter.Seq2[loyalty.Record, error] { return from.Records(ctx, filter) })
}

// Head implements [loyalty.Store].
func (f *Faulty) Head(ctx context.Context, s loyalty.Subject) (loyalty.Head, error) {
	return storetest.Read(ctx, f.faults, func(from loyalty.Store) (loyalty.Head, error) { return from.Head(ctx, s) })
}

// Entries implements [loyalty.Store].
func (f *Faulty) Entries(ctx context.Context, filter loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
	return storetest.Listing(ctx, f.faults, func(from loyalty.Store) iter.Seq2[loyalty.Entry, error] { return from.Entries(ctx, filter) })
}

// Holder implements [loyalty.Store].
func (f *Faulty) Holder(ctx context.Context, space, key string) (loyalty.Subject, error) {
	return storetest.Read(ctx, f.faults, func(from loyalty.Store) (loyalty.Subject, error) { return from.Holder(ctx, space, key) })
}

// Receipt implements [loyalty.Store].
func (f *Faulty) Receipt(ctx context.Context, scope, key string) (loyalty.Receipt, error) {
	return storetest.Read(ctx, f.faults, func(loyalty.Store) (loyalty.Receipt, error) {
		return f.faults.Store().Receipt(ctx, scope, key)
	})
}
