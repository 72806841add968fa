package loyaltytest

import (
	"context"
	"iter"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Interleave runs tasks over one store so that exactly one runs at a time, and
// switches between them at the calls of the store: before each method, and before
// each row of a listing. Which task goes on is drawn from the seed alone, so a run
// can be repeated, and many seeds try many orders. How long a task goes on is drawn
// too, once for each seed: some seeds switch at every call, others let one task
// finish much of its work while another waits in the middle of its own, for some
// faults need the one and some the other. It returns when all tasks have.
//
// Each task gets a store of its own to call, of a [Faulty] its own Fork. A task may
// call other goroutines' work into being only if these do not call the store, and
// may not wait for another task. A panic in a task, and the end of its goroutine by
// t.FailNow, become those of the caller, when the other tasks have ended.
//
// A store that is wrapped is a [loyalty.Store] and a [loyalty.BatchCommitter], which
// commits one by one where the store is none, and nothing besides: a task that reads
// an outbox closes over the store itself.
func Interleave(seed uint64, store loyalty.Store, tasks ...func(loyalty.Store)) {
	turns := make([]func(pause func()), len(tasks))
	for i, task := range tasks {
		own := store
		if f, ok := store.(*Faulty); ok {
			own = f.Fork()
		}
		turns[i] = func(pause func()) { task(&turnStore{own, pause}) }
	}
	storetest.Interleave("loyaltytest", seed, turns...)
}

// turnStore pauses before it does anything.
type turnStore struct {
	store loyalty.Store
	pause func()
}

func (s *turnStore) Borrowed() bool {
	b, ok := s.store.(loyalty.Borrowed)
	return ok && b.Borrowed()
}

func (s *turnStore) Commit(ctx context.Context, c loyalty.Commit) error {
	s.pause()
	return s.store.Commit(ctx, c)
}

// CommitBatch is one step, as it is one call.
func (s *turnStore) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	s.pause()
	return batch(ctx, s.store, commits)
}

func (s *turnStore) Account(ctx context.Context, id string) (loyalty.Account, error) {
	s.pause()
	return s.store.Account(ctx, id)
}

func (s *turnStore) Accounts(ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
	return storetest.Pausing(s.pause, s.store.Accounts(ctx, f))
}

func (s *turnStore) Postings(ctx context.Context, f loyalty.PostingFilter) iter.Seq2[loyalty.Posting, error] {
	return storetest.Pausing(s.pause, s.store.Postings(ctx, f))
}

func (s *turnStore) Record(ctx context.Context, subject loyalty.Subject) (loyalty.Record, error) {
	s.pause()
	return s.store.Record(ctx, subject)
}

func (s *turnStore) Records(ctx context.Context, f loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
	return storetest.Pausing(s.pause, s.store.Records(ctx, f))
}

func (s *turnStore) Head(ctx context.Context, subject loyalty.Subject) (loyalty.Head, error) {
	s.pause()
	return s.store.Head(ctx, subject)
}

func (s *turnStore) Entries(ctx context.Context, f loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
	return storetest.Pausing(s.pause, s.store.Entries(ctx, f))
}

func (s *turnStore) Holder(ctx context.Context, space, key string) (loyalty.Subject, error) {
	s.pause()
	return s.store.Holder(ctx, space, key)
}

func (s *turnStore) Receipt(ctx context.Context, scope, key string) (loyalty.Receipt, error) {
	s.pause()
	return s.store.Receipt(ctx, scope, key)
}
