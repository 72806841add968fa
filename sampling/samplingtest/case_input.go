package samplingtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of ids.
func idChecks() []check {
	bytes := "Ids are UTF-8 without NUL, of 1 to MaxID bytes, case-sensitive, and compared as bytes:"
	return []check{
		{
			name: "id/every-kind-of-byte",
			rules: slices.Concat(storetest.Says("Store: Limits", bytes),
				storetest.Says("MaxID", "bytes of an id")),
			run: func(c *scene) {
				for i, id := range storetest.HardIDs() {
					a := thing(id)
					record := sampling.Record{Body: json.RawMessage(fmt.Sprint(i)), Cycle: id}
					e := fullEntry(i)
					e.Actor, e.Person = id, id
					c.write(a, sampling.PutRecord{Record: record}, sampling.Append{Entry: e})
					c.Same("record", c.record(a), keptRecord(record, a, c.head(a)))
					c.Same("entries", c.journal(a), []sampling.Entry{kept(e, a, 1)})
					c.Same("records by cycle", c.records(sampling.RecordFilter{Kind: kindThing, Cycle: id}), []string{id})
					c.Same("entries by person", places(c.entries(sampling.EntryFilter{Person: id})), []sampling.Position{{Subject: a, Seq: 1}})
					if c.Failed() {
						c.Errorf("the id is %+q", id)
						return
					}
				}
			},
		},
		{
			name:  "id/lookalikes-are-others",
			rules: storetest.Says("Store: Limits", "\"a\" is not \"A\", \"é\" as one rune is not \"é\" as two, and trailing spaces count."),
			run: func(c *scene) {
				for i, id := range storetest.Lookalikes() {
					c.commit(set(thing(id), 0, put(fmt.Sprint(i)), line(i)))
				}
				for i, id := range storetest.Lookalikes() {
					c.Same("body of "+id, c.record(thing(id)).Body, json.RawMessage(fmt.Sprint(i)))
					c.Same("head of "+id, c.head(thing(id)), sampling.Head{Version: 1, Entries: 1, Recorded: minute(i)})
					if have := c.journal(thing(id)); len(have) != 1 || have[0].Subject.ID != id {
						c.Errorf("%d entries of %+q, want its own", len(have), id)
					}
				}
			},
		},
		{
			name:  "id/broken-are-refused",
			rules: storetest.Says("Store: Limits", bytes),
			run: func(c *scene) {
				for _, id := range storetest.BrokenIDs() {
					changes := []sampling.Change{set(thing(id), 0, put(`1`))}
					if id != "" { // which is no reference at all
						person, actor := fullEntry(1), fullEntry(1)
						person.Person, actor.Actor = id, id
						changes = append(changes, set(thing("a"), 0, sampling.PutRecord{Record: sampling.Record{Cycle: id}}),
							set(thing("a"), 0, sampling.Append{Entry: person}), set(thing("a"), 0, sampling.Append{Entry: actor}))
						c.refuse(sampling.ErrInvalid, sampling.Commit{Scope: "s", Key: id})
						c.refuse(sampling.ErrInvalid, sampling.Commit{Scope: id, Key: "k"})
					}
					for _, change := range changes {
						c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(thing("good"), 0, put(`1`)), change}})
					}
					c.refuse(sampling.ErrInvalid, sampling.Commit{Require: []sampling.Expect{{Subject: thing(id)}}})
				}
				c.Same("records", c.records(sampling.RecordFilter{Kind: kindThing}), []string(nil))
			},
		},
	}
}

