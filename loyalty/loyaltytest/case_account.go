package loyaltytest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of accounts: what PutAccount puts and appends.
func accountChecks() []check {
	follow := "ErrConflict: a subject of Require or Changes is not at the version expected, or the first entry posted to an account is not numbered one more than the account has."
	return []check{
		{
			name: "account/comes-back-whole",
			rules: slices.Concat(storetest.Says("Store: Vocabulary", "a record: of an account the Account, made of a standing and a state; of every other kind the Record;"),
				storetest.Says("Store: Limits", "Points are whole numbers of 64 bits."),
				storetest.Says("AccountReader.Account", "Account returns the account with this id, or ErrNotFound."),
				storetest.Says("PutAccount", "PutAccount replaces standing and state of an account, and appends Entries to its journal.",
					"State is what points.Apply makes of the state before and the entries")),
			run: func(c *scene) {
				for id, b := range map[string]*book{"full": fullBook(), "in debt": debtBook(), "as rich as can be": vastBook()} {
					w := b.put(fullStanding(), 0)
					c.write(account(id), w)
					c.wants(id, 1, w)
					c.Same("postings", c.postings(loyalty.PostingFilter{Account: id}), postings(id, w.Entries))
					_, err := c.store.Record(c.ctx, account(id))
					c.Fails("Record of an account", err, loyalty.ErrNotFound)
				}
			},
		},
		{
			name:  "account/entry-by-entry",
			rules: storetest.Says("PutAccount", "PutAccount replaces standing and state of an account, and appends Entries to its journal."),
			run: func(c *scene) {
				// The same book, one entry a commit: lots come, shrink and go, holds and debt too.
				for id, b := range map[string]*book{"full": fullBook(), "in debt": debtBook()} {
					so := new(book)
					for n, e := range b.entries {
						so.decided(b.entries[n:n+1], nil)
						standing := of("m")
						if n%2 == 0 {
							standing = fullStanding()
						}
						w := so.put(standing, n)
						c.write(account(id), w)
						c.wants(id, uint64(n)+1, w)
						if have := c.postings(loyalty.PostingFilter{Account: id, After: loyalty.Place{Account: id, Seq: uint64(n)}}); len(have) != 1 {
							c.Errorf("%d postings behind the last, want 1", len(have))
						} else {
							c.Same("posting", have[0].Entry, e)
						}
					}
				}
			},
		},
		{
			name:  "account/lots-go",
			rules: storetest.Says("PutAccount", "PutAccount replaces standing and state of an account"),
			run: func(c *scene) {
				c.write(account("p"), fullBook().put(fullStanding(), 0))
				bare := fullBook().put(of("m"), len(fullBook().entries))
				bare.State.Lots, bare.State.Holds, bare.State.Totals.Burned = nil, nil, bare.State.Totals.Burned+balance(bare)
				c.write(account("p"), bare)
				c.wants("p", 2, bare)
			},
		},
		{
			name: "account/lots-in-order",
			rules: slices.Concat(storetest.Says("PutAccount", "State is what points.Apply makes of the state before and the entries"),
				storetest.Says("Store: Limits", "or the zero time for none")),
			run: func(c *scene) {
				// By expiry, those without last; then by activation; then by number.
				b := new(book)
				for n, lot := range [][2]int{{9, 0}, {1, 70}, {5, 60}, {1, 0}, {4, 60}, {2, 60}, {2, 60}, {3, 0}, {1, 60}} {
					e := earn(n + 1)
					if e.ActivateAt = minute(lot[0]); lot[1] > 0 {
						e.ExpireAt = minute(lot[1])
					}
					b.decided(append(b.entries[len(b.entries):], e), nil)
				}
				w := b.put(of("m"), 0)
				var order []uint64
				for _, l := range w.State.Lots {
					order = append(order, l.ID)
				}
				if !slices.Equal(order, []uint64{9, 6, 7, 5, 3, 2, 4, 8, 1}) {
					c.Errorf("the sample has its lots in the order %v", order)
				}
				c.write(account("p"), w)
				c.wants("p", 1, w)
				for _, have := range storetest.Rows(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{})) {
					c.Same("listed", have.State.Lots, w.State.Lots)
				}
			},
		},
		{
			name: "account/first-put-makes-it",
			rules: slices.Concat(storetest.Says("Store: Commit", "The first PutAccount makes an account exist, the first PutRecord any other subject's record.",
				"What a subject has besides (version, entries, claims) may be there before."),
				storetest.Says("PutAccount", "The first PutAccount makes the account exist.")),
			run: func(c *scene) {
				p := account("p")
				c.write(p, loyalty.Claim{Space: "phone", Key: "1"}, event(1))
				_, err := c.store.Account(c.ctx, "p")
				c.Fails("Account that was never put", err, loyalty.ErrNotFound)
				c.Same("listing", c.accounts(loyalty.AccountFilter{}), []string(nil))
				c.Same("listing by id", c.accounts(loyalty.AccountFilter{IDs: []string{"p"}}), []string(nil))
				c.Same("head", c.head(p), loyalty.Head{Version: 1})
				c.holds("phone", "1", p)
				c.write(p, stands(fullStanding()))
				c.wants("p", 2, stands(fullStanding()))
				c.Same("listing", c.accounts(loyalty.AccountFilter{Member: "member-1"}), []string{"p"})
				c.write(p, fullBook().put(of("m"), 0))
				c.wants("p", 3, fullBook().put(of("m"), 0))
			},
		},
		{
			name: "account/entries-follow",
			rules: slices.Concat(storetest.Says("Store: Commit", follow),
				storetest.Says("PutAccount", "which carry their numbers: the first is one more than the account has.")),
			run: func(c *scene) {
				p := account("p")
				c.write(p, earns(of("m"), 0, 3))
				for _, w := range []loyalty.PutAccount{earns(of("m"), 2, 4), earns(of("m"), 4, 5), earns(of("m"), 0, 1)} {
					err := c.refuse(loyalty.ErrConflict, loyalty.Commit{Changes: []loyalty.Change{set(thing("a"), 0, put(`1`)), set(p, 1, w)}})
					c.names(err, p)
				}
				err := c.refuse(loyalty.ErrConflict, loyalty.Commit{Changes: []loyalty.Change{set(account("new"), 0, earns(of("m"), 1, 2))}})
				c.names(err, account("new"))
				c.write(p, earns(of("m"), 3, 5))
				c.wants("p", 2, earns(of("m"), 0, 5))
			},
		},
		{
			name: "account/several-at-once",
			rules: slices.Concat(storetest.Says("Store: Commit", "Commit applies all of a commit or nothing."),
				storetest.Says("Commit.Changes", "Changes are applied in order.")),
			run: func(c *scene) {
				a, b := account("a"), account("b")
				c.commit(set(a, 0, earns(of("m"), 0, 1)), set(b, 0, earns(of("n"), 0, 2)))
				both := func(first, second uint64) []loyalty.Change {
					return []loyalty.Change{set(a, first, earns(of("m"), 1, 2)), set(b, second, earns(of("n"), 2, 3))}
				}
				c.refuse(loyalty.ErrConflict, loyalty.Commit{Scope: "s", Key: "k", Changes: both(1, 0)})
				c.refuse(loyalty.ErrConflict, loyalty.Commit{Scope: "s", Key: "k", Changes: both(2, 1)})
				c.wants("a", 1, earns(of("m"), 0, 1))
				c.wants("b", 1, earns(of("n"), 0, 2))
				c.send(loyalty.Commit{Scope: "s", Key: "k", Changes: both(1, 1)})
				c.wants("a", 2, earns(of("m"), 0, 2))
				c.wants("b", 2, earns(of("n"), 0, 3))
				// One key for the scope, whichever account it is about.
				c.refuse(loyalty.ErrDuplicate, loyalty.Commit{Scope: "s", Key: "k", Changes: []loyalty.Change{set(account("c"), 0, earns(of("m"), 0, 1))}})
			},
		},
	}
}

// balance is what the account of a write has in its lots, less debt.
func balance(w loyalty.PutAccount) (sum int64) {
	for _, l := range w.State.Lots {
		sum += l.Left
	}
	return sum - w.State.Debt
}
