package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of ids.
func idChecks() []Check {
	bytes := "are UTF-8 without NUL, of 1 to MaxID bytes, case-sensitive, and compared as bytes:"
	return []Check{
		{
			Name: "id/every-kind-of-byte",
			Rules: slices.Concat(Says("Store: Limits", bytes),
				Says("MaxID", "bytes of an id")),
			Run: func(c *Bench) {
				for i, id := range HardIDs() {
					a := thing(id)
					record := Record{Body: json.RawMessage(fmt.Sprint(i)), Group: id}
					e := c.fullEntry(i)
					e.Actor, e.Party = id, id
					c.write(a, PutRecord{Record: record}, Append{Entry: e})
					c.Same("record", c.record(a), keptRecord(record, a, c.Head(a)))
					c.Same("entries", c.journal(a), []Entry{kept(e, a, 1)})
					c.Same("records by group", c.records(RecordFilter{Kind: KindThing, Group: id}), []string{id})
					c.Same("entries by party", places(c.entries(EntryFilter{Party: id})), []Position{{Subject: a, Seq: 1}})
					if c.Failed() {
						c.Errorf("the id is %+q", id)
						return
					}
				}
			},
		},
		{
			Name:  "id/lookalikes-are-others",
			Rules: Says("Store: Limits", "\"a\" is not \"A\", \"é\" as one rune is not \"é\" as two, and trailing spaces count."),
			Run: func(c *Bench) {
				for i, id := range Lookalikes() {
					c.commit(set(thing(id), 0, put(fmt.Sprint(i)), line(i)))
				}
				for i, id := range Lookalikes() {
					c.Same("body of "+id, c.record(thing(id)).Body, json.RawMessage(fmt.Sprint(i)))
					c.Same("head of "+id, c.Head(thing(id)), Head{Version: 1, Entries: 1, Recorded: minute(i)})
					if have := c.journal(thing(id)); len(have) != 1 || have[0].Subject.ID != id {
						c.Errorf("%d entries of %+q, want its own", len(have), id)
					}
				}
			},
		},
		{
			Name:  "id/broken-are-refused",
			Rules: Says("Store: Limits", bytes),
			Run: func(c *Bench) {
				for _, id := range BrokenIDs() {
					changes := []Change{set(thing(id), 0, put(`1`))}
					if c.Claims {
						changes = append(changes, set(thing("a"), 0, Claim{Space: "phone", Key: id}), set(thing("a"), 0, Release{Space: "phone", Key: id}))
					}
					if id != "" { // which is no reference at all
						party, actor := c.fullEntry(1), c.fullEntry(1)
						party.Party, actor.Actor = id, id
						changes = append(changes, set(thing("a"), 0, PutRecord{Record: Record{Group: id}}),
							set(thing("a"), 0, Append{Entry: party}), set(thing("a"), 0, Append{Entry: actor}))
						c.Refuse(fault.ErrInvalid, Commit{Scope: "s", Key: id})
						c.Refuse(fault.ErrInvalid, Commit{Scope: id, Key: "k"})
					}
					for _, change := range changes {
						c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(thing("good"), 0, put(`1`)), change}})
					}
					c.Refuse(fault.ErrInvalid, Commit{Require: []Expect{{Subject: thing(id)}}})
				}
				c.Same("records", c.records(RecordFilter{Kind: KindThing}), []string(nil))
			},
		},
	}
}

