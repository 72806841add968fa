package crmtest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// scopes are what actors may see.
func scopes() map[string]*access.Scope {
	everything := access.Everything()
	return map[string]*access.Scope{
		"everything": &everything,
		"nothing":    {},
		"own":        {Owner: "staff-1"},
		"a subtree":  {Units: access.MergeRanges(access.Range{From: "/1/2/", To: "/1/20"})},
		"own and two subtrees": {Owner: "staff-2",
			Units: access.MergeRanges(access.Range{From: "/1/2/", To: "/1/20"}, access.Range{From: "/2/", To: "/20"})},
	}
}

// standings are of every combination that a filter can tell apart.
func standings() []crm.Standing {
	all := []crm.Standing{{}, fullStanding()}
	for i, owner := range []string{"", "staff-1", "staff-2", "STAFF-1", "staff-1 "} {
		for j, path := range []string{"", "/1/2/", "/1/2/3/", "/1/20/", "/2/", "/3/"} {
			s := owned(owner).Standing
			s.Holding.Path = path
			if owner == "" {
				s.Holding.Pool = fmt.Sprintf("pool-%d", j%2)
			}
			s.Groups = [][]string{nil, {"group-1"}, {"group-1", "group-2"}, {"group-10"}}[(i+j)%4]
			if (i+j)%2 == 0 {
				s.NextDue = storetest.HardInstants()[(i*6+j)%len(storetest.HardInstants())]
			}
			s.Relationship.State = []stage.Relationship{0, stage.Awareness, stage.Dissolution}[j%3]
			s.Ladder.State = []stage.Rung{0, stage.RungTarget, stage.RungSeed, stage.RungLoyal}[(i+j)%4]
			s.Category.State = []stage.SalesCategory{0, stage.SalesCore}[i%2]
			all = append(all, s)
		}
	}
	return all
}

