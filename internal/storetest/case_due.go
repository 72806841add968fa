package storetest

import (
	"fmt"
)

// Cases of the listing of records of which time asks for something, page by page.
func dueChecks() []Check {
	id := func(i int) string { return fmt.Sprintf("%06d", i) }
	due := func(n int) PutRecord {
		r := Record{Group: "g", State: "open"}
		if n >= 0 {
			r.Due = minute(n)
		}
		return PutRecord{Record: r}
	}
	return []Check{
		{
			Name: "due/pages",
			Rules: append(Says("Store: Consistency", "is yielded exactly once, and no row twice."),
				Says("RecordFilter.DueBefore", "before this instant")...),
			Run: func(c *Bench) {
				n := c.Size(2000, 500)
				var want []string
				c.Many(n, func(i int) Change {
					at := i%7 - 1 // of seven, one is never due, and three are due too late
					if at >= 0 && at < 3 {
						want = append(want, id(i))
					}
					return set(thing(id(i)), 0, due(at))
				})
				f := RecordFilter{Kind: KindThing, DueBefore: minute(3)}
				c.Same("all at once", c.records(f), want)
				for _, limit := range []int{1, 7, 100} {
					var have []string
					page := f
					for page.Limit = limit; limit > 1 || len(have) < 20; {
						rows := c.records(page)
						if have = append(have, rows...); len(rows) == 0 || c.Failed() {
							break
						}
						page.After = rows[len(rows)-1]
					}
					all := want
					if limit == 1 {
						all = want[:20]
					}
					c.Same(fmt.Sprintf("in pages of %d", limit), have, all)
				}
			},
		},
		{
			Name: "due/moved-while-listing",
			Rules: Says("Store: Consistency",
				"A listing that spans pages is no snapshot: a row that was there when the listing began, and is not moved out of the filter by a commit meanwhile, is yielded exactly once, and no row twice."),
			Run: func(c *Bench) {
				n := c.Size(700, 300)
				var want []string
				c.Many(n, func(i int) Change {
					want = append(want, id(i))
					return set(thing(id(i)), 0, due(1))
				})
				var seen []string
				for row, err := range c.store.Records(c.ctx, RecordFilter{Kind: KindThing, DueBefore: minute(2)}) {
					if c.Fails("Records", err, nil); err != nil || c.Failed() {
						return
					}
					seen = append(seen, row.Subject.ID)
					// What is done is due no more or later; others come in behind and before.
					c.commit(set(row.Subject, row.Head.Version, due(len(seen)%3*2-1)))
					if len(seen)%10 == 1 {
						c.commit(set(thing("!"+row.Subject.ID), 0, due(1)))
					}
				}
				c.Same("what was due, as it was listed", seen, want)
			},
		},
	}
}
