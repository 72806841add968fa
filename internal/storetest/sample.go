package storetest

import (
	"encoding/json"
	"fmt"
	"time"
)

// What the cases put into stores.

// KindThing is a kind of subject that no store has heard of.
const KindThing = "storetest-thing"

func thing(id string) Subject { return Subject{Kind: KindThing, ID: id} }

// minute is an instant with six decimals that matter.
func minute(n int) time.Time {
	return time.Date(2026, time.March, 1, 8, 30, 59, 123457000, time.UTC).Add(time.Duration(n) * time.Minute)
}

// put replaces a record by one with a body.
func put(body string) PutRecord {
	return PutRecord{Record: Record{Body: json.RawMessage(body)}}
}

// line is an entry of a thing with nothing but what it needs.
func line(n int) Append {
	return Append{Entry: Entry{Kind: fmt.Sprintf("kind-%d", n), Actor: "actor-1", At: minute(n), Recorded: minute(n)}}
}

// fullRecord has every field, and what the store is to ignore as well.
func (c *Bench) fullRecord(n int) Record {
	r := Record{
		Subject: Subject{Kind: "ignored", ID: "ignored"},
		Head:    Head{Version: 99, Entries: 99, Recorded: minute(99)},
		Group:   "group 组 " + fmt.Sprint(n), State: "open",
		Due: minute(n), Body: json.RawMessage(`{"n": ` + fmt.Sprint(n) + `, "text": "文字"}`),
	}
	if c.RecordRest != nil {
		r.Rest = c.RecordRest()
	}
	return r
}

// fullEntry has every field, and what the store is to ignore as well.
func (c *Bench) fullEntry(n int) Entry {
	e := Entry{
		Subject: Subject{Kind: "ignored", ID: "ignored"}, Seq: 99,
		Kind: fmt.Sprintf("assessed.%d", n), Party: "party-1", Data: json.RawMessage(`{"channel": "phone", "n": [1, 2.50]}`),
		Actor: "actor-1", At: minute(n - 60), Recorded: minute(n), Reason: "a reason 理由",
	}
	if c.EntryRest != nil {
		e.Rest = c.EntryRest(n)
	}
	return e
}

// event is an event with what the store is to ignore as well.
func event(n int) Emit {
	return Emit{Event: Event{
		ID: 9999, Subject: Subject{Kind: "ignored", ID: "ignored"}, Version: 9999,
		Kind: fmt.Sprintf("happened.%d", n), At: minute(n), Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)),
	}}
}

// kept is an entry as it comes back of a subject and number.
func kept(e Entry, s Subject, seq uint64) Entry {
	e.Subject, e.Seq = s, seq
	return e
}

// keptRecord is a record as it comes back of a subject and head.
func keptRecord(r Record, s Subject, h Head) Record {
	r.Subject, r.Head = s, h
	return r
}
