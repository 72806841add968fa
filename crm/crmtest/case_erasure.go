package crmtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// gone wants a text to be nowhere: in no read, and not in what the store keeps.
func (c *scene) gone(secret string, of ...crm.Subject) {
	c.t.Helper()
	var seen strings.Builder
	for _, s := range of {
		seen.WriteString(c.picture(crm.Commit{Require: []crm.Expect{{Subject: s}}}))
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
	const secret = "crmtest-secret-13912345678"
	private := func(n int) crm.Append {
		e := fullEntry(n)
		e.Reason, e.Text, e.Private = "reason "+secret, "text "+secret, []byte(`{"p":"`+secret+`"}`)
		return crm.Append{Entry: e}
	}
	cleared := func(n int, s crm.Subject, seq uint64) crm.Entry { return kept(private(n).Entry, s, seq).Redacted() }
	return []check{
		{
			name:  "erasure/profile",
			rules: storetest.Says("Store: Erasure", "After a PutProfile the earlier profile is nowhere in the store;"),
			skip:  needsProfiles,
			run: func(c *scene) {
				c.profile("p", secretProfile(secret))
				c.profile("other", sampleProfile(1))
				c.profile("p", sampleProfile(2))
				c.Same("profile", c.customer("p").Profile, sampleProfile(2))
				c.gone(secret, person("p"), person("other"))
			},
		},
		{
			name: "erasure/redact-all",
			rules: slices.Concat(storetest.Says("Store: Erasure", "after a Redact the cleared texts are not."),
				storetest.Says("Redact", "Redact clears Reason, Text and Private of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change."),
				storetest.Says("Store: Erasure", "What is left of a subject that was erased keeps its version, its entries' codes and amounts, and its place in every listing.")),
			run: func(c *scene) {
				p := person("p")
				c.profile("p", sampleProfile(1), private(1), private(2), crm.PutStanding{Standing: fullStanding()})
				c.write(thing("other"), private(1))
				c.write(p, crm.Redact{})
				c.Same("entries", c.journal(p), []crm.Entry{cleared(1, p, 1), cleared(2, p, 2)})
				c.Same("entries with the contact", places(c.entries(crm.EntryFilter{Contact: "contact-1"})),
					[]crm.Position{{Subject: thing("other"), Seq: 1}, {Subject: p, Seq: 1}, {Subject: p, Seq: 2}})
				c.Same("customers", c.customers(crm.CustomerFilter{Owner: "staff-1"}), []string{"p"})
				c.Same("head", c.head(p), crm.Head{Version: 2, Entries: 2, Recorded: minute(2)})
				c.Same("entries of another", c.journal(thing("other")), []crm.Entry{kept(private(1).Entry, thing("other"), 1)})
				c.write(thing("other"), crm.Redact{})
				c.gone(secret, p, thing("other"))
			},
		},
		{
			name:  "erasure/redact-spares-the-same-change",
			rules: storetest.Says("Redact", "where Seq is 0, of all entries that the subject had before the change."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, private(1))
				c.write(a, private(2), crm.Redact{}, private(3))
				c.Same("entries", c.journal(a), []crm.Entry{cleared(1, a, 1), kept(private(2).Entry, a, 2), kept(private(3).Entry, a, 3)})
			},
		},
		{
			name: "erasure/redact-one",
			rules: storetest.Says("Redact", "Redact clears Reason, Text and Private of the subject's entry Seq",
				"an entry that does not exist is passed over."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, private(1), private(2), private(3))
				c.write(a, crm.Redact{Seq: 2})
				c.Same("entries", c.journal(a), []crm.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3)})
				c.write(a, crm.Redact{Seq: 4}, crm.Redact{Seq: 9}, private(4), crm.Redact{Seq: 4}, private(5))
				c.write(thing("never"), crm.Redact{Seq: 1}, crm.Redact{})
				c.Same("entries", c.journal(a), []crm.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3),
					cleared(4, a, 4), kept(private(5).Entry, a, 5)})
				c.Same("versions", c.head(thing("never")), crm.Head{Version: 1})
			},
		},
		{
			name:  "erasure/redact-of-the-same-change",
			rules: storetest.Says("Redact", "An entry that the change appended before it is cleared by its Seq; an entry that does not exist is passed over."),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				c.write(a, private(1))
				c.write(a, crm.Redact{Seq: 3}, private(2), crm.Redact{Seq: 2}, private(3))
				c.Same("entries", c.journal(a), []crm.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3)})
				c.write(a, crm.Redact{Seq: 3}, crm.Redact{Seq: 1})
				c.write(b, private(1), private(2), crm.Redact{Seq: 2}, crm.Redact{Seq: 1})
				c.Same("entries of a new subject", c.journal(b), []crm.Entry{cleared(1, b, 1), cleared(2, b, 2)})
				c.gone(secret, a, b)
			},
		},
		{
			name:  "erasure/release",
			rules: storetest.Says("Store: Erasure", "after a Release the key is not;"),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, crm.Claim{Space: "phone", Key: secret}, crm.Claim{Space: "phone", Key: "2"})
				c.write(a, crm.Release{Space: "phone", Key: secret})
				c.holds("phone", secret, crm.Subject{})
				c.holds("phone", "2", a)
				c.gone(secret, a)
			},
		},
		{
			name:  "erasure/keeps-the-place",
			rules: storetest.Says("Store: Erasure", "What is left of a subject that was erased keeps its version, its entries' codes and amounts, and its place in every listing."),
			run: func(c *scene) {
				var all []string
				for i := range 9 {
					id := fmt.Sprint(i)
					all = append(all, id)
					c.profile(id, sampleProfile(i), private(i), crm.PutStanding{Standing: fullStanding()}, crm.Claim{Space: "phone", Key: id})
				}
				for i := range 9 {
					c.profile(fmt.Sprint(i), emptyProfile(), crm.Redact{}, crm.Release{Space: "phone", Key: fmt.Sprint(i)})
				}
				c.Same("customers", c.customers(crm.CustomerFilter{}), all)
				c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: "staff-1"}), all)
				for i, id := range all {
					c.Same("entries", c.journal(person(id)), []crm.Entry{cleared(i, person(id), 1)})
					c.Same("standing", c.customer(id).Standing, fullStanding())
					c.Same("version", c.head(person(id)).Version, uint64(2))
				}
			},
		},
	}
}
