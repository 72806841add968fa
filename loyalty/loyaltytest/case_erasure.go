package loyaltytest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// accountErasureChecks are the cases of the reasons of postings.
func accountErasureChecks() []check {
	const secret = "loyaltytest-secret-13912345678"
	return []check{
		{
			name: "erasure/postings",
			rules: slices.Concat(storetest.Says("Store: Erasure", "After a Redact the cleared reasons, and after a Release the key, are nowhere in the store."),
				storetest.Says("Redact", "Redact clears Reason of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change.",
					"An entry that the change appended before it is cleared by its Seq;")),
			run: func(c *scene) {
				cleared := func(w loyalty.PutAccount, seqs ...uint64) (all []points.Entry) {
					for _, e := range w.Entries {
						if e = e.Clone(); slices.Contains(seqs, e.Seq) {
							e.Reason = ""
						}
						all = append(all, e)
					}
					return all
				}
				have := func(what, id string, want []points.Entry) {
					c.t.Helper()
					c.Same(what, c.postings(loyalty.PostingFilter{Account: id}), postings(id, want))
				}
				all := secretly(secret, 5)
				p := account("p")
				c.write(p, loyalty.PutAccount{Standing: of("m"), State: secretly(secret, 3).State, Entries: all.Entries[:3]})
				c.write(account("other"), all)
				c.write(p, loyalty.Redact{Seq: 2}, loyalty.Redact{Seq: 9})
				have("one of three", "p", cleared(secretly(secret, 3), 2))
				c.write(p, loyalty.PutAccount{Standing: of("m"), State: all.State, Entries: all.Entries[3:]}, loyalty.Redact{}, loyalty.Redact{Seq: 5})
				have("those before the change, and one of it", "p", cleared(all, 1, 2, 3, 5))
				c.wants("p", 3, all)
				c.write(p, loyalty.Redact{})
				have("all", "p", cleared(all, 1, 2, 3, 4, 5))
				have("those of another", "other", all.Entries)
				c.write(account("other"), loyalty.Redact{})
				c.write(account("never"), loyalty.Redact{Seq: 1}, loyalty.Redact{})
				c.Same("head", c.head(account("never")), loyalty.Head{Version: 1})
				c.Gone(secret, neutralSubject(p), neutralSubject(account("other")))
			},
		},
		{
			name:  "erasure/redact-before-the-entries",
			rules: storetest.Says("Redact", "an entry that does not exist is passed over."),
			run: func(c *scene) {
				all := secretly(secret, 2)
				c.write(account("p"), loyalty.Redact{Seq: 1}, loyalty.Redact{}, all)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", all.Entries))
			},
		},
		{
			name:  "erasure/keeps-the-place",
			rules: storetest.Says("Store: Erasure", "What is left of a subject keeps its version, its entries' amounts and codes, and its place in every listing."),
			run: func(c *scene) {
				var ids []string
				for i := range 9 {
					id := fmt.Sprint(i)
					ids = append(ids, id)
					c.write(account(id), secretly(secret, 3), loyalty.Claim{Space: "phone", Key: id})
				}
				for _, id := range ids {
					c.write(account(id), loyalty.Redact{}, loyalty.Release{Space: "phone", Key: id})
				}
				want := secretly("", 3)
				c.Same("accounts", c.accounts(loyalty.AccountFilter{}), ids)
				c.Same("accounts by member", c.accounts(loyalty.AccountFilter{Member: "m"}), ids)
				for _, id := range ids {
					c.wants(id, 2, want)
					c.Same("postings", c.postings(loyalty.PostingFilter{Account: id, Ref: "order-2"}), postings(id, want.Entries[1:2]))
				}
			},
		},
	}
}

// secretly earns n times with a reason that is personal, if any.
func secretly(secret string, n int) loyalty.PutAccount {
	var entries []points.Entry
	for i := 1; i <= n; i++ {
		e := earn(i)
		e.Ref = fmt.Sprint("order-", i)
		if secret != "" {
			e.Reason = fmt.Sprint("reason ", secret, i)
		}
		entries = append(entries, e)
	}
	w := follows(points.State{}, entries...)
	w.Standing = of("m")
	return w
}
