package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Bench is a case at work on a domain's store, in the neutral form.
type Bench struct {
	*Scene
	*Contract
	Features
	// Opened is the store as it was opened.
	Opened Store

	t       TB
	ctx     context.Context
	store   Store // Opened, to which the cases commit
	another Store // a second store on the same data; nil without Features.Another
}

// Features is what a suite may expect of stores beyond the contract, and what they
// lack; see those of the domain.
type Features struct {
	Parallel, Short    bool
	NoOutbox, NoPruner bool
	Patience           time.Duration
	Contains           func(s Store, text string) bool
	Another, Reopen    func(s Store) Store
	Own                any // the domain's own Features
}

// Run plays every case as a subtest, each on a store of its own.
func (d *Contract) Run(t *testing.T, checks []Check, open func(t *testing.T) Store, features func(t *testing.T) Features) {
	t.Helper()
	for _, k := range checks {
		t.Run(k.Name, func(t *testing.T) {
			t.Helper()
			f := features(t)
			if f.Parallel {
				t.Parallel()
			}
			d.Play(t, k, func() Store { return open(t) }, f)
		})
	}
}

// Play plays a case; see [Play].
func (d *Contract) Play(t TB, k Check, open func() Store, f Features) {
	t.Helper()
	Play(t, d.Package, k.Rules, f.Patience, func(s *Scene) (run func(), skip string) {
		c := &Bench{Scene: s, Contract: d, Features: f, t: t, ctx: s.Context()}
		c.Use(open())
		if f.Another != nil {
			c.another = c.with(f.Another(c.Opened))
		}
		if k.Skip != nil {
			skip = k.Skip(c)
		}
		return func() { k.Run(c) }, skip
	})
}

// Use goes on with another store.
func (c *Bench) Use(s Store) { c.Opened, c.store = s, c.with(s) }

// with is a store to which the cases of all domains commit.
func (c *Bench) with(s Store) Store {
	if !c.Claims {
		return claimless{s}
	}
	return s
}

// claimless leaves claims and releases out of what is committed.
type claimless struct{ Store }

func (s claimless) Commit(ctx context.Context, c Commit) error {
	changes := slices.Clone(c.Changes)
	for i, change := range changes {
		changes[i].Writes = slices.DeleteFunc(slices.Clone(change.Writes), func(w Write) bool {
			switch w.(type) {
			case Claim, Release:
				return true
			}
			return false
		})
	}
	c.Changes = changes
	return s.Store.Commit(ctx, c)
}

// Size returns a reduced size under -short.
func (c *Bench) Size(full, short int) int {
	if c.Short {
		return short
	}
	return full
}

// The verbs of the cases. Those that prepare return at once when the store fails;
// what follows then fails too, and says so.

// set is a change of s from a version.
func set(s Subject, expect uint64, writes ...Write) Change {
	return Change{Subject: s, Expect: expect, Writes: writes}
}

// commit sends changes without a key, and wants them applied.
func (c *Bench) commit(changes ...Change) {
	c.t.Helper()
	c.Send(Commit{Recorded: minute(0), Changes: changes})
}

// Send sends a commit, and wants it applied.
func (c *Bench) Send(commit Commit) {
	c.t.Helper()
	if err := c.store.Commit(c.ctx, commit); err != nil {
		c.Errorf("Commit: %v, want it applied", err)
	}
}

// write changes one subject from the version at which it is.
func (c *Bench) write(s Subject, writes ...Write) {
	c.t.Helper()
	c.commit(set(s, c.Head(s).Version, writes...))
}

// Refuse sends a commit, and wants it refused for a reason with nothing of it
// applied to the subjects and key in it. It returns the error.
func (c *Bench) Refuse(want error, commit Commit) error {
	c.t.Helper()
	before := c.Picture(commit)
	err := c.store.Commit(c.ctx, commit)
	if !errors.Is(err, want) {
		c.Errorf("Commit: %v, want %v", err, want)
	}
	if err == nil {
		return nil
	}
	if after := c.Picture(commit); after != before {
		c.Errorf("a refused commit changed something: %s", Differ(after, before))
	}
	return err
}

// Many commits one change of n new subjects each, as few commits as are allowed.
func (c *Bench) Many(n int, of func(i int) Change) {
	c.t.Helper()
	for from := 0; from < n && !c.Failed(); from += MaxChanges {
		var changes []Change
		for i := from; i < min(n, from+MaxChanges); i++ {
			changes = append(changes, of(i))
		}
		c.commit(changes...)
	}
}

func (c *Bench) Head(s Subject) Head {
	c.t.Helper()
	head, err := c.store.Head(c.ctx, s)
	if err != nil {
		c.Errorf("Head of %v: %v", s, err)
	}
	return head
}

func (c *Bench) record(s Subject) Record {
	c.t.Helper()
	have, err := c.store.Record(c.ctx, s)
	if err != nil {
		c.Errorf("Record of %v: %v", s, err)
	}
	return have
}

// holder is who holds a claim, or nobody, the zero subject.
func (c *Bench) holder(space, key string) Subject {
	if !c.Claims {
		return Subject{}
	}
	have, _ := c.store.Holder(c.ctx, space, key)
	return have
}

// Holds wants s to hold a claim; the zero subject stands for nobody.
func (c *Bench) Holds(space, key string, s Subject) {
	c.t.Helper()
	if !c.Claims {
		return
	}
	have, err := c.store.Holder(c.ctx, space, key)
	switch {
	case s == (Subject{}) && !errors.Is(err, fault.ErrNotFound):
		c.Errorf("Holder in %s: %v, %v, want ErrNotFound", space, have, err)
	case s != (Subject{}) && (err != nil || have != s):
		c.Errorf("Holder in %s: %v, %v, want %v", space, have, err, s)
	}
}

func (c *Bench) records(f RecordFilter) []string {
	c.t.Helper()
	var ids []string
	for _, row := range Rows(c.Scene, c.store.Records(c.ctx, f)) {
		ids = append(ids, row.Subject.ID)
	}
	return ids
}

func (c *Bench) entries(f EntryFilter) []Entry {
	c.t.Helper()
	return Rows(c.Scene, c.store.Entries(c.ctx, f))
}

func (c *Bench) journal(s Subject) []Entry {
	c.t.Helper()
	return c.entries(EntryFilter{Subject: s})
}

// Picture is everything that can be read of the subjects, claims and key
// of a commit, and of the outbox.
func (c *Bench) Picture(of Commit) string {
	c.t.Helper()
	type look struct {
		Head    Head
		Record  any
		Entries []Entry
		Rest    any
	}
	var seen []any
	subjects := map[Subject]bool{}
	view := func(s Subject) {
		if subjects[s] || !limit.Text(s.ID, 1, MaxID) {
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
		if l.Rest = c.store.Look(c.ctx, s); l.Rest == nil {
			l.Entries = c.journal(s)
		}
		seen = append(seen, l)
	}
	for _, e := range of.Require {
		view(e.Subject)
	}
	for _, change := range of.Changes {
		view(change.Subject)
		for _, w := range change.Writes {
			switch w := w.(type) {
			case Claim:
				seen = append(seen, c.holder(w.Space, w.Key))
			case Release:
				seen = append(seen, c.holder(w.Space, w.Key))
			}
		}
	}
	if have, err := c.store.Receipt(c.ctx, of.Scope, of.Key); of.Key != "" && err == nil {
		seen = append(seen, have)
	}
	if box := c.store.Outbox(); box != nil {
		if events, err := box.Pending(c.ctx, 1000); err == nil {
			seen = append(seen, events)
		}
	}
	return Dump(seen)
}
