package loyaltytest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// gone wants a text to be nowhere: in no read, and not in what the store keeps.
func (c *scene) gone(secret string, of ...loyalty.Subject) {
	c.t.Helper()
	var seen strings.Builder
	for _, s := range of {
		seen.WriteString(c.picture(loyalty.Commit{Require: []loyalty.Expect{{Subject: s}}}))
	}
	if strings.Contains(seen.String(), secret) {
		c.Errorf("an erased text can still be read")
	}
	if c.find(c.store, secret) {
		c.Errorf("an erased text is still somewhere in the store")
	}
}

// Cases of erasure.
func erasureChecks() []check {
	const secret = "loyaltytest-secret-13912345678"
	private := func(n int) loyalty.Append {
		e := fullEntry(n)
		e.Reason = "reason " + secret
		return loyalty.Append{Entry: e}
	}
	cleared := func(n int, s loyalty.Subject, seq uint64) loyalty.Entry {
		e := kept(private(n).Entry, s, seq)
		e.Reason = ""
		return e
	}
	return []check{
		{
			name: "erasure/redact-all",
			rules: slices.Concat(storetest.Says("Store: Erasure", "After a Redact the cleared reasons, and after a Release the key, are nowhere in the store."),
				storetest.Says("Redact", "Redact clears Reason of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change."),
				storetest.Says("Store: Erasure", "What is left of a subject keeps its version, its entries' amounts and codes, and its place in every listing.")),
			run: func(c *scene) {
				p := thing("p")
				c.write(p, loyalty.PutRecord{Record: fullRecord(1)}, private(1), private(2))
				c.write(thing("other"), private(1))
				c.write(p, loyalty.Redact{})
				c.Same("entries", c.journal(p), []loyalty.Entry{cleared(1, p, 1), cleared(2, p, 2)})
				c.Same("entries of the member", places(c.entries(loyalty.EntryFilter{Member: "member-1"})),
					[]loyalty.Position{{Subject: thing("other"), Seq: 1}, {Subject: p, Seq: 1}, {Subject: p, Seq: 2}})
				c.Same("records", c.records(loyalty.RecordFilter{Kind: kindThing, Member: "member-1"}), []string{"p"})
				c.Same("head", c.head(p), loyalty.Head{Version: 2, Entries: 2, Recorded: minute(2)})
				c.Same("entries of another", c.journal(thing("other")), []loyalty.Entry{kept(private(1).Entry, thing("other"), 1)})
				c.write(thing("other"), loyalty.Redact{})
				c.gone(secret, p, thing("other"))
			},
		},
		{
			name:  "erasure/redact-spares-the-same-change",
			rules: storetest.Says("Redact", "where Seq is 0, of all entries that the subject had before the change."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, private(1))
				c.write(a, private(2), loyalty.Redact{}, private(3))
				c.Same("entries", c.journal(a), []loyalty.Entry{cleared(1, a, 1), kept(private(2).Entry, a, 2), kept(private(3).Entry, a, 3)})
			},
		},
		{
			name: "erasure/redact-one",
			rules: storetest.Says("Redact", "Redact clears Reason of the subject's entry Seq",
				"an entry that does not exist is passed over."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, private(1), private(2), private(3))
				c.write(a, loyalty.Redact{Seq: 2})
				c.Same("entries", c.journal(a), []loyalty.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3)})
				c.write(a, loyalty.Redact{Seq: 4}, loyalty.Redact{Seq: 9}, private(4), loyalty.Redact{Seq: 4}, private(5))
				c.write(thing("never"), loyalty.Redact{Seq: 1}, loyalty.Redact{})
				c.Same("entries", c.journal(a), []loyalty.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3),
					cleared(4, a, 4), kept(private(5).Entry, a, 5)})
				c.Same("versions", c.head(thing("never")), loyalty.Head{Version: 1})
			},
		},
		{
			name:  "erasure/redact-of-the-same-change",
			rules: storetest.Says("Redact", "An entry that the change appended before it is cleared by its Seq; an entry that does not exist is passed over."),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				c.write(a, private(1))
				c.write(a, loyalty.Redact{Seq: 3}, private(2), loyalty.Redact{Seq: 2}, private(3))
				c.Same("entries", c.journal(a), []loyalty.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3)})
				c.write(a, loyalty.Redact{Seq: 3}, loyalty.Redact{Seq: 1})
				c.write(b, private(1), private(2), loyalty.Redact{Seq: 2}, loyalty.Redact{Seq: 1})
				c.Same("entries of a new subject", c.journal(b), []loyalty.Entry{cleared(1, b, 1), cleared(2, b, 2)})
				c.gone(secret, a, b)
			},
		},
		{
			name:  "erasure/release",
			rules: storetest.Says("Store: Erasure", "after a Release the key, are nowhere in the store."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, loyalty.Claim{Space: "phone", Key: secret}, loyalty.Claim{Space: "phone", Key: "2"})
				c.write(a, loyalty.Release{Space: "phone", Key: secret})
				c.holds("phone", secret, loyalty.Subject{})
				c.holds("phone", "2", a)
				c.gone(secret, a)
			},
		},
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
				c.gone(secret, p, account("other"))
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
