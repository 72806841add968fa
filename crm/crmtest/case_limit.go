package crmtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of the sizes that every store keeps.
func limitChecks() []check {
	sizes := "Every store keeps texts of MaxText bytes, bodies of MaxBody bytes and commits of MaxChanges subjects and MaxWrites writes."
	return []check{
		{
			name: "limit/text",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxText", "bytes of an entry's reason, text, private and data part")),
			run: func(c *scene) {
				a := thing("a")
				e := fullEntry(1)
				e.Text, e.Reason = strings.Repeat("x", crm.MaxText), strings.Repeat("客", crm.MaxText/3)
				e.Data, e.Private = storetest.StringOf(crm.MaxText), storetest.StringOf(crm.MaxText)
				c.write(a, crm.Append{Entry: e})
				c.Same("entry", c.journal(a), []crm.Entry{kept(e, a, 1)})
				for _, spoil := range []func(*crm.Entry){
					func(e *crm.Entry) { e.Text += "x" }, func(e *crm.Entry) { e.Reason += "xx" },
					func(e *crm.Entry) { e.Data = storetest.StringOf(crm.MaxText + 1) }, func(e *crm.Entry) { e.Private = storetest.StringOf(crm.MaxText + 1) },
				} {
					long := e
					spoil(&long)
					c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(a, 1, crm.Append{Entry: long})}})
				}
			},
		},
		{
			name: "limit/body",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxBody", "bytes of a record's body")),
			run: func(c *scene) {
				a := thing("a")
				body := crm.Record{Body: storetest.StringOf(crm.MaxBody)}
				c.write(a, crm.PutRecord{Record: body})
				c.Same("record", c.record(a), keptRecord(body, a, crm.Head{Version: 1}))
				c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(a, 1, crm.PutRecord{Record: crm.Record{Body: storetest.StringOf(crm.MaxBody + 1)}})}})
			},
		},
		{
			name:  "limit/receipt",
			rules: slices.Concat(storetest.Says("Commit.Receipt", "ids and codes, up to MaxReceipt bytes."), storetest.Says("MaxReceipt", "bytes")),
			run: func(c *scene) {
				data := make([]byte, crm.MaxReceipt)
				for i := range data {
					data[i] = byte(i)
				}
				c.send(crm.Commit{Scope: "s", Key: "k", Receipt: data})
				have, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have.Data, data)
				c.refuse(crm.ErrInvalid, crm.Commit{Scope: "s", Key: "long", Receipt: make([]byte, crm.MaxReceipt+1)})
			},
		},
		{
			name:  "limit/code",
			rules: storetest.Says("MaxCode", "bytes of a code: a kind, a journal, a claim's space"),
			run: func(c *scene) {
				code := strings.Repeat("a-9._z", crm.MaxCode)[:crm.MaxCode]
				s := crm.Subject{Kind: crm.Kind(code), ID: "a"}
				e := crm.Entry{Journal: crm.Journal(code), Kind: code, Actor: "x", At: minute(1), Recorded: minute(1)}
				c.write(s, put(`1`), crm.Append{Entry: e}, crm.Claim{Space: code, Key: "k"})
				c.record(s)
				c.holds(code, "k", s)
				c.Same("entries", c.entries(crm.EntryFilter{Journal: crm.Journal(code)}), []crm.Entry{kept(e, s, 1)})
				c.Same("records", c.records(crm.RecordFilter{Kind: crm.Kind(code)}), []string{"a"})
			},
		},
		{
			name: "limit/changes",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxChanges", "subjects changed or required by one commit")),
			run: func(c *scene) {
				var changes []crm.Change
				var required []crm.Expect
				for i := range crm.MaxChanges {
					changes = append(changes, set(thing(fmt.Sprint(i)), 0))
					required = append(required, crm.Expect{Subject: thing(fmt.Sprint(i)), Version: 1})
				}
				c.commit(changes...)
				if have := c.head(thing(fmt.Sprint(crm.MaxChanges - 1))).Version; have != 1 {
					c.Errorf("version %d, want 1", have)
				}
				c.send(crm.Commit{Require: required})
				half := crm.Commit{Require: required[:crm.MaxChanges/2]}
				for _, e := range required[crm.MaxChanges/2:] {
					half.Changes = append(half.Changes, set(e.Subject, 1, line("j", 1)))
				}
				c.send(half)
				half.Require = append(slices.Clone(half.Require), crm.Expect{Subject: thing("one more")})
				if err := c.store.Commit(c.ctx, half); err == nil {
					c.Errorf("a commit of %d subjects was applied", crm.MaxChanges+1)
				}
			},
		},
		{
			name: "limit/writes",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxWrites", "writes of one commit")),
			run: func(c *scene) {
				a, n := thing("a"), c.size(crm.MaxWrites, crm.MaxWrites/5)
				writes := []crm.Write{put(`1`)}
				for i := 1; i < n; i++ {
					switch i % 4 {
					case 0:
						writes = append(writes, line("j", i%1000))
					case 1:
						writes = append(writes, crm.Claim{Space: "phone", Key: fmt.Sprint(i)})
					case 2:
						writes = append(writes, crm.Release{Space: "fax", Key: fmt.Sprint(i)})
					case 3:
						writes = append(writes, event(i%1000))
					}
				}
				c.commit(set(a, 0, writes...))
				c.holds("phone", fmt.Sprint(n-n%4-3), a)
				if have := c.head(a).Entries; have != uint64(n-1)/4 {
					c.Errorf("%d entries, want %d", have, (n-1)/4)
				}
				c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(thing("b"), 0, slices.Repeat([]crm.Write{line("j", 1)}, crm.MaxWrites+1)...)}})
			},
		},
		{
			name:  "limit/large-numbers",
			rules: storetest.Says("Store: Limits", "Versions and numbers of entries reach at least 2^53;"),
			run: func(c *scene) {
				const large = 1 << 53
				a := thing("a")
				c.write(a, line("j", 1))
				err := c.refuse(crm.ErrConflict, crm.Commit{Changes: []crm.Change{set(a, large, put(`1`))}})
				c.names(err, a)
				c.refuse(crm.ErrConflict, crm.Commit{Require: []crm.Expect{{Subject: a, Version: large}}})
				c.write(a, crm.Redact{Seq: large})
				for after, want := range map[uint64]int{0: 1, 1: 0, large: 0} {
					if have := len(c.entries(crm.EntryFilter{Subject: a, After: crm.Position{Subject: a, Seq: after}})); have != want {
						c.Errorf("%d entries behind number %d, want %d", have, after, want)
					}
				}
			},
		},
		{
			name: "limit/beyond-large-numbers",
			rules: slices.Concat(storetest.Says("Store: Limits", "a commit with a greater one is ErrInvalid, and behind a greater one a listing finds nothing more of that subject."),
				storetest.Says("MaxVersion", "a version, and the number of an entry"),
				storetest.Says("Outbox.Ack", "An id that is not there is passed over.")),
			run: func(c *scene) {
				a, b := thing("a"), thing("b")
				c.write(a, line("j", 1), line("j", 2), event(1))
				c.write(b, line("j", 1))
				for _, n := range []uint64{crm.MaxVersion + 1, 1<<63 - 1, 1 << 63, 1<<63 + 1, 1<<64 - 1} {
					c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(a, n, put(`1`))}})
					c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(a, 1, put(`1`))}, Require: []crm.Expect{{Subject: b, Version: n}}})
					c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(a, 1, crm.Redact{Seq: n})}})
					after := crm.Position{Subject: a, Seq: n}
					c.Same("entries of the subject", c.entries(crm.EntryFilter{Subject: a, After: after}), []crm.Entry(nil))
					c.Same("entries of the journal", places(c.entries(crm.EntryFilter{Journal: "j", After: after})), []crm.Position{{Subject: b, Seq: 1}})
					if box, ok := c.store.(crm.Outbox); ok {
						before := c.pending(box)
						c.Fails("Ack", box.Ack(c.ctx, n), nil)
						c.Same("events", c.pending(box), before)
					}
				}
			},
		},
		{
			name: "limit/depth",
			rules: slices.Concat(storetest.Says("MaxDepth", "levels to which JSON is nested"),
				storetest.Says("Store: Limits", "JSON comes back as the same value")),
			run: func(c *scene) {
				a := thing("a")
				writes := func(text string) []crm.Write {
					e, happened := fullEntry(1), event(1)
					e.Data, e.Private, happened.Event.Data = json.RawMessage(text), json.RawMessage(text), json.RawMessage(text)
					return []crm.Write{put(text), crm.Append{Entry: e}, happened}
				}
				for i, text := range []string{storetest.Nested(crm.MaxDepth, "[", "1", "]"), storetest.Nested(crm.MaxDepth-1, `{"a":`, `{}`, "}"),
					storetest.Nested(crm.MaxDepth/2, `{"a":[`, `"]}"`, "]}"), `"` + strings.Repeat("[", 2*crm.MaxDepth) + `"`, `["\"[",` + strings.Repeat(`"{",`, crm.MaxDepth) + `0]`} {
					c.write(a, writes(text)...)
					c.Same("body", c.record(a).Body, json.RawMessage(text))
					c.Same("entry", c.journal(a)[i], kept(writes(text)[1].(crm.Append).Entry, a, uint64(i)+1))
				}
				at := c.head(a).Version
				for _, text := range []string{storetest.Nested(crm.MaxDepth+1, "[", "", "]"), storetest.Nested(crm.MaxDepth/2, `{"a":[`, `{}`, "]}"), `[0,` + storetest.Nested(crm.MaxDepth, "[", "1", "]") + `]`} {
					for _, w := range writes(text) {
						c.refuse(crm.ErrInvalid, crm.Commit{Changes: []crm.Change{set(a, at, w)}})
					}
				}
			},
		},
	}
}
