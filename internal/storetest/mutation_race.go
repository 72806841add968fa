package storetest

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// boxMutants are bent in the outbox, or in what is forgotten.
func boxMutants() []mutant {
	pending := func(fault, killedBy string, do func(b *bent, events []Event) []Event) mutant {
		return mutant{fault: fault, killedBy: killedBy, open: func() *bent { return &bent{pending: do} }}
	}
	return []mutant{
		pending("the outbox skips an event", "outbox/order-of-a-subject", func(_ *bent, events []Event) []Event {
			return slices.DeleteFunc(events, func(e Event) bool { return e.ID == 20 })
		}),
		pending("the outbox is not in order", "outbox/order-of-a-subject", func(_ *bent, events []Event) []Event {
			slices.Reverse(events)
			return events
		}),
		pending("the outbox gives an event once", "outbox/until-acknowledged", func(b *bent, events []Event) []Event {
			for _, e := range events {
				_ = b.Store.Outbox().Ack(context.Background(), e.ID)
			}
			return events
		}),
		pending("an event has the version before the change", "outbox/events-come-whole", func(_ *bent, events []Event) []Event {
			for i := range events {
				events[i].Version--
			}
			return events
		}),
		{fault: "an Ack removes all that is older", killedBy: "outbox/until-acknowledged", open: func() *bent {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				events, _ := b.Store.Outbox().Pending(ctx, 1<<20)
				for _, e := range events {
					if slices.ContainsFunc(ids, func(id uint64) bool { return e.ID <= id }) {
						ids = append(ids, e.ID)
					}
				}
				return b.Store.Outbox().Ack(ctx, ids...)
			}}
		}},
		{fault: "an Ack of an unknown event fails", killedBy: "outbox/ack-unknown", open: func() *bent {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				events, _ := b.Store.Outbox().Pending(ctx, 1<<20)
				for _, id := range ids {
					if !slices.ContainsFunc(events, func(e Event) bool { return e.ID == id }) {
						return fault.ErrNotFound
					}
				}
				return b.Store.Outbox().Ack(ctx, ids...)
			}}
		}},
		out("a refused commit emits its events", "outbox/only-of-what-was-applied", func(b *bent, c Commit, err error) error {
			if err != nil {
				aside := Subject{Kind: "aside", ID: "aside"}
				change := Change{Subject: aside, Expect: b.version(aside)}
				for _, w := range c.Changes[0].Writes {
					if w, ok := w.(Emit); ok {
						change.Writes = append(change.Writes, w)
					}
				}
				_ = b.Store.Commit(context.Background(), Commit{Changes: []Change{change}})
			}
			return err
		}),
		{fault: "forgets its outbox", killedBy: "outbox/offered", open: func() *bent { return &bent{noOutbox: true} }},
		{fault: "forgets keys recorded at the instant", killedBy: "pruner/forgets-old-keys", open: func() *bent {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				return b.Store.Pruner().Prune(ctx, before.Add(time.Microsecond))
			}}
		}},
		{fault: "does not say how many keys it forgot", killedBy: "pruner/forgets-old-keys", open: func() *bent {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				_, err := b.Store.Pruner().Prune(ctx, before)
				return 0, err
			}}
		}},
	}
}

