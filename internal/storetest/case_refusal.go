package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// broken are commits in which Validate finds a fault.
func (c *Bench) broken() map[string]Commit {
	a, p := thing("a"), Subject{Kind: c.Known, ID: "p"}
	one := func(s Subject, writes ...Write) Commit {
		return Commit{Changes: []Change{set(s, 0, writes...)}}
	}
	entry := func(spoil func(*Entry)) Commit {
		e := c.fullEntry(1)
		spoil(&e)
		return one(a, Append{Entry: e})
	}
	all := map[string]Commit{
		"a subject twice":                 {Changes: []Change{set(a, 0), set(p, 0), set(a, 0)}},
		"a subject required twice":        {Require: []Expect{{Subject: a}, {Subject: a}}},
		"a subject required and changed":  {Require: []Expect{{Subject: a}}, Changes: []Change{set(a, 0)}},
		"no subject":                      one(Subject{}),
		"a nil write":                     one(a, put(`1`), Own{}),
		"a group that is too long":        one(a, PutRecord{Record: Record{Group: strings.Repeat("x", MaxID+1)}}),
		"a party that is no UTF-8":        entry(func(e *Entry) { e.Party = "\xff" }),
		"an entry recorded at no instant": entry(func(e *Entry) { e.Recorded = time.Time{} }),
		"half a document":                 one(a, put(`{"a":`)),
		"two documents":                   one(a, put(`1 2`)),
		"a document that is not UTF-8":    one(a, put("\"\xff\"")),
		"an entry without a kind":         entry(func(e *Entry) { e.Kind = "" }),
		"an entry without an actor":       entry(func(e *Entry) { e.Actor = "" }),
		"an entry that never was":         entry(func(e *Entry) { e.At = time.Time{} }),
		"an entry with NUL in its reason": entry(func(e *Entry) { e.Reason = "a\x00b" }),
		"an entry that is not UTF-8":      entry(func(e *Entry) { e.Reason = "\xff" }),
		"an entry with a broken document": entry(func(e *Entry) { e.Data = []byte("{") }),
		"an event without a kind":         one(a, Emit{Event: Event{At: minute(1)}}),
		"an event without an instant":     one(a, Emit{Event: Event{Kind: "k"}}),
		"an event that is too long":       one(a, Emit{Event: Event{Kind: "k", At: minute(1), Data: StringOf(MaxEventLen + 1)}}),
	}
	for _, kind := range []string{"", "A", "a b", "a/b", "é", "a\x00", string(fmt.Sprintf("%065d", 1))} {
		all[fmt.Sprintf("the kind %q", kind)] = one(Subject{Kind: kind, ID: "a"})
	}
	if c.Claims {
		maps.Copy(all, map[string]Commit{
			"a claim made twice":               one(a, Claim{Space: "s", Key: "k"}, Claim{Space: "s", Key: "k"}),
			"a claim made by two":              {Changes: []Change{set(a, 0, Claim{Space: "s", Key: "k"}), set(p, 0, Claim{Space: "s", Key: "k"})}},
			"a claim without a space":          one(a, Claim{Key: "k"}),
			"a claim in a space with capitals": one(a, Claim{Space: "Phone", Key: "k"}),
		})
	}
	if c.Broken != nil {
		maps.Copy(all, c.Broken())
	}
	return all
}

// Cases of commits that Validate refuses.
func refusalChecks() []Check {
	return []Check{
		{
			Name: "invalid/every-fault",
			Rules: slices.Concat(Says("Store: Commit", "ErrInvalid: Commit.Validate finds a fault."),
				Says("Commit.Validate", "Every store calls it first.", "Validate reports what no store may accept, as ErrInvalid with the subject and the field: ids, codes and instants out of their limits, a subject that appears twice,"),
				Says("Commit.Changes", "A subject appears once, in Require or here."),
				Says("MaxEventLen", "bytes of an event's data")),
			Run: func(c *Bench) {
				for name, commit := range c.broken() {
					if c.Validate(commit) == nil {
						c.Errorf("%s: Validate finds nothing, so the case shows nothing", name)
					}
					err := c.store.Commit(c.ctx, commit)
					c.Fails(name, err, fault.ErrInvalid)
				}
				for _, s := range []Subject{thing("a"), {Kind: c.Known, ID: "p"}} {
					c.Same("head", c.Head(s), Head{})
				}
				c.Holds("s", "k", Subject{})
			},
		},
		{
			Name:  "invalid/changes-nothing",
			Rules: Says("Store: Commit", "Commit applies all of a commit or nothing."),
			Run: func(c *Bench) {
				names := slices.Sorted(maps.Keys(c.broken()))
				for _, name := range names {
					good := []Change{set(thing("good"), 0, put(`1`), Claim{Space: "good", Key: "good"})}
					commit := c.broken()[name]
					commit.Changes = slices.Concat(good, commit.Changes)
					c.Refuse(fault.ErrInvalid, commit)
				}
				c.Same("records", c.records(RecordFilter{Kind: KindThing}), []string(nil))
			},
		},
	}
}
