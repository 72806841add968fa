package crmtest

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// erasureChecks are the cases of profiles, and of entries of customers.
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
				c.Gone(secret, neutralSubject(person("p")), neutralSubject(person("other")))
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