// raceMutants are wrong only beside other goroutines, or wait for their caller.
func raceMutants() []mutant {
	// split checks what a commit expects, takes a rest, and applies it unchecked.
	split := func(changes, requires bool) func() *bent {
		return func() *bent {
			var writing sync.Mutex
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				check := Commit{Require: slices.Clone(c.Require)}
				for _, change := range c.Changes {
					check.Require = append(check.Require, Expect{Subject: change.Subject, Version: change.Expect})
				}
				if err := b.Store.Commit(ctx, check); err != nil {
					return err
				}
				pause(2 * time.Millisecond)
				writing.Lock()
				defer writing.Unlock()
				if requires {
					c.Require = nil
				}
				if changes {
					c = writes(c, func(_ Subject, w Write) Write { return w })
					for i := range c.Changes {
						c.Changes[i].Expect = b.version(c.Changes[i].Subject)
					}
				}
				return b.Store.Commit(ctx, c)
			}}
		}
	}
	return []mutant{
		{fault: "checks the version before its transaction", killedBy: "concurrency/one-of-n-wins", open: split(true, false)},
		{fault: "checks Require before its transaction", killedBy: "concurrency/requirement-against-change", open: split(false, true)},
		{fault: "checks claims before its transaction", killedBy: "concurrency/one-holder", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				pause(2 * time.Millisecond)
				_ = b.Store.Commit(ctx, c)
				return nil
			}}
		}},
		{fault: "checks the key before its transaction", killedBy: "concurrency/one-key-once", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				if _, err := b.Store.Receipt(ctx, c.Scope, c.Key); err == nil {
					return fault.ErrDuplicate
				}
				pause(2 * time.Millisecond)
				c.Scope, c.Key = "", ""
				return b.Store.Commit(ctx, c)
			}}
		}},
		{fault: "a swap is two transactions", killedBy: "concurrency/swap-beside-readers", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				releases := writes(c, func(_ Subject, w Write) Write {
					if w, ok := w.(Release); ok {
						return w
					}
					return nil
				})
				if err := b.Store.Commit(ctx, releases); err != nil {
					return err
				}
				pause(time.Millisecond)
				c = writes(c, func(_ Subject, w Write) Write { return w })
				for i := range c.Changes {
					c.Changes[i].Expect++
				}
				return b.Store.Commit(ctx, c)
			}}
		}},
		{fault: "reads a row and its head apart", killedBy: "concurrency/no-half-commit", open: func() *bent {
			return &bent{record: func(b *bent, r Record) Record {
				pause(time.Millisecond)
				r.Head, _ = b.Store.Head(context.Background(), r.Subject)
				return r
			}}
		}},
		{fault: "reads from a replica that lags", killedBy: "concurrency/read-your-writes", open: func() *bent {
			var lag Store
			var queue []Commit
			return &bent{
				out: func(b *bent, c Commit, err error) error {
					b.mu.Lock()
					defer b.mu.Unlock()
					if err == nil {
						queue = append(queue, writes(c, func(_ Subject, w Write) Write { return w }))
					}
					if len(queue) > 1 {
						if lag == nil {
							lag = b.Memory()
						}
						_ = lag.Commit(context.Background(), queue[0])
						queue = queue[1:]
					}
					return err
				},
				record: func(b *bent, r Record) Record {
					b.mu.Lock()
					defer b.mu.Unlock()
					if lag != nil {
						if old, err := lag.Record(context.Background(), r.Subject); err == nil {
							return old
						}
					}
					return r
				},
			}
		}},
		{fault: "a deadlock of the database is no conflict", killedBy: "concurrency/crossing-commits", open: func() *bent {
			var busy sync.Mutex
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				if !busy.TryLock() {
					return context.DeadlineExceeded
				}
				defer busy.Unlock()
				pause(time.Millisecond)
				return b.Store.Commit(ctx, c)
			}}
		}},
		{fault: "holds its lock while the loop body runs", killedBy: "loop-body/uses-the-store", open: func() *bent {
			var lock sync.Mutex
			return &bent{
				commit: func(b *bent, ctx context.Context, c Commit) error {
					lock.Lock()
					defer lock.Unlock()
					return b.Store.Commit(ctx, c)
				},
				records: func(b *bent, ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
					return func(yield func(Record, error) bool) {
						lock.Lock()
						defer lock.Unlock()
						b.Store.Records(ctx, f)(yield)
					}
				},
			}
		}},
		{fault: "holds a connection while the loop body runs", killedBy: "concurrency/listing-loop-commits", open: func() *bent {
			return pooled(8, true)
		}},
		{fault: "keeps the connection of a loop that is left", killedBy: "loop-body/stops-early", open: func() *bent { return pooled(64, false) }},
		{fault: "delivers by a cursor", killedBy: "concurrency/order-in-the-outbox", open: func() *bent {
			// Ids are drawn before commits end, in another order, and what is behind the
			// last id that was acknowledged is never looked at again.
			var cursor uint64
			late := map[uint64]bool{}
			return &bent{
				pending: func(b *bent, events []Event) []Event {
					b.mu.Lock()
					defer b.mu.Unlock()
					return slices.DeleteFunc(events, func(e Event) bool {
						if e.ID%7 == 3 && !late[e.ID] { // its transaction ends later
							late[e.ID] = true
							return true
						}
						return e.ID < cursor
					})
				},
				ack: func(b *bent, ctx context.Context, ids []uint64) error {
					b.mu.Lock()
					cursor = max(cursor, slices.Max(ids))
					b.mu.Unlock()
					return b.Store.Outbox().Ack(ctx, ids...)
				},
			}
		}},
	}
}

// pooled has so many connections. A listing of records holds one while its loop
// body runs; with tidy false, it gives it back only at the end of all rows.
func pooled(connections int, tidy bool) *bent {
	pool := make(chan struct{}, connections)
	return &bent{
		commit: func(b *bent, ctx context.Context, c Commit) error {
			pool <- struct{}{}
			defer func() { <-pool }()
			return b.Store.Commit(ctx, c)
		},
		records: func(b *bent, ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
			return func(yield func(Record, error) bool) {
				pool <- struct{}{}
				if tidy {
					defer func() { <-pool }()
				}
				for r, err := range b.Store.Records(ctx, f) {
					if !yield(r, err) {
						return
					}
				}
				if !tidy {
					<-pool
				}
			}
		},
	}
}
