package loyaltytest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// broken are commits in which Validate finds a fault.
func broken() map[string]loyalty.Commit {
	a, p := thing("a"), account("p")
	one := func(s loyalty.Subject, writes ...loyalty.Write) loyalty.Commit {
		return loyalty.Commit{Changes: []loyalty.Change{set(s, 0, writes...)}}
	}
	entry := func(spoil func(*loyalty.Entry)) loyalty.Commit {
		e := fullEntry(1)
		spoil(&e)
		return one(a, loyalty.Append{Entry: e})
	}
	account := func(spoil func(*loyalty.PutAccount)) loyalty.Commit {
		w := earns(fullStanding(), 0, 3)
		spoil(&w)
		return one(p, w)
	}
	standing := func(spoil func(*loyalty.Standing)) loyalty.Commit {
		return account(func(w *loyalty.PutAccount) { spoil(&w.Standing) })
	}
	all := map[string]loyalty.Commit{
		"a subject twice":                   {Changes: []loyalty.Change{set(a, 0), set(p, 0), set(a, 0)}},
		"a subject required twice":          {Require: []loyalty.Expect{{Subject: a}, {Subject: a}}},
		"a subject required and changed":    {Require: []loyalty.Expect{{Subject: a}}, Changes: []loyalty.Change{set(a, 0)}},
		"no subject":                        one(loyalty.Subject{}),
		"a claim made twice":                one(a, loyalty.Claim{Space: "s", Key: "k"}, loyalty.Claim{Space: "s", Key: "k"}),
		"a claim made by two":               {Changes: []loyalty.Change{set(a, 0, loyalty.Claim{Space: "s", Key: "k"}), set(p, 0, loyalty.Claim{Space: "s", Key: "k"})}},
		"a nil write":                       one(a, put(`1`), nil),
		"an account of a thing":             one(a, earns(of("m"), 0, 1)),
		"a record of an account":            one(p, put(`1`)),
		"an entry of an account":            one(p, line(1)),
		"an account put twice":              one(p, earns(of("m"), 0, 1), earns(of("m"), 1, 2)),
		"a status that is unknown":          one(p, stands(loyalty.Standing{Member: "m", Status: 99})),
		"no status":                         one(p, stands(loyalty.Standing{Member: "m"})),
		"no member":                         one(p, stands(of(""))),
		"entries behind their state":        account(func(w *loyalty.PutAccount) { w.State.Seq++ }),
		"entries beyond their state":        account(func(w *loyalty.PutAccount) { w.Entries = w.Entries[:1] }),
		"entries with a gap":                account(func(w *loyalty.PutAccount) { w.Entries = append(w.Entries[:1:1], w.Entries[2:]...) }),
		"an entry of no kind":               account(func(w *loyalty.PutAccount) { w.Entries[1].Kind = 0 }),
		"an entry recorded at no instant":   account(func(w *loyalty.PutAccount) { w.Entries[1].Recorded = time.Time{} }),
		"a tier that is too long":           standing(func(st *loyalty.Standing) { st.Tier.Code = strings.Repeat("x", loyalty.MaxID+1) }),
		"a household that is no UTF-8":      standing(func(st *loyalty.Standing) { st.Household = "\xff" }),
		"a counter that is too long":        standing(func(st *loyalty.Standing) { st.Counters[0].Cap = strings.Repeat("x", loyalty.MaxID+1) }),
		"a record in a state with capitals": one(a, loyalty.PutRecord{Record: loyalty.Record{State: "Open"}}),
		"half a document":                   one(a, put(`{"a":`)),
		"two documents":                     one(a, put(`1 2`)),
		"a document that is not UTF-8":      one(a, put("\"\xff\"")),
		"an entry without a kind":           entry(func(e *loyalty.Entry) { e.Kind = "" }),
		"an entry without an actor":         entry(func(e *loyalty.Entry) { e.Actor = "" }),
		"an entry that never was":           entry(func(e *loyalty.Entry) { e.At = time.Time{} }),
		"an entry with NUL in its reason":   entry(func(e *loyalty.Entry) { e.Reason = "a\x00b" }),
		"an entry that is not UTF-8":        entry(func(e *loyalty.Entry) { e.Reason = "\xff" }),
		"an entry with a broken document":   entry(func(e *loyalty.Entry) { e.Data = []byte("{") }),
		"an event without a kind":           one(a, loyalty.Emit{Event: loyalty.Event{At: minute(1)}}),
		"an event without an instant":       one(a, loyalty.Emit{Event: loyalty.Event{Kind: "k"}}),
		"an event that is too long":         one(a, loyalty.Emit{Event: loyalty.Event{Kind: "k", At: minute(1), Data: storetest.StringOf(loyalty.MaxEventLen + 1)}}),
		"a claim without a space":           one(a, loyalty.Claim{Key: "k"}),
		"a claim in a space with capitals":  one(a, loyalty.Claim{Space: "Phone", Key: "k"}),
	}
	for _, kind := range []loyalty.Kind{"", "A", "a b", "a/b", "é", "a\x00", loyalty.Kind(fmt.Sprintf("%065d", 1))} {
		all[fmt.Sprintf("the kind %q", kind)] = one(loyalty.Subject{Kind: kind, ID: "a"})
	}
	return all
}

// Cases of commits that Validate refuses.
func refusalChecks() []check {
	return []check{
		{
			name: "invalid/every-fault",
			rules: slices.Concat(storetest.Says("Store: Commit", "ErrInvalid: Commit.Validate finds a fault."),
				storetest.Says("Commit.Validate", "Every store calls it first.", "Validate reports what no store may accept, as ErrInvalid with the subject and the field: ids, codes and instants out of their limits, a subject that appears twice, two PutAccount of one change, entries of an account that are not numbered up to its state, a key without a scope, a claim made twice."),
				storetest.Says("Commit.Changes", "A subject appears once, in Require or here."),
				storetest.Says("MaxEventLen", "bytes of an event's data")),
			run: func(c *scene) {
				for name, commit := range broken() {
					if commit.Validate() == nil {
						c.Errorf("%s: Validate finds nothing, so the case shows nothing", name)
					}
					err := c.store.Commit(c.ctx, commit)
					c.Fails(name, err, loyalty.ErrInvalid)
				}
				for _, s := range []loyalty.Subject{thing("a"), account("p")} {
					c.Same("head", c.head(s), loyalty.Head{})
				}
				c.holds("s", "k", loyalty.Subject{})
			},
		},
		{
			name:  "invalid/changes-nothing",
			rules: storetest.Says("Store: Commit", "Commit applies all of a commit or nothing."),
			run: func(c *scene) {
				names := slices.Sorted(maps.Keys(broken()))
				for _, name := range names {
					good := []loyalty.Change{set(thing("good"), 0, put(`1`), loyalty.Claim{Space: "good", Key: "good"})}
					commit := broken()[name]
					commit.Changes = slices.Concat(good, commit.Changes)
					c.refuse(loyalty.ErrInvalid, commit)
				}
				c.Same("records", c.records(loyalty.RecordFilter{Kind: kindThing}), []string(nil))
			},
		},
	}
}
