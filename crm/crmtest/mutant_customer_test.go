package crmtest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/party"
)

// in makes a mutant that rewrites commits.
func in(fault, killedBy string, do func(b *bent, c crm.Commit) crm.Commit) mutant {
	return mutant{fault, killedBy, func() crm.Store { return &bent{in: do} }}
}

// rewrites makes a mutant that rewrites single writes.
func rewrites(fault, killedBy string, do func(b *bent, s crm.Subject, w crm.Write) crm.Write) mutant {
	return in(fault, killedBy, func(b *bent, c crm.Commit) crm.Commit {
		return writes(c, func(s crm.Subject, w crm.Write) crm.Write { return do(b, s, w) })
	})
}

// customerMutants are bent in what customers are, and in the fields that only the
// records and entries of this domain have.
func customerMutants() []mutant {
	byOwner := func(do func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error]) func() crm.Store {
		return func() crm.Store { return &bent{customers: do} }
	}
	return []mutant{
		{"a Redact forgets Private", "erasure/redact-all", func() crm.Store {
			return &bent{
				in: func(b *bent, c crm.Commit) crm.Commit {
					return writes(c, func(s crm.Subject, w crm.Write) crm.Write {
						if e, ok := w.(crm.Append); ok {
							remember(b, s.String()+e.Entry.Kind, slices.Clone(e.Entry.Private))
						}
						return w
					})
				},
				entry: func(b *bent, e crm.Entry) crm.Entry {
					e.Private = remember(b, e.Subject.String()+e.Kind, e.Private)
					return e
				},
			}
		}},
		{"a customer who is not there is empty", "error/nothing-there", func() crm.Store {
			return &bent{customer: func(_ *bent, c crm.Customer, err error) (crm.Customer, error) {
				if errors.Is(err, crm.ErrNotFound) {
					return c, nil
				}
				return c, err
			}}
		}},
		in("a profile replaces the standing", "write/profile-and-standing", func(_ *bent, c crm.Commit) crm.Commit {
			c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
			for i := range c.Changes {
				for _, w := range c.Changes[i].Writes {
					if _, ok := w.(crm.PutProfile); ok {
						c.Changes[i].Writes = append([]crm.Write{crm.PutStanding{}}, c.Changes[i].Writes...)
						break
					}
				}
			}
			return c
		}),
		{"a scope that sees nothing sees everything", "filter/customers", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			if f.Visible != nil && f.Visible.IsZero() {
				everything := access.Everything()
				f.Visible = &everything
			}
			return b.Memory.Customers(ctx, f)
		})},
		{"ignores Unowned where an owner is given", "filter/customers", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			f.Unowned = f.Unowned && f.Owner == ""
			return b.Memory.Customers(ctx, f)
		})},
		{"pages customers by the number of rows", "page/customers-handed-over-while-listing", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			return func(yield func(crm.Customer, error) bool) {
				for offset := 0; ; offset += 100 {
					i, n := 0, 0
					for c, err := range b.Memory.Customers(ctx, f) {
						if i++; i <= offset {
							continue
						}
						if n++; n > 100 {
							break
						}
						if !yield(c, err) {
							return
						}
					}
					if n <= 100 {
						return
					}
				}
			}
		})},
		in("a standing makes a customer", "write/first-profile-makes-the-customer", func(b *bent, c crm.Commit) crm.Commit {
			c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
			for i := range c.Changes {
				change := &c.Changes[i]
				if _, err := b.Memory.Customer(context.Background(), change.Subject.ID); err != nil && change.Subject.Kind == crm.KindCustomer {
					change.Writes = append([]crm.Write{crm.PutProfile{}}, change.Writes...)
				}
			}
			return c
		}),
		{"counts customers before it filters", "order/limit-behind-match", func() crm.Store {
			return &bent{customers: func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
				return func(yield func(crm.Customer, error) bool) {
					for c, err := range b.Memory.Customers(ctx, crm.CustomerFilter{Owner: f.Owner, After: f.After, Limit: f.Limit}) {
						if (err != nil || f.Match(c)) && !yield(c, err) {
							return
						}
					}
				}
			}}
		}},
		{"finds entries of one journal only by subject", "filter/entries-by-journal", func() crm.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
				if f.Subject != (crm.Subject{}) {
					f.Contact = ""
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
		{"ignores Visible", "filter/customers", byOwner(func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
			f.Visible = nil
			return b.Memory.Customers(ctx, f)
		})},
		rewrites("keeps amounts as floats", "amount/every-integer", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if e, ok := w.(crm.Append); ok && e.Entry.Amount < math.MaxInt64/2 {
				e.Entry.Amount = int64(float64(e.Entry.Amount))
				return e
			}
			return w
		}),
		rewrites("keeps no custom fields", "write/profile-and-standing", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if p, ok := w.(crm.PutProfile); ok {
				p.Profile.Custom = party.Profile{}.Custom
				return p
			}
			return w
		}),
		{"lists customers by their standings", "filter/standing-without-profile", func() crm.Store {
			return &bent{
				in: func(b *bent, c crm.Commit) crm.Commit {
					return writes(c, func(s crm.Subject, w crm.Write) crm.Write {
						if _, ok := w.(crm.PutStanding); ok {
							remember(b, s.ID, true)
						}
						return w
					})
				},
				customers: func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
					return func(yield func(crm.Customer, error) bool) {
						for c, err := range b.Memory.Customers(ctx, f) {
							if f.Unowned && !remember(b, c.ID, false) {
								continue
							}
							if !yield(c, err) {
								return
							}
						}
					}
				},
			}
		}},
		{"numbers the entries of each journal", "entries/numbered-over-all-journals", func() crm.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
				return func(yield func(crm.Entry, error) bool) {
					seq := map[crm.Journal]uint64{}
					for e, err := range b.Memory.Entries(ctx, f) {
						seq[e.Journal]++
						e.Seq = seq[e.Journal]
						if !yield(e, err) {
							return
						}
					}
				}
			}}
		}},
		{"returns a profile that it keeps", "sharing/what-is-returned", func() crm.Store {
			return &bent{customer: func(b *bent, c crm.Customer, err error) (crm.Customer, error) {
				if err != nil {
					return c, err
				}
				return remember(b, fmt.Sprint(c.ID, c.Head.Version), c), nil
			}}
		}},
		{"splits no groups into one", "slices/empty-is-none", func() crm.Store {
			return &bent{customer: func(_ *bent, c crm.Customer, err error) (crm.Customer, error) {
				c.Standing.Groups = strings.Split(strings.Join(c.Standing.Groups, "\n"), "\n")
				return c, err
			}}
		}},
		rewrites("truncates times to seconds", "instant/comes-back-equal", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if st, ok := w.(crm.PutStanding); ok {
				st.Standing.Holding.LastRecorded = st.Standing.Holding.LastRecorded.Truncate(time.Second)
				return st
			}
			return w
		}),
		{"holds its lock while the loop body of customers runs", "loop-body/uses-the-store", func() crm.Store {
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
	}
}

