package loyaltytest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

const filterRule = "A filter's zero field does not narrow; every row yielded passes the filter's Match."

// accountFilterChecks are the cases of what the filter of accounts lets through, and
// of the field that the shared cases of records do not know.
func accountFilterChecks() []check {
	return []check{
		{
			name: "filter/accounts",
			rules: slices.Concat(storetest.Says("Store: Order", filterRule),
				storetest.Says("AccountFilter", "AccountFilter narrows Store.Accounts.", "Every field that is not zero narrows it; the zero filter lists everything."),
				storetest.Fields("AccountFilter", map[string]string{
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
					want := storetest.Passing(all, f.Match, f.Limit)
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
			name:  "filter/records-by-reference",
			rules: storetest.Says("RecordFilter.Ref", "records about this thing"),
			run: func(c *scene) {
				var all []loyalty.Record
				for i, member := range []string{"", "m1", "m2"} {
					for j, ref := range []string{"", "r", "r ", "R"} {
						r, s := loyalty.Record{Member: member, Ref: ref, State: []string{"", "open"}[(i+j)%2]}, thing(fmt.Sprintf("%d%d", i, j))
						c.write(s, loyalty.PutRecord{Record: r})
						all = append(all, keptRecord(r, s, loyalty.Head{Version: 1}))
					}
				}
				for _, f := range []loyalty.RecordFilter{{Ref: "r"}, {Ref: "R", Member: "m1"}, {Ref: "r ", State: "open"}, {Ref: "x"}, {Ref: "r", Limit: 2}, {Ref: "r", After: "01"}} {
					f.Kind = kindThing
					c.Same(fmt.Sprintf("records by %+v", f), storetest.Rows(c.Scene, c.store.Records(c.ctx, f)), storetest.Passing(all, f.Match, f.Limit))
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
		all[fmt.Sprintf("due before just after %v", at)] = loyalty.AccountFilter{DueBefore: storetest.JustAfter(at), Member: []string{"", "m1"}[i%2]}
	}
	return all
}
