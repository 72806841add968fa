package crmtest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of the order of listings, of After and of Limit.
func orderChecks() []check {
	return []check{
		{
			name: "order/records-and-customers-by-id",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: customers and records by id, entries by subject (kind, then id) and number."),
				storetest.Says("CustomerReader.Customers", "Customers lists customers by id."),
				storetest.Says("RecordReader.Records", "Records lists the records of one kind by id.")),
			run: func(c *scene) {
				ids := slices.Concat(storetest.HardIDs(), storetest.Lookalikes())
				slices.Sort(ids)
				ids = slices.Compact(ids)
				for _, i := range storetest.Shuffled(len(ids), 1) {
					c.write(thing(ids[i]), put(`0`))
					c.profile(ids[i], sampleProfile(i), owned("staff-1"))
				}
				c.Same("records", c.records(crm.RecordFilter{Kind: kindThing}), ids)
				c.Same("customers", c.customers(crm.CustomerFilter{}), ids)
				c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: "staff-1"}), ids)
				for i, id := range ids {
					c.Same("customers behind "+storetest.Brief(id), c.customers(crm.CustomerFilter{After: id}), ids[i+1:])
					c.Same("records behind "+storetest.Brief(id), c.records(crm.RecordFilter{Kind: kindThing, After: id}), ids[i+1:])
				}
			},
		},
		{
			name: "order/entries-by-subject-and-number",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: customers and records by id, entries by subject (kind, then id) and number."),
				storetest.Says("JournalReader.Entries", "Entries lists entries by subject and number."),
				storetest.Says("Subject", "Subjects are ordered by kind, then by id, both as bytes."),
				storetest.Says("Position", "Position is a place in the order of entries.")),
			run: func(c *scene) {
				var subjects []crm.Subject
				for _, kind := range []crm.Kind{"a", "a-b", "a.b", "a_b", "ab", "b", crm.KindCustomer, "z9"} {
					for _, id := range []string{"1", "10", "2", "A", "a", "é", "中", "🐼", "~"} {
						subjects = append(subjects, crm.Subject{Kind: kind, ID: id})
					}
				}
				slices.SortFunc(subjects, crm.Subject.Compare)
				for round := range 2 {
					for _, i := range storetest.Shuffled(len(subjects), uint64(round)) {
						e := line("j", round)
						e.Entry.Contact = "contact"
						c.commit(set(subjects[i], uint64(round), e, line("other", round), e))
					}
				}
				var all []crm.Position
				for _, s := range subjects {
					all = append(all, crm.Position{Subject: s, Seq: 1}, crm.Position{Subject: s, Seq: 3}, crm.Position{Subject: s, Seq: 4}, crm.Position{Subject: s, Seq: 6})
				}
				c.Same("entries of a journal", places(c.entries(crm.EntryFilter{Journal: "j"})), all)
				c.Same("entries with a contact", places(c.entries(crm.EntryFilter{Contact: "contact"})), all)
				for i := 0; i < len(all); i += 5 {
					c.Same(fmt.Sprintf("entries behind %v", all[i]), places(c.entries(crm.EntryFilter{Journal: "j", After: all[i]})), all[i+1:])
				}
			},
		},
		{
			name: "order/after-what-is-not-there",
			rules: slices.Concat(storetest.Says("Store: Order", "After resumes behind a place in this order, whether or not something is there."),
				storetest.Says("CustomerFilter.After", "only ids greater than this one, as bytes: where the last page ended"),
				storetest.Says("RecordFilter.After", "only ids greater than this one, as bytes"),
				storetest.Says("EntryFilter.After", "only entries behind this one")),
			run: func(c *scene) {
				for i, id := range []string{"b", "d", "é"} {
					c.profile(id, sampleProfile(i))
					c.write(thing(id), put(`0`), line("j", 1), line("j", 2), line("j", 3))
				}
				for after, want := range map[string][]string{"a": {"b", "d", "é"}, "b": {"d", "é"}, "b ": {"d", "é"}, "c": {"d", "é"},
					"D": {"b", "d", "é"}, "d": {"é"}, "e": {"é"}, "e\u0301": {"é"}, "é": nil, "中": nil, "\U0010ffff": nil} {
					c.Same("customers behind "+after, c.customers(crm.CustomerFilter{After: after}), want)
					c.Same("records behind "+after, c.records(crm.RecordFilter{Kind: kindThing, After: after}), want)
				}
				for _, at := range []struct {
					after crm.Position
					want  int
				}{
					{crm.Position{Subject: thing("a"), Seq: 9}, 9}, {crm.Position{Subject: thing("b"), Seq: 0}, 9},
					{crm.Position{Subject: thing("b"), Seq: 2}, 7}, {crm.Position{Subject: thing("b"), Seq: 1 << 53}, 6},
					{crm.Position{Subject: thing("c"), Seq: 1}, 6}, {crm.Position{Subject: thing("d"), Seq: 3}, 3},
					{crm.Position{Subject: thing("é"), Seq: 3}, 0}, {crm.Position{Subject: crm.Subject{Kind: "zz", ID: "a"}, Seq: 1}, 0},
					{crm.Position{Subject: crm.Subject{Kind: "a", ID: "zz"}, Seq: 1}, 9},
				} {
					if have := len(c.entries(crm.EntryFilter{Journal: "j", After: at.after})); have != at.want {
						c.Errorf("%d entries behind %v, want %d", have, at.after, at.want)
					}
				}
				if have := len(c.entries(crm.EntryFilter{Subject: thing("b"), After: crm.Position{Subject: thing("b"), Seq: 1}})); have != 2 {
					c.Errorf("%d entries of b behind its first, want 2", have)
				}
			},
		},
		{
			name: "order/limit",
			rules: slices.Concat(storetest.Says("Store: Order", "Limit counts the rows that are yielded", "below zero it is as 0, no limit."),
				storetest.Says("CustomerFilter.Limit", "at most so many rows; 0 for no limit"),
				storetest.Says("RecordFilter.Limit", "at most so many rows; 0 for no limit"),
				storetest.Says("EntryFilter.Limit", "at most so many rows; 0 for no limit")),
			run: func(c *scene) {
				for i := range 10 {
					owner := fmt.Sprintf("staff-%d", i%2)
					id := fmt.Sprint(i)
					c.profile(id, sampleProfile(i), owned(owner))
					c.write(thing(id), crm.PutRecord{Record: crm.Record{Owner: owner}}, line("j", i))
				}
				for limit, want := range map[int]int{-1: 5, -1 << 31: 5, 0: 5, 1: 1, 4: 4, 5: 5, 6: 5, 1<<31 - 1: 5} {
					if have := len(c.customers(crm.CustomerFilter{Owner: "staff-1", Limit: limit})); have != want {
						c.Errorf("%d customers with limit %d, want %d", have, limit, want)
					}
					if have := len(c.records(crm.RecordFilter{Kind: kindThing, Owner: "staff-1", Limit: limit})); have != want {
						c.Errorf("%d records with limit %d, want %d", have, limit, want)
					}
					f := crm.EntryFilter{Journal: "j", Limit: limit, After: crm.Position{Subject: thing("4"), Seq: 1}}
					if have := len(c.entries(f)); have != want {
						c.Errorf("%d entries with limit %d, want %d", have, limit, want)
					}
				}
			},
		},
		{
			name:  "order/limit-behind-match",
			rules: storetest.Says("Store: Order", "Limit counts the rows that are yielded, behind Match and not in a query before it;"),
			run: func(c *scene) {
				// Of many rows few pass, and not by a field that has an index everywhere.
				n := c.size(700, 350)
				var want []string
				for i := range n {
					id, state, due := fmt.Sprintf("%04d", i), "open", minute(9)
					standing := owned("staff-1").Standing
					if i%97 == 60 {
						want = append(want, id)
						state, due, standing.Category.State, standing.Groups = "rare", minute(1), stage.SalesCore, []string{"rare"}
					}
					standing.NextDue = due
					c.profile(id, sampleProfile(i), crm.PutStanding{Standing: standing})
					e := line("j", 1)
					e.Entry.Recorded = due
					c.write(thing(id), crm.PutRecord{Record: crm.Record{Owner: "staff-1", State: state, Due: due}}, e)
					if c.Failed() {
						return
					}
				}
				for _, limit := range []int{1, 3, len(want)} {
					for _, f := range []crm.CustomerFilter{{Category: stage.SalesCore}, {Owner: "staff-1", Group: "rare"}, {DueBefore: minute(2)}} {
						f.Limit = limit
						c.Same("customers", c.customers(f), want[:limit])
					}
					for _, f := range []crm.RecordFilter{{State: "rare"}, {Owner: "staff-1", DueBefore: minute(2)}} {
						f.Kind, f.Limit = kindThing, limit
						c.Same("records", c.records(f), want[:limit])
					}
					var ids []string
					for _, e := range c.entries(crm.EntryFilter{Journal: "j", RecordedUntil: minute(2), Limit: limit}) {
						ids = append(ids, e.Subject.ID)
					}
					c.Same("entries", ids, want[:limit])
				}
			},
		},
		{
			name:  "order/error-is-the-last-pair",
			rules: storetest.Says("Store: Order", "an error comes once, as the last pair, with a zero value."),
			run: func(c *scene) {
				c.write(thing("a"), put(`0`), line("j", 1))
				records, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, crm.RecordFilter{}))
				c.Fails("Records without a kind", err, crm.ErrInvalid)
				entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, crm.EntryFilter{}))
				c.Fails("Entries without subject, contact and journal", err, crm.ErrInvalid)
				if len(records)+len(entries) > 0 {
					c.Errorf("rows before the error of an invalid filter")
				}
				for range c.store.Records(c.ctx, crm.RecordFilter{}) {
					break // a listing that fails can be left, too
				}
			},
		},
	}
}

func places(entries []crm.Entry) []crm.Position {
	var at []crm.Position
	for _, e := range entries {
		at = append(at, e.Position())
	}
	return at
}
