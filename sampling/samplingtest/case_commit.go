package samplingtest

import (
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// everyWrite is one change of each kind of write, of two subjects, from the versions
// 0.
func everyWrite() []sampling.Change {
	return []sampling.Change{
		set(thing("p"), 0, sampling.PutRecord{Record: fullRecord(3)}, sampling.Append{Entry: fullEntry(1)}, sampling.Redact{Seq: 1}, event(1)),
		set(thing("a"), 0, sampling.PutRecord{Record: fullRecord(1)}, sampling.Append{Entry: fullEntry(2)}, event(2)),
	}
}

// Cases of Commit's outcomes, and of their order.
func commitChecks() []check {
	return []check{
		{
			name: "commit/applies-every-write",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"nil: every write is applied, the version of each changed subject has risen by one, its entries have their numbers, and the key is remembered."),
				storetest.Says("Store: Vocabulary", "It names the subjects that it changes, each with the version at which it was read;")),
			run: func(c *scene) {
				c.send(sampling.Commit{Scope: "s", Key: "k", Recorded: minute(0), Changes: everyWrite()})
				a, p := thing("a"), thing("p")
				head := sampling.Head{Version: 1, Entries: 1, Recorded: minute(2)}
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, head))
				c.Same("entries", c.journal(a), []sampling.Entry{kept(fullEntry(2), a, 1)})
				c.Same("the other record", c.record(p), keptRecord(fullRecord(3), p, sampling.Head{Version: 1, Entries: 1, Recorded: minute(1)}))
				cleared := kept(fullEntry(1), p, 1)
				cleared.Reason = ""
				c.Same("the other entries", c.journal(p), []sampling.Entry{cleared})
				_, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
			},
		},
		{
			name: "commit/all-or-nothing",
			rules: slices.Concat(storetest.Says("Store: Commit", "Commit applies all of a commit or nothing."),
				storetest.Says("Committer.Commit", "Commit applies all of c or nothing; see Store."),
				storetest.Says("Commit", "A Store applies all of it or nothing.")),
			run: func(c *scene) {
				for _, last := range []struct {
					want error
					then sampling.Change
				}{
					{sampling.ErrConflict, set(thing("z"), 7, put(`1`))},
					{sampling.ErrInvalid, set(thing("z"), 0, put(`{`))},
					{sampling.ErrUnsupported, set(thing("z"), 0, unknown{})},
				} {
					c.refuse(last.want, sampling.Commit{Scope: "s", Key: "k", Changes: append(everyWrite(), last.then)})
					c.refuse(last.want, sampling.Commit{Scope: "s", Key: "k", Changes: append([]sampling.Change{last.then}, everyWrite()...)})
				}
				c.send(sampling.Commit{Scope: "s", Key: "k", Changes: everyWrite()})
			},
		},
		{
			name: "commit/invalid-first",
			rules: storetest.Says("Store: Commit",
				"ErrInvalid: Commit.Validate finds a fault.",
				"Both before anything is read.",
				"In this order, the first that holds is the answer:"),
			run: func(c *scene) {
				c.send(sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(thing("a"), 0)}})
				c.refuse(sampling.ErrInvalid, sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(thing("a"), 0, unknown{}, put(`{`))}})
				c.refuse(sampling.ErrInvalid, sampling.Commit{Scope: "s", Key: "", Changes: []sampling.Change{set(thing("a"), 9)}})
			},
		},
		{
			name: "commit/unknown-write",
			rules: slices.Concat(storetest.Says("Store: Commit", "ErrUnsupported: a Write is of a type that the store does not know;",
				"Both before anything is read."),
				storetest.Says("Commit.Validate", "It reads and changes nothing else, and accepts writes that it does not know."),
				storetest.Says("Write", "A store that meets a Write which it does not know refuses the commit with ErrUnsupported: the set grows with the library, and nothing may be dropped in silence.")),
			run: func(c *scene) {
				a := thing("a")
				c.send(sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(a, 0, put(`1`))}})
				for _, w := range []sampling.Write{unknown{}, &unknown{}, unknown{Write: put(`2`)}} {
					for _, writes := range [][]sampling.Write{{w}, {put(`2`), w}, {w, put(`2`)}} {
						c.refuse(sampling.ErrUnsupported, sampling.Commit{Changes: []sampling.Change{set(thing("b"), 0, put(`2`)), set(a, 1, writes...)}})
						c.refuse(sampling.ErrUnsupported, sampling.Commit{Changes: []sampling.Change{set(a, 77, writes...)}})
						c.refuse(sampling.ErrUnsupported, sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(a, 0, writes...)}})
					}
				}
			},
		},
		{
			name:  "commit/passed-by-value",
			rules: storetest.Says("Store: Commit", "writes are passed by value."),
			run: func(c *scene) {
				// A pointer implements Write as well, and no store knows it.
				a := thing("a")
				c.send(sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(a, 0, put(`1`), line(1))}})
				record, entry, emit := put(`2`), line(2), event(1)
				for _, w := range []sampling.Write{&record, &entry, &emit, &sampling.Redact{}, (*sampling.Redact)(nil)} {
					at := c.head(a).Version
					c.refuse(sampling.ErrUnsupported, sampling.Commit{Changes: []sampling.Change{set(thing("b"), 0, put(`3`)), set(a, at, w)}})
					c.refuse(sampling.ErrUnsupported, sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(a, at+7, w)}})
				}
			},
		},
		{
			name: "commit/duplicate-beats-conflict",
			rules: storetest.Says("Store: Commit",
				"In this order, the first that holds is the answer:",
				"ErrDuplicate: the commit has a key, and a commit with the same scope and key was applied before."),
			run: func(c *scene) {
				a := thing("a")
				send := sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(a, 0, put(`1`))}}
				c.send(send)
				c.refuse(sampling.ErrDuplicate, send)
				c.refuse(sampling.ErrDuplicate, sampling.Commit{Scope: "s", Key: "k", Require: []sampling.Expect{{Subject: thing("b"), Version: 3}}})
				c.refuse(sampling.ErrDuplicate, sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(thing("b"), 0)}})
			},
		},
		{
			name: "commit/stale-version",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"ErrConflict: a subject of Require or Changes is not at the version expected.",
				"The *Error names one such subject."),
				storetest.Says("Expect", "Expect is a subject and the version at which it was read; 0 for a subject that must not exist.")),
			run: func(c *scene) {
				a := thing("a")
				c.commit(set(a, 0, put(`1`)))
				c.commit(set(a, 1, put(`2`)))
				for _, expect := range []uint64{0, 1, 3, 1 << 53} {
					err := c.refuse(sampling.ErrConflict, sampling.Commit{Changes: []sampling.Change{set(thing("b"), 0, put(`1`)), set(a, expect, put(`3`))}})
					c.names(err, a)
				}
				c.refuse(sampling.ErrConflict, sampling.Commit{Changes: []sampling.Change{set(thing("new"), 1, put(`3`))}})
			},
		},
		{
			name: "commit/require",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"ErrConflict: a subject of Require or Changes is not at the version expected."),
				storetest.Says("Store: Vocabulary", "the subjects that it only read, and that must not have moved;"),
				storetest.Says("Commit.Require", "Require names subjects that were read, must not have moved, and are not changed.")),
			run: func(c *scene) {
				guard, a := thing("guard"), thing("a")
				c.commit(set(guard, 0), set(thing("z"), 0))
				for _, expect := range []uint64{0, 2, 1 << 53} {
					err := c.refuse(sampling.ErrConflict, sampling.Commit{Changes: []sampling.Change{set(a, 0, put(`1`))},
						Require: []sampling.Expect{{Subject: thing("z"), Version: 1}, {Subject: guard, Version: expect}}})
					c.names(err, guard)
				}
				c.refuse(sampling.ErrConflict, sampling.Commit{Require: []sampling.Expect{{Subject: guard, Version: 2}}})
				for n := range uint64(3) { // what is required does not move
					c.send(sampling.Commit{Changes: []sampling.Change{set(a, n, put(`1`))},
						Require: []sampling.Expect{{Subject: guard, Version: 1}, {Subject: thing("never"), Version: 0}}})
				}
				c.Same("head of what was required", c.head(guard), sampling.Head{Version: 1})
				c.Same("head of what must not exist", c.head(thing("never")), sampling.Head{})
				c.send(sampling.Commit{Require: []sampling.Expect{{Subject: guard, Version: 1}}})
			},
		},
		{
			name: "commit/resend-without-key",
			rules: storetest.Says("Store: Commit",
				"Without a key, a commit that was applied is refused with ErrConflict when it is sent again, because its versions have moved."),
			run: func(c *scene) {
				c.commit(everyWrite()...)
				c.refuse(sampling.ErrConflict, sampling.Commit{Changes: everyWrite()})
			},
		},
		{
			name:  "commit/no-business-rule",
			rules: storetest.Says("Store", "A store has no business rule: it keeps what it is given, or refuses it for one of the reasons below."),
			run: func(c *scene) {
				// Nothing of this makes sense, and all of it is kept.
				c.write(thing("a"), line(9), line(3), sampling.PutRecord{Record: sampling.Record{Cycle: "none", State: "no-such-state"}})
				c.Same("head", c.head(thing("a")), sampling.Head{Version: 1, Entries: 2, Recorded: minute(3)})
				c.Same("record", c.record(thing("a")).State, "no-such-state")
			},
		},
		{
			name: "commit/empty",
			rules: storetest.Says("Commit",
				"Commit is everything that one command changes."),
			run: func(c *scene) {
				c.commit()
				c.send(sampling.Commit{})
				c.send(sampling.Commit{Scope: "s", Key: "k"})
				c.refuse(sampling.ErrDuplicate, sampling.Commit{Scope: "s", Key: "k"})
			},
		},
	}
}

// unknown is a kind of write of which no store has heard: it has the unexported
// method only because it embeds the interface.
type unknown struct{ sampling.Write }

// names wants an error to be the typed one of package sampling and about a subject.
func (c *scene) names(err error, s sampling.Subject) {
	c.t.Helper()
	var e *sampling.Error
	if !errors.As(err, &e) || e.Subject != s {
		c.Errorf("the error %v is no *sampling.Error about %v", err, s)
	}
}
