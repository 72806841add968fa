package storetest

import (
	"fmt"
	"slices"
	"strings"
)

// Gone wants a text to be nowhere: in no read, and not in what the store keeps.
func (c *Bench) Gone(secret string, of ...Subject) {
	c.t.Helper()
	var seen strings.Builder
	for _, s := range of {
		seen.WriteString(c.Picture(Commit{Require: []Expect{{Subject: s}}}))
	}
	if strings.Contains(seen.String(), secret) {
		c.Errorf("an erased text can still be read")
	}
	if c.Contains != nil && c.Contains(c.Opened, secret) {
		c.Errorf("an erased text is still somewhere in the store")
	}
}

// Cases of erasure.
func erasureChecks() []Check {
	const secret = "storetest-secret-13912345678"
	private := func(c *Bench, n int) Append {
		e := c.fullEntry(n)
		e.Reason = "reason " + secret
		if c.Private != nil {
			e.Rest = c.Private(secret)
		}
		return Append{Entry: e}
	}
	cleared := func(c *Bench, n int, s Subject, seq uint64) Entry {
		return c.redacted(kept(private(c, n).Entry, s, seq))
	}
	return []Check{
		{
			Name: "erasure/redact-all",
			Rules: slices.Concat(Says("Redact", "where Seq is 0, of all entries that the subject had before the change."),
				Says("Store: Erasure", "and its place in every listing.")),
			Run: func(c *Bench) {
				p := thing("p")
				c.write(p, PutRecord{Record: c.fullRecord(1)}, private(c, 1), private(c, 2))
				c.write(thing("other"), private(c, 1))
				c.write(p, Redact{})
				c.Same("entries", c.journal(p), []Entry{cleared(c, 1, p, 1), cleared(c, 2, p, 2)})
				c.Same("entries of the party", places(c.entries(EntryFilter{Party: "party-1"})),
					[]Position{{Subject: thing("other"), Seq: 1}, {Subject: p, Seq: 1}, {Subject: p, Seq: 2}})
				c.Same("records", c.records(RecordFilter{Kind: KindThing, Group: c.fullRecord(1).Group}), []string{"p"})
				c.Same("head", c.Head(p), Head{Version: 2, Entries: 2, Recorded: minute(2)})
				c.Same("entries of another", c.journal(thing("other")), []Entry{kept(private(c, 1).Entry, thing("other"), 1)})
				c.write(thing("other"), Redact{})
				c.Gone(secret, p, thing("other"))
			},
		},
		{
			Name:  "erasure/redact-spares-the-same-change",
			Rules: Says("Redact", "where Seq is 0, of all entries that the subject had before the change."),
			Run: func(c *Bench) {
				a := thing("a")
				c.write(a, private(c, 1))
				c.write(a, private(c, 2), Redact{}, private(c, 3))
				c.Same("entries", c.journal(a), []Entry{cleared(c, 1, a, 1), kept(private(c, 2).Entry, a, 2), kept(private(c, 3).Entry, a, 3)})
			},
		},
		{
			Name: "erasure/redact-one",
			Rules: Says("Redact", "Redact clears Reason",
				"an entry that does not exist is passed over."),
			Run: func(c *Bench) {
				a := thing("a")
				c.write(a, private(c, 1), private(c, 2), private(c, 3))
				c.write(a, Redact{Seq: 2})
				c.Same("entries", c.journal(a), []Entry{kept(private(c, 1).Entry, a, 1), cleared(c, 2, a, 2), kept(private(c, 3).Entry, a, 3)})
				c.write(a, Redact{Seq: 4}, Redact{Seq: 9}, private(c, 4), Redact{Seq: 4}, private(c, 5))
				c.write(thing("never"), Redact{Seq: 1}, Redact{})
				c.Same("entries", c.journal(a), []Entry{kept(private(c, 1).Entry, a, 1), cleared(c, 2, a, 2), kept(private(c, 3).Entry, a, 3),
					cleared(c, 4, a, 4), kept(private(c, 5).Entry, a, 5)})
				c.Same("versions", c.Head(thing("never")), Head{Version: 1})
			},
		},
		{
			Name:  "erasure/redact-of-the-same-change",
			Rules: Says("Redact", "An entry that the change appended before it is cleared by its Seq; an entry that does not exist is passed over."),
			Run: func(c *Bench) {
				a, b := thing("a"), thing("b")
				c.write(a, private(c, 1))
				c.write(a, Redact{Seq: 3}, private(c, 2), Redact{Seq: 2}, private(c, 3))
				c.Same("entries", c.journal(a), []Entry{kept(private(c, 1).Entry, a, 1), cleared(c, 2, a, 2), kept(private(c, 3).Entry, a, 3)})
				c.write(a, Redact{Seq: 3}, Redact{Seq: 1})
				c.write(b, private(c, 1), private(c, 2), Redact{Seq: 2}, Redact{Seq: 1})
				c.Same("entries of a new subject", c.journal(b), []Entry{cleared(c, 1, b, 1), cleared(c, 2, b, 2)})
				c.Gone(secret, a, b)
			},
		},
		{
			Name:   "erasure/release",
			Claims: true,
			Rules:  Says("Store: Erasure", "after a Release the key"),
			Run: func(c *Bench) {
				a := thing("a")
				c.write(a, Claim{Space: "phone", Key: secret}, Claim{Space: "phone", Key: "2"})
				c.write(a, Release{Space: "phone", Key: secret})
				c.Holds("phone", secret, Subject{})
				c.Holds("phone", "2", a)
				c.Gone(secret, a)
			},
		},
		{
			Name:  "erasure/keeps-the-place",
			Rules: Says("Store: Erasure", "What is left of a subject", "keeps its version, its entries'", "and its place in every listing."),
			Run: func(c *Bench) {
				var ids []string
				for i := range 9 {
					id := fmt.Sprint(i)
					ids = append(ids, id)
					c.write(thing(id), PutRecord{Record: c.fullRecord(1)}, private(c, 1), private(c, 2))
				}
				for _, id := range ids {
					c.write(thing(id), Redact{})
				}
				c.Same("records", c.records(RecordFilter{Kind: KindThing}), ids)
				c.Same("records by group", c.records(RecordFilter{Kind: KindThing, Group: c.fullRecord(1).Group}), ids)
				for _, id := range ids {
					c.Same("entries", c.journal(thing(id)), []Entry{cleared(c, 1, thing(id), 1), cleared(c, 2, thing(id), 2)})
					c.Same("version", c.Head(thing(id)), Head{Version: 2, Entries: 2, Recorded: minute(2)})
				}
			},
		},
	}
}
