package loyaltytest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
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

// Cases of what the filters of accounts and records let through.
func filterChecks() []check {
	return []check{
		{
			name: "filter/accounts",
			rules: slices.Concat(storetest.Says("Store: Order", filterRule),
				storetest.Says("AccountFilter", "AccountFilter narrows Store.Accounts.", "Every field that is not zero narrows it; the zero filter lists everything."),
				fields("AccountFilter", map[string]string{
					"IDs": "only these; a missing one is left out", "Member": "accounts of this member", "Household": "accounts pooled in this household",
					"Status": "accounts of this status", "DueBefore": "accounts to which time does something before this instant",
				})),
			run: func(c *scene) {
				var all []loyalty.Account
				for i, st := range standings() {
					w := earns(st, 0, i%3)
					id := fmt.Sprintf("%03d", i)
					c.write(account(id), w)
					all = append(all, loyalty.Account{ID: id, Head: headOf(1, w.State), Standing: st, State: w.State})
				}
				c.write(account("never put"), loyalty.Claim{Space: "phone", Key: "1"})
				for name, f := range accountFilters() {
					want := passing(all, f.Match, f.Limit)
					c.Same("accounts by "+name, storetest.Rows(c.Scene, c.store.Accounts(c.ctx, f)), want)
				}
			},
		},
		{
			name:  "filter/accounts-as-they-move",
			rules: storetest.Says("Store: Order", "every row yielded passes the filter's Match."),
			run: func(c *scene) {
				for i, st := range standings() {
					c.write(account("005"), stands(st))
					for name, f := range accountFilters() {
						var want []string
						if f.Match(loyalty.Account{ID: "005", Standing: st}) {
							want = []string{"005"}
						}
						c.Same(fmt.Sprintf("accounts by %s after standing %d", name, i), c.accounts(f), want)
					}
				}
			},
		},
		{
			name: "filter/records",
			rules: slices.Concat(storetest.Says("Store: Order", filterRule),
				storetest.Says("RecordReader.Records", "A filter without a kind is ErrInvalid."),
				storetest.Says("RecordFilter", "RecordFilter narrows Store.Records to one kind, which is required, as AccountFilter does."),
				fields("RecordFilter", map[string]string{
					"Member": "records that belong to this member", "Ref": "records about this thing",
					"State": "records in this state", "DueBefore": "records to which time does something before this instant",
				})),
			run: func(c *scene) {
				var all []loyalty.Record
				for i, r := range filterRecords() {
					for _, kind := range []loyalty.Kind{kindThing, "other"} {
						s := loyalty.Subject{Kind: kind, ID: fmt.Sprintf("%03d", i)}
						c.write(s, loyalty.PutRecord{Record: r})
						all = append(all, keptRecord(r, s, loyalty.Head{Version: 1}))
					}
				}
				for name, f := range recordFilters() {
					for _, kind := range []loyalty.Kind{kindThing, "other", "neither", loyalty.KindAccount} {
						f.Kind = kind
						want := passing(all, f.Match, f.Limit)
						c.Same(fmt.Sprintf("records of kind %s by %s", kind, name), storetest.Rows(c.Scene, c.store.Records(c.ctx, f)), want)
					}
				}
				_, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, loyalty.RecordFilter{Member: "m1"}))
				c.Fails("Records without a kind", err, loyalty.ErrInvalid)
			},
		},
		{
			name:  "filter/records-as-they-move",
			rules: storetest.Says("Store: Order", "every row yielded passes the filter's Match."),
			run: func(c *scene) {
				a := thing("a")
				for i, r := range filterRecords() {
					c.write(a, loyalty.PutRecord{Record: r})
					for name, f := range recordFilters() {
						f.Kind = kindThing
						var want []string
						if f.Match(keptRecord(r, a, loyalty.Head{})) {
							want = []string{"a"}
						}
						c.Same(fmt.Sprintf("records by %s after record %d", name, i), c.records(f), want)
					}
				}
			},
		},
	}
}

func standings() []loyalty.Standing {
	all := []loyalty.Standing{fullStanding(), of("m1")}
	for i, member := range []string{"m1", "m2", "M1", "m1 "} {
		for j, household := range []string{"", "h1", "h2", "H1"} {
			st := loyalty.Standing{Member: member, Household: household, Status: loyalty.Status(1 + (i+j)%3)}
			if (i+j)%2 == 0 {
				st.Due = storetest.HardInstants()[(i*5+j)%len(storetest.HardInstants())]
			}
			all = append(all, st)
		}
	}
	return all
}

func accountFilters() map[string]loyalty.AccountFilter {
	all := map[string]loyalty.AccountFilter{
		"nothing": {}, "member": {Member: "m1"}, "member in capitals": {Member: "M1"}, "member with a space": {Member: "m1 "}, "nobody": {Member: "m"},
		"household": {Household: "h1"}, "open": {Status: loyalty.Open}, "frozen": {Status: loyalty.Frozen}, "closed": {Status: loyalty.Closed},
		"several":       {Member: "m1", Household: "h2", Status: loyalty.Closed},
		"a page":        {Member: "m2", After: "007"},
		"ids":           {IDs: []string{"009", "missing", "005", "", "000", "005"}},
		"no ids":        {IDs: []string{}},
		"ids and more":  {IDs: []string{"001", "002", "005", "012"}, Member: "m1", After: "001"},
		"ids and limit": {IDs: []string{"012", "001", "002", "005"}, After: "001", Limit: 2},
		"the never put": {IDs: []string{"never put"}},
	}
	for i, at := range storetest.HardInstants() {
		all[fmt.Sprintf("due before %v", at)] = loyalty.AccountFilter{DueBefore: at}
		all[fmt.Sprintf("due before just after %v", at)] = loyalty.AccountFilter{DueBefore: after(at), Member: []string{"", "m1"}[i%2]}
	}
	return all
}

func filterRecords() []loyalty.Record {
	all := []loyalty.Record{{}, fullRecord(1)}
	for i, member := range []string{"", "m1", "m2", "M1"} {
		for j, ref := range []string{"", "r", "r ", "R"} {
			r := loyalty.Record{Member: member, Ref: ref, State: []string{"", "open", "done"}[(i+j)%3]}
			if (i+j)%2 == 0 {
				r.Due = storetest.HardInstants()[(i*5+j)%len(storetest.HardInstants())]
			}
			all = append(all, r)
		}
	}
	return all
}

func recordFilters() map[string]loyalty.RecordFilter {
	all := map[string]loyalty.RecordFilter{
		"nothing": {}, "member": {Member: "m1"}, "ref": {Ref: "r"}, "state": {State: "open"},
		"several": {Member: "m2", State: "open", Ref: "r"}, "a page": {After: "010", State: "done"}, "a limit": {State: "done", Limit: 2},
	}
	for _, at := range storetest.HardInstants() {
		all[fmt.Sprintf("due before %v", at)] = loyalty.RecordFilter{DueBefore: at}
		all[fmt.Sprintf("due before just after %v", at)] = loyalty.RecordFilter{DueBefore: after(at)}
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
