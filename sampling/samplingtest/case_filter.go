package samplingtest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// fields are the rules of the fields of a filter.
func fields(of string, names map[string]string) (all []storetest.Rule) {
	for name, text := range names {
		all = append(all, storetest.Rule{Of: of + "." + name, Says: text})
	}
	slices.SortFunc(all, func(a, b storetest.Rule) int { return strings.Compare(a.Of, b.Of) })
	return all
}

// passing are the rows that a filter lets through, as many as it wants.
func passing[T any](all []T, match func(T) bool, limit int) (rows []T) {
	for _, row := range all {
		if match(row) && (limit <= 0 || len(rows) < limit) {
			rows = append(rows, row)
		}
	}
	return rows
}

const filterRule = "A filter's zero field does not narrow; every row yielded passes the filter's Match."

// Cases of what the filter of records lets through.
func filterChecks() []check {
	return []check{
		{
			name: "filter/records",
			rules: slices.Concat(storetest.Says("Store: Order", filterRule),
				storetest.Says("RecordReader.Records", "A filter without a kind is ErrInvalid."),
				storetest.Says("RecordFilter", "RecordFilter narrows Store.Records to one kind, which is required.", "Every other field that is not zero narrows it further."),
				fields("RecordFilter", map[string]string{
					"Cycle": "records that belong to this cycle",
					"State": "records in this state", "DueBefore": "records of which time asks for something before this instant",
				})),
			run: func(c *scene) {
				var all []sampling.Record
				for i, r := range filterRecords() {
					for _, kind := range []sampling.Kind{kindThing, "other"} {
						s := sampling.Subject{Kind: kind, ID: fmt.Sprintf("%03d", i)}
						c.write(s, sampling.PutRecord{Record: r})
						all = append(all, keptRecord(r, s, sampling.Head{Version: 1}))
					}
				}
				for name, f := range recordFilters() {
					for _, kind := range []sampling.Kind{kindThing, "other", "neither", sampling.KindCycle} {
						f.Kind = kind
						want := passing(all, f.Match, f.Limit)
						c.Same(fmt.Sprintf("records of kind %s by %s", kind, name), storetest.Rows(c.Scene, c.store.Records(c.ctx, f)), want)
					}
				}
				_, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, sampling.RecordFilter{Cycle: "m1"}))
				c.Fails("Records without a kind", err, sampling.ErrInvalid)
			},
		},
		{
			name:  "filter/records-as-they-move",
			rules: storetest.Says("Store: Order", "every row yielded passes the filter's Match."),
			run: func(c *scene) {
				a := thing("a")
				for i, r := range filterRecords() {
					c.write(a, sampling.PutRecord{Record: r})
					for name, f := range recordFilters() {
						f.Kind = kindThing
						var want []string
						if f.Match(keptRecord(r, a, sampling.Head{})) {
							want = []string{"a"}
						}
						c.Same(fmt.Sprintf("records by %s after record %d", name, i), c.records(f), want)
					}
				}
			},
		},
	}
}

func filterRecords() []sampling.Record {
	all := []sampling.Record{{}, fullRecord(1)}
	for i, cycle := range []string{"", "m1", "m2", "M1", "m1 "} {
		for j := range 4 {
			r := sampling.Record{Cycle: cycle, State: []string{"", "open", "done"}[(i+j)%3]}
			if (i+j)%2 == 0 {
				r.Due = storetest.HardInstants()[(i*5+j)%len(storetest.HardInstants())]
			}
			all = append(all, r)
		}
	}
	return all
}

func recordFilters() map[string]sampling.RecordFilter {
	all := map[string]sampling.RecordFilter{
		"nothing": {}, "cycle": {Cycle: "m1"}, "in capitals": {Cycle: "M1"}, "with a space": {Cycle: "m1 "}, "of nobody": {Cycle: "m"}, "state": {State: "open"},
		"several": {Cycle: "m2", State: "open"}, "a page": {After: "010", State: "done"}, "a limit": {State: "done", Limit: 2},
	}
	for _, at := range storetest.HardInstants() {
		all[fmt.Sprintf("due before %v", at)] = sampling.RecordFilter{DueBefore: at}
		all[fmt.Sprintf("due before just after %v", at)] = sampling.RecordFilter{DueBefore: after(at)}
	}
	return all
}

// after is the next instant that a store can keep, and at itself at the end of
// all time.
func after(at time.Time) time.Time {
	if at.Year() == 9999 {
		return at
	}
	return at.Add(time.Microsecond)
}
