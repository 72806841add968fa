package loyaltytest

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of the listing of accounts to which time does something, page by page.
func dueChecks() []check {
	id := func(i int) string { return fmt.Sprintf("%06d", i) }
	due := func(member string, n int) loyalty.Standing {
		st := of(member)
		if n >= 0 {
			st.Due = minute(n)
		}
		return st
	}
	return []check{
		{
			name: "due/pages",
			rules: append(storetest.Says("Store: Consistency", "is yielded exactly once, and no row twice."),
				storetest.Says("AccountFilter.DueBefore", "accounts to which time does something before this instant")...),
			run: func(c *scene) {
				n := c.Size(2000, 500)
				var want []string
				c.many(n, func(i int) loyalty.Change {
					at := i%7 - 1 // of seven, one is never due, and three are due too late
					if at >= 0 && at < 3 {
						want = append(want, id(i))
					}
					return set(account(id(i)), 0, stands(due("m", at)))
				})
				f := loyalty.AccountFilter{DueBefore: minute(3)}
				c.Same("all at once", c.accounts(f), want)
				for _, limit := range []int{1, 7, 100} {
					var have []string
					page := f
					for page.Limit = limit; limit > 1 || len(have) < 20; {
						rows := c.accounts(page)
						if have = append(have, rows...); len(rows) == 0 || c.Failed() {
							break
						}
						page.After = rows[len(rows)-1]
					}
					all := want
					if limit == 1 {
						all = want[:20]
					}
					c.Same(fmt.Sprintf("in pages of %d", limit), have, all)
				}
			},
		},
		{
			name: "due/posted-while-listing",
			rules: storetest.Says("Store: Consistency",
				"A listing that spans pages is no snapshot: a row that was there when the listing began, and is not moved out of the filter by a commit meanwhile, is yielded exactly once, and no row twice."),
			run: func(c *scene) {
				n := c.Size(700, 300)
				var want []string
				c.many(n, func(i int) loyalty.Change {
					want = append(want, id(i))
					return set(account(id(i)), 0, stands(due("m", 1)))
				})
				var seen []string
				for row, err := range c.store.Accounts(c.ctx, loyalty.AccountFilter{DueBefore: minute(2)}) {
					if c.Fails("Accounts", err, nil); err != nil || c.Failed() {
						return
					}
					seen = append(seen, row.ID)
					// What is posted is due no more or later; others come in behind and before.
					c.commit(set(account(row.ID), row.Head.Version, earns(due("m", len(seen)%3*2-1), 0, 1)))
					if len(seen)%10 == 1 {
						c.commit(set(account("!"+row.ID), 0, stands(due("m", 1))))
					}
				}
				c.Same("what was due, as it was listed", seen, want)
			},
		},
		{
			name:  "due/nothing-is-due",
			rules: storetest.Says("AccountFilter.DueBefore", "accounts to which time does something before this instant"),
			run: func(c *scene) {
				c.write(account("a"), earns(due("m", 1), 0, 2))
				c.write(account("b"), stands(due("m", -1)))
				c.Same("due", c.accounts(loyalty.AccountFilter{DueBefore: minute(2)}), []string{"a"})
				empty := fullBook().put(due("m", -1), 2) // its lots are gone, and nothing is due any more
				empty.State.Lots, empty.State.Holds = nil, nil
				empty.State.Totals.Burned += balance(fullBook().put(of("m"), 0))
				c.write(account("a"), empty)
				c.Same("due", c.accounts(loyalty.AccountFilter{DueBefore: minute(1 << 20)}), []string(nil))
				c.Same("all", c.accounts(loyalty.AccountFilter{}), []string{"a", "b"})
			},
		},
	}
}
