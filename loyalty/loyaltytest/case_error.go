package loyaltytest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of what is answered where there is nothing, and of the words of errors.
func errorChecks() []check {
	return []check{
		{
			name: "error/nothing-there",
			rules: slices.Concat(storetest.Says("Store: Errors",
				"Account, Record, Holder and Receipt return ErrNotFound where there is nothing; Head returns the zero Head for a subject that was never written, and no error; a listing without rows yields nothing, and no error.",
				"Errors answer errors.Is.")),
			run: func(c *scene) {
				nothing := func(when string) {
					c.t.Helper()
					_, err := c.store.Account(c.ctx, "p")
					c.Fails("Account "+when, err, loyalty.ErrNotFound)
					_, err = c.store.Record(c.ctx, thing("p"))
					c.Fails("Record "+when, err, loyalty.ErrNotFound)
					_, err = c.store.Holder(c.ctx, "phone", "p")
					c.Fails("Holder "+when, err, loyalty.ErrNotFound)
					_, err = c.store.Receipt(c.ctx, "s", "p")
					c.Fails("Receipt "+when, err, loyalty.ErrNotFound)
					c.Same("head "+when, c.head(thing("p")), loyalty.Head{})
					c.Same("head of an account "+when, c.head(account("p")), loyalty.Head{})
					c.Same("accounts "+when, c.accounts(loyalty.AccountFilter{After: "other"}), []string(nil))
					c.Same("accounts by id "+when, c.accounts(loyalty.AccountFilter{IDs: []string{"p"}}), []string(nil))
					c.Same("postings "+when, c.postings(loyalty.PostingFilter{Account: "p"}), []loyalty.Posting(nil))
					c.Same("records "+when, c.records(loyalty.RecordFilter{Kind: kindThing}), []string(nil))
					c.Same("entries "+when, c.journal(thing("p")), []loyalty.Entry(nil))
				}
				nothing("in an empty store")
				c.write(account("other"), earns(of("m"), 0, 1))
				other := loyalty.Subject{Kind: "other", ID: "p"}
				c.send(loyalty.Commit{Scope: "s", Key: "other", Changes: []loyalty.Change{set(other, 0, put(`1`), line(1),
					loyalty.Claim{Space: "phone", Key: "other"}, loyalty.Claim{Space: "other", Key: "p"})}})
				nothing("beside others")
			},
		},
		{
			name: "error/argument-breaks-a-limit",
			rules: storetest.Says("Store: Errors",
				"A method whose argument breaks a limit returns ErrInvalid or finds nothing."),
			run: func(c *scene) {
				c.write(account("p"), earns(of("m"), 0, 1))
				for _, id := range storetest.BrokenIDs() {
					none := func(what string, err error) {
						c.t.Helper()
						if !errors.Is(err, loyalty.ErrInvalid) && !errors.Is(err, loyalty.ErrNotFound) {
							c.Errorf("%s of %+q: %v, want ErrInvalid or ErrNotFound", what, storetest.Brief(id), err)
						}
					}
					_, err := c.store.Account(c.ctx, id)
					none("Account", err)
					_, err = c.store.Record(c.ctx, thing(id))
					none("Record", err)
					_, err = c.store.Holder(c.ctx, "phone", id)
					none("Holder", err)
					_, err = c.store.Receipt(c.ctx, "s", id)
					none("Receipt", err)
					if head, err := c.store.Head(c.ctx, thing(id)); err != nil && !errors.Is(err, loyalty.ErrInvalid) || head != (loyalty.Head{}) {
						c.Errorf("Head of %+q: %v, %v", storetest.Brief(id), head, err)
					}
					if id == "" {
						continue // an empty field of a filter does not narrow
					}
					empty := func(what string, n int, err error) {
						c.t.Helper()
						if n > 0 || err != nil && !errors.Is(err, loyalty.ErrInvalid) {
							c.Errorf("%s of %+q: %d rows, %v", what, storetest.Brief(id), n, err)
						}
					}
					accounts, err := storetest.Ended(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{Member: id}))
					empty("Accounts", len(accounts), err)
					accounts, err = storetest.Ended(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{IDs: []string{id}}))
					empty("Accounts by id", len(accounts), err)
					postings, err := storetest.Ended(c.Scene, c.store.Postings(c.ctx, loyalty.PostingFilter{Account: id}))
					empty("Postings", len(postings), err)
					records, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, loyalty.RecordFilter{Kind: kindThing, Ref: id}))
					empty("Records", len(records), err)
					entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, loyalty.EntryFilter{Member: id}))
					empty("Entries", len(entries), err)
				}
				for _, half := range []loyalty.Subject{{Kind: kindThing}, {ID: "a"}} {
					c.write(thing("a"), line(1))
					entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, loyalty.EntryFilter{Subject: half}))
					if len(entries) > 0 || err != nil && !errors.Is(err, loyalty.ErrInvalid) {
						c.Errorf("Entries of half a subject: %d rows, %v", len(entries), err)
					}
				}
			},
		},
		{
			name: "error/no-personal-data",
			rules: storetest.Says("Store: Errors",
				"No error holds a reason, and those of Holder and Receipt do not repeat the key."),
			run: func(c *scene) {
				const secret = "13912345678"
				quiet := func(err error) {
					c.t.Helper()
					if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
						c.Errorf("want an error without the secret in it, got %v", err)
					}
				}
				claim := loyalty.Claim{Space: "phone", Key: secret}
				c.commit(set(thing("a"), 0, claim))
				e := fullEntry(1)
				e.Reason = secret
				say := func(writes ...loyalty.Write) error {
					return c.store.Commit(c.ctx, loyalty.Commit{Changes: []loyalty.Change{set(thing("b"), 0, append(writes, claim)...)}})
				}
				quiet(say())
				quiet(say(loyalty.Append{Entry: e}))
				e.Data = []byte(secret + `,`)
				quiet(say(loyalty.Append{Entry: e}))
				quiet(say(put(`{"` + secret)))
				quiet(say(unknown{loyalty.Claim{Space: secret, Key: secret}}))
				for _, key := range []string{secret + "0", secret + "\x00", strings.Repeat(secret, 100)} {
					_, err := c.store.Holder(c.ctx, "phone", key)
					quiet(err)
					_, err = c.store.Receipt(c.ctx, "s", key)
					quiet(err)
				}
				quiet(c.store.Commit(c.ctx, loyalty.Commit{Changes: []loyalty.Change{set(account("p"), 3, secretly(secret, 1))}}))
			},
		},
	}
}