// Cases of instants.
func instantChecks() []check {
	rules := storetest.Says("Store: Limits",
		"Instants are whole microseconds in UTC of the years 1 to 9999, or the zero time for none, and come back equal by ==.")
	return []check{
		{
			name: "instant/comes-back-equal", rules: rules,
			run: func(c *scene) {
				for i, at := range append(storetest.HardInstants(), time.Time{}, minute(1)) {
					a := thing(fmt.Sprint(i))
					e := fullEntry(i)
					if e.At, e.Recorded = at, at; at.IsZero() { // which an entry may not have
						e.At, e.Recorded = minute(1), minute(1)
					}
					record := sampling.Record{Due: at}
					c.write(a, sampling.PutRecord{Record: record}, sampling.Append{Entry: e})
					head := sampling.Head{Version: 1, Entries: 1, Recorded: e.Recorded}
					c.Same("head", c.head(a), head)
					c.Same("record", c.record(a), keptRecord(record, a, head))
					c.Same("entries", c.journal(a), []sampling.Entry{kept(e, a, 1)})
				}
			},
		},
		{
			name: "instant/broken-are-refused", rules: rules,
			run: func(c *scene) {
				for _, at := range storetest.BrokenInstants() {
					e, learned := fullEntry(1), fullEntry(1)
					e.At, learned.Recorded = at, at
					for _, change := range []sampling.Change{
						set(thing("a"), 0, sampling.PutRecord{Record: sampling.Record{Due: at}}), set(thing("a"), 0, sampling.Append{Entry: e}),
						set(thing("a"), 0, sampling.Append{Entry: learned}),
						set(thing("a"), 0, sampling.Emit{Event: sampling.Event{Kind: "k", At: at}}),
					} {
						c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{change}})
					}
					c.refuse(sampling.ErrInvalid, sampling.Commit{Recorded: at, Changes: []sampling.Change{set(thing("a"), 0)}})
				}
			},
		},
	}
}

// Cases of documents and texts.
func documentChecks() []check {
	return []check{
		{
			name:  "json/comes-back-as-the-same-value",
			rules: storetest.Says("Store: Limits", "JSON comes back as the same value, perhaps spaced or ordered otherwise: numbers keep all their digits, and the escape \\u0000 stands for a character like others."),
			run: func(c *scene) {
				for i, text := range append(storetest.HardDocuments(), "") {
					a := thing(fmt.Sprint(i))
					e := fullEntry(i)
					e.Data = json.RawMessage(text)
					happened := event(i)
					happened.Event.Data = json.RawMessage(text)
					c.write(a, put(text), sampling.Append{Entry: e}, happened)
					c.Same("body "+text, c.record(a).Body, json.RawMessage(text))
					c.Same("entry "+text, c.journal(a), []sampling.Entry{kept(e, a, 1)})
				}
				if box, ok := c.store.(sampling.Outbox); ok {
					for _, e := range c.pending(box) {
						var i int
						fmt.Sscan(e.Subject.ID, &i)
						c.Same("data of an event", e.Data, json.RawMessage(append(storetest.HardDocuments(), "")[i]))
					}
				}
			},
		},
		{
			name:  "json/empty-is-none",
			rules: storetest.Says("Store: Limits", "Empty JSON is none, and comes back nil or empty."),
			run: func(c *scene) {
				a := thing("a")
				for i, none := range []json.RawMessage{nil, {}} {
					e, happened := fullEntry(i), event(i)
					e.Data, happened.Event.Data = none, none
					c.write(a, put(`1`))
					c.write(a, sampling.PutRecord{Record: sampling.Record{State: "open", Body: none}}, sampling.Append{Entry: e}, happened)
					for what, have := range map[string]json.RawMessage{"body": c.record(a).Body, "data": c.journal(a)[i].Data} {
						if len(have) > 0 {
							c.Errorf("no %s came back as %q", what, have)
						}
					}
					c.Same("entry", c.journal(a)[i], kept(e, a, uint64(i)+1))
					if box, ok := c.store.(sampling.Outbox); ok {
						for _, e := range c.pending(box) {
							c.Same("data of an event", e.Data, json.RawMessage(nil))
						}
					}
				}
			},
		},
		{
			name:  "slices/empty-is-none",
			rules: storetest.Says("Store: Consistency", "An empty slice may come back nil."),
			run: func(c *scene) {
				for key, data := range map[string][]byte{"nil": nil, "empty": {}} {
					c.send(sampling.Commit{Scope: "s", Key: key, Receipt: data})
					have, err := c.store.Receipt(c.ctx, "s", key)
					if c.Fails("Receipt", err, nil); len(have.Data) > 0 {
						c.Errorf("an empty receipt came back as %q", have.Data)
					}
				}
			},
		},
		{
			name:  "text/comes-back-byte-by-byte",
			rules: storetest.Says("Store: Limits", "Every store keeps texts of MaxText bytes,"),
			run: func(c *scene) {
				a := thing("a")
				var want []sampling.Entry
				for i, text := range storetest.HardTexts() {
					e := fullEntry(i)
					e.Reason = text
					c.write(a, sampling.Append{Entry: e})
					want = append(want, kept(e, a, uint64(i)+1))
				}
				c.Same("entries", c.journal(a), want)
			},
		},
	}
}