// Cases of what filters let through.
func filterChecks() []check {
	return []check{
		{
			name: "filter/customers",
			rules: slices.Concat(storetest.Says("Store: Order", "A filter's zero field does not narrow; every row yielded passes the filter's Match."),
				storetest.Says("CustomerFilter", "Every field that is not zero narrows it; the zero filter lists everything."),
				storetest.Fields("CustomerFilter", map[string]string{
					"Owner":   "whom this colleague looks after",
					"Unowned": "whom nobody looks after",
					"Pool":    "who waits in this pool", "Visible": "what an actor may see; nil for everything",
					"Group": "who is placed in this customer group", "DueBefore": "whose next follow-up is due before this instant",
				})),
			run: func(c *scene) {
				var all []crm.Customer
				for i, s := range standings() {
					id := fmt.Sprintf("%03d", i)
					p := c.profile(id, sampleProfile(i), crm.PutStanding{Standing: s})
					all = append(all, crm.Customer{ID: id, Head: crm.Head{Version: 1}, Profile: p, Standing: s})
				}
				for name, f := range customerFilters() {
					var want []crm.Customer
					for _, row := range all {
						if f.Match(row) {
							want = append(want, row)
						}
					}
					c.Same("customers by "+name, storetest.Rows(c.Scene, c.store.Customers(c.ctx, f)), want)
				}
			},
		},
		{
			name:  "filter/customers-by-parent",
			rules: storetest.Says("CustomerFilter.Parent", "organisations that belong to this one"),
			run: func(c *scene) {
				kept := true
				for i, parent := range []string{"", "p1", "p2", "p1", "P1"} {
					p := c.profile(fmt.Sprint(i), parentProfile(parent))
					kept = kept && p.Parent == parent
				}
				if !kept {
					return // the host's table has no such column, and SeedProfile says so
				}
				c.Same("children of p1", c.customers(crm.CustomerFilter{Parent: "p1"}), []string{"1", "3"})
				c.profile("1", parentProfile("p2"))
				c.Same("children of p1", c.customers(crm.CustomerFilter{Parent: "p1"}), []string{"3"})
				c.Same("children of p2", c.customers(crm.CustomerFilter{Parent: "p2"}), []string{"1", "2"})
			},
		},
		{
			name: "filter/standing-without-profile",
			rules: slices.Concat(storetest.Says("Store: Commit", "What a customer has besides (version, standing, entries, claims) may be there before."),
				storetest.Says("CustomerFilter.Unowned", "whom nobody looks after")),
			run: func(c *scene) {
				c.write(person("early"), crm.PutStanding{Standing: fullStanding()}, line("j", 1))
				c.write(person("early and unowned"), crm.PutStanding{})
				c.profile("bare", sampleProfile(1))
				c.profile("owned", sampleProfile(2), crm.PutStanding{Standing: fullStanding()})
				for _, by := range []struct {
					f    crm.CustomerFilter
					want []string
				}{
					{crm.CustomerFilter{}, []string{"bare", "owned"}}, {crm.CustomerFilter{Unowned: true}, []string{"bare"}},
					{crm.CustomerFilter{Owner: "staff-1"}, []string{"owned"}}, {crm.CustomerFilter{Pool: "pool-1"}, []string{"owned"}},
					{crm.CustomerFilter{Group: "group-1"}, []string{"owned"}}, {crm.CustomerFilter{DueBefore: minute(9)}, []string{"owned"}},
					{crm.CustomerFilter{Owner: "staff-1", Limit: 1}, []string{"owned"}},
				} {
					c.Same(fmt.Sprintf("customers by %+v", by.f), c.customers(by.f), by.want)
				}
				c.write(person("bare"), owned("staff-1"))
				c.Same("unowned", c.customers(crm.CustomerFilter{Unowned: true}), []string(nil))
				c.Same("owned", c.customers(crm.CustomerFilter{Owner: "staff-1"}), []string{"bare", "owned"})
			},
		},
		{
			name: "filter/customers-as-they-move",
			rules: storetest.Says("Store: Order",
				"every row yielded passes the filter's Match."),
			run: func(c *scene) {
				c.profile("p", sampleProfile(1))
				for i, s := range standings() {
					c.write(person("p"), crm.PutStanding{Standing: s})
					for name, f := range customerFilters() {
						want := []string(nil)
						if f.Match(crm.Customer{ID: "p", Standing: s}) {
							want = []string{"p"}
						}
						c.Same(fmt.Sprintf("customers by %s after standing %d", name, i), c.customers(f), want)
					}
				}
			},
		},
		{
			name: "filter/records-by-every-field",
			rules: slices.Concat(storetest.Says("Store: Order", "A filter's zero field does not narrow; every row yielded passes the filter's Match."),
				storetest.Says("RecordReader.Records", "A filter without a kind is ErrInvalid."),
				storetest.Says("RecordFilter", "RecordFilter narrows Store.Records to one kind, which is required, as CustomerFilter does."),
				storetest.Fields("RecordFilter", map[string]string{
					"Customer": "records that belong to this customer", "Ref": "records about this thing",
					"Owner": "records that this colleague looks after", "State": "records in this state",
					"Visible": "what an actor may see; nil for everything", "DueBefore": "records due before this instant",
				})),
			run: func(c *scene) {
				var all []crm.Record
				for i, r := range filterRecords() {
					for _, kind := range []crm.Kind{kindThing, "other"} {
						s := crm.Subject{Kind: kind, ID: fmt.Sprintf("%03d", i)}
						c.write(s, crm.PutRecord{Record: r})
						all = append(all, keptRecord(r, s, crm.Head{Version: 1}))
					}
				}
				for name, f := range recordFilters() {
					for _, kind := range []crm.Kind{kindThing, "other", "neither", crm.KindCustomer} {
						f.Kind = kind
						var want []crm.Record
						for _, row := range all {
							if f.Match(row) {
								want = append(want, row)
							}
						}
						c.Same(fmt.Sprintf("records of kind %s by %s", kind, name), storetest.Rows(c.Scene, c.store.Records(c.ctx, f)), want)
					}
				}
				_, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, crm.RecordFilter{Owner: "staff-1"}))
				c.Fails("Records without a kind", err, crm.ErrInvalid)
			},
		},
		{
			name: "filter/records-by-every-field-as-they-move",
			rules: storetest.Says("Store: Order",
				"every row yielded passes the filter's Match."),
			run: func(c *scene) {
				a := thing("a")
				for i, r := range filterRecords() {
					c.write(a, crm.PutRecord{Record: r})
					for name, f := range recordFilters() {
						f.Kind = kindThing
						want := []string(nil)
						if f.Match(keptRecord(r, a, crm.Head{})) {
							want = []string{"a"}
						}
						c.Same(fmt.Sprintf("records by %s after record %d", name, i), c.records(f), want)
					}
				}
			},
		},
	}
}

