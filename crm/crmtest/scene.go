package crmtest

import (
	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// The verbs of the cases. Those that prepare return at once when the store fails;
// what follows then fails too, and says so.

// set is a change of s from a version.
func set(s crm.Subject, expect uint64, writes ...crm.Write) crm.Change {
	return crm.Change{Subject: s, Expect: expect, Writes: writes}
}

// commit sends changes without a key, and wants them applied.
func (c *scene) commit(changes ...crm.Change) {
	c.t.Helper()
	c.send(crm.Commit{Recorded: minute(0), Changes: changes})
}

// send sends a commit, and wants it applied.
func (c *scene) send(commit crm.Commit) {
	c.t.Helper()
	c.Send(neutralCommit(commit))
}

// write changes one subject from the version at which it is.
func (c *scene) write(s crm.Subject, writes ...crm.Write) {
	c.t.Helper()
	c.commit(set(s, c.head(s).Version, writes...))
}

// refuse sends a commit, and wants it refused for a reason with nothing of it
// applied to the subjects, claims and key in it. It returns the error.
func (c *scene) refuse(want error, commit crm.Commit) error {
	c.t.Helper()
	return c.Refuse(want, neutralCommit(commit))
}

// profile makes a customer exist with a profile, and with further writes in the
// same change. It returns the profile as the store is to show it.
func (c *scene) profile(id string, p party.Profile, more ...crm.Write) party.Profile {
	c.t.Helper()
	if c.f.ReadOnlyProfiles {
		p = c.seed(c.store, id, p)
	}
	c.write(person(id), append([]crm.Write{crm.PutProfile{Profile: p}}, more...)...)
	return p
}

func (c *scene) head(s crm.Subject) crm.Head {
	c.t.Helper()
	return crm.Head(c.Head(neutralSubject(s)))
}

func (c *scene) customer(id string) crm.Customer {
	c.t.Helper()
	have, err := c.store.Customer(c.ctx, id)
	if err != nil {
		c.Errorf("Customer %q: %v", id, err)
	}
	return have
}

func (c *scene) record(s crm.Subject) crm.Record {
	c.t.Helper()
	have, err := c.store.Record(c.ctx, s)
	if err != nil {
		c.Errorf("Record of %v: %v", s, err)
	}
	return have
}

// holds wants s to hold a claim; the zero subject stands for nobody.
func (c *scene) holds(space, key string, s crm.Subject) {
	c.t.Helper()
	c.Holds(space, key, neutralSubject(s))
}

func (c *scene) customers(f crm.CustomerFilter) []string {
	c.t.Helper()
	var ids []string
	for _, row := range storetest.Rows(c.Scene, c.store.Customers(c.ctx, f)) {
		ids = append(ids, row.ID)
	}
	return ids
}

func (c *scene) records(f crm.RecordFilter) []string {
	c.t.Helper()
	var ids []string
	for _, row := range storetest.Rows(c.Scene, c.store.Records(c.ctx, f)) {
		ids = append(ids, row.Subject.ID)
	}
	return ids
}

func (c *scene) entries(f crm.EntryFilter) []crm.Entry {
	c.t.Helper()
	return storetest.Rows(c.Scene, c.store.Entries(c.ctx, f))
}

func (c *scene) journal(s crm.Subject) []crm.Entry {
	c.t.Helper()
	return c.entries(crm.EntryFilter{Subject: s})
}
