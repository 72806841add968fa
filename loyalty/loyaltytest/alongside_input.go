package loyaltytest

import (
	"fmt"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// inputAlongside are the cases of ids, instants, slices and sizes in accounts. Those
// that bear the name of a case of all domains go on where that ends.
func inputAlongside() []check {
	refused := func(c *scene, changes ...loyalty.Change) {
		c.t.Helper()
		for _, change := range changes {
			c.refuse(loyalty.ErrInvalid, loyalty.Commit{Changes: []loyalty.Change{set(thing("good"), 0, put(`1`)), change}})
		}
	}
	return []check{
		{
			name: "id/every-kind-of-byte",
			run: func(c *scene) {
				for _, id := range storetest.HardIDs() {
					standing := fullStanding()
					standing.Member, standing.Household, standing.Tier.Code, standing.Counters[0].Cap = id, id, id, id
					earned := earn(1)
					earned.Actor, earned.Ref, earned.Code, earned.Peer = id, id, id, id
					w := follows(points.State{}, earned)
					w.Standing = standing
					c.write(account(id), w)
					c.wants(id, 1, w)
					c.Same("postings", c.postings(loyalty.PostingFilter{Account: id, Ref: id}), postings(id, w.Entries))
					c.Same("accounts by member", c.accounts(loyalty.AccountFilter{Member: id, Household: id, IDs: []string{id}}), []string{id})
					if c.Failed() {
						c.Errorf("the id is %+q", id)
						return
					}
				}
			},
		},
		{
			name: "id/lookalikes-are-others",
			run: func(c *scene) {
				for _, id := range storetest.Lookalikes() {
					c.write(account(id), stands(of(id)))
				}
				for _, id := range storetest.Lookalikes() {
					c.Same("accounts of "+id, c.accounts(loyalty.AccountFilter{Member: id}), []string{id})
				}
			},
		},
		{
			name: "id/broken-are-refused",
			run: func(c *scene) {
				for _, id := range storetest.BrokenIDs() {
					refused(c, set(account(id), 0, stands(of("m"))), set(account("a"), 0, stands(of(id))))
					if id == "" {
						continue // which is no reference at all
					}
					earned, household := earns(of("m"), 0, 1), of("m")
					earned.Entries[0].Ref, household.Household = id, id
					refused(c, set(thing("a"), 0, loyalty.PutRecord{Record: loyalty.Record{Ref: id}}), set(account("a"), 0, earned), set(account("a"), 0, stands(household)))
				}
				c.Same("accounts", c.accounts(loyalty.AccountFilter{}), []string(nil))
			},
		},
		{
			name: "instant/comes-back-equal",
			run: func(c *scene) {
				for i, at := range append(storetest.HardInstants(), time.Time{}, minute(1)) {
					id, standing, earned := fmt.Sprint(i), fullStanding(), earn(1)
					standing.Tier.Until, standing.Due = at, at
					if !at.IsZero() {
						earned.At, earned.Recorded, earned.ActivateAt = at, at, at
					}
					if at.Year() < 9999 {
						earned.ExpireAt, earned.IdleAt = earned.ActivateAt.Add(time.Microsecond), earned.ActivateAt.Add(time.Microsecond)
					}
					w := follows(points.State{}, earned)
					w.Standing = standing
					c.write(account(id), w)
					c.wants(id, 1, w)
					c.Same("postings", c.postings(loyalty.PostingFilter{Account: id}), postings(id, w.Entries))
				}
			},
		},
		{
			name: "instant/broken-are-refused",
			run: func(c *scene) {
				for _, at := range storetest.BrokenInstants() {
					earned := earns(of("m"), 0, 1)
					earned.Entries[0].Recorded = at
					refused(c, set(account("a"), 0, earned), set(account("a"), 0, stands(loyalty.Standing{Member: "m", Status: loyalty.Open, Due: at})),
						set(account("a"), 0, stands(loyalty.Standing{Member: "m", Status: loyalty.Open, Tier: loyalty.Tier{Until: at}})))
				}
			},
		},
		{
			name: "slices/empty-is-none",
			run: func(c *scene) {
				w, bare := earns(of("m"), 0, 1), earns(of("m"), 0, 1)
				w.Standing.Counters, w.State.Holds, w.Entries[0].Uses = []earning.Counter{}, []points.Hold{}, []points.Use{}
				c.write(account("p"), w)
				c.wants("p", 1, bare)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", bare.Entries))
				none := loyalty.PutAccount{Standing: of("m"), State: points.State{Lots: []points.Lot{}}, Entries: []points.Entry{}}
				c.write(account("none"), none)
				c.wants("none", 1, stands(of("m")))
			},
		},
		{
			name:  "limit/writes",
			rules: storetest.Says("MaxWrites", "writes of one commit, each posting of an account counted as one"),
			run: func(c *scene) {
				lines := slices.Repeat([]loyalty.Write{line(1)}, loyalty.MaxWrites-2)
				c.refuse(loyalty.ErrInvalid, loyalty.Commit{Changes: []loyalty.Change{set(thing("b"), 0, lines...), set(account("p"), 0, earns(of("m"), 0, 2))}})
			},
		},
	}
}
