package crmtest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of profiles in the host's own table.
func hostChecks() []check {
	needsHost := func(c *scene) string {
		if !c.f.ReadOnlyProfiles {
			return "without Features.ReadOnlyProfiles nobody but the store writes profiles"
		}
		return ""
	}
	const heading = "Store: Rows edited behind the store's back"
	existence := "A row of the host's is a customer before there is any commit, with the zero Head and Standing; one whose row is deleted is ErrNotFound, and keeps its version, entries and claims."
	refusal := "A store that cannot write profiles refuses PutProfile with ErrUnsupported unless the profile is Equal to the one that is there; everything else works as ever."
	return []check{
		{
			name:  "host/edited-behind-the-back",
			rules: storetest.Says(heading, "Where profiles are the host's own table, which others write too, Customer returns what the table holds at that moment, and the version does not move with it."),
			skip:  needsHost,
			run: func(c *scene) {
				one := c.seed(c.store, "p", sampleProfile(1))
				c.Same("customer that only the host knows", c.customer("p"), crm.Customer{ID: "p", Profile: one})
				c.Same("customers", c.customers(crm.CustomerFilter{}), []string{"p"})
				c.write(person("p"), crm.PutStanding{Standing: fullStanding()}, line("j", 1))
				two := c.seed(c.store, "p", sampleProfile(2))
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Profile: two, Standing: fullStanding(),
					Head: crm.Head{Version: 1, Entries: 1, Recorded: minute(1)}})
			},
		},
		{
			name:  "host/rows-without-a-commit",
			rules: storetest.Says(heading, existence),
			skip:  needsHost,
			run: func(c *scene) {
				var all []crm.Customer
				var ids []string
				for i := range c.Size(300, 150) {
					id := fmt.Sprintf("%04d", i)
					all = append(all, crm.Customer{ID: id, Profile: c.seed(c.store, id, sampleProfile(i))})
					ids = append(ids, id)
				}
				c.Same("customers", storetest.Rows(c.Scene, c.store.Customers(c.ctx, crm.CustomerFilter{})), all)
				c.Same("unowned", c.customers(crm.CustomerFilter{Unowned: true}), ids)
				c.Same("behind one of them", c.customers(crm.CustomerFilter{After: ids[9], Limit: 5}), ids[10:15])
				c.Same("owned", c.customers(crm.CustomerFilter{Owner: "staff-1"}), []string(nil))
				c.Same("one of them", c.customer(ids[7]), all[7])
				c.Same("head", c.head(person(ids[7])), crm.Head{})
				c.commit(set(person(ids[7]), 0, owned("staff-1")))
				c.Same("owned", c.customers(crm.CustomerFilter{Owner: "staff-1"}), ids[7:8])
				c.Same("unowned", c.customers(crm.CustomerFilter{Unowned: true}), slices.Delete(slices.Clone(ids), 7, 8))
			},
		},
		{
			name:  "host/row-is-deleted",
			rules: storetest.Says(heading, existence),
			skip: func(c *scene) string {
				if c.f.RemoveProfile == nil {
					return "without Features.RemoveProfile"
				}
				return needsHost(c)
			},
			run: func(c *scene) {
				p := person("p")
				c.seed(c.store, "other", sampleProfile(1))
				c.seed(c.store, "p", sampleProfile(2))
				c.commit(set(p, 0, crm.PutStanding{Standing: fullStanding()}, line("j", 1), crm.Claim{Space: "phone", Key: "1"}))
				c.wipe(c.store, "p")
				c.wipe(c.store, "nobody")
				_, err := c.store.Customer(c.ctx, "p")
				c.Fails("Customer whose row is deleted", err, crm.ErrNotFound)
				c.Same("customers", c.customers(crm.CustomerFilter{}), []string{"other"})
				c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: "staff-1"}), []string(nil))
				c.Same("head", c.head(p), crm.Head{Version: 1, Entries: 1, Recorded: minute(1)})
				c.Same("entries", c.journal(p), []crm.Entry{kept(line("j", 1).Entry, p, 1)})
				c.holds("phone", "1", p)
				c.commit(set(p, 1, line("j", 2)))
				again := c.seed(c.store, "p", sampleProfile(3))
				c.Same("customer whose row is back", c.customer("p"), crm.Customer{ID: "p", Profile: again, Standing: fullStanding(),
					Head: crm.Head{Version: 2, Entries: 2, Recorded: minute(2)}})
			},
		},
		{
			name:  "host/profiles-are-read-only",
			rules: storetest.Says(heading, refusal),
			skip:  needsHost,
			run: func(c *scene) {
				p := person("p")
				one := c.seed(c.store, "p", sampleProfile(1))
				other := c.seed(c.store, "other", sampleProfile(2))
				put := func(expect uint64, w crm.PutProfile) crm.Commit {
					return crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{
						set(thing("a"), 0, crm.PutRecord{Record: fullRecord(1)}, crm.Append{Entry: fullEntry(2)}, crm.Claim{Space: "code", Key: "c"}, event(2)),
						set(p, expect, crm.PutStanding{Standing: fullStanding()}, w, line("j", 1), crm.Claim{Space: "phone", Key: "1"})}}
				}
				c.refuse(crm.ErrUnsupported, put(0, crm.PutProfile{Profile: other}))
				c.refuse(crm.ErrUnsupported, crm.Commit{Changes: []crm.Change{set(person("nobody"), 0, crm.PutProfile{Profile: one})}})
				same := one.Clone()
				if same.Tags == nil {
					same.Tags = []string{} // which is Equal
				}
				c.send(put(0, crm.PutProfile{Profile: same}))
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Profile: one, Standing: fullStanding(),
					Head: crm.Head{Version: 1, Entries: 1, Recorded: minute(1)}})
			},
		},
		{
			name:  "host/refusal-comes-last",
			rules: slices.Concat(storetest.Says("Store: Commit", "ErrUnsupported again: the store cannot write profiles, and one of the commit is not the one that is there; see below."), storetest.Says(heading, refusal)),
			skip:  needsHost,
			run: func(c *scene) {
				p, phone := person("p"), crm.Claim{Space: "phone", Key: "1"}
				one := c.seed(c.store, "p", sampleProfile(1))
				c.commit(set(thing("holder"), 0, phone))
				first := crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(p, 0, crm.PutProfile{Profile: one}, line("j", 1))}}
				c.send(first)
				c.seed(c.store, "p", sampleProfile(2))
				stale := crm.PutProfile{Profile: one}
				c.refuse(crm.ErrDuplicate, first) // what was done is done, whatever the row says now
				c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(p, 0, stale, phone)}})
				c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(p, 1, stale)}, Require: []crm.Expect{{Subject: thing("holder"), Version: 9}}})
				c.refuse(crm.ErrTaken, crm.Commit{Changes: []crm.Change{set(p, 1, stale, phone)}})
				c.refuse(crm.ErrTaken, crm.Commit{Changes: []crm.Change{set(p, 1, stale), set(thing("x"), 0, phone)}})
				c.refuse(crm.ErrUnsupported, crm.Commit{Scope: "s", Key: "k2", Changes: []crm.Change{set(p, 1, crm.PutStanding{Standing: fullStanding()}, stale,
					line("j", 2), crm.Claim{Space: "phone", Key: "2"}, event(1)), set(thing("holder"), 1, crm.Release(phone))}})
				c.holds("phone", "1", thing("holder"))
			},
		},
		{
			name:  "host/claims-do-not-follow",
			rules: storetest.Says(heading, "Claims do not follow the table: when the host has changed a telephone number, it commits the release of the old one and the claim of the new one, and ErrTaken tells it whose that is."),
			skip:  needsHost,
			run: func(c *scene) {
				p, q := person("p"), person("q")
				claim := func(key string) crm.Claim { return crm.Claim{Space: "phone", Key: key} }
				c.seed(c.store, "p", sampleProfile(1))
				c.seed(c.store, "q", sampleProfile(2))
				c.commit(set(p, 0, claim("old")), set(q, 0, claim("theirs")))
				c.seed(c.store, "p", sampleProfile(3))
				c.Same("version", c.head(p).Version, uint64(1))
				c.holds("phone", "old", p)
				err := c.refuse(crm.ErrTaken, crm.Commit{Changes: []crm.Change{set(p, 1, crm.Release(claim("old")), claim("theirs"))}})
				var e *crm.Error
				if !errors.As(err, &e) || e.Holder != q {
					c.Errorf("the error %v does not name the holder %v", err, q)
				}
				c.commit(set(p, 1, crm.Release(claim("old")), claim("new")))
				c.holds("phone", "old", crm.Subject{})
				c.holds("phone", "new", p)
			},
		},
	}
}
