package storetest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of versions, heads and numbers: what the vocabulary of the contract says.
func versionChecks() []Check {
	return []Check{
		{
			Name: "version/rises-by-one",
			Rules: Says("Store: Vocabulary",
				"a version, which is 0 before the first change and rises by one with each;"),
			Run: func(c *Bench) {
				a := thing("a")
				for n := range uint64(5) {
					if have := c.Head(a).Version; have != n {
						c.Errorf("version after %d changes: %d", n, have)
					}
					c.commit(set(a, n, put(`1`), line(1), line(2)))
				}
			},
		},
		{
			Name: "version/guards-all",
			Rules: slices.Concat(Says("Subject", "are guarded by one number."),
				Says("Store: Vocabulary",
					"One version guards all of these.", "A subject is whatever has a version:")),
			Run: func(c *Bench) {
				a, p := thing("a"), Subject{Kind: c.Known, ID: "a"}
				c.write(a, line(1), put(`0`))
				for i, w := range []Write{put(`1`), line(2), Claim{Space: "phone", Key: "1"}, Release{Space: "phone", Key: "1"}, Redact{Seq: 1}, event(1)} {
					before := c.Head(a).Version
					c.commit(set(a, before, w))
					if c.Head(a).Version != before+1 {
						c.Errorf("%T did not move the version", w)
					}
					c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(a, before, put(`2`))}})
					if c.Head(p).Version != 0 {
						c.Errorf("write %d to a thing moved the %s of the same id", i, c.Known)
					}
				}
				c.write(p, event(1))
				if have := c.Head(p).Version; have != 1 {
					c.Errorf("version of the %s: %d, want 1", c.Known, have)
				}
			},
		},
		{
			Name: "version/change-without-writes",
			Rules: slices.Concat(Says("Store: Commit", "A change without writes moves the version all the same: so a guard is moved."),
				Says("Change", "Its version rises from Expect to Expect+1, even where Writes is empty: so a guard is moved.")),
			Run: func(c *Bench) {
				guard := Subject{Kind: c.Known, ID: "guard"}
				c.commit(set(guard, 0))
				c.commit(set(guard, 1))
				c.Same("head", c.Head(guard), Head{Version: 2})
				c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(guard, 1)}})
				_, err := c.store.Record(c.ctx, guard)
				c.Fails("Record of a guard without a record", err, fault.ErrNotFound)
			},
		},
		{
			Name: "head/version-entries-recorded",
			Rules: slices.Concat(
				Says("Store: Vocabulary", "The version, the number of entries and the recorded time of the last entry are the subject's Head."),
				Says("Head", "A subject that was never written has the zero Head."), Says("Head.Version", "how many changes the subject has seen"),
				Says("Head.Entries", "how many entries"), Says("Head.Recorded", "of the last entry; zero for none"),
				Says("JournalReader.Head", "Head returns how far the subject has come, the zero Head for one that was never written.")),
			Run: func(c *Bench) {
				a := thing("a")
				c.Same("head of nothing", c.Head(a), Head{})
				c.write(a, put(`1`))
				c.Same("head without entries", c.Head(a), Head{Version: 1})
				c.write(a, line(5), line(7))
				c.Same("head", c.Head(a), Head{Version: 2, Entries: 2, Recorded: minute(7)})
				c.write(a, Redact{})
				c.Same("head after a Redact", c.Head(a), Head{Version: 3, Entries: 2, Recorded: minute(7)})
				c.Same("head in the record", c.record(a).Head, c.Head(a))
			},
		},
		{
			Name: "head/same-in-the-record",
			Rules: Says("Store: Consistency",
				"Record and the Head in it are of the same moment."),
			Run: func(c *Bench) {
				a := thing("a")
				for n := range 4 {
					c.write(a, put(`{}`), line(n))
					c.Same("head in the record", c.record(a).Head, c.Head(a))
					for _, r := range Rows(c.Scene, c.store.Records(c.ctx, RecordFilter{Kind: KindThing})) {
						c.Same("head in a listed record", r.Head, c.Head(a))
					}
				}
			},
		},
		{
			Name: "entries/numbered-as-appended",
			Rules: slices.Concat(
				Says("Append", "the store gives the entries of a subject the numbers 1, 2, 3 in the order in which they are appended.")),
			Run: func(c *Bench) {
				a, b := thing("a"), thing("b")
				for n := 0; n < 4; n += 2 {
					c.commit(set(b, uint64(n/2), line(n)), set(a, uint64(n/2), line(n), line(n+1)))
				}
				for n, e := range c.journal(a) {
					if want := line(n).Entry; e.Seq != uint64(n)+1 || e.Kind != want.Kind || e.Subject != a {
						c.Errorf("entry %d: subject %v, seq %d, kind %s; want %v, %d, %s", n, e.Subject, e.Seq, e.Kind, a, n+1, want.Kind)
					}
				}
				if have := len(c.journal(a)); have != 4 {
					c.Errorf("%d entries, want 4", have)
				}
			},
		},
	}
}
