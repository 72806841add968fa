package samplingtest

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// about wants an error of a kind that is the typed one of package sampling, and returns
// it; nil where it is not.
func (c *scene) about(what string, err, want error) *sampling.Error {
	c.t.Helper()
	c.Fails(what, err, want)
	var e *sampling.Error
	if !errors.As(err, &e) {
		c.Errorf("%s: the error %v is no *sampling.Error", what, err)
		return nil
	}
	return e
}

// Cases of what is in errors.
func errorFieldChecks() []check {
	return []check{{
		name: "error/fields",
		rules: storetest.Says("Store: Errors", "Errors answer errors.Is.",
			"The sentinels come in an *Error, which an adapter may wrap: with Subject for ErrConflict and ErrUnsupported."),
		run: func(c *scene) {
			a, b := thing("a"), thing("b")
			c.send(sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(a, 0)}})
			commit := func(changes ...sampling.Change) error {
				return c.store.Commit(c.ctx, sampling.Commit{Changes: changes})
			}

			if e := c.about("a version that moved", commit(set(b, 0), set(a, 0)), sampling.ErrConflict); e != nil && e.Subject != a {
				c.Errorf("a conflict about %v, want %v", e.Subject, a)
			}
			required := c.store.Commit(c.ctx, sampling.Commit{Changes: []sampling.Change{set(a, 1)}, Require: []sampling.Expect{{Subject: b, Version: 3}}})
			if e := c.about("a required version that moved", required, sampling.ErrConflict); e != nil && e.Subject != b {
				c.Errorf("a conflict about %v, want %v", e.Subject, b)
			}
			if e := c.about("an unknown write", commit(set(thing("c"), 0), set(b, 0, unknown{})), sampling.ErrUnsupported); e != nil && e.Subject != b {
				c.Errorf("an unsupported write of %v, want %v", e.Subject, b)
			}
			c.about("a key again", c.store.Commit(c.ctx, sampling.Commit{Scope: "s", Key: "k"}), sampling.ErrDuplicate)
			c.about("an invalid commit", c.store.Commit(c.ctx, sampling.Commit{Scope: "s"}), sampling.ErrInvalid)
			c.about("Records without a kind", storetest.Last(c.store.Records(c.ctx, sampling.RecordFilter{})), sampling.ErrInvalid)
			c.about("Entries of everything", storetest.Last(c.store.Entries(c.ctx, sampling.EntryFilter{})), sampling.ErrInvalid)
			_, err := c.store.Record(c.ctx, thing("nothing"))
			c.about("Record", err, sampling.ErrNotFound)
			_, err = c.store.Receipt(c.ctx, "s", "nobody's")
			c.about("Receipt", err, sampling.ErrNotFound)
			if box, ok := c.store.(sampling.Outbox); ok {
				_, err = box.Pending(c.ctx, 0)
				c.about("Pending", err, sampling.ErrInvalid)
			}
		},
	}}
}
