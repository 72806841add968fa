package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Fields are the rules of the fields of a filter.
func Fields(of string, names map[string]string) (all []Rule) {
	for name, text := range names {
		all = append(all, Rule{Of: of + "." + name, Says: text})
	}
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.Of, b.Of) })
	return all
}

// Passing are the rows that a filter lets through, as many as it wants.
func Passing[T any](all []T, match func(T) bool, limit int) (rows []T) {
	for _, row := range all {
		if match(row) && (limit <= 0 || len(rows) < limit) {
			rows = append(rows, row)
		}
	}
	return rows
}

const filterRule = "A filter's zero field does not narrow; every row yielded passes the filter's Match."

// Cases of what the filter of records lets through.
func filterChecks() []Check {
	return []Check{
		{
			Name: "filter/records",
			Rules: slices.Concat(Says("Store: Order", filterRule),
				Says("RecordReader.Records", "A filter without a kind is ErrInvalid."),
				Says("RecordFilter", "RecordFilter narrows Store.Records to one kind, which is required"),
				Says("RecordFilter.State", "records in this state")),
			Run: func(c *Bench) {
				var all []Record
				for i, r := range c.filterRecords() {
					for _, kind := range []string{KindThing, "other"} {
						s := Subject{Kind: kind, ID: fmt.Sprintf("%03d", i)}
						c.write(s, PutRecord{Record: r})
						all = append(all, keptRecord(r, s, Head{Version: 1}))
					}
				}
				for name, f := range recordFilters() {
					for _, kind := range []string{KindThing, "other", "neither", c.Known} {
						f.Kind = kind
						want := Passing(all, f.Match, f.Limit)
						c.Same(fmt.Sprintf("records of kind %s by %s", kind, name), Rows(c.Scene, c.store.Records(c.ctx, f)), want)
					}
				}
				_, err := Ended(c.Scene, c.store.Records(c.ctx, RecordFilter{Group: "m1"}))
				c.Fails("Records without a kind", err, fault.ErrInvalid)
			},
		},
		{
			Name:  "filter/records-as-they-move",
			Rules: Says("Store: Order", "every row yielded passes the filter's Match."),
			Run: func(c *Bench) {
				a := thing("a")
				for i, r := range c.filterRecords() {
					c.write(a, PutRecord{Record: r})
					for name, f := range recordFilters() {
						f.Kind = KindThing
						var want []string
						if f.Match(keptRecord(r, a, Head{})) {
							want = []string{"a"}
						}
						c.Same(fmt.Sprintf("records by %s after record %d", name, i), c.records(f), want)
					}
				}
			},
		},
	}
}

func (c *Bench) filterRecords() []Record {
	all := []Record{{}, c.fullRecord(1)}
	for i, group := range []string{"", "m1", "m2", "M1", "m1 "} {
		for j := range 4 {
			r := Record{Group: group, State: []string{"", "open", "done"}[(i+j)%3]}
			if (i+j)%2 == 0 {
				r.Due = HardInstants()[(i*5+j)%len(HardInstants())]
			}
			all = append(all, r)
		}
	}
	return all
}

func recordFilters() map[string]RecordFilter {
	all := map[string]RecordFilter{
		"nothing": {}, "group": {Group: "m1"}, "in capitals": {Group: "M1"}, "with a space": {Group: "m1 "}, "of nobody": {Group: "m"}, "state": {State: "open"},
		"several": {Group: "m2", State: "open"}, "a page": {After: "010", State: "done"}, "a limit": {State: "done", Limit: 2},
	}
	for _, at := range HardInstants() {
		all[fmt.Sprintf("due before %v", at)] = RecordFilter{DueBefore: at}
		all[fmt.Sprintf("due before just after %v", at)] = RecordFilter{DueBefore: JustAfter(at)}
	}
	return all
}

// JustAfter is the next instant that a store can keep, and at itself at the end of
// all time.
func JustAfter(at time.Time) time.Time {
	if at.Year() == 9999 {
		return at
	}
	return at.Add(time.Microsecond)
}
