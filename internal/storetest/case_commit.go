package storetest

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// everyWrite is one change of each kind of write, of two things and of what the
// domain keeps apart, from the versions 0.
func (c *Bench) everyWrite() []Change {
	all := []Change{
		set(thing("p"), 0, PutRecord{Record: c.fullRecord(3)}, Append{Entry: c.fullEntry(1)}, Redact{Seq: 1}, Claim{Space: "phone", Key: "139"}, event(1)),
		set(thing("a"), 0, PutRecord{Record: c.fullRecord(1)}, Append{Entry: c.fullEntry(2)}, Claim{Space: "code", Key: "c"}, event(2)),
	}
	if c.More != nil {
		all = append(c.More(), all...)
	}
	return all
}

// Cases of Commit's outcomes, and of their order.
func commitChecks() []Check {
	return []Check{
		{
			Name: "commit/applies-every-write",
			Rules: slices.Concat(Says("Store: Commit",
				"nil: every write is applied, the version of each changed subject has risen by one, its entries have their numbers, and the key is remembered."),
				Says("Store: Vocabulary", "It names the subjects that it changes, each with the version at which it was read;")),
			Run: func(c *Bench) {
				c.Send(Commit{Scope: "s", Key: "k", Recorded: minute(0), Changes: c.everyWrite()})
				a, p := thing("a"), thing("p")
				head := Head{Version: 1, Entries: 1, Recorded: minute(2)}
				c.Same("record", c.record(a), keptRecord(c.fullRecord(1), a, head))
				c.Same("entries", c.journal(a), []Entry{kept(c.fullEntry(2), a, 1)})
				c.Same("the other record", c.record(p), keptRecord(c.fullRecord(3), p, Head{Version: 1, Entries: 1, Recorded: minute(1)}))
				c.Same("the other entries", c.journal(p), []Entry{c.redacted(kept(c.fullEntry(1), p, 1))})
				c.Holds("phone", "139", p)
				c.Holds("code", "c", a)
				_, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
			},
		},
		{
			Name: "commit/all-or-nothing",
			Rules: slices.Concat(Says("Store: Commit", "Commit applies all of a commit or nothing."),
				Says("Committer.Commit", "Commit applies all of c or nothing; see Store."),
				Says("Commit", "A Store applies all of it or nothing.")),
			Run: func(c *Bench) {
				type last struct {
					want error
					then Change
				}
				ends := []last{
					{fault.ErrConflict, set(thing("z"), 7, put(`1`))},
					{fault.ErrInvalid, set(thing("z"), 0, put(`{`))},
					{fault.ErrUnsupported, set(thing("z"), 0, c.unknown())},
				}
				if c.Claims {
					c.commit(set(thing("holder"), 0, Claim{Space: "phone", Key: "taken"}))
					ends = append(ends, last{fault.ErrTaken, set(thing("z"), 0, put(`1`), Claim{Space: "phone", Key: "taken"})})
				}
				for _, last := range ends {
					c.Refuse(last.want, Commit{Scope: "s", Key: "k", Changes: append(c.everyWrite(), last.then)})
					c.Refuse(last.want, Commit{Scope: "s", Key: "k", Changes: append([]Change{last.then}, c.everyWrite()...)})
				}
				c.Send(Commit{Scope: "s", Key: "k", Changes: c.everyWrite()})
			},
		},
		{
			Name:   "commit/taken-leaves-releases-undone",
			Claims: true,
			Rules:  Says("Store: Commit", "Commit applies all of a commit or nothing."),
			Run: func(c *Bench) {
				c.commit(set(thing("a"), 0, Claim{Space: "phone", Key: "1"}), set(thing("b"), 0, Claim{Space: "phone", Key: "2"}))
				c.Refuse(fault.ErrTaken, Commit{Changes: []Change{set(thing("a"), 1, Release{Space: "phone", Key: "1"},
					Claim{Space: "phone", Key: "free"}, Claim{Space: "phone", Key: "2"})}})
				c.Holds("phone", "1", thing("a"))
				c.Holds("phone", "free", Subject{})
			},
		},
		{
			Name: "commit/invalid-first",
			Rules: Says("Store: Commit",
				"ErrInvalid: Commit.Validate finds a fault.",
				"Both before anything is read.",
				"In this order, the first that holds is the answer:"),
			Run: func(c *Bench) {
				c.Send(Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 0)}})
				c.Refuse(fault.ErrInvalid, Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 0, c.unknown(), put(`{`))}})
				c.Refuse(fault.ErrInvalid, Commit{Scope: "s", Key: "", Changes: []Change{set(thing("a"), 9)}})
			},
		},
		{
			Name: "commit/unknown-write",
			Rules: slices.Concat(Says("Store: Commit", "ErrUnsupported: a Write is of a type that the store does not know;",
				"Both before anything is read."),
				Says("Commit.Validate", "It reads and changes nothing else, and accepts writes that it does not know."),
				Says("Write", "A store that meets a Write which it does not know refuses the commit with ErrUnsupported: the set grows with the library, and nothing may be dropped in silence.")),
			Run: func(c *Bench) {
				a := thing("a")
				c.Send(Commit{Scope: "s", Key: "k", Changes: []Change{set(a, 0, put(`1`))}})
				for _, w := range c.Unknown("2") {
					for _, writes := range [][]Write{{w}, {put(`2`), w}, {w, put(`2`)}} {
						c.Refuse(fault.ErrUnsupported, Commit{Changes: []Change{set(thing("b"), 0, put(`2`)), set(a, 1, writes...)}})
						c.Refuse(fault.ErrUnsupported, Commit{Changes: []Change{set(a, 77, writes...)}})
						c.Refuse(fault.ErrUnsupported, Commit{Scope: "s", Key: "k", Changes: []Change{set(a, 0, writes...)}})
					}
				}
			},
		},
		{
			Name:  "commit/passed-by-value",
			Rules: Says("Store: Commit", "writes are passed by value."),
			Run: func(c *Bench) {
				// A pointer implements Write as well, and no store knows it.
				c.Send(Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 0, put(`1`), line(1), Claim{Space: "phone", Key: "1"})}})
				for s, pointers := range c.Pointers() {
					for _, w := range pointers {
						at := c.Head(s).Version
						c.Refuse(fault.ErrUnsupported, Commit{Changes: []Change{set(thing("b"), 0, put(`3`)), set(s, at, w)}})
						c.Refuse(fault.ErrUnsupported, Commit{Scope: "s", Key: "k", Changes: []Change{set(s, at+7, w)}})
					}
				}
			},
		},
		{
			Name: "commit/duplicate-beats-conflict",
			Rules: Says("Store: Commit",
				"In this order, the first that holds is the answer:",
				"ErrDuplicate: the commit has a key, and a commit with the same scope and key was applied before."),
			Run: func(c *Bench) {
				a := thing("a")
				send := Commit{Scope: "s", Key: "k", Changes: []Change{set(a, 0, put(`1`), Claim{Space: "phone", Key: "1"})}}
				c.Send(send)
				c.Refuse(fault.ErrDuplicate, send)
				c.Refuse(fault.ErrDuplicate, Commit{Scope: "s", Key: "k", Require: []Expect{{Subject: thing("b"), Version: 3}}})
				c.Refuse(fault.ErrDuplicate, Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("b"), 0, Claim{Space: "phone", Key: "1"})}})
			},
		},
		{
			Name:   "commit/conflict-beats-taken",
			Claims: true,
			Rules: Says("Store: Commit",
				"In this order, the first that holds is the answer:",
				"ErrConflict: a subject of Require or Changes is not at the version expected"),
			Run: func(c *Bench) {
				c.commit(set(thing("a"), 0, Claim{Space: "phone", Key: "1"}))
				claim := set(thing("b"), 0, Claim{Space: "phone", Key: "1"})
				c.Refuse(fault.ErrTaken, Commit{Changes: []Change{claim}})
				c.Refuse(fault.ErrConflict, Commit{Changes: []Change{claim, set(thing("c"), 1)}})
				c.Refuse(fault.ErrConflict, Commit{Changes: []Change{claim}, Require: []Expect{{Subject: thing("a"), Version: 0}}})
			},
		},
		{
			Name: "commit/stale-version",
			Rules: slices.Concat(Says("Store: Commit",
				"ErrConflict: a subject of Require or Changes is not at the version expected",
				"The *Error names one such subject."),
				Says("Expect", "Expect is a subject and the version at which it was read; 0 for a subject that must not exist.")),
			Run: func(c *Bench) {
				a := thing("a")
				c.commit(set(a, 0, put(`1`)))
				c.commit(set(a, 1, put(`2`)))
				for _, expect := range []uint64{0, 1, 3, 1 << 53} {
					err := c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(thing("b"), 0, put(`1`)), set(a, expect, put(`3`))}})
					c.names(err, a)
				}
				c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(thing("new"), 1, put(`3`))}})
			},
		},
		{
			Name: "commit/require",
			Rules: slices.Concat(Says("Store: Commit",
				"ErrConflict: a subject of Require or Changes is not at the version expected"),
				Says("Store: Vocabulary", "the subjects that it only read, and that must not have moved;"),
				Says("Commit.Require", "Require names subjects that were read, must not have moved, and are not changed.")),
			Run: func(c *Bench) {
				guard, a := thing("guard"), thing("a")
				c.commit(set(guard, 0), set(thing("z"), 0))
				for _, expect := range []uint64{0, 2, 1 << 53} {
					err := c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(a, 0, put(`1`))},
						Require: []Expect{{Subject: thing("z"), Version: 1}, {Subject: guard, Version: expect}}})
					c.names(err, guard)
				}
				c.Refuse(fault.ErrConflict, Commit{Require: []Expect{{Subject: guard, Version: 2}}})
				for n := range uint64(3) { // what is required does not move
					c.Send(Commit{Changes: []Change{set(a, n, put(`1`))},
						Require: []Expect{{Subject: guard, Version: 1}, {Subject: thing("never"), Version: 0}}})
				}
				c.Same("head of what was required", c.Head(guard), Head{Version: 1})
				c.Same("head of what must not exist", c.Head(thing("never")), Head{})
				c.Send(Commit{Require: []Expect{{Subject: guard, Version: 1}}})
			},
		},
		{
			Name: "commit/resend-without-key",
			Rules: Says("Store: Commit",
				"Without a key, a commit that was applied is refused with ErrConflict when it is sent again, because its versions have moved."),
			Run: func(c *Bench) {
				c.commit(c.everyWrite()...)
				c.Refuse(fault.ErrConflict, Commit{Changes: c.everyWrite()})
			},
		},
		{
			Name:  "commit/no-business-rule",
			Rules: Says("Store", "A store has no business rule: it keeps what it is given, or refuses it for one of the reasons below."),
			Run: func(c *Bench) {
				// Nothing of this makes sense, and all of it is kept.
				c.write(thing("a"), line(9), line(3), PutRecord{Record: Record{Group: "none", State: "no-such-state"}})
				c.Same("head", c.Head(thing("a")), Head{Version: 1, Entries: 2, Recorded: minute(3)})
				c.Same("record", c.record(thing("a")).State, "no-such-state")
			},
		},
		{
			Name: "commit/empty",
			Rules: Says("Commit",
				"Commit is everything that one command changes."),
			Run: func(c *Bench) {
				c.commit()
				c.Send(Commit{})
				c.Send(Commit{Scope: "s", Key: "k"})
				c.Refuse(fault.ErrDuplicate, Commit{Scope: "s", Key: "k"})
			},
		},
	}
}

// unknown is a write of which no store has heard.
func (c *Bench) unknown() Write { return c.Unknown("")[0] }

// redacted is what Redact leaves of an entry.
func (c *Bench) redacted(e Entry) Entry {
	e.Reason = ""
	if c.Redacted != nil {
		e.Rest = c.Redacted(e.Rest)
	}
	return e
}

// names wants an error to be the domain's typed one and about a subject.
func (c *Bench) names(err error, s Subject) {
	c.t.Helper()
	if e, ok := c.ErrorOf(err); !ok || e.Subject != s {
		c.Errorf("the error %v is no *%s.Error about %v", err, c.Package, s)
	}
}
