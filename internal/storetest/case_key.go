package storetest

import (
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of the key under which a commit happens once.
func keyChecks() []Check {
	first := Commit{
		Scope: "scope", Key: "key", Fingerprint: [32]byte{1, 31: 255}, Receipt: []byte("first\x00\xff"), Recorded: minute(1),
		Changes: []Change{set(thing("a"), 0, put(`1`))},
	}
	return []Check{
		{
			Name: "key/happens-once",
			Rules: slices.Concat(Says("Store: Commit",
				"who sends it again with the same key learns which, and nothing happens twice.",
				"Any other error is the system's, or ctx.Err()."),
				Says("Commit.Scope", "Scope and Key name the command, so that it happens once however often it is sent"),
				Says("Store: Vocabulary", "and perhaps a key, under which it happens once.")),
			Run: func(c *Bench) {
				c.Send(first)
				for range 3 {
					c.Refuse(fault.ErrDuplicate, first)
				}
				again := first
				again.Changes = []Change{set(thing("a"), 1, line(1)), set(thing("b"), 0)}
				c.Refuse(fault.ErrDuplicate, again)
			},
		},
		{
			Name: "key/receipt",
			Rules: slices.Concat(Says("Store: Commit", "Receipt returns what that one left."),
				Says("Commit.Fingerprint", "Fingerprint is of the command behind the key: the same key with another fingerprint is a mistake of the caller, which the service finds."),
				Says("Commit.Receipt", "Receipt is what a repeat of the key gets back:")),
			Run: func(c *Bench) {
				c.Send(first)
				want := Receipt{Fingerprint: first.Fingerprint, Data: first.Receipt, Recorded: first.Recorded}
				have, err := c.store.Receipt(c.ctx, "scope", "key")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have, want)

				other := first
				other.Fingerprint, other.Receipt, other.Recorded = [32]byte{9}, []byte("later"), minute(9)
				c.Refuse(fault.ErrDuplicate, other)
				have, err = c.store.Receipt(c.ctx, "scope", "key")
				c.Fails("Receipt after another", err, nil)
				c.Same("receipt after another fingerprint was refused", have, want)

				c.Send(Commit{Scope: "scope", Key: "bare"})
				have, err = c.store.Receipt(c.ctx, "scope", "bare")
				c.Fails("Receipt of nothing", err, nil)
				c.Same("receipt of nothing", have, Receipt{})
			},
		},
		{
			Name: "key/of-its-scope",
			Rules: Says("Store: Commit",
				"ErrDuplicate: the commit has a key, and a commit with the same scope and key was applied before."),
			Run: func(c *Bench) {
				names := [][2]string{{"a", "b"}, {"a", "B"}, {"A", "b"}, {"ab", "c"}, {"a", "bc"}, {"a:", "b"}, {"a", ":b"}, {"b", "a"},
					{"a ", "b"}, {"a", "b "}, {"é", "é"}, {"e\u0301", "e\u0301"}, {strings.Repeat("x", MaxID), strings.Repeat("x", MaxID)}}
				for i, n := range names {
					c.Send(Commit{Scope: n[0], Key: n[1], Receipt: []byte{byte(i)}, Changes: []Change{set(thing("a"), uint64(i))}})
				}
				for i, n := range names {
					have, err := c.store.Receipt(c.ctx, n[0], n[1])
					c.Fails("Receipt", err, nil)
					c.Same("receipt", have.Data, []byte{byte(i)})
				}
			},
		},
		{
			Name:  "key/none",
			Rules: Says("Commit.Scope", "Both are empty, and nothing is remembered, or neither is."),
			Run: func(c *Bench) {
				for n := range uint64(3) {
					c.Send(Commit{Receipt: []byte("kept nowhere"), Changes: []Change{set(thing("a"), n)}})
				}
				_, err := c.store.Receipt(c.ctx, "", "")
				if err == nil {
					c.Errorf("Receipt of no key: nil, want an error")
				}
				c.Refuse(fault.ErrInvalid, Commit{Scope: "s"})
				c.Refuse(fault.ErrInvalid, Commit{Key: "k"})
			},
		},
		{
			Name: "key/not-of-a-refused-commit",
			Rules: Says("Store: Commit",
				"Commit applies all of a commit or nothing."),
			Run: func(c *Bench) {
				c.Refuse(fault.ErrConflict, Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 4)}})
				c.Refuse(fault.ErrInvalid, Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 0, put(`{`))}})
				if c.Claims {
					c.commit(set(thing("holder"), 0, Claim{Space: "phone", Key: "1"}))
					c.Refuse(fault.ErrTaken, Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 0, Claim{Space: "phone", Key: "1"})}})
				}
				c.Send(Commit{Scope: "s", Key: "k", Changes: []Change{set(thing("a"), 0)}})
			},
		},
		{
			Name:  "key/recorded-instants",
			Rules: Says("Commit.Recorded", "Recorded is the instant of the decision."),
			Run: func(c *Bench) {
				for i, at := range append(HardInstants(), time.Time{}) {
					key := string(rune('a' + i))
					c.Send(Commit{Scope: "s", Key: key, Recorded: at})
					have, err := c.store.Receipt(c.ctx, "s", key)
					c.Fails("Receipt", err, nil)
					c.Same("recorded", have.Recorded, at)
				}
			},
		},
	}
}
