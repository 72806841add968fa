package loyaltytest

import (
	"errors"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of claims: keys that one subject alone holds.
func claimChecks() []check {
	phone := func(key string) loyalty.Claim { return loyalty.Claim{Space: "phone", Key: key} }
	free := func(key string) loyalty.Release { return loyalty.Release{Space: "phone", Key: key} }
	return []check{
		{
			name: "claim/one-holder",
			rules: slices.Concat(storetest.Says("Store: Vocabulary", "claims: keys, unique within a space, that the subject alone holds."),
				storetest.Says("Store: Commit", "The *Error names the holder.", "ErrTaken: a claim is held by another subject after all releases of the commit, of whichever change, were made."),
				storetest.Says("Claim", "Claim makes the subject the only holder of a key in a space: of a voucher's id, a card, a device."),
				storetest.Says("ClaimReader.Holder", "Holder returns the subject that holds the key, or ErrNotFound.")),
			run: func(c *scene) {
				a, b := account("a"), thing("a")
				c.commit(set(a, 0, phone("1")))
				c.holds("phone", "1", a)
				err := c.refuse(loyalty.ErrTaken, loyalty.Commit{Changes: []loyalty.Change{set(b, 0, phone("1"))}})
				var e *loyalty.Error
				if !errors.As(err, &e) || e.Holder != a {
					c.Errorf("the error %v does not name the holder %v", err, a)
				}
				c.holds("phone", "1", a)
			},
		},
		{
			name:  "claim/of-its-space",
			rules: storetest.Says("Store: Vocabulary", "claims: keys, unique within a space, that the subject alone holds."),
			run: func(c *scene) {
				c.commit(set(thing("a"), 0, loyalty.Claim{Space: "phone", Key: "1"}, loyalty.Claim{Space: "fax", Key: "1"}, loyalty.Claim{Space: "fax", Key: "2"}),
					set(thing("b"), 0, loyalty.Claim{Space: "phone", Key: "2"}, loyalty.Claim{Space: "phone.1", Key: "1"}))
				c.holds("fax", "2", thing("a"))
				c.holds("phone", "2", thing("b"))
				c.holds("phone.1", "1", thing("b"))
				c.holds("phone", "3", loyalty.Subject{})
			},
		},
		{
			name:  "claim/again-changes-nothing",
			rules: storetest.Says("Claim", "Claiming what the subject holds already changes nothing."),
			run: func(c *scene) {
				c.commit(set(thing("a"), 0, phone("1")))
				c.commit(set(thing("a"), 1, phone("1")))
				c.holds("phone", "1", thing("a"))
			},
		},
		{
			name: "claim/release",
			rules: storetest.Says("Release", "Release gives a claim back.",
				"Releasing what the subject does not hold changes nothing."),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				c.commit(set(a, 0, phone("1")))
				c.commit(set(b, 0, free("1"), free("nobody's")))
				c.holds("phone", "1", a)
				c.commit(set(a, 1, free("1")))
				c.holds("phone", "1", loyalty.Subject{})
				c.commit(set(b, 1, phone("1")))
				c.holds("phone", "1", b)
			},
		},
		{
			name:  "claim/release-of-another-does-not-free",
			rules: storetest.Says("Release", "Releasing what the subject does not hold changes nothing."),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				c.commit(set(a, 0, phone("1")))
				c.refuse(loyalty.ErrTaken, loyalty.Commit{Changes: []loyalty.Change{set(b, 0, free("1"), phone("1"))}})
				c.refuse(loyalty.ErrTaken, loyalty.Commit{Changes: []loyalty.Change{set(b, 0, free("1")), set(thing("c"), 0, phone("1"))}})
				c.holds("phone", "1", a)
			},
		},
		{
			name: "claim/swap",
			rules: storetest.Says("Store: Commit",
				"after all releases of the commit, of whichever change, were made."),
			run: func(c *scene) {
				a, b := account("a"), account("b")
				c.commit(set(a, 0, phone("1")), set(b, 0, phone("2")))
				c.commit(set(a, 1, phone("2"), free("1")), set(b, 1, phone("1"), free("2")))
				c.holds("phone", "1", b)
				c.holds("phone", "2", a)
				c.refuse(loyalty.ErrTaken, loyalty.Commit{Changes: []loyalty.Change{set(a, 2, phone("1"), free("2")), set(b, 2, free("2"))}})
			},
		},
		{
			name:  "claim/releases-come-first",
			rules: storetest.Says("Store: Commit", "after all releases of the commit, of whichever change, were made."),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				c.commit(set(a, 0, phone("1"), phone("2")))
				c.commit(set(b, 0, phone("1")), set(a, 1, free("1")))
				c.holds("phone", "1", b)
				c.commit(set(a, 2, phone("2"), free("2"))) // also within one change
				c.holds("phone", "2", a)
				// Whoever else gives back what he does not hold, the holder's release counts.
				c.commit(set(a, 3, free("2")), set(b, 1, free("2")), set(thing("c"), 0, phone("2")))
				c.holds("phone", "2", thing("c"))
			},
		},
		{
			name:  "claim/releases-come-first-within-a-change",
			rules: storetest.Says("Store: Commit", "only releases come before claims, wherever they stand."),
			run: func(c *scene) {
				a := thing("a")
				for n, writes := range [][]loyalty.Write{
					{phone("1"), free("1")}, // where nobody held it
					{phone("1"), free("1")}, // where the subject itself did
					{free("1"), phone("1")},
					{line(1), phone("2"), put(`1`), free("1"), free("2")},
				} {
					c.commit(set(a, uint64(n), writes...))
					if key := []string{"1", "1", "1", "2"}[n]; !c.Failed() {
						c.holds("phone", key, a)
					}
				}
				c.holds("phone", "1", loyalty.Subject{})
				// Two give it back, in either order, and only one of them held it.
				for n, holder := range []string{"x", "y", "z"} {
					key := "3" + holder
					c.write(thing(holder), phone(key))
					changes := []loyalty.Change{set(thing("claims "+key), 0, phone(key)), set(thing(holder), 1, free(key)), set(thing("not "+key), 0, free(key))}
					changes[n], changes[2] = changes[2], changes[n]
					c.commit(changes...)
					c.holds("phone", key, thing("claims "+key))
				}
			},
		},
		{
			name: "claim/keys-are-bytes",
			rules: storetest.Says("Store: Limits",
				"Ids, references and the keys of claims are UTF-8 without NUL, of 1 to MaxID bytes, case-sensitive, and compared as bytes:"),
			run: func(c *scene) {
				for i, key := range storetest.HardIDs() {
					c.commit(set(thing("holder"), uint64(i), phone(key)))
					c.holds("phone", key, thing("holder"))
				}
				c.holds("phone", strings.Repeat("y", loyalty.MaxID), loyalty.Subject{})
				for i, key := range storetest.HardIDs() {
					c.commit(set(thing("holder"), uint64(i+len(storetest.HardIDs())), free(key)))
					c.holds("phone", key, loyalty.Subject{})
				}
			},
		},
		{
			name:  "claim/other-keys-are-others",
			rules: storetest.Says("Store: Limits", "\"a\" is not \"A\", \"é\" as one rune is not \"é\" as two, and trailing spaces count."),
			run: func(c *scene) {
				for i, key := range storetest.Lookalikes() {
					c.commit(set(thing(string(rune('a'+i))), 0, phone(key)))
				}
				for i, key := range storetest.Lookalikes() {
					c.holds("phone", key, thing(string(rune('a'+i))))
				}
			},
		},
	}
}
