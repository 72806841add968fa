package samplingtest

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// The verbs of the cases. Those that prepare return at once when the store fails;
// what follows then fails too, and says so.

// set is a change of s from a version.
func set(s sampling.Subject, expect uint64, writes ...sampling.Write) sampling.Change {
	return sampling.Change{Subject: s, Expect: expect, Writes: writes}
}

// commit sends changes without a key, and wants them applied.
func (c *scene) commit(changes ...sampling.Change) {
	c.t.Helper()
	c.send(sampling.Commit{Recorded: minute(0), Changes: changes})
}

// send sends a commit, and wants it applied.
func (c *scene) send(commit sampling.Commit) {
	c.t.Helper()
	if err := c.store.Commit(c.ctx, commit); err != nil {
		c.Errorf("Commit: %v, want it applied", err)
	}
}

// write changes one subject from the version at which it is.
func (c *scene) write(s sampling.Subject, writes ...sampling.Write) {
	c.t.Helper()
	c.commit(set(s, c.head(s).Version, writes...))
}

// refuse sends a commit, and wants it refused for a reason with nothing of it
// applied to the subjects and key in it. It returns the error.
func (c *scene) refuse(want error, commit sampling.Commit) error {
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
func (c *scene) many(n int, of func(i int) sampling.Change) {
	c.t.Helper()
	for from := 0; from < n && !c.Failed(); from += sampling.MaxChanges {
		var changes []sampling.Change
		for i := from; i < min(n, from+sampling.MaxChanges); i++ {
			changes = append(changes, of(i))
		}
		c.commit(changes...)
	}
}

func (c *scene) head(s sampling.Subject) sampling.Head {
	c.t.Helper()
	head, err := c.store.Head(c.ctx, s)
	if err != nil {
		c.Errorf("Head of %v: %v", s, err)
	}
	return head
}

func (c *scene) record(s sampling.Subject) sampling.Record {
	c.t.Helper()
	have, err := c.store.Record(c.ctx, s)
	if err != nil {
		c.Errorf("Record of %v: %v", s, err)
	}
	return have
}

func (c *scene) records(f sampling.RecordFilter) []string {
	c.t.Helper()
	var ids []string
	for _, row := range storetest.Rows(c.Scene, c.store.Records(c.ctx, f)) {
		ids = append(ids, row.Subject.ID)
	}
	return ids
}

func (c *scene) entries(f sampling.EntryFilter) []sampling.Entry {
	c.t.Helper()
	return storetest.Rows(c.Scene, c.store.Entries(c.ctx, f))
}

func (c *scene) journal(s sampling.Subject) []sampling.Entry {
	c.t.Helper()
	return c.entries(sampling.EntryFilter{Subject: s})
}

// picture is everything that can be read of the subjects and key of a
// commit, and of the outbox.
func (c *scene) picture(of sampling.Commit) string {
	c.t.Helper()
	type look struct {
		Head    sampling.Head
		Record  any
		Entries []sampling.Entry
	}
	var seen []any
	subjects := map[sampling.Subject]bool{}
	view := func(s sampling.Subject) {
		if subjects[s] || !sampling.ValidID(s.ID) {
			return
		}
		subjects[s] = true
		head, err := c.store.Head(c.ctx, s)
		if err != nil {
			return // an invalid subject, which has nothing to show
		}
		l := look{Head: head}
		if have, err := c.store.Record(c.ctx, s); err == nil {
			l.Record = have
		}
		l.Entries = c.journal(s)
		seen = append(seen, l)
	}
	for _, e := range of.Require {
		view(e.Subject)
	}
	for _, change := range of.Changes {
		view(change.Subject)
	}
	if have, err := c.store.Receipt(c.ctx, of.Scope, of.Key); of.Key != "" && err == nil {
		seen = append(seen, have)
	}
	if box, ok := c.store.(sampling.Outbox); ok {
		if events, err := box.Pending(c.ctx, 1000); err == nil {
			seen = append(seen, events)
		}
	}
	return storetest.Dump(seen)
}
