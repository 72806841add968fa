package loyaltytest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// readAlongside are the cases of consistency, contexts and errors, where accounts are
// read as well. Those that bear the name of a case of all domains go on where that
// ends.
func readAlongside() []check {
	return []check{
		{
			name: "consistency/read-your-writes",
			run: func(c *scene) {
				for n := range c.Size(40, 10) {
					member := fmt.Sprintf("member-%d", n)
					c.commit(set(account("p"), uint64(n), earns(of(member), n, n+1)))
					seen := make(chan struct{})
					go func() {
						defer close(seen)
						c.wants("p", uint64(n)+1, earns(of(member), n, n+1))
						c.Same("accounts by member", c.accounts(loyalty.AccountFilter{Member: member}), []string{"p"})
						if have := len(c.postings(loyalty.PostingFilter{Account: "p"})); have != n+1 {
							c.Errorf("%d postings, want %d", have, n+1)
						}
					}()
					<-seen
					if c.Failed() {
						return
					}
				}
			},
		},
		{
			name: "loop-body/uses-the-store",
			run: func(c *scene) {
				for i := range 3 {
					c.write(account(fmt.Sprint(i)), earns(of("m"), 0, 1))
				}
				n := 0
				inside := func(id string) {
					c.write(account(id), loyalty.Claim{Space: "card", Key: id})
					c.account(id)
					c.accounts(loyalty.AccountFilter{})
					c.postings(loyalty.PostingFilter{})
					n++
				}
				for row, err := range c.store.Accounts(c.ctx, loyalty.AccountFilter{}) {
					c.Fails("Accounts", err, nil)
					inside(row.ID)
				}
				for row, err := range c.store.Postings(c.ctx, loyalty.PostingFilter{}) {
					c.Fails("Postings", err, nil)
					inside(row.Account)
				}
				if n != 6 {
					c.Errorf("%d rows, want 6", n)
				}
			},
		},
		{
			name: "loop-body/stops-early",
			run: func(c *scene) {
				c.many(30, func(i int) loyalty.Change { return set(account(fmt.Sprintf("%02d", i)), 0, earns(of("m"), 0, 2)) })
				for range 200 { // more often than a pool has connections
					for range c.store.Accounts(c.ctx, loyalty.AccountFilter{}) {
						break
					}
					for range c.store.Postings(c.ctx, loyalty.PostingFilter{}) {
						break
					}
				}
				c.write(account("00"), stands(of("n")))
			},
		},
		{
			name: "listing/not-started",
			run: func(c *scene) {
				for range 200 {
					_ = c.store.Accounts(c.ctx, loyalty.AccountFilter{})
					_ = c.store.Postings(c.ctx, loyalty.PostingFilter{})
				}
				c.write(account("p"), stands(of("m")))
			},
		},
		{
			name: "sharing/what-was-committed",
			run: func(c *scene) {
				w, want := fullBook().put(fullStanding(), 0), fullBook().put(fullStanding(), 0)
				c.write(account("p"), w)
				storetest.Scribble(&w)
				c.wants("p", 1, want)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", want.Entries))
			},
		},
		{
			name: "sharing/what-is-returned",
			run: func(c *scene) {
				want := fullBook().put(fullStanding(), 0)
				c.write(account("p"), want)
				have := c.account("p")
				storetest.Scribble(&have)
				for _, row := range storetest.Rows(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{})) {
					storetest.Scribble(&row)
				}
				storetest.Scribble(c.postings(loyalty.PostingFilter{}))
				c.wants("p", 1, want)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", want.Entries))
			},
		},
		{
			name:  "reopen/nothing-is-lost-of-accounts",
			rules: storetest.Says("Store: Consistency", "When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
			skip: func(c *scene) string {
				if c.Reopen == nil {
					return "without Features.Reopen"
				}
				return ""
			},
			run: func(c *scene) {
				c.write(account("debtor"), debtBook().put(of("m"), 0))
				c.write(account("full"), fullBook().put(fullStanding(), 0))
				c.write(account("p"), stands(of("other")))
				look := func(s loyalty.Store) []any {
					return []any{storetest.Rows(c.Scene, s.Accounts(c.ctx, loyalty.AccountFilter{})),
						storetest.Rows(c.Scene, s.Accounts(c.ctx, loyalty.AccountFilter{Member: "m"})), storetest.Rows(c.Scene, s.Postings(c.ctx, loyalty.PostingFilter{}))}
				}
				before := look(c.store)
				c.Use(c.Reopen(c.Opened))
				c.store = c.Opened.(neutral).Store
				c.Same("the store that was opened again", look(c.store), before)
				c.write(account("debtor"), stands(of("m")))
			},
		},
		{
			name: "context/done-before",
			run: func(c *scene) {
				c.write(account("p"), earns(of("m"), 0, 3))
				calls := map[string]func(ctx context.Context) error{
					"Account":  func(ctx context.Context) error { _, err := c.store.Account(ctx, "p"); return err },
					"Accounts": func(ctx context.Context) error { return storetest.Last(c.store.Accounts(ctx, loyalty.AccountFilter{})) },
					"Accounts by id": func(ctx context.Context) error {
						return storetest.Last(c.store.Accounts(ctx, loyalty.AccountFilter{IDs: []string{"p"}}))
					},
					"Postings": func(ctx context.Context) error { return storetest.Last(c.store.Postings(ctx, loyalty.PostingFilter{})) },
					"Postings of an account": func(ctx context.Context) error {
						return storetest.Last(c.store.Postings(ctx, loyalty.PostingFilter{Account: "p"}))
					},
				}
				if b, ok := c.store.(loyalty.BatchCommitter); ok {
					calls["CommitBatch"] = func(ctx context.Context) error {
						return b.CommitBatch(ctx, []loyalty.Commit{{Changes: []loyalty.Change{set(thing("new"), 0, put(`1`))}}})[0]
					}
				}
				c.EndsCalls(calls)
			},
		},
		{
			name: "context/ended-in-the-loop-body",
			run: func(c *scene) {
				for i := range 9 {
					c.write(account(fmt.Sprint(i)), earns(of("m"), 0, 1))
				}
				storetest.EndsWithin(c.Scene, "Accounts", func(ctx context.Context) iter.Seq2[loyalty.Account, error] {
					return c.store.Accounts(ctx, loyalty.AccountFilter{})
				})
				storetest.EndsWithin(c.Scene, "Accounts by member", func(ctx context.Context) iter.Seq2[loyalty.Account, error] {
					return c.store.Accounts(ctx, loyalty.AccountFilter{Member: "m"})
				})
				storetest.EndsWithin(c.Scene, "Postings", func(ctx context.Context) iter.Seq2[loyalty.Posting, error] {
					return c.store.Postings(ctx, loyalty.PostingFilter{})
				})
			},
		},
		{
			name:  "error/nothing-there",
			rules: storetest.Says("Store: Errors", "Account, Record, Holder and Receipt return ErrNotFound where there is nothing;"),
			run: func(c *scene) {
				nothing := func(when string) {
					c.t.Helper()
					_, err := c.store.Account(c.ctx, "p")
					c.Fails("Account "+when, err, loyalty.ErrNotFound)
					c.Same("head of an account "+when, c.head(account("p")), loyalty.Head{})
					c.Same("accounts "+when, c.accounts(loyalty.AccountFilter{After: "other"}), []string(nil))
					c.Same("accounts by id "+when, c.accounts(loyalty.AccountFilter{IDs: []string{"p"}}), []string(nil))
					c.Same("postings "+when, c.postings(loyalty.PostingFilter{Account: "p"}), []loyalty.Posting(nil))
				}
				nothing("beside things")
				c.write(account("other"), earns(of("m"), 0, 1))
				nothing("beside another")
			},
		},
		{
			name: "error/argument-breaks-a-limit",
			run: func(c *scene) {
				c.write(account("p"), earns(of("m"), 0, 1))
				for _, id := range storetest.BrokenIDs() {
					if _, err := c.store.Account(c.ctx, id); !errors.Is(err, loyalty.ErrInvalid) && !errors.Is(err, loyalty.ErrNotFound) {
						c.Errorf("Account of %+q: %v, want ErrInvalid or ErrNotFound", storetest.Brief(id), err)
					}
					if id == "" {
						continue // an empty field of a filter does not narrow
					}
					empty := func(what string, n int, err error) {
						c.t.Helper()
						if n > 0 || err != nil && !errors.Is(err, loyalty.ErrInvalid) {
							c.Errorf("%s of %+q: %d rows, %v", what, storetest.Brief(id), n, err)
						}
					}
					accounts, err := storetest.Ended(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{Member: id}))
					empty("Accounts", len(accounts), err)
					accounts, err = storetest.Ended(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{IDs: []string{id}}))
					empty("Accounts by id", len(accounts), err)
					postings, err := storetest.Ended(c.Scene, c.store.Postings(c.ctx, loyalty.PostingFilter{Account: id}))
					empty("Postings", len(postings), err)
					records, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, loyalty.RecordFilter{Kind: kindThing, Ref: id}))
					empty("Records", len(records), err)
				}
			},
		},
		{
			name:  "error/no-personal-data",
			rules: slices.Concat(storetest.Says("Store: Errors", "No error holds a reason, and those of Holder and Receipt do not repeat the key.")),
			run: func(c *scene) {
				const secret = "13912345678"
				c.Quiet(c.store.Commit(c.ctx, loyalty.Commit{Changes: []loyalty.Change{set(account("p"), 3, secretly(secret, 1))}}), secret)
			},
		},
	}
}
