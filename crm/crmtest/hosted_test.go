package crmtest_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/party"
)

// hosted is a store whose profiles are a table of the host, which it only reads.
type hosted struct {
	crm.Memory
	mu    sync.Mutex
	table map[string]party.Profile

	// Faults, each one that a mutant has.
	hasty     bool            // refuses a profile before anything else
	picky     bool            // a profile that is Equal is another
	committed bool            // who was never committed is nobody
	forgetful bool            // what was kept goes with the row
	following bool            // claims go when the row changes
	stale     bool            // shows the profile that was committed
	changed   map[string]bool // rows that were written again
}

func (h *hosted) equal(p, q party.Profile) bool {
	if h.picky {
		return reflect.DeepEqual(p, q)
	}
	return p.Equal(q)
}

func (h *hosted) seed(id string, p party.Profile) party.Profile {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, there := h.table[id]; there {
		h.changed[id] = true
	}
	h.table[id] = party.Profile{Type: p.Type, Name: p.Name, Tags: slices.Clone(p.Tags)} // its columns
	return h.table[id]
}

func (h *hosted) remove(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.table, id)
}

func (h *hosted) Head(ctx context.Context, s crm.Subject) (crm.Head, error) {
	if _, ok := h.profile(s.ID); h.forgetful && s.Kind == crm.KindCustomer && !ok {
		return crm.Head{}, ctx.Err()
	}
	return h.Memory.Head(ctx, s)
}

func (h *hosted) Holder(ctx context.Context, space, key string) (crm.Subject, error) {
	s, err := h.Memory.Holder(ctx, space, key)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.following && h.changed[s.ID] {
		return crm.Subject{}, &crm.Error{Err: crm.ErrNotFound}
	}
	return s, err
}

func (h *hosted) profile(id string) (party.Profile, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.table[id]
	return p.Clone(), ok
}

func (h *hosted) Commit(ctx context.Context, c crm.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	var refused error
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if w, ok := w.(crm.PutProfile); ok && refused == nil {
				if p, ok := h.profile(change.Subject.ID); !ok || !h.equal(p, w.Profile) {
					refused = &crm.Error{Subject: change.Subject, Field: "profile", Reason: "is the host's", Err: crm.ErrUnsupported}
				}
			}
		}
	}
	if refused != nil {
		if h.hasty {
			return refused
		}
		return h.instead(ctx, c, refused)
	}
	c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
	for i := range c.Changes { // so that Memory shows the standing
		change := &c.Changes[i]
		if p, ok := h.profile(change.Subject.ID); ok && change.Subject.Kind == crm.KindCustomer {
			change.Writes = append(change.Writes, crm.PutProfile{Profile: p})
		}
	}
	return h.Memory.Commit(ctx, c)
}

// instead returns what Memory has against a commit, and refused where it has
// nothing: a claim that nobody can make keeps the commit from being applied.
func (h *hosted) instead(ctx context.Context, c crm.Commit, refused error) error {
	never := crm.Claim{Space: "hosted", Key: "never"}
	holder, wanting := crm.Subject{Kind: "hosted", ID: "holder"}, crm.Subject{Kind: "hosted", ID: "wanting"}
	_ = h.Memory.Commit(ctx, crm.Commit{Changes: []crm.Change{{Subject: holder, Writes: []crm.Write{never}}}})
	c.Changes = append(slices.Clone(c.Changes), crm.Change{Subject: wanting, Writes: []crm.Write{never}})
	err := h.Memory.Commit(ctx, c)
	var e *crm.Error
	if errors.As(err, &e) && e.Subject == wanting {
		return refused
	}
	return err
}

func (h *hosted) Customer(ctx context.Context, id string) (crm.Customer, error) {
	c, err := h.Memory.Customer(ctx, id)
	if h.stale && err == nil || err != nil && !errors.Is(err, crm.ErrNotFound) {
		return c, err
	}
	p, ok := h.profile(id)
	if !ok || h.committed && err != nil {
		return crm.Customer{}, &crm.Error{Subject: crm.Subject{Kind: crm.KindCustomer, ID: id}, Err: crm.ErrNotFound}
	}
	c.ID, c.Profile = id, p
	if err != nil {
		c.Head, err = h.Head(ctx, crm.Subject{Kind: crm.KindCustomer, ID: id})
	}
	return c, err
}

func (h *hosted) Customers(ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	return func(yield func(crm.Customer, error) bool) {
		h.mu.Lock()
		ids := slices.Sorted(maps.Keys(h.table))
		h.mu.Unlock()
		if err := ctx.Err(); err != nil {
			yield(crm.Customer{}, err)
			return
		}
		n := 0
		for _, id := range ids {
			c, err := h.Customer(ctx, id)
			if errors.Is(err, crm.ErrNotFound) {
				continue
			}
			if err != nil {
				yield(crm.Customer{}, err)
				return
			}
			if !f.Match(c) {
				continue
			}
			if !yield(c, nil) {
				return
			}
			if n++; n == f.Limit {
				return
			}
		}
	}
}

func hostFeatures() crmtest.Features {
	return crmtest.Features{
		Parallel: true, ReadOnlyProfiles: true,
		SeedProfile: func(_ *testing.T, s crm.Store, id string, p party.Profile) party.Profile {
			return s.(*hosted).seed(id, p)
		},
		RemoveProfile: func(_ *testing.T, s crm.Store, id string) { s.(*hosted).remove(id) },
		Another:       func(_ *testing.T, s crm.Store) crm.Store { return s },
	}
}

func newHosted() *hosted {
	return &hosted{table: map[string]party.Profile{}, changed: map[string]bool{}}
}

func TestHostsOwnTable(t *testing.T) {
	open := func(*testing.T) crm.Store { return newHosted() }
	t.Run("store", func(t *testing.T) { crmtest.TestStore(t, open, hostFeatures()) })
	t.Run("concurrency", func(t *testing.T) { crmtest.TestConcurrency(t, open, hostFeatures()) })
}

// hostMutants are bent where the host's table comes in.
func hostMutants() []mutant {
	bend := func(fault, killedBy string, do func(h *hosted)) mutant {
		return mutant{fault, killedBy, func() crm.Store {
			h := newHosted()
			do(h)
			return h
		}}
	}
	return []mutant{
		bend("a refused profile beats a duplicate", "host/refusal-comes-last", func(h *hosted) { h.hasty = true }),
		bend("compares profiles by their memory", "host/profiles-are-read-only", func(h *hosted) { h.picky = true }),
		bend("a row without a commit is nobody", "host/rows-without-a-commit", func(h *hosted) { h.committed = true }),
		bend("forgets the version with the row", "host/row-is-deleted", func(h *hosted) { h.forgetful = true }),
		bend("gives claims up when the row changes", "host/claims-do-not-follow", func(h *hosted) { h.following = true }),
		bend("shows the profile as it was committed", "host/edited-behind-the-back", func(h *hosted) { h.stale = true }),
	}
}
