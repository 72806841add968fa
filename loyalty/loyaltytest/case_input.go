package loyaltytest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Cases of ids.
func idChecks() []check {
	bytes := "Ids, references and the keys of claims are UTF-8 without NUL, of 1 to MaxID bytes, case-sensitive, and compared as bytes:"
	return []check{
		{
			name: "id/every-kind-of-byte",
			rules: slices.Concat(storetest.Says("Store: Limits", bytes),
				storetest.Says("MaxID", "bytes of an id, a reference, a claim's key")),
			run: func(c *scene) {
				for i, id := range storetest.HardIDs() {
					a, p := thing(id), account(id)
					body := loyalty.Record{Body: json.RawMessage(fmt.Sprint(i)), Member: id, Ref: id}
					e := fullEntry(i)
					e.Actor, e.Member, e.Ref = id, id, id
					standing := fullStanding()
					standing.Member, standing.Household, standing.Tier.Code, standing.Counters[0].Cap = id, id, id, id
					earned := earn(1)
					earned.Actor, earned.Ref, earned.Code, earned.Peer = id, id, id, id
					w := follows(points.State{}, earned)
					w.Standing = standing
					c.write(p, w)
					c.write(a, loyalty.PutRecord{Record: body}, loyalty.Append{Entry: e})
					c.Same("record", c.record(a), keptRecord(body, a, c.head(a)))
					c.Same("entries", c.journal(a), []loyalty.Entry{kept(e, a, 1)})
					c.wants(id, 1, w)
					c.Same("postings", c.postings(loyalty.PostingFilter{Account: id, Ref: id}), postings(id, w.Entries))
					c.Same("accounts by member", c.accounts(loyalty.AccountFilter{Member: id, Household: id, IDs: []string{id}}), []string{id})
					c.Same("records by reference", c.records(loyalty.RecordFilter{Kind: kindThing, Member: id, Ref: id}), []string{id})
					c.Same("entries by member", places(c.entries(loyalty.EntryFilter{Member: id})), []loyalty.Position{{Subject: a, Seq: 1}})
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
					c.write(account(id), stands(of(id)))
				}
				for i, id := range storetest.Lookalikes() {
					c.Same("body of "+id, c.record(thing(id)).Body, json.RawMessage(fmt.Sprint(i)))
					c.Same("head of "+id, c.head(thing(id)), loyalty.Head{Version: 1, Entries: 1, Recorded: minute(i)})
					c.Same("accounts of "+id, c.accounts(loyalty.AccountFilter{Member: id}), []string{id})
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
					changes := []loyalty.Change{
						set(thing(id), 0, put(`1`)), set(account(id), 0, stands(of("m"))), set(account("a"), 0, stands(of(id))),
						set(thing("a"), 0, loyalty.Claim{Space: "phone", Key: id}), set(thing("a"), 0, loyalty.Release{Space: "phone", Key: id}),
					}
					if id != "" { // which is no reference at all
						e := fullEntry(1)
						e.Member = id
						earned := earns(of("m"), 0, 1)
						earned.Entries[0].Ref = id
						household := of("m")
						household.Household = id
						changes = append(changes, set(thing("a"), 0, loyalty.PutRecord{Record: loyalty.Record{Ref: id}}),
							set(account("a"), 0, earned), set(account("a"), 0, stands(household)), set(thing("a"), 0, loyalty.Append{Entry: e}))
						c.refuse(loyalty.ErrInvalid, loyalty.Commit{Scope: "s", Key: id})
						c.refuse(loyalty.ErrInvalid, loyalty.Commit{Scope: id, Key: "k"})
					}
					for _, change := range changes {
						c.refuse(loyalty.ErrInvalid, loyalty.Commit{Changes: []loyalty.Change{set(thing("good"), 0, put(`1`)), change}})
					}
					c.refuse(loyalty.ErrInvalid, loyalty.Commit{Require: []loyalty.Expect{{Subject: thing(id)}}})
				}
				c.Same("records", c.records(loyalty.RecordFilter{Kind: kindThing}), []string(nil))
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
					record := loyalty.Record{Due: at}
					standing := fullStanding()
					standing.Tier.Until, standing.Due = at, at
					earned := earn(1)
					if !at.IsZero() {
						earned.At, earned.Recorded, earned.ActivateAt = at, at, at
					}
					if at.Year() < 9999 {
						earned.ExpireAt, earned.IdleAt = earned.ActivateAt.Add(time.Microsecond), earned.ActivateAt.Add(time.Microsecond)
					}
					w := follows(points.State{}, earned)
					w.Standing = standing
					c.write(a, loyalty.PutRecord{Record: record}, loyalty.Append{Entry: e})
					c.write(account(a.ID), w)
					head := loyalty.Head{Version: 1, Entries: 1, Recorded: e.Recorded}
					c.Same("head", c.head(a), head)
					c.Same("record", c.record(a), keptRecord(record, a, head))
					c.Same("entries", c.journal(a), []loyalty.Entry{kept(e, a, 1)})
					c.wants(a.ID, 1, w)
					c.Same("postings", c.postings(loyalty.PostingFilter{Account: a.ID}), postings(a.ID, w.Entries))
				}
			},
		},
		{
			name: "instant/broken-are-refused", rules: rules,
			run: func(c *scene) {
				for _, at := range storetest.BrokenInstants() {
					e, learned, earned := fullEntry(1), fullEntry(1), earns(of("m"), 0, 1)
					earned.Entries[0].Recorded = at
					e.At, learned.Recorded = at, at
					for _, change := range []loyalty.Change{
						set(thing("a"), 0, loyalty.PutRecord{Record: loyalty.Record{Due: at}}), set(thing("a"), 0, loyalty.Append{Entry: e}),
						set(thing("a"), 0, loyalty.Append{Entry: learned}), set(account("a"), 0, stands(loyalty.Standing{Member: "m", Status: loyalty.Open, Due: at})), set(account("a"), 0, earned),
						set(account("a"), 0, stands(loyalty.Standing{Member: "m", Status: loyalty.Open, Tier: loyalty.Tier{Until: at}})),
						set(thing("a"), 0, loyalty.Emit{Event: loyalty.Event{Kind: "k", At: at}}),
					} {
						c.refuse(loyalty.ErrInvalid, loyalty.Commit{Changes: []loyalty.Change{change}})
					}
					c.refuse(loyalty.ErrInvalid, loyalty.Commit{Recorded: at, Changes: []loyalty.Change{set(thing("a"), 0)}})
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
					c.write(a, put(text), loyalty.Append{Entry: e}, happened)
					c.Same("body "+text, c.record(a).Body, json.RawMessage(text))
					c.Same("entry "+text, c.journal(a), []loyalty.Entry{kept(e, a, 1)})
				}
				if box, ok := c.store.(loyalty.Outbox); ok {
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
					c.write(a, loyalty.PutRecord{Record: loyalty.Record{State: "open", Body: none}}, loyalty.Append{Entry: e}, happened)
					for what, have := range map[string]json.RawMessage{"body": c.record(a).Body, "data": c.journal(a)[i].Data} {
						if len(have) > 0 {
							c.Errorf("no %s came back as %q", what, have)
						}
					}
					c.Same("entry", c.journal(a)[i], kept(e, a, uint64(i)+1))
					if box, ok := c.store.(loyalty.Outbox); ok {
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
				w, bare := earns(of("m"), 0, 1), earns(of("m"), 0, 1)
				w.Standing.Counters, w.State.Holds, w.Entries[0].Uses = []earning.Counter{}, []points.Hold{}, []points.Use{}
				c.write(account("p"), w)
				c.wants("p", 1, bare)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", bare.Entries))
				none := loyalty.PutAccount{Standing: of("m"), State: points.State{Lots: []points.Lot{}}, Entries: []points.Entry{}}
				c.write(account("none"), none)
				c.wants("none", 1, stands(of("m")))
				for key, data := range map[string][]byte{"nil": nil, "empty": {}} {
					c.send(loyalty.Commit{Scope: "s", Key: key, Receipt: data})
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
				var want []loyalty.Entry
				for i, text := range storetest.HardTexts() {
					e := fullEntry(i)
					e.Reason = text
					c.write(a, loyalty.Append{Entry: e})
					want = append(want, kept(e, a, uint64(i)+1))
				}
				c.Same("entries", c.journal(a), want)
			},
		},
	}
}
