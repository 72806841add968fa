package crmtest

import (
	"errors"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// about wants an error of a kind that is the typed one of package crm, and returns
// it; nil where it is not.
func (c *scene) about(what string, err, want error) *crm.Error {
	c.t.Helper()
	c.Fails(what, err, want)
	var e *crm.Error
	if !errors.As(err, &e) {
		c.Errorf("%s: the error %v is no *crm.Error", what, err)
		return nil
	}
	return e
}

// Cases of what is in errors.
func errorFieldChecks() []check {
	return []check{{
		name: "error/fields",
		rules: storetest.Says("Store: Errors", "Errors answer errors.Is.",
			"The sentinels come in an *Error, which an adapter may wrap: with Subject for ErrConflict; with Subject, who wanted the key, Field, its space, and Holder for ErrTaken; with Subject for ErrUnsupported."),
		run: func(c *scene) {
			a, b := person("a"), thing("b")
			c.send(crm.Commit{Scope: "s", Key: "k", Changes: []crm.Change{set(a, 0, crm.Claim{Space: "phone", Key: "1"})}})
			commit := func(changes ...crm.Change) error { return c.store.Commit(c.ctx, crm.Commit{Changes: changes}) }

			if e := c.about("a version that moved", commit(set(b, 0), set(a, 0)), crm.ErrConflict); e != nil && e.Subject != a {
				c.Errorf("a conflict about %v, want %v", e.Subject, a)
			}
			required := c.store.Commit(c.ctx, crm.Commit{Changes: []crm.Change{set(a, 1)}, Require: []crm.Expect{{Subject: b, Version: 3}}})
			if e := c.about("a required version that moved", required, crm.ErrConflict); e != nil && e.Subject != b {
				c.Errorf("a conflict about %v, want %v", e.Subject, b)
			}
			taken := commit(set(thing("c"), 0), set(b, 0, crm.Claim{Space: "fax", Key: "1"}, crm.Claim{Space: "phone", Key: "1"}))
			if e := c.about("a claim of what another holds", taken, crm.ErrTaken); e != nil && (e.Subject != b || e.Field != "phone" || e.Holder != a) {
				c.Errorf("taken: %v wanted a key of %q that %v holds; want %v, phone and %v", e.Subject, e.Field, e.Holder, b, a)
			}
			if e := c.about("an unknown write", commit(set(thing("c"), 0), set(b, 0, unknown{})), crm.ErrUnsupported); e != nil && e.Subject != b {
				c.Errorf("an unsupported write of %v, want %v", e.Subject, b)
			}
			if c.f.ReadOnlyProfiles {
				p := c.seed(c.store, "p", sampleProfile(1))
				p.Name += " 2"
				if e := c.about("another profile", commit(set(person("p"), 0, crm.PutProfile{Profile: p})), crm.ErrUnsupported); e != nil && e.Subject != person("p") {
					c.Errorf("an unsupported profile of %v, want %v", e.Subject, person("p"))
				}
			}

			c.about("a key again", c.store.Commit(c.ctx, crm.Commit{Scope: "s", Key: "k"}), crm.ErrDuplicate)
			c.about("an invalid commit", c.store.Commit(c.ctx, crm.Commit{Scope: "s"}), crm.ErrInvalid)
			c.about("Records without a kind", storetest.Last(c.store.Records(c.ctx, crm.RecordFilter{})), crm.ErrInvalid)
			c.about("Entries of everything", storetest.Last(c.store.Entries(c.ctx, crm.EntryFilter{})), crm.ErrInvalid)
			_, err := c.store.Customer(c.ctx, "nobody")
			c.about("Customer", err, crm.ErrNotFound)
			_, err = c.store.Record(c.ctx, thing("nothing"))
			c.about("Record", err, crm.ErrNotFound)
			_, err = c.store.Holder(c.ctx, "phone", "nobody's")
			c.about("Holder", err, crm.ErrNotFound)
			_, err = c.store.Receipt(c.ctx, "s", "nobody's")
			c.about("Receipt", err, crm.ErrNotFound)
			if box, ok := c.store.(crm.Outbox); ok {
				_, err = box.Pending(c.ctx, 0)
				c.about("Pending", err, crm.ErrInvalid)
			}
		},
	}}
}
