package loyaltytest

import (
	"errors"

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
	c.Send(neutralCommit(commit))
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
	return c.Refuse(want, neutralCommit(commit))
}

// many commits one change of n new subjects each, as few commits as are allowed.
func (c *scene) many(n int, of func(i int) loyalty.Change) {
	c.t.Helper()
	c.Many(n, func(i int) storetest.Change { return neutralChange(of(i)) })
}

func (c *scene) head(s loyalty.Subject) loyalty.Head {
	c.t.Helper()
	return loyalty.Head(c.Head(neutralSubject(s)))
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
	c.Holds(space, key, neutralSubject(s))
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
// another.
func (c *scene) insist(commit loyalty.Commit) error {
	return c.Insist(neutral{c.store}, neutralCommit(commit))
}
