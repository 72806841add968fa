package loyaltytest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of the kinds of writes, but for accounts, claims, erasure and events.
func writeChecks() []check {
	return []check{
		{
			name: "write/record",
			rules: slices.Concat(storetest.Says("PutRecord", "PutRecord replaces the record of a subject that is no account.",
				"Subject and Head of the record are not looked at: they are those of the change."),
				storetest.Says("RecordReader.Record", "Record returns the record of the subject, or ErrNotFound.")),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, loyalty.PutRecord{Record: fullRecord(1)})
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, loyalty.Head{Version: 1}))
				c.write(a, loyalty.PutRecord{})
				c.Same("record replaced by an empty one", c.record(a), loyalty.Record{Subject: a, Head: loyalty.Head{Version: 2}})
				c.write(a, loyalty.PutRecord{Record: fullRecord(3)})
				c.Same("record again", c.record(a), keptRecord(fullRecord(3), a, loyalty.Head{Version: 3}))
			},
		},
		{
			name: "write/entry",
			rules: storetest.Says("Append", "Append adds an entry to the journal of a subject that is no account.",
				"Subject and Seq of the entry are not looked at:"),
			run: func(c *scene) {
				a := thing("a")
				bare := line(3)
				c.write(a, loyalty.Append{Entry: fullEntry(1)}, loyalty.Append{Entry: fullEntry(2)})
				c.write(a, bare)
				c.Same("entries", c.journal(a), []loyalty.Entry{kept(fullEntry(1), a, 1), kept(fullEntry(2), a, 2), kept(bare.Entry, a, 3)})
			},
		},
		{
			name: "write/last-of-a-change-wins",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"Within a change, writes are applied in order, and a later record replaces the earlier one;"),
				storetest.Says("Commit.Changes", "Changes are applied in order.")),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, loyalty.PutRecord{Record: fullRecord(1)}, line(1), put(`2`), line(2))
				c.Same("record", c.record(a), keptRecord(put(`2`).Record, a, c.head(a)))
				c.Same("version", c.head(a).Version, uint64(1))
			},
		},
		{
			name: "write/append-leaves-the-record",
			rules: storetest.Says("Store: Commit",
				"A change that puts no record leaves the record as it is."),
			run: func(c *scene) {
				a, p := thing("a"), account("p")
				c.write(a, loyalty.PutRecord{Record: fullRecord(1)})
				w := fullBook().put(fullStanding(), 0)
				c.write(p, w)
				c.write(a, line(1), loyalty.Claim{Space: "phone", Key: "1"}, loyalty.Redact{}, event(1))
				c.write(p, loyalty.Claim{Space: "phone", Key: "2"}, loyalty.Redact{Seq: 99}, event(1))
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
				c.wants("p", 2, w)
			},
		},
		{
			name: "write/first-record-makes-the-record",
			rules: storetest.Says("Store: Commit",
				"The first PutAccount makes an account exist, the first PutRecord any other subject's record."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, line(1), loyalty.Claim{Space: "phone", Key: "1"})
				_, err := c.store.Record(c.ctx, a)
				c.Fails("Record that was never put", err, loyalty.ErrNotFound)
				c.Same("listing", c.records(loyalty.RecordFilter{Kind: kindThing}), []string(nil))
				c.write(a, put(`1`))
				c.Same("record", c.record(a), keptRecord(put(`1`).Record, a, loyalty.Head{Version: 2, Entries: 1, Recorded: minute(1)}))
				c.Same("listing", c.records(loyalty.RecordFilter{Kind: kindThing}), []string{"a"})
			},
		},
	}
}
