package loyaltytest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// listedAlongside are the cases of order and pages, of accounts and postings. Those
// that bear the name of a case of all domains go on where that ends.
func listedAlongside() []check {
	return []check{
		{
			name: "order/accounts-by-id",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: accounts and records by id,"),
				storetest.Says("AccountReader.Accounts", "Accounts lists accounts by id.")),
			run: func(c *scene) {
				ids := slices.Concat(storetest.HardIDs(), storetest.Lookalikes())
				slices.Sort(ids)
				ids = slices.Compact(ids)
				for _, i := range storetest.Shuffled(len(ids), 1) {
					c.write(account(ids[i]), stands(of("m")))
				}
				c.Same("accounts", c.accounts(loyalty.AccountFilter{}), ids)
				c.Same("accounts by member", c.accounts(loyalty.AccountFilter{Member: "m"}), ids)
				c.Same("accounts by id", c.accounts(loyalty.AccountFilter{IDs: append([]string{"missing"}, mixed(ids)...)}), ids)
				for i, id := range ids {
					c.Same("accounts behind "+storetest.Brief(id), c.accounts(loyalty.AccountFilter{After: id}), ids[i+1:])
				}
			},
		},
		{
			name: "order/postings-by-account-and-number",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: accounts and records by id, postings by account and number, entries by subject (kind, then id) and number."),
				storetest.Says("JournalReader.Postings", "Postings lists the entries of accounts by account and number."),
				storetest.Says("Place", "Place is where a posting stands in a listing: by account, then by number."),
				storetest.Says("PostingFilter.After", "only behind this place")),
			run: func(c *scene) {
				ids := []string{"1", "10", "2", "A", "a", "a ", "ab", "é", "中", "🐼", "~"}
				slices.Sort(ids)
				for round := range 2 {
					for _, i := range storetest.Shuffled(len(ids), uint64(round)) {
						c.commit(set(account(ids[i]), uint64(round), earns(of("m"), 6*round, 6*round+6)))
					}
				}
				var all []loyalty.Place
				for _, id := range ids {
					for seq := range uint64(12) {
						all = append(all, loyalty.Place{Account: id, Seq: seq + 1})
					}
				}
				at := func(f loyalty.PostingFilter) (places []loyalty.Place) {
					for _, p := range c.postings(f) {
						places = append(places, p.Place())
					}
					return places
				}
				c.Same("postings", at(loyalty.PostingFilter{}), all)
				for i := 0; i < len(all); i += 7 {
					c.Same(fmt.Sprintf("postings behind %v", all[i]), at(loyalty.PostingFilter{After: all[i]}), all[i+1:])
				}
				for _, behind := range []struct {
					after loyalty.Place
					want  int
				}{
					{loyalty.Place{Account: "0", Seq: 99}, 132}, {loyalty.Place{Account: "10"}, 120}, {loyalty.Place{Account: "10", Seq: 1 << 53}, 108},
					{loyalty.Place{Account: "10 "}, 108}, {loyalty.Place{Account: "\U0010ffff", Seq: 1}, 0},
				} {
					if have := len(at(loyalty.PostingFilter{After: behind.after})); have != behind.want {
						c.Errorf("%d postings behind %v, want %d", have, behind.after, behind.want)
					}
				}
				f := loyalty.PostingFilter{Account: "a", After: loyalty.Place{Account: "a", Seq: 3}}
				if have := len(at(f)); have != 9 {
					c.Errorf("%d postings of a behind its third, want 9", have)
				}
			},
		},
		{
			name:  "order/after-what-is-not-there",
			rules: storetest.Says("AccountFilter.After", "only ids greater than this one, as bytes: where the last page ended"),
			run: func(c *scene) {
				for _, id := range []string{"b", "d", "é"} {
					c.write(account(id), earns(of("m"), 0, 3))
				}
				for after, want := range map[string][]string{"a": {"b", "d", "é"}, "b": {"d", "é"}, "b ": {"d", "é"}, "c": {"d", "é"},
					"D": {"b", "d", "é"}, "d": {"é"}, "e": {"é"}, "e\u0301": {"é"}, "é": nil, "中": nil, "\U0010ffff": nil} {
					c.Same("accounts behind "+after, c.accounts(loyalty.AccountFilter{After: after}), want)
				}
			},
		},
		{
			name: "order/limit",
			rules: slices.Concat(storetest.Says("AccountFilter.Limit", "at most so many rows; 0 for no limit"),
				storetest.Says("PostingFilter.Limit", "at most so many rows; 0 for no limit")),
			run: func(c *scene) {
				for i := range 10 {
					c.write(account(fmt.Sprint(i)), earns(of(fmt.Sprintf("m%d", i%2)), 0, 1))
				}
				for limit, want := range map[int]int{-1: 5, -1 << 31: 5, 0: 5, 1: 1, 4: 4, 5: 5, 6: 5, 1<<31 - 1: 5} {
					if have := len(c.accounts(loyalty.AccountFilter{Member: "m1", Limit: limit})); have != want {
						c.Errorf("%d accounts with limit %d, want %d", have, limit, want)
					}
					p := loyalty.PostingFilter{Limit: limit, After: loyalty.Place{Account: "4", Seq: 1}}
					if have := len(c.postings(p)); have != want {
						c.Errorf("%d postings with limit %d, want %d", have, limit, want)
					}
				}
			},
		},
		{
			name: "order/limit-behind-match",
			run: func(c *scene) {
				// Of many rows few pass, and not by a field that has an index everywhere.
				var want []string
				for i := range c.Size(700, 350) {
					id, ref, due, standing := fmt.Sprintf("%04d", i), "open", minute(9), of("m")
					if i%97 == 60 {
						want = append(want, id)
						ref, due, standing.Status, standing.Household = "rare", minute(1), loyalty.Closed, "rare"
					}
					standing.Due = due
					earned := earn(1)
					earned.Recorded, earned.Ref = due, ref
					w := follows(points.State{}, earned)
					w.Standing = standing
					if c.write(account(id), w); c.Failed() {
						return
					}
				}
				for _, limit := range []int{1, 3, len(want)} {
					for _, f := range []loyalty.AccountFilter{{Status: loyalty.Closed}, {Member: "m", Household: "rare"}, {DueBefore: minute(2)}} {
						f.Limit = limit
						c.Same("accounts", c.accounts(f), want[:limit])
					}
					for _, f := range []loyalty.PostingFilter{{Ref: "rare"}, {RecordedUntil: minute(2)}} {
						var ids []string
						f.Limit = limit
						for _, p := range c.postings(f) {
							ids = append(ids, p.Account)
						}
						c.Same("postings", ids, want[:limit])
					}
				}
			},
		},
		{
			name: "page/long-journal",
			run: func(c *scene) {
				n := c.Size(2500, 1100)
				all := earns(of("m"), 0, n)
				for from := 0; from < n; from += 900 {
					part := earns(of("m"), 0, min(n, from+900))
					part.Entries = part.Entries[from:]
					c.write(account("p"), part)
				}
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", all.Entries))
			},
		},
		{
			name: "page/accounts-that-move-while-listing",
			rules: storetest.Says("Store: Consistency",
				"is yielded exactly once, and no row twice."),
			run: func(c *scene) {
				n := c.Size(700, 300)
				c.many(n, func(i int) loyalty.Change { return set(account(wide(i)), 0, stands(of("leaver"))) })
				var seen []string
				for row, err := range c.store.Accounts(c.ctx, loyalty.AccountFilter{Member: "leaver"}) {
					if c.Fails("Accounts", err, nil); err != nil || c.Failed() {
						return
					}
					seen = append(seen, row.ID)
					c.commit(set(account(row.ID), row.Head.Version, stands(of("heir"))))
				}
				var all []string
				for i := range n {
					all = append(all, wide(i))
				}
				c.Same("the leaver's accounts, as they were listed", seen, all)
				c.Same("the leaver's accounts afterwards", c.accounts(loyalty.AccountFilter{Member: "leaver"}), []string(nil))
				c.Same("the heir's accounts", c.accounts(loyalty.AccountFilter{Member: "heir"}), all)
			},
		},
	}
}

// mixed is a list in another order, with its first twice.
func mixed(ids []string) (all []string) {
	for _, i := range storetest.Shuffled(len(ids), 7) {
		all = append(all, ids[i])
	}
	return append(all, all[0])
}

func wide(i int) string { return fmt.Sprintf("%06d", i) }
