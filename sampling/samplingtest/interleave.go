package samplingtest

import (
	"context"
	"iter"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
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
// A store that is wrapped is a [sampling.Store] and nothing besides: a task that reads
// an outbox closes over the store itself.
func Interleave(seed uint64, store sampling.Store, tasks ...func(sampling.Store)) {
	turns := make([]func(pause func()), len(tasks))
	for i, task := range tasks {
		own := store
		if f, ok := store.(*Faulty); ok {
			own = f.Fork()
		}
		turns[i] = func(pause func()) { task(&turnStore{own, pause}) }
	}
	storetest.Interleave("samplingtest", seed, turns...)
}

// turnStore pauses before it does anything.
type turnStore struct {
	store sampling.Store
	pause func()
}

func (s *turnStore) Borrowed() bool {
	b, ok := s.store.(sampling.Borrowed)
	return ok && b.Borrowed()
}

func (s *turnStore) Commit(ctx context.Context, c sampling.Commit) error {
	s.pause()
	return s.store.Commit(ctx, c)
}

func (s *turnStore) Record(ctx context.Context, subject sampling.Subject) (sampling.Record, error) {
	s.pause()
	return s.store.Record(ctx, subject)
}

func (s *turnStore) Records(ctx context.Context, f sampling.RecordFilter) iter.Seq2[sampling.Record, error] {
	return storetest.Pausing(s.pause, s.store.Records(ctx, f))
}

func (s *turnStore) Head(ctx context.Context, subject sampling.Subject) (sampling.Head, error) {
	s.pause()
	return s.store.Head(ctx, subject)
}

func (s *turnStore) Entries(ctx context.Context, f sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
	return storetest.Pausing(s.pause, s.store.Entries(ctx, f))
}

func (s *turnStore) Receipt(ctx context.Context, scope, key string) (sampling.Receipt, error) {
	s.pause()
	return s.store.Receipt(ctx, scope, key)
}
