package storetest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of the order of listings, of After and of Limit.
func orderChecks() []Check {
	return []Check{
		{
			Name: "order/records-by-id",
			Rules: slices.Concat(Says("Store: Order", "Listings are in byte order:", "records by id,"),
				Says("RecordReader.Records", "Records lists the records of one kind by id.")),
			Run: func(c *Bench) {
				ids := slices.Concat(HardIDs(), Lookalikes())
				slices.Sort(ids)
				ids = slices.Compact(ids)
				for _, i := range Shuffled(len(ids), 1) {
					c.write(thing(ids[i]), put(`0`))
				}
				c.Same("records", c.records(RecordFilter{Kind: KindThing}), ids)
				for i, id := range ids {
					c.Same("records behind "+Brief(id), c.records(RecordFilter{Kind: KindThing, After: id}), ids[i+1:])
				}
			},
		},
		{
			Name: "order/entries-by-subject-and-number",
			Rules: slices.Concat(Says("Store: Order", "entries by subject (kind, then id) and number."),
				Says("JournalReader.Entries", "by subject and number."),
				Says("Subject", "Subjects are ordered by kind, then by id, both as bytes.")),
			Run: func(c *Bench) {
				var subjects []Subject
				for _, kind := range []string{"a", "a-b", "a.b", "a_b", "ab", "b", c.Known, "z9"} {
					for _, id := range []string{"1", "10", "2", "A", "a", "é", "中", "🐼", "~"} {
						subjects = append(subjects, Subject{Kind: kind, ID: id})
					}
				}
				slices.SortFunc(subjects, Subject.Compare)
				for round := range 2 {
					for _, i := range Shuffled(len(subjects), uint64(round)) {
						e := line(round)
						e.Entry.Party = "party"
						c.commit(set(subjects[i], uint64(round), e, line(round), e))
					}
				}
				var all []Position
				for _, s := range subjects {
					all = append(all, Position{Subject: s, Seq: 1}, Position{Subject: s, Seq: 3}, Position{Subject: s, Seq: 4}, Position{Subject: s, Seq: 6})
				}
				c.Same("entries of a party", places(c.entries(EntryFilter{Party: "party"})), all)
				for i := 0; i < len(all); i += 5 {
					c.Same(fmt.Sprintf("entries behind %v", all[i]), places(c.entries(EntryFilter{Party: "party", After: all[i]})), all[i+1:])
				}
			},
		},
		{
			Name: "order/after-what-is-not-there",
			Rules: slices.Concat(Says("Store: Order", "After resumes behind a place in this order, whether or not something is there."),
				Says("RecordFilter.After", "only ids greater than this one, as bytes"),
			),
			Run: func(c *Bench) {
				for _, id := range []string{"b", "d", "é"} {
					c.write(thing(id), put(`0`), line(1), line(2), line(3))
				}
				for after, want := range map[string][]string{"a": {"b", "d", "é"}, "b": {"d", "é"}, "b ": {"d", "é"}, "c": {"d", "é"},
					"D": {"b", "d", "é"}, "d": {"é"}, "e": {"é"}, "e\u0301": {"é"}, "é": nil, "中": nil, "\U0010ffff": nil} {
					c.Same("records behind "+after, c.records(RecordFilter{Kind: KindThing, After: after}), want)
				}
				for _, at := range []struct {
					after Position
					want  int
				}{
					{Position{Subject: thing("a"), Seq: 9}, 9}, {Position{Subject: thing("b"), Seq: 0}, 9},
					{Position{Subject: thing("b"), Seq: 2}, 7}, {Position{Subject: thing("b"), Seq: 1 << 53}, 6},
					{Position{Subject: thing("c"), Seq: 1}, 6}, {Position{Subject: thing("d"), Seq: 3}, 3},
					{Position{Subject: thing("é"), Seq: 3}, 0}, {Position{Subject: Subject{Kind: "zz", ID: "a"}, Seq: 1}, 0},
					{Position{Subject: Subject{Kind: "a", ID: "zz"}, Seq: 1}, 9},
				} {
					if have := len(c.entries(EntryFilter{Of: KindThing, After: at.after})); have != at.want {
						c.Errorf("%d entries behind %v, want %d", have, at.after, at.want)
					}
				}
				if have := len(c.entries(EntryFilter{Subject: thing("b"), After: Position{Subject: thing("b"), Seq: 1}})); have != 2 {
					c.Errorf("%d entries of b behind its first, want 2", have)
				}
			},
		},
		{
			Name: "order/limit",
			Rules: slices.Concat(Says("Store: Order", "Limit counts the rows that are yielded", "below zero it is as 0, no limit."),
				Says("RecordFilter.Limit", "at most so many rows; 0 for no limit"),
				Says("EntryFilter.Limit", "at most so many rows; 0 for no limit")),
			Run: func(c *Bench) {
				for i := range 10 {
					group := fmt.Sprintf("m%d", i%2)
					id := fmt.Sprint(i)
					c.write(thing(id), PutRecord{Record: Record{Group: group}}, line(i))
				}
				for limit, want := range map[int]int{-1: 5, -1 << 31: 5, 0: 5, 1: 1, 4: 4, 5: 5, 6: 5, 1<<31 - 1: 5} {
					if have := len(c.records(RecordFilter{Kind: KindThing, Group: "m1", Limit: limit})); have != want {
						c.Errorf("%d records with limit %d, want %d", have, limit, want)
					}
					f := EntryFilter{Of: KindThing, Limit: limit, After: Position{Subject: thing("4"), Seq: 1}}
					if have := len(c.entries(f)); have != want {
						c.Errorf("%d entries with limit %d, want %d", have, limit, want)
					}
				}
			},
		},
		{
			Name:  "order/limit-behind-match",
			Rules: Says("Store: Order", "Limit counts the rows that are yielded, behind Match and not in a query before it;"),
			Run: func(c *Bench) {
				// Of many rows few pass, and not by a field that has an index everywhere.
				n := c.Size(700, 350)
				var want []string
				for i := range n {
					id, state, due := fmt.Sprintf("%04d", i), "open", minute(9)
					if i%97 == 60 {
						want = append(want, id)
						state, due = "rare", minute(1)
					}
					e := line(1)
					e.Entry.Recorded = due
					c.write(thing(id), PutRecord{Record: Record{Group: "m", State: state, Due: due}}, e)
					if c.Failed() {
						return
					}
				}
				for _, limit := range []int{1, 3, len(want)} {
					for _, f := range []RecordFilter{{State: "rare"}, {Group: "m", DueBefore: minute(2)}} {
						f.Kind, f.Limit = KindThing, limit
						c.Same("records", c.records(f), want[:limit])
					}
					var ids []string
					for _, e := range c.entries(EntryFilter{Of: KindThing, RecordedUntil: minute(2), Limit: limit}) {
						ids = append(ids, e.Subject.ID)
					}
					c.Same("entries", ids, want[:limit])
				}
			},
		},
		{
			Name:  "order/error-is-the-last-pair",
			Rules: Says("Store: Order", "an error comes once, as the last pair, with a zero value."),
			Run: func(c *Bench) {
				c.write(thing("a"), put(`0`), line(1))
				records, err := Ended(c.Scene, c.store.Records(c.ctx, RecordFilter{}))
				c.Fails("Records without a kind", err, fault.ErrInvalid)
				entries, err := Ended(c.Scene, c.store.Entries(c.ctx, EntryFilter{}))
				c.Fails("Entries of everything", err, fault.ErrInvalid)
				if len(records)+len(entries) > 0 {
					c.Errorf("rows before the error of an invalid filter")
				}
				for range c.store.Records(c.ctx, RecordFilter{}) {
					break // a listing that fails can be left, too
				}
			},
		},
	}
}

// places are where entries stand.
func places(entries []Entry) []Position {
	var at []Position
	for _, e := range entries {
		at = append(at, e.Position())
	}
	return at
}
