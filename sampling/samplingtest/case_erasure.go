package samplingtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// gone wants a text to be nowhere: in no read, and not in what the store keeps.
func (c *scene) gone(secret string, of ...sampling.Subject) {
	c.t.Helper()
	var seen strings.Builder
	for _, s := range of {
		seen.WriteString(c.picture(sampling.Commit{Require: []sampling.Expect{{Subject: s}}}))
	}
	if strings.Contains(seen.String(), secret) {
		c.Errorf("an erased text can still be read")
	}
	if c.find(c.store, secret) {
		c.Errorf("an erased text is still somewhere in the store")
	}
}

// Cases of erasure.
func erasureChecks() []check {
	const secret = "samplingtest-secret-13912345678"
	private := func(n int) sampling.Append {
		e := fullEntry(n)
		e.Reason = "reason " + secret
		return sampling.Append{Entry: e}
	}
	cleared := func(n int, s sampling.Subject, seq uint64) sampling.Entry {
		e := kept(private(n).Entry, s, seq)
		e.Reason = ""
		return e
	}
	return []check{
		{
			name: "erasure/redact-all",
			rules: slices.Concat(storetest.Says("Store: Erasure", "After a Redact the cleared reasons are nowhere in the store."),
				storetest.Says("Redact", "Redact clears Reason of the subject's entry Seq, or, where Seq is 0, of all entries that the subject had before the change."),
				storetest.Says("Store: Erasure", "What is left of a subject keeps its version, its entries' codes, and its place in every listing.")),
			run: func(c *scene) {
				p := thing("p")
				c.write(p, sampling.PutRecord{Record: fullRecord(1)}, private(1), private(2))
				c.write(thing("other"), private(1))
				c.write(p, sampling.Redact{})
				c.Same("entries", c.journal(p), []sampling.Entry{cleared(1, p, 1), cleared(2, p, 2)})
				c.Same("entries of the person", places(c.entries(sampling.EntryFilter{Person: "person-1"})),
					[]sampling.Position{{Subject: thing("other"), Seq: 1}, {Subject: p, Seq: 1}, {Subject: p, Seq: 2}})
				c.Same("records", c.records(sampling.RecordFilter{Kind: kindThing, Cycle: fullRecord(1).Cycle}), []string{"p"})
				c.Same("head", c.head(p), sampling.Head{Version: 2, Entries: 2, Recorded: minute(2)})
				c.Same("entries of another", c.journal(thing("other")), []sampling.Entry{kept(private(1).Entry, thing("other"), 1)})
				c.write(thing("other"), sampling.Redact{})
				c.gone(secret, p, thing("other"))
			},
		},
		{
			name:  "erasure/redact-spares-the-same-change",
			rules: storetest.Says("Redact", "where Seq is 0, of all entries that the subject had before the change."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, private(1))
				c.write(a, private(2), sampling.Redact{}, private(3))
				c.Same("entries", c.journal(a), []sampling.Entry{cleared(1, a, 1), kept(private(2).Entry, a, 2), kept(private(3).Entry, a, 3)})
			},
		},
		{
			name: "erasure/redact-one",
			rules: storetest.Says("Redact", "Redact clears Reason of the subject's entry Seq",
				"an entry that does not exist is passed over."),
			run: func(c *scene) {
				a := thing("a")
				c.write(a, private(1), private(2), private(3))
				c.write(a, sampling.Redact{Seq: 2})
				c.Same("entries", c.journal(a), []sampling.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3)})
				c.write(a, sampling.Redact{Seq: 4}, sampling.Redact{Seq: 9}, private(4), sampling.Redact{Seq: 4}, private(5))
				c.write(thing("never"), sampling.Redact{Seq: 1}, sampling.Redact{})
				c.Same("entries", c.journal(a), []sampling.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3),
					cleared(4, a, 4), kept(private(5).Entry, a, 5)})
				c.Same("versions", c.head(thing("never")), sampling.Head{Version: 1})
			},
		},
		{
			name:  "erasure/redact-of-the-same-change",
			rules: storetest.Says("Redact", "An entry that the change appended before it is cleared by its Seq; an entry that does not exist is passed over."),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				c.write(a, private(1))
				c.write(a, sampling.Redact{Seq: 3}, private(2), sampling.Redact{Seq: 2}, private(3))
				c.Same("entries", c.journal(a), []sampling.Entry{kept(private(1).Entry, a, 1), cleared(2, a, 2), kept(private(3).Entry, a, 3)})
				c.write(a, sampling.Redact{Seq: 3}, sampling.Redact{Seq: 1})
				c.write(b, private(1), private(2), sampling.Redact{Seq: 2}, sampling.Redact{Seq: 1})
				c.Same("entries of a new subject", c.journal(b), []sampling.Entry{cleared(1, b, 1), cleared(2, b, 2)})
				c.gone(secret, a, b)
			},
		},
		{
			name:  "erasure/keeps-the-place",
			rules: storetest.Says("Store: Erasure", "What is left of a subject keeps its version, its entries' codes, and its place in every listing."),
			run: func(c *scene) {
				var ids []string
				for i := range 9 {
					id := fmt.Sprint(i)
					ids = append(ids, id)
					c.write(thing(id), sampling.PutRecord{Record: fullRecord(1)}, private(1), private(2))
				}
				for _, id := range ids {
					c.write(thing(id), sampling.Redact{})
				}
				c.Same("records", c.records(sampling.RecordFilter{Kind: kindThing}), ids)
				c.Same("records by cycle", c.records(sampling.RecordFilter{Kind: kindThing, Cycle: fullRecord(1).Cycle}), ids)
				for _, id := range ids {
					c.Same("entries", c.journal(thing(id)), []sampling.Entry{cleared(1, thing(id), 1), cleared(2, thing(id), 2)})
					c.Same("version", c.head(thing(id)), sampling.Head{Version: 2, Entries: 2, Recorded: minute(2)})
				}
			},
		},
	}
}
