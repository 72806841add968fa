package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Quiet wants an error that does not hold a text.
func (c *Bench) Quiet(err error, secret string) {
	c.t.Helper()
	if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
		c.Errorf("want an error without the secret in it, got %v", err)
	}
}

// Cases of what is answered where there is nothing, and of the words of errors.
func errorChecks() []Check {
	return []Check{
		{
			Name: "error/nothing-there",
			Rules: slices.Concat(Says("Store: Errors",
				"return ErrNotFound where there is nothing; Head returns the zero Head for a subject that was never written, and no error; a listing without rows yields nothing, and no error.",
				"Errors answer errors.Is.")),
			Run: func(c *Bench) {
				nothing := func(when string) {
					c.t.Helper()
					_, err := c.store.Record(c.ctx, thing("p"))
					c.Fails("Record "+when, err, fault.ErrNotFound)
					_, err = c.store.Receipt(c.ctx, "s", "p")
					c.Fails("Receipt "+when, err, fault.ErrNotFound)
					c.Holds("phone", "p", Subject{})
					c.Same("head "+when, c.Head(thing("p")), Head{})
					c.Same("records "+when, c.records(RecordFilter{Kind: KindThing}), []string(nil))
					c.Same("entries "+when, c.journal(thing("p")), []Entry(nil))
				}
				nothing("in an empty store")
				other := Subject{Kind: "other", ID: "p"}
				c.Send(Commit{Scope: "s", Key: "other", Changes: []Change{set(other, 0, put(`1`), line(1),
					Claim{Space: "phone", Key: "other"}, Claim{Space: "other", Key: "p"})}})
				nothing("beside others")
			},
		},
		{
			Name: "error/argument-breaks-a-limit",
			Rules: Says("Store: Errors",
				"A method whose argument breaks a limit returns ErrInvalid or finds nothing."),
			Run: func(c *Bench) {
				for _, id := range BrokenIDs() {
					none := func(what string, err error) {
						c.t.Helper()
						if !errors.Is(err, fault.ErrInvalid) && !errors.Is(err, fault.ErrNotFound) {
							c.Errorf("%s of %+q: %v, want ErrInvalid or ErrNotFound", what, Brief(id), err)
						}
					}
					_, err := c.store.Record(c.ctx, thing(id))
					none("Record", err)
					_, err = c.store.Receipt(c.ctx, "s", id)
					none("Receipt", err)
					if c.Claims {
						_, err = c.store.Holder(c.ctx, "phone", id)
						none("Holder", err)
					}
					if head, err := c.store.Head(c.ctx, thing(id)); err != nil && !errors.Is(err, fault.ErrInvalid) || head != (Head{}) {
						c.Errorf("Head of %+q: %v, %v", Brief(id), head, err)
					}
					if id == "" {
						continue // an empty field of a filter does not narrow
					}
					empty := func(what string, n int, err error) {
						c.t.Helper()
						if n > 0 || err != nil && !errors.Is(err, fault.ErrInvalid) {
							c.Errorf("%s of %+q: %d rows, %v", what, Brief(id), n, err)
						}
					}
					records, err := Ended(c.Scene, c.store.Records(c.ctx, RecordFilter{Kind: KindThing, Group: id}))
					empty("Records", len(records), err)
					entries, err := Ended(c.Scene, c.store.Entries(c.ctx, EntryFilter{Party: id}))
					empty("Entries", len(entries), err)
				}
				for _, half := range []Subject{{Kind: KindThing}, {ID: "a"}} {
					c.write(thing("a"), line(1))
					entries, err := Ended(c.Scene, c.store.Entries(c.ctx, EntryFilter{Subject: half}))
					if len(entries) > 0 || err != nil && !errors.Is(err, fault.ErrInvalid) {
						c.Errorf("Entries of half a subject: %d rows, %v", len(entries), err)
					}
				}
			},
		},
		{
			Name:  "error/no-personal-data",
			Rules: Says("Store: Errors", "No error holds", "Receipt do not repeat the key."),
			Run: func(c *Bench) {
				const secret = "13912345678"
				quiet := func(err error) { c.t.Helper(); c.Quiet(err, secret) }
				claim := Claim{Space: "phone", Key: secret}
				c.commit(set(thing("a"), 0, claim))
				if !c.Claims { // then the error is that of a version
					c.commit(set(thing("b"), 0))
				}
				e := c.fullEntry(1)
				e.Reason = secret
				if c.Private != nil {
					e.Rest = c.Private(secret)
				}
				say := func(writes ...Write) error {
					return c.store.Commit(c.ctx, Commit{Changes: []Change{set(thing("b"), 0, append(writes, claim)...)}})
				}
				quiet(say())
				quiet(say(Append{Entry: e}))
				e.Data = []byte(secret + `,`)
				quiet(say(Append{Entry: e}))
				quiet(say(put(`{"` + secret)))
				for _, w := range c.Unknown(secret) {
					quiet(say(w))
				}
				for _, key := range []string{secret + "0", secret + "\x00", strings.Repeat(secret, 100)} {
					_, err := c.store.Receipt(c.ctx, "s", key)
					quiet(err)
					if c.Claims {
						_, err = c.store.Holder(c.ctx, "phone", key)
						quiet(err)
					}
				}
			},
		},
	}
}
