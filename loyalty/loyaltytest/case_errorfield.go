package loyaltytest

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// about wants an error of a kind that is the typed one of package loyalty, and returns
// it; nil where it is not.
func (c *scene) about(what string, err, want error) *loyalty.Error {
	c.t.Helper()
	c.Fails(what, err, want)
	var e *loyalty.Error
	if !errors.As(err, &e) {
		c.Errorf("%s: the error %v is no *loyalty.Error", what, err)
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
			a, b := account("a"), thing("b")
			c.send(loyalty.Commit{Scope: "s", Key: "k", Changes: []loyalty.Change{set(a, 0, loyalty.Claim{Space: "phone", Key: "1"})}})
			commit := func(changes ...loyalty.Change) error { return c.store.Commit(c.ctx, loyalty.Commit{Changes: changes}) }

			if e := c.about("a version that moved", commit(set(b, 0), set(a, 0)), loyalty.ErrConflict); e != nil && e.Subject != a {
				c.Errorf("a conflict about %v, want %v", e.Subject, a)
			}
			required := c.store.Commit(c.ctx, loyalty.Commit{Changes: []loyalty.Change{set(a, 1)}, Require: []loyalty.Expect{{Subject: b, Version: 3}}})
			if e := c.about("a required version that moved", required, loyalty.ErrConflict); e != nil && e.Subject != b {
				c.Errorf("a conflict about %v, want %v", e.Subject, b)
			}
			taken := commit(set(thing("c"), 0), set(b, 0, loyalty.Claim{Space: "fax", Key: "1"}, loyalty.Claim{Space: "phone", Key: "1"}))
			if e := c.about("a claim of what another holds", taken, loyalty.ErrTaken); e != nil && (e.Subject != b || e.Field != "phone" || e.Holder != a) {
				c.Errorf("taken: %v wanted a key of %q that %v holds; want %v, phone and %v", e.Subject, e.Field, e.Holder, b, a)
			}
			if e := c.about("an unknown write", commit(set(thing("c"), 0), set(b, 0, unknown{})), loyalty.ErrUnsupported); e != nil && e.Subject != b {
				c.Errorf("an unsupported write of %v, want %v", e.Subject, b)
			}
			c.send(loyalty.Commit{Changes: []loyalty.Change{set(account("p"), 0, earns(of("m"), 0, 2))}})
			for _, w := range []loyalty.PutAccount{earns(of("m"), 1, 3), earns(of("m"), 3, 4)} {
				if e := c.about("entries that do not follow", commit(set(account("p"), 1, w)), loyalty.ErrConflict); e != nil && e.Subject != account("p") {
					c.Errorf("a conflict about %v, want %v", e.Subject, account("p"))
				}
			}
			c.about("a key again", c.store.Commit(c.ctx, loyalty.Commit{Scope: "s", Key: "k"}), loyalty.ErrDuplicate)
			c.about("an invalid commit", c.store.Commit(c.ctx, loyalty.Commit{Scope: "s"}), loyalty.ErrInvalid)
			c.about("Records without a kind", storetest.Last(c.store.Records(c.ctx, loyalty.RecordFilter{})), loyalty.ErrInvalid)
			c.about("Entries of everything", storetest.Last(c.store.Entries(c.ctx, loyalty.EntryFilter{})), loyalty.ErrInvalid)
			_, err := c.store.Account(c.ctx, "nobody")
			c.about("Account", err, loyalty.ErrNotFound)
			_, err = c.store.Record(c.ctx, thing("nothing"))
			c.about("Record", err, loyalty.ErrNotFound)
			_, err = c.store.Holder(c.ctx, "phone", "nobody's")
			c.about("Holder", err, loyalty.ErrNotFound)
			_, err = c.store.Receipt(c.ctx, "s", "nobody's")
			c.about("Receipt", err, loyalty.ErrNotFound)
			if box, ok := c.store.(loyalty.Outbox); ok {
				_, err = box.Pending(c.ctx, 0)
				c.about("Pending", err, loyalty.ErrInvalid)
			}
		},
	}}
}
