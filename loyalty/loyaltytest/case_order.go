package loyaltytest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// Cases of the order of listings, of After and of Limit.
func orderChecks() []check {
	return []check{
		{
			name: "order/records-and-accounts-by-id",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: accounts and records by id, postings by account and number, entries by subject (kind, then id) and number."),
				storetest.Says("AccountReader.Accounts", "Accounts lists accounts by id."),
				storetest.Says("RecordReader.Records", "Records lists the records of one kind by id.")),
			run: func(c *scene) {
				ids := slices.Concat(storetest.HardIDs(), storetest.Lookalikes())
				slices.Sort(ids)
				ids = slices.Compact(ids)
				for _, i := range storetest.Shuffled(len(ids), 1) {
					c.write(thing(ids[i]), put(`0`))
					c.write(account(ids[i]), stands(of("m")))
				}
				c.Same("records", c.records(loyalty.RecordFilter{Kind: kindThing}), ids)
				c.Same("accounts", c.accounts(loyalty.AccountFilter{}), ids)
				c.Same("accounts by member", c.accounts(loyalty.AccountFilter{Member: "m"}), ids)
				c.Same("accounts by id", c.accounts(loyalty.AccountFilter{IDs: append([]string{"missing"}, mixed(ids)...)}), ids)
				for i, id := range ids {
					c.Same("accounts behind "+storetest.Brief(id), c.accounts(loyalty.AccountFilter{After: id}), ids[i+1:])
					c.Same("records behind "+storetest.Brief(id), c.records(loyalty.RecordFilter{Kind: kindThing, After: id}), ids[i+1:])
				}
			},
		},
		{
			name: "order/entries-by-subject-and-number",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: accounts and records by id, postings by account and number, entries by subject (kind, then id) and number."),
				storetest.Says("JournalReader.Entries", "Entries lists the entries of all other kinds by subject and number."),
				storetest.Says("Subject", "Subjects are ordered by kind, then by id, both as bytes."),
				storetest.Says("Position", "Position is where an entry stands in a listing: by subject, then by number.")),
			run: func(c *scene) {
				var subjects []loyalty.Subject
				for _, kind := range []loyalty.Kind{"a", "a-b", "a.b", "a_b", "ab", "b", loyalty.KindMember, "z9"} {
					for _, id := range []string{"1", "10", "2", "A", "a", "é", "中", "🐼", "~"} {
						subjects = append(subjects, loyalty.Subject{Kind: kind, ID: id})
					}
				}
				slices.SortFunc(subjects, loyalty.Subject.Compare)
				for round := range 2 {
					for _, i := range storetest.Shuffled(len(subjects), uint64(round)) {
						e := line(round)
						e.Entry.Member = "member"
						c.commit(set(subjects[i], uint64(round), e, line(round), e))
					}
				}
				var all []loyalty.Position
				for _, s := range subjects {
					all = append(all, loyalty.Position{Subject: s, Seq: 1}, loyalty.Position{Subject: s, Seq: 3}, loyalty.Position{Subject: s, Seq: 4}, loyalty.Position{Subject: s, Seq: 6})
				}
				c.Same("entries of a member", places(c.entries(loyalty.EntryFilter{Member: "member"})), all)
				for i := 0; i < len(all); i += 5 {
					c.Same(fmt.Sprintf("entries behind %v", all[i]), places(c.entries(loyalty.EntryFilter{Member: "member", After: all[i]})), all[i+1:])
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
			name: "order/after-what-is-not-there",
			rules: slices.Concat(storetest.Says("Store: Order", "After resumes behind a place in this order, whether or not something is there."),
				storetest.Says("AccountFilter.After", "only ids greater than this one, as bytes: where the last page ended"),
				storetest.Says("RecordFilter.After", "only ids greater than this one, as bytes"),
				storetest.Says("EntryFilter.After", "only behind this position")),
			run: func(c *scene) {
				for _, id := range []string{"b", "d", "é"} {
					c.write(account(id), earns(of("m"), 0, 3))
					c.write(thing(id), put(`0`), line(1), line(2), line(3))
				}
				for after, want := range map[string][]string{"a": {"b", "d", "é"}, "b": {"d", "é"}, "b ": {"d", "é"}, "c": {"d", "é"},
					"D": {"b", "d", "é"}, "d": {"é"}, "e": {"é"}, "e\u0301": {"é"}, "é": nil, "中": nil, "\U0010ffff": nil} {
					c.Same("accounts behind "+after, c.accounts(loyalty.AccountFilter{After: after}), want)
					c.Same("records behind "+after, c.records(loyalty.RecordFilter{Kind: kindThing, After: after}), want)
				}
				for _, at := range []struct {
					after loyalty.Position
					want  int
				}{
					{loyalty.Position{Subject: thing("a"), Seq: 9}, 9}, {loyalty.Position{Subject: thing("b"), Seq: 0}, 9},
					{loyalty.Position{Subject: thing("b"), Seq: 2}, 7}, {loyalty.Position{Subject: thing("b"), Seq: 1 << 53}, 6},
					{loyalty.Position{Subject: thing("c"), Seq: 1}, 6}, {loyalty.Position{Subject: thing("d"), Seq: 3}, 3},
					{loyalty.Position{Subject: thing("é"), Seq: 3}, 0}, {loyalty.Position{Subject: loyalty.Subject{Kind: "zz", ID: "a"}, Seq: 1}, 0},
					{loyalty.Position{Subject: loyalty.Subject{Kind: "a", ID: "zz"}, Seq: 1}, 9},
				} {
					if have := len(c.entries(loyalty.EntryFilter{Of: kindThing, After: at.after})); have != at.want {
						c.Errorf("%d entries behind %v, want %d", have, at.after, at.want)
					}
				}
				if have := len(c.entries(loyalty.EntryFilter{Subject: thing("b"), After: loyalty.Position{Subject: thing("b"), Seq: 1}})); have != 2 {
					c.Errorf("%d entries of b behind its first, want 2", have)
				}
			},
		},
		{
			name: "order/limit",
			rules: slices.Concat(storetest.Says("Store: Order", "Limit counts the rows that are yielded", "below zero it is as 0, no limit."),
				storetest.Says("AccountFilter.Limit", "at most so many rows; 0 for no limit"),
				storetest.Says("PostingFilter.Limit", "at most so many rows; 0 for no limit"),
				storetest.Says("RecordFilter.Limit", "at most so many rows; 0 for no limit"),
				storetest.Says("EntryFilter.Limit", "at most so many rows; 0 for no limit")),
			run: func(c *scene) {
				for i := range 10 {
					member := fmt.Sprintf("m%d", i%2)
					id := fmt.Sprint(i)
					c.write(account(id), earns(of(member), 0, 1))
					c.write(thing(id), loyalty.PutRecord{Record: loyalty.Record{Member: member}}, line(i))
				}
				for limit, want := range map[int]int{-1: 5, -1 << 31: 5, 0: 5, 1: 1, 4: 4, 5: 5, 6: 5, 1<<31 - 1: 5} {
					if have := len(c.accounts(loyalty.AccountFilter{Member: "m1", Limit: limit})); have != want {
						c.Errorf("%d accounts with limit %d, want %d", have, limit, want)
					}
					if have := len(c.records(loyalty.RecordFilter{Kind: kindThing, Member: "m1", Limit: limit})); have != want {
						c.Errorf("%d records with limit %d, want %d", have, limit, want)
					}
					p := loyalty.PostingFilter{Limit: limit, After: loyalty.Place{Account: "4", Seq: 1}}
					if have := len(c.postings(p)); have != want {
						c.Errorf("%d postings with limit %d, want %d", have, limit, want)
					}
					f := loyalty.EntryFilter{Of: kindThing, Limit: limit, After: loyalty.Position{Subject: thing("4"), Seq: 1}}
					if have := len(c.entries(f)); have != want {
						c.Errorf("%d entries with limit %d, want %d", have, limit, want)
					}
				}
			},
		},
		{
			name:  "order/limit-behind-match",
			rules: storetest.Says("Store: Order", "Limit counts the rows that are yielded, behind Match and not in a query before it;"),
			run: func(c *scene) {
				// Of many rows few pass, and not by a field that has an index everywhere.
				n := c.size(700, 350)
				var want []string
				for i := range n {
					id, state, due := fmt.Sprintf("%04d", i), "open", minute(9)
					standing := of("m")
					if i%97 == 60 {
						want = append(want, id)
						state, due, standing.Status, standing.Household = "rare", minute(1), loyalty.Closed, "rare"
					}
					standing.Due = due
					e := line(1)
					e.Entry.Recorded = due
					earned := earn(1)
					earned.Recorded, earned.Ref = due, state
					w := follows(points.State{}, earned)
					w.Standing = standing
					c.write(account(id), w)
					c.write(thing(id), loyalty.PutRecord{Record: loyalty.Record{Member: "m", State: state, Due: due}}, e)
					if c.Failed() {
						return
					}
				}
				for _, limit := range []int{1, 3, len(want)} {
					for _, f := range []loyalty.AccountFilter{{Status: loyalty.Closed}, {Member: "m", Household: "rare"}, {DueBefore: minute(2)}} {
						f.Limit = limit
						c.Same("accounts", c.accounts(f), want[:limit])
					}
					for _, f := range []loyalty.RecordFilter{{State: "rare"}, {Member: "m", DueBefore: minute(2)}} {
						f.Kind, f.Limit = kindThing, limit
						c.Same("records", c.records(f), want[:limit])
					}
					var ids []string
					for _, e := range c.entries(loyalty.EntryFilter{Of: kindThing, RecordedUntil: minute(2), Limit: limit}) {
						ids = append(ids, e.Subject.ID)
					}
					c.Same("entries", ids, want[:limit])
					for _, f := range []loyalty.PostingFilter{{Ref: "rare"}, {RecordedUntil: minute(2)}} {
						ids, f.Limit = nil, limit
						for _, p := range c.postings(f) {
							ids = append(ids, p.Account)
						}
						c.Same("postings", ids, want[:limit])
					}
				}
			},
		},
		{
			name:  "order/error-is-the-last-pair",
			rules: storetest.Says("Store: Order", "an error comes once, as the last pair, with a zero value."),
			run: func(c *scene) {
				c.write(thing("a"), put(`0`), line(1))
				records, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, loyalty.RecordFilter{}))
				c.Fails("Records without a kind", err, loyalty.ErrInvalid)
				entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, loyalty.EntryFilter{}))
				c.Fails("Entries without subject, kind and member", err, loyalty.ErrInvalid)
				if len(records)+len(entries) > 0 {
					c.Errorf("rows before the error of an invalid filter")
				}
				for range c.store.Records(c.ctx, loyalty.RecordFilter{}) {
					break // a listing that fails can be left, too
				}
			},
		},
	}
}

func places(entries []loyalty.Entry) []loyalty.Position {
	var at []loyalty.Position
	for _, e := range entries {
		at = append(at, e.Position())
	}
	return at
}

// mixed is a list in another order, with its first twice.
func mixed(ids []string) (all []string) {
	for _, i := range storetest.Shuffled(len(ids), 7) {
		all = append(all, ids[i])
	}
	return append(all, all[0])
}
