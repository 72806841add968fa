package samplingtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of the sizes that every store keeps.
func limitChecks() []check {
	sizes := "Every store keeps texts of MaxText bytes, bodies of MaxBody bytes, and commits of MaxChanges subjects and MaxWrites writes."
	return []check{
		{
			name: "limit/text",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxText", "bytes of an entry's reason and data")),
			run: func(c *scene) {
				a := thing("a")
				e := fullEntry(1)
				e.Reason = strings.Repeat("客", sampling.MaxText/3)
				e.Data = storetest.StringOf(sampling.MaxText)
				c.write(a, sampling.Append{Entry: e})
				c.Same("entry", c.journal(a), []sampling.Entry{kept(e, a, 1)})
				for _, spoil := range []func(*sampling.Entry){
					func(e *sampling.Entry) { e.Reason += "xx" },
					func(e *sampling.Entry) { e.Data = storetest.StringOf(sampling.MaxText + 1) },
				} {
					long := e
					spoil(&long)
					c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(a, 1, sampling.Append{Entry: long})}})
				}
			},
		},
		{
			name: "limit/body",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxBody", "bytes of a record's body")),
			run: func(c *scene) {
				a := thing("a")
				body := sampling.Record{Body: storetest.StringOf(sampling.MaxBody)}
				c.write(a, sampling.PutRecord{Record: body})
				c.Same("record", c.record(a), keptRecord(body, a, sampling.Head{Version: 1}))
				c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(a, 1, sampling.PutRecord{Record: sampling.Record{Body: storetest.StringOf(sampling.MaxBody + 1)}})}})
			},
		},
		{
			name:  "limit/receipt",
			rules: slices.Concat(storetest.Says("Commit.Receipt", "ids, codes and numbers, up to MaxReceipt bytes."), storetest.Says("MaxReceipt", "bytes")),
			run: func(c *scene) {
				data := make([]byte, sampling.MaxReceipt)
				for i := range data {
					data[i] = byte(i)
				}
				c.send(sampling.Commit{Scope: "s", Key: "k", Receipt: data})
				have, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have.Data, data)
				c.refuse(sampling.ErrInvalid, sampling.Commit{Scope: "s", Key: "long", Receipt: make([]byte, sampling.MaxReceipt+1)})
			},
		},
		{
			name:  "limit/code",
			rules: storetest.Says("MaxCode", "bytes of a code: a kind, a record's state"),
			run: func(c *scene) {
				code := strings.Repeat("a-9._z", sampling.MaxCode)[:sampling.MaxCode]
				s := sampling.Subject{Kind: sampling.Kind(code), ID: "a"}
				e := sampling.Entry{Kind: code, Actor: "x", At: minute(1), Recorded: minute(1)}
				c.write(s, sampling.PutRecord{Record: sampling.Record{State: code}}, sampling.Append{Entry: e})
				c.record(s)
				c.Same("entries", c.entries(sampling.EntryFilter{Of: sampling.Kind(code)}), []sampling.Entry{kept(e, s, 1)})
				c.Same("records", c.records(sampling.RecordFilter{Kind: sampling.Kind(code), State: code}), []string{"a"})
			},
		},
		{
			name: "limit/changes",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxChanges", "subjects changed or required by one commit")),
			run: func(c *scene) {
				var changes []sampling.Change
				var required []sampling.Expect
				for i := range sampling.MaxChanges {
					changes = append(changes, set(thing(fmt.Sprint(i)), 0))
					required = append(required, sampling.Expect{Subject: thing(fmt.Sprint(i)), Version: 1})
				}
				c.commit(changes...)
				if have := c.head(thing(fmt.Sprint(sampling.MaxChanges - 1))).Version; have != 1 {
					c.Errorf("version %d, want 1", have)
				}
				c.send(sampling.Commit{Require: required})
				half := sampling.Commit{Require: required[:sampling.MaxChanges/2]}
				for _, e := range required[sampling.MaxChanges/2:] {
					half.Changes = append(half.Changes, set(e.Subject, 1, line(1)))
				}
				c.send(half)
				half.Require = append(slices.Clone(half.Require), sampling.Expect{Subject: thing("one more")})
				if err := c.store.Commit(c.ctx, half); err == nil {
					c.Errorf("a commit of %d subjects was applied", sampling.MaxChanges+1)
				}
			},
		},
		{
			name: "limit/writes",
			rules: slices.Concat(storetest.Says("Store: Limits", sizes),
				storetest.Says("MaxWrites", "writes of one commit")),
			run: func(c *scene) {
				a, n := thing("a"), c.size(sampling.MaxWrites, sampling.MaxWrites/5)
				writes := []sampling.Write{put(`1`)}
				for i := 1; i < n; i++ {
					switch i % 4 {
					case 0:
						writes = append(writes, line(i%1000))
					case 1:
						writes = append(writes, put(fmt.Sprint(i)))
					case 2:
						writes = append(writes, sampling.Redact{Seq: uint64(i)})
					case 3:
						writes = append(writes, event(i%1000))
					}
				}
				c.commit(set(a, 0, writes...))
				if have := c.head(a).Entries; have != uint64(n-1)/4 {
					c.Errorf("%d entries, want %d", have, (n-1)/4)
				}
				c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(thing("b"), 0, slices.Repeat([]sampling.Write{line(1)}, sampling.MaxWrites+1)...)}})
				half := slices.Repeat([]sampling.Write{line(1)}, sampling.MaxWrites/2)
				c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(thing("b"), 0, half...), set(thing("c"), 0, append(half, line(1))...)}})
			},
		},
		{
			name:  "limit/large-numbers",
			rules: storetest.Says("Store: Limits", "Versions and numbers of entries reach at least 2^53;"),
			run: func(c *scene) {
				const large = 1 << 53
				a := thing("a")
				c.write(a, line(1))
				err := c.refuse(sampling.ErrConflict, sampling.Commit{Changes: []sampling.Change{set(a, large, put(`1`))}})
				c.names(err, a)
				c.refuse(sampling.ErrConflict, sampling.Commit{Require: []sampling.Expect{{Subject: a, Version: large}}})
				c.write(a, sampling.Redact{Seq: large})
				for after, want := range map[uint64]int{0: 1, 1: 0, large: 0} {
					if have := len(c.entries(sampling.EntryFilter{Subject: a, After: sampling.Position{Subject: a, Seq: after}})); have != want {
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
				c.write(a, line(1), line(2), event(1))
				c.write(b, line(1))
				for _, n := range []uint64{sampling.MaxVersion + 1, 1<<63 - 1, 1 << 63, 1<<63 + 1, 1<<64 - 1} {
					c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(a, n, put(`1`))}})
					c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(a, 1, put(`1`))}, Require: []sampling.Expect{{Subject: b, Version: n}}})
					c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(a, 1, sampling.Redact{Seq: n})}})
					after := sampling.Position{Subject: a, Seq: n}
					c.Same("entries of the subject", c.entries(sampling.EntryFilter{Subject: a, After: after}), []sampling.Entry(nil))
					c.Same("entries of the kind", places(c.entries(sampling.EntryFilter{Of: kindThing, After: after})), []sampling.Position{{Subject: b, Seq: 1}})
					if box, ok := c.store.(sampling.Outbox); ok {
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
				writes := func(text string) []sampling.Write {
					e, happened := fullEntry(1), event(1)
					e.Data, happened.Event.Data = json.RawMessage(text), json.RawMessage(text)
					return []sampling.Write{put(text), sampling.Append{Entry: e}, happened}
				}
				for i, text := range []string{storetest.Nested(sampling.MaxDepth, "[", "1", "]"), storetest.Nested(sampling.MaxDepth-1, `{"a":`, `{}`, "}"),
					storetest.Nested(sampling.MaxDepth/2, `{"a":[`, `"]}"`, "]}"), `"` + strings.Repeat("[", 2*sampling.MaxDepth) + `"`, `["\"[",` + strings.Repeat(`"{",`, sampling.MaxDepth) + `0]`} {
					c.write(a, writes(text)...)
					c.Same("body", c.record(a).Body, json.RawMessage(text))
					c.Same("entry", c.journal(a)[i], kept(writes(text)[1].(sampling.Append).Entry, a, uint64(i)+1))
				}
				at := c.head(a).Version
				for _, text := range []string{storetest.Nested(sampling.MaxDepth+1, "[", "", "]"), storetest.Nested(sampling.MaxDepth/2, `{"a":[`, `{}`, "]}"), `[0,` + storetest.Nested(sampling.MaxDepth, "[", "1", "]") + `]`} {
					for _, w := range writes(text) {
						c.refuse(sampling.ErrInvalid, sampling.Commit{Changes: []sampling.Change{set(a, at, w)}})
					}
				}
			},
		},
	}
}
