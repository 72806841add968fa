package samplingtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// broken are commits in which Validate finds a fault.
func broken() map[string]sampling.Commit {
	a, p := thing("a"), thing("p")
	one := func(s sampling.Subject, writes ...sampling.Write) sampling.Commit {
		return sampling.Commit{Changes: []sampling.Change{set(s, 0, writes...)}}
	}
	entry := func(spoil func(*sampling.Entry)) sampling.Commit {
		e := fullEntry(1)
		spoil(&e)
		return one(a, sampling.Append{Entry: e})
	}
	all := map[string]sampling.Commit{
		"a subject twice":                   {Changes: []sampling.Change{set(a, 0), set(p, 0), set(a, 0)}},
		"a subject required twice":          {Require: []sampling.Expect{{Subject: a}, {Subject: a}}},
		"a subject required and changed":    {Require: []sampling.Expect{{Subject: a}}, Changes: []sampling.Change{set(a, 0)}},
		"no subject":                        one(sampling.Subject{}),
		"a nil write":                       one(a, put(`1`), nil),
		"a cycle that is too long":          one(a, sampling.PutRecord{Record: sampling.Record{Cycle: strings.Repeat("x", sampling.MaxID+1)}}),
		"a person that is no UTF-8":         entry(func(e *sampling.Entry) { e.Person = "\xff" }),
		"an entry recorded at no instant":   entry(func(e *sampling.Entry) { e.Recorded = time.Time{} }),
		"a record in a state with capitals": one(a, sampling.PutRecord{Record: sampling.Record{State: "Open"}}),
		"half a document":                   one(a, put(`{"a":`)),
		"two documents":                     one(a, put(`1 2`)),
		"a document that is not UTF-8":      one(a, put("\"\xff\"")),
		"an entry without a kind":           entry(func(e *sampling.Entry) { e.Kind = "" }),
		"an entry without an actor":         entry(func(e *sampling.Entry) { e.Actor = "" }),
		"an entry that never was":           entry(func(e *sampling.Entry) { e.At = time.Time{} }),
		"an entry with NUL in its reason":   entry(func(e *sampling.Entry) { e.Reason = "a\x00b" }),
		"an entry that is not UTF-8":        entry(func(e *sampling.Entry) { e.Reason = "\xff" }),
		"an entry with a broken document":   entry(func(e *sampling.Entry) { e.Data = []byte("{") }),
		"an event without a kind":           one(a, sampling.Emit{Event: sampling.Event{At: minute(1)}}),
		"an event without an instant":       one(a, sampling.Emit{Event: sampling.Event{Kind: "k"}}),
		"an event that is too long":         one(a, sampling.Emit{Event: sampling.Event{Kind: "k", At: minute(1), Data: storetest.StringOf(sampling.MaxEventLen + 1)}}),
	}
	for _, kind := range []sampling.Kind{"", "A", "a b", "a/b", "é", "a\x00", sampling.Kind(fmt.Sprintf("%065d", 1))} {
		all[fmt.Sprintf("the kind %q", kind)] = one(sampling.Subject{Kind: kind, ID: "a"})
	}
	return all
}

// Cases of commits that Validate refuses.
func refusalChecks() []check {
	return []check{
		{
			name: "invalid/every-fault",
			rules: slices.Concat(storetest.Says("Store: Commit", "ErrInvalid: Commit.Validate finds a fault."),
				storetest.Says("Commit.Validate", "Every store calls it first.", "Validate reports what no store may accept, as ErrInvalid with the subject and the field: ids, codes and instants out of their limits, a subject that appears twice, a key without a scope."),
				storetest.Says("Commit.Changes", "A subject appears once, in Require or here."),
				storetest.Says("MaxEventLen", "bytes of an event's data")),
			run: func(c *scene) {
				for name, commit := range broken() {
					if commit.Validate() == nil {
						c.Errorf("%s: Validate finds nothing, so the case shows nothing", name)
					}
					err := c.store.Commit(c.ctx, commit)
					c.Fails(name, err, sampling.ErrInvalid)
				}
				for _, s := range []sampling.Subject{thing("a"), thing("p")} {
					c.Same("head", c.head(s), sampling.Head{})
				}
			},
		},
		{
			name:  "invalid/changes-nothing",
			rules: storetest.Says("Store: Commit", "Commit applies all of a commit or nothing."),
			run: func(c *scene) {
				names := slices.Sorted(maps.Keys(broken()))
				for _, name := range names {
					good := []sampling.Change{set(thing("good"), 0, put(`1`))}
					commit := broken()[name]
					commit.Changes = slices.Concat(good, commit.Changes)
					c.refuse(sampling.ErrInvalid, commit)
				}
				c.Same("records", c.records(sampling.RecordFilter{Kind: kindThing}), []string(nil))
			},
		},
	}
}
