package storetest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of the kinds of writes, but for erasure and events.
func writeChecks() []Check {
	return []Check{
		{
			Name: "write/record",
			Rules: slices.Concat(Says("PutRecord", "PutRecord replaces the record of",
				"Subject and Head of the record are not looked at: they are those of the change."),
				Says("RecordReader.Record", "Record returns the record of the subject, or ErrNotFound.")),
			Run: func(c *Bench) {
				a := thing("a")
				c.write(a, PutRecord{Record: c.fullRecord(1)})
				c.Same("record", c.record(a), keptRecord(c.fullRecord(1), a, Head{Version: 1}))
				c.write(a, PutRecord{})
				c.Same("record replaced by an empty one", c.record(a), Record{Subject: a, Head: Head{Version: 2}})
				c.write(a, PutRecord{Record: c.fullRecord(3)})
				c.Same("record again", c.record(a), keptRecord(c.fullRecord(3), a, Head{Version: 3}))
			},
		},
		{
			Name: "write/entry",
			Rules: Says("Append", "Append adds an entry to",
				"Subject and Seq of the entry are not looked at:"),
			Run: func(c *Bench) {
				a := thing("a")
				bare := line(3)
				c.write(a, Append{Entry: c.fullEntry(1)}, Append{Entry: c.fullEntry(2)})
				c.write(a, bare)
				c.Same("entries", c.journal(a), []Entry{kept(c.fullEntry(1), a, 1), kept(c.fullEntry(2), a, 2), kept(bare.Entry, a, 3)})
			},
		},
		{
			Name: "write/last-of-a-change-wins",
			Rules: slices.Concat(Says("Store: Commit",
				"Within a change, writes are applied in order,"),
				Says("Commit.Changes", "Changes are applied in order.")),
			Run: func(c *Bench) {
				a := thing("a")
				c.write(a, PutRecord{Record: c.fullRecord(1)}, line(1), put(`2`), line(2))
				c.Same("record", c.record(a), keptRecord(put(`2`).Record, a, c.Head(a)))
				c.Same("version", c.Head(a).Version, uint64(1))
			},
		},
		{
			Name:  "write/append-leaves-the-record",
			Rules: Says("Store: Commit", "leaves the record as it is."),
			Run: func(c *Bench) {
				a := thing("a")
				c.write(a, PutRecord{Record: c.fullRecord(1)})
				c.write(a, line(1), Claim{Space: "phone", Key: "1"}, Redact{}, Redact{Seq: 99}, event(1))
				c.Same("record", c.record(a), keptRecord(c.fullRecord(1), a, c.Head(a)))
			},
		},
		{
			Name:  "write/first-record-makes-the-record",
			Rules: Says("Store: Commit", "first PutRecord"),
			Run: func(c *Bench) {
				a := thing("a")
				c.write(a, line(1), Claim{Space: "phone", Key: "1"})
				_, err := c.store.Record(c.ctx, a)
				c.Fails("Record that was never put", err, fault.ErrNotFound)
				c.Same("listing", c.records(RecordFilter{Kind: KindThing}), []string(nil))
				c.write(a, put(`1`))
				c.Same("record", c.record(a), keptRecord(put(`1`).Record, a, Head{Version: 2, Entries: 1, Recorded: minute(1)}))
				c.Same("listing", c.records(RecordFilter{Kind: KindThing}), []string{"a"})
			},
		},
	}
}
