package crmtest

import (
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// everyWrite is one change of each kind of write, of a customer with its standing
// and of a thing, from the versions 0.
func everyWrite() []crm.Change {
	return []crm.Change{
		set(person("p"), 0, crm.PutStanding{Standing: fullStanding()}, crm.Append{Entry: fullEntry(1)}, crm.Claim{Space: "phone", Key: "139"}, event(1)),
		set(thing("a"), 0, crm.PutRecord{Record: fullRecord(1)}, crm.Append{Entry: fullEntry(2)}, crm.Claim{Space: "code", Key: "c"}, event(2)),
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
				c.send(crm.Commit{Scope: "s", Key: "k", Recorded: minute(0), Changes: everyWrite()})
				a, p := thing("a"), person("p")
				head := crm.Head{Version: 1, Entries: 1, Recorded: minute(2)}
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, head))
				c.Same("entries", c.journal(a), []crm.Entry{kept(fullEntry(2), a, 1)})
				c.Same("entries of the customer", c.journal(p), []crm.Entry{kept(fullEntry(1), p, 1)})
				c.holds("phone", "139", p)
				c.holds("code", "c", a)
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
				c.commit(set(thing("holder"), 0, crm.Claim{Space: "phone", Key: "taken"}))
				for _, last := range []struct {
					want error
					then crm.Change
				}{
					{crm.ErrConflict, set(thing("z"), 7, put(`1`))},
					{crm.ErrTaken, set(thing("z"), 0, put(`1`), crm.Claim{Space: "phone", Key: "taken"})},
					{crm.ErrInvalid, set(thing("z"), 0, put(`{`))},
					{crm.ErrUnsupported, set(thing("z"), 0, unknown{})},
				} {
					c.refuse(last.want, crm.Commit{Scope: "s", Key: "k", Changes: append(everyWrite(), last.then)})
					c.refuse(last.want, crm.Commit{Scope: "s", Key: "k", Changes: append([]crm.Change{last.then}, everyWrite()...)})
				}
				c.send(crm.Commit{Scope: "s", Key: "k", Changes: everyWrite()})
			},
		},
		{
			name: "commit/taken-leaves-releases-undone",
			rules: storetest.Says("Store: Commit",
				"Commit applies all of a commit or nothing."),
			run: func(c *scene) {
				c.commit(set(thing("a"), 0, crm.Claim{Space: "phone", Key: "1"}), set(thing("b"), 0, crm.Claim{Space: "phone", Key: "2"}))
				c.refuse(crm.ErrTaken, crm.Commit{Changes: []crm.Change{set(thing("a"), 1, crm.Release{Space: "phone", Key: "1"},
					crm.Claim{Space: "phone", Key: "free"}, crm.Claim{Space: "phone", Key: "2"})}})
				c.holds("phone", "1", thing("a"))
				c.holds("phone", "free", crm.Subject{})
			},
		},
		{
			name: "commit/invalid-first",
			rules: storetest.Says("Store: Commit",
				"ErrInvalid: Commit.Validate finds a fault.",
				"Both before anything is read.",
				"In this order, the first that holds is the answer:"),
			run: func(c *scene) {
				c.send(crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(thing("a"), 0)}})
				c.refuse(crm.ErrInvalid, crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(thing("a"), 0, unknown{}, put(`{`))}})
				c.refuse(crm.ErrInvalid, crm.Commit{Scope: "s", Key: "", Changes: []crm.Change{set(thing("a"), 9)}})
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
				c.send(crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(a, 0, put(`1`))}})
				for _, w := range []crm.Write{unknown{}, &unknown{}, unknown{Write: put(`2`)}} {
					for _, writes := range [][]crm.Write{{w}, {put(`2`), w}, {w, put(`2`)}} {
						c.refuse(crm.ErrUnsupported, crm.Commit{Changes: []crm.Change{set(thing("b"), 0, put(`2`)), set(a, 1, writes...)}})
						c.refuse(crm.ErrUnsupported, crm.Commit{Changes: []crm.Change{set(a, 77, writes...)}})
						c.refuse(crm.ErrUnsupported, crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(a, 0, writes...)}})
					}
				}
			},
		},
		{
			name:  "commit/passed-by-value",
			rules: storetest.Says("Store: Commit", "writes are passed by value."),
			run: func(c *scene) {
				// A pointer implements Write as well, and no store knows it.
				a, p := thing("a"), person("p")
				c.send(crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(a, 0, put(`1`), line("j", 1), crm.Claim{Space: "phone", Key: "1"})}})
				record, entry, emit := put(`2`), line("j", 2), event(1)
				for s, pointers := range map[crm.Subject][]crm.Write{
					a: {&record, &entry, &emit, &crm.Claim{Space: "phone", Key: "2"}, &crm.Release{Space: "phone", Key: "1"}, &crm.Redact{}, (*crm.Redact)(nil)},
					p: {&crm.PutProfile{Profile: sampleProfile(1)}, &crm.PutStanding{Standing: fullStanding()}},
				} {
					for _, w := range pointers {
						at := c.head(s).Version
						c.refuse(crm.ErrUnsupported, crm.Commit{Changes: []crm.Change{set(thing("b"), 0, put(`3`)), set(s, at, w)}})
						c.refuse(crm.ErrUnsupported, crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(s, at+7, w)}})
					}
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
				send := crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(a, 0, put(`1`), crm.Claim{Space: "phone", Key: "1"})}}
				c.send(send)
				c.refuse(crm.ErrDuplicate, send)
				c.refuse(crm.ErrDuplicate, crm.Commit{Scope: "s", Key: "k", Require: []crm.Expect{{Subject: thing("b"), Version: 3}}})
				c.refuse(crm.ErrDuplicate, crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(thing("b"), 0, crm.Claim{Space: "phone", Key: "1"})}})
			},
		},
		{
			name: "commit/conflict-beats-taken",
			rules: storetest.Says("Store: Commit",
				"In this order, the first that holds is the answer:",
				"ErrConflict: a subject of Require or Changes is not at the version expected."),
			run: func(c *scene) {
				c.commit(set(thing("a"), 0, crm.Claim{Space: "phone", Key: "1"}))
				claim := set(thing("b"), 0, crm.Claim{Space: "phone", Key: "1"})
				c.refuse(crm.ErrTaken, crm.Commit{Changes: []crm.Change{claim}})
				c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{claim, set(thing("c"), 1)}})
				c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{claim}, Require: []crm.Expect{{Subject: thing("a"), Version: 0}}})
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
					err := c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(thing("b"), 0, put(`1`)), set(a, expect, put(`3`))}})
					c.names(err, a)
				}
				c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(thing("new"), 1, put(`3`))}})
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
					err := c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(a, 0, put(`1`))},
						Require: []crm.Expect{{Subject: thing("z"), Version: 1}, {Subject: guard, Version: expect}}})
					c.names(err, guard)
				}
				c.refuse(crm.ErrConflict, crm.Commit{Require: []crm.Expect{{Subject: guard, Version: 2}}})
				for n := range uint64(3) { // what is required does not move
					c.send(crm.Commit{Changes: []crm.Change{set(a, n, put(`1`))},
						Require: []crm.Expect{{Subject: guard, Version: 1}, {Subject: thing("never"), Version: 0}}})
				}
				c.Same("head of what was required", c.head(guard), crm.Head{Version: 1})
				c.Same("head of what must not exist", c.head(thing("never")), crm.Head{})
				c.send(crm.Commit{Require: []crm.Expect{{Subject: guard, Version: 1}}})
			},
		},
		{
			name: "commit/resend-without-key",
			rules: storetest.Says("Store: Commit",
				"Without a key, a commit that was applied is refused with ErrConflict when it is sent again, because its versions have moved."),
			run: func(c *scene) {
				c.commit(everyWrite()...)
				c.refuse(crm.ErrConflict, crm.Commit{Changes: everyWrite()})
			},
		},
		{
			name:  "commit/no-business-rule",
			rules: storetest.Says("Store", "A store has no business rule: it keeps what it is given, or refuses it for one of the reasons below."),
			run: func(c *scene) {
				// Nothing of this makes sense, and all of it is kept.
				p := person("p")
				backward := []crm.Write{line(crm.JournalOwner, 9), line(crm.JournalOwner, 3), crm.PutStanding{Standing: fullStanding()}}
				c.write(p, backward...)
				c.Same("head", c.head(p), crm.Head{Version: 1, Entries: 2, Recorded: minute(3)})
				standing := fullStanding()
				standing.Holding.Owner, standing.Groups = "", []string{"z", "a", "z"}
				profile := c.profile("p", sampleProfile(1), crm.PutStanding{Standing: standing})
				c.Same("customer", c.customer("p"), crm.Customer{ID: "p", Head: crm.Head{Version: 2, Entries: 2, Recorded: minute(3)}, Profile: profile, Standing: standing})
				c.write(thing("a"), crm.PutRecord{Record: crm.Record{Customer: "nobody", Owner: "no-colleague", State: "no such state"}})
				c.Same("record", c.record(thing("a")).State, "no such state")
			},
		},
		{
			name: "commit/empty",
			rules: storetest.Says("Commit",
				"Commit is everything that one command changes."),
			run: func(c *scene) {
				c.commit()
				c.send(crm.Commit{})
				c.send(crm.Commit{Scope: "s", Key: "k"})
				c.refuse(crm.ErrDuplicate, crm.Commit{Scope: "s", Key: "k"})
			},
		},
	}
}

// unknown is a kind of write of which no store has heard: it has the unexported
// method only because it embeds the interface.
type unknown struct{ crm.Write }

// names wants an error to be the typed one of package crm and about a subject.
func (c *scene) names(err error, s crm.Subject) {
	c.t.Helper()
	var e *crm.Error
	if !errors.As(err, &e) || e.Subject != s {
		c.Errorf("the error %v is no *crm.Error about %v", err, s)
	}
}
