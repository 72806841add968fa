package crmtest

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// changedAlongside are the cases of commits, where customers are changed as well. Those
// that bear the name of a case of all domains go on where that ends.
func changedAlongside() []check {
	return []check{
		{
			name: "commit/applies-every-write",
			run: func(c *scene) {
				p := person("p")
				c.Same("entries of the customer", c.journal(p), []crm.Entry{kept(fullEntry(1), p, 1)})
				c.holds("phone", "138", p)
				profile := c.profile("p", sampleProfile(1))
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Head: c.head(p), Profile: profile, Standing: fullStanding()})
			},
		},
		{
			name: "commit/no-business-rule",
			run: func(c *scene) {
				p := person("p")
				backward := []crm.Write{line(crm.JournalOwner, 9), line(crm.JournalOwner, 3), crm.PutStanding{Standing: fullStanding()}}
				c.write(p, backward...)
				c.Same("head", c.head(p), crm.Head{Version: 1, Entries: 2, Recorded: minute(3)})
				standing := fullStanding()
				standing.Holding.Owner, standing.Groups = "", []string{"z", "a", "z"}
				profile := c.profile("p", sampleProfile(1), crm.PutStanding{Standing: standing})
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Head: crm.Head{Version: 2, Entries: 2, Recorded: minute(3)}, Profile: profile, Standing: standing})
				c.write(thing("b"), crm.PutRecord{Record: crm.Record{Customer: "nobody", Owner: "no-colleague", State: "no such state"}})
				c.Same("record", c.record(thing("b")).State, "no such state")
			},
		},
		{
			name: "version/guards-all",
			rules: slices.Concat(storetest.Says("Subject", "Subject is whatever has a version: its record and all its journals are guarded by one number."),
				storetest.Says("Store: Vocabulary",
					"A subject is whatever has a version: a customer, or anything else that the library keeps (a colleague's guard, a contact, a registry), told apart by its Kind.")),
			run: func(c *scene) {
				p := person("a") // whose id a thing has as well
				c.Same("head of the customer", c.head(p), crm.Head{})
				c.write(p, crm.PutStanding{Standing: fullStanding()})
				c.Same("head of the customer", c.head(p), crm.Head{Version: 1})
			},
		},
		{
			name:  "head/same-in-the-record",
			rules: storetest.Says("Store: Consistency", "a Customer or a Record and the Head in it are of the same moment."),
			run: func(c *scene) {
				c.profile("p", sampleProfile(1), crm.PutStanding{Standing: fullStanding()})
				for n := range 4 {
					c.write(person("p"), line(crm.JournalTimeline, n))
					c.Same("head in the customer", c.customer("p").Head, c.head(person("p")))
					for _, row := range storetest.Rows(c.Scene, c.store.Customers(c.ctx, crm.CustomerFilter{})) {
						c.Same("head in a listed customer", row.Head, c.head(person("p")))
					}
				}
			},
		},
		{
			name: "entries/numbered-over-all-journals",
			rules: slices.Concat(
				storetest.Says("Store: Vocabulary", "entries: the lines of its journals, numbered 1, 2, 3 over all its journals in the order in which they were appended;"),
				storetest.Says("Append", "the store gives the entries of a subject the numbers 1, 2, 3 in the order in which they are appended.")),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				journals := []crm.Journal{crm.JournalTimeline, crm.JournalOwner, crm.JournalTimeline, "x.y-z_9"}
				for n := 0; n < len(journals); n += 2 {
					c.commit(set(b, uint64(n/2), line(crm.JournalOwner, n)), set(a, uint64(n/2), line(journals[n], n), line(journals[n+1], n+1)))
				}
				for n, e := range c.journal(a) {
					if e.Seq != uint64(n)+1 || e.Journal != journals[n] || e.Subject != a {
						c.Errorf("entry %d: subject %v, seq %d, journal %s; want %v, %d, %s", n, e.Subject, e.Seq, e.Journal, a, n+1, journals[n])
					}
				}
				if have := len(c.journal(a)); have != 4 {
					c.Errorf("%d entries, want 4", have)
				}
			},
		},
		{
			name: "write/profile-and-standing",
			rules: slices.Concat(storetest.Says("Store: Vocabulary", "a record: of a customer the Customer, made of a profile and a standing; of every other kind the Record;"),
				storetest.Says("PutProfile", "PutProfile replaces the profile of a customer."),
				storetest.Says("PutStanding", "PutStanding replaces the standing of a customer."),
				storetest.Says("CustomerReader.Customer", "Customer returns the customer with this id, or ErrNotFound.")),
			run: func(c *scene) {
				p := person("p")
				one := c.profile("p", fullProfile(1), crm.PutStanding{Standing: fullStanding()})
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Head: c.head(p), Profile: one, Standing: fullStanding()})
				c.write(p, owned("staff-2"))
				c.Same("customer with another standing", c.customer("p"),
					crm.Customer{ID: "p", Head: c.head(p), Profile: one, Standing: owned("staff-2").Standing})
				two := c.profile("p", sampleProfile(2))
				c.Same("customer with another profile", c.customer("p"),
					crm.Customer{ID: "p", Head: c.head(p), Profile: two, Standing: owned("staff-2").Standing})
				_, err := c.store.Record(c.ctx, p)
				c.Fails("Record of a customer", err, crm.ErrNotFound)
			},
		},
		{
			name: "write/last-of-a-change-wins",
			rules: storetest.Says("Store: Commit",
				"Within a change, writes are applied in order, and a later one of the same kind replaces the record of the earlier one"),
			run: func(c *scene) {
				c.profile("p", sampleProfile(1), crm.PutStanding{Standing: fullStanding()}, owned("last"))
				c.Same("standing", c.customer("p").Standing, owned("last").Standing)
				c.Same("version", c.head(person("p")).Version, uint64(1))
			},
		},
		{
			name: "write/last-profile-wins",
			rules: storetest.Says("Store: Commit",
				"Within a change, writes are applied in order, and a later one of the same kind replaces the record of the earlier one"),
			skip: needsProfiles,
			run: func(c *scene) {
				c.write(person("p"), crm.PutProfile{Profile: fullProfile(1)}, crm.PutProfile{Profile: sampleProfile(2)})
				c.Same("profile", c.customer("p").Profile, sampleProfile(2))
			},
		},
		{
			name:  "write/append-leaves-the-record",
			rules: storetest.Says("Store: Commit", "A change that only appends leaves the record as it is."),
			run: func(c *scene) {
				p := person("p")
				profile := c.profile("p", fullProfile(1), crm.PutStanding{Standing: fullStanding()})
				c.write(p, line(crm.JournalRecord, 1), crm.Claim{Space: "phone", Key: "2"}, crm.Redact{}, event(1))
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Head: c.head(p), Profile: profile, Standing: fullStanding()})
			},
		},
		{
			name: "write/first-profile-makes-the-customer",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"The first PutProfile makes a customer exist, the first PutRecord any other subject's record.",
				"What a customer has besides (version, standing, entries, claims) may be there before."),
				storetest.Says("PutProfile", "The first one makes the customer exist.")),
			run: func(c *scene) {
				p := person("p")
				c.write(p, crm.PutStanding{Standing: fullStanding()}, line(crm.JournalTimeline, 1), crm.Claim{Space: "phone", Key: "1"})
				_, err := c.store.Customer(c.ctx, "p")
				c.Fails("Customer without a profile", err, crm.ErrNotFound)
				c.Same("listing", c.customers(crm.CustomerFilter{}), []string(nil))
				c.Same("listing by owner", c.customers(crm.CustomerFilter{Owner: "staff-1"}), []string(nil))
				c.Same("head", c.head(p), crm.Head{Version: 1, Entries: 1, Recorded: minute(1)})
				c.holds("phone", "1", p)
				if n := len(c.journal(p)); n != 1 {
					c.Errorf("%d entries, want 1", n)
				}
				profile := c.profile("p", sampleProfile(1))
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Profile: profile, Standing: fullStanding(),
					Head: crm.Head{Version: 2, Entries: 1, Recorded: minute(1)}})
				c.Same("listing by owner, with a profile", c.customers(crm.CustomerFilter{Owner: "staff-1"}), []string{"p"})
			},
		},
		{
			name: "claim/one-holder",
			run: func(c *scene) {
				a, b := person("q"), thing("q")
				c.commit(set(a, 0, crm.Claim{Space: "mobile", Key: "1"}))
				c.refuse(crm.ErrTaken, crm.Commit{Changes: []crm.Change{set(b, 0, crm.Claim{Space: "mobile", Key: "1"})}})
				c.commit(set(b, 0, crm.Claim{Space: "mobile", Key: "1"}), set(a, 1, crm.Release{Space: "mobile", Key: "1"}))
				c.holds("mobile", "1", b)
			},
		},
		{
			name: "error/fields",
			run: func(c *scene) {
				_, err := c.store.Customer(c.ctx, "nobody")
				if _, ok := c.ErrorOf(err); !ok {
					c.Errorf("Customer of nobody: %v, want an *Error", err)
				}
				if !c.f.ReadOnlyProfiles {
					return
				}
				p := c.seed(c.store, "p", sampleProfile(1))
				p.Name += " 2"
				err = c.store.Commit(c.ctx, crm.Commit{Changes: []crm.Change{set(person("p"), 0, crm.PutProfile{Profile: p})}})
				c.Fails("another profile", err, crm.ErrUnsupported)
				if e, ok := c.ErrorOf(err); !ok || e.Subject != neutralSubject(person("p")) {
					c.Errorf("the error %v is no *crm.Error about %v", err, person("p"))
				}
			},
		},
	}
}

func needsProfiles(c *scene) string {
	if c.f.ReadOnlyProfiles {
		return "Features.ReadOnlyProfiles: the store cannot write profiles"
	}
	return ""
}
