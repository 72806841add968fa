package samplingtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of what is answered where there is nothing, and of the words of errors.
func errorChecks() []check {
	return []check{
		{
			name: "error/nothing-there",
			rules: slices.Concat(storetest.Says("Store: Errors",
				"Record and Receipt return ErrNotFound where there is nothing; Head returns the zero Head for a subject that was never written, and no error; a listing without rows yields nothing, and no error.",
				"Errors answer errors.Is.")),
			run: func(c *scene) {
				nothing := func(when string) {
					c.t.Helper()
					_, err := c.store.Record(c.ctx, thing("p"))
					c.Fails("Record "+when, err, sampling.ErrNotFound)
					_, err = c.store.Receipt(c.ctx, "s", "p")
					c.Fails("Receipt "+when, err, sampling.ErrNotFound)
					c.Same("head "+when, c.head(thing("p")), sampling.Head{})
					c.Same("records "+when, c.records(sampling.RecordFilter{Kind: kindThing}), []string(nil))
					c.Same("entries "+when, c.journal(thing("p")), []sampling.Entry(nil))
				}
				nothing("in an empty store")
				other := sampling.Subject{Kind: "other", ID: "p"}
				c.send(sampling.Commit{Scope: "s", Key: "other", Changes: []sampling.Change{set(other, 0, put(`1`), line(1))}})
				nothing("beside others")
			},
		},
		{
			name: "error/argument-breaks-a-limit",
			rules: storetest.Says("Store: Errors",
				"A method whose argument breaks a limit returns ErrInvalid or finds nothing."),
			run: func(c *scene) {
				for _, id := range storetest.BrokenIDs() {
					none := func(what string, err error) {
						c.t.Helper()
						if !errors.Is(err, sampling.ErrInvalid) && !errors.Is(err, sampling.ErrNotFound) {
							c.Errorf("%s of %+q: %v, want ErrInvalid or ErrNotFound", what, storetest.Brief(id), err)
						}
					}
					_, err := c.store.Record(c.ctx, thing(id))
					none("Record", err)
					_, err = c.store.Receipt(c.ctx, "s", id)
					none("Receipt", err)
					if head, err := c.store.Head(c.ctx, thing(id)); err != nil && !errors.Is(err, sampling.ErrInvalid) || head != (sampling.Head{}) {
						c.Errorf("Head of %+q: %v, %v", storetest.Brief(id), head, err)
					}
					if id == "" {
						continue // an empty field of a filter does not narrow
					}
					empty := func(what string, n int, err error) {
						c.t.Helper()
						if n > 0 || err != nil && !errors.Is(err, sampling.ErrInvalid) {
							c.Errorf("%s of %+q: %d rows, %v", what, storetest.Brief(id), n, err)
						}
					}
					records, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing, Cycle: id}))
					empty("Records", len(records), err)
					entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, sampling.EntryFilter{Person: id}))
					empty("Entries", len(entries), err)
				}
				for _, half := range []sampling.Subject{{Kind: kindThing}, {ID: "a"}} {
					c.write(thing("a"), line(1))
					entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, sampling.EntryFilter{Subject: half}))
					if len(entries) > 0 || err != nil && !errors.Is(err, sampling.ErrInvalid) {
						c.Errorf("Entries of half a subject: %d rows, %v", len(entries), err)
					}
				}
			},
		},
		{
			name: "error/no-personal-data",
			rules: storetest.Says("Store: Errors",
				"No error holds the reason of an entry, and those of Receipt do not repeat the key."),
			run: func(c *scene) {
				const secret = "13912345678"
				quiet := func(err error) {
					c.t.Helper()
					if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
						c.Errorf("want an error without the secret in it, got %v", err)
					}
				}
				c.commit(set(thing("b"), 0))
				e := fullEntry(1)
				e.Reason = secret
				say := func(writes ...sampling.Write) error {
					return c.store.Commit(c.ctx, sampling.Commit{Changes: []sampling.Change{set(thing("b"), 0, writes...)}})
				}
				quiet(say())
				quiet(say(sampling.Append{Entry: e}))
				e.Data = []byte(secret + `,`)
				quiet(say(sampling.Append{Entry: e}))
				quiet(say(put(`{"` + secret)))
				quiet(say(unknown{put(secret)}))
				for _, key := range []string{secret + "0", secret + "\x00", strings.Repeat(secret, 100)} {
					_, err := c.store.Receipt(c.ctx, "s", key)
					quiet(err)
				}
			},
		},
	}
}