// Cases of instants.
func instantChecks() []Check {
	rules := Says("Store: Limits",
		"Instants are whole microseconds in UTC of the years 1 to 9999, or the zero time for none, and come back equal by ==.")
	return []Check{
		{
			Name: "instant/comes-back-equal", Rules: rules,
			Run: func(c *Bench) {
				for i, at := range append(HardInstants(), time.Time{}, minute(1)) {
					a := thing(fmt.Sprint(i))
					e := c.fullEntry(i)
					if e.At, e.Recorded = at, at; at.IsZero() { // which an entry may not have
						e.At, e.Recorded = minute(1), minute(1)
					}
					record := Record{Due: at}
					c.write(a, PutRecord{Record: record}, Append{Entry: e})
					head := Head{Version: 1, Entries: 1, Recorded: e.Recorded}
					c.Same("head", c.Head(a), head)
					c.Same("record", c.record(a), keptRecord(record, a, head))
					c.Same("entries", c.journal(a), []Entry{kept(e, a, 1)})
				}
			},
		},
		{
			Name: "instant/broken-are-refused", Rules: rules,
			Run: func(c *Bench) {
				for _, at := range BrokenInstants() {
					e, learned := c.fullEntry(1), c.fullEntry(1)
					e.At, learned.Recorded = at, at
					for _, change := range []Change{
						set(thing("a"), 0, PutRecord{Record: Record{Due: at}}), set(thing("a"), 0, Append{Entry: e}),
						set(thing("a"), 0, Append{Entry: learned}),
						set(thing("a"), 0, Emit{Event: Event{Kind: "k", At: at}}),
					} {
						c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{change}})
					}
					c.Refuse(fault.ErrInvalid, Commit{Recorded: at, Changes: []Change{set(thing("a"), 0)}})
				}
			},
		},
	}
}

// Cases of documents and texts.
func documentChecks() []Check {
	return []Check{
		{
			Name:  "json/comes-back-as-the-same-value",
			Rules: Says("Store: Limits", "JSON comes back as the same value, perhaps spaced or ordered otherwise: numbers keep all their digits, and the escape \\u0000 stands for a character like others."),
			Run: func(c *Bench) {
				for i, text := range append(HardDocuments(), "") {
					a := thing(fmt.Sprint(i))
					e := c.fullEntry(i)
					e.Data = json.RawMessage(text)
					happened := event(i)
					happened.Event.Data = json.RawMessage(text)
					c.write(a, put(text), Append{Entry: e}, happened)
					c.Same("body "+text, c.record(a).Body, json.RawMessage(text))
					c.Same("entry "+text, c.journal(a), []Entry{kept(e, a, 1)})
				}
				if box := c.store.Outbox(); box != nil {
					for _, e := range c.pending(box) {
						var i int
						fmt.Sscan(e.Subject.ID, &i)
						c.Same("data of an event", e.Data, json.RawMessage(append(HardDocuments(), "")[i]))
					}
				}
			},
		},
		{
			Name:  "json/empty-is-none",
			Rules: Says("Store: Limits", "Empty JSON is none, and comes back nil or empty."),
			Run: func(c *Bench) {
				a := thing("a")
				for i, none := range []json.RawMessage{nil, {}} {
					e, happened := c.fullEntry(i), event(i)
					e.Data, happened.Event.Data = none, none
					c.write(a, put(`1`))
					c.write(a, PutRecord{Record: Record{State: "open", Body: none}}, Append{Entry: e}, happened)
					for what, have := range map[string]json.RawMessage{"body": c.record(a).Body, "data": c.journal(a)[i].Data} {
						if len(have) > 0 {
							c.Errorf("no %s came back as %q", what, have)
						}
					}
					c.Same("entry", c.journal(a)[i], kept(e, a, uint64(i)+1))
					if box := c.store.Outbox(); box != nil {
						for _, e := range c.pending(box) {
							c.Same("data of an event", e.Data, json.RawMessage(nil))
						}
					}
				}
			},
		},
		{
			Name:  "slices/empty-is-none",
			Rules: Says("Store: Consistency", "An empty slice may come back nil."),
			Run: func(c *Bench) {
				for key, data := range map[string][]byte{"nil": nil, "empty": {}} {
					c.Send(Commit{Scope: "s", Key: key, Receipt: data})
					have, err := c.store.Receipt(c.ctx, "s", key)
					if c.Fails("Receipt", err, nil); len(have.Data) > 0 {
						c.Errorf("an empty receipt came back as %q", have.Data)
					}
				}
			},
		},
		{
			Name:  "text/comes-back-byte-by-byte",
			Rules: Says("Store: Limits", "Every store keeps texts of MaxText bytes,"),
			Run: func(c *Bench) {
				a := thing("a")
				var want []Entry
				for i, text := range HardTexts() {
					e := c.fullEntry(i)
					e.Reason = text
					c.write(a, Append{Entry: e})
					want = append(want, kept(e, a, uint64(i)+1))
				}
				c.Same("entries", c.journal(a), want)
			},
		},
	}
}
