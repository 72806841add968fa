package loyaltytest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of accounts to which many post at a time.
func accountRaceChecks() []check {
	return []check{
		{
			name:  "concurrency/one-posting-per-number",
			rules: storetest.Says("Store: Concurrency", "Of two commits that expect the same version of a subject, and of which at least one changes it, at most one is applied;"),
			run: func(c *scene) {
				for round := range c.Size(20, 6) {
					var mu sync.Mutex
					won := 0
					storetest.Together(32, func(i int) {
						err := c.insist(loyalty.Commit{Changes: []loyalty.Change{set(account("p"), uint64(round), earns(of(fmt.Sprint(i)), round, round+1))}})
						mu.Lock()
						defer mu.Unlock()
						if err == nil {
							won++
						} else if !errors.Is(err, loyalty.ErrConflict) {
							c.Errorf("Commit: %v, want nil or ErrConflict", err)
						}
					})
					if won != 1 {
						c.Errorf("%d of 32 commits were applied, want 1", won)
						return
					}
				}
				n := int(c.head(account("p")).Entries)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", earns(of("m"), 0, n).Entries))
			},
		},
		{
			name: "concurrency/opposing-transfers",
			rules: storetest.Says("Store: Concurrency", "A store may wait for another commit to end, but not for its caller:",
				"it has applied nothing, and is tried again."),
			run: func(c *scene) {
				// Two accounts at a time, in both orders and batches: none waits for ever, and
				// what one lost the other has.
				const accounts = 6
				name := func(i int) string { return fmt.Sprint("account-", i%accounts) }
				for i := range accounts {
					c.write(account(name(i)), earns(of(name(i)), 0, 1))
				}
				move := func(i, j int) (loyalty.Commit, error) {
					var k loyalty.Commit
					for _, id := range []string{name(i), name(j)} {
						a, err := c.store.Account(c.ctx, id)
						if err != nil {
							return k, err
						}
						e := earn(int(a.State.Seq) + 1)
						e.Ref = name(i) + " " + name(j)
						w := follows(a.State, e)
						w.Standing = a.Standing
						k.Changes = append(k.Changes, set(account(id), a.Head.Version, w))
					}
					return k, nil
				}
				var mu sync.Mutex
				applied := 0
				storetest.Together(8, func(worker int) {
					random := rand.New(rand.NewPCG(uint64(worker), 1))
					for range c.Size(40, 12) {
						i := random.IntN(accounts)
						commit, err := move(i, i+1+random.IntN(accounts-1))
						if c.Fails("Account", err, nil); err != nil {
							return
						}
						errs := batch(c.ctx, c.store, []loyalty.Commit{commit})
						if errs[0] == nil {
							mu.Lock()
							applied++
							mu.Unlock()
						} else if !errors.Is(errs[0], loyalty.ErrConflict) {
							c.Errorf("CommitBatch: %v, want nil or ErrConflict", errs[0])
							return
						}
					}
				})
				entries, versions := 0, 0
				for row, err := range c.store.Accounts(c.ctx, loyalty.AccountFilter{}) {
					c.Fails("Accounts", err, nil)
					if row.Head.Entries != row.State.Seq || len(row.State.Lots) != int(row.State.Seq) || row.Head.Version != row.State.Seq {
						c.Errorf("%s: head %+v, and %d lots up to entry %d", row.ID, row.Head, len(row.State.Lots), row.State.Seq)
					}
					entries, versions = entries+int(row.Head.Entries), versions+int(row.Head.Version)
				}
				if want := accounts + 2*applied; entries != want || versions != want || len(c.postings(loyalty.PostingFilter{})) != want {
					c.Errorf("%d entries and %d versions after %d moves, want %d", entries, versions, applied, want)
				}
			},
		},
		{
			name: "concurrency/cancelled-while-committing",
			rules: slices.Concat(storetest.Says("Store: Commit", "Commit applies all of a commit or nothing.",
				"After it the commit may have been applied or not; who sends it again with the same key learns which, and nothing happens twice."),
				storetest.Says("Store: Context", "A done context ends every method soon with ctx.Err(), or with an error that wraps it;")),
			run: func(c *scene) {
				a, b := account("a"), account("b")
				c.commit(set(a, 0, stands(of("m"))), set(b, 0, stands(of("n"))))
				random := rand.New(rand.NewPCG(1, 2))
				for n := range c.Size(100, 30) {
					commit := loyalty.Commit{Scope: "s", Key: fmt.Sprint(n), Changes: []loyalty.Change{
						set(a, uint64(n)+1, earns(of("m"), n, n+1)), set(b, uint64(n)+1, earns(of("n"), n, n+1))}}
					ctx, cancel := context.WithCancel(c.ctx)
					wait := time.Duration(random.IntN(400)) * time.Microsecond
					var ended sync.WaitGroup
					ended.Go(func() {
						_ = clock.Wait(c.ctx, wait)
						cancel()
					})
					err := c.store.Commit(ctx, commit)
					ended.Wait()
					first, second := c.head(a), c.head(b)
					if first != second || first.Version != uint64(n)+1 && first.Version != uint64(n)+2 || first.Version != first.Entries+1 {
						c.Errorf("heads %+v and %+v after a commit that was cancelled", first, second)
						return
					}
					applied := first.Version == uint64(n)+2
					switch {
					case err == nil && !applied:
						c.Errorf("Commit: nil, and nothing was applied")
					case err != nil && !errors.Is(err, context.Canceled):
						c.Errorf("Commit: %v, want nil or context.Canceled", err)
					}
					want := error(nil)
					if applied {
						want = loyalty.ErrDuplicate
					}
					c.Fails("Commit, sent again", c.store.Commit(c.ctx, commit), want)
					if c.Failed() {
						return
					}
				}
			},
		},
		{
			name:  "concurrency/many-accounts",
			rules: storetest.Says("Store: Concurrency", "All methods may be called at the same time from any number of goroutines and, where the database is shared, processes."),
			run: func(c *scene) {
				n, each := c.Size(1000, 200), 2
				storetest.Together(8, func(worker int) {
					for i := worker; i < n; i += 8 {
						for k := range each {
							id := fmt.Sprintf("%04d", i)
							if err := c.insist(loyalty.Commit{Changes: []loyalty.Change{set(account(id), uint64(k), earns(of(id), k, k+1))}}); err != nil {
								c.Errorf("Commit: %v", err)
								return
							}
						}
					}
				})
				var sum int64
				for row, err := range c.store.Accounts(c.ctx, loyalty.AccountFilter{}) {
					c.Fails("Accounts", err, nil)
					sum += row.State.Totals.Issued
				}
				if want := int64(3 * n); sum != want || len(c.postings(loyalty.PostingFilter{})) != each*n {
					c.Errorf("%d points, want %d", sum, want)
				}
			},
		},
	}
}
