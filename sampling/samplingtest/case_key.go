package samplingtest

import (
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of the key under which a commit happens once.
func keyChecks() []check {
	first := sampling.Commit{
		Scope: "scope", Key: "key", Fingerprint: [32]byte{1, 31: 255}, Receipt: []byte("first\x00\xff"), Recorded: minute(1),
		Changes: []sampling.Change{set(thing("a"), 0, put(`1`))},
	}
	return []check{
		{
			name: "key/happens-once",
			rules: slices.Concat(storetest.Says("Store: Commit",
				"who sends it again with the same key learns which, and nothing happens twice.",
				"Any other error is the system's, or ctx.Err()."),
				storetest.Says("Commit.Scope", "Scope and Key name the command, so that it happens once however often it is sent"),
				storetest.Says("Store: Vocabulary", "and perhaps a key, under which it happens once.")),
			run: func(c *scene) {
				c.send(first)
				for range 3 {
					c.refuse(sampling.ErrDuplicate, first)
				}
				again := first
				again.Changes = []sampling.Change{set(thing("a"), 1, line(1)), set(thing("b"), 0)}
				c.refuse(sampling.ErrDuplicate, again)
			},
		},
		{
			name: "key/receipt",
			rules: slices.Concat(storetest.Says("Store: Commit", "Receipt returns what that one left."),
				storetest.Says("ReceiptReader.Receipt", "Receipt returns what the commit with this key left, or ErrNotFound."),
				storetest.Says("Commit.Fingerprint", "Fingerprint is of the command behind the key: the same key with another fingerprint is a mistake of the caller, which the service finds."),
				storetest.Says("Commit.Receipt", "Receipt is what a repeat of the key gets back:")),
			run: func(c *scene) {
				c.send(first)
				want := sampling.Receipt{Fingerprint: first.Fingerprint, Data: first.Receipt, Recorded: first.Recorded}
				have, err := c.store.Receipt(c.ctx, "scope", "key")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have, want)

				other := first
				other.Fingerprint, other.Receipt, other.Recorded = [32]byte{9}, []byte("later"), minute(9)
				c.refuse(sampling.ErrDuplicate, other)
				have, err = c.store.Receipt(c.ctx, "scope", "key")
				c.Fails("Receipt after another", err, nil)
				c.Same("receipt after another fingerprint was refused", have, want)

				c.send(sampling.Commit{Scope: "scope", Key: "bare"})
				have, err = c.store.Receipt(c.ctx, "scope", "bare")
				c.Fails("Receipt of nothing", err, nil)
				c.Same("receipt of nothing", have, sampling.Receipt{})
			},
		},
		{
			name: "key/of-its-scope",
			rules: storetest.Says("Store: Commit",
				"ErrDuplicate: the commit has a key, and a commit with the same scope and key was applied before."),
			run: func(c *scene) {
				names := [][2]string{{"a", "b"}, {"a", "B"}, {"A", "b"}, {"ab", "c"}, {"a", "bc"}, {"a:", "b"}, {"a", ":b"}, {"b", "a"},
					{"a ", "b"}, {"a", "b "}, {"é", "é"}, {"e\u0301", "e\u0301"}, {strings.Repeat("x", sampling.MaxID), strings.Repeat("x", sampling.MaxID)}}
				for i, n := range names {
					c.send(sampling.Commit{Scope: n[0], Key: n[1], Receipt: []byte{byte(i)}, Changes: []sampling.Change{set(thing("a"), uint64(i))}})
				}
				for i, n := range names {
					have, err := c.store.Receipt(c.ctx, n[0], n[1])
					c.Fails("Receipt", err, nil)
					c.Same("receipt", have.Data, []byte{byte(i)})
				}
			},
		},
		{
			name:  "key/none",
			rules: storetest.Says("Commit.Scope", "Both are empty, and nothing is remembered, or neither is."),
			run: func(c *scene) {
				for n := range uint64(3) {
					c.send(sampling.Commit{Receipt: []byte("kept nowhere"), Changes: []sampling.Change{set(thing("a"), n)}})
				}
				_, err := c.store.Receipt(c.ctx, "", "")
				if err == nil {
					c.Errorf("Receipt of no key: nil, want an error")
				}
				c.refuse(sampling.ErrInvalid, sampling.Commit{Scope: "s"})
				c.refuse(sampling.ErrInvalid, sampling.Commit{Key: "k"})
			},
		},
		{
			name: "key/not-of-a-refused-commit",
			rules: storetest.Says("Store: Commit",
				"Commit applies all of a commit or nothing."),
			run: func(c *scene) {
				c.refuse(sampling.ErrConflict, sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(thing("a"), 4)}})
				c.refuse(sampling.ErrInvalid, sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(thing("a"), 0, put(`{`))}})
				c.send(sampling.Commit{Scope: "s", Key: "k", Changes: []sampling.Change{set(thing("a"), 0)}})
			},
		},
		{
			name:  "key/recorded-instants",
			rules: storetest.Says("Commit.Recorded", "Recorded is the instant of the decision."),
			run: func(c *scene) {
				for i, at := range append(storetest.HardInstants(), time.Time{}) {
					key := string(rune('a' + i))
					c.send(sampling.Commit{Scope: "s", Key: key, Recorded: at})
					have, err := c.store.Receipt(c.ctx, "s", key)
					c.Fails("Receipt", err, nil)
					c.Same("recorded", have.Recorded, at)
				}
			},
		},
	}
}
