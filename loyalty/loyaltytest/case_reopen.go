package loyaltytest

import (
	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of a store that is closed and opened again.
func reopenChecks() []check {
	return []check{{
		name:  "reopen/nothing-is-lost",
		rules: storetest.Says("Store: Consistency", "When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
		skip: func(c *scene) string {
			if c.f.Reopen == nil {
				return "without Features.Reopen"
			}
			return ""
		},
		run: func(c *scene) {
			commit := loyalty.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Recorded: minute(1), Changes: everyWrite()}
			c.send(commit)
			c.write(account("debtor"), debtBook().put(of("m"), 0))
			c.write(account("p"), stands(of("other")))
			look := func() []any {
				return []any{c.picture(commit), c.accounts(loyalty.AccountFilter{}), storetest.Rows(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{Member: "m"})),
					c.postings(loyalty.PostingFilter{}), c.entries(loyalty.EntryFilter{Of: kindThing}), c.records(loyalty.RecordFilter{Kind: kindThing})}
			}
			before := look()
			c.store = c.reopen(c.store)
			c.Same("the store that was opened again", look(), before)
			c.refuse(loyalty.ErrDuplicate, commit)
			c.refuse(loyalty.ErrConflict, loyalty.Commit{Changes: everyWrite()})
			c.write(account("debtor"), stands(of("m")))
		},
	}}
}
