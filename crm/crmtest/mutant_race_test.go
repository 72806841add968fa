package crmtest_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/crm"
)

// boxMutants are bent in the outbox, or in what is forgotten.
func boxMutants() []mutant {
	pending := func(fault, killedBy string, do func(b *bent, events []crm.Event) []crm.Event) mutant {
		return mutant{fault, killedBy, func() crm.Store { return &bent{pending: do} }}
	}
	return []mutant{
		pending("the outbox skips an event", "outbox/order-of-a-subject", func(_ *bent, events []crm.Event) []crm.Event {
			return slices.DeleteFunc(events, func(e crm.Event) bool { return e.ID == 20 })
		}),
		pending("the outbox is not in order", "outbox/order-of-a-subject", func(_ *bent, events []crm.Event) []crm.Event {
			slices.Reverse(events)
			return events
		}),
		pending("the outbox gives an event once", "outbox/until-acknowledged", func(b *bent, events []crm.Event) []crm.Event {
			for _, e := range events {
				_ = b.Memory.Ack(context.Background(), e.ID)
			}
			return events
		}),
		pending("an event has the version before the change", "outbox/events-come-whole", func(_ *bent, events []crm.Event) []crm.Event {
			for i := range events {
				events[i].Version--
			}
			return events
		}),
		{"an Ack removes all that is older", "outbox/until-acknowledged", func() crm.Store {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				events, _ := b.Memory.Pending(ctx, 1<<20)
				for _, e := range events {
					if slices.ContainsFunc(ids, func(id uint64) bool { return e.ID <= id }) {
						ids = append(ids, e.ID)
					}
				}
				return b.Memory.Ack(ctx, ids...)
			}}
		}},
		{"an Ack of an unknown event fails", "outbox/ack-unknown", func() crm.Store {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				events, _ := b.Memory.Pending(ctx, 1<<20)
				for _, id := range ids {
					if !slices.ContainsFunc(events, func(e crm.Event) bool { return e.ID == id }) {
						return crm.ErrNotFound
					}
				}
				return b.Memory.Ack(ctx, ids...)
			}}
		}},
		out("a refused commit emits its events", "outbox/only-of-what-was-applied", func(b *bent, c crm.Commit, err error) error {
			if err != nil {
				aside := crm.Subject{Kind: "aside", ID: "aside"}
				change := crm.Change{Subject: aside, Expect: b.version(aside)}
				for _, w := range c.Changes[0].Writes {
					if w, ok := w.(crm.Emit); ok {
						change.Writes = append(change.Writes, w)
					}
				}
				_ = b.Memory.Commit(context.Background(), crm.Commit{Changes: []crm.Change{change}})
			}
			return err
		}),
		{"forgets its outbox", "outbox/offered", func() crm.Store { return struct{ crm.Store }{new(crm.Memory)} }},
		{"forgets keys recorded at the instant", "pruner/forgets-old-keys", func() crm.Store {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				return b.Memory.Prune(ctx, before.Add(time.Microsecond))
			}}
		}},
		{"does not say how many keys it forgot", "pruner/forgets-old-keys", func() crm.Store {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				_, err := b.Memory.Prune(ctx, before)
				return 0, err
			}}
		}},
	}
}

