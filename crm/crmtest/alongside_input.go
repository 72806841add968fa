package crmtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// inputAlongside are the cases of ids, instants, documents, texts and sizes, in
// customers and in the fields that only the entries of this domain have. Those that
// bear the name of a case of all domains go on where that ends.
func inputAlongside() []check {
	refused := func(c *scene, changes ...crm.Change) {
		c.t.Helper()
		for _, change := range changes {
			c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(thing("good"), 0, put(`1`)), change}})
		}
	}
	return []check{
		{
			name:  "id/every-kind-of-byte",
			rules: storetest.Says("Store: Limits", "Ids, references and the keys of claims are UTF-8 without NUL,"),
			run: func(c *scene) {
				for i, id := range storetest.HardIDs() {
					p, e := person(id), fullEntry(i)
					e.Actor, e.From, e.To, e.Contact, e.Ref = id, id, id, id, id
					standing := owned(id).Standing
					standing.Holding.Path, standing.Holding.Pool, standing.Groups = id, id, []string{id}
					profile := c.profile(id, sampleProfile(i), crm.PutStanding{Standing: standing}, crm.Append{Entry: e})
					c.Same("customer", c.customer(id), crm.Customer{ID: id, Head: c.head(p), Profile: profile, Standing: standing})
					c.Same("entries", c.journal(p), []crm.Entry{kept(e, p, 1)})
					c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: id, Pool: id, Group: id}), []string{id})
					record := crm.Record{Body: json.RawMessage(fmt.Sprint(i)), Customer: id, Ref: id, Owner: id, Path: id, State: id}
					s := crm.Subject{Kind: "other", ID: id}
					c.write(s, crm.PutRecord{Record: record})
					c.Same("record", c.record(s), keptRecord(record, s, crm.Head{Version: 1}))
					f := crm.RecordFilter{Kind: "other", Customer: id, Ref: id, Owner: id, State: id}
					if c.Same("records by reference", c.records(f), []string{id}); c.Failed() {
						c.Errorf("the id is %+q", id)
						return
					}
				}
			},
		},
		{
			name: "id/lookalikes-are-others",
			run: func(c *scene) {
				for i, id := range storetest.Lookalikes() {
					c.profile(id, sampleProfile(i), owned(id))
				}
				for _, id := range storetest.Lookalikes() {
					c.Same("customers of "+id, c.customers(crm.CustomerFilter{Owner: id}), []string{id})
				}
			},
		},
		{
			name: "id/broken-are-refused",
			run: func(c *scene) {
				for _, id := range storetest.BrokenIDs() {
					if refused(c, set(person(id), 0, crm.PutStanding{})); id != "" { // which is no reference at all
						refused(c, set(thing("a"), 0, crm.PutRecord{Record: crm.Record{Owner: id}}), set(thing("a"), 0, crm.PutRecord{Record: crm.Record{Ref: id}}),
							set(person("a"), 0, crm.PutStanding{Standing: crm.Standing{Groups: []string{id}}}))
					}
				}
			},
		},
		{
			name: "instant/comes-back-equal",
			run: func(c *scene) {
				c.profile("p", sampleProfile(1))
				for _, at := range append(storetest.HardInstants(), time.Time{}, minute(1)) {
					standing := fullStanding()
					standing.Holding.Since, standing.Holding.ProtectedUntil, standing.Registered, standing.LastContact = at, at, at, at
					standing.Holding.LastAt, standing.Holding.LastRecorded = at, at
					standing.NextDue, standing.Forgotten, standing.Relationship.Since, standing.Ladder.Since, standing.Category.Since = at, at, at, at, at
					c.write(person("p"), crm.PutStanding{Standing: standing})
					c.Same("standing", c.customer("p").Standing, standing)
				}
			},
		},
		{
			name: "instant/broken-are-refused",
			run: func(c *scene) {
				for _, at := range storetest.BrokenInstants() {
					refused(c, set(person("a"), 0, crm.PutStanding{Standing: crm.Standing{NextDue: at}}))
				}
			},
		},
		{
			name: "json/comes-back-as-the-same-value",
			run: func(c *scene) {
				for i, text := range append(storetest.HardDocuments(), "") {
					p, e := person(fmt.Sprint(i)), fullEntry(i)
					e.Data, e.Private = json.RawMessage(text), json.RawMessage(text)
					c.write(p, crm.Append{Entry: e})
					c.Same("entry "+text, c.journal(p), []crm.Entry{kept(e, p, 1)})
				}
			},
		},
		{
			name: "json/empty-is-none",
			run: func(c *scene) {
				for i, none := range []json.RawMessage{nil, {}} {
					e := fullEntry(i)
					e.Private = none
					c.write(person("p"), crm.Append{Entry: e})
					if have := c.journal(person("p"))[i].Private; len(have) > 0 {
						c.Errorf("no private came back as %q", have)
					}
				}
			},
		},
		{
			name: "slices/empty-is-none",
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
			},
		},
		{
			name: "text/comes-back-byte-by-byte",
			run: func(c *scene) {
				p := person("p")
				var want []crm.Entry
				for i, text := range storetest.HardTexts() {
					e := fullEntry(i)
					e.Text, e.Reason = text, text
					c.write(p, crm.Append{Entry: e})
					want = append(want, kept(e, p, uint64(i)+1))
				}
				c.Same("entries", c.journal(p), want)
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
		{
			name: "limit/text",
			run: func(c *scene) {
				p, e := person("p"), fullEntry(1)
				e.Text, e.Private = strings.Repeat("x", crm.MaxText), storetest.StringOf(crm.MaxText)
				c.write(p, crm.Append{Entry: e})
				c.Same("entry", c.journal(p), []crm.Entry{kept(e, p, 1)})
				for _, spoil := range []func(*crm.Entry){
					func(e *crm.Entry) { e.Text += "x" }, func(e *crm.Entry) { e.Private = storetest.StringOf(crm.MaxText + 1) },
				} {
					long := e
					spoil(&long)
					refused(c, set(p, 1, crm.Append{Entry: long}))
				}
			},
		},
		{
			name:  "limit/code",
			rules: storetest.Says("MaxCode", "a journal, a claim's space"),
			run: func(c *scene) {
				code := crm.Journal(strings.Repeat("a-9._z", crm.MaxCode)[:crm.MaxCode])
				p, e := person("p"), line(code, 1).Entry
				c.write(p, crm.Append{Entry: e})
				c.Same("entries", c.entries(crm.EntryFilter{Journal: code, Subject: p}), []crm.Entry{kept(e, p, 1)})
			},
		},
		{
			name: "limit/depth",
			run: func(c *scene) {
				p, e := person("p"), fullEntry(1)
				e.Private = json.RawMessage(storetest.Nested(crm.MaxDepth, "[", "1", "]"))
				c.write(p, crm.Append{Entry: e})
				c.Same("entries", c.journal(p), []crm.Entry{kept(e, p, 1)})
				e.Private = json.RawMessage(storetest.Nested(crm.MaxDepth+1, "[", "", "]"))
				refused(c, set(p, 1, crm.Append{Entry: e}))
			},
		},
	}
}
