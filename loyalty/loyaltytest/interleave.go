package loyaltytest

import (
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
	f, ok := store.(*Faulty)
	if !ok {
		f = NewFaulty(store, seed, Rates{}) // it fails nowhere
	}
	f.faults.Interleave(seed, func(own *storetest.Faulty[loyalty.Store, loyalty.Commit]) loyalty.Store { return &Faulty{own} }, tasks)
}
