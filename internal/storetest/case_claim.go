package storetest

import (
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of claims: keys that one subject alone holds.
func claimChecks() []Check {
	phone := func(key string) Claim { return Claim{Space: "phone", Key: key} }
	free := func(key string) Release { return Release{Space: "phone", Key: key} }
	all := []Check{
		{
			Name: "claim/one-holder",
			Rules: slices.Concat(Says("Store: Vocabulary", "claims: keys, unique within a space, that the subject alone holds."),
				Says("Store: Commit", "The *Error names the holder.", "ErrTaken: a claim is held by another subject after all releases of the commit, of whichever change, were made."),
				Says("Claim", "Claim makes the subject the only holder of a key in a space:"),
				Says("ClaimReader.Holder", "Holder returns the subject that holds the key, or ErrNotFound.")),
			Run: func(c *Bench) {
				a, b := Subject{Kind: c.Known, ID: "a"}, thing("a")
				c.commit(set(a, 0, phone("1")))
				c.Holds("phone", "1", a)
				err := c.Refuse(fault.ErrTaken, Commit{Changes: []Change{set(b, 0, phone("1"))}})
				if e, ok := c.ErrorOf(err); !ok || e.Holder != a {
					c.Errorf("the error %v does not name the holder %v", err, a)
				}
				c.Holds("phone", "1", a)
			},
		},
		{
			Name:  "claim/of-its-space",
			Rules: Says("Store: Vocabulary", "claims: keys, unique within a space, that the subject alone holds."),
			Run: func(c *Bench) {
				c.commit(set(thing("a"), 0, Claim{Space: "phone", Key: "1"}, Claim{Space: "fax", Key: "1"}, Claim{Space: "fax", Key: "2"}),
					set(thing("b"), 0, Claim{Space: "phone", Key: "2"}, Claim{Space: "phone.1", Key: "1"}))
				c.Holds("fax", "2", thing("a"))
				c.Holds("phone", "2", thing("b"))
				c.Holds("phone.1", "1", thing("b"))
				c.Holds("phone", "3", Subject{})
			},
		},
		{
			Name:  "claim/again-changes-nothing",
			Rules: Says("Claim", "Claiming what the subject holds already changes nothing."),
			Run: func(c *Bench) {
				c.commit(set(thing("a"), 0, phone("1")))
				c.commit(set(thing("a"), 1, phone("1")))
				c.Holds("phone", "1", thing("a"))
			},
		},
		{
			Name: "claim/release",
			Rules: Says("Release", "Release gives a claim back.",
				"Releasing what the subject does not hold changes nothing."),
			Run: func(c *Bench) {
				a, b := thing("a"), thing("b")
				c.commit(set(a, 0, phone("1")))
				c.commit(set(b, 0, free("1"), free("nobody's")))
				c.Holds("phone", "1", a)
				c.commit(set(a, 1, free("1")))
				c.Holds("phone", "1", Subject{})
				c.commit(set(b, 1, phone("1")))
				c.Holds("phone", "1", b)
			},
		},
		{
			Name:  "claim/release-of-another-does-not-free",
			Rules: Says("Release", "Releasing what the subject does not hold changes nothing."),
			Run: func(c *Bench) {
				a, b := thing("a"), thing("b")
				c.commit(set(a, 0, phone("1")))
				c.Refuse(fault.ErrTaken, Commit{Changes: []Change{set(b, 0, free("1"), phone("1"))}})
				c.Refuse(fault.ErrTaken, Commit{Changes: []Change{set(b, 0, free("1")), set(thing("c"), 0, phone("1"))}})
				c.Holds("phone", "1", a)
			},
		},
		{
			Name: "claim/swap",
			Rules: Says("Store: Commit",
				"after all releases of the commit, of whichever change, were made."),
			Run: func(c *Bench) {
				a, b := thing("a"), thing("b")
				c.commit(set(a, 0, phone("1")), set(b, 0, phone("2")))
				c.commit(set(a, 1, phone("2"), free("1")), set(b, 1, phone("1"), free("2")))
				c.Holds("phone", "1", b)
				c.Holds("phone", "2", a)
				c.Refuse(fault.ErrTaken, Commit{Changes: []Change{set(a, 2, phone("1"), free("2")), set(b, 2, free("2"))}})
			},
		},
		{
			Name:  "claim/releases-come-first",
			Rules: Says("Store: Commit", "after all releases of the commit, of whichever change, were made."),
			Run: func(c *Bench) {
				a, b := thing("a"), thing("b")
				c.commit(set(a, 0, phone("1"), phone("2")))
				c.commit(set(b, 0, phone("1")), set(a, 1, free("1")))
				c.Holds("phone", "1", b)
				c.commit(set(a, 2, phone("2"), free("2"))) // also within one change
				c.Holds("phone", "2", a)
				// Whoever else gives back what he does not hold, the holder's release counts.
				c.commit(set(a, 3, free("2")), set(b, 1, free("2")), set(thing("c"), 0, phone("2")))
				c.Holds("phone", "2", thing("c"))
			},
		},
		{
			Name:  "claim/releases-come-first-within-a-change",
			Rules: Says("Store: Commit", "only releases come before claims, wherever they stand."),
			Run: func(c *Bench) {
				a := thing("a")
				for n, writes := range [][]Write{
					{phone("1"), free("1")}, // where nobody held it
					{phone("1"), free("1")}, // where the subject itself did
					{free("1"), phone("1")},
					{line(1), phone("2"), put(`1`), free("1"), free("2")},
				} {
					c.commit(set(a, uint64(n), writes...))
					if key := []string{"1", "1", "1", "2"}[n]; !c.Failed() {
						c.Holds("phone", key, a)
					}
				}
				c.Holds("phone", "1", Subject{})
				// Two give it back, in either order, and only one of them held it.
				for n, holder := range []string{"x", "y", "z"} {
					key := "3" + holder
					c.write(thing(holder), phone(key))
					changes := []Change{set(thing("claims "+key), 0, phone(key)), set(thing(holder), 1, free(key)), set(thing("not "+key), 0, free(key))}
					changes[n], changes[2] = changes[2], changes[n]
					c.commit(changes...)
					c.Holds("phone", key, thing("claims "+key))
				}
			},
		},
		{
			Name: "claim/keys-are-bytes",
			Rules: Says("Store: Limits",
				"Ids, references and the keys of claims are UTF-8 without NUL, of 1 to MaxID bytes, case-sensitive, and compared as bytes:"),
			Run: func(c *Bench) {
				for i, key := range HardIDs() {
					c.commit(set(thing("holder"), uint64(i), phone(key)))
					c.Holds("phone", key, thing("holder"))
				}
				c.Holds("phone", strings.Repeat("y", MaxID), Subject{})
				for i, key := range HardIDs() {
					c.commit(set(thing("holder"), uint64(i+len(HardIDs())), free(key)))
					c.Holds("phone", key, Subject{})
				}
			},
		},
		{
			Name:  "claim/other-keys-are-others",
			Rules: Says("Store: Limits", "\"a\" is not \"A\", \"é\" as one rune is not \"é\" as two, and trailing spaces count."),
			Run: func(c *Bench) {
				for i, key := range Lookalikes() {
					c.commit(set(thing(string(rune('a'+i))), 0, phone(key)))
				}
				for i, key := range Lookalikes() {
					c.Holds("phone", key, thing(string(rune('a'+i))))
				}
			},
		},
	}
	for i := range all {
		all[i].Claims = true
	}
	return all
}
