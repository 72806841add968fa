package loyaltytest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// changedAlongside are the cases of commits, where accounts are changed as well. Those
// that bear the name of a case of all domains go on where that ends.
func changedAlongside() []check {
	return []check{
		{
			name: "commit/applies-every-write",
			run: func(c *scene) {
				c.wants("p", 1, fullBook().put(fullStanding(), 0))
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", fullBook().entries))
				c.holds("phone", "138", account("p"))
			},
		},
		{
			name: "commit/no-business-rule",
			run: func(c *scene) {
				standing := fullStanding()
				standing.Status, standing.Member = loyalty.Closed, "nobody"
				slices.Reverse(standing.Counters)
				standing.Counters = append(standing.Counters, standing.Counters...)
				for n := range 3 { // a closed account goes on earning
					w := earns(standing, n, n+1)
					c.write(account("p"), w)
					c.wants("p", uint64(n)+1, w)
				}
			},
		},
		{
			name: "version/guards-all",
			rules: storetest.Says("Store: Vocabulary",
				"A subject is whatever has a version: an account, or anything else that the library keeps (a member, a voucher, the stock of a reward), told apart by its Kind."),
			run: func(c *scene) {
				p := account("a") // whose id a thing has as well
				c.Same("head of the account", c.head(p), loyalty.Head{})
				c.write(p, stands(fullStanding()))
				c.Same("head of the account", c.head(p), loyalty.Head{Version: 1})
			},
		},
		{
			name:  "head/same-in-the-record",
			rules: storetest.Says("Store: Consistency", "an Account or a Record and the Head in it are of the same moment."),
			run: func(c *scene) {
				for n := range 4 {
					c.write(account("p"), earns(fullStanding(), n, n+1))
					c.Same("head in the account", c.account("p").Head, c.head(account("p")))
					for _, row := range storetest.Rows(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{})) {
						c.Same("head in a listed account", row.Head, c.head(account("p")))
					}
				}
			},
		},
		{
			name: "write/append-leaves-the-record",
			run: func(c *scene) {
				w := fullBook().put(fullStanding(), 0)
				c.write(account("p"), w)
				c.write(account("p"), loyalty.Claim{Space: "phone", Key: "2"}, loyalty.Redact{Seq: 99}, event(1))
				c.wants("p", 2, w)
			},
		},
		{
			name:  "write/first-record-makes-the-record",
			rules: storetest.Says("Store: Commit", "The first PutAccount makes an account exist, the first PutRecord any other subject's record."),
			run: func(c *scene) {
				c.Same("accounts", c.accounts(loyalty.AccountFilter{}), []string(nil))
				c.commit(set(account("p"), 0, loyalty.Claim{Space: "card", Key: "1"}))
				_, err := c.store.Account(c.ctx, "p")
				c.Fails("Account that was never put", err, loyalty.ErrNotFound)
				c.write(account("p"), stands(of("m")))
				c.wants("p", 2, stands(of("m")))
			},
		},
		{
			name: "claim/one-holder",
			run: func(c *scene) {
				a, b := account("q"), thing("q")
				c.commit(set(a, 0, loyalty.Claim{Space: "card", Key: "1"}))
				c.refuse(loyalty.ErrTaken, loyalty.Commit{Changes: []loyalty.Change{set(b, 0, loyalty.Claim{Space: "card", Key: "1"})}})
				c.commit(set(b, 0, loyalty.Claim{Space: "card", Key: "1"}), set(a, 1, loyalty.Release{Space: "card", Key: "1"}))
				c.holds("card", "1", b)
			},
		},
		{
			name: "outbox/events-come-whole",
			run: func(c *scene) {
				box, ok := c.store.(loyalty.Outbox)
				if !ok {
					return
				}
				p := account("p")
				c.write(p, earns(of("m"), 0, 1), event(3))
				for _, e := range c.pending(box) {
					if e.Subject == p {
						want := event(3).Event
						want.ID, want.Subject, want.Version = e.ID, p, 1
						c.Same("event of the account", e, want)
						return
					}
				}
				c.Errorf("no event of the account")
			},
		},
		{
			name: "error/fields",
			run: func(c *scene) {
				c.write(account("p"), earns(of("m"), 0, 2))
				for _, w := range []loyalty.PutAccount{earns(of("m"), 1, 3), earns(of("m"), 3, 4)} {
					err := c.store.Commit(c.ctx, loyalty.Commit{Changes: []loyalty.Change{set(account("p"), 1, w)}})
					c.Fails("entries that do not follow", err, loyalty.ErrConflict)
					c.names(err, account("p"))
				}
				_, err := c.store.Account(c.ctx, "nobody")
				if _, ok := c.ErrorOf(err); !ok {
					c.Errorf("Account of nobody: %v, want an *Error", err)
				}
			},
		},
	}
}

// names wants an error to be the typed one of package loyalty and about a subject.
func (c *scene) names(err error, s loyalty.Subject) {
	c.t.Helper()
	if e, ok := c.ErrorOf(err); !ok || e.Subject != neutralSubject(s) {
		c.Errorf("the error %v is no *loyalty.Error about %v", err, s)
	}
}
