package loyaltytest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Cases of the filter of postings.
func postingFilterChecks() []check {
	return []check{{
		name: "filter/postings",
		rules: slices.Concat(storetest.Says("Store: Order", filterRule),
			storetest.Says("PostingFilter", "PostingFilter narrows Store.Postings, as AccountFilter does."),
			storetest.Fields("PostingFilter", map[string]string{
				"Account": "postings of this account", "Ref": "postings of this order, campaign or case",
				"Qualifying": "only those that change the qualifying points", "RecordedFrom": "recorded at this instant or later", "RecordedUntil": "recorded before this instant",
			})),
		run: func(c *scene) {
			var all []loyalty.Posting
			accounts := []string{"a", "A", "b", "ab"}
			for i, id := range accounts {
				var entries []points.Entry
				for n := 1; n <= 12; n++ {
					e := earn(n)
					e.Ref = []string{"", "x", "X", "x "}[(i+n)%4]
					e.QP = []int64{0, 5, 0}[(i+n)%3]
					entries = append(entries, e)
				}
				w := follows(points.State{}, entries...)
				w.Standing = of("m")
				c.write(account(id), w)
				all = append(all, postings(id, entries)...)
			}
			slices.SortFunc(all, func(a, b loyalty.Posting) int { return a.Place().Compare(b.Place()) })
			var filters []loyalty.PostingFilter
			for _, id := range append(accounts, "", "c") {
				for _, ref := range []string{"", "x", "y"} {
					for _, qualifying := range []bool{false, true} {
						f := loyalty.PostingFilter{Account: id, Ref: ref, Qualifying: qualifying}
						behind := loyalty.Place{Account: "ab", Seq: 4}
						filters = append(filters, f, withPostings(f, behind, 0, 0, 0), withPostings(f, loyalty.Place{}, 3, 9, 0),
							withPostings(f, behind, 0, 11, 3), withPostings(f, loyalty.Place{}, 9, 0, 2), withPostings(f, loyalty.Place{}, 9, 3, 0))
					}
				}
			}
			for _, f := range filters {
				c.Same(fmt.Sprintf("postings of %+v", f), c.postings(f), storetest.Passing(all, f.Match, f.Limit))
			}
		},
	}}
}

func withPostings(f loyalty.PostingFilter, behind loyalty.Place, from, until, limit int) loyalty.PostingFilter {
	f.After, f.Limit = behind, limit
	if from > 0 {
		f.RecordedFrom = minute(from)
	}
	if until > 0 {
		f.RecordedUntil = minute(until)
	}
	return f
}