// raceMutants are wrong only beside other goroutines, or wait for their caller.
func raceMutants() []mutant {
	// split checks what a commit expects, takes a rest, and applies it unchecked.
	split := func(changes, requires bool) func() crm.Store {
		return func() crm.Store {
			var writing sync.Mutex
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				check := crm.Commit{Require: slices.Clone(c.Require)}
				for _, change := range c.Changes {
					check.Require = append(check.Require, crm.Expect{Subject: change.Subject, Version: change.Expect})
				}
				if err := b.Memory.Commit(ctx, check); err != nil {
					return err
				}
				time.Sleep(2 * time.Millisecond)
				writing.Lock()
				defer writing.Unlock()
				if requires {
					c.Require = nil
				}
				if changes {
					c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
					for i := range c.Changes {
						c.Changes[i].Expect = b.version(c.Changes[i].Subject)
					}
				}
				return b.Memory.Commit(ctx, c)
			}}
		}
	}
	return []mutant{
		{"checks the version before its transaction", "concurrency/one-of-n-wins", split(true, false)},
		{"checks Require before its transaction", "concurrency/requirement-against-change", split(false, true)},
		{"checks claims before its transaction", "concurrency/one-holder", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				if err := b.takenNow(c); err != nil {
					return err
				}
				time.Sleep(2 * time.Millisecond)
				_ = b.Memory.Commit(ctx, c)
				return nil
			}}
		}},
		{"checks the key before its transaction", "concurrency/one-key-once", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				if _, err := b.Memory.Receipt(ctx, c.Scope, c.Key); err == nil {
					return crm.ErrDuplicate
				}
				time.Sleep(2 * time.Millisecond)
				c.Scope, c.Key = "", ""
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"a swap is two transactions", "concurrency/swap-beside-readers", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				releases := writes(c, func(_ crm.Subject, w crm.Write) crm.Write {
					if w, ok := w.(crm.Release); ok {
						return w
					}
					return nil
				})
				if err := b.Memory.Commit(ctx, releases); err != nil {
					return err
				}
				time.Sleep(time.Millisecond)
				c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
				for i := range c.Changes {
					c.Changes[i].Expect++
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"reads a row and its head apart", "concurrency/no-half-commit", func() crm.Store {
			return &bent{record: func(b *bent, r crm.Record) crm.Record {
				time.Sleep(time.Millisecond)
				r.Head, _ = b.Memory.Head(context.Background(), r.Subject)
				return r
			}}
		}},
		{"reads from a replica that lags", "concurrency/read-your-writes", func() crm.Store {
			var lag crm.Memory
			var queue []crm.Commit
			return &bent{
				out: func(b *bent, c crm.Commit, err error) error {
					b.mu.Lock()
					defer b.mu.Unlock()
					if err == nil {
						queue = append(queue, writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w }))
					}
					if len(queue) > 1 {
						_ = lag.Commit(context.Background(), queue[0])
						queue = queue[1:]
					}
					return err
				},
				record: func(b *bent, r crm.Record) crm.Record {
					old, err := lag.Record(context.Background(), r.Subject)
					if err != nil {
						return r
					}
					return old
				},
			}
		}},
		{"a deadlock of the database is no conflict", "concurrency/crossing-commits", func() crm.Store {
			var busy sync.Mutex
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				if !busy.TryLock() {
					return context.DeadlineExceeded
				}
				defer busy.Unlock()
				time.Sleep(time.Millisecond)
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"holds its lock while the loop body runs", "loop-body/uses-the-store", func() crm.Store {
			var lock sync.Mutex
			return &bent{
				commit: func(b *bent, ctx context.Context, c crm.Commit) error {
					lock.Lock()
					defer lock.Unlock()
					return b.Memory.Commit(ctx, c)
				},
				customers: func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
					return func(yield func(crm.Customer, error) bool) {
						lock.Lock()
						defer lock.Unlock()
						b.Memory.Customers(ctx, f)(yield)
					}
				},
			}
		}},
		{"holds a connection while the loop body runs", "concurrency/listing-loop-commits", func() crm.Store {
			return pooled(8, true)
		}},
		{"keeps the connection of a loop that is left", "loop-body/stops-early", func() crm.Store { return pooled(64, false) }},
		{"delivers by a cursor", "concurrency/order-in-the-outbox", func() crm.Store {
			// Ids are drawn before commits end, in another order, and what is behind the
			// last id that was acknowledged is never looked at again.
			var cursor uint64
			late := map[uint64]bool{}
			return &bent{
				pending: func(b *bent, events []crm.Event) []crm.Event {
					b.mu.Lock()
					defer b.mu.Unlock()
					return slices.DeleteFunc(events, func(e crm.Event) bool {
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
					return b.Memory.Ack(ctx, ids...)
				},
			}
		}},
	}
}

// pooled has so many connections. A listing of records holds one while its loop
// body runs; with tidy false, it gives it back only at the end of all rows.
func pooled(connections int, tidy bool) crm.Store {
	pool := make(chan struct{}, connections)
	return &bent{
		commit: func(b *bent, ctx context.Context, c crm.Commit) error {
			pool <- struct{}{}
			defer func() { <-pool }()
			return b.Memory.Commit(ctx, c)
		},
		records: func(b *bent, ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
			return func(yield func(crm.Record, error) bool) {
				pool <- struct{}{}
				if tidy {
					defer func() { <-pool }()
				}
				for r, err := range b.Memory.Records(ctx, f) {
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
