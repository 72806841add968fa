package storetest

import (
	"fmt"
)

// Cases of listings that are longer than any page.
func pageChecks() []Check {
	wide := func(i int) string { return fmt.Sprintf("%06d", i) }
	fill := func(c *Bench, n int) {
		c.t.Helper()
		c.Many(n, func(i int) Change {
			return set(thing(wide(i)), 0, PutRecord{Record: Record{Group: fmt.Sprintf("m%d", i%3)}}, line(i%100), line(i%100))
		})
	}
	return []Check{
		{
			Name: "page/every-row-once",
			Rules: Says("Store: Consistency",
				"A listing that spans pages is no snapshot: a row that was there when the listing began, and is not moved out of the filter by a commit meanwhile, is yielded exactly once, and no row twice."),
			Run: func(c *Bench) {
				n := c.Size(2500, 1100)
				fill(c, n)
				var all, third []string
				for i := range n {
					all = append(all, wide(i))
					if i%3 == 1 {
						third = append(third, wide(i))
					}
				}
				c.Same("records", c.records(RecordFilter{Kind: KindThing}), all)
				c.Same("records of one group", c.records(RecordFilter{Kind: KindThing, Group: "m1"}), third)
				have := places(c.entries(EntryFilter{Of: KindThing}))
				if len(have) != 2*n {
					c.Errorf("%d entries, want %d", len(have), 2*n)
				}
				for i, p := range have {
					if want := (Position{Subject: thing(wide(i / 2)), Seq: uint64(i%2) + 1}); p != want {
						c.Errorf("entry %d is %v, want %v", i, p, want)
						break
					}
				}
			},
		},
		{
			Name: "page/long-journal",
			Rules: Says("Store: Order",
				"entries by subject (kind, then id) and number."),
			Run: func(c *Bench) {
				a, n := thing("a"), c.Size(2500, 1100)
				for from := 0; from < n; from += 500 {
					var writes []Write
					for i := from; i < min(n, from+500); i++ {
						writes = append(writes, line(i))
					}
					c.write(a, writes...)
				}
				have := c.journal(a)
				if len(have) != n {
					c.Errorf("%d entries, want %d", len(have), n)
				}
				for i, e := range have {
					if e.Seq != uint64(i)+1 || e.At != minute(i) {
						c.Errorf("entry %d has seq %d and at %v", i, e.Seq, e.At)
						break
					}
				}
			},
		},
		{
			Name:  "page/by-key",
			Rules: Says("Store: Order", "After resumes behind a place in this order, whether or not something is there."),
			Run: func(c *Bench) {
				n := c.Size(600, 60)
				fill(c, n)
				for _, limit := range []int{1, 7, 50} {
					seen, after, at := 0, "", Position{}
					for limit > 1 || seen < 20 {
						page := c.records(RecordFilter{Kind: KindThing, After: after, Limit: limit})
						entries := c.entries(EntryFilter{Of: KindThing, After: at, Limit: 2 * limit})
						if len(page) == 0 || c.Failed() {
							break
						}
						for i, id := range page {
							if id != wide(seen+i) {
								c.Errorf("row %d is %q", seen+i, id)
							}
						}
						seen += len(page)
						after, at = page[len(page)-1], entries[len(entries)-1].Position()
						if want := (Position{Subject: thing(after), Seq: 2}); at != want {
							c.Errorf("a page of entries ended at %v, want %v", at, want)
						}
					}
					if limit > 1 && seen != n {
						c.Errorf("%d rows in pages of %d, want %d", seen, limit, n)
					}
				}
			},
		},
		{
			Name: "page/moves-while-listing",
			Rules: Says("Store: Consistency",
				"A listing that spans pages is no snapshot: a row that was there when the listing began, and is not moved out of the filter by a commit meanwhile, is yielded exactly once, and no row twice."),
			Run: func(c *Bench) {
				n := c.Size(1500, 900)
				fill(c, n)
				seen := map[string]int{}
				for row, err := range c.store.Records(c.ctx, RecordFilter{Kind: KindThing, Group: "m1"}) {
					if c.Fails("Records", err, nil); err != nil || c.Failed() {
						return
					}
					id := row.Subject.ID
					if row.Group != "m1" {
						c.Errorf("%s of %s passed a filter for m1", id, row.Group)
					}
					if seen[id]++; len(seen)%10 == 1 {
						// This row goes, one that was skipped comes in behind, rows are added
						// before and after: none of it may cost or double another row.
						var number int
						fmt.Sscan(id, &number)
						c.write(thing(id), PutRecord{Record: Record{Group: "gone"}})
						c.write(thing(wide((number+n/2)%n/3*3)), PutRecord{Record: Record{Group: "m2"}})
						c.commit(set(thing(id+"-new"), 0, PutRecord{Record: Record{Group: "m1"}}),
							set(thing("!"+id), 0, PutRecord{Record: Record{Group: "m1"}}))
					}
				}
				for i := range n {
					want := 0
					if i%3 == 1 {
						want = 1
					}
					if have := seen[wide(i)]; have != want {
						c.Errorf("row %s was yielded %d times, want %d", wide(i), have, want)
					}
				}
				for id, times := range seen {
					if times > 1 {
						c.Errorf("row %s was yielded %d times", id, times)
					}
				}
			},
		},
	}
}
