package samplingtest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
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
					c.commit(set(a, n, put(`1`), line(1), line(2)))
				}
			},
		},
		{
			name: "version/guards-all",
			rules: slices.Concat(storetest.Says("Subject", "Subject is whatever has a version: its record and its journal are guarded by one number."),
				storetest.Says("Kind", "Every kind is kept alike, as a Record and a journal, so a new kind asks nothing of a store."),
				storetest.Says("Store: Vocabulary",
					"One version guards all of these.",
					"A subject is whatever has a version: a year's cycle, one of its rounds, a page of a long document, told apart by its Kind.")),
			run: func(c *scene) {
				a, p := thing("a"), sampling.Subject{Kind: sampling.KindCycle, ID: "a"}
				c.write(a, line(1), put(`0`))
				for i, w := range []sampling.Write{put(`1`), line(2), sampling.Redact{Seq: 1}, event(1)} {
					before := c.head(a).Version
					c.commit(set(a, before, w))
					if c.head(a).Version != before+1 {
						c.Errorf("%T did not move the version", w)
					}
					c.refuse(sampling.ErrConflict, sampling.Commit{Changes: []sampling.Change{set(a, before, put(`2`))}})
					if c.head(p).Version != 0 {
						c.Errorf("write %d to a thing moved the cycle of the same id", i)
					}
				}
				c.write(p, put(`1`))
				if have := c.head(p).Version; have != 1 {
					c.Errorf("version of the cycle: %d, want 1", have)
				}
			},
		},
		{
			name: "version/change-without-writes",
			rules: slices.Concat(storetest.Says("Store: Commit", "A change without writes moves the version all the same: so a guard is moved."),
				storetest.Says("Change", "Its version rises from Expect to Expect+1, even where Writes is empty: so a guard is moved.")),
			run: func(c *scene) {
				guard := sampling.Subject{Kind: sampling.KindRound, ID: "guard"}
				c.commit(set(guard, 0))
				c.commit(set(guard, 1))
				c.Same("head", c.head(guard), sampling.Head{Version: 2})
				c.refuse(sampling.ErrConflict, sampling.Commit{Changes: []sampling.Change{set(guard, 1)}})
				_, err := c.store.Record(c.ctx, guard)
				c.Fails("Record of a guard without a record", err, sampling.ErrNotFound)
			},
		},
		{
			name: "head/version-entries-recorded",
			rules: slices.Concat(
				storetest.Says("Store: Vocabulary", "The version, the number of entries and the recorded time of the last entry are the subject's Head."),
				storetest.Says("Head", "A subject that was never written has the zero Head."), storetest.Says("Head.Version", "how many changes the subject has seen"),
				storetest.Says("Head.Entries", "how many entries its journal has"), storetest.Says("Head.Recorded", "of the last entry; zero for none"),
				storetest.Says("JournalReader.Head", "Head returns how far the subject has come, the zero Head for one that was never written.")),
			run: func(c *scene) {
				a := thing("a")
				c.Same("head of nothing", c.head(a), sampling.Head{})
				c.write(a, put(`1`))
				c.Same("head without entries", c.head(a), sampling.Head{Version: 1})
				c.write(a, line(5), line(7))
				c.Same("head", c.head(a), sampling.Head{Version: 2, Entries: 2, Recorded: minute(7)})
				c.write(a, sampling.Redact{})
				c.Same("head after a Redact", c.head(a), sampling.Head{Version: 3, Entries: 2, Recorded: minute(7)})
				c.Same("head in the record", c.record(a).Head, c.head(a))
			},
		},
		{
			name: "head/same-in-the-record",
			rules: storetest.Says("Store: Consistency",
				"a Record and the Head in it are of the same moment."),
			run: func(c *scene) {
				a := thing("a")
				for n := range 4 {
					c.write(a, put(`{}`), line(n))
					c.Same("head in the record", c.record(a).Head, c.head(a))
					for _, r := range storetest.Rows(c.Scene, c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing})) {
						c.Same("head in a listed record", r.Head, c.head(a))
					}
				}
			},
		},
		{
			name: "entries/numbered-as-appended",
			rules: slices.Concat(
				storetest.Says("Store: Vocabulary", "a journal of entries, each an Entry, numbered 1, 2, 3."),
				storetest.Says("Append", "Append adds an entry to the journal of the subject.",
					"the store gives the entries of a subject the numbers 1, 2, 3 in the order in which they are appended.")),
			run: func(c *scene) {
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
