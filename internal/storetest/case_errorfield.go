package storetest

import (
	"github.com/guanxi-go/guanxi/internal/fault"
)

// about wants an error of a kind that is the typed one of the domain, and returns
// it; nil where it is not.
func (c *Bench) about(what string, err, want error) *Error {
	c.t.Helper()
	c.Fails(what, err, want)
	e, ok := c.ErrorOf(err)
	if !ok {
		c.Errorf("%s: the error %v is no *%s.Error", what, err, c.Package)
		return nil
	}
	return &e
}

// Cases of what is in errors.
func errorFieldChecks() []Check {
	return []Check{{
		Name: "error/fields",
		Rules: Says("Store: Errors", "Errors answer errors.Is.",
			"The sentinels come in an *Error, which an adapter may wrap: with Subject for ErrConflict"),
		Run: func(c *Bench) {
			a, b := Subject{Kind: c.Known, ID: "a"}, thing("b")
			c.Send(Commit{Scope: "s", Key: "k", Changes: []Change{set(a, 0, Claim{Space: "phone", Key: "1"})}})
			commit := func(changes ...Change) error {
				return c.store.Commit(c.ctx, Commit{Changes: changes})
			}

			if e := c.about("a version that moved", commit(set(b, 0), set(a, 0)), fault.ErrConflict); e != nil && e.Subject != a {
				c.Errorf("a conflict about %v, want %v", e.Subject, a)
			}
			required := c.store.Commit(c.ctx, Commit{Changes: []Change{set(a, 1)}, Require: []Expect{{Subject: b, Version: 3}}})
			if e := c.about("a required version that moved", required, fault.ErrConflict); e != nil && e.Subject != b {
				c.Errorf("a conflict about %v, want %v", e.Subject, b)
			}
			if c.Claims {
				taken := commit(set(thing("c"), 0), set(b, 0, Claim{Space: "fax", Key: "1"}, Claim{Space: "phone", Key: "1"}))
				if e := c.about("a claim of what another holds", taken, fault.ErrTaken); e != nil && (e.Subject != b || e.Field != "phone" || e.Holder != a) {
					c.Errorf("taken: %v wanted a key of %q that %v holds; want %v, phone and %v", e.Subject, e.Field, e.Holder, b, a)
				}
				_, err := c.store.Holder(c.ctx, "phone", "nobody's")
				c.about("Holder", err, fault.ErrNotFound)
			}
			if e := c.about("an unknown write", commit(set(thing("c"), 0), set(b, 0, c.unknown())), fault.ErrUnsupported); e != nil && e.Subject != b {
				c.Errorf("an unsupported write of %v, want %v", e.Subject, b)
			}
			c.about("a key again", c.store.Commit(c.ctx, Commit{Scope: "s", Key: "k"}), fault.ErrDuplicate)
			c.about("an invalid commit", c.store.Commit(c.ctx, Commit{Scope: "s"}), fault.ErrInvalid)
			c.about("Records without a kind", Last(c.store.Records(c.ctx, RecordFilter{})), fault.ErrInvalid)
			c.about("Entries of everything", Last(c.store.Entries(c.ctx, EntryFilter{})), fault.ErrInvalid)
			_, err := c.store.Record(c.ctx, thing("nothing"))
			c.about("Record", err, fault.ErrNotFound)
			_, err = c.store.Receipt(c.ctx, "s", "nobody's")
			c.about("Receipt", err, fault.ErrNotFound)
			if box := c.store.Outbox(); box != nil {
				_, err = box.Pending(c.ctx, 0)
				c.about("Pending", err, fault.ErrInvalid)
			}
		},
	}}
}
