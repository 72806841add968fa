package loyaltytest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// batches is the store as a BatchCommitter, or a failure where it is none.
func (c *scene) batches() loyalty.BatchCommitter {
	c.t.Helper()
	b, ok := c.store.(loyalty.BatchCommitter)
	if !ok {
		c.Errorf("the store is no loyalty.BatchCommitter: if it is not meant to be, set Features.NoBatch")
	}
	return b
}

// batch sends commits together and wants an answer of a kind for each.
func (c *scene) batch(commits []loyalty.Commit, want ...error) []error {
	c.t.Helper()
	errs := c.batches().CommitBatch(c.ctx, commits)
	if len(errs) != len(want) {
		c.Errorf("%d answers to %d commits", len(errs), len(want))
		return make([]error, len(want))
	}
	for i, err := range errs {
		c.Fails(fmt.Sprintf("commit %d of the batch", i), err, want[i])
	}
	return errs
}

// Cases of many commits at once.
func batchChecks() []check {
	needsBatch := func(c *scene) string {
		if c.f.NoBatch {
			return "Features.NoBatch"
		}
		return ""
	}
	one := func(key string, changes ...loyalty.Change) loyalty.Commit {
		k := loyalty.Commit{Recorded: minute(1), Changes: changes}
		if key != "" {
			k.Scope, k.Key, k.Receipt = "s", key, []byte(key)
		}
		return k
	}
	under := "BatchCommitter.CommitBatch"
	var all []check
	add := func(name string, rules []storetest.Rule, run func(c *scene)) {
		all = append(all, check{name: name, rules: rules, skip: needsBatch, run: func(c *scene) {
			if c.batches() != nil {
				run(c)
			}
		}})
	}
	add("batch/each-its-own", slices.Concat(
		storetest.Says("BatchCommitter", "BatchCommitter is what a Store offers that applies many commits at the cost of few."),
		storetest.Says(under, "CommitBatch does what Commit would do with one commit after the other, and returns an answer for each, in their order: a commit that is refused changes nothing and does not keep the others from being applied.")),
		func(c *scene) {
			c.send(one("old", set(thing("holder"), 0, loyalty.Claim{Space: "phone", Key: "1"})))
			commits := []loyalty.Commit{
				one("a", set(account("a"), 0, earns(of("m"), 0, 2))),
				one("b", set(thing("lost-1"), 0, put(`1`)), set(account("b"), 7, earns(of("m"), 0, 1))),
				one("old", set(account("c"), 0, earns(of("m"), 0, 1))),
				one("d", set(thing("lost-2"), 0, put(`1`), loyalty.Claim{Space: "phone", Key: "1"})),
				{Scope: "s", Changes: []loyalty.Change{set(thing("lost-3"), 0)}},
				one("f", set(thing("lost-4"), 0, unknown{})),
				one("g", set(account("g"), 0, earns(of("m"), 1, 2))),
				{Key: "h", Scope: "s", Require: []loyalty.Expect{{Subject: thing("holder"), Version: 2}}, Changes: []loyalty.Change{set(thing("lost-5"), 0)}},
				one("", set(thing("z"), 0, put(`1`), line(1), event(1)), set(account("z"), 0, fullBook().put(fullStanding(), 0))),
			}
			errs := c.batch(commits, nil, loyalty.ErrConflict, loyalty.ErrDuplicate, loyalty.ErrTaken, loyalty.ErrInvalid, loyalty.ErrUnsupported, loyalty.ErrConflict, loyalty.ErrConflict, nil)
			c.names(errs[1], account("b"))
			c.names(errs[6], account("g"))
			c.names(errs[7], thing("holder"))
			var taken *loyalty.Error
			if !errors.As(errs[3], &taken) || taken.Holder != thing("holder") || taken.Subject != thing("lost-2") || taken.Field != "phone" {
				c.Errorf("the error %v does not say who wanted what and who holds it", errs[3])
			}
			c.wants("a", 1, earns(of("m"), 0, 2))
			c.wants("z", 1, fullBook().put(fullStanding(), 0))
			c.Same("postings", c.postings(loyalty.PostingFilter{Account: "z"}), postings("z", fullBook().entries))
			c.Same("accounts", c.accounts(loyalty.AccountFilter{}), []string{"a", "z"})
			c.Same("records", c.records(loyalty.RecordFilter{Kind: kindThing}), []string{"z"})
			if have := len(c.journal(thing("z"))); have != 1 {
				c.Errorf("%d entries, want 1", have)
			}
			for i := range 5 {
				c.Same("head of what was refused", c.head(thing(fmt.Sprint("lost-", i+1))), loyalty.Head{})
			}
			for _, key := range []string{"b", "d", "f", "g", "h"} {
				_, err := c.store.Receipt(c.ctx, "s", key)
				c.Fails("Receipt of what was refused", err, loyalty.ErrNotFound)
			}
			have, err := c.store.Receipt(c.ctx, "s", "a")
			c.Fails("Receipt", err, nil)
			c.Same("receipt", have, loyalty.Receipt{Data: []byte("a"), Recorded: minute(1)})
		})
	add("batch/key-again", storetest.Says(under, "A commit may expect the version, and repeat the key, of one before it in the batch."),
		func(c *scene) {
			p := set(account("p"), 0, earns(of("m"), 0, 1))
			c.batch([]loyalty.Commit{one("k", set(account("x"), 9)), one("k", p), one("k", set(account("q"), 0, earns(of("m"), 0, 1))), one("k", p), one("l", set(account("r"), 0))},
				loyalty.ErrConflict, nil, loyalty.ErrDuplicate, loyalty.ErrDuplicate, nil)
			c.Same("accounts", c.accounts(loyalty.AccountFilter{}), []string{"p"})
			c.wants("p", 1, earns(of("m"), 0, 1))
			c.batch([]loyalty.Commit{one("k", p), one("l", p)}, loyalty.ErrDuplicate, loyalty.ErrDuplicate)
		})
	add("batch/versions-that-follow", storetest.Says(under, "A commit may expect the version, and repeat the key, of one before it in the batch."),
		func(c *scene) {
			p, a := account("p"), thing("a")
			phone := loyalty.Claim{Space: "phone", Key: "1"}
			c.batch([]loyalty.Commit{
				one("1", set(p, 0, earns(of("m"), 0, 2)), set(a, 0, phone, line(1))),
				one("2", set(p, 1, earns(of("m"), 2, 3))),
				one("", set(p, 1, earns(of("m"), 3, 4))),
				one("4", set(p, 2, earns(fullStanding(), 3, 5)), set(a, 1, loyalty.Release(phone), line(2), put(`1`))),
				{Scope: "s", Key: "5", Require: []loyalty.Expect{{Subject: p, Version: 3}}, Changes: []loyalty.Change{set(thing("b"), 0, phone)}},
				{Scope: "s", Key: "6", Require: []loyalty.Expect{{Subject: p, Version: 2}}, Changes: []loyalty.Change{set(thing("c"), 0)}},
				one("7", set(a, 2, put(`2`), line(3), loyalty.Redact{Seq: 1})),
			}, nil, nil, loyalty.ErrConflict, nil, nil, loyalty.ErrConflict, nil)
			c.wants("p", 3, earns(fullStanding(), 0, 5))
			c.Same("postings", c.postings(loyalty.PostingFilter{}), postings("p", earns(of("m"), 0, 5).Entries))
			c.holds("phone", "1", thing("b"))
			c.Same("record", c.record(a), keptRecord(put(`2`).Record, a, loyalty.Head{Version: 3, Entries: 3, Recorded: minute(3)}))
			c.Same("entries", c.journal(a), []loyalty.Entry{kept(line(1).Entry, a, 1), kept(line(2).Entry, a, 2), kept(line(3).Entry, a, 3)})
			c.Same("head", c.head(thing("c")), loyalty.Head{})
		})
	add("batch/many", storetest.Says(under, "Every store takes 1000 commits that have MaxChanges subjects and MaxWrites writes together.", "A batch of none returns none."),
		func(c *scene) {
			c.batch(nil)
			c.batch([]loyalty.Commit{})
			var commits []loyalty.Commit
			var ids []string
			want := make([]error, loyalty.MaxChanges)
			for i := range loyalty.MaxChanges {
				id := fmt.Sprintf("%04d", i)
				w := earns(of("m"), 0, 8)
				commits, ids = append(commits, one(id, set(account(id), 0, w, event(i)))), append(ids, id)
				if i%100 == 50 {
					commits[i].Changes[0].Expect, want[i] = 1, loyalty.ErrConflict
				}
			}
			c.batch(commits, want...)
			ids = slices.DeleteFunc(ids, func(id string) bool { return id[2:] == "50" })
			c.Same("accounts", c.accounts(loyalty.AccountFilter{}), ids)
			if have := len(c.postings(loyalty.PostingFilter{})); have != 8*len(ids) {
				c.Errorf("%d postings, want %d", have, 8*len(ids))
			}
			for i := range want {
				if want[i] == nil {
					want[i] = loyalty.ErrDuplicate
				}
			}
			c.batch(commits, want...)
		})
	add("batch/done-before", slices.Concat(storetest.Says("Store: Context", "A context that is done before Commit is called changes nothing."),
		storetest.Says(under, "After an error of the system, which all that were not refused then have, each may have been applied or not.")),
		func(c *scene) {
			ctx, cancel := context.WithCancel(c.ctx)
			cancel()
			for i, err := range c.batches().CommitBatch(ctx, []loyalty.Commit{one("a", set(account("p"), 0, earns(of("m"), 0, 1))), {Key: "half"}, one("c", set(thing("a"), 0))}) {
				if i == 1 && errors.Is(err, loyalty.ErrInvalid) {
					continue // which needs no look at the store
				}
				c.Fails(fmt.Sprintf("commit %d of the batch", i), err, context.Canceled)
			}
			c.Same("accounts", c.accounts(loyalty.AccountFilter{}), []string(nil))
			c.Same("head", c.head(thing("a")), loyalty.Head{})
			c.send(one("a", set(account("p"), 0, earns(of("m"), 0, 1))))
		})
	add("batch/events-and-memory", slices.Concat(storetest.Says(under, "CommitBatch does what Commit would do with one commit after the other"),
		storetest.Says("Store: Consistency", "What is returned belongs to the caller, and what was committed to the store: no slice or map is shared, in either direction.")),
		func(c *scene) {
			w := fullBook().put(fullStanding(), 0)
			commits := []loyalty.Commit{one("a", set(account("p"), 0, w, event(1))), one("b", set(account("q"), 0, event(2))), one("c", set(account("p"), 1, event(3)))}
			c.batch(commits, nil, nil, nil)
			storetest.Scribble(&w)
			storetest.Scribble(commits)
			c.wants("p", 2, fullBook().put(fullStanding(), 0))
			if box, ok := c.store.(loyalty.Outbox); ok {
				var kinds []string
				for _, e := range c.pending(box) {
					if e.Subject == account("p") {
						kinds = append(kinds, e.Kind)
					}
				}
				c.Same("events of the account", kinds, []string{event(1).Event.Kind, event(3).Event.Kind})
			}
		})
	return all
}
