package loyaltytest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of large accounts.
func sizeChecks() []check {
	return []check{
		{
			name: "limit/lots-and-postings",
			rules: slices.Concat(storetest.Says("Store: Limits", "accounts of 1000 lots, and commits of MaxChanges subjects and MaxWrites writes."),
				storetest.Says("MaxWrites", "writes of one commit, each posting of an account counted as one")),
			run: func(c *scene) {
				w := earns(fullStanding(), 0, 1000)
				c.write(account("p"), w)
				c.wants("p", 1, w)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", w.Entries))
				more := earns(of("m"), 1000, 1001)
				c.write(account("p"), more)
				c.wants("p", 2, more)
			},
		},
		{
			name:  "limit/many-accounts-in-a-commit",
			rules: storetest.Says("MaxChanges", "subjects changed or required by one commit"),
			run: func(c *scene) {
				var changes []loyalty.Change
				var ids []string
				for i := range loyalty.MaxChanges {
					id := fmt.Sprintf("%04d", i)
					ids = append(ids, id)
					changes = append(changes, set(account(id), 0, earns(of(id), 0, 2)))
				}
				c.commit(changes...)
				c.Same("accounts", c.accounts(loyalty.AccountFilter{}), ids)
				if have := len(c.postings(loyalty.PostingFilter{})); have != 2*len(ids) {
					c.Errorf("%d postings, want %d", have, 2*len(ids))
				}
				changes[len(changes)-1].Expect = 3
				for i := range changes[:len(changes)-1] {
					changes[i].Expect, changes[i].Writes = 1, []loyalty.Write{earns(of("gone"), 2, 3)}
				}
				c.Fails("Commit", c.store.Commit(c.ctx, loyalty.Commit{Changes: changes}), loyalty.ErrConflict)
				c.Same("accounts after a conflict of the last", c.accounts(loyalty.AccountFilter{Member: "gone"}), []string(nil))
			},
		},
	}
}