func customerFilters() map[string]crm.CustomerFilter {
	all := map[string]crm.CustomerFilter{
		"nothing": {}, "owner": {Owner: "staff-1"}, "owner in capitals": {Owner: "STAFF-1"}, "owner with a space": {Owner: "staff-1 "},
		"unowned": {Unowned: true}, "owner and unowned": {Owner: "staff-1", Unowned: true},
		"pool": {Pool: "pool-1"}, "group": {Group: "group-2"},
		"relationship": {Relationship: stage.Dissolution}, "ladder": {Ladder: stage.RungSeed}, "category": {Category: stage.SalesCore},
		"several": {Owner: "staff-1", Group: "group-1", Relationship: stage.Awareness},
		"a page":  {Owner: "staff-2", After: "017"},
	}
	for i, at := range storetest.HardInstants() {
		all[fmt.Sprintf("due before %v", at)] = crm.CustomerFilter{DueBefore: at}
		all[fmt.Sprintf("due before just after %v", at)] = crm.CustomerFilter{DueBefore: storetest.JustAfter(at), Group: []string{"", "group-1"}[i%2]}
	}
	for name, s := range scopes() {
		all["visible: "+name] = crm.CustomerFilter{Visible: s}
		all["visible and owner: "+name] = crm.CustomerFilter{Visible: s, Owner: "staff-1"}
		all["visible and unowned: "+name] = crm.CustomerFilter{Visible: s, Unowned: true}
	}
	return all
}

func filterRecords() []crm.Record {
	all := []crm.Record{{}, fullRecord(1)}
	for i, owner := range []string{"", "staff-1", "staff-2", "STAFF-1"} {
		for j, path := range []string{"", "/1/2/", "/1/2/3/", "/1/20/", "/2/"} {
			r := crm.Record{Owner: owner, Path: path, Customer: []string{"", "c1", "c2", "C1"}[(i+j)%4], Ref: []string{"", "r", "r "}[j%3], State: []string{"", "open", "done"}[(i+j)%3]}
			if (i+j)%2 == 0 {
				r.Due = storetest.HardInstants()[(i*5+j)%len(storetest.HardInstants())]
			}
			all = append(all, r)
		}
	}
	return all
}

func recordFilters() map[string]crm.RecordFilter {
	all := map[string]crm.RecordFilter{
		"nothing": {}, "customer": {Customer: "c1"}, "ref": {Ref: "r"}, "owner": {Owner: "staff-1"}, "state": {State: "open"},
		"several": {Customer: "c2", State: "open", Owner: "staff-1"}, "a page": {After: "010", State: "done"},
	}
	for _, at := range storetest.HardInstants() {
		all[fmt.Sprintf("due before %v", at)] = crm.RecordFilter{DueBefore: at}
		all[fmt.Sprintf("due before just after %v", at)] = crm.RecordFilter{DueBefore: storetest.JustAfter(at)}
	}
	for name, s := range scopes() {
		all["visible: "+name] = crm.RecordFilter{Visible: s}
	}
	return all
}