// entangled refuses a commit that runs beside another, as a database does that
// would rather not wait; instead is what it does then.
func entangled(instead func(b *bent, c crm.Commit)) *bent {
	var busy sync.Mutex
	return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
		if !busy.TryLock() {
			instead(b, c)
			return &crm.Error{Reason: "entangled", Err: crm.ErrConflict}
		}
		defer busy.Unlock()
		time.Sleep(50 * time.Microsecond)
		return b.Memory.Commit(ctx, c)
	}}
}

// TestLeave shows that the suite leaves what the contract leaves: errors that are
// wrapped, JSON that is spaced otherwise, lists that come back nil, and conflicts of
// commits that ran beside each other.
func TestLeave(t *testing.T) {
	var refused int
	var mu sync.Mutex
	open := func(*testing.T) crm.Store {
		b := entangled(func(*bent, crm.Commit) {
			mu.Lock()
			refused++
			mu.Unlock()
		})
		plain := b.commit
		b.commit = func(b *bent, ctx context.Context, c crm.Commit) error {
			if err := plain(b, ctx, c); err != nil {
				return fmt.Errorf("leave: %w", err)
			}
			return nil
		}
		b.record = func(_ *bent, r crm.Record) crm.Record {
			if len(r.Body) > 0 {
				r.Body = append([]byte(" \n"), r.Body...)
			}
			return r
		}
		b.customer = func(_ *bent, c crm.Customer, err error) (crm.Customer, error) {
			if len(c.Standing.Groups) == 0 {
				c.Standing.Groups = nil
			}
			return c, err
		}
		return b
	}
	t.Run("store", func(t *testing.T) { crmtest.TestStore(t, open, crmtest.Features{}) })
	t.Run("concurrency", func(t *testing.T) { crmtest.TestConcurrency(t, open, crmtest.Features{}) })
	require.Greater(t, refused, 100, "commits ran beside each other")
}
