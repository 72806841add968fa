package crmtest

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of the kinds of writes, but for claims, erasure and events.
func writeChecks() []check {
	return []check{
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
			name: "write/record",
			rules: slices.Concat(storetest.Says("PutRecord", "PutRecord replaces the record of a subject that is no customer.",
				"Subject and Head of the record are not looked at: they are those of the change."),
				storetest.Says("RecordReader.Record", "Record returns the record of the subject, or ErrNotFound.")),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, crm.PutRecord{Record: fullRecord(1)})
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, crm.Head{Version: 1}))
				c.write(a, crm.PutRecord{})
				c.Same("record replaced by an empty one", c.record(a), crm.Record{Subject: a, Head: crm.Head{Version: 2}})
				c.write(a, crm.PutRecord{Record: fullRecord(3)})
				c.Same("record again", c.record(a), keptRecord(fullRecord(3), a, crm.Head{Version: 3}))
			},
		},
		{
			name: "write/entry",
			rules: storetest.Says("Append", "Append adds an entry to a journal of the subject.",
				"Subject and Seq of the entry are not looked at:"),
			run: func(c *scene) {
				a := thing("a")
				bare := line(crm.JournalOwner, 3)
				c.write(a, crm.Append{Entry: fullEntry(1)}, crm.Append{Entry: fullEntry(2)})
				c.write(a, bare)
				c.Same("entries", c.journal(a), []crm.Entry{kept(fullEntry(1), a, 1), kept(fullEntry(2), a, 2), kept(bare.Entry, a, 3)})
			},
		},
		{
			name: "write/last-of-a-change-wins",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"Within a change, writes are applied in order, and a later one of the same kind replaces the record of the earlier one"),
				storetest.Says("Commit.Changes", "Changes are applied in order.")),
			run: func(c *scene) {
				a, p := thing("a"), person("p")
				c.write(a, crm.PutRecord{Record: fullRecord(1)}, line(crm.JournalRecord, 1), put(`2`), line(crm.JournalRecord, 2))
				c.Same("record", c.record(a), keptRecord(put(`2`).Record, a, c.head(a)))
				c.profile("p", sampleProfile(1), crm.PutStanding{Standing: fullStanding()}, owned("last"))
				c.Same("standing", c.customer("p").Standing, owned("last").Standing)
				c.Same("version", c.head(p).Version, uint64(1))
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
			name: "write/append-leaves-the-record",
			rules: storetest.Says("Store: Commit",
				"A change that only appends leaves the record as it is."),
			run: func(c *scene) {
				a, p := thing("a"), person("p")
				c.write(a, crm.PutRecord{Record: fullRecord(1)})
				profile := c.profile("p", fullProfile(1), crm.PutStanding{Standing: fullStanding()})
				c.write(a, line(crm.JournalRecord, 1), crm.Claim{Space: "phone", Key: "1"}, crm.Redact{}, event(1))
				c.write(p, line(crm.JournalRecord, 1), crm.Claim{Space: "phone", Key: "2"}, crm.Redact{}, event(1))
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
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
			name: "write/first-record-makes-the-record",
			rules: storetest.Says("Store: Commit",
				"The first PutProfile makes a customer exist, the first PutRecord any other subject's record."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, line(crm.JournalTimeline, 1), crm.Claim{Space: "phone", Key: "1"})
				_, err := c.store.Record(c.ctx, a)
				c.Fails("Record that was never put", err, crm.ErrNotFound)
				c.Same("listing", c.records(crm.RecordFilter{Kind: kindThing}), []string(nil))
				c.write(a, put(`1`))
				c.Same("record", c.record(a), keptRecord(put(`1`).Record, a, crm.Head{Version: 2, Entries: 1, Recorded: minute(1)}))
				c.Same("listing", c.records(crm.RecordFilter{Kind: kindThing}), []string{"a"})
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
