package samplingtest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of the kinds of writes, but for erasure and events.
func writeChecks() []check {
	return []check{
		{
			name: "write/record",
			rules: slices.Concat(storetest.Says("Store: Vocabulary", "a record, the Record;"), storetest.Says("PutRecord", "PutRecord replaces the record of the subject.",
				"Subject and Head of the record are not looked at: they are those of the change."),
				storetest.Says("RecordReader.Record", "Record returns the record of the subject, or ErrNotFound.")),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, sampling.PutRecord{Record: fullRecord(1)})
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, sampling.Head{Version: 1}))
				c.write(a, sampling.PutRecord{})
				c.Same("record replaced by an empty one", c.record(a), sampling.Record{Subject: a, Head: sampling.Head{Version: 2}})
				c.write(a, sampling.PutRecord{Record: fullRecord(3)})
				c.Same("record again", c.record(a), keptRecord(fullRecord(3), a, sampling.Head{Version: 3}))
			},
		},
		{
			name: "write/entry",
			rules: storetest.Says("Append", "Append adds an entry to the journal of the subject.",
				"Subject and Seq of the entry are not looked at:"),
			run: func(c *scene) {
				a := thing("a")
				bare := line(3)
				c.write(a, sampling.Append{Entry: fullEntry(1)}, sampling.Append{Entry: fullEntry(2)})
				c.write(a, bare)
				c.Same("entries", c.journal(a), []sampling.Entry{kept(fullEntry(1), a, 1), kept(fullEntry(2), a, 2), kept(bare.Entry, a, 3)})
			},
		},
		{
			name: "write/last-of-a-change-wins",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"Within a change, writes are applied in order, and a later record replaces the earlier one."),
				storetest.Says("Commit.Changes", "Changes are applied in order.")),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, sampling.PutRecord{Record: fullRecord(1)}, line(1), put(`2`), line(2))
				c.Same("record", c.record(a), keptRecord(put(`2`).Record, a, c.head(a)))
				c.Same("version", c.head(a).Version, uint64(1))
			},
		},
		{
			name: "write/append-leaves-the-record",
			rules: storetest.Says("Store: Commit",
				"A change that puts no record leaves the record as it is."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, sampling.PutRecord{Record: fullRecord(1)})
				c.write(a, line(1), sampling.Redact{}, sampling.Redact{Seq: 99}, event(1))
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
			},
		},
		{
			name: "write/first-record-makes-the-record",
			rules: slices.Concat(storetest.Says("Store: Commit", "The first PutRecord makes a subject's record exist.",
				"What a subject has besides (version, entries) may be there before."),
				storetest.Says("PutRecord", "The first PutRecord makes the record exist.")),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, line(1))
				_, err := c.store.Record(c.ctx, a)
				c.Fails("Record that was never put", err, sampling.ErrNotFound)
				c.Same("listing", c.records(sampling.RecordFilter{Kind: kindThing}), []string(nil))
				c.write(a, put(`1`))
				c.Same("record", c.record(a), keptRecord(put(`1`).Record, a, sampling.Head{Version: 2, Entries: 1, Recorded: minute(1)}))
				c.Same("listing", c.records(sampling.RecordFilter{Kind: kindThing}), []string{"a"})
			},
		},
	}
}
