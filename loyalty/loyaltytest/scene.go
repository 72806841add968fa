package loyaltytest

import (
	"errors"
	"slices"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// The verbs of the cases. Those that prepare return at once when the store fails;
// what follows then fails too, and says so.

// set is a change of s from a version.
func set(s loyalty.Subject, expect uint64, writes ...loyalty.Write) loyalty.Change {
	return loyalty.Change{Subject: s, Expect: expect, Writes: writes}
}

// commit sends changes without a key, and wants them applied.
func (c *scene) commit(changes ...loyalty.Change) {
	c.t.Helper()
	c.send(loyalty.Commit{Recorded: minute(0), Changes: changes})
}

// send sends a commit, and wants it applied.
func (c *scene) send(commit loyalty.Commit) {
	c.t.Helper()
	if err := c.store.Commit(c.ctx, commit); err != nil {
		c.Errorf("Commit: %v, want it applied", err)
	}
}

// write changes one subject from the version at which it is.
func (c *scene) write(s loyalty.Subject, writes ...loyalty.Write) {
	c.t.Helper()
	c.commit(set(s, c.head(s).Version, writes...))
}

// refuse sends a commit, and wants it refused for a reason with nothing of it
// applied to the subjects, claims and key in it. It returns the error.
func (c *scene) refuse(want error, commit loyalty.Commit) error {
	c.t.Helper()
	before := c.picture(commit)
	err := c.store.Commit(c.ctx, commit)
	if !errors.Is(err, want) {
		c.Errorf("Commit: %v, want %v", err, want)
	}
	if err == nil {
		return nil
	}
	if after := c.picture(commit); after != before {
		c.Errorf("a refused commit changed something: %s", storetest.Differ(after, before))
	}
	return err
}

// many commits one change of n new subjects each, as few commits as are allowed.
func (c *scene) many(n int, of func(i int) loyalty.Change) {
	c.t.Helper()
	for from := 0; from < n && !c.Failed(); from += loyalty.MaxChanges {
		var changes []loyalty.Change
		for i := from; i < min(n, from+loyalty.MaxChanges); i++ {
			changes = append(changes, of(i))
		}
		c.commit(changes...)
	}
}

func (c *scene) head(s loyalty.Subject) loyalty.Head {
	c.t.Helper()
	head, err := c.store.Head(c.ctx, s)
	if err != nil {
		c.Errorf("Head of %v: %v", s, err)
	}
	return head
}

func (c *scene) account(id string) loyalty.Account {
	c.t.Helper()
	have, err := c.store.Account(c.ctx, id)
	if err != nil {
		c.Errorf("Account %q: %v", id, err)
	}
	return have
}

// wants compares an account with what was put last.
func (c *scene) wants(id string, version uint64, w loyalty.PutAccount) {
	c.t.Helper()
	c.Same("account", c.account(id), loyalty.Account{ID: id, Head: headOf(version, w.State), Standing: w.Standing, State: w.State})
}

func (c *scene) record(s loyalty.Subject) loyalty.Record {
	c.t.Helper()
	have, err := c.store.Record(c.ctx, s)
	if err != nil {
		c.Errorf("Record of %v: %v", s, err)
	}
	return have
}

// holds wants s to hold a claim; the zero subject stands for nobody.
func (c *scene) holds(space, key string, s loyalty.Subject) {
	c.t.Helper()
	have, err := c.store.Holder(c.ctx, space, key)
	switch {
	case s == (loyalty.Subject{}) && !errors.Is(err, loyalty.ErrNotFound):
		c.Errorf("Holder in %s: %v, %v, want ErrNotFound", space, have, err)
	case s != (loyalty.Subject{}) && (err != nil || have != s):
		c.Errorf("Holder in %s: %v, %v, want %v", space, have, err, s)
	}
}

func (c *scene) accounts(f loyalty.AccountFilter) []string {
	c.t.Helper()
	var ids []string
	for _, row := range storetest.Rows(c.Scene, c.store.Accounts(c.ctx, f)) {
		ids = append(ids, row.ID)
	}
	return ids
}

func (c *scene) postings(f loyalty.PostingFilter) []loyalty.Posting {
	c.t.Helper()
	return storetest.Rows(c.Scene, c.store.Postings(c.ctx, f))
}

func (c *scene) records(f loyalty.RecordFilter) []string {
	c.t.Helper()
	var ids []string
	for _, row := range storetest.Rows(c.Scene, c.store.Records(c.ctx, f)) {
		ids = append(ids, row.Subject.ID)
	}
	return ids
}

func (c *scene) entries(f loyalty.EntryFilter) []loyalty.Entry {
	c.t.Helper()
	return storetest.Rows(c.Scene, c.store.Entries(c.ctx, f))
}

func (c *scene) journal(s loyalty.Subject) []loyalty.Entry {
	c.t.Helper()
	return c.entries(loyalty.EntryFilter{Subject: s})
}

// picture is everything that can be read of the subjects, claims and key of a
// commit, and of the outbox.
func (c *scene) picture(of loyalty.Commit) string {
	c.t.Helper()
	n := storetest.Commit{Scope: of.Scope, Key: of.Key}
	for _, e := range of.Require {
		n.Require = append(n.Require, storetest.Expect{Subject: neutralSubject(e.Subject)})
	}
	for _, change := range of.Changes {
		seen := storetest.Change{Subject: neutralSubject(change.Subject)}
		for _, w := range change.Writes {
			switch w := w.(type) {
			case loyalty.Claim:
				seen.Writes = append(seen.Writes, storetest.Claim(w))
			case loyalty.Release:
				seen.Writes = append(seen.Writes, storetest.Release(w))
			}
		}
		n.Changes = append(n.Changes, seen)
	}
	return c.Picture(n)
}

// pending reads the whole outbox.
func (c *scene) pending(box loyalty.Outbox) []loyalty.Event {
	c.t.Helper()
	events, err := box.Pending(c.ctx, 1<<20)
	if err != nil && !errors.Is(err, loyalty.ErrInvalid) {
		c.Errorf("Pending: %v", err)
	}
	return events
}

// insist sends a commit, and again where a database may have found it entangled with
// another; see [storetest.Insist].
func (c *scene) insist(store loyalty.Store, commit loyalty.Commit) error {
	return storetest.Insist(c.ctx, func() error { return store.Commit(c.ctx, commit) }, func() bool {
		moved := func(s loyalty.Subject, version uint64) bool {
			head, err := store.Head(c.ctx, s)
			return err != nil || head.Version != version
		}
		return slices.ContainsFunc(commit.Require, func(e loyalty.Expect) bool { return moved(e.Subject, e.Version) }) ||
			slices.ContainsFunc(commit.Changes, func(change loyalty.Change) bool { return moved(change.Subject, change.Expect) })
	})
}
