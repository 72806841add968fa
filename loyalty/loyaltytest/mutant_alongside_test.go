package loyaltytest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

// in makes a mutant that rewrites commits.
func in(fault, killedBy string, do func(b *bent, c loyalty.Commit) loyalty.Commit) mutant {
	return mutant{fault, killedBy, func() loyalty.Store { return &bent{in: do} }}
}

// rewrites makes a mutant that rewrites single writes.
func rewrites(fault, killedBy string, do func(b *bent, s loyalty.Subject, w loyalty.Write) loyalty.Write) mutant {
	return in(fault, killedBy, func(b *bent, c loyalty.Commit) loyalty.Commit {
		return writes(c, func(s loyalty.Subject, w loyalty.Write) loyalty.Write { return do(b, s, w) })
	})
}

func (b *bent) version(s loyalty.Subject) uint64 {
	head, _ := b.Memory.Head(context.Background(), s)
	return head.Version
}

// alongsideMutants are faults that the shared cases look for as well, in accounts.
func alongsideMutants() []mutant {
	return []mutant{
		{"returns an account that it keeps", "sharing/what-is-returned", func() loyalty.Store {
			return &bent{account: func(b *bent, a loyalty.Account, err error) (loyalty.Account, error) {
				if err != nil {
					return a, err
				}
				return remember(b, fmt.Sprint(a.ID, a.Head.Version), a), nil
			}}
		}},
		{"an account that is not there is empty", "error/nothing-there", func() loyalty.Store {
			return &bent{account: func(_ *bent, a loyalty.Account, err error) (loyalty.Account, error) {
				if errors.Is(err, loyalty.ErrNotFound) {
					return a, nil
				}
				return a, err
			}}
		}},
		{"pages accounts by the number of rows", "page/accounts-that-move-while-listing", func() loyalty.Store {
			return &bent{accounts: func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
				return func(yield func(loyalty.Account, error) bool) {
					for offset := 0; ; offset += 100 {
						i, n := 0, 0
						for c, err := range b.Memory.Accounts(ctx, f) {
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
			}}
		}},
		{"holds its lock while the loop body of accounts runs", "loop-body/uses-the-store", func() loyalty.Store {
			var lock sync.Mutex
			return &bent{
				commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
					lock.Lock()
					defer lock.Unlock()
					return b.Memory.Commit(ctx, c)
				},
				accounts: func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
					return func(yield func(loyalty.Account, error) bool) {
						lock.Lock()
						defer lock.Unlock()
						b.Memory.Accounts(ctx, f)(yield)
					}
				},
			}
		}},
		rewrites("truncates times to seconds", "instant/comes-back-equal", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			if st, ok := w.(loyalty.PutAccount); ok {
				st.Standing.Tier.Until = st.Standing.Tier.Until.Truncate(time.Second)
				return st
			}
			return w
		}),
		in("the last write wins", "account/several-at-once", func(b *bent, c loyalty.Commit) loyalty.Commit {
			c.Require = nil
			c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
			for i := range c.Changes {
				c.Changes[i].Expect = b.version(c.Changes[i].Subject)
			}
			return c
		}),
		{"counts accounts before it filters", "order/limit-behind-match", func() loyalty.Store {
			return &bent{accounts: func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
				return func(yield func(loyalty.Account, error) bool) {
					for c, err := range b.Memory.Accounts(ctx, loyalty.AccountFilter{Member: f.Member, After: f.After, Limit: f.Limit}) {
						if (err != nil || f.Match(c)) && !yield(c, err) {
							return
						}
					}
				}
			}}
		}},
	}
}

// entangled refuses a commit that runs beside another, as a database does that
// would rather not wait; instead is what it does then.
func entangled(instead func(b *bent, c loyalty.Commit)) *bent {
	var busy sync.Mutex
	return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
		if !busy.TryLock() {
			instead(b, c)
			return &loyalty.Error{Reason: "entangled", Err: loyalty.ErrConflict}
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
	open := func(*testing.T) loyalty.Store {
		b := entangled(func(*bent, loyalty.Commit) {
			mu.Lock()
			refused++
			mu.Unlock()
		})
		plain := b.commit
		b.commit = func(b *bent, ctx context.Context, c loyalty.Commit) error {
			if err := plain(b, ctx, c); err != nil {
				return fmt.Errorf("leave: %w", err)
			}
			return nil
		}
		b.record = func(_ *bent, r loyalty.Record) loyalty.Record {
			if len(r.Body) > 0 {
				r.Body = append([]byte(" \n"), r.Body...)
			}
			return r
		}
		b.account = func(_ *bent, a loyalty.Account, err error) (loyalty.Account, error) {
			if len(a.Standing.Counters) == 0 {
				a.Standing.Counters = []earning.Counter{}
			}
			return a, err
		}
		return b
	}
	t.Run("store", func(t *testing.T) { loyaltytest.TestStore(t, open, loyaltytest.Features{}) })
	t.Run("concurrency", func(t *testing.T) { loyaltytest.TestConcurrency(t, open, loyaltytest.Features{}) })
	require.Greater(t, refused, 100, "commits ran beside each other")
}
