package samplingtest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of the order of listings, of After and of Limit.
func orderChecks() []check {
	return []check{
		{
			name: "order/records-by-id",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: records by id, entries by subject (kind, then id) and number."),
				storetest.Says("RecordReader.Records", "Records lists the records of one kind by id.")),
			run: func(c *scene) {
				ids := slices.Concat(storetest.HardIDs(), storetest.Lookalikes())
				slices.Sort(ids)
				ids = slices.Compact(ids)
				for _, i := range storetest.Shuffled(len(ids), 1) {
					c.write(thing(ids[i]), put(`0`))
				}
				c.Same("records", c.records(sampling.RecordFilter{Kind: kindThing}), ids)
				for i, id := range ids {
					c.Same("records behind "+storetest.Brief(id), c.records(sampling.RecordFilter{Kind: kindThing, After: id}), ids[i+1:])
				}
			},
		},
		{
			name: "order/entries-by-subject-and-number",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: records by id, entries by subject (kind, then id) and number."),
				storetest.Says("JournalReader.Entries", "Entries lists entries by subject and number."),
				storetest.Says("Subject", "Subjects are ordered by kind, then by id, both as bytes."),
				storetest.Says("Position", "Position is where an entry stands in a listing: by subject, then by number.")),
			run: func(c *scene) {
				var subjects []sampling.Subject
				for _, kind := range []sampling.Kind{"a", "a-b", "a.b", "a_b", "ab", "b", sampling.KindRound, "z9"} {
					for _, id := range []string{"1", "10", "2", "A", "a", "é", "中", "🐼", "~"} {
						subjects = append(subjects, sampling.Subject{Kind: kind, ID: id})
					}
				}
				slices.SortFunc(subjects, sampling.Subject.Compare)
				for round := range 2 {
					for _, i := range storetest.Shuffled(len(subjects), uint64(round)) {
						e := line(round)
						e.Entry.Person = "person"
						c.commit(set(subjects[i], uint64(round), e, line(round), e))
					}
				}
				var all []sampling.Position
				for _, s := range subjects {
					all = append(all, sampling.Position{Subject: s, Seq: 1}, sampling.Position{Subject: s, Seq: 3}, sampling.Position{Subject: s, Seq: 4}, sampling.Position{Subject: s, Seq: 6})
				}
				c.Same("entries of a person", places(c.entries(sampling.EntryFilter{Person: "person"})), all)
				for i := 0; i < len(all); i += 5 {
					c.Same(fmt.Sprintf("entries behind %v", all[i]), places(c.entries(sampling.EntryFilter{Person: "person", After: all[i]})), all[i+1:])
				}
			},
		},
		{
			name: "order/after-what-is-not-there",
			rules: slices.Concat(storetest.Says("Store: Order", "After resumes behind a place in this order, whether or not something is there."),
				storetest.Says("RecordFilter.After", "only ids greater than this one, as bytes: where the last page ended"),
				storetest.Says("EntryFilter.After", "only behind this position")),
			run: func(c *scene) {
				for _, id := range []string{"b", "d", "é"} {
					c.write(thing(id), put(`0`), line(1), line(2), line(3))
				}
				for after, want := range map[string][]string{"a": {"b", "d", "é"}, "b": {"d", "é"}, "b ": {"d", "é"}, "c": {"d", "é"},
					"D": {"b", "d", "é"}, "d": {"é"}, "e": {"é"}, "e\u0301": {"é"}, "é": nil, "中": nil, "\U0010ffff": nil} {
					c.Same("records behind "+after, c.records(sampling.RecordFilter{Kind: kindThing, After: after}), want)
				}
				for _, at := range []struct {
					after sampling.Position
					want  int
				}{
					{sampling.Position{Subject: thing("a"), Seq: 9}, 9}, {sampling.Position{Subject: thing("b"), Seq: 0}, 9},
					{sampling.Position{Subject: thing("b"), Seq: 2}, 7}, {sampling.Position{Subject: thing("b"), Seq: 1 << 53}, 6},
					{sampling.Position{Subject: thing("c"), Seq: 1}, 6}, {sampling.Position{Subject: thing("d"), Seq: 3}, 3},
					{sampling.Position{Subject: thing("é"), Seq: 3}, 0}, {sampling.Position{Subject: sampling.Subject{Kind: "zz", ID: "a"}, Seq: 1}, 0},
					{sampling.Position{Subject: sampling.Subject{Kind: "a", ID: "zz"}, Seq: 1}, 9},
				} {
					if have := len(c.entries(sampling.EntryFilter{Of: kindThing, After: at.after})); have != at.want {
						c.Errorf("%d entries behind %v, want %d", have, at.after, at.want)
					}
				}
				if have := len(c.entries(sampling.EntryFilter{Subject: thing("b"), After: sampling.Position{Subject: thing("b"), Seq: 1}})); have != 2 {
					c.Errorf("%d entries of b behind its first, want 2", have)
				}
			},
		},
		{
			name: "order/limit",
			rules: slices.Concat(storetest.Says("Store: Order", "Limit counts the rows that are yielded", "below zero it is as 0, no limit."),
				storetest.Says("RecordFilter.Limit", "at most so many rows; 0 for no limit"),
				storetest.Says("EntryFilter.Limit", "at most so many rows; 0 for no limit")),
			run: func(c *scene) {
				for i := range 10 {
					cycle := fmt.Sprintf("m%d", i%2)
					id := fmt.Sprint(i)
					c.write(thing(id), sampling.PutRecord{Record: sampling.Record{Cycle: cycle}}, line(i))
				}
				for limit, want := range map[int]int{-1: 5, -1 << 31: 5, 0: 5, 1: 1, 4: 4, 5: 5, 6: 5, 1<<31 - 1: 5} {
					if have := len(c.records(sampling.RecordFilter{Kind: kindThing, Cycle: "m1", Limit: limit})); have != want {
						c.Errorf("%d records with limit %d, want %d", have, limit, want)
					}
					f := sampling.EntryFilter{Of: kindThing, Limit: limit, After: sampling.Position{Subject: thing("4"), Seq: 1}}
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
					if i%97 == 60 {
						want = append(want, id)
						state, due = "rare", minute(1)
					}
					e := line(1)
					e.Entry.Recorded = due
					c.write(thing(id), sampling.PutRecord{Record: sampling.Record{Cycle: "m", State: state, Due: due}}, e)
					if c.Failed() {
						return
					}
				}
				for _, limit := range []int{1, 3, len(want)} {
					for _, f := range []sampling.RecordFilter{{State: "rare"}, {Cycle: "m", DueBefore: minute(2)}} {
						f.Kind, f.Limit = kindThing, limit
						c.Same("records", c.records(f), want[:limit])
					}
					var ids []string
					for _, e := range c.entries(sampling.EntryFilter{Of: kindThing, RecordedUntil: minute(2), Limit: limit}) {
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
				c.write(thing("a"), put(`0`), line(1))
				records, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, sampling.RecordFilter{}))
				c.Fails("Records without a kind", err, sampling.ErrInvalid)
				entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, sampling.EntryFilter{}))
				c.Fails("Entries without subject, kind and person", err, sampling.ErrInvalid)
				if len(records)+len(entries) > 0 {
					c.Errorf("rows before the error of an invalid filter")
				}
				for range c.store.Records(c.ctx, sampling.RecordFilter{}) {
					break // a listing that fails can be left, too
				}
			},
		},
	}
}

func places(entries []sampling.Entry) []sampling.Position {
	var at []sampling.Position
	for _, e := range entries {
		at = append(at, e.Position())
	}
	return at
}
