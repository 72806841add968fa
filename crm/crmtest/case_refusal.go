package crmtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// broken are commits in which Validate finds a fault.
func broken() map[string]crm.Commit {
	a, p := thing("a"), person("p")
	one := func(s crm.Subject, writes ...crm.Write) crm.Commit {
		return crm.Commit{Changes: []crm.Change{set(s, 0, writes...)}}
	}
	entry := func(spoil func(*crm.Entry)) crm.Commit {
		e := fullEntry(1)
		spoil(&e)
		return one(a, crm.Append{Entry: e})
	}
	all := map[string]crm.Commit{
		"a subject twice":                  {Changes: []crm.Change{set(a, 0), set(p, 0), set(a, 0)}},
		"a subject required twice":         {Require: []crm.Expect{{Subject: a}, {Subject: a}}},
		"a subject required and changed":   {Require: []crm.Expect{{Subject: a}}, Changes: []crm.Change{set(a, 0)}},
		"no subject":                       one(crm.Subject{}),
		"a claim made twice":               one(a, crm.Claim{Space: "s", Key: "k"}, crm.Claim{Space: "s", Key: "k"}),
		"a claim made by two":              {Changes: []crm.Change{set(a, 0, crm.Claim{Space: "s", Key: "k"}), set(p, 0, crm.Claim{Space: "s", Key: "k"})}},
		"a nil write":                      one(a, put(`1`), nil),
		"a profile of a thing":             one(a, crm.PutProfile{Profile: sampleProfile(1)}),
		"a standing of a thing":            one(a, crm.PutStanding{}),
		"a record of a customer":           one(p, put(`1`)),
		"a standing in an unknown state":   one(p, crm.PutStanding{Standing: crm.Standing{Relationship: crm.Placed[stage.Relationship]{State: 99}}}),
		"a claimant who is no id":          one(p, crm.PutStanding{Standing: crm.Standing{Holding: owner.Holding{Claimants: []string{"\xff"}}}}),
		"a loss that was at no instant":    one(p, crm.PutStanding{Standing: crm.Standing{Holding: owner.Holding{Losses: []owner.Loss{{At: storetest.BrokenInstants()[0]}}}}}),
		"a parent that is too long":        one(p, crm.PutProfile{Profile: parentProfile(strings.Repeat("x", crm.MaxID+1))}),
		"half a document":                  one(a, put(`{"a":`)),
		"two documents":                    one(a, put(`1 2`)),
		"a document that is not UTF-8":     one(a, put("\"\xff\"")),
		"an entry without a journal":       entry(func(e *crm.Entry) { e.Journal = "" }),
		"an entry without a kind":          entry(func(e *crm.Entry) { e.Kind = "" }),
		"an entry without an actor":        entry(func(e *crm.Entry) { e.Actor = "" }),
		"an entry that never was":          entry(func(e *crm.Entry) { e.At = time.Time{} }),
		"an entry with NUL in its text":    entry(func(e *crm.Entry) { e.Text = "a\x00b" }),
		"an entry that is not UTF-8":       entry(func(e *crm.Entry) { e.Reason = "\xff" }),
		"an entry with a broken document":  entry(func(e *crm.Entry) { e.Data = []byte("{") }),
		"an event without a kind":          one(a, crm.Emit{Event: crm.Event{At: minute(1)}}),
		"an event without an instant":      one(a, crm.Emit{Event: crm.Event{Kind: "k"}}),
		"an event that is too long":        one(a, crm.Emit{Event: crm.Event{Kind: "k", At: minute(1), Data: storetest.StringOf(crm.MaxEventLen + 1)}}),
		"a claim without a space":          one(a, crm.Claim{Key: "k"}),
		"a claim in a space with capitals": one(a, crm.Claim{Space: "Phone", Key: "k"}),
	}
	for _, kind := range []crm.Kind{"", "A", "a b", "a/b", "é", "a\x00", crm.Kind(fmt.Sprintf("%065d", 1))} {
		all[fmt.Sprintf("the kind %q", kind)] = one(crm.Subject{Kind: kind, ID: "a"})
	}
	return all
}

// Cases of commits that Validate refuses.
func refusalChecks() []check {
	return []check{
		{
			name: "invalid/every-fault",
			rules: slices.Concat(storetest.Says("Store: Commit", "ErrInvalid: Commit.Validate finds a fault."),
				storetest.Says("Commit.Validate", "Every store calls it first.", "Validate reports what no store may accept, as ErrInvalid with the subject and the field: ids, codes and instants out of their limits, a subject that appears twice, a key without a scope, a claim made twice."),
				storetest.Says("Commit.Changes", "A subject appears once, in Require or here."),
				storetest.Says("MaxEventLen", "bytes of an event's data")),
			run: func(c *scene) {
				for name, commit := range broken() {
					if commit.Validate() == nil {
						c.Errorf("%s: Validate finds nothing, so the case shows nothing", name)
					}
					err := c.store.Commit(c.ctx, commit)
					c.Fails(name, err, crm.ErrInvalid)
				}
				for _, s := range []crm.Subject{thing("a"), person("p")} {
					c.Same("head", c.head(s), crm.Head{})
				}
				c.holds("s", "k", crm.Subject{})
			},
		},
		{
			name:  "invalid/changes-nothing",
			rules: storetest.Says("Store: Commit", "Commit applies all of a commit or nothing."),
			run: func(c *scene) {
				names := slices.Sorted(maps.Keys(broken()))
				for _, name := range names {
					good := []crm.Change{set(thing("good"), 0, put(`1`), crm.Claim{Space: "good", Key: "good"})}
					commit := broken()[name]
					commit.Changes = slices.Concat(good, commit.Changes)
					c.refuse(crm.ErrInvalid, commit)
				}
				c.Same("records", c.records(crm.RecordFilter{Kind: kindThing}), []string(nil))
			},
		},
	}
}
