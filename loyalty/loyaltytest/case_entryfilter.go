package loyaltytest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of the filter of entries.
func entryFilterChecks() []check {
	return []check{{
		name: "filter/entries",
		rules: slices.Concat(storetest.Says("Store: Order", filterRule),
			storetest.Says("JournalReader.Entries", "A filter without subject, kind and member is ErrInvalid."),
			storetest.Says("EntryFilter", "EntryFilter narrows Store.Entries, as AccountFilter does.", "A subject, a kind of subject or a member is required."),
			fields("EntryFilter", map[string]string{
				"Subject": "entries of this subject", "Of": "entries of subjects of this kind", "Member": "entries that concern this member",
				"RecordedUntil": "recorded before this instant",
			})),
		run: func(c *scene) {
			subjects := []loyalty.Subject{thing("a"), thing("b"), {Kind: "other", ID: "a"}, {Kind: "other", ID: "c"}}
			var all []loyalty.Entry
			for i, s := range subjects {
				for n := range 12 {
					e := line(n)
					e.Entry.Member = []string{"", "x", "X", "y"}[(i+n)%4]
					c.write(s, e)
					all = append(all, kept(e.Entry, s, uint64(n)+1))
				}
			}
			slices.SortFunc(all, func(a, b loyalty.Entry) int { return a.Position().Compare(b.Position()) })
			var filters []loyalty.EntryFilter
			for _, s := range append(subjects, loyalty.Subject{}, thing("c"), account("a")) {
				for _, of := range []loyalty.Kind{"", kindThing, "other", "neither", loyalty.KindAccount} {
					for _, member := range []string{"", "x", "z"} {
						f := loyalty.EntryFilter{Subject: s, Of: of, Member: member}
						behind := loyalty.Position{Subject: thing("b"), Seq: 4}
						filters = append(filters, f, withEntries(f, behind, 0, 0), withEntries(f, loyalty.Position{}, 7, 0), withEntries(f, behind, 9, 3))
					}
				}
			}
			for _, f := range filters {
				if f.Subject == (loyalty.Subject{}) && f.Of == "" && f.Member == "" {
					none, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, f))
					if c.Fails(fmt.Sprintf("Entries of %+v", f), err, loyalty.ErrInvalid); len(none) > 0 {
						c.Errorf("%d rows of an invalid filter", len(none))
					}
					continue
				}
				c.Same(fmt.Sprintf("entries of %+v", f), c.entries(f), passing(all, f.Match, f.Limit))
			}
		},
	}}
}

func withEntries(f loyalty.EntryFilter, after loyalty.Position, until, limit int) loyalty.EntryFilter {
	f.After, f.Limit = after, limit
	if until > 0 {
		f.RecordedUntil = minute(until)
	}
	return f
}
