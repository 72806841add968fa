package storetest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of the filter of entries.
func entryFilterChecks() []Check {
	return []Check{{
		Name: "filter/entries",
		Rules: slices.Concat(Says("Store: Order", filterRule),
			Says("JournalReader.Entries", "is ErrInvalid."),
			Fields("EntryFilter", map[string]string{
				"Subject": "entries of this subject", "RecordedUntil": "recorded before this instant",
			})),
		Run: func(c *Bench) {
			subjects := []Subject{thing("a"), thing("b"), {Kind: "other", ID: "a"}, {Kind: "other", ID: "c"}}
			var all []Entry
			for i, s := range subjects {
				for n := range 12 {
					e := line(n)
					e.Entry.Party = []string{"", "x", "X", "y"}[(i+n)%4]
					c.write(s, e)
					all = append(all, kept(e.Entry, s, uint64(n)+1))
				}
			}
			slices.SortFunc(all, func(a, b Entry) int { return a.Position().Compare(b.Position()) })
			var filters []EntryFilter
			for _, s := range append(subjects, Subject{}, thing("c"), Subject{Kind: c.Known, ID: "a"}) {
				for _, of := range []string{"", KindThing, "other", "neither", c.Known} {
					for _, party := range []string{"", "x", "z"} {
						f := EntryFilter{Subject: s, Of: of, Party: party}
						behind := Position{Subject: thing("b"), Seq: 4}
						filters = append(filters, f, withEntries(f, behind, 0, 0), withEntries(f, Position{}, 7, 0), withEntries(f, behind, 9, 3))
					}
				}
			}
			for _, f := range filters {
				if f.Subject == (Subject{}) && f.Of == "" && f.Party == "" {
					none, err := Ended(c.Scene, c.store.Entries(c.ctx, f))
					if c.Fails(fmt.Sprintf("Entries of %+v", f), err, fault.ErrInvalid); len(none) > 0 {
						c.Errorf("%d rows of an invalid filter", len(none))
					}
					continue
				}
				c.Same(fmt.Sprintf("entries of %+v", f), c.entries(f), Passing(all, f.Match, f.Limit))
			}
		},
	}}
}

func withEntries(f EntryFilter, after Position, until, limit int) EntryFilter {
	f.After, f.Limit = after, limit
	if until > 0 {
		f.RecordedUntil = minute(until)
	}
	return f
}
