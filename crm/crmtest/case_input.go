package crmtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of ids.
func idChecks() []check {
	bytes := "Ids, references and the keys of claims are UTF-8 without NUL, of 1 to MaxID bytes, case-sensitive, and compared as bytes:"
	return []check{
		{
			name: "id/every-kind-of-byte",
			rules: slices.Concat(storetest.Says("Store: Limits", bytes),
				storetest.Says("MaxID", "bytes of an id, a journal's or a record's reference, a claim's key")),
			run: func(c *scene) {
				for i, id := range storetest.HardIDs() {
					a, p := thing(id), person(id)
					body := crm.Record{Body: json.RawMessage(fmt.Sprint(i)), Customer: id, Ref: id, Owner: id, Path: id, State: id}
					e := fullEntry(i)
					e.Actor, e.From, e.To, e.Contact, e.Ref = id, id, id, id, id
					standing := owned(id).Standing
					standing.Holding.Path, standing.Holding.Pool, standing.Groups = id, id, []string{id}
					profile := c.profile(id, sampleProfile(i), crm.PutStanding{Standing: standing})
					c.write(a, crm.PutRecord{Record: body}, crm.Append{Entry: e})
					c.Same("record", c.record(a), keptRecord(body, a, c.head(a)))
					c.Same("entries", c.journal(a), []crm.Entry{kept(e, a, 1)})
					c.Same("customer", c.customer(id), crm.Customer{ID: id, Head: c.head(p), Profile: profile,
						Standing: standing})
					c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: id, Pool: id, Group: id}), []string{id})
					c.Same("records by reference", c.records(crm.RecordFilter{Kind: kindThing, Customer: id, Ref: id, Owner: id, State: id}), []string{id})
					c.Same("entries by contact", places(c.entries(crm.EntryFilter{Contact: id})), []crm.Position{{Subject: a, Seq: 1}})
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
					c.commit(set(thing(id), 0, put(fmt.Sprint(i)), line("j", i)))
					c.profile(id, sampleProfile(i), owned(id))
				}
				for i, id := range storetest.Lookalikes() {
					c.Same("body of "+id, c.record(thing(id)).Body, json.RawMessage(fmt.Sprint(i)))
					c.Same("head of "+id, c.head(thing(id)), crm.Head{Version: 1, Entries: 1, Recorded: minute(i)})
					c.Same("customers of "+id, c.customers(crm.CustomerFilter{Owner: id}), []string{id})
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
					changes := []crm.Change{
						set(thing(id), 0, put(`1`)), set(person(id), 0, crm.PutStanding{}),
						set(thing("a"), 0, crm.Claim{Space: "phone", Key: id}), set(thing("a"), 0, crm.Release{Space: "phone", Key: id}),
					}
					if id != "" { // which is no reference at all
						e := fullEntry(1)
						e.Contact = id
						changes = append(changes, set(thing("a"), 0, crm.PutRecord{Record: crm.Record{Owner: id}}),
							set(person("a"), 0, crm.PutStanding{Standing: crm.Standing{Groups: []string{id}}}), set(thing("a"), 0, crm.Append{Entry: e}))
						c.refuse(crm.ErrInvalid, crm.Commit{Scope: "s", Key: id})
						c.refuse(crm.ErrInvalid, crm.Commit{Scope: id, Key: "k"})
					}
					for _, change := range changes {
						c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(thing("good"), 0, put(`1`)), change}})
					}
					c.refuse(crm.ErrInvalid, crm.Commit{Require: []crm.Expect{{Subject: thing(id)}}})
				}
				c.Same("records", c.records(crm.RecordFilter{Kind: kindThing}), []string(nil))
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
				c.profile("p", sampleProfile(1))
				for i, at := range append(storetest.HardInstants(), time.Time{}, minute(1)) {
					a := thing(fmt.Sprint(i))
					e := fullEntry(i)
					if e.At, e.Recorded = at, at; at.IsZero() { // which an entry may not have
						e.At, e.Recorded = minute(1), minute(1)
					}
					record := crm.Record{Due: at}
					standing := fullStanding()
					standing.Holding.Since, standing.Holding.ProtectedUntil, standing.Registered, standing.LastContact = at, at, at, at
					standing.Holding.LastAt, standing.Holding.LastRecorded = at, at
					standing.NextDue, standing.Forgotten, standing.Relationship.Since, standing.Ladder.Since, standing.Category.Since = at, at, at, at, at
					c.write(a, crm.PutRecord{Record: record}, crm.Append{Entry: e})
					c.write(person("p"), crm.PutStanding{Standing: standing})
					head := crm.Head{Version: 1, Entries: 1, Recorded: e.Recorded}
					c.Same("head", c.head(a), head)
					c.Same("record", c.record(a), keptRecord(record, a, head))
					c.Same("entries", c.journal(a), []crm.Entry{kept(e, a, 1)})
					c.Same("standing", c.customer("p").Standing, standing)
				}
			},
		},
		{
			name: "instant/broken-are-refused", rules: rules,
			run: func(c *scene) {
				for _, at := range storetest.BrokenInstants() {
					e, learned := fullEntry(1), fullEntry(1)
					e.At, learned.Recorded = at, at
					for _, change := range []crm.Change{
						set(thing("a"), 0, crm.PutRecord{Record: crm.Record{Due: at}}), set(thing("a"), 0, crm.Append{Entry: e}),
						set(thing("a"), 0, crm.Append{Entry: learned}), set(person("a"), 0, crm.PutStanding{Standing: crm.Standing{NextDue: at}}),
						set(thing("a"), 0, crm.Emit{Event: crm.Event{Kind: "k", At: at}}),
					} {
						c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{change}})
					}
					c.refuse(crm.ErrInvalid, crm.Commit{Recorded: at, Changes: []crm.Change{set(thing("a"), 0)}})
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
					e.Data, e.Private = json.RawMessage(text), json.RawMessage(text)
					happened := event(i)
					happened.Event.Data = json.RawMessage(text)
					c.write(a, put(text), crm.Append{Entry: e}, happened)
					c.Same("body "+text, c.record(a).Body, json.RawMessage(text))
					c.Same("entry "+text, c.journal(a), []crm.Entry{kept(e, a, 1)})
				}
				if box, ok := c.store.(crm.Outbox); ok {
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
					e.Data, e.Private, happened.Event.Data = none, none, none
					c.write(a, put(`1`))
					c.write(a, crm.PutRecord{Record: crm.Record{State: "open", Body: none}}, crm.Append{Entry: e}, happened)
					for what, have := range map[string]json.RawMessage{"body": c.record(a).Body, "data": c.journal(a)[i].Data, "private": c.journal(a)[i].Private} {
						if len(have) > 0 {
							c.Errorf("no %s came back as %q", what, have)
						}
					}
					c.Same("entry", c.journal(a)[i], kept(e, a, uint64(i)+1))
					if box, ok := c.store.(crm.Outbox); ok {
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
				standing, bare := fullStanding(), fullStanding()
				standing.Groups, standing.Holding.Claimants, standing.Holding.Losses = []string{}, []string{}, []owner.Loss{}
				bare.Groups, bare.Holding.Claimants, bare.Holding.Losses = nil, nil, nil
				profile := sampleProfile(1)
				profile.Tags, profile.Aliases, profile.Identifiers = []string{}, []string{}, []party.Identifier{}
				profile = c.profile("p", profile, crm.PutStanding{Standing: standing})
				c.Same("standing", c.customer("p").Standing, bare)
				c.Same("profile", c.customer("p").Profile, profile)
				c.write(person("p"), crm.PutStanding{Standing: bare})
				c.Same("standing", c.customer("p").Standing, bare)
				for key, data := range map[string][]byte{"nil": nil, "empty": {}} {
					c.send(crm.Commit{Scope: "s", Key: key, Receipt: data})
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
				var want []crm.Entry
				for i, text := range storetest.HardTexts() {
					e := fullEntry(i)
					e.Text, e.Reason = text, text
					c.write(a, crm.Append{Entry: e})
					want = append(want, kept(e, a, uint64(i)+1))
				}
				c.Same("entries", c.journal(a), want)
			},
		},
		{
			name:  "amount/every-integer",
			rules: storetest.Says("Append", "Append adds an entry to a journal of the subject."),
			run: func(c *scene) {
				a := thing("a")
				var want []crm.Entry
				for i, amount := range []int64{0, 1, -1, 1<<53 + 1, -1<<53 - 1, 1<<63 - 1, -1 << 63} {
					e := fullEntry(i)
					e.Amount = amount
					c.write(a, crm.Append{Entry: e})
					want = append(want, kept(e, a, uint64(i)+1))
				}
				c.Same("entries", c.journal(a), want)
			},
		},
	}
}
