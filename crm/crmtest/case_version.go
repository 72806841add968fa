package crmtest

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of versions, heads and numbers: what the vocabulary of the contract says.
func versionChecks() []check {
	return []check{
		{
			name: "version/rises-by-one",
			rules: storetest.Says("Store: Vocabulary",
				"a version, which is 0 before the first change and rises by one with each;"),
			run: func(c *scene) {
				a := thing("a")
				for n := range uint64(5) {
					if have := c.head(a).Version; have != n {
						c.Errorf("version after %d changes: %d", n, have)
					}
					c.commit(set(a, n, put(`1`), line(crm.JournalRecord, 1), line(crm.JournalRecord, 2)))
				}
			},
		},
		{
			name: "version/guards-all",
			rules: slices.Concat(storetest.Says("Subject", "Subject is whatever has a version: its record and all its journals are guarded by one number."),
				storetest.Says("Kind", "A store treats only KindCustomer apart; every other kind is kept as a Record, so a new kind asks nothing of a store."),
				storetest.Says("Store: Vocabulary",
					"One version guards all of these.",
					"A subject is whatever has a version: a customer, or anything else that the library keeps (a colleague's guard, a contact, a registry), told apart by its Kind.")),
			run: func(c *scene) {
				a, p := thing("a"), person("a")
				c.write(a, line(crm.JournalRecord, 1), put(`0`))
				for i, w := range []crm.Write{put(`1`), line(crm.JournalOwner, 2), crm.Claim{Space: "phone", Key: "1"},
					crm.Release{Space: "phone", Key: "1"}, crm.Redact{Seq: 1}, event(1)} {
					before := c.head(a).Version
					c.commit(set(a, before, w))
					if c.head(a).Version != before+1 {
						c.Errorf("%T did not move the version", w)
					}
					c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(a, before, put(`2`))}})
					if c.head(p).Version != 0 {
						c.Errorf("write %d to a thing moved the customer of the same id", i)
					}
				}
				c.write(p, crm.PutStanding{Standing: fullStanding()})
				if have := c.head(p).Version; have != 1 {
					c.Errorf("version of the customer: %d, want 1", have)
				}
			},
		},
		{
			name: "version/change-without-writes",
			rules: slices.Concat(storetest.Says("Store: Commit", "A change without writes moves the version all the same: so a guard is moved."),
				storetest.Says("Change", "Its version rises from Expect to Expect+1, even where Writes is empty: so a guard is moved.")),
			run: func(c *scene) {
				guard := crm.Subject{Kind: crm.KindStaff, ID: "staff-1"}
				c.commit(set(guard, 0))
				c.commit(set(guard, 1))
				c.Same("head", c.head(guard), crm.Head{Version: 2})
				c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(guard, 1)}})
				_, err := c.store.Record(c.ctx, guard)
				c.Fails("Record of a guard without a record", err, crm.ErrNotFound)
			},
		},
		{
			name: "head/version-entries-recorded",
			rules: slices.Concat(
				storetest.Says("Store: Vocabulary", "The version, the number of entries and the recorded time of the last entry are the subject's Head."),
				storetest.Says("Head", "A subject that was never written has the zero Head."), storetest.Says("Head.Version", "how many changes the subject has seen"),
				storetest.Says("Head.Entries", "how many entries were appended, over all its journals"), storetest.Says("Head.Recorded", "of the last entry; zero for none"),
				storetest.Says("JournalReader.Head", "Head returns how far the subject has come, the zero Head for one that was never written.")),
			run: func(c *scene) {
				a := thing("a")
				c.Same("head of nothing", c.head(a), crm.Head{})
				c.write(a, put(`1`))
				c.Same("head without entries", c.head(a), crm.Head{Version: 1})
				c.write(a, line(crm.JournalOwner, 5), line(crm.JournalTimeline, 7))
				c.Same("head", c.head(a), crm.Head{Version: 2, Entries: 2, Recorded: minute(7)})
				c.write(a, crm.Redact{})
				c.Same("head after a Redact", c.head(a), crm.Head{Version: 3, Entries: 2, Recorded: minute(7)})
				c.Same("head in the record", c.record(a).Head, c.head(a))
			},
		},
		{
			name: "head/same-in-the-record",
			rules: storetest.Says("Store: Consistency",
				"a Customer or a Record and the Head in it are of the same moment."),
			run: func(c *scene) {
				a := thing("a")
				for n := range 4 {
					c.write(a, put(`{}`), line(crm.JournalRecord, n))
					c.Same("head in the record", c.record(a).Head, c.head(a))
					for _, r := range storetest.Rows(c.Scene, c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing})) {
						c.Same("head in a listed record", r.Head, c.head(a))
					}
				}
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
	}
}
