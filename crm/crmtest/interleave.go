package crmtest

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"runtime/debug"

	"github.com/guanxi-go/guanxi/crm"
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
// A store that is wrapped is a [crm.Store] and nothing besides: a task that reads
// an outbox closes over the store itself.
func Interleave(seed uint64, store crm.Store, tasks ...func(crm.Store)) {
	random := rand.New(rand.NewPCG(seed, 5))
	parked := make(chan bool) // from the task that ran: whether it has ended
	turns := make([]chan struct{}, len(tasks))
	ends := make([]taskEnd, len(tasks))
	waiting := make([]int, len(tasks))
	for i, task := range tasks {
		turns[i], waiting[i] = make(chan struct{}), i
		own := &turnStore{store: store, pause: func() {
			parked <- false
			<-turns[i]
		}}
		if f, ok := store.(*Faulty); ok {
			own.store = f.Fork()
		}
		go func() {
			<-turns[i]
			defer func() {
				if ends[i].reason = recover(); ends[i].reason != nil {
					ends[i].stack = debug.Stack()
				}
				parked <- true
			}()
			task(own)
			ends[i].normal = true
		}()
	}
	stay := [...]float64{0, 0.5, 0.9, 0.98}[random.IntN(4)] // that the same task goes on
	n := 0
	for len(waiting) > 0 {
		if n >= len(waiting) || random.Float64() >= stay {
			n = random.IntN(len(waiting))
		}
		turns[waiting[n]] <- struct{}{}
		if <-parked {
			waiting, n = append(waiting[:n], waiting[n+1:]...), len(waiting)
		}
	}
	for i, end := range ends {
		switch {
		case end.reason != nil:
			panic(fmt.Sprintf("crmtest: task %d, seed %d: %v\n\n%s", i, seed, end.reason, end.stack))
		case !end.normal:
			runtime.Goexit()
		}
	}
}

// taskEnd is how a task ended: normally, with a panic, or else by runtime.Goexit.
type taskEnd struct {
	normal bool
	reason any
	stack  []byte
}

// turnStore pauses before it does anything.
type turnStore struct {
	store crm.Store
	pause func()
}

func (s *turnStore) Borrowed() bool {
	b, ok := s.store.(crm.Borrowed)
	return ok && b.Borrowed()
}

func (s *turnStore) Commit(ctx context.Context, c crm.Commit) error {
	s.pause()
	return s.store.Commit(ctx, c)
}

func (s *turnStore) Customer(ctx context.Context, id string) (crm.Customer, error) {
	s.pause()
	return s.store.Customer(ctx, id)
}

func (s *turnStore) Customers(ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	return turnRows(s.pause, s.store.Customers(ctx, f))
}

func (s *turnStore) Record(ctx context.Context, subject crm.Subject) (crm.Record, error) {
	s.pause()
	return s.store.Record(ctx, subject)
}

func (s *turnStore) Records(ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
	return turnRows(s.pause, s.store.Records(ctx, f))
}

func (s *turnStore) Head(ctx context.Context, subject crm.Subject) (crm.Head, error) {
	s.pause()
	return s.store.Head(ctx, subject)
}

func (s *turnStore) Entries(ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	return turnRows(s.pause, s.store.Entries(ctx, f))
}

func (s *turnStore) Holder(ctx context.Context, space, key string) (crm.Subject, error) {
	s.pause()
	return s.store.Holder(ctx, space, key)
}

func (s *turnStore) Receipt(ctx context.Context, scope, key string) (crm.Receipt, error) {
	s.pause()
	return s.store.Receipt(ctx, scope, key)
}

func turnRows[T any](pause func(), rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		pause()
		for row, err := range rows {
			if !yield(row, err) {
				return
			}
			pause()
		}
	}
}
