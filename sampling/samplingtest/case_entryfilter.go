package samplingtest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of the filter of entries.
func entryFilterChecks() []check {
	return []check{{
		name: "filter/entries",
		rules: slices.Concat(storetest.Says("Store: Order", filterRule),
			storetest.Says("JournalReader.Entries", "A filter without subject, kind and person is ErrInvalid."),
			storetest.Says("EntryFilter", "EntryFilter narrows Store.Entries, as RecordFilter does.", "A subject, a kind of subject or a person is required."),
			fields("EntryFilter", map[string]string{
				"Subject": "entries of this subject", "Of": "entries of subjects of this kind", "Person": "entries that concern this person",
				"RecordedUntil": "recorded before this instant",
			})),
		run: func(c *scene) {
			subjects := []sampling.Subject{thing("a"), thing("b"), {Kind: "other", ID: "a"}, {Kind: "other", ID: "c"}}
			var all []sampling.Entry
			for i, s := range subjects {
				for n := range 12 {
					e := line(n)
					e.Entry.Person = []string{"", "x", "X", "y"}[(i+n)%4]
					c.write(s, e)
					all = append(all, kept(e.Entry, s, uint64(n)+1))
				}
			}
			slices.SortFunc(all, func(a, b sampling.Entry) int { return a.Position().Compare(b.Position()) })
			var filters []sampling.EntryFilter
			for _, s := range append(subjects, sampling.Subject{}, thing("c"), sampling.Subject{Kind: sampling.KindCycle, ID: "a"}) {
				for _, of := range []sampling.Kind{"", kindThing, "other", "neither", sampling.KindCycle} {
					for _, person := range []string{"", "x", "z"} {
						f := sampling.EntryFilter{Subject: s, Of: of, Person: person}
						behind := sampling.Position{Subject: thing("b"), Seq: 4}
						filters = append(filters, f, withEntries(f, behind, 0, 0), withEntries(f, sampling.Position{}, 7, 0), withEntries(f, behind, 9, 3))
					}
				}
			}
			for _, f := range filters {
				if f.Subject == (sampling.Subject{}) && f.Of == "" && f.Person == "" {
					none, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, f))
					if c.Fails(fmt.Sprintf("Entries of %+v", f), err, sampling.ErrInvalid); len(none) > 0 {
						c.Errorf("%d rows of an invalid filter", len(none))
					}
					continue
				}
				c.Same(fmt.Sprintf("entries of %+v", f), c.entries(f), passing(all, f.Match, f.Limit))
			}
		},
	}}
}

func withEntries(f sampling.EntryFilter, after sampling.Position, until, limit int) sampling.EntryFilter {
	f.After, f.Limit = after, limit
	if until > 0 {
		f.RecordedUntil = minute(until)
	}
	return f
}
