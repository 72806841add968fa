package samplingtest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/sampling"
)

// What the cases put into stores.

// kindThing is a kind of subject that no store has heard of.
const kindThing sampling.Kind = "samplingtest-thing"

func thing(id string) sampling.Subject { return sampling.Subject{Kind: kindThing, ID: id} }

// minute is an instant with six decimals that matter.
func minute(n int) time.Time {
	return time.Date(2026, time.March, 1, 8, 30, 59, 123457000, time.UTC).Add(time.Duration(n) * time.Minute)
}

// put replaces a record by one with a body.
func put(body string) sampling.PutRecord {
	return sampling.PutRecord{Record: sampling.Record{Body: json.RawMessage(body)}}
}

// line is an entry of a thing with nothing but what it needs.
func line(n int) sampling.Append {
	return sampling.Append{Entry: sampling.Entry{Kind: fmt.Sprintf("kind-%d", n), Actor: "inspector-1", At: minute(n), Recorded: minute(n)}}
}

// fullRecord has every field, and what the store is to ignore as well.
func fullRecord(n int) sampling.Record {
	return sampling.Record{
		Subject: sampling.Subject{Kind: "ignored", ID: "ignored"},
		Head:    sampling.Head{Version: 99, Entries: 99, Recorded: minute(99)},
		Cycle:   "cycle 周期 " + fmt.Sprint(n), State: "open",
		Due: minute(n), Body: json.RawMessage(`{"n": ` + fmt.Sprint(n) + `, "text": "文字"}`),
	}
}

// fullEntry has every field, and what the store is to ignore as well.
func fullEntry(n int) sampling.Entry {
	return sampling.Entry{
		Subject: sampling.Subject{Kind: "ignored", ID: "ignored"}, Seq: 99,
		Kind: fmt.Sprintf("assessed.%d", n), Person: "person-1", Data: json.RawMessage(`{"channel": "phone", "n": [1, 2.50]}`),
		Actor: "inspector-1", At: minute(n - 60), Recorded: minute(n), Reason: "a reason 理由",
	}
}

// event is an event with what the store is to ignore as well.
func event(n int) sampling.Emit {
	return sampling.Emit{Event: sampling.Event{
		ID: 9999, Subject: sampling.Subject{Kind: "ignored", ID: "ignored"}, Version: 9999,
		Kind: fmt.Sprintf("happened.%d", n), At: minute(n), Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)),
	}}
}

// kept is an entry as it comes back of a subject and number.
func kept(e sampling.Entry, s sampling.Subject, seq uint64) sampling.Entry {
	e.Subject, e.Seq = s, seq
	return e
}

// keptRecord is a record as it comes back of a subject and head.
func keptRecord(r sampling.Record, s sampling.Subject, h sampling.Head) sampling.Record {
	r.Subject, r.Head = s, h
	return r
}
