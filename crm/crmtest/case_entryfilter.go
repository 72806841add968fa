package crmtest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of the filter of entries.
func entryFilterChecks() []check {
	return []check{{
		name: "filter/entries-by-journal",
		rules: slices.Concat(storetest.Says("Store: Order", "A filter's zero field does not narrow; every row yielded passes the filter's Match."),
			storetest.Says("JournalReader.Entries", "A filter without subject, contact and journal is ErrInvalid."),
			storetest.Says("EntryFilter", "At least one of Subject, Contact and Journal is given,"),
			storetest.Says("EntryFilter.Subject", "entries of this subject"),
			storetest.Says("EntryFilter.Contact", "entries in which this person was dealt with, of whatever subject"),
			storetest.Says("EntryFilter.Journal", "entries of this journal"),
			storetest.Says("EntryFilter.RecordedUntil", "only entries recorded before this instant")),
		run: func(c *scene) {
			subjects := []crm.Subject{thing("a"), person("a"), person("b"), {Kind: "other", ID: "a"}}
			var all []crm.Entry
			for i, s := range subjects {
				for n := range 12 {
					e := line([]crm.Journal{"j", "k", "j-k"}[n%3], n)
					e.Entry.Contact = []string{"", "x", "X", "y"}[(i+n)%4]
					c.write(s, e)
					all = append(all, kept(e.Entry, s, uint64(n)+1))
				}
			}
			slices.SortFunc(all, func(a, b crm.Entry) int { return a.Position().Compare(b.Position()) })
			filters := []crm.EntryFilter{{}}
			for _, s := range append(subjects, crm.Subject{}, thing("none")) {
				for _, contact := range []string{"", "x", "none"} {
					for _, journal := range []crm.Journal{"", "j", "none"} {
						f := crm.EntryFilter{Subject: s, Contact: contact, Journal: journal}
						after := crm.Position{Subject: person("b"), Seq: 4}
						filters = append(filters, f, withEntries(f, after, 0, 0), withEntries(f, crm.Position{}, 7, 0), withEntries(f, after, 9, 3))
					}
				}
			}
			for _, f := range filters {
				if f.Subject == (crm.Subject{}) && f.Contact == "" && f.Journal == "" {
					none, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, f))
					if c.Fails(fmt.Sprintf("Entries of %+v", f), err, crm.ErrInvalid); len(none) > 0 {
						c.Errorf("%d rows of an invalid filter", len(none))
					}
					continue
				}
				c.Same(fmt.Sprintf("entries of %+v", f), c.entries(f), storetest.Passing(all, f.Match, f.Limit))
			}
		},
	}}
}

func withEntries(f crm.EntryFilter, after crm.Position, until, limit int) crm.EntryFilter {
	f.After, f.Limit = after, limit
	if until > 0 {
		f.RecordedUntil = minute(until)
	}
	return f
}
