package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of the sizes that every store keeps.
func limitChecks() []Check {
	sizes := "Every store keeps texts of MaxText bytes, bodies of MaxBody bytes"
	commits := "commits of MaxChanges subjects and MaxWrites writes."
	return []Check{
		{
			Name: "limit/text",
			Rules: slices.Concat(Says("Store: Limits", sizes),
				Says("MaxText", "bytes of an entry's reason")),
			Run: func(c *Bench) {
				a := thing("a")
				e := c.fullEntry(1)
				e.Reason = strings.Repeat("客", MaxText/3)
				e.Data = StringOf(MaxText)
				c.write(a, Append{Entry: e})
				c.Same("entry", c.journal(a), []Entry{kept(e, a, 1)})
				for _, spoil := range []func(*Entry){
					func(e *Entry) { e.Reason += "xx" },
					func(e *Entry) { e.Data = StringOf(MaxText + 1) },
				} {
					long := e
					spoil(&long)
					c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(a, 1, Append{Entry: long})}})
				}
			},
		},
		{
			Name: "limit/body",
			Rules: slices.Concat(Says("Store: Limits", sizes),
				Says("MaxBody", "bytes of a record's body")),
			Run: func(c *Bench) {
				a := thing("a")
				body := Record{Body: StringOf(MaxBody)}
				c.write(a, PutRecord{Record: body})
				c.Same("record", c.record(a), keptRecord(body, a, Head{Version: 1}))
				c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(a, 1, PutRecord{Record: Record{Body: StringOf(MaxBody + 1)}})}})
			},
		},
		{
			Name:  "limit/receipt",
			Rules: slices.Concat(Says("Commit.Receipt", "up to MaxReceipt bytes."), Says("MaxReceipt", "bytes")),
			Run: func(c *Bench) {
				data := make([]byte, MaxReceipt)
				for i := range data {
					data[i] = byte(i)
				}
				c.Send(Commit{Scope: "s", Key: "k", Receipt: data})
				have, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have.Data, data)
				c.Refuse(fault.ErrInvalid, Commit{Scope: "s", Key: "long", Receipt: make([]byte, MaxReceipt+1)})
			},
		},
		{
			Name:  "limit/code",
			Rules: Says("MaxCode", "bytes of a code: a kind,"),
			Run: func(c *Bench) {
				code := strings.Repeat("a-9._z", MaxCode)[:MaxCode]
				s := Subject{Kind: code, ID: "a"}
				e := Entry{Kind: code, Actor: "x", At: minute(1), Recorded: minute(1)}
				c.write(s, PutRecord{Record: Record{State: code}}, Append{Entry: e}, Claim{Space: code, Key: "k"})
				c.record(s)
				c.Holds(code, "k", s)
				c.Same("entries", c.entries(EntryFilter{Of: code}), []Entry{kept(e, s, 1)})
				c.Same("records", c.records(RecordFilter{Kind: code, State: code}), []string{"a"})
			},
		},
		{
			Name: "limit/changes",
			Rules: slices.Concat(Says("Store: Limits", commits),
				Says("MaxChanges", "subjects changed or required by one commit")),
			Run: func(c *Bench) {
				var changes []Change
				var required []Expect
				for i := range MaxChanges {
					changes = append(changes, set(thing(fmt.Sprint(i)), 0))
					required = append(required, Expect{Subject: thing(fmt.Sprint(i)), Version: 1})
				}
				c.commit(changes...)
				if have := c.Head(thing(fmt.Sprint(MaxChanges - 1))).Version; have != 1 {
					c.Errorf("version %d, want 1", have)
				}
				c.Send(Commit{Require: required})
				half := Commit{Require: required[:MaxChanges/2]}
				for _, e := range required[MaxChanges/2:] {
					half.Changes = append(half.Changes, set(e.Subject, 1, line(1)))
				}
				c.Send(half)
				half.Require = append(slices.Clone(half.Require), Expect{Subject: thing("one more")})
				if err := c.store.Commit(c.ctx, half); err == nil {
					c.Errorf("a commit of %d subjects was applied", MaxChanges+1)
				}
			},
		},
		{
			Name: "limit/writes",
			Rules: slices.Concat(Says("Store: Limits", commits),
				Says("MaxWrites", "writes of one commit")),
			Run: func(c *Bench) {
				a, n := thing("a"), c.Size(MaxWrites, MaxWrites/5)
				writes := []Write{put(`1`)}
				for i := 1; i < n; i++ {
					switch i % 4 {
					case 0:
						writes = append(writes, line(i%1000))
					case 1:
						writes = append(writes, put(fmt.Sprint(i)))
						if c.Claims {
							writes[len(writes)-1] = Claim{Space: "phone", Key: fmt.Sprint(i)}
						}
					case 2:
						writes = append(writes, Redact{Seq: uint64(i)})
						if c.Claims {
							writes[len(writes)-1] = Release{Space: "fax", Key: fmt.Sprint(i)}
						}
					case 3:
						writes = append(writes, event(i%1000))
					}
				}
				c.commit(set(a, 0, writes...))
				if have := c.Head(a).Entries; have != uint64(n-1)/4 {
					c.Errorf("%d entries, want %d", have, (n-1)/4)
				}
				c.Holds("phone", fmt.Sprint(n-n%4-3), a)
				c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(thing("b"), 0, slices.Repeat([]Write{line(1)}, MaxWrites+1)...)}})
				half := slices.Repeat([]Write{line(1)}, MaxWrites/2)
				c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(thing("b"), 0, half...), set(thing("c"), 0, append(half, line(1))...)}})
			},
		},
		{
			Name:  "limit/large-numbers",
			Rules: Says("Store: Limits", "Versions and numbers of entries reach at least 2^53;"),
			Run: func(c *Bench) {
				const large = 1 << 53
				a := thing("a")
				c.write(a, line(1))
				err := c.Refuse(fault.ErrConflict, Commit{Changes: []Change{set(a, large, put(`1`))}})
				c.names(err, a)
				c.Refuse(fault.ErrConflict, Commit{Require: []Expect{{Subject: a, Version: large}}})
				c.write(a, Redact{Seq: large})
				for after, want := range map[uint64]int{0: 1, 1: 0, large: 0} {
					if have := len(c.entries(EntryFilter{Subject: a, After: Position{Subject: a, Seq: after}})); have != want {
						c.Errorf("%d entries behind number %d, want %d", have, after, want)
					}
				}
			},
		},
		{
			Name: "limit/beyond-large-numbers",
			Rules: slices.Concat(Says("Store: Limits", "a commit with a greater one is ErrInvalid, and behind a greater one a listing finds nothing more of that subject."),
				Says("MaxVersion", "a version, and the number of an entry"),
				Says("Outbox.Ack", "An id that is not there is passed over.")),
			Run: func(c *Bench) {
				a, b := thing("a"), thing("b")
				c.write(a, line(1), line(2), event(1))
				c.write(b, line(1))
				for _, n := range []uint64{MaxVersion + 1, 1<<63 - 1, 1 << 63, 1<<63 + 1, 1<<64 - 1} {
					c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(a, n, put(`1`))}})
					c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(a, 1, put(`1`))}, Require: []Expect{{Subject: b, Version: n}}})
					c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(a, 1, Redact{Seq: n})}})
					after := Position{Subject: a, Seq: n}
					c.Same("entries of the subject", c.entries(EntryFilter{Subject: a, After: after}), []Entry(nil))
					c.Same("entries of the kind", places(c.entries(EntryFilter{Of: KindThing, After: after})), []Position{{Subject: b, Seq: 1}})
					if box := c.store.Outbox(); box != nil {
						before := c.pending(box)
						c.Fails("Ack", box.Ack(c.ctx, n), nil)
						c.Same("events", c.pending(box), before)
					}
				}
			},
		},
		{
			Name: "limit/depth",
			Rules: slices.Concat(Says("MaxDepth", "levels to which JSON is nested"),
				Says("Store: Limits", "JSON comes back as the same value")),
			Run: func(c *Bench) {
				a := thing("a")
				writes := func(text string) []Write {
					e, happened := c.fullEntry(1), event(1)
					e.Data, happened.Event.Data = json.RawMessage(text), json.RawMessage(text)
					return []Write{put(text), Append{Entry: e}, happened}
				}
				for i, text := range []string{Nested(MaxDepth, "[", "1", "]"), Nested(MaxDepth-1, `{"a":`, `{}`, "}"),
					Nested(MaxDepth/2, `{"a":[`, `"]}"`, "]}"), `"` + strings.Repeat("[", 2*MaxDepth) + `"`, `["\"[",` + strings.Repeat(`"{",`, MaxDepth) + `0]`} {
					c.write(a, writes(text)...)
					c.Same("body", c.record(a).Body, json.RawMessage(text))
					c.Same("entry", c.journal(a)[i], kept(writes(text)[1].(Append).Entry, a, uint64(i)+1))
				}
				at := c.Head(a).Version
				for _, text := range []string{Nested(MaxDepth+1, "[", "", "]"), Nested(MaxDepth/2, `{"a":[`, `{}`, "]}"), `[0,` + Nested(MaxDepth, "[", "1", "]") + `]`} {
					for _, w := range writes(text) {
						c.Refuse(fault.ErrInvalid, Commit{Changes: []Change{set(a, at, w)}})
					}
				}
			},
		},
	}
}
